"""The plain-language result of a run: sentences made from its numbers, and one small table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np

from plnsim.common.command_line import command_line
from plnsim.model.measure import BARRIERS
from plnsim.model.outcome import OUTCOMES_BY_NAME
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.output.costs import MONTHS_CAVEAT, benefit_sentence, cost_sentences, price_sentence
from plnsim.output.words import (
    BRACKETS,
    CONFIDENCE_INTERVAL,
    IN_THIS_MODEL,
    PREDICTION_INTERVAL,
    format_value,
    intervals_text,
    likelihood_in_runs,
    number,
    percent,
    ranges,
    too_few_for_intervals,
)
from plnsim.simulation.runs import Cost, intervals
from plnsim.simulation.scenario import Scenario

if TYPE_CHECKING:
    import pandas

IN_TABLE = (
    "use_when_support_ends",
    "use",
    "use_where_taking_part",
    "home_use",
    "depth",
    "retention",
    "teacher_survival_3",
    "school_survival_3",
    "reproduction",
    "schools_in_routine",
    "networks_alone",
    "pupil_effect",
    "equity_gap",
)


class Replicates(Protocol):
    """The replicates of a scenario, just run or read from a record."""

    @property
    def scenario(self) -> Scenario: ...
    @property
    def replicates(self) -> int: ...
    @property
    def cost(self) -> Cost: ...
    @property
    def bill(self) -> Mapping[str, float]: ...
    @property
    def without_programme(self) -> pandas.DataFrame: ...
    def values(self, outcome: str, /) -> np.ndarray: ...


def _estimate(run: Replicates, outcome: str) -> str:
    unit = OUTCOMES_BY_NAME[outcome].unit
    told = intervals(run.values(outcome), unit)
    if told["defined_in"] == 0:
        return "not defined"
    if told["defined_in"] == 1:
        return format_value(told["mean"], unit)
    both = intervals_text(told, partial(format_value, unit=unit))
    return f"about {format_value(told['mean'], unit)} ({both})"


def _last_year(years: float) -> str:
    if years > 1:
        return f"In the last of {number(years)} years"
    return "Over the year of the run" if years == 1 else f"Over the {number(years)} years of the run"


def _of_home_colleagues(run: Replicates) -> str:
    """What is said of home colleagues; where all teachers have a seat in a network there are none."""
    if not np.isfinite(run.values("home_use")).any():
        return ""
    return f"; among home colleagues, who have no seat in a network, {_estimate(run, 'home_use')}"


def _scale_up(run: Replicates) -> str:
    reached = run.values("sustained_scale_up")
    if run.replicates == 1:
        return f" {'' if reached[0] else 'not '}reached in this run"
    return f", {IN_THIS_MODEL}, {likelihood_in_runs(int(np.nansum(reached)), len(reached))}"


def barriers_command(scenario: Scenario) -> str:
    """The command that finds the actual barrier of a scenario; only its name where it needs a file or options."""
    return command_line("barriers", *([scenario.name] if scenario.is_as_shipped else []))


def sentences(run: Replicates, barriers: str = "") -> list[str]:
    """What the runs show, what holds after support, and what is in the way, each with its uncertainty.

    ``barriers``: the command that finds the actual barrier, where it is known how the scenario was asked for.
    """
    last = _last_year(run.scenario.weeks / SCHOOL_WEEKS)
    ends, use, of_home = run.scenario.support_ends, _estimate(run, "use"), _of_home_colleagues(run)
    said = []
    if ends < run.scenario.weeks:
        if ends > 0:
            said.append(
                f"When outside support ends, after year {number(ends / SCHOOL_WEEKS)}, "
                f"{_estimate(run, 'use_when_support_ends')} of all teachers use the practice. {last} it is "
                f"{use}{of_home}."
            )
        else:
            said.append(f"There is no outside support. {last} {use} of all teachers use the practice{of_home}.")
        said.append(f"Sustained scale-up (spread, depth, lasting use and ownership together) is{_scale_up(run)}.")
    else:
        said.append(
            f"{last} {use} of all teachers use the practice; support has not ended by then, so nothing can be said "
            "about what lasts without it."
        )
    named = {barrier: intervals(run.values(f"names_{barrier}"))["mean"] for barrier in BARRIERS}
    if np.isfinite(list(named.values())).all():
        first = max(named, key=named.__getitem__)
        said.append(
            f"Asked what is in the way, teachers name {first} most ({percent(named[first])} of answers); whether that "
            f"is the actual barrier, {barriers or barriers_command(run.scenario)} finds out by paired runs."
        )
    said += [*cost_sentences(run.scenario, run.cost, run.bill), benefit_sentence(run.scenario, run.values)]
    return [*said, BRACKETS, *too_few_for_intervals(run.replicates)] if run.replicates > 1 else said


def heads(run: Replicates) -> tuple[str, str, str, str, str]:
    """What stands above the columns of ``table``."""
    both = (CONFIDENCE_INTERVAL, PREDICTION_INTERVAL) if run.replicates > 1 else ("", "")
    return "outcome", "mean" if run.replicates > 1 else "value", *both, "meaning"


def table(run: Replicates) -> list[tuple[str, str, str, str, str]]:
    """Outcome, mean, both intervals and meaning, as texts."""
    rows = []
    for name in IN_TABLE:
        outcome = OUTCOMES_BY_NAME[name]
        told = intervals(run.values(name), outcome.unit)
        unit = (
            ""
            if outcome.unit in ("share", "0 or 1") or outcome.unit.startswith("SD of")
            else f" {outcome.unit}"
            if outcome.unit != "ratio"
            else ""
        )
        if told["defined_in"] == 0:
            rows.append((name, "not defined", "", "", outcome.meaning))
            continue
        of_mean, new_run = ranges(told, partial(format_value, unit=outcome.unit))
        if told["defined_in"] < run.replicates:
            new_run = f"{new_run} (in {told['defined_in']} of {run.replicates} runs)".strip()
        rows.append((name, f"{format_value(told['mean'], outcome.unit)}{unit}", of_mean, new_run, outcome.meaning))
    return rows


def caveats(run: Replicates) -> list[str]:
    """What every result carries with it."""
    return [
        "This is a thought experiment: it says what follows from the assumptions, not how many teachers will adopt "
        "in a real district.",
        price_sentence(run.scenario.values),
        MONTHS_CAVEAT,
        "Most rates are assumed; `plnsim parameters` lists each with its source or the word assumed.",
    ]
