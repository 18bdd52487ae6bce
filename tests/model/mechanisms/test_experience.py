"""Experience."""

import pytest

from plnsim.model.mechanisms import experience
from tests.support.factories import (
    changed_variables,
    close_to,
    make_school,
    make_teacher,
    make_week,
    make_world,
    parameters,
    parts_of,
)

RULES = {"parts_count": 10, "experience_learning": 0.1, "experience_adaptation": 0.02}
P = parameters(**RULES, learning_stage="flat")
STAGE = parameters(**RULES, learning_stage="frank2011")
OWN, SHOWN = parts_of(1, 2, 3), parts_of(2, 4, 5)


@pytest.fixture
def uses_it(stub_parts):
    """A user who knows parts 0 and 1 after a week of use. Her school can find 1, 2 and 3 by itself, of which 2 comes
    up; another user knows 2, 4 and 5, of which 4 comes up. Gives her and what was asked for.
    """

    def use(p=P, routine=0.0, own=OWN, shown=SHOWN, **state):
        asked = stub_parts(experience, experience_part=parts_of(2), routine_part=parts_of(4))
        known = {"parts": parts_of(0, 1), "knowledge": 0.2, "adaptation": 0.5}
        teacher = make_teacher(**{"uses": 1, "applied": 1} | known | state)
        school = make_school(own_parts=own, user_parts=shown, routine=routine)
        world = make_world([teacher], schools=[school])
        changed = changed_variables(experience.teacher_updates, teacher, world, make_week(), p)
        assert changed <= {"parts", "knowledge", "adaptation"}
        return teacher, asked

    return use


def test_use_teaches_what_a_school_can_find_by_itself_and_fits_the_practice(uses_it):
    teacher, asked = uses_it()
    assert asked == {"experience part": (parts_of(2, 3), 0.1)}
    assert (teacher.parts, teacher.knowledge) == (parts_of(0, 1, 2), 0.3)
    assert teacher.adaptation == close_to(0.51)  # 0.5 + 0.02 x 0.5


@pytest.mark.parametrize("own", [0, parts_of(0, 1)])
def test_a_school_that_has_found_all_that_it_can_learns_nothing_more(uses_it, own):
    teacher, asked = uses_it(own=own)
    assert (teacher.parts, asked) == (parts_of(0, 1), {})
    assert teacher.adaptation == close_to(0.51)


def test_a_routine_shows_what_another_user_knows(uses_it):
    teacher, asked = uses_it(routine=0.5)
    assert asked["routine part"] == (parts_of(4, 5), close_to(0.05))  # 0.1 x 0.5; part 2 she has just found
    assert (teacher.parts, teacher.knowledge) == (parts_of(0, 1, 2, 4), 0.4)


@pytest.mark.parametrize(("knowledge", "chance"), [(0.5, 0.1), (0.25, 0.075), (0.0, None), (1.0, None)])
def test_experience_may_serve_the_intermediate_most(uses_it, knowledge, chance):
    # 4 k (1 - k): 1 at 0.5, 3/4 at 0.25, nothing for who knows nothing
    _, asked = uses_it(STAGE, knowledge=knowledge)
    assert asked == ({} if chance is None else {"experience part": (parts_of(2, 3), close_to(chance))})


@pytest.mark.parametrize("applied", [-1, 0])
def test_without_use_nothing_is_learnt(stub_parts, applied):
    stub_parts(experience)
    teacher = make_teacher(applied=applied, parts=parts_of(0), knowledge=0.1)
    world = make_world([teacher], schools=[make_school(own_parts=parts_of(1, 2), routine=1.0, user_parts=parts_of(3))])
    assert changed_variables(experience.teacher_updates, teacher, world, make_week(), P) == set()
