"""What a budget buys: levers and their bill, the search for the front, what it rests on, and how it is said."""

import csv
import hashlib
import json
import math
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from plnsim.cli import commands
from plnsim.common.errors import InputError
from plnsim.common.streams import run_key, uniform
from plnsim.model.cost import ITEMS_BY_NAME
from plnsim.model.outcome import compute_outcomes
from plnsim.publish.optimisation.figure import plot_front
from plnsim.simulation.runs import cost_of, run, simulate_run
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.optimisation import text as optimisation_text
from plnsim.studies.optimisation.front import (
    FRESH,
    WORTHWHILE,
    OptimisationResult,
    choose_front,
    make_problem,
    optimise,
    rank_non_dominated,
)
from plnsim.studies.optimisation.interval import mean_interval, standard_error
from plnsim.studies.optimisation.levers import (
    BY_NAME,
    LEVERS,
    PLANNED,
    bill,
    make_plan,
    select_levers,
    with_levers,
    with_prices,
)
from plnsim.studies.optimisation.problem import Evaluation, Problem, shortfall
from plnsim.studies.optimisation.search import non_dominated, search
from tests.support.runs import SMALL, small_scenario

BASELINE = Scenario.of("baseline")
FEW = ("delegates", "cover", "reach", "leadership")


def luck(number, fresh_evaluations=0):
    return uniform(run_key(4711, number), 0, fresh_evaluations)


def random_codes(problem, number):
    return tuple(int(luck(number, place) * size) for place, size in enumerate(problem.sizes))


def field_of(scenario=BASELINE, budget=math.inf, **more):
    return Problem(scenario, select_levers(None, scenario), budget, **more)


# -- levers
# -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lever", LEVERS, ids=lambda one: one.name)
def test_a_lever_moves_a_declared_parameter_through_levels_that_it_may_take(lever):
    declared = MODEL_PARAMETERS[lever.parameter]
    assert len(set(lever.levels)) == len(lever.levels) >= 2
    assert [declared.validate(level) for level in lever.levels] == list(lever.levels)
    assert set(lever.items) <= set(PLANNED)
    assert (
        lever.meaning.endswith(".")
        and lever.name in optimisation_text.LEVEL
        and lever.name in optimisation_text.IN_WORDS
    )


@pytest.mark.parametrize("lever", LEVERS, ids=lambda one: one.name)
def test_levels_stand_from_the_cheapest_to_the_dearest_and_only_a_free_lever_costs_nothing(lever):
    problem = field_of()
    for number in range(20):
        rest = problem.allocation(random_codes(problem, number))
        items = [bill(BASELINE, rest | {lever.name: level}) for level in lever.levels]
        totals = [math.fsum(one.values()) for one in items]
        assert totals == sorted(totals)
        assert {name for name in items[0] if items[0][name] != items[-1][name]} <= set(lever.items)
        assert bool(lever.items) or len(set(totals)) == 1
    assert any(bill(BASELINE, {lever.name: lever.levels[-1]})[name] > 0 for name in lever.items) or not lever.items


