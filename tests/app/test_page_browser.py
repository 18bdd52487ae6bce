"""The page in a real browser: as one file with the network off, and over a server of its own process."""

import json
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from plnsim.app.explorable import page_data, render_page
from plnsim.output.words import percent
from plnsim.simulation.runs import run
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.classroom import FRONT_PARAMETERS, PRESETS, RUNS, with_class_size
from tests.support import browsing
from tests.support.browsing import PHONE, TIMEOUT_MS, WIDE, needs_browser
from tests.support.runs import FULL_SUITE

pytestmark = [pytest.mark.xdist_group("browser"), needs_browser]
chromium = browsing.chromium  # a fixture
TIME = "conditions.time_shift"
MOST_EACH, MOST_FIRST = 2.5, 5
"""How long each run of a fan takes at most, and the first curve of a move until it is painted, in runs of the native
engine on one thread.
"""


@pytest.fixture(scope="module")
def scenario():
    return with_class_size(Scenario.of("baseline"))


@pytest.fixture(scope="module")
def file(scenario, tmp_path_factory):
    """The address of the page as one file."""
    path = tmp_path_factory.mktemp("stick") / "explorable.html"
    path.write_text(render_page(page_data(scenario, 40)), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The address of a server as the command starts it, on a free port, and its process."""
    command = [Path(sys.executable).with_name("plnsim"), "serve", "--port", "0"]
    log = tmp_path_factory.mktemp("server") / "err"
    with open(log, "w") as err, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=err, text=True) as process:
        try:
            yield process.stdout.readline().strip(), process.pid
        finally:
            process.terminate()
            process.wait(20)


class Visit:
    """An open page, and what it asked for or complained of."""

    def __init__(self, chromium, address, size=WIDE, hash="#shown=1", script="", **more):
        self.context = chromium.new_context(viewport=size, offline=address.startswith("file:"), **more)
        self.page = self.context.new_page()
        self.page.set_default_timeout(TIMEOUT_MS)
        self.complaints, self.asked, self.home = [], [], address
        self.page.on("console", lambda one: one.type in ("error", "warning") and self.complaints.append(one.text))
        self.page.on("pageerror", lambda one: self.complaints.append(str(one)))
        self.page.on("request", lambda one: self.asked.append(one.url))
        if script:
            self.page.add_init_script(script)
        self.page.goto(address + hash)
        self.settled()

    def until(self, condition: str, arg=None):
        """Waits for a condition in the page; asked again and again, as the page's policy forbids evaluating text in
        it.
        """
        until = time.monotonic() + TIMEOUT_MS / 1000
        while not self.page.evaluate(condition, arg):
            assert time.monotonic() < until, f"never came true: {condition}"
            time.sleep(0.02)

    def settled(self):
        """Waits until what is shown is what was asked for."""
        self.page.wait_for_timeout(60)
        self.until("document.querySelector('#chart svg') && !document.body.classList.contains('working')")

    def move(self, name: str, key: str, times: int = 1):
        """Moves a slider by the keyboard, and waits for the runs."""
        slider = self.page.get_by_role("slider", name=name, exact=True)
        slider.focus()
        for _ in range(times):
            slider.press(key)
        self.settled()

    def guess(self, share: int):
        self.page.get_by_role("spinbutton", name="My guess").fill(str(share))
        self.page.get_by_role("button", name="Place my guess and run").click()

    def curve(self, kind: str) -> str:
        found = self.page.locator(f"path.middle.{kind}")
        return found.get_attribute("d") if found.count() else ""

    def states(self) -> list[str]:
        return self.page.eval_on_selector_all("#sides circle", "those => those.map((one) => one.getAttribute('class'))")

    def said(self) -> str:
        return self.page.get_by_role("status").inner_text().replace("\u00a0", " ")

    def text(self, selector: str) -> str:
        return self.page.locator(selector).inner_text().replace("\u00a0", " ")


@pytest.fixture
def visit(chromium, file):
    """Opens pages; none of them may complain, or ask for anything but itself."""
    opened = []

    def open_page(address=file, **more):
        opened.append(Visit(chromium, address, **more))
        return opened[-1]

    yield open_page
    for one in opened:
        one.context.close()
        assert one.complaints == []
        assert all(url.startswith((one.home, "data:", "blob:")) for url in one.asked)


# -- one file ----------------------------------------------------------------------------------------------------------


RESULTS = """async ({ values, years }) => {
  const { about, module, pack } = JSON.parse(document.getElementById("data").textContent);
  const worker = workerFrom(document.getElementById("worker").textContent);
  const runner = startRunner(worker, { module: bytesOf(module), pack: bytesOf(pack), prices: about.prices });
  const replicates = Array.from({ length: about.runs }, (_, run) => run);
  const results = await runner.simulate({ values, years, replicates });
  runner.end();
  return results.map(({ last, cost, hours, scaledUp }) => ({ ...last, cost, hours, sustained_scale_up: scaledUp }));
}"""
"""What the worker gives to a page that is one file, of each run."""


def test_numbers_on_the_page_are_those_of_plnsim_run_to_the_bit(visit, scenario):
    """As the worker gives them to the page; what the page makes of them, other tests compare in node."""
    found = visit(hash="").page.evaluate(RESULTS, {"values": {TIME: 0.65, "time.hours": 1.3}, "years": 7})
    native = run(scenario.with_values({TIME: 0.65, "time.hours": 1.3}).with_years(7), seed=1, replicates=RUNS)
    for name in ("use", "home_use", "cost", "hours", "sustained_scale_up"):
        assert [one[name] for one in found] == native.values(name).tolist(), name


def test_the_outcome_stays_hidden_until_a_guess_is_made_and_the_guess_stays(visit):
    seen = visit(hash="")
    assert seen.page.locator("path.middle").count() == 0 and seen.page.locator("#sides circle").count() == 0
    assert seen.page.locator("#pictures").is_hidden() and seen.page.locator("#story").is_hidden()
    assert seen.page.get_by_role("spinbutton", name="My guess").input_value() == "" and "guess first" in seen.said()
    seen.page.get_by_role("button", name="Place my guess and run").click()
    assert "guess first" in seen.said(), "it ran without a number"
    seen.page.get_by_role("button", name="All the time in the world").click()
    seen.until("document.querySelector('path.middle.is')")
    seen.settled()
    assert seen.curve("if") == "" and seen.page.locator("#lasting").is_hidden()
    seen.guess(80)
    assert re.match(r"You guessed 80 %; the runs give about \d+ %: \d+ points too high\.", seen.text("#guessed"))
    assert seen.curve("if") and re.search(r"against about \d+ % as it is", seen.said())
    seen.move("Close the gap in leadership, for all", "End")
    assert "your guess 80 %" in seen.text("#chart") and "other settings" in seen.text("#guessed")
    seen.page.get_by_role("button", name="Predict again").click()
    assert seen.curve("if") == ""


def test_every_slider_in_front_changes_the_curve_the_costs_and_the_sentence_and_what_is_stays(visit, scenario):
    seen = visit()
    assert seen.curve("if") == "" and "against" not in seen.said()
    plain, curves, costs = seen.curve("is"), set(), set()
    for number, name in enumerate(FRONT_PARAMETERS.values()):
        seen.move(name, "ArrowRight", 3)
        curves.add(seen.curve("if"))
        costs.add(seen.text("#costs"))
        assert len(curves) == len(costs) == number + 1 and seen.curve("is") == plain
    assert re.search(r"about \d+ % \(90 % of these runs: .* against about .* paired runs", seen.said())
    moved = dict(re.findall(r"--set ([\w.]+)=([\d.]+)", seen.page.get_by_label("As a command").input_value()))
    values = {name: float(moved[name]) for name in FRONT_PARAMETERS}
    use = run(scenario.with_values(values).with_years(7), seed=1, replicates=RUNS).values("use").mean()
    assert f"about {percent(float(use))} (" in seen.said()


def test_a_condition_lifted_from_outside_says_how_much_of_its_gap_is_closed(visit):
    seen = visit()
    seen.move("Close the gap in time, for all", "ArrowRight", 6)
    control = seen.page.locator(".control", has=seen.page.locator("#control-conditions-time_shift"))
    assert re.fullmatch(r"[\d.]+ % of it", control.locator(".value").inner_text().replace("\u00a0", " "))
    control.locator("summary").click()
    assert "30 % closes three tenths of the gap" in control.locator("details p").inner_text()


def test_every_plan_to_try_can_be_tried_and_is_marked(visit):
    seen = visit()
    said = set()
    for name, _ in PRESETS:
        seen.page.get_by_role("button", name=name, exact=True).click()
        seen.settled()
        said.add(seen.said())
        assert seen.page.locator("#presets [aria-pressed=true]").all_inner_texts() == [name]
    assert len(said) == len(PRESETS)
    seen.move("Hours a week for it", "ArrowLeft")
    assert seen.page.locator("#presets [aria-pressed=true]").count() == 0


def test_pins_have_names_of_their_own_and_a_page_is_found_again_by_its_address(visit):
    seen = visit()
    seen.page.get_by_role("button", name="All the time in the world").click()
    seen.settled()
    time_curve = seen.curve("if")
    seen.page.get_by_role("button", name="Pin this to compare").click()
    seen.until("!document.querySelector('path.middle.if')")
    assert seen.curve("is") == time_curve
    seen.page.get_by_role("button", name="Everything").click()
    seen.settled()
    assert "than All the time in the world" in seen.said() and "as it is" not in seen.said()
    seen.page.get_by_label("Call it").fill("All three")
    seen.page.get_by_role("button", name="Pin this to compare").click()
    seen.settled()
    seen.page.get_by_role("button", name="As it is").first.click()
    seen.settled()
    assert "All three" in seen.text("#chart") and "All three" in seen.text("#lasting")
    again = visit(hash=seen.page.url[seen.page.url.index("#") :])
    assert (again.curve("is"), again.curve("if"), again.said()) == (seen.curve("is"), seen.curve("if"), seen.said())
    again.page.locator("#keep").evaluate("box => { box.open = true; }")
    assert "plnsim run baseline --set population.schools=20" in again.page.get_by_label("As a command").input_value()
    with again.page.expect_download() as download:
        again.page.get_by_role("button", name="Download the curves (CSV)").click()
    lines = Path(download.value.path()).read_text().splitlines()
    assert lines[0].startswith("side,week,median") and len(lines) == 1 + 2 * 273
    again.page.get_by_role("button", name="Unpin All three").click()
    again.settled()
    assert "All three" not in again.text("#chart")


def test_play_advances_week_by_week_pauses_steps_and_resets(visit):
    seen = visit(hash=f"#shown=1&{TIME}=1")
    when, week = seen.page.locator("#when"), seen.page.locator("#week")
    seen.page.get_by_role("button", name="Reset").click()
    start = seen.states()
    assert week.input_value() == "0" and when.inner_text().startswith("Year 1, week 1,")
    seen.page.get_by_label("Speed").select_option("39")
    seen.page.get_by_role("button", name="Play").click()
    seen.until("Number(document.querySelector('#week').value) > 60")
    seen.page.get_by_role("button", name="Pause").click()
    stood, later = int(week.input_value()), seen.states()
    assert later != start and any("habit" in one for one in later)
    seen.page.get_by_role("button", name="Step").click()
    assert int(week.input_value()) == stood + 1
    seen.page.wait_for_timeout(200)
    assert int(week.input_value()) == stood + 1, "it plays on after pause"
    week.fill("150")
    assert "support has ended" in when.inner_text() and "support has ended" in week.get_attribute("aria-valuetext")


def test_play_moves_in_steps_where_motion_is_not_wanted(visit):
    seen = visit(reduced_motion="reduce")
    seen.page.get_by_role("button", name="Reset").click()
    seen.page.get_by_role("button", name="Play").click()
    seen.until("Number(document.querySelector('#week').value) > 0")
    seen.page.get_by_role("button", name="Pause").click()
    assert int(seen.page.locator("#week").input_value()) % 13 == 0


def test_another_run_has_other_teachers_and_the_same_fan(visit):
    seen = visit()
    before, fan, said = seen.states(), seen.curve("is"), seen.said()
    seen.page.get_by_label("Run").select_option("4")
    seen.settled()
    assert seen.states() != before and (seen.curve("is"), seen.said()) == (fan, said)


def test_a_click_on_a_teacher_tells_her_story(visit):
    seen = visit()
    told = seen.page.locator("#told")
    users = [place for place, state in enumerate(seen.states()) if "habit" in state]
    seen.page.locator(f"circle[data-place='{users[0]}']").click()
    assert "becom" in told.inner_text() or "routine" in told.inner_text()
    assert "pointed" in seen.page.locator(f"circle[data-place='{users[0]}']").get_attribute("class")
    dated = told.get_by_role("button", name=re.compile("^year")).first
    dated.click()
    assert seen.page.locator("#when").inner_text().lower().startswith(dated.inner_text())
    seen.page.get_by_label("School or network").select_option("network 1")
    seen.page.get_by_role("button", name="Tell it").click()
    assert told.locator("h3").inner_text() == "Network 2"
    seen.page.locator("text.school").first.click()
    assert told.locator("h3").inner_text() == "School A"


def test_all_other_parameters_are_behind_more_and_those_that_stand_still_say_why(visit):
    seen = visit()
    assert [one.inner_text() for one in seen.page.locator("#front label").all()] == list(FRONT_PARAMETERS.values())
    seen.page.get_by_text("More: all other parameters").click()
    seen.page.get_by_role("searchbox", name="Search").fill("heads who leave")
    name = "Share of heads who leave in a year"
    assert seen.page.get_by_role("slider", name=name).is_visible()
    seen.move(name, "End")
    assert name in seen.text("#changed") and seen.curve("if")
    seen.page.get_by_role("button", name=f"Undo {name}").click()
    seen.until("!document.querySelector('path.middle.if')")
    seen.page.get_by_role("searchbox", name="Search").fill("programme.delegates")
    assert seen.page.get_by_role("slider", name=re.compile("hold a seat")).is_disabled()
    assert "would draw other people, ties or networks" in seen.text("#groups")


def test_an_address_that_asks_for_what_the_page_does_not_know_gets_a_message(visit):
    seen = visit(hash="#shown=1&time.huors=3&run=-4&time.hours=1e9&pin=x&population.schools=30")
    said = seen.page.get_by_role("alert").inner_text()
    assert all(
        words in said for words in ("time.huors=3", "run=-4", "time.hours=1e9", "pin=x", "population.schools=30")
    )


@pytest.mark.parametrize("taken", ["Worker", "WebAssembly"])
def test_a_browser_that_cannot_run_the_model_is_told_so_and_shown_stored_curves(visit, taken):
    script = "delete window.Worker;"
    if taken == "WebAssembly":  # of the worker, whose text is the page's
        script = (
            "const made = Blob; window.Blob = function (parts, how) { "
            "return new made(['delete self.WebAssembly;', ...parts], how); };"
        )
    seen = visit(hash="", script=script)
    alert = seen.page.get_by_role("alert").inner_text()
    assert alert.startswith("This browser cannot run the model") and alert.count(".") == 1
    assert seen.curve("is") == "" and seen.page.locator("#settings").is_hidden()
    seen.guess(20)
    assert seen.curve("is") and re.search(r"about \d+ % \(90 % of these runs", seen.said())
    assert "You guessed 20 %" in seen.text("#guessed")
    seen.page.get_by_role("combobox", name="Over the years").select_option("deep_use")
    assert seen.curve("is") and seen.page.locator("#time").is_hidden()


def test_all_of_it_works_by_keyboard(visit):
    seen = visit(hash="")
    keys, reached = seen.page.keyboard, set()
    for _ in range(40):
        keys.press("Tab")
        reached.add(seen.page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
    assert {"guess", "place", "skip", "outcome", "control-time-hours", "pin-name", "Everything"} <= reached
    seen.page.get_by_role("spinbutton", name="My guess").focus()
    keys.type("35")
    keys.press("Enter")
    assert "You guessed 35" in seen.text("#guessed") and seen.page.evaluate("document.activeElement.id") == "play"
    keys.press("Enter")
    seen.page.get_by_role("button", name="Pause").wait_for()
    keys.press("Enter")
    assert seen.page.get_by_role("button", name="Play").is_visible()
    seen.page.get_by_label("School or network").focus()
    seen.page.get_by_role("button", name="Tell it").press("Enter")
    assert seen.page.evaluate("document.activeElement.id") == "told"


@pytest.mark.parametrize(("size", "opened"), [(WIDE, False), (PHONE, True)], ids=["1280", "390 with everything open"])
def test_axe_finds_no_fault_and_nothing_scrolls_sideways_and_no_label_is_cut(visit, size, opened):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright",
        reason="axe-playwright-python is not installed (the extra plnsim[test])",
    )
    seen = visit(size=size, hash=f"#{TIME}=1", bypass_csp=True)
    for step in range(2):
        if step:
            seen.guess(70)
            seen.page.locator("circle").first.click()
        if step and opened:
            seen.page.evaluate(
                "for (const box of document.querySelectorAll('main > section > details, .group')) box.open = true"
            )
            seen.page.wait_for_timeout(200)
        found = axe.Axe().run(
            seen.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
        )
        assert [(one["id"], one["impact"], one["nodes"][0]["html"][:200]) for one in found.response["violations"]] == []
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    edge = seen.page.locator("#chart svg").bounding_box()
    labels = [one.bounding_box() for one in seen.page.locator("#chart text.label").all()]
    assert len(labels) == 3 and all(one["x"] + one["width"] <= edge["x"] + edge["width"] + 0.5 for one in labels)


def test_on_a_phone_the_prediction_comes_before_the_sliders(visit):
    seen = visit(size=PHONE, hash="")
    places = [seen.page.locator(one).bounding_box()["y"] for one in ("#predict", "#series", "#settings")]
    assert places == sorted(places)


@pytest.mark.parametrize("hash", ["#shown=1&guess=40", f"#shown=1&guess=40&{TIME}=1"], ids=["one side", "two sides"])
def test_on_a_projector_play_the_curve_and_the_teachers_are_seen_together(visit, hash):
    seen = visit(hash=hash)
    for part in ("#chart svg", "#play", "#sides", "#said"):
        box = seen.page.locator(part).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= WIDE["height"], part


MOVES = """async ({ name, moves }) => {
  const slider = document.getElementById(`control-${name.replace(/\\W/g, "-")}`);
  const chart = document.getElementById("chart");
  const drawn = () => new Promise((done) => {
    const painted = () => setTimeout(() => done(performance.now()));
    const watch = new MutationObserver(() => { watch.disconnect(); requestAnimationFrame(painted); });
    watch.observe(chart, { childList: true });
  });
  const over = () => new Promise((done) => {
    const look = () => (document.body.classList.contains("working") ? setTimeout(look, 1) : done(performance.now()));
    setTimeout(look, 20);
  });
  const times = [];
  for (let move = 0; move < moves; move += 1) {
    const began = performance.now();
    slider.value = String((Number(slider.value) + 1) % Number(slider.max));
    slider.dispatchEvent(new Event("input"));
    times.push([await drawn() - began, await over() - began]);
  }
  return times;
}"""


def test_the_first_curve_is_painted_within_100_ms_of_a_move_and_the_fan_soon(visit, scenario):
    """In runs of the native engine, which take some 18 ms where this was measured, so that a busy machine slows both
    alike; the least of a few, as others may be at work between two of them.
    """
    seen = visit()
    seen.page.evaluate(MOVES, {"name": "time.hours", "moves": 3})
    natives, moves = [], []
    for _ in range(6):
        began = time.perf_counter()
        run(scenario.with_values({"time.hours": 1.2}), replicates=RUNS, workers=1)
        natives.append(1000 * (time.perf_counter() - began) / RUNS)
        moves += seen.page.evaluate(MOVES, {"name": "time.hours", "moves": 2})
    native, first, fan = min(natives), min(one for one, _ in moves), min(other for _, other in moves)
    print(f"native run {native:.1f} ms, first curve {first:.0f} ms, fan of {RUNS} runs {fan:.0f} ms")
    assert first < MOST_FIRST * native and fan < MOST_EACH * native * RUNS


def test_memory_stays_flat_over_many_runs_in_one_tab(visit):
    """That of the page, and that of its worker: scripts and the model's own."""
    seen = visit()
    (worker,) = seen.page.workers
    client, attached, replies = seen.context.new_cdp_session(seen.page), [], []
    client.on("Target.attachedToTarget", lambda event: attached.append(event["sessionId"]))
    client.on("Target.receivedMessageFromTarget", lambda event: replies.append(json.loads(event["message"])))
    client.send("Target.setAutoAttach", {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": False})

    def ask_worker(method):
        message = json.dumps({"id": len(replies) + 1, "method": method})
        client.send("Target.sendMessageToTarget", {"sessionId": attached[0], "message": message})
        until, before = time.monotonic() + TIMEOUT_MS / 1000, len(replies)
        while len(replies) == before:
            assert time.monotonic() < until, f"the worker does not answer {method}"
            seen.page.wait_for_timeout(20)
        return replies[-1]["result"]

    def memory():
        """Megabytes that scripts hold in the page and in the worker, and those of the model in it."""
        held = []
        for ask in (client.send, ask_worker):
            ask("HeapProfiler.collectGarbage")
            told = ask("Runtime.getHeapUsage")
            held.append(told["usedSize"] + told.get("backingStorageSize", 0))
        return [round(size / 1e6, 2) for size in (*held, worker.evaluate("state.run.memoryBytes"))]

    moves = 500 // RUNS if FULL_SUITE else 6
    seen.page.evaluate(MOVES, {"name": "time.hours", "moves": 10})  # as many sides as are kept
    before = memory()
    seen.page.evaluate(MOVES, {"name": "time.hours", "moves": moves})
    after = memory()
    print(f"page, worker and model {before} MB, after {moves * RUNS} more runs {after} MB")
    assert all(now < 1.1 * then + 1 for then, now in zip(before[:2], after[:2], strict=True))
    assert 0 < after[2] == before[2]


# -- served ------------------------------------------------------------------------------------------------------------


def test_the_served_page_is_the_same_page(visit, served):
    mine, theirs = visit(hash=f"#shown=1&{TIME}=1"), visit(served[0], hash=f"#shown=1&{TIME}=1")
    assert (mine.said(), mine.curve("if"), mine.states()) == (theirs.said(), theirs.curve("if"), theirs.states())


def test_the_served_page_tells_stories_in_depth(visit, served):
    seen = visit(served[0])
    told = seen.page.locator("#told")
    users = [place for place, state in enumerate(seen.states()) if "habit" in state]
    seen.page.locator(f"circle[data-place='{users[0]}']").click()
    told.get_by_role("heading").wait_for()
    assert "Turns to" in told.inner_text()
    frame = told.bounding_box()
    assert frame["x"] + frame["width"] <= WIDE["width"], "its frame runs off the edge"
    before = told.get_by_role("heading").inner_text()
    others = told.get_by_role("button", name=re.compile("her story"))
    if others.count():
        others.first.click()
        seen.until("(before) => document.querySelector('#told h3').textContent !== before", before)


def test_a_class_gathers_its_guesses(visit, served):
    lecturer = visit(served[0], hash="")
    lecturer.page.locator("#class").evaluate("box => { box.open = true; }")
    lecturer.page.get_by_role("button", name="Gather a class's guesses").click()
    code = lecturer.page.locator(".code").inner_text()
    assert re.fullmatch(r"\d{5}", code)
    lecturer.until("document.querySelector('#histogram figcaption')?.innerText === 'No guess yet.'")
    for guess in (20, 35):
        pupil = visit(served[0], size=PHONE, hash=f"#class={code}")
        assert pupil.text("#joined").startswith(f"You are in class {code}.")
        pupil.guess(guess)
        pupil.until("document.querySelector('#joined').innerText.includes('has arrived')")
        assert f"{guess} % for “As it is”" in pupil.text("#joined")
        box = pupil.page.locator("#joined").bounding_box()
        assert 0 <= box["y"] < PHONE["height"], "out of sight"
        if guess == 20:
            lecturer.until("document.querySelector('#histogram figcaption').innerText === 'One guess: 20 %.'")
    typed = visit(served[0], hash="")
    typed.page.locator("#class").evaluate("box => { box.open = true; }")
    typed.page.get_by_label("Code of your class").fill(code)
    typed.page.get_by_role("button", name="Join").click()
    typed.guess(90)
    lecturer.until("document.querySelector('#histogram figcaption').innerText.startsWith('3 guesses from 20 to 90')")
    assert lecturer.page.locator("#histogram .bar").count() == 20
    lecturer.page.get_by_role("button", name="Run without a guess").click()
    lecturer.until("document.querySelector('#histogram .reached')")
    assert "Guessed for As it is." in lecturer.text("#histogram")
    lecturer.page.get_by_role("button", name="All the time in the world").click()
    lecturer.until("document.querySelector('#histogram').innerText.includes('No guess yet.')")
    assert "Guessed for All the time in the world. Of other plans: 3 guesses" in lecturer.text("#histogram")
    assert "Only this machine can open this page" in lecturer.text("#how-to-join")


def test_a_class_joins_by_the_machines_own_address_where_the_lecturer_opened_localhost(visit, served):
    seen = visit(served[0], hash="")
    opened = {"code": 1234, "key": "k" * 22, "address": "http://192.168.1.17:8321"}
    seen.context.route("**/api/class", lambda route: route.fulfill(json=opened))
    seen.context.route("**/api/guesses", lambda route: route.fulfill(json={"guesses": [], "others": 0}))
    seen.page.locator("#class").evaluate("box => { box.open = true; }")
    seen.page.get_by_role("button", name="Gather a class's guesses").click()
    seen.until("!document.querySelector('#gathered').hidden && document.querySelector('.code')")
    assert seen.text("#how-to-join").startswith(
        "Open http://192.168.1.17:8321/#class=01234, or join with the code 01234"
    )


@pytest.mark.parametrize("code", ["00000", "123"])
def test_a_wrong_code_is_told_before_the_guess(visit, served, code):
    pupil = visit(served[0], hash=f"#class={code}")
    pupil.until("document.querySelector('#joined').innerText.startsWith('There is no class')")
    pupil.guess(20)
    pupil.page.wait_for_timeout(100)
    assert code in pupil.text("#joined") and "arrived" not in pupil.text("#joined")
    pupil.complaints = [one for one in pupil.complaints if "status of 410" not in one]  # Chromium logs what is refused


def test_another_scenario_and_a_file_are_opened_and_a_bad_one_gets_a_message(visit, served, tmp_path):
    seen = visit(served[0])
    seen.page.locator("#scenarios").evaluate("box => { box.open = true; }")
    seen.page.get_by_label("One that comes with plnsim").select_option("information-only")
    seen.until("document.querySelector('#title').textContent.startsWith('Information')")
    (tmp_path / "mine.toml").write_text('title = "Ours"\nyears = 2\n[population]\nschools = 5\n')
    (tmp_path / "bad.toml").write_text("[time]\nhuors = 3\n")
    seen.page.locator("#scenarios").evaluate("box => { box.open = true; }")
    seen.page.get_by_label("Or a file of yours").set_input_files(tmp_path / "bad.toml")
    seen.until("document.querySelector('#problem').textContent.includes('did you mean hours')")
    seen.page.get_by_label("Or a file of yours").set_input_files(tmp_path / "mine.toml")
    seen.until("document.querySelector('#title').textContent === 'Ours'")
    seen.settled()
    assert "5 invented schools" in seen.text("#lead")
    seen.complaints = [one for one in seen.complaints if "status of 400" not in one]  # Chromium logs what is refused


def test_who_is_told_that_others_wait_is_served_when_there_is_room(visit, served):
    asked = []

    def refuse_first(route):
        asked.append(route.request.url)
        if len(asked) > 1:
            return route.fallback()
        body = {"error": {"wrong": "58 others wait; try again in 1 second", "place": "", "right": ""}}
        return route.fulfill(status=503, headers={"retry-after": "1"}, json=body)

    seen = visit(served[0])
    seen.context.route("**/api/story", refuse_first)
    seen.page.locator("circle").first.click()
    alert = seen.page.get_by_role("alert")
    alert.wait_for()
    assert alert.inner_text() == "58 others wait; try again in 1 second. This page tries again by itself."
    seen.page.locator("#told h3").wait_for()
    assert len(asked) == 2 and alert.is_hidden()
    seen.complaints = [one for one in seen.complaints if "status of 503" not in one]


def test_twenty_pages_at_once_are_served_and_memory_stays_bounded(served):
    """Twenty pages open and ask for a story each, at once: the page's files and data, made once, come quickly."""
    home, server = served

    def memory() -> float:
        return int(re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{server}/status").read_text())[1]) / 1024

    def asked(path, body=None):
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(home.rstrip("/") + path, content, {"content-type": "application/json"})
        began = time.perf_counter()
        with urllib.request.urlopen(request, timeout=120) as reply:
            return json.loads(reply.read()) if body is not None else reply.read(), time.perf_counter() - began

    def pupil(number):
        opened.append(asked("/api/open", {})[1])
        stories.append(asked("/api/story", {"of": "teacher", "place": number, "replicate": 0}))

    asked("/api/open", {})
    before, opened, stories = memory(), [], []
    pupils = [threading.Thread(target=pupil, args=(number,)) for number in range(20)]
    for one in pupils:
        one.start()
    for one in pupils:
        one.join()
    assert len({told["title"] for told, _ in stories}) == 20 == len(opened)
    print(f"opened within {max(opened):.2f} s, stories within {max(took for _, took in stories):.2f} s")
    assert memory() - before < 160
    with pytest.raises(urllib.error.HTTPError) as refused:
        asked("/api/open", {"scenario": "baselin"})
    assert refused.value.code == 400 and "baseline" in json.loads(refused.value.read())["error"]["right"]
