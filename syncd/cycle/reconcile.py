"""Bringing the queue to what is wanted: what still holds stays, the rest is taken back, what is new is added."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from syncd import log
from syncd.cycle.approval import is_somebody_else, marks_of
from syncd.index import orders as journal
from syncd.index import orders_about
from syncd.model import Action, Order, OrderState, RecordRef, order_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date, datetime

    from sqlalchemy import Connection

    from syncd.index.orders import StoredOrder
    from syncd.index.seal import Keys
    from syncd.model import Record


@dataclass(frozen=True)
class Wanted:
    """A write that the schedule asks for, before it is an order."""

    subject: int
    record: Record
    action: Action
    categories: frozenset[str]
    erase_on: date
    digest: str
    basis: Mapping[str, Any]
    residue: tuple[Mapping[str, Any], ...] = ()

    @property
    def ref(self) -> RecordRef:
        """Give the record's reference."""
        return self.record.ref

    @property
    def place(self) -> tuple[RecordRef, Action, frozenset[str]]:
        """Give what makes this order the only one of its kind."""
        return (self.ref, self.action, self.categories)


def reconcile(
    connection: Connection,
    keys: Keys,
    at: datetime,
    today: date,
    wanted: Iterable[Wanted],
    subjects: Collection[int],
) -> tuple[int, int]:
    """Bring the orders of some subjects to what is wanted of them. Gives how many were made, and taken back.

    What still holds is kept, what lost its reason is taken back, what is new is added. An order about somebody
    whose record is another's now is taken back as well: that other gets an order, and its notice, of its own.
    """
    standing = {
        (one.order.ref, one.order.action, one.order.categories): one
        for one in orders_about.standing_of(connection, subjects)
    }
    places = {one.place: one for one in wanted}
    superseded = 0
    for place, one in standing.items():
        if one.state in journal.UNDER_WAY:
            continue
        if code := _why_no_longer(keys, one, places.get(place)):
            journal.move(connection, at, one.id, OrderState.SUPERSEDED, code=code)
            superseded += 1
            standing[place] = replace(one, state=OrderState.SUPERSEDED)
            log.logger().info("order.superseded", order=one.id, account=one.order.ref.account, code=code)
    rejected = orders_about.rejections(connection, subjects, today)
    new = []
    for place, want in places.items():
        stands = standing.get(place)
        if want.digest in rejected.get(place, ()):
            continue
        if stands is not None and stands.state in journal.UNDER_WAY:
            continue  # what it was sent for is what it was sent for, whatever the facts are by now
        if stands is not None and stands.open:
            journal.refresh(connection, at, stands.id, version=want.record.version, basis=want.basis)
        else:
            new.append(want)
    _create(connection, keys, at, today, new)
    return len(new), superseded


def _why_no_longer(keys: Keys, one: StoredOrder, want: Wanted | None) -> str:
    if want is None:
        return "no_longer_due"
    if want.digest != one.order.digest:
        return "facts_changed"
    return "somebody_else" if is_somebody_else(keys, one, want.record) else ""


def _create(connection: Connection, keys: Keys, at: datetime, today: date, new: Collection[Wanted]) -> None:
    if not new:
        return
    number = journal.next_number(connection)
    made, about = [], {}
    for want in new:
        order = Order(
            id=order_name(number),
            ref=want.ref,
            action=want.action,
            categories=want.categories,
            erase_on=want.erase_on,
            version=want.record.version,
            digest=want.digest,
            parent=want.record.parent,
        )
        made.append((order, want.subject, want.basis, today, today > want.erase_on, want.residue))
        about[order.id] = marks_of(keys, want.record)
        number += 1
    journal.create(connection, at, made, about)
    for order, subject, _basis, _born, late, _residue in made:
        log.logger().info(
            "order.scheduled", order=order.id, account=order.ref.account, kind=order.ref.kind,
            key=order.ref.key, subject=subject, action=order.action.value, erase_on=str(order.erase_on),
            flagged=late,
        )  # fmt: skip
