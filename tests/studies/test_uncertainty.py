"""What nobody knows is drawn in one way: three commands agree about one plan to the bit, nothing that was computed is
lost, and sentences rest on luck and parameters told apart.
"""

import json
import math
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pandas
import pytest

from plnsim import run
from plnsim.model.outcome import OUTCOMES_BY_NAME
from plnsim.output.json_schemas import SCHEMAS
from plnsim.publish.report import compared
from plnsim.simulation.model_version import model_version
from plnsim.simulation.runs import intervals
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.without_programme import without_programme
from plnsim.studies.comparison import Comparison, ScenarioResult
from plnsim.studies.optimisation.problem import Problem
from plnsim.studies.readiness import text as readiness_text
from plnsim.studies.readiness.answers import Answers
from plnsim.studies.readiness.questions import QUESTIONS
from plnsim.studies.readiness.readiness import REGION, readiness
from plnsim.studies.uncertainty import draws as drawing
from plnsim.studies.uncertainty import runs_of, simulate_draws, text, uncertain_parameters
from plnsim.studies.uncertainty.parameters import RATES
from tests.support.commands import invoke

SMALL = {"population.schools": 4, "population.secondary_share": 0, "population.primary_staff": 6}
PLAN = Scenario("plan", "A plan", changed=SMALL).with_years(1)
OTHER = replace(PLAN, name="other", changed={**PLAN.changed, "time.hours": 1.9})
SUPPORT = "programme.support_years"
FILES = {
    "plan.toml": 'title = "Plan"\n[population]\nschools = 4\nsecondary_share = 0.0\nprimary_staff = 6.0\n'
    "[programme]\nsupport_years = 0.5\nfollow_up_years = 0.5\n",
}
FILES["rich.toml"] = FILES["plan.toml"].replace("Plan", "Rich") + "[time]\nhours = 1.9\n"


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """A place of its own for the draws that are kept; compiled code is taken from where it was."""
    known = drawing.kept_folder

    def kept_folder(kind, of):
        if kind != "draws":
            return known(kind, of)
        (tmp_path / "kept" / of).mkdir(parents=True, exist_ok=True)
        return tmp_path / "kept" / of

    monkeypatch.setattr(drawing, "kept_folder", kept_folder)
    return tmp_path / "kept"


def counted(scenarios, **options):
    """Draws of some plans, and how many runs that took."""
    steps = []
    return simulate_draws(scenarios, step=lambda: steps.append(1), **options), len(steps)


# -- one way to draw
# ---------------------------------------------------------------------------------------------------------


def test_readiness_compare_and_optimise_agree_about_one_plan_to_the_bit(monkeypatch):
    """The plan is that of the questionnaire, with the support promised exactly; nothing else is answered."""
    years, draws = 2.0, 4
    low, high = MODEL_PARAMETERS[SUPPORT].range
    exactly = (years - low) / (high - low)
    shares = Answers.shares
    monkeypatch.setattr(
        Answers, "shares", lambda self, key: (exactly, exactly) if key == "promise" else shares(self, key)
    )
    plan = REGION.with_values({SUPPORT: years})
    of_compare = simulate_draws([plan], points=draws)
    of_readiness = readiness({}, draws=draws).baseline
    of_optimise = Problem(plan, (), math.inf, draws=draws).evaluate([{}])[0]
    for outcome in ("deep_use", "use", "sustained_scale_up", "use_when_support_ends"):
        assert np.array_equal(of_readiness[outcome], of_compare.values(plan.name, outcome), equal_nan=True), outcome
    assert np.array_equal(of_optimise.deep_use, of_compare.values(plan.name, "deep_use"))
    assert of_readiness["deep_use"].std() > 0


