"""Attention."""

import pytest

from plnsim.model.mechanisms import attention, mobilisation
from tests.support.factories import (
    changed_variables,
    close_to,
    make_school,
    make_teacher,
    make_week,
    make_world,
    parameters,
)

P = parameters(attention_fading=0.1, mobilisation_visits=0.2)


def attends(stub_uniform, visited=0.9, school=None, supported=1, p=P, **state):
    """The attention, .8 before, of a user who used it last week and saw evidence of .6."""
    stub_uniform(mobilisation, visited=visited)
    teacher = make_teacher(**{"uses": 1, "applied": 1, "evidence": 0.6, "attention": 0.8} | state)
    world = make_world([teacher], schools=[school or make_school(participates=1)])
    week = make_week(supported=supported)
    assert changed_variables(attention.teacher_updates, teacher, world, week, p) <= {"attention"}
    return teacher.attention


def test_it_fades_towards_what_evidence_keeps_up(stub_uniform):
    assert attends(stub_uniform) == close_to(0.78)  # 0.8 + 0.1 x (0.6 - 0.8)


def test_good_evidence_brings_it_back(stub_uniform):
    assert attends(stub_uniform, evidence=1.0) == close_to(0.82)


def test_who_missed_it_has_seen_nothing_that_would_keep_it_up(stub_uniform):
    assert attends(stub_uniform, applied=-1) == close_to(0.72)


def test_who_began_last_week_has_seen_nothing_yet(stub_uniform):
    assert attends(stub_uniform, applied=0) == close_to(0.72)


@pytest.mark.parametrize("state", [{"quality": 0.1}, {"advised": 4}, {"uses": 0, "applied": 0}])
def test_a_meeting_or_advice_renews_it_and_who_does_not_use_it_yet_is_attentive(stub_uniform, state):
    assert attends(stub_uniform, **state) == 1.0


@pytest.mark.parametrize(("visited", "supported", "left"), [(0.199, 1, 1.0), (0.2, 1, 0.78), (0.199, 0, 0.78)])
def test_a_visit_renews_it(stub_uniform, visited, supported, left):
    assert attends(stub_uniform, visited=visited, supported=supported) == close_to(left)


def test_what_does_not_fade_stays(stub_uniform):
    assert attends(stub_uniform, p=parameters(attention_fading=0.0), attention=1.0) == 1.0
