"""People field by field: where columns lie, and that compiled code reads and writes the very fields that it names."""

import copy
from itertools import pairwise

import numpy as np
import pytest
from numba import njit

from plnsim.engine.columns import Columns, layout
from plnsim.engine.compiled_reading import CompiledReading, now_in
from plnsim.engine.compiled_types import PEOPLE, located
from plnsim.scenario.weeks import records_of
from tests.runs import changed_run, changed_world, small

KINDS = pytest.mark.parametrize("kind", PEOPLE)


def numbered(kind: str, count: int) -> np.ndarray:
    """Records whose every value is its own."""
    records = np.zeros(count, PEOPLE[kind])
    for number, name in enumerate(records.dtype.names):
        records[name] = np.arange(count) + number
    return records


@KINDS
@pytest.mark.parametrize("count", [0, 1, 7, 64])
def test_records_come_back_as_they_were_given(kind, count):
    given = numbered(kind, count)
    columns = Columns(given)
    back = columns.records()
    assert back.dtype == given.dtype and len(columns) == len(back) == count
    assert all((back[name] == given[name]).all() and (columns[name] == given[name]).all() for name in given.dtype.names)


def test_a_column_is_written_where_it_lies_and_the_given_array_stays():
    given = numbered("schools", 5)
    columns = Columns(given)
    columns["vision"][2] = 0.25
    assert columns["vision"][2] == columns.records()["vision"][2] == 0.25
    assert given["vision"][2] != 0.25


@KINDS
@pytest.mark.parametrize("count", [1, 3, 512, 21_500])
def test_columns_are_aligned_and_share_no_byte(kind, count):
    dtype = PEOPLE[kind]
    spans = [(before * count + more, before * count + more + dtype[name].itemsize * count, dtype[name].itemsize)
             for name, (before, more) in layout(dtype).items()]
    assert all(begin % size == 0 for begin, _, size in spans)
    assert all(end <= begin for (_, end, _), (begin, _, _) in pairwise(spans))


def test_a_record_that_could_not_be_aligned_is_refused():
    with pytest.raises(ValueError, match="widest to the narrowest"):
        Columns(np.zeros(3, [("member", "i1"), ("belief", "f8")]))


def adding(kind: str):
    """A compiled function that adds a number to every field of one row of a kind."""
    lines = [f"    row.{name} = row.{name} + {number + 1}" for number, name in enumerate(PEOPLE[kind].names)]
    text = f"def add(where, weeks, regimes, number, place):\n    row = now_in(where, weeks, regimes, number)[0].{kind}[place]\n" + "\n".join(lines)
    found = {"now_in": now_in}
    exec(text, found)
    return njit(found["add"])


def turned(dtype: np.dtype) -> np.dtype:
    """A record of the same fields, those of equal width the other way round."""
    return np.dtype(sorted(((name, dtype[name]) for name in reversed(dtype.names)), key=lambda field: -field[1].itemsize), align=True)


def run_of(world=None) -> CompiledReading:
    drawn, weeks, sets = small().begun(1, 0)
    return CompiledReading(world or drawn, weeks, records_of(sets))


@KINDS
def test_compiled_code_changes_the_fields_that_it_names_of_the_row_that_it_names(kind):
    run = run_of()
    before = getattr(run.state(), kind)
    place = len(before) - 1
    adding(kind)(*run.now(0), place)
    after = getattr(run.state(), kind)
    for number, name in enumerate(before.dtype.names):
        added = after[name] - before[name]
        assert added[place] == pytest.approx(number + 1) and not added[:place].any(), name
    others = [name for name in changed_world(run.state(), small().world(1)) if not name.startswith(f"{kind}.")]
    assert others == []


def test_a_run_leaves_the_world_that_it_was_given():
    world = small().world(1)
    run_of(world).advance()
    assert changed_world(world, small().world(1)) == []


@pytest.mark.parametrize("kind", [*PEOPLE, "seats"])
def test_a_world_that_is_laid_out_otherwise_is_refused(kind):
    world = run_of().world
    those = getattr(world, kind)
    other = those[::2] if kind == "seats" else Columns(np.zeros(len(those), turned(those.dtype)))
    with pytest.raises(TypeError, match=kind):
        located(world._replace(**{kind: other}))


def test_a_run_is_not_copied():
    with pytest.raises(TypeError, match="cannot be copied"):
        copy.deepcopy(run_of())


def test_ties_of_another_type_or_order_are_taken_as_they_are_meant():
    world = small().world(1)
    wide = world._replace(**{name: np.repeat(getattr(world, name).astype(np.int64), 2)[::2] for name in world._fields[3:]})
    one, other = run_of(world), run_of(wide)
    one.advance()
    other.advance()
    assert changed_run(one, other) == []
