"""The served page: its stories in depth are the library's, its modules join, its command says why it cannot."""

from threading import Event

import numpy as np
import pytest

from plnsim import PLNModel
from plnsim.app import server
from plnsim.app.event_logger import EventLogger
from plnsim.app.replay import KINDS, Replay
from plnsim.app.states import SimulationCancelled, school_name, teacher_states
from plnsim.app.story import simulate_stories
from tests.support import served
from tests.support.runs import changed_columns

scenario = served.scenario  # a fixture


# -- stories -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def told(scenario):
    """All stories of a run, everybody's state after each week, and who holds seats."""
    model, states = PLNModel(scenario, seed=2, replicate=1), []
    school = [one.school for one in model.teachers]
    while model.running:
        model.step()
        states.append(
            teacher_states(*(np.array([getattr(one, name) for one in model.teachers]) for name in ("uses", "habit")))
        )
    first = [one.first_teacher for one in model.schools]
    seats = set(scenario.world(2, 1).seats.tolist())
    return simulate_stories(scenario, 2, Event(), 1), np.array(states), seats, school, first


def test_a_week_that_is_made_again_ends_as_the_compiled_one_did(scenario):
    replay = Replay(scenario, 2, watch=lambda step: step)
    while replay.week < len(replay.weeks):
        after = replay.advance_week()
        for kind, columns in zip(KINDS, after[:3], strict=True):
            again = [tuple(vars(replay.replay(kind, place)).values()) for place in range(len(columns))]
            assert again == columns.records().tolist(), (kind, replay.week)
    model = PLNModel(scenario, seed=2)
    while model.running:
        model.step()
    assert all(changed_columns(*pair) == [] for pair in zip(replay.state()[:3], model.state(), strict=True))


def test_whose_week_is_not_made_again_has_nothing_to_tell(scenario):
    class OfEverybody(EventLogger):
        def have_events(self, after, ends_year):
            return super().have_events(after, ends_year) | True

    some, everybody = EventLogger(scenario, 3), OfEverybody(scenario, 3)
    while some.running:
        some.step()
        everybody.step()
    assert some.teacher == everybody.teacher and sum(map(len, some.teacher)) > 100
    assert (some.school, some.network) == (everybody.school, everybody.network)


def test_stories_tell_every_beginning_and_end_of_use_and_nothing_else(told):
    """Whoever follows a teacher's story from line to line knows in which weeks she used it."""
    chronicle, states, *_ = told
    for post, story in enumerate(chronicle.stories["teacher"]):
        uses, using = [], False
        for week in range(len(states)):
            for one in story["events"]:
                if one["week"] == week and one["kind"] in ("tries", "stops", "leaves"):
                    using = one["kind"] == "tries"
            uses.append(using)
        assert uses == (states[:, post] > 0).tolist(), story


def test_stories_name_who_was_heard_asked_and_advised_by(told):
    chronicle, states, seats, school, first = told
    found = {"Asks": 0, "Hears of it from": 0, "Is advised by": 0}
    for post, story in enumerate(chronicle.stories["teacher"]):
        for one in story["events"]:
            begins = next((words for words in found if one["text"].startswith(words)), None)
            if begins is None:
                assert one["who"] is None
                continue
            found[begins] += 1
            who = one["who"]
            assert who != post and f"{school_name(school[who])}.{who - first[school[who]] + 1}" in one["text"]
            if begins == "Asks":
                assert states[one["week"] - 1][who] > 0 and (who in story["ties"] or {who, post} <= seats)
            else:
                assert who in seats and school[who] == school[post]
    assert min(found.values()) > 5


def test_stories_tell_all_kinds_of_things(told):
    chronicle, *_ = told
    kinds = {
        subject: {one["kind"] for story in stories for one in story["events"]}
        for subject, stories in chronicle.stories.items()
    }
    assert kinds["teacher"] >= {"joins", "hears", "shares", "tries", "habit", "stops", "leaves"} - {"joins"}
    assert kinds["school"] >= {"tries", "routine", "head"} and kinds["network"] & {"ends", "shares", "joins"}
    assert all(
        one["week"] <= other["week"]
        for stories in chronicle.stories.values()
        for story in stories
        for one, other in zip(story["events"], story["events"][1:], strict=False)
    )


def test_stories_stop_when_nobody_waits(scenario):
    stop = Event()
    stop.set()
    with pytest.raises(SimulationCancelled):
        simulate_stories(scenario, 1, stop)


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
            assert names.setdefault(name, path.name) == path.name, (
                f"{name} is declared in {names[name]} and {path.name}"
            )
    assert len(names) > 30


def test_the_page_refers_to_nothing_outside_itself():
    import re

    for path in server.PAGE.iterdir():
        for address in re.findall(r"https?://[^\s\"'`)]+", path.read_text(encoding="utf-8")):
            assert address == "http://www.w3.org/2000/svg", f"{path.name}: {address}"


# -- the command -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("nowhere",), "there is no scenario"),
        (("--port", "70000"), "port 70000"),
        (("--host", "no.such.host.invalid"), "cannot bind"),
        (("--port", "0", "--host", "8.8.8.8"), "bind"),
        (("--seed", "-1"), "the seed cannot be -1"),
    ],
)
def test_a_server_that_cannot_be_says_why(words, named):
    from tests.support.commands import invoke

    done = invoke("serve", *words)
    assert done.code == 2 and named in done.err and "help:" in done.err


@pytest.mark.parametrize(("host", "warned"), [("127.0.0.1", False), ("0.0.0.0", True)])
def test_the_server_warns_when_others_can_reach_it(host, warned, monkeypatch):
    import uvicorn

    from tests.support.commands import invoke

    ran = []
    monkeypatch.setattr(uvicorn.Server, "run", lambda self, sockets: ran.append(sockets[0].getsockname()[0]))
    monkeypatch.setattr(server.SeminarServer, "warm", lambda self: None)
    done = invoke("serve", "--host", host, "--port", "0")
    assert done.code == 0 and ("warning" in done.err) == warned and ran == [host]
    assert done.out.startswith("http://localhost:") != warned and "0.0.0.0" not in done.out
    assert ("Only this machine can open it; plnsim serve --host 0.0.0.0" in done.err) != warned


@pytest.mark.parametrize("known", [True, False])
def test_the_address_for_a_class_is_this_machines_own_on_its_network(known, monkeypatch):
    import socket

    from plnsim.cli.serve import _reached_by

    class Unsent(socket.socket):
        def connect(self, address):
            if not known:
                raise OSError("Network is unreachable")

        def getsockname(self):
            return "192.168.1.17", 40000

        def send(self, *_):
            raise AssertionError("something was sent")

        sendto = send

    monkeypatch.setattr(socket, "socket", Unsent)
    for every in ("0.0.0.0", "::"):
        assert _reached_by(every) == ("192.168.1.17" if known else socket.gethostname())
    assert _reached_by("10.0.0.5") == "10.0.0.5" and _reached_by("fe80::1") == "[fe80::1]"


def test_a_port_that_is_taken_is_said_to_be():
    import socket

    from tests.support.commands import invoke

    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = invoke("serve", "--port", taken.getsockname()[1])
    assert done.code == 2 and "cannot bind" in done.err and "another --port" in done.err
