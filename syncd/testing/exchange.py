"""One request in the hands of a sandbox, down to the socket that it came in on.

ASGI can only answer; real services also reset connections, break off and drip. `WireProtocol` remembers the
transport of each connection, so that an `Exchange` can do what a broken line does.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_RESET_AT_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER with no time: closing sends RST instead of FIN

_transports: dict[tuple[Any, Any], asyncio.Transport] = {}


class WireProtocol(H11Protocol):
    """Uvicorn's HTTP/1.1 protocol, whose transports the exchanges can find."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own does
        """Remember the transport while the connection lives."""
        super().connection_made(transport)
        self._wire = (transport.get_extra_info("sockname"), transport.get_extra_info("peername"))
        _transports[self._wire] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the transport."""
        _transports.pop(self._wire, None)
        super().connection_lost(exc)


@dataclass(frozen=True)
class Asked:
    """What a fault's condition can look at. `number` counts the requests that the sandbox got before."""

    method: str
    path: str
    query: str
    number: int
    is_write: bool
    body: bytes = field(repr=False, default=b"")


@dataclass(frozen=True)
class Reply:
    """A whole answer."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)

    def head(self, *, chunked: bool = False) -> bytes:
        """Give the status line and headers as they go over the wire."""
        length = {"transfer-encoding": "chunked"} if chunked else {"content-length": str(len(self.body))}
        headers = {name: value for name, value in self.headers.items() if name != "content-length"} | length
        lines = [f"HTTP/1.1 {self.status} -", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")


class Exchange:
    """One request and what becomes of it. Exactly one of the methods that end it is called.

    `noted(answered, app_status)` is called once, just before the client can learn anything: with the status
    that goes to the client (0 for none) and the application's own (0 while it was not asked).
    """

    def __init__(
        self,
        asked: Asked,
        scope: Scope,
        receive: Receive,
        send: Send,
        *,
        app: ASGIApp,
        body: bytes,
        noted: Callable[[int, int], None],
    ) -> None:
        self.asked = asked
        self._scope = scope
        self._receive = receive
        self._send = send
        self._app = app
        self._body: bytes | None = body
        self._noted = noted
        self._app_status = 0

    async def pass_on(self) -> None:
        """Let the application answer: no fault."""

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._noted(message["status"], message["status"])
            await self._send(message)

        await self._app(self._scope, self._replay, send)

    async def ask(self) -> Reply:
        """Let the application do what it was asked, and keep its answer from the client for now."""
        status, headers, body = 0, {}, bytearray()

        async def collect(message: Message) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = {
                    name.decode("latin-1"): value.decode("latin-1") for name, value in message["headers"]
                }
            else:
                body.extend(message.get("body", b""))

        await self._app(self._scope, self._replay, collect)
        self._app_status = status
        return Reply(status, headers, bytes(body))

    async def reply(self, reply: Reply) -> None:
        """Give the client this answer."""
        self._noted(reply.status, self._app_status)
        headers = {"content-length": str(len(reply.body))} | dict(reply.headers)
        encoded = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()
        ]
        await self._send({"type": "http.response.start", "status": reply.status, "headers": encoded})
        await self._send({"type": "http.response.body", "body": reply.body})

    async def wait(self, seconds: float) -> bool:
        """Let time pass; gives False when the client has left meanwhile."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._client_gone(), seconds)
            return False
        return True

    async def reset(self) -> None:
        """Reset the connection (RST) without a word."""
        self._noted(0, self._app_status)
        transport = self._transport()
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_CLOSE)
        transport.abort()
        await self._client_gone()

    async def hang_up(self, said: bytes = b"", *, status: int = 0) -> None:
        """Close the connection (FIN) after these bytes, whatever the client makes of them."""
        self._noted(status, self._app_status)
        transport = self._transport()
        transport.write(said)
        transport.close()
        await self._client_gone()

    async def drip(self, said: bytes, *, pause: float, status: int) -> None:
        """Send one byte per `pause` seconds until all is said or the client has left; then hang up."""
        self._noted(status, self._app_status)
        transport = self._transport()
        for at in range(len(said)):
            transport.write(said[at : at + 1])
            if not await self.wait(pause):
                return
        transport.close()
        await self._client_gone()

    def _transport(self) -> asyncio.Transport:
        where = (tuple(self._scope["server"]), tuple(self._scope["client"]))
        if where not in _transports:
            raise RuntimeError("faults of the connection work only under syncd.testing.sandbox.serve")
        return _transports[where]

    async def _client_gone(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def _replay(self) -> Message:
        """Give the application the body that was read already, then what the server says."""
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}
