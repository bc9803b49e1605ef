"""Orders by the subjects that they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select, update

from syncd.index import orders as journal
from syncd.index.many import in_parts
from syncd.index.orders import stored_order
from syncd.index.reading import present_among
from syncd.index.records import ref_text
from syncd.index.tables import OPEN_STATES, orders
from syncd.model import OrderState

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


def verified_of(connection: Connection, subject: int) -> list[StoredOrder]:
    """Give the orders about a subject that a second look proved, by the day of that look and number."""
    verified = orders.c.state == OrderState.VERIFIED.value
    query = select(orders).where(orders.c.subject == subject, verified)
    return [stored_order(row) for row in connection.execute(query.order_by(orders.c.changed_at, orders.c.id))]


def hand_over(connection: Connection, moved: Mapping[RecordRef, int]) -> None:
    """Let the orders on records that belong to another subject now be about that one."""
    if moved:
        connection.execute(
            update(orders).where(orders.c.ref == bindparam("which")).values(subject=bindparam("to")),
            [{"which": ref_text(ref), "to": subject} for ref, subject in moved.items()],
        )


def rejections(
    connection: Connection, subjects: Iterable[int], today: date
) -> dict[tuple[RecordRef, Action, frozenset[str]], set[str]]:
    """Map what a person rejected until a day after `today` to the digests of the facts it was about.

    They may be several: rejected on one set of facts, then on another, and the first may be the facts again.
    """
    found: dict[tuple[RecordRef, Action, frozenset[str]], set[str]] = {}
    for some in in_parts(subjects):
        query = select(orders).where(orders.c.subject.in_(some), orders.c.rejected_until > today)
        for one in map(stored_order, connection.execute(query)):
            place = (one.order.ref, one.order.action, one.order.categories)
            found.setdefault(place, set()).add(one.order.digest)
    return found


def rejected_around(connection: Connection, ref: RecordRef, today: date) -> list[StoredOrder]:
    """Give what a person rejected until a day after `today` on a record, and on what still hangs on it.

    What was ordered anew since, on other facts, has an order of its own and is left out.
    """
    last = {
        (one.order.ref, one.order.action, one.order.categories): one
        for one in sorted(
            journal.find(connection, around=ref), key=lambda one: int(one.id.removeprefix("O-"))
        )
    }
    standing = [one for one in last.values() if one.rejected_until is not None and one.rejected_until > today]
    there = present_among(connection, {one.order.ref for one in standing})
    return [one for one in standing if one.order.ref in there]


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
