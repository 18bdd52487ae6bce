"""What every column of a stored experiment is: plain name, type, unit, range, meaning. One description serves all formats."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pandas

from plnsim.common.parameter import Choice
from plnsim.model.outcome import BY_NAME
from plnsim.simulation.scenario.declared import DECLARED
from plnsim.studies.experiment.design import DUMMY
from plnsim.studies.experiment.results import Stored
from plnsim.studies.experiment.task import OF_WEEK

WEEK = re.compile(rf"{OF_WEEK}(\d+)")
OVER_TIME = "deep_use_over_time"
"""Where weeks are a dimension: sustained deep use in all weeks that the experiment measured."""
KEYS = {
    "run": ("integer", "number", "Run, from 0: the point times the number of replicates, plus the replicate."),
    "point": ("integer", "number", "Point of the design, from 0."),
    "replicate": ("integer", "number", "Replicate, from 0; equal replicates of all points share their luck."),
    "status": ("string", "one of the options", "Whether the run was done or failed."),
    "error": ("string", "text", "Why it failed; empty where it did not."),
}
CONDITIONS = {"felt": "How much of it was felt, mean of all teachers and weeks: {}.",
              "gain": "What the first outcome gains, with the same luck, when a share of the gap of this condition is closed: {}."}


@dataclass(frozen=True)
class Column:
    """One column; ``name`` is plain, ``origin`` the name that plnsim has for it. Bounds and options are empty where there are none."""

    name: str
    origin: str
    kind: str
    unit: str
    meaning: str
    low: float | None = None
    high: float | None = None
    options: tuple[str, ...] = ()
    role: str = "key"


def plain(name: str) -> str:
    """A name of letters, digits and underscores: what R, SQL, Stata and formulas take as it is."""
    return re.sub(r"\W", "_", name)


def columns_of(stored: Stored) -> list[Column]:
    """Keys, parameters and outcomes, in the order of the table of runs."""
    keys = [Column(name, name, kind, unit, meaning, options=("done", "failed") if name == "status" else ())
            for name, (kind, unit, meaning) in KEYS.items()]
    return [*keys, *(_varied(name, stored) for name in stored.names), *(_outcome(name) for name in stored.outcomes)]


def _varied(name: str, stored: Stored) -> Column:
    if name == DUMMY:
        return Column(DUMMY, DUMMY, "number", "share", "A parameter that enters nowhere: what is found for it is noise.", 0.0, 1.0, role="parameter")
    if name in stored.factors:
        return Column(plain(name), name, "string", "one of the options", "A factor of the design.", options=tuple(stored.factors[name]),
                      role="parameter")
    one = DECLARED[name]
    if isinstance(one, Choice):
        return Column(plain(name), name, "string", one.unit, one.meaning, options=tuple(one.options), role="parameter")
    return Column(plain(name), name, "integer" if one.whole else "number", one.unit, one.meaning, *one.plausible, role="parameter")


def _outcome(name: str) -> Column:
    if week := WEEK.fullmatch(name):
        return Column(name, name, "number", "share", f"Teachers using it, times depth, in week {week[1]} (from 0; 39 make a year).", 0.0, 1.0,
                      role="outcome")
    if name in BY_NAME:
        one = BY_NAME[name]
        bounds = (0.0, 1.0) if one.unit in ("share", "0 or 1") else (None, None)
        return Column(name, name, "number", one.unit, one.meaning, *bounds, role="outcome")
    kind, _, condition = name.partition("_")
    return Column(plain(name), name, "number", "share", CONDITIONS[kind].format(condition) if kind in CONDITIONS else "Measured in the run.",
                  role="outcome")


def runs_table(experiment: Stored | Path | str) -> pandas.DataFrame:
    """All finished runs as one table, a row each: keys, what the point was, what came out, under plain names."""
    stored = Stored.of(experiment)
    values = stored.values.iloc[stored.runs["point"]].reset_index(drop=True)
    return pandas.concat([stored.runs[list(KEYS)], values, stored.runs[list(stored.outcomes)]], axis=1).rename(columns=plain)
