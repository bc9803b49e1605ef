"""Verify: the second look. Only this makes an order verified; a receipt never does."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from syncd import identity, log
from syncd.contract import ConnectorError
from syncd.cycle import guards
from syncd.index import orders as journal
from syncd.index import reading, saving, second_looks, tombstones
from syncd.index import records as stored_records
from syncd.model import Action, OrderState, PresenceState

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

    from syncd.contract import Connector
    from syncd.cycle.app import App
    from syncd.index.orders import StoredOrder
    from syncd.model import Presence, Record

WITHOUT_RECEIPT = frozenset({OrderState.SENT, OrderState.UNCERTAIN})
WITH_RECEIPT = frozenset({OrderState.ACCEPTED, OrderState.SHORT})
TAKEN_BACK = frozenset({OrderState.SCHEDULED, OrderState.APPROVED})

SECOND_LOOK = timedelta(days=28)
"""When a verified erasure is looked at again; once more after the vendor's own time to get it back is over."""
MOST_SECOND_LOOKS = 100
"""Second looks in one run: each costs a request or two, and none of them is urgent."""


def verify_pending(app: App, complete: frozenset[str], *, sends: bool) -> int:
    """Look at every order that was sent and is not proven yet, also those of an earlier process.

    `complete` are the accounts that answered whole this run. Only a run that `sends`, and is alone in that,
    settles a write without a receipt: to any other it may be on its way this very moment. A write that had left no
    trace may have one by now, so an order that was taken back for that is looked at as well. Gives how many became
    verified.
    """
    states = WITH_RECEIPT | WITHOUT_RECEIPT if sends else WITH_RECEIPT
    with app.index.begin() as connection:
        standing = journal.find(connection, open_only=True)
    pending = [one for one in standing if one.state in states or (one.state in TAKEN_BACK and one.tries > 0)]
    proven = 0
    for one in pending:
        account = one.order.ref.account
        if account not in complete:
            continue
        try:
            if look(app, one, app.connectors[account], before=None):
                proven += 1
            elif one.state in WITHOUT_RECEIPT:
                _back(app, one)
        except ConnectorError as error:
            log.logger().warning("account.failed", account=account, code=error.code, text=str(error))
    return proven


def look_again(app: App, complete: frozenset[str]) -> None:
    """Look once more at erasures that were verified weeks ago: a restored backup or a person brings things back."""
    today = app.today()
    with app.index.begin() as connection:
        due = second_looks.to_look_at_again(connection, today, complete, MOST_SECOND_LOOKS)
    for one in due:
        account = one.order.ref.account
        try:
            seen = app.connectors[account].probe(one.order.ref)
        except ConnectorError as error:
            log.logger().warning("account.failed", account=account, code=error.code, text=str(error))
            with app.index.begin() as connection:
                second_looks.postpone(connection, one, today + timedelta(days=1))
            continue
        _note_second_look(app, one, seen, today)


def _note_second_look(app: App, one: StoredOrder, seen: Presence, today: date) -> None:
    gone = seen.state is PresenceState.ABSENT
    over = one.recoverable_until(app.schedule.zone)
    next_on = None
    if not gone:
        next_on = today + timedelta(days=1)
    elif over is not None and over >= today:
        next_on = over + timedelta(days=1)
    with app.index.begin() as connection:
        second_looks.looked_again(connection, app.now(), one, gone=gone, next_on=next_on)
        if seen.record is not None:
            # Known again, and recognised by its tombstone: it goes to a person, whether a pull lists it or not.
            _save(app, connection, seen.record)
    found = {
        "order": one.id, "account": one.order.ref.account, "kind": one.order.ref.kind,
        "key": one.order.ref.key, "subject": one.subject,
    }  # fmt: skip
    if gone:
        log.logger().info("order.stayed_gone", **found)
    else:
        log.logger().error("order.came_back", **found)


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
        guards.require_ours(app, connection)
        if journal.find(connection, order_id=one.id)[0].state is not one.state:
            return  # another process saw it first
        if one.state is OrderState.SENT:
            journal.move(connection, now, one.id, OrderState.UNCERTAIN, code="no_receipt")
        erased = one.order.action is Action.ERASE
        held = before or reading.one_record(connection, app.index.keys, ref)
        journal.move(
            connection, now, one.id, OrderState.VERIFIED,
            look_again_on=app.today() + SECOND_LOOK if erased else None,
        )  # fmt: skip
        if erased:
            marks = identity.strong_keys(held) if held else frozenset()
            tombstones.bury(app.index, connection, now, one, ref, marks)
            stored_records.mark_erased(connection, ref)
        elif one.order.action is Action.MINIMISE:
            if seen.record is not None:
                # What the index itself holds is what the vendor still holds.
                _save(app, connection, seen.record)
            stored_records.mark_minimised(connection, ref)
        else:
            stored_records.mark_restricted(connection, ref)
    log.logger().info(
        "order.verified", order=one.id, account=ref.account, kind=ref.kind, key=ref.key,
        action=one.order.action.value, subject=one.subject,
    )  # fmt: skip


def _save(app: App, connection: Connection, record: Record) -> None:
    saving.save_records(
        connection,
        app.index.keys,
        [record],
        seen=saving.Seen(app.run),
        at=app.now().isoformat(timespec="microseconds"),
    )


def _back(app: App, one: StoredOrder) -> None:
    """Take back a write that left no trace by the next run: it may go again, after a new decision."""
    now = app.now()
    with app.index.begin() as connection:
        guards.require_ours(app, connection)
        if one.state is OrderState.SENT:
            journal.move(connection, now, one.id, OrderState.UNCERTAIN, code="no_receipt")
        back = OrderState.APPROVED if one.approved_on is not None else OrderState.SCHEDULED
        journal.move(connection, now, one.id, back, code="not_done")
