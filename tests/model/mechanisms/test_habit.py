"""Habit (R20, R22)."""

import pytest

from plnsim.model.mechanisms import habit
from tests.support.factories import changed_variables, close_to, make_teacher, make_week, make_world, parameters

P = parameters(habit_growth=0.1, habit_loss=0.2, habit_holiday_loss=0.5)
LEFT_AFTER_HOLIDAYS = 0.2541865828329  # (1 - 0.5 x 0.2)^13 = 0.9^13


def becomes(p=P, ends_year=0, **state):
    teacher = make_teacher(**{"uses": 1, "habit": 0.5} | state)
    assert changed_variables(
        habit.teacher_updates, teacher, make_world([teacher]), make_week(ends_year=ends_year), p
    ) <= {"habit"}
    return teacher.habit


def test_a_week_of_use_strengthens():
    assert becomes(applied=1) == close_to(0.55)  # 0.5 + 0.1 x 0.5


def test_a_week_missed_weakens():
    assert becomes(applied=-1) == close_to(0.4)  # 0.5 x 0.8


def test_who_took_it_up_this_week_has_no_habit_to_change():
    assert becomes(applied=0) == 0.5


def test_the_holidays_weaken_after_the_last_week():
    assert becomes(applied=1, ends_year=1) == close_to(0.55 * LEFT_AFTER_HOLIDAYS)
    assert becomes(applied=-1, ends_year=1) == close_to(0.4 * LEFT_AFTER_HOLIDAYS)


def test_holidays_without_effect_leave_the_habit():
    p = parameters(habit_growth=0.1, habit_loss=0.2, habit_holiday_loss=0.0)
    assert becomes(p, applied=1, ends_year=1) == close_to(0.55)


def test_who_does_not_use_it_has_no_holidays_from_it():
    assert becomes(uses=0, applied=0, ends_year=1) == 0.5


@pytest.mark.parametrize(("before", "applied", "after"), [(1.0, 1, 1.0), (0.0, -1, 0.0), (0.0, 1, 0.1)])
def test_habit_at_its_limits(before, applied, after):
    assert becomes(habit=before, applied=applied) == close_to(after)


def test_habit_is_95_per_cent_of_its_plateau_after_48_weeks_of_use():
    p, teacher, grown = parameters(habit_growth=0.06), make_teacher(uses=1, applied=1), []
    for _ in range(49):
        habit.teacher_updates(teacher, make_world([teacher]), make_week(), p)
        grown.append(teacher.habit)
    assert grown[47] < 0.95 < grown[48]  # ln 0.05 / ln 0.94 = 48.4
