"""Prints the arithmetic floor of a teacher-week and what the Numba engine takes: ``python -m
tests.benchmarks.floor``.

One week of a scenario, in the middle of a run, is interpreted once with everything counted
(``tests.benchmarks.counting``: in the first schools only, by default 100, which stand for all); from there six weeks
are timed. Each draw, exponential, logarithm, square root, power, normal quantile, look at a field of another teacher,
and byte of state read and written is priced in the same process and round as the compiled weeks themselves; the floor
is counts times prices (the compiler may price draws as vectors, which no branching model could use), with branches,
divisions and bookkeeping free. CPU time throughout, wall time beside it where two threads share the work. Within a
round each figure is the least of some repeats of the same work, as other tenants of a machine can only add to it; the
ratio is the median over rounds with its range, and once more the least of all rounds against the least. ``--alone``
also times each mechanism's steps by themselves, over all teachers: what it costs above its floor is branches, memory
that nobody could foresee, and reading again what others have read.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
from collections import Counter
from functools import partial

import numpy as np
from numba import njit

from plnsim import Scenario
from plnsim.common.streams import normal_quantile, uniform
from plnsim.model.mechanisms import SCHEDULE, name_of
from plnsim.simulation.engine import numba_backend
from plnsim.simulation.engine.counts import COUNT_DTYPE, count_school
from plnsim.simulation.engine.numba_backend import NumbaBackend
from plnsim.simulation.scenario.weeks import to_records
from tests.benchmarks.counting import counted_week

CALLS = 2_000_000
REPEATS = 5
"""Times that each thing is timed within a round, for the least of them."""
WEEKS = 6
"""Weeks that are timed from the counted one on; few, so that its counts stand for them."""
ARITHMETIC = ("draw", "quantile", "exp", "log", "sqrt", "power")
PRICED = (*ARITHMETIC, "gather", "afar", "read", "written")
fast = njit(nogil=True, error_model="numpy")


@fast
def _draws(times, key):
    total = 0.0
    for who in range(times):
        total += uniform(key, 25, who)
    return total


def _loop(function):
    @fast
    def over(times, values):
        total = 0.0
        for call in range(times):
            total += function(values[call & 511])
        return total

    return over


@fast
def _powers(times, values, exponent):
    total = 0.0
    for call in range(times):
        total += values[call & 511] ** exponent
    return total


@fast
def _gathers(beliefs, to):
    total = 0.0
    for tie in range(len(to)):
        total += beliefs[to[tie]]
    return total


@fast
def _read(column):
    total = 0
    for place in range(len(column)):
        total += column[place]
    return total


@fast
def _written(column, value):
    for place in range(len(column)):
        column[place] = value


FUNCTIONS = {
    "quantile": _loop(njit(normal_quantile)),
    "exp": _loop(njit(lambda x: math.exp(-x))),
    "log": _loop(njit(lambda x: math.log(x))),
    "sqrt": _loop(njit(lambda x: math.sqrt(x))),
}


def cpu_ns(work) -> float:
    began = time.process_time_ns()
    work()
    return time.process_time_ns() - began


def least_ns(work) -> float:
    return min(cpu_ns(work) for _ in range(REPEATS))


def prices(world, column: np.ndarray) -> dict[str, float]:
    """Nanoseconds of each thing that is counted; ``column`` is as large as the state that a week touches."""
    values = (np.arange(512) * 193 % 512 + 0.5) / 512
    costs = {
        "draw": least_ns(lambda: _draws(CALLS, np.uint64(12345))) / CALLS,
        "power": least_ns(lambda: _powers(CALLS, values, 3.1)) / CALLS,
    }
    for name, loop in FUNCTIONS.items():
        costs[name] = least_ns(lambda loop=loop: loop(CALLS, values)) / CALLS
    beliefs = np.ascontiguousarray(world.teachers["belief"])
    for name, to in (("gather", world.advice_to), ("afar", world.cross_to)):
        repeats = CALLS // max(1, len(to)) + 1
        costs[name] = (
            least_ns(lambda to=to, repeats=repeats: [_gathers(beliefs, to) for _ in range(repeats)])
            / repeats
            / max(1, len(to))
        )
    repeats = max(1, 8 * CALLS // len(column))
    costs["read"] = least_ns(lambda: [_read(column) for _ in range(repeats)]) / repeats / column.nbytes
    costs["written"] = least_ns(lambda: [_written(column, 7) for _ in range(repeats)]) / repeats / column.nbytes
    return costs


class Snapshot:
    """A run just before a week, which can be simulated again and again from there, some weeks long."""

    def __init__(self, world, weeks, regimes, week: int, threads: int):
        self.run = NumbaBackend(world, weeks, regimes, threads)
        self.kept, self.week = world, week

    def again(self) -> tuple[float, float]:
        """CPU and wall nanoseconds a week, the least of some repeats."""
        return tuple(min(times) / WEEKS for times in zip(*(self._timed() for _ in range(REPEATS)), strict=True))

    def _timed(self) -> tuple[int, int]:
        for kept, current in zip(self.kept[:3], self.run.world[:3], strict=True):
            for name in kept.dtype.names:
                current[name] = kept[name]
        self.run.week = self.week
        wall, cpu = time.perf_counter_ns(), time.process_time_ns()
        self.run.advance(WEEKS)
        return time.process_time_ns() - cpu, time.perf_counter_ns() - wall


TEACHERS, SCHOOLS = fast(lambda world: world.teachers), fast(lambda world: world.schools)


def over(those, step):
    """A compiled loop that lets all of those take a step."""

    @fast
    def all_of_them(*week_args):
        world, week, p = numba_backend.week_context(*week_args)
        for place in range(len(those(world))):
            step(those(world)[place], world, week, p)

    return all_of_them


@fast
def count_all_schools(counts, *week_args):
    world, week, p = numba_backend.week_context(*week_args)
    for place in range(len(world.schools)):
        count_school(world.schools[place], world, week, p, counts[place])


def kernels(schools: int) -> dict[str, list]:
    """For each mechanism its steps of schools and teachers, each compiled into a loop over all of them; and
    counting.
    """
    kinds = (
        ("school_observes", SCHOOLS),
        ("teacher_observes", TEACHERS),
        ("teacher_updates", TEACHERS),
        ("school_updates", SCHOOLS),
    )
    loops = {
        name_of(mechanism): [over(those, getattr(mechanism, kind)) for kind, those in kinds if hasattr(mechanism, kind)]
        for mechanism in SCHEDULE
    }
    return loops | {"(counts)": [partial(count_all_schools, np.zeros(schools, COUNT_DTYPE))]}


def alone(world, weeks, regimes, number: int) -> dict[str, float]:
    """CPU nanoseconds a teacher of each mechanism's steps by themselves, in the state before a week."""
    nanoseconds = {}
    for name, steps in kernels(len(world.schools)).items():
        run = NumbaBackend(world, weeks, regimes)
        week_args = run.week_args(number)
        for step in steps:
            step(*week_args)
        nanoseconds[name] = sum(least_ns(partial(step, *week_args)) for step in steps) / len(world.teachers)
    return nanoseconds


