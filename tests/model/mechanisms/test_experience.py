"""Experience (R21)."""

import pytest

from plnsim.model.mechanisms import experience
from tests.support.factories import (
    changed_variables,
    close_to,
    make_school,
    make_teacher,
    make_week,
    make_world,
    parameters,
)

P = parameters(experience_ceiling=0.4, experience_learning=0.1, experience_adaptation=0.02, learning_stage="flat")


def test_inquiry_and_routine_lift_the_ceiling_together():
    assert experience.ceiling(0.5, 0.5, P) == close_to(0.85)  # 0.4 + 0.6 x (1 - 0.5 x 0.5)


@pytest.mark.parametrize(
    ("inquiry", "routine", "ceiling"),
    [(0.0, 0.0, 0.4), (1.0, 0.0, 1.0), (0.0, 1.0, 1.0), (0.5, 0.0, 0.7), (0.0, 0.5, 0.7)],
)
def test_the_ceiling_at_its_limits(inquiry, routine, ceiling):
    assert experience.ceiling(inquiry, routine, P) == close_to(ceiling)


def test_a_ceiling_of_one_needs_no_lifting():
    assert experience.ceiling(0.3, 0.2, parameters(experience_ceiling=1.0)) == 1.0


def uses_it(p=P, school=None, **state):
    teacher = make_teacher(**{"uses": 1, "applied": 1, "knowledge": 0.2, "adaptation": 0.5} | state)
    changed = changed_variables(
        experience.teacher_updates, teacher, make_world([teacher], schools=[school or make_school()]), make_week(), p
    )
    assert changed <= {"knowledge", "adaptation"}
    return teacher


def test_use_teaches_towards_the_ceiling_and_fits_the_practice():
    teacher = uses_it()
    assert teacher.knowledge == close_to(0.22)  # 0.2 + 0.1 x (0.4 - 0.2)
    assert teacher.adaptation == close_to(0.51)  # 0.5 + 0.02 x 0.5


def test_inquiry_in_the_network_of_the_school_teaches_more():
    assert uses_it(school=make_school(inquiry=0.5)).knowledge == close_to(0.25)  # 0.2 + 0.1 x (0.7 - 0.2)
    assert uses_it(school=make_school(routine=0.5)).knowledge == close_to(0.25)


@pytest.mark.parametrize("knowledge", [0.4, 0.9])
def test_who_knows_more_than_the_ceiling_keeps_it(knowledge):
    assert uses_it(knowledge=knowledge).knowledge == knowledge


@pytest.mark.parametrize(
    ("knowledge", "learnt"), [(0.5, 0.5 + 0.1 * 1.0 * 0.5), (0.25, 0.25 + 0.1 * 0.75 * 0.75), (0.0, 0.0), (1.0, 1.0)]
)
def test_experience_may_serve_the_intermediate_most(knowledge, learnt):
    # 4 k (1 - k): 1 at 0.5, 3/4 at 0.25, nothing for who knows nothing
    p = parameters(experience_ceiling=1.0, experience_learning=0.1, learning_stage="frank2011")
    assert uses_it(p, knowledge=knowledge).knowledge == close_to(learnt)


@pytest.mark.parametrize("applied", [-1, 0])
def test_without_use_nothing_is_learnt(applied):
    teacher = make_teacher(applied=applied, knowledge=0.2)
    assert changed_variables(experience.teacher_updates, teacher, make_world([teacher]), make_week(), P) == set()
