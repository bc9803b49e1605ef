"""Orders in the index: the journal of every write, its states and the legal ways between them.

Each change of state is one function here, and adds its ledger row in the same transaction.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, cast, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from syncd.index import decisions, ledger
from syncd.index.records import forget_vanished, ref_from, ref_text
from syncd.index.tables import OPEN_STATES, brakes, meta, orders
from syncd.model import Action, Order, OrderState, RecordRef, Verdict, local_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from zoneinfo import ZoneInfo

    from sqlalchemy import ColumnElement, Connection

LEGAL: dict[OrderState, frozenset[OrderState]] = {
    OrderState.SCHEDULED: frozenset({
        OrderState.APPROVED, OrderState.SENT, OrderState.SUPERSEDED, OrderState.CANCELLED,
        OrderState.REFUSED, OrderState.VERIFIED,
    }),
    OrderState.APPROVED: frozenset({
        OrderState.SCHEDULED, OrderState.SENT, OrderState.SUPERSEDED, OrderState.CANCELLED,
        OrderState.REFUSED, OrderState.VERIFIED,
    }),
    OrderState.SENT: frozenset({
        OrderState.ACCEPTED, OrderState.VERIFIED, OrderState.UNCERTAIN, OrderState.SHORT,
        OrderState.REFUSED, OrderState.SCHEDULED, OrderState.APPROVED, OrderState.SUPERSEDED,
    }),
    OrderState.ACCEPTED: frozenset({OrderState.VERIFIED, OrderState.SHORT, OrderState.UNCERTAIN}),
    OrderState.UNCERTAIN: frozenset(
        {OrderState.VERIFIED, OrderState.SCHEDULED, OrderState.APPROVED, OrderState.SHORT, OrderState.SUPERSEDED}
    ),
    OrderState.SHORT: frozenset(
        {OrderState.VERIFIED, OrderState.SCHEDULED, OrderState.SUPERSEDED, OrderState.CANCELLED}
    ),
    OrderState.REFUSED: frozenset({OrderState.SCHEDULED, OrderState.SUPERSEDED, OrderState.CANCELLED}),
    OrderState.VERIFIED: frozenset(),
    OrderState.SUPERSEDED: frozenset(),
    OrderState.CANCELLED: frozenset(),
}  # fmt: skip


UNDER_WAY = frozenset({OrderState.SENT, OrderState.ACCEPTED, OrderState.UNCERTAIN})
"""States in which a write may be on its way, or have had its effect: only a look takes an order out of them."""


class IllegalMoveError(Exception):
    """An order cannot go from the state it has to the one wanted."""


@dataclass(frozen=True)
class StoredOrder:
    """An order and its life so far. `basis` says in codes and dates why it exists.

    `tries` counts the writes that had, or may have had, an effect: none that a vendor surely did not carry out.
    `approved_as` is what identified the record when the schedule, or a person after it, signed the order.
    """

    order: Order
    subject: int
    state: OrderState
    basis: Mapping[str, Any]
    born_on: date
    late: bool
    approved_on: date | None
    approval: str | None
    tries: int
    sent_at: str | None
    receipt: Mapping[str, str]
    residue: tuple[Mapping[str, Any], ...]
    code: str
    changed_at: str
    rejected_until: date | None
    look_again_on: date | None = None
    approved_as: frozenset[str] = field(default=frozenset(), repr=False)
    approved_by: bytes | None = field(default=None, repr=False)

    @property
    def id(self) -> str:
        """Give the order's number."""
        return self.order.id

    def recoverable_until(self, zone: ZoneInfo) -> date | None:
        """Give the last day on which the vendor may bring back what was erased; None when nobody says so."""
        days = [int(one["days"]) for one in self.residue if one.get("days")]
        if self.state is not OrderState.VERIFIED or self.order.action is not Action.ERASE or not days:
            return None
        return local_date(datetime.fromisoformat(self.changed_at), zone) + timedelta(days=max(days))

    @property
    def for_withdrawn_consent(self) -> bool:
        """Tell whether it is for a consent that was withdrawn: of a relationship that goes on nothing else goes."""
        return self.basis.get("decision") == Verdict.KEEP

    @property
    def open(self) -> bool:
        """Tell whether the order still stands."""
        return self.state.value in OPEN_STATES


