"""Scenarios compared: paired replicate by replicate, every derived table as computed by hand, and a record that can be
trusted.
"""

import csv
import json
import math
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas
import pytest

from plnsim import run
from plnsim.model.cost import ITEMS, NOT_PRICED
from plnsim.model.outcome import BARRIERS, OUTCOMES
from plnsim.output.costs import cost_cell, cost_sentences, per_adopter_cell
from plnsim.publish import record
from plnsim.publish.record import parse
from plnsim.publish.report import compared
from plnsim.publish.report.names import IMAGES
from plnsim.simulation.runs import barriers, intervals, replicates, result, simulate_run
from plnsim.simulation.runs.cost import lifted_of, ratio_interval, unpriced_of
from plnsim.simulation.scenario import Scenario, shipped_scenarios
from plnsim.simulation.scenario.weeks import CalendarEvent
from plnsim.studies.comparison import Comparison, ScenarioResult, compare
from plnsim.studies.comparison.scenario_result import DERIVED, QUANTITIES
from plnsim.studies.comparison.sensitivity import MOST_INFLUENTIAL, REFINED_RUNS, SCREENING_RUNS, candidates
from plnsim.studies.optimisation.levers import LEVERS
from plnsim.studies.readiness.questions import QUESTIONS
from tests.support.commands import invoke

RUNS = 4
SMALL = """title = "{title}: a small <one> & more"
known = ["what is known of {title}"]
assumed = ["what is assumed of {title}"]
[population]
schools = 6
secondary_share = 0
primary_staff = 8
first_users = 0.2
[programme]
participation = 0.7
schools_a_network = 2
support_years = 1
follow_up_years = 1
"""
FILES = {
    "plain.toml": SMALL.format(title="Plain"),
    "vision.toml": SMALL.format(title="Vision") + "[leadership]\nvision = 0.9\n",
    "rich.toml": SMALL.format(title="Rich") + "[time]\nhours = 2.0\n[leadership]\nvision = 0.9\n",
}
ENDS = ("confidence_low", "confidence_high", "prediction_low", "prediction_high")
TABLES = {
    "outcomes",
    "weeks",
    "years",
    "criteria",
    "without_programme",
    "summary",
    "differences",
    "costs",
    "barriers",
    "sensitivity",
    "draws",
    "draws_without_programme",
    "differences_over_draws",
    "verdicts",
    "robustness",
}


def write_files(folder: Path) -> None:
    for name, text in FILES.items():
        (folder / name).write_text(text)


@pytest.fixture(scope="session")
def whole(tmp_path_factory):
    """A folder with three scenario files and the record of a whole comparison of them, which no test changes."""
    folder = tmp_path_factory.mktemp("whole")
    write_files(folder)
    said = invoke(
        "compare",
        *(folder / name for name in FILES),
        "--replicates",
        RUNS,
        "--seed",
        5,
        "--uncertainty",
        6,
        "--out",
        folder / "record",
    )
    assert said.code == 0, said.err
    (folder / "said.txt").write_text(said.out)
    (folder / "aside.txt").write_text(said.err)
    return folder


