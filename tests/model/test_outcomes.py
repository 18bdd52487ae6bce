"""Outcomes, against numbers worked out by hand from tiny runs that are written down rather than simulated."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx

from plnsim.model.cost import ITEMS
from plnsim.model.measure import BARRIERS, MEASURE, RunCounts
from plnsim.model.outcome import OUTCOMES, OUTCOMES_BY_NAME, WEEKLY_OUTCOMES, compute_outcomes
from plnsim.simulation.engine.counts import COUNT_VARIABLES, NETWORK_COUNT_DTYPE
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS

YEAR = 39
COUNTS = tuple(variable.name for variable in COUNT_VARIABLES)
END_STATES = ("method_and_goal", "method_only", "goal_only", "neither")
FATES = ("schools_sustained", "schools_partial", "schools_collapsed")


def a_run(
    weeks=3 * YEAR,
    support_ends=2 * YEAR,
    schools=4,
    staff=10,
    routine=0.0,
    networks=0,
    facilitated=0,
    values=None,
    calendar=None,
    **counts,
) -> RunCounts:
    """A run of some schools, ten teachers each. A count is what holds each week at each school: a number, one for each
    school, or a function of the week that gives either. The first half of the schools is the less disadvantaged one.
    ``calendar``: values that change from a week on.
    """
    everywhere = {name: np.zeros((weeks, schools)) for name in COUNTS}
    for name, count in (counts | {"staff": staff}).items():
        for week in range(weeks):
            everywhere[name][week] = count(week) if callable(count) else count
    years = -(-weeks // YEAR)
    halves = {
        name: np.stack([count[:, : schools // 2].sum(axis=1), count[:, schools // 2 :].sum(axis=1)], axis=1)
        for name, count in everywhere.items()
    }
    by_year = {
        name: np.stack([count[year * YEAR : (year + 1) * YEAR].sum(axis=0) for year in range(years)])
        for name, count in everywhere.items()
    }
    of_networks = {name: np.zeros(weeks) for name in NETWORK_COUNT_DTYPE.names}
    for name, count in (("active", networks), ("facilitated", facilitated)):
        of_networks[name][:] = [count(week) if callable(count) else count for week in range(weeks)]
    at_the_end = np.zeros((years, schools))
    at_the_end[-1] = routine
    own = MODEL_PARAMETERS.defaults() | (values or {})
    regime = np.zeros(weeks, int)
    for week in calendar or {}:
        regime[week:] += 1
    return RunCounts(
        halves,
        by_year,
        at_the_end,
        of_networks,
        own,
        support_ends,
        [own, *(own | changed for changed in (calendar or {}).values())],
        regime,
    )


def of(name, run):
    return OUTCOMES_BY_NAME[name].function(run)


# -- spread ------------------------------------------------------------------------------------------------------------


def test_use_is_the_mean_of_the_last_year():
    run = a_run(staff=25, users=lambda week: max(0, week - 77) / 4)  # 1 to 39 of 100 teachers in the last 39 weeks
    assert of("use", run) == approx(20 / 100)


def test_parts_in_use_are_a_mean_of_users_and_full_implementation_one_of_staff_that_took_part():
    run = a_run(users=5, in_use=[4.0, 3.9, 5.0, 1.0], members=[1, 1, 0, 0], values={"measure.full_implementation": 0.4})
    assert of("parts_in_use", run) == approx(13.9 / 20)
    assert of("schools_fully_implementing", run) == 0.5  # of ten teachers each: .4 and .39; the others took no part
    assert np.isnan(of("schools_fully_implementing", a_run(users=5, in_use=9.0)))


def test_of_a_run_shorter_than_a_year_the_last_year_is_all_of_it():
    assert of("use", a_run(weeks=3, users=[0, 1, 2, 3])) == approx(6 / 40)


def test_use_when_support_ends_is_the_mean_of_the_last_four_weeks_of_support():
    run = a_run(staff=25, users=lambda week: week / 4)
    assert of("use_when_support_ends", run) == approx((74 + 75 + 76 + 77) / 4 / 100)
    assert of(
        "use_when_support_ends", a_run(staff=25, users=lambda week: week / 4, values={"measure.window": 1})
    ) == approx(77 / 100)


def test_use_when_support_ends_is_that_of_the_last_weeks_when_the_run_ends_first():
    assert of("use_when_support_ends", a_run(weeks=YEAR, staff=25, users=lambda week: week / 4)) == approx(
        (35 + 36 + 37 + 38) / 4 / 100
    )


@pytest.mark.parametrize(("support_ends", "mean"), [(0, 0.0), (1, 0.0), (2, 0.5), (3, 1.0), (4, 1.5), (5, 2.5)])
def test_support_of_few_weeks_is_averaged_over_those_there_are(support_ends, mean):
    assert of(
        "use_when_support_ends", a_run(staff=25, users=lambda week: week / 4, support_ends=support_ends)
    ) == approx(mean / 100)


def test_home_use_relates_to_home_colleagues_alone():
    run = a_run(users=5, home=8, home_users=2)
    assert of("home_use", run) == of("home_use_when_support_ends", run) == approx(2 / 8)
    assert math.isnan(of("home_use", a_run(users=5, home=0)))


def test_use_where_taking_part_counts_schools_that_ever_had_members():
    run = a_run(users=[1, 2, 3, 9], members=lambda week: [2, 0, 0, 0] if week < YEAR else [0, 2, 0, 0])
    assert of("use_where_taking_part", run) == approx(3 / 20)
    assert math.isnan(of("use_where_taking_part", a_run(users=5)))


def test_a_school_counts_when_half_of_its_staff_or_more_use_it():
    assert of("schools_half", a_run(users=[5, 4, 10, 0])) == 0.5
    assert of("schools_half", a_run(users=lambda week: 9 if week < 2 * YEAR else 0)) == 0.0


# -- depth -------------------------------------------------------------------------------------------------------------


def test_depth_is_a_mean_of_users_and_deep_use_of_all_teachers():
    run = a_run(users=4, depth=[1, 2, 3, 4], fidelity=3, adaptation=1)
    assert of("depth", run) == approx(10 / 16)
    assert of("deep_use", run) == approx(10 / 40) == approx(of("use", run) * of("depth", run))
    assert of("fidelity", run) == approx(3 / 4) and of("adaptation", run) == approx(1 / 4)


def test_where_nobody_uses_it_there_is_no_depth_but_no_deep_use_either():
    run = a_run()
    assert all(math.isnan(of(name, run)) for name in ("depth", "fidelity", "adaptation", "retention", *FATES))
    assert (
        of("use", run)
        == of("deep_use", run)
        == of("sustained_adopters", run)
        == of("scale_up_index", run)
        == of("sustained_scale_up", run)
        == 0
    )


# -- what lasts --------------------------------------------------------------------------------------------------------


def then_and_now(then, now, **more):
    """A run in which use at each school changes on the day on which support ends."""
    return a_run(users=lambda week: then if week < 2 * YEAR else now, **more)


def test_retention_relates_the_last_year_to_the_end_of_support():
    assert of("retention", then_and_now(5, 4)) == approx(0.8)
    assert of("retention", then_and_now(1, 2.5)) == approx(2.5)
    assert of("retention", then_and_now(1, 9)) == 3.0


@pytest.mark.parametrize(("then", "retained"), [(0.2, 3.0), (0.199, None), (0, None)])
def test_retention_is_not_defined_where_fewer_than_two_in_a_hundred_used_it(then, retained):
    retention = of("retention", then_and_now(then, 5))
    assert retention == retained or (retained is None and math.isnan(retention))


@pytest.mark.parametrize("support_ends", [3 * YEAR, 3 * YEAR + 1, 100 * YEAR])
@pytest.mark.parametrize("name", ["retention", "networks_alone", "sustained_scale_up", "scale_up_index", *FATES])
def test_while_support_lasts_nothing_is_said_of_what_lasts_without_it(name, support_ends):
    assert math.isnan(of(name, a_run(users=9, depth=9, networks=3, routine=1.0, support_ends=support_ends)))
    assert not math.isnan(of(name, a_run(users=9, depth=9, networks=3, routine=1.0, support_ends=3 * YEAR - 1)))


def test_fates_follow_the_schools_that_had_spread_it():
    run = then_and_now(np.array([5, 5, 10, 10, 10, 2]), np.array([5, 4, 2, 7.9, 1.9, 9]), schools=6)
    # kept: 1, 0.8, 0.2, 0.79, 0.19; the last school had not spread it
    assert [of(name, run) for name in FATES] == approx([2 / 5, 2 / 5, 1 / 5])


def test_a_school_that_nobody_used_it_in_is_never_followed():
    run = then_and_now(np.array([4, 0, 0, 4]), np.array([4, 0, 3, 1]), values={"measure.fate_from": 0.0})
    assert [of(name, run) for name in FATES] == [1 / 2, 1 / 2, 0]


def test_end_states_are_those_of_schools_that_took_part():
    users = np.array([2.5, 2.5, 2.4, 0, 10, 10])
    run = a_run(
        schools=6,
        users=users,
        fidelity=users * [0.6, 0.6, 1, 0, 0.59, 1],
        belief=[5, 4.9, 5, 0, 9, 9],
        routine=[0, 0, 0, 0.3, 0.29, 1],
        members=lambda week: [2, 2, 2, 2, 2, 0] if week < YEAR else 0,
    )
    # both; method alone; goal by belief; goal by routine; method lost by fidelity; the last school did not take part
    assert [of(name, run) for name in END_STATES] == approx([1 / 5, 1 / 5, 3 / 5, 0])
    assert of("neither", a_run(members=1)) == 1.0


def test_without_schools_that_took_part_there_is_no_end_state():
    assert all(math.isnan(of(name, a_run(users=5))) for name in END_STATES)


# -- ownership ---------------------------------------------------------------------------------------------------------


def test_schools_in_routine_are_counted_at_the_end_from_the_level_on():
    assert of("schools_in_routine", a_run(routine=[0.3, 0.29, 1, 0])) == 0.5
    assert of("schools_in_routine", a_run(routine=[0.3, 0.29, 1, 0], values={"measure.routine_level": 0.29})) == 0.75


def test_networks_alone_are_those_of_the_end_of_support_that_still_meet_at_the_end():
    assert of("networks_alone", a_run(networks=lambda week: 8 if week < YEAR else 4 if week < 2 * YEAR else 3)) == 3 / 4
    assert of("networks_alone", a_run(networks=lambda week: 4 if week < 2 * YEAR else 0)) == 0
    assert math.isnan(of("networks_alone", a_run(networks=0)))


def test_networks_alone_are_a_share_where_further_networks_are_founded_after_support():
    assert of("networks_alone", a_run(networks=lambda week: 2 if week < YEAR else 4 if week < 2 * YEAR else 3)) == 3 / 4
    assert of("networks_alone", a_run(networks=lambda week: 0 if week < YEAR else 4)) == 1


def test_ownership_is_the_mean_of_networks_alone_and_of_using_schools_in_routine():
    run = a_run(users=[3, 3, 2.9, 9], routine=[0.3, 0.2, 0.9, 0.9], networks=lambda week: 4 if week < 2 * YEAR else 1)
    assert of("ownership", run) == approx((2 / 3 + 1 / 4) / 2)
    assert of("ownership", a_run(users=[3, 3, 2.9, 9], routine=[0.3, 0.2, 0.9, 0.9])) == approx(2 / 3)
    assert of("ownership", a_run(users=2, routine=1.0)) == 0.0


# -- sustained scale-up ------------------------------------------------------------------------------------------------

REACHED = {
    "spread": "use",
    "schools_half": "schools_half",
    "depth": "depth",
    "reproduction": "reproduction",
    "retention": "retention",
    "schools_in_routine": "schools_in_routine",
    "networks_alone": "networks_alone",
}
"""What each threshold of the definition is held against."""


def a_good_run(**thresholds):
    """Use .4, half of the schools above half, depth .6, reproduction 1.2, retention .8, half of the schools in routine,
    3 of 4 networks alone.
    """
    now = np.array([8, 6, 1, 1])
    return a_run(
        users=lambda week: now if week >= 2 * YEAR else 5,
        depth=lambda week: 0.6 * now,
        took_up=2,
        gave_up=0.5,
        left_using=1.25,
        routine=[0.9, 0.9, 0, 0],
        networks=lambda week: 3 if week >= 2 * YEAR else 4,
        values={f"measure.{name}": value for name, value in thresholds.items()},
    )


AT = {threshold: OUTCOMES_BY_NAME[outcome].function(a_good_run()) for threshold, outcome in REACHED.items()}


def test_the_good_run_is_as_described():
    levels = {name: float(value) for name, value in AT.items()}
    assert levels == approx(
        {
            "spread": 0.4,
            "schools_half": 0.5,
            "depth": 0.6,
            "reproduction": 1.2,
            "retention": 0.8,
            "schools_in_routine": 0.5,
            "networks_alone": 0.75,
        }
    )


def test_scale_up_is_reached_exactly_at_all_thresholds():
    assert of("sustained_scale_up", a_good_run(**AT)) == 1.0
    assert of("scale_up_index", a_good_run(**AT)) == 1.0


@pytest.mark.parametrize("threshold", ["spread", "schools_half", "depth", "reproduction", "retention"])
def test_scale_up_needs_each_threshold_but_for_reproduction_or_retention(threshold):
    below, above = (np.nextafter(AT[threshold], towards) for towards in (0.0, 9.0))
    for name, other in (("sustained_scale_up", "retention"), ("retained_scale_up", "reproduction")):
        assert of(name, a_good_run(**AT | {threshold: below})) == 1.0
        assert of(name, a_good_run(**AT | {threshold: above})) == (1.0 if threshold == other else 0.0)


def test_ownership_is_reached_by_schools_or_by_networks():
    above = {name: np.nextafter(AT[name], 9.0) for name in ("schools_in_routine", "networks_alone")}
    for name in above:
        assert of("sustained_scale_up", a_good_run(**AT | {name: above[name]})) == 1.0
    assert of("sustained_scale_up", a_good_run(**AT | above)) == 0.0


def test_without_networks_schools_alone_can_reach_ownership():
    run = a_run(users=5, depth=4, routine=0.5)
    assert math.isnan(of("networks_alone", run)) and of("sustained_scale_up", run) == 1.0
    assert of("sustained_scale_up", a_run(users=5, depth=4, routine=0.0)) == 0.0


def test_the_index_is_the_geometric_mean_of_how_far_each_threshold_is_reached():
    assert of("scale_up_index", a_good_run(**AT | {"depth": 2 * AT["depth"]})) == approx(0.5**0.25)
    assert of(
        "scale_up_index", a_good_run(**AT | {"spread": 2 * AT["spread"], "schools_half": 4 * AT["schools_half"]})
    ) == approx(0.25**0.25)
    assert of(
        "scale_up_index", a_good_run(**AT | {"spread": 2 * AT["spread"], "reproduction": 2 * AT["reproduction"]})
    ) == approx(0.5**0.5)
    assert of(
        "scale_up_index",
        a_good_run(
            **AT | {"schools_in_routine": 2 * AT["schools_in_routine"], "networks_alone": 3 * AT["networks_alone"]}
        ),
    ) == approx(0.5**0.25)


def test_a_threshold_of_nothing_is_always_reached():
    nothing = dict.fromkeys(("spread", "schools_half", "schools_in_routine"), 0.0)
    assert (
        of(
            "sustained_scale_up",
            a_run(users=1, depth=1, values={f"measure.{name}": value for name, value in nothing.items()}),
        )
        == 1.0
    )


def test_every_parameter_of_the_analysis_moves_some_outcome_but_the_one_that_sizes_differences():
    def everything(values):
        def users(week):
            return np.array([9.0, 5.0, 3.0, 2.8]) * (1 - week / 400)

        run = a_run(
            users=users,
            depth=lambda week: users(week) / 2,
            fidelity=lambda week: users(week) * [0.9, 0.62, 0.9, 0.9],
            in_use=[6, 4, 3, 2],
            belief=[6, 4, 4.5, 5.5],
            members=2,
            took_up=2,
            left_using=1.5,
            routine=[0.1, 0.9, 0.32, 0.25],
            networks=lambda week: 8 if week < 2 * YEAR else 5,
            attended=3,
            colleague_hours=1,
            facilitated=1,
            values=values,
        )
        run.networks["schools"][:] = 4
        return {name: value for name, value in compute_outcomes(run).items() if not math.isnan(value)}

    far = {
        "spread": 0.9,
        "schools_half": 0.9,
        "depth": 0.9,
        "reproduction": 2.0,
        "retention": 1.5,
        "schools_in_routine": 1.0,
        "networks_alone": 0.9,
        "routine_level": 0.05,
        "method_use": 0.6,
        "method_fidelity": 0.8,
        "full_implementation": 0.7,
        "goal_belief": 0.7,
        "fate_from": 0.7,
        "window": 39,
        "pupils_a_teacher": 1.0,
    }
    together = {
        "schools_in_routine": {"measure.networks_alone": 1.0},
        "networks_alone": {"measure.schools_in_routine": 1.0},
    }
    sizes_differences = {"minimal_important_difference": 0.03}
    assert set(far) | set(sizes_differences) == {parameter.name for parameter in MEASURE}
    assert everything({}) == everything({f"measure.{name}": value for name, value in sizes_differences.items()})
    for name, value in far.items():
        beside = together.get(name, {})
        assert everything(beside) != everything(beside | {f"measure.{name}": value}), name


# -- pupils ------------------------------------------------------------------------------------------------------------


def test_pupils_gain_a_share_of_what_practice_gains_and_the_gap_is_between_the_halves():
    run = a_run(benefit=[4, 2, 1, 1], values={"practice.practice_gain": 0.5, "practice.pupil_ratio": 0.4})
    assert of("practice_gain", run) == approx(0.5 * 8 / 40)
    assert of("pupil_effect", run) == approx(0.4 * 0.5 * 8 / 40)
    assert of("equity_gap", run) == approx(0.4 * 0.5 * (6 / 20 - 2 / 20))


def test_a_single_school_has_no_gap():
    assert (
        math.isnan(of("equity_gap", a_run(schools=1, benefit=1)))
        and of("pupil_effect", a_run(schools=1, benefit=1)) > 0
    )


# -- cost --------------------------------------------------------------------------------------------------------------

PRICES = {
    "prices.teacher_hour": 30.0,
    "prices.facilitation": 500.0,
    "time.cover": 0.8,
}


def a_costly_run(**more):
    """Ten weeks in which teachers gave 8 hours to networks, 3 of them without cover, and 4 to colleagues, 8 were
    covered, and one network was facilitated, each week.
    """
    given = {"network_hours": 2, "uncovered_hours": 0.75, "colleague_hours": 1}
    return a_run(weeks=10, support_ends=5, covered=2, facilitated=1, values=PRICES, **given, **more)


def test_cost_is_hours_cover_and_facilitation_at_their_prices():
    run = a_costly_run()
    assert of("hours", run) == approx(10 * (8 + 4)) == approx(120)
    assert of("cover_hours", run) == approx(80 * 0.8) == approx(64)
    assert of("cost", run) == approx((10 * (3 + 4) + 64) * 30 + 10 * 500) == approx(9020)


def test_what_the_calendar_changes_costs_from_then_on():
    run = a_run(
        weeks=10,
        support_ends=10,
        covered=2,
        values=PRICES,
        calendar={8: {"time.cover": 2.0}},
    )
    assert of("cover_hours", run) == approx(64 * 0.8 + 16 * 2.0)


def test_mailings_and_visits_cost_as_often_as_their_chances_say_while_there_is_support():
    prices = {
        "prices.mailing": 3.0,
        "prices.visit": 200.0,
        "mobilisation.mailing": 0.1,
        "mobilisation.visits": 0.05,
    }
    run = a_run(weeks=10, support_ends=6, values=prices, calendar={2: {"mobilisation.mailing": 0.0}})
    assert of("cost", run) == approx(2 * 40 * 0.1 * 3.0)
    run.networks["schools"][:] = 3
    assert of("cost", run) == approx(2 * 40 * 0.1 * 3.0 + 6 * 3 * 0.05 * 200.0)


def test_half_an_hour_more_for_everybody_is_paid_for_in_every_week():
    own = MODEL_PARAMETERS["prices.own_hours"].default
    paid = {"time.hours": own + 0.5, "prices.teacher_hour": 30.0}
    run = a_run(weeks=7 * YEAR, schools=78, values=paid)
    assert of("cost_protected_time", run) == of("cost", run) == approx(780 * 7 * YEAR * 0.5 * 30)  # 3.2 million
    assert of("cost", a_run(values=paid | {"prices.own_hours": own + 0.5})) == 0.0
    assert of("cost", a_run(values={"time.hours": own / 2})) == 0.0
    later = a_run(weeks=10, calendar={8: {"time.hours": own + 1.0}}, values={"prices.teacher_hour": 30.0})
    assert of("cost_protected_time", later) == approx(40 * 2 * 30)


def test_development_of_leaders_is_paid_a_school_and_year_and_work_on_the_focus_once():
    prices = {"prices.leadership": 1000.0, "prices.focus": 500.0}
    lifted = {"conditions.leadership_shift": 0.3, "conditions.focus_shift": 0.2}
    run = a_run(schools_tried=1, values=prices | lifted, calendar={YEAR: {"conditions.leadership_shift": 0.0}})
    run.weeks["schools"][:] = 2
    assert of("cost_leadership", run) == approx(4 * 0.3 * 1000)  # one of three years
    assert of("cost_focus", run) == approx(4 * 0.2 * 500)


def test_networks_that_share_a_facilitator_and_partners_share_their_fees():
    alone = {"partners.a_network": 2, "prices.partner": 390.0, "prices.facilitation": 100.0}
    run = a_run(weeks=10, networks=6, facilitated=3, values=alone)
    assert (of("cost_partners", run), of("cost_facilitation", run)) == approx((6 * 2 * 10 * 10, 3 * 10 * 100))
    shared = a_run(weeks=10, networks=6, facilitated=3, values=alone | {"programme.networks_a_facilitator": 3.0})
    assert (of("cost_partners", shared), of("cost_facilitation", shared)) == approx((400.0, 1000.0))


def test_what_costs_nothing_costs_nothing():
    run = a_run(users=5, depth=5)
    assert of("cost", run) == sum(of(f"cost_{item.name}", run) for item in ITEMS) == 0


def test_pupils_are_counted_by_their_teachers():
    run = a_run(users=5, values={"measure.pupils_a_teacher": 20.0})
    assert (of("pupils", run), of("pupils_reached", run)) == approx((800, 400))


# -- stages and barriers -----------------------------------------------------------------------------------------------


def test_stages_are_shares_of_members_and_of_home_colleagues_when_support_ends():
    run = a_run(
        members=4,
        members_learnt=3,
        members_tried=2,
        members_mobilised=lambda week: 1 if week < 2 * YEAR else 4,
        home=5,
        home_reached=2,
        home_tried=1,
    )
    assert [
        of(name, run) for name in ("members_learnt", "members_tried", "members_mobilised", "home_reached", "home_tried")
    ] == approx([3 / 4, 2 / 4, 1 / 4, 2 / 5, 1 / 5])
    assert math.isnan(of("members_learnt", a_run())) and math.isnan(of("home_reached", a_run()))


def test_barriers_named_are_shares_of_all_answers_of_the_run():
    run = a_run(
        weeks=4, named_time=lambda week: 3 if week < 2 else 0, named_leadership=lambda week: 1 if week < 2 else 2
    )
    assert [of(f"names_{barrier}", run) for barrier in BARRIERS] == approx([6 / 12, 6 / 12, 0])
    assert all(math.isnan(of(f"names_{barrier}", a_run())) for barrier in BARRIERS)


# -- all of them -------------------------------------------------------------------------------------------------------


def test_every_outcome_says_what_it_is_and_has_a_name_of_its_own():
    assert len(OUTCOMES_BY_NAME) == len(OUTCOMES)
    assert all(outcome.unit and outcome.meaning.endswith(".") and outcome.dimension for outcome in OUTCOMES)


def test_every_weekly_outcome_relates_two_counts_that_are_observed():
    assert all({outcome.count, outcome.of} <= set(COUNTS) for outcome in WEEKLY_OUTCOMES)
    assert len({outcome.name for outcome in WEEKLY_OUTCOMES}) == len(WEEKLY_OUTCOMES)


def test_only_the_outcomes_asked_for_are_given():
    run = a_run(users=5)
    assert compute_outcomes(run, ("use", "cost")) == {"use": 0.5, "cost": 0.0}
    assert list(compute_outcomes(run)) == [outcome.name for outcome in OUTCOMES]


@st.composite
def any_runs(draw):
    """A run with any counts that can be: no more users than staff, no more depth than users."""
    weeks, schools = draw(st.integers(1, 130)), draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    share = draw(st.sampled_from([0.0, 0.1, 0.5, 1.0]))

    def within(most):
        return [most * np.minimum(1.0, share * 2 * rng.random(schools)) for _ in range(weeks)]

    counts = {"staff": [np.full(schools, 10.0)] * weeks}
    for name, most in (
        ("users", "staff"),
        ("members", "staff"),
        ("home", "staff"),
        ("belief", "staff"),
        ("depth", "users"),
        ("fidelity", "users"),
        ("adaptation", "users"),
        ("benefit", "users"),
        ("home_users", "home"),
        ("home_reached", "home"),
        ("home_tried", "home"),
        ("members_learnt", "members"),
        ("members_tried", "members"),
        ("members_mobilised", "members"),
        ("named_time", "staff"),
        ("attended", "members"),
        ("mobilising", "staff"),
        ("covered", "staff"),
        ("network_hours", "members"),
        ("uncovered_hours", "network_hours"),
        ("colleague_hours", "staff"),
        ("took_up", "staff"),
        ("gave_up", "users"),
        ("left_using", "users"),
    ):
        counts[name] = [most * of for most, of in zip(counts[most], within(1.0), strict=True)]
    networks = np.sort(rng.integers(0, 4, weeks))[::-1]
    return a_run(
        weeks,
        draw(st.integers(0, 150)),
        schools,
        routine=rng.random(schools) * share,
        networks=lambda week: networks[week],
        **{name: (lambda week, count=count: count[week]) for name, count in counts.items() if name != "staff"},
    )


@settings(max_examples=60, deadline=None)
@given(any_runs())
def test_shares_lie_between_0_and_1_and_parts_make_a_whole(run):
    outcomes = compute_outcomes(run)
    for outcome in OUTCOMES:
        value = outcomes[outcome.name]
        may_be_negative = outcome.unit in ("SD of pupils", "SD of practice") or outcome.name == "reproduction"
        assert math.isnan(value) or (math.isfinite(value) and (may_be_negative or value >= 0)), outcome.name
        assert outcome.unit not in ("share", "0 or 1") or not value > 1 + 1e-12, outcome.name
    for parts in (END_STATES, FATES, tuple(f"names_{barrier}" for barrier in BARRIERS)):
        assert sum(outcomes[part] for part in parts) == approx(1.0) or all(math.isnan(outcomes[part]) for part in parts)
    own = run.weeks["uncovered_hours"].sum() + run.weeks["colleague_hours"].sum()
    assert outcomes["hours"] >= own
    assert outcomes["cost"] == approx(53 * (own + outcomes["cover_hours"]) + 500 * run.networks["facilitated"].sum())
    assert outcomes["deep_use"] == approx(outcomes["use"] * outcomes["depth"]) or math.isnan(outcomes["depth"])
    assert (outcomes["sustained_scale_up"] == 1.0) == (outcomes["scale_up_index"] >= 1.0 - 1e-12)
    assert math.isnan(outcomes["sustained_scale_up"]) == math.isnan(outcomes["scale_up_index"])


def test_no_threshold_in_shares_can_be_above_the_whole():
    above = [parameter.name for parameter in MEASURE if parameter.unit == "share" and parameter.bounds != (0.0, 1.0)]
    assert not above, f"{above} can be above 1: their unit is ratio"
    assert [parameter.name for parameter in MEASURE if parameter.unit == "ratio"] == ["reproduction", "retention"]
