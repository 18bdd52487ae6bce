"""Work shared out over threads, with the results in the order in which it was given."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

Progress = Callable[[int, int], None]
"""Is told what is done, and of how much."""


def in_order(work: Callable, tasks: Sequence, workers: int, progress: Progress | None = None) -> Iterator:
    """Does a piece of work for each task, several at a time, and gives the results in the order of the tasks.

    Only a few tasks wait for a thread at any time, so that an interrupted command ends at once.
    """
    pool = ThreadPoolExecutor(workers)
    begun: deque[Future] = deque()
    given = 0

    def next_result():
        nonlocal given
        result = begun.popleft().result()
        given += 1
        if progress:
            progress(given, len(tasks))
        return result

    try:
        for task in tasks:
            begun.append(pool.submit(work, task))
            if len(begun) > 2 * workers:
                yield next_result()
        while begun:
            yield next_result()
    finally:
        pool.shutdown(cancel_futures=True)
