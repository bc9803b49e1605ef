"""Orders by the subjects that they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select, update

from syncd.index.many import in_parts
from syncd.index.orders import stored_order
from syncd.index.records import ref_text
from syncd.index.tables import OPEN_STATES, orders

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from sqlalchemy import Connection

    from syncd.index.orders import StoredOrder
    from syncd.model import Action, RecordRef


def standing_of(connection: Connection, subjects: Iterable[int]) -> list[StoredOrder]:
    """Give the open orders about some subjects, by due date and number."""
    found = []
    for some in in_parts(subjects):
        query = select(orders).where(orders.c.subject.in_(some), orders.c.state.in_(OPEN_STATES))
        found += [stored_order(row) for row in connection.execute(query)]
    return sorted(found, key=lambda one: (one.order.erase_on, one.id))


def hand_over(connection: Connection, moved: Mapping[RecordRef, int]) -> None:
    """Let the orders on records that belong to another subject now be about that one."""
    if moved:
        connection.execute(
            update(orders).where(orders.c.ref == bindparam("which")).values(subject=bindparam("to")),
            [{"which": ref_text(ref), "to": subject} for ref, subject in moved.items()],
        )


def rejections(
    connection: Connection, subjects: Iterable[int], today: date
) -> dict[tuple[RecordRef, Action, frozenset[str]], str]:
    """Map what a person rejected until a day after `today` to the digest of the facts it was about."""
    found: dict[tuple[RecordRef, Action, frozenset[str]], str] = {}
    for some in in_parts(subjects):
        query = select(orders).where(orders.c.subject.in_(some), orders.c.rejected_until > today)
        for one in map(stored_order, connection.execute(query)):
            found[one.order.ref, one.order.action, one.order.categories] = one.order.digest
    return found


def asked_again_on(connection: Connection, subjects: Iterable[int], today: date) -> dict[int, date]:
    """Give, per subject, the first day after `today` until which a person rejected an order about it."""
    found: dict[int, date] = {}
    for some in in_parts(subjects):
        query = (
            select(orders.c.subject, func.min(orders.c.rejected_until))
            .where(orders.c.subject.in_(some), orders.c.rejected_until > today)
            .group_by(orders.c.subject)
        )
        found |= {number: day for number, day in connection.execute(query)}  # noqa: C416 - rows are no plain tuples
    return found