def test_the_bill_of_the_baseline_is_that_worked_out_by_hand():
    # 16 of 40 schools, 2 seats each, 3 networks, 3 years of 39 weeks, 10 meetings a year of 2.5 hours, 60 % of them
    # in person: there and back 0.3826 x 60 minutes from the middle of the region, less a fifth of its square, as five
    # schools meet in their own middle; made up for from 0.6 hours of cover a week and half of one's own, in at most
    # the 3.9 weeks between two meetings
    plain = BASELINE.with_values({"prices.teacher_hour": 30.0, "time.hours": 1.0, "time.cover": 0.6})
    owed = 2.5 + 0.6 * 2 * 0.3826 * 0.8**0.5
    assert bill(plain, {}) == pytest.approx(
        {
            "protected_time": 0,
            "cover": 32 * 3 * 39 * 0.6 * 30,
            "meetings": 32 * 30 * 0.5 * (owed / (0.6 + 0.5)) * 30,
            "facilitation": 3 * 30 * 500,
            "partners": 0,
            "leadership": 0,
            "focus": 0,
            "mailings": 0,
            "visits": 0,
        }
    )
    own = BASELINE.values["prices.own_hours"]
    reaching = {"mobilisation.mailing": 0.1, "mobilisation.visits": 0.05, "time.hours": own + 0.5}
    reached = bill(with_prices(BASELINE.with_values(reaching), {"visit": 200.0, "teacher_hour": 30.0}), {})
    staff = 40 * (13 + 0.25 * 44)
    assert (reached["mailings"], reached["visits"], reached["protected_time"]) == pytest.approx(
        (staff * 117 * 0.1 * 2, 16 * 117 * 0.05 * 200, staff * BASELINE.weeks * 0.5 * 30)
    )
    moved = bill(with_prices(BASELINE, {"focus": 1000.0}), {"leadership": 0.3, "focus": 0.2, "facilitation": 2.0})
    assert (moved["leadership"], moved["focus"], moved["facilitation"]) == pytest.approx(
        (40 * 3 * 0.3 * 10_000, 40 * 0.2 * 1000, 45_000 / 2)
    )


def counted(scenario):
    """What three runs pay for each item, in the mean."""
    names = [f"cost_{name}" for name in ITEMS_BY_NAME]
    runs = [compute_outcomes(simulate_run(scenario, 1, replicate), tuple(names)) for replicate in range(3)]
    return {name: np.mean([run[f"cost_{name}"] for run in runs]) for name in ITEMS_BY_NAME}


def test_the_plan_agrees_with_what_a_run_pays_where_all_seats_are_taken_and_no_school_joins_or_leaves():
    bought = {"population.schools": 20, "mobilisation.mailing": 0.05, "time.hours": 2.0, "partners.a_network": 1}
    steady = with_levers(
        BASELINE.with_values(
            {"recruitment.rate": 0.0, "renewal.rule": "always", "turnover.rate": 0.0} | bought
        ).with_years(3),
        {"leadership": 0.3, "focus": 0.2},
    )
    planned, paid = bill(steady, {"leadership": 0.3, "focus": 0.2}), counted(steady)
    for name in ("cover", "leadership", "focus"):
        assert paid[name] == pytest.approx(planned[name], rel=1e-9), name
    for name in ("protected_time", "mailings"):  # schools are drawn, their staff expected
        assert paid[name] == pytest.approx(planned[name], rel=0.2), name
    assert paid["meetings"] == pytest.approx(planned["meetings"], rel=0.35)


def test_a_run_pays_no_cover_for_seats_that_stand_vacant():
    scenario = BASELINE.with_values({"recruitment.rate": 0.0, "renewal.rule": "always"})
    assert 0.8 * bill(scenario, {})["cover"] < counted(scenario)["cover"] < 0.98 * bill(scenario, {})["cover"]


def test_given_networks_are_counted_as_they_are():
    district = Scenario.of("district")
    assert make_plan(district, {}).networks == len(district.population_data.networks)
    with pytest.raises(InputError, match="given by a file"):
        select_levers(["participation"], district)


def test_prices_are_those_of_the_scenario_until_given():
    dear = BASELINE.with_values({"prices.teacher_hour": 50.0})
    assert bill(with_prices(dear), {})["cover"] == bill(dear, {})["cover"]
    assert bill(with_prices(dear, {"teacher_hour": 20.0}), {})["cover"] == pytest.approx(bill(dear, {})["cover"] * 0.4)
    for bad in ({"hours": 3.0}, {"teacher_hour": -1.0}, {"teacher_hour": math.nan}, {"own_hours": 1.0}):
        with pytest.raises(InputError):
            with_prices(BASELINE, bad)


