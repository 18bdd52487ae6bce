"""The barrier that is named."""

import pytest

from plnsim.model.mechanisms import barrier
from plnsim.model.mechanisms.conditions import ADOPT, RENEW, USE
from tests.support.factories import (
    changed_variables,
    make_network,
    make_school,
    make_teacher,
    make_week,
    make_world,
    parameters,
)

P = parameters(barrier_salience_of_time=0.0, barrier_ready_knowledge=0.15, conditions_placement="theory")
SALIENT = parameters(barrier_salience_of_time=0.5, conditions_placement="theory")
SYMMETRIC = parameters(barrier_salience_of_time=0.0, conditions_placement="symmetric")
NOTHING, TIME, LEADERSHIP, FOCUS = 0, 1, 2, 3


@pytest.mark.parametrize(
    ("time", "leadership", "focus", "named"),
    [(0.2, 0.3, 0.4, TIME), (0.4, 0.2, 0.3, LEADERSHIP), (0.4, 0.3, 0.2, FOCUS), (0.0, 1.0, 1.0, TIME)],
)
def test_the_scarcest_is_named(time, leadership, focus, named):
    assert barrier.limiting_condition(ADOPT, time, leadership, focus, P) == named


def test_what_the_process_does_not_need_is_not_named():
    assert barrier.limiting_condition(USE, 0.4, 0.3, 0.0, P) == LEADERSHIP
    assert barrier.limiting_condition(RENEW, 0.0, 0.5, 0.4, P) == FOCUS


def test_where_all_enter_everywhere_all_can_be_named():
    assert barrier.limiting_condition(USE, 0.4, 0.3, 0.0, SYMMETRIC) == FOCUS
    assert barrier.limiting_condition(RENEW, 0.0, 0.5, 0.4, SYMMETRIC) == TIME


def test_salient_time_feels_scarcer_than_it_is():
    # 0.6 of the time feels like 0.6 x (1 - 0.5) = 0.3
    assert barrier.limiting_condition(ADOPT, 0.6, 0.4, 0.5, P) == LEADERSHIP
    assert barrier.limiting_condition(ADOPT, 0.6, 0.4, 0.5, SALIENT) == TIME
    assert barrier.limiting_condition(ADOPT, 0.6, 0.2, 0.5, SALIENT) == LEADERSHIP


@pytest.mark.parametrize("salience", [0.0, 0.5, 1.0])
def test_where_nothing_is_scarce_time_is_named(salience):
    p = parameters(barrier_salience_of_time=salience, conditions_placement="theory")
    assert barrier.limiting_condition(ADOPT, 1.0, 1.0, 1.0, p) == TIME


def test_of_two_that_are_equally_scarce_the_first_is_named():
    assert barrier.limiting_condition(ADOPT, 0.3, 0.3, 0.4, P) == TIME
    assert barrier.limiting_condition(ADOPT, 0.4, 0.3, 0.3, P) == LEADERSHIP


def test_a_process_that_needs_no_leadership_does_not_lack_it():
    assert barrier.limiting_condition((1.0, 0.0, 1.0), 0.5, 0.1, 0.4, P) == FOCUS


def names(school=None, p=P, networks=(), **state):
    teacher = make_teacher(**{"time": 0.4, "barrier": FOCUS} | state)
    school = school or make_school(lasting_leadership=0.3, leadership=1.0, focus=0.2)
    world = make_world([teacher], schools=[school], networks=networks)
    assert changed_variables(barrier.teacher_updates, teacher, world, make_week(), p) <= {"barrier"}
    return teacher.barrier


def test_a_user_who_found_no_way_names_what_use_needs():
    assert names(uses=1, applied=-1) == LEADERSHIP  # focus 0.2 is scarcer, but use does not need it


def test_who_gave_it_up_this_week_still_names_why():
    assert names(uses=0, applied=-1) == LEADERSHIP


def test_who_is_ready_and_does_not_take_it_up_names_what_that_needs():
    assert names(knowledge=0.2, exposure=0.5, threshold=0.5) == FOCUS


def test_a_ready_member_looks_at_the_focus_of_her_network():
    state = {"knowledge": 0.2, "exposure": 0.5, "threshold": 0.5, "network": 0, "seat": 0, "member": 1}
    assert names(networks=[make_network(focus=0.9)], **state) == LEADERSHIP


@pytest.mark.parametrize(
    "state",
    [
        {"knowledge": 0.15, "exposure": 1.0},  # does not know it well enough
        {"knowledge": 0.9, "exposure": 0.49, "threshold": 0.5},  # too few around her use it
        {"uses": 1, "applied": 1, "knowledge": 0.9, "exposure": 1.0},  # used it
        {"uses": 1, "applied": 0, "knowledge": 0.9, "exposure": 1.0},  # took it up this week
    ],
)
def test_others_name_nothing_and_forget_what_they_named(state):
    assert names(**state) == NOTHING
