"""How long Moneybird asks to wait.

Its `Retry-After` is the absolute epoch second at which to come back, not a number of seconds: a client that
took it at its word slept for fifty years. Number of seconds and HTTP date are understood too. "Now" is the
vendor's own `Date`, so a wrong clock on this host does no harm.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from syncd.contract import Rate

if TYPE_CHECKING:
    from syncd.http import Answer

RATE = Rate(requests=150, seconds=300)
"""Requests per address and five minutes, raised for nobody (helpcenter.moneybird.nl, article 208028)."""

_LONGEST_DURATION = 10_000_000
"""A number above this is a moment, below it a duration: 115 days, or April 1970."""


def retry_after(answer: Answer) -> float | None:
    """Give the seconds to wait, None when the answer does not say."""
    said = answer.headers.get("retry-after") or answer.headers.get("ratelimit-reset", "")
    now = epoch(answer.headers.get("date", ""))
    if re.fullmatch(r"[0-9]{1,12}", said):
        number = int(said)
        if number < _LONGEST_DURATION:
            return float(number)
        return max(0.0, number - now) if now is not None else RATE.seconds
    until = epoch(said)
    return max(0.0, until - now) if until is not None and now is not None else None


def requests_left(answer: Answer) -> tuple[int, float] | None:
    """Give how many requests are left and for how many seconds that holds, None when the answer does not say.

    `RateLimit-RequestsRemaining` is the count. `RateLimit-Remaining` looks like one and is the seconds until the
    counter resets (measured by others, twice; the documentation contradicts it).
    """
    left = answer.headers.get("ratelimit-requestsremaining", "")
    seconds = answer.headers.get("ratelimit-remaining", "")
    if not (left.isdecimal() and seconds.isdecimal()):
        return None
    return int(left), min(float(seconds), RATE.seconds)


def epoch(http_date: str) -> float | None:
    """Give the seconds since 1970 of a `Date` header, None for anything else."""
    try:
        return parsedate_to_datetime(http_date).timestamp()
    except ValueError:
        return None


def answer_day(answer: Answer) -> str:
    """Give the vendor's own day, in UTC, as `2026-11-24`; empty when the answer does not say."""
    now = epoch(answer.headers.get("date", ""))
    return datetime.fromtimestamp(now, UTC).date().isoformat() if now is not None else ""
