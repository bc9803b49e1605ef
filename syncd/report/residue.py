"""What stays at the vendors after what was verified, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from syncd.report.figures import verified_on

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from zoneinfo import ZoneInfo

    from syncd.index.orders import StoredOrder


@dataclass(frozen=True)
class Stays:
    """What stays at the vendor after an action; `until` is its last day, None when the vendor names none."""

    code: str
    text: str
    until: date | None


@dataclass(frozen=True)
class ResidueLine:
    """What stays at a vendor after verified orders, and until when at the latest."""

    account: str
    code: str
    text: str
    until: date | None
    orders: int


def stays_until(residue: Iterable[Mapping[str, Any]], since: date) -> tuple[Stays, ...]:
    """Date what stays at a vendor after an action that was verified on `since`."""
    return tuple(
        Stays(one["code"], one["text"], since + timedelta(days=int(one["days"])) if one.get("days") else None)
        for one in residue
    )


def residue_of(orders: Iterable[StoredOrder], zone: ZoneInfo) -> list[ResidueLine]:
    """Add up what verified orders left at each vendor."""
    latest: dict[tuple[str, str, str], tuple[date | None, int]] = {}
    for one in orders:
        proven = verified_on(one, zone)
        for left in stays_until(one.residue, proven) if proven else ():
            place = (one.order.ref.account, left.code, left.text)
            before, number = latest.get(place, (None, 0))
            latest[place] = (max(filter(None, (before, left.until)), default=None), number + 1)
    return [ResidueLine(*place, until, number) for place, (until, number) in sorted(latest.items())]
