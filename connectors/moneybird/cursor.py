"""What one pull leaves for the next: which version of everything was read.

A cursor is compressed lines of JSON. It holds ids, versions and dates, nothing personal. One that another
administration, other settings or another version of syncd wrote is not understood, and everything is read again.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from dataclasses import dataclass, field
from functools import reduce
from itertools import islice
from operator import getitem
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from connectors.moneybird.settings import MoneybirdSettings

_FORMAT = 3
_FLAT = ("children", "bookings", "quotes")
_PART = 2000
"""Entries written at once."""


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
        # Quickly rather than well, because it is kept many times during a pull; and part by part, because the
        # whole of a large administration would take as much room again.
        packer = zlib.compressobj(level=1)
        packed = [packer.compress(json.dumps(line).encode() + b"\n") for line in self._lines(mark)]
        return base64.b64encode(b"".join([*packed, packer.flush()])).decode()

    def _lines(self, mark: str) -> Iterator[Any]:
        yield {"format": _FORMAT, "mark": mark, "kinds": list(self.versions), "busy": sorted(self.busy)}
        for name in _FLAT:
            yield from _parts([name], getattr(self, name))
        for kind, versions in self.versions.items():
            yield from _parts(["versions", kind], versions)

    @classmethod
    def from_text(cls, cursor: str, mark: str) -> Known | None:
        """Read a cursor; None when it cannot be used."""
        try:
            head, *lines = zlib.decompress(base64.b64decode(cursor, validate=True)).splitlines()
            told: dict[str, Any] = json.loads(head)
            if told["format"] != _FORMAT or told["mark"] != mark:
                return None
            found: dict[str, Any] = {"versions": {kind: {} for kind in told["kinds"]}}
            found |= {name: {} for name in _FLAT}
            for line in lines:
                place, part = json.loads(line)
                reduce(getitem, place, found).update(part)
            quotes = {key: (contact, day) for key, (contact, day) in found.pop("quotes").items()}
            return cls(**found, quotes=quotes, busy=set(told["busy"]))
        except (ValueError, KeyError, TypeError, AttributeError, zlib.error):
            return None

    def expired_quote(self, contact: str) -> str | None:
        """Give the day on which the last quote ran out, for a contact that has nothing else; else None."""
        if contact in self.busy:
            return None
        days = [self.quotes[estimate][1] for estimate in self._estimates.get(contact, ())]
        return max(days) if days and all(days) else None


def _parts(place: list[str], values: Mapping[str, Any]) -> Iterator[tuple[list[str], dict[str, Any]]]:
    """Give a mapping in parts, each with the place where it belongs."""
    left = iter(values.items())
    while part := dict(islice(left, _PART)):
        yield place, part


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
