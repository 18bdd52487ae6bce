"""Classes that gather their guesses: numbers only, bounded, and forgotten when they are left alone."""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from plnsim.common.errors import InputError

MOST_CLASSES = 50
MOST_GUESSES = 2000
"""Of a class: one for each plan of each page that joined it."""
CODES = 100_000


class ClassForgotten(Exception):
    """There is no such class, or no longer."""


@dataclass
class _GuessingClass:
    key: str
    last_used: float
    guesses: dict[tuple[int, int], int] = field(default_factory=dict)  # by plan and page


@dataclass
class Classes:
    """The classes of a server: pupils join by a short code, the lecturer's page sees what they guess by its key."""

    idle_seconds: float
    clock: Callable[[], float] = time.monotonic
    open_classes: OrderedDict[int, _GuessingClass] = field(default_factory=OrderedDict)

    def open(self) -> tuple[int, str]:
        """Opens a class; gives its code and its key. The one left alone for longest makes room."""
        self.free_idle()
        while len(self.open_classes) >= MOST_CLASSES:
            self.open_classes.popitem(last=False)
        code = next(code for code in iter(lambda: secrets.randbelow(CODES), None) if code not in self.open_classes)
        key = secrets.token_urlsafe(16)
        self.open_classes[code] = _GuessingClass(key, self.clock())
        return code, key

    def join(self, code: int) -> None:
        """Raises ``ClassForgotten`` where there is no class to join."""
        self._get(code)

    def take(self, code: int, page: int, plan: int, guess: int) -> None:
        """Takes what a page guesses of a plan, in percent; a page that guesses again replaces its own."""
        found = self._get(code)
        if (plan, page) not in found.guesses and len(found.guesses) >= MOST_GUESSES:
            raise InputError(f"this class has {MOST_GUESSES} guesses already", place="code", right="a class of its own")
        found.guesses[plan, page] = guess

    def guesses(self, code: int, key: str, plan: int) -> tuple[list[int], int]:
        """What a class has guessed of a plan, in percent and in order, and how many guesses there are of other plans;
        for whoever has its key.
        """
        found = self._get(code)
        if not secrets.compare_digest(found.key, key):
            raise ClassForgotten
        of_it = sorted(guess for (guessed, _), guess in found.guesses.items() if guessed == plan)
        return of_it, len(found.guesses) - len(of_it)

    def _get(self, code: int) -> _GuessingClass:
        self.free_idle()
        if code not in self.open_classes:
            raise ClassForgotten
        self.open_classes.move_to_end(code)
        self.open_classes[code].last_used = self.clock()
        return self.open_classes[code]

    def free_idle(self) -> None:
        """Forgets the classes that were left alone."""
        for code, each in list(self.open_classes.items()):
            if self.clock() - each.last_used > self.idle_seconds:
                del self.open_classes[code]
