"""The lesson on time still holds: what it says to a class is what the model gives now, and its pages carry these numbers."""

import re
from pathlib import Path

import pytest

import plnsim
from plnsim.app.lessons import ANSWERS, BEGIN, CLAIMS, END, TARGET, Numbers, setting, text, write
from plnsim.measure import BARRIERS
from plnsim.runs import run

LESSONS = Path(plnsim.__file__).parent / "guide" / "lessons"
AGAIN = "the answers are out of date: python -m plnsim.app.lessons writes them again"
CLOSE = 2.0
"""Percentage points by which a number of the answers may differ from what the model gives now."""

pytestmark = pytest.mark.xdist_group("lessons")


@pytest.fixture(scope="module")
def found():
    return Numbers()


@pytest.fixture(scope="module")
def stored():
    return ANSWERS.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_the_lesson_still_holds(claim, found):
    assert claim.holds(found), f"this no longer holds, so the lesson must change: {claim.sentence(found)}"


def test_time_alone_stays_well_under_what_the_three_conditions_reach_together(found):
    alone, together = found.use("time"), found.use(*BARRIERS)
    assert found.use() < alone < 0.7 * together


def shares(table: str) -> list[float]:
    """All shares and differences of shares in the tables and claims of a page, in percentage points."""
    return [float(one.replace("\u2212", "-")) for one in re.findall(r"[+\u2212-]?\d+(?:\.\d+)?(?= %| points| \|)", table)]


def test_the_answers_carry_the_numbers_of_the_model(found, stored):
    found.plans = []
    now = text(found)
    before = stored.partition("Plans that")[0]
    assert shares(before) == pytest.approx(shares(now.partition("Plans that")[0]), abs=CLOSE), AGAIN
    assert len(shares(before)) > 50


def test_the_plans_in_the_answers_reach_the_target(stored):
    plans = re.findall(r"- time (\d+) %, leadership (\d+) %, focus (\d+) %: (\d+) %", stored)
    assert len(plans) >= 1
    for *given, told in plans:
        reached = run(setting({one: int(share) / 100 for one, share in zip(BARRIERS, given, strict=True)}), replicates=20).values("use").mean()
        assert reached >= TARGET - CLOSE / 100 and 100 * reached == pytest.approx(int(told), abs=CLOSE), AGAIN


def test_the_numbers_are_written_between_their_marks_and_nothing_else_changes(found, tmp_path, monkeypatch):
    monkeypatch.setattr("plnsim.app.lessons.Numbers", lambda: found)
    found.plans = [({"time": 1.0, "leadership": 0.5, "focus": 0.0}, 0.7)]
    (tmp_path / "page.md").write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    write(tmp_path / "page.md")
    written = (tmp_path / "page.md").read_text()
    assert written == f"before\n{text(found)}\nafter\n" and "old" not in written and "time 100 %, leadership 50 %, focus 0 %: 70 %" in written


def test_the_worksheet_tells_the_world_as_it_is():
    plain = setting({})
    told = (LESSONS / "time-worksheet.md").read_text(encoding="utf-8")
    assert plain.number_of_schools == 20 and "Twenty invented primary schools" in told
    assert 250 <= len(plain.world().teachers) < 300 and "a little under three hundred teachers" in told
    assert (plain.weeks, plain.support_ends) == (7 * 39, 3 * 39) and "seven school years" in told and "After three years the support ends" in told


@pytest.mark.parametrize("page", sorted(LESSONS.glob("*.md")), ids=lambda page: page.stem)
def test_every_link_of_a_lesson_leads_somewhere(page):
    for link in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / link).exists(), link
