"""Work shared out over threads, with the results in the order in which it was given."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

ProgressCallback = Callable[[int, int], None]
"""Is told what is done, and of how much."""


def map_ordered(
    work: Callable[[Task], Result], tasks: Sequence[Task], workers: int, progress: ProgressCallback | None = None
) -> Generator[Result, None, None]:
    """Does a piece of work for each task, several at a time, and gives the results in the order of the tasks.

    Only a few tasks wait for a thread at any time, so that an interrupted command ends at once.
    """
    pool = ThreadPoolExecutor(workers)
    pending: deque[Future[Result]] = deque()
    completed = 0

    def next_result() -> Result:
        nonlocal completed
        result = pending.popleft().result()
        completed += 1
        if progress:
            progress(completed, len(tasks))
        return result

    try:
        for task in tasks:
            pending.append(pool.submit(work, task))
            if len(pending) > 2 * workers:
                yield next_result()
        while pending:
            yield next_result()
    finally:
        pool.shutdown(cancel_futures=True)
