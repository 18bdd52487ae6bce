"""Forgetting."""

import pytest

from plnsim.common.streams import run_key, week_key
from plnsim.model.mechanisms import forgetting
from tests.support.factories import (
    changed_variables,
    close_to,
    make_teacher,
    make_week,
    make_world,
    parameters,
    parts_of,
)

P = parameters(forgetting_rate=0.1, parts_count=10)
LOST_IN_HOLIDAYS = 0.7458134171671  # 1 - 0.9^13


@pytest.fixture
def forgets(stub_parts):
    """What is left of parts 0 to 4, of which 1 comes up in a week, 2 and 3 in the holidays; and what was asked."""

    def forget(p=P, week=None, **state):
        asked = stub_parts(forgetting, forgotten_part=parts_of(1), holiday_parts=parts_of(2, 3))
        teacher = make_teacher(**{"parts": parts_of(0, 1, 2, 3, 4), "knowledge": 0.5} | state)
        week = week or make_week()
        changed = changed_variables(forgetting.teacher_updates, teacher, make_world([teacher]), week, p)
        assert changed in (set(), {"parts", "knowledge"})
        assert teacher.knowledge == teacher.parts.bit_count() / 10
        return teacher.parts, asked

    return forget


def test_what_is_not_used_fades_part_by_part(forgets):
    assert forgets() == (parts_of(0, 2, 3, 4), {"forgotten part": (parts_of(0, 1, 2, 3, 4), 0.1)})


def test_the_holidays_count_thirteen_weeks_more(forgets):
    left, asked = forgets(week=make_week(ends_year=1))
    assert left == parts_of(0, 4)
    assert asked["holiday parts"] == (parts_of(0, 2, 3, 4), close_to(LOST_IN_HOLIDAYS))


@pytest.mark.parametrize("ends_year", [0, 1])
@pytest.mark.parametrize("applied", [-1, 0, 1])
def test_users_forget_nothing(forgets, ends_year, applied):
    assert forgets(week=make_week(ends_year=ends_year), uses=1, applied=applied) == (parts_of(0, 1, 2, 3, 4), {})


def test_who_gave_it_up_this_week_forgets_over_the_holidays_only(forgets):
    assert forgets(applied=-1) == (parts_of(0, 1, 2, 3, 4), {})
    left, asked = forgets(applied=-1, week=make_week(ends_year=1))
    assert (left, list(asked)) == (parts_of(0, 1, 4), ["holiday parts"])


@pytest.mark.parametrize(("rate", "left"), [(0.0, parts_of(0, 1, 2, 3, 4)), (1.0, 0)])
def test_nothing_or_everything_may_be_forgotten(rate, left):
    teacher = make_teacher(parts=parts_of(0, 1, 2, 3, 4), knowledge=0.5)
    p = parameters(forgetting_rate=rate, parts_count=10)
    forgetting.teacher_updates(teacher, make_world([teacher]), make_week(ends_year=1), p)
    assert (teacher.parts, teacher.knowledge) == (left, left.bit_count() / 10)


def test_a_rate_of_026_halves_knowledge_in_26_weeks():
    p, known = parameters(forgetting_rate=0.026, parts_count=60), 0
    for replicate in range(100):
        teacher = make_teacher(parts=2**60 - 1, knowledge=1.0)
        for number in range(26):
            week = make_week(key=week_key(run_key(2, replicate), number))
            forgetting.teacher_updates(teacher, make_world([teacher]), week, p)
        known += teacher.parts.bit_count()
    assert known / 6000 == pytest.approx(0.974**26, abs=0.03)  # .504
