"""What one pull leaves for the next: which version of everything was read.

A cursor is JSON text. It holds ids, versions and dates, nothing personal. One that another administration,
other settings or another version of syncd wrote is not understood, and everything is read again.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from connectors.moneybird.settings import MoneybirdSettings

_FORMAT = 2


@dataclass
class Known:
    """What has been read so far.

    `versions` is resource → id → version, an empty version where the entry must be read again. `children` is
    contact → its contact people and notes, `bookings` general journal → the contacts it names, each one text
    separated by spaces. `quotes` is estimate → (contact, day it ran out), the day empty while it runs. `busy`
    are contacts with any paper that is more than an unaccepted quote.
    """

    versions: dict[str, dict[str, str]] = field(default_factory=dict)
    children: dict[str, str] = field(default_factory=dict)
    bookings: dict[str, str] = field(default_factory=dict)
    quotes: dict[str, tuple[str, str]] = field(default_factory=dict)
    busy: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Index the quotes by contact."""
        self._estimates: dict[str, set[str]] = {}
        for estimate, (contact, _) in self.quotes.items():
            self._estimates.setdefault(contact, set()).add(estimate)

    def note_quote(self, estimate: str, contact: str, day: str) -> None:
        """Remember a quote that runs (no day) or ran out on a day."""
        self.quotes[estimate] = (contact, day)
        self._estimates.setdefault(contact, set()).add(estimate)

    def forget_quote(self, estimate: str) -> None:
        """Forget a quote that is gone, accepted or given to another contact."""
        contact, _ = self.quotes.pop(estimate, ("", ""))
        self._estimates.get(contact, set()).discard(estimate)

    def to_text(self, mark: str) -> str:
        """Write a cursor that only settings with the same mark understand."""
        return json.dumps(
            {
                "format": _FORMAT,
                "mark": mark,
                "versions": self.versions,
                "children": self.children,
                "bookings": self.bookings,
                "quotes": self.quotes,
                "busy": sorted(self.busy),
            },
            separators=(",", ":"),
        )

    @classmethod
    def from_text(cls, cursor: str, mark: str) -> Known | None:
        """Read a cursor; None when it cannot be used."""
        try:
            found: dict[str, Any] = json.loads(cursor)
            if found["format"] != _FORMAT or found["mark"] != mark:
                return None
            quotes = {key: (contact, day) for key, (contact, day) in found["quotes"].items()}
            return cls(found["versions"], found["children"], found["bookings"], quotes, set(found["busy"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            return None

    def expired_quote(self, contact: str) -> str | None:
        """Give the day on which the last quote ran out, for a contact that has nothing else; else None."""
        if contact in self.busy:
            return None
        days = [self.quotes[estimate][1] for estimate in self._estimates.get(contact, ())]
        return max(days) if days and all(days) else None


def mark_of(settings: MoneybirdSettings) -> str:
    """Digest the settings that change what is read: with other ones, unchanged contacts read differently."""
    meaning = settings.model_dump(
        mode="json",
        exclude={
            *("connector", "base_url", "share", "rate", "brake"),
            *("token", "client_id", "client_secret", "refresh_token", "token_file"),
        },
    )
    meaning["oss_tax_rates"] = sorted(settings.oss_tax_rates)
    return hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).hexdigest()[:16]
