"""The live page: its curves, pictures, stories and sentences are the library's, its modules join, and its command says
why it cannot serve.
"""

import json
from threading import Event

import numpy as np
import pytest
from plnsim.app.curves import compare_curves, simulate_curves

from plnsim import PLNModel, run
from plnsim.app import server
from plnsim.app.event_logger import EventLogger
from plnsim.app.replay import KINDS, Replay
from plnsim.app.states import HABIT_FROM, school_name, simulate_picture
from plnsim.app.story import simulate_stories
from plnsim.model.outcome import WEEKLY_OUTCOMES
from plnsim.simulation.runs import RANGE_QUANTILES
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.classroom import RUNS, with_class_size, with_same_length
from tests.support import served
from tests.support.runs import changed_columns, small_scenario
from tests.support.served import api_get, open_session

scenario, seminar, client = served.scenario, served.seminar, served.client  # fixtures


# -- equal to the library ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [one.name for one in WEEKLY_OUTCOMES])
def test_curves_are_those_of_the_library_to_the_bit(client, scenario, outcome):
    words = {"time.hours": 1.2, "is.leadership.vision": 0.7, "seed": 5, "outcome": outcome}
    told = api_get(client, "curves", open_session(client), **words).json()
    sides = {"if": {"time.hours": 1.2}, "is": {"leadership.vision": 0.7}}
    done = {
        name: run(scenario.with_values(values), seed=5, replicates=RUNS, workers=1) for name, values in sides.items()
    }
    for name, one in done.items():
        weekly = one.weeks[outcome].to_numpy().reshape(RUNS, -1)
        assert told[name]["one"] == [None if np.isnan(value) else value for value in weekly[0]]
        clear = np.isfinite(weekly).all(axis=0)
        for place, quantile in (
            (("outer", 0), RANGE_QUANTILES[0]),
            (("inner", 0), 0.25),
            (("inner", 1), 0.75),
            (("outer", 1), RANGE_QUANTILES[1]),
        ):
            values = np.array(told[name][place[0]][place[1]], dtype=float)
            assert (values[clear] == np.quantile(weekly, quantile, axis=0)[clear]).all()
        assert (
            np.array(told[name]["middle"], dtype=float)[clear] == np.median(weekly, axis=0)[clear]
        ).all() and clear.any()
    if outcome == "use":
        gain = done["if"].values("use") - done["is"].values("use")
        assert told["paired"]["mean"] == gain.mean() and told["if"]["last"]["mean"] == done["if"].values("use").mean()


def test_curves_and_pictures_of_the_class_are_those_of_both_engines():
    classroom = with_same_length(with_class_size(Scenario.of("baseline")), {})
    brief = classroom.with_years(0.5)
    numba, mesa = (run(brief, seed=3, engine=engine) for engine in ("numba", "mesa"))
    curves = simulate_curves(brief, 3, Event())
    for one in WEEKLY_OUTCOMES:
        for other in (numba, mesa):
            np.testing.assert_array_equal(curves.weekly[one.name][0], other.weeks[one.name].to_numpy())
    model = PLNModel(brief, seed=3)
    for week, states in enumerate(simulate_picture(brief, 3, Event())["states"]):
        model.step()
        expected = [2 if one.uses and one.habit >= HABIT_FROM else one.uses for one in model.teachers]
        assert list(map(int, states)) == expected, week


def test_the_picture_holds_every_school_seat_and_network_of_the_run(scenario):
    picture, model = simulate_picture(scenario, 1, Event()), PLNModel(scenario, seed=1)
    assert [(one["first"], one["after"]) for one in picture["schools"]] == [
        (one.first_teacher, one.after_last_teacher) for one in model.schools
    ]
    assert [school_name(place) for place in (0, 25, 26, 53)] == ["A", "Z", "A2", "B3"]
    for week in range(picture["weeks"]):
        model.step()
        for told, network in zip(picture["networks"], model.networks, strict=True):
            assert told["active"][week] == str(network.active)
            assert {model.teachers[post].school for post in told["seats"]} == set(told["schools"])
            standing = [model.schools[school].standing for school in told["schools"]]
            assert told["joined"][week] == "".join("1" if one > 0 else "0" for one in standing)
    changes = {week for network in picture["networks"] for week in network["joined"]}
    assert len(changes) > 2, "no school leaves or joins in this run"
    assert all(set(map(int, states)) <= {0, 1, 2} for states in picture["states"]) and {"0", "1", "2"} <= set(
        "".join(picture["states"])
    )


# -- stories -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def told(scenario):
    return simulate_stories(scenario, 2, Event()), simulate_picture(scenario, 2, Event())


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
    """Whoever follows a teacher's story from line to line knows in which weeks she used it: those of the compiled
    picture.
    """
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
            assert (
                who != post
                and f"{picture['schools'][school[who]]['name']}.{who - picture['schools'][school[who]]['first'] + 1}"
                in one["text"]
            )
            if begins == "Asks":
                assert picture["states"][one["week"] - 1][who] != "0" and (who in story["ties"] or {who, post} <= seats)
            else:
                assert who in seats and school[who] == school[post]
    assert min(found.values()) > 5


def test_stories_tell_all_kinds_of_things(told):
    chronicle, _ = told
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


# -- the sentence ------------------------------------------------------------------------------------------------------


def test_the_sentence_holds_the_numbers_words_and_counts_of_the_runs(scenario):
    from plnsim.output.words import likelihood_in_pairs, likelihood_in_runs, percent

    plain, rich = scenario, scenario.with_values({"conditions.time_shift": 1.0})
    is_, if_ = (simulate_curves(one, 1, Event()) for one in (plain, rich))
    done = [run(one, seed=1, replicates=RUNS) for one in (plain, rich)]
    gain = done[1].values("use") - done[0].values("use")
    said = compare_curves(is_, if_, "use")["sentence"]
    assert percent(done[1].values("use").mean()) in said and percent(done[0].values("use").mean()) in said
    assert (
        likelihood_in_pairs(int((gain > 0).sum()), RUNS) in said
        and likelihood_in_runs(int(done[1].values("sustained_scale_up").sum()), RUNS) in said
    )
    assert (
        "same in every run" in compare_curves(is_, is_, "use")["sentence"]
        and "against" not in compare_curves(is_, None, "use")["sentence"]
    )


def test_what_is_not_defined_is_null_and_said_to_be():
    nobody = small_scenario(
        {"programme.participation": 0.0, "population.first_users": 0.0, "adoption.alone": 0.0, "adoption.social": 0.0}
    )
    told = compare_curves(simulate_curves(nobody, 1, Event()), None, "depth")
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


def test_a_port_that_is_taken_is_said_to_be():
    import socket

    from tests.support.commands import invoke

    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = invoke("serve", "--port", taken.getsockname()[1])
    assert done.code == 2 and "cannot bind" in done.err and "another --port" in done.err
