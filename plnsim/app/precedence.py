"""Short work goes first: long work pauses between its parts while somebody waits for something short."""

from __future__ import annotations

from threading import Event, Lock

LONGEST_PAUSE = 1.0
"""Seconds after which long work goes on all the same, so that it ends however many come."""


class Precedence:
    """A context manager around short work; what is long calls ``pause`` between its parts, from whatever thread."""

    def __init__(self):
        self._lock, self._short = Lock(), 0
        self._nothing_short = Event()
        self._nothing_short.set()

    def __enter__(self) -> Precedence:
        with self._lock:
            self._short += 1
            self._nothing_short.clear()
        return self

    def __exit__(self, *_) -> None:
        with self._lock:
            self._short -= 1
            if self._short == 0:
                self._nothing_short.set()

    def pause(self) -> None:
        """Waits until nothing short is under way, but not longer than ``LONGEST_PAUSE``."""
        self._nothing_short.wait(LONGEST_PAUSE)
