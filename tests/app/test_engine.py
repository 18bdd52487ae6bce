"""The model as WebAssembly, with the script that pages load it by, gives the same bits as the native engine: in node,
and in a browser.

Compared are every state variable of every teacher, school and network and all counts, before the first week and after
the last (of one scenario after every week): every shipped scenario at class size, and the class-size baseline with
everything moved that a page can move. With PLNSIM_FULL=1 the shipped scenarios run as they are up to 3,000 teachers,
and there are ten times as many random points.
"""

import base64
import gzip
import http.server
import json
import queue
import shutil
import subprocess
import threading
from dataclasses import replace

import numpy as np
import pytest

from plnsim.model.outcome import WEEKLY_OUTCOMES
from plnsim.model.world.population import PopulationData
from plnsim.simulation.runs import run
from plnsim.simulation.scenario import Scenario, shipped_scenarios
from plnsim.simulation.scenario.classroom import with_class_size
from plnsim.simulation.scenario.weeks import CalendarEvent
from plnsim.simulation.wasm.module import MODULE
from plnsim.simulation.wasm.pack import pack
from tests.simulation.test_engines import TEACHERS_AT_MOST, shrunk
from tests.support.browsing import chromium as chromium
from tests.support.browsing import needs_browser
from tests.support.runs import FULL_SUITE, random_point, small_scenario
from tests.support.wasm import Task, differences, in_node, native_states, runs_in_node, scripts

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
SEEDS = (1, 2, 3)
POINTS = 300 if FULL_SUITE else 30
CALENDAR = (
    CalendarEvent(0, 20, (("time.hours", 1.0), ("meeting.a_year", 9.0))),
    CalendarEvent(30, None, (("time.hours", 2.0),), "new head", 0.5),
    CalendarEvent(44, None, (), "end support"),
    CalendarEvent(50, None, (), "tune-up"),
    CalendarEvent(70, None, (("adoption.alone", 0.01),)),
)
"""A calendar with something of everything; its last entry lies beyond a run of a year and a half."""


def header_of(packed: bytes) -> dict:
    content = gzip.decompress(packed)
    return json.loads(content[12 : 12 + int.from_bytes(content[8:12], "little")])


def movable(packed: bytes, values: dict) -> dict:
    """Of some values, those that a page can move."""
    fields = header_of(packed)["parameters"]["fields"]
    return {name: value for name, value in values.items() if name in fields and not fields[name].get("fixed")}


@pytest.mark.parametrize("seed", SEEDS)
def test_every_shipped_scenario_of_class_size_gives_the_same_bits(seed, tmp_path):
    scenarios = {name: with_class_size(Scenario.of(name)) for name in shipped_scenarios()}
    packs = {name: pack(scenario, seed, 1) for name, scenario in scenarios.items()}
    results = runs_in_node(tmp_path, packs, [Task(name) for name in scenarios])
    for (name, scenario), result in zip(scenarios.items(), results, strict=True):
        assert (result["weeks"], result["supportEnds"]) == (scenario.weeks, scenario.support_ends), name
        assert differences(result, native_states(scenario, seed)) == [], name


@pytest.mark.full
@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_shipped_scenario_gives_the_same_bits(name, tmp_path):
    scenario = shrunk(Scenario.of(name), TEACHERS_AT_MOST)
    (result,) = runs_in_node(tmp_path, {name: pack(scenario, 1, 2)}, [Task(name, replicate=1)])
    assert differences(result, native_states(scenario, 1, 1)) == []


def test_random_points_that_draw_other_worlds_give_the_same_bits(tmp_path):
    scenarios = {f"point {point}": small_scenario(random_point(point)) for point in range(POINTS)}
    packs = {name: pack(scenario, 7, 1) for name, scenario in scenarios.items()}
    results = runs_in_node(tmp_path, packs, [Task(name) for name in scenarios])
    for (name, scenario), result in zip(scenarios.items(), results, strict=True):
        assert differences(result, native_states(scenario, 7)) == [], name


def test_a_page_moves_any_parameter_that_draws_no_other_world(tmp_path):
    scenario, replicates = with_class_size(Scenario.of("baseline")), 3
    packed = pack(scenario, 1, replicates)
    points = {
        point: movable(packed, random_point(point))
        | {"programme.support_years": 1.0 + point % 5 / 2, "programme.follow_up_years": 1.0 + point % 3}
        for point in range(POINTS)
    }
    assert min(map(len, points.values())) > 100
    tasks = [Task("baseline", point % replicates, values) for point, values in points.items()]
    results = runs_in_node(tmp_path, {"baseline": packed}, tasks)
    assert len({result["weeks"] for result in results}) > 3
    for (point, values), result in zip(points.items(), results, strict=True):
        assert differences(result, native_states(scenario.with_values(values), 1, point % replicates)) == [], point


