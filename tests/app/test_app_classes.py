"""Classes gather numbers, within bounds, for whoever has their key; and the server keeps and computes only what
somebody waits for.
"""

import asyncio
import time
from threading import Event

import pytest
from starlette.testclient import TestClient

from plnsim.app import server
from plnsim.app.classes import MOST_CLASSES, MOST_GUESSES, Classes, ClassForgotten
from plnsim.app.result_cache import ResultCache
from plnsim.app.states import SimulationCancelled
from plnsim.app.work_queue import WorkQueue
from plnsim.common.errors import InputError
from tests.support import served
from tests.support.served import UPLOAD, ask

scenario, seminar, client = served.scenario, served.seminar, served.client  # fixtures


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_class_gathers_a_guess_of_each_page_for_whoever_has_its_key(client):
    mine, theirs = (ask(client, "class").json() for _ in range(2))
    assert mine.pop("address") is None is theirs.pop("address")  # served to this machine alone
    assert 0 <= mine["code"] < 100_000 and mine["code"] != theirs["code"] and len(mine["key"]) > 16
    for page, guess in ((1, 40), (2, 10), (1, 70)):
        assert ask(client, "guess", code=mine["code"], page=page, plan=5, guess=guess).json() == {}
    assert ask(client, "guesses", **mine, plan=5).json() == {"guesses": [10, 70], "others": 0}
    assert ask(client, "guesses", **theirs, plan=5).json() == {"guesses": [], "others": 0}
    assert ask(client, "guesses", code=mine["code"], key=theirs["key"], plan=5).status_code == 410
    none = next(code for code in range(3) if code not in (mine["code"], theirs["code"]))
    assert ask(client, "guess", code=none, page=1, plan=5, guess=1).status_code == 410
    assert [ask(client, "join", code=code).status_code for code in (mine["code"], none)] == [200, 410]


def test_a_class_is_told_by_which_address_others_reach_the_server(scenario):
    seminar = server.SeminarServer(scenario, address="http://192.168.1.17:8321")
    with TestClient(server.make_app(seminar)) as client:
        assert ask(client, "class").json()["address"] == "http://192.168.1.17:8321"


def test_guesses_of_one_plan_are_kept_out_of_those_of_another(client):
    mine = ask(client, "class").json()
    code, key = mine["code"], mine["key"]
    for page, plan, guess in ((1, 5, 40), (1, 6, 60), (2, 6, 80)):
        ask(client, "guess", code=code, page=page, plan=plan, guess=guess)
    told = [ask(client, "guesses", code=code, key=key, plan=plan).json() for plan in (5, 6, 7)]
    assert [(one["guesses"], one["others"]) for one in told] == [([40], 2), ([60, 80], 1), ([], 3)]


@pytest.mark.parametrize("guess", [-1, 101, 4.5, "<b>", None, True, [1], 10**30])
def test_answers_are_numbers_only_and_bounded(client, guess):
    code = ask(client, "class").json()["code"]
    for asked in (
        {"code": code, "page": 1, "plan": 1, "guess": guess},
        {"code": guess, "page": "x", "plan": 1, "guess": 1},
    ):
        reply = ask(client, "guess", **asked)
        assert reply.status_code == 400 and reply.json()["error"]["right"]
    assert ask(client, "guess", code=code, page=1, plan=1, guess=1, name="Ann").status_code == 400


def test_classes_and_guesses_are_bounded_and_forgotten_when_left_alone():
    classes = Classes(100.0, clock := Clock())
    first, _ = classes.open()
    for _ in range(MOST_CLASSES):
        code, key = classes.open()
    with pytest.raises(ClassForgotten):
        classes.take(first, 1, 1, 1)
    for page in range(MOST_GUESSES):
        classes.take(code, page, 1, 50)
    classes.take(code, 3, 1, 60)
    with pytest.raises(InputError, match="already"):
        classes.take(code, MOST_GUESSES, 1, 50)
    assert len(classes.open_classes) == MOST_CLASSES and len(classes.guesses(code, key, 1)[0]) == MOST_GUESSES
    clock.now = 101
    with pytest.raises(ClassForgotten):
        classes.guesses(code, key, 1)
    assert not classes.open_classes


