"""The explorable: a grid that reads like the runs behind it, an honest word on how exact it is, and one file that works with the network off."""

import json
import re
import shutil
import statistics
from threading import Event
from types import SimpleNamespace

import numpy as np
import pytest

from plnsim.app import grid as grids
from plnsim.app.classroom import RUNS, varied
from plnsim.app.curves import compared, drawn
from plnsim.app.explorable import FOCUS, LABELS, LEADERSHIP, PRESETS, SUPPORT, TIME, class_scenario, data_of, joined, page_of, write
from plnsim.app.grid import Exactness, Grid, axes_of, between, computed, exactness_of, moments
from plnsim.app.states import pictured
from plnsim.errors import BadInput
from plnsim.runs import run
from plnsim.scenario import Scenario
from tests.commands import called

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed (the extra plnsim[test])")
BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.xdist_group("browser")
in_a_browser = pytest.mark.skipif(BROWSER is None, reason="there is no Chromium on this machine")

AXES = {TIME: (0.0, 1.0), LEADERSHIP: (0.0, 1.0), FOCUS: (0.0, 1.0), SUPPORT: (1.0, 3.0)}
EVERYTHING = {TIME: 1.0, LEADERSHIP: 1.0, FOCUS: 1.0}
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
PATIENCE = 60_000
"""Milliseconds that a busy machine may take."""
BYTE = 0.5 / 255 + 1e-9
"""How far a share can be from its byte."""


@pytest.fixture(scope="module")
def scenario():
    return class_scenario(Scenario.of("baseline"))


@pytest.fixture(scope="module")
def coarse(scenario):
    """A grid of the two ends of each axis."""
    return computed(scenario, AXES, seed=1)


@pytest.fixture(scope="module")
def exactness(coarse):
    return exactness_of(coarse, 3)


# -- the grid ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("setting", [{}, {TIME: 1.0}, {SUPPORT: 1.0}, EVERYTHING | {SUPPORT: 1.0}], ids=str)
def test_at_its_settings_the_grid_holds_what_the_runs_give(coarse, scenario, setting):
    exact = drawn(varied(scenario, setting), 1, Event())
    where = {TIME: 0.0, LEADERSHIP: 0.0, FOCUS: 0.0, SUPPORT: 3.0} | setting
    for place, name in enumerate(coarse.outcomes):
        weekly = exact.weekly[name][:, coarse.at]
        wanted = [*np.quantile(weekly, [0.5, 0.25, 0.75, 0.05, 0.95], axis=0), weekly[0]]
        assert np.abs(coarse.read("curves", where)[place] / 255 - wanted).max() <= BYTE
        assert coarse.read("last", where)[place] == pytest.approx(exact.last[name], abs=1e-6)
    assert np.array_equal(coarse.read("scaled_up", where), exact.scaled_up)


def test_its_teachers_are_those_of_the_picture_of_the_live_page(coarse, scenario):
    picture = pictured(varied(scenario, EVERYTHING), 1, Event())
    shares = [[picture["states"][week].count(state) / len(picture["states"][week]) for week in coarse.at] for state in "12"]
    assert np.abs(coarse.read("teachers", EVERYTHING | {SUPPORT: 3.0}) / 255 - shares).max() <= BYTE


def test_all_settings_share_their_luck_and_none_depends_on_the_workers(coarse, scenario):
    one = computed(scenario, {name: nodes[-1:] for name, nodes in AXES.items()}, seed=1, workers=1)
    last = EVERYTHING | {SUPPORT: 3.0}
    for table in ("curves", "teachers", "last", "scaled_up"):
        assert np.array_equal(one.read(table, last), coarse.read(table, last))
    gain = coarse.read("last", last)[0] - coarse.read("last", {TIME: 0.0, LEADERSHIP: 0.0, FOCUS: 0.0, SUPPORT: 3.0})[0]
    assert gain.std() < coarse.read("last", last)[0].std() + coarse.read("last", last | {TIME: 0.0})[0].std()


