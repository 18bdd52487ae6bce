"""Time: hours that are had, given and left."""

import math

import numpy as np
import pytest

from plnsim.common.streams import lognormal, uniform
from plnsim.model.mechanisms import time
from plnsim.simulation.engine.counts import COUNT_NAMES
from plnsim.simulation.mesa_backend import PLNModel
from tests.simulation.test_engines import assert_engines_agree
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
from tests.support.runs import small_scenario, start_run

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
    assert time.hours_expected(school, P) == close_to(1.2)


@pytest.mark.parametrize(("leadership", "hours"), [(0.0, 0.5), (0.5, 1.0), (1.0, 1.5)])
def test_leaders_create_time(leadership, hours):
    assert time.hours_expected(make_school(disadvantage=0.5, leadership=leadership), P) == close_to(hours)


@pytest.mark.parametrize(
    ("facilitation", "leadership", "hours"), [(0.0, 0.0, 1.0), (0.0, 1.0, 1.0), (1.0, 0.0, 0.0), (1.0, 1.0, 2.0)]
)
def test_how_far_leaders_create_time(facilitation, leadership, hours):
    p = parameters(**HOURS | {"time_facilitation": facilitation})
    assert time.hours_expected(make_school(disadvantage=0.5, leadership=leadership), p) == close_to(hours)


@pytest.mark.parametrize(("disadvantage", "hours"), [(0.0, 1.2), (0.5, 1.0), (1.0, 0.8)])
def test_disadvantaged_schools_have_less_time(disadvantage, hours):
    assert time.hours_expected(make_school(disadvantage=disadvantage, leadership=0.5), P) == close_to(hours)


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
    school = school or make_school(disadvantage=0.5, leadership=0.5)
    school.hours = time.hours_expected(school, p)
    world = make_world([teacher], schools=[school], networks=networks)
    changed = changed_variables(time.teacher_updates, teacher, world, week or make_week(), p)
    assert changed <= {"time", "hours_left"}
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


@pytest.mark.parametrize(
    ("supported", "member", "enough"), [(1, 1, 0.875), (1, 0, 0.125), (0, 1, 0.125), (0, 0, 0.125)]
)
def test_cover_is_paid_for_members_while_supported(stub_uniform, supported, member, enough):
    # 0.1 of 0.8 hours; with cover, whatever her load, 0.1 + 0.6
    place = {"network": 0, "seat": 0, "member": member}
    assert has_time(
        stub_uniform,
        load=0.1,
        week=make_week(supported=supported),
        networks=[make_network(active=1, schools=1)],
        **place,
    ) == close_to(enough)


def test_weeks_differ_around_the_same_mean(stub_uniform):
    # a draw a quarter of a standard deviation above the middle: exp(0.5 x 0.25 - 0.5 x 0.25) = 1
    p = parameters(**HOURS, **NEEDS, time_weekly_spread=0.5)
    assert has_time(stub_uniform, p, u=0.5987063256829237, load=0.4) == pytest.approx(0.5, rel=2e-6)
    assert has_time(stub_uniform, p, u=0.5, load=0.4) == pytest.approx(0.5 * 0.8824969025845955, rel=2e-6)  # e^-0.125


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


# --- what is given

FAR = make_week(supported=0)
EACH = {
    "observation_hours": 1.5,
    "mobilisation_sharing_hours": 0.5,
    "advice_hours": 0.25,
    "time_most_for_meetings": 0.5,
    "time_stand_in": 0.3,
}
GIVES = parameters(**HOURS, **NEEDS, **EACH, time_weekly_spread=0.0, conditions_time_shift=0.0)


