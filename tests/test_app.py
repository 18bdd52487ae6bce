"""The server of the live page: equal to the library, kept apart by session, bounded, and closed to what it should not give."""

import asyncio
import json
import threading
import time
from threading import Event

import numpy as np
import pytest

from plnsim import PLNModel, run
from plnsim.app import asking, server
from plnsim.app.about import about, step
from plnsim.app.classroom import CLASS_SIZE, MOST_SCHOOLS, MOST_TEACHERS, PRESETS, RUNS, checked, in_class, varied
from plnsim.app.curves import compared, drawn
from plnsim.app.headers import ALWAYS
from plnsim.app.sessions import Gone, Sessions
from plnsim.app.shelf import Shelf
from plnsim.app.states import HABIT_FROM, Stopped, pictured, school_name
from plnsim.app.story import chronicled
from plnsim.app.witness import Witness
from plnsim.errors import BadInput
from plnsim.outcome import WEEKLY
from plnsim.parameter import Parameter
from plnsim.runs import RANGE
from plnsim.scenario import Scenario, shipped_scenarios
from plnsim.scenario.declared import DECLARED
from tests.runs import changed_columns, small

pytest.importorskip("starlette", reason="the extra plnsim[app] is not installed")
from starlette.testclient import TestClient

LIVELY = {"programme.support_years": 2.0, "programme.follow_up_years": 1.0, "adoption.alone": 0.25, "adoption.in_network": 1.0,
          "routine.growth": 0.08, "mobilisation.mailing": 0.02, "mobilisation.visits": 0.1, "turnover.induction": 0.9}
"""A small population in which everything that a story tells happens within three years."""


@pytest.fixture(scope="module")
def scenario():
    return small(LIVELY)


@pytest.fixture
def seminar(scenario):
    return server.Seminar(scenario)


@pytest.fixture
def client(seminar):
    with TestClient(server.make_app(seminar)) as client:
        yield client


def opened(client, **asked) -> str:
    return client.post("/api/session", json=asked).json()["session"]


def asked(client, path, session, **words):
    return client.get(f"/api/{path}", params={"session": session} | words)


# -- equal to the library ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [one.name for one in WEEKLY])
def test_curves_are_those_of_the_library_to_the_bit(client, scenario, outcome):
    words = {"time.hours": 1.2, "is.leadership.vision": 0.7, "seed": 5, "outcome": outcome}
    told = asked(client, "curves", opened(client), **words).json()
    sides = {"if": {"time.hours": 1.2}, "is": {"leadership.vision": 0.7}}
    done = {name: run(scenario.with_values(values), seed=5, replicates=RUNS, workers=1) for name, values in sides.items()}
    for name, one in done.items():
        weekly = one.weeks[outcome].to_numpy().reshape(RUNS, -1)
        assert told[name]["one"] == [None if np.isnan(value) else value for value in weekly[0]]
        clear = np.isfinite(weekly).all(axis=0)
        for place, quantile in ((("outer", 0), RANGE[0]), (("inner", 0), 0.25), (("inner", 1), 0.75), (("outer", 1), RANGE[1])):
            values = np.array(told[name][place[0]][place[1]], dtype=float)
            assert (values[clear] == np.quantile(weekly, quantile, axis=0)[clear]).all()
        assert (np.array(told[name]["middle"], dtype=float)[clear] == np.median(weekly, axis=0)[clear]).all() and clear.any()
    if outcome == "use":
        gain = done["if"].values("use") - done["is"].values("use")
        assert told["paired"]["mean"] == gain.mean() and told["if"]["last"]["mean"] == done["if"].values("use").mean()


def test_curves_and_pictures_of_the_class_are_those_of_both_readings():
    classroom = varied(in_class(Scenario.of("baseline")), {})
    brief = classroom.lasting(0.5)
    compiled, mesa = (run(brief, seed=3, reading=reading) for reading in ("compiled", "mesa"))
    curves = drawn(brief, 3, Event())
    for one in WEEKLY:
        for other in (compiled, mesa):
            np.testing.assert_array_equal(curves.weekly[one.name][0], other.weeks[one.name].to_numpy())
    model = PLNModel(brief, seed=3)
    for week, states in enumerate(pictured(brief, 3, Event())["states"]):
        model.step()
        expected = [2 if one.uses and one.habit >= HABIT_FROM else one.uses for one in model.teachers]
        assert list(map(int, states)) == expected, week


