"""The guided story: its words, and the page in a real browser with the network off."""

import re
from types import SimpleNamespace

import pytest

from plnsim.app.guided import load_texts, render_story
from plnsim.app.guided.texts import SHIPPED
from plnsim.common.errors import InputError
from plnsim.output.words import percent
from plnsim.simulation.runs import run
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.classroom import with_class_size
from tests.support import browsing
from tests.support.browsing import PHONE, TIMEOUT_MS, WIDE, needs_browser

pytestmark = pytest.mark.xdist_group("browser")
chromium = browsing.chromium
REPLICATES = 3
STEPS = ("network", "teacher", "alone", "ends", "plan")
NUMBER = re.compile(r"\d+(\.\d+)?\s*(%|points|teachers|schools|years|weeks)")


@pytest.fixture(scope="module")
def text():
    return render_story(Scenario.of("baseline"), load_texts(), replicates=REPLICATES)


@pytest.fixture(scope="module")
def file(text, tmp_path_factory):
    path = tmp_path_factory.mktemp("stick") / "story.html"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def visit(chromium, file):
    """Opens the file with the network off; it may neither complain nor ask for anything."""
    opened = []

    def open_page(size=WIDE, **more):
        context = chromium.new_context(viewport=size, offline=True, **more)
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        seen = SimpleNamespace(context=context, complaints=[], asked=[])
        page.on("console", lambda one: one.type in ("error", "warning") and seen.complaints.append(one.text))
        page.on("pageerror", lambda one: seen.complaints.append(str(one)))
        page.on("request", lambda one: seen.asked.append(one.url))
        page.goto(file.as_uri())
        opened.append(seen)
        return page

    yield open_page
    for seen in opened:
        seen.context.close()
        assert seen.complaints == []
        assert {one for one in seen.asked if not one.startswith("data:")} == {file.as_uri()}


def written(tmp_path, old, new):
    path = tmp_path / "words.toml"
    path.write_text(SHIPPED.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return path


def test_no_result_is_written_into_the_words():
    assert [key for key, value in load_texts().items() if NUMBER.search(value.replace("100 teachers", ""))] == []


def test_words_of_another_language_take_the_place_of_all(tmp_path, text):
    words = load_texts(written(tmp_path, 'language = "en"', 'language = "nl"'))
    assert words == load_texts() | {"page.language": "nl"}
    assert '<html lang="en">' in text


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('run = "Run it"', "", "the text words.run is missing"),
        ('run = "Run it"', 'run = "Run it"\nruns = "x"', "there is no text words.runs"),
        ('run = "Run it"', "run = 3", "words.run is 3"),
        ('run = "Run it"', 'run = "{wrong}"', "nothing fills in {wrong} in words.run"),
        ('language = "en"', 'language = "<b>"', "no code of a language"),
        ("[page]", "loose = 1\n[page]", "stands in no section"),
    ],
)
def test_wrong_words_are_told_with_their_place(tmp_path, old, new, said):
    path = written(tmp_path, old, new)
    with pytest.raises(InputError) as raised:
        load_texts(path)
    assert said in str(raised.value) and path.name in str(raised.value)


@needs_browser
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_each_step_asks_first_then_runs_and_nothing_is_at_fault(visit, size):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="the extra plnsim[test] is not installed")
    page = visit(size=size, bypass_csp=True)
    for step in STEPS:
        found = page.locator(f"#found-{step}")
        page.locator(f"#bet-{step} button:enabled").wait_for()
        assert not found.is_visible()
        page.locator(f"#guess-{step}").press("ArrowRight")
        page.locator(f"#bet-{step} button").press("Enter")
        found.wait_for()
        assert "You guessed" in found.get_by_role("status").first.inner_text()
    page.locator("#causes-title").click()
    assert page.locator("#causes path").count() > 0
    checked = axe.Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in checked.response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@needs_browser
def test_the_page_says_what_plnsim_run_says_and_shows_what_a_slider_moves(visit):
    page = visit()
    page.locator("#bet-ends button:enabled").click()
    said = page.locator("#found-ends [role=status]").first
    said.wait_for()
    as_it_is = with_class_size(Scenario.of("baseline"))
    never_ends = as_it_is.with_years(7).with_values({"programme.support_years": 7.0})
    use, without_end = (
        percent(float(run(one, seed=1, replicates=REPLICATES).values("use").mean())) for one in (as_it_is, never_ends)
    )
    told = said.inner_text().replace("\u00a0", " ")
    assert f"the model says {without_end}." in told and f"and {use} in the last year" in told and use != without_end
    page.locator("#bet-plan button").click()
    plan = page.locator("#found-plan [role=status]")
    plan.wait_for()
    assert "You moved nothing" in plan.inner_text()
    page.locator("#plan-hours").press("ArrowRight")
    page.locator("#causes-title").click()
    assert page.locator("#parameter").input_value() == "time.hours"
    assert page.locator("#causes button.o1").all_inner_texts() == ["hours"]


@needs_browser
def test_where_the_model_cannot_run_one_sentence_says_so_and_the_stored_curve_shows(chromium, file):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.locator("#stored svg").is_visible() and "does not run the model" in page.locator("#stored").inner_text()
    context.close()
    context = chromium.new_context()
    page = context.new_page()
    page.add_init_script("delete window.WebAssembly")
    page.goto(file.as_uri())
    page.locator("#stored svg").wait_for()
    context.close()
