"""Turnover of teachers (R29)."""

import pytest

from plnsim.model.mechanisms import turnover
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

PEOPLE = {
    "learning_first_knowledge_low": 0.0,
    "learning_first_knowledge_high": 0.1,
    "norms_first_belief": 0.6,
    "adoption_threshold": 0.3,
    "mobilisation_awareness": 0.4,
    "mobilisation_formal_share": 0.5,
    "time_load_spread": 0.0,
}
P = parameters(
    turnover_rate=0.2,
    turnover_early_ratio=1.0,
    turnover_disadvantage_ratio=1.5,
    turnover_movers=0.4,
    turnover_induction=0.5,
    **PEOPLE,
)
NEW = {
    "new_knowledge": 0.5,
    "new_belief": 0.5,
    "new_threshold": 0.5,
    "new_load": 0.5,
    "new_awareness": 0.5,
    "new_formal_role": 0.49,
}
YEAR_END = make_week(of_year=38, ends_year=1)


@pytest.mark.parametrize(("disadvantage", "share"), [(0.0, 0.16), (0.5, 0.2), (1.0, 0.24)])
def test_teachers_leave_disadvantaged_schools_more_often(disadvantage, share):
    # slope (1.5 - 1) / (1.5 + 1) = 0.2: 0.2 x (1 -+ 0.2); 0.24 / 0.16 = 1.5
    assert turnover.leaving_probability(7, disadvantage, P) == close_to(share)


def test_no_more_than_everybody_leaves():
    p = parameters(turnover_rate=1.0, turnover_early_ratio=1.0, turnover_disadvantage_ratio=5.0)
    assert turnover.leaving_probability(0, 1.0, p) == 1.0


# --- what a mover would bring


def observe(stub_uniform, mover_u, from_u=0.5, week=YEAR_END):
    stub_uniform(turnover, mover=mover_u, moved_from=from_u)
    teacher = make_teacher(moved_knowledge=0.01, moved_belief=0.02)
    world = make_world(
        [teacher], [make_teacher(knowledge=0.1 * place, belief=1 - 0.1 * place) for place in range(1, 4)]
    )
    assert changed_variables(turnover.teacher_observes, teacher, world, week, P) <= {"moved_knowledge", "moved_belief"}
    return teacher.moved_knowledge, teacher.moved_belief


@pytest.mark.parametrize(("from_u", "post"), [(0.26, 1), (0.51, 2), (0.76, 3), (0.999, 3)])
def test_a_mover_brings_what_a_teacher_of_the_system_knows_and_believes(stub_uniform, from_u, post):
    assert observe(stub_uniform, 0.39, from_u) == (close_to(0.1 * post), close_to(1 - 0.1 * post))


def test_who_comes_from_outside_brings_nothing_seen_before(stub_uniform):
    assert observe(stub_uniform, 0.41) == (0.01, 0.02)


def test_a_draw_that_equals_the_share_of_movers_brings_nobody(stub_uniform):
    assert observe(stub_uniform, 0.4) == (0.01, 0.02)
    assert year_end(stub_uniform, mover=0.4, moved_knowledge=0.7, moved_belief=0.2)[0].knowledge == close_to(0.05)


def test_where_there_is_no_other_school_a_mover_brings_what_any_newcomer_has(stub_uniform):
    asked = stub_uniform(turnover, mover=0.0, new_knowledge=0.7, new_belief=0.5)
    teacher = make_teacher(moved_knowledge=0.01, moved_belief=0.02)
    turnover.teacher_observes(
        teacher, make_world([make_teacher(), teacher, make_teacher()]), make_week(key=7, ends_year=1), P
    )
    assert (teacher.moved_knowledge, teacher.moved_belief) == (
        close_to(0.07),
        close_to(0.6),
    )  # 0.7 of the way from 0 to 0.1; the middle
    assert asked == [(7, "mover", 1, 0), (7, "new knowledge", 1, 0), (7, "new belief", 1, 0)]


def test_nobody_looks_around_during_the_year(stub_uniform):
    assert observe(stub_uniform, 0.0, week=make_week()) == (0.01, 0.02)