def test_where_they_do_not_agree_they_say_why():
    """A questionnaire draws the length of support as well, which is the plan's in the other commands."""
    asked = {question.parameter for question in QUESTIONS}
    assert asked - set(uncertain_parameters([REGION])) == {SUPPORT}
    assert set(uncertain_parameters([REGION])) == (asked - {SUPPORT}) | set(RATES)
    assert any("the length of support" in caveat and "plnsim compare" in caveat for caveat in readiness_text.caveats())
    draws = simulate_draws([PLAN, OTHER], points=1)
    assert "plnsim readiness, compare, run --uncertainty and optimise draw the same parameters" in text.agreement(draws)
    assert text.agreement(draws).endswith("Not drawn, because a plan sets them: time.hours.")


def test_plans_are_paired_and_what_one_of_them_sets_is_drawn_for_none():
    draws = simulate_draws([PLAN, OTHER], points=3)
    mine, others = (draws.outcomes[draws.outcomes["scenario"] == name].reset_index() for name in ("plan", "other"))
    assert draws.names == uncertain_parameters([PLAN, OTHER]) and draws.held == ("time.hours",)
    assert "time.hours" not in draws.names and "adoption.social" in draws.names
    assert mine[list(draws.names)].equals(others[list(draws.names)]) and mine["adoption.social"].nunique() == 3
    by_hand = run(OTHER.with_values(mine.loc[0, list(draws.names)].to_dict()), replicates=1)
    assert others.loc[0, "deep_use"] == by_hand.values("deep_use")[0]
    in_calendar = Scenario.from_text('title = "x"\n[[calendar]]\nyear = 0.1\nset = { policy.coherence = 0.9 }\n')
    assert "policy.coherence" not in uncertain_parameters([in_calendar])


def test_each_draw_is_run_without_a_programme_too_with_its_values_and_its_luck():
    draws = simulate_draws([PLAN, OTHER], points=3)
    for plan in (PLAN, OTHER):
        values = draws.outcomes[draws.outcomes["scenario"] == plan.name].iloc[1][list(draws.names)].to_dict()
        by_hand = run(without_programme(plan.with_values(values)), replicates=2)
        gains = draws.gains(plan.name, "use")
        assert gains[1] == draws.values(plan.name, "use")[1] - by_hand.values("use")[1]
    replicates = draws.without_programme["draw"].tolist()
    assert replicates == [0, 1, 2] * 2 and set(OUTCOMES_BY_NAME) <= set(draws.without_programme)
    assert len(replace(draws, without_programme=None).gains("plan", "use")) == 0


def test_plans_for_the_same_schools_share_the_run_without_a_programme():
    bold = replace(PLAN, name="bold", title="Bold", changed={**PLAN.changed, "programme.participation": 1.0})
    both, runs = counted([PLAN, bold], points=2, keep=False)
    assert runs == runs_of([PLAN, bold], 2) == 6
    table = both.without_programme.set_index("scenario")
    assert table.loc["plan"].reset_index(drop=True).equals(table.loc["bold"].reset_index(drop=True))
    assert runs_of([PLAN, PLAN.with_values({"population.schools": 5})], 1) == 4


# -- nothing is lost
# ---------------------------------------------------------------------------------------------------------


def test_what_the_time_was_up_for_is_computed_by_the_next_command_and_nothing_twice():
    whole, runs = counted([PLAN], points=5, keep=False)
    assert runs == 10 and whole.done == whole.points == 5
    some, runs = counted([PLAN], points=5, time_limit=0.0, workers=1)
    assert (some.done, some.points, runs) == (1, 5, 2) and "1 of 5 draws" in text.drawn(some)
    pandas.testing.assert_frame_equal(some.outcomes, whole.outcomes.head(1))
    rest, runs = counted([PLAN], points=5)
    assert (rest.done, runs) == (5, 8)
    pandas.testing.assert_frame_equal(rest.outcomes, whole.outcomes, check_exact=True)
    pandas.testing.assert_frame_equal(rest.without_programme, whole.without_programme, check_exact=True)
    again, runs = counted([PLAN], points=5)
    assert runs == 0 and again.outcomes.equals(whole.outcomes)


def test_an_interrupted_command_keeps_every_finished_draw():
    steps = []

    def step():
        steps.append(1)
        if len(steps) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate_draws([PLAN], points=5, workers=1, step=step)
    assert counted([PLAN], points=5)[1] == 10 - 3


