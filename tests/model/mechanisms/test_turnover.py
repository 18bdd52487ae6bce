"""Turnover of teachers (R29)."""

import pytest

from plnsim.model.mechanisms import turnover
from tests.support.factories import a_network, a_school, a_teacher, a_week, a_world, about, changed_by, parameters

PEOPLE = {"learning_first_knowledge_low": 0.0, "learning_first_knowledge_high": 0.1, "norms_first_belief": 0.6, "adoption_threshold": 0.3,
          "mobilisation_awareness": 0.4, "mobilisation_formal_share": 0.5, "time_load_spread": 0.0}
P = parameters(turnover_rate=0.2, turnover_early_ratio=1.0, turnover_disadvantage_ratio=1.5, turnover_movers=0.4, turnover_induction=0.5, **PEOPLE)
NEW = {"new_knowledge": 0.5, "new_belief": 0.5, "new_threshold": 0.5, "new_load": 0.5, "new_awareness": 0.5, "new_formal_role": 0.49}
YEAR_END = a_week(of_year=38, ends_year=1)


@pytest.mark.parametrize(("disadvantage", "share"), [(0.0, 0.16), (0.5, 0.2), (1.0, 0.24)])
def test_teachers_leave_disadvantaged_schools_more_often(disadvantage, share):
    # slope (1.5 - 1) / (1.5 + 1) = 0.2: 0.2 x (1 -+ 0.2); 0.24 / 0.16 = 1.5
    assert turnover.leaving_share(7, disadvantage, P) == about(share)


def test_no_more_than_everybody_leaves():
    p = parameters(turnover_rate=1.0, turnover_early_ratio=1.0, turnover_disadvantage_ratio=5.0)
    assert turnover.leaving_share(0, 1.0, p) == 1.0


# --- what a mover would bring

def looks(chance, move_luck, from_luck=0.5, week=YEAR_END):
    chance(turnover, mover=move_luck, moved_from=from_luck)
    teacher = a_teacher(moved_knowledge=0.01, moved_belief=0.02)
    world = a_world([teacher], [a_teacher(knowledge=0.1 * place, belief=1 - 0.1 * place) for place in range(1, 4)])
    assert changed_by(turnover.teacher_looks, teacher, world, week, P) <= {"moved_knowledge", "moved_belief"}
    return teacher.moved_knowledge, teacher.moved_belief


@pytest.mark.parametrize(("from_luck", "post"), [(0.26, 1), (0.51, 2), (0.76, 3), (0.999, 3)])
def test_a_mover_brings_what_a_teacher_of_the_system_knows_and_believes(chance, from_luck, post):
    assert looks(chance, 0.39, from_luck) == (about(0.1 * post), about(1 - 0.1 * post))


def test_who_comes_from_outside_brings_nothing_seen_before(chance):
    assert looks(chance, 0.41) == (0.01, 0.02)


def test_a_draw_that_equals_the_share_of_movers_brings_nobody(chance):
    assert looks(chance, 0.4) == (0.01, 0.02)
    assert year_end(chance, mover=0.4, moved_knowledge=0.7, moved_belief=0.2)[0].knowledge == about(0.05)


def test_where_there_is_no_other_school_a_mover_brings_what_any_newcomer_has(chance):
    asked = chance(turnover, mover=0.0, new_knowledge=0.7, new_belief=0.5)
    teacher = a_teacher(moved_knowledge=0.01, moved_belief=0.02)
    turnover.teacher_looks(teacher, a_world([a_teacher(), teacher, a_teacher()]), a_week(luck=7, ends_year=1), P)
    assert (teacher.moved_knowledge, teacher.moved_belief) == (about(0.07), about(0.6))  # 0.7 of the way from 0 to 0.1; the middle
    assert asked == [(7, "mover", 1, 0), (7, "new knowledge", 1, 0), (7, "new belief", 1, 0)]


def test_nobody_looks_around_during_the_year(chance):
    assert looks(chance, 0.0, week=a_week()) == (0.01, 0.02)