@pytest.mark.parametrize("from_u", [0.01, 0.26, 0.51, 0.76])
def test_a_mover_never_comes_from_the_school_she_moves_to(stub_uniform, from_u):
    stub_uniform(turnover, mover=0.0, moved_from=from_u)
    world = make_world(
        *(
            [make_teacher(knowledge=1.0), make_teacher(knowledge=1.0)]
            if place == int(4 * from_u) // 2
            else [make_teacher(knowledge=0.5), make_teacher(knowledge=0.5)]
            for place in range(2)
        )
    )
    own = world.teachers[int(4 * from_u)]
    turnover.teacher_observes(own, world, YEAR_END, P)
    assert own.moved_knowledge == 0.5  # what is known in the other school


# --- who leaves


def year_end(stub_uniform, leaves=0.0, mover=0.9, school=None, p=P, week=YEAR_END, induction=0.99, new=NEW, **state):
    stub_uniform(turnover, teacher_leaves=leaves, mover=mover, induction=induction, **new)
    teacher = make_teacher(**{"years": 5, "knowledge": 0.9} | state)
    world = make_world(
        [teacher], schools=[school or make_school(disadvantage=0.5)], networks=[make_network(active=1, schools=1)]
    )
    changed = changed_variables(turnover.teacher_updates, teacher, world, week, p)
    assert not changed & {"name", "post", "school", "department", "network", "seat", "member"}
    return teacher, changed


def test_during_the_year_nobody_comes_or_goes(stub_uniform):
    stub_uniform(turnover)  # no number may be drawn
    teacher = make_teacher(years=5)
    assert changed_variables(turnover.teacher_updates, teacher, make_world([teacher]), make_week(), P) == set()


def test_who_stays_is_a_year_older_in_post(stub_uniform):
    teacher, changed = year_end(stub_uniform, leaves=0.201)
    assert (changed, teacher.years) == ({"years"}, 6)


def test_a_draw_that_equals_the_share_of_leavers_stays(stub_uniform):
    assert year_end(stub_uniform, leaves=turnover.leaving_probability(5, 0.5, P))[1] == {"years"}


def test_who_leaves_is_replaced(stub_uniform):
    teacher, _ = year_end(stub_uniform, leaves=0.199)
    assert (teacher.years, teacher.new) == (0, 1)


def test_the_first_three_years_are_the_early_ones(stub_uniform):
    # rate 0.5, ratio 2: early 1 - 0.5^3 = 0.875, late 0.5 / 1.875 = 0.267, in the first three years 0.533
    p = parameters(turnover_rate=0.5, turnover_early_ratio=2.0, turnover_disadvantage_ratio=1.0, **PEOPLE)
    assert [year_end(stub_uniform, leaves=0.5, p=p, years=years)[0].new for years in (0, 1, 2, 3, 4)] == [1, 1, 1, 0, 0]


# --- newcomers

OF_A_LEAVER = {
    "knowledge": 0.9,
    "belief": 0.9,
    "first_belief": 0.9,
    "habit": 0.9,
    "fidelity": 0.2,
    "adaptation": 0.9,
    "awareness": 0.9,
    "formal": 0,
    "uses": 1,
    "applied": 1,
    "mobilises": 1,
    "tried": 1,
    "reached": 1,
    "mobilised": 1,
    "barrier": 2,
    "years": 9,
    "load": 3.0,
}


def test_everything_personal_is_new(stub_uniform):
    teacher, _ = year_end(stub_uniform, **OF_A_LEAVER)
    assert (teacher.habit, teacher.adaptation, teacher.fidelity) == (0.0, 0.0, 1.0)
    assert (teacher.uses, teacher.applied, teacher.mobilises, teacher.barrier) == (0, 0, 0, 0)
    assert (teacher.tried, teacher.reached, teacher.mobilised) == (0, 0, 0)
    # the middle of each distribution, at draws of 0.5
    assert (teacher.knowledge, teacher.belief, teacher.first_belief) == (close_to(0.05), close_to(0.6), close_to(0.6))
    assert (teacher.threshold, teacher.awareness, teacher.load) == (close_to(0.3), close_to(0.4), close_to(1.0))
    assert teacher.formal == 1  # 0.49 < 0.5
    for u in (0.5, 0.51):  # a draw that equals the share lies above it
        assert year_end(stub_uniform, new=NEW | {"new_formal_role": u}, **OF_A_LEAVER | {"formal": 1})[0].formal == 0


