"""Many runs of a scenario, several at a time; whoever computes them, the result is the same."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import closing
from functools import partial

from plnsim.common.checks import validate_replicates, validate_seed, validate_workers
from plnsim.common.deprecated import ENGINE_OF_READING, warn_renamed
from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.model.measure import RunCounts
from plnsim.simulation.runs.result import RunResult
from plnsim.simulation.runs.simulate import ENGINES, simulate_run
from plnsim.simulation.runs.threads import ProgressCallback, map_ordered
from plnsim.simulation.scenario import Scenario

LARGE_POPULATION = 50_000
"""Teachers from which one run uses all threads itself, rather than several runs one thread each."""
DEFAULT_REPLICATES, DEFAULT_REPLICATES_LARGE = 20, 3
"""Runs of a command that is not told how many; within a large population chance evens out, and 3 runs show it."""


def run(
    scenario: Scenario | str | os.PathLike[str],
    *,
    seed: int = 1,
    replicates: int = 1,
    engine: str = "numba",
    workers: int | None = None,
    progress: ProgressCallback | None = None,
    by_week: ProgressCallback | None = None,
    reading: str | None = None,
) -> RunResult:
    """Simulates the replicates of a scenario.

    Parameters
    ----------
    scenario : Scenario, str or path-like
        A scenario, the name of a shipped one, or the path of a file.
    seed : int, default 1
        0 or more. Equal seeds give equal results on every machine.
    replicates : int, default 1
        Independent runs, 1 to 1,000,000.
    engine : {"numba", "mesa"}, default "numba"
        Compiled code, or Mesa's agents in plain Python; the same to the bit. "mesa" is far slower.
    workers : int, optional
        Threads, by default one a core; results do not depend on them.
    progress : callable, optional
        Called after each run with the runs done and the runs in all.
    by_week : callable, optional
        Called with the weeks done of all runs and the weeks in all, where the population has 50,000 teachers or more.
    reading : str, optional
        Old name of `engine`; goes with version 0.3.

    Returns
    -------
    RunResult
        Outcomes, weeks and schools as tables.

    Raises
    ------
    InputError
        Before anything is simulated.

    Notes
    -----
    Replicate *i* of a seed has the same random numbers in every scenario (common random numbers), so scenarios are
    compared replicate by replicate.

    Examples
    --------
    >>> from plnsim import Scenario, run
    >>> scenario = Scenario.of("baseline").with_values({"population.schools": 6}).with_years(2)
    >>> result = run(scenario, seed=1, replicates=2)
    >>> result.values("use").round(4)
    array([0.0747, 0.0518])
    """
    if reading is not None:
        engine = ENGINE_OF_READING.get(reading, reading)
        warn_renamed(f"run(reading={reading!r})", f"run(engine={engine!r})")
    scenario = Scenario.of(scenario)
    seed, replicates = validate_seed(seed), validate_replicates(replicates)
    if engine not in ENGINES:
        raise InputError(f"there is no engine {quote_value(engine)}", right=suggestion(str(engine), ENGINES))
    workers = validate_workers(workers)
    completed: list[RunCounts] = []
    with closing(_simulate_runs(scenario, seed, replicates, engine, workers, by_week)) as runs:
        for run_counts in runs:
            completed.append(run_counts)
            if progress:
                progress(len(completed), replicates)
    return RunResult(scenario, seed, engine, tuple(completed))


def _simulate_runs(
    scenario: Scenario, seed: int, replicates: int, engine: str, workers: int, by_week: ProgressCallback | None
) -> Generator[RunCounts, None, None]:
    """The runs in their order, several at a time; a large population shares the threads within each run instead."""
    if is_large(scenario):
        weeks = scenario.weeks
        for replicate in range(replicates):
            within_run = None
            if by_week:
                within_run = partial(_report_week, by_week, replicate * weeks, replicates * weeks)
            yield simulate_run(scenario, seed, replicate, engine, workers, within_run)
        return
    yield simulate_run(scenario, seed, 0, engine)
    if engine == "mesa" or workers == 1:
        for replicate in range(1, replicates):
            yield simulate_run(scenario, seed, replicate, engine)
        return
    yield from map_ordered(partial(simulate_run, scenario, seed), range(1, replicates), workers)


def _report_week(by_week: ProgressCallback, before: int, total: int, done: int) -> None:
    """Reports the weeks done of all runs: those of the runs before, and those of this one."""
    by_week(before + done, total)


def default_replicates(scenario: Scenario) -> int:
    """The runs that a command makes when it is not told how many."""
    return DEFAULT_REPLICATES_LARGE if is_large(scenario) else DEFAULT_REPLICATES


def is_large(scenario: Scenario) -> bool:
    """Whether a population is so large that one run uses all threads by itself."""
    return scenario.expected_teachers >= LARGE_POPULATION
