"""Routine (R27; L13)."""

import pytest

from plnsim.model.mechanisms import routine
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
    routine_growth=0.2,
    routine_inertia=0.5,
    leadership_mandate_weight=0.6,
    conditions_substitution=0.0,
    conditions_placement="theory",
)
SEEN = {"users", "prevalence", "mean_time", "user_knowledge", "user_fidelity"}


def test_a_school_sees_how_far_the_practice_has_spread():
    staff = [
        make_teacher(uses=1, knowledge=0.5, fidelity=0.75, time=0.25),
        make_teacher(uses=1, knowledge=1.0, fidelity=0.25, time=0.75),
        make_teacher(knowledge=0.9, fidelity=0.1, time=0.5),
        make_teacher(),
    ]
    world = make_world([make_teacher(uses=1, time=1.0)], staff, [make_teacher(uses=1, time=1.0)])
    school = world.schools[1]
    assert changed_variables(routine.school_observes, school, world, make_week(), P) == SEEN
    assert (school.users, school.prevalence) == (2, 0.5)
    assert (school.user_knowledge, school.user_fidelity) == (close_to(0.75), close_to(0.5))  # of the two users
    assert school.mean_time == close_to(0.375)  # of all four


def test_a_school_without_users_sees_none():
    world = make_world(
        [make_teacher(time=1.0, knowledge=0.7)],
        schools=[make_school(users=3, prevalence=0.5, user_knowledge=0.5, user_fidelity=0.5)],
    )
    routine.school_observes(world.schools[0], world, make_week(), P)
    school = world.schools[0]
    assert (school.users, school.prevalence, school.user_knowledge, school.user_fidelity, school.mean_time) == (
        0,
        0.0,
        0.0,
        0.0,
        1.0,
    )


def becomes(before, p=P, **state):
    """Half of the staff, conditions (0.125 x 1 x 1)^(1/3) = 0.5, mandate 0.4 + 0.6 x 0.5 = 0.7: the goal is 0.175."""
    usual = {
        "routine": before,
        "prevalence": 0.5,
        "mean_time": 0.125,
        "lasting_leadership": 1.0,
        "leadership": 0.0,
        "focus": 1.0,
        "distributed": 0.5,
    }
    school = make_school(**usual | state)
    world = make_world([make_teacher()], schools=[school])
    assert changed_variables(routine.school_updates, school, world, make_week(), p) <= {"routine"}
    return school.routine


def test_a_routine_grows_towards_use_times_conditions_times_mandate():
    assert becomes(0.075) == close_to(0.095)  # 0.2 of the way to 0.175


def test_a_routine_fades_more_slowly():
    assert becomes(0.275) == close_to(0.265)  # 0.2 x 0.5 of the way


def test_at_its_goal_a_routine_stays():
    assert becomes(0.175) == close_to(0.175)


def test_without_users_or_mandate_a_routine_only_fades():
    assert becomes(0.5, prevalence=0.0) == close_to(0.45)
    assert becomes(
        0.5, parameters(routine_growth=0.2, routine_inertia=0.5, leadership_mandate_weight=1.0), distributed=0.0
    ) == close_to(0.45)


@pytest.mark.parametrize("condition", ["mean_time", "lasting_leadership", "focus"])
def test_each_condition_counts(condition):
    conditions = {"mean_time": 1.0, "lasting_leadership": 1.0, "focus": 1.0} | {condition: 0.125}
    assert becomes(0.075, **conditions) == close_to(0.095)


def test_full_use_under_full_conditions_becomes_full_routine():
    p = parameters(routine_growth=1.0, leadership_mandate_weight=0.6)
    assert becomes(0.0, p, prevalence=1.0, mean_time=1.0, distributed=1.0) == close_to(1.0)