def test_leadership_development_ends_with_support_and_the_rest_holds_on():
    moved = with_levers(BASELINE, {"leadership": 0.3, "focus": 0.2, "support": 2.0})
    (entry,) = moved.calendar
    assert (entry.week, entry.until, dict(entry.values)) == (0, 78, {"conditions.leadership_shift": 0.3})
    assert moved.values["conditions.focus_shift"] == 0.2 and moved.values["conditions.leadership_shift"] == 0.0


def test_levers_that_a_scenario_has_taken_out_of_ones_hands_are_told():
    text = '[[calendar]]\nyear = 2\nset = { time.cover = 0.2 }\n\n[[calendar]]\nyear = 3\nevent = "end support"\n'
    scenario = Scenario.from_text(text, name="mine")
    assert {one.name for one in LEVERS} - {one.name for one in select_levers(None, scenario)} == {"cover", "support"}
    for name, said in (("cover", "sets time.cover"), ("support", "ends support"), ("covr", "did you mean cover?")):
        with pytest.raises(InputError) as problem:
            select_levers([name], scenario)
        assert said in str(problem.value) and "--levers" in str(problem.value)
    with pytest.raises(InputError, match="no lever"):
        select_levers([], scenario)


# -- budgets
# ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.0, 0.02, 0.2, 0.6, 1.0])
def test_what_is_drawn_back_never_costs_more_than_the_budget(share):
    problem = field_of()
    problem = replace(problem, budget=problem.min_cost + share * (problem.max_cost - problem.min_cost))
    for number in range(40):
        codes = random_codes(problem, number)
        back = problem.repair(codes)
        assert problem.cost(problem.allocation(back)) <= problem.budget
        assert all(new <= old for new, old in zip(back, codes, strict=True))
        assert (
            back[[one.name for one in problem.levers].index("reach")]
            == codes[[one.name for one in problem.levers].index("reach")]
        )
        assert problem.cost(problem.allocation(codes)) > problem.budget or back == codes


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        (-1.0, "cannot be -1"),
        (math.nan, "cannot be nan"),
        (math.inf, "cannot be inf"),
        (True, "true"),
        ("much", "'much'"),
        (10.0, "cheapest allocation costs"),
        (1e12, "nobody can spend"),
    ],
)
def test_a_budget_that_cannot_be_is_told(budget, said):
    with pytest.raises(InputError) as problem:
        make_problem(BASELINE, budget, None, None, 2, 1, None)
    assert said in str(problem.value) and "--budget" in str(problem.value)


def test_the_nearest_levels_stand_for_the_scenario_as_it_is():
    problem = field_of()
    assert problem.allocation(problem.nearest) == {
        "participation": 0.4,
        "reach": "any schools",
        "delegates": 2,
        "cover": 0.6,
        "meetings": 10.0,
        "in_person": 0.6,
        "facilitation": 1.0,
        "support": 3.0,
        "leadership": 0.0,
        "focus": 0.0,
    }


# -- draws
# ------------------------------------------------------------------------------------------------------------------


def test_what_a_scenario_or_a_lever_sets_is_not_drawn():
    problem = field_of(BASELINE.with_values({"time.needed": 0.9, "leadership.vision": 0.7}))
    assert not {"time.needed", "leadership.vision", "programme.support_years"} & set(problem.uncertain)
    assert {"abandonment.rate", "leadership.support", "inquiry.capacity"} <= set(problem.uncertain)
    assert len(set(problem.uncertain)) == len(problem.uncertain)


def test_all_allocations_go_through_the_same_draws_and_end_at_the_same_date():
    problem = field_of(draws=3)
    cheap, dear = ({one.name: one.levels[place] for one in problem.levers} for place in (0, -1))
    moved = {one.parameter for one in problem.levers}
    for draw in range(3):
        one, other = problem.scenario_for(cheap, draw), problem.scenario_for(dear, draw)
        assert {name for name in one.values if one.values[name] != other.values[name]} <= moved
        assert one.weeks == other.weeks == 9 * 39
        assert one.values["abandonment.rate"] != problem.scenario_for(cheap, (draw + 1) % 3).values["abandonment.rate"]


