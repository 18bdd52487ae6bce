"""Habit."""

import pytest

from plnsim.model.mechanisms import habit
from tests.support.factories import changed_variables, close_to, make_teacher, make_week, make_world, parameters

# 0.05 ^ (2 / 4) = 0.2236 of the way to the plateau is left after a week of two occasions
P = parameters(habit_days=4.0, habit_occasions=2.0, habit_plateau=0.8, habit_grace=1, habit_loss=0.2)
GROWTH = 1 - 0.05**0.5


def becomes(p=P, ends_year=0, **state):
    teacher = make_teacher(**{"uses": 1, "habit": 0.5} | state)
    week = make_week(ends_year=ends_year)
    assert changed_variables(habit.teacher_updates, teacher, make_world([teacher]), week, p) <= {"habit", "missed"}
    return teacher.habit, teacher.missed


def test_a_week_of_use_strengthens_towards_the_plateau():
    assert becomes(applied=1, missed=3) == (close_to(0.5 + GROWTH * 0.3), 0)


def test_the_first_week_missed_does_no_harm():
    assert becomes(applied=-1, missed=0) == (0.5, 1)


@pytest.mark.parametrize("missed", [1, 2, 20])
def test_from_the_second_week_missed_in_a_row_on_it_weakens(missed):
    assert becomes(applied=-1, missed=missed) == (close_to(0.4), missed + 1)  # 0.5 x 0.8


@pytest.mark.parametrize(("grace", "left"), [(0, 0.4), (1, 0.5)])
def test_how_many_weeks_do_no_harm_is_declared(grace, left):
    p = parameters(habit_grace=grace, habit_loss=0.2)
    assert becomes(p, applied=-1) == (close_to(left), 1)


def test_who_took_it_up_this_week_has_no_habit_to_change():
    assert becomes(applied=0) == (0.5, 0)


def test_the_holidays_give_no_occasion_that_could_be_missed():
    assert becomes(applied=1, ends_year=1) == becomes(applied=1)


@pytest.mark.parametrize(("before", "applied", "after"), [(0.8, 1, 0.8), (0.0, -1, 0.0), (0.0, 1, 0.8 * GROWTH)])
def test_habit_at_its_limits(before, applied, after):
    assert becomes(habit=before, applied=applied, missed=5)[0] == close_to(after)


@pytest.mark.parametrize(("occasions", "weeks"), [(5.0, 14), (3.0, 22), (1.0, 66)])
def test_habit_is_95_per_cent_of_its_plateau_after_66_days_of_use(occasions, weeks):
    p, teacher, grown = parameters(habit_occasions=occasions), make_teacher(uses=1, applied=1), []
    for _ in range(weeks):
        habit.teacher_updates(teacher, make_world([teacher]), make_week(), p)
        grown.append(teacher.habit / p.habit.plateau)
    assert grown[-2] < 0.95 - 1e-9 and grown[-1] > 0.95 - 1e-9  # 66 / 5 = 13.2, 66 / 3 = 22, 66


def test_without_occasions_there_is_no_habit():
    assert becomes(parameters(habit_occasions=0.0), applied=1) == (0.5, 0)
