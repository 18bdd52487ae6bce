"""People field by field: where fields lie, and that compiled code reads and writes the very fields that it names."""

import copy

import numpy as np
import pytest
from numba import njit

from plnsim.simulation.engine.columns import CACHE_LINE, Columns, Layout
from plnsim.simulation.engine.numba_backend import NumbaBackend, week_context
from plnsim.simulation.engine.numba_types import LAYOUTS, addresses
from plnsim.simulation.scenario.weeks import to_records
from tests.support.runs import changed_run, changed_world, small_scenario

KINDS = pytest.mark.parametrize("kind", LAYOUTS)


def numbered(kind: str, count: int) -> np.ndarray:
    """Records whose every value is its own."""
    records = np.zeros(count, LAYOUTS[kind].dtype)
    for number, name in enumerate(records.dtype.names):
        records[name] = np.arange(count) + number
    return records


@KINDS
@pytest.mark.parametrize("count", [0, 1, 7, 64])
def test_records_come_back_as_they_were_given(kind, count):
    given = numbered(kind, count)
    columns = Columns(given, LAYOUTS[kind])
    back = columns.records()
    assert back.dtype == given.dtype and len(columns) == len(back) == count
    assert all((back[name] == given[name]).all() and (columns[name] == given[name]).all() for name in given.dtype.names)


def test_a_column_is_written_where_it_lies_and_the_given_array_stays():
    given = numbered("schools", 5)
    columns = Columns(given, LAYOUTS["schools"])
    columns["vision"][2] = 0.25
    assert columns["vision"][2] == columns.records()["vision"][2] == 0.25
    assert given["vision"][2] != 0.25


@KINDS
@pytest.mark.parametrize("count", [1, 3, 512, 21_500])
def test_fields_are_aligned_and_share_no_byte(kind, count):
    layout = LAYOUTS[kind]
    columns = Columns(numbered(kind, count), layout)
    bytes_of = []
    for name, place in layout.offsets.items():
        size, begins = layout.dtype[name].itemsize, place.at(count, np.arange(count))
        assert not (begins % size).any()
        bytes_of.append((begins[:, None] + np.arange(size)).ravel())
    every = np.concatenate(bytes_of)
    assert (
        len(np.unique(every)) == len(every) and every.min() >= 0 and every.max() < count * layout.size + layout.between
    )
    assert columns.address % CACHE_LINE == 0


def test_what_shares_a_line_is_fetched_at_once():
    count, layout = 1000, LAYOUTS["teachers"]
    for names in layout.lines:
        lines = [layout.offsets[name].at(count, np.arange(count)) // CACHE_LINE for name in names]
        assert all((line == lines[0]).all() for line in lines) and (np.diff(lines[0]) == 1).all()


def test_fields_that_could_not_be_aligned_or_do_not_fit_into_a_line_are_refused():
    with pytest.raises(ValueError, match="widest to the narrowest"):
        Layout(np.dtype([("member", "i1"), ("belief", "f8")]))
    nine = np.dtype([(f"share {number}", "f8") for number in range(9)])
    with pytest.raises(ValueError, match=r"a line holds 64 bytes; share 0, .*, share 8 take 72"):
        Layout(nine, (nine.names,))


def adding(kind: str):
    """A compiled function that adds a number to every field of one row of a kind."""
    lines = [f"    row.{name} = row.{name} + {number + 1}" for number, name in enumerate(LAYOUTS[kind].dtype.names)]
    head = "def add(where, weeks, regimes, number, place):"
    text = "\n".join([head, f"    row = week_context(where, weeks, regimes, number)[0].{kind}[place]", *lines])
    names = {"week_context": week_context}
    exec(text, names)
    return njit(names["add"])


def run_of(world=None) -> NumbaBackend:
    drawn, weeks, parameter_sets = small_scenario().initialise(1, 0)
    return NumbaBackend(world or drawn, weeks, to_records(parameter_sets))


@KINDS
def test_compiled_code_changes_the_fields_that_it_names_of_the_row_that_it_names(kind):
    run = run_of()
    before = getattr(run.state(), kind)
    place = len(before) - 1
    adding(kind)(*run.week_args(0), place)
    after = getattr(run.state(), kind)
    for number, name in enumerate(before.dtype.names):
        added = after[name] - before[name]
        assert added[place] == pytest.approx(number + 1) and not added[:place].any(), name
    others = [name for name in changed_world(run.state(), small_scenario().world(1)) if not name.startswith(f"{kind}.")]
    assert others == []


def test_a_run_leaves_the_world_that_it_was_given():
    world = small_scenario().world(1)
    run_of(world).advance()
    assert changed_world(world, small_scenario().world(1)) == []


@pytest.mark.parametrize("kind", [*LAYOUTS, "seats"])
def test_a_world_that_is_laid_out_otherwise_is_refused(kind):
    world = run_of().world
    those = getattr(world, kind)
    other = (
        those[::2]
        if kind == "seats"
        else Columns(those.records(), Layout(those.layout.dtype, (those.layout.dtype.names[:2],)))
    )
    with pytest.raises(TypeError, match=kind):
        addresses(world._replace(**{kind: other}))


def test_a_run_is_not_copied():
    with pytest.raises(TypeError, match="cannot be copied"):
        copy.deepcopy(run_of())


def test_ties_of_another_type_or_order_are_taken_as_they_are_meant():
    world = small_scenario().world(1)
    wide = world._replace(
        **{name: np.repeat(getattr(world, name).astype(np.int64), 2)[::2] for name in world._fields[3:]}
    )
    usual, unusual = run_of(world), run_of(wide)
    usual.advance()
    unusual.advance()
    assert changed_run(usual, unusual) == []
