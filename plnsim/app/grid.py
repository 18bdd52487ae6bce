"""A grid of settings, simulated beforehand: the runs of a page that works without a server, and how exactly it can be read between them.

Time, leadership and shared focus are given to everyone, as a share of what is missing; the fourth axis is the end of support. All
settings share their luck. Curves are kept as bytes, what each run reaches in the last year as numbers, so that pairs stay pairs.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Event

import numpy as np

from plnsim.app.curves import Curves, drawn
from plnsim.app.states import HABIT, TRYING, states
from plnsim.common.checks import checked_workers
from plnsim.common.errors import BadInput
from plnsim.common.streams import decision, luck_of_run, luck_of_week
from plnsim.common.streams import drawn as chance
from plnsim.model.measure import BARRIERS
from plnsim.model.world.school_year import SCHOOL_WEEKS
from plnsim.simulation.engine.numba_backend import CompiledReading
from plnsim.simulation.runs import HALF, RANGE, Progress, in_order
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.classroom import varied
from plnsim.simulation.scenario.weeks import records_of

SHIFTS = tuple(f"conditions.{one}_shift" for one in BARRIERS)
SUPPORT = "programme.support_years"
SHARES, QUICK_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0), (0.0, 0.5, 1.0)
ENDS, QUICK_ENDS = (1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0), (1.0, 3.0, 5.0)
OUTCOMES = ("use", "deep_use", "home_use")
LEVELS = (0.5, *HALF, *RANGE)
"""The quantiles of the runs that are kept; after them stands replicate 0."""
MOMENTS_A_YEAR = 6
FULL = 255
"""The byte that stands for a share of 1."""
CHECKED, QUICK_CHECKED = 60, 12
"""Random settings at which the grid is compared with runs."""
WITHIN, AT_MOST = 2.0, 5.0
"""What is aimed at: nine settings in ten within so many points, the worst below so many."""

Axes = Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Grid:
    """What was simulated: tables whose first dimensions are the axes, in their order.

    ``curves``: outcomes x (quantiles, replicate 0) x moments, ``teachers``: (trying, habit) x moments of replicate 0, both in 255ths.
    ``last``: outcomes x runs, their last year. ``scaled_up``: runs, 1 where sustained scale-up is reached; NaN where it is not tested.
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

    @property
    def settings(self) -> int:
        return int(np.prod([len(nodes) for nodes in self.axes.values()]))

    @property
    def runs(self) -> int:
        return self.last.shape[-1]

    def read(self, table: str, setting: Mapping[str, float]) -> np.ndarray:
        """A table at a setting, between the nearest nodes in proportion (multilinear)."""
        found = getattr(self, table)
        for name, nodes in self.axes.items():
            place, share = between(nodes, setting[name])
            found = found[place] if share == 0 else found[place] * (1.0 - share) + found[place + 1] * share
        return found


def between(nodes: Sequence[float], value: float) -> tuple[int, float]:
    """The node before a value, and the share of the way to the next one."""
    place = min(int(np.searchsorted(nodes, value, side="right")) - 1, len(nodes) - 1)
    return (place, 0.0) if place == len(nodes) - 1 else (place, (value - nodes[place]) / (nodes[place + 1] - nodes[place]))


def axes_of(scenario: Scenario, quick: bool = False) -> dict[str, tuple[float, ...]]:
    """The axes of a scenario's grid; raises ``BadInput`` where it moves a condition already, or ends before support can."""
    for name in SHIFTS:
        if scenario.values[name] or any(name == changed for entry in scenario.calendar for changed, _ in entry.values):
            raise BadInput(f"{scenario.name} moves {name} itself, which is what the page's sliders do", right="a scenario without it, as baseline")
    own, years = scenario.values[SUPPORT], scenario.weeks / SCHOOL_WEEKS
    ends = sorted({one for one in (QUICK_ENDS if quick else ENDS) if one < years} | {own})
    return dict.fromkeys(SHIFTS, QUICK_SHARES if quick else SHARES) | {SUPPORT: tuple(ends)}


