"""How Moneybird writes time, money, history and addresses nobody can guess."""

from __future__ import annotations

import hashlib
from datetime import UTC
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

USER = "496081346724103269"


def stamp(moment: datetime) -> str:
    """Write a timestamp as Moneybird does."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def event(administration: str, action: str, at: datetime, data: dict[str, Any]) -> dict[str, Any]:
    """Give a line of an entry's history."""
    return {
        "administration_id": administration,
        "user_id": USER,
        "action": action,
        "link_entity_id": None,
        "link_entity_type": None,
        "data": data,
        "created_at": stamp(at),
        "updated_at": stamp(at),
    }


def day(on: date | None) -> str | None:
    """Write a date, null for none."""
    return on.isoformat() if on else None


def money(amount: Decimal) -> str:
    """Write an amount as text."""
    return f"{amount:.2f}"


def unguessable(key: str) -> str:
    """Give 64 hexadecimal digits, as in the addresses of public pages."""
    return hashlib.sha256(key.encode()).hexdigest()