def test_the_picture_holds_every_school_seat_and_network_of_the_run(scenario):
    picture, model = pictured(scenario, 1, Event()), PLNModel(scenario, seed=1)
    assert [(one["first"], one["after"]) for one in picture["schools"]] == [(one.first_teacher, one.after_last_teacher) for one in model.schools]
    assert [school_name(place) for place in (0, 25, 26, 53)] == ["A", "Z", "A2", "B3"]
    for week in range(picture["weeks"]):
        model.step()
        for told, network in zip(picture["networks"], model.networks, strict=True):
            assert (told["active"][week], told["joined"][week]) == (str(network.active), network.schools)
            assert {model.teachers[post].school for post in told["seats"] if model.teachers[post].seat < network.schools} == set(
                told["schools"][:network.schools])
    assert all(set(map(int, states)) <= {0, 1, 2} for states in picture["states"]) and {"0", "1", "2"} <= set("".join(picture["states"]))


# -- stories -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def told(scenario):
    return chronicled(scenario, 2, Event()), pictured(scenario, 2, Event())


def test_a_witness_changes_nothing(scenario):
    witness, model = Witness(scenario, seed=2), PLNModel(scenario, seed=2)
    while model.running:
        witness.step()
        model.step()
    assert all(changed_columns(one, other) == [] for one, other in zip(witness.state(), model.state(), strict=True))


def test_stories_tell_every_beginning_and_end_of_use_and_nothing_else(told):
    """Whoever follows a teacher's story from line to line knows in which weeks she used it: those of the compiled picture."""
    chronicle, picture = told
    for post, story in enumerate(chronicle.stories["teacher"]):
        uses, using = [], False
        for week in range(picture["weeks"]):
            for one in story["events"]:
                if one["week"] == week and one["kind"] in ("tries", "stops", "leaves"):
                    using = one["kind"] == "tries"
            uses.append(using)
        assert uses == [states[post] != "0" for states in picture["states"]], story


def test_stories_name_who_was_heard_asked_and_advised_by(told):
    chronicle, picture = told
    seats = {post for network in picture["networks"] for post in network["seats"]}
    school = {post: place for place, one in enumerate(picture["schools"]) for post in range(one["first"], one["after"])}
    found = {"Asks": 0, "Hears of it from": 0, "Is advised by": 0}
    for post, story in enumerate(chronicle.stories["teacher"]):
        for one in story["events"]:
            begins = next((words for words in found if one["text"].startswith(words)), None)
            if begins is None:
                assert one["who"] is None
                continue
            found[begins] += 1
            who = one["who"]
            assert who != post and f"{picture['schools'][school[who]]['name']}.{who - picture['schools'][school[who]]['first'] + 1}" in one["text"]
            if begins == "Asks":
                assert picture["states"][one["week"] - 1][who] != "0" and (who in story["ties"] or {who, post} <= seats)
            else:
                assert who in seats and school[who] == school[post]
    assert min(found.values()) > 5


def test_stories_tell_all_kinds_of_things(told):
    chronicle, _ = told
    kinds = {subject: {one["kind"] for story in stories for one in story["events"]} for subject, stories in chronicle.stories.items()}
    assert kinds["teacher"] >= {"joins", "hears", "shares", "tries", "habit", "stops", "leaves"} - {"joins"}
    assert kinds["school"] >= {"tries", "routine", "head"} and kinds["network"] & {"ends", "shares", "joins"}
    assert all(one["week"] <= other["week"] for stories in chronicle.stories.values() for story in stories
               for one, other in zip(story["events"], story["events"][1:], strict=False))


