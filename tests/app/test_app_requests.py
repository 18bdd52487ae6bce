"""What a page may ask of its server: all that is allowed is in reach, all else gets a message, and nothing is given
that should not be.
"""

import pytest
from starlette.testclient import TestClient

from plnsim.app import query, server
from plnsim.app.about import about, prices, step
from plnsim.app.headers import SECURITY_HEADERS
from plnsim.common.errors import InputError
from plnsim.common.parameter import Parameter
from plnsim.simulation.scenario import Scenario, shipped_scenarios
from plnsim.simulation.scenario.classroom import (
    CLASS_SIZE,
    FRONT_PARAMETERS,
    MAX_SCHOOLS,
    MAX_TEACHERS,
    PRESETS,
    check_limits,
    with_class_size,
)
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.wasm.pack import pack
from tests.app.test_engine import movable
from tests.support import served
from tests.support.served import UPLOAD, ask

scenario, seminar, client = served.scenario, served.seminar, served.client  # fixtures


# -- what a page may ask -----------------------------------------------------------------------------------------------


def test_every_parameter_has_a_control_that_reaches_its_value_and_whose_values_are_allowed():
    for name in ("baseline", "research-learning-communities"):
        scenario = with_class_size(Scenario.of(name))
        controls = {one["name"]: one for one in about(scenario, 260, 40)["controls"]}
        movable = [one for one in MODEL_PARAMETERS if one.section not in ("measure", "prices")]
        missing = {one.qualified_name for one in movable} - controls.keys()
        assert missing == set()
        for one in controls.values():
            declared = MODEL_PARAMETERS[one["name"]]
            if not isinstance(declared, Parameter):
                assert list(one["options"]) == list(declared.options) and one["value"] in one["options"]
                continue
            parts = (one["high"] - one["low"]) / one["step"]
            at = (one["value"] - one["low"]) / one["step"]
            assert abs(parts - round(parts)) < 1e-6 and abs(at - round(at)) < 1e-6, one["name"]
            assert declared.validate(one["low"]) <= one["value"] <= declared.validate(one["high"])


@pytest.mark.parametrize(
    ("low", "high", "value", "expected"),
    [(0.15, 1.5, 0.6, 0.05), (0.0, 1.0, 0.5, 0.05), (0.1, 0.9, 0.55, 0.05), (30.0, 240.0, 60.0, 10.0)],
)
def test_steps_are_round_and_meet_both_ends_and_the_value(low, high, value, expected):
    assert step(low, high, value) == pytest.approx(expected)


def test_sliders_in_front_and_presets_can_be_moved_and_the_class_has_the_promised_size():
    classroom = with_class_size(Scenario.of("baseline"))
    packed = pack(classroom, 1, 1)
    for values in (*(values for _, values in PRESETS), {name: 1.0 for name in FRONT_PARAMETERS}):
        assert movable(packed, values) == values
        check_limits(classroom.with_values(values))
    sizes = [len(classroom.world(seed).teachers) for seed in range(1, 8)]
    assert CLASS_SIZE["population.schools"] == 20 and all(200 <= size <= 320 for size in sizes)


def test_no_slider_is_called_by_a_term_of_the_model():
    for one in about(Scenario.of("baseline"), 800, 40)["controls"]:
        assert one["label"] and one["name"] not in one["label"] and not one["label"].endswith(".")
        assert one["source"] and one["meaning"]


def test_prices_are_those_of_the_scenario():
    listed = prices(Scenario.of("baseline").with_values({"prices.visit": 123.0}))["items"]
    assert {item["price"] for item in listed if item["name"] == "visits"} == {123.0}


BAD = [
    ({"values": {"time.hour": 1}}, "time.hour", "time.hours"),
    ({"values": {"time.hours": "much"}}, "time.hours", "a number from 0"),
    ({"values": {"time.hours": 1e9}}, "time.hours", "at most"),
    ({"values": {"leadership.vision": 2}}, "leadership.vision", "from 0 to 1"),
    ({"values": {"norms.contact": "nobody"}}, "norms.contact", "one colleague"),
    ({"values": [1]}, "values", "time.hours"),
    ({"values": {"population.schools": 5000}}, "schools", f"at most {MAX_SCHOOLS}"),
    ({"values": {"population.primary_staff": 900000}}, "teachers", f"at most {MAX_TEACHERS:,}"),
    ({"years": "x"}, "years", "7"),
    ({"years": 90}, "years", "at most"),
    ({"x" * 200: "1"}, "x", "scenario"),
    ({"of": "pupil"}, "pupil", "teacher"),
    ({"of": ["teacher"]}, "of", "teacher"),
    ({"of": "school", "place": 77}, "place", "0 to 5"),
    ({"of": "teacher", "place": "one"}, "place", "a whole number"),
    ({"of": "teacher", "place": -1}, "place", "a whole number"),
    ({"of": "teacher", "place": True}, "place", "a whole number"),
    ({"replicate": 20}, "replicate", "0 to 19"),
]


@pytest.mark.parametrize(("words", "named", "right"), BAD, ids=[str(words)[:40] for words, *_ in BAD])
def test_bad_requests_get_a_message_that_names_the_place_and_what_would_be_right(client, words, named, right):
    reply = ask(client, "story", **({"of": "teacher", "place": 0, "replicate": 0} | words))
    problem = reply.json()["error"]
    assert (
        reply.status_code == 400
        and named in f"{problem['wrong']} {problem['place']}"
        and right in f"{problem['wrong']} {problem['right']}"
    )
    assert "Traceback" not in reply.text and len(reply.text) < 1500


def test_the_length_of_a_run_is_bounded(scenario):
    with pytest.raises(InputError, match="years are too long"):
        check_limits(scenario.with_years(40))


# -- safe to show ------------------------------------------------------------------------------------------------------


