"""The explorable in a real browser with the network off: it says what the live page says, hides the outcome until a
guess, and is open to all.
"""

import re
import statistics
from threading import Event
from types import SimpleNamespace

import numpy as np
import pytest

from plnsim.app import grid as grids
from plnsim.app.curves import compare_curves, simulate_curves
from plnsim.app.explorable import PRESETS, SUPPORT, TIME
from plnsim.simulation.scenario.classroom import with_same_length
from tests.support import browsing, explored
from tests.support.browsing import PHONE, TIMEOUT_MS, WIDE, needs_browser
from tests.support.explored import AXES, BYTE, EVERYTHING

pytestmark = pytest.mark.xdist_group("browser")
scenario, coarse, accuracy, text = explored.scenario, explored.coarse, explored.accuracy, explored.text  # fixtures
chromium = browsing.chromium


@pytest.fixture(scope="module")
def file(text, tmp_path_factory):
    path = tmp_path_factory.mktemp("stick") / "explorable.html"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def visit(chromium, file):
    """Opens the file with the network off; it may neither complain nor ask for anything."""
    opened = []

    def open_page(size=WIDE, hash="", **more):
        context = chromium.new_context(viewport=size, offline=True, **more)
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        seen = SimpleNamespace(page=page, context=context, complaints=[], asked=[])
        page.on("console", lambda one: one.type in ("error", "warning") and seen.complaints.append(one.text))
        page.on("pageerror", lambda one: seen.complaints.append(str(one)))
        page.on("request", lambda one: seen.asked.append(one.url))
        page.goto(f"{file.as_uri()}{hash}")
        page.locator("#chart svg").wait_for()
        opened.append(seen)
        return page

    yield open_page
    for seen in opened:
        seen.context.close()
        assert seen.complaints == []
        assert {one.partition("#")[0] for one in seen.asked if not one.startswith("data:")} == {file.as_uri()}


def slider(page, name: str):
    return page.get_by_role("slider", name=re.compile(rf"^{name}\b"))


def curve(page, kind: str = "if") -> str:
    found = page.locator(f"path.middle.{kind}")
    return found.get_attribute("d") if found.count() else ""


def guess(page, share: int) -> None:
    slider(page, "My guess").fill(str(share))
    page.get_by_role("button", name="Place my guess and run").click()


def said(page) -> str:
    return page.get_by_role("status").inner_text().replace("\u00a0", " ")


ASKED = """async ({ outcome, is, if: other }) => {
  const source = grid(JSON.parse(document.getElementById("data").textContent));
  const picture = await source.picture({ values: other ?? is, side: "if" });
  return { curves: await source.curves({ outcome, is, if: other }), picture };
}"""


@needs_browser
@pytest.mark.parametrize("outcome", ["use", "deep_use", "home_use"])
@pytest.mark.parametrize(
    ("is_", "if_"), [({}, None), ({}, {TIME: 1.0}), ({SUPPORT: 1.0}, EVERYTHING), (EVERYTHING, {SUPPORT: 1.0})], ids=str
)
def test_at_a_setting_the_page_says_word_for_word_what_the_live_page_says(visit, scenario, outcome, is_, if_):
    found = visit().evaluate(ASKED, {"outcome": outcome, "is": is_, "if": if_})["curves"]
    live = compare_curves(
        simulate_curves(with_same_length(scenario, is_), 1, Event()),
        simulate_curves(with_same_length(scenario, if_), 1, Event()) if if_ else None,
        outcome,
    )
    assert found["sentence"].replace("\u00a0", " ") == live["sentence"]
    assert found["paired"] == (pytest.approx(live["paired"], abs=1e-6) if if_ else None)
    for side in ("is", "if") if if_ else ("is",):
        assert found[side]["last"] == pytest.approx(live[side]["last"], abs=1e-6)
        assert (found[side]["support_ends"], found[side]["weeks"]) == (live[side]["support_ends"], live[side]["weeks"])
        for mine, theirs in (
            (found[side]["middle"], live[side]["middle"]),
            (found[side]["one"], live[side]["one"]),
            *zip(found[side]["inner"] + found[side]["outer"], live[side]["inner"] + live[side]["outer"], strict=True),
        ):
            assert mine == pytest.approx([theirs[week] for week in found[side]["at"]], abs=BYTE)


