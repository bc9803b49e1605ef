"""What stands before every call: the ceiling of simultaneous calls, and the sign-in."""

from __future__ import annotations

import asyncio
import base64
import binascii
from typing import TYPE_CHECKING

from starlette.responses import Response

from connectors.mailchimp.sandbox.answers import problem_body

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from connectors.mailchimp.sandbox.state import State


class Gate:
    """An application that lets a call through, or answers 429 or 401 itself."""

    def __init__(self, app: ASGIApp, state: State) -> None:
        self._app = app
        self._state = state
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call."""
        self._open += 1
        try:
            answer = self._answer(scope)
            if self._state.seconds:
                await asyncio.sleep(self._state.seconds)
            await answer(scope, receive, send)
        finally:
            self._open -= 1

    def _answer(self, scope: Scope) -> ASGIApp:
        if self._open > self._state.concurrency:
            detail = f"You have exceeded the limit of {self._state.concurrency} simultaneous connections."
            return (
                Response(status_code=429)
                if self._state.bare_429
                else problem_body(429, "TooManyRequests", detail)
            )
        if scope.get("path") == "/oauth2/metadata":  # signed in another way, which it looks at itself
            return self._app
        headers = {name.lower(): value for name, value in scope["headers"]}
        if not _signed(headers.get(b"authorization", b"").decode("latin-1"), self._state.key):
            detail = "Your API key may be invalid, or you've attempted to access the wrong datacenter."
            return problem_body(401, "API Key Invalid", detail)
        return self._app


def _signed(header: str, key: str) -> bool:
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return value == key
    if scheme.lower() != "basic":
        return False
    try:
        return base64.b64decode(value).decode().partition(":")[2] == key
    except (binascii.Error, UnicodeDecodeError):
        return False