# -- what a page may ask -----------------------------------------------------------------------------------------------


def test_every_parameter_has_a_control_that_reaches_its_value_and_whose_values_are_allowed():
    for name in ("baseline", "research-learning-communities"):
        scenario = in_class(Scenario.of(name))
        controls = {one["name"]: one for one in about(scenario, 260, 40)["controls"]}
        missing = {one.dotted for one in DECLARED if one.section != "measure"} - controls.keys()
        assert missing == {"programme.follow_up_years"}
        for one in controls.values():
            declared = DECLARED[one["name"]]
            if not isinstance(declared, Parameter):
                assert list(one["options"]) == list(declared.options) and one["value"] in one["options"]
                continue
            parts = (one["high"] - one["low"]) / one["step"]
            at = (one["value"] - one["low"]) / one["step"]
            assert abs(parts - round(parts)) < 1e-6 and abs(at - round(at)) < 1e-6, one["name"]
            assert declared.checked(one["low"]) <= one["value"] <= declared.checked(one["high"])


@pytest.mark.parametrize(("low", "high", "value", "expected"), [(0.15, 1.5, 0.6, 0.05), (0.0, 1.0, 0.5, 0.05), (0.1, 0.9, 0.55, 0.05),
                                                                (30.0, 240.0, 60.0, 10.0)])
def test_steps_are_round_and_meet_both_ends_and_the_value(low, high, value, expected):
    assert step(low, high, value) == pytest.approx(expected)


def test_presets_are_allowed_and_the_class_has_the_promised_size():
    classroom = in_class(Scenario.of("baseline"))
    for _, values in PRESETS:
        varied(classroom, values)
    sizes = [len(classroom.world(seed).teachers) for seed in range(1, 8)]
    assert CLASS_SIZE["population.schools"] == 20 and all(200 <= size <= 320 for size in sizes)


BAD = [
    ("curves", {"time.hour": "1"}, "time.hour", "time.hours"),
    ("curves", {"time.hours": "much"}, "time.hours", "a number from 0"),
    ("curves", {"time.hours": "1e9"}, "time.hours", "at most"),
    ("curves", {"time.hours": "nan"}, "time.hours", "finite"),
    ("curves", {"is.leadership.vision": "2"}, "leadership.vision", "from 0 to 1"),
    ("curves", {"norms.contact": "nobody"}, "norms.contact", "one colleague"),
    ("curves", {"seed": "-1"}, "seed", "seed=1"),
    ("curves", {"seed": "9" * 40}, "seed", "seed=1"),
    ("curves", {"outcome": "usage"}, "outcome", "use"),
    ("curves", {"population.schools": "5000"}, "schools", f"at most {MOST_SCHOOLS}"),
    ("curves", {"population.primary_staff": "900000"}, "teachers", f"at most {MOST_TEACHERS:,}"),
    ("curves", {"x" * 200: "1"}, "x", "known"),
    ("curves", {"time.hours": ["1", "1.2"]}, "time.hours", "once"),
    ("picture", {"side": "left"}, "side", "is"),
    ("story", {"of": "pupil"}, "of", "teacher"),
    ("story", {"of": "school", "place": "77"}, "place", "0 to 5"),
    ("story", {"of": "teacher", "place": "one"}, "place", "place=1"),
]


@pytest.mark.parametrize(("path", "words", "named", "right"), BAD, ids=[f"{path} {next(iter(words))[:20]}" for path, words, *_ in BAD])
def test_bad_queries_get_a_message_that_names_the_parameter_and_what_would_be_right(client, path, words, named, right):
    reply = asked(client, path, opened(client), **words)
    problem = reply.json()["error"]
    assert reply.status_code == 400 and named in f"{problem['wrong']} {problem['place']}" and right in f"{problem['wrong']} {problem['right']}"
    assert "Traceback" not in reply.text and len(reply.text) < 1500


def test_the_length_of_a_run_stays_that_of_the_scenario_and_is_bounded(scenario):
    assert varied(scenario, {"programme.support_years": 0.5}).weeks == scenario.weeks
    with pytest.raises(BadInput, match="years are too long"):
        checked(scenario.lasting(40))


