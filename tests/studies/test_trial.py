"""Virtual trials: who is in them, what instruments make of what is true, and trials with a known answer."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom

from plnsim.model.outcome import OUTCOMES_BY_NAME
from plnsim.simulation.runs import run
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.without_programme import without_programme
from plnsim.studies.trial.allocation import allocate, in_order, with_programme_in
from plnsim.studies.trial.instruments import Luck, Wave, answers, scores, true_means
from plnsim.studies.trial.simulate import counts_of_schools, measured, play, run_trial, school_losses
from plnsim.studies.trial.summary import sustained_share
from plnsim.studies.trial.trial import (
    AS_IT_IS,
    CROSS_SECTION,
    MATCHED,
    MEASURES,
    RANDOMISED,
    STRATIFIED,
    Attrition,
    NetworkSurvey,
    PupilTest,
    Questionnaire,
    Trial,
)
from tests.support.runs import FULL_SUITE

WORLD = (
    Scenario.of("baseline")
    .with_values(
        {
            "population.schools": 16,
            "population.secondary_share": 0.0,
            "population.primary_staff": 6.0,
            "programme.support_years": 1.0,
            "programme.follow_up_years": 1.0,
            "adoption.in_network": 0.4,
        }
    )
    .with_years(2)
)
EXACT = {
    "questionnaire": Questionnaire(10_000, 1.0, 1.0, 1.0, 1.0),
    "network_survey": NetworkSurvey(10_000, 1.0, 1.0),
    "test": PupilTest(teachers=10_000, pupils=10_000, icc=0.0, pretest=0.0, reliability=1.0),
}
"""Instruments that err by next to nothing."""
USUAL = {"questionnaire": Questionnaire(), "network_survey": NetworkSurvey(), "test": PupilTest()}


def a_trial(**changes):
    return Trial("mine", WORLD, **{"schools": 16, "trials": 4, "title": "Mine", **USUAL, **changes})


# -- who is in it ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def schools():
    return WORLD.with_values({"population.schools": 60}).world(1, 0).schools


@pytest.mark.parametrize("allocation", [RANDOMISED, STRATIFIED, MATCHED])
def test_arms_have_the_schools_that_they_should(allocation, schools):
    trial = a_trial(schools=25, treated=0.4, allocation=allocation)
    treated, control = allocate(trial, schools, np.random.default_rng(1))
    assert (len(treated), len(control)) == (10, 15) and len({*treated, *control}) == 25
    assert set(treated) <= set(range(60)) and set(control) <= set(range(60))
    assert not np.array_equal(treated, allocate(trial, schools, np.random.default_rng(2)).treated)


def test_strata_hold_both_arms_alike(schools):
    trial = a_trial(schools=40, allocation=STRATIFIED, strata=4)
    treated, control = allocate(trial, schools, np.random.default_rng(1))
    ranked = np.sort(schools["disadvantage"][[*treated, *control]])
    for first in range(0, 40, 10):
        low, high = ranked[first], ranked[first + 9]
        within = [
            ((low <= schools["disadvantage"][arm]) & (schools["disadvantage"][arm] <= high))
            for arm in (treated, control)
        ]
        assert [some.sum() for some in within] == [5, 5]


def test_matched_controls_are_like_those_who_come_and_leaders_decide_who_does(schools):
    leadership = (schools["own_vision"] + schools["support"] + schools["own_distributed"]) / 3
    trial = a_trial(schools=20, allocation=MATCHED, self_selection=1.0)
    treated, control = allocate(trial, schools, np.random.default_rng(1))
    assert leadership[treated].min() >= np.delete(leadership, treated).max()
    apart = np.abs(schools["disadvantage"][treated].mean() - schools["disadvantage"][control].mean())
    assert apart < 0.08 and leadership[control].mean() < leadership[treated].mean()


def test_a_correlation_orders_by_so_much():
    values = np.random.default_rng(3).normal(size=5000)
    place = np.empty(5000)
    for correlation in (0.0, 0.5, 1.0):
        place[in_order(values, correlation, np.random.default_rng(4))] = -np.arange(5000)
        assert np.corrcoef(values, place)[0, 1] == pytest.approx(correlation * 0.977, abs=0.04)  # ranks against normals


@pytest.mark.parametrize("name", ["baseline", "research-learning-communities", "district", "lesson-study"])
def test_the_schools_of_both_worlds_are_the_same_and_only_the_treated_have_seats(name):
    scenario = Scenario.of(name)
    usual, number = without_programme(scenario).world(2, 1), scenario.number_of_schools
    treated = np.arange(0, number, 2)
    with_it = with_programme_in(scenario, treated, 2, 1).world(2, 1)
    for column in ("belief", "knowledge", "years", "school"):
        assert np.array_equal(usual.teachers[column], with_it.teachers[column])
    for column in ("disadvantage", "east", "fit", "own_vision"):
        assert np.array_equal(usual.schools[column], with_it.schools[column])
    seated = with_it.teachers["school"][with_it.teachers["network"] >= 0]
    assert set(seated) <= set(treated) and len(seated) and not (usual.teachers["network"] >= 0).any()


def test_with_all_schools_treated_it_is_the_programme_itself():
    scenario = Scenario.of("research-learning-communities").with_values({"population.schools": 20})
    given = with_programme_in(scenario, np.arange(20), 1, 0).world(1, 0)
    for own, other in zip(scenario.world(1, 0), given, strict=True):
        assert np.array_equal(own, other)


# -- what instruments make of it ---------------------------------------------------------------------------------------


def a_wave(uses, years=(3, 3, 3, 3), belief=(0.2, 0.4, 0.6, 0.8)):
    """Two schools of two teachers; the first names the second, the third the fourth, where these use it."""
    teachers = {
        "uses": np.array(uses, np.int8),
        "belief": np.array(belief),
        "knowledge": np.array(belief) / 2,
        "years": np.array(years, np.int8),
        "member": np.zeros(4, np.int8),
        "school": np.array([0, 0, 1, 1]),
    }
    ties = [(source, to) for source, to in ((0, 1), (2, 3)) if uses[to]]
    source, to = (np.array([tie[end] for tie in ties], dtype=np.int64) for end in (0, 1))
    return Wave(teachers, np.array([0, 2]), (source, to))


def some_luck(**changes):
    usual = {
        "asked": {name: np.ones(4, bool) for name in ("questionnaire", "network_survey")},
        "lost_after": np.full(4, np.inf),
        "responds": {name: np.zeros((2, 4)) for name in ("questionnaire", "network_survey")},
        "slips": np.full((2, 4), 0.5),
        "scales": np.zeros((2, 2, 4)),
        "recalls": 7,
        "pupils_before": np.zeros((3, 2)),
        "pupils": np.zeros((3, 2, 2)),
    }
    return Luck(**{**usual, **changes})


def asked(measure, wave, luck, start=None, years=1, **changes):
    trial = a_trial(**{"questionnaire": Questionnaire(reliability=1.0), **changes})
    return answers(trial, measure, wave, years, 1, start or wave, luck, 2).tolist()


def test_what_is_true_is_the_mean_of_all_teachers():
    wave = a_wave((1, 0, 1, 1))
    assert true_means("use", wave, 2).tolist() == [0.5, 1.0]
    assert true_means("belief", wave, 2) == pytest.approx([0.3, 0.7])
    assert true_means("ties", wave, 2).tolist() == [0.0, 0.5]  # the third teacher alone names somebody who uses it


def test_users_and_others_slip_by_their_own_chances():
    wave, luck = a_wave((1, 0, 1, 0)), some_luck(slips=np.array([[0.5] * 4, [0.95, 0.05, 0.85, 0.2]]))
    section = {"sample": CROSS_SECTION}
    told = asked("use", wave, luck, questionnaire=Questionnaire(sensitivity=0.9, specificity=0.9), **section)
    assert told == [0.5, 0.5]  # she who uses it denies it, and her colleague claims it; the others tell the truth


def test_who_is_not_asked_does_not_answer_or_is_lost_does_not_count():
    wave, usual = a_wave((1, 0, 1, 0)), {"sample": CROSS_SECTION}
    everybody = {name: np.ones(4, bool) for name in ("questionnaire", "network_survey")}
    not_asked = some_luck(asked=everybody | {"questionnaire": np.array([True, False, True, True])})
    silent = some_luck(responds={"questionnaire": np.array([[0.0] * 4, [0.0, 0.9, 0.0, 0.0]])})
    lost = some_luck(lost_after=np.array([np.inf, 0.5, np.inf, np.inf]))
    for luck in (not_asked, silent, lost):
        assert asked("belief", wave, luck, **usual) == pytest.approx([0.2, 0.7])
    nobody = some_luck(responds={"questionnaire": np.array([[0.0] * 4, [0.9, 0.9, 0.0, 0.0]])})
    assert np.isnan(asked("belief", wave, nobody, **usual)[0])


def test_a_cohort_loses_those_who_left_their_school():
    start, later = a_wave((0, 0, 0, 0), years=(3, 44, 0, 45)), a_wave((1, 0, 1, 0), years=(4, 45, 0, 45))
    luck = some_luck()  # after two years the third teacher is a newcomer; careers are counted to 45 years
    assert asked("belief", later, luck, start, years=2) == pytest.approx([0.3, 0.8])
    assert asked("belief", later, luck, start, years=2, sample=CROSS_SECTION) == pytest.approx([0.3, 0.7])


def test_a_scale_errs_as_its_reliability_says():
    chance, number = np.random.default_rng(5), 40_000
    true = chance.normal(0.5, 0.1, number)
    teachers = {name: true for name in ("belief", "knowledge")} | {
        "school": np.arange(number),
        "uses": np.zeros(number),
    }
    wave = Wave(teachers, np.arange(number), (np.zeros(0, np.int64), np.zeros(0, np.int64)))
    luck = some_luck(
        asked={"questionnaire": np.ones(number, bool)},
        lost_after=np.full(number, np.inf),
        responds={"questionnaire": np.zeros((2, number))},
        scales=chance.standard_normal((2, 2, number)),
    )
    trial = a_trial(questionnaire=Questionnaire(reliability=0.6), sample=CROSS_SECTION)
    told = answers(trial, "belief", wave, 1, 1, wave, luck, number)
    assert true.var() / told.var() == pytest.approx(0.6, abs=0.02)


def test_ties_are_recalled_by_chance_each_by_itself():
    number = 20_000
    teachers = {"school": np.arange(number), "uses": np.ones(number), "years": np.zeros(number, np.int8)}
    ties = np.repeat(np.arange(number), 2), np.tile([1, 2], number)
    wave = Wave(teachers, np.arange(number), ties)
    luck = some_luck(
        asked={"network_survey": np.ones(number, bool)},
        lost_after=np.full(number, np.inf),
        responds={"network_survey": np.zeros((2, number))},
    )
    trial = a_trial(network_survey=NetworkSurvey(recall=0.7), sample=CROSS_SECTION)
    told = answers(trial, "ties", wave, 1, 1, wave, luck, number)
    assert told.mean() == pytest.approx(1.4, abs=0.02)
    fewer = wave._replace(tied=(ties[0][::2], ties[1][::2]))
    again = answers(trial, "ties", fewer, 1, 1, fewer, luck, number)
    assert (again <= told).all() and set(again) == {0.0, 1.0}  # a tie is recalled whatever others there are


def test_scores_have_the_variances_that_the_test_names():
    test, number = PupilTest(teachers=2, pupils=20, icc=0.2, pretest=0.6, reliability=0.8), 60_000
    chance = np.random.default_rng(6)
    luck = some_luck(pupils_before=chance.standard_normal((3, number)), pupils=chance.standard_normal((3, 2, number)))
    before, after = (scores(test, np.zeros(number), place, luck) for place in (0, 1))
    expected = (0.2 + 0.8 / 40 + (1 / 0.8 - 1) / 40) * 0.8  # in standard deviations of scores
    assert after.var() == pytest.approx(expected, rel=0.02)
    assert np.cov(before, after)[0, 1] == pytest.approx(0.6 * (0.2 + 0.8 / 40) * 0.8, rel=0.03)
    gained = scores(test, np.full(number, 0.3), 1, luck) - after
    assert gained == pytest.approx(0.3 * np.sqrt(0.8))  # an error of the test makes an effect look smaller


def test_schools_are_lost_at_their_rate_and_the_weakest_leaders_first(schools):
    trial = a_trial(attrition=Attrition(schools=0.1, selective=1.0))
    until = school_losses(trial, schools, np.random.default_rng(1))
    leadership = (schools["own_vision"] + schools["support"] + schools["own_distributed"]) / 3
    assert [(until > years).sum() for years in (1, 2, 5)] == [54, 49, 35]  # 60 times 0.9, 0.81, 0.59
    assert np.array_equal(np.argsort(until), np.argsort(leadership))
    assert np.isinf(school_losses(a_trial(), schools, np.random.default_rng(1))).all()


# -- trials with a known answer ----------------------------------------------------------------------------------------


def test_instruments_without_error_tell_the_truth():
    trial = a_trial(**EXACT, sample=CROSS_SECTION)
    played = play(with_programme_in(WORLD, np.arange(8), 1, 0), trial, 0)
    luck = some_luck(
        asked={name: np.ones(200, bool) for name in ("questionnaire", "network_survey")},
    )
    number = len(played.waves[0].teachers["school"])
    luck = replace(
        luck,
        asked={name: np.ones(number, bool) for name in luck.asked},
        lost_after=np.full(number, np.inf),
        responds={name: np.zeros((3, number)) for name in luck.asked},
        slips=np.random.default_rng(1).random((3, number)),
        scales=np.ones((2, 3, number)),
        pupils_before=np.zeros((3, 16)),
        pupils=np.zeros((3, 3, 16)),
    )
    for measure in MEASURES:
        true, told = measured(trial, measure.name, played, luck)
        assert told == pytest.approx(true) and (true[-1] != 0).any(), measure.name


def test_true_effects_are_those_of_the_paired_worlds():
    trial = a_trial(trials=1, follow_up=(1, 2))
    table = run_trial(trial).table.set_index(["measure", "year"])
    treated = allocate(trial, without_programme(WORLD).world(1, 0).schools, np.random.default_rng([1, 0])).treated
    with_it, usual = (
        run(some, seed=1).run_counts[0] for some in (with_programme_in(WORLD, treated, 1, 0), without_programme(WORLD))
    )
    gains = [some.by_school("benefit", "staff", 1)[treated].mean() * 0.54 * 0.37 for some in (with_it, usual)]
    assert table.loc[("pupils", 2), "true_effect"] == pytest.approx(gains[0] - gains[1]) and gains[0] > gains[1]


def test_without_error_and_with_many_schools_the_estimate_is_the_true_effect():
    """The more schools, the nearer: within four standard errors, and these go down with the root of the schools."""
    number = 10_000 if FULL_SUITE else 300
    world = WORLD.with_values({"population.schools": number})
    trial = Trial("many", world, schools=number, trials=1, follow_up=(2,), sample=CROSS_SECTION, **EXACT)
    table = run_trial(trial).table
    for row in table.itertuples():
        assert abs(row.estimate - row.true_effect) < 4 * row.standard_error + 2e-4, row.measure
    use = table[table["measure"] == "use"].iloc[0]
    assert use["true_effect"] > 0.05 and use["standard_error"] < 0.5 / np.sqrt(number)


def test_estimates_are_right_on_average_where_arms_are_apart_and_nothing_errs():
    trial = a_trial(**EXACT, trials=40, contamination=False, sample=CROSS_SECTION, follow_up=(2,), schools=16)
    table = run_trial(trial, workers=2).table
    for measure, rows in table.groupby("measure"):
        off = rows["estimate"] - rows["true_effect"]
        assert abs(off.mean()) < 4 * off.std() / np.sqrt(40), measure
        assert (rows["spill_over"] == 0.0).all()


def test_false_alarms_of_simulated_trials_come_at_the_nominal_rate():
    """Of users who are no rarity: where hardly anybody uses it, counts are no normal means, and alarms are fewer."""
    trials = 600 if FULL_SUITE else 120
    world = WORLD.with_values({"population.schools": 12, "population.first_users": 0.4}).with_years(1)
    trial = Trial("null", world, schools=12, trials=trials, follow_up=(1,), **USUAL)
    summary = run_trial(trial, workers=2).summary.set_index("measure")
    low, high = binom.ppf((0.0005, 0.9995), trials, 0.05)
    assert len(summary) == len(MEASURES)
    for measure, alarms in summary["false_alarm_count"].items():
        assert low <= alarms <= high, measure


def test_movers_and_neighbours_blur_the_arms_of_one_world():
    world = WORLD.with_values({"turnover.rate": 0.5, "turnover.movers": 1.0}).with_years(4)
    trial = replace(a_trial(trials=6, follow_up=(4,)), scenario=world)
    knowledge = run_trial(trial).summary.set_index("measure").loc["knowledge"]
    apart = run_trial(replace(trial, contamination=False)).summary.set_index("measure").loc["knowledge"]
    assert knowledge["spill_over"] > 0.0 == apart["spill_over"]
    assert knowledge["true_effect"] == apart["true_effect"] and knowledge["estimate"] < apart["estimate"]


def test_trials_with_one_seed_share_their_luck_and_workers_do_not_matter():
    trial = a_trial(alternatives={"more": {"time.hours": 2.0}})
    one, two = run_trial(trial), run_trial(trial, workers=2)
    assert one.table.equals(two.table)
    plain, more = (one.table[one.table["alternative"] == name].reset_index() for name in (AS_IT_IS, "more"))
    pupils = plain["measure"] == "pupils"
    assert np.allclose(plain["null_estimate"][pupils], more["null_estimate"][pupils], atol=0.02)
    assert not plain["estimate"].equals(more["estimate"])
    assert not run_trial(replace(trial, seed=2)).table.equals(one.table)


def test_a_control_programme_is_what_both_arms_have_in_a_null_trial():
    control = Scenario.of("lesson-study")
    trial = a_trial(control=control, contamination=False, trials=2)
    with_control, plain = run_trial(trial).table, run_trial(replace(trial, control=None)).table
    use = with_control["measure"] == "use"
    assert (with_control["true_effect"][use] < plain["true_effect"][use]).all()  # the control gains as well


# -- what lasts, and what is declared null -----------------------------------------------------------------------------


def test_counts_of_all_schools_give_the_outcomes_of_the_run():
    counts = run(WORLD.with_years(4), seed=1).run_counts[0]
    of_all = counts_of_schools(counts, np.arange(16))
    for name in ("use", "depth", "deep_use", "schools_half", "reproduction", "ownership", "scale_up_index"):
        function = OUTCOMES_BY_NAME[name].function
        assert function(of_all) == pytest.approx(function(counts), nan_ok=True), name


def test_counts_of_some_schools_are_theirs():
    counts = run(WORLD, seed=1).run_counts[0]
    some = counts_of_schools(counts, np.array([3, 5]))
    users, staff = (counts.years[name][-1][[3, 5]].sum() for name in ("users", "staff"))
    assert OUTCOMES_BY_NAME["use"].function(some) == pytest.approx(users / staff)
    assert OUTCOMES_BY_NAME["schools_in_routine"].function(some) in (0.0, 0.5, 1.0)


def test_what_sustains_and_is_declared_null_is_counted():
    trial = a_trial(trials=3, follow_up=(1,))
    result = run_trial(trial)
    table = result.table.copy()
    table["sustained"] = np.where(table["trial"] == 0, 0.0, 1.0)
    table["p_value"], table["estimate"] = np.where(table["trial"] == 1, 0.01, 0.2), 0.1
    row = replace(result, table=table).summary.set_index("measure").loc["use"]
    assert (row["null_where_sustained_count"], row["null_where_sustained_of"]) == (1, 2)
    assert (row["null_where_not_count"], row["null_where_not_of"]) == (1, 1)
    assert (row["detected_count"], row["detected_of"]) == (1, 3)
    share = sustained_share(table, AS_IT_IS)
    assert share is not None and (share.held, share.of) == (2, 3)


def test_a_significant_loss_is_no_gain():
    result = run_trial(a_trial(trials=2, follow_up=(1,)))
    table = result.table.assign(p_value=0.001, estimate=-0.2, sustained=1.0)
    row = replace(result, table=table).summary.iloc[0]
    assert row["detected_count"] == 0 and row["harm_declared_count"] == 2 == row["null_where_sustained_count"]


def test_while_support_lasts_nothing_is_said_of_what_sustains():
    trial = replace(a_trial(trials=2, follow_up=(1,)), scenario=WORLD.with_years(1))
    assert sustained_share(run_trial(trial).table, AS_IT_IS) is None
