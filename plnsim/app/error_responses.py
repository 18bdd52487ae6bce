"""What a request gets that cannot be answered: a status, what is wrong and what would be right."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from plnsim.app.classes import ClassForgotten
from plnsim.app.headers import SECURITY_HEADERS
from plnsim.app.work_queue import Overloaded
from plnsim.common.errors import InputError

BODY_SECONDS = 20.0
"""Within which the body of a request must have come."""
HTTP_CONFLICT = 409
HTTP_GONE = 410
HTTP_UNAVAILABLE = 503
log = logging.getLogger("plnsim.app")


class SlowRequest(Exception):
    """A request whose body does not come in time."""


class Superseded(Exception):
    """The page has gone, or wants it no more."""


def _error_response(
    status: int, wrong: str, place: str = "", right: str = "", headers: dict[str, str] | None = None
) -> JSONResponse:
    return JSONResponse(
        {"error": {"wrong": wrong, "place": place, "right": right}}, status_code=status, headers=headers
    )


async def _input_error(_request: Request, problem: Exception) -> Response:
    assert isinstance(problem, InputError)
    return _error_response(400, problem.wrong, problem.place, problem.right)


async def _class_forgotten(_request: Request, _error: Exception) -> Response:
    return _error_response(
        HTTP_GONE,
        "there is no class of this code, or it was left alone and is forgotten",
        "code",
        "the lecturer's code",
    )


async def _superseded(_request: Request, _error: Exception) -> Response:
    return _error_response(HTTP_CONFLICT, "nobody waits for this any more")


async def _overloaded(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Overloaded)
    waiting = {0: "Too many wait", 1: "1 other waits"}.get(error.waiting, f"{error.waiting} others wait")
    seconds = f"{error.seconds} second{'' if error.seconds == 1 else 's'}"
    return _error_response(
        HTTP_UNAVAILABLE, f"{waiting}; try again in {seconds}", headers={"retry-after": str(error.seconds)}
    )


async def _slow_request(_request: Request, _error: Exception) -> Response:
    right = f"the whole request within {BODY_SECONDS:g} seconds"
    return _error_response(408, "the request came too slowly", right=right, headers={"connection": "close"})


async def _not_found(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        return _error_response(
            405, f"{request.method} is not what this address takes", right="GET for the page, POST for /api/..."
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


ERROR_RESPONSES: dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
    InputError: _input_error,
    ClassForgotten: _class_forgotten,
    Superseded: _superseded,
    Overloaded: _overloaded,
    SlowRequest: _slow_request,
    ClientDisconnect: _superseded,
    HTTPException: _not_found,
    Exception: _internal_error,
}
"""Which error is answered by what."""
