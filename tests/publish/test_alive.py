"""The part of a report that is alive, in a real browser with the network off."""

import pytest

from plnsim.output.words import percent
from plnsim.publish.report import alive
from plnsim.publish.report.html import to_html
from plnsim.publish.report.page import make_document
from plnsim.simulation.runs import run
from plnsim.simulation.scenario import Scenario
from plnsim.studies.comparison import compare
from tests.publish.test_page import PROVENANCE
from tests.support import browsing
from tests.support.browsing import PHONE, TIMEOUT_MS, WIDE, needs_browser

pytestmark = pytest.mark.xdist_group("browser")
chromium = browsing.chromium
SMALL = {"population.schools": 8, "programme.participation": 0.7, "programme.support_years": 1}


def render(comparison, provenance, engine=False):
    return to_html(make_document(comparison, provenance), alive.section(comparison) if engine else None)


@pytest.fixture(scope="module")
def comparison():
    names = ("baseline", "all-the-time-in-the-world")
    scenarios = [Scenario.of(name).with_values(SMALL).with_years(2) for name in names]
    return compare(scenarios, replicates=2, quick=True)


@pytest.fixture(scope="module")
def file(comparison, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render(comparison, PROVENANCE, engine=True), encoding="utf-8")
    return path


def test_without_the_engine_the_page_runs_nothing_and_large_worlds_stay_at_home(comparison, monkeypatch):
    assert "<script" not in render(comparison, PROVENANCE)
    monkeypatch.setattr(alive, "MAX_TEACHERS", 10)
    text = render(comparison, PROVENANCE, engine=True)
    assert "<script" not in text and "Nothing on this page can be moved: the worlds are too large" in text


@needs_browser
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_lever_gives_what_plnsim_run_gives_and_printed_nothing_of_it_shows(chromium, comparison, file, size):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="the extra plnsim[test] is not installed")
    context = chromium.new_context(viewport=size, offline=True, bypass_csp=True)
    page, complaints = context.new_page(), []
    page.set_default_timeout(TIMEOUT_MS)
    page.on("pageerror", lambda one: complaints.append(str(one)))
    page.on("console", lambda one: one.type in ("error", "warning") and complaints.append(one.text))
    page.goto(file.as_uri())
    page.locator(".alive").scroll_into_view_if_needed()
    said = page.locator("#alive-said")
    page.locator("#alive-said", has_text="Nothing is moved yet").wait_for()
    for side in comparison.results:
        assert percent(comparison.summaries[side.name, "use"]["mean"]) in table_of(page)
    page.get_by_label("time.hours").press("End")
    page.locator("#alive-said", has_text="Moved in").wait_for()
    top = {"time.hours": float(page.get_by_label("time.hours").get_attribute("max"))}
    native = run(comparison.leading.scenario.with_values(top), replicates=2).values("use").mean()
    assert f": {percent(float(native))} of all teachers" in said.inner_text().replace("\u00a0", " ")
    checked = axe.Axe().run(page, context=".alive", options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in checked.response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.emulate_media(media="print")
    assert not page.locator(".alive").is_visible()
    assert complaints == []
    context.close()


@needs_browser
def test_where_the_engine_cannot_run_one_sentence_says_so(chromium, file):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.locator("#alive-said").inner_text().startswith("This page cannot run the model here")
    assert page.locator(".picture svg").first.is_visible() and not page.locator("#alive").is_visible()
    context.close()


def table_of(page) -> str:
    return page.locator("#alive-table").inner_text().replace("\u00a0", " ")
