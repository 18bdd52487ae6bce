"""What newcomers bring, and who is brought in (R29)."""

import pytest

from plnsim.model.mechanisms import arrival, learning, norms, parts, replacement, turnover
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


def observe(stub_uniform, mover_u, from_u=0.5, week=YEAR_END):
    stub_uniform(arrival, mover=mover_u, moved_from=from_u)
    teacher = make_teacher(moved_parts=parts_of(9), moved_belief=0.02)
    world = make_world([teacher], [make_teacher(parts=parts_of(place), belief=1 - 0.1 * place) for place in (1, 2, 3)])
    assert changed_variables(arrival.teacher_observes, teacher, world, week, P) <= {"moved_parts", "moved_belief"}
    return teacher.moved_parts, teacher.moved_belief


@pytest.mark.parametrize(("from_u", "post"), [(0.26, 1), (0.51, 2), (0.76, 3), (0.999, 3)])
def test_a_mover_brings_what_a_teacher_of_the_system_knows_and_believes(stub_uniform, from_u, post):
    assert observe(stub_uniform, 0.39, from_u) == (parts_of(post), close_to(1 - 0.1 * post))


def test_who_comes_from_outside_brings_nothing_seen_before(stub_uniform):
    assert observe(stub_uniform, 0.41) == (parts_of(9), 0.02)


def test_a_draw_that_equals_the_share_of_movers_brings_nobody(stub_uniform):
    assert observe(stub_uniform, 0.4) == (parts_of(9), 0.02)
    assert year_end(stub_uniform, mover=0.4, moved_parts=MOVED, moved_belief=0.2).parts == NEWCOMER


def test_where_there_is_no_other_school_a_mover_brings_what_any_newcomer_has(stub_uniform):
    draws = stub_uniform(arrival, learning, norms, parts, **NEW | {"mover": 0.0, "new_knowledge": 0.9})
    teacher = make_teacher(moved_parts=parts_of(9), moved_belief=0.02)
    arrival.teacher_observes(
        teacher, make_world([make_teacher(), teacher, make_teacher()]), make_week(key=7, ends_year=1), P
    )
    # 0.9 of the way from 0 to 0.2 of ten parts, and rounding; the middle
    assert (teacher.moved_parts, teacher.moved_belief) == (parts_of(0, 1), close_to(0.6))
    assert [draw[:3] for draw in draws if draw[1] != "order of parts"] == [
        (7, "mover", 1),
        (7, "new knowledge", 1),
        (7, "parts rounded", 1),
        (7, "new belief", 1),
    ]


def test_nobody_looks_around_during_the_year(stub_uniform):
    assert observe(stub_uniform, 0.0, week=make_week()) == (parts_of(9), 0.02)


@pytest.mark.parametrize("from_u", [0.01, 0.26, 0.51, 0.76])
def test_a_mover_never_comes_from_the_school_she_moves_to(stub_uniform, from_u):
    stub_uniform(arrival, mover=0.0, moved_from=from_u)
    world = make_world(
        *(
            [make_teacher(parts=parts_of(1)), make_teacher(parts=parts_of(1))]
            if place == int(4 * from_u) // 2
            else [make_teacher(parts=parts_of(2)), make_teacher(parts=parts_of(2))]
            for place in range(2)
        )
    )
    own = world.teachers[int(4 * from_u)]
    arrival.teacher_observes(own, world, YEAR_END, P)
    assert own.moved_parts == parts_of(2)  # what is known in the other school


# --- who comes


def year_end(
    stub_uniform, leaves=0.0, moves_in=0, school=None, week=YEAR_END, induction=0.99, new_refusal=0.5, **state
):
    """A teacher after the end of a year: she left or not, was replaced, and whoever is new has arrived."""
    draws = {"teacher_leaves": leaves, "mover": mover, "induction": induction}
    stub_uniform(turnover, arrival, *DRAWING, **draws, **NEW)
    teacher = make_teacher(**{"years": 5, "parts": parts_of(7, 8), "knowledge": 0.2} | state)
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
    teacher = year_end(stub_uniform, mover=0.39, moved_parts=MOVED, moved_belief=0.2, **OF_A_LEAVER)
    assert (teacher.parts, teacher.knowledge) == (MOVED, 0.3)
    assert (teacher.belief, teacher.first_belief) == (0.2, 0.2)
    assert (teacher.uses, teacher.habit, teacher.years, teacher.new) == (0, 0.0, 0, 1)


def test_who_comes_from_outside_is_as_replacement_made_her(stub_uniform):
    teacher = year_end(stub_uniform, mover=0.41, moved_parts=MOVED, moved_belief=0.2, **OF_A_LEAVER)
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
    teacher = year_end(stub_uniform, mover=0.0, moved_parts=parts_of(3, 6), school=at_a_school_with_routine())
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
    """Observation and update draw the same number, so whoever looked around for a mover gets a mover."""
    draws = stub_uniform(turnover, arrival, *DRAWING, mover=0.0, moved_from=0.9, teacher_leaves=0.0, **NEW)
    world = make_world([make_teacher()], [make_teacher(parts=MOVED, belief=0.7)])
    teacher = world.teachers[0]
    arrival.teacher_observes(teacher, world, YEAR_END, P)
    POST_CHANGES_HANDS(teacher, world, YEAR_END, P)
    assert (teacher.parts, teacher.belief) == (MOVED, 0.7)
    assert len([draw for draw in draws if draw == (0, "mover", 0, 0)]) == 2