def spends(stub_uniform, p=GIVES, week=FAR, school=None, **state):
    """What an expert who has 1 hour gives and has left: network, colleagues, left, still owed, in hours; her time."""
    stub_uniform(time, hours=0.5)
    teacher = make_teacher(**{"knowledge": 1.0} | state)
    school = make_school(disadvantage=0.5, leadership=0.5, **school or {})
    school.hours = time.hours_expected(school, p)
    world = make_world([teacher], schools=[school])
    time.teacher_updates(teacher, world, week, p)
    hours = (teacher.network_hours, teacher.colleague_hours, teacher.hours_left, teacher.owed)
    assert all(isinstance(each, int) for each in hours)
    return *(each / 1e6 for each in hours), teacher.time


def test_who_gives_nothing_has_all_her_hours_left(stub_uniform):
    assert spends(stub_uniform) == (0.0, 0.0, 1.0, 0.0, 1.0)


def test_a_member_makes_up_for_meetings_with_half_of_her_hours_at_most(stub_uniform):
    assert spends(stub_uniform, owed=3_000_000) == close_to((0.5, 0.0, 0.5, 2.5, 0.625))
    assert spends(stub_uniform, owed=300_000) == close_to((0.3, 0.0, 0.7, 0.0, 0.875))
    assert spends(stub_uniform, owed=1)[3] == 0.0  # a millionth of an hour is made up for as well


def test_cover_is_given_to_meetings_first(stub_uniform):
    covered = {"week": make_week(supported=1), "member": 1}
    assert spends(stub_uniform, owed=3_000_000, **covered) == close_to((1.1, 0.0, 0.5, 1.9, 0.625))  # 0.6 + 0.5
    assert spends(stub_uniform, owed=200_000, **covered) == close_to((0.2, 0.0, 1.4, 0.0, 1.0))


def test_then_she_gives_to_colleagues(stub_uniform):
    school = {"standing_in": 0.1, "helping": 0.2}
    assert spends(stub_uniform, school=school) == close_to((0.0, 0.1, 0.9, 0.0, 1.0))
    assert spends(stub_uniform, school=school, uses=1) == close_to((0.0, 0.3, 0.7, 0.0, 0.875))
    assert spends(stub_uniform, school=school, asked=1) == close_to((0.0, 0.35, 0.65, 0.0, 0.8125))
    assert spends(stub_uniform, school=school, mobilises=1) == close_to((0.0, 0.6, 0.4, 0.0, 0.5))


def test_nobody_gives_what_she_has_not(stub_uniform):
    gives = {"owed": 3_000_000, "mobilises": 1, "asked": 1, "school": {"standing_in": 0.5}}
    assert spends(stub_uniform, **gives) == close_to((0.5, 0.5, 0.0, 2.5, 0.0))
    assert spends(stub_uniform, load=0.0, **gives) == (0.0, 0.0, 0.0, 3.0, 0.0)


def test_a_week_has_no_more_hours_than_it_has(stub_uniform):
    assert spends(stub_uniform, load=1000.0)[2] == 168.0


@pytest.mark.parametrize(
    ("leadership", "focus", "kept"), [(0.0, 0.0, 0.6), (1.0, 1.0, 1.0), (0.5, 0.0, 0.7), (0.5, 1.0, 0.9)]
)
def test_other_demands_absorb_hours_that_neither_leaders_nor_goals_speak_for(leadership, focus, kept):
    p = parameters(**HOURS | {"time_facilitation": 0.0}, time_absorbed=0.4)
    school = make_school(disadvantage=0.5, leadership=leadership, focus=focus, routine=0.5)
    assert time.hours_expected(school, p) == close_to(kept + 0.2)  # the routine's hours are the practice's own


def test_they_absorb_of_what_is_given_from_outside_as_well(stub_uniform):
    p = parameters(**HOURS, **NEEDS, time_weekly_spread=0.0, time_absorbed=0.4, conditions_time_shift=1.0)
    # leaders 0.5, goals 0: 0.7 of the way from 0 to 1
    assert has_time(stub_uniform, p, load=0.0) == close_to(0.7)


# --- what a school has to do for colleagues


def school_of(*staff, p=GIVES, week=FAR):
    world = make_world(list(staff))
    assert changed_variables(time.school_observes, world.schools[0], world, week, p) <= {"standing_in", "helping"}
    return world.schools[0]


