"""What a service gets wrong, switchable at run time and deterministic.

    sandbox.faults.inject(answer_lost(), when=on("DELETE", "/contacts/*"))
    sandbox.faults.inject(answer(429, headers={"Retry-After": "2"}), when=any_read, times=3)
    sandbox.faults.inject(meanwhile(change_the_record), when=on("GET", "/contacts/7"))

A fault happens to the requests that fit its condition, after the first `skip` of them, `times` times.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qsl

from syncd.testing.exchange import Asked, Exchange, Reply

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping

    from starlette.types import ASGIApp, Scope

Condition: TypeAlias = "Callable[[Asked], bool]"

PAGING = frozenset({"page", "offset", "start", "skip", "cursor"})
"""Names of parameters by which vendors name a page, in the query or in a JSON body."""


@dataclass(frozen=True)
class Fault:
    """One way to go wrong. `name` is what the request log shows."""

    name: str
    act: Callable[[Exchange], Awaitable[None]]


@dataclass
class _Rule:
    fault: Fault
    when: Condition
    skip: int
    times: int | None


@dataclass
class Faults:
    """Which faults are switched on. A new one has none.

    `script` is for what no fault here can do: each next request is served by the application that the next
    entry gives for it (None: the sandbox's own).
    """

    script: list[Callable[[Scope], ASGIApp | None]] = field(default_factory=list)
    _rules: list[_Rule] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def inject(
        self, fault: Fault, *, when: Condition = lambda _asked: True, skip: int = 0, times: int | None = 1
    ) -> None:
        """Switch a fault on for the requests that fit `when`; `times=None` means until `clear`.

        Where several would happen to one request, the one that was switched on first does.
        """
        with self._lock:
            self._rules.append(_Rule(fault, when, skip, times))

    def clear(self) -> None:
        """Switch everything off."""
        with self._lock:
            self._rules.clear()
            self.script.clear()

    def pick(self, asked: Asked) -> Fault | None:
        """Give the fault that happens to this request, and count it."""
        with self._lock:
            for rule in self._rules:
                if rule.times == 0 or not rule.when(asked):
                    continue
                if rule.skip:
                    rule.skip -= 1
                    continue
                if rule.times is not None:
                    rule.times -= 1
                return rule.fault
        return None


# --- conditions ---------------------------------------------------------------------------------------------


def on(method: str = "*", path: str = "*") -> Condition:
    """Fit requests by method and path; both may hold `*` (a star also spans slashes)."""
    return lambda asked: fnmatchcase(asked.method, method) and fnmatchcase(asked.path, path)


def any_read(asked: Asked) -> bool:
    """Fit what only reads."""
    return not asked.is_write


def any_write(asked: Asked) -> bool:
    """Fit what is meant to change something."""
    return asked.is_write


# --- faults of the service ----------------------------------------------------------------------------------


def answer(status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Fault:
    """Answer this instead of doing anything: throttling, 5xx before the effect, a lost scope."""

    async def act(exchange: Exchange) -> None:
        await exchange.reply(Reply(status, headers or {}, body))

    return Fault(f"answer_{status}", act)


def answer_after(status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Fault:
    """Do what was asked, then answer this: 5xx after the effect."""

    async def act(exchange: Exchange) -> None:
        await exchange.ask()
        await exchange.reply(Reply(status, headers or {}, body))

    return Fault(f"answer_{status}_after", act)


def maintenance_page() -> Fault:
    """Answer 200 with a page for people."""
    page = b"<!doctype html><title>Maintenance</title><h1>We will be right back</h1>"
    return Fault("maintenance_page", answer(200, page, {"content-type": "text/html"}).act)


def empty_list(body: bytes = b"[]") -> Fault:
    """Answer 200 as if there were nothing."""
    return Fault("empty_list", answer(200, body, {"content-type": "application/json"}).act)


def repeated_page(paging: Collection[str] = PAGING) -> Fault:
    """Give the first page of each list again and again; `paging` are the parameters that name a page."""
    first: dict[object, Reply] = {}

    async def act(exchange: Exchange) -> None:
        made = await exchange.ask()
        asked = exchange.asked
        rest = frozenset(one for one in parse_qsl(asked.query) if one[0] not in paging)
        body = _unpaged(asked.body, paging)
        await exchange.reply(first.setdefault((asked.method, asked.path, rest, body), made))

    return Fault("repeated_page", act)


def _unpaged(body: bytes, paging: Collection[str]) -> str:
    """Give what a body asks for, without the page and without a call's number (the `id` of JSON-RPC)."""

    def rest(thing: dict[str, Any]) -> dict[str, Any]:
        dropped = {*paging, "id"} if "jsonrpc" in thing else paging
        # `page` may name an object that also holds the filter of the list
        return {
            name: value for name, value in thing.items() if name not in dropped or isinstance(value, dict)
        }

    try:
        return json.dumps(json.loads(body, object_hook=rest), sort_keys=True)
    except ValueError:
        return repr(body)


def meanwhile(happens: Callable[[], object]) -> Fault:
    """Let something happen at the vendor after the answer was made and before the client gets it."""

    async def act(exchange: Exchange) -> None:
        made = await exchange.ask()
        happens()
        await exchange.reply(made)

    return Fault("meanwhile", act)


# --- faults of the line -------------------------------------------------------------------------------------


def delay(seconds: float) -> Fault:
    """Do what was asked and answer late."""

    async def act(exchange: Exchange) -> None:
        made = await exchange.ask()
        if await exchange.wait(seconds):
            await exchange.reply(made)

    return Fault("delay", act)


def drip(pause: float) -> Fault:
    """Do what was asked and answer one byte per `pause` seconds, headers included."""

    async def act(exchange: Exchange) -> None:
        made = await exchange.ask()
        await exchange.drip(made.head() + made.body, pause=pause, status=made.status)

    return Fault("drip", act)


def cut_headers() -> Fault:
    """Do what was asked and hang up in the middle of the first header."""

    async def act(exchange: Exchange) -> None:
        made = await exchange.ask()
        within_the_first = made.head().index(b"\r\n") + 5
        await exchange.hang_up(made.head()[:within_the_first], status=made.status)

    return Fault("cut_headers", act)


def cut_body(at: int) -> Fault:
    """Do what was asked and hang up after `at` bytes of a body whose length was said."""

    async def act(exchange: Exchange) -> None:
        made = await exchange.ask()
        await exchange.hang_up(made.head() + made.body[:at], status=made.status)

    return Fault("cut_body", act)


def cut_chunk(at: int) -> Fault:
    """Do what was asked and hang up after `at` bytes of a chunked body."""

    async def act(exchange: Exchange) -> None:
        made = await exchange.ask()
        begun = f"{len(made.body):x}\r\n".encode() + made.body[:at]
        await exchange.hang_up(made.head(chunked=True) + begun, status=made.status)

    return Fault("cut_chunk", act)


def reset_before() -> Fault:
    """Reset the connection and do nothing."""
    return Fault("reset_before", Exchange.reset)


def reset_after() -> Fault:
    """Do what was asked, then reset the connection."""

    async def act(exchange: Exchange) -> None:
        await exchange.ask()
        await exchange.reset()

    return Fault("reset_after", act)


def answer_lost() -> Fault:
    """Do what was asked, then close the connection without an answer."""

    async def act(exchange: Exchange) -> None:
        await exchange.ask()
        await exchange.hang_up()

    return Fault("answer_lost", act)
