"""The paper: its figures are those of the stored tables, its references are there, and it reads as a page."""

import json
import re
from importlib.util import find_spec

import pandas
import pytest

from plnsim.common.package import shipped
from plnsim.publish.guide import paper

SOURCE = shipped("docs/paper.md").read_text(encoding="utf-8")
BIBLIOGRAPHY = shipped("docs/paper.bib").read_text(encoding="utf-8")
WORKS = paper.references(BIBLIOGRAPHY)


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize(
    ("said", "page", "stands"),
    [
        (r"It meets (\d+) of (\d+): ", "scoreboard", r"^(\d+) of (\d+) patterns that can be tested are met"),
        (r"(\d+) of (\d+) that were used", "scoreboard", r"are met: (\d+) of (\d+) that were used in choosing"),
        (r"(\d+) of (\d+) that were held out\.", "scoreboard", r"and (\d+) of (\d+) that were kept out"),
        (r"beforehand were (\d+) of (\d+) patterns", "scoreboard", r"Aimed at: (\d+) of (\d+) patterns"),
        (r"has ([\d.]+) of ([\d.]+) bits", "scoreboard", r"Skill: ([\d.]+) of ([\d.]+) bits"),
        (r"fewer of (\d+) models without content", "scoreboard", r"fewer of (\d+) models without content"),
        (r"networks of one school ([\d.]+), the best of (\d+) random points of its parameter space ([\d.]+),",
         "scoreboard", r"Networks of one school reach ([\d.]+) bits, the best of (\d+) random points ([\d.]+)\."),
        (r"and the first version ([\d.]+)\.", "scoreboard", r"it meets \d+ \(([\d.]+) bits\) and this one"),
        (r"networks of one school meet more, (\d+ of \d+) \(([\d.]+) bits", "scoreboard",
         r"networks of one school (\d+ of \d+) \(([\d.]+) bits"),
        (r"bits against ([\d.]+)\)", "scoreboard", r"this model meets \d+ of \d+ \(([\d.]+) bits"),
        (r"(\d+) of (\d+) processes change", "ablations", r"^(\d+) of (\d+) processes matter"),
        (r"(\d+) times as fast as Mesa with the same", "speed", r"Numba engine is (\d+) .*?as fast as the Mesa engine"),
        (r"about (\w+) times a counted arithmetic floor", "speed", r"a nation takes (\w+) times its floor"),
        (r"nation of ([\d,]+) schools and ([\d,]+) teachers", "speed", r"([\d,]+) schools and ([\d,]+) teachers for"),
        (r"all lie between (\d+) and (\d+) %", "coverage", r"All lie between (\d+) and (\d+) %"),
    ],
)  # fmt: skip
def test_its_figures_are_those_of_the_guides_pages(said, page, stands):
    text = shipped(f"docs/{page}.md").read_text(encoding="utf-8")
    in_paper, in_page = re.search(said, plain(SOURCE)), re.search(stands.replace("^", r"\n"), text, re.DOTALL)
    assert in_paper and in_page and in_paper.groups() == in_page.groups()


@pytest.mark.parametrize(
    ("said", "claim"),
    [
        (r"sustained at no corner in (\d+) of (\d+) cases", "scale-up was sustained at no corner"),
        (r"no single condition sustained it \((\d+) of (\d+)\)", "no single condition raised from a weak start"),
        (r"all three together did \((\d+) of (\d+)\)", "all three conditions raised together sustained scale-up"),
        (r"what the same for good gained \((\d+) of (\d+)\)", "all three lifted while support lasted left less"),
    ],
)
def test_counts_of_cases_are_those_of_the_headline_study(said, claim):
    claims = pandas.read_csv(shipped("docs/results/claims.csv"))
    (row,) = claims[claims["text"].str.startswith(claim)].to_dict("records")
    assert tuple(map(int, re.search(said, plain(SOURCE)).groups())) == (row["held"], row["of"])


def test_what_is_not_sure_of_the_headline_study_is_said():
    study = plain(shipped("docs/results/headline.md").read_text(encoding="utf-8"))
    widest = max(re.findall(r"not yet converged: the widest 95 % interval is ([\d.]+) to either side", study))
    assert f"have not converged (widest 95 % interval: {widest} to either side)" in plain(SOURCE)
    assert "Which condition comes first is not identified" in study and "comes first is not identified" in SOURCE


