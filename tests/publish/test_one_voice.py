"""What the README says was found is what the stored results hold."""

import json
import re

import pandas
import pytest

from plnsim.common.package import shipped
from plnsim.model.measure import BARRIERS
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS

RESULTS = shipped("docs/results")
BOARD = json.loads(shipped("docs/scoreboard.json").read_text(encoding="utf-8"))
BITS = {one["key"]: one["bits"] for one in BOARD["skill"]["patterns"]}
FIVE = ("baseline", "challenge-partners", "research-learning-communities", "research-learning-network", "lesson-study")


def how_it_works(heading: str) -> str:
    """A section of the page on how the model works, as one line."""
    text = shipped("docs/how-the-model-works.md").read_text(encoding="utf-8")
    return re.sub(r"\s+", " ", text.partition(f"## {heading}\n")[2].partition("\n## ")[0])


def effects_on_deep_use(ablation: str) -> pandas.DataFrame:
    table = pandas.read_csv(shipped("docs/ablations.csv"))
    return table[(table["ablation"] == ablation) & (table["outcome"] == "deep_use")].set_index("scenario").loc[[*FIVE]]


def found() -> str:
    text = shipped("README.md").read_text(encoding="utf-8")
    return re.sub(r"\s+", " ", text[text.index("## What it finds") : text.index("## In Python")])


@pytest.mark.parametrize(
    ("said", "claim"),
    [
        (r"sustained at no corner in (\d+) of (\d+) cases", "scale-up was sustained at no corner"),
        (r"no single condition .*? sustained it \((\d+) of (\d+)\)", "no single condition raised from a weak start"),
        (r"shared focus together did \((\d+) of (\d+)\)", "all three conditions raised together sustained scale-up"),
        (r"Time alone gained less .*? in (\d+) of (\d+)", "time alone gained less than half"),
        (r"what the same for good gained, in (\d+) of (\d+)", "all three lifted while support lasted left less"),
    ],
)
def test_counts_of_cases_are_those_of_the_headline_study(said, claim):
    claims = pandas.read_csv(RESULTS / "claims.csv")
    (row,) = claims[claims["text"].str.startswith(claim)].to_dict("records")
    assert tuple(map(int, re.search(said, found()).groups())) == (row["held"], row["of"])


def test_which_comes_first_is_said_as_the_study_says_it():
    page = (RESULTS / "headline.md").read_text(encoding="utf-8")
    assert ("Which condition comes first is not identified" in page) == ("comes first is not identified" in found())


def test_how_often_leadership_moves_most_is_told_alike():
    table = pandas.read_csv(RESULTS / "order.csv").set_index(["outcome", "kind", "name"])
    first, surely, of = table.loc[("deep_use", "condition", "leadership"), ["first", "surely", "of"]]
    said = f"leadership moves sustained deep use most in {first} of {of} cases, more surely than luck in {surely}."
    lesson = re.sub(r"\s+", " ", shipped("docs/lessons/sobol.md").read_text(encoding="utf-8"))
    assert said in found() and said in lesson


def test_patterns_met_are_those_of_the_scoreboard():
    verdicts = [one for one in BOARD["patterns"] if one["verdict"] != "not testable yet"]
    kept_out = [one for one in verdicts if one["used"] == "held out"]
    counts = [(sum(one["verdict"] == "met" for one in those), len(those)) for those in (verdicts, kept_out)]
    said = re.search(r"\((\d+) of (\d+); of those .*?, (\d+) of (\d+),", found()).groups()
    assert [int(number) for number in said] == [*counts[0], *counts[1]]


def test_networks_of_one_school_lose_what_the_readme_says():
    assert "half or more of sustained deep use in all five programmes" in found()
    assert (effects_on_deep_use("networks-of-one-school")["relative"] <= -0.5).all()


def test_half_of_what_is_missing_sustains_where_the_readme_says():
    claims = pandas.read_csv(RESULTS / "claims.csv").set_index("about")
    assert "even of all three, sustained scale-up in none of them" in found()
    assert claims.loc["lifted", "held"] == claims.loc["lifted", "of"] == claims.loc["kept", "of"] == 64


@pytest.mark.parametrize(
    ("words", "ablation"),
    [
        ("other schools: networks of one school instead of five", "networks-of-one-school"),
        ("the growth of trust", "no-trust-growth"),
        ("brokers' awareness of their role", "unaware-brokers"),
        ("sharing in meetings", "no-sharing"),
        ("finding new parts by comparing", "no-comparing"),
    ],
)
def test_what_carries_the_model_is_what_ablations_say(words, ablation):
    relative = effects_on_deep_use(ablation).loc["baseline", "relative"]
    assert f"| {words} | {100 * relative:.0f} % |" in how_it_works("What carries it")


def test_what_is_named_differs_from_what_is_in_the_way_as_often_as_is_said():
    said = re.search(
        r"at (\d+) of (\d+) places .*? in (\d+) of (\d+) programmes, nowhere", how_it_works("Three conditions")
    )
    counts: list[int] = []
    for name in ("time-and-leadership", "programmes"):
        table = pandas.read_csv(RESULTS / f"{name}.csv")
        table = table[table["obstacle"].isin(BARRIERS)]
        differs = table["named"] != table["obstacle"]
        assert not (differs & table["surely"]).any()
        counts += [differs.sum(), len(table)]
    assert [*map(int, said.groups())] == counts


def figures(key: str) -> dict[str, dict[str, float]]:
    (pattern,) = [one for one in BOARD["patterns"] if one["key"] == key]
    return {figure["name"]: figure for figure in pattern["figures"]}


NOT_RIGHT = how_it_works("What it does not get right")


