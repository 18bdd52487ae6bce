"""Schools of an experiment's runs: a table with a row a run, year and school, kept beside the store's parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas
import pyarrow

from plnsim.common.errors import InputError
from plnsim.common.files import atomic_write
from plnsim.model.measure import RunCounts
from plnsim.simulation.runs.result import school_years
from plnsim.studies.experiment.parquet import read_table, write_table

SCHOOLS = "schools"
"""The folder of the tables in a store."""
PHASES = ("primary", "secondary")


def school_table(run: RunCounts, years: tuple[int, ...]) -> pyarrow.Table:
    """What each school did in some school years of a run (from 1; a year that the run does not reach is left out).

    Columns: ``year``; ``school``, from 0; ``disadvantage``, its rank (0 least, 1 most); ``phase``; ``participates``,
    whether any of its teachers was a member of a network in any year; ``staff`` and ``members``, as teachers, ``use``,
    ``belief``, ``fidelity`` (that of users), as shares, all means of the year's weeks; ``depth`` (that of users) and
    ``deep_use``, use times depth; ``routine`` at the end of the year, 0 to 1.
    """
    columns = school_years(run)
    asked = np.isin(columns["year"], years)
    with np.errstate(invalid="ignore", divide="ignore"):
        columns["depth"] = (run.years["depth"] / run.years["users"]).ravel()
        columns["deep_use"] = (run.years["depth"] / run.years["staff"]).ravel()
    school = columns["school"]
    always = {
        "disadvantage": run.schools["disadvantage"][school],
        "phase": np.array(PHASES)[run.schools["secondary"].astype(np.int64)][school],
        "participates": (run.years["members"].sum(axis=0) > 0)[school],
    }
    ordered = {name: columns.pop(name) for name in ("year", "school")} | always | columns
    return pyarrow.table({name: values[asked] for name, values in ordered.items()})


class SchoolParts:
    """The tables of schools in a store: one file for each part, under the same name in a folder by themselves, which
    any reader of Parquet takes as one table.
    """

    def __init__(self, folder: Path):
        self.folder = folder / SCHOOLS

    def _path(self, first: int) -> Path:
        return self.folder / f"part-{first:09d}.parquet"

    def table(self, first: int) -> pyarrow.Table | None:
        """The schools of the part that begins with a run; nothing where the file is damaged or not there."""
        return read_table(self._path(first))

    def write(self, first: int, table: pyarrow.Table | None) -> None:
        """Writes the schools of a part; without any, where all its runs failed."""
        self.folder.mkdir(exist_ok=True)
        kept = pyarrow.table({"run": pyarrow.array([], pyarrow.int64())}) if table is None else table
        atomic_write(self._path(first), lambda file: write_table(kept, file))

    def join(self, firsts: Sequence[int]) -> None:
        """Joins the schools of some parts into the file of the first."""
        self.write(firsts[0], self._concat(firsts))

    def remove(self, first: int) -> None:
        """Removes the schools of a part that was joined to another."""
        self._path(first).unlink(missing_ok=True)

    def read(self, firsts: Iterable[int]) -> pandas.DataFrame:
        """The schools of some parts as one table, each run once; raises ``InputError`` where a file is damaged."""
        frame = self._concat(firsts).to_pandas().drop_duplicates(["run", "year", "school"])
        return frame.sort_values(["run", "year", "school"], ignore_index=True)

    def _concat(self, firsts: Iterable[int]) -> pyarrow.Table:
        tables: list[pyarrow.Table] = []
        for first in firsts:
            tables.append(self.table(first))
            if tables[-1] is None:
                raise InputError(
                    f"{self._path(first).name} is damaged or missing",
                    place=str(self.folder),
                    right="plnsim experiment, which computes its runs again",
                )
        return pyarrow.concat_tables([table for table in tables if len(table)] or tables[:1])
