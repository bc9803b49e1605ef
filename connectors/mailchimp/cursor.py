"""What a pull leaves for the next one: per audience, up to when it was read and which members it had.

The keys are the vendor's ids. With them the next pull lists ids only and knows exactly who is gone, which
totals cannot tell: one member added and one deleted leave the same total.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_VERSION = 1


@dataclass(frozen=True)
class Mark:
    """One audience as the last complete pull left it. `until` is None when no change in it had a date."""

    until: datetime | None
    keys: frozenset[str]

    @property
    def since(self) -> str:
        """The filter that brings every later change, empty for everything.

        Whether Mailchimp's `since_last_changed` includes its own second is not documented, and two changes
        may share a second: so one second earlier, exactly in the form that Mailchimp reads (it ignores a
        filter in another form).
        """
        if self.until is None:
            return ""
        return (self.until.astimezone(UTC) - timedelta(seconds=1)).isoformat(timespec="seconds")


NEVER_READ = Mark(None, frozenset())


def encode(identity: str, scope: str, marks: Mapping[str, Mark]) -> str:
    """Write a cursor. A cursor of another account or `scope` is not used."""
    audiences = {
        audience: {"until": mark.until.isoformat() if mark.until else "", "keys": " ".join(sorted(mark.keys))}
        for audience, mark in sorted(marks.items())
    }
    return json.dumps({"v": _VERSION, "account": identity, "scope": scope, "audiences": audiences})


def decode(cursor: str | None, identity: str, scope: str) -> dict[str, Mark] | None:
    """Read a cursor; None when there is none, or it is of another version, account or scope."""
    try:
        told: Any = json.loads(cursor or "null")
        if (told["v"], told["account"], told["scope"]) != (_VERSION, identity, scope):
            return None
        return {audience: _mark(one) for audience, one in told["audiences"].items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _mark(told: Mapping[str, str]) -> Mark:
    until = datetime.fromisoformat(told["until"]) if told["until"] else None
    return Mark(until, frozenset(told["keys"].split()))
