"""Forgetting (R22; L8)."""

import pytest

from plnsim.model.mechanisms import forgetting
from tests.support.factories import changed_variables, close_to, make_teacher, make_week, make_world, parameters

P = parameters(forgetting_rate=0.1)
LEFT_AFTER_HOLIDAYS = 0.2541865828329  # 0.9^13


def forgets(p=P, week=None, **state):
    teacher = make_teacher(**{"knowledge": 0.5} | state)
    assert changed_variables(forgetting.teacher_updates, teacher, make_world([teacher]), week or make_week(), p) <= {
        "knowledge"
    }
    return teacher.knowledge


def test_unused_knowledge_fades_by_a_share_a_week():
    assert forgets() == close_to(0.45)


def test_the_holidays_count_thirteen_weeks_more():
    assert forgets(week=make_week(ends_year=1)) == close_to(0.45 * LEFT_AFTER_HOLIDAYS)


@pytest.mark.parametrize("ends_year", [0, 1])
@pytest.mark.parametrize("applied", [-1, 0, 1])
def test_users_forget_nothing(ends_year, applied):
    assert forgets(week=make_week(ends_year=ends_year), uses=1, applied=applied) == 0.5


def test_who_gave_it_up_this_week_forgets_over_the_holidays_only():
    assert forgets(applied=-1) == 0.5
    assert forgets(applied=-1, week=make_week(ends_year=1)) == close_to(0.5 * LEFT_AFTER_HOLIDAYS)


@pytest.mark.parametrize(("rate", "left"), [(0.0, 0.5), (1.0, 0.0)])
def test_nothing_or_everything_may_be_forgotten(rate, left):
    assert forgets(parameters(forgetting_rate=rate), make_week(ends_year=1)) == left


def test_a_rate_of_026_halves_knowledge_between_26_and_27_weeks():
    p, teacher, known = parameters(forgetting_rate=0.026), make_teacher(knowledge=1.0), []
    for _ in range(27):
        forgetting.teacher_updates(teacher, make_world([teacher]), make_week(), p)
        known.append(teacher.knowledge)
    assert known[25] > 0.5 > known[26]  # ln 2 / -ln 0.974 = 26.3
