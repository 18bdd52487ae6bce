"""Advice (R06)."""

import pytest

from plnsim.model.mechanisms import advice
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

# transfer 0.4 x (1 - 0.5) = 0.2 of the gap with all the time in the world
P = parameters(
    ties_pattern="departments",
    advice_ask=0.25,
    advice_transfer=0.4,
    practice_complexity=0.5,
    learning_stage="flat",
    meeting_disadvantage_loss=0.0,
)
COMPLETE = parameters(ties_pattern="complete")


# --- whom she meets


def three_ties():
    """Post 1 turns to 0, 3 and 4; others turn to her."""
    return make_world([make_teacher() for _ in range(5)], advice=[(0, 1), (0, 2), (1, 0), (1, 3), (1, 4), (3, 1)])


@pytest.mark.parametrize(("u", "met"), [(0.01, 0), (0.33, 0), (0.34, 3), (0.66, 3), (0.67, 4), (0.99, 4)])
def test_each_tie_is_as_likely(u, met):
    world = three_ties()
    assert advice.contact(world.teachers[1], world, u, P) == met


def test_who_has_no_ties_meets_nobody():
    world = three_ties()
    assert advice.contact(world.teachers[2], world, 0.5, P) == -1


@pytest.mark.parametrize(
    ("member", "u", "met"), [(1, 0.32, 0), (1, 0.34, 2), (1, 0.65, 2), (1, 0.67, 3), (0, 0.01, 0), (0, 0.99, 0)]
)
def test_members_meet_colleagues_of_other_schools_as_well(member, u, met):
    teacher, others = (
        make_teacher(network=0, seat=0, member=member),
        [make_teacher(network=0, seat=1, member=1) for _ in range(2)],
    )
    world = make_world(
        [make_teacher(network=0, seat=0, member=1), teacher],
        others,
        networks=[make_network()],
        advice=[(0, 1), (1, 0)],
        cross=[(0, 3), (0, 2), (1, 2), (1, 3), (2, 1), (2, 0)],
    )
    assert advice.contact(teacher, world, u, P) == met


@pytest.mark.parametrize(("u", "met"), [(0.49, 1), (0.51, 2)])
def test_one_tie_at_home_and_one_elsewhere_are_as_likely(u, met):
    teacher = make_teacher(network=0, seat=0, member=1)
    world = make_world(
        [teacher, make_teacher()],
        [make_teacher(network=0, seat=1, member=1)],
        networks=[make_network()],
        advice=[(0, 1)],
        cross=[(0, 2)],
    )
    assert advice.contact(teacher, world, u, P) == met


def test_a_member_without_ties_at_home_meets_other_schools_only():
    teacher = make_teacher(network=0, seat=0, member=1)
    world = make_world(
        [teacher], [make_teacher(network=0, seat=1, member=1)], networks=[make_network()], cross=[(0, 1)]
    )
    assert [advice.contact(teacher, world, u, P) for u in (0.01, 0.99)] == [1, 1]


@pytest.mark.parametrize(("u", "met"), [(0.01, 2), (0.34, 4), (0.67, 5), (0.999, 5)])
def test_where_all_turn_to_all_she_meets_any_colleague_but_herself(u, met):
    world = make_world([make_teacher(), make_teacher()], [make_teacher() for _ in range(4)])
    assert advice.contact(world.teachers[3], world, u, COMPLETE) == met  # posts 2, 4, 5


@pytest.mark.parametrize(("u", "met"), [(0.24, 0), (0.26, 2), (0.51, 3), (0.99, 4)])
def test_where_all_turn_to_all_members_meet_other_schools_as_well(u, met):
    teacher = make_teacher(network=0, seat=0, member=1)
    others = [make_teacher(network=0, seat=1, member=1) for _ in range(2)]
    world = make_world(
        [make_teacher(), teacher, make_teacher()], others, networks=[make_network()], cross=[(1, 3), (1, 4)]
    )
    assert advice.contact(teacher, world, u, COMPLETE) == met


def test_where_all_turn_to_all_who_is_alone_meets_nobody():
    world = make_world([make_teacher()], [make_teacher(), make_teacher()])
    assert advice.contact(world.teachers[0], world, 0.5, COMPLETE) == -1


# --- what she sees


def observe(world, stub_uniform, u=0.0, post=0):
    stub_uniform(advice, contact=u)
    return changed_variables(advice.teacher_observes, world.teachers[post], world, make_week(), P)


def test_a_colleague_who_uses_it_shows_knowledge_and_belief(stub_uniform):
    colleague = make_teacher(uses=1, knowledge=0.7, belief=0.9, time=0.75)
    world = make_world([make_teacher(belief=0.3), colleague], advice=[(0, 1)])
    assert observe(world, stub_uniform) == {"contact_knowledge", "contact_belief", "contact_time"}
    assert (world.teachers[0].contact_knowledge, world.teachers[0].contact_belief) == (0.7, 0.9)
    assert world.teachers[0].contact_time == 0.75


