"""What newcomers bring, and who is brought in."""

import pytest

from plnsim.model.mechanisms import arrival, replacement, turnover
from tests.model.mechanisms.test_replacement import DRAWING, NEW, OF_A_LEAVER, PEOPLE, YEAR_END
from tests.support.factories import (
    changed_variables,
    close_to,
    in_a_row,
    make_network,
    make_school,
    make_teacher,
    make_week,
    make_world,
    parameters,
    parts_of,
)

P = parameters(
    turnover_rate=0.2,
    turnover_early_ratio=1.0,
    turnover_disadvantage_ratio=1.5,
    turnover_movers=0.4,
    turnover_induction=0.5,
    **PEOPLE,
)
MOVED = parts_of(1, 2, 5)
NEWCOMER = parts_of(0)
"""What whoever comes from outside knows: one of ten parts."""
POST_CHANGES_HANDS = in_a_row(turnover.teacher_updates, replacement.teacher_updates, arrival.teacher_updates)


# --- who moves, and what she would bring


def look(stub_uniform, leavers, movers, moved_from=0.0, schools=2, a_school=3, week=YEAR_END):
    """What every post sees at a year end in which some leave and some posts are open to movers.

    Posts are numbered; post k knows part k and believes 1 - k / 20. A draw of 0 makes a cycle of one step.
    """
    stub_uniform(arrival, mover=lambda post, _: 0.39 if post in movers else 0.4, moved_from=moved_from)
    stub_uniform(turnover, teacher_leaves=lambda post, _: 0.0 if post in leavers else 0.999)
    staffs = [
        [
            make_teacher(parts=parts_of(post), belief=1 - post / 20, moves_in=1)
            for post in range(school * a_school, (school + 1) * a_school)
        ]
        for school in range(schools)
    ]
    world = make_world(*staffs)
    for teacher in world.teachers:
        changed = changed_variables(arrival.teacher_observes, teacher, world, week, P)
        assert changed <= {"moves_in", "moved_parts", "moved_belief"}
    return world.teachers


def origins(teachers):
    """Which post the mover into each post comes from."""
    return {teacher.post: teacher.moved_parts.bit_length() - 1 for teacher in teachers if teacher.moves_in}


@pytest.mark.parametrize(
    ("leavers", "movers", "expected"),
    [
        ({1, 4}, {1, 4}, {1: 4, 4: 1}),  # the two change places
        ({1, 4}, {1}, {1: 4}),  # into post 4 comes somebody from outside
        ({1, 4}, set(), {}),
        ({0, 2, 4}, {0, 2, 4}, {2: 4, 4: 0}),  # the next leaver for post 0 is of its own school
        ({1}, {1}, {}),  # nobody else leaves
        (set(), {0, 1, 2, 3, 4, 5}, {}),  # no post is vacant
        ({2, 3}, {2, 3}, {2: 3, 3: 2}),
    ],
)
def test_a_vacant_post_goes_to_the_next_leaver_on_the_cycle_if_she_is_of_another_school(
    stub_uniform, leavers, movers, expected
):
    teachers = look(stub_uniform, leavers, movers)
    assert origins(teachers) == expected
    for post, origin in expected.items():
        assert teachers[post].moved_parts == parts_of(origin)
        assert teachers[post].moved_belief == 1 - origin / 20


@pytest.mark.parametrize("moved_from", [0.0, 0.13, 0.5, 0.77, 0.999])
def test_nobody_moves_to_two_posts_whatever_the_cycle(stub_uniform, moved_from):
    leavers = {0, 1, 3, 4, 5, 7, 8, 10}
    come_from = list(origins(look(stub_uniform, leavers, set(range(12)), moved_from, schools=4)).values())
    assert len(set(come_from)) == len(come_from) > 0
    assert set(come_from) <= leavers


@pytest.mark.parametrize(("u", "posts", "stride"), [(0.0, 6, 1), (0.2, 6, 5), (0.99, 6, 5), (0.3, 7, 2), (0.0, 2, 1)])
def test_the_stride_of_a_cycle_has_no_divisor_in_common_with_the_number_of_posts(stub_uniform, u, posts, stride):
    draws = stub_uniform(arrival, moved_from=u)
    assert arrival.stride_of_year(make_week(key=7), posts) == stride  # 0.2: 1 + 1, then 3, 4 and 5
    assert draws == [(7, "moved from", 0, 0)]


@pytest.mark.parametrize(("some", "other", "divisor"), [(6, 4, 2), (4, 6, 2), (5, 7, 1), (9, 9, 9), (1, 8, 1)])
def test_the_greatest_common_divisor(some, other, divisor):
    assert arrival.gcd(some, other) == divisor


def test_in_a_world_of_one_teacher_nobody_moves(stub_uniform):
    assert origins(look(stub_uniform, {0}, {0}, schools=1, a_school=1)) == {}


def test_nobody_looks_around_during_the_year(stub_uniform):
    teachers = look(stub_uniform, {1, 4}, {1, 4}, week=make_week())
    assert [teacher.moves_in for teacher in teachers] == [1] * 6
    assert all(teacher.moved_parts == 0 for teacher in teachers)


# --- who comes


def year_end(
    stub_uniform, leaves=0.0, moves_in=0, school=None, week=YEAR_END, induction=0.99, new_refusal=0.5, **state
):
    """A teacher after the end of a year: she left or not, was replaced, and whoever is new has arrived."""
    draws = {"teacher_leaves": leaves, "induction": induction, "new_refusal": new_refusal}
    stub_uniform(turnover, arrival, *DRAWING, **NEW | draws)
    teacher = make_teacher(**{"years": 5, "parts": parts_of(7, 8), "knowledge": 0.2, "moves_in": moves_in} | state)
    world = make_world(
        [teacher], schools=[school or make_school(disadvantage=0.5)], networks=[make_network(active=1, schools=1)]
    )
    changed = changed_variables(POST_CHANGES_HANDS, teacher, world, week, P)
    assert not changed & {"name", "post", "school", "department", "network", "seat"}
    return teacher


