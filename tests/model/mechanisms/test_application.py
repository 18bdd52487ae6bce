"""Application (R19)."""

import pytest

from plnsim.model.mechanisms import application
from tests.support.factories import (
    changed_variables,
    make_network,
    make_school,
    make_teacher,
    make_week,
    make_world,
    parameters,
)

P = parameters(application_habit_carries=0.5, conditions_substitution=0.0, conditions_placement="theory")


def applies(stub_uniform, u, p=P, school=None, **state):
    """What a user of time 0.25 under full lasting leadership comes to (conditions 0.5), whatever the focus."""
    stub_uniform(application, use=u)
    teacher = make_teacher(**{"uses": 1, "time": 0.25} | state)
    world = make_world([teacher], schools=[school or make_school(lasting_leadership=1.0, leadership=0.0, focus=0.0)])
    assert changed_variables(application.teacher_updates, teacher, world, make_week(), p) <= {"applied"}
    return teacher.applied


@pytest.mark.parametrize(("u", "applied"), [(0.499, 1), (0.501, -1)])
def test_without_habit_the_conditions_decide(stub_uniform, u, applied):
    assert applies(stub_uniform, u, habit=0.0) == applied


@pytest.mark.parametrize(("u", "applied"), [(0.624, 1), (0.626, -1)])
def test_habit_makes_up_for_part_of_what_is_missing(stub_uniform, u, applied):
    assert applies(stub_uniform, u, habit=0.5) == applied  # 0.5 + 0.5 x 0.5 x (1 - 0.5) = 0.625


def test_even_full_habit_leaves_conditions_their_part(stub_uniform):
    assert applies(stub_uniform, 0.749, habit=1.0) == 1  # 0.5 + 0.5 x 0.5 = 0.75
    assert applies(stub_uniform, 0.751, habit=1.0) == -1


def test_a_draw_that_equals_the_share_finds_no_way(stub_uniform):
    p = parameters(conditions_substitution=1.0, conditions_placement="theory")
    assert applies(stub_uniform, 0.625, p=p) == -1  # the mean of 0.25 and 1


def test_full_conditions_always_suffice(stub_uniform):
    assert applies(stub_uniform, 1 - 2**-53, time=1.0) == 1


def test_next_to_no_conditions_count_as_a_fiftieth(stub_uniform):
    # time 0 counts as 0.02, leadership 0 as 0.02
    assert applies(stub_uniform, 0.0199, time=0.0, school=make_school()) == 1
    assert applies(stub_uniform, 0.0201, time=0.0, school=make_school()) == -1


def test_focus_matters_only_where_all_conditions_enter_everywhere(stub_uniform):
    p = parameters(conditions_substitution=0.0, conditions_placement="symmetric")
    school = make_school(lasting_leadership=1.0, focus=0.5)
    assert applies(stub_uniform, 0.499, p=p, school=school, time=0.25) == 1  # (0.25 x 1 x 0.5)^(1/3) = 0.5
    assert applies(stub_uniform, 0.501, p=p, school=school, time=0.25) == -1


def test_a_member_feels_the_focus_of_her_network(stub_uniform):
    stub_uniform(application, use=0.499)
    p = parameters(conditions_substitution=0.0, conditions_placement="symmetric")
    teacher = make_teacher(uses=1, time=0.25, network=0, seat=0, member=1)
    world = make_world(
        [teacher], schools=[make_school(lasting_leadership=1.0, focus=0.0)], networks=[make_network(focus=0.5)]
    )
    application.teacher_updates(teacher, world, make_week(), p)
    assert teacher.applied == 1


@pytest.mark.parametrize("last_week", [-1, 0, 1])
def test_who_does_not_use_it_is_not_asked_and_counts_as_no_user(stub_uniform, last_week):
    stub_uniform(application)  # no number may be drawn
    teacher = make_teacher(uses=0, applied=last_week)
    application.teacher_updates(teacher, make_world([teacher]), make_week(), P)
    assert teacher.applied == 0


def test_last_weeks_failure_does_not_last(stub_uniform):
    assert applies(stub_uniform, 0.0, applied=-1) == 1