def test_weeks_one_by_one_a_calendar_and_another_length_give_the_same_bits(tmp_path):
    scenario = replace(small_scenario(calendar=CALENDAR), years=1.5)
    moved = {"time.hours": 0.2, "meeting.a_year": 20.0, "adoption.alone": 0.02}
    tasks = [
        Task("small", weekly=True),
        Task("small", values=moved, weekly=True),
        Task("small", values=moved, years=2.5),
        Task("small"),
    ]
    results = runs_in_node(tmp_path, {"small": pack(scenario, 4, 1)}, tasks)
    other = scenario.with_values(moved)
    for result, states in zip(
        results,
        (
            native_states(scenario, 4, weekly=True),
            native_states(other, 4, weekly=True),
            native_states(other.with_years(2.5), 4),
            native_states(scenario, 4),
        ),
        strict=True,
    ):
        assert differences(result, states) == []
    assert [result["weeks"] for result in results] == [58, 58, 98, 58]
    assert len({result["memory"] for result in results[2:]}) == 1


def test_a_given_population_gives_the_same_bits(tmp_path):
    known = PopulationData(
        schools={"staff": np.array([5, 4, 3]), "vision": np.array([0.9, 0.2, 0.6]), "name": np.array([7, 8, 9])},
        advice=(np.array([0, 1, 2, 3, 5, 6, 7, 8, 9, 9]), np.array([1, 0, 1, 4, 6, 5, 9, 7, 5, 6])),
        teachers={"uses": np.arange(12) % 3 == 0, "knowledge": np.linspace(0.0, 1.0, 12)},
        networks=[[(0, np.array([2, 4])), (2, np.array([10]))]],
    )
    scenario = replace(small_scenario({"adoption.alone": 1.0}), population_data=known)
    packed, moved = pack(scenario, 2, 1), {"parts.count": 7, "ties.pattern": "ring"}
    assert movable(packed, moved) == {"parts.count": 7, "ties.pattern": "ring"}
    results = runs_in_node(tmp_path, {"given": packed}, [Task("given"), Task("given", values=moved)])
    for values, result in zip(({}, moved), results, strict=True):
        assert differences(result, native_states(scenario.with_values(values), 2)) == []


def test_weekly_outcomes_ties_and_states_are_those_of_the_library(tmp_path):
    scenario = with_class_size(Scenario.of("baseline")).with_years(2)
    path = tmp_path / "pack"
    path.write_bytes(pack(scenario, 1, 2))
    script = f"""
const run = await (await loadModel(await readFile(files[0]), await readFile(files[1]))).newRun();
run.begin(1);
run.advance(30);
const part = run.outcome("use").length;
run.advance();
const names = {json.dumps([outcome.name for outcome in WEEKLY_OUTCOMES])};
const result = {{
  part,
  outcomes: Object.fromEntries(names.map((name) => [name, Array.from(run.outcome(name))])),
  half: Array.from(run.count("users", 1)),
  staff: Array.from(run.bySchool("staff", 1)),
  active: Array.from(run.networks("active")),
  uses: Array.from(run.people("teachers", "uses")),
  names: Array.from(run.people("schools", "name"), String),
  advice: Array.from(run.ties("advice_to")),
}};
"""
    found = in_node(tmp_path, script, MODULE, path)
    whole = run(scenario, seed=1, replicates=2)
    counts, weeks = whole.run_counts[1], whole.weeks[whole.weeks["replicate"] == 1]
    world = scenario.world(1, 1)
    assert found["part"] == 30
    for outcome in WEEKLY_OUTCOMES:
        told = np.array([np.nan if value is None else value for value in found["outcomes"][outcome.name]])
        np.testing.assert_array_equal(told, weeks[outcome.name].to_numpy(float), err_msg=outcome.name)
    assert found["half"] == counts.weeks["users"][:, 1].tolist()
    assert found["staff"] == counts.years["staff"][1].tolist()
    assert found["active"] == counts.networks["active"].tolist()
    assert sum(found["uses"]) == counts.weeks["users"][-1].sum() and len(found["uses"]) == len(world.teachers)
    assert found["names"] == [str(place) for place in range(20)]
    assert found["advice"] == world.advice_to.tolist()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("begin(0, { 'time.hour': 1 })", "There is no parameter called time.hour."),
        ("begin(0, { 'time.hours': -1 })", "time.hours must be a number from 0 to 40, got -1."),
        ("begin(0, { 'habit.grace': 1.5 })", "habit.grace must be a whole number from"),
        ("begin(0, { 'renewal.rule': 'no rule' })", "renewal.rule must be one of "),
        ("begin(0, { 'population.schools': 30 })", "population.schools cannot be moved here"),
        ("begin(2)", "There is no replicate 2; there are 1."),
        ("advance()", "Nothing is begun yet."),
        ("people('teachers', 'uses')", "Nothing is begun yet."),
        ("count('users')", "Nothing is begun yet."),
        ("bySchool('users', 0)", "Nothing is begun yet."),
        ("networks('active')", "Nothing is begun yet."),
        ("ties('advice_to')", "Nothing is begun yet."),
        ("outcome('use')", "Nothing is begun yet."),
        ("begin(0); run.people('teachers', 'faith')", "There is no state variable called teachers.faith."),
        ("begin(0); run.count('user')", "There is no count called user."),
        ("begin(0); run.outcome('user')", "There is no outcome called user."),
    ],
)
def test_a_wrong_question_gets_one_sentence(asked, message, tmp_path):
    path = tmp_path / "pack"
    path.write_bytes(pack(small_scenario(), 1, 1))
    script = f"""
const run = await (await loadModel(await readFile(files[0]), await readFile(files[1]))).newRun();
let result = null;
try {{ run.{asked}; }} catch (problem) {{ result = problem.message; }}
"""
    assert message in in_node(tmp_path, script, MODULE, path)