def test_runs_are_long_enough_for_the_longest_support():
    long = BASELINE.with_values({"programme.support_years": 10.0})
    assert [field_of(one).horizon for one in (BASELINE, BASELINE.with_years(6), BASELINE.with_years(12), long)] == [
        9,
        9,
        12,
        14,
    ]
    held = Problem(BASELINE.with_years(3), select_levers(["cover"], BASELINE), math.inf)
    assert held.horizon == 3 and not held.outlasts_support and field_of().outlasts_support


def test_fresh_draws_are_others():
    problem = field_of(draws=4)
    fresh = replace(problem, draws=8, first_draw=4)
    assert not set(problem.unit_sample.ravel()) & set(fresh.unit_sample.ravel())


def test_shortfall_counts_only_what_the_disadvantaged_fall_behind():
    run = simulate_run(small_scenario({"population.first_users": 0.5}), 1, 0)
    turned = replace(run, weeks={name: counts[:, ::-1] for name, counts in run.weeks.items()})
    assert sorted((shortfall(run), shortfall(turned)))[0] == 0.0
    assert max(shortfall(run), shortfall(turned)) > 0.0


# -- the search
# -------------------------------------------------------------------------------------------------------------


def test_unbeaten_is_what_plain_loops_say():
    for number in range(30):
        points = np.array([[int(luck(number, 2 * row + column) * 6) for column in (0, 1)] for row in range(20)])
        beaten = [any((other <= one).all() and (other < one).any() for other in points) for one in points]
        assert (non_dominated(points) == ~np.array(beaten)).all()


def test_ranks_begin_with_the_front():
    points = np.array([[2, 2], [0, 1], [1, 0], [3, 3], [1, 1]])
    assert rank_non_dominated(points, 2) == [1, 2]
    assert rank_non_dominated(points, 9) == [1, 2, 4, 0, 3]


def curved(codes):
    """ZDT1 on a grid: its front is where all levers but the first stand at 0."""
    first, rest = codes[0] / 10, 1.0 + 9.0 * sum(codes[1:]) / 10 / (len(codes) - 1)
    return first, rest * (1.0 - math.sqrt(first / rest))


def area(points):
    """What a front dominates of the rectangle up to (1, 4)."""
    total, lowest = 0.0, 4.0
    for first, second in sorted(points):
        if second < lowest and first < 1.0:
            total, lowest = total + (1.0 - first) * (lowest - second), second
    return total / 4.0


def test_the_search_finds_a_known_front():
    true = area([curved((place, 0, 0, 0)) for place in range(11)])
    for seed in (1, 2):
        found = search((11,) * 4, curved, 150, seed)
        at_random = [
            curved(tuple(int(luck(1000 * seed + number, place) * 11) for place in range(4))) for number in range(150)
        ]
        assert area(found.values()) > 0.93 * true
        assert area(found.values()) > area(at_random)


def test_the_search_is_the_same_for_a_seed_and_another_for_another():
    one, two, other = (list(search((6, 6, 6), curved, 25, seed)) for seed in (1, 1, 2))
    assert one == two != other
    assert len(one) == len(set(one)) == 25


def test_a_small_field_is_searched_to_its_end():
    assert len(search((2, 3), curved, 50, 1)) == 6


def test_the_search_stays_where_proposals_are_drawn_back_to():
    found = search((8, 8), curved, 30, 1, repair=lambda codes: tuple(min(3, code) for code in codes), first=[(2, 2)])
    assert next(iter(found)) == (2, 2)
    assert all(max(codes) <= 3 for codes in found) and len(found) == 16


# -- the front
# --------------------------------------------------------------------------------------------------------------


