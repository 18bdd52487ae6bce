"""What every column of a stored experiment is: plain name, type, unit, range, meaning. One description serves all
formats.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pandas

from plnsim.common.parameter import Choice
from plnsim.model.outcome import OUTCOMES_BY_NAME
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.experiment.design import DUMMY
from plnsim.studies.experiment.results import ExperimentResults
from plnsim.studies.experiment.task import WEEK_PREFIX

WEEK = re.compile(rf"{WEEK_PREFIX}(\d+)")
OVER_TIME = "deep_use_over_time"
"""Where weeks are a dimension: sustained deep use in all weeks that the experiment measured."""
KEYS = {
    "run": ("integer", "number", "Run, from 0: the point times the number of replicates, plus the replicate."),
    "point": ("integer", "number", "Point of the design, from 0."),
    "replicate": ("integer", "number", "Replicate, from 0; in equal ones points of one block share their luck."),
    "status": ("string", "one of the options", "Whether the run was done or failed."),
    "error": ("string", "text", "Why it failed; empty where it did not."),
}
CONDITIONS = {
    "felt": "How much of it was felt, mean of all teachers and weeks: {}.",
    "gain": (
        "What the first outcome gains, with the same luck, when a share of the gap of this condition is closed: {}."
    ),
}


@dataclass(frozen=True)
class Column:
    """One column; ``name`` is plain, ``origin`` the name that plnsim has for it. Bounds and options are empty where
    there are none.
    """

    name: str
    origin: str
    kind: str
    unit: str
    meaning: str
    low: float | None = None
    high: float | None = None
    options: tuple[str, ...] = ()
    role: str = "key"


def to_identifier(name: str) -> str:
    """A name of letters, digits and underscores: what R, SQL, Stata and formulas take as it is."""
    return re.sub(r"\W", "_", name)


def describe_columns(results: ExperimentResults) -> list[Column]:
    """Keys, parameters and outcomes, in the order of the table of runs."""
    keys = [
        Column(name, name, kind, unit, meaning, options=("done", "failed") if name == "status" else ())
        for name, (kind, unit, meaning) in KEYS.items()
    ]
    return [
        *keys,
        *(_parameter_column(name, results) for name in results.names),
        *(_outcome_column(name, results) for name in results.outcomes),
    ]


def _parameter_column(name: str, results: ExperimentResults) -> Column:
    if name == DUMMY:
        return Column(
            DUMMY,
            DUMMY,
            "number",
            "share",
            "A parameter that enters nowhere: what is found for it is noise.",
            0.0,
            1.0,
            role="parameter",
        )
    if name in results.factors:
        return Column(
            to_identifier(name),
            name,
            "string",
            "one of the options",
            "A factor of the design.",
            options=tuple(results.factors[name]),
            role="parameter",
        )
    parameter, own = MODEL_PARAMETERS[name], results.distributions.get(name)
    if isinstance(parameter, Choice):
        return Column(
            to_identifier(name),
            name,
            "string",
            parameter.unit,
            parameter.meaning,
            options=tuple(parameter.options),
            role="parameter",
        )
    return Column(
        to_identifier(name),
        name,
        "integer" if parameter.integer else "number",
        parameter.unit,
        parameter.meaning,
        *((own and own.range) or parameter.range),
        role="parameter",
    )


def _outcome_column(name: str, results: ExperimentResults) -> Column:
    if name in results.formulas:
        return Column(name, name, "number", "", f"By formula: {results.formulas[name]}", role="outcome")
    if name in results.functions:
        return Column(name, name, "number", *results.functions[name], role="outcome")
    if week := WEEK.fullmatch(name):
        return Column(
            name,
            name,
            "number",
            "share",
            f"Teachers using it, times depth, in week {week[1]} (from 0; 39 make a year).",
            0.0,
            1.0,
            role="outcome",
        )
    if name in OUTCOMES_BY_NAME:
        outcome = OUTCOMES_BY_NAME[name]
        low, high = (0.0, 1.0) if outcome.unit in ("share", "0 or 1") else (None, None)
        return Column(name, name, "number", outcome.unit, outcome.meaning, low, high, role="outcome")
    kind, _, condition = name.partition("_")
    return Column(
        to_identifier(name),
        name,
        "number",
        "share",
        CONDITIONS[kind].format(condition) if kind in CONDITIONS else "Measured in the run.",
        role="outcome",
    )


def runs_table(experiment: ExperimentResults | Path | str) -> pandas.DataFrame:
    """All finished runs as one table, a row each: keys, what the point was, what came out, under plain names."""
    results = ExperimentResults.of(experiment)
    values = results.values.iloc[results.runs["point"]].reset_index(drop=True)
    return pandas.concat([results.runs[list(KEYS)], values, results.runs[list(results.outcomes)]], axis=1).rename(
        columns=to_identifier
    )