def made_up(function, axes) -> Grid:
    """A grid whose runs reach what a function gives."""
    values = [function(*point) for point in np.array(np.meshgrid(*axes.values(), indexing="ij")).reshape(len(axes), -1).T]
    shape = tuple(len(nodes) for nodes in axes.values())
    return Grid(None, 1, axes, None, ("use",), None, None, np.array(values).reshape(*shape, 1, 1), None)


def test_between_its_settings_it_reads_in_proportion():
    axes = {TIME: (0.0, 0.25, 1.0), LEADERSHIP: (0.0, 1.0), FOCUS: (0.0, 0.5, 1.0), SUPPORT: (1.0, 3.0, 5.0)}
    grid = made_up(lambda time, leaders, focus, years: 0.1 + 0.2 * time + 0.3 * leaders * focus + 0.05 * years, axes)
    for time, leaders, focus, years in [(0.1, 0.3, 0.5, 2.0), (1.0, 1.0, 1.0, 5.0), (0.7, 0.2, 1.0, 4.2), (0.0, 0.0, 0.0, 1.0)]:
        read = grid.read("last", {TIME: time, LEADERSHIP: leaders, FOCUS: focus, SUPPORT: years})
        assert read == pytest.approx(np.array([[0.1 + 0.2 * time + 0.3 * leaders * focus + 0.05 * years]]))


@pytest.mark.parametrize(("value", "found"), [(0.0, (0, 0.0)), (0.1, (0, 0.4)), (0.25, (1, 0.0)), (0.4, (1, 0.2)), (1.0, (2, 0.0))])
def test_a_value_lies_between_two_nodes(value, found):
    assert between((0.0, 0.25, 1.0), value) == (found[0], pytest.approx(found[1]))


@pytest.mark.parametrize("weeks", [1, 20, 39, 78, 273, 300])
def test_curves_are_kept_at_the_first_week_the_last_and_the_last_of_each_year(weeks):
    kept = moments(weeks)
    assert {0, weeks - 1, *range(38, weeks, 39)} <= set(kept.tolist()) and (np.diff(kept) > 0).all() and kept[-1] == weeks - 1
    assert len(kept) <= 2 + weeks / 6


def test_the_axes_are_those_that_the_sliders_have(scenario):
    axes = axes_of(scenario)
    assert list(axes) == [TIME, LEADERSHIP, FOCUS, SUPPORT] == list(LABELS)
    assert all(one[0] == 0.0 and one[-1] == 1.0 for one in list(axes.values())[:3]) and axes[SUPPORT] == (1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0)
    assert 0.8 in axes_of(scenario.with_values({SUPPORT: 0.8}))[SUPPORT]
    assert max(axes_of(scenario.lasting(4))[SUPPORT]) < 4
    assert {name for _, values in PRESETS for name in values} <= axes.keys()


def test_a_scenario_that_moves_a_condition_itself_is_refused():
    with pytest.raises(BadInput, match=r"moves conditions\.time_shift itself"):
        axes_of(class_scenario(Scenario.of("all-the-time-in-the-world")))
    lifted = Scenario.from_text("[[calendar]]\nyear = 2\nlift = { focus = 0.3 }")
    with pytest.raises(BadInput, match=r"moves conditions\.focus_shift itself"):
        axes_of(class_scenario(lifted))


# -- how exact it is -----------------------------------------------------------------------------------------------------


def test_the_error_is_that_of_the_median_at_the_end_against_runs(coarse, scenario, exactness):
    for number, off in enumerate(exactness.off):
        setting = grids._random_setting(coarse, number)
        weeks = run(varied(scenario, setting), seed=1, replicates=RUNS).weeks
        exact = weeks[weeks["week"] == scenario.weeks - 1]["use"].median()
        assert off == pytest.approx(100 * abs(coarse.read("curves", setting)[0, 0, -1] / 255 - exact), abs=1e-6)


