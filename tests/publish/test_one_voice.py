"""What the README says was found is what the stored results hold."""

import json
import re

import pandas
import pytest

from plnsim.common.package import shipped

RESULTS = shipped("docs/results")


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


def test_patterns_met_are_those_of_the_scoreboard():
    board = json.loads(shipped("docs/scoreboard.json").read_text(encoding="utf-8"))
    verdicts = [one for one in board["patterns"] if one["verdict"] != "not testable yet"]
    kept_out = [one for one in verdicts if one["used"] == "held out"]
    counts = [(sum(one["verdict"] == "met" for one in those), len(those)) for those in (verdicts, kept_out)]
    said = re.search(r"\((\d+) of (\d+); of those .*?, (\d+) of (\d+),", found()).groups()
    assert [int(number) for number in said] == [*counts[0], *counts[1]]


def test_networks_of_one_school_lose_what_the_readme_says():
    table = pandas.read_csv(shipped("docs/ablations.csv"))
    rows = table[(table["ablation"] == "networks-of-one-school") & (table["outcome"] == "deep_use")]
    assert len(rows) == 5 and "half or more of sustained deep use in all five programmes" in found()
    assert (rows["relative"] <= -0.5).all()


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