def moments(weeks: int) -> np.ndarray:
    """The weeks at which curves are kept: the first, then some in each year, its last among them."""
    steps = np.arange(1, weeks * MOMENTS_A_YEAR // SCHOOL_WEEKS + 1) * SCHOOL_WEEKS / MOMENTS_A_YEAR
    return np.unique([0, *(np.round(steps).astype(int) - 1), weeks - 1])


def computed(scenario: Scenario, axes: Axes, *, seed: int = 1, workers: int | None = None, progress: Progress | None = None) -> Grid:
    """Simulates every setting of the grid; the result does not depend on the number of workers."""
    at = moments(scenario.weeks)
    settings = [dict(zip(axes, point, strict=True)) for point in itertools.product(*axes.values())]
    rows = list(in_order(lambda one: _setting(varied(scenario, one), seed, at), settings, checked_workers(workers), progress))
    shape = tuple(len(nodes) for nodes in axes.values())
    curves, teachers, last, scaled_up = (np.array(table).reshape(*shape, *np.shape(table[0])) for table in zip(*rows, strict=True))
    known = [place for place in range(len(OUTCOMES)) if np.isfinite(curves[..., place, :, :]).all()]
    return Grid(scenario, seed, axes, at, tuple(OUTCOMES[place] for place in known), _bytes(curves[..., known, :, :]), _bytes(teachers),
                last[..., known, :].astype(np.float32), scaled_up)


def _setting(scenario: Scenario, seed: int, at: np.ndarray) -> tuple[np.ndarray, ...]:
    """What the grid keeps of one setting."""
    found = drawn(scenario, seed, Event(), workers=1)
    curves = np.stack([_levels(found, name)[:, at] for name in OUTCOMES])
    return curves, _teachers(scenario, seed, at), np.stack([found.last[name] for name in OUTCOMES]), found.scaled_up


def _levels(found: Curves, outcome: str) -> np.ndarray:
    return np.vstack([np.quantile(found.weekly[outcome], LEVELS, axis=0), found.weekly[outcome][0]])


def _teachers(scenario: Scenario, seed: int, at: np.ndarray) -> np.ndarray:
    """Shares of teachers who try it and who have the habit, in replicate 0."""
    world, weeks, sets = scenario.begun(seed, 0)
    reading = CompiledReading(world, weeks, records_of(sets))
    shares = []
    for week in at:
        reading.advance(int(week) + 1 - reading.week)
        now = states(reading.world.teachers["uses"], reading.world.teachers["habit"])
        shares.append([(now == TRYING).mean(), (now == HABIT).mean()])
    return np.transpose(shares)


def _bytes(shares: np.ndarray) -> np.ndarray:
    return np.round(shares * FULL).astype(np.uint8)


@dataclass(frozen=True)
class Exactness:
    """How far the median of use in the last week, read from the grid, is from runs at random settings, in percentage points."""

    off: np.ndarray

    @property
    def reached(self) -> bool:
        return bool(np.quantile(self.off, 0.9) <= WITHIN and self.off.max() < AT_MOST)

    def __str__(self) -> str:
        middle, most = np.quantile(self.off, [0.5, 0.9])
        return (f"At {len(self.off)} random settings the median at the end, read between the settings that were simulated, was off by {middle:.1f} "
                f"points in the middle case, by at most {most:.1f} in nine of ten, and by {self.off.max():.1f} at worst.")


def exactness_of(grid: Grid, count: int, *, workers: int | None = None, progress: Progress | None = None) -> Exactness:
    """Compares the grid with runs at random settings of the sliders."""
    settings = [_random_setting(grid, number) for number in range(count)]

    def off(setting: Mapping[str, float]) -> float:
        exact = np.median(drawn(varied(grid.scenario, setting), grid.seed, Event(), workers=1).weekly[OUTCOMES[0]][:, -1])
        return abs(100.0 * (float(grid.read("curves", setting)[0, 0, -1]) / FULL - exact))

    return Exactness(np.array(list(in_order(off, settings, checked_workers(workers), progress))))


def _random_setting(grid: Grid, number: int) -> dict[str, float]:
    """Any share of each condition, and one of the ends of support that the slider knows."""
    luck = luck_of_week(luck_of_run(grid.seed, number), 0)
    shares = [float(chance(luck, decision("dummy"), place)) for place in range(len(grid.axes))]
    ends = grid.axes[SUPPORT]
    return dict(zip(SHIFTS, shares, strict=False)) | {SUPPORT: ends[int(shares[-1] * len(ends))]}
