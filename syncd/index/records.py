"""Records in the index: how they are named, and what becomes of them.

Facts outlive records: the events of a record that is gone stay while any record of its subject exists.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, delete, exists, literal_column, null, select, update

from syncd.index.many import in_parts, write_many
from syncd.index.tables import OPEN_STATES, documents, events, orders, records
from syncd.model import Action, Moment, RecordRef

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement, Connection, Table


def ref_text(ref: RecordRef) -> str:
    """Write a reference as one column."""
    return f"{ref.account}|{ref.kind}|{ref.within}|{ref.key}"


def ref_from(text: str) -> RecordRef:
    """Read a reference back."""
    account, kind, within, key = text.split("|", 3)
    return RecordRef(account, kind, key, within)


def moment_text(moment: Moment | None) -> str | None:
    """Write a date or timestamp as one column."""
    return moment.isoformat() if moment is not None else None


def moment_from(text: str | None) -> Moment | None:
    """Read a date or timestamp back."""
    if text is None:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def mark_unseen(connection: Connection, account: str, pull: str | None) -> list[RecordRef]:
    """After a complete pull: what the account no longer lists has vanished. Gives the records.

    `pull` names a pull of everything, which saw whatever is there. With None, for a pull of changes, what no pull
    ever saw for sure has vanished: it came in a pull that was interrupted, and did not come again.
    """
    unseen = list(
        connection.execute(
            select(records.c.ref).where(
                records.c.account == account, records.c.state == "present", not_seen(records, pull)
            )
        ).scalars()
    )
    _mark_documents_gone(connection, (documents.c.account == account) & not_seen(documents, pull))
    return [mark_vanished(connection, ref_from(text)) for text in unseen]


def not_seen(table: Table, pull: str | None) -> ColumnElement[bool]:
    """Tell which records or documents this pull of everything, or with None any pull, did not see for sure."""
    if pull is None:
        return table.c.seen_in == literal_column("''")
    return table.c.seen_in != pull


def mark_vanished(connection: Connection, ref: RecordRef) -> RecordRef:
    """Note that a record is gone without an order of ours; its events stay, its personal data does not.

    Where an erasure was sent and is not proven, it may be gone by that: the look that proves it buries what
    identified the record, so that stays until then (`forget_vanished`).
    """
    unproven = exists().where(
        orders.c.ref == records.c.ref,
        orders.c.action == Action.ERASE.value,
        orders.c.tries > 0,
        orders.c.state.in_(OPEN_STATES),
    )
    _empty(connection, ref, "vanished", sealed=case((unproven, records.c.sealed), else_=null()))
    return ref


def forget_vanished(connection: Connection, text: str) -> None:
    """Empty a record (by its reference as text) that vanished before an order on it was over; it is now."""
    left = (records.c.ref == text) & (records.c.state == "vanished") & records.c.sealed.is_not(None)
    connection.execute(update(records).where(left).values(sealed=None))


def mark_gone(connection: Connection, gone: Iterable[RecordRef]) -> list[RecordRef]:
    """Note what a pull says is gone, documents too. Gives the records that vanished: present until now."""
    vanished = []
    for ref in sorted(set(gone)):
        text = ref_text(ref)
        _mark_documents_gone(connection, documents.c.ref == text)
        state = connection.execute(select(records.c.state).where(records.c.ref == text)).scalar()
        if state == "present":
            vanished.append(mark_vanished(connection, ref))
    return vanished


def present(connection: Connection) -> list[tuple[RecordRef, str]]:
    """Give every record that is still there, and when it was first seen."""
    found = select(records.c.ref, records.c.first_seen).where(records.c.state == "present")
    return [(ref_from(row.ref), row.first_seen) for row in connection.execute(found.order_by(records.c.ref))]


def _mark_documents_gone(connection: Connection, which: ColumnElement[bool]) -> None:
    there = which & documents.c.gone.is_(False)
    mark_changed(connection, set(connection.execute(select(documents.c.of).where(there)).scalars()))
    connection.execute(update(documents).where(there).values(gone=True))


def mark_erased(connection: Connection, ref: RecordRef) -> None:
    """Note that our order was verified; the index forgets what it held of the record and of its children."""
    _empty(connection, ref, "erased")


def mark_minimised(connection: Connection, ref: RecordRef) -> None:
    """Note that our order emptied categories: the record keeps its subject, whatever it can no longer show."""
    connection.execute(
        update(records).where(records.c.ref == ref_text(ref)).values(**_REWRITTEN, minimised=True)
    )


def mark_restricted(connection: Connection, ref: RecordRef) -> None:
    """Note that our order hid the record at the vendor."""
    connection.execute(
        update(records).where(records.c.ref == ref_text(ref)).values(**_REWRITTEN, restricted=True)
    )


def _empty(
    connection: Connection, ref: RecordRef, state: str, *, sealed: ColumnElement[Any] | None = None
) -> None:
    text = ref_text(ref)
    connection.execute(
        update(records)
        .where(records.c.ref == text)
        .values(**_REWRITTEN, state=state, sealed=sealed, categories="[]")
    )


_REWRITTEN: dict[str, Any] = {"content": None, "changed": True}
"""A record that we changed here is no longer as a page gave it, so the next page is written whatever it says."""


def mark_changed(connection: Connection, refs: Iterable[str]) -> None:
    """Note that records (by their references as text) are to be resolved and decided anew."""
    for some in in_parts(refs):
        connection.execute(
            update(records).where(records.c.ref.in_(some), records.c.changed.is_(False)).values(changed=True)
        )


def mark_resolved(connection: Connection) -> None:
    """Note that all records were resolved as they are now."""
    connection.execute(update(records).where(records.c.changed).values(changed=False))


def set_subjects(connection: Connection, assigned: dict[RecordRef, int]) -> None:
    """Note which subject each record belongs to."""
    rows = [{"which": ref_text(ref), "to": subject} for ref, subject in assigned.items()]
    write_many(
        connection,
        update(records).where(records.c.ref == bindparam("which")).values(subject=bindparam("to")),
        rows,
    )


def forget_facts_of(connection: Connection, subjects: Iterable[int]) -> None:
    """Drop the events and documents of subjects of which no record is left: only tombstones outlive the last."""
    for some in in_parts(subjects):
        lost = select(records.c.ref).where(records.c.subject.in_(some))
        connection.execute(delete(events).where(events.c.ref.in_(lost)))
        connection.execute(delete(documents).where(documents.c.of.in_(lost)))
