"""The brake: how many writes an account may get in 24 hours before a person has to say go on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from syncd.index import orders as journal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from syncd.index.orders import StoredOrder

FEWEST, MOST, SHARE = 3, 25, 0.05


@dataclass(frozen=True)
class Brake:
    """The state of one account's brake: the limit, what was written in 24 hours, what wants to be written."""

    account: str
    limit: int
    sent: int
    asked: int
    allowed: int

    @property
    def holds(self) -> bool:
        """Tell whether nothing may be written until a person releases it."""
        return self.asked > 0 and self.sent + self.asked > max(self.limit, self.allowed)

    @property
    def command(self) -> str:
        """Give the command that goes on."""
        return f"syncd queue approve --brake {self.account} --count {self.sent + self.asked}"


def limit_of(contacts: int, configured: int | None) -> int:
    """Give the limit: as configured (0 means none at all), else max(3, min(25, 5 % of the contacts))."""
    if configured is not None:
        return configured
    return max(FEWEST, min(MOST, math.ceil(contacts * SHARE)))


def look(
    connection: Connection,
    now: datetime,
    account: str,
    *,
    contacts: int,
    configured: int | None,
    asked: Iterable[StoredOrder],
) -> Brake:
    """Look at an account's brake before the first write. What a person approved one by one does not count."""
    since = (now - timedelta(hours=24)).isoformat(timespec="seconds")
    counted = [one for one in asked if one.approval != "single"]
    return Brake(
        account=account,
        limit=limit_of(contacts, configured),
        sent=journal.sent_since(connection, account, since),
        asked=len(counted),
        allowed=journal.allowance(connection, account, "writes", since),
    )
