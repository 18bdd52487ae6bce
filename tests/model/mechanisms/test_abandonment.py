"""Abandonment."""

import pytest

from plnsim.model.mechanisms import abandonment
from plnsim.model.mechanisms.rules import rate_to_probability
from tests.support.factories import (
    changed_variables,
    close_to,
    make_network,
    make_school,
    make_teacher,
    make_week,
    make_world,
    parameters,
)

RATE = parameters(abandonment_rate=0.4, abandonment_isolation=0.8)
# Without isolation a failed week of someone who values it half (1 - 0.5) gives rate 1 x 0.5; chance 1 - e^-0.5 =
# 0.3935.
PLAIN = parameters(abandonment_rate=1.0, abandonment_isolation=0.0, abandonment_disappointment=0.25)


def failed(**state):
    """A user who found no way to use it this week."""
    return make_teacher(**{"uses": 1, "applied": -1, "habit": 0.0, "belief": 0.5, "tried": 1} | state)


def gives_up(teacher, p, stub_uniform, u):
    stub_uniform(abandonment, abandon=u)
    return changed_variables(abandonment.teacher_updates, teacher, make_world([teacher]), make_week(), p)


def test_the_rate_of_giving_up():
    # 0.4 x (1 - 0.5) x (1 - 0.5) x (1 + 0.8 x (1 - 2 x 0.25)) = 0.1 x 1.4
    assert abandonment.abandonment_rate(0.5, 0.5, 0.25, RATE) == close_to(0.14)


def test_full_habit_or_full_belief_holds_her_entirely():
    assert abandonment.abandonment_rate(1.0, 0.0, 0.0, RATE) == 0.0
    assert abandonment.abandonment_rate(0.0, 1.0, 0.0, RATE) == 0.0


def test_isolation_loosens_and_company_holds_by_the_same_amount():
    assert abandonment.abandonment_rate(0.0, 0.0, 0.0, RATE) == close_to(0.72)  # 0.4 x 1.8
    assert abandonment.abandonment_rate(0.0, 0.0, 0.5, RATE) == close_to(0.40)  # 0.4 x 1.0
    assert abandonment.abandonment_rate(0.0, 0.0, 1.0, RATE) == close_to(0.08)  # 0.4 x 0.2


def test_with_full_isolation_effect_company_of_all_prevents_giving_up():
    assert abandonment.abandonment_rate(0.0, 0.0, 1.0, parameters(abandonment_isolation=1.0)) == 0.0


def test_giving_up_ends_use_and_habit_and_disappoints(stub_uniform):
    teacher = failed(habit=0.2, belief=0.5)
    assert gives_up(teacher, PLAIN, stub_uniform, 0.0) == {"uses", "habit", "belief"}
    assert (teacher.uses, teacher.habit) == (0, 0.0)
    assert teacher.belief == close_to(0.375)  # 0.5 x (1 - 0.25)


@pytest.mark.parametrize(("u", "uses"), [(0.393, 0), (rate_to_probability(0.5), 1), (0.394, 1)])
def test_the_chance_is_that_of_the_rate(stub_uniform, u, uses):
    teacher = failed()
    gives_up(teacher, PLAIN, stub_uniform, u)
    assert teacher.uses == uses


def test_who_goes_on_keeps_everything(stub_uniform):
    assert gives_up(failed(habit=0.2), PLAIN, stub_uniform, 0.999) == set()


@pytest.mark.parametrize("applied", [0, 1])
def test_only_a_failed_week_makes_anybody_give_up(stub_uniform, applied):
    stub_uniform(abandonment)  # no number may be drawn
    teacher = failed(applied=applied, uses=applied)
    assert changed_variables(abandonment.teacher_updates, teacher, make_world([teacher]), make_week(), PLAIN) == set()


def test_company_is_felt_around_her_own_threshold(stub_uniform):
    # exposure = threshold: pressure 1/2, so isolation neither raises nor lowers; rate 1 x 0.5 as in PLAIN, chance
    # 0.3935
    p = parameters(abandonment_rate=1.0, abandonment_isolation=1.0, adoption_contagion="threshold")
    for u, uses in ((0.393, 0), (0.394, 1)):
        teacher = failed(exposure=0.3, threshold=0.3)
        gives_up(teacher, p, stub_uniform, u)
        assert teacher.uses == uses


def test_among_users_only_she_never_gives_up_under_linear_pressure(stub_uniform):
    p = parameters(abandonment_rate=10.0, abandonment_isolation=1.0, adoption_contagion="linear")
    assert gives_up(failed(exposure=1.0), p, stub_uniform, 1e-12) == set()


def test_a_member_gives_up_like_anybody(stub_uniform):
    teacher = failed(network=0, seat=0, member=1)
    stub_uniform(abandonment, abandon=0.0)
    world = make_world([teacher], networks=[make_network(active=1, schools=1)])
    assert changed_variables(abandonment.teacher_updates, teacher, world, make_week(), PLAIN) == {"uses", "belief"}


def test_what_is_drawn_depends_on_the_key_of_the_week_and_her_name(stub_uniform):
    asked = stub_uniform(abandonment, abandon=0.5)
    colleague, teacher = make_teacher(), failed()
    changed_variables(abandonment.teacher_updates, teacher, make_world([colleague, teacher]), make_week(key=77), PLAIN)
    assert asked == [(77, "abandon", 1, 0)]


def displaced(stub_uniform, u, initiative=1, routine=0.5, **state):
    """What becomes of a user where an initiative displaces 0.6 x (1 - 0.5) = 0.3 of all use."""
    stub_uniform(abandonment, displaced=u, abandon=0.999)
    teacher = make_teacher(**{"uses": 1, "applied": 1, "habit": 0.7, "belief": 0.6, "missed": 2} | state)
    world = make_world([teacher], schools=[make_school(initiative=initiative, routine=routine)])
    p = parameters(policy_displaced=0.6)
    return changed_variables(abandonment.teacher_updates, teacher, world, make_week(), p)


def test_an_initiative_takes_the_place_of_the_practice_without_disappointing(stub_uniform):
    assert displaced(stub_uniform, 0.299) == {"uses", "habit", "missed"}
    assert displaced(stub_uniform, 0.3) == set()


def test_what_is_routine_is_not_displaced(stub_uniform):
    assert displaced(stub_uniform, 0.0, routine=1.0) == set()
    assert displaced(stub_uniform, 0.599, routine=0.0) == {"uses", "habit", "missed"}


@pytest.mark.parametrize("state", [{"initiative": 0}, {"uses": 0, "applied": 0, "habit": 0.0, "missed": 0}])
def test_nothing_is_displaced_without_an_initiative_or_without_use(stub_uniform, state):
    assert displaced(stub_uniform, 0.0, **state) == set()


def test_company_can_be_a_number_of_colleagues(stub_uniform):
    # two of them suffice for full company, which holds her entirely
    p = parameters(
        abandonment_rate=10.0, abandonment_isolation=1.0, adoption_contagion="count", adoption_users_needed=2
    )
    assert gives_up(failed(users_seen=2), p, stub_uniform, 1e-12) == set()
    assert "uses" in gives_up(failed(users_seen=1), p, stub_uniform, 1e-12)
