"""The lessons still hold: what they say to a class is what the model gives now, and their pages carry these numbers."""

import re
import shutil

import pytest

from plnsim.model.measure import BARRIERS
from plnsim.publish.lessons import sobol, variety
from plnsim.publish.lessons.marked import BEGIN, END, PAGES, marked_text, replace_marked
from plnsim.publish.lessons.time import ANSWERS, CLAIMS, TARGET, LessonResults, class_scenario_with, text
from plnsim.simulation.runs import run

AGAIN = "the page is out of date: python -m plnsim.publish.lessons writes its numbers again"
CLOSE = 2.0
"""Percentage points by which a number of the answers may differ from what the model gives now."""

pytestmark = pytest.mark.xdist_group("lessons")


@pytest.fixture(scope="module")
def found():
    return LessonResults()


@pytest.fixture(scope="module")
def stored():
    return marked_text(ANSWERS)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_the_lesson_still_holds(claim, found):
    assert claim.holds(found), f"this no longer holds, so the lesson must change: {claim.sentence(found)}"


def test_time_alone_stays_well_under_what_the_three_conditions_reach_together(found):
    alone, together = found.use("time"), found.use(*BARRIERS)
    assert found.use() < alone < 0.7 * together


def shares(table: str) -> list[float]:
    """All shares and differences of shares in the tables and claims of a page, in percentage points."""
    return [
        float(one.replace("\u2212", "-")) for one in re.findall(r"[+\u2212-]?\d+(?:\.\d+)?(?= %| points| \|)", table)
    ]


def test_the_answers_carry_the_numbers_of_the_model(found, stored):
    found.plans = []
    now = "\n".join(text(found))
    before = stored.partition("Plans that")[0]
    assert shares(before) == pytest.approx(shares(now.partition("Plans that")[0]), abs=CLOSE), AGAIN
    assert len(shares(before)) > 50


def test_the_plans_in_the_answers_reach_the_target(stored):
    plans = re.findall(r"- time (\d+) %, leadership (\d+) %, focus (\d+) %: (\d+) %", stored)
    assert len(plans) >= 1
    for *given, told in plans:
        reached = (
            run(
                class_scenario_with({one: int(share) / 100 for one, share in zip(BARRIERS, given, strict=True)}),
                replicates=20,
            )
            .values("use")
            .mean()
        )
        assert reached >= TARGET - CLOSE / 100 and 100 * reached == pytest.approx(int(told), abs=CLOSE), AGAIN


def test_numbers_are_written_between_their_marks_and_nothing_else_changes(found, tmp_path):
    found.plans = [({"time": 1.0, "leadership": 0.5, "focus": 0.0}, 0.7)]
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    for _ in range(2):
        assert replace_marked(page, text(found)) == page
        assert page.read_text().startswith(f"before\n{BEGIN}\n") and page.read_text().endswith(f"{END}\nafter\n")
        assert marked_text(page).strip().splitlines() == text(found) and "old" not in page.read_text()
    assert text(found)[-1] == "- time 100 %, leadership 50 %, focus 0 %: 70 %"


def test_the_worksheet_tells_the_world_as_it_is():
    plain = class_scenario_with({})
    told = (PAGES / "time-worksheet.md").read_text(encoding="utf-8")
    assert plain.number_of_schools == 20 and "Twenty invented primary schools" in told
    assert 250 <= len(plain.world().teachers) < 300 and "a little under three hundred teachers" in told
    assert (
        (plain.weeks, plain.support_ends) == (7 * 39, 3 * 39)
        and "seven school years" in told
        and "After three years the support ends" in told
    )


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.stem)
def test_every_link_of_a_lesson_leads_somewhere(page):
    for link in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / link).exists(), link


# -- why a school alone runs dry
# ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def varied():
    return variety.VarietyResults()


@pytest.mark.parametrize("claim", variety.CLAIMS, ids=lambda claim: claim.name)
def test_the_lesson_on_variety_still_holds(claim, varied):
    assert claim.holds(varied), f"this no longer holds, so the lesson must change: {claim.sentence(varied)}"


def test_the_lesson_on_variety_carries_the_numbers_of_the_model(varied):
    told = marked_text(variety.PAGE)
    assert shares(told) == pytest.approx(shares("\n".join(variety.text(varied))), abs=CLOSE), AGAIN
    assert len(shares(told)) > 20


# -- reading a Sobol figure
# ----------------------------------------------------------------------------------------------

ROW = re.compile(r"^\| (\S+) \| (-?\d+\.\d+) ± (\d+\.\d+) \| (-?\d+\.\d+) ± (\d+\.\d+) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The design of the lesson when it is far too small."""
    return sobol.analyze(tmp_path_factory.mktemp("sobol"), sobol.TOO_SMALL)


def panels() -> list[dict[str, list[float]]]:
    """The two tables of the page: first and total index of each factor, each with the half-width of its interval."""
    return [
        {name: list(map(float, numbers)) for name, *numbers in ROW.findall(part)}
        for part in marked_text(sobol.PAGE).split("\nWith ")[1:]
    ]


def test_the_small_design_of_the_page_is_that_of_the_model(small):
    now = {
        row.factor: [row.first, row.first_half_width, row.total, row.total_half_width]
        for row in small.first_and_total("use").itertuples()
    }
    told = panels()[0]
    assert told.keys() == now.keys() and len(told) == 5
    for name, numbers in told.items():
        assert numbers == pytest.approx(now[name], abs=0.15), AGAIN


def test_the_larger_design_says_what_the_lesson_says_of_it():
    few, many = panels()
    assert all(many[name][3] <= few[name][3] + 0.05 for name in many), (
        "more base points do not make the intervals narrower"
    )
    first, first_width, total_of_it, total_width = many["dummy"]
    assert abs(first) <= 1.5 * first_width and abs(total_of_it) <= 1.5 * total_width, "luck alone has no index"
    assert first_width > 0.0 and total_width > 0.0, "the dummy has luck of its own"
    total = {name: numbers[2] for name, numbers in many.items()}
    assert max(total, key=total.get) == "conditions.leadership_shift"
    assert all(-0.05 < numbers[0] <= numbers[2] + 0.05 for name, numbers in many.items() if name != "dummy")
    assert many["conditions.time_shift"][2] - many["conditions.time_shift"][3] > 0
    assert (PAGES / sobol.FIGURE).read_text(encoding="utf-8").startswith("<?xml") and sobol.FIGURE in marked_text(
        sobol.PAGE
    )


def test_the_page_and_its_figure_are_written_by_one_call(tmp_path, monkeypatch):
    monkeypatch.setattr(sobol, "TOO_SMALL", 2)
    page = tmp_path / "sobol.md"
    shutil.copy(sobol.PAGE, page)
    sobol.write(page, size=4)
    assert (
        len(ROW.findall(marked_text(page))) == 10
        and "With 2 base points" in marked_text(page)
        and "With 4 base points" in marked_text(page)
    )
    assert page.read_text().partition(END)[2] == sobol.PAGE.read_text().partition(END)[2]
    assert (tmp_path / sobol.FIGURE).stat().st_size > 10_000
