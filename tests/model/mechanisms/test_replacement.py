"""Whoever takes over a post or a school."""

import pytest

from plnsim.model.mechanisms import adoption, leadership, learning, mobilisation, norms, parts, replacement, time
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

PEOPLE = {
    "parts_count": 10,
    "learning_first_knowledge_low": 0.0,
    "learning_first_knowledge_high": 0.2,
    "norms_first_belief": 0.6,
    "adoption_threshold": 0.3,
    "mobilisation_awareness": 0.4,
    "mobilisation_formal_share": 0.5,
    "time_load_spread": 0.0,
}
P = parameters(**PEOPLE)
NEW = {
    "new_knowledge": 0.5,
    "new_belief": 0.5,
    "new_threshold": 0.5,
    "new_refusal": 0.5,
    "new_load": 0.5,
    "new_awareness": 0.5,
    "new_formal_role": 0.49,
    "parts_rounded": 0.5,
    "order_of_parts": lambda school, part: (part + 0.5) / 10,
}
"""With a draw of 0.5 a newcomer knows one of ten parts: the first."""
DRAWING = (adoption, learning, mobilisation, norms, parts, time)
"""The mechanisms that draw something for whoever is new."""
YEAR_END = make_week(of_year=38, ends_year=1)


# --- a newcomer in a post


OF_A_LEAVER = {
    "parts": parts_of(1, 2, 3, 4),
    "knowledge": 0.4,
    "belief": 0.9,
    "first_belief": 0.9,
    "habit": 0.9,
    "missed": 5,
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


def year_end(stub_uniform, p=P, week=YEAR_END, new=NEW, **state):
    stub_uniform(*DRAWING, **new)
    teacher = make_teacher(**{"new": 1, "parts": parts_of(1, 2), "knowledge": 0.2} | state)
    world = make_world([teacher], networks=[make_network(active=1, schools=1)])
    changed = changed_variables(replacement.teacher_updates, teacher, world, week, p)
    assert not changed & {"name", "post", "school", "department", "network", "seat"}
    return teacher, changed


@pytest.mark.parametrize(("week", "new"), [(make_week(), 1), (make_week(), 0), (YEAR_END, 0)])
def test_during_the_year_and_where_nobody_left_nobody_is_replaced(stub_uniform, week, new):
    stub_uniform(*DRAWING)  # no number may be drawn
    teacher = make_teacher(**OF_A_LEAVER, new=new)
    assert changed_variables(replacement.teacher_updates, teacher, make_world([teacher]), week, P) == set()


def test_who_leaves_is_replaced(stub_uniform):
    teacher, _ = year_end(stub_uniform, years=6)
    assert (teacher.years, teacher.new) == (0, 1)


def test_everything_personal_is_new(stub_uniform):
    teacher, _ = year_end(stub_uniform, **OF_A_LEAVER)
    assert (teacher.habit, teacher.missed, teacher.adaptation, teacher.fidelity) == (0.0, 0, 0.0, 1.0)
    assert (teacher.uses, teacher.applied, teacher.mobilises, teacher.barrier) == (0, 0, 0, 0)
    assert (teacher.tried, teacher.reached, teacher.mobilised) == (0, 0, 0)
    # the middle of each distribution, at draws of 0.5
    assert (teacher.parts, teacher.knowledge) == (parts_of(0), 0.1)
    assert (teacher.belief, teacher.first_belief) == (close_to(0.6), close_to(0.6))
    assert (teacher.threshold, teacher.awareness, teacher.load) == (close_to(0.3), close_to(0.4), close_to(1.0))
    assert teacher.formal == 1  # 0.49 < 0.5
    assert teacher.refuses == 0
    assert year_end(stub_uniform, new=NEW | {"new_refusal": 0.0})[0].refuses == 1
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
    # 0.9 of the way from 0 to 0.2 of ten parts, and rounding
    assert (teacher.parts, teacher.knowledge) == (parts_of(0, 1), 0.2)
    # odds 3/2 e, 3/7 e and 2/3 e
    assert teacher.belief == pytest.approx(4.077422742688568 / 5.077422742688568, rel=1e-8)
    assert teacher.threshold == pytest.approx(1.164977926482448 / 2.164977926482448, rel=1e-8)
    assert teacher.awareness == pytest.approx(1.812187885639364 / 2.812187885639364, rel=1e-8)


def test_newcomers_differ_in_load_around_a_mean_of_1(stub_uniform):
    p = parameters(**PEOPLE | {"time_load_spread": 0.5})
    teacher, _ = year_end(stub_uniform, p=p, load=3.0)
    assert teacher.load == pytest.approx(0.8824969025845955, rel=1e-8)  # e^-0.125 at draws of 0.5


def test_a_seat_stays_with_the_post_and_is_vacant(stub_uniform):
    teacher, _ = year_end(stub_uniform, network=0, seat=0, member=1)
    assert (teacher.network, teacher.seat, teacher.new) == (0, 0, 1)
    assert (teacher.member, teacher.vacant) == (0, 1)
    assert year_end(stub_uniform)[0].vacant == 0  # without a seat


# --- a new head


OF_HEADS = parameters(
    succession_not_invented_here=0.5,
    succession_carried=0.5,
    leadership_vision=0.6,
    leadership_support=0.4,
    leadership_spread=1.0,
)


def head_changes(stub_uniform, vision_u=0.5, **state):
    stub_uniform(leadership, new_vision=vision_u, new_support=0.5, style_of_a_new_head=0.5)
    school = make_school(
        **{"new_head": 1, "own_vision": 0.9, "vision": 0.7, "support": 0.9, "distributed": 0.5, "routine": 0.5} | state
    )
    world = make_world([make_teacher()], schools=[school])
    changed = changed_variables(replacement.school_updates, school, world, make_week(), OF_HEADS)
    assert changed <= {"own_vision", "support", "vision", "own_distributed", "taking_part"}
    return school


def test_a_head_who_stays_is_not_replaced(stub_uniform):
    school = head_changes(stub_uniform, new_head=0)
    assert (school.own_vision, school.vision, school.support) == (0.9, 0.7, 0.9)


def test_a_new_head_starts_with_less_of_the_work_and_it_is_carried_on_in_part(stub_uniform):
    school = head_changes(stub_uniform)
    assert (school.own_vision, school.support) == (close_to(0.6), close_to(0.4))  # the middles, at a draw of 0.5
    assert school.vision == close_to(0.55)  # 0.6 x (1 - 0.5) = 0.3, and 0.625 of the way from there to 0.7


def test_heads_differ(stub_uniform):
    # one spread above the middle: logit 0.6 + 1, so odds 1.5 x e = 4.0774; share 4.0774 / 5.0774
    assert head_changes(stub_uniform, vision_u=0.8413447460685429).own_vision == pytest.approx(0.8030497, abs=1e-7)


def test_without_anything_that_carries_only_the_new_heads_priority_counts(stub_uniform):
    assert head_changes(stub_uniform, distributed=0.0, routine=0.0).vision == close_to(0.3)


def test_a_full_routine_carries_all_of_it(stub_uniform):
    assert head_changes(stub_uniform, routine=1.0).vision == close_to(0.7)