def test_a_pack_of_another_version_is_refused_and_the_module_imports_nothing_but_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("plnsim.simulation.wasm.pack.module_fingerprint", lambda: "another")
    (tmp_path / "other").write_bytes(pack(small_scenario(), 1, 1))
    (tmp_path / "none").write_bytes(gzip.compress(b"something else, and of some length"))
    script = """
const refusals = [];
for (const file of files.slice(1)) {
  try {
    await loadModel(await readFile(files[0]), await readFile(file));
  } catch (problem) {
    refusals.push(problem.message);
  }
}
const imports = WebAssembly.Module.imports(await WebAssembly.compile(await readFile(files[0])));
const result = { refusals, imports };
"""
    found = in_node(tmp_path, script, MODULE, tmp_path / "other", tmp_path / "none")
    assert found["refusals"] == [
        "This scenario was packed for another version of the model.",
        "This is no packed scenario of this version of plnsim.",
    ]
    assert found["imports"] == [{"module": "env", "name": "memory", "kind": "memory"}]


MOVED = {"time.hours": 2.0, "programme.support_years": 5.0}
TASKS = [{"pack": "pack", "replicate": 1, "values": values} for values in ({}, MOVED)]
IN_A_BROWSER = """async ({ text, module, pack, tasks }) => {
  const bytes = (coded) => Uint8Array.from(atob(coded), (letter) => letter.charCodeAt(0));
  const script = await import(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
  return script.performRuns(bytes(module), { pack: bytes(pack) }, tasks);
}"""


def asked_of_a_browser(scenario: Scenario) -> dict[str, object]:
    return {
        "text": scripts(),
        "module": base64.b64encode(MODULE.read_bytes()).decode(),
        "pack": base64.b64encode(pack(scenario, 1, 2)).decode(),
        "tasks": TASKS,
    }


@needs_browser
def test_a_browser_gives_the_same_bits(chromium):
    scenario = with_class_size(Scenario.of("baseline"))
    page = chromium.new_page()
    page.route(
        "http://localhost/*",
        lambda route: route.fulfill(body="<!doctype html><title>engine</title>", content_type="text/html"),
    )
    page.goto("http://localhost/")  # where a page may compute digests
    results = page.evaluate(IN_A_BROWSER, asked_of_a_browser(scenario))
    page.close()
    for task, result in zip(TASKS, results, strict=True):
        assert differences(result, native_states(scenario.with_values(task["values"]), 1, 1)) == []


@pytest.mark.skipif(FIREFOX is None, reason="there is no Firefox on this machine")
def test_firefox_gives_the_same_bits(tmp_path):
    """Debian's Firefox, which Playwright cannot drive: it opens a page that sends back what the module gave."""
    scenario, results = with_class_size(Scenario.of("baseline")), queue.Queue()
    asked = json.dumps(asked_of_a_browser(scenario))
    page = f"""<!doctype html><title>engine</title><script type="application/json" id="asked">{asked}</script><script>
    ({IN_A_BROWSER})(JSON.parse(document.getElementById("asked").textContent))
      .then((results) => fetch("/", {{ method: "POST", body: JSON.stringify(results) }}));</script>"""

    class Answers(http.server.BaseHTTPRequestHandler):
        def answer(self, content: bytes = b"") -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:  # the name that the library looks for
            self.answer(page.encode())

        def do_POST(self) -> None:
            results.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.answer()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("localhost", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        words = [FIREFOX, "--headless", "--no-remote", "--profile", tmp_path, f"http://localhost:{server.server_port}/"]
        firefox = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            found = results.get(timeout=120)
        finally:
            firefox.kill()
            firefox.wait()
            server.shutdown()
    for task, result in zip(TASKS, found, strict=True):
        assert differences(result, native_states(scenario.with_values(task["values"]), 1, 1)) == []