def test_random_settings_lie_anywhere_between_the_ends(coarse):
    settings = [grids._random_setting(coarse, number) for number in range(200)]
    for name in (TIME, LEADERSHIP, FOCUS):
        values = np.array([one[name] for one in settings])
        assert 0 <= values.min() < 0.05 and 0.95 < values.max() <= 1 and abs(values.mean() - 0.5) < 0.07
    assert {one[SUPPORT] for one in settings} == set(AXES[SUPPORT])
    assert abs(np.corrcoef([[one[name] for one in settings] for name in (TIME, FOCUS)])[0, 1]) < 0.2


@pytest.mark.parametrize(("off", "reached"), [([0.1] * 59 + [4.9], True), ([0.1] * 59 + [5.1], False), ([0.1] * 50 + [2.1] * 10, False)])
def test_the_aim_is_nine_in_ten_within_two_points_and_the_worst_below_five(off, reached):
    found = Exactness(np.array(off))
    assert found.reached is reached
    assert str(found).startswith(f"At {len(off)} random settings") and f"by {max(off):.1f} at worst" in str(found)


# -- the file ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def text(coarse, exactness):
    return page_of(coarse, exactness)


def test_the_page_says_what_stands_behind_it_and_how_exact_it_is(coarse, exactness):
    note = data_of(coarse, exactness)["about"]["note"]
    assert str(exactness) in note and "320 runs at 16 settings" in note and "not a forecast" in note


def test_the_file_holds_all_that_it_needs_and_names_nothing_outside(text):
    assert not re.search(r'\b(?:src|href)="(?!data:|#)', text) and "@import" not in text and "url(" not in text
    assert set(re.findall(r"https?://[\w./]+", text)) == {"http://www.w3.org/2000/svg"}
    assert text.count("<script") == 2 and "fetch(" not in text and not re.search(r"^(?:import|export) ", text, re.MULTILINE)


def test_the_modules_become_one_script_in_which_every_name_is_its_own():
    script = joined("page.js", "grid.js")
    names = re.findall(r"^(?:async function|function|const|let|class) (\w+)", script, re.MULTILINE)
    assert len(names) == len(set(names)) and {"begin", "grid", "chartOf"} <= set(names)


def test_a_title_cannot_end_the_data(scenario, exactness, coarse):
    from dataclasses import replace

    smuggled = replace(coarse, scenario=replace(scenario, title="</script><script>alert(1)</script>"))
    text = page_of(smuggled, exactness)
    assert "<script>alert" not in text
    data = text.partition('id="data">')[2].partition("</script>")[0]
    assert json.loads(data)["about"]["lead"].startswith("</script><script>alert(1)</script>")


@pytest.fixture
def two_settings(monkeypatch):
    """What a quick grid is in these tests."""
    monkeypatch.setattr(grids, "QUICK_SHARES", (0.0, 1.0))
    monkeypatch.setattr(grids, "QUICK_ENDS", ())
    monkeypatch.setattr(grids, "QUICK_CHECKED", 2)


def test_the_command_writes_the_file_and_prints_the_error(tmp_path, two_settings):
    said = called("explorable", "--quick", "--seed", 3, "--out", tmp_path / "page.html")
    assert said.code == 0, said.err
    assert "160 runs at 8 settings. At 2 random settings" in said.out and re.search(r"\d\.\d at worst\.\nThe aim .* is (not )?reached\.", said.out)
    assert str(tmp_path / "page.html") in said.err
    written = json.loads((tmp_path / "page.html").read_text().partition('id="data">')[2].partition("</script>")[0])
    assert written["about"]["seed"] == 3 and said.out.splitlines()[0].partition("At 2")[2] in written["about"]["note"]


