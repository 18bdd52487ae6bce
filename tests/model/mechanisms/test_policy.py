"""The policy context."""

import pytest

from plnsim.model.mechanisms import policy
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
    policy_push=0.5,
    policy_coherence=0.5,
    policy_return_to_course=0.3,
    policy_initiatives=0.4,
    policy_priority_left=0.5,
)


def test_outside_support_raises_priority_part_of_the_way_to_full():
    assert policy.pushed_vision(0.4, 1, P) == close_to(0.7)
    assert policy.pushed_vision(0.4, 0, P) == 0.4
    assert policy.pushed_vision(1.0, 1, P) == 1.0
    assert policy.pushed_vision(0.4, 1, parameters(policy_push=0.0)) == 0.4


def priority(stub_uniform, u=0.999, p=P, **state):
    stub_uniform(policy, initiative=u)
    school = make_school(**{"vision": 0.4, "own_vision": 0.8} | state)
    world = make_world([make_teacher()], schools=[school])
    assert changed_variables(policy.school_updates, school, world, make_week(ends_year=1), p) <= {
        "vision",
        "initiative",
    }
    return school.vision


def test_a_coherent_policy_draws_heads_back_to_their_own_course(stub_uniform):
    assert priority(stub_uniform) == close_to(0.46)  # 0.4 + 0.3 x 0.5 x 0.4
    assert priority(stub_uniform, own_vision=0.0) == close_to(0.34)


@pytest.mark.parametrize(("u", "left"), [(0.199, 0.23), (0.2, 0.46), (0.201, 0.46)])
def test_competing_initiatives_come_where_policy_is_incoherent(stub_uniform, u, left):
    # chance 0.4 x (1 - 0.5) = 0.2; half of the 0.46 is left
    assert priority(stub_uniform, u) == close_to(left)


def test_full_coherence_sends_no_initiatives(stub_uniform):
    p = parameters(policy_coherence=1.0, policy_return_to_course=1.0, policy_initiatives=1.0)
    assert priority(stub_uniform, 1e-15, p) == close_to(0.8)


def test_without_coherence_nobody_returns_to_her_course(stub_uniform):
    p = parameters(policy_coherence=0.0, policy_return_to_course=1.0, policy_initiatives=0.0)
    assert priority(stub_uniform, 1e-15, p) == 0.4


def test_policy_moves_once_a_year(stub_uniform):
    stub_uniform(policy)  # no number may be drawn
    school = make_school(vision=0.4, own_vision=0.8)
    assert (
        changed_variables(policy.school_updates, school, make_world([make_teacher()], schools=[school]), make_week(), P)
        == set()
    )


@pytest.mark.parametrize(("u", "came"), [(0.199, 1), (0.2, 0)])
def test_an_initiative_is_known_for_the_week_after_it_came(stub_uniform, u, came):
    stub_uniform(policy, initiative=u)
    school = make_school(vision=0.4, own_vision=0.8)
    world = make_world([make_teacher()], schools=[school])
    policy.school_updates(school, world, make_week(ends_year=1), P)
    assert school.initiative == came
    policy.school_updates(school, world, make_week(), P)
    assert school.initiative == 0
