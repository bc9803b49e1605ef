"""What a pull leaves for the next one: up to when each audience was read, who was there, and what was listed.

The keys are the vendor's ids. With them the next pull lists ids only and knows exactly who is gone, which
totals cannot tell: one member added and one deleted leave the same total.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

_VERSION = 3

Place: TypeAlias = tuple[str, str]
"""A record kind, and what contains its records (an audience, a shop)."""


@dataclass(frozen=True)
class Mark:
    """One audience as the last complete pull left it. `until` is None when no change in it had a date.

    `edge` are the members that changed last, whose changes were read after their second was over: the next
    filter brings them again, and there is nothing new about them.

    `partial` says that the first reading of this audience was interrupted: up to `until` the order of changes was
    read, and `keys` are those who were.
    """

    until: datetime | None
    keys: frozenset[str]
    edge: frozenset[str] = frozenset()
    partial: bool = False

    @property
    def begin(self) -> datetime | None:
        """Give the second from which changes are asked for.

        Whether Mailchimp's `since_last_changed` includes its own second is not documented, and two changes may
        share a second: so one second early.
        """
        return None if self.until is None else self.until - timedelta(seconds=1)

    @property
    def since(self) -> str:
        """The filter that brings every later change, empty for everything.

        Exactly in the form that Mailchimp reads: it ignores a filter in another form.
        """
        return "" if self.begin is None else self.begin.astimezone(UTC).isoformat(timespec="seconds")

    def has_read(self, key: str, changed: datetime | None) -> bool:
        """Tell whether a member was read as it is now."""
        return self.until is not None and key in self.edge and changed is not None and changed <= self.until


NEVER_READ = Mark(None, frozenset())


@dataclass(frozen=True)
class Memory:
    """Everything that one pull leaves. `listed` is what is always listed whole, with its versions."""

    marks: Mapping[str, Mark] = field(default_factory=dict)
    listed: Mapping[Place, Mapping[str, str]] = field(default_factory=dict)


def encode(identity: str, scope: str, memory: Memory) -> str:
    """Write a cursor. A cursor of another account or `scope` is not used."""
    audiences = {
        audience: {
            "until": mark.until.isoformat() if mark.until else "",
            "keys": " ".join(sorted(mark.keys)),
            "edge": " ".join(sorted(mark.edge)),
            "partial": mark.partial,
        }
        for audience, mark in sorted(memory.marks.items())
    }
    listed = [[*place, dict(versions)] for place, versions in sorted(memory.listed.items())]
    told = {
        "v": _VERSION,
        "account": identity,
        "scope": scope,
        "audiences": audiences,
        "listed": listed,
    }
    return json.dumps(told)


def decode(cursor: str | None, identity: str, scope: str) -> Memory | None:
    """Read a cursor; None when there is none, or it is of another version, account or scope."""
    try:
        told: Any = json.loads(cursor or "null")
        if (told["v"], told["account"], told["scope"]) != (_VERSION, identity, scope):
            return None
        return Memory(
            {audience: _mark(one) for audience, one in told["audiences"].items()},
            {(kind, within): dict(versions) for kind, within, versions in told["listed"]},
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _mark(told: Mapping[str, Any]) -> Mark:
    until = datetime.fromisoformat(told["until"]) if told["until"] else None
    return Mark(until, frozenset(told["keys"].split()), frozenset(told["edge"].split()), told["partial"])
