"""Routine."""

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
    leadership_mandate_weight=0.6,
    conditions_substitution=0.0,
    conditions_placement="theory",
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


def test_a_routine_fades_as_fast_as_it_grows():
    assert becomes(0.275) == close_to(0.255)  # 0.2 of the way


def test_at_its_goal_a_routine_stays():
    assert becomes(0.175) == close_to(0.175)


def test_without_users_or_mandate_a_routine_only_fades():
    assert becomes(0.5, prevalence=0.0) == close_to(0.4)
    assert becomes(0.5, parameters(routine_growth=0.2, leadership_mandate_weight=1.0), distributed=0.0) == close_to(0.4)


@pytest.mark.parametrize("condition", ["mean_time", "lasting_leadership", "focus"])
def test_each_condition_counts(condition):
    conditions = {"mean_time": 1.0, "lasting_leadership": 1.0, "focus": 1.0} | {condition: 0.125}
    assert becomes(0.075, **conditions) == close_to(0.095)


def test_full_use_under_full_conditions_becomes_full_routine():
    p = parameters(routine_growth=1.0, leadership_mandate_weight=0.6)
    assert becomes(0.0, p, prevalence=1.0, mean_time=1.0, distributed=1.0) == close_to(1.0)
