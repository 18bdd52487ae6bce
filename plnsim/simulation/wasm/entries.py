"""What the WebAssembly module does when it is called: the compiled steps behind plain numbers and addresses.

Each function of ``ENTRIES`` is compiled by Numba for the types beside it and becomes an export of its name. Whoever
calls it says where arrays begin and how long they are; how a world, a week and a parameter set lie in memory is what
``plnsim.simulation.wasm.pack`` writes down. Nothing of a rule stands here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import from_dtype, types
from numba.np.arrayobj import get_cfarray_intrinsic

from plnsim.model import week
from plnsim.model.week import WEEK_DTYPE, fill_start_week, run_weeks, support_weeks
from plnsim.model.world.entities import World
from plnsim.simulation.engine.counts import COUNT_DTYPE, COUNT_NAMES, NETWORK_COUNT_DTYPE, Counts
from plnsim.simulation.engine.numba_backend import inline_module, simulate
from plnsim.simulation.engine.start import know_world, start_world
from plnsim.simulation.scenario.declared import PARAMETER_DTYPE

inline_module(week)
_fill_weeks = week.fill_weeks
_array = get_cfarray_intrinsic("C", None)
WORLD_WORDS = 2 * len(World._fields)
"""Words of 64 bits that say where the parts of a world lie: an address and a number for each."""
COUNTS = len(COUNT_NAMES)


def supported_weeks(values: Any, ends_at: int) -> int:
    """The first week without outside support; ``ends_at`` is where a calendar ends it."""
    return support_weeks(_array(values, (1,))[0].programme.support_years, ends_at)


def length(values: Any, supported: int, years: float) -> int:
    """Weeks of a run of so many years, or for 0 of as many as the scenario's values say."""
    return run_weeks(supported, _array(values, (1,))[0].programme.follow_up_years, years)


def fill_weeks(start: Any, weeks: Any, count: int, sets: Any, number_of_sets: int, run: int, supported: int) -> None:
    """Fills in the week before the first and all of a run, whose ``regime`` says which parameter set they have."""
    fill_start_week(_array(start, (1,))[0], run)
    records, in_force = _array(weeks, (count,)), _array(sets, (number_of_sets,))
    for number in range(count):
        p = in_force[records[number].regime]
        _fill_weeks(records[number], number, run, supported, p.meeting.a_year, p.meeting.alone_share)


def start(world: Any, start_week: Any, values: Any) -> None:
    """Gives everybody the starting values that state variables declare."""
    start_world(_array(world, (WORLD_WORDS,)), _array(start_week, (1,)), _array(values, (1,)))


def know(world: Any, start_week: Any, values: Any) -> None:
    """Gives each teacher the parts of the share of the practice that she is said to know."""
    know_world(_array(world, (WORLD_WORDS,)), _array(start_week, (1,)), _array(values, (1,)))


def advance(
    world: Any,
    weeks: Any,
    count: int,
    sets: Any,
    number_of_sets: int,
    schools: int,
    week_counts: Any,
    count_matrix: Any,
    years: int,
    series: Any,
    by_year: Any,
    routine: Any,
    vision: Any,
    networks: Any,
    first: int,
    after: int,
) -> None:
    """Simulates the weeks from ``first`` to before ``after``; ``week_counts`` and ``count_matrix`` are one memory."""
    counts = Counts(
        _array(series, (count, 2, COUNTS)),
        _array(by_year, (years, schools, COUNTS)),
        _array(routine, (years, schools)),
        _array(vision, (years, schools)),
        _array(networks, (count,)),
    )
    simulate(
        _array(world, (WORLD_WORDS,)),
        _array(weeks, (count,)),
        _array(sets, (number_of_sets,)),
        first,
        after,
        _array(week_counts, (schools,)),
        _array(count_matrix, (schools, COUNTS)),
        counts,
    )


_WORLD, _NUMBERS, _INTEGERS = (types.CPointer(kind) for kind in (types.int64, types.float64, types.int64))
_WEEKS, _SETS, _COUNTS, _NETWORKS = (
    types.CPointer(from_dtype(dtype)) for dtype in (WEEK_DTYPE, PARAMETER_DTYPE, COUNT_DTYPE, NETWORK_COUNT_DTYPE)
)
_INT, _WORD, _FLOAT, _NOTHING = types.int64, types.uint64, types.float64, types.void
ENTRIES: tuple[tuple[Callable[..., Any], Any], ...] = (
    (supported_weeks, _INT(_SETS, _INT)),
    (length, _INT(_SETS, _INT, _FLOAT)),
    (fill_weeks, _NOTHING(_WEEKS, _WEEKS, _INT, _SETS, _INT, _WORD, _INT)),
    (start, _NOTHING(_WORLD, _WEEKS, _SETS)),
    (know, _NOTHING(_WORLD, _WEEKS, _SETS)),
    (
        advance,
        _NOTHING(
            *(_WORLD, _WEEKS, _INT, _SETS, _INT, _INT, _COUNTS, _INTEGERS),
            *(_INT, _INTEGERS, _INTEGERS, _NUMBERS, _NUMBERS, _NETWORKS, _INT, _INT),
        ),
    ),
)
"""The exports with their types: pointers, whole numbers, floating-point numbers."""
