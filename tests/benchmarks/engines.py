"""Prints how many times as fast the Numba engine is as the Mesa engine: ``python -m tests.benchmarks.engines``.

Both simulate the same 21,500 teachers, one thread, both warm, in turn; the figure is the ratio of teacher-weeks a CPU
second, as the median and range over the rounds. The memory of a teacher's state is printed as well, ties apart.
"""

from __future__ import annotations

import argparse
import statistics
import time

from plnsim import PLNModel, Scenario
from plnsim.model.world.entities import TEACHER_DTYPE
from plnsim.simulation.engine.numba_backend import NumbaBackend
from plnsim.simulation.scenario.weeks import to_records

SCHOOLS = 895
"""Schools of the baseline's sizes that together have about 21,500 teachers."""


def cpu_seconds(work) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def ratios(rounds: int, mesa_weeks: int, compiled_weeks: int) -> list[tuple[float, float]]:
    """Teacher-weeks a CPU second of the Mesa and of the Numba engine, one pair a round."""
    scenario = Scenario.of("baseline").with_values({"population.schools": SCHOOLS})
    model = PLNModel(scenario, seed=1)
    world, weeks, parameter_sets = scenario.initialise(1, 0)
    compiled = NumbaBackend(world, weeks, to_records(parameter_sets), threads=1)
    teachers = len(world.teachers)
    print(f"{teachers:,} teachers in {SCHOOLS} schools; {TEACHER_DTYPE.itemsize} bytes of state a teacher, ties apart")
    compiled.advance(1)
    model.step()
    pairs_of_rates = []
    for _ in range(rounds):
        slow = cpu_seconds(lambda: [model.step() for _ in range(mesa_weeks)])
        fast = cpu_seconds(lambda: compiled.advance(compiled_weeks))
        pairs_of_rates.append((teachers * mesa_weeks / slow, teachers * compiled_weeks / fast))
    return pairs_of_rates


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rounds", type=int, default=5)
    words.add_argument("--mesa-weeks", type=int, default=1)
    words.add_argument("--compiled-weeks", type=int, default=30)
    asked = words.parse_args()
    pairs = ratios(asked.rounds, asked.mesa_weeks, asked.compiled_weeks)
    for slow, fast in pairs:
        print(f"Mesa {slow:12,.0f}   compiled {fast:14,.0f} teacher-weeks a CPU second   ratio {fast / slow:6.0f}")
    rates = [fast / slow for slow, fast in pairs]
    print(f"ratio: median {statistics.median(rates):.0f}, {min(rates):.0f} to {max(rates):.0f} in {len(rates)} rounds")


if __name__ == "__main__":
    main()
