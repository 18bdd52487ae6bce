"""How long use lasts once support has ended: survival curves of teachers and of schools, and reproduction.

Survival is estimated as Kaplan and Meier do, with Greenwood's variance and pointwise 95 % intervals on the
log-minus-log scale, which stay within 0 and 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from plnsim.common.elementary import exps, logs
from plnsim.model.measure import RunCounts
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.values import number_of

YEARS_AFTER = (1, 2, 3, 5, 10, 20)
"""Years after the end of support for which survival is an outcome."""
STEADY_YEARS = 3
"""Years over which reproduction is pooled."""
NORMAL_QUANTILE = 1.959963984540054


class Survival(NamedTuple):
    """A survival curve, from the end of support on; empty where the run does not outlast support."""

    followed: np.ndarray  # how many neither had the event nor left so far
    share: np.ndarray  # who survived so far
    low: np.ndarray  # lower and upper end of its pointwise 95 % interval
    high: np.ndarray


NO_CURVE = Survival(*(np.zeros(0) for _ in range(4)))
"""The curve of a run that does not outlast support: no points."""


def kaplan_meier(followed: np.ndarray, events: np.ndarray) -> Survival:
    """The survival curve of those followed at the start and after each step, with the events of each step.

    Who is no longer followed and had no event is censored, after the step's events. Where nobody is followed the curve
    is NaN, unless it came down to 0 before. While nobody had the event, and where everybody had it, the interval is the
    estimate itself: the method says no more.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        at_risk = np.where(followed[:-1] > 0, followed[:-1], np.nan)
        first = 1.0 if followed[0] > 0 else math.nan
        share = np.concatenate([[first], first * np.cumprod(1.0 - events / at_risk)])
        greenwood = np.concatenate([[0.0], np.cumsum(events / (at_risk * (at_risk - events)))])
        died_out = np.logical_or.accumulate(share == 0.0)
        share[died_out] = 0.0
    within = (share > 0.0) & (share < 1.0)
    logarithm = logs(share[within])
    factor = exps(NORMAL_QUANTILE * np.sqrt(greenwood[within]) / logarithm)
    low, high = share.copy(), share.copy()
    low[within], high[within] = exps(logarithm / factor), exps(logarithm * factor)
    return Survival(followed, share, low, high)


def _once_a_run(curve: Callable[[RunCounts], Survival]) -> Callable[[RunCounts], Survival]:
    """Keeps a run's curve as long as the run, for the outcomes of several horizons are read from one."""
    known: WeakKeyDictionary[RunCounts, Survival] = WeakKeyDictionary()

    @wraps(curve)
    def kept(run: RunCounts) -> Survival:
        if run not in known:
            known[run] = curve(run)
        return known[run]

    return kept


@_once_a_run
def survival_of_teachers(run: RunCounts) -> Survival:
    """Survival of use week by week among the teachers who used it in the last week of support.

    The event is giving it up, the first time. Who leaves her school is censored: from then on it is not known whether
    she would have gone on, and the newcomer in her post has not begun. So the curve tells how long use lasts where
    teachers stay; what their leaving costs, and whether newcomers make up for it, is told by reproduction.
    """
    if not run.outlasts_support:
        return NO_CURVE
    first = max(0, run.support_ends - 1)
    followed, gave_up = (run.weeks[name].sum(axis=1)[first:] for name in ("followed", "followed_gave_up"))
    return kaplan_meier(followed, gave_up[1:])


@_once_a_run
def survival_of_schools(run: RunCounts) -> Survival:
    """Survival of use year by year among the schools that had spread it in the year in which support ended.

    A school had spread it from ``measure.fate_from`` on; the event is the first later year in which less than
    ``measure.method_use`` of its staff use it. No school leaves, so all are followed to the end of the run. A last
    stretch shorter than a year is no year.
    """
    last, whole = run.last_supported_year, run.length // SCHOOL_WEEKS
    if not run.outlasts_support or last >= whole:
        return NO_CURVE
    spread = run.by_school("users", "staff", last) >= number_of(run.values, "measure.fate_from")
    keeps, followed = spread & (run.years["users"][last] > 0), []
    for year in range(last, whole):
        if year > last:
            keeps = keeps & (run.by_school("users", "staff", year) >= number_of(run.values, "measure.method_use"))
        followed.append(float(keeps.sum()))
    return kaplan_meier(np.array(followed), -np.diff(followed))


def turnover_of_users(run: RunCounts) -> tuple[float, float]:
    """How many took it up less those who gave it up, and how many users left, in the last years after support.

    At most ``STEADY_YEARS`` whole years, so that each has its year end; all weeks after support where they are fewer
    than a year.
    """
    after = max(0, run.length - run.support_ends)
    weeks = min(STEADY_YEARS, after // SCHOOL_WEEKS) * SCHOOL_WEEKS or after
    when = slice(run.length - weeks, run.length)
    took_up, gave_up, left = (float(run.weeks[name][when].sum()) for name in ("took_up", "gave_up", "left_using"))
    return took_up - gave_up, left


def reproduction(run: RunCounts) -> float:
    """How far teachers who take it up, less those who give it up, replace users who leave; 1 keeps use as it is.

    Pooled over the last years of the run after support. NaN while support lasts and where no user left.
    """
    gained, left = turnover_of_users(run)
    return gained / left if left > 0 else math.nan
