"""Answers that are wrong in their structure: a service's own, with one thing changed, in a repeatable way."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from syncd.testing.faults import Fault

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from syncd.testing.exchange import Exchange, Reply

PLANTED = "zwaan@zilte.example"
"""Stands where another type should be. No error and no problem may show it."""

_NO_CONTENT, _NOT_FOUND = 204, 404
_DEEP = 2_000
_HUGE = "9" * 5_000  # more digits than Python turns into a number unasked
_PAGE = b"<!doctype html><title>zwaan@zilte.example</title><h1>We will be right back</h1>"
_RAW = {"huge": _HUGE, "infinite": "1e999", "not a number": "NaN", "surrogate": '"\\ud800"'}
_MARK = "\N{BLACK SQUARE}here"

VALUES: dict[str, Callable[[Any], Any]] = {
    "null": lambda _old: None,
    "text": lambda _old: PLANTED,
    "number": lambda _old: -1,
    "large": lambda _old: 10**30,
    "fraction": lambda _old: 0.5,
    "true": lambda _old: True,
    "empty text": lambda _old: "",
    "empty object": lambda _old: {},
    "empty list": lambda _old: [],
    "in a list": lambda old: [old],
    "in an object": lambda old: {"value": old},
    "list of the planted": lambda _old: [PLANTED, None, 7],
    "long": lambda _old: PLANTED * 500,
    "date of no calendar": lambda _old: "2026-02-31T25:61:00Z",
    "year zero": lambda _old: "0000-00-00",
    "control characters": lambda _old: "\x00\r\n\u202e",
    "as text": json.dumps,
    "twice": lambda old: [*old, *old] if isinstance(old, list) else [old, old],
}
"""What is put in the place of a value."""

BODIES: dict[str, Callable[[bytes], bytes]] = {
    "page for people": lambda _body: _PAGE,
    "truncated": lambda body: body[: len(body) // 2],
    "nothing": lambda _body: b"",
    "null body": lambda _body: b"null",
    "list body": lambda _body: b"[]",
    "object body": lambda _body: b"{}",
    "text body": lambda _body: json.dumps(PLANTED).encode(),
    "number body": lambda _body: b"0",
    "not UTF-8": lambda body: body.replace(b"e", b"\xff", 3),
    "UTF-16": lambda body: body.decode("utf-8", "replace").encode("utf-16"),
    "with a byte-order mark": lambda body: b"\xef\xbb\xbf" + body,
    "two answers": lambda body: body + body,
    "deep": lambda _body: b"[" * _DEEP + b"]" * _DEEP,
    "very deep": lambda _body: b'{"a":' * 50_000,
}
"""What is put in the place of a whole body."""

HEADERS = ("", PLANTED, "-1", "NaN", "1e999", _HUGE, "<>; rel=next", "\xff\xfe", "0,0,0")
EMPTYING = frozenset({"empty list", "list body"})
"""What a service may say truthfully: that there is nothing. It is for the engine not to believe it."""
ABSENT = "another's absence"
"""That something was not found, said of something else: it does not say of what."""


@dataclass
class Mangler:
    """Changes one answer out of so many. `done` names what was changed: how and to which request."""

    chance: random.Random
    share: float
    done: list[tuple[str, str]] = field(default_factory=list)
    _earlier: list[Reply] = field(default_factory=list)

    def fault(self) -> Fault:
        """Give the fault that does it."""
        return Fault("mangled", self._act)

    async def _act(self, exchange: Exchange) -> None:
        made = await exchange.ask()
        if self._fits(exchange, made):
            how, reply = self._mangled(made)
            self.done.append((how, f"{exchange.asked.method} {exchange.asked.path}"))
        else:
            reply = made
        self._earlier.append(made)
        rest = {name: value for name, value in reply.headers.items() if name != "content-length"}
        status = 200 if reply.body and reply.status == _NO_CONTENT else reply.status
        await exchange.reply(replace(reply, status=status, headers=rest))

    def _fits(self, _exchange: Exchange, _made: Reply) -> bool:
        return self.chance.random() < self.share

    def _mangled(self, made: Reply) -> tuple[str, Reply]:
        kind = self.chance.choices(("value", "body", "header", "earlier"), (75, 15, 7, 3))[0]
        if kind == "value" and (changed := self._value(made.body)):
            return changed[0], replace(made, body=changed[1])
        if kind == "header":
            name = self.chance.choice([*made.headers, "retry-after", "link"])
            value = self.chance.choice(HEADERS)
            return f"header {name}", replace(made, headers={**made.headers, name: value})
        if kind == "earlier" and self._earlier:
            earlier = self.chance.choice(self._earlier)
            return ABSENT if earlier.status == _NOT_FOUND else "another's answer", earlier
        how = self.chance.choice(list(BODIES))
        content = self.chance.choice(("application/json", "text/html", "application/octet-stream", ""))
        headers = {**made.headers, "content-type": content}
        return how, replace(made, headers=headers, body=BODIES[how](made.body))

    def _value(self, body: bytes) -> tuple[str, bytes] | None:
        """Change one value of a JSON body, wherever it is; None when there is none."""
        try:
            whole = json.loads(body)
        except ValueError:
            return None
        places = list(_places(whole))
        if not places:
            return None
        # Every name has the same chance, however often a list repeats it.
        by_name: dict[str, list[tuple[Any, Any]]] = {}
        for holder, key in places:
            by_name.setdefault(str(key) if isinstance(holder, dict) else "[]", []).append((holder, key))
        name = self.chance.choice(sorted(by_name))
        holder, key = self.chance.choice(by_name[name])
        how = self.chance.choice(["dropped", *_RAW, *VALUES])
        if how == "dropped" and isinstance(holder, dict):
            del holder[key]
        elif how in _RAW:
            holder[key] = _MARK
        else:
            how = "null" if how == "dropped" else how
            holder[key] = VALUES[how](holder[key])
        text = json.dumps(whole).replace(json.dumps(_MARK), _RAW.get(how, ""))
        return how if how in EMPTYING else f"{how} at {name}", text.encode()


@dataclass
class Setting(Mangler):
    """Sets one name to one value, wherever it stands in the answers of one path."""

    path: str = "*"
    key: str = ""
    value: Any = None

    def _fits(self, exchange: Exchange, made: Reply) -> bool:
        return fnmatchcase(exchange.asked.path, self.path) and f'"{self.key}"'.encode() in made.body

    def _mangled(self, made: Reply) -> tuple[str, Reply]:
        whole = json.loads(made.body)
        for holder, key in _places(whole):
            if isinstance(holder, dict) and key == self.key:
                holder[key] = self.value
        return f"set {self.key}", replace(made, body=json.dumps(whole).encode())


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Give every place of a JSON value, as what holds it and under which key."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        keys = list(one) if isinstance(one, dict) else range(len(one)) if isinstance(one, list) else ()
        for key in keys:
            found.append((one, key))
            waiting.append(one[key])
    return found