@needs_browser
def test_between_settings_the_page_reads_the_grid_as_the_error_was_measured(visit, coarse):
    page = visit()
    for number in range(4):
        setting = grids._random_setting(coarse, number)
        found = page.evaluate(ASKED, {"outcome": "use", "is": {}, "if": setting})
        levels = [
            found["curves"]["if"]["middle"],
            *found["curves"]["if"]["inner"],
            *found["curves"]["if"]["outer"],
            found["curves"]["if"]["one"],
        ]
        assert np.array(levels) == pytest.approx(coarse.interpolate("curves", setting)[0] / 255)
        assert [found["picture"]["trying"], found["picture"]["habit"]] == [
            pytest.approx(one / 255) for one in coarse.interpolate("teachers", setting)
        ]
        assert found["curves"]["if"]["last"]["mean"] == pytest.approx(coarse.interpolate("last", setting)[0].mean())


@needs_browser
def test_the_outcome_stays_hidden_until_a_guess_is_made_and_the_guess_stays(visit):
    page = visit()
    page.get_by_role("button", name="All the time in the world").click()
    page.wait_for_timeout(300)
    assert curve(page) == "" and "guess first" in said(page)
    guess(page, 70)
    assert re.match(
        r"You guessed 70 %; the runs give about \d+ %: your guess was \d+ points too high\.",
        page.locator("#guessed").inner_text().replace("\u00a0", " "),
    )
    assert page.locator("#chart path.guess").count() == 1 and re.search(
        r"against about \d+ % as it is", said(page).replace("\u00a0", " ")
    )
    slider(page, "More leadership").press("End")
    page.locator("#chart path.guess").wait_for()
    assert "70" in page.locator("#chart text.guess").text_content()


@needs_browser
def test_a_slider_changes_the_curve_the_dots_and_the_sentence(visit):
    page = visit(hash="#shown=1")
    assert curve(page) == "" and curve(page, "is") != ""
    before, spoken = "", said(page)
    for name in ("More time", "More leadership", "More shared focus"):
        slider(page, name).focus()
        slider(page, name).press("End")
        expect_other(page, before)
        assert (
            slider(page, name).get_attribute("aria-valuetext").replace("\u00a0", " ") == "100 %"
            and said(page) != spoken
        )
        before, spoken = curve(page), said(page)
    slider(page, "Support ends after").press("Home")
    expect_other(page, before)
    assert slider(page, "Support ends after").get_attribute("aria-valuetext") == "1 years"
    assert (
        page.locator("#sides figure").count() == 2
        and page.locator("#sides figure").nth(1).locator("circle.habit").count() > 100
    )


