"""Curves of a scenario over its replicates, and the sentence that says what they show."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

import numpy as np

from plnsim.app.states import SimulationCancelled, support_end_week
from plnsim.common.checks import validate_workers
from plnsim.common.short_repr import short_repr
from plnsim.model.measure import RunCounts
from plnsim.model.outcome import WEEKLY_OUTCOMES, WeeklyOutcome, sustained_scale_up
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.output.words import (
    IN_THIS_MODEL,
    interval_label,
    likelihood_in_pairs,
    likelihood_in_runs,
    number,
    percent,
    points,
)
from plnsim.simulation.runs import HALF_QUANTILES, RANGE_QUANTILES, map_ordered, simulate_run, summary
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.classroom import RUNS

BY_NAME = {outcome.name: outcome for outcome in WEEKLY_OUTCOMES}


@dataclass(frozen=True)
class Curves:
    """What the replicates of a scenario show: ``weekly[name]`` is runs x weeks, ``last[name]`` the last year of each
    run.
    """

    weekly: dict[str, np.ndarray]
    last: dict[str, np.ndarray]
    scaled_up: np.ndarray
    support_ends: int | None

    __repr__ = short_repr

    @property
    def nbytes(self) -> int:
        return sum(table.nbytes for table in [*self.weekly.values(), *self.last.values()])

    @property
    def weeks(self) -> int:
        return int(next(iter(self.weekly.values())).shape[1])


def simulate_curves(
    scenario: Scenario,
    seed: int,
    stop: Event,
    workers: int | None = None,
    pause: Callable[[Event], None] = lambda stop: None,
) -> Curves:
    """Simulates the replicates of a scenario with Numba; raises ``SimulationCancelled`` soon after ``stop`` is set.

    ``pause`` is called with ``stop`` before each replicate, in the thread that is to simulate it, and may let others
    go first.
    """

    def simulate_replicate(replicate: int) -> RunCounts:
        pause(stop)
        if stop.is_set():
            raise SimulationCancelled
        return simulate_run(scenario, seed, replicate)

    runs = list(map_ordered(simulate_replicate, range(RUNS), validate_workers(workers)))
    return Curves(
        {outcome.name: np.stack([_weekly(run, outcome) for run in runs]) for outcome in WEEKLY_OUTCOMES},
        {
            outcome.name: np.array([run.ratio(outcome.count, outcome.of, run.last_year) for run in runs])
            for outcome in WEEKLY_OUTCOMES
        },
        np.array([sustained_scale_up(run) for run in runs]),
        support_end_week(scenario),
    )


def _weekly(run: RunCounts, outcome: WeeklyOutcome) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(run.weeks[outcome.count].sum(axis=1) / run.weeks[outcome.of].sum(axis=1))


def side(curves: Curves, outcome: str) -> dict[str, object]:
    """A side of the comparison, as the page's source promises it."""
    weekly = curves.weekly[outcome]
    defined = ~np.isnan(weekly).all(axis=0)
    levels = np.full((5, curves.weeks), np.nan)
    levels[:, defined] = np.nanquantile(
        weekly[:, defined], [RANGE_QUANTILES[0], HALF_QUANTILES[0], 0.5, HALF_QUANTILES[1], RANGE_QUANTILES[1]], axis=0
    )
    low, lower, middle, upper, high = (nan_to_none(level) for level in levels)
    mean, least, most, _ = summary(curves.last[outcome])
    return {
        "at": list(range(curves.weeks)),
        "weeks": curves.weeks,
        "support_ends": curves.support_ends,
        "middle": middle,
        "inner": [lower, upper],
        "outer": [low, high],
        "one": nan_to_none(weekly[0]),
        "last": _range(mean, least, most),
    }


def nan_to_none(values: np.ndarray) -> list[float | None]:
    """The values as JSON can hold them: what is not defined is null."""
    return [value if math.isfinite(value) else None for value in values.tolist()]


def _range(mean: float, low: float, high: float) -> dict[str, float | None]:
    return dict(zip(("mean", "low", "high"), nan_to_none(np.array([mean, low, high])), strict=True))


def compare_curves(is_: Curves, if_: Curves | None, outcome: str) -> dict[str, object]:
    """Both sides, their paired difference and what they show, as the page's source promises it."""
    comparison: dict[str, object] = {
        "outcome": outcome,
        "is": side(is_, outcome),
        "if": side(if_, outcome) if if_ else None,
        "paired": None,
        "sentence": sentence(is_, if_, outcome),
    }
    if if_:
        mean, low, high, _ = summary(if_.last[outcome] - is_.last[outcome])
        comparison["paired"] = _range(mean, low, high)
    return comparison


def sentence(is_: Curves, if_: Curves | None, outcome: str) -> str:
    """What the curves show about the last year, with its uncertainty in words and counts."""
    years = number(is_.weeks / SCHOOL_WEEKS)
    what = BY_NAME[outcome].meaning.rstrip(".")
    current = if_ or is_
    mean, low, high, defined = summary(current.last[outcome])
    if defined == 0:
        return f"{what}: not defined here."
    interval = f"{interval_label(*RANGE_QUANTILES)}: {percent(low)} to {percent(high)}"
    text = f"{what}, in the last of {years} years: about {percent(mean)} ({interval})"
    if if_:
        before, gain = summary(is_.last[outcome])[0], if_.last[outcome] - is_.last[outcome]
        text += f", against about {percent(before)} as it is. {_difference(gain)}"
    else:
        text += "."
    before_it = f"; as it is: {_scaled_up(is_)}" if if_ else ""
    return f"{text} Sustained scale-up, {IN_THIS_MODEL}: {_scaled_up(current)}{before_it}."


def _difference(gain: np.ndarray) -> str:
    gain = gain[np.isfinite(gain)]
    if len(gain) == 0 or not gain.any():
        return "That is the same in every run." if len(gain) else ""
    more = gain.mean() > 0
    count = int((gain > 0).sum() if more else (gain < 0).sum())
    return (
        f"{'More' if more else 'Less'} than as it is, {IN_THIS_MODEL}: {likelihood_in_pairs(count, len(gain))}, "
        f"{points(float(gain.mean()))} points on average."
    )


def _scaled_up(curves: Curves) -> str:
    defined = curves.scaled_up[np.isfinite(curves.scaled_up)]
    return (
        likelihood_in_runs(int(defined.sum()), len(defined))
        if len(defined)
        else "not tested, as support lasts to the end"
    )
