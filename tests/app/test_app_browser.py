"""The live page in a real browser, over a server of its own process: what a class and its lecturer do with it."""

import json
import re
import statistics
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from plnsim.simulation.runs import run
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.classroom import RUNS, with_class_size
from tests.support import browsing
from tests.support.browsing import PHONE, TIMEOUT_MS, WIDE, needs_browser

pytestmark = [pytest.mark.xdist_group("browser"), needs_browser]
chromium = browsing.chromium  # a fixture


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A server as the command starts it, on a free port."""
    command = [Path(sys.executable).with_name("plnsim"), "serve", "--port", "0"]
    log = tmp_path_factory.mktemp("server") / "err"
    with open(log, "w") as err, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=err, text=True) as served:
        try:
            yield served.stdout.readline().strip(), served.pid
        finally:
            served.terminate()
            served.wait(20)


def test_whoever_opens_the_address_as_soon_as_it_is_told_is_served():
    command = [Path(sys.executable).with_name("plnsim"), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as served:
        try:
            with urllib.request.urlopen(served.stdout.readline().strip(), timeout=60) as reply:
                assert reply.status == 200
        finally:
            served.terminate()


class Visit:
    """An open page, and what it asked for or complained of."""

    def __init__(self, chromium, address, size=WIDE, hash="#shown=1", **more):
        self.context = chromium.new_context(viewport=size, **more)
        self.page = self.context.new_page()
        self.page.set_default_timeout(TIMEOUT_MS)
        self.complaints, self.outside, self.data, self.home = [], [], [], address
        self.page.on("console", lambda one: one.type in ("error", "warning") and self.complaints.append(one.text))
        self.page.on("pageerror", lambda one: self.complaints.append(str(one)))
        self.page.on("response", self._note)
        self.context.route("**/*", self._refuse_outside)
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

    def _refuse_outside(self, route):
        if route.request.url.startswith((self.home, "data:", "blob:")):
            route.continue_()
        else:
            self.outside.append(route.request.url)
            route.abort()

    def _note(self, response):
        if "/api/" in response.url:
            self.data.append(response)

    def settled(self):
        """Waits until what is shown is what was asked for."""
        self.until("document.querySelector('#chart svg') && !document.body.classList.contains('working')")

    def move(self, name: str, key: str, times: int = 1):
        """Moves a slider by the keyboard, and waits for the picture."""
        before = self.curve("if")
        slider = self.page.get_by_role("slider", name=name, exact=True)
        slider.focus()
        for _ in range(times):
            slider.press(key)
        self.until("(before) => (document.querySelector('path.middle.if')?.getAttribute('d') ?? '') !== before", before)
        self.settled()

    def curve(self, kind: str) -> str:
        found = self.page.locator(f"path.middle.{kind}")
        return found.get_attribute("d") if found.count() else ""

    def states(self) -> list[str]:
        return self.page.eval_on_selector_all("#sides circle", "those => those.map((one) => one.getAttribute('class'))")

    def said(self) -> str:
        return self.page.get_by_role("status").inner_text()


@pytest.fixture
def visit(chromium, address):
    """Opens pages; none of them may complain, or reach for anything outside the server."""
    opened = []

    def open_page(**more):
        opened.append(Visit(chromium, address[0].rstrip("/") + "/", **more))
        return opened[-1]

    yield open_page
    for one in opened:
        one.context.close()
        assert one.complaints == [] and one.outside == []


def test_a_slider_changes_the_curve_and_the_sentence_and_what_is_stays(visit):
    seen = visit()
    assert seen.curve("if") == "" and "against" not in seen.said()
    seen.move("Time: hours", "End")
    first, plain = seen.curve("if"), seen.curve("is")
    assert re.search(r"about \d+ % \(90 % of runs: .* against about .* paired runs", seen.said().replace("\u00a0", " "))
    seen.move("Leadership: vision", "ArrowRight", 3)
    assert seen.curve("if") != first and seen.curve("is") == plain
    assert (
        seen.page.get_by_role("slider", name="Leadership: vision")
        .get_attribute("aria-valuetext")
        .replace("\u00a0", " ")
        == "65 %"
    )


def test_play_advances_week_by_week_pauses_steps_and_resets(visit):
    seen = visit(hash="#shown=1&time.hours=1.2")
    when, week = seen.page.locator("#when"), seen.page.locator("#week")
    seen.page.get_by_role("button", name="Reset").click()
    start = seen.states()
    assert (
        week.input_value() == "0"
        and when.inner_text().startswith("Year 1, week 1,")
        and not any("habit" in one for one in start)
    )
    seen.page.get_by_label("Speed").select_option("39")
    seen.page.get_by_role("button", name="Play").click()
    seen.until("Number(document.querySelector('#week').value) > 60")
    seen.page.get_by_role("button", name="Pause").click()
    seen.until("document.querySelector('#sides').getBoundingClientRect().bottom <= innerHeight + 1")
    stood = int(week.input_value())
    later = seen.states()
    assert later != start and any("trying" in one for one in later)
    seen.page.get_by_role("button", name="Step").click()
    assert int(week.input_value()) == stood + 1
    seen.page.wait_for_timeout(200)
    assert int(week.input_value()) == stood + 1, "it plays on after pause"
    week.fill("150")
    assert "support has ended" in when.inner_text() and "support has ended" in week.get_attribute("aria-valuetext")


def test_the_picture_shows_the_states_of_the_run_in_that_week(visit):
    seen = visit(hash="#shown=1&seed=3")
    run_shown = next(one for one in seen.data if "/api/picture" in one.url).json()
    for week in (0, 100, 272):
        seen.page.locator("#week").fill(str(week))
        names = [one.split()[0] for one in seen.states()]
        assert names == [("not", "trying", "habit")[int(state)] for state in run_shown["states"][week]]


def test_the_same_seed_gives_the_same_data_and_another_seed_others(visit):
    first, second = visit(hash="#shown=1&seed=11&time.hours=1.2"), visit(hash="#shown=1&seed=11&time.hours=1.2")

    def bodies(one):
        return sorted(reply.text() for reply in one.data if "/api/session" not in reply.url)

    assert bodies(first) == bodies(second) and len(bodies(first)) == 3 and first.curve("if") == second.curve("if")
    before = second.curve("if")
    second.page.get_by_label("Seed").fill("12")
    second.page.get_by_label("Seed").press("Enter")
    second.until("(before) => document.querySelector('path.middle.if').getAttribute('d') !== before", before)
    second.settled()
    assert second.curve("is") != first.curve("is")


def test_two_pages_at_once_do_not_disturb_each_other(visit):
    mine, theirs = visit(), visit()
    before = mine.curve("is"), mine.said()
    theirs.move("Focus: alignment", "End")
    theirs.page.locator("#scenarios").evaluate("box => { box.open = true; }")
    theirs.page.get_by_label("One that comes with plnsim").select_option("information-only")
    theirs.until("document.querySelector('#title').textContent.startsWith('Information')")
    theirs.settled()
    mine.page.get_by_role("combobox", name="Over the years").select_option("deep_use")
    mine.settled()
    mine.page.get_by_role("combobox", name="Over the years").select_option("use")
    mine.until("(before) => document.querySelector('path.middle.is').getAttribute('d') === before", before[0])
    assert (mine.curve("is"), mine.said()) == before and "Baseline" in mine.page.locator("#title").inner_text()


def test_a_class_predicts_first_and_the_guess_stays_on_the_chart(visit):
    seen = visit(hash="")
    assert seen.page.locator("path.middle").count() == 0 and seen.page.locator("#sides circle").count() == 0
    assert "guess first" in seen.said()
    seen.page.get_by_role("button", name="All the time in the world").click()
    seen.until("document.querySelector('path.middle.is')")
    assert seen.curve("if") == "", "what if is shown before it was guessed"
    seen.page.get_by_role("slider", name="My guess").fill("80")
    seen.page.get_by_role("button", name="Place my guess and run").click()
    assert seen.curve("if") and "your guess 80 %" in seen.page.locator("#chart").inner_text().replace("\u00a0", " ")
    guessed = seen.page.locator("#guessed")
    assert re.search(r"You guessed 80 %; .* points too high", guessed.inner_text().replace("\u00a0", " "))
    seen.move("Leadership: vision", "End")
    assert (
        "your guess 80 %" in seen.page.locator("#chart").inner_text().replace("\u00a0", " ")
        and "other settings" in guessed.inner_text()
    )
    seen.page.get_by_role("button", name="Predict again").click()
    assert seen.curve("if") == ""


def test_a_click_on_a_teacher_tells_her_story_and_leads_on_to_others(visit):
    seen = visit()
    told = seen.page.locator("#told")
    picture = next(one for one in seen.data if "/api/picture" in one.url).json()
    seated = picture["networks"][0]["seats"][0]
    seen.page.locator(f"circle[data-place='{seated}']").click()
    told.get_by_role("heading").wait_for()
    assert "Holds a seat in Network 1" in told.inner_text() and told.locator("li").count() > 2
    assert "pointed" in seen.page.locator(f"circle[data-place='{seated}']").get_attribute("class")
    dated = told.get_by_role("button", name=re.compile("^year")).nth(1)
    dated.click()
    assert seen.page.locator("#when").inner_text().lower().startswith(dated.inner_text())
    before = told.get_by_role("heading").inner_text()
    told.get_by_role("button", name=re.compile("her story")).first.click()
    seen.until("(before) => document.querySelector('#told h3').textContent !== before", before)
    seen.page.get_by_label("School or network").select_option("network 1")
    seen.page.get_by_role("button", name="Tell it").click()
    seen.until("document.querySelector('#told h3').textContent === 'Network 2'")
    seen.page.locator("text.school").first.click()
    seen.until("document.querySelector('#told h3').textContent === 'School A'")


def test_who_is_told_that_others_wait_keeps_what_stands_there_and_is_served_when_there_is_room(visit):
    asked = []

    def refuse_first(route):
        asked.append(route.request.url)
        if len(asked) > 1:
            return route.fallback()
        body = {"error": {"wrong": "58 others wait; try again in 1 second", "place": "", "right": ""}}
        return route.fulfill(status=503, headers={"retry-after": "1"}, json=body)

    seen = visit()
    said, plain = seen.said(), seen.curve("is")
    seen.context.route("**/api/curves*", refuse_first)
    seen.page.get_by_role("slider", name="Time: hours", exact=True).press("End")
    alert = seen.page.get_by_role("alert")
    alert.wait_for()
    assert alert.inner_text() == "58 others wait; try again in 1 second. This page tries again by itself."
    assert (seen.said(), seen.curve("is"), seen.curve("if")) == (said, plain, "")
    seen.until("document.querySelector('path.middle.if')")
    seen.settled()
    assert len(asked) == 2 and "against" in seen.said() and alert.is_hidden()
    seen.complaints = [one for one in seen.complaints if "status of 503" not in one]


def test_all_other_parameters_are_behind_more_grouped_and_searchable(visit):
    seen = visit()
    assert [one.inner_text() for one in seen.page.locator("#front label").all()] == [
        "Time: hours",
        "Leadership: vision",
        "Focus: alignment",
        "Programme: support years",
    ]
    seen.page.get_by_text("More: all other parameters").click()
    assert [
        one.inner_text().split(" (")[0].lower()
        for one in seen.page.locator("#groups summary").all()
        if one.is_visible()
    ][:3] == ["time", "leadership", "focus"]
    seen.page.get_by_role("searchbox", name="Search").fill("head")
    shown = {
        name: seen.page.get_by_role("slider", name=name).is_visible() for name in ("Succession: rate", "Habit: growth")
    }
    assert shown == {"Succession: rate": True, "Habit: growth": False}
    seen.move("Succession: rate", "End")
    assert "Succession: rate" in seen.page.locator("#changed").inner_text()
    seen.page.get_by_role("button", name="Undo Succession: rate").click()
    seen.until("!document.querySelector('path.middle.if')")


def test_what_is_shown_can_be_pinned_kept_and_found_again(visit, address):
    seen = visit()
    seen.move("Time: hours", "End")
    pinned = seen.curve("if")
    seen.page.get_by_role("button", name="Pin this to compare").click()
    seen.until("!document.querySelector('path.middle.if')")
    assert seen.curve("is") == pinned
    seen.move("Programme: support years", "ArrowRight")
    again = visit(hash=seen.page.url[seen.page.url.index("#") :])
    assert (again.curve("is"), again.curve("if"), again.said()) == (seen.curve("is"), seen.curve("if"), seen.said())
    again.page.locator("#keep").evaluate("box => { box.open = true; }")
    assert "plnsim run baseline --set population.schools=20" in again.page.get_by_label("As a command").input_value()
    assert "[programme]\nsupport_years = 3.2" in again.page.get_by_label("As a scenario file").input_value()
    with again.page.expect_download() as download:
        again.page.get_by_role("button", name="Download the curves (CSV)").click()
    again.page.get_by_role("button", name="Unpin").click()
    again.until("(before) => document.querySelector('path.middle.is').getAttribute('d') !== before", again.curve("is"))
    lines = Path(download.value.path()).read_text().splitlines()
    assert lines[0].startswith("side,week,median") and len(lines) == 1 + 2 * 273


def test_an_uploaded_file_is_run_and_a_bad_one_or_a_bad_address_gets_a_message(visit, tmp_path):
    seen = visit(hash="#shown=1&time.huors=3&seed=-4")
    alert = seen.page.get_by_role("alert")
    assert "time.huors=3" in alert.inner_text() and "seed=-4" in alert.inner_text()
    (tmp_path / "mine.toml").write_text('title = "Ours"\nyears = 2\n[population]\nschools = 5\n')
    (tmp_path / "bad.toml").write_text("[time]\nhuors = 3\n")
    seen.page.locator("#scenarios").evaluate("box => { box.open = true; }")
    seen.page.get_by_label("Or a file of yours").set_input_files(tmp_path / "bad.toml")
    seen.until("document.querySelector('#problem').textContent.includes('did you mean hours')")
    seen.page.get_by_label("Or a file of yours").set_input_files(tmp_path / "mine.toml")
    seen.until("document.querySelector('#title').textContent === 'Ours'")
    seen.settled()
    assert "5 invented schools" in seen.page.locator("#lead").inner_text()
    seen.complaints = [
        one for one in seen.complaints if "status of 400" not in one
    ]  # Chromium logs every refused request


def test_the_page_works_by_keyboard_alone(visit):
    seen = visit(hash="")
    reached = set()
    for _ in range(60):
        seen.page.keyboard.press("Tab")
        reached.add(seen.page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
    assert {"guess", "place", "skip", "outcome", "control-time-hours", "pin", "All the time in the world"} <= reached
    seen.page.get_by_role("slider", name="My guess").press("ArrowRight")
    seen.page.get_by_role("button", name="Place my guess and run").press("Enter")
    assert seen.page.evaluate("document.activeElement.id") == "play" and seen.curve("is")


def test_play_moves_in_steps_where_motion_is_not_wanted(visit):
    seen = visit(reduced_motion="reduce")
    seen.page.get_by_role("button", name="Reset").click()
    seen.page.get_by_role("button", name="Play").click()
    seen.until("Number(document.querySelector('#week').value) > 0")
    seen.page.get_by_role("button", name="Pause").click()
    assert int(seen.page.locator("#week").input_value()) % 13 == 0


@pytest.mark.parametrize(("size", "opened"), [(WIDE, False), (PHONE, True)], ids=["1280", "390 with everything open"])
def test_axe_finds_no_fault_and_nothing_scrolls_sideways(visit, size, opened):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright",
        reason="axe-playwright-python is not installed (the extra plnsim[test])",
    )
    seen = visit(size=size, hash="#shown=1&guess=70&time.hours=1.2", bypass_csp=True)
    seen.page.locator("circle").first.click()
    seen.page.locator("#told h3").wait_for()
    if opened:
        seen.page.evaluate(
            "for (const box of document.querySelectorAll('main > section > details, header details, .group')) "
            "box.open = true"
        )
    found = axe.Axe().run(seen.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})
    assert [(one["id"], one["impact"], one["nodes"][0]["html"][:200]) for one in found.response["violations"]] == []
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_on_a_phone_the_prediction_comes_before_the_sliders(visit):
    seen = visit(size=PHONE, hash="")
    places = [seen.page.locator(one).bounding_box()["y"] for one in ("#predict", "#series", "#settings")]
    assert places == sorted(places)


def test_from_slider_to_picture_takes_little_more_than_the_simulation(visit):
    """A share, so that a busy machine slows both alike: what the server and the page add to twenty bare runs."""
    seen = visit()
    scenario = with_class_size(Scenario.of("baseline"))
    run(scenario, replicates=RUNS)
    shares = []
    for step in range(5):
        values = {"time.hours": 0.8 + 0.05 * step, "practice.fit": 0.61}
        began = time.perf_counter()
        run(scenario.with_values(values), replicates=RUNS)
        bare = time.perf_counter() - began
        took = (
            seen.page.evaluate("""() => new Promise((done) => {
            const slider = document.querySelector('#control-time-hours');
            const chart = document.querySelector('#chart');
            const began = performance.now();
            const watch = new MutationObserver(() => requestAnimationFrame(() => {
                watch.disconnect(); done(performance.now() - began);
            }));
            watch.observe(chart, { childList: true });
            slider.value = Number(slider.value) + 1;
            slider.dispatchEvent(new Event('input'));
        })""")
            / 1000
        )
        seen.settled()
        shares.append(took / bare)
    print(f"slider to picture: {statistics.median(shares):.2f} times the bare simulation")
    assert statistics.median(shares) < 3.0


def test_twenty_sessions_stay_responsive_and_memory_stays_bounded(address):
    """Twenty pages move a slider twice each, at once: curves wait their turn, the picture of one run and the page come
    quickly.
    """
    home, server = address

    def memory() -> float:
        status = Path(f"/proc/{server}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024

    def got(path, body=None):
        content = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(home.rstrip("/") + path, content, {"content-type": "application/json"})
        began = time.perf_counter()
        with urllib.request.urlopen(request, timeout=120) as reply:
            return reply.read(), time.perf_counter() - began

    def pupil(number):
        session = json.loads(got("/api/session", {})[0])["session"]
        for move in range(2):
            words = f"session={session}&seed=1&time.hours={0.2 + 0.003 * (2 * number + move):.3f}"
            pictures.append(got(f"/api/picture?{words}")[1])
            text, took = got(f"/api/curves?{words}")
            assert json.loads(text)["if"]["middle"]
            waits.append(took)

    session = json.loads(got("/api/session", {})[0])["session"]
    alone = statistics.median(
        got(f"/api/curves?session={session}&seed=1&time.hours={1 + 0.01 * move:.2f}")[1] for move in range(5)
    )
    before, waits, pictures, pages = memory(), [], [], []
    pupils = [threading.Thread(target=pupil, args=(number,)) for number in range(20)]
    for one in pupils:
        one.start()
    while any(one.is_alive() for one in pupils):
        pages.append(got("/")[1])
        time.sleep(0.05)
    assert len(waits) == len(pictures) == 40
    middle = {
        name: statistics.median(each) for name, each in (("curves", waits), ("picture", pictures), ("page", pages))
    }
    print(
        f"alone {alone:.2f} s; twenty at once: {middle}, longest {max(waits):.2f} s; "
        f"memory {before:.0f} to {memory():.0f} MB"
    )
    assert middle["curves"] < 20 * 1.5 * alone and middle["picture"] < middle["curves"] / 2 and middle["page"] < alone
    assert memory() - before < 160, "more than the shelf of 64 MB and what twenty requests hold"


def test_a_bad_query_string_gets_a_json_message(address):
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{address[0]}api/curves?time.huors=1", timeout=30)
    problem = json.loads(refused.value.read())["error"]
    assert refused.value.code == 400 and "time.huors" in problem["wrong"] and "time.hours" in problem["right"]