@pytest.mark.parametrize(("week", "new"), [(make_week(), 1), (make_week(), 0), (YEAR_END, 0)])
def test_during_the_year_and_where_nobody_left_nobody_arrives(stub_uniform, week, new):
    stub_uniform(arrival)  # no number may be drawn
    teacher = make_teacher(**OF_A_LEAVER, new=new, moved_parts=MOVED, moved_belief=0.2)
    world = make_world([teacher], schools=[at_a_school_with_routine()])
    assert changed_variables(arrival.teacher_updates, teacher, world, week, P) == set()


def test_a_mover_brings_knowledge_and_belief_from_elsewhere(stub_uniform):
    teacher = year_end(stub_uniform, moves_in=1, moved_parts=MOVED, moved_belief=0.2, **OF_A_LEAVER)
    assert (teacher.parts, teacher.knowledge) == (MOVED, 0.3)
    assert (teacher.belief, teacher.first_belief) == (0.2, 0.2)
    assert (teacher.uses, teacher.habit, teacher.years, teacher.new) == (0, 0.0, 0, 1)


def test_who_comes_from_outside_is_as_replacement_made_her(stub_uniform):
    teacher = year_end(stub_uniform, moves_in=0, moved_parts=MOVED, moved_belief=0.2, **OF_A_LEAVER)
    assert (teacher.parts, teacher.knowledge) == (NEWCOMER, 0.1)
    assert (teacher.belief, teacher.first_belief) == (close_to(0.6), close_to(0.6))


SHOWN = parts_of(0, 3, 4)


def at_a_school_with_routine(routine=0.8, users=1):
    return make_school(disadvantage=0.5, users=users, routine=routine, user_parts=SHOWN, user_fidelity=0.6)


def test_a_routine_brings_a_newcomer_in(stub_uniform, stub_parts):
    asked = stub_parts(arrival, induction_parts=parts_of(3))
    teacher = year_end(stub_uniform, school=at_a_school_with_routine(), induction=0.399)  # 0.5 x 0.8 = 0.4
    assert asked == {"induction parts": (parts_of(3, 4), close_to(0.4))}  # a newcomer knows part 0
    assert (teacher.parts, teacher.knowledge) == (parts_of(0, 3), 0.2)
    assert (teacher.uses, teacher.tried, teacher.fidelity) == (1, 1, 0.6)


@pytest.mark.parametrize("u", [0.4, 0.401])
def test_a_newcomer_may_learn_of_it_and_not_use_it(stub_uniform, stub_parts, u):
    stub_parts(arrival, induction_parts=parts_of(3))
    teacher = year_end(stub_uniform, school=at_a_school_with_routine(), induction=u)
    assert teacher.parts == parts_of(0, 3)
    assert (teacher.uses, teacher.tried, teacher.fidelity) == (0, 0, 1.0)


def test_a_mover_adds_what_she_is_shown_to_what_she_knows(stub_uniform, stub_parts):
    asked = stub_parts(arrival, induction_parts=parts_of(0))
    teacher = year_end(stub_uniform, moves_in=1, moved_parts=parts_of(3, 6), school=at_a_school_with_routine())
    assert asked == {"induction parts": (parts_of(0, 4), close_to(0.4))}
    assert (teacher.parts, teacher.knowledge) == (parts_of(0, 3, 6), 0.3)


@pytest.mark.parametrize("school", [at_a_school_with_routine(routine=0.0), at_a_school_with_routine(users=0)])
def test_without_a_routine_or_users_nobody_is_brought_in(stub_uniform, stub_parts, school):
    stub_parts(arrival)  # nothing may be drawn
    teacher = year_end(stub_uniform, school=school, induction=1e-15)
    assert (teacher.parts, teacher.uses) == (NEWCOMER, 0)


def test_who_stays_is_not_inducted(stub_uniform):
    teacher = year_end(stub_uniform, leaves=0.99, school=at_a_school_with_routine(routine=1.0), induction=0.0)
    assert (teacher.parts, teacher.knowledge, teacher.uses) == (parts_of(7, 8), 0.2, 0)


def test_the_mover_who_was_seen_is_the_one_who_comes(stub_uniform):
    """Observation and update ask the same question, so whoever was seen to leave another school comes."""
    draws = {"mover": 0.0, "moved_from": 0.9, "teacher_leaves": 0.0, "induction": 0.99}
    asked = stub_uniform(turnover, arrival, *DRAWING, **draws, **NEW)
    world = make_world([make_teacher()], [make_teacher(parts=MOVED, belief=0.7)])
    teacher = world.teachers[0]
    arrival.teacher_observes(teacher, world, YEAR_END, P)
    POST_CHANGES_HANDS(teacher, world, YEAR_END, P)
    assert (teacher.parts, teacher.belief) == (MOVED, 0.7)
    assert len([draw for draw in asked if draw == (0, "teacher leaves", 0, 0)]) == 2


def test_who_never_takes_it_up_is_not_brought_in(stub_uniform, stub_parts):
    stub_parts(arrival, induction_parts=parts_of(3))
    teacher = year_end(stub_uniform, school=at_a_school_with_routine(), induction=0.0, new_refusal=0.0)
    assert (teacher.refuses, teacher.uses, teacher.tried) == (1, 0, 0)
    assert teacher.parts == parts_of(0, 3)  # and is shown it all the same
