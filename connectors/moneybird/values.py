"""How Moneybird spells ids, dates, periods and amounts.

Ids are 18-digit numbers that arrive as text or as integers, never as floating point (they do not fit in one).
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from syncd.model import Moment

_DIGITS = re.compile(r"[0-9]+", re.ASCII)
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_DUTCH_DAY = re.compile(r"([0-9]{1,2})-([0-9]{1,2})-([0-9]{4})", re.ASCII)
_PERIOD_END = re.compile(r"([0-9]{4})([0-9]{2})?([0-9]{2})?", re.ASCII)


class UnreadableError(Exception):
    """A value that cannot be understood. `code` says which kind of value, never the value."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def identifier(value: Any) -> str:
    """Give an id as text; raises `UnreadableError` for anything but digits."""
    if type(value) is int and value >= 0:
        return str(value)
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return value
    raise UnreadableError("id")


def text(value: Any) -> str:
    """Give a field as text without outer white space; null and missing are empty."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if type(value) is int:
        return str(value)
    raise UnreadableError("text")


def moment(value: Any) -> Moment | None:
    """Read `2026-03-31` as a date and `2026-03-31T08:00:00.000Z` as a timestamp; empty is None."""
    written = text(value)
    if not written:
        return None
    try:
        if _ISO_DAY.fullmatch(written):
            return date.fromisoformat(written)
        if _ISO_DAY.match(written):
            return datetime.fromisoformat(written)
    except ValueError:
        pass
    raise UnreadableError("date")


def day_by_hand(value: Any) -> date | None:
    """Read a date that a person typed into a custom field: ISO, or Dutch `31-3-2026`; empty is None."""
    written = text(value)
    if not written:
        return None
    try:
        if found := _ISO_DAY.fullmatch(written):
            return date(*(int(part) for part in found.groups()))
        if found := _DUTCH_DAY.fullmatch(written):
            day, month, year = (int(part) for part in found.groups())
            return date(year, month, day)
    except ValueError:
        pass
    raise UnreadableError("date")


def period_end(value: Any) -> date | None:
    """Give the last day of `20260101..20260331`, `202601..202603` or one of its halves; empty is None."""
    written = text(value)
    if not written:
        return None
    found = _PERIOD_END.fullmatch(written.rpartition("..")[2])
    if not found:
        raise UnreadableError("period")
    year, month = int(found[1]), int(found[2] or 12)
    try:
        return date(year, month, int(found[3] or calendar.monthrange(year, month)[1]))
    except ValueError:
        raise UnreadableError("period") from None


def amount(value: Any) -> Decimal:
    """Read an amount of money, which arrives as text with a point or a comma, or as a number; empty is 0."""
    if value is None or value == "":
        return Decimal(0)
    try:
        return Decimal(str(value).replace(",", "."))
    except InvalidOperation:
        raise UnreadableError("amount") from None


def objects(value: Any) -> list[dict[str, Any]]:
    """Read a list of objects; none at all is an empty one. Raises `UnreadableError`."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise UnreadableError("list")
    return value


def children(contact: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Read what hangs on a contact. Raises `UnreadableError` when it does not say: that is not the same as none."""
    if contact.get(name) is None:
        raise UnreadableError("list")
    return objects(contact[name])


def latest(moments: Iterable[Moment | None]) -> Moment | None:
    """Give the latest of dates and timestamps.

    A timestamp beats a date that is the same day in UTC: east of Greenwich it may already be the next day.
    """
    known = [one for one in moments if one is not None]
    return max(known, key=_order, default=None)


def _order(one: Moment) -> tuple[date, bool, float]:
    if not isinstance(one, datetime):
        return one, False, 0.0
    aware = one if one.tzinfo else one.replace(tzinfo=UTC)
    return aware.astimezone(UTC).date(), True, aware.timestamp()
