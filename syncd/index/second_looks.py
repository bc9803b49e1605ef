"""Erasures that were verified and are looked at once more, weeks later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from syncd.index import ledger
from syncd.index.orders import stored_order
from syncd.index.records import ref_text
from syncd.index.tables import orders
from syncd.model import OrderState

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from sqlalchemy import Connection

    from syncd.index.orders import StoredOrder

CAME_BACK = "came_back"
"""Code of a verified erasure whose record a later look found again."""


def to_look_at_again(
    connection: Connection, today: date, accounts: Collection[str], most: int
) -> list[StoredOrder]:
    """Give verified erasures in these accounts whose next look is due, the longest waiting first."""
    query = (
        select(orders)
        .where(
            orders.c.state == OrderState.VERIFIED.value,
            orders.c.look_again_on <= today,
            orders.c.account.in_(accounts),
        )
        .order_by(orders.c.look_again_on, orders.c.id)
        .limit(most)
    )
    return [stored_order(row) for row in connection.execute(query)]


def postpone(connection: Connection, one: StoredOrder, on: date) -> None:
    """Look another day at one that could not be looked at: it must not stand in the way of those behind it."""
    connection.execute(update(orders).where(orders.c.id == one.id).values(look_again_on=on))


def end_for(connection: Connection, account: str) -> None:
    """Look at none of an account again: it was left, and under its name another one may answer."""
    connection.execute(update(orders).where(orders.c.account == account).values(look_again_on=None))


def looked_again(
    connection: Connection, at: datetime, one: StoredOrder, *, gone: bool, next_on: date | None
) -> None:
    """Note what a look at a verified erasure found, weeks later, and when the next one is due."""
    code = one.code if gone else CAME_BACK
    connection.execute(update(orders).where(orders.c.id == one.id).values(look_again_on=next_on, code=code))
    kind = "order.stayed_gone" if gone else "order.came_back"
    ledger.append(connection, at, kind, order=one.id, ref=ref_text(one.order.ref))