# -- sessions ----------------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_bytes_in_any_session_and_another_seed_others(client, seminar):
    first, second = opened(client), opened(client)
    for path in ("curves", "picture", "story"):
        one = asked(client, path, first, seed=4).content
        seminar.shelf.kept.clear()
        assert one == asked(client, path, second, seed=4).content and one != asked(client, path, first, seed=6).content


def test_sessions_do_not_disturb_each_other(client):
    mine, theirs = opened(client), opened(client, text=UPLOAD)
    before = asked(client, "curves", mine).json()
    other = asked(client, "curves", theirs, **{"time.hours": 1.5}).json()
    assert asked(client, "curves", mine).json() == before and other["is"]["weeks"] == 39 != before["is"]["weeks"]
    assert len(asked(client, "picture", theirs).json()["schools"]) == 4 and len(asked(client, "picture", mine).json()["schools"]) == 6


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_sessions_and_results_left_alone_are_freed(client, seminar):
    clock = Clock()
    seminar.sessions.clock = seminar.shelf.clock = clock
    session = opened(client)
    assert asked(client, "story", session).status_code == 200 and seminar.shelf.size > 0
    clock.now += seminar.limits.idle_seconds - 1
    assert asked(client, "curves", session).status_code == 200
    clock.now += seminar.limits.idle_seconds + 1
    reply = asked(client, "curves", session)
    assert reply.status_code == 410 and "freed" in reply.json()["error"]["wrong"]
    assert len(seminar.sessions.opened) == 0
    seminar.shelf.free_idle()
    assert seminar.shelf.size == 0 and not seminar.shelf.kept


def test_the_server_frees_what_is_idle_by_itself(scenario):
    seminar = server.Seminar(scenario, limits=server.Limits(tidy_seconds=0.05))
    seminar.sessions.clock = seminar.shelf.clock = clock = Clock()
    with TestClient(server.make_app(seminar)) as client:
        asked(client, "picture", opened(client))
        assert seminar.shelf.kept and seminar.sessions.opened
        clock.now += seminar.limits.idle_seconds + 1
        until = time.monotonic() + 20
        while (seminar.shelf.kept or seminar.sessions.opened) and time.monotonic() < until:
            time.sleep(0.05)
        assert not seminar.shelf.kept and not seminar.sessions.opened


def test_a_hundred_sessions_keep_within_the_bounds(scenario):
    limits = server.Limits(sessions=10, cache_bytes=2_000_000)
    seminar = server.Seminar(scenario, limits=limits)
    with TestClient(server.make_app(seminar)) as client:
        tokens = [opened(client) for _ in range(100)]
        assert len(seminar.sessions.opened) == 10 and asked(client, "curves", tokens[0]).status_code == 410
        for number in range(40):
            assert asked(client, "curves", tokens[-1], seed=number).status_code == 200
        assert 0 < seminar.shelf.size <= limits.cache_bytes and len(seminar.shelf.kept) < 40


def test_the_least_used_session_makes_room():
    sessions = Sessions(2, 100.0, Clock())
    first, second = sessions.open(small(), "a"), sessions.open(small(), "a")
    sessions.get(first)
    sessions.open(small(), "a")
    assert sessions.get(first)
    with pytest.raises(Gone):
        sessions.get(second)


def test_a_newer_request_of_a_page_ends_the_one_before(scenario, monkeypatch):
    """The thread of the earlier one is told to stop, so that a slider that moves ten times does not cost ten simulations."""
    begun, stopped = Event(), Event()

    def slow(one, seed, stop):
        if seed == 1:
            begun.set()
            assert stop.wait(20)
            stopped.set()
            raise Stopped
        return drawn(one, seed, stop)

    monkeypatch.setattr(server, "drawn", slow)
    with TestClient(server.make_app(server.Seminar(scenario))) as client:
        session, first = opened(client), []
        waiting = threading.Thread(target=lambda: first.append(asked(client, "curves", session, seed=1)))
        waiting.start()
        assert begun.wait(20)
        assert asked(client, "curves", session, seed=2).status_code == 200
        waiting.join(20)
        assert stopped.wait(20) and first[0].status_code == 409