@pytest.mark.parametrize("from_luck", [0.01, 0.26, 0.51, 0.76])
def test_a_mover_never_comes_from_the_school_she_moves_to(chance, from_luck):
    chance(turnover, mover=0.0, moved_from=from_luck)
    world = a_world(*([a_teacher(knowledge=1.0), a_teacher(knowledge=1.0)] if place == int(4 * from_luck) // 2 else
                      [a_teacher(knowledge=0.5), a_teacher(knowledge=0.5)] for place in range(2)))
    own = world.teachers[int(4 * from_luck)]
    turnover.teacher_looks(own, world, YEAR_END, P)
    assert own.moved_knowledge == 0.5  # what is known in the other school


# --- who leaves

def year_end(chance, leaves=0.0, mover=0.9, school=None, p=P, week=YEAR_END, induction=0.99, new=NEW, **state):
    chance(turnover, teacher_leaves=leaves, mover=mover, induction=induction, **new)
    teacher = a_teacher(**{"years": 5, "knowledge": 0.9} | state)
    world = a_world([teacher], schools=[school or a_school(disadvantage=0.5)], networks=[a_network(active=1, schools=1)])
    changed = changed_by(turnover.teacher_acts, teacher, world, week, p)
    assert not changed & {"name", "post", "school", "department", "network", "seat", "member"}
    return teacher, changed


def test_during_the_year_nobody_comes_or_goes(chance):
    chance(turnover)  # no question may be asked
    teacher = a_teacher(years=5)
    assert changed_by(turnover.teacher_acts, teacher, a_world([teacher]), a_week(), P) == set()


def test_who_stays_is_a_year_older_in_post(chance):
    teacher, changed = year_end(chance, leaves=0.201)
    assert (changed, teacher.years) == ({"years"}, 6)


def test_a_draw_that_equals_the_share_of_leavers_stays(chance):
    assert year_end(chance, leaves=turnover.leaving_share(5, 0.5, P))[1] == {"years"}


def test_who_leaves_is_replaced(chance):
    teacher, _ = year_end(chance, leaves=0.199)
    assert (teacher.years, teacher.new) == (0, 1)


def test_the_first_three_years_are_the_early_ones(chance):
    # rate 0.5, ratio 2: early 1 - 0.5^3 = 0.875, late 0.5 / 1.875 = 0.267, in the first three years 0.533
    p = parameters(turnover_rate=0.5, turnover_early_ratio=2.0, turnover_disadvantage_ratio=1.0, **PEOPLE)
    assert [year_end(chance, leaves=0.5, p=p, years=years)[0].new for years in (0, 1, 2, 3, 4)] == [1, 1, 1, 0, 0]


# --- newcomers

OF_A_LEAVER = {"knowledge": 0.9, "belief": 0.9, "first_belief": 0.9, "habit": 0.9, "fidelity": 0.2, "adaptation": 0.9, "awareness": 0.9, "formal": 0,
               "uses": 1, "applied": 1, "mobilises": 1, "tried": 1, "reached": 1, "mobilised": 1, "barrier": 2, "years": 9, "load": 3.0}


def test_everything_personal_is_new(chance):
    teacher, _ = year_end(chance, **OF_A_LEAVER)
    assert (teacher.habit, teacher.adaptation, teacher.fidelity) == (0.0, 0.0, 1.0)
    assert (teacher.uses, teacher.applied, teacher.mobilises, teacher.barrier) == (0, 0, 0, 0)
    assert (teacher.tried, teacher.reached, teacher.mobilised) == (0, 0, 0)
    # the middle of each distribution, at middle luck
    assert (teacher.knowledge, teacher.belief, teacher.first_belief) == (about(0.05), about(0.6), about(0.6))
    assert (teacher.threshold, teacher.awareness, teacher.load) == (about(0.3), about(0.4), about(1.0))
    assert teacher.formal == 1  # 0.49 < 0.5
    for luck in (0.5, 0.51):  # a draw that equals the share lies above it
        assert year_end(chance, new=NEW | {"new_formal_role": luck}, **OF_A_LEAVER | {"formal": 1})[0].formal == 0


