"""A grid of settings, simulated beforehand: the runs of a page that works without a server, and how exact it is to
interpolate between them.

Time, leadership and shared focus are given to everyone, as a share of what is missing; the fourth axis is the end of
support. All settings share their random numbers. Curves are kept as bytes, what each run reaches in the last year as
numbers, so that pairs stay pairs.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Event

import numpy as np

from plnsim.app.curves import Curves, simulate_curves
from plnsim.app.states import HABIT, TRYING, teacher_states
from plnsim.common.checks import validate_workers
from plnsim.common.errors import InputError
from plnsim.common.short_repr import short_repr
from plnsim.model.measure import BARRIERS
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.simulation.engine.numba_backend import NumbaBackend
from plnsim.simulation.runs import HALF_QUANTILES, RANGE_QUANTILES, ProgressCallback, map_ordered
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.classroom import with_same_length
from plnsim.simulation.scenario.weeks import to_records

SHIFTS = tuple(f"conditions.{barrier}_shift" for barrier in BARRIERS)
SUPPORT = "programme.support_years"
SHARES, QUICK_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0), (0.0, 0.5, 1.0)
ENDS, QUICK_ENDS = (1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0), (1.0, 3.0, 5.0)
OUTCOMES = ("use", "deep_use", "home_use")
QUANTILES = (0.5, *HALF_QUANTILES, *RANGE_QUANTILES)
"""The quantiles of the runs that are kept; after them stands replicate 0."""
SAVED_WEEKS_PER_YEAR = 6
BYTE_MAX = 255
"""The byte that stands for a share of 1."""
TEST_POINTS, QUICK_TEST_POINTS = 60, 12
"""Random settings at which the grid is compared with runs."""
TOLERANCE_90, TOLERANCE_MAX = 2.0, 5.0
"""What is aimed at: nine settings in ten within so many points, the worst below so many."""

Axes = Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Grid:
    """What was simulated: tables whose first dimensions are the axes, in their order.

    ``curves``: outcomes x (quantiles, replicate 0) x moments, ``teachers``: (trying, habit) x moments of replicate 0,
    both in 255ths. ``last``: outcomes x runs, their last year. ``scaled_up``: runs, 1 where sustained scale-up is
    reached; NaN where it is not tested.
    """

    scenario: Scenario
    seed: int
    axes: Axes
    at: np.ndarray
    outcomes: tuple[str, ...]
    curves: np.ndarray
    teachers: np.ndarray
    last: np.ndarray
    scaled_up: np.ndarray

    __repr__ = short_repr

    @property
    def settings(self) -> int:
        return int(np.prod([len(nodes) for nodes in self.axes.values()]))

    @property
    def runs(self) -> int:
        return int(self.last.shape[-1])

    def interpolate(self, table: str, setting: Mapping[str, float]) -> np.ndarray:
        """A table at a setting, between the nearest nodes in proportion (multilinear)."""
        values: np.ndarray = getattr(self, table)
        for name, nodes in self.axes.items():
            place, share = interpolation_weight(nodes, setting[name])
            values = values[place] if share == 0 else values[place] * (1.0 - share) + values[place + 1] * share
        return values


def interpolation_weight(nodes: Sequence[float], value: float) -> tuple[int, float]:
    """The node before a value, and the share of the way to the next one."""
    place = min(int(np.searchsorted(nodes, value, side="right")) - 1, len(nodes) - 1)
    return (
        (place, 0.0) if place == len(nodes) - 1 else (place, (value - nodes[place]) / (nodes[place + 1] - nodes[place]))
    )


def grid_axes(scenario: Scenario, quick: bool = False) -> dict[str, tuple[float, ...]]:
    """The axes of a scenario's grid; raises ``InputError`` where it moves a condition already, or ends before support
    can.
    """
    for name in SHIFTS:
        if scenario.values[name] or any(name == changed for entry in scenario.calendar for changed, _ in entry.values):
            raise InputError(
                f"{scenario.name} moves {name} itself, which is what the page's sliders do",
                right="a scenario without it, as baseline",
            )
    own, years = float(scenario.values[SUPPORT]), scenario.weeks / SCHOOL_WEEKS
    ends = sorted({end for end in (QUICK_ENDS if quick else ENDS) if end < years} | {own})
    return dict.fromkeys(SHIFTS, QUICK_SHARES if quick else SHARES) | {SUPPORT: tuple(ends)}


def saved_weeks(weeks: int) -> np.ndarray:
    """The weeks at which curves are kept: the first, then some in each year, its last among them."""
    steps = np.arange(1, weeks * SAVED_WEEKS_PER_YEAR // SCHOOL_WEEKS + 1) * SCHOOL_WEEKS / SAVED_WEEKS_PER_YEAR
    return np.unique([0, *(np.round(steps).astype(int) - 1), weeks - 1])


def simulate_grid(
    scenario: Scenario,
    axes: Axes,
    *,
    seed: int = 1,
    workers: int | None = None,
    progress: ProgressCallback | None = None,
) -> Grid:
    """Simulates every setting of the grid; the result does not depend on the number of workers."""
    at = saved_weeks(scenario.weeks)
    settings = [dict(zip(axes, point, strict=True)) for point in itertools.product(*axes.values())]
    rows = list(
        map_ordered(
            lambda setting: _simulate_setting(with_same_length(scenario, setting), seed, at),
            settings,
            validate_workers(workers),
            progress,
        )
    )
    shape = tuple(len(nodes) for nodes in axes.values())
    curves, teachers, last, scaled_up = (
        np.array(table).reshape(*shape, *np.shape(table[0])) for table in zip(*rows, strict=True)
    )
    known = [place for place in range(len(OUTCOMES)) if np.isfinite(curves[..., place, :, :]).all()]
    return Grid(
        scenario,
        seed,
        axes,
        at,
        tuple(OUTCOMES[place] for place in known),
        _quantise(curves[..., known, :, :]),
        _quantise(teachers),
        last[..., known, :].astype(np.float32),
        scaled_up,
    )


def _simulate_setting(scenario: Scenario, seed: int, at: np.ndarray) -> tuple[np.ndarray, ...]:
    """What the grid keeps of one setting."""
    curves = simulate_curves(scenario, seed, Event(), workers=1)
    quantiles = np.stack([_quantiles(curves, name)[:, at] for name in OUTCOMES])
    last = np.stack([curves.last[name] for name in OUTCOMES])
    return quantiles, _teachers(scenario, seed, at), last, curves.scaled_up


def _quantiles(curves: Curves, outcome: str) -> np.ndarray:
    return np.vstack([np.quantile(curves.weekly[outcome], QUANTILES, axis=0), curves.weekly[outcome][0]])


def _teachers(scenario: Scenario, seed: int, at: np.ndarray) -> np.ndarray:
    """Shares of teachers who try it and who have the habit, in replicate 0."""
    world, weeks, parameter_sets = scenario.initialise(seed, 0)
    backend = NumbaBackend(world, weeks, to_records(parameter_sets))
    shares = []
    for week in at:
        backend.advance(int(week) + 1 - backend.week)
        now = teacher_states(backend.world.teachers["uses"], backend.world.teachers["habit"])
        shares.append([(now == TRYING).mean(), (now == HABIT).mean()])
    return np.transpose(shares)


def _quantise(shares: np.ndarray) -> np.ndarray:
    return np.round(shares * BYTE_MAX).astype(np.uint8)


@dataclass(frozen=True)
class InterpolationAccuracy:
    """How far the median of use in the last week, interpolated in the grid, is from runs at random settings, in
    percentage points.
    """

    error: np.ndarray

    @property
    def reached(self) -> bool:
        return bool(np.quantile(self.error, 0.9) <= TOLERANCE_90 and self.error.max() < TOLERANCE_MAX)

    def __str__(self) -> str:
        middle, most = np.quantile(self.error, [0.5, 0.9])
        return (
            f"At {len(self.error)} random settings the median at the end, read between the settings that were "
            f"simulated, was off by {middle:.1f} points in the middle case, by at most {most:.1f} in nine of ten, "
            f"and by {self.error.max():.1f} at worst."
        )


def interpolation_accuracy(
    grid: Grid, count: int, *, workers: int | None = None, progress: ProgressCallback | None = None
) -> InterpolationAccuracy:
    """Compares the grid with runs at random settings of the sliders."""
    settings = [_random_setting(grid, number) for number in range(count)]

    def error(setting: Mapping[str, float]) -> float:
        curves = simulate_curves(with_same_length(grid.scenario, setting), grid.seed, Event(), workers=1)
        exact = float(np.median(curves.weekly[OUTCOMES[0]][:, -1]))
        return abs(100.0 * (float(grid.interpolate("curves", setting)[0, 0, -1]) / BYTE_MAX - exact))

    return InterpolationAccuracy(np.array(list(map_ordered(error, settings, validate_workers(workers), progress))))


def _random_setting(grid: Grid, number: int) -> dict[str, float]:
    """Any share of each condition, and one of the ends of support that the slider knows."""
    shares = np.random.default_rng([grid.seed, number]).random(len(grid.axes)).tolist()
    ends = grid.axes[SUPPORT]
    return dict(zip(SHIFTS, shares, strict=False)) | {SUPPORT: ends[int(shares[-1] * len(ends))]}