def floor_of(counts: Counter, teachers: int, price: dict[str, float]) -> float:
    return sum(counts[what] * price[what] for what in PRICED) / teachers


def show(counts: dict[str, Counter], teachers: int, price: dict[str, float], by_itself: dict[str, float]) -> None:
    print(
        f"{'a teacher-week':<14}"
        + "".join(f"{what:>9}" for what in PRICED)
        + f"{'floor ns':>10}"
        + ("  alone ns" if by_itself else "")
    )
    for name in (*(name_of(mechanism) for mechanism in SCHEDULE), "(counts)"):
        if any(counts[name].values()):
            print(
                f"{name:<14}"
                + "".join(f"{counts[name][what] / teachers:>9.3f}" for what in PRICED)
                + f"{floor_of(counts[name], teachers, price):>10.2f}"
                + (f"{by_itself[name]:>10.2f}" if by_itself else "")
            )
    print(f"{'ns each':<14}" + "".join(f"{price[what]:>9.3f}" for what in PRICED))


def spread(numbers: list[float]) -> str:
    return f"{statistics.median(numbers):.2f} ({min(numbers):.2f} to {max(numbers):.2f})"


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--scenario", default="england")
    words.add_argument("--schools", type=int, help="default: as many as the scenario has")
    words.add_argument("--week", type=int, default=200)
    words.add_argument("--rounds", type=int, default=7)
    words.add_argument("--counted-schools", type=int, default=100)
    words.add_argument("--alone", action="store_true")
    asked = words.parse_args()
    scenario = Scenario.of(asked.scenario).with_values({"population.schools": asked.schools} if asked.schools else {})
    world, weeks, parameter_sets = scenario.initialise(1, 0)
    regimes, teachers = to_records(parameter_sets), len(world.teachers)
    before = NumbaBackend(world, weeks, regimes)
    before.advance(asked.week)
    world = before.state()
    week = weeks[asked.week]
    counts, sample = counted_week(world, week, parameter_sets[week["regime"]], asked.counted_schools)
    whole = sum(counts.values(), Counter())
    column = np.zeros(int(whole["read"] / sample * teachers) // 8 + 1, np.int64)
    prices(world, column)
    single_thread, two_threads = (Snapshot(world, weeks, regimes, asked.week, threads) for threads in (1, 2))
    single_thread.again(), two_threads.again()  # what is compiled or paged in at the first call is no part of a week
    rounds = []
    for _ in range(asked.rounds):
        price = prices(world, column)
        rounds.append(
            (
                price,
                floor_of(whole, sample, price),
                *(part / teachers for run in (single_thread, two_threads) for part in run.again()),
            )
        )
    floors, single, _, both, wall = zip(*(each[1:] for each in rounds), strict=True)
    middle = {what: statistics.median(each[0][what] for each in rounds) for what in PRICED}
    print(
        f"{asked.scenario}, week {asked.week}: {teachers:,} teachers, {world.teachers['uses'].mean():.1%} use it; "
        f"counted in {sample:,}"
    )
    show(counts, sample, middle, alone(world, weeks, regimes, asked.week) if asked.alone else {})
    print(f"floor, ns of CPU a teacher-week:              {spread(floors)}")
    print(f"Numba engine, one thread, ns of CPU:          {spread(single)}")
    print(f"Numba engine, two threads, ns of CPU:         {spread(both)}; ns of wall time {spread(wall)}")
    against_floor = [cost / floor for cost, floor in zip(single, floors, strict=True)]
    print(f"Numba engine against floor, CPU, by round:    {spread(against_floor)}")
    least = {what: min(each[0][what] for each in rounds) for what in PRICED}
    print(f"the least against the least of all rounds:    {min(single) / floor_of(whole, sample, least):.2f}")
    against_single = [two / one_thread for two, one_thread in zip(both, single, strict=True)]
    print(f"two threads against one, CPU, by round:       {spread(against_single)}")


if __name__ == "__main__":
    main()
