"""Results as an ``xarray.Dataset``: named dimensions, units and meanings in the attributes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from plnsim.common.package import missing_library
from plnsim.model.outcome import OUTCOMES, WEEKLY_OUTCOMES
from plnsim.publish.interop.columns import OVER_TIME, Column, describe_columns
from plnsim.publish.record.dictionary import KEY_COLUMNS, SCHOOL_COLUMNS
from plnsim.simulation.runs import RunResult
from plnsim.studies.experiment.results import ExperimentResults
from plnsim.studies.experiment.task import WEEK_PREFIX

if TYPE_CHECKING:
    import xarray

Variable: TypeAlias = tuple[str | tuple[str, ...], np.ndarray, dict[str, object]]
"""A variable of a dataset: its dimension or dimensions, its values, its attributes."""


def dataset(source: RunResult | ExperimentResults | Path | str) -> xarray.Dataset:
    """A run, or a stored experiment (or its folder), as an ``xarray.Dataset``.

    Of an experiment: outcomes by ``point`` and ``replicate`` (NaN where a run is missing or failed), parameters as
    coordinates of ``point``, sustained deep use by ``week`` as well. Of a run: outcomes by ``replicate``,
    ``..._by_week`` by week, ``..._by_school`` by year and school. Raises ``InputError``.
    """
    try:
        import xarray
    except ImportError:
        raise missing_library("this", "xarray") from None
    if isinstance(source, RunResult):
        return xarray.Dataset(*_of_run(source))
    return xarray.Dataset(*_of_experiment(ExperimentResults.of(source)))


def _of_experiment(
    results: ExperimentResults,
) -> tuple[dict[str, Variable], dict[str, Variable], dict[str, object]]:
    """Variables, coordinates and attributes of a stored experiment."""
    columns = {column.origin: column for column in describe_columns(results)}
    coordinates: dict[str, Variable] = {
        "point": ("point", np.arange(len(results.unit_sample)), _attributes(columns["point"])),
        "replicate": ("replicate", np.arange(results.replicates), _attributes(columns["replicate"])),
    }
    for name in results.names:
        values = results.values[name].to_numpy(dtype=str if columns[name].kind == "string" else None)
        coordinates[columns[name].name] = ("point", values, _attributes(columns[name]))
    variables: dict[str, Variable] = {}
    weeks = []
    for name in results.outcomes:
        if name.startswith(WEEK_PREFIX):
            weeks.append(name)
        else:
            variables[columns[name].name] = (("point", "replicate"), results.cube(name), _attributes(columns[name]))
    if weeks:
        coordinates["week"] = (
            "week",
            np.array([int(name.removeprefix(WEEK_PREFIX)) for name in weeks]),
            _about(*KEY_COLUMNS["week"]),
        )
        variables[OVER_TIME] = (
            ("point", "replicate", "week"),
            np.stack([results.cube(name) for name in weeks], axis=-1),
            _about("share", "Teachers using the practice, times depth, in single weeks."),
        )
    settings, manifest = results.settings, results.manifest
    failed = int((results.runs["status"] == "failed").sum())
    return (
        variables,
        coordinates,
        {
            "title": manifest["name"],
            "variant": manifest["variant"],
            "method": settings["method"],
            "seed": settings["seed"],
            "model": manifest["model"],
            "scenario": settings["scenario"],
            "failed_runs": failed,
        },
    )


def _of_run(run: RunResult) -> tuple[dict[str, Variable], dict[str, Variable], dict[str, object]]:
    """Variables, coordinates and attributes of a run."""
    coordinates: dict[str, Variable] = {
        name: (name, np.arange(size), _about(*KEY_COLUMNS[name]))
        for name, size in (("replicate", run.replicates), ("week", run.scenario.weeks))
    }
    variables: dict[str, Variable] = {
        outcome.name: ("replicate", run.values(outcome.name), _about(outcome.unit, outcome.meaning))
        for outcome in OUTCOMES
    }
    for weekly in WEEKLY_OUTCOMES:
        variables[f"{weekly.name}_by_week"] = (
            ("replicate", "week"),
            run.weeks[weekly.name].to_numpy().reshape(run.replicates, -1),
            _about("share", weekly.meaning),
        )
    variables |= _by_school(run, coordinates)
    return (
        variables,
        coordinates,
        {"title": run.scenario.title, "scenario": run.scenario.name, "seed": run.seed, "engine": run.engine},
    )


def _by_school(run: RunResult, coordinates: dict[str, Variable]) -> dict[str, Variable]:
    """The tables of schools by replicate, year and school; adds the coordinates that they need."""
    table = run.schools
    years, schools = (np.unique(table[name]) for name in ("year", "school"))
    for name, places in (("year", years), ("school", schools)):
        coordinates[name] = (name, places, _about(*SCHOOL_COLUMNS[name]))
    shape = (run.replicates, len(years), len(schools))
    about = {
        "use": ("share", "Teachers using the practice, mean of the year."),
        "belief": ("share", "Belief of teachers, mean of the year."),
        "fidelity": ("share", "Share of the core that users keep, mean of the year."),
    } | SCHOOL_COLUMNS
    return {
        f"{name}_by_school": (
            ("replicate", "year", "school"),
            table[name].to_numpy().reshape(shape),
            _about(*about[name]),
        )
        for name in table.columns
        if name not in ("replicate", "year", "school")
    }


def _attributes(column: Column) -> dict[str, object]:
    attributes = _about(column.unit, column.meaning)
    if column.low is not None:
        attributes["valid_range"] = [column.low, column.high]
    if column.options:
        attributes["options"] = ", ".join(column.options)
    if column.origin != column.name:
        attributes["plnsim_name"] = column.origin
    return attributes


def _about(unit: str, meaning: str) -> dict[str, object]:
    return {"units": unit, "long_name": meaning}
