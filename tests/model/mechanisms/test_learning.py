"""What a member takes from a meeting."""

import pytest

from plnsim.model.mechanisms import learning, parts
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

RULES = {"parts_count": 10, "learning_from_network": 0.25, "learning_core_repair": 0.5}
P = parameters(**RULES, learning_stage="flat")
STAGE = parameters(**RULES, learning_stage="frank2011")
NETWORK_KNOWS = parts_of(1, 2, 3, 4)


@pytest.fixture
def meets(stub_parts):
    """A member who knows parts 0 and 1 after a meeting of quality 0.4; with trust 0.5 the network knows 1 to 4, of
    which part 2 comes up. Gives her and the chance with which she takes parts in among which.
    """

    def meet(p=P, theme=0, trust=0.5, network_knows=NETWORK_KNOWS, **state):
        asked = stub_parts(learning, member_parts=parts_of(2))
        known = {"parts": parts_of(0, 1), "knowledge": 0.2, "fidelity": 0.5, "quality": 0.4}
        teacher = make_teacher(**known | {"network": 0, "seat": 0, "member": 1} | state)
        world = make_world([teacher], networks=[make_network(parts=network_knows, theme=theme, trust=trust)])
        changed = changed_variables(learning.teacher_updates, teacher, world, make_week(), p)
        assert changed <= {"parts", "knowledge", "fidelity"}
        return teacher, asked.get("member parts")

    return meet


def test_a_member_takes_in_parts_that_her_network_knows_and_she_does_not(meets):
    teacher, asked = meets()
    assert asked == (parts_of(2, 3, 4), close_to(0.05))  # 0.25 x 0.4 x 0.5
    assert (teacher.parts, teacher.knowledge) == (parts_of(0, 1, 2), 0.3)


def test_without_trust_nobody_takes_anything_in(meets):
    teacher, asked = meets(trust=0.0)
    assert (teacher.parts, asked) == (parts_of(0, 1), None)


@pytest.mark.parametrize("network_knows", [0, parts_of(0), parts_of(0, 1)])
def test_who_knows_all_that_her_network_knows_loses_nothing(meets, network_knows):
    teacher, asked = meets(network_knows=network_knows)
    assert (teacher.parts, teacher.knowledge, asked) == (parts_of(0, 1), 0.2, None)


def test_contact_with_the_source_restores_the_core(meets):
    assert meets()[0].fidelity == close_to(0.6)  # 0.5 + 0.5 x 0.4 x 0.5


def test_a_network_with_another_theme_teaches_less_of_it(meets):
    p = parameters(**RULES, learning_stage="flat", focus_other_theme_loss=0.75)
    teacher, (_, chance) = meets(p, theme=2)
    assert (chance, teacher.fidelity) == (close_to(0.0125), close_to(0.525))  # a quarter of 0.05 and of 0.1


def test_a_meeting_of_full_quality_and_trust_may_teach_everything():
    p = parameters(parts_count=10, learning_from_network=1.0, learning_core_repair=1.0, learning_stage="flat")
    teacher = make_teacher(parts=parts_of(7), knowledge=0.1, fidelity=0.5, quality=1.0, network=0, seat=0)
    world = make_world([teacher], networks=[make_network(parts=parts_of(1, 2, 3), trust=1.0)])
    learning.teacher_updates(teacher, world, make_week(), p)
    assert (teacher.parts, teacher.knowledge, teacher.fidelity) == (parts_of(1, 2, 3, 7), 0.4, close_to(1.0))


def test_without_a_meeting_nothing_is_learnt():
    teacher = make_teacher(parts=parts_of(1), knowledge=0.1, fidelity=0.5)  # holds no seat at all
    assert changed_variables(learning.teacher_updates, teacher, make_world([teacher]), make_week(), P) == set()


def test_meetings_may_serve_beginners_most(meets):
    assert meets(STAGE)[1][1] == close_to(0.04)  # 0.05 x (1 - 0.2)
    assert meets(STAGE, parts=0, knowledge=0.0)[1][1] == close_to(0.05)
    assert meets(STAGE, network_knows=parts.all_parts(P), knowledge=1.0)[1] is None


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


# --- learning and forgetting parts


@pytest.mark.parametrize(("learnt", "known"), [(0b0101, 0b1101), (0, 0b1001), (0b1000, 0b1001)])
def test_what_is_learnt_is_added_and_knowledge_follows(learnt, known):
    teacher = make_teacher(parts=0b1001, knowledge=0.2)
    learning.learn(teacher, learnt, P)
    assert (teacher.parts, teacher.knowledge) == (known, known.bit_count() / 10)


@pytest.mark.parametrize(("forgotten", "known"), [(0b0001, 0b1000), (0, 0b1001), (0b1111, 0), (0b0110, 0b1001)])
def test_what_is_forgotten_is_taken_away_and_knowledge_follows(forgotten, known):
    teacher = make_teacher(parts=0b1001, knowledge=0.2)
    learning.forget(teacher, forgotten, P)
    assert (teacher.parts, teacher.knowledge) == (known, known.bit_count() / 10)


# --- the start


@pytest.mark.parametrize(("u", "knows"), [(0.0, 0.1), (0.5, 0.2), (1.0, 0.3)])
def test_first_knowledge_lies_between_least_and_most(stub_uniform, u, knows):
    p = parameters(learning_first_knowledge_low=0.1, learning_first_knowledge_high=0.3)
    stub_uniform(learning, initial_knowledge=u, new_knowledge=u)
    for number in (-1, 38):  # who is there at the start, and a newcomer
        week = make_week(number=number)
        assert learning.initial_knowledge(make_teacher(), make_world(), week, p) == close_to(knows)


@pytest.mark.parametrize(("rounding", "known"), [(0.49, {7, 2}), (0.51, {7, 2, 0})])
def test_first_parts_are_those_that_the_school_finds_by_itself(stub_uniform, rounding, known):
    """A quarter of ten parts, two or three; the order of the school is that of the numbers."""
    p = parameters(parts_count=10, learning_first_knowledge_low=0.25, learning_first_knowledge_high=0.25)
    stub_uniform(
        learning,
        parts,
        initial_knowledge=0.5,
        parts_rounded=rounding,
        order_of_parts=lambda school, part: (part + 0.5) / 10,
    )
    teacher = make_teacher()
    world = make_world([teacher], schools=[make_school(own_parts=parts_of(2, 7))])
    teacher.parts = learning.initial_parts(teacher, world, make_week(number=-1), p)
    assert teacher.parts == parts_of(*known)
    assert learning.present_knowledge(teacher, world, make_week(number=-1), p) == len(known) / 10
