"""Short work goes first: long work pauses between its parts while somebody waits for something short."""

from __future__ import annotations

from threading import Event

LONGEST_PAUSE = 0.2
"""Seconds after which a part of long work begins all the same, so that it ends however many come."""
LOOKS = 10
"""How often a pause looks whether the work is still wanted."""


class Precedence:
    """A context manager around short work, for one event loop; what is long calls ``pause`` between its parts, from any thread."""

    def __init__(self):
        self._short, self._nothing_short = 0, Event()
        self._nothing_short.set()

    def __enter__(self) -> Precedence:
        self._short += 1
        self._nothing_short.clear()
        return self

    def __exit__(self, *_) -> None:
        self._short -= 1
        if self._short == 0:
            self._nothing_short.set()

    def pause(self, stop: Event) -> None:
        """Waits until nothing short is under way or ``stop`` is set, but not longer than ``LONGEST_PAUSE``."""
        for _ in range(LOOKS):
            if stop.is_set() or self._nothing_short.wait(LONGEST_PAUSE / LOOKS):
                return
