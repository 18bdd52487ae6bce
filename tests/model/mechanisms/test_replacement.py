"""Replacement (R28, R29): what a newcomer and a new head begin with."""

import pytest

from plnsim.model.mechanisms import replacement
from tests.support.factories import (
    changed_variables,
    close_to,
    make_school,
    make_teacher,
    make_week,
    make_world,
    parameters,
)
from tests.support.posts import NEW, OF_A_LEAVER, PEOPLE, YEAR_END, P, year_end


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


@pytest.mark.parametrize(("week", "new"), [(YEAR_END, 0), (make_week(), 1)])
def test_nobody_is_replaced_but_who_leaves_at_this_year_end(week, new):
    teacher = make_teacher(**OF_A_LEAVER, new=new)
    assert changed_variables(replacement.teacher_updates, teacher, make_world([teacher]), week, P) == set()


def test_without_a_new_head_nothing_is_replaced():
    school = make_school(vision=0.7, own_vision=0.9, support=0.9)
    world = make_world([make_teacher()], schools=[school])
    assert changed_variables(replacement.school_updates, school, world, YEAR_END, P) == set()
