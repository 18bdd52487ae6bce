"""Open pages: a session holds its scenario and what it is waiting for, and is forgotten when it is left alone."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from plnsim.simulation.scenario import Scenario


class SessionExpired(Exception):
    """There is no such session, or no longer: the page opens a new one."""


@dataclass
class Session:
    """One open page. ``digest`` tells scenarios apart for what sessions share; ``waiting`` holds its latest request of
    each kind.
    """

    scenario: Scenario
    digest: str
    last_used: float
    waiting: dict[str, asyncio.Future[Any]] = field(default_factory=dict)

    def supersede(self, kind: str, task: asyncio.Future[Any]) -> None:
        """Makes a request the latest of its kind; the one before, if it still waits, is cancelled.

        One that is done is let go, and its result with it.
        """
        earlier = self.waiting.get(kind)
        if earlier is not None:
            earlier.cancel()
        self.waiting[kind] = task
        task.add_done_callback(lambda _: self._let_go(kind, task))

    def _let_go(self, kind: str, task: asyncio.Future[Any]) -> None:
        if self.waiting.get(kind) is task:
            del self.waiting[kind]


@dataclass
class Sessions:
    """The open sessions, at most so many; beyond that the one idle for longest makes room."""

    max_sessions: int
    idle_seconds: float
    clock: Callable[[], float] = time.monotonic
    opened: OrderedDict[str, Session] = field(default_factory=OrderedDict)

    def open(self, scenario: Scenario, digest: str) -> str:
        """Opens a session; gives the word by which its page names it."""
        self.free_idle()
        while len(self.opened) >= self.max_sessions:
            self._close(next(iter(self.opened)))
        token = secrets.token_urlsafe(16)
        self.opened[token] = Session(scenario, digest, self.clock())
        return token

    def get(self, token: str) -> Session:
        """The session of a page; raises ``SessionExpired``."""
        self.free_idle()
        if token not in self.opened:
            raise SessionExpired
        self.opened.move_to_end(token)
        self.opened[token].last_used = self.clock()
        return self.opened[token]

    def free_idle(self) -> None:
        """Forgets the sessions that were left alone."""
        for token, session in list(self.opened.items()):
            if self.clock() - session.last_used > self.idle_seconds:
                self._close(token)

    def _close(self, token: str) -> None:
        for task in self.opened.pop(token).waiting.values():
            task.cancel()