def test_better_luck_brings_a_better_newcomer(chance):
    # one standard deviation up with a spread of 1: the odds of 0.6, 0.3 and 0.4 grow by e = 2.71828
    p = parameters(norms_first_belief_spread=1.0, adoption_threshold_spread=1.0, mobilisation_awareness_spread=1.0, **PEOPLE)
    lucky = NEW | dict.fromkeys(("new_belief", "new_threshold", "new_awareness"), 0.8413447460685429) | {"new_knowledge": 0.9}
    teacher, _ = year_end(chance, p=p, new=lucky)
    assert teacher.knowledge == about(0.09)  # 0.9 of the way from 0 to 0.1
    # odds 3/2 e, 3/7 e and 2/3 e
    assert teacher.belief == pytest.approx(4.077422742688568 / 5.077422742688568, rel=1e-8)
    assert teacher.threshold == pytest.approx(1.164977926482448 / 2.164977926482448, rel=1e-8)
    assert teacher.awareness == pytest.approx(1.812187885639364 / 2.812187885639364, rel=1e-8)


def test_newcomers_differ_in_load_around_a_mean_of_1(chance):
    p = parameters(**PEOPLE | {"time_load_spread": 0.5})
    assert year_end(chance, p=p, load=3.0)[0].load == pytest.approx(0.8824969025845955, rel=1e-8)  # e^-0.125 at middle luck


def test_a_mover_brings_knowledge_and_belief_from_elsewhere(chance):
    teacher, _ = year_end(chance, mover=0.39, moved_knowledge=0.7, moved_belief=0.2, **OF_A_LEAVER)
    assert (teacher.knowledge, teacher.belief, teacher.first_belief) == (0.7, 0.2, 0.2)
    assert (teacher.uses, teacher.habit) == (0, 0.0)


def test_a_seat_stays_with_the_post(chance):
    teacher, _ = year_end(chance, network=0, seat=0, member=1)
    assert (teacher.network, teacher.seat, teacher.member, teacher.new) == (0, 0, 1, 1)


def at_a_school_with_routine(routine=0.8, users=1):
    return a_school(disadvantage=0.5, users=users, routine=routine, user_knowledge=0.55, user_fidelity=0.6)


def test_a_routine_brings_a_newcomer_in(chance):
    teacher, _ = year_end(chance, school=at_a_school_with_routine(), induction=0.399)  # 0.5 x 0.8 = 0.4
    assert teacher.knowledge == about(0.25)  # 0.05 + 0.4 x (0.55 - 0.05)
    assert (teacher.uses, teacher.tried, teacher.fidelity) == (1, 1, 0.6)


@pytest.mark.parametrize("luck", [0.4, 0.401])
def test_a_newcomer_may_learn_of_it_and_not_use_it(chance, luck):
    teacher, _ = year_end(chance, school=at_a_school_with_routine(), induction=luck)
    assert teacher.knowledge == about(0.25)
    assert (teacher.uses, teacher.tried, teacher.fidelity) == (0, 0, 1.0)


def test_a_mover_who_knows_more_loses_nothing_by_induction(chance):
    assert year_end(chance, mover=0.0, moved_knowledge=0.7, school=at_a_school_with_routine())[0].knowledge == 0.7


@pytest.mark.parametrize("school", [at_a_school_with_routine(routine=0.0), at_a_school_with_routine(users=0)])
def test_without_a_routine_or_users_nobody_is_brought_in(chance, school):
    teacher, _ = year_end(chance, school=school, induction=1e-15)
    assert (teacher.knowledge, teacher.uses) == (about(0.05), 0)


def test_who_stays_is_not_inducted(chance):
    teacher, _ = year_end(chance, leaves=0.99, school=at_a_school_with_routine(routine=1.0), induction=0.0)
    assert (teacher.knowledge, teacher.uses) == (0.9, 0)


def test_the_mover_who_was_seen_is_the_one_who_comes(chance):
    """Looking and acting ask chance the same question, so whoever looked around for a mover gets a mover."""
    asked = chance(turnover, mover=0.0, moved_from=0.9, teacher_leaves=0.0, **NEW)
    world = a_world([a_teacher()], [a_teacher(knowledge=0.8, belief=0.7)])
    teacher = world.teachers[0]
    turnover.teacher_looks(teacher, world, YEAR_END, P)
    turnover.teacher_acts(teacher, world, YEAR_END, P)
    assert (teacher.knowledge, teacher.belief) == (0.8, 0.7)
    assert len([one for one in asked if one == (0, "mover", 0, 0)]) == 2