def create(
    connection: Connection,
    at: datetime,
    made: Iterable[tuple[Order, int, Mapping[str, Any], date, bool, tuple[Mapping[str, Any], ...]]],
    about: Mapping[str, frozenset[str]] = MappingProxyType({}),
) -> None:
    """Insert scheduled orders: (order, subject, basis, born_on, late, residue).

    `about` are, by the numbers of orders, keyed digests of what identifies their records.
    """
    rows, entries = [], []
    for order, subject, basis, born_on, late, residue in made:
        rows.append(
            {
                "id": order.id, "subject": subject, "ref": ref_text(order.ref), "account": order.ref.account,
                "parent": ref_text(order.parent) if order.parent else None, "action": order.action.value,
                "categories": category_text(order.categories), "state": OrderState.SCHEDULED.value,
                "erase_on": order.erase_on, "version": order.version, "digest": order.digest,
                "basis": json.dumps(basis, sort_keys=True), "born_on": born_on, "late": late,
                "residue": json.dumps(residue), "changed_at": at.isoformat(timespec="seconds"),
                "approved_as": json.dumps(sorted(about.get(order.id, ()))),
            }
        )  # fmt: skip
        entries.append(
            (
                "order.scheduled",
                {
                    "order": order.id, "subject": subject, "ref": ref_text(order.ref),
                    "action": order.action.value, "categories": sorted(order.categories),
                    "erase_on": order.erase_on.isoformat(), "digest": order.digest,
                    **({"parent": ref_text(order.parent)} if order.parent else {}),
                },
            )
        )  # fmt: skip
    if rows:
        connection.execute(insert(orders), rows)
        ledger.append_all(connection, at, entries)


NUMBERED_FROM = "orders_numbered_from"
"""Where the index remembers a number that was given out before it was replaced by an older one."""


def next_number(connection: Connection) -> int:
    """Give the number of the next order of this installation; none is ever given out twice."""
    number = cast(func.substr(orders.c.id, len("O-") + 1), Integer)
    highest = connection.execute(select(func.max(number))).scalar()
    floor = connection.execute(select(meta.c.value).where(meta.c.name == NUMBERED_FROM)).scalar()
    return max(int(highest or 0), int(floor or 0)) + 1


def move(
    connection: Connection,
    at: datetime,
    order_id: str,
    to: OrderState,
    *,
    code: str = "",
    noted: Mapping[str, Any] | None = None,
    **changes: Any,
) -> None:
    """Change an order's state and write the ledger row, with `noted` besides. Raises `IllegalMoveError`."""
    columns = (orders.c.state, orders.c.ref, orders.c.subject)
    row = connection.execute(select(*columns).where(orders.c.id == order_id)).one()
    if to not in LEGAL[OrderState(row.state)]:
        raise IllegalMoveError(f"order {order_id} is {row.state} and cannot become {to}")
    values: dict[str, Any] = {"state": to.value, "code": code, "changed_at": at.isoformat(timespec="seconds")}
    if to.value not in OPEN_STATES:
        values["approved_as"] = None  # whom it was about need not be known any more
        forget_vanished(connection, row.ref)
    connection.execute(update(orders).where(orders.c.id == order_id).values(**values, **changes))
    if to.value not in OPEN_STATES or OrderState(row.state) in UNDER_WAY:
        # Whatever closed it, or kept it from being taken back until now: the queue is brought to the facts again.
        decisions.mark_dirty(connection, [row.subject])
    entry: dict[str, Any] = {"order": order_id, "ref": row.ref}
    if code:
        entry["code"] = code
    for name in ("approval", "digest", "sent_at"):
        if changes.get(name):
            entry[name] = changes[name]
    if changes.get("receipt"):
        entry["receipt"] = json.loads(changes["receipt"])
    ledger.append(connection, at, f"order.{to.value}", **entry, **(noted or {}))


def lapse(connection: Connection, at: datetime, approved_before: date) -> int:
    """Take back the approvals given before a day: their orders wait for a person again. Gives how many."""
    return _take_back(connection, at, orders.c.approved_on < approved_before, "approval_expired")


APPROVAL_AHEAD = "approval_ahead"
"""Code of an order whose approval was dated in the future, and was taken back for that."""


def withdraw_ahead(connection: Connection, at: datetime, approved_after: date) -> int:
    """Take back the approvals dated after a day, likewise."""
    return _take_back(connection, at, orders.c.approved_on > approved_after, APPROVAL_AHEAD)


