"""Work that waits for a thread, not for long: what would, is refused at once and told when to come again."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event, Lock
from typing import TypeVar

Result = TypeVar("Result")

MOST_WAIT_SECONDS = 30.0
"""How long work may wait for its turn; *assumed*: a class waits for a picture, not for a coffee."""
WEIGHT_OF_LATEST = 0.2
"""Of the latest piece of work in the mean of how long one takes, so that it follows the load of the machine."""


class Overloaded(Exception):
    """So many wait that another one would for longer than ``MOST_WAIT_SECONDS``; it may come again in ``seconds``."""

    def __init__(self, waiting: int, seconds: int) -> None:
        super().__init__(waiting, seconds)
        self.waiting, self.seconds = waiting, seconds


@dataclass
class _Job:
    came: float
    waits: bool = True


class WorkQueue:
    """Threads for one kind of work, first come, first served; used from one event loop."""

    def __init__(self, threads: int, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.threads, self.clock = threads, clock
        self.executor = ThreadPoolExecutor(threads, name)
        self.waiting = 0
        self.seconds = 0.0
        """A piece of work takes, by those that were made; 0 until the first one was."""
        self._lock = Lock()

    @property
    def expected_wait(self) -> float:
        """Seconds that what comes now will wait for its turn."""
        return self.waiting * self.seconds / self.threads

    def submit(self, make: Callable[[Event], Result], stop: Event) -> asyncio.Future[Result]:
        """Lets a thread make something when its turn comes; raises ``Overloaded`` where that would be too late.

        Whose turn comes too late all the same, because the machine has become slower, gets ``Overloaded`` then.
        """
        if self.expected_wait > MOST_WAIT_SECONDS:
            raise self._overloaded()
        job = _Job(self.clock())
        with self._lock:
            self.waiting += 1
        made = asyncio.get_running_loop().run_in_executor(self.executor, self._make, job, make, stop)
        made.add_done_callback(lambda _: self._leave(job))
        return made

    def _make(self, job: _Job, make: Callable[[Event], Result], stop: Event) -> Result:
        self._leave(job)
        began = self.clock()
        if began - job.came > MOST_WAIT_SECONDS:
            raise self._overloaded()
        made = make(stop)
        took = self.clock() - began
        with self._lock:
            self.seconds += (took - self.seconds) * (WEIGHT_OF_LATEST if self.seconds else 1.0)
        return made

    def _leave(self, job: _Job) -> None:
        """Its turn has come, or nobody wants it any more."""
        with self._lock:
            self.waiting -= job.waits
            job.waits = False

    def _overloaded(self) -> Overloaded:
        """Come again when half of those have been served who wait now."""
        return Overloaded(self.waiting, max(1, math.ceil(self.expected_wait / 2)))

    def end(self) -> None:
        """Makes nothing more of what waits."""
        self.executor.shutdown(wait=False, cancel_futures=True)
