"""The sandbox kit: serve a simulated service over real HTTP, log every request, and let it fail on demand.

A connector's sandbox is a Starlette application wrapped in `Sandbox`. The kit gives it a request log, a state
digest and faults; the application only plays the vendor.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import format_datetime, formatdate
from typing import TYPE_CHECKING, Any, Protocol

import uvicorn
from starlette.datastructures import MutableHeaders

from syncd.testing.exchange import Asked, Exchange, WireProtocol
from syncd.testing.faults import Faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Faults", "LoggedRequest", "Sandbox", "State", "serve"]

_FIRST_REFUSAL = 400
_START_SECONDS = 10.0


@dataclass(frozen=True)
class LoggedRequest:
    """One request as the server saw it.

    `status` is what the client was told (0: nothing), `app_status` what the service itself answered (0: it
    was not asked), so an effect can be told from an answer. `fault` names what went wrong on purpose.
    """

    method: str
    path: str
    query: str
    status: int
    body: bytes = field(repr=False, default=b"")
    fault: str = ""
    app_status: int = 0

    @property
    def looked_in_vain(self) -> bool:
        """Tell whether this was a look at something that is not, or no longer, there."""
        return self.method == "GET" and self.status in {404, 410}

    @property
    def is_write(self) -> bool:
        """Tell whether the method can change something; a vendor may read by POST (see `Sandbox.reads`)."""
        return self.method not in {"GET", "HEAD", "OPTIONS"}


class State(Protocol):
    """The simulated service's memory."""

    def snapshot(self) -> dict[str, Any]:
        """Give everything the service holds, as plain JSON values with stable order."""
        ...


class Sandbox:
    """An ASGI application that records what it was asked and what it answered.

    `reads` tells which non-GET requests only read: a filter by POST, a token request, a call whose name is in the
    body (JSON-RPC, GraphQL). Every other one counts as a write, and faults hit it as one. `credentials` are the
    account's settings that this service accepts, by key. `clock` gives the time (with zone) of the `Date` header,
    by default the host's. A request is in the log before its client can know the answer.
    """

    def __init__(
        self,
        app: ASGIApp,
        state: State,
        *,
        faults: Faults | None = None,
        reads: Callable[[LoggedRequest], bool] = lambda _request: False,
        credentials: dict[str, str] | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self.app = app
        self.state = state
        self.faults = faults or Faults()
        self.credentials = credentials or {}
        self.requests: list[LoggedRequest] = []
        self.clock = clock
        self._reads = reads
        self._asked = 0

    def counts(self) -> dict[str, int]:
        """Count so far: writes that the service carried out, requests it refused or failed, and reads.

        A look at something that is not there was a read: the second look after an erasure is just that.
        """
        seen = list(self.requests)
        writes = sum(1 for one in seen if self.wrote(one) and 0 < one.app_status < _FIRST_REFUSAL)
        reads = sum(
            1 for one in seen if not self.wrote(one) and (one.status < _FIRST_REFUSAL or one.looked_in_vain)
        )
        return {"reads": reads, "writes": writes, "refused": len(seen) - reads - writes}

    def wrote(self, request: LoggedRequest) -> bool:
        """Tell whether a request was meant to change something."""
        return request.is_write and not self._reads(request)

    def digest(self) -> str:
        """Give a short digest of everything the service holds."""
        text = json.dumps(self.state.snapshot(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, with the fault that is due to it, and log it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = await _whole_body(receive)
        asked = self._next(scope, body)
        fault = self.faults.pick(asked)
        logged = False

        def noted(status: int, app_status: int) -> None:
            nonlocal logged
            if not logged:
                name = fault.name if fault else ""
                entry = LoggedRequest(asked.method, asked.path, asked.query, status, body, name, app_status)
                self.requests.append(entry)
                logged = True

        app = self.faults.script.pop(0)(scope) if self.faults.script else None
        exchange = Exchange(
            asked, scope, receive, self._dated(send), app=app or self.app, body=body, noted=noted
        )
        try:
            await (fault.act(exchange) if fault else exchange.pass_on())
        except Exception:
            noted(500, 500)
            raise
        finally:
            noted(0, 0)  # the client left before anything could be said

    def _dated(self, send: Send) -> Send:
        """Add the `Date` header that every service sends, unless the application said its own."""

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message["headers"]))
                headers.setdefault("date", self._date())
                message = {**message, "headers": headers.raw}
            await send(message)

        return dated

    def _date(self) -> str:
        if self.clock is None:
            return formatdate(usegmt=True)
        return format_datetime(self.clock().astimezone(UTC), usegmt=True)

    def _next(self, scope: Scope, body: bytes) -> Asked:
        number, self._asked = self._asked, self._asked + 1
        query = scope["query_string"].decode("latin-1")
        request = LoggedRequest(scope["method"], scope["path"], query, 0, body)
        return Asked(request.method, request.path, query, number, self.wrote(request), body)


async def _whole_body(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body)


class _Server(uvicorn.Server):
    """A server that says when it is ready and stops when it is told, instead of looking ten times a second."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._told_to_stop = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets=sockets)
        self.ready.set()

    async def main_loop(self) -> None:
        await self._told_to_stop.wait()

    def stop(self) -> None:
        self.should_exit = True
        if self._loop:
            self._loop.call_soon_threadsafe(self._told_to_stop.set)


@contextmanager
def serve(app: ASGIApp, *, port: int = 0) -> Iterator[str]:
    """Serve `app` on loopback; gives its address when it is ready and stops at the end.

    Port 0 lets the kernel choose. Raises `OSError` when the port is taken.
    """
    # Without its protocol said, asyncio leaves Nagle's algorithm on: 40 ms for every answer.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        config = uvicorn.Config(
            app,
            http=WireProtocol,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            log_level="error",
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=1,
        )
        server = _Server(config)
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name="syncd-sandbox", daemon=True
        )
        thread.start()
        if not server.ready.wait(_START_SECONDS):
            raise RuntimeError("the sandbox did not start")
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.stop()
            thread.join()