def test_patterns_that_are_named_as_missed_are_missed_and_so_are_the_aims():
    board = json.loads(shipped("docs/scoreboard.json").read_text(encoding="utf-8"))
    verdicts = {one["key"]: one["verdict"] for one in board["patterns"]}
    told = plain(SOURCE).split("What is missed is listed")[1].split("*What does it rest on?*")[0]
    named = re.findall(r"\bV\d+\b", told)
    assert len(named) >= 5 and {verdicts[key] for key in named} == {"not met"}
    aims = re.search(r"\nAimed at: (.*)", shipped("docs/scoreboard.md").read_text(encoding="utf-8"))[1]
    assert ("all three were missed" in plain(SOURCE)) == (aims.count("(missed)") == 3)


def test_what_ablations_cost_is_told_as_the_tables_have_it():
    table = pandas.read_csv(shipped("docs/ablations.csv"))
    losses = -table[(table["ablation"] == "networks-of-one-school") & (table["outcome"] == "deep_use")]["relative"]
    met = pandas.read_csv(shipped("docs/ablations-patterns.csv")).fillna({"ablation": ""}).groupby("ablation")["met"]
    whole, ablated = met.sum()[""], met.sum().drop("")
    gains = table[(table["ablation"] == "no-evidence") & (table["outcome"] == "deep_use")]["relative"]
    more = re.search(r"without it, that is (\d+) to (\d+) % more", plain(SOURCE)).groups()
    assert tuple(map(int, more)) == (round(100 * gains.min()), round(100 * gains.max()))
    least, most, as_many, of = map(
        int, re.search(r"lose (\d+) to (\d+) % of deep use.*? without (\d+) of (\d+) things", plain(SOURCE)).groups()
    )
    assert (least, most) == (round(100 * losses.min()), round(100 * losses.max()))
    assert (as_many, of) == ((ablated >= whole).sum(), len(ablated))


def test_counts_of_cases_and_intervals_are_those_of_their_pages():
    verification = shipped("docs/verification.md").read_text(encoding="utf-8")
    coverage = shipped("docs/coverage.md").read_text(encoding="utf-8")
    cases = {int(number) for line in verification.splitlines() for number in re.findall(r"(?:^### |; )L(\d+)", line)}
    intervals = [line for line in coverage.splitlines() if re.match(r"\| .*\d %", line)]
    assert int(re.search(r"(\d+) limiting cases", SOURCE)[1]) == len(cases) == max(cases)
    assert int(re.search(r"tried for (\d+) combinations", plain(SOURCE))[1]) == len(intervals)


def test_every_work_that_is_cited_is_listed_and_the_other_way_round():
    cited = set(paper.KEY.findall(SOURCE))
    assert cited == set(WORKS) and len(cited) >= 15
    assert all({"author", "title", "year"} <= set(work) and key.endswith(work["year"]) for key, work in WORKS.items())


def test_the_page_of_the_guide_spells_citations_out():
    page = paper.page(SOURCE, BIBLIOGRAPHY)
    assert page.startswith("# plnsim: ") and not re.search(r"\[[^]]*@|^# (?!plnsim)|^bibliography", page, re.M)
    assert "(Frank et al. 2018)" in page and "(Huang and Kapur 2012)" in page and "(V17; Centola 2010)" in page
    assert page.count("\n- ") == len(WORKS) and "[https://doi.org/10.1002/pam.22081]" in page
    with pytest.raises(KeyError):
        paper.page(SOURCE.replace("@frank2018", "@frank2019"), BIBLIOGRAPHY)


def test_it_is_as_long_as_a_journal_wants_it():
    assert 1000 <= len(paper.HEAD.sub("", SOURCE).split()) <= 1500


def test_every_stored_table_and_figure_has_a_command_that_makes_it_again():
    text = shipped("docs/reproduce.md").read_text(encoding="utf-8")
    guide = shipped("docs")
    stored = [path for path in guide.rglob("*") if path.suffix in (".svg", ".csv", ".json")]
    rows = [line for line in text.splitlines() if line.startswith("| [")]
    of_folders = {name for row in rows for name in re.findall(r"all of `(\w+)/`", row)}
    missing = [
        path.name
        for path in stored
        if path.parent.name not in of_folders and not any(f"`{path.name}`" in row for row in rows)
    ]
    assert len(stored) > 20 and missing == []


def test_modules_that_the_data_note_names_are_there():
    modules = re.findall(r"`python -m ([\w.]+)", shipped("docs/reproduce.md").read_text(encoding="utf-8"))
    assert len(modules) > 5 and all(find_spec(name) for name in modules)
