"""What each account spent of its vendor's limit: kept over restarts and shared by all processes of a host."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import delete, insert, select

from syncd.http import Spending
from syncd.index.tables import budgets

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncd.index.store import Index

T = TypeVar("T")
COSTLY = "/costly"
"""Follows the account's name where the spending of its costly operations is kept."""

_BOOT = Path("/proc/sys/kernel/random/boot_id")


def this_boot() -> str:
    """Name the host's present boot; empty where it cannot be told."""
    try:
        return _BOOT.read_text(encoding="ascii").strip()[:40]
    except OSError:
        return ""


class AccountBudget:
    """The spending of one account in the index.

    Within one boot of a host moments are compared on the kernel's monotonic clock, which all processes share
    and nobody can set, so a host clock that jumps changes nothing. After a restart of the host, or on another
    one, the time between is taken from `now`; a clock that went back counts as no time at all.
    """

    def __init__(
        self,
        index: Index,
        account: str,
        now: Callable[[], datetime],
        *,
        monotonic: Callable[[], float] = time.monotonic,
        boot: str | None = None,
    ) -> None:
        self._index = index
        self._account = account
        self._now = now
        self._monotonic = monotonic
        self._boot = this_boot() if boot is None else boot

    def change(self, apply: Callable[[Spending], T]) -> T:
        """Apply a change to what is kept, in one transaction."""
        mine = budgets.c.account == self._account
        with self._index.begin() as connection:
            row = connection.execute(select(budgets).where(mine)).first()
            spending = Spending()
            if row is not None:
                spending = Spending.from_text(row.spending)
                if not self._boot or row.boot != self._boot:
                    passed = (self._now() - datetime.fromisoformat(row.at)).total_seconds()
                    spending.shift(self._monotonic() - max(0.0, passed) - row.counter)
            result = apply(spending)
            connection.execute(delete(budgets).where(mine))
            connection.execute(
                insert(budgets).values(
                    account=self._account,
                    boot=self._boot,
                    counter=self._monotonic(),
                    at=self._now().astimezone(UTC).isoformat(timespec="microseconds"),
                    spending=spending.to_text(),
                )
            )
        return result