def test_higher_draws_bring_a_better_newcomer(stub_uniform):
    # one standard deviation up with a spread of 1: the odds of 0.6, 0.3 and 0.4 grow by e = 2.71828
    p = parameters(
        norms_first_belief_spread=1.0, adoption_threshold_spread=1.0, mobilisation_awareness_spread=1.0, **PEOPLE
    )
    high_draws = (
        NEW
        | dict.fromkeys(("new_belief", "new_threshold", "new_awareness"), 0.8413447460685429)
        | {"new_knowledge": 0.9}
    )
    teacher, _ = year_end(stub_uniform, p=p, new=high_draws)
    assert teacher.knowledge == close_to(0.09)  # 0.9 of the way from 0 to 0.1
    # odds 3/2 e, 3/7 e and 2/3 e
    assert teacher.belief == pytest.approx(4.077422742688568 / 5.077422742688568, rel=1e-8)
    assert teacher.threshold == pytest.approx(1.164977926482448 / 2.164977926482448, rel=1e-8)
    assert teacher.awareness == pytest.approx(1.812187885639364 / 2.812187885639364, rel=1e-8)


def test_newcomers_differ_in_load_around_a_mean_of_1(stub_uniform):
    p = parameters(**PEOPLE | {"time_load_spread": 0.5})
    assert year_end(stub_uniform, p=p, load=3.0)[0].load == pytest.approx(
        0.8824969025845955, rel=1e-8
    )  # e^-0.125 at draws of 0.5


def test_a_mover_brings_knowledge_and_belief_from_elsewhere(stub_uniform):
    teacher, _ = year_end(stub_uniform, mover=0.39, moved_knowledge=0.7, moved_belief=0.2, **OF_A_LEAVER)
    assert (teacher.knowledge, teacher.belief, teacher.first_belief) == (0.7, 0.2, 0.2)
    assert (teacher.uses, teacher.habit) == (0, 0.0)


def test_a_seat_stays_with_the_post(stub_uniform):
    teacher, _ = year_end(stub_uniform, network=0, seat=0, member=1)
    assert (teacher.network, teacher.seat, teacher.member, teacher.new) == (0, 0, 1, 1)


def at_a_school_with_routine(routine=0.8, users=1):
    return make_school(disadvantage=0.5, users=users, routine=routine, user_knowledge=0.55, user_fidelity=0.6)


def test_a_routine_brings_a_newcomer_in(stub_uniform):
    teacher, _ = year_end(stub_uniform, school=at_a_school_with_routine(), induction=0.399)  # 0.5 x 0.8 = 0.4
    assert teacher.knowledge == close_to(0.25)  # 0.05 + 0.4 x (0.55 - 0.05)
    assert (teacher.uses, teacher.tried, teacher.fidelity) == (1, 1, 0.6)


@pytest.mark.parametrize("u", [0.4, 0.401])
def test_a_newcomer_may_learn_of_it_and_not_use_it(stub_uniform, u):
    teacher, _ = year_end(stub_uniform, school=at_a_school_with_routine(), induction=u)
    assert teacher.knowledge == close_to(0.25)
    assert (teacher.uses, teacher.tried, teacher.fidelity) == (0, 0, 1.0)


def test_a_mover_who_knows_more_loses_nothing_by_induction(stub_uniform):
    assert year_end(stub_uniform, mover=0.0, moved_knowledge=0.7, school=at_a_school_with_routine())[0].knowledge == 0.7


@pytest.mark.parametrize("school", [at_a_school_with_routine(routine=0.0), at_a_school_with_routine(users=0)])
def test_without_a_routine_or_users_nobody_is_brought_in(stub_uniform, school):
    teacher, _ = year_end(stub_uniform, school=school, induction=1e-15)
    assert (teacher.knowledge, teacher.uses) == (close_to(0.05), 0)


def test_who_stays_is_not_inducted(stub_uniform):
    teacher, _ = year_end(stub_uniform, leaves=0.99, school=at_a_school_with_routine(routine=1.0), induction=0.0)
    assert (teacher.knowledge, teacher.uses) == (0.9, 0)


def test_the_mover_who_was_seen_is_the_one_who_comes(stub_uniform):
    """Observation and update draw the same number, so whoever looked around for a mover gets a mover."""
    asked = stub_uniform(turnover, mover=0.0, moved_from=0.9, teacher_leaves=0.0, **NEW)
    world = make_world([make_teacher()], [make_teacher(knowledge=0.8, belief=0.7)])
    teacher = world.teachers[0]
    turnover.teacher_observes(teacher, world, YEAR_END, P)
    turnover.teacher_updates(teacher, world, YEAR_END, P)
    assert (teacher.knowledge, teacher.belief) == (0.8, 0.7)
    assert len([key for key in asked if key == (0, "mover", 0, 0)]) == 2
