"""Draws how cost grows with teachers and with weeks: ``python -m tests.benchmarks.growth FIGURE.svg``.

The shipped nation with more or fewer schools, from about a thousand to a million teachers: CPU time of building the
starting world and of simulating some weeks, one thread, sizes in turn, round after round. Then one size for a half to
ten years. Printed are CPU nanoseconds a teacher and a teacher-week (median and range over the rounds) and the exponent
of growth, the slope on logarithmic scales: 1 is proportional. Weeks are taken from the start on, when hardly anybody
uses the practice, and dearer later: see ``tests.benchmarks.floor``.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

import numpy as np

from plnsim import Scenario
from plnsim.simulation.engine.numba_backend import NumbaBackend
from plnsim.simulation.scenario.weeks import to_records

SIZES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
YEARS = (0.5, 1, 2, 5, 10)
WEEKS, SIZE_OVER_YEARS = 39, 10_000
TEACHER_WEEKS = 2_000_000
"""Small populations are simulated again and again until so many teacher-weeks have been timed."""


def nation(teachers: int) -> Scenario:
    """The shipped nation with as many schools as about so many teachers work in."""
    scenario = Scenario.of("england")
    a_school = 468_400 / scenario.number_of_schools
    return scenario.with_values({"population.schools": max(2, round(teachers / a_school))})


def costs(scenario: Scenario, weeks: int, replicate: int = 0) -> tuple[int, float, float]:
    """Teachers, and CPU seconds of building the world (each replicate has one of its own) and of simulating so many
    weeks.
    """
    began = time.process_time()
    world, of_weeks, parameter_sets = scenario.initialise(1, replicate)
    built = time.process_time() - began
    times = max(1, TEACHER_WEEKS // (len(world.teachers) * weeks))
    runs = [NumbaBackend(world, of_weeks, to_records(parameter_sets)) for _ in range(times)]
    began = time.process_time()
    for run in runs:
        run.advance(weeks)
    return len(world.teachers), built, (time.process_time() - began) / times


def spread(values) -> str:
    return f"{statistics.median(values):.0f} ({min(values):.0f} to {max(values):.0f})"


def slope(x, y) -> float:
    return float(np.polyfit(np.log(x), np.log(y), 1)[0])


def draw(path: Path, teachers, building, simulating, weeks, over_weeks) -> None:
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "plnsim"
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    for seconds, name, mark, colour in (
        (simulating, f"{WEEKS} weeks", "o", "#0072b2"),
        (building, "the starting world", "s", "#d55e00"),
    ):
        left.loglog(
            teachers, seconds, mark + "-", color=colour, label=f"{name}: exponent {slope(teachers, seconds):.2f}"
        )
    left.set(xlabel="teachers", ylabel="CPU seconds, one thread", title=f"{teachers[0]:,} to {teachers[-1]:,} teachers")
    right.loglog(weeks, over_weeks, "o-", color="#0072b2", label=f"exponent {slope(weeks, over_weeks):.2f}")
    right.set(xlabel="weeks", title=f"about {SIZE_OVER_YEARS:,} teachers")
    right.set_xticks(weeks, [str(week) for week in weeks])
    right.set_xticks([], minor=True)
    for axes in (left, right):
        axes.legend(frameon=False)
        axes.grid(alpha=0.3)
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("figure", type=Path)
    words.add_argument("--rounds", type=int, default=3)
    asked = words.parse_args()
    costs(nation(SIZES[0]), 2)
    rounds = [[costs(nation(size), WEEKS, replicate) for size in SIZES] for replicate in range(asked.rounds)]
    teachers = [measured_size[0] for measured_size in rounds[0]]
    building, simulating = (
        [statistics.median(each[place][part] for each in rounds) for place in range(len(SIZES))] for part in (1, 2)
    )
    for place, number in enumerate(teachers):
        print(
            f"{number:>9,} teachers: "
            f"world {spread([each[place][1] / number * 1e9 for each in rounds]):>26} ns a teacher;   weeks "
            f"{spread([each[place][2] / number / WEEKS * 1e9 for each in rounds]):>18} ns a teacher-week"
        )
    weeks = [round(years * 39) for years in YEARS]
    over = [
        statistics.median(costs(nation(SIZE_OVER_YEARS), number)[2] for _ in range(asked.rounds)) for number in weeks
    ]
    for number, seconds in zip(weeks, over, strict=True):
        print(
            f"{number:>9,} weeks of {SIZE_OVER_YEARS:,} teachers: "
            f"{seconds / number / SIZE_OVER_YEARS * 1e9:.0f} ns a teacher-week"
        )
    print(
        f"exponents: weeks of a run {slope(teachers, simulating):.3f}, "
        f"starting world {slope(teachers, building):.3f} in teachers; {slope(weeks, over):.3f} in weeks"
    )
    draw(asked.figure, teachers, building, simulating, weeks, over)


if __name__ == "__main__":
    main()