def test_a_damaged_draw_is_computed_again_and_where_nothing_can_be_kept_nothing_is(own_cache, monkeypatch):
    whole, _ = counted([PLAN], points=3)
    part = sorted(own_cache.rglob("part-*.parquet"))[1]
    part.write_bytes(part.read_bytes()[:-20])
    again, runs = counted([PLAN], points=3)
    assert runs == 1 and again.outcomes.equals(whole.outcomes)
    monkeypatch.setattr(drawing, "kept_folder", lambda kind, of: Path("/dev/null/nowhere"))
    nowhere, runs = counted([PLAN], points=3)
    assert runs == 6 and nowhere.outcomes.equals(whole.outcomes)


@pytest.mark.parametrize("changed", ["plan", "points", "seed", "model", "held"])
def test_draws_of_something_else_are_not_taken(changed, monkeypatch):
    counted([PLAN], points=2)
    plans, points, seed = [PLAN], 2, 1
    if changed == "plan":
        plans = [PLAN.with_values({"meeting.a_year": 5})]
    elif changed == "points":
        points = 3
    elif changed == "seed":
        seed = 2
    elif changed == "held":
        plans = [PLAN, OTHER]
    else:
        monkeypatch.setattr(drawing, "model_version", lambda: f"{model_version()} changed")
    assert counted(plans, points=points, seed=seed)[1] == runs_of(plans, points)


# -- what is said
# ------------------------------------------------------------------------------------------------------------


def forged(difference, luck):
    """A comparison whose draws and runs differ by given amounts of sustained deep use."""
    draws = simulate_draws([PLAN, replace(OTHER, name="rich")], points=len(difference))
    base = draws.values("plan", "deep_use")
    table = draws.outcomes.copy()
    table.loc[table["scenario"] == "rich", "deep_use"] = base + np.array(difference)
    mine = ScenarioResult.of(run(PLAN, replicates=len(luck)))
    deep = mine.values("deep_use") + np.array(luck)
    other = replace(mine, scenario=replace(OTHER, name="rich"), outcomes=mine.outcomes.assign(deep_use=deep))
    return Comparison((mine, other), "plan", draws=replace(draws, outcomes=table))


def test_a_verdict_counts_what_matters_and_tells_luck_from_parameters():
    found = forged([0.05, 0.02, -0.03, 0.001], [0.05, 0.051, 0.049])
    verdict = found.verdicts["rich"]
    assert [verdict[key] for key in ("gains", "loses", "neither", "pairs")] == [2, 1, 1, 4]
    assert verdict["deviation"] == pytest.approx(np.std([0.05, 0.02, -0.03, 0.001], ddof=1))
    assert verdict["deviation_luck"] == pytest.approx(0.001)
    told = found.over_draws["rich", "deep_use"]
    assert told["mean"] == pytest.approx(0.01025) and (told["higher"], told["lower"]) == (3, 1)
    said = " ".join(compared.summary_sentences(found))
    assert "in 2 of 4 draws, loses as much in 1 and differs too little to matter in 1." in said
    assert "not told by so few (2 of 4 paired runs)" in said and "not told by so few (3 of 3 paired runs)" in said
    assert "most of what is open lies in the parameters" in said and "Luck alone: in this model" in said
    mostly_luck = " ".join(compared.summary_sentences(forged([0.05, 0.051, 0.049], [0.05, -0.02, 0.09])))
    assert "most of what is open lies in luck" in mostly_luck


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, content in FILES.items():
        Path(name).write_text(content)
    return tmp_path


