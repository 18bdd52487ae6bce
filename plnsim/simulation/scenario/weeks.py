"""The weeks of a scenario, one record each, and the values in force in each of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from plnsim.common.parameter import Value
from plnsim.common.streams import START_WEEK, run_key, week_key
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.values import number_of
from plnsim.model.week import WEEK_DTYPE
from plnsim.simulation.scenario.declared import to_record

if TYPE_CHECKING:
    from plnsim.model.protocols import Week

EVENTS = ("end support", "new head", "tune-up")


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
    planned = round(number_of(values, "programme.support_years") * SCHOOL_WEEKS)
    return min([planned, *(event.week for event in calendar if event.event == "end support")])


def length(values: Mapping[str, Value], calendar: Sequence[CalendarEvent], years: float | None) -> int:
    """Weeks of a run: the years asked for, or whole years of support and follow-up."""
    if years is None:
        follow_up = number_of(values, "programme.follow_up_years")
        years = math.ceil(end_of_support(values, calendar) / SCHOOL_WEEKS) + follow_up
    return max(1, round(years * SCHOOL_WEEKS))


def regimes(
    values: Mapping[str, Value], calendar: Sequence[CalendarEvent], weeks: int
) -> tuple[list[dict[str, Value]], NDArray[np.intp]]:
    """The different parameter sets in force, and which of them holds in each week."""
    changes = sorted(
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
    parameter_sets = [
        {**values, **{name: value for event in calendar if event.in_force(week) for name, value in event.values}}
        for week in changes
    ]
    return parameter_sets, np.searchsorted(changes, np.arange(weeks), side="right") - 1


def _meetings(a_year: float, of_year: np.ndarray) -> np.ndarray:
    """Weeks of a meeting, so spread that exactly ``a_year`` fall into a year (rounded down)."""
    return np.floor((of_year + 1) * a_year / SCHOOL_WEEKS) > np.floor(of_year * a_year / SCHOOL_WEEKS)


def weeks_of(
    values: Mapping[str, Value], calendar: Sequence[CalendarEvent], years: float | None, seed: int, replicate: int
) -> tuple[np.ndarray, list[dict[str, Value]]]:
    """The records of all weeks of a run and the parameter sets that they point to."""
    number = np.arange(length(values, calendar, years))
    parameter_sets, regime = regimes(values, calendar, len(number))
    weeks = np.zeros(len(number), WEEK_DTYPE)
    run = run_key(seed, replicate)
    weeks["key"] = [week_key(run, week + 1) for week in number.tolist()]
    weeks["number"], weeks["regime"], weeks["of_year"] = number, regime, number % SCHOOL_WEEKS
    weeks["ends_year"] = weeks["of_year"] == SCHOOL_WEEKS - 1
    end = end_of_support(values, calendar)
    weeks["supported"], weeks["support_over"] = number < end, number + 1 >= end
    for place, in_force in enumerate(parameter_sets):
        here = regime == place
        a_year = number_of(in_force, "meeting.a_year")
        weeks["meets"][here] = _meetings(a_year, weeks["of_year"][here])
        alone = a_year * number_of(in_force, "meeting.alone_share")
        weeks["meets_alone"][here] = _meetings(alone, weeks["of_year"][here])
    for event in calendar:
        if event.week < len(number) and event.event == "new head":
            weeks["new_head"][event.week] = event.share
        elif event.week < len(number) and event.event == "tune-up":
            weeks["tune_up"][event.week] = 1
    return weeks, parameter_sets


def start_week(seed: int, replicate: int) -> np.ndarray:
    """The record (of shape ()) of the week before the first, in which starting values are drawn."""
    week = np.zeros((), WEEK_DTYPE)
    week["key"], week["number"] = week_key(run_key(seed, replicate), START_WEEK), START_WEEK - 1
    return week


def week_attributes(week: np.ndarray) -> Week:
    """A week's record as plain attributes, as Mesa's agents read it."""
    return SimpleNamespace(**{name: week[name].item() for name in WEEK_DTYPE.names or ()})


def to_records(parameter_sets: Sequence[Mapping[str, Value]]) -> np.ndarray:
    """Parameter sets as an array of NumPy records."""
    return np.stack([to_record(values) for values in parameter_sets])
