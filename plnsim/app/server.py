"""The server of the live page: a JSON API over sessions, and the files of the page; it reads no file that a request
names.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event
from typing import NamedTuple, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from plnsim.app import query as app_query
from plnsim.app.about import about
from plnsim.app.curves import Curves, compare_curves, simulate_curves
from plnsim.app.headers import SECURITY_HEADERS, SecurityHeaders
from plnsim.app.precedence import TaskPriority
from plnsim.app.result_cache import ResultCache
from plnsim.app.sessions import Session, SessionExpired, Sessions
from plnsim.app.states import SimulationCancelled, simulate_picture
from plnsim.app.story import RunStories
from plnsim.app.story_processes import StoryProcesses
from plnsim.common.errors import InputError
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.classroom import check_limits, with_same_length

PAGE = Path(__file__).parent / "page"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
MAX_BODY_BYTES = 400_000
BODY_SECONDS = 20.0
"""Within which the body of a request must have come."""
HTTP_CONFLICT = 409
HTTP_GONE = 410
log = logging.getLogger("plnsim.app")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Limits:
    """What a server gives at most."""

    sessions: int = 200
    idle_seconds: float = 1800.0
    cache_bytes: int = 64_000_000
    cleanup_seconds: float = 60.0


class ParsedRequest(NamedTuple):
    """What a request asks for: its session, its options as texts, the seed, what is and what if."""

    session: Session
    options: dict[str, str]
    seed: int
    is_: Scenario
    if_: Scenario


class SeminarServer:
    """All that one server holds: its sessions, its cache of results, its threads."""

    def __init__(self, scenario: Scenario, own_schools: int | None = None, limits: Limits | None = None) -> None:
        self.scenario, self.limits = check_limits(scenario), limits or Limits()
        self.own_schools = own_schools or scenario.number_of_schools
        self.sessions = Sessions(self.limits.sessions, self.limits.idle_seconds)
        self.cache = ResultCache(self.limits.cache_bytes, self.limits.idle_seconds)
        self.picture_priority = TaskPriority()
        self.threads = ThreadPoolExecutor(os.cpu_count() or 1, "curves")
        self.picture_threads = ThreadPoolExecutor(1, "pictures")
        self.story_processes = StoryProcesses()
        self.story_threads = ThreadPoolExecutor(self.story_processes.processes, "stories")

    # -- sessions ------------------------------------------------------------------------------------------------------

    async def open(self, request: Request) -> Response:
        """Opens a session with a scenario; says what the page may offer."""
        scenario = await asyncio.to_thread(
            lambda body: check_limits(app_query.parse_scenario(body, self.scenario)), await _body(request)
        )
        teachers = len((await asyncio.to_thread(scenario.world)).teachers)
        own = (
            self.own_schools
            if scenario is self.scenario
            else Scenario.of(scenario.name).number_of_schools
            if scenario.name != "uploaded"
            else None
        )
        token = self.sessions.open(scenario, _digest(scenario))
        return JSONResponse({"session": token, "about": about(scenario, teachers, own or scenario.number_of_schools)})

    def _parse_request(self, request: Request, defaults: dict[str, str]) -> ParsedRequest:
        """What a request asks for; raises ``InputError``."""
        if len(request.url.query) > app_query.MAX_QUERY_LENGTH:
            raise InputError("the query string is too long", right=f"at most {app_query.MAX_QUERY_LENGTH:,} letters")
        options, values, baseline_values = app_query.parse_query(
            request.query_params.multi_items(), {"session": "", "seed": "1"} | defaults
        )
        session = self.sessions.get(options["session"])
        return ParsedRequest(
            session,
            options,
            app_query.parse_seed(options["seed"]),
            with_same_length(session.scenario, baseline_values, values),
            with_same_length(session.scenario, values, baseline_values),
        )

    # -- what is asked for ---------------------------------------------------------------------------------------------

    async def curves(self, request: Request) -> Response:
        """Curves of what is and what if (nothing when they are alike), and the sentence that compares them."""
        session, options, seed, is_, if_ = self._parse_request(request, {"outcome": "use"})
        outcome = app_query.parse_outcome(options["outcome"])
        sides = [is_] if if_.values == is_.values else [is_, if_]

        async def all_sides() -> list[Curves]:
            make = partial(simulate_curves, pause=self.picture_priority.pause)
            return await asyncio.gather(
                *(self._cached("curves", session, side, seed, make, _nbytes, self.threads) for side in sides)
            )

        before, *after = await self._await_result(request, session, "curves", all_sides())
        return JSONResponse(compare_curves(before, after[0] if after else None, outcome))

    async def picture(self, request: Request) -> Response:
        """One run, week by week; curves, which take longer, wait for it."""
        session, options, seed, _, scenario = self._parse_request(request, {"side": "if"})
        side = app_query.parse_side(options["side"])
        picture = self._cached("picture", session, scenario, seed, _picture, len, self.picture_threads)
        with self.picture_priority:
            return Response(
                await self._await_result(request, session, f"picture {side}", picture), media_type="application/json"
            )

    async def story(self, request: Request) -> Response:
        """The story of a teacher, a school or a network in that run."""
        session, options, seed, _, scenario = self._parse_request(request, {"of": "teacher", "place": "0"})
        subject = app_query.parse_subject(options["of"])
        make = self.story_processes.simulate
        work = self._cached("story", session, scenario, seed, make, _nbytes, self.story_threads)
        stories = await self._await_result(request, session, "story", work)
        place = app_query.parse_place(options["place"], stories.count(subject), subject)
        return JSONResponse(stories.get(subject, place))

    async def _cached(
        self,
        kind: str,
        session: Session,
        scenario: Scenario,
        seed: int,
        make: Callable[[Scenario, int, Event], Result],
        size: Callable[[Result], int],
        threads: ThreadPoolExecutor,
    ) -> Result:
        """What ``make`` gives for a scenario and a seed, from the cache or a thread."""
        key = kind, session.digest, tuple(sorted(scenario.changed.items())), seed
        return await self.cache.get(key, lambda stop: make(scenario, seed, stop), size, threads)

    async def _await_result(
        self, request: Request, session: Session, kind: str, work: Coroutine[None, None, Result]
    ) -> Result:
        """The result of some work, unless the page goes away or asks for something newer of that kind first."""
        task, disconnect = asyncio.ensure_future(work), asyncio.ensure_future(_disconnected(request))
        session.supersede(kind, task)
        try:
            await asyncio.wait({task, disconnect}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise Superseded
            return task.result()
        except (asyncio.CancelledError, SimulationCancelled):
            raise Superseded from None
        finally:
            task.cancel()
            disconnect.cancel()

    # -- life ----------------------------------------------------------------------------------------------------------

    def warm(self) -> None:
        """Simulates the first picture and curves once, and begins with the first stories, so that the first page and
        story do not wait for Mesa.
        """
        self.story_threads.submit(self.story_processes.simulate, self.scenario, 1, Event())
        simulate_curves(self.scenario, 1, Event())
        simulate_picture(self.scenario, 1, Event())

    @contextlib.asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        """Frees what is idle from time to time; ends the threads at the end."""
        cleaning = asyncio.ensure_future(self._clean_up())
        try:
            yield
        finally:
            cleaning.cancel()
            for work in list(self.cache.pending.values()):
                work.stop.set()
            for threads in (self.threads, self.picture_threads, self.story_threads):
                threads.shutdown(wait=False, cancel_futures=True)
            self.story_processes.end()

    async def _clean_up(self) -> None:
        while True:
            await asyncio.sleep(self.limits.cleanup_seconds)
            self.sessions.free_idle()
            self.cache.free_idle()


class SlowRequest(Exception):
    """A request whose body does not come in time."""


class Superseded(Exception):
    """The page has gone, or has asked for something newer."""


def _picture(scenario: Scenario, seed: int, stop: Event) -> bytes:
    return json.dumps(simulate_picture(scenario, seed, stop), separators=(",", ":")).encode()


def _nbytes(result: Curves | RunStories) -> int:
    return result.nbytes


def _digest(scenario: Scenario) -> str:
    """Tells scenarios apart: equal ones share their results, whoever opened them."""
    files = "" if scenario.population_data is None else sorted(map(str, scenario.files.values()))
    return hashlib.sha256(
        repr((sorted(scenario.changed.items()), scenario.calendar, scenario.weeks, files)).encode()
    ).hexdigest()


async def _body(request: Request) -> object:
    """The JSON body of a request of bounded length; raises ``InputError``."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise InputError("the request must be JSON", place="content-type", right="application/json")
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > MAX_BODY_BYTES:
                    raise InputError("the request is too long", right=f"at most {MAX_BODY_BYTES:,} bytes")
    except TimeoutError:
        raise SlowRequest from None
    try:
        return json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise InputError("the request is no JSON", right='{"scenario": "baseline"}, for instance') from None


