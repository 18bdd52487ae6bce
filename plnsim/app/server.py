"""The server of the page: it gives what the page simulates with, tells stories in depth, and gathers a class's guesses.

It reads no file that a request names, and simulates nothing but stories and the stored curves of a scenario.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass
from threading import Event
from typing import TypeVar

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from plnsim.app import query as app_query
from plnsim.app.classes import CODES, Classes
from plnsim.app.error_responses import BODY_SECONDS, ERROR_RESPONSES, SlowRequest, Superseded
from plnsim.app.explorable import PAGE, bundle_scripts, page_data
from plnsim.app.headers import SecurityHeaders
from plnsim.app.result_cache import ResultCache
from plnsim.app.states import SimulationCancelled
from plnsim.app.story import RunStories
from plnsim.app.story_processes import StoryProcesses
from plnsim.app.work_queue import WorkQueue
from plnsim.common.errors import InputError
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.classroom import check_limits
from plnsim.simulation.scenario.listing import titles

TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
MAX_BODY_BYTES = 400_000
Result = TypeVar("Result")


@dataclass(frozen=True)
class Limits:
    """What a server gives at most."""

    idle_seconds: float = 7200.0
    cache_bytes: int = 64_000_000
    cleanup_seconds: float = 60.0


class SeminarServer:
    """All that one server holds: its scenario, its classes, its cache of results, its queues of work."""

    def __init__(
        self,
        scenario: Scenario,
        own_schools: int | None = None,
        limits: Limits | None = None,
        seed: int = 1,
        address: str | None = None,
    ) -> None:
        """``address`` is how other machines reach it, without a path; None where none can."""
        self.address = address
        self.scenario, self.seed, self.limits = check_limits(scenario), seed, limits or Limits()
        self.own_schools = own_schools or scenario.number_of_schools
        self.classes = Classes(self.limits.idle_seconds)
        self.cache = ResultCache(self.limits.cache_bytes, self.limits.idle_seconds)
        self.page_queue = WorkQueue(1, "pages")
        self.story_processes = StoryProcesses()
        self.story_queue = WorkQueue(self.story_processes.processes, "stories")

    # -- what is asked for ---------------------------------------------------------------------------------------------

    async def open(self, request: Request) -> Response:
        """What a page needs to simulate a scenario itself."""
        body = await _body(request)
        scenario = await asyncio.to_thread(app_query.parse_scenario, body, self.scenario)
        key = "page", _digest(scenario)
        work = self.cache.get(key, lambda _stop: self._page(scenario), len, self.page_queue)
        return Response(await self._await_result(request, work), media_type="application/json")

    async def story(self, request: Request) -> Response:
        """The story of a teacher, a school or a network in a run."""
        body = await _body(request)
        asked = await asyncio.to_thread(app_query.parse_story, body, self.scenario)

        def simulate(stop: Event) -> RunStories:
            return self.story_processes.simulate(asked.scenario, self.seed, stop, asked.replicate)

        key = "story", _digest(asked.scenario), asked.replicate
        work = self.cache.get(key, simulate, lambda stories: stories.nbytes, self.story_queue)
        stories = await self._await_result(request, work)
        count = stories.count(asked.subject)
        if asked.place >= count:
            right = f"0 to {count - 1}" if count else f"there is no {asked.subject} in this run"
            raise InputError(f"there is no {asked.subject} {asked.place}", place="place", right=right)
        return JSONResponse(stories.get(asked.subject, asked.place))

    async def open_class(self, request: Request) -> Response:
        """Opens a class for guesses; says by which address other machines can join it."""
        app_query.parse_object(await _body(request), ())
        code, key = self.classes.open()
        return JSONResponse({"code": code, "key": key, "address": self.address})

    async def join(self, request: Request) -> Response:
        """Says whether there is a class of a code."""
        asked = app_query.parse_object(await _body(request), ("code",))
        self.classes.join(app_query.parse_integer(asked, "code", CODES))
        return JSONResponse({})

    async def guess(self, request: Request) -> Response:
        """Takes what a page of a class guesses of a plan."""
        most = {"code": CODES, "page": app_query.MAX_NUMBER, "plan": app_query.MAX_NUMBER, "guess": 101}
        asked = app_query.parse_object(await _body(request), tuple(most))
        self.classes.take(*(app_query.parse_integer(asked, name, below) for name, below in most.items()))
        return JSONResponse({})

    async def guesses(self, request: Request) -> Response:
        """What a class has guessed of a plan, for the page that opened it."""
        asked = app_query.parse_object(await _body(request), ("code", "key", "plan"))
        key = asked.get("key")
        if not isinstance(key, str) or not key.isascii():
            raise InputError("the key is no text", place="key", right="the key that came with the code")
        code = app_query.parse_integer(asked, "code", CODES)
        plan = app_query.parse_integer(asked, "plan", app_query.MAX_NUMBER)
        guesses, others = self.classes.guesses(code, key, plan)
        return JSONResponse({"guesses": guesses, "others": others})

    def _page(self, scenario: Scenario) -> bytes:
        own = scenario.number_of_schools
        if scenario is self.scenario:
            own = self.own_schools
        elif scenario.name != app_query.UPLOADED:
            own = Scenario.of(scenario.name).number_of_schools
        listed = [{"name": name, "title": title} for name, title in titles().items()]
        data = page_data(scenario, own, self.seed) | {"scenarios": listed}
        return json.dumps(data, separators=(",", ":"), allow_nan=False).encode()

    async def _await_result(self, request: Request, work: Coroutine[None, None, Result]) -> Result:
        """The result of some work, unless the page goes away."""
        task, disconnect = asyncio.ensure_future(work), asyncio.ensure_future(_disconnected(request))
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
        """Makes the first page, and begins with the first stories, so that nobody waits for compiling or for a process
        to begin.
        """
        self._page(self.scenario)
        for _ in range(self.story_processes.processes):  # each begins with a story
            self.story_queue.executor.submit(self.story_processes.simulate, self.scenario, self.seed, Event())

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
            for queue in (self.page_queue, self.story_queue):
                queue.end()
            self.story_processes.end()

    async def _clean_up(self) -> None:
        while True:
            await asyncio.sleep(self.limits.cleanup_seconds)
            self.classes.free_idle()
            self.cache.free_idle()


def _digest(scenario: Scenario) -> str:
    """Tells scenarios apart: equal ones share their results, whoever opened them."""
    files = "" if scenario.population_data is None else sorted(map(str, scenario.files.values()))
    told = (scenario.name, scenario.title, sorted(scenario.changed.items()), scenario.calendar, scenario.weeks, files)
    return hashlib.sha256(repr(told).encode()).hexdigest()


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
    """The files of the page by address, read once: nothing else on this machine can be asked for.

    The worker is one script, joined as in the explorable.
    """
    files = {
        f"/{path.name}": (path.read_bytes(), TYPES[path.suffix])
        for path in sorted(PAGE.iterdir())
        if path.suffix in TYPES
    }
    worker = bundle_scripts("worker.js").encode(), TYPES[".js"]
    return files | {"/": files["/index.html"], "/worker.js": worker}


def _static_file(content: bytes, kind: str) -> Callable[[Request], Awaitable[Response]]:
    async def give(_request: Request) -> Response:
        return Response(content, media_type=kind)

    return give


def make_app(seminar: SeminarServer, hosts: list[str] | None = None) -> Starlette:
    """The application; ``hosts`` are the names by which it may be called (any, when none are given)."""
    routes = [Route(address, _static_file(*file)) for address, file in page_files().items()]
    routes += [
        Route(address, answer, methods=["POST"])
        for address, answer in (
            ("/api/open", seminar.open),
            ("/api/story", seminar.story),
            ("/api/class", seminar.open_class),
            ("/api/join", seminar.join),
            ("/api/guess", seminar.guess),
            ("/api/guesses", seminar.guesses),
        )
    ]
    middleware = [
        Middleware(SecurityHeaders),
        *([Middleware(TrustedHostMiddleware, allowed_hosts=hosts)] if hosts else []),
    ]
    app = Starlette(routes=routes, exception_handlers=ERROR_RESPONSES, middleware=middleware, lifespan=seminar.lifespan)
    app.state.seminar = seminar
    return app