def expect_other(page, before: str) -> None:
    """Waits until the curve is another one."""
    for _ in range(TIMEOUT_MS // 20):
        if curve(page) not in ("", before):
            return
        page.wait_for_timeout(20)
    pytest.fail("the curve stayed as it was")


@needs_browser
def test_every_plan_to_try_can_be_tried(visit, coarse):
    page = visit(hash="#shown=1")
    offered = page.locator("#presets button").all_inner_texts()
    assert (
        offered == [name for name, values in PRESETS if values.get(SUPPORT) in (None, *AXES[SUPPORT])]
        and len(offered) == len(PRESETS) - 1
    )
    seen = set()
    for name in offered:
        page.get_by_role("button", name=name, exact=True).click()
        page.wait_for_timeout(150)
        seen.add(said(page))
    assert len(seen) == len(offered)


@needs_browser
def test_all_of_it_works_by_keyboard(visit):
    page = visit()
    keys = page.keyboard
    for _ in range(60):
        keys.press("Tab")
        if page.evaluate("document.activeElement.id") == "guess":
            break
    keys.press("End")
    keys.press("Tab")
    keys.press("Enter")
    assert (
        "You guessed 100" in page.locator("#guessed").inner_text()
        and page.evaluate("document.activeElement.id") == "play"
    )
    slider(page, "Year 7").wait_for()
    keys.press("Tab")
    keys.press("Enter")
    assert page.locator("#week").input_value() == "272"
    keys.press("Shift+Tab")
    keys.press("Enter")
    page.get_by_role("button", name="Pause").wait_for()
    keys.press("Enter")
    assert page.get_by_role("button", name="Play").is_visible() and int(page.locator("#week").input_value()) < 272
    reached = set()
    for _ in range(60):
        keys.press("Tab")
        reached.add(
            page.evaluate(
                "document.activeElement.getAttribute('aria-valuetext') && document.activeElement.labels[0].textContent"
            )
        )
    assert {"More time", "More leadership", "More shared focus", "Support ends after"} <= reached


@needs_browser
def test_an_address_that_asks_for_what_the_page_does_not_know_gets_a_message(visit):
    page = visit(hash=f"#shown=1&{TIME}=0.5")
    assert page.get_by_role("alert").count() == 0 or not page.get_by_role("alert").is_visible()
    page.evaluate(f"location.hash = '#shown=1&{TIME}=3'; location.reload()")
    page.get_by_role("alert").wait_for()
    assert "more time from 0 to 1, not 3" in page.get_by_role("alert").inner_text()


@needs_browser
@pytest.mark.parametrize(("size", "name"), [(WIDE, "wide"), (PHONE, "phone")])
def test_axe_finds_no_fault_and_nothing_scrolls_sideways_and_no_label_is_cut(visit, size, name, tmp_path):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright",
        reason="axe-playwright-python is not installed (the extra plnsim[test])",
    )
    page = visit(size=size, hash=f"#{TIME}=1", bypass_csp=True)
    for step in range(2):
        if step:
            guess(page, 70)
            page.evaluate("for (const box of document.querySelectorAll('main > section > details')) box.open = true")
        found = axe.Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})
        assert [(one["id"], one["impact"], one["nodes"][0]["html"][:200]) for one in found.response["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    edge = page.locator("#chart svg").bounding_box()
    labels = [one.bounding_box() for one in page.locator("#chart text.label").all()]
    assert len(labels) == 3 and all(one["x"] + one["width"] <= edge["x"] + edge["width"] + 0.5 for one in labels)
    page.screenshot(path=tmp_path / f"{name}.png", full_page=True)


@needs_browser
def test_on_a_phone_the_prediction_comes_before_the_sliders(visit):
    page = visit(size=PHONE)
    places = [page.locator(one).bounding_box()["y"] for one in ("#predict", "#series", "#settings")]
    assert places == sorted(places)


@needs_browser
def test_on_a_projector_guess_sentence_and_curve_are_seen_without_scrolling(visit):
    page = visit()
    guess(page, 50)
    chart = page.locator("#chart svg").bounding_box()
    assert chart["y"] + chart["height"] <= WIDE["height"]


@needs_browser
def test_a_slider_move_is_read_from_the_grid_at_once(visit):
    """Reading both sides and the dots, between settings in every direction: no more than unpacking the page's data
    takes, which is done once.
    """
    page = visit(hash="#shown=1")
    took = page.evaluate(
        """async (name) => {
      const text = document.getElementById("data").textContent;
      const opened = performance.now();
      const source = grid(JSON.parse(text));
      const unpacked = performance.now() - opened;
      const times = [];
      for (let step = 1; step <= 21; step += 1) {
        const began = performance.now();
        await source.curves({ outcome: "use", is: {}, if: { [name]: step / 22 } });
        await source.picture({ values: { [name]: step / 22 } });
        times.push(performance.now() - began);
      }
      return [unpacked, ...times];
    }""",
        TIME,
    )
    unpacked, *moves = took
    assert statistics.median(moves) < unpacked