def test_she_may_meet_the_very_first_teacher(stub_uniform):
    world = make_world([make_teacher(uses=1, knowledge=0.7, belief=0.9), make_teacher(belief=0.3)], advice=[(1, 0)])
    observe(world, stub_uniform, post=1)
    assert (world.teachers[1].contact_knowledge, world.teachers[1].contact_belief) == (0.7, 0.9)


def test_a_colleague_who_does_not_use_it_shows_belief_only(stub_uniform):
    world = make_world(
        [make_teacher(contact_knowledge=0.4), make_teacher(uses=0, knowledge=0.7, belief=0.9)], advice=[(0, 1)]
    )
    observe(world, stub_uniform)
    assert (world.teachers[0].contact_knowledge, world.teachers[0].contact_belief) == (0.0, 0.9)


def test_who_meets_nobody_keeps_her_own_view_and_forgets_last_weeks_contact(stub_uniform):
    last_week = {"contact_knowledge": 0.4, "contact_belief": 0.8, "contact_time": 0.5}
    world = make_world([make_teacher(belief=0.3, **last_week), make_teacher(uses=1, time=1.0)])
    observe(world, stub_uniform)
    assert (world.teachers[0].contact_knowledge, world.teachers[0].contact_belief) == (0.0, 0.3)
    assert world.teachers[0].contact_time == 0.0


@pytest.mark.parametrize(("others_member", "seen"), [(1, (0.7, 0.9)), (0, (0.0, 0.3))])
def test_across_schools_only_members_meet(stub_uniform, others_member, seen):
    other = make_teacher(network=0, seat=1, member=others_member, uses=1, knowledge=0.7, belief=0.9)
    world = make_world(
        [make_teacher(belief=0.3, network=0, seat=0, member=1)], [other], networks=[make_network()], cross=[(0, 1)]
    )
    observe(world, stub_uniform)
    assert (world.teachers[0].contact_knowledge, world.teachers[0].contact_belief) == seen


# --- what she learns


def learns(stub_uniform, u=0.0, p=P, disadvantage=0.0, **state):
    stub_uniform(advice, ask=u)
    teacher = make_teacher(
        **{"knowledge": 0.2, "contact_knowledge": 0.7, "time": 0.5, "contact_time": 1.0, "asked": 1} | state
    )
    world = make_world([teacher], schools=[make_school(disadvantage=disadvantage)])
    changed = changed_variables(advice.teacher_updates, teacher, world, make_week(), p)
    assert changed <= {"knowledge", "asked"}
    assert teacher.asked == (u < p.advice.ask)
    return teacher.knowledge


def test_she_closes_a_share_of_the_gap(stub_uniform):
    assert learns(stub_uniform) == close_to(0.25)  # 0.2 + 0.2 x 0.5 time x (0.7 - 0.2)


def test_she_asks_with_the_chance_of_asking(stub_uniform):
    assert learns(stub_uniform, u=0.249) > 0.2
    assert learns(stub_uniform, u=0.25) == 0.2


@pytest.mark.parametrize("contact_knowledge", [0.0, 0.1, 0.2])
def test_nobody_asks_who_knows_as_much(stub_uniform, contact_knowledge):
    asked = stub_uniform(advice)  # no number may be drawn
    teacher = make_teacher(knowledge=0.2, contact_knowledge=contact_knowledge, time=1.0)
    assert changed_variables(advice.teacher_updates, teacher, make_world([teacher]), make_week(), P) == set()
    assert asked == []


def test_without_time_nothing_is_learnt(stub_uniform):
    assert learns(stub_uniform, time=0.0) == 0.2


def test_the_time_of_who_helps_limits_what_she_learns(stub_uniform):
    assert learns(stub_uniform, contact_time=0.4) == close_to(0.22)  # 0.2 + 0.2 x 0.5 x 0.4 x 0.5
    assert learns(stub_uniform, contact_time=0.0) == 0.2


def test_a_practice_of_full_complexity_cannot_be_passed_on(stub_uniform):
    assert learns(stub_uniform, p=parameters(practice_complexity=1.0)) == 0.2


def test_exchange_may_yield_less_in_a_disadvantaged_school(stub_uniform):
    p = parameters(advice_transfer=0.4, practice_complexity=0.5, learning_stage="flat", meeting_disadvantage_loss=0.5)
    assert learns(stub_uniform, p=p, disadvantage=0.4) == close_to(0.24)  # 0.2 + 0.1 x (1 - 0.5 x 0.4) x 0.5


def test_colleagues_may_serve_the_advanced_most(stub_uniform):
    p = parameters(
        advice_transfer=0.4, practice_complexity=0.5, learning_stage="frank2011", meeting_disadvantage_loss=0.0
    )
    assert learns(stub_uniform, p=p) == close_to(0.21)  # 0.2 + 0.1 x 0.2 x 0.5
    assert learns(stub_uniform, p=p, knowledge=0.0) == 0.0