def test_an_uploaded_scenario_is_used_as_it_is(client):
    told = ask(client, "open", text=UPLOAD).json()["about"]
    assert told["title"] == "Mine" and told["lead"].startswith("4 invented schools") and told["years"] == 1


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[files]\nschools = "/etc/passwd"\n', "files"),
        ('files = "/etc/passwd"', "files"),
        ("files.schools = '../secret.csv'", "files"),
        ('[files]\nties = "/etc/passwd.xlsx"\n[files.columns]\nschool = "x"\n', "files"),
        ("time = ", "uploaded"),
        ("[time]\nhours = 99999\n", "time.hours"),
        ("[population]\nschools = 100000\n", "schools"),
        ("years = 90\n", "years"),
        ("x" * (query.MAX_TEXT_LENGTH + 1), "no scenario"),
        ("a = " + "[" * 5000, ""),
        (7, "no scenario"),
        ('title = "\\u001b[31m"', "control character"),
        ("[population]\nschools = 1\nprimary_staff = 1000000\n", "teachers"),
    ],
)
def test_an_uploaded_file_is_data_only_and_a_bad_one_gets_a_message(client, text, named, monkeypatch):
    read = []
    monkeypatch.setattr("plnsim.simulation.scenario.parse.read_data", lambda _file, paths, _options: read.append(paths))
    reply = ask(client, "open", text=text)
    problem = reply.json()["error"]
    assert reply.status_code == 400 and named in f"{problem['wrong']} {problem['place']}" and not any(read)
    assert "root:" not in reply.text and "Traceback" not in reply.text


@pytest.mark.parametrize(
    "body",
    [
        {"scenario": "/etc/passwd"},
        {"scenario": "../scenarios/baseline.toml"},
        {"scenario": "scenarios/baseline.toml"},
        {"scenario": 3},
        {"path": "x"},
        [],
        "x",
        1,
    ],
)
def test_a_page_opens_shipped_scenarios_by_name_and_no_paths(client, body):
    reply = client.post("/api/open", json=body)
    assert reply.status_code == 400 and reply.json()["error"]["right"]


def test_a_page_opens_every_shipped_scenario(scenario):
    for name in shipped_scenarios():
        assert query.parse_scenario({"scenario": name}, scenario).name == name


def test_the_same_seed_gives_the_same_page_and_stories_and_another_seed_others(client, seminar, scenario):
    other = server.SeminarServer(scenario, seed=4)
    with TestClient(server.make_app(other)) as elsewhere:
        for path, asked in (("open", {}), ("story", {"of": "school", "place": 1, "replicate": 2})):
            one = ask(client, path, **asked).content
            assert ask(client, path, **asked).content == one
            seminar.cache.entries.clear()
            assert ask(client, path, **asked).content == one != ask(elsewhere, path, **asked).content


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"{}", "text/plain"),
        (b"{", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b'{"text": "' + b"x" * 500_000 + b'"}', "application/json"),
    ],
)
def test_bodies_are_json_of_bounded_length(client, content, kind):
    """A form of another site cannot send JSON, so it cannot ask for anything."""
    reply = client.post("/api/open", content=content, headers={"content-type": kind})
    assert reply.status_code == 400 and reply.json()["error"]["wrong"]


@pytest.mark.parametrize(
    "path",
    [
        "/server.py",
        "/../server.py",
        "/%2e%2e/server.py",
        "/..%2f..%2fpyproject.toml",
        "//etc/passwd",
        "/page/index.html",
        "/.git/config",
        "/api/../server.py",
        "/api",
        "/%00",
        "/icon.svg%00.py",
    ],
)
def test_no_path_of_the_server_can_be_read(client, path):
    reply = client.get(path)
    assert reply.status_code == 404 and reply.json()["error"]["wrong"]


def test_every_answer_carries_the_headers(client):
    replies = [
        client.get("/"),
        client.get("/page.js"),
        client.get("/worker.js"),
        client.get("/page.css"),
        client.get("/nowhere"),
        client.put("/"),
        ask(client, "open"),
        ask(client, "open", scenario="x"),
        ask(client, "guesses", code=1, key="none", plan=0),
    ]
    assert [one.status_code for one in replies] == [200, 200, 200, 200, 404, 405, 200, 400, 410]
    for reply in replies:
        assert {
            name: reply.headers[name] for name in SECURITY_HEADERS
        } == SECURITY_HEADERS and "server" not in reply.headers
    assert (
        "default-src 'self'" in SECURITY_HEADERS["content-security-policy"]
        and "frame-ancestors 'none'" in SECURITY_HEADERS["content-security-policy"]
        and "unsafe-eval" not in SECURITY_HEADERS["content-security-policy"].replace("wasm-unsafe-eval", "")
    )


def test_a_fault_of_ours_is_said_without_its_trace(scenario, monkeypatch):
    def fails(*_, **__):
        raise RuntimeError("secret")

    monkeypatch.setattr(server, "page_data", fails)
    with TestClient(server.make_app(server.SeminarServer(scenario)), raise_server_exceptions=False) as client:
        reply = ask(client, "open")
    assert (
        reply.status_code == 500 and "fault of plnsim" in reply.json()["error"]["wrong"] and "secret" not in reply.text
    )
    assert reply.headers["content-security-policy"] == SECURITY_HEADERS["content-security-policy"]


def test_on_loopback_only_names_of_this_machine_are_answered(scenario):
    from plnsim.cli.serve import LOOPBACK_NAMES

    app = server.make_app(server.SeminarServer(scenario), LOOPBACK_NAMES)
    for host, status in (("localhost:80", 200), ("127.0.0.1:8321", 200), ("evil.example", 400)):
        assert TestClient(app, base_url=f"http://{host}").get("/").status_code == status
