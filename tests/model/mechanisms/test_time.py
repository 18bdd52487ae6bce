"""Time (R02 to R04, R34; L10)."""

import pytest

from plnsim.model.mechanisms import time
from tests.support.factories import (
    changed_variables,
    close_to,
    make_network,
    make_school,
    make_teacher,
    make_week,
    make_world,
    parameters,
)

HOURS = {
    "time_hours": 1.0,
    "time_cover": 0.6,
    "time_facilitation": 0.5,
    "time_routine_hours": 0.4,
    "time_disadvantage_gradient": 0.4,
}
NEEDS = {"time_needed": 0.8, "practice_complexity": 0.5, "time_habit_saves": 0.5}
P = parameters(**HOURS, **NEEDS, time_weekly_spread=0.0, conditions_time_shift=0.0)


def test_hours_expected():
    school = make_school(disadvantage=1.0, leadership=0.75, routine=0.5)
    # 1 x (1 - 0.4 x 0.5) x (1 - 0.5 + 2 x 0.5 x 0.75) = 0.8 x 1.25 = 1; routine 0.4 x 0.5
    assert time.hours_expected(school, 0, P) == close_to(1.2)
    assert time.hours_expected(school, 1, P) == close_to(1.8)  # and cover


@pytest.mark.parametrize(("leadership", "hours"), [(0.0, 0.5), (0.5, 1.0), (1.0, 1.5)])
def test_leaders_create_time(leadership, hours):
    assert time.hours_expected(make_school(disadvantage=0.5, leadership=leadership), 0, P) == close_to(hours)


@pytest.mark.parametrize(
    ("facilitation", "leadership", "hours"), [(0.0, 0.0, 1.0), (0.0, 1.0, 1.0), (1.0, 0.0, 0.0), (1.0, 1.0, 2.0)]
)
def test_how_far_leaders_create_time(facilitation, leadership, hours):
    p = parameters(**HOURS | {"time_facilitation": facilitation})
    assert time.hours_expected(make_school(disadvantage=0.5, leadership=leadership), 0, p) == close_to(hours)


@pytest.mark.parametrize(("disadvantage", "hours"), [(0.0, 1.2), (0.5, 1.0), (1.0, 0.8)])
def test_disadvantaged_schools_have_less_time(disadvantage, hours):
    assert time.hours_expected(make_school(disadvantage=disadvantage, leadership=0.5), 0, P) == close_to(hours)


def test_hours_needed():
    # 0.8 x (1 + 0.5 x 0.5) x (1 - 0.5 x 0.5) = 1 x 0.75
    assert time.hours_needed(0.5, 0.5, P) == close_to(0.75)


@pytest.mark.parametrize(
    ("knowledge", "habit", "hours"), [(1.0, 0.0, 0.8), (0.0, 0.0, 1.2), (1.0, 1.0, 0.4), (0.0, 1.0, 0.6)]
)
def test_beginners_need_more_and_habit_less(knowledge, habit, hours):
    assert time.hours_needed(knowledge, habit, P) == close_to(hours)


def test_what_takes_hardly_any_hours_finds_time_enough(stub_uniform):
    # a habit of exactly 1 is reached with habit.days of few days; it can save 95 % of the hours at most
    assert has_time(stub_uniform, parameters(time_habit_saves=0.95), habit=1.0) == 1.0


def has_time(stub_uniform, p=P, u=0.5, week=None, school=None, networks=(), **state):
    """Time of an expert in a school of leadership 0.5: 1 hour against 0.8 but for what the test says."""
    stub_uniform(time, hours=u)
    teacher = make_teacher(**{"knowledge": 1.0} | state)
    world = make_world([teacher], schools=[school or make_school(disadvantage=0.5, leadership=0.5)], networks=networks)
    assert changed_variables(time.teacher_updates, teacher, world, week or make_week(), p) <= {"time"}
    return teacher.time


def test_time_is_hours_against_hours_needed(stub_uniform):
    assert has_time(stub_uniform, knowledge=0.5, load=0.5) == close_to(0.5)  # 0.5 / (0.8 x 1.25)


def test_load_acts_on_all_her_hours(stub_uniform):
    # (1 + 0.2 from the routine) x 0.5 / 0.8
    assert has_time(
        stub_uniform, load=0.5, school=make_school(disadvantage=0.5, leadership=0.5, routine=0.5)
    ) == close_to(0.75)


def test_more_than_enough_adds_nothing(stub_uniform):
    assert has_time(stub_uniform) == 1.0
    assert has_time(stub_uniform, load=100.0) == 1.0


def test_without_hours_there_is_no_time(stub_uniform):
    assert has_time(stub_uniform, load=0.0) == 0.0
    assert has_time(stub_uniform, parameters(time_hours=0.0)) == 0.0


@pytest.mark.parametrize(("supported", "member", "enough"), [(1, 1, 1.0), (1, 0, 0.625), (0, 1, 0.625), (0, 0, 0.625)])
def test_cover_is_paid_for_members_while_supported(stub_uniform, supported, member, enough):
    # 0.5 of 0.8 hours; with cover (1 + 0.6) x 0.5 = 0.8 of 0.8
    place = {"network": 0, "seat": 0, "member": member}
    assert has_time(
        stub_uniform,
        load=0.5,
        week=make_week(supported=supported),
        networks=[make_network(active=1, schools=1)],
        **place,
    ) == close_to(enough)


def test_weeks_differ_around_the_same_mean(stub_uniform):
    # a draw a quarter of a standard deviation above the middle: exp(0.5 x 0.25 - 0.5 x 0.25) = 1
    p = parameters(**HOURS, **NEEDS, time_weekly_spread=0.5)
    assert has_time(stub_uniform, p, u=0.5987063256829237, load=0.4) == pytest.approx(0.5, rel=1e-8)
    assert has_time(stub_uniform, p, u=0.5, load=0.4) == pytest.approx(0.5 * 0.8824969025845955, rel=1e-8)  # e^-0.125


def test_mean_time_has_its_closed_form(stub_uniform):
    # E min(1, h / q) for lognormal h of mean 0.6 and log spread 0.6 against q = 0.8: e^(mu + s^2/2) / q F(d - s) + 1 -
    # F(d)
    p = parameters(time_hours=0.6, time_needed=0.8, time_weekly_spread=0.6)
    times = [has_time(stub_uniform, p, u=(place + 0.5) / 2000) for place in range(2000)]
    assert sum(times) / 2000 == pytest.approx(0.64626, abs=2e-5)


@pytest.mark.parametrize(
    ("shift", "target", "time_felt"),
    [(0.0, 1.0, 0.5), (0.5, 1.0, 0.75), (1.0, 1.0, 1.0), (1.0, 0.3, 0.3), (0.5, 0.0, 0.25)],
)
def test_time_is_lifted_or_held_from_outside(stub_uniform, shift, target, time_felt):
    p = parameters(**HOURS, **NEEDS, time_weekly_spread=0.0, conditions_time_shift=shift, conditions_time_target=target)
    assert has_time(stub_uniform, p, load=0.4) == close_to(time_felt)
