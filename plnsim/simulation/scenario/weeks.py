"""The weeks of a scenario, one record each, and the values in force in each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from plnsim.common.parameter import Value
from plnsim.common.streams import run_key
from plnsim.model.values import number_of
from plnsim.model.week import WEEK_DTYPE, fill_start_week, fill_weeks, run_weeks, support_weeks
from plnsim.simulation.scenario.declared import to_record

if TYPE_CHECKING:
    from plnsim.model.protocols import Week

EVENTS = ("end support", "new head", "tune-up")
NEVER = 2**31 - 1
"""A week beyond any run."""


@dataclass(frozen=True)
class CalendarEvent:
    """What happens on the way: from a week on (to another, or for good) values are set, or a named event happens."""

    week: int
    until: int | None = None
    values: tuple[tuple[str, Value], ...] = ()
    event: str | None = None
    share: float = 1.0
    note: str = ""

    def in_force(self, week: int) -> bool:
        """Whether its values are in force in a week."""
        return self.week <= week and (self.until is None or week < self.until)


def end_of_support(values: Mapping[str, Value], calendar: Sequence[CalendarEvent]) -> int:
    """The first week without outside support."""
    return support_weeks(number_of(values, "programme.support_years"), told_end_of_support(calendar))


def told_end_of_support(calendar: Sequence[CalendarEvent]) -> int:
    """The week in which a calendar ends outside support; beyond any run where it does not."""
    return min((event.week for event in calendar if event.event == "end support"), default=NEVER)


def length(values: Mapping[str, Value], calendar: Sequence[CalendarEvent], years: float | None) -> int:
    """Weeks of a run: the years asked for, or whole years of support and follow-up."""
    return run_weeks(
        end_of_support(values, calendar),
        number_of(values, "programme.follow_up_years"),
        0.0 if years is None else years,
    )


def changes(calendar: Sequence[CalendarEvent], weeks: int) -> list[int]:
    """The weeks of a run from which other values are in force, week 0 among them."""
    return sorted(
        {
            0,
            *(
                week
                for event in calendar
                if event.values
                for week in (event.week, event.until)
                if week and week < weeks
            ),
        }
    )


def held_by(calendar: Sequence[CalendarEvent], week: int) -> dict[str, Value]:
    """The values that a calendar puts in the place of the scenario's own in a week."""
    return {name: value for event in calendar if event.in_force(week) for name, value in event.values}


def regimes(
    values: Mapping[str, Value], calendar: Sequence[CalendarEvent], weeks: int
) -> tuple[list[dict[str, Value]], NDArray[np.intp]]:
    """The different parameter sets in force, and which of them holds in each week."""
    starts = changes(calendar, weeks)
    parameter_sets = [{**values, **held_by(calendar, week)} for week in starts]
    return parameter_sets, np.searchsorted(starts, np.arange(weeks), side="right") - 1


def weeks_of(
    values: Mapping[str, Value], calendar: Sequence[CalendarEvent], years: float | None, seed: int, replicate: int
) -> tuple[np.ndarray, list[dict[str, Value]]]:
    """The records of all weeks of a run and the parameter sets that they point to."""
    number = np.arange(length(values, calendar, years), dtype=np.uint64)
    parameter_sets, regime = regimes(values, calendar, len(number))
    run, supported = run_key(seed, replicate), end_of_support(values, calendar)
    weeks = np.zeros(len(number), WEEK_DTYPE)
    for place, in_force in enumerate(parameter_sets):
        here = regime == place
        a_year, alone_share = number_of(in_force, "meeting.a_year"), number_of(in_force, "meeting.alone_share")
        some = weeks[here]
        fill_weeks(some, number[here], run, supported, a_year, alone_share)
        weeks[here] = some
    weeks["regime"] = regime
    for event in calendar:
        if event.week < len(weeks) and event.event == "new head":
            weeks["new_head"][event.week] = event.share
        elif event.week < len(weeks) and event.event == "tune-up":
            weeks["tune_up"][event.week] = 1
    return weeks, parameter_sets


def start_week(seed: int, replicate: int) -> np.ndarray:
    """The record (of shape ()) of the week before the first, in which starting values are drawn."""
    week = np.zeros((), WEEK_DTYPE)
    fill_start_week(week, run_key(seed, replicate))
    return week


def week_attributes(week: np.ndarray) -> Week:
    """A week's record as plain attributes, as Mesa's agents read it."""
    return SimpleNamespace(**{name: week[name].item() for name in WEEK_DTYPE.names or ()})


def to_records(parameter_sets: Sequence[Mapping[str, Value]]) -> np.ndarray:
    """Parameter sets as an array of NumPy records."""
    return np.stack([to_record(values) for values in parameter_sets])
