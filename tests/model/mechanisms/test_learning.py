"""What a member takes from a meeting (R08, R08b, R17b)."""

import pytest

from plnsim.model.mechanisms import learning
from tests.support.factories import (
    changed_variables,
    close_to,
    make_network,
    make_teacher,
    make_week,
    make_world,
    parameters,
)

P = parameters(learning_from_network=0.25, learning_core_repair=0.5, learning_stage="flat")
STAGE = parameters(learning_from_network=0.25, learning_core_repair=0.5, learning_stage="frank2011")


def meets(p=P, network_knows=0.7, theme=0, **state):
    teacher = make_teacher(
        **{"knowledge": 0.2, "fidelity": 0.5, "quality": 0.4, "network": 0, "seat": 0, "member": 1} | state
    )
    world = make_world([teacher], networks=[make_network(knowledge=network_knows, theme=theme)])
    assert changed_variables(learning.teacher_updates, teacher, world, make_week(), p) <= {"knowledge", "fidelity"}
    return teacher


def test_a_member_closes_a_share_of_the_gap_to_her_network():
    assert meets().knowledge == close_to(0.25)  # 0.2 + 0.25 x 0.4 x (0.7 - 0.2)


def test_who_knows_more_than_her_network_loses_nothing():
    assert meets(network_knows=0.1).knowledge == 0.2


def test_contact_with_the_source_restores_the_core():
    assert meets().fidelity == close_to(0.6)  # 0.5 + 0.5 x 0.4 x 0.5


def test_a_network_with_another_theme_teaches_less_of_it():
    p = parameters(
        learning_from_network=0.25, learning_core_repair=0.5, learning_stage="flat", focus_other_theme_loss=0.75
    )
    teacher = meets(p, theme=2)
    assert (teacher.knowledge, teacher.fidelity) == (
        close_to(0.2125),
        close_to(0.525),
    )  # a quarter of the gains of 0.05 and 0.1


def test_a_meeting_of_full_quality_may_teach_everything():
    p = parameters(learning_from_network=1.0, learning_core_repair=1.0, learning_stage="flat")
    teacher = meets(p, quality=1.0)
    assert (teacher.knowledge, teacher.fidelity) == (close_to(0.7), close_to(1.0))


def test_without_a_meeting_nothing_is_learnt():
    teacher = make_teacher(knowledge=0.2, fidelity=0.5)  # holds no seat at all
    assert changed_variables(learning.teacher_updates, teacher, make_world([teacher]), make_week(), P) == set()


def test_meetings_may_serve_beginners_most():
    assert meets(STAGE).knowledge == close_to(0.24)  # a share of 0.1 x (1 - 0.2)
    assert meets(STAGE, knowledge=0.0).knowledge == close_to(0.07)
    assert meets(STAGE, network_knows=1.0, knowledge=1.0).knowledge == 1.0


@pytest.mark.parametrize(
    ("knowledge", "meeting", "experience", "colleagues"),
    [(0.0, 1.0, 0.0, 0.0), (0.25, 0.75, 0.75, 0.25), (0.5, 0.5, 1.0, 0.5), (1.0, 0.0, 0.0, 1.0)],
)
def test_what_serves_best_depends_on_what_one_knows(knowledge, meeting, experience, colleagues):
    assert learning.meeting_effectiveness(knowledge, STAGE) == meeting
    assert learning.experience_effectiveness(knowledge, STAGE) == experience
    assert learning.colleague_effectiveness(knowledge, STAGE) == colleagues


@pytest.mark.parametrize("knowledge", [0.0, 0.5, 1.0])
def test_or_everything_serves_everybody(knowledge):
    assert [
        serves(knowledge, P)
        for serves in (
            learning.meeting_effectiveness,
            learning.experience_effectiveness,
            learning.colleague_effectiveness,
        )
    ] == [1.0] * 3


@pytest.mark.parametrize(("u", "knows"), [(0.0, 0.1), (0.5, 0.2), (1.0, 0.3)])
def test_first_knowledge_lies_between_least_and_most(stub_uniform, u, knows):
    p = parameters(learning_first_knowledge_low=0.1, learning_first_knowledge_high=0.3)
    stub_uniform(learning, initial_knowledge=u, new_knowledge=u)
    for number in (-1, 38):  # who is there at the start, and a newcomer
        week = make_week(number=number)
        assert learning.initial_knowledge(make_teacher(), make_world(), week, p) == close_to(knows)