TINY = replace(small_scenario(), name="tiny", title="A tiny region").with_values(
    {"leadership.distributed": 0.8, "leadership.support": 0.8, "time.hours": 1.2}
)
BUDGET = 40_000.0


@pytest.fixture(scope="module")
def found():
    return optimise(TINY, BUDGET, levers=FEW, evaluations=12, draws=4)


def test_the_front_is_unbeaten_and_within_the_budget(found):
    members = [one.fresh for one in found.members]
    assert len(found.evaluated) == 12 and 1 <= len(members) <= len(found.candidates)
    chosen = [one for one in found.candidates if one.allocation in [member.allocation for member in members]]
    assert len(chosen) == len(members)
    assert non_dominated(np.array([[-one.means[0], one.means[1]] for one in chosen])).all()
    assert all(one.cost <= BUDGET for one in found.evaluated)
    assert all(set(one.allocation) == set(FEW) for one in found.evaluated)
    best = max(one.means[0] for one in found.candidates)
    assert all(one.means[0] >= WORTHWHILE * best for one in chosen)
    by_choice = [one.chosen.means[0] for one in found.members]
    assert by_choice == sorted(by_choice, reverse=True)
    assert [one.chosen.allocation for one in found.members] == [one.allocation for one in members]


def test_the_draws_that_judge_the_front_chose_nothing(found):
    """Those of the search come first, then those that choose the front, then fresh ones."""
    assert (found.problem.first_draw, found.fresh.first_draw) == (0, 4 + FRESH * 4)
    by_allocation = {tuple(one.allocation.items()): one for one in found.candidates}
    for member in found.members:
        chosen_by = by_allocation[tuple(member.fresh.allocation.items())]
        assert chosen_by.deep_use.tolist() != member.fresh.deep_use.tolist()


def test_the_interval_of_a_mean_holds_it_where_draws_are_as_skewed_as_deep_use():
    """Most draws yield nothing and a few much: Student's t would hold the mean in far fewer."""
    held, by_t, seeds = 0, 0, 200
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        draws = rng.gamma(0.19, size=40)
        low, high = mean_interval(draws)
        held += low <= 0.19 <= high
        by_t += abs(draws.mean() - 0.19) <= 2.0227 * standard_error(draws)
    assert 0.9 < held / seeds < 0.99 and held > by_t + 0.05 * seeds


def test_a_mean_of_equal_draws_is_certain_and_one_draw_says_nothing():
    assert mean_interval(np.full(5, 0.3)) == (0.3, 0.3) and math.isnan(mean_interval(np.array([0.3]))[0])


def test_no_end_of_a_mean_lies_beyond_what_was_drawn():
    """Of twenty draws one moves much and two move next to nothing: resamples without it have no spread to divide by."""
    draws = np.r_[np.zeros(17), 1e-5, -1e-5, 0.087]
    low, high = mean_interval(draws)
    assert -1e-5 <= low < draws.mean() < high <= 0.087


def test_how_often_a_member_stays_unbeaten_is_a_count_of_fresh_draws(found):
    draws = FRESH * 4
    assert found.fresh.draws == draws == len(found.status_quo.deep_use)
    assert all(0 <= one.non_dominated_draws <= draws for one in found.members)
    assert sum(one.non_dominated_draws for one in found.members) >= draws


def test_one_draw_can_be_made_again_by_itself(found):
    member = found.members[0].fresh
    run = simulate_run(found.fresh.scenario_for(member.allocation, 1), found.problem.seed, found.fresh.first_draw + 1)
    assert shortfall(run) == member.shortfall[1]
    assert found.fresh.evaluate([member.allocation])[0].deep_use.tolist() == member.deep_use.tolist()


def test_the_result_depends_on_the_seed_and_not_on_the_workers():
    one, two, other = (
        optimisation_text.as_json(
            optimise(TINY, BUDGET, levers=FEW, evaluations=4, draws=2, seed=seed, workers=workers)
        )
        for seed, workers in ((1, 1), (1, 3), (2, 2))
    )
    assert one == two
    assert one["as_it_is"] != other["as_it_is"]


