"""Executing an experiment: batches of runs, on threads here or on any executor, into a store that can be resumed."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from threading import Event

from plnsim.studies.experiment.store import Store
from plnsim.studies.experiment.task import Row, Rows, Task, compute_batch

Progress = Callable[[int, int, Sequence[Row]], None]
"""Called with the runs done, the runs in all, and the rows that are new since the last call."""
Submit = Callable[[Task, range], Future[Rows]]
BATCHES_PER_WORKER = 2
"""Batches a worker that are handed out at a time: one to compute and one to go on with."""


def execute(
    task: Task,
    store: Store,
    *,
    share: tuple[int, int] = (1, 1),
    workers: int | None = None,
    executor: Executor | None = None,
    concurrency: Callable[[], int] | None = None,
    progress: Progress | None = None,
) -> int:
    """Computes the runs that the store lacks; gives their number.

    ``share``: which share of the experiment this job computes, as (2, 5) for the second of five. ``executor`` may be
    any of the kind of ``concurrent.futures`` (Dask's, MPI's, loky's), ``concurrency`` says how many batches it takes
    at a time; by default threads do it, as the numba engine lets them run side by side. An interruption keeps every
    finished batch.
    """
    number, of = share
    first = task.first_run
    runs = range(first + task.runs * (number - 1) // of, first + task.runs * number // of)
    gaps = store.missing(runs)
    done = len(runs) - sum(map(len, gaps))
    if progress:
        progress(done, len(runs), store.read().to_dict("records") if done else ())
    if not gaps:
        return 0
    todo = [batch for gap in gaps for batch in task.batches(gap)]
    workers = workers or os.cpu_count() or 1
    computed = 0
    with _submitter(executor, workers) as submit:
        for batch, rows in _as_completed(submit, task, todo, concurrency or (lambda: BATCHES_PER_WORKER * workers)):
            store.write(batch.start, rows, rows.schools)
            computed += len(batch)
            if progress:
                progress(done + computed, len(runs), rows)
    return computed


@contextmanager
def _submitter(executor: Executor | None, workers: int) -> Iterator[Submit]:
    """How a batch is handed out; threads of our own stop within a run when the experiment is given up."""
    if executor is not None:
        yield lambda task, batch: executor.submit(compute_batch, task, batch)
        return
    stop, pool = Event(), ThreadPoolExecutor(workers)
    try:
        yield lambda task, batch: pool.submit(compute_batch, task, batch, stop.is_set)
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


def _as_completed(
    submit: Submit, task: Task, todo: list[range], concurrency: Callable[[], int]
) -> Iterator[tuple[range, Rows]]:
    """Batches and their rows as they come, with only so many handed out at a time."""
    waiting = iter(todo)
    pending: dict[Future[Rows], range] = {}
    try:
        while True:
            for batch in itertools.islice(waiting, max(0, concurrency() - len(pending))):
                pending[submit(task.for_batch(batch), batch)] = batch
            if not pending:
                return
            done, _ = wait(pending, return_when=FIRST_COMPLETED)
            for future in done:
                yield pending.pop(future), future.result()
    finally:
        for future in pending:
            future.cancel()
