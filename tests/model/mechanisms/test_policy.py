"""The policy context (R18a, R28)."""

import pytest

from plnsim.model.mechanisms import policy
from tests.support.factories import a_school, a_teacher, a_week, a_world, about, changed_by, parameters

P = parameters(policy_push=0.5, policy_coherence=0.5, policy_return_to_course=0.3, policy_initiatives=0.4, policy_priority_left=0.5,
               policy_priority_buffered=0.4)


def test_outside_support_raises_priority_part_of_the_way_to_full():
    assert policy.pushed(0.4, 1, P) == about(0.7)
    assert policy.pushed(0.4, 0, P) == 0.4
    assert policy.pushed(1.0, 1, P) == 1.0
    assert policy.pushed(0.4, 1, parameters(policy_push=0.0)) == 0.4


def priority(chance, luck=0.999, p=P, **state):
    chance(policy, initiative=luck)
    school = a_school(**{"vision": 0.4, "own_vision": 0.8} | state)
    world = a_world([a_teacher()], schools=[school])
    assert changed_by(policy.school_acts, school, world, a_week(ends_year=1), p) <= {"vision"}
    return school.vision


def test_a_coherent_policy_draws_heads_back_to_their_own_course(chance):
    assert priority(chance) == about(0.46)  # 0.4 + 0.3 x 0.5 x 0.4
    assert priority(chance, own_vision=0.0) == about(0.34)


@pytest.mark.parametrize(("luck", "left"), [(0.199, 0.23), (0.2, 0.46), (0.201, 0.46)])
def test_competing_initiatives_come_where_policy_is_incoherent(chance, luck, left):
    # chance 0.4 x (1 - 0.5) = 0.2; half of the 0.46 is left
    assert priority(chance, luck) == about(left)


def test_distributed_leadership_and_routine_save_part_of_it(chance):
    # 0.5 + 0.4 x 0.5 x 0.5 = 0.6 of 0.46
    assert priority(chance, 0.0, distributed=0.5, routine=0.5) == about(0.276)
    assert priority(chance, 0.0, distributed=1.0, routine=0.0) == about(0.23)


def test_more_than_everything_cannot_be_saved(chance):
    p = parameters(policy_coherence=0.0, policy_initiatives=1.0, policy_priority_left=0.9, policy_priority_buffered=0.5)
    assert priority(chance, 0.5, p, distributed=1.0, routine=1.0) == about(0.4)


def test_full_coherence_sends_no_initiatives(chance):
    p = parameters(policy_coherence=1.0, policy_return_to_course=1.0, policy_initiatives=1.0)
    assert priority(chance, 1e-15, p) == about(0.8)


def test_without_coherence_nobody_returns_to_her_course(chance):
    p = parameters(policy_coherence=0.0, policy_return_to_course=1.0, policy_initiatives=0.0)
    assert priority(chance, 1e-15, p) == 0.4


def test_policy_moves_once_a_year(chance):
    chance(policy)  # no question may be asked
    school = a_school(vision=0.4, own_vision=0.8)
    assert changed_by(policy.school_acts, school, a_world([a_teacher()], schools=[school]), a_week(), P) == set()
