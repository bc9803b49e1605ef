"""A person's yes to an order: bound to its facts, to who the record was about, and to thirty days."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from syncd import identity
from syncd.cycle import modes
from syncd.index import orders as journal
from syncd.index import reading
from syncd.model import IdentifierKind, OrderState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy import Connection

    from syncd.cycle.app import App
    from syncd.index.orders import StoredOrder
    from syncd.index.seal import Keys
    from syncd.model import Record

APPROVAL_DAYS = 30


REASONS = ("dispute", "audit", "mistake", "still-needed", "other")
"""Why a person says no."""

How = Literal["single", "bulk", "paper"]
"""Named one by one, all that wait, or decided on paper or in a mail and read from a file."""


class CannotDecideError(Exception):
    """The order is in no state to be decided about so; the text says why and what to do."""


def approve(app: App, one: StoredOrder, by: str, how: How) -> None:
    """Note a person's yes. Raises `CannotDecideError` when there is nothing to approve (any more)."""
    approve_together(app, [one], by, how)


def approve_together(app: App, some: Iterable[StoredOrder], by: str, how: How) -> None:
    """Note a person's yes to all of them or, when one cannot be approved, to none: `CannotDecideError`.

    A run may have come to one of them while the person was reading.
    """
    with app.index.begin() as connection:
        for one in some:
            _approve(app, connection, one, by, how)
        if modes.waits(connection, app.settings.service.mode) and app.settings.service.mode == "approve":
            # Whoever approves while the mode says that approved orders are sent has said so.
            modes.confirm(connection, app.now(), app.settings.service.mode)


def _approve(app: App, connection: Connection, one: StoredOrder, by: str, how: How) -> None:
    current = journal.find(connection, order_id=one.id)[0]
    if why := why_not(current):
        raise CannotDecideError(why)
    if current.order.digest != one.order.digest:
        raise CannotDecideError(f"{one.id}: its facts changed meanwhile: see syncd queue show {one.id}")
    record = reading.one_record(connection, app.index.keys, one.order.ref)
    if record is not None and is_somebody_else(app.index.keys, current, record):
        # Read since, and not decided about: an account failed, or the run was ended. The yes is to the one before.
        raise CannotDecideError(
            f"{one.id}: its record shows somebody else by now; the next run that reads everything decides anew"
        )
    marks = marks_of(app.index.keys, record) if record else frozenset()
    journal.move(
        connection, app.now(), one.id, OrderState.APPROVED, digest=one.order.digest, approval=how,
        approved_by=app.index.keys.seal(by.encode(), one.id), approved_on=app.today(),
        approved_as=json.dumps(sorted(marks)),
    )  # fmt: skip


def why_not(one: StoredOrder) -> str:
    """Say why an order cannot be approved; empty when it can."""
    if one.state is OrderState.SCHEDULED:
        return ""
    on = one.changed_at[:10]
    said = {
        OrderState.APPROVED: f"was approved on {one.approved_on} already",
        OrderState.VERIFIED: f"is finished: it was carried out and verified on {on}",
        OrderState.SUPERSEDED: f"is finished: its facts changed ({one.code}, {on}); see syncd queue list",
        OrderState.CANCELLED: f"is finished: it was rejected on {on} until {one.rejected_until}",
        OrderState.REFUSED: f"was refused ({one.code}): mend the cause, then syncd queue retry {one.id}",
        OrderState.SHORT: f"was carried out in part: see what is left, then syncd queue retry {one.id}",
    }
    return f"{one.id} {said.get(one.state, f'is under way ({one.state.value}): there is nothing to approve')}"


def reject(app: App, one: StoredOrder, by: str, until: date, reason: str) -> None:
    """Note a person's no, until a day and for one of `REASONS`. Raises `CannotDecideError`."""
    if reason not in REASONS:
        raise CannotDecideError(f"--reason {reason}: choose one of {', '.join(REASONS)}")
    if until <= app.today():
        raise CannotDecideError(f"--until {until}: choose a day after today")
    with app.index.begin() as connection:
        current = journal.find(connection, order_id=one.id)[0]
        if OrderState.CANCELLED not in journal.LEGAL[current.state]:
            raise CannotDecideError(f"{one.id} is {current.state.value}: it can no longer be rejected")
        journal.move(
            connection, app.now(), one.id, OrderState.CANCELLED, code=f"rejected_{reason}",
            rejected_until=until, approved_by=app.index.keys.seal(by.encode(), one.id),
        )  # fmt: skip


def retry(app: App, order_id: str) -> None:
    """Put back an order that was refused, or carried out in part. Raises `CannotDecideError` for any other.

    It was approved before anybody knew that, so it is nobody's now: it asks again or, in automatic
    mode, counts for the brake as any other.
    """
    with app.index.begin() as connection:
        current = journal.find(connection, order_id=order_id)[0]
        if current.state not in {OrderState.REFUSED, OrderState.SHORT}:
            raise CannotDecideError(
                f"{order_id} is {current.state.value}: only a refused order is retried, or a short one"
            )
        journal.move(
            connection, app.now(), order_id, OrderState.SCHEDULED, code="retried", **journal.UNSIGNED
        )


def lapse(app: App, today: date) -> int:
    """Take back approvals that are older than thirty days; their orders wait for a person again."""
    with app.index.begin() as connection:
        return journal.lapse(connection, app.now(), today - timedelta(days=APPROVAL_DAYS))


def withdraw_ahead(app: App) -> int:
    """Take back approvals that are dated more than a day ahead: only for a run whose clock vendors confirm.

    They were given while the clock was wrong, so nobody knows from which day their thirty days count.
    """
    with app.index.begin() as connection:
        return journal.withdraw_ahead(connection, app.now(), app.today() + timedelta(days=1))


def marks_of(keys: Keys, record: Record) -> frozenset[str]:
    """Give keyed digests of what identifies a record: strong identifiers and whole names."""
    said: dict[IdentifierKind, str] = {}
    for one in record.identifiers:
        said.setdefault(one.kind, " ".join(one.value.casefold().split()))
    names = {
        f"name:{said.get(IdentifierKind.NAME, '')}",
        f"person:{said.get(IdentifierKind.GIVEN_NAME, '')} {said.get(IdentifierKind.FAMILY_NAME, '')}",
    }
    told = identity.strong_keys(record) | {one for one in names if one.partition(":")[2].strip()}
    return frozenset(keys.tombstone_digest(one) for one in told)


def is_somebody_else(keys: Keys, one: StoredOrder, seen: Record) -> bool:
    """Tell whether nothing that identified the record when the order was made, or approved since, does so now.

    Then somebody put another contact in its place, and the order, or the yes to it, was about the one before.
    """
    now = marks_of(keys, seen)
    return bool(one.approved_as and now) and not one.approved_as & now