def test_the_server_frees_what_is_idle_by_itself(scenario):
    seminar = server.SeminarServer(scenario, limits=server.Limits(cleanup_seconds=0.05))
    seminar.classes.clock = seminar.cache.clock = clock = Clock()
    with TestClient(server.make_app(seminar)) as client:
        ask(client, "class")
        ask(client, "open", text=UPLOAD)
        assert seminar.cache.entries and seminar.classes.open_classes
        clock.now += seminar.limits.idle_seconds + 1
        until = time.monotonic() + 20
        while (seminar.cache.entries or seminar.classes.open_classes) and time.monotonic() < until:
            time.sleep(0.05)
        assert not seminar.cache.entries and not seminar.classes.open_classes


def test_results_keep_within_their_bytes(scenario):
    seminar = server.SeminarServer(scenario, limits=server.Limits(cache_bytes=1_000_000))
    with TestClient(server.make_app(seminar)) as client:
        for schools in range(2, 12):
            text = UPLOAD.replace("schools = 4", f"schools = {schools}")
            assert ask(client, "open", text=text).status_code == 200
        assert 0 < seminar.cache.size <= 1_000_000 and 0 < len(seminar.cache.entries) < 10


def test_a_page_that_goes_away_ends_what_it_waited_for(scenario, monkeypatch):
    import socket
    import threading

    import uvicorn

    begun, stopped = Event(), Event()

    def slow(self, one, seed, stop, replicate):
        begun.set()
        if stop.wait(20):
            stopped.set()
        raise SimulationCancelled

    monkeypatch.setattr(server.StoryProcesses, "simulate", slow)
    listening = socket.create_server(("127.0.0.1", 0))
    serving = uvicorn.Server(uvicorn.Config(server.make_app(server.SeminarServer(scenario)), log_level="error"))
    thread = threading.Thread(target=lambda: serving.run(sockets=[listening]))
    thread.start()
    body = b'{"of": "teacher", "place": 0, "replicate": 0}'
    head = (
        f"POST /api/story HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    )
    with socket.create_connection(listening.getsockname()) as page:
        page.sendall(head.encode() + b"\r\n" + body)
        assert begun.wait(20) and not stopped.is_set()
    assert stopped.wait(20)
    serving.should_exit = True
    thread.join(20)
    listening.close()


def test_what_several_wait_for_is_computed_once_and_goes_on_while_one_still_waits():
    async def several():
        made, go = [], Event()

        def make(stop):
            made.append(stop)
            go.wait(10)
            return b"done"

        queue = WorkQueue(2, "test")
        with queue.executor:
            cache = ResultCache(1000, 100.0)
            waiting = [asyncio.ensure_future(cache.get("key", make, len, queue)) for _ in range(3)]
            await asyncio.sleep(0.05)
            waiting[0].cancel()
            await asyncio.sleep(0.05)
            assert len(made) == 1 and not made[0].is_set()
            go.set()
            assert await waiting[1] == b"done" == await waiting[2]
            assert cache.size == 4 and await cache.get("key", make, len, queue) == b"done" and len(made) == 1

    asyncio.run(several())


def test_a_failed_computation_is_told_to_all_and_tried_anew():
    async def several():
        def make(stop):
            raise InputError("no")

        queue = WorkQueue(1, "test")
        with queue.executor:
            cache = ResultCache(1000, 100.0)
            found = await asyncio.gather(
                *(cache.get("key", make, len, queue) for _ in range(2)), return_exceptions=True
            )
            assert [type(one) for one in found] == [InputError, InputError] and not cache.entries and not cache.pending
            assert await cache.get("key", lambda stop: b"ok", len, queue) == b"ok"

    asyncio.run(several())
