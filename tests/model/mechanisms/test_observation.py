"""Observation of a lesson: a user watches a colleague use it."""

import pytest

from plnsim.model.mechanisms import observation, time
from tests.simulation.test_engines import assert_engines_agree
from tests.support.factories import (
    changed_variables,
    close_to,
    make_network,
    make_teacher,
    make_week,
    make_world,
    parameters,
    parts_of,
)
from tests.support.runs import small_scenario

P = parameters(parts_count=10, observation_lessons=3.9, observation_taken_in=0.6)
KNOWN, IN_USE = parts_of(0, 1, 2, 3), parts_of(1, 2)
SHOWN = parts_of(2, 3, 4, 5)


# --- whose lesson she watches


def observes(stub_uniform, u=0.0, uses=1, colleague_uses=1, p=P, **of_colleague):
    """What a user has seen who meets a colleague; the chance of a lesson is 3.9 / 39 = 0.1 a week."""
    stub_uniform(observation, watches_a_lesson=u, contact=0.5)
    teacher = make_teacher(uses=uses, contact_parts=parts_of(9), watches=1)
    colleague = make_teacher(uses=colleague_uses, in_use=SHOWN, parts=KNOWN, **of_colleague)
    world = make_world([teacher, colleague], advice=[(0, 1)])
    changed = changed_variables(observation.teacher_observes, teacher, world, make_week(), p)
    assert changed <= {"watches", "contact_parts"}
    return teacher.watches, teacher.contact_parts


@pytest.mark.parametrize(("u", "watches"), [(0.0999, 1), (0.1, 0)])
def test_a_user_watches_so_many_lessons_a_year(stub_uniform, u, watches):
    assert observes(stub_uniform, u) == (watches, SHOWN if watches else parts_of(9))


def test_less_than_a_lesson_a_year_is_watched_as_well(stub_uniform):
    p = parameters(parts_count=10, observation_lessons=0.5)
    assert observes(stub_uniform, 0.0128, p=p)[0] == 1
    assert observes(stub_uniform, 0.0129, p=p)[0] == 0  # 0.5 / 39
    assert observes(stub_uniform, 0.25, p=parameters(observation_lessons=9.75))[0] == 0  # a quarter of 39


def test_both_must_use_it(stub_uniform):
    assert observes(stub_uniform, uses=0) == observes(stub_uniform, colleague_uses=0) == (0, parts_of(9))


def test_who_meets_nobody_watches_nobody(stub_uniform):
    stub_uniform(observation, watches_a_lesson=0.0, contact=0.5)
    teacher = make_teacher(uses=1)
    observation.teacher_observes(teacher, make_world([teacher]), make_week(), P)
    assert teacher.watches == 0


@pytest.mark.parametrize("member", [0, 1])
def test_lessons_at_another_school_are_watched_while_both_are_members(stub_uniform, member):
    stub_uniform(observation, watches_a_lesson=0.0, contact=0.5)
    teacher = make_teacher(network=0, seat=0, member=1, uses=1)
    other = make_teacher(network=0, seat=1, member=member, uses=1, in_use=SHOWN)
    world = make_world([teacher], [other], networks=[make_network()], cross=[(0, 1)])
    observation.teacher_observes(teacher, world, make_week(), P)
    assert teacher.watches == member


def test_without_lessons_nothing_is_drawn(stub_uniform):
    stub_uniform(observation)  # no number may be drawn
    teacher = make_teacher(uses=1, watches=1)
    observation.teacher_observes(
        teacher, make_world([teacher]), make_week(), parameters(parts_count=10, observation_lessons=0.0)
    )
    assert teacher.watches == 0


# --- what she takes from it


def watches(stub_parts, **state):
    asked = stub_parts(
        observation, parts_of_a_lesson_put_into_use=parts_of(3, 9), parts_of_a_lesson_understood=parts_of(5, 8)
    )
    usual = {"uses": 1, "watches": 1, "parts": KNOWN, "knowledge": 0.4, "in_use": IN_USE, "contact_parts": SHOWN}
    teacher = make_teacher(**usual | state)
    changed = changed_variables(observation.teacher_updates, teacher, make_world([teacher]), make_week(), P)
    assert changed <= {"asked", "in_use", "parts", "knowledge"}
    return teacher, asked


def test_what_is_known_is_put_into_use_and_some_of_the_rest_is_understood(stub_parts):
    teacher, asked = watches(stub_parts)
    assert asked == {
        "parts of a lesson put into use": (parts_of(3), 0.6),  # shown and known, and not in use yet
        "parts of a lesson understood": (parts_of(4, 5), close_to(0.24)),  # shown and not known: 0.6 x 0.4 knowledge
    }
    assert (teacher.in_use, teacher.parts, teacher.knowledge) == (IN_USE | parts_of(3), KNOWN | parts_of(5), 0.5)
    assert teacher.asked == time.WATCHED


def test_a_lesson_is_lost_on_who_knows_nothing(stub_parts):
    teacher, asked = watches(stub_parts, parts=0, in_use=0, knowledge=0.0)
    assert (teacher.parts, teacher.in_use, asked) == (0, 0, {})


def test_it_adds_nothing_where_both_do_the_same(stub_parts):
    teacher, asked = watches(stub_parts, parts=SHOWN, in_use=SHOWN)
    assert (teacher.parts, teacher.in_use, asked) == (SHOWN, SHOWN, {})


def test_who_watches_nothing_stays_as_she_is(stub_parts):
    teacher, asked = watches(stub_parts, watches=0, asked=time.ASKED)
    assert (teacher.in_use, teacher.parts, teacher.asked, asked) == (IN_USE, KNOWN, time.ASKED, {})


def test_the_engines_agree():
    assert_engines_agree(small_scenario({"population.first_users": 0.5, "observation.lessons": 20.0}))
