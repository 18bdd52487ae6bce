"""The compiled reading: Numba compiles the very functions that Python interprets in the Mesa reading.

A teacher is a row that reads and writes like a record. Nothing of a rule stands here: the moves come from ``WEEK``,
and each plain function of the model is made known to Numba as it is. Compiled code is cached in a folder named after a hash of the
package's sources, because Numba itself does not notice a changed function of another file.
"""

from __future__ import annotations

import itertools
import pkgutil
from concurrent.futures import Future, ThreadPoolExecutor
from types import FunctionType

import numpy as np
from numba.extending import overload, register_jitable

from plnsim.common import streams
from plnsim.model import mechanisms
from plnsim.model.mechanisms import moves, rules
from plnsim.model.world import tenure
from plnsim.model.world.entities import World
from plnsim.model.world.school_year import SCHOOL_WEEKS
from plnsim.simulation.engine import compile_cache
from plnsim.simulation.engine import counts as engine_counts
from plnsim.simulation.engine.columns import Columns
from plnsim.simulation.engine.numba_types import PEOPLE, TIE_TYPE, located, opened, unchanging


@overload(streams.word)
def _machine_word(number):
    return lambda number: np.uint64(number)


_known = register_jitable(_nrt=False, error_model="numpy", forceinline=True)
"""Lets compiled code call a plain function, as if its text stood where it is called.

The moves allocate nothing, so counting references would only cost time; and a call that passes a whole world costs more
than most moves do (measured: 3,000 ns a teacher-week with both, 180 without the counting, 80 without either).
"""


def _make_known(module) -> None:
    """Lets compiled code call the plain functions of a module (all but ``word``, whose machine meaning stands above)."""
    for function in vars(module).values():
        if isinstance(function, FunctionType) and function.__module__ == module.__name__ and function is not streams.word:
            _known(function)


for _module in (streams, rules, tenure, engine_counts, *(getattr(mechanisms, one.name) for one in pkgutil.iter_modules(mechanisms.__path__)
                                                  if hasattr(mechanisms, one.name))):
    _make_known(_module)


@_known
def _nothing(one, world, week, p):
    pass


def _in_turn(made: list, name: str) -> FunctionType:
    """One move that makes several, one after the other."""

    def followed_by(move, then):
        def moves_made(one, world, week, p):
            move(one, world, week, p)
            then(one, world, week, p)

        moves_made.__qualname__ = f"{name}_from_{move.__module__}.{move.__qualname__}"  # or machine code of different processes could be mistaken
        return moves_made

    whole = _nothing
    for move in reversed(made):
        whole = _known(followed_by(move, whole))
    return whole


def _by_staff(move, name: str) -> FunctionType:
    """A move of a school: all its teachers make the given one."""

    def moves_made(school, world, week, p):
        for post in range(school.first_teacher, school.after_last_teacher):
            move(world.teachers[post], world, week, p)

    moves_made.__qualname__ = f"staff_of_{name}"
    return _known(moves_made)


AT_ONCE = 5
"""Moves that a teacher makes before the next of her school has her turn.

They change nobody else, so any number gives the same bits. All at once is more code than a processor keeps at hand (measured: 3 % slower), one at
a time reads every teacher too often (16 % slower).
"""


def _staff(kind: str) -> FunctionType:
    """A move of a school: all its teachers make all their moves of a kind, some at a time, in the order of the week."""
    made = moves(kind)
    names = {first: f"{kind}_{first}" for first in range(0, len(made), AT_ONCE)}
    return _in_turn([_by_staff(_in_turn(made[first:first + AT_ONCE], name), name) for first, name in names.items()], f"staff_{kind}")


_network_looks, _school_looks, _network_acts, _school_acts = (
    _in_turn(moves(kind), kind) for kind in ("network_looks", "school_looks", "network_acts", "school_acts"))
_staff_looks, _staff_acts = _staff("teacher_looks"), _staff("teacher_acts")
_school_observed = engine_counts.school_observed
_networks_observed = engine_counts.networks_observed
_half = engine_counts.noted_half


_FOLDER = compile_cache.folder()
_cached = compile_cache.compiler(_FOLDER)


@_known
def now_in(where, weeks, regimes, number):
    """The world, the week with this number, and the parameters in force."""
    week = unchanging(weeks[number])
    return opened(where), week, unchanging(regimes[week.regime])


@_cached
def looks_of_schools(where, weeks, regimes, number, first, after):
    """The schools from ``first`` to before ``after`` look, and their teachers."""
    world, week, p = now_in(where, weeks, regimes, number)
    for place in range(first, after):
        school = world.schools[place]
        _school_looks(school, world, week, p)
        _staff_looks(school, world, week, p)


