"""The server of the live page: a JSON API over sessions, and the files of the page; it reads no file that a request
names.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event
from typing import NamedTuple, TypeVar

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from plnsim.app import query as app_query
from plnsim.app.about import about
from plnsim.app.curves import Curves, compare_curves, simulate_curves
from plnsim.app.error_responses import BODY_SECONDS, ERROR_RESPONSES, SlowRequest, Superseded
from plnsim.app.headers import SecurityHeaders
from plnsim.app.precedence import TaskPriority
from plnsim.app.result_cache import ResultCache
from plnsim.app.sessions import Session, Sessions
from plnsim.app.states import SimulationCancelled, simulate_picture
from plnsim.app.story import RunStories
from plnsim.app.story_processes import StoryProcesses
from plnsim.app.work_queue import WorkQueue
from plnsim.common.errors import InputError
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.classroom import check_limits, with_same_length

PAGE = Path(__file__).parent / "page"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
MAX_BODY_BYTES = 400_000
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
    """All that one server holds: its sessions, its cache of results, its queues of work."""

    def __init__(self, scenario: Scenario, own_schools: int | None = None, limits: Limits | None = None) -> None:
        self.scenario, self.limits = check_limits(scenario), limits or Limits()
        self.own_schools = own_schools or scenario.number_of_schools
        self.sessions = Sessions(self.limits.sessions, self.limits.idle_seconds)
        self.cache = ResultCache(self.limits.cache_bytes, self.limits.idle_seconds)
        self.picture_priority = TaskPriority()
        self.curve_queue = WorkQueue(os.cpu_count() or 1, "curves")
        self.picture_queue = WorkQueue(1, "pictures")
        self.story_processes = StoryProcesses()
        self.story_queue = WorkQueue(self.story_processes.processes, "stories")

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
            both = [
                asyncio.ensure_future(self._cached("curves", session, side, seed, make, _nbytes, self.curve_queue))
                for side in sides
            ]
            try:
                return await asyncio.gather(*both)
            finally:  # where one is refused, nobody waits for the other
                for each in both:
                    each.cancel()

        before, *after = await self._await_result(request, session, "curves", all_sides())
        return JSONResponse(compare_curves(before, after[0] if after else None, outcome))

    async def picture(self, request: Request) -> Response:
        """One run, week by week; curves, which take longer, wait for it."""
        session, options, seed, _, scenario = self._parse_request(request, {"side": "if"})
        side = app_query.parse_side(options["side"])
        picture = self._cached("picture", session, scenario, seed, _picture, len, self.picture_queue)
        with self.picture_priority:
            return Response(
                await self._await_result(request, session, f"picture {side}", picture), media_type="application/json"
            )

    async def story(self, request: Request) -> Response:
        """The story of a teacher, a school or a network in that run."""
        session, options, seed, _, scenario = self._parse_request(request, {"of": "teacher", "place": "0"})
        subject = app_query.parse_subject(options["of"])
        make = self.story_processes.simulate
        work = self._cached("story", session, scenario, seed, make, _nbytes, self.story_queue)
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
        queue: WorkQueue,
    ) -> Result:
        """What ``make`` gives for a scenario and a seed, from the cache or a thread of the queue."""
        key = kind, session.digest, tuple(sorted(scenario.changed.items())), seed
        return await self.cache.get(key, lambda stop: make(scenario, seed, stop), size, queue)

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
        """Simulates the first picture and curves once, and begins with the first stories, so that nobody waits for
        compiling or for a process to begin.
        """
        simulate_curves(self.scenario, 1, Event())
        simulate_picture(self.scenario, 1, Event())
        for _ in range(self.story_processes.processes):  # each begins with a story
            self.story_queue.executor.submit(self.story_processes.simulate, self.scenario, 1, Event())

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
            for queue in (self.curve_queue, self.picture_queue, self.story_queue):
                queue.end()
            self.story_processes.end()

    async def _clean_up(self) -> None:
        while True:
            await asyncio.sleep(self.limits.cleanup_seconds)
            self.sessions.free_idle()
            self.cache.free_idle()


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
    middleware = [
        Middleware(SecurityHeaders),
        *([Middleware(TrustedHostMiddleware, allowed_hosts=hosts)] if hosts else []),
    ]
    app = Starlette(routes=routes, exception_handlers=ERROR_RESPONSES, middleware=middleware, lifespan=seminar.lifespan)
    app.state.seminar = seminar
    return app
