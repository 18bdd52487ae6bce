"""Decisions where nobody knows the parameters: regret by hand, intervals against those of the books, the worth of
finding out where formulas give it, thresholds where they are known, and stored experiments as draws.
"""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import numpy as np
import pandas
import pytest
from scipy.stats import binomtest

from plnsim import Scenario
from plnsim.common.errors import InputError
from plnsim.output.json_schemas import SCHEMAS
from plnsim.publish import record
from plnsim.publish.report import otherwise
from plnsim.studies.comparison import compare
from plnsim.studies.coverage.paired import linear_draws, linear_worth
from plnsim.studies.decision import draws_of, firsts, robustness, thresholds, value_of_information
from plnsim.studies.decision.information import MIN_DRAWS
from plnsim.studies.decision.robustness import quantile_interval, share_interval
from plnsim.studies.experiment.run import run_experiment
from plnsim.studies.uncertainty.draws import Draws
from tests.studies.test_uncertainty import FILES
from tests.support.commands import invoke
from tests.support.studies import experiment_from


def draws_with(places, **plans):
    """Draws of some plans: parameters by name, and of each plan a dict of outcomes, arrays of draws or draws x
    replicates.
    """
    rows = []
    for plan, outcomes in plans.items():
        cubes = {name: np.asarray(values, dtype=float) for name, values in outcomes.items()}
        replicates = next(iter(cubes.values())).reshape(len(next(iter(places.values()))), -1).shape[1]
        draw = np.repeat(np.arange(len(next(iter(places.values())))), replicates)
        named = {name: np.asarray(values)[draw] for name, values in places.items()}
        flat = {name: values.reshape(-1) for name, values in cubes.items()}
        rows.append(pandas.DataFrame({"scenario": plan, "draw": draw, **named, **flat}))
    return Draws(tuple(places), (), int(draw[-1]) + 1, pandas.concat(rows, ignore_index=True))


# -- robustness and regret ---------------------------------------------------------------------------------------------


def test_regret_is_how_far_a_plan_falls_behind_the_best_of_each_draw():
    draws = draws_with(
        {"time.hours": [0.1, 0.2, 0.3, 0.4]},
        a={"deep_use": [0.1, 0.2, 0.3, 0.0], "use": [0.5, 0.6, 0.1, 0.1]},
        b={"deep_use": [0.1, 0.1, 0.5, 0.1], "use": [0.1, 0.1, 0.1, 0.9]},
    )
    a, b = robustness(draws, "use >= 0.5").to_dict("records")
    assert (a["scenario"], a["outcome"], a["criterion"], a["states"], a["draws"]) == (
        "a",
        "deep_use",
        "use >= 0.5",
        4,
        4,
    )
    assert (a["satisficing"], b["satisficing"], a["best"], b["best"]) == (0.5, 0.25, 2, 3)
    assert firsts(draws) == {"a": 1, "b": 2}, "a draw in which they are equal has no first"
    assert (a["regret_mean"], a["regret_90"], a["regret_max"]) == pytest.approx((0.075, 0.2, 0.2))
    assert (b["regret_mean"], b["regret_max"]) == pytest.approx((0.025, 0.1))
    assert a["regret_mean_low"] <= a["regret_mean"] <= a["regret_mean_high"] and a["regret_90_high"] == np.inf


def test_a_criterion_may_join_conditions_and_what_is_not_defined_is_not_tested():
    places = {"time.hours": [0.1, 0.2]}
    plans = {"use": [0.5, 0.5], "deep_use": [0.1, 0.3], "sustained_scale_up": [np.nan, np.nan]}
    draws = draws_with(places, a=plans, b={**plans, "sustained_scale_up": [1.0, 0.0]})
    assert robustness(draws, "use >= 0.5 and deep_use > 0.2")["satisficing"].tolist() == [0.5, 0.5]
    untested, tested = robustness(draws)["satisficing"]
    assert np.isnan(untested) and tested == 0.5
    for wrong in ("gold >= 1", "use is high", "use >= much"):
        with pytest.raises(InputError):
            robustness(draws, wrong)


