"""The Numba engine: Numba compiles the very functions that Python interprets in the Mesa engine.

A teacher is a row that reads and writes like a record. Nothing of a rule stands here: the steps come from ``SCHEDULE``,
and each plain function of the model is made known to Numba as it is. Compiled code is cached in a folder named after a
hash of the package's sources, because Numba itself does not notice a changed function of another file.
"""

from __future__ import annotations

import itertools
import pkgutil
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import FunctionType, ModuleType
from typing import Any, NoReturn, TypeVar

import numpy as np
from numba import config
from numba.extending import overload, register_jitable

from plnsim.common import elementary, streams
from plnsim.model import mechanisms, protocols
from plnsim.model.mechanisms import replacement, rules, steps
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.state import Step
from plnsim.model.world.entities import World, WorldOf
from plnsim.simulation.engine import compile_cache
from plnsim.simulation.engine import counts as engine_counts
from plnsim.simulation.engine.columns import Columns
from plnsim.simulation.engine.numba_types import (
    LAYOUTS,
    TIE_DTYPE,
    addresses,
    bits_of,
    float_of,
    readonly,
    view_world,
)

Function = TypeVar("Function", bound=Callable[..., Any])
ColumnWorld = WorldOf[Columns, Columns, Columns, np.ndarray]
"""A world as compiled code reads it: people field by field, ties as places."""


@overload(elementary.to_uint64)
def _uint64_cast(number: Any) -> Callable[[Any], Any]:
    def cast(number: Any) -> Any:
        return np.uint64(number)

    return cast


@overload(elementary.float_bits)
def _float_bits(number: Any) -> Callable[[Any], Any]:
    def cast(number: Any) -> Any:
        return bits_of(number)

    return cast


@overload(elementary.float_of_bits)
def _float_of_bits(bits: Any) -> Callable[[Any], Any]:
    def cast(bits: Any) -> Any:
        return float_of(bits)

    return cast


_OF_THE_MACHINE = (elementary.to_uint64, elementary.float_bits, elementary.float_of_bits)


def inlined(function: Function, forced: bool = True) -> Function:
    """Lets compiled code call a plain function, as if its text stood where it is called (``forced``) or as may be.

    The steps allocate nothing, so counting references would only cost time; and a call that passes a whole world costs
    more than most steps do (measured: 3,000 ns a teacher-week with both, 180 without the counting, 80 without either).
    """
    register_jitable(_nrt=False, error_model="numpy", forceinline=forced)(function)
    return function


FOR_ANY_PROCESSOR = config.CPU_NAME == "generic"
"""Whether code is made for any processor, as the WebAssembly module is made from it. Calls of functions of numbers then
stay calls, which halves the module and takes a third off a run in it (decision 0027).
"""
_OF_NUMBERS = (elementary, streams, rules)


def inline_module(module: ModuleType) -> None:
    """Lets compiled code call a module's plain functions (all but those whose machine meaning is above)."""
    for function in vars(module).values():
        is_own = isinstance(function, FunctionType) and function.__module__ == module.__name__
        if is_own and function not in _OF_THE_MACHINE:
            inlined(function, forced=not (FOR_ANY_PROCESSOR and module in _OF_NUMBERS))


_MECHANISMS = [getattr(mechanisms, file.name) for file in pkgutil.iter_modules(mechanisms.__path__)]
for _module in (*_OF_NUMBERS, engine_counts, *_MECHANISMS):
    inline_module(_module)
for _made_of_declarations in (replacement.replace_teacher, replacement.replace_head):
    inlined(_made_of_declarations)


def _no_op(entity: Any, world: Any, week: Any, p: Any) -> None:
    pass


def _chain(several: list[Step], name: str) -> Step:
    """One step that makes several, one after the other."""

    def chain_two(step: Step, then: Step) -> Step:
        def chained(entity: Any, world: Any, week: Any, p: Any) -> None:
            step(entity, world, week, p)
            then(entity, world, week, p)

        # or machine code of different processes could be mistaken
        chained.__qualname__ = f"{name}_from_{step.__module__}.{step.__qualname__}"
        return chained

    whole: Step = inlined(_no_op)
    for step in reversed(several):
        whole = inlined(chain_two(step, whole))
    return whole


def _for_each_teacher(step: Step, name: str) -> Step:
    """A step of a school: all its teachers make the given one."""

    def chained(school: Any, world: Any, week: Any, p: Any) -> None:
        for post in range(school.first_teacher, school.after_last_teacher):
            step(world.teachers[post], world, week, p)

    chained.__qualname__ = f"staff_of_{name}"
    return inlined(chained)


