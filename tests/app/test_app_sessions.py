"""Sessions of the live page: kept apart, bounded, freed when left alone, and nothing is computed that nobody waits for
any longer.
"""

import asyncio
import threading
import time
from threading import Event

import pytest
from starlette.testclient import TestClient

from plnsim.app import server
from plnsim.app.curves import simulate_curves
from plnsim.app.result_cache import ResultCache
from plnsim.app.sessions import SessionExpired, Sessions
from plnsim.app.states import SimulationCancelled, simulate_picture
from plnsim.app.story import simulate_stories
from plnsim.app.work_queue import WorkQueue
from plnsim.common.errors import InputError
from tests.support import served
from tests.support.runs import small_scenario
from tests.support.served import UPLOAD, api_get, open_session

scenario, seminar, client = served.scenario, served.seminar, served.client  # fixtures


def test_the_same_seed_gives_the_same_bytes_in_any_session_and_another_seed_others(client, seminar):
    first, second = open_session(client), open_session(client)
    for path in ("curves", "picture", "story"):
        one = api_get(client, path, first, seed=4).content
        seminar.cache.entries.clear()
        assert (
            one == api_get(client, path, second, seed=4).content and one != api_get(client, path, first, seed=6).content
        )


def test_sessions_do_not_disturb_each_other(client):
    mine, theirs = open_session(client), open_session(client, text=UPLOAD)
    before = api_get(client, "curves", mine).json()
    other = api_get(client, "curves", theirs, **{"time.hours": 1.5}).json()
    assert api_get(client, "curves", mine).json() == before and other["is"]["weeks"] == 39 != before["is"]["weeks"]
    assert (
        len(api_get(client, "picture", theirs).json()["schools"]) == 4
        and len(api_get(client, "picture", mine).json()["schools"]) == 6
    )


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_sessions_and_results_left_alone_are_freed(client, seminar):
    clock = Clock()
    seminar.sessions.clock = seminar.cache.clock = clock
    session = open_session(client)
    assert api_get(client, "story", session).status_code == 200 and seminar.cache.size > 0
    clock.now += seminar.limits.idle_seconds - 1
    assert api_get(client, "curves", session).status_code == 200
    clock.now += seminar.limits.idle_seconds + 1
    reply = api_get(client, "curves", session)
    assert reply.status_code == 410 and "freed" in reply.json()["error"]["wrong"]
    assert len(seminar.sessions.opened) == 0
    seminar.cache.free_idle()
    assert seminar.cache.size == 0 and not seminar.cache.entries


def test_the_server_frees_what_is_idle_by_itself(scenario):
    seminar = server.SeminarServer(scenario, limits=server.Limits(cleanup_seconds=0.05))
    seminar.sessions.clock = seminar.cache.clock = clock = Clock()
    with TestClient(server.make_app(seminar)) as client:
        api_get(client, "picture", open_session(client))
        assert seminar.cache.entries and seminar.sessions.opened
        clock.now += seminar.limits.idle_seconds + 1
        until = time.monotonic() + 20
        while (seminar.cache.entries or seminar.sessions.opened) and time.monotonic() < until:
            time.sleep(0.05)
        assert not seminar.cache.entries and not seminar.sessions.opened


def test_a_hundred_sessions_keep_within_the_bounds(scenario):
    limits = server.Limits(sessions=10, cache_bytes=2_000_000)
    seminar = server.SeminarServer(scenario, limits=limits)
    with TestClient(server.make_app(seminar)) as client:
        tokens = [open_session(client) for _ in range(100)]
        assert len(seminar.sessions.opened) == 10 and api_get(client, "curves", tokens[0]).status_code == 410
        for number in range(40):
            assert api_get(client, "curves", tokens[-1], seed=number).status_code == 200
        assert 0 < seminar.cache.size <= limits.cache_bytes and len(seminar.cache.entries) < 40


def test_a_session_keeps_no_result(client, seminar):
    """Only the cache does, within its bounds: 180 sessions that kept theirs took 100 MB more."""
    session = open_session(client)
    for path in ("curves", "picture", "story"):
        assert api_get(client, path, session).status_code == 200
    assert seminar.sessions.opened[session].waiting == {}


def test_the_least_used_session_makes_room():
    sessions = Sessions(2, 100.0, Clock())
    first, second = sessions.open(small_scenario(), "a"), sessions.open(small_scenario(), "a")
    sessions.get(first)
    sessions.open(small_scenario(), "a")
    assert sessions.get(first)
    with pytest.raises(SessionExpired):
        sessions.get(second)


def test_a_newer_request_of_a_page_ends_the_one_before(scenario, monkeypatch):
    """The thread of the earlier one is told to stop, so that a slider that moves ten times does not cost ten
    simulations.
    """
    begun, stopped = Event(), Event()

    def slow(one, seed, stop, **_):
        if seed == 1:
            begun.set()
            assert stop.wait(20)
            stopped.set()
            raise SimulationCancelled
        return simulate_curves(one, seed, stop)

    monkeypatch.setattr(server, "simulate_curves", slow)
    with TestClient(server.make_app(server.SeminarServer(scenario))) as client:
        session, first = open_session(client), []
        waiting = threading.Thread(target=lambda: first.append(api_get(client, "curves", session, seed=1)))
        waiting.start()
        assert begun.wait(20)
        assert api_get(client, "curves", session, seed=2).status_code == 200
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
        raise SimulationCancelled

    monkeypatch.setattr(server, "simulate_curves", slow)
    seminar = server.SeminarServer(scenario)
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
    for make in (simulate_curves, simulate_picture, simulate_stories):
        with pytest.raises(SimulationCancelled):
            make(scenario, 1, stop)


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