def test_a_comparison_with_draws_is_told_recorded_and_replayed(folder):
    asked = ("compare", *FILES, "--replicates", 3, "--quick", "--uncertainty", 3)
    said = invoke(*asked, "--json", "--out", "there")
    content = json.loads(said.out)
    jsonschema.validate(content, SCHEMAS["compare"])
    assert content["uncertainty"]["done"] == 3 and content["uncertainty"]["held"] == ["time.hours"]
    assert [row["baseline"] for row in content["verdicts"]] == ["plan", "no programme", "no programme"]
    assert {sum(row[key] for key in ("gains", "loses", "neither")) for row in content["verdicts"]} == {3}
    against_none = [row for row in content["differences_over_draws"] if row["baseline"] == "no programme"]
    assert {row["scenario"] for row in against_none} == {"plan", "rich"} and "draws_without_programme" not in content
    assert any(sentence.startswith("Luck and parameters together, over 3 draws") for sentence in content["sentences"])
    page = Path("there/report.html").read_bytes()
    assert invoke("report", "there").code == 0 and Path("there/report.html").read_bytes() == page
    assert invoke("replay", "there").out.startswith("there: every number is the same")
    assert invoke(*asked, "--overwrite", "--out", "there").code == 0
    table = pandas.read_csv("there/draws.csv")
    of_none = pandas.read_csv("there/draws_without_programme.csv")
    gain = (
        table.loc[table["scenario"] == "rich", "use"].mean() - of_none.loc[of_none["scenario"] == "rich", "use"].mean()
    )
    assert next(row for row in against_none if (row["scenario"], row["outcome"]) == ("rich", "use"))["mean"] == (
        pytest.approx(gain)
    )
    Path("there/draws.csv").write_text(table.assign(deep_use=0).to_csv(index=False))
    assert "draws.csv is not as it was written" in invoke("report", "there").err


def test_a_run_with_draws_is_told_recorded_and_replayed(folder):
    asked = ("run", "plan.toml", "--replicates", 3)
    plain, said = invoke(*asked), invoke(*asked, "--uncertainty", 3, "--out", "there")
    assert "Luck and parameters together, over 3 draws of the 42 parameters" in " ".join(said.out.split())
    assert "Luck and parameters" not in plain.out and "luck alone, at the values as they are set" in " ".join(
        said.out.split()
    )
    content = json.loads(invoke(*asked, "--uncertainty", 3, "--json").out)
    jsonschema.validate(content, SCHEMAS["run"])
    use = pandas.read_csv("there/draws.csv")["use"].to_numpy()
    assert content["outcomes_over_draws"]["use"] == pytest.approx(intervals(use, "share"))
    assert set(content["outcomes_over_draws"]) == set(OUTCOMES_BY_NAME)
    (verdict,) = content["verdicts"]
    assert (verdict["baseline"], verdict["pairs"]) == ("no programme", 3)
    assert invoke("replay", "there").out.startswith("there: every number is the same")
    assert invoke("report", "there").code == 0
    page = Path("there/report.html").read_text()
    assert "Luck and parameters together, over 3 draws" in page
    assert "<h1>Plan does not beat having no programme in any of 3 draws" in page
    assert "it is ahead of no programme by 1.0 points or more in 0 of 3 draws." in " ".join(said.out.split())


@pytest.mark.parametrize(
    ("draws", "uncertainty", "wrong"),
    [(0, 3, "provenance"), (4, 3, "provenance"), ("x", 3, "provenance"), (2, 3, "no 2 draws of each scenario")],
)
def test_a_record_whose_draws_are_others_is_told(folder, draws, uncertainty, wrong):
    assert invoke("run", "plan.toml", "--replicates", 2, "--uncertainty", 3, "--out", "there").code == 0
    provenance = json.loads(Path("there/provenance.json").read_text())
    Path("there/provenance.json").write_text(json.dumps(provenance | {"draws": draws, "uncertainty": uncertainty}))
    said = invoke("report", "there")
    assert said.code == 2 and wrong in said.err and "Traceback" not in said.err


@pytest.mark.parametrize(
    ("option", "value"), [("--uncertainty", "-1"), ("--time-limit", "-1"), ("--time-limit", "nan")]
)
@pytest.mark.parametrize("command", [("run", "plan.toml", "--uncertainty", "2"), ("compare", *FILES)])
def test_wrong_numbers_name_their_option(folder, command, option, value):
    said = invoke(*command, option, value)
    assert said.code == 2 and option in said.err and "Traceback" not in said.err
