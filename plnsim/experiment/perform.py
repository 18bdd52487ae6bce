"""Performing an experiment: batches of runs, on threads here or on any executor, into a store that can be resumed.

Every point gets the same replicates, so points share their luck. A batch depends on nothing but its numbers: its rows are the
same whoever computes it, in whatever order.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

import numpy as np

from plnsim.errors import BadInput
from plnsim.experiment.design import placed
from plnsim.experiment.factorial import Levels
from plnsim.experiment.store import Store
from plnsim.measure import BARRIERS, Measured
from plnsim.outcome import BY_NAME, measured
from plnsim.runs import simulated
from plnsim.scenario import Scenario
from plnsim.scenario.declared import DECLARED

BATCH = 256
"""Runs in a batch: one part of the store, one task of a worker."""

Progress = Callable[[int, int, Sequence[dict]], None]
Values = dict[str, object]


def of_the_model(task: Task, values: Values, replicate: int) -> dict[str, float]:
    """The outcomes of one run of the model, its sustained deep use in the weeks asked for, and what lifting each condition gains."""
    scenario = task.scenario.with_values(values)
    found = simulated(scenario, task.seed, replicate)
    share = found.weeks["depth"].sum(axis=1) / found.weeks["staff"].sum(axis=1)
    row = measured(found, task.outcomes) | {week_column(week): float(share[week]) for week in task.weeks if week < len(share)}
    return row | _lifted(task, scenario, found, replicate) if task.lift > 0.0 else row


def _lifted(task: Task, scenario: Scenario, plain: Measured, replicate: int) -> dict[str, float]:
    """How much of each condition was felt, and what the first outcome gains, with the same luck, when a share of its gap is closed."""
    first, row = BY_NAME[task.outcomes[0]].function, {}
    for condition in BARRIERS:
        row[felt_column(condition)] = float(plain.weeks[condition].sum() / plain.weeks["staff"].sum())
        lifted = simulated(scenario.lifted(condition, task.lift), task.seed, replicate)
        row[gain_column(condition)] = float(first(lifted) - first(plain))
    return row


def week_column(week: int) -> str:
    return f"deep_use_week_{week}"


def felt_column(condition: str) -> str:
    return f"felt_{condition}"


def gain_column(condition: str) -> str:
    return f"gain_{condition}"


@dataclass(frozen=True)
class Task:
    """All that a worker needs to compute any batch of a design."""

    scenario: Scenario
    names: tuple[str, ...]
    shares: np.ndarray
    outcomes: tuple[str, ...]
    replicates: int
    seed: int
    weeks: tuple[int, ...] = ()
    lift: float = 0.0
    levels: Mapping[str, Levels] = field(default_factory=dict)
    evaluate: Callable[[Task, Values, int], dict[str, float]] = of_the_model
    """What turns a point's values into outcomes; a test puts a function with known indices here."""

    @property
    def columns(self) -> list[str]:
        """Everything that a run's row measures."""
        lifted = [column(one) for one in BARRIERS for column in (felt_column, gain_column)] if self.lift > 0.0 else []
        return [*self.outcomes, *map(week_column, self.weeks), *lifted]

    @property
    def runs(self) -> int:
        return len(self.shares) * self.replicates

    def batches(self) -> list[range]:
        return [range(first, min(first + BATCH, self.runs)) for first in range(0, self.runs, BATCH)]


def batch_rows(task: Task, batch: range) -> list[dict]:
    """The rows of a batch, one a run; a run that fails is a row with its error."""
    return [_row(task, run) for run in batch]


def _row(task: Task, run: int) -> dict:
    point, replicate = divmod(run, task.replicates)
    row = {"run": run, "point": point, "replicate": replicate, "status": "done", "error": ""}
    row |= dict.fromkeys(task.columns, float("nan"))
    try:
        row |= task.evaluate(task, placed({**DECLARED.by_name, **task.levels}, task.names, task.shares[point]), replicate)
    except (BadInput, ArithmeticError, ValueError, MemoryError) as error:
        row |= {"status": "failed", "error": f"{type(error).__name__}: {error}"}
    return row


def perform(task: Task, store: Store, *, workers: int | None = None, executor: Executor | None = None, progress: Progress | None = None) -> int:
    """Computes the batches that the store lacks; gives the number of runs that it computed.

    ``executor`` may be any of the kind of ``concurrent.futures`` (Dask's, MPI's, loky's); by default threads do it, as the
    compiled reading lets them run side by side. An interruption keeps every finished batch.
    """
    todo = store.missing(task.batches())
    finished = task.runs - sum(map(len, todo))
    if progress:
        progress(finished, task.runs, ())
    if not todo:
        return 0
    own = executor is None
    workers = workers or os.cpu_count() or 1
    pool = ThreadPoolExecutor(workers) if own else executor
    computed = 0
    try:
        for batch, rows in _as_finished(pool, task, todo, at_once=2 * workers):
            store.write(batch.start, rows)
            computed += len(batch)
            if progress:
                progress(finished + computed, task.runs, rows)
    finally:
        if own:
            pool.shutdown(wait=True, cancel_futures=True)
    return computed


def _as_finished(pool: Executor, task: Task, todo: list[range], at_once: int):
    """Batches and their rows as they come, with only so many waiting at a time."""
    waiting = iter(todo)
    flying: dict[Future, range] = {}
    while True:
        for batch in waiting:
            flying[pool.submit(batch_rows, task, batch)] = batch
            if len(flying) >= at_once:
                break
        if not flying:
            return
        done, _ = wait(flying, return_when=FIRST_COMPLETED)
        for future in done:
            yield flying.pop(future), future.result()