async def _disconnected(request: Request) -> None:
    """Ends when the page has closed the connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _error_response(
    status: int, wrong: str, place: str = "", right: str = "", headers: dict[str, str] | None = None
) -> JSONResponse:
    return JSONResponse(
        {"error": {"wrong": wrong, "place": place, "right": right}}, status_code=status, headers=headers
    )


async def _input_error(_request: Request, problem: Exception) -> Response:
    assert isinstance(problem, InputError)
    return _error_response(400, problem.wrong, problem.place, problem.right)


async def _session_expired(_request: Request, _error: Exception) -> Response:
    return _error_response(
        HTTP_GONE, "this session was left alone and has been freed", "session", "POST /api/session opens a new one"
    )


async def _superseded(_request: Request, _error: Exception) -> Response:
    return _error_response(HTTP_CONFLICT, "a newer request of this page has taken the place of this one")


async def _slow_request(_request: Request, _error: Exception) -> Response:
    right = f"the whole request within {BODY_SECONDS:g} seconds"
    return _error_response(408, "the request came too slowly", right=right, headers={"connection": "close"})


async def _not_found(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        return _error_response(
            405, f"{request.method} is not what this address takes", right="GET for data, POST for /api/session"
        )
    return _error_response(error.status_code, "there is nothing at this address", right="/ is the page")


async def _internal_error(_request: Request, error: Exception) -> Response:
    log.error("a request failed", exc_info=error)
    return _error_response(
        500,
        "the server failed, and that is a fault of plnsim",
        right="its terminal shows the trace; please report it",
        headers=SECURITY_HEADERS,
    )


def page_files() -> dict[str, tuple[bytes, str]]:
    """The files of the page by address, read once: nothing else on this machine can be asked for."""
    files = {
        f"/{path.name}": (path.read_bytes(), TYPES[path.suffix])
        for path in sorted(PAGE.iterdir())
        if path.suffix in TYPES
    }
    return files | {"/": files["/index.html"]}


def _static_file(content: bytes, kind: str) -> Callable[[Request], Awaitable[Response]]:
    async def give(_request: Request) -> Response:
        return Response(content, media_type=kind)

    return give


def make_app(seminar: SeminarServer, hosts: list[str] | None = None) -> Starlette:
    """The application; ``hosts`` are the names by which it may be called (any, when none are given)."""
    routes = [Route(address, _static_file(*file)) for address, file in page_files().items()]
    routes += [
        Route("/api/session", seminar.open, methods=["POST"]),
        Route("/api/curves", seminar.curves),
        Route("/api/picture", seminar.picture),
        Route("/api/story", seminar.story),
    ]
    errors: dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
        InputError: _input_error,
        SessionExpired: _session_expired,
        Superseded: _superseded,
        SlowRequest: _slow_request,
        ClientDisconnect: _superseded,
        HTTPException: _not_found,
        Exception: _internal_error,
    }
    middleware = [
        Middleware(SecurityHeaders),
        *([Middleware(TrustedHostMiddleware, allowed_hosts=hosts)] if hosts else []),
    ]
    app = Starlette(routes=routes, exception_handlers=errors, middleware=middleware, lifespan=seminar.lifespan)
    app.state.seminar = seminar
    return app