def test_a_page_that_goes_away_ends_what_it_waited_for(scenario, monkeypatch):
    import socket

    import uvicorn

    begun, stopped = Event(), Event()

    def slow(one, seed, stop):
        begun.set()
        if stop.wait(20):
            stopped.set()
        raise Stopped

    monkeypatch.setattr(server, "drawn", slow)
    seminar = server.Seminar(scenario)
    listening = socket.create_server(("127.0.0.1", 0))
    serving = uvicorn.Server(uvicorn.Config(server.make_app(seminar), log_level="error"))
    thread = threading.Thread(target=lambda: serving.run(sockets=[listening]))
    thread.start()
    token = seminar.sessions.open(scenario, "mine")
    with socket.create_connection(listening.getsockname()) as page:
        page.sendall(f"GET /api/curves?session={token} HTTP/1.1\r\nHost: here\r\n\r\n".encode())
        assert begun.wait(20) and not stopped.is_set()
    assert stopped.wait(20)
    serving.should_exit = True
    thread.join(20)
    listening.close()


def test_the_simulation_itself_heeds_the_wish_to_stop(scenario):
    stop = Event()
    stop.set()
    for make in (drawn, pictured, chronicled):
        with pytest.raises(Stopped):
            make(scenario, 1, stop)


def test_what_several_wait_for_is_computed_once_and_goes_on_while_one_still_waits():
    async def several():
        from concurrent.futures import ThreadPoolExecutor

        made, go = [], Event()

        def make(stop):
            made.append(stop)
            go.wait(10)
            return b"done"

        with ThreadPoolExecutor(2) as threads:
            shelf = Shelf(1000, 100.0)
            waiting = [asyncio.ensure_future(shelf.get("key", make, len, threads)) for _ in range(3)]
            await asyncio.sleep(0.05)
            waiting[0].cancel()
            await asyncio.sleep(0.05)
            assert len(made) == 1 and not made[0].is_set()
            go.set()
            assert await waiting[1] == b"done" == await waiting[2]
            assert shelf.size == 4 and await shelf.get("key", make, len, threads) == b"done" and len(made) == 1

    asyncio.run(several())


def test_a_failed_computation_is_told_to_all_and_tried_anew():
    async def several():
        from concurrent.futures import ThreadPoolExecutor

        def make(stop):
            raise BadInput("no")

        with ThreadPoolExecutor(1) as threads:
            shelf = Shelf(1000, 100.0)
            found = await asyncio.gather(*(shelf.get("key", make, len, threads) for _ in range(2)), return_exceptions=True)
            assert [type(one) for one in found] == [BadInput, BadInput] and not shelf.kept and not shelf.under_way
            assert await shelf.get("key", lambda stop: b"ok", len, threads) == b"ok"

    asyncio.run(several())


# -- safe to show ------------------------------------------------------------------------------------------------------

UPLOAD = 'title = "Mine"\nyears = 1\n[population]\nschools = 4\nsecondary_share = 0\nprimary_staff = 6\n'


def test_an_uploaded_scenario_is_used_as_it_is(client):
    told = client.post("/api/session", json={"text": UPLOAD}).json()["about"]
    assert told["title"] == "Mine" and told["lead"].startswith("4 invented schools") and told["years"] == 1