@_cached
def acts_of_schools(where, weeks, regimes, number, first, after, counts):
    """The teachers of some schools act, then the schools themselves; what can be counted is counted."""
    world, week, p = now_in(where, weeks, regimes, number)
    for place in range(first, after):
        school = world.schools[place]
        _staff_acts(school, world, week, p)
        _school_acts(school, world, week, p)
        _school_observed(school, world, week, p, counts[place])


@_cached
def looks_of_networks(where, weeks, regimes, number):
    world, week, p = now_in(where, weeks, regimes, number)
    for place in range(len(world.networks)):
        _network_looks(world.networks[place], world, week, p)


@_cached
def acts_of_networks(where, weeks, regimes, number, row):
    world, week, p = now_in(where, weeks, regimes, number)
    for place in range(len(world.networks)):
        _network_acts(world.networks[place], world, week, p)
    _networks_observed(world, row)


@_cached
def note_week(where, number, counts, book):
    """Adds the week's counts to the series of the two halves of schools and to each school's year."""
    world, year = opened(where), number // SCHOOL_WEEKS
    for place in range(len(world.schools)):
        school = world.schools[place]
        half = _half(school.disadvantage)
        for column in range(counts.shape[1]):
            book.series[number, half, column] += counts[place, column]
            book.years[year, place, column] += counts[place, column]
            counts[place, column] = 0
        book.routine[year, place] = school.routine
        book.vision[year, place] = school.vision


@_cached
def simulate(where, weeks, regimes, first_week, after_week, counts, matrix, book):
    """All weeks from ``first_week`` to before ``after_week``, without ever returning to Python."""
    schools = len(counts)
    for number in range(first_week, after_week):
        looks_of_networks(where, weeks, regimes, number)
        looks_of_schools(where, weeks, regimes, number, 0, schools)
        acts_of_schools(where, weeks, regimes, number, 0, schools, counts)
        acts_of_networks(where, weeks, regimes, number, book.networks[number])
        note_week(where, number, matrix, book)


def _all_done(parts: list[Future]) -> None:
    """Waits for all parts of a phase; an error in one of them is an error here."""
    for part in parts:
        part.result()


class CompiledReading:
    """A run in the compiled reading; ``advance`` moves it on, ``world`` holds its state, ``book`` what was counted.

    In ``world`` teachers, schools and networks are ``Columns``; the world that is given is left as it is.
    """

    def __init__(self, world: World, weeks: np.ndarray, regimes: np.ndarray, threads: int = 1):
        self.world = World(*(Columns(getattr(world, name), layout) for name, layout in PEOPLE.items()),
                           *(np.ascontiguousarray(ties, TIE_TYPE) for ties in world[3:]))
        self.weeks, self.regimes, self.threads = weeks, regimes, threads
        self.week = 0
        self.book = engine_counts.new_book(len(weeks), len(world.schools))
        self._where = located(self.world)
        self._counts = np.zeros(len(world.schools), engine_counts.OBSERVED_RECORD)
        self._matrix = self._counts.view(np.int64).reshape(len(world.schools), -1)

    def advance(self, weeks: int | None = None) -> None:
        """Simulates so many further weeks, or all that are left."""
        until = len(self.weeks) if weeks is None else min(len(self.weeks), self.week + weeks)
        if self.threads > 1 and len(self.world.schools) > 1:
            self._advance_with_threads(until)
        else:
            simulate(self._where, self.weeks, self.regimes, self.week, until, self._counts, self._matrix, self.book)
        self.week = until

    def state(self) -> World:
        """The world as it is now, its people copied as records; ties never change."""
        return World(*(those.records() for those in self.world[:3]), *self.world[3:])

    def __reduce__(self):
        raise TypeError("a run cannot be copied or pickled; begin another from its state()")

    def now(self, number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
        """What compiled code needs to know of a week: the arguments of ``now_in``."""
        return self._where, self.weeks, self.regimes, number

    def _advance_with_threads(self, until: int) -> None:
        """The same weeks with schools shared out over threads: everybody looks before anybody acts, so the bits are the same."""
        shares = self._shares()
        with ThreadPoolExecutor(self.threads) as pool:
            for number in range(self.week, until):
                now = self.now(number)
                looks_of_networks(*now)
                _all_done([pool.submit(looks_of_schools, *now, *part) for part in shares])
                _all_done([pool.submit(acts_of_schools, *now, *part, self._counts) for part in shares])
                acts_of_networks(*now, self.book.networks[number])
                note_week(self._where, number, self._matrix, self.book)

    def _shares(self) -> list[tuple[int, int]]:
        """Runs of neighbouring schools with about as many teachers each."""
        goals = np.linspace(0, len(self.world.teachers), self.threads + 1)
        cuts = np.searchsorted(self.world.schools["after_last_teacher"], goals[1:-1]) + 1
        edges = [0, *np.minimum(cuts, len(self.world.schools)).tolist(), len(self.world.schools)]
        return [(first, after) for first, after in itertools.pairwise(edges) if after > first]
