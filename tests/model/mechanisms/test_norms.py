"""Norms."""

import pytest

from plnsim.model.mechanisms import norms
from tests.support.factories import (
    changed_variables,
    close_to,
    make_network,
    make_teacher,
    make_week,
    make_world,
    parameters,
)

ALL = parameters(norms_contact="all colleagues", ties_pattern="departments")
ONE = parameters(norms_contact="one colleague", ties_pattern="departments")


def sees(p, advice):
    """What is left of last week's contact (0.77) with colleagues who believe 0.2 and 0.6."""
    teacher = make_teacher(belief=0.9, contact_belief=0.77, network=0, seat=0, member=1)
    world = make_world(
        [teacher, make_teacher(belief=0.2), make_teacher(belief=0.6)],
        [make_teacher(belief=1.0, network=0, seat=1, member=1)],
        networks=[make_network()],
        advice=advice,
        cross=[(0, 3)],
    )
    assert changed_variables(norms.teacher_observes, teacher, world, make_week(), p) <= {"contact_belief"}
    return teacher.contact_belief


def test_the_mean_of_all_she_turns_to():
    assert sees(ALL, [(0, 1), (0, 2)]) == close_to(0.4)
    assert sees(ALL, [(0, 1), (0, 2), (0, 2), (1, 0)]) == close_to(1.4 / 3)  # a double tie counts twice


def test_who_turns_to_nobody_stays_with_whom_she_met():
    assert sees(ALL, [(1, 0)]) == 0.77


def test_one_colleague_is_the_one_she_met():
    assert sees(ONE, [(0, 1), (0, 2)]) == 0.77


def test_where_all_turn_to_all_it_is_the_mean_of_the_other_staff():
    assert sees(parameters(norms_contact="all colleagues", ties_pattern="complete"), []) == close_to(0.4)


def test_the_mean_of_the_other_staff_is_exact_and_begins_with_the_first_of_her_school():
    teacher = make_teacher(belief=0.9)
    world = make_world([make_teacher(belief=1.0)], [teacher, make_teacher(belief=0.25)])
    norms.teacher_observes(
        teacher, world, make_week(), parameters(norms_contact="all colleagues", ties_pattern="complete")
    )
    assert teacher.contact_belief == 0.25


def test_who_has_no_colleague_keeps_her_own_view_where_all_turn_to_all():
    alone = make_teacher(belief=0.3, contact_belief=0.77)
    norms.teacher_observes(
        alone, make_world([alone]), make_week(), parameters(norms_contact="all colleagues", ties_pattern="complete")
    )
    assert alone.contact_belief == 0.3


def believes(contact_belief=0.7, **values):
    teacher = make_teacher(belief=0.5, first_belief=0.3, contact_belief=contact_belief)
    assert changed_variables(
        norms.teacher_updates, teacher, make_world([teacher]), make_week(), parameters(**values)
    ) <= {"belief"}
    return teacher.belief


def test_belief_moves_towards_that_of_colleagues():
    assert believes(norms_pull=0.1) == close_to(0.52)
    assert believes(norms_pull=0.1, contact_belief=0.3) == close_to(0.48)


def test_who_holds_on_to_what_she_believed_returns_to_it():
    # 0.52, then half way back to 0.3
    assert believes(norms_pull=0.1, norms_own_view=0.5) == close_to(0.41)


@pytest.mark.parametrize(("pull", "own_view", "belief"), [(0.0, 0.0, 0.5), (1.0, 0.0, 0.7), (1.0, 1.0, 0.3)])
def test_belief_at_the_limits(pull, own_view, belief):
    assert believes(norms_pull=pull, norms_own_view=own_view) == close_to(belief)


def test_where_evidence_alone_counts_colleagues_do_not():
    assert believes(norms_pull=0.1, norms_own_view=0.5, norms_belief="evidence only") == 0.5


def test_where_norms_alone_count_colleagues_do():
    assert believes(norms_pull=0.1, norms_belief="norms only") == close_to(0.52)


def test_two_who_turn_to_each_other_meet_in_the_middle():
    p = parameters(norms_contact="all colleagues", norms_pull=0.1, ties_pattern="departments")
    world = make_world([make_teacher(belief=0.2), make_teacher(belief=0.8)], advice=[(0, 1), (1, 0)])
    for _ in range(100):
        for teacher in world.teachers:
            norms.teacher_observes(teacher, world, make_week(), p)
        for teacher in world.teachers:
            norms.teacher_updates(teacher, world, make_week(), p)
    # the gap shrinks by 1 - 2 x 0.1 a week: 0.6 x 0.8^100 is nothing
    assert [teacher.belief for teacher in world.teachers] == [pytest.approx(0.5, abs=1e-9)] * 2