def test_all_staff_stand_in_for_a_share_of_what_is_given_to_meetings_without_cover():
    staff = [make_teacher(network_hours=1_000_000, uncovered_hours=400_000), *(make_teacher() for _ in range(3))]
    for supported in (0, 1):  # what was covered in the week of the hours counts, not what is covered now
        assert school_of(*staff, week=make_week(supported=supported)).standing_in == close_to(0.3 * 0.4 / 4)
    staff[0].uncovered_hours = 0
    assert school_of(*staff).standing_in == 0.0


def test_who_uses_it_helps_those_who_asked():
    asking, using = make_teacher(asked=1), make_teacher(uses=1)
    assert school_of(asking, asking, asking, using, using).helping == close_to(0.25 * 3 / 2)
    assert school_of(asking, make_teacher()).helping == 0.0
    assert school_of(using, using).helping == 0.0


def test_who_uses_it_gives_as_many_hours_as_those_who_watch_a_lesson():
    watching, asking, using = make_teacher(asked=2, uses=1), make_teacher(asked=1), make_teacher(uses=1)
    assert school_of(watching, asking, using).helping == close_to((1.5 + 0.25) / 2)


# --- conservation

BUSY = {
    "population.first_users": 0.3,
    "programme.delegates": 3,
    "meeting.a_year": 30,
    "advice.ask": 0.6,
    "mobilisation.awareness": 0.9,
    "population.minutes_across": 120,
    "renewal.rule": "always",
}


def hours_had(teachers, schools, week, p):
    """What each teacher has this week, by hand from the state before it."""
    had = []
    for teacher in teachers:
        school = schools[int(teacher["school"])]
        lead = 1 - p.time.facilitation + 2 * p.time.facilitation * school["leadership"]
        hours = p.time.hours * (1 - p.time.disadvantage_gradient * (school["disadvantage"] - 0.5)) * lead
        hours = (hours + p.time.routine_hours * school["routine"]) * teacher["load"]
        hours *= lognormal(p.time.weekly_spread, uniform(int(week.key), time.HOURS, int(teacher["name"])))
        covered = p.time.cover if week.supported and teacher["member"] else 0.0
        had.append(math.floor(1e6 * min(168.0, hours) + 0.5) + round(1e6 * covered))
    return np.array(had)


def test_hours_had_are_hours_given_and_left_for_every_teacher_in_every_week():
    """Each week's hours are had, by hand, and given or left; what a meeting takes is made up for or still owed."""
    scenario = small_scenario(BUSY)
    run, mesa = start_run(scenario, 3), PLNModel(scenario, seed=3)
    given = {"network_hours": 0, "colleague_hours": 0}
    for week in mesa.weeks:
        teachers, schools, _, *_ = run.state()
        owed = teachers["owed"].astype(np.int64)
        run.advance(1)
        after = run.state().teachers
        teachers["member"] = after["member"]  # who takes part, and how leaders are felt, comes first in the week
        schools["leadership"] = run.state().schools["leadership"]
        had = hours_had(teachers, schools, week, mesa.parameter_sets[week.regime])
        spent = after["network_hours"].astype(np.int64) + after["colleague_hours"]
        assert (spent + after["hours_left"] == had).all(), week.number
        assert (after["network_hours"] <= owed).all()
        assert (after["owed"] - owed + after["network_hours"] >= 0).all()  # what this week's meeting takes
        assert ((after["owed"] - owed + after["network_hours"] > 0) <= (after["quality"] > 0)).all()
        for name in given:
            given[name] += int(after[name].sum())
    assert min(given.values()) > 0
    for name, total in given.items():
        column = run.counts.series[:, :, COUNT_NAMES.index(name)]
        assert column.sum() == total


def test_the_engines_agree_on_hours():
    assert_engines_agree(small_scenario(BUSY | {"time.absorbed": 0.3, "conditions.time_shift": 0.2}))
