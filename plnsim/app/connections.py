"""Connections of the server, each with a time for what it sends and takes: one that stalls is closed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal

from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from starlette.applications import Starlette

HEAD_SECONDS = 10.0
"""Within which a request's head must have come, from the opening of the connection or its first byte on."""
TAKE_SECONDS = 30.0
"""Within which a page must take on from an answer that it has stopped taking."""
IDLE_SECONDS = 5
MOST_CONNECTIONS = 1000
"""Above these a request is answered by 503 at once; a class of thirty opens about two hundred."""


class BoundedConnection(H11Protocol):
    """A connection that is closed when the head of a request does not come, or an answer is not taken."""

    head_timer: asyncio.TimerHandle | None = None
    take_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._await_head()

    def pause_writing(self) -> None:
        super().pause_writing()
        if self.take_timer is None:
            self.take_timer = self.loop.call_later(TAKE_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop("take_timer")

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop("head_timer")
        self._stop("take_timer")
        super().connection_lost(exc)

    def _await_head(self) -> None:
        """Begins to wait for a head where there is no request in work, and ends it where there is one."""
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop("head_timer")
        elif self.head_timer is None:
            self.head_timer = self.loop.call_later(HEAD_SECONDS, self._close_without_head)

    def _stop(self, name: Literal["head_timer", "take_timer"]) -> None:
        timer: asyncio.TimerHandle | None = getattr(self, name)
        if timer is not None:
            timer.cancel()
        setattr(self, name, None)

    def _close_without_head(self) -> None:
        self.head_timer = None
        if self.cycle is None or self.cycle.response_complete:
            self.transport.abort()


def make_server(app: Starlette) -> Server:
    """The server of an application, with a bound for everything that a connection may take."""
    return Server(
        Config(
            app,
            http=BoundedConnection,
            ws="none",
            log_level="error",
            server_header=False,
            timeout_graceful_shutdown=1,
            timeout_keep_alive=IDLE_SECONDS,
            limit_concurrency=MOST_CONNECTIONS,
        )
    )