@pytest.mark.parametrize(("text", "named"), [
    ('[files]\nschools = "/etc/passwd"\n', "files"), ('files = "/etc/passwd"', "files"), ("files.schools = '../secret.csv'", "files"),
    ("time = ", "uploaded"), ("[time]\nhours = 99999\n", "time.hours"), ("[population]\nschools = 100000\n", "schools"),
    ("years = 90\n", "years"), ("x" * (asking.LONGEST_TEXT + 1), "no scenario"), ("a = " + "[" * 5000, ""), (7, "no scenario"),
    ('title = "\\u001b[31m"', "control character"), ("[population]\nschools = 1\nprimary_staff = 1000000\n", "teachers"),
])
def test_an_uploaded_file_is_data_only_and_a_bad_one_gets_a_message(client, text, named, monkeypatch):
    read = []
    monkeypatch.setattr("plnsim.scenario.reading._Reader._population", lambda self, paths: read.append(paths))
    reply = client.post("/api/session", json={"text": text})
    problem = reply.json()["error"]
    assert reply.status_code == 400 and named in f"{problem['wrong']} {problem['place']}" and not any(read)
    assert "root:" not in reply.text and "Traceback" not in reply.text


@pytest.mark.parametrize("body", [{"scenario": "/etc/passwd"}, {"scenario": "../scenarios/baseline.toml"}, {"scenario": "scenarios/baseline.toml"},
                                  {"scenario": 3}, {"path": "x"}, [], "x", 1])
def test_a_session_takes_names_of_shipped_scenarios_and_no_paths(client, body):
    reply = client.post("/api/session", json=body)
    assert reply.status_code == 400 and reply.json()["error"]["right"]


def test_a_session_takes_every_shipped_scenario(client):
    for name in shipped_scenarios():
        reply = client.post("/api/session", json={"scenario": name})
        assert reply.status_code == 200 and reply.json()["about"]["scenario"] == name, reply.text


@pytest.mark.parametrize(("content", "kind"), [(b"{}", "text/plain"), (b"{", "application/json"), (b"[" * 100_000, "application/json"),
                                               (b'{"text": "' + b"x" * 500_000 + b'"}', "application/json")])
def test_bodies_are_json_of_bounded_length(client, content, kind):
    """A form of another site cannot send JSON, so it cannot open sessions."""
    reply = client.post("/api/session", content=content, headers={"content-type": kind})
    assert reply.status_code == 400 and reply.json()["error"]["wrong"]


@pytest.mark.parametrize("path", ["/server.py", "/../server.py", "/%2e%2e/server.py", "/..%2f..%2fpyproject.toml", "//etc/passwd", "/page/index.html",
                                  "/.git/config", "/api/../server.py", "/api", "/%00", "/icon.svg%00.py"])
def test_no_path_of_the_server_can_be_read(client, path):
    reply = client.get(path)
    assert reply.status_code == 404 and reply.json()["error"]["wrong"]


def test_every_answer_carries_the_headers(client, monkeypatch):
    session = opened(client)
    replies = [client.get("/"), client.get("/page.js"), client.get("/page.css"), client.get("/nowhere"), client.put("/"),
               asked(client, "curves", session, seed="x"), asked(client, "curves", "none"), asked(client, "picture", session)]
    assert [one.status_code for one in replies] == [200, 200, 200, 404, 405, 400, 410, 200]
    for reply in replies:
        assert {name: reply.headers[name] for name in ALWAYS} == ALWAYS and "server" not in reply.headers
    assert "default-src 'self'" in ALWAYS["content-security-policy"] and "frame-ancestors 'none'" in ALWAYS["content-security-policy"]


def test_a_fault_of_ours_is_said_without_its_trace(scenario, monkeypatch):
    def fails(*_):
        raise RuntimeError("secret")

    monkeypatch.setattr(server, "drawn", fails)
    with TestClient(server.make_app(server.Seminar(scenario)), raise_server_exceptions=False) as client:
        reply = asked(client, "curves", opened(client))
    assert reply.status_code == 500 and "fault of plnsim" in reply.json()["error"]["wrong"] and "secret" not in reply.text
    assert reply.headers["content-security-policy"] == ALWAYS["content-security-policy"]


def test_on_loopback_only_names_of_this_machine_are_answered(scenario):
    from plnsim.cli.serving import LOOPBACK_NAMES

    app = server.make_app(server.Seminar(scenario), LOOPBACK_NAMES)
    for host, status in (("localhost:80", 200), ("127.0.0.1:8321", 200), ("evil.example", 400)):
        assert TestClient(app, base_url=f"http://{host}").get("/").status_code == status