def test_progress_ends_where_it_said(found):
    seen = []
    optimise(TINY, BUDGET, levers=FEW, evaluations=3, draws=1, progress=lambda done, of: seen.append((done, of)))
    assert seen[-1][0] == seen[-1][1] and all(done <= of for done, of in seen)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def outcomes_of(use, cost):
    """Outcomes of 1000 teachers, of which so many use it, where all is spent on cover."""
    spent = dict.fromkeys((f"cost_{name}" for name in ITEMS_BY_NAME), np.zeros(len(use)))
    paid = np.full(len(use), cost)
    return spent | {
        "cost_cover": paid,
        "cost": paid,
        "deep_use": use,
        "use": use,
        "schools_half": use,
        "sustained_adopters": 1000 * use,
        "pupils": np.full(len(use), 18_000.0),
        "pupils_reached": 18_000 * use,
        "pupil_effect": 0.1 * use,
    }


def made_up(*yields):
    """A result without a run: one allocation for each (deep use, shortfall), the same in all of four draws, some noise
    on top.
    """
    noise = np.array([0.0, 0.01, 0.02, 0.05])
    problem = Problem(BASELINE, select_levers(FEW, BASELINE), 1e5, draws=2)
    alike = {"cover": 0.2, "leadership": 0.0}
    some = tuple(
        Evaluation(
            {"reach": "any schools", "delegates": 1 + place} | alike,
            1000.0 * place,
            use + noise,
            behind + noise / 100,
            outcomes_of(use + noise, 100_000.0 * (1 + place)),
        )
        for place, (use, behind) in enumerate(yields)
    )
    as_it_is = Evaluation({}, 5000.0, 0.1 + noise, noise / 10, outcomes_of(0.1 + noise, 50_000.0))
    without = Evaluation({}, 0.0, 0.0 * noise, 0.0 * noise, outcomes_of(0.0 * noise, 0.0))
    front = tuple(choose_front(some))
    return OptimisationResult(problem, replace(problem, draws=4, first_draw=2), some, some, front, as_it_is, without)


def test_allocations_that_do_next_to_nothing_are_left_out():
    found = made_up((0.4, 0.02), (0.3, 0.01), (0.02, 0.0), (0.2, 0.03))
    assert [one.fresh.allocation["delegates"] for one in found.members] == [1, 2]
    assert [one.letter for one in found.members] == ["A", "B"]
    assert [one.non_dominated_draws for one in found.members] == [4, 4]


def test_sentences_name_the_ends_of_the_front_with_their_counts():
    said = " ".join(optimisation_text.sentences(made_up((0.4, 0.02), (0.3, 0.01))))
    assert (
        "Most sustained deep use: plan A: any schools invited, 1 from a school, 0.2 h of cover a week, no leadership "
        "development." in said
    )
    assert (
        "Least shortfall: plan B" in said and "+30 points" in said and "more in 4, less in 0 of 4 paired draws" in said
    )
    assert "Against no programme it costs \u00a3100,000" in said
    assert (
        "420 of 1,000 teachers" in said
        and "7,560 of 18,000 pupils" in said
        and "1 month of progress (0.042 SD)" in said
    )
    assert "All of the front agree on any schools invited, 0.2 h of cover a week, no leadership development." in said
    assert "unbeaten by the rest of the front in 4 of the 4 fresh ones (not told by so few in this model" in said
    single = " ".join(optimisation_text.sentences(made_up((0.4, 0.02))))
    assert "one is on the front" in single and "Least shortfall" not in single


