"""What the readers of the files of one population share: the files, what their columns are called, and the staff."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from plnsim.common.errors import InputError
from plnsim.model.world.csv_rows import CsvReader, folded

Names = Mapping[str, tuple[str, ...]]
"""What columns are called in files of somebody's own, by the names that they have here."""


class Reading(NamedTuple):
    """The files that are read, what their columns are called, and which of those names were found."""

    paths: dict[str, Path]
    names: Names
    found: set[str]

    def rows(self, kind: str, needed: tuple[str, ...], optional: tuple[str, ...]) -> CsvReader:
        rows = CsvReader(self.paths[kind], needed, optional, names=self.names, sheet=kind)
        self.found.update(rows.found)
        return rows

    def check_names(self) -> None:
        """Raises ``InputError`` for a name that no column of any file has."""
        for column, given in self.names.items():
            for name in given:
                if folded(name) not in self.found:
                    raise InputError(
                        f"no file has a column {name[:60]!r}",
                        place=f"files.columns.{column}",
                        right=f"the name that the column {column} has in your files",
                    )


class Staff(NamedTuple):
    """The teachers of a file, school by school: posts, teachers of each school and columns of the teacher record."""

    posts: dict[str, int]
    counts: np.ndarray
    columns: dict[str, np.ndarray]
