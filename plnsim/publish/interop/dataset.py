"""Results as an ``xarray.Dataset``: named dimensions, units and meanings in the attributes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from plnsim.common.errors import BadInput
from plnsim.model.outcome import OUTCOMES, WEEKLY
from plnsim.publish.interop.columns import OVER_TIME, Column, columns_of
from plnsim.publish.record import KEY_COLUMNS, SCHOOL_COLUMNS
from plnsim.simulation.runs import Run
from plnsim.studies.experiment.results import Stored
from plnsim.studies.experiment.task import OF_WEEK

INSTALL = "python -m pip install 'plnsim[interop]'"


def dataset(source: Run | Stored | Path | str):
    """A run, or a stored experiment (or its folder), as an ``xarray.Dataset``.

    Of an experiment: outcomes by ``point`` and ``replicate`` (NaN where a run is missing or failed), parameters as coordinates of ``point``,
    sustained deep use by ``week`` as well. Of a run: outcomes by ``replicate``, ``..._by_week`` by week, ``..._by_school`` by year and school.
    Raises ``BadInput``.
    """
    try:
        import xarray
    except ImportError:
        raise BadInput("this needs xarray, which is not installed", right=INSTALL) from None
    if isinstance(source, Run):
        return _of_run(xarray, source)
    return _of_experiment(xarray, Stored.of(source))


def _of_experiment(xarray, stored: Stored):
    columns = {column.origin: column for column in columns_of(stored)}
    coordinates = {"point": ("point", np.arange(len(stored.shares)), _attributes(columns["point"])),
                   "replicate": ("replicate", np.arange(stored.replicates), _attributes(columns["replicate"]))}
    for name in stored.names:
        values = stored.values[name].to_numpy(dtype=str if columns[name].kind == "string" else None)
        coordinates[columns[name].name] = ("point", values, _attributes(columns[name]))
    found, weeks = {}, []
    for name in stored.outcomes:
        if name.startswith(OF_WEEK):
            weeks.append(name)
        else:
            found[columns[name].name] = (("point", "replicate"), stored.cube(name), _attributes(columns[name]))
    if weeks:
        coordinates["week"] = ("week", [int(name.removeprefix(OF_WEEK)) for name in weeks], _about(*KEY_COLUMNS["week"]))
        found[OVER_TIME] = (("point", "replicate", "week"), np.stack([stored.cube(name) for name in weeks], axis=-1),
                            _about("share", "Teachers using the practice, times depth, in single weeks."))
    asked, manifest = stored.asked, stored.manifest
    failed = int((stored.runs["status"] == "failed").sum())
    return xarray.Dataset(found, coordinates, {
        "title": manifest["name"], "variant": manifest["variant"], "method": asked["method"], "seed": asked["seed"], "model": manifest["model"],
        "scenario": asked["scenario"], "failed_runs": failed})


def _of_run(xarray, run: Run):
    coordinates = {name: (name, np.arange(size), _about(*KEY_COLUMNS[name])) for name, size in
                   (("replicate", run.replicates), ("week", run.scenario.weeks))}
    found = {one.name: ("replicate", run.values(one.name), _about(one.unit, one.meaning)) for one in OUTCOMES}
    for one in WEEKLY:
        found[f"{one.name}_by_week"] = (("replicate", "week"), run.weeks[one.name].to_numpy().reshape(run.replicates, -1),
                                        _about("share", one.meaning))
    found |= _by_school(run, coordinates)
    return xarray.Dataset(found, coordinates, {"title": run.scenario.title, "scenario": run.scenario.name, "seed": run.seed,
                                               "reading": run.reading})


def _by_school(run: Run, coordinates: dict) -> dict:
    """The tables of schools by replicate, year and school; adds the coordinates that they need."""
    table = run.schools
    years, schools = (np.unique(table[name]) for name in ("year", "school"))
    for name, places in (("year", years), ("school", schools)):
        coordinates[name] = (name, places, _about(*SCHOOL_COLUMNS[name]))
    shape = (run.replicates, len(years), len(schools))
    about = {"use": ("share", "Teachers using the practice, mean of the year."), "belief": ("share", "Belief of teachers, mean of the year."),
             "fidelity": ("share", "Share of the core that users keep, mean of the year.")} | SCHOOL_COLUMNS
    return {f"{name}_by_school": (("replicate", "year", "school"), table[name].to_numpy().reshape(shape), _about(*about[name]))
            for name in table.columns if name not in ("replicate", "year", "school")}


def _attributes(column: Column) -> dict:
    bounds = {} if column.low is None else {"valid_range": [column.low, column.high]}
    options = {"options": ", ".join(column.options)} if column.options else {}
    return _about(column.unit, column.meaning) | bounds | options | ({"plnsim_name": column.origin} if column.origin != column.name else {})


def _about(unit: str, meaning: str) -> dict:
    return {"units": unit, "long_name": meaning}