def test_what_is_called_best_was_chosen_by_other_draws_than_judge_it():
    """Fresh draws turn the order round: the first stays first, with the figures that they give it."""
    chosen = made_up((0.4, 0.02), (0.3, 0.01))
    first, second = chosen.fresh_evaluations
    turned = (
        replace(first, deep_use=second.deep_use, shortfall=second.shortfall),
        replace(second, deep_use=first.deep_use, shortfall=first.shortfall),
    )
    found = replace(chosen, fresh_evaluations=turned)
    assert [one.fresh.allocation["delegates"] for one in found.members] == [1, 2]
    assert found.members[0].fresh.means[0] < found.members[1].fresh.means[0]
    assert found.least_shortfall.letter == "B" and found.most_robust.letter == "A"
    said = " ".join(optimisation_text.sentences(found))
    assert "Over the fresh draws plan B yields more (42 %)" in said
    assert "Over the fresh draws" not in " ".join(optimisation_text.sentences(chosen))


def test_a_long_front_is_thinned_out_for_the_table_and_keeps_its_ends():
    found = made_up(*((0.5 - place / 50, 0.02 - place / 1000) for place in range(12)))
    assert len(found.members) == 12
    head, *rows = optimisation_text.table(found)
    assert head[:3] == ["", "as it is", "A"] and head[-1] == "L" and len(head) == 2 + optimisation_text.MOST_COLUMNS
    assert all(len(row) == len(head) for row in rows)


def test_every_plan_that_a_sentence_names_is_in_the_table():
    found = made_up(*((0.5 - place / 50, 0.02 - place / 1000) for place in range(12)))
    turned = list(found.candidates)
    turned[7] = replace(turned[7], deep_use=turned[7].deep_use + np.array([0.0, 0.4, 0.4, 0.4]))
    found = replace(found, candidates=tuple(turned))
    named = {found.members[0].letter, found.least_shortfall.letter, found.most_robust.letter}
    assert named <= set(optimisation_text.table(found)[0])


def test_optimise_and_compare_tell_one_cost_of_one_plan():
    """Where nothing is drawn, the draws of both are the same runs."""
    plan = TINY.with_years(2)
    problem = Problem(plan, (), math.inf, draws=2)
    object.__setattr__(problem, "__dict__", problem.__dict__ | {"uncertain": ()})
    with_it, without = problem.evaluate([{}])[0], problem.evaluate_without_programme()
    alone = run(plan, seed=problem.seed, replicates=2)
    assert cost_of(plan, with_it.outcomes, without.outcomes) == alone.cost


def test_a_search_says_what_its_costs_are_and_how_they_differ_from_a_comparison(found):
    said = " ".join(optimisation_text.caveats(found))
    assert "against no programme, as plnsim run and compare tell it; but here over draws" in said
    kept = optimisation_text.as_json(found)["as_it_is"]
    assert kept["cost"]["cost"] == found.cost(found.status_quo)["cost"] > 0
    assert kept["planned_cost"] == pytest.approx(math.fsum(kept["bill"].values()))


def test_the_figure_has_labels_units_and_every_member(found):
    figure = plot_front(found)
    means, use, behind = figure.axes
    assert (
        "%" in means.get_xlabel()
        and "SD" in means.get_ylabel()
        and "%" in use.get_xlabel()
        and "SD" in behind.get_xlabel()
    )
    assert {one.get_text() for one in means.texts} == {one.letter for one in found.members}
    assert [one.get_text() for one in use.get_yticklabels()] == [
        "as it is",
        *reversed([one.letter for one in found.members]),
    ]


# -- the command
# ------------------------------------------------------------------------------------------------------------


def scenario_file(folder):
    lines = {}
    for name, value in (SMALL | {"time.hours": 1.2}).items():
        lines.setdefault(name.partition(".")[0], []).append(f"{name.partition('.')[2]} = {value}")
    file = folder / "mine.toml"
    file.write_text("\n".join(f"[{section}]\n" + "\n".join(some) for section, some in lines.items()))
    return file


def called(*words):
    return CliRunner().invoke(commands, ["optimise", *map(str, words)])


