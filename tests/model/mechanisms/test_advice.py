"""Advice."""

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
    parts_of,
)

RULES = {"parts_count": 10, "advice_ask": 0.25, "advice_transfer": 0.4, "practice_complexity": 0.75}
P = parameters(**RULES, ties_pattern="departments", learning_stage="flat", meeting_disadvantage_loss=0.0)
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


KNOWN, OWN = parts_of(1, 2), parts_of(3)


def test_a_colleague_who_uses_it_shows_parts_belief_and_time(stub_uniform):
    colleague = make_teacher(uses=1, parts=KNOWN, belief=0.9, time=0.75)
    world = make_world([make_teacher(belief=0.3), colleague], advice=[(0, 1)])
    assert observe(world, stub_uniform) == {"contact_parts", "contact_belief", "contact_time"}
    assert (world.teachers[0].contact_parts, world.teachers[0].contact_belief) == (KNOWN, 0.9)
    assert world.teachers[0].contact_time == 0.75


def test_she_may_meet_the_very_first_teacher(stub_uniform):
    world = make_world([make_teacher(uses=1, parts=KNOWN, belief=0.9), make_teacher(belief=0.3)], advice=[(1, 0)])
    observe(world, stub_uniform, post=1)
    assert (world.teachers[1].contact_parts, world.teachers[1].contact_belief) == (KNOWN, 0.9)


def test_a_colleague_who_does_not_use_it_shows_belief_only(stub_uniform):
    world = make_world(
        [make_teacher(contact_parts=OWN, contact_time=0.5), make_teacher(uses=0, parts=KNOWN, belief=0.9, time=0.75)],
        advice=[(0, 1)],
    )
    observe(world, stub_uniform)
    assert (world.teachers[0].contact_parts, world.teachers[0].contact_belief) == (0, 0.9)
    assert world.teachers[0].contact_time == 0.0


def test_who_meets_nobody_keeps_her_own_view_and_forgets_last_weeks_contact(stub_uniform):
    last_week = {"contact_parts": OWN, "contact_belief": 0.8, "contact_time": 0.5}
    world = make_world([make_teacher(belief=0.3, **last_week), make_teacher(uses=1, time=1.0)])
    observe(world, stub_uniform)
    assert (world.teachers[0].contact_parts, world.teachers[0].contact_belief) == (0, 0.3)
    assert world.teachers[0].contact_time == 0.0


@pytest.mark.parametrize(("others_member", "seen"), [(1, (KNOWN, 0.9, 0.75)), (0, (0, 0.3, 0.0))])
def test_across_schools_only_members_meet(stub_uniform, others_member, seen):
    other = make_teacher(network=0, seat=1, member=others_member, uses=1, parts=KNOWN, belief=0.9, time=0.75)
    world = make_world(
        [make_teacher(belief=0.3, network=0, seat=0, member=1)], [other], networks=[make_network()], cross=[(0, 1)]
    )
    observe(world, stub_uniform)
    own = world.teachers[0]
    assert (own.contact_parts, own.contact_belief, own.contact_time) == seen


# --- what she learns


@pytest.fixture
def learns(stub_uniform, stub_parts):
    """What a teacher knows who knew 0 and 1, after a colleague who knows 1 to 4; her school finds 2 and 5 by itself.
    Parts 2 and 3 come up. And what was asked for. The colleague had all the time that helping takes.
    """

    def learn(u=0.0, p=P, disadvantage=0.0, **state):
        stub_uniform(advice, ask=u)
        asked = stub_parts(advice, advice_parts=parts_of(2), foreign_advice=parts_of(3))
        known = {"parts": parts_of(0, 1), "knowledge": 0.2, "contact_parts": parts_of(1, 2, 3, 4), "time": 0.5}
        teacher = make_teacher(**known | {"contact_time": 1.0, "asked": 1 if u >= p.advice.ask else 0} | state)
        world = make_world([teacher], schools=[make_school(disadvantage=disadvantage, own_parts=parts_of(2, 5))])
        changed = changed_variables(advice.teacher_updates, teacher, world, make_week(), p)
        assert changed <= {"parts", "knowledge", "asked"}
        assert teacher.asked == (u < p.advice.ask)  # whatever was last week
        return teacher.parts, asked

    return learn


def test_she_takes_in_parts_and_those_that_her_school_would_not_find_are_sticky(learns):
    known, asked = learns()
    assert known == parts_of(0, 1, 2, 3)
    assert asked == {
        "advice parts": (parts_of(2), close_to(0.2)),  # 0.4 x 0.5 time
        "foreign advice": (parts_of(3, 4), close_to(0.05)),  # a quarter: what complexity .75 leaves
    }


def test_knowledge_follows(stub_uniform):
    stub_uniform(advice, ask=0.0)
    teacher = make_teacher(parts=parts_of(0), knowledge=0.1, contact_parts=parts_of(1, 2), contact_time=1.0, time=1.0)
    p = parameters(parts_count=10, advice_transfer=1.0, practice_complexity=0.0)
    advice.teacher_updates(teacher, make_world([teacher]), make_week(), p)
    assert (teacher.parts, teacher.knowledge) == (parts_of(0, 1, 2), 0.3)


def test_she_asks_with_the_chance_of_asking(learns):
    assert learns(u=0.249)[0] == parts_of(0, 1, 2, 3)
    assert learns(u=0.25) == (parts_of(0, 1), {})


@pytest.mark.parametrize("contact_parts", [0, parts_of(0), parts_of(0, 1)])
def test_nobody_asks_who_knows_as_much(stub_uniform, contact_parts):
    asked = stub_uniform(advice)  # no number may be drawn
    state = {"parts": parts_of(0, 1), "knowledge": 0.2, "contact_parts": contact_parts, "contact_time": 1.0}
    teacher = make_teacher(**state, time=1.0, asked=1)
    assert changed_variables(advice.teacher_updates, teacher, make_world([teacher]), make_week(), P) == {"asked"}
    assert (teacher.asked, asked) == (0, [])


def test_without_time_nothing_is_learnt(learns):
    assert learns(time=0.0) == (parts_of(0, 1), {})


def test_the_time_of_who_helps_limits_what_she_learns(learns):
    _, asked = learns(contact_time=0.4)
    assert asked["advice parts"][1] == close_to(0.08)  # 0.4 x 0.5 x 0.4
    assert asked["foreign advice"][1] == close_to(0.02)
    assert learns(contact_time=0.0) == (parts_of(0, 1), {})  # and the hours are spent


def test_of_a_practice_of_full_complexity_only_what_a_school_can_find_is_passed_on(learns):
    known, asked = learns(p=parameters(**RULES | {"practice_complexity": 1.0}))
    assert (known, list(asked)) == (parts_of(0, 1, 2), ["advice parts"])


def test_exchange_may_yield_less_in_a_disadvantaged_school(learns):
    p = parameters(**RULES, learning_stage="flat", meeting_disadvantage_loss=0.5)
    _, asked = learns(p=p, disadvantage=0.4)
    assert asked["advice parts"][1] == close_to(0.16)  # 0.2 x (1 - 0.5 x 0.4)
    assert asked["foreign advice"][1] == close_to(0.04)


def test_colleagues_may_serve_the_advanced_most(learns):
    p = parameters(**RULES, learning_stage="frank2011", meeting_disadvantage_loss=0.0)
    assert learns(p=p)[1]["advice parts"][1] == close_to(0.04)  # 0.2 x 0.2
    assert learns(p=p, knowledge=0.0)[0] == parts_of(0, 1)
