"""Verify: the second look. Only this makes an order verified; a receipt never does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncd import identity, log
from syncd.contract import ConnectorError
from syncd.index import orders as journal
from syncd.index import reading, saving, tombstones
from syncd.index import records as stored_records
from syncd.model import Action, OrderState, PresenceState

if TYPE_CHECKING:
    from syncd.contract import Connector
    from syncd.cycle.app import App
    from syncd.index.orders import StoredOrder
    from syncd.model import Presence, Record

UNPROVEN = frozenset({OrderState.SENT, OrderState.UNCERTAIN, OrderState.ACCEPTED, OrderState.SHORT})


def verify_pending(app: App, complete: frozenset[str]) -> int:
    """Look at every order that was sent and is not proven yet, also those of an earlier process.

    `complete` are the accounts that answered whole this run. Gives how many became verified.
    """
    with app.index.begin() as connection:
        pending = [one for one in journal.find(connection, open_only=True) if one.state in UNPROVEN]
    proven = 0
    for one in pending:
        account = one.order.ref.account
        if account not in complete:
            continue
        try:
            if look(app, one, app.connectors[account], before=None):
                proven += 1
            elif one.state in {OrderState.SENT, OrderState.UNCERTAIN}:
                _back(app, one)
        except ConnectorError as error:
            log.logger().warning("account.failed", account=account, code=error.code, text=str(error))
    return proven


def look(app: App, one: StoredOrder, connector: Connector, *, before: Record | None) -> bool:
    """Look once and note what was found; gives whether the order is verified now.

    `before` is the record as it was before the write, to write tombstones of what identified it; without it
    the index's own copy is used. Raises what `probe` raises.
    """
    seen = connector.probe(one.order.ref)
    if reached(one, seen):
        verified(app, one, seen, before)
        return True
    return False


def reached(one: StoredOrder, seen: Presence) -> bool:
    """Tell whether what was ordered is what a look shows."""
    match one.order.action:
        case Action.ERASE:
            return seen.state is PresenceState.ABSENT
        case Action.MINIMISE:
            return seen.state is PresenceState.ABSENT or not (one.order.categories & seen.categories)
        case Action.ARCHIVE:
            return seen.state in {PresenceState.ARCHIVED, PresenceState.ABSENT}


def verified(app: App, one: StoredOrder, seen: Presence, before: Record | None) -> None:
    """Note that the effect was seen: tombstones for what is gone, and the index forgets it too."""
    now, ref = app.now(), one.order.ref
    with app.index.begin() as connection:
        if one.state is OrderState.SENT:
            journal.move(connection, now, one.id, OrderState.UNCERTAIN, code="no_receipt")
        journal.move(connection, now, one.id, OrderState.VERIFIED)
        if one.order.action is Action.ERASE:
            held = before or reading.one_record(connection, app.index.keys, ref)
            marks = identity.strong_keys(held) if held else frozenset()
            tombstones.bury(app.index, connection, now, one, ref, marks)
            stored_records.mark_erased(connection, ref)
        elif one.order.action is Action.MINIMISE:
            if seen.record is not None:
                # What the index itself holds is what the vendor still holds.
                saving.save_records(
                    connection, app.index.keys, [seen.record], run=app.run,
                    at=now.isoformat(timespec="microseconds"),
                )  # fmt: skip
            stored_records.mark_minimised(connection, ref)
        else:
            stored_records.mark_restricted(connection, ref)
    log.logger().info(
        "order.verified", order=one.id, account=ref.account, kind=ref.kind, key=ref.key,
        action=one.order.action.value, subject=one.subject,
    )  # fmt: skip


def _back(app: App, one: StoredOrder) -> None:
    """Take back a write that left no trace by the next run: it may go again, after a new decision."""
    now = app.now()
    with app.index.begin() as connection:
        if one.state is OrderState.SENT:
            journal.move(connection, now, one.id, OrderState.UNCERTAIN, code="no_receipt")
        back = OrderState.APPROVED if one.approved_on is not None else OrderState.SCHEDULED
        journal.move(connection, now, one.id, back, code="not_done")