def test_a_full_disk_is_told_and_leaves_what_was_there(tmp_path, monkeypatch):
    (tmp_path / "page.html").write_text("mine")

    def full(path, *_, **__):
        path.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_text", full)
    with pytest.raises(BadInput, match="No space left on device"):
        write("text", tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text() == "mine" and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(("words", "wrong"), [
    (("--out", "there.html"), "there.html exists already"), (("--out", "."), "is a folder"), (("--out", "no/such/folder.html"), "cannot be written"),
    (("all-the-time-in-the-world",), "moves conditions.time_shift itself"), (("--seed", "-1"), "the seed cannot be -1"),
    (("--workers", "0"), "workers cannot be 0"), (("baselin",), "there is no scenario"), (("--quik",), "no such option")])
def test_what_cannot_be_is_told_before_anything_is_simulated(words, wrong, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.html").write_text("mine")
    monkeypatch.setattr(grids, "computed", lambda *_, **__: pytest.fail("it simulated"))
    said = called("explorable", *words)
    assert said.code == 2 and wrong in said.err and "help:" in said.err and said.out == ""
    assert [one.name for one in tmp_path.iterdir()] == ["there.html"] and (tmp_path / "there.html").read_text() == "mine"


# -- in a browser --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chromium():
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield browser
        browser.close()


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
        page.set_default_timeout(PATIENCE)
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
  return { curves: await source.curves({ outcome, is, if: other }), picture: await source.picture({ values: other ?? is, side: "if" }) };
}"""


@in_a_browser
@pytest.mark.parametrize("outcome", ["use", "deep_use", "home_use"])
@pytest.mark.parametrize(("is_", "if_"), [({}, None), ({}, {TIME: 1.0}), ({SUPPORT: 1.0}, EVERYTHING), (EVERYTHING, {SUPPORT: 1.0})], ids=str)
def test_at_a_setting_the_page_says_word_for_word_what_the_live_page_says(visit, scenario, outcome, is_, if_):
    found = visit().evaluate(ASKED, {"outcome": outcome, "is": is_, "if": if_})["curves"]
    live = compared(drawn(varied(scenario, is_), 1, Event()), drawn(varied(scenario, if_), 1, Event()) if if_ else None, outcome)
    assert found["sentence"].replace("\u00a0", " ") == live["sentence"]
    assert found["paired"] == (pytest.approx(live["paired"], abs=1e-6) if if_ else None)
    for side in ("is", "if") if if_ else ("is",):
        assert found[side]["last"] == pytest.approx(live[side]["last"], abs=1e-6)
        assert (found[side]["support_ends"], found[side]["weeks"]) == (live[side]["support_ends"], live[side]["weeks"])
        for mine, theirs in ((found[side]["middle"], live[side]["middle"]), (found[side]["one"], live[side]["one"]),
                             *zip(found[side]["inner"] + found[side]["outer"], live[side]["inner"] + live[side]["outer"], strict=True)):
            assert mine == pytest.approx([theirs[week] for week in found[side]["at"]], abs=BYTE)


@in_a_browser
def test_between_settings_the_page_reads_the_grid_as_the_error_was_measured(visit, coarse):
    page = visit()
    for number in range(4):
        setting = grids._random_setting(coarse, number)
        found = page.evaluate(ASKED, {"outcome": "use", "is": {}, "if": setting})
        levels = [found["curves"]["if"]["middle"], *found["curves"]["if"]["inner"], *found["curves"]["if"]["outer"], found["curves"]["if"]["one"]]
        assert np.array(levels) == pytest.approx(coarse.read("curves", setting)[0] / 255)
        assert [found["picture"]["trying"], found["picture"]["habit"]] == [pytest.approx(one / 255) for one in coarse.read("teachers", setting)]
        assert found["curves"]["if"]["last"]["mean"] == pytest.approx(coarse.read("last", setting)[0].mean())


@in_a_browser
def test_the_outcome_stays_hidden_until_a_guess_is_made_and_the_guess_stays(visit):
    page = visit()
    page.get_by_role("button", name="All the time in the world").click()
    page.wait_for_timeout(300)
    assert curve(page) == "" and "guess first" in said(page)
    guess(page, 70)
    assert re.match(r"You guessed 70 %; the runs give about \d+ %: your guess was \d+ points too high\.",
                    page.locator("#guessed").inner_text().replace("\u00a0", " "))
    assert page.locator("#chart path.guess").count() == 1 and re.search(r"against about \d+ % as it is", said(page).replace("\u00a0", " "))
    slider(page, "More leadership").press("End")
    page.locator("#chart path.guess").wait_for()
    assert "70" in page.locator("#chart text.guess").text_content()


@in_a_browser
def test_a_slider_changes_the_curve_the_dots_and_the_sentence(visit):
    page = visit(hash="#shown=1")
    assert curve(page) == "" and curve(page, "is") != ""
    before, spoken = "", said(page)
    for name in ("More time", "More leadership", "More shared focus"):
        slider(page, name).focus()
        slider(page, name).press("End")
        expect_other(page, before)
        assert slider(page, name).get_attribute("aria-valuetext").replace("\u00a0", " ") == "100 %" and said(page) != spoken
        before, spoken = curve(page), said(page)
    slider(page, "Support ends after").press("Home")
    expect_other(page, before)
    assert slider(page, "Support ends after").get_attribute("aria-valuetext") == "1 years"
    assert page.locator("#sides figure").count() == 2 and page.locator("#sides figure").nth(1).locator("circle.habit").count() > 100


def expect_other(page, before: str) -> None:
    """Waits until the curve is another one."""
    for _ in range(PATIENCE // 20):
        if curve(page) not in ("", before):
            return
        page.wait_for_timeout(20)
    pytest.fail("the curve stayed as it was")


@in_a_browser
def test_every_plan_to_try_can_be_tried(visit, coarse):
    page = visit(hash="#shown=1")
    offered = page.locator("#presets button").all_inner_texts()
    assert offered == [name for name, values in PRESETS if values.get(SUPPORT) in (None, *AXES[SUPPORT])] and len(offered) == len(PRESETS) - 1
    seen = set()
    for name in offered:
        page.get_by_role("button", name=name, exact=True).click()
        page.wait_for_timeout(150)
        seen.add(said(page))
    assert len(seen) == len(offered)


@in_a_browser
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
    assert "You guessed 100" in page.locator("#guessed").inner_text() and page.evaluate("document.activeElement.id") == "play"
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
        reached.add(page.evaluate("document.activeElement.getAttribute('aria-valuetext') && document.activeElement.labels[0].textContent"))
    assert {"More time", "More leadership", "More shared focus", "Support ends after"} <= reached


@in_a_browser
def test_an_address_that_asks_for_what_the_page_does_not_know_gets_a_message(visit):
    page = visit(hash=f"#shown=1&{TIME}=0.5")
    assert page.get_by_role("alert").count() == 0 or not page.get_by_role("alert").is_visible()
    page.evaluate(f"location.hash = '#shown=1&{TIME}=3'; location.reload()")
    page.get_by_role("alert").wait_for()
    assert "more time from 0 to 1, not 3" in page.get_by_role("alert").inner_text()


@in_a_browser
@pytest.mark.parametrize(("size", "name"), [(WIDE, "wide"), (PHONE, "phone")])
def test_axe_finds_no_fault_and_nothing_scrolls_sideways_and_no_label_is_cut(visit, size, name, tmp_path):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed (the extra plnsim[test])")
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


@in_a_browser
def test_on_a_phone_the_prediction_comes_before_the_sliders(visit):
    page = visit(size=PHONE)
    places = [page.locator(one).bounding_box()["y"] for one in ("#predict", "#series", "#settings")]
    assert places == sorted(places)


@in_a_browser
def test_on_a_projector_guess_sentence_and_curve_are_seen_without_scrolling(visit):
    page = visit()
    guess(page, 50)
    chart = page.locator("#chart svg").bounding_box()
    assert chart["y"] + chart["height"] <= WIDE["height"]


@in_a_browser
def test_a_slider_move_is_read_from_the_grid_at_once(visit):
    """Reading both sides and the dots, without the page's wait for the slider to rest: well within a frame or three."""
    page = visit(hash="#shown=1")
    took = page.evaluate("""async (name) => {
      const source = grid(JSON.parse(document.getElementById("data").textContent));
      const times = [];
      for (let step = 1; step <= 21; step += 1) {
        const began = performance.now();
        await source.curves({ outcome: "use", is: {}, if: { [name]: step / 22 } });
        await source.picture({ values: { [name]: step / 22 } });
        times.push(performance.now() - began);
      }
      return times;
    }""", TIME)
    assert statistics.median(took) < 50
