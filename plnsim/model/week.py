"""The record of a week, as steps and rules read it, and the school calendar by which it is filled.

The functions are plain, so that Python fills many weeks at once and compiled code one by one by the same text.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from plnsim.common.streams import START_WEEK, week_key
from plnsim.model.school_year import SCHOOL_WEEKS

WEEK_DTYPE = np.dtype(
    [
        ("key", "u8"),  # key of this week's random numbers
        ("new_head", "f8"),  # share of schools whose head changes this week, by the calendar
        ("number", "i4"),  # from 0; -1 is the one before the first
        ("regime", "i4"),  # which parameter set is in force
        ("of_year", "i2"),  # 0 to 38
        ("ends_year", "i1"),  # the last week of a school year
        ("supported", "i1"),  # outside support runs
        ("support_over", "i1"),  # it has ended by the end of this week
        ("meets", "i1"),  # supported networks meet
        ("meets_alone", "i1"),  # networks on their own meet
        ("tune_up", "i1"),  # all who ever held a seat meet once more, with facilitation
    ],
    align=True,
)
"""What a week carries."""


def support_weeks(years: float, ends_at: int) -> int:
    """The first week without outside support: after so many years, or ``ends_at`` where that is sooner."""
    return min(round(years * SCHOOL_WEEKS), ends_at)


def run_weeks(supported: int, follow_up_years: float, years: float) -> int:
    """Weeks of a run: of so many years, or (for 0 years) whole years of support and follow-up."""
    if years <= 0.0:
        years = math.ceil(supported / SCHOOL_WEEKS) + follow_up_years
    return max(1, round(years * SCHOOL_WEEKS))


def fill_start_week(week: Any, run: int) -> None:
    """Fills in the record of the week before the first, in which starting values are drawn; ``run`` is its key."""
    week["key"], week["number"] = week_key(run, START_WEEK), START_WEEK - 1


def fill_weeks(weeks: Any, number: Any, run: int, supported: int, a_year: float, alone_share: float) -> None:
    """Fills in a week's record, or many, but for what a calendar says.

    ``number`` counts weeks from 0 (many as unsigned words), ``run`` is the run's key, ``supported`` the first week
    without outside support, ``a_year`` how often supported networks meet and ``alone_share`` how much of that is left
    to those on their own.
    """
    of_year = number % SCHOOL_WEEKS
    weeks["key"], weeks["number"], weeks["of_year"] = week_key(run, number + 1), number, of_year
    weeks["ends_year"] = of_year == SCHOOL_WEEKS - 1
    weeks["supported"], weeks["support_over"] = number < supported, number + 1 >= supported
    weeks["meets"], weeks["meets_alone"] = has_meeting(of_year, a_year), has_meeting(of_year, a_year * alone_share)


def has_meeting(of_year: Any, a_year: float) -> Any:
    """Whether a week of the school year holds a meeting, so spread that exactly ``a_year`` do (rounded down)."""
    return np.floor((of_year + 1) * a_year / SCHOOL_WEEKS) > np.floor(of_year * a_year / SCHOOL_WEEKS)
