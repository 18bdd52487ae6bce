"""What ``plnsim trial`` leaves: a page, figures and tables that say the same, and nothing where it fails."""

import json
import re

import pandas
import pytest

from plnsim.studies.trial import text
from plnsim.studies.trial.shipped import trial_of
from plnsim.studies.trial.simulate import run_trial
from tests.support.commands import invoke

FILE = """title = "Mine & theirs"
purpose = "Is it found?"
sources = ["eef-rlc"]
known = ["this"]
assumed = ["that"]
schools = 10
follow_up = [1, 2]
trials = 6
primary = "use"
[questionnaire]
[network_survey]
[test]
[attrition]
schools = 0.1
[smallest_effect]
pupils = 0.1
[alternatives.more]
time.hours = 2.0
adoption.in_network = 0.5
[set.population]
secondary_share = 0.0
primary_staff = 6.0
[set.programme]
support_years = 1
follow_up_years = 1
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("trial")
    (place / "mine.toml").write_text(FILE, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        said = invoke("trial", "mine.toml", "--workers", 1, "--page", "guide")
    assert said.code == 0, said.err
    (place / "said.txt").write_text(said.out, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def result(folder):
    return run_trial(trial_of(folder / "mine.toml"))


def test_tables_hold_every_trial_and_what_follows(folder, result):
    out = folder / "trial-results" / "mine"
    for name, table in (("trials", result.table), ("summary", result.summary)):
        pandas.testing.assert_frame_equal(pandas.read_csv(out / f"{name}.csv"), table, check_dtype=False)
    assert len(result.table) == 2 * 6 * 5 * 2 and len(result.summary) == 2 * 5 * 2
    told = json.loads((out / "trial.json").read_text())
    assert told["model"] and told["versions"]["plnsim"] and told["command"][:2] == ["trial", "mine.toml"]
    assert {path.name for path in out.iterdir()} == {
        "mine.toml", "scenario.toml", "trials.csv", "summary.csv", "effects.svg", "power.svg", "report.html",
        "result.md", "trial.json",
    }  # fmt: skip


def test_the_page_says_what_the_command_says_and_loads_nothing(folder, result):
    page = (folder / "trial-results" / "mine" / "report.html").read_text(encoding="utf-8")
    said = " ".join((folder / "said.txt").read_text(encoding="utf-8").split())
    for sentence in text.sentences(result):
        assert sentence in said
        assert sentence.replace(" %", "\u00a0%").replace("'", "&#39;") in page
    assert "Mine &amp; theirs" in page and "<script" not in page and "<img" not in page and "<link" not in page
    assert all(reference.startswith("#") for reference in re.findall(r'(?:href|src)="([^"]*)"', page))
    labels = re.findall(r'aria-label="([^"]+)"', page)
    assert len(labels) == 10 and all("Effect on" in label or "Share of trials" in label for label in labels)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_the_page_of_the_guide_has_its_figures_and_the_command(folder):
    page = (folder / "guide" / "mine.md").read_text(encoding="utf-8")
    for figure in re.findall(r"\]\(([^)]+\.svg)\)", page):
        assert (folder / "guide" / figure).read_text().startswith("<?xml")
    assert "plnsim trial mine.toml --workers 1" in page and "--page" not in page
    assert "Rose, Thomas" in page and "- Known: this." in page and "- Assumed: that." in page


def test_numbers_of_the_tables_are_those_of_the_summary(result):
    rows = text.table_rows(result, "more")
    summary = result.summary[result.summary["alternative"] == "more"].reset_index()
    assert len(rows) == 1 + len(summary)
    for row, (_, told) in zip(rows[1:], summary.iterrows(), strict=True):
        assert row[1] == str(told["year"])
        assert row[2] == text.effect(told["true_effect"], told["measure"])
        assert row[5] == text.share_of(told, "detected") and row[6] == text.share_of(told, "false_alarm")
    assert [row[0] for row in text.smallest_rows(result)[1:]] == ["pupils' scores (SD)"] * 2


def test_only_an_earlier_trial_gives_way_and_only_where_it_may(folder, monkeypatch):
    monkeypatch.chdir(folder)
    again = ("trial", "mine.toml", "--trials", 2, "--workers", 1, "--out", "again")
    assert invoke(*again).code == 0
    refused = invoke(*again)
    assert refused.code == 2 and "holds a trial already" in refused.err and "--overwrite" in refused.err
    assert invoke(*again, "--overwrite").code == 0
    (folder / "again" / "notes.txt").write_text("mine")
    kept = invoke(*again, "--overwrite")
    assert kept.code == 2 and "not empty" in kept.err and (folder / "again" / "notes.txt").exists()


@pytest.mark.parametrize(
    ("value", "told"), [(0.123, "+12"), (-0.02, "\u22122.0"), (0.0, "0"), (float("nan"), "not defined")]
)
def test_shares_are_told_in_points(value, told):
    assert text.effect(value, "use") == told


@pytest.mark.parametrize(
    ("value", "told"), [(0.123, "+0.12"), (-0.2, "\u22120.20"), (0.001, "0.00"), (float("nan"), "not defined")]
)
def test_other_effects_are_told_to_two_places(value, told):
    assert text.effect(value, "pupils") == told


def test_the_shipped_trials_are_listed():
    said = invoke("trial", "--list")
    told = dict(line.split("  ", 1) for line in said.out.splitlines())
    titles = {name: trial_of(name).title for name in ("own-trial", "research-learning-communities")}
    assert said.code == 0 and {name: title.strip() for name, title in told.items()} == titles