STEPS_PER_PASS = 5
"""Steps that a teacher makes before the next of her school has her turn.

They change nobody else, so any number gives the same bits. All at once is more code than a processor keeps at hand
(measured: 3 % slower), one at a time reads every teacher too often (16 % slower).
"""


def _staff_steps(kind: str) -> Step:
    """A step of a school: all its teachers make all their steps of a kind, some at a time, in the order of the week."""
    whole, passes = steps(kind), []
    for first in range(0, len(whole), STEPS_PER_PASS):
        name = f"{kind}_{first}"
        passes.append(_for_each_teacher(_chain(whole[first : first + STEPS_PER_PASS], name), name))
    return _chain(passes, f"staff_{kind}")


_network_observes, _school_observes, _network_updates, _school_updates = (
    _chain(steps(kind), kind) for kind in ("network_observes", "school_observes", "network_updates", "school_updates")
)
_staff_observes, _staff_updates = _staff_steps("teacher_observes"), _staff_steps("teacher_updates")
_count_school = engine_counts.count_school
_count_networks = engine_counts.count_networks
_half = engine_counts.disadvantage_half

_FOLDER = compile_cache.cache_folder()
cached = compile_cache.compiler(_FOLDER)


@inlined
def week_context(
    world_addresses: np.ndarray, weeks: np.ndarray, parameter_sets: np.ndarray, number: int
) -> tuple[protocols.World, protocols.Week, protocols.Parameters]:
    """The world, the week with this number, and the parameters in force."""
    week: protocols.Week = readonly(weeks[number])
    return view_world(world_addresses), week, readonly(parameter_sets[week.regime])


@cached
def observe_schools(
    world_addresses: np.ndarray, weeks: np.ndarray, parameter_sets: np.ndarray, number: int, first: int, after: int
) -> None:
    """The schools from ``first`` to before ``after`` observe, and their teachers."""
    world, week, p = week_context(world_addresses, weeks, parameter_sets, number)
    for place in range(first, after):
        school = world.schools[place]
        _school_observes(school, world, week, p)
        _staff_observes(school, world, week, p)


@cached
def update_schools(
    world_addresses: np.ndarray,
    weeks: np.ndarray,
    parameter_sets: np.ndarray,
    number: int,
    first: int,
    after: int,
    week_counts: np.ndarray,
) -> None:
    """The teachers of some schools update, then the schools themselves; what can be counted is counted."""
    world, week, p = week_context(world_addresses, weeks, parameter_sets, number)
    for place in range(first, after):
        school = world.schools[place]
        _staff_updates(school, world, week, p)
        _school_updates(school, world, week, p)
        _count_school(school, world, week, p, week_counts[place])


@cached
def observe_networks(world_addresses: np.ndarray, weeks: np.ndarray, parameter_sets: np.ndarray, number: int) -> None:
    """All networks observe."""
    world, week, p = week_context(world_addresses, weeks, parameter_sets, number)
    for place in range(len(world.networks)):
        _network_observes(world.networks[place], world, week, p)


@cached
def update_networks(
    world_addresses: np.ndarray,
    weeks: np.ndarray,
    parameter_sets: np.ndarray,
    number: int,
    row: engine_counts.NetworkRow,
) -> None:
    """All networks update, and what can be counted of them is counted."""
    world, week, p = week_context(world_addresses, weeks, parameter_sets, number)
    for place in range(len(world.networks)):
        _network_updates(world.networks[place], world, week, p)
    _count_networks(world, row)


@cached
def record_week(
    world_addresses: np.ndarray, number: int, count_matrix: np.ndarray, counts: engine_counts.Counts
) -> None:
    """Adds the week's counts to the series of the two halves of schools and to each school's year."""
    world: protocols.World = view_world(world_addresses)
    year = number // SCHOOL_WEEKS
    for place in range(len(world.schools)):
        school = world.schools[place]
        half = _half(school.disadvantage)
        for column in range(count_matrix.shape[1]):
            counts.series[number, half, column] += count_matrix[place, column]
            counts.years[year, place, column] += count_matrix[place, column]
            count_matrix[place, column] = 0
        counts.routine[year, place] = school.routine
        counts.vision[year, place] = school.vision