def test_shares_of_draws_have_the_exact_interval_and_replicates_count_for_what_they_are_worth():
    held = np.arange(40) < 7
    exact = binomtest(7, 40).proportion_ci(0.95, method="exact")
    assert share_interval(held[:, None]) == pytest.approx((exact.low, exact.high))
    alike = share_interval(np.repeat(held[:, None], 5, axis=1))
    assert alike == pytest.approx((exact.low, exact.high), abs=0.01), "replicates that are all alike tell nothing more"
    low, high = share_interval(np.random.default_rng(1).random((40, 25)) < 0.175)
    of_all = binomtest(175, 1000).proportion_ci(0.95, method="exact")
    assert high - low < 1.6 * (of_all.high - of_all.low), "independent replicates count"
    assert (
        share_interval(np.zeros((10, 1), dtype=bool))[0] == 0.0 and share_interval(np.ones((10, 3), dtype=bool))[1] == 1
    )


def test_a_percentile_lies_between_order_statistics_where_there_are_enough_of_them():
    values = np.arange(1.0, 41.0)[:, None]
    assert quantile_interval(values, 0.9) == (32.0, 40.0)  # 0.9^40 = 0.015; P(fewer than 32 of 40 below) = 0.016
    assert quantile_interval(np.arange(1.0, 21.0)[:, None], 0.9)[1] == np.inf, (
        "0.9^20 = 0.12: the largest may not reach it"
    )


# -- what it is worth to find out --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("slope", "lead"), [(1.0, 0.3), (2.0, 0.0), (1.0, -1.0)])
def test_the_worth_of_a_parameter_is_that_of_the_formula(slope, lead):
    found = value_of_information(linear_draws(1, slope, lead, 2000)).iloc[0]
    truth = linear_worth(slope, abs(lead))
    assert found["worth"] == pytest.approx(truth, abs=0.06) and found["low"] <= truth <= found["high"]
    assert found["shown"] and found["hindsight"] >= found["worth"]


def test_where_it_is_worth_nothing_hardly_a_value_is_shown():
    """Forty draws, one parameter, plans alike on average: the naive estimate is above 0 in every sample."""
    found = pandas.concat([value_of_information(linear_draws(seed, 0.0, 0.0)) for seed in range(60)])
    assert found["shown"].mean() <= 0.1 and (found["low"] > 0).mean() <= 0.1
    assert found["worth"].mean() < 0.05 < found["hindsight"].min()


def test_one_of_many_parameters_is_shown_only_if_it_stands_out_among_them():
    draws = linear_draws(3, 2.0, 0.0, 60)
    rng = np.random.default_rng(5)
    noise = {f"noise {number}": np.tile(rng.random(60), 2) for number in range(40)}
    many = Draws(("time.hours", *noise), (), 60, draws.outcomes.assign(**noise))
    found = value_of_information(many)
    assert found["parameter"].iloc[0] == "time.hours" and found["shown"].tolist() == [True] + [False] * 40


def test_parameters_may_be_found_out_together_and_plans_may_be_three():
    rng = np.random.default_rng(2)
    a, b = rng.random((2, 800))
    draws = draws_with(
        {"a": a, "b": b},
        one={"deep_use": np.zeros(800)},
        two={"deep_use": a - 0.5 + 0.1 * rng.normal(size=800)},
        three={"deep_use": b - 0.5 + 0.1 * rng.normal(size=800)},
    )
    alone = value_of_information(draws).set_index("parameter")
    both = value_of_information(draws, groups={"both": ("a", "b")}).iloc[0]
    assert alone.loc["a", "worth"] == pytest.approx(1 / 8, abs=0.02)  # the mean of what is above 0
    truth = np.maximum(np.maximum(a, b) - 0.5, 0).mean()  # 5/24
    assert both["worth"] == pytest.approx(truth, abs=0.02) and both["worth"] > alone["worth"].max() + 0.05


