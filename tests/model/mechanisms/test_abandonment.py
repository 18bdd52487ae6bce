"""Abandonment (R26)."""

import pytest

from plnsim.model.mechanisms import abandonment
from plnsim.model.mechanisms.rules import chance_of
from tests.support.factories import a_network, a_teacher, a_week, a_world, about, changed_by, parameters

RATE = parameters(abandonment_rate=0.4, abandonment_isolation=0.8)
# Without isolation a failed week of someone who values it half (1 - 0.5) gives rate 1 x 0.5; chance 1 - e^-0.5 = 0.3935.
PLAIN = parameters(abandonment_rate=1.0, abandonment_isolation=0.0, abandonment_disappointment=0.25)


def failed(**state):
    """A user who found no way to use it this week."""
    return a_teacher(**{"uses": 1, "applied": -1, "habit": 0.0, "belief": 0.5, "tried": 1} | state)


def gives_up(teacher, p, chance, luck):
    chance(abandonment, abandon=luck)
    return changed_by(abandonment.teacher_acts, teacher, a_world([teacher]), a_week(), p)


def test_the_rate_of_giving_up():
    # 0.4 x (1 - 0.5) x (1 - 0.5) x (1 + 0.8 x (1 - 2 x 0.25)) = 0.1 x 1.4
    assert abandonment.abandonment_rate(0.5, 0.5, 0.25, RATE) == about(0.14)


def test_full_habit_or_full_belief_holds_her_entirely():
    assert abandonment.abandonment_rate(1.0, 0.0, 0.0, RATE) == 0.0
    assert abandonment.abandonment_rate(0.0, 1.0, 0.0, RATE) == 0.0


def test_isolation_loosens_and_company_holds_by_the_same_amount():
    assert abandonment.abandonment_rate(0.0, 0.0, 0.0, RATE) == about(0.72)  # 0.4 x 1.8
    assert abandonment.abandonment_rate(0.0, 0.0, 0.5, RATE) == about(0.40)  # 0.4 x 1.0
    assert abandonment.abandonment_rate(0.0, 0.0, 1.0, RATE) == about(0.08)  # 0.4 x 0.2


def test_with_full_isolation_effect_company_of_all_prevents_giving_up():
    assert abandonment.abandonment_rate(0.0, 0.0, 1.0, parameters(abandonment_isolation=1.0)) == 0.0


def test_giving_up_ends_use_and_habit_and_disappoints(chance):
    teacher = failed(habit=0.2, belief=0.5)
    assert gives_up(teacher, PLAIN, chance, 0.0) == {"uses", "habit", "belief"}
    assert (teacher.uses, teacher.habit) == (0, 0.0)
    assert teacher.belief == about(0.375)  # 0.5 x (1 - 0.25)


@pytest.mark.parametrize(("luck", "uses"), [(0.393, 0), (chance_of(0.5), 1), (0.394, 1)])
def test_the_chance_is_that_of_the_rate(chance, luck, uses):
    teacher = failed()
    gives_up(teacher, PLAIN, chance, luck)
    assert teacher.uses == uses


def test_who_goes_on_keeps_everything(chance):
    assert gives_up(failed(habit=0.2), PLAIN, chance, 0.999) == set()


@pytest.mark.parametrize("applied", [0, 1])
def test_only_a_failed_week_makes_anybody_give_up(chance, applied):
    chance(abandonment)  # no question may be asked
    teacher = failed(applied=applied, uses=applied)
    assert changed_by(abandonment.teacher_acts, teacher, a_world([teacher]), a_week(), PLAIN) == set()


def test_company_is_felt_around_her_own_threshold(chance):
    # exposure = threshold: pressure 1/2, so isolation neither raises nor lowers; rate 1 x 0.5 as in PLAIN, chance 0.3935
    p = parameters(abandonment_rate=1.0, abandonment_isolation=1.0, adoption_contagion="threshold")
    for luck, uses in ((0.393, 0), (0.394, 1)):
        teacher = failed(exposure=0.3, threshold=0.3)
        gives_up(teacher, p, chance, luck)
        assert teacher.uses == uses


def test_among_users_only_she_never_gives_up_under_linear_pressure(chance):
    p = parameters(abandonment_rate=10.0, abandonment_isolation=1.0, adoption_contagion="linear")
    assert gives_up(failed(exposure=1.0), p, chance, 1e-12) == set()


def test_a_member_gives_up_like_anybody(chance):
    teacher = failed(network=0, seat=0, member=1)
    chance(abandonment, abandon=0.0)
    world = a_world([teacher], networks=[a_network(active=1, schools=1)])
    assert changed_by(abandonment.teacher_acts, teacher, world, a_week(), PLAIN) == {"uses", "belief"}


def test_chance_is_asked_by_the_luck_of_the_week_and_her_name(chance):
    asked = chance(abandonment, abandon=0.5)
    colleague, teacher = a_teacher(), failed()
    changed_by(abandonment.teacher_acts, teacher, a_world([colleague, teacher]), a_week(luck=77), PLAIN)
    assert asked == [(77, "abandon", 1, 0)]