def _take_back(connection: Connection, at: datetime, which: ColumnElement[bool], code: str) -> int:
    found = select(orders.c.id).where(orders.c.state == OrderState.APPROVED.value, which)
    taken = list(connection.execute(found.order_by(orders.c.id)).scalars())
    for order_id in taken:
        move(connection, at, order_id, OrderState.SCHEDULED, code=code, **UNSIGNED)
    return len(taken)


def unsign(connection: Connection, order_id: str) -> None:
    """Take the approval of an order whose state stays: one that is under way."""
    connection.execute(update(orders).where(orders.c.id == order_id).values(**UNSIGNED))


UNSIGNED: Mapping[str, None] = {
    "approved_by": None,
    "approved_on": None,
    "approval": None,
}
"""What an order that nobody has signed (any more) holds of an approval."""


def refresh(
    connection: Connection, at: datetime, order_id: str, *, version: str, basis: Mapping[str, Any]
) -> None:
    """Note the version last read of a record whose order still stands on the same facts."""
    connection.execute(
        update(orders)
        .where(orders.c.id == order_id)
        .values(
            version=version,
            basis=json.dumps(basis, sort_keys=True),
            changed_at=at.isoformat(timespec="seconds"),
        )
    )


def find(
    connection: Connection,
    *,
    open_only: bool = False,
    order_id: str | None = None,
    around: RecordRef | None = None,
) -> list[StoredOrder]:
    """Give orders by due date and number; `around` a record: those on it and on its children."""
    query = select(orders).order_by(orders.c.erase_on, orders.c.id)
    if open_only:
        query = query.where(orders.c.state.in_(OPEN_STATES))
    if order_id is not None:
        query = query.where(orders.c.id == order_id)
    if around is not None:
        place = ref_text(around)
        query = query.where((orders.c.ref == place) | (orders.c.parent == place))
    return [stored_order(row) for row in connection.execute(query)]


def stored_order(row: Any) -> StoredOrder:
    """Read a row of the table."""
    order = Order(
        id=row.id,
        ref=ref_from(row.ref),
        action=Action(row.action),
        categories=frozenset(json.loads(row.categories)),
        erase_on=row.erase_on,
        version=row.version,
        digest=row.digest,
        parent=ref_from(row.parent) if row.parent else None,
    )
    return StoredOrder(
        order=order,
        subject=row.subject,
        state=OrderState(row.state),
        basis=json.loads(row.basis),
        born_on=row.born_on,
        late=row.late,
        approved_on=row.approved_on,
        approval=row.approval,
        tries=row.tries,
        sent_at=row.sent_at,
        receipt=json.loads(row.receipt) if row.receipt else {},
        residue=tuple(json.loads(row.residue)),
        code=row.code,
        changed_at=row.changed_at,
        rejected_until=row.rejected_until,
        look_again_on=row.look_again_on,
        approved_as=frozenset(json.loads(row.approved_as or "[]")),
        approved_by=row.approved_by,
    )


def category_text(categories: Iterable[str]) -> str:
    """Write a set of categories as one column, the same for the same set."""
    return json.dumps(sorted(categories))


def counts(connection: Connection) -> dict[str, int]:
    """Count orders per state."""
    found = connection.execute(select(orders.c.state, func.count()).group_by(orders.c.state))
    return {state: number for state, number in found}  # noqa: C416 - rows are no plain tuples for mypy


def sent_since(connection: Connection, account: str, since: str) -> int:
    """Count the writes of an account since a moment, without those a person approved one by one."""
    return int(
        connection.execute(
            select(func.count())
            .select_from(orders)
            .where(
                orders.c.account == account,
                orders.c.sent_at > since,
                func.coalesce(orders.c.approval, "") != "single",
            )
        ).scalar_one()
    )


def allow(connection: Connection, at: datetime, account: str, what: str, count: int, by: bytes) -> None:
    """Note that a person let `count` writes, or `count` absences, of an account through."""
    values = {"allowed": count, "by": by, "at": at.isoformat(timespec="seconds")}
    connection.execute(
        upsert(brakes)
        .values(account=account, what=what, **values)
        .on_conflict_do_update(index_elements=["account", "what"], set_=values)
    )
    ledger.append(connection, at, f"brake.{what}_allowed", account=account, count=count)


def allowance(connection: Connection, account: str, what: str, since: str) -> int:
    """Give how many writes or absences a person let through for an account after `since`; 0 when nobody did."""
    found = connection.execute(
        select(brakes.c.allowed).where(
            brakes.c.account == account, brakes.c.what == what, brakes.c.at > since
        )
    ).scalar()
    return int(found or 0)