def test_plans_that_are_alike_and_draws_that_are_few():
    alike = draws_with({"a": np.arange(30) / 30}, one={"deep_use": np.ones(30)}, two={"deep_use": np.ones(30)})
    row = value_of_information(alike).iloc[0]
    assert (row["worth"], row["low"], row["high"], row["shown"]) == (0, 0, 0, False)
    with pytest.raises(InputError, match="too few") as told:
        value_of_information(linear_draws(1, 1.0, 0.0, MIN_DRAWS - 1))
    assert f"{MIN_DRAWS} or more" in str(told.value)


# -- where the preferred plan changes ----------------------------------------------------------------------------------


def test_the_place_at_which_the_preferred_plan_changes_is_found_with_its_interval():
    draws = linear_draws(1, 2.0, 0.5, 400)
    (row,) = thresholds(draws).to_dict("records")
    truth = 0.5 - 0.5 / (2.0 * np.sqrt(12.0))
    assert (row["parameter"], row["measure"], row["below"], row["above"]) == (
        "time.hours",
        "deep_use",
        "plain",
        "other",
    )
    assert row["threshold_low"] < truth < row["threshold_high"] and row["threshold"] == pytest.approx(truth, abs=0.05)
    assert row["p_value"] < 0.001 and row["threshold_high"] - row["threshold_low"] < 0.3


def test_where_one_plan_is_ahead_at_both_ends_or_luck_hides_it_nothing_is_shown():
    assert thresholds(linear_draws(1, 1.0, 3.0, 400)).empty
    assert sum(len(thresholds(linear_draws(seed, 0.0, 0.0))) for seed in range(30)) <= 4
    assert thresholds(linear_draws(1, 2.0, 0.0, MIN_DRAWS - 1)).empty


# -- stored experiments ------------------------------------------------------------------------------------------------

TWO = """
scenario = "baseline"
method = "{method}"
size = 24
replicates = 2
outcomes = ["deep_use", "use"]
[vary]
parameters = ["time.hours", "focus.alignment"]
[alternatives.distance]
programme.topology = "distance"
[alternatives.random]
programme.topology = "random"
"""


def by_hours(task, values, replicate):
    """The second variant gains where hours are many; luck is that of the run."""
    hours, luck = values["time.hours"], np.random.default_rng([task.seed, replicate]).normal()
    lead = hours - 1.0 if task.scenario.values["programme.topology"] == "random" else 0.0
    return {"deep_use": 0.1 + 0.1 * lead + 0.01 * luck, "use": 0.2 + 0.2 * lead}


def stored(tmp_path, method="latin"):
    run_experiment(
        experiment_from(tmp_path, TWO.format(method=method)), tmp_path / "store", workers=1, evaluate=by_hours
    )
    return tmp_path / "store"


def test_a_stored_experiment_on_several_variants_is_read_as_draws(tmp_path):
    draws = draws_of(stored(tmp_path))
    assert draws.done == draws.points == 24 and len(draws.outcomes) == 3 * 24 * 2
    assert draws.outcomes["scenario"].nunique() == 3 and draws.names == ("time.hours", "focus.alignment", "dummy")
    found = robustness(draws, "use >= 0.2").set_index("scenario")
    assert (found["states"] == 48).all() and (found["draws"] == 24).all() and found["best"].sum() >= 48
    worth = value_of_information(draws)
    assert worth["parameter"].iloc[0] == "time.hours" and worth["shown"].tolist() == [True, False, False]
    assert thresholds(draws)["threshold"].iloc[0] == pytest.approx(1.0, abs=0.05)


def test_stores_that_are_no_draws_are_refused(tmp_path):
    with pytest.raises(InputError, match="no draws"):
        draws_of(stored(tmp_path, "morris"))
    with pytest.raises(InputError):
        draws_of(tmp_path / "nothing")