def test_the_command_writes_tables_figure_and_provenance(tmp_path):
    out = tmp_path / "new" / "front"
    done = called(
        scenario_file(tmp_path),
        "--budget",
        40_000,
        "--levers",
        "delegates, cover",
        "--evaluations",
        4,
        "--replicates",
        2,
        "--out",
        out,
        "--json",
    )
    assert done.exit_code == 0, done.exception
    assert {one.name for one in out.iterdir()} == {
        "front.csv",
        "evaluations.csv",
        "front.svg",
        "front.png",
        "report.html",
        "spread.svg",
        "spread.png",
        "scenario.toml",
        "optimisation.json",
        *(f"plan-{member['name']}.toml" for member in json.loads(done.stdout)["front"]),
    }
    kept, said = json.loads((out / "optimisation.json").read_text()), json.loads(done.stdout)
    assert kept["front"] == said["front"] and kept["levers"] == ["delegates", "cover"] and "optuna" in kept["versions"]
    for name, known in kept["sha256"].items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == known
    with (out / "evaluations.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 4
    for row in rows:
        assert math.fsum(
            float(value) for name, value in row.items() if name.startswith("planned_") and name != "planned_cost"
        ) == pytest.approx(float(row["planned_cost"]))
    assert "<svg" in (out / "front.svg").read_text()
    as_it_is = Scenario.of(out / "scenario.toml")
    assert as_it_is.values == Scenario.of(tmp_path / "mine.toml").values
    for member in kept["front"]:
        file = out / f"plan-{member['name']}.toml"
        assert str(file) in "".join(done.stderr.split("\n"))
        planned = with_levers(as_it_is, member["levers"])
        assert Scenario.of(file).values == planned.values and Scenario.of(file).calendar == planned.calendar


def test_the_command_prints_sentences_and_a_table(tmp_path):
    done = called(
        scenario_file(tmp_path),
        "--budget",
        40_000,
        "--levers",
        "delegates,reach",
        "--evaluations",
        4,
        "--replicates",
        2,
    )
    assert done.exit_code == 0, done.exception
    assert (
        "delegates a school" in done.stdout
        and "Most sustained deep use" in done.stdout
        and "--out FOLDER" in done.stderr
    )
    assert max(map(len, done.stdout.splitlines())) <= 100


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("baseline --budget -5", "cannot be -5"),
        ("baseline --budget nan", "cannot be nan"),
        ("baseline --budget 1", "at least"),
        ("baseline --budget 1e15", "at most"),
        ("baseline --budget 1e5 --levers cover,travel", "there is no lever"),
        ("baseline --budget 1e5 --levers ,", "no lever"),
        ("baseline --budget 1e5 --price teacher_hour", "is no price"),
        ("baseline --budget 1e5 --price teacher_hour=x", "is no price"),
        ("baseline --budget 1e5 --price day=3", "there is no price"),
        ("baseline --budget 1e5 --evaluations 0", "evaluations"),
        ("baseline --budget 1e5 --replicates 0", "replicates"),
        ("baseline --budget 1e5 --out .", "not empty"),
        ("basline --budget 1e5", "did you mean baseline?"),
    ],
)
def test_bad_requests_are_told_before_anything_runs(words, said):
    problem = called(*words.split()).exception
    assert isinstance(problem, InputError) and said in str(problem)


def test_without_the_sampler_the_command_says_how_to_install_it():
    text = (
        "import sys; sys.modules['optuna'] = None; sys.argv = ['plnsim', 'optimise', 'baseline', '--budget', '1e5']; "
        "from plnsim.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "plnsim[all]" in done.stderr and "Traceback" not in done.stderr


def test_the_levers_can_be_listed():
    done = called("--list")
    assert done.exit_code == 0
    assert all(one.parameter in done.stdout for one in LEVERS) and all(
        item.price in done.stdout for item in ITEMS_BY_NAME.values()
    )
    assert "assumed" in done.stdout and set(BY_NAME) <= set(done.stdout.split())
