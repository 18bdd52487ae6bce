"""Results that several sessions may ask for: computed once in a thread, kept while there is room, stopped when nobody
waits.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Event
from typing import Any, TypeVar

from plnsim.app.work_queue import WorkQueue

Result = TypeVar("Result")


@dataclass
class _PendingResult:
    """A computation under way; ``stop`` tells its thread that the last one who waited has gone."""

    future: asyncio.Future[Any]
    stop: Event
    waiting: int = 0


@dataclass
class _CacheEntry:
    value: Any
    size: int
    last_used: float


@dataclass
class ResultCache:
    """Keeps results by key, the ones used last, up to so many bytes and so many seconds without use.

    Used from one event loop; ``make`` runs in a thread of the queue that is given, with an ``Event`` to heed.
    """

    max_bytes: int
    idle_seconds: float
    clock: Callable[[], float] = time.monotonic
    entries: OrderedDict[Hashable, _CacheEntry] = field(default_factory=OrderedDict)
    pending: dict[Hashable, _PendingResult] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes of all that is kept."""
        return sum(entry.size for entry in self.entries.values())

    async def get(
        self, key: Hashable, make: Callable[[Event], Result], size: Callable[[Result], int], queue: WorkQueue
    ) -> Result:
        """The result for a key; whoever asks for what is being computed waits for it rather than compute it again.

        Raises ``Overloaded`` where it would have to be computed and too many wait for that.
        """
        if key in self.entries:
            self.entries.move_to_end(key)
            self.entries[key].last_used = self.clock()
            kept: Result = self.entries[key].value
            return kept
        work = self.pending.get(key)
        if work is None or work.stop.is_set():
            stop = Event()
            work = self.pending[key] = _PendingResult(queue.submit(make, stop), stop)
            work.future.add_done_callback(lambda _: self._store_result(key, work, size))
        work.waiting += 1
        try:
            made: Result = await asyncio.shield(work.future)
            return made
        finally:
            work.waiting -= 1
            if work.waiting == 0 and not work.future.done():
                work.stop.set()
                work.future.cancel()

    def _store_result(self, key: Hashable, work: _PendingResult, size: Callable[[Any], int]) -> None:
        if self.pending.get(key) is work:
            del self.pending[key]
        if work.future.cancelled() or work.future.exception() is not None:
            return
        value = work.future.result()
        self.entries[key] = _CacheEntry(value, size(value), self.clock())
        while self.entries and self.size > self.max_bytes:
            self.entries.popitem(last=False)

    def free_idle(self) -> None:
        """Forgets what nobody has used for a while."""
        for key, entry in list(self.entries.items()):
            if self.clock() - entry.last_used > self.idle_seconds:
                del self.entries[key]