@pytest.fixture
def kept(whole, tmp_path, monkeypatch):
    """A copy of it; the test happens in the folder in which it lies."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    return tmp_path / "record"


@pytest.fixture(scope="session")
def runs(whole):
    """The runs of the same scenarios, simulated one scenario at a time."""
    return {name.removesuffix(".toml"): run(whole / name, seed=5, replicates=RUNS) for name in FILES}


def read_table(folder: Path, name: str) -> pandas.DataFrame:
    return parse.read_table(folder / "record", name)


# -- the tables --------------------------------------------------------------------------------------------------------


def test_a_comparison_leaves_a_page_and_its_tables_and_says_the_summary(whole):
    there = {path.relative_to(whole / "record").as_posix() for path in (whole / "record").rglob("*") if path.is_file()}
    assert there == {
        "report.html",
        *(f"{one}.{kind}" for one in IMAGES for kind in ("svg", "png")),
        "provenance.json",
        "dictionary.csv",
        *(f"{one}.csv" for one in TABLES),
        *(f"scenarios/{one}" for one in FILES),
    }
    said, aside = (whole / "said.txt").read_text(), (whole / "aside.txt").read_text()
    assert (
        "gain, 95 % interval" in said and "paired runs)" in said and "too little to matter (" in " ".join(said.split())
    )
    assert max(map(len, said.splitlines()[2:])) <= 110 and len(said.splitlines()) <= 50
    assert "report.html" in aside and "paired" not in aside


def test_each_scenario_has_the_runs_that_it_has_alone(whole, runs):
    outcomes, weeks, years = (read_table(whole, name) for name in ("outcomes", "weeks", "years"))
    for name, alone in runs.items():
        for table, own in ((outcomes, alone.outcomes), (weeks, alone.weeks), (years, alone.years)):
            there = table[table["scenario"] == name].drop(columns="scenario").reset_index(drop=True)
            pandas.testing.assert_frame_equal(there, own, check_exact=True, check_dtype=False)


def test_paired_differences_are_those_computed_by_hand(whole, runs):
    table = read_table(whole, "differences").set_index(["scenario", "outcome"])
    assert set(table["baseline"]) == {"plain"} and {name for name, _ in table.index} == {"vision", "rich"}
    for name in ("vision", "rich"):
        for one in OUTCOMES:
            by_hand = [
                float(one.function(mine)) - float(one.function(base))
                for mine, base in zip(runs[name].run_counts, runs["plain"].run_counts, strict=True)
            ]
            defined = [value for value in by_hand if math.isfinite(value)]
            row = table.loc[name, one.name]
            signs = sum(value > 0 for value in defined), sum(value < 0 for value in defined)
            assert (row["higher"], row["lower"], row["pairs"]) == (*signs, len(defined))
            if defined:
                assert row["mean"] == pytest.approx(sum(defined) / len(defined), abs=1e-15)
                told = intervals(np.array(defined))
                assert [row[name] for name in ENDS] == pytest.approx(
                    [told[name] for name in ENDS], abs=1e-15, nan_ok=True
                )


def test_a_comparison_finds_the_better_programme_better_in_every_pair(whole):
    row = read_table(whole, "differences").set_index(["scenario", "outcome"]).loc["rich", "deep_use"]
    assert (row["higher"], row["pairs"]) == (RUNS, RUNS)
    assert "rich" in set(read_table(whole, "sensitivity")["scenario"])
    assert "not told by so few (4 of 4 paired runs)" in " ".join((whole / "said.txt").read_text().split())


@pytest.mark.parametrize(
    ("differences", "least", "size"),
    [
        ([0.0006, 0.0005, 0.0007, 0.0006], 0.01, "small"),
        ([0.0006, 0.0005, 0.0007, 0.0006], 0.0002, "matters"),
        ([0.05, 0.06, 0.04, 0.05], 0.01, "matters"),
        ([-0.05, -0.06, -0.04, -0.05], 0.01, "matters"),
        ([-0.002, 0.003, 0.001, -0.0015], 0.01, "small"),
        ([0.05, -0.03, 0.02, 0.01], 0.01, "undecided"),
        ([0.009, 0.011, 0.01, 0.0101], 0.01, "undecided"),
    ],
)
def test_a_difference_is_held_against_the_smallest_that_matters(runs, differences, least, size):
    base = ScenarioResult.of(runs["plain"])
    base = replace(base, scenario=base.scenario.with_values({"measure.minimal_important_difference": least}))
    deep = base.values("deep_use") + np.array(differences)
    other = replace(ScenarioResult.of(runs["rich"]), outcomes=base.outcomes.assign(deep_use=deep))
    found = Comparison((base, other), "plain")
    said = " ".join(compared.summary_sentences(found))
    assert found.size(other) == size and "smallest difference that matters" in said
    assert ("hardly differ" in said, "too little to matter" in said) == (size == "small",) * 2
    assert ("these runs do not tell" in said) == (size == "undecided")


def test_the_smallest_difference_that_matters_is_an_option(kept):
    asked = ("plain.toml", "rich.toml", "--replicates", 3, "--quick", "--json", "--overwrite", "--out", "sized")
    sizes = {}
    for least in ("0.0001", "0.9"):
        said = invoke("compare", *asked, "--minimal-important-difference", least)
        found = json.loads(said.out)
        assert said.code == 0 and found["minimal_important_difference"] == float(least)
        sizes[least] = found["sizes"]["rich"]
    assert sizes["0.9"] == "small" and sizes["0.0001"] != "small"
    assert "minimal_important_difference = 0.9" in Path("sized/scenarios/plain.toml").read_text()
    wrong = invoke("compare", *asked, "--minimal-important-difference", "2")
    assert wrong.code == 2 and "--minimal-important-difference 2" in wrong.err


def test_use_by_half_and_the_change_after_support_are_those_of_the_counts(runs):
    side = ScenarioResult.of(runs["rich"])
    for half, name in enumerate(("use_less_disadvantaged", "use_more_disadvantaged")):
        by_hand = [
            one.weeks["users"][one.last_year, half].sum() / one.weeks["staff"][one.last_year, half].sum()
            for one in runs["rich"].run_counts
        ]
        assert side.values(name) == pytest.approx(by_hand)
    assert np.array_equal(
        side.values("use_gap"), side.values("use_less_disadvantaged") - side.values("use_more_disadvantaged")
    )
    assert np.array_equal(
        side.values("change_after_support"), side.values("use") - side.values("use_when_support_ends")
    )


def test_while_support_lasts_there_is_no_change_after_it(runs):
    lasting = ScenarioResult.of(run(replace(runs["plain"].scenario, years=0.5), replicates=2))
    assert np.isnan(lasting.values("change_after_support")).all() and not lasting.outlasts_support


def test_the_cost_of_an_adopter_is_a_ratio_of_sums_against_no_programme_with_an_interval_around_it(whole, runs):
    table = read_table(whole, "costs").set_index("scenario")
    for name, alone in runs.items():
        row, without = table.loc[name], alone.without_programme
        cost = alone.values("cost") - without["cost"].to_numpy()
        extra = alone.values("sustained_adopters") - without["sustained_adopters"].to_numpy()
        assert row["cost"] == pytest.approx(cost.mean())
        assert row["cost_per_adopter"] == pytest.approx(cost.sum() / extra.sum())
        assert row["cost_per_adopter_low"] < row["cost_per_adopter"] < row["cost_per_adopter_high"]
        assert row["cost_price_low"] < row["cost"] < row["cost_price_high"]
        assert row["cost_per_pupil"] == pytest.approx(cost.sum() / alone.values("pupils").sum())
        told = {name: value for name, value in alone.cost.items() if name not in ("scenario", "not_priced")}
        assert {name: row[name] for name in told} == pytest.approx(told, nan_ok=True), "run tells the same"


@pytest.mark.parametrize(
    ("adopters", "each", "high"),
    [
        ([0.0, 0.0, 0.0, 0.0], math.inf, math.nan),
        ([0.5, 0.9, 1.2, 1.3], math.inf, math.nan),
        ([0.4, 1.2, 1.2, 1.2], 100.0, math.inf),
        ([2.0, 2.0, 2.0, 2.0], 50.0, 50.0),
    ],
)
def test_where_adopters_are_next_to_none_their_cost_is_not_reached(runs, adopters, each, high):
    side = ScenarioResult.of(runs["plain"])
    forged = side.outcomes.assign(sustained_adopters=adopters, cost=100.0)
    nothing = side.without_programme.assign(sustained_adopters=0.0, cost=0.0)
    found = replace(side, outcomes=forged, without_programme=nothing).cost
    assert (found["cost_per_adopter"], found["reached"]) == (each, sum(one >= 1 for one in adopters))
    assert found["cost_per_adopter_high"] == pytest.approx(high, nan_ok=True)


def test_what_an_invisible_hand_gives_has_no_price_and_no_cost_of_each_adopter(runs):
    plan = runs["plain"].scenario.with_values({"conditions.time_shift": 1.0})
    found = run(plan, replicates=2)
    told = found.cost
    assert told["not_priced"] == "enough time by an invisible hand"
    assert all(math.isnan(told[name]) for name in told if name.startswith("cost_per_adopter"))
    assert per_adopter_cell(told, plan.values) == "not priced" and "in part not priced" in cost_cell(told, plan.values)
    said = " ".join(cost_sentences(plan, told, found.bill))
    assert (
        "invisible hand; what it takes" in said
        and "no cost of each adopter is told" in said
        and "teachers more" not in said
    )


def test_what_is_higher_than_usual_and_nobody_pays_for_is_named_wherever_costs_are_told(runs):
    found = runs["vision"]
    assert found.cost["not_priced"] == "heads' priority for the practice 0.9 (usually 0.5)"
    assert not math.isnan(found.cost["cost_per_adopter"])
    assert per_adopter_cell(found.cost, found.scenario.values).endswith(", in part not priced")
    said = " ".join(cost_sentences(found.scenario, found.cost, found.bill))
    assert "Not priced: heads' priority for the practice 0.9 (usually 0.5); what it takes to have it so" in said
    plain = runs["plain"]
    assert plain.cost["not_priced"] == "" and "not priced" not in cost_cell(plain.cost, plain.scenario.values)
    assert "ot priced" not in " ".join(cost_sentences(plain.scenario, plain.cost, plain.bill))


@pytest.mark.parametrize(
    ("changed", "unpriced", "lifted"),
    [
        ({"leadership.support": 0.4, "inquiry.facilitation": 0.6}, {}, ()),
        ({"conditions.leadership_shift": 0.5, "conditions.focus_shift": 0.5, "time.hours": 2.0}, {}, ()),
        ({"conditions.time_shift": 0.1}, {"conditions.time_shift"}, ("time",)),
        ({"leadership.support": 0.6, "focus.alignment": 0.6}, {"leadership.support", "focus.alignment"}, ()),
    ],
)
def test_what_is_not_priced_is_told_apart_from_what_is_and_from_context(changed, unpriced, lifted):
    plan = Scenario.of("baseline").with_values(changed)
    assert (set(unpriced_of(plan)), lifted_of(plan)) == (set(unpriced), lifted)
    later = replace(Scenario.of("baseline"), calendar=(CalendarEvent(52, 78, tuple(changed.items())),))
    assert (set(unpriced_of(later)), lifted_of(later)) == (set(unpriced), lifted)


def test_what_can_be_bought_or_asked_of_leaders_is_priced_or_named_as_not_priced():
    priced = {item.times for item in ITEMS} | {lever.parameter for lever in LEVERS if lever.items}
    assert not priced & set(NOT_PRICED)
    conditions = ("leadership", "focus", "inquiry", "mobilisation", "policy")
    assert {one.parameter for one in QUESTIONS if one.parameter.partition(".")[0] in conditions} <= set(NOT_PRICED)


def test_prices_that_a_scenario_sets_are_not_drawn(runs):
    prices = {"teacher_hour": 20.0, "facilitation": 100.0, "partner": 0.0, "leadership": 0.0, "focus": 0.0}
    own = {f"prices.{name}": value for name, value in (prices | {"mailing": 0.0, "visit": 0.0}).items()}
    told = run(runs["plain"].scenario.with_values(own), replicates=2).cost
    assert told["cost_price_low"] == pytest.approx(told["cost"]) == pytest.approx(told["cost_price_high"])


def test_the_interval_of_a_ratio_is_that_of_its_logarithm_without_each_run_in_turn():
    cost, adopters = np.array([100.0, 120.0, 90.0, 130.0]), np.array([4.0, 6.0, 3.0, 5.0])
    logs = [np.log(np.delete(cost, run).sum() / np.delete(adopters, run).sum()) for run in range(4)]
    reach = 3.1824463 * np.sqrt(0.75 * np.sum((np.array(logs) - np.mean(logs)) ** 2))  # Student's t, three left
    ratio = cost.sum() / adopters.sum()
    assert ratio_interval(cost, adopters) == pytest.approx((ratio * np.exp(-reach), ratio * np.exp(reach)))
    assert np.isnan(ratio_interval(cost[:1], adopters[:1])).all()


def test_nothing_is_simulated_twice(monkeypatch):
    simulated = Counter()

    def counting(scenario, seed=1, replicate=0, *others):
        simulated[repr(sorted(scenario.values.items())), seed, replicate] += 1
        return simulate_run(scenario, seed, replicate, *others)

    monkeypatch.setattr(replicates, "simulate_run", counting)
    monkeypatch.setattr(result, "simulate_run", counting)
    result._outcomes_of.cache_clear()
    small = {"population.schools": 4, "population.secondary_share": 0.0}
    plan = Scenario.of("baseline").with_values(small).with_years(1)
    wider = replace(plan.with_values({"programme.participation": 1.0}), name="wider")
    comparison = compare([plan, wider], seed=5, replicates=2, quick=True)
    assert all(side.cost["runs"] == 2 and side.bill for side in comparison.results)
    assert set(simulated.values()) == {1}
    assert len(simulated) == 2 * (len(BARRIERS) + 3)  # the lifted, both scenarios, and the same schools without either


def test_the_actual_barriers_are_those_of_the_leading_scenario(whole, runs):
    table = read_table(whole, "barriers").set_index("condition")
    found = barriers(runs["rich"].scenario, seed=5, replicates=RUNS)
    assert set(table["scenario"]) == {"rich"} and set(table["lift"]) == {0.3} and list(table.index) == list(BARRIERS)
    for one in BARRIERS:
        assert (table.loc[one, "mean"], table.loc[one, "named"]) == (
            pytest.approx(found.gain[one].mean()),
            pytest.approx(found.named[one]),
        )
    assert table["mean"].idxmax() == found.actual


def test_the_sensitivity_moves_each_candidate_to_both_ends_of_its_plausible_range(whole):
    table = read_table(whole, "sensitivity")
    assert sorted(set(table["parameter"])) == sorted(one.qualified_name for one in candidates()) and len(
        table
    ) == 2 * len(candidates())
    for one in candidates():
        assert table[table["parameter"] == one.qualified_name]["moved_to"].tolist() == list(one.range)
    unmoved = table[table["value"] == table["moved_to"]]
    assert len(unmoved) > 0 and (unmoved["change"] == 0).all()


def test_the_most_influential_parameters_come_first_and_were_looked_at_closer(whole, runs):
    table = read_table(whole, "sensitivity")
    first = table[: 2 * MOST_INFLUENTIAL]
    spans = first["change"].abs().to_numpy().reshape(-1, 2).max(axis=1)
    assert (np.diff(spans) <= 0).all() and set(first["runs"]) == {min(REFINED_RUNS, RUNS)}
    assert set(table["runs"][2 * MOST_INFLUENTIAL :]) == {SCREENING_RUNS}
    for _, row in first[:4].iterrows():
        moved = run(
            runs["rich"].scenario.with_values({row["parameter"]: row["moved_to"]}), seed=5, replicates=RUNS
        ).values("deep_use")
        changes = moved - runs["rich"].values("deep_use")
        assert [row["change"], row["least"], row["most"]] == pytest.approx(
            [changes.mean(), changes.min(), changes.max()]
        )


def test_the_dictionary_tells_every_column_of_every_table_and_no_other(whole):
    with open(whole / "record/dictionary.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    told = [(row["table"], row["column"]) for row in rows]
    assert len(told) == len(set(told)) and set(told) == {
        (name, column) for name in TABLES for column in read_table(whole, name).columns
    }
    assert all(row["unit"] and row["meaning"].endswith(".") for row in rows)


def test_the_summary_has_every_quantity_of_every_scenario(whole):
    table = read_table(whole, "summary")
    assert len(table) == 3 * len(QUANTITIES) and set(DERIVED) < set(table["outcome"])


# -- with the same luck ------------------------------------------------------------------------------------------------


def test_neither_workers_nor_order_nor_further_scenarios_change_a_scenarios_rows(whole):
    paths = [whole / name for name in FILES]
    first = compare(paths[:2], seed=5, replicates=3, workers=1, quick=True)
    second = compare(paths[::-1], seed=5, replicates=3, workers=2, quick=True)
    for name in ("plain", "vision"):
        one, two = (next(side for side in found.results if side.name == name) for found in (first, second))
        pandas.testing.assert_frame_equal(one.weeks, two.weeks, check_exact=True)
    assert (first.baseline, second.baseline) == ("plain", "rich")


def test_the_baseline_may_be_any_of_them_by_file_or_by_name(kept):
    for baseline in ("vision.toml", "vision"):
        assert (
            invoke(
                "compare", *FILES, "--baseline", baseline, "--quick", "--replicates", 1, "--out", "other", "--overwrite"
            ).code
            == 0
        )
        assert json.loads(Path("other/provenance.json").read_text())["baseline"] == "vision"
        assert set(parse.read_table(Path("other"), "differences")["baseline"]) == {"vision"}


def test_quick_leaves_out_the_sensitivity_and_nothing_else(kept):
    asked = ("--quick", "--seed", 5, "--replicates", RUNS, "--uncertainty", 6, "--out", "quick")
    assert invoke("compare", *FILES, *asked).code == 0
    for path in sorted(kept.glob("*.csv")):
        other = kept.parent / "quick" / path.name
        assert other.exists() == (path.name != "sensitivity.csv")
        assert path.name in ("sensitivity.csv", "dictionary.csv") or other.read_bytes() == path.read_bytes()
    assert "Not looked at" in Path("quick/report.html").read_text()


def test_replay_makes_every_number_again_and_notices_what_differs(kept):
    assert invoke("replay", "record")[:2] == (0, f"record: every number is the same ({RUNS} runs, seed 5).\n")
    (kept / "costs.csv").write_text((kept / "costs.csv").read_text().replace("plain", "plane"))
    for command in ("replay", "report"):
        code, out, err = invoke(command, "record")
        assert (
            (code, out) == (2, "") and "costs.csv is not as it was written" in err and "plnsim compare wrote it" in err
        )


def test_a_record_needs_the_files_of_its_scenarios_no_more(kept):
    for name in FILES:
        Path(name).unlink()
    shutil.move("record", "moved")
    assert invoke("report", "moved").code == 0


def test_populations_from_files_are_kept_with_a_comparison(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert invoke("compare", "district", "baseline", "--years", 0.2, "--replicates", 1, "--quick").code == 0
    folder = tmp_path / "compare-district-baseline"
    assert (folder / "scenarios/district/schools.csv").read_bytes() == (
        shipped_scenarios()["district"].parent / "district/schools.csv"
    ).read_bytes()
    assert invoke("replay", "compare-district-baseline").code == 0


def test_without_out_the_folder_is_called_after_the_scenarios_and_never_replaced_unasked(kept):
    words = ("compare", "plain.toml", "rich.toml", "--quick", "--replicates", 1)
    assert invoke(*words).code == 0 and Path("compare-plain-rich/report.html").is_file()
    before = Path("compare-plain-rich/provenance.json").read_bytes()
    code, out, err = invoke(*words)
    assert (code, out) == (2, "") and "compare-plain-rich" in err and "--overwrite" in err
    assert Path("compare-plain-rich/provenance.json").read_bytes() == before
    assert invoke(*words, "--overwrite").code == 0


def test_json_is_one_object_with_the_same_numbers(kept):
    code, out, _ = invoke("compare", *FILES, "--seed", 5, "--replicates", RUNS, "--quick", "--out", "again", "--json")
    found = json.loads(out, parse_constant=pytest.fail)
    assert code == 0 and (found["schema_version"], found["baseline"], found["leading"], found["seed"]) == (
        2,
        "plain",
        "rich",
        5,
    )
    table = read_table(kept.parent, "differences")
    assert [row["mean"] for row in found["differences"]] == [
        None if math.isnan(mean) else mean for mean in table["mean"]
    ]
    assert len(found["summary"]) == 3 * len(QUANTITIES) and all(isinstance(one, str) for one in found["sentences"])


# -- what cannot be compared -------------------------------------------------------------------------------------------

REFUSED = [
    ("one alone", ("compare", "plain.toml"), "two scenarios or more", "plnsim run"),
    ("none", ("compare",), "missing argument", "plnsim compare --help"),
    (
        "unknown scenario",
        ("compare", "baseline", "bassline"),
        "there is no scenario 'bassline'",
        "did you mean baseline?",
    ),
    (
        "the same twice",
        ("compare", "plain.toml", "rich.toml", "plain.toml"),
        "two of the scenarios are called 'plain'",
        "different names",
    ),
    (
        "two files of one name",
        ("compare", "plain.toml", "sub/plain.toml"),
        "two of the scenarios are called 'plain'",
        "different names",
    ),
    (
        "baseline not among them",
        ("compare", "plain.toml", "rich.toml", "--baseline", "vision"),
        "the baseline 'vision' is not among",
        "plain",
    ),
    (
        "no replicates",
        ("compare", "plain.toml", "rich.toml", "--replicates", "0"),
        "replicates cannot be 0",
        "a whole number from 1",
    ),
    (
        "a negative seed",
        ("compare", "plain.toml", "rich.toml", "--seed", "-1"),
        "the seed cannot be -1",
        "a whole number from 0",
    ),
    ("no years", ("compare", "plain.toml", "rich.toml", "--years", "0"), "a run cannot last", "more than 0"),
    (
        "a folder with other files",
        ("compare", "plain.toml", "rich.toml", "--out", "sub", "--overwrite"),
        "is not empty",
        "an empty or new folder",
    ),
    ("report of nothing", ("report", "nowhere"), "holds no record", "provenance.json"),
    ("report of a folder that is no record", ("report", "sub"), "holds no record", "provenance.json"),
    ("replay of a folder that is no record", ("replay", "sub"), "holds no record", "provenance.json"),
]


@pytest.mark.parametrize(("words", "wrong", "right"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED])
def test_what_cannot_be_compared_is_refused_with_what_would_be_right(words, wrong, right, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_files(tmp_path)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/plain.toml").write_text(FILES["plain.toml"])
    before = sorted(tmp_path.rglob("*"))
    code, out, err = invoke(*words)
    assert (code, out) == (2, "") and err.startswith("error: ")
    assert wrong in err and right in err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"baseline": "other"}, "the baseline 'other' is not among"),
        ({"scenarios": ["plain"]}, "its scenarios cannot be a list"),
        ({"scenarios": "plain"}, "its scenarios cannot be 'plain'"),
        ({"quick": ...}, "damaged: it has no quick"),
        ({"quick": "no"}, "quick cannot be 'no'"),
        ({"sha256": {}}, "damaged"),
    ],
)
def test_a_damaged_provenance_is_told_as_such(kept, changed, wrong):
    provenance = {
        name: value
        for name, value in (json.loads((kept / "provenance.json").read_text()) | changed).items()
        if value is not ...
    }
    (kept / "provenance.json").write_text(json.dumps(provenance))
    code, out, err = invoke("report", "record")
    assert (code, out) == (2, "") and "the provenance is damaged" in err and wrong in err


def test_set_sets_a_parameter_in_every_scenario_compared(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_files(tmp_path)
    changed = ("--set", "time.hours=1.25", "--set", "prices.teacher_hour=61", "--replicates", 1, "--quick")
    assert invoke("compare", *FILES, *changed, "--out", "set").code == 0
    for scenario in record.read(tmp_path / "set")[0].results:
        assert (scenario.scenario.values["time.hours"], scenario.scenario.values["prices.teacher_hour"]) == (1.25, 61.0)
    assert invoke("replay", "set").code == 0
    code, _, err = invoke("compare", *FILES, "--set", "time.huors=1", "--out", "wrong")
    assert code == 2 and "--set time.huors=1" in err and not (tmp_path / "wrong").exists()


def test_an_interrupted_comparison_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_files(tmp_path)

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("plnsim.studies.comparison.sensitivity_table", interrupted)
    code, out, err = invoke("compare", "plain.toml", "rich.toml", "--replicates", 1)
    assert (code, out) == (130, "") and "interrupted" in err
    assert {path.name for path in tmp_path.iterdir()} == set(FILES)


def test_a_record_is_read_back_to_the_last_bit(kept):
    found, provenance = record.read(kept)
    again = compare([kept.parent / name for name in FILES], seed=5, replicates=RUNS, quick=True)
    assert isinstance(found, Comparison) and provenance["kind"] == "comparison"
    for name in ("summary", "differences", "costs"):
        pandas.testing.assert_frame_equal(found.tables[name], again.tables[name], check_exact=True)


def test_the_scenarios_of_a_record_are_those_that_were_compared(kept):
    found, _ = record.read(kept)
    for side, name in zip(found.results, FILES, strict=True):
        ran = Scenario.of(kept.parent / name)
        assert (side.name, side.scenario.values, side.scenario.title, side.scenario.known) == (
            ran.name,
            ran.values,
            ran.title,
            ran.known,
        )
