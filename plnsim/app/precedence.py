"""Short work goes first: long work pauses between its parts while somebody waits for something short."""

from __future__ import annotations

from threading import Event

MAX_PAUSE = 0.2
"""Seconds after which a part of long work begins all the same, so that it ends however many come."""
POLLS = 10
"""How often a pause checks whether the work is still wanted."""


class TaskPriority:
    """A context manager around short work, for one event loop; what is long calls ``pause`` between its parts, from
    any thread.
    """

    def __init__(self) -> None:
        self._short_tasks, self._no_short_task = 0, Event()
        self._no_short_task.set()

    def __enter__(self) -> TaskPriority:
        self._short_tasks += 1
        self._no_short_task.clear()
        return self

    def __exit__(self, *_: object) -> None:
        self._short_tasks -= 1
        if self._short_tasks == 0:
            self._no_short_task.set()

    def pause(self, stop: Event) -> None:
        """Waits until nothing short is under way or ``stop`` is set, but not longer than ``MAX_PAUSE``."""
        for _ in range(POLLS):
            if stop.is_set() or self._no_short_task.wait(MAX_PAUSE / POLLS):
                return