def test_a_store_of_one_variant_and_one_of_shared_luck_are_refused(tmp_path):
    store = stored(tmp_path)
    variants = sorted(path.parent for path in store.glob("*/manifest.json"))
    with pytest.raises(InputError, match="one variant"):
        draws_of(variants[0])
    for folder in variants:
        manifest = json.loads((folder / "manifest.json").read_text())
        del manifest["asked"]["luck"]
        (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match=r"share one luck, as in 0\.1"):
        draws_of(store)


# -- in a comparison ---------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, content in FILES.items():
        Path(name).write_text(content)
    return tmp_path


def test_a_comparison_tells_records_and_replays_the_choice(folder):
    asked = ("compare", *FILES, "--replicates", 2, "--quick", "--uncertainty", 24, "--when", "use >= 0.02")
    said = invoke(*asked, "--json", "--out", "there")
    content = json.loads(said.out)
    jsonschema.validate(content, SCHEMAS["compare"])
    assert [row["criterion"] for row in content["robustness"]] == ["use >= 0.02"] * 2
    table = pandas.read_csv("there/draws.csv")
    share = (table[table["scenario"] == "plan"]["use"] >= 0.02).mean()
    assert content["robustness"][0]["satisficing"] == pytest.approx(share)
    assert len(content["information"]) == content["uncertainty"]["drawn"].__len__() and "thresholds" in content
    assert any("Draw by draw" in sentence or "In each of" in sentence for sentence in content["sentences"])
    page = Path("there/report.html").read_text()
    assert "And if the assumptions are otherwise?" in page and "Met: use is at least 2\u00a0%" in page
    assert invoke("report", "there").code == 0 and Path("there/report.html").read_text() == page
    assert invoke("replay", "there").out.startswith("there: every number is the same")
    found, _ = record.read(Path("there"))
    assert found.when == "use >= 0.02" and set(found.decision) == {"robustness", "information", "thresholds"}
    wrong = invoke(*asked[:-1], "gold >= 1", "--overwrite", "--out", "there")
    assert wrong.code == 2 and "gold" in wrong.err and "--when" in wrong.err


def test_few_draws_say_that_they_are_few_and_none_say_nothing(folder):
    plans = [Scenario.of(name) for name in FILES]
    few = compare(plans, replicates=2, quick=True, uncertainty=3)
    assert set(few.decision) == {"robustness"}
    assert otherwise.sentences(told(linear_draws(1, 2.0, 0.0, 10)))[-1].startswith("These draws are too few")
    none = compare(plans, replicates=2, quick=True)
    assert none.decision == {} and otherwise.sentences(none) == []


def told(draws):
    from dataclasses import replace

    plans = [Scenario("plain", "Plain"), Scenario("other", "Other")]
    small = [replace(plan, changed={"population.schools": 3}).with_years(0.2) for plan in plans]
    found = compare(small, replicates=2, quick=True)
    lasting = draws.outcomes.assign(sustained_scale_up=0.0)
    return replace(found, draws=replace(draws, outcomes=lasting))


def test_what_is_worth_finding_out_and_where_the_plan_changes_are_said():
    said = " ".join(otherwise.sentences(told(linear_draws(1, 2.0, 0.5, 400))))
    hours = "\u201chours for developing one's practice\u201d"
    assert f"Knowing {hours} (the questionnaire asks for it) before deciding is worth" in said
    assert f"By sustained deep use Plain is preferred where {hours} is below" in said and "Other above." in said
    nothing = " ".join(otherwise.sentences(told(linear_draws(1, 0.0, 0.0))))
    assert "By 40 draws one cannot tell whether it would pay" in nothing
    assert "Perfect hindsight, luck included, would be worth" in nothing
    ahead = linear_draws(1, 0.0, 0.0)
    rows = ahead.outcomes.assign(deep_use=(ahead.outcomes["scenario"] == "other") * 0.1)
    assert otherwise.sentences(told(Draws(ahead.names, (), 40, rows))) == [
        "In each of the 40 draws Other has the most sustained deep use: nothing that was drawn is worth finding out."
    ]