@cached
def simulate(
    world_addresses: np.ndarray,
    weeks: np.ndarray,
    parameter_sets: np.ndarray,
    first_week: int,
    after_week: int,
    week_counts: np.ndarray,
    count_matrix: np.ndarray,
    counts: engine_counts.Counts,
) -> None:
    """All weeks from ``first_week`` to before ``after_week``, without ever returning to Python."""
    # a plain 0 would be a type of its own to Numba, and who calls these from Python would compile them again
    first: Any = np.int64(0)
    after = len(week_counts)
    for number in range(first_week, after_week):
        observe_networks(world_addresses, weeks, parameter_sets, number)
        observe_schools(world_addresses, weeks, parameter_sets, number, first, after)
        update_schools(world_addresses, weeks, parameter_sets, number, first, after, week_counts)
        update_networks(world_addresses, weeks, parameter_sets, number, counts.networks[number])
        record_week(world_addresses, number, count_matrix, counts)


def in_columns(world: World) -> ColumnWorld:
    """A copy of a world as compiled code reads it: people field by field, ties as places."""
    teachers, schools, networks = (Columns(getattr(world, name), layout) for name, layout in LAYOUTS.items())
    return WorldOf(teachers, schools, networks, *(np.ascontiguousarray(ties, TIE_DTYPE) for ties in world[3:]))


def _wait_for_all(parts: list[Future[None]]) -> None:
    """Waits for all parts of a phase; an error in one of them is an error here."""
    for part in parts:
        part.result()


class NumbaBackend:
    """A run in the Numba engine; ``advance`` moves it on, ``world`` holds its state, ``counts`` what was counted.

    In ``world`` teachers, schools and networks are ``Columns``; the world that is given is left as it is.
    """

    def __init__(self, world: World, weeks: np.ndarray, parameter_sets: np.ndarray, threads: int = 1) -> None:
        self.world = in_columns(world)
        self.weeks, self.parameter_sets, self.threads = weeks, parameter_sets, threads
        self.week = 0
        self.counts = engine_counts.empty_counts(len(weeks), len(world.schools))
        self._addresses = addresses(self.world)
        self._week_counts = np.zeros(len(world.schools), engine_counts.COUNT_DTYPE)
        self._count_matrix = self._week_counts.view(np.int64).reshape(len(world.schools), -1)

    def advance(self, weeks: int | None = None) -> None:
        """Simulates so many further weeks, or all that are left."""
        until = len(self.weeks) if weeks is None else min(len(self.weeks), self.week + weeks)
        if self.threads > 1 and len(self.world.schools) > 1:
            self._advance_parallel(until)
        else:
            simulate(
                self._addresses,
                self.weeks,
                self.parameter_sets,
                self.week,
                until,
                self._week_counts,
                self._count_matrix,
                self.counts,
            )
        self.week = until

    def state(self) -> World:
        """The world as it is now, its people copied as records; ties never change."""
        teachers, schools, networks = (columns.records() for columns in self.world[:3])
        return World(teachers, schools, networks, *self.world[3:])

    def __reduce__(self) -> NoReturn:
        raise TypeError("a run cannot be copied or pickled; begin another from its state()")

    def week_args(self, number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
        """What compiled code needs to know of a week: the arguments of ``week_context``."""
        return self._addresses, self.weeks, self.parameter_sets, number

    def _advance_parallel(self, until: int) -> None:
        """The same weeks with schools shared out over threads.

        Everybody observes before anybody updates, so the bits are the same.
        """
        shares = self._shares()
        with ThreadPoolExecutor(self.threads) as pool:
            for number in range(self.week, until):
                week_args = self.week_args(number)
                observe_networks(*week_args)
                _wait_for_all([pool.submit(observe_schools, *week_args, *part) for part in shares])
                _wait_for_all([pool.submit(update_schools, *week_args, *part, self._week_counts) for part in shares])
                update_networks(*week_args, self.counts.networks[number])
                record_week(self._addresses, number, self._count_matrix, self.counts)

    def _shares(self) -> list[tuple[int, int]]:
        """Runs of neighbouring schools with about as many teachers each."""
        goals = np.linspace(0, len(self.world.teachers), self.threads + 1)
        cuts = np.searchsorted(self.world.schools["after_last_teacher"], goals[1:-1]) + 1
        edges = [0, *np.minimum(cuts, len(self.world.schools)).tolist(), len(self.world.schools)]
        return [(first, after) for first, after in itertools.pairwise(edges) if after > first]
