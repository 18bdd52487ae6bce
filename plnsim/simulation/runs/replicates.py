"""Many runs of a scenario, several at a time; whoever computes them, the result is the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial

from plnsim.common.checks import checked_replicates, checked_seed, checked_workers
from plnsim.common.errors import BadInput, suggestion, told
from plnsim.model.measure import Measured
from plnsim.simulation.runs.result import Run
from plnsim.simulation.runs.simulate import READINGS, simulated
from plnsim.simulation.runs.threads import Progress, in_order
from plnsim.simulation.scenario import Scenario

LARGE_POPULATION = 50_000
"""Teachers from which one run uses all threads itself, rather than several runs one thread each."""
USUAL_REPLICATES, USUAL_REPLICATES_OF_MANY = 20, 3
"""Runs of a command that is not told how many; chance evens out within a large population, where 3 runs show how little is left of it."""


def run(scenario, *, seed: int = 1, replicates: int = 1, reading: str = "compiled", workers: int | None = None,
        progress: Progress | None = None, by_week: Progress | None = None) -> Run:
    """Simulates the replicates of a scenario.

    ``scenario``: a ``Scenario``, the name of a shipped one, or the path of a file. ``workers``: threads, by default one a core; the
    result does not depend on them. ``progress`` is called with the runs done and the runs in all, and ``by_week``, where the
    population is large, with the weeks done of all runs and the weeks in all. Raises ``BadInput``.
    """
    scenario = Scenario.of(scenario)
    seed, replicates = checked_seed(seed), checked_replicates(replicates)
    if reading not in READINGS:
        raise BadInput(f"there is no reading {told(reading)}", right=suggestion(str(reading), READINGS))
    workers = checked_workers(workers)
    found = []
    with closing(_each(scenario, seed, replicates, reading, workers, by_week)) as each:
        for number, one in enumerate(each, start=1):
            found.append(one)
            if progress:
                progress(number, replicates)
    return Run(scenario, seed, reading, tuple(found))


def _each(scenario: Scenario, seed: int, replicates: int, reading: str, workers: int, by_week: Progress | None) -> Iterator[Measured]:
    """The runs in their order, several at a time; a large population shares the threads within each run instead."""
    if is_large(scenario):
        weeks = scenario.weeks
        for replicate in range(replicates):
            within = by_week and partial(lambda before, done: by_week(before + done, replicates * weeks), replicate * weeks)
            yield simulated(scenario, seed, replicate, reading, workers, within)
        return
    yield simulated(scenario, seed, 0, reading)
    if reading == "mesa" or workers == 1:
        for replicate in range(1, replicates):
            yield simulated(scenario, seed, replicate, reading)
        return
    yield from in_order(partial(simulated, scenario, seed), range(1, replicates), workers)


def usual_replicates(scenario: Scenario) -> int:
    """The runs that a command makes when it is not told how many."""
    return USUAL_REPLICATES_OF_MANY if is_large(scenario) else USUAL_REPLICATES


def is_large(scenario: Scenario) -> bool:
    """Whether a population is so large that one run uses all threads by itself."""
    return scenario.expected_teachers >= LARGE_POPULATION