# -- the sentence ------------------------------------------------------------------------------------------------------


def test_the_sentence_holds_the_numbers_words_and_counts_of_the_runs(scenario):
    from plnsim.report.words import in_pairs, in_runs, percent

    plain, rich = scenario, scenario.with_values({"conditions.time_shift": 1.0})
    is_, if_ = (drawn(one, 1, Event()) for one in (plain, rich))
    done = [run(one, seed=1, replicates=RUNS) for one in (plain, rich)]
    gain = done[1].values("use") - done[0].values("use")
    said = compared(is_, if_, "use")["sentence"]
    assert percent(done[1].values("use").mean()) in said and percent(done[0].values("use").mean()) in said
    assert in_pairs(int((gain > 0).sum()), RUNS) in said and in_runs(int(done[1].values("sustained_scale_up").sum()), RUNS) in said
    assert "same in every run" in compared(is_, is_, "use")["sentence"] and "against" not in compared(is_, None, "use")["sentence"]


def test_what_is_not_defined_is_null_and_said_to_be():
    nobody = small({"programme.participation": 0.0, "population.first_users": 0.0, "adoption.alone": 0.0, "adoption.social": 0.0})
    told = compared(drawn(nobody, 1, Event()), None, "depth")
    json.dumps(told, allow_nan=False)
    assert set(told["is"]["middle"]) == {None} and "not defined" in told["sentence"]


# -- the modules of the page -------------------------------------------------------------------------------------------


def test_the_modules_of_the_page_can_be_joined_into_one_script():
    """Imports stand on one line, exports are named, and no name is declared at the top of two modules."""
    import re

    names = {}
    for path in server.PAGE.glob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"export default|export \{|import \(|import\(", text), path.name
        imports = [line for line in text.splitlines() if line.startswith("import")]
        assert all(re.fullmatch(r'import \{ [\w, ]+ \} from "\./\w+\.js";', line) for line in imports), path.name
        for name in re.findall(r"^(?:export )?(?:async )?(?:function|const|let|class) (\w+)", text, flags=re.MULTILINE):
            assert names.setdefault(name, path.name) == path.name, f"{name} is declared in {names[name]} and {path.name}"
    assert len(names) > 30


def test_the_page_refers_to_nothing_outside_itself():
    import re

    for path in server.PAGE.iterdir():
        for address in re.findall(r"https?://[^\s\"'`)]+", path.read_text(encoding="utf-8")):
            assert address == "http://www.w3.org/2000/svg", f"{path.name}: {address}"


# -- the command -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("words", "named"), [(("nowhere",), "there is no scenario"), (("--port", "70000"), "port 70000"),
                                              (("--host", "no.such.host.invalid"), "cannot bind"),
                                              (("--port", "0", "--host", "8.8.8.8"), "bind")])
def test_a_server_that_cannot_be_says_why(words, named):
    from tests.commands import called

    done = called("serve", *words)
    assert done.code == 2 and named in done.err and "help:" in done.err


@pytest.mark.parametrize(("host", "warned"), [("127.0.0.1", False), ("0.0.0.0", True)])
def test_the_server_warns_when_others_can_reach_it(host, warned, monkeypatch):
    import uvicorn

    from tests.commands import called

    ran = []
    monkeypatch.setattr(uvicorn.Server, "run", lambda self, sockets: ran.append(sockets[0].getsockname()[0]))
    monkeypatch.setattr(server.Seminar, "warm", lambda self: None)
    done = called("serve", "--host", host, "--port", "0")
    assert done.code == 0 and ("warning" in done.err) == warned and ran == [host]
    assert done.out.startswith("http://localhost:") != warned and "0.0.0.0" not in done.out


def test_a_port_that_is_taken_is_said_to_be():
    import socket

    from tests.commands import called

    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = called("serve", "--port", taken.getsockname()[1])
    assert done.code == 2 and "cannot bind" in done.err and "another --port" in done.err
