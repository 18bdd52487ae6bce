"""Sessions of the live page: kept apart, bounded, freed when left alone, and nothing is computed that nobody waits for any longer."""

import asyncio
import threading
import time
from threading import Event

import pytest
from starlette.testclient import TestClient

from plnsim.app import server
from plnsim.app.curves import drawn
from plnsim.app.result_cache import Shelf
from plnsim.app.sessions import Gone, Sessions
from plnsim.app.states import Stopped, pictured
from plnsim.app.story import chronicled
from plnsim.common.errors import BadInput
from tests.support import served
from tests.support.runs import small
from tests.support.served import UPLOAD, asked, opened

scenario, seminar, client = served.scenario, served.seminar, served.client  # fixtures


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

    def slow(one, seed, stop, **_):
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

    def slow(one, seed, stop, **_):
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