@pytest.mark.parametrize(
    ("said", "key", "figure"),
    [
        (r"use is at (\S+) of what it was after four years \(published: (\S+) to (\S+)\)", "decline", ""),
        (r"intensive support gains (\S+) SD of practice .*? \(published: (\S+) to (\S+),", "V4", "practice"),
        (r"of practice and (\S+) SD of pupils \(published: .*?, and (\S+) to (\S+)\)", "V4", "pupils"),
        (r"a skilled colleague (\S+) \((\S+) to (\S+)\)", "V7", "pupils of the less skilled"),
        (r"large \((\S+) of the effect on practice .*?; published (\S+) to (\S+)\)", "V5", "practice"),
    ],
)
def test_figures_that_are_not_right_are_those_of_the_scoreboard(said, key, figure):
    of = figures(key)[figure or next(iter(figures(key)))]
    value, low, high = re.search(said, NOT_RIGHT).groups()
    assert f"{of['value']:.{len(value.partition('.')[2])}f}" == value
    assert (float(low), float(high)) == (of["low"], of["high"]) and not of["met"]


def test_shares_that_are_not_right_are_those_of_the_scoreboard():
    assert f"{100 * figures('V10')['schools that go on']['value']:.0f} % of schools go on" in NOT_RIGHT
    assert f"{100 * figures('V19')['name time']['value']:.0f} % do at the defaults" in NOT_RIGHT
    lessons = figures("peer observation")["pupils"]
    assert "watching lessons nothing (0.03 to 0.11)" in NOT_RIGHT and lessons["value"] < 0.005
    assert (lessons["low"], lessons["high"]) == (0.03, 0.11)


def test_the_models_own_test_and_its_ablations_are_told_as_they_came_out():
    kept_out = {one["key"] for one in BOARD["patterns"] if one["used"] == "held out"}
    met = {model["name"]: set(model["met"]) & kept_out for model in BOARD["skill"]["models"]}
    mine, of_one = met["this model"], met["networks of one school"]
    said = re.search(r"Of the (\d+) .*? it meets (\d+);.*? meet (\d+) \((\S+) bits against (\S+)\)", NOT_RIGHT).groups()
    bits = [f"{sum(BITS[key] for key in some):.1f}" for some in (of_one, mine)]
    assert said == (str(len(kept_out)), str(len(mine)), str(len(of_one)), *bits)
    skills = {model["name"]: model["bits"] for model in BOARD["skill"]["models"]}
    assert skills["the first model"] > skills["this model"]
    scores = pandas.read_csv(shipped("docs/ablations-patterns.csv"), keep_default_na=False)
    without = {name: set(rows["pattern"][rows["met"]]) for name, rows in scores.groupby("ablation")}
    whole = without.pop("")
    as_many = sum(len(some) >= len(whole) for some in without.values())
    skill = {name: sum(map(BITS.get, sorted(some))) for name, some in {**without, "": whole}.items()}
    more = sum(one > skill[""] + 1e-9 for one in skill.values())
    assert re.search(r"(\d+) of (\d+) \[abl.*? and (\d+) have more skill", NOT_RIGHT).groups() == (
        str(as_many), str(len(without)), str(more),
    )  # fmt: skip


def test_depth_survival_and_evidence_are_those_of_ablations():
    table = pandas.read_csv(shipped("docs/ablations.csv"))
    whole = table.groupby(["scenario", "outcome"])["whole"].max().unstack().loc[[*FIVE]]
    depth = whole["deep_use"] / whole["use"]
    threshold = MODEL_PARAMETERS["measure.depth"].default
    assert f"a depth of {depth.min():.2f} to {depth.max():.2f} in five programmes" in NOT_RIGHT
    assert f"sustained scale-up asks for {threshold}" in NOT_RIGHT
    survival = 100 * whole["teacher_survival_3"]
    assert f"{survival.min():.0f} to {survival.max():.0f} % have not given it up three years later" in NOT_RIGHT
    evidence = 100 * effects_on_deep_use("no-evidence")["relative"]
    assert f"keep {evidence.min():.0f} to {evidence.max():.0f} % more sustained deep use" in NOT_RIGHT
    sustained = pandas.read_csv(RESULTS / "programmes.csv")["sustained"]
    assert f"{(sustained > 0).sum()} of {len(sustained)} programmes reaches it (in half of its runs)" in NOT_RIGHT
    assert sustained.max() == 0.5


def test_the_trial_that_lasts_is_told_as_its_page_tells_it():
    told = re.sub(r"\s+", " ", shipped("docs/virtual-trial.md").read_text(encoding="utf-8"))
    page = shipped("docs/trials/research-learning-communities.md").read_text(encoding="utf-8")
    lasting = re.findall(
        r"- (.+): the schools of the programme reach sustained scale-up.*, in (\d+) of (\d+) trials", page
    )
    sustained = [(int(some), int(of)) for _, some, of in lasting]
    assert len(lasting) == 4 and [some for some, _ in sustained[:3]] == [0, 0, 0]
    assert f"in {sustained[3][0]} of {sustained[3][1]} trials" in told and f"Of these {sustained[3][0]}," in told
    nulls = re.search(
        rf"{lasting[3][0]}: the schools.*?pupils' scores after .*? in (.+?); by use as reported .* in (.+)\.", page
    )
    by_pupils, by_use = (re.findall(r"(\d+ %) \(", said) for said in nulls.groups())
    assert f"pupils' scores declare {by_pupils[1]} null after two years" in told and set(by_use) == {"0 %"}
    effects = re.findall(r"\| belief \(points\) \| (\d) \| (\S+) \|", page)
    assert [effect[0] for year, effect in effects[:3]] == ["\u2212"] * 3  # the programme as it was lowers belief
