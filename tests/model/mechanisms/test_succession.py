"""Succession."""

import pytest

from plnsim.model.mechanisms import leadership, replacement, succession
from tests.support.factories import (
    changed_variables,
    close_to,
    in_a_row,
    make_school,
    make_teacher,
    make_week,
    make_world,
    parameters,
)

P = parameters(
    succession_rate=0.12,
    succession_disadvantage_ratio=1.5,
    succession_not_invented_here=0.5,
    succession_carried=0.5,
    leadership_vision=0.6,
    leadership_support=0.4,
    leadership_spread=1.0,
)


@pytest.mark.parametrize(("disadvantage", "share"), [(0.0, 0.096), (0.5, 0.12), (1.0, 0.144)])
def test_heads_leave_disadvantaged_schools_more_often(disadvantage, share):
    # slope (1.5 - 1) / (1.5 + 1) = 0.2: 0.12 x (1 -+ 0.2); 0.144 / 0.096 = 1.5
    assert succession.leaving_probability(disadvantage, P) == close_to(share)


def test_no_more_than_all_heads_leave():
    p = parameters(succession_rate=1.0, succession_disadvantage_ratio=5.0)
    assert succession.leaving_probability(1.0, p) == 1.0


@pytest.mark.parametrize(
    ("distributed", "routine", "stays"),
    [(0.5, 0.5, 0.625), (0.0, 0.0, 0.0), (0.0, 1.0, 1.0), (1.0, 0.0, 0.5), (1.0, 1.0, 1.0)],
)
def test_distributed_leadership_and_routine_carry_the_work_on(distributed, routine, stays):
    assert succession.continuity(distributed, routine, P) == close_to(stays)  # 1 - (1 - 0.5 x 0.5) x (1 - 0.5)


def year_end(stub_uniform, u, p=P, week=None, new_head=0):
    """Whether a head leaves, as the school knows it after the step."""
    stub_uniform(succession, head_leaves=u)
    school = make_school(disadvantage=0.5, own_vision=0.9, vision=0.7, support=0.9, new_head=new_head)
    world = make_world([make_teacher()], schools=[school])
    changed = changed_variables(succession.school_updates, school, world, week or make_week(ends_year=1), p)
    assert changed <= {"new_head"}
    return school.new_head == 1


@pytest.mark.parametrize(("u", "leaves"), [(0.119, True), (0.12, False), (0.121, False)])
def test_a_head_may_leave_at_the_end_of_a_year(stub_uniform, u, leaves):
    assert year_end(stub_uniform, u) is leaves


def test_a_new_head_is_new_for_one_week(stub_uniform):
    assert not year_end(stub_uniform, 0.0, week=make_week(), new_head=1)
    assert not year_end(stub_uniform, 0.12, new_head=1)


def test_a_head_leaves_and_another_takes_over(stub_uniform):
    """A draw of 0.119 < 0.12: a new head with half of her priority of 0.6, and half of the old one carried over."""
    stub_uniform(succession, leadership, head_leaves=0.119, new_vision=0.5, new_support=0.5, style_of_a_new_head=0.5)
    school = make_school(
        disadvantage=0.5, own_vision=0.9, vision=0.7, support=0.9, distributed=1.0, own_distributed=0.9, taking_part=0.6
    )
    world = make_world([make_teacher()], schools=[school])
    changes = in_a_row(succession.school_updates, replacement.school_updates)
    assert changed_variables(changes, school, world, make_week(ends_year=1), P) == {
        "new_head",
        "own_vision",
        "support",
        "vision",
        "own_distributed",
        "taking_part",
    }
    assert (school.own_distributed, school.distributed, school.taking_part) == (close_to(0.5), 1.0, close_to(0.3))
    assert (school.own_vision, school.support, school.vision) == (close_to(0.6), close_to(0.4), close_to(0.5))


@pytest.mark.parametrize(("routine", "vision"), [(0.0, 0.3), (0.5, 0.5), (1.0, 0.7)])
def test_what_is_carried_over_lies_between_the_new_and_the_old_priority(stub_uniform, routine, vision):
    """From 0.6 x (1 - 0.5) = 0.3 all the way to 0.7, as far as the routine reaches."""
    school = make_school(own_vision=0.6, vision=0.7, routine=routine)
    world = make_world([make_teacher()], schools=[school])
    assert succession.carried_vision(school, world, make_week(), P) == close_to(vision)


def test_the_calendar_may_change_heads_in_any_week(stub_uniform):
    assert year_end(stub_uniform, 0.999, week=make_week(new_head=1.0))
    assert year_end(stub_uniform, 0.29, week=make_week(new_head=0.3))
    assert not year_end(stub_uniform, 0.31, week=make_week(new_head=0.3))


def test_calendar_and_year_end_do_not_add_up(stub_uniform):
    assert year_end(stub_uniform, 0.29, week=make_week(new_head=0.3, ends_year=1))
    assert not year_end(stub_uniform, 0.31, week=make_week(new_head=0.3, ends_year=1))
    assert year_end(stub_uniform, 0.119, week=make_week(new_head=0.05, ends_year=1))


@pytest.mark.parametrize(("week", "rate"), [(make_week(), 0.12), (make_week(ends_year=1), 0.0)])
def test_otherwise_nobody_is_asked(stub_uniform, week, rate):
    stub_uniform(succession)  # no number may be drawn
    school = make_school(vision=0.7)
    p = parameters(succession_rate=rate)
    assert (
        changed_variables(succession.school_updates, school, make_world([make_teacher()], schools=[school]), week, p)
        == set()
    )
