"""Succession (R28; L15)."""

import pytest

from plnsim.model.mechanisms import leadership, replacement, succession
from tests.support.factories import (
    changed_variables,
    close_to,
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


def change_of_head(*step):
    """What becomes of a school when its head may change, all in all."""
    for mechanism in (succession, replacement):
        mechanism.school_updates(*step)


def year_end(stub_uniform, u, p=P, week=None, vision_u=0.5, **state):
    stub_uniform(succession, leadership, head_leaves=u, new_vision=vision_u, new_support=0.5)
    school = make_school(
        **{"disadvantage": 0.5, "own_vision": 0.9, "vision": 0.7, "support": 0.9, "distributed": 0.5, "routine": 0.5}
        | state
    )
    world = make_world([make_teacher()], schools=[school])
    changed = changed_variables(change_of_head, school, world, week or make_week(ends_year=1), p)
    assert changed <= {"new_head", "own_vision", "support", "vision"} and school.new_head == ("support" in changed)
    return school, "support" in changed


@pytest.mark.parametrize(("u", "leaves"), [(0.119, True), (0.12, False), (0.121, False)])
def test_a_head_may_leave_at_the_end_of_a_year(stub_uniform, u, leaves):
    assert year_end(stub_uniform, u)[1] is leaves


def test_a_new_head_starts_with_less_of_the_work_and_it_is_carried_on_in_part(stub_uniform):
    school, _ = year_end(stub_uniform, 0.0)
    assert (school.own_vision, school.support) == (close_to(0.6), close_to(0.4))  # the middles, at a draw of 0.5
    assert school.vision == close_to(0.55)  # 0.6 x (1 - 0.5) = 0.3, and 0.625 of the way from there to 0.7


def test_heads_differ(stub_uniform):
    # one spread above the middle: logit 0.6 + 1, so odds 1.5 x e = 4.0774; share 4.0774 / 5.0774
    school, _ = year_end(stub_uniform, 0.0, vision_u=0.8413447460685429)
    assert school.own_vision == pytest.approx(0.8030497, abs=1e-7)


def test_without_anything_that_carries_only_the_new_heads_priority_counts(stub_uniform):
    assert year_end(stub_uniform, 0.0, distributed=0.0, routine=0.0)[0].vision == close_to(0.3)


def test_a_full_routine_carries_all_of_it(stub_uniform):
    assert year_end(stub_uniform, 0.0, routine=1.0)[0].vision == close_to(0.7)


def test_the_calendar_may_change_heads_in_any_week(stub_uniform):
    assert year_end(stub_uniform, 0.999, week=make_week(new_head=1.0))[1]
    assert year_end(stub_uniform, 0.29, week=make_week(new_head=0.3))[1]
    assert not year_end(stub_uniform, 0.31, week=make_week(new_head=0.3))[1]


def test_calendar_and_year_end_do_not_add_up(stub_uniform):
    assert year_end(stub_uniform, 0.29, week=make_week(new_head=0.3, ends_year=1))[1]
    assert not year_end(stub_uniform, 0.31, week=make_week(new_head=0.3, ends_year=1))[1]
    assert year_end(stub_uniform, 0.119, week=make_week(new_head=0.05, ends_year=1))[1]


@pytest.mark.parametrize(("week", "rate"), [(make_week(), 0.12), (make_week(ends_year=1), 0.0)])
def test_otherwise_nobody_is_asked(stub_uniform, week, rate):
    stub_uniform(succession)  # no number may be drawn
    school = make_school(vision=0.7)
    p = parameters(succession_rate=rate)
    assert (
        changed_variables(succession.school_updates, school, make_world([make_teacher()], schools=[school]), week, p)
        == set()
    )
