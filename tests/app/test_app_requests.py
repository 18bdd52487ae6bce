"""What a page may ask of its server: all that is allowed is in reach, all else gets a message, and nothing is given
that should not be.
"""

import pytest
from starlette.testclient import TestClient

from plnsim.app import query, server
from plnsim.app.about import about, step
from plnsim.app.headers import SECURITY_HEADERS
from plnsim.common.errors import InputError
from plnsim.common.parameter import Parameter
from plnsim.simulation.scenario import Scenario, shipped_scenarios
from plnsim.simulation.scenario.classroom import (
    CLASS_SIZE,
    MAX_SCHOOLS,
    MAX_TEACHERS,
    PRESETS,
    check_limits,
    with_class_size,
    with_same_length,
)
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from tests.support import served
from tests.support.served import UPLOAD, api_get, open_session

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


def test_presets_are_allowed_and_the_class_has_the_promised_size():
    classroom = with_class_size(Scenario.of("baseline"))
    for _, values in PRESETS:
        with_same_length(classroom, values)
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
    ("curves", {"population.schools": "5000"}, "schools", f"at most {MAX_SCHOOLS}"),
    ("curves", {"population.primary_staff": "900000"}, "teachers", f"at most {MAX_TEACHERS:,}"),
    ("curves", {"x" * 200: "1"}, "x", "known"),
    ("curves", {"time.hours": ["1", "1.2"]}, "time.hours", "once"),
    ("picture", {"side": "left"}, "side", "is"),
    ("story", {"of": "pupil"}, "of", "teacher"),
    ("story", {"of": "school", "place": "77"}, "place", "0 to 5"),
    ("story", {"of": "teacher", "place": "one"}, "place", "place=1"),
]


@pytest.mark.parametrize(
    ("path", "words", "named", "right"), BAD, ids=[f"{path} {next(iter(words))[:20]}" for path, words, *_ in BAD]
)
def test_bad_queries_get_a_message_that_names_the_parameter_and_what_would_be_right(client, path, words, named, right):
    reply = api_get(client, path, open_session(client), **words)
    problem = reply.json()["error"]
    assert (
        reply.status_code == 400
        and named in f"{problem['wrong']} {problem['place']}"
        and right in f"{problem['wrong']} {problem['right']}"
    )
    assert "Traceback" not in reply.text and len(reply.text) < 1500


def test_the_length_of_a_run_stays_that_of_the_scenario_and_is_bounded(scenario):
    assert with_same_length(scenario, {"programme.support_years": 0.5}).weeks == scenario.weeks
    longer = {"programme.follow_up_years": scenario.values["programme.follow_up_years"] + 3.0}
    both = with_same_length(scenario, longer), with_same_length(scenario, {"programme.support_years": 0.5}, longer)
    assert {side.weeks for side in both} == {scenario.weeks + 3 * 39}
    with pytest.raises(InputError, match="years are too long"):
        check_limits(scenario.with_years(40))


# -- safe to show ------------------------------------------------------------------------------------------------------


def test_an_uploaded_scenario_is_used_as_it_is(client):
    told = client.post("/api/session", json={"text": UPLOAD}).json()["about"]
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
    reply = client.post("/api/session", json={"text": text})
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
def test_a_session_takes_names_of_shipped_scenarios_and_no_paths(client, body):
    reply = client.post("/api/session", json=body)
    assert reply.status_code == 400 and reply.json()["error"]["right"]


def test_a_session_takes_every_shipped_scenario(client):
    for name in shipped_scenarios():
        reply = client.post("/api/session", json={"scenario": name})
        assert reply.status_code == 200 and reply.json()["about"]["scenario"] == name, reply.text


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
    """A form of another site cannot send JSON, so it cannot open sessions."""
    reply = client.post("/api/session", content=content, headers={"content-type": kind})
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


def test_every_answer_carries_the_headers(client, monkeypatch):
    session = open_session(client)
    replies = [
        client.get("/"),
        client.get("/page.js"),
        client.get("/page.css"),
        client.get("/nowhere"),
        client.put("/"),
        api_get(client, "curves", session, seed="x"),
        api_get(client, "curves", "none"),
        api_get(client, "picture", session),
    ]
    assert [one.status_code for one in replies] == [200, 200, 200, 404, 405, 400, 410, 200]
    for reply in replies:
        assert {
            name: reply.headers[name] for name in SECURITY_HEADERS
        } == SECURITY_HEADERS and "server" not in reply.headers
    assert (
        "default-src 'self'" in SECURITY_HEADERS["content-security-policy"]
        and "frame-ancestors 'none'" in SECURITY_HEADERS["content-security-policy"]
    )


def test_a_fault_of_ours_is_said_without_its_trace(scenario, monkeypatch):
    def fails(*_, **__):
        raise RuntimeError("secret")

    monkeypatch.setattr(server, "simulate_curves", fails)
    with TestClient(server.make_app(server.SeminarServer(scenario)), raise_server_exceptions=False) as client:
        reply = api_get(client, "curves", open_session(client))
    assert (
        reply.status_code == 500 and "fault of plnsim" in reply.json()["error"]["wrong"] and "secret" not in reply.text
    )
    assert reply.headers["content-security-policy"] == SECURITY_HEADERS["content-security-policy"]


def test_on_loopback_only_names_of_this_machine_are_answered(scenario):
    from plnsim.cli.serve import LOOPBACK_NAMES

    app = server.make_app(server.SeminarServer(scenario), LOOPBACK_NAMES)
    for host, status in (("localhost:80", 200), ("127.0.0.1:8321", 200), ("evil.example", 400)):
        assert TestClient(app, base_url=f"http://{host}").get("/").status_code == status
