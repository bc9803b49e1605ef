"""Records, their events and documents in the index.

What identifies a person is sealed; what the engine decides on (kinds, dates, codes) is not personal data by
itself and stays readable. Facts outlive records: the events of a record that is gone stay while any record of
its subject exists.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from syncd.index.many import write_many
from syncd.index.tables import documents, events, record_keys, records
from syncd.model import (
    Document,
    Event,
    EventKind,
    Moment,
    Record,
    RecordRef,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from sqlalchemy import ColumnElement, Connection, Table
    from sqlalchemy.dialects.sqlite import Insert

    from syncd.index.seal import Keys

END_REMOVED = "end_removed"
"""Doubt: a record once said that the relationship ended and no longer does."""


# --- references and moments as text -------------------------------------------------------------------------


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


# --- writing ------------------------------------------------------------------------------------------------


def save_records(
    connection: Connection,
    keys: Keys,
    pulled: Iterable[Record],
    *,
    run: str,
    at: str,
    blocking: Callable[[Record], Iterable[str]],
) -> None:
    """Insert or replace records as a page gave them. `blocking` gives the plain keys to be found by."""
    batch = {ref_text(one.ref): one for one in pulled}
    if not batch:
        return
    refs = list(batch)
    _forget_erasure(connection, refs, at)
    told_before = events.c.ref.in_(refs) & (events.c.kind == EventKind.ENDED.value)
    ended_before = set(connection.execute(select(events.c.ref).where(told_before)).scalars())
    # An end that is no longer written stays known, so that the doubt survives the next run as well.
    end_removed = {ref for ref in ended_before if not _ends(batch[ref])}
    write_many(
        connection,
        _SAVE_RECORD,
        [_record_row(keys, ref, one, run, at, end_removed=ref in end_removed) for ref, one in batch.items()],
    )
    connection.execute(delete(events).where(events.c.ref.in_(refs), ~_kept(end_removed)))
    happened = [_event_row(ref, event) for ref, one in batch.items() for event in one.events]
    if happened:
        write_many(connection, _ADD_EVENT, happened)
    connection.execute(delete(record_keys).where(record_keys.c.ref.in_(refs)))
    found_by = [
        {"ref": ref, "digest": keys.digest(key)} for ref, one in batch.items() for key in set(blocking(one))
    ]
    if found_by:
        write_many(connection, _ADD_KEY, found_by)


def _forget_erasure(connection: Connection, refs: list[str], at: str) -> None:
    """Let records that came back be first seen now, after their erasure."""
    connection.execute(
        update(records)
        .where(records.c.ref.in_(refs), records.c.state == "erased")
        .values(first_seen=at, minimised=False, subject=None)
    )


def _ends(one: Record) -> bool:
    return any(event.kind is EventKind.ENDED for event in one.events)


def _kept(end_removed: set[str]) -> ColumnElement[bool]:
    """Tell which of the stored events stay although the record no longer says them."""
    return events.c.ref.in_(end_removed) & (events.c.kind == EventKind.ENDED.value)


def _save(table: Table, *, keep: Collection[str] = ()) -> Insert:
    """Give the statement that inserts rows or, where there is one, replaces all of it but the `keep` columns."""
    statement = upsert(table)
    replaced = {
        column.name: statement.excluded[column.name]
        for column in table.c
        if not column.primary_key and column.name not in keep
    }
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=replaced)


_SAVE_RECORD = _save(records, keep=("first_seen", "minimised", "subject"))
_SAVE_DOCUMENT = _save(documents)
_ADD_EVENT = insert(events)
_ADD_KEY = insert(record_keys)


def _record_row(keys: Keys, ref: str, one: Record, run: str, at: str, *, end_removed: bool) -> dict[str, Any]:
    doubts = {*one.doubts, END_REMOVED} if end_removed else one.doubts
    return {
        "ref": ref,
        "account": one.ref.account,
        "kind": one.ref.kind,
        "key": one.ref.key,
        "within": one.ref.within,
        "parent": ref_text(one.parent) if one.parent else None,
        "version": one.version,
        "subject_kind": one.kind.value,
        "categories": _codes(frozenset(one.categories)),
        "restricted": one.restricted,
        "doubts": _codes(frozenset(doubts)),
        "sealed": keys.seal(_private(one), ref),
        "state": "present",
        "minimised": False,
        "subject": None,
        "first_seen": at,
        "seen_in": run,
    }


@lru_cache(maxsize=1024)
def _codes(codes: frozenset[str]) -> str:
    return json.dumps(sorted(codes))


def _event_row(ref: str, event: Event) -> dict[str, Any]:
    return {
        "ref": ref,
        "kind": event.kind.value,
        "on": moment_text(event.on),
        "role": event.role.value if event.role else None,
        "origin": event.origin,
        "not_later": event.not_later,
    }


_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _private(one: Record) -> bytes:
    return _compact(
        {
            "identifiers": [[each.kind.value, each.value] for each in one.identifiers],
            "member_of": [ref_text(each) for each in one.member_of],
            "link": one.link,
        }
    ).encode()


def save_documents(connection: Connection, keys: Keys, pulled: Iterable[Document], *, run: str) -> None:
    """Insert or replace documents as a page gave them."""
    batch = {one.ref: one for one in pulled}
    if batch:
        write_many(connection, _SAVE_DOCUMENT, [_document_row(keys, one, run) for one in batch.values()])


DATES = ("date", "due", "settled", "service_end", "closed", "end", "own_property_first_use", "oss_supply")


def _document_row(keys: Keys, one: Document, run: str) -> dict[str, Any]:
    ref = ref_text(one.ref)
    facts: dict[str, Any] = {name: moment_text(getattr(one, name)) for name in DATES}
    facts |= {"open": one.open, "property_unknown_first_use": one.property_unknown_first_use}
    return {
        "ref": ref,
        "account": one.ref.account,
        "of": ref_text(one.of),
        "kind": one.kind.value,
        "facts": json.dumps(facts),
        "sealed": keys.seal(_compact([one.number, one.link]).encode(), ref),
        "version": one.version,
        "gone": False,
        "seen_in": run,
    }


def mark_unseen(connection: Connection, account: str, run: str) -> list[RecordRef]:
    """After a complete pull: what the account no longer lists has vanished. Gives the records."""
    unseen = list(
        connection.execute(
            select(records.c.ref).where(
                records.c.account == account, records.c.state == "present", records.c.seen_in != run
            )
        ).scalars()
    )
    connection.execute(
        update(documents).where(documents.c.account == account, documents.c.seen_in != run).values(gone=True)
    )
    return [mark_vanished(connection, ref_from(text)) for text in unseen]


def mark_vanished(connection: Connection, ref: RecordRef) -> RecordRef:
    """Note that a record is gone without an order of ours; its events stay, its personal data does not."""
    _empty(connection, ref, "vanished")
    return ref


def mark_gone(connection: Connection, gone: Iterable[RecordRef]) -> list[RecordRef]:
    """Note what a pull says is gone, documents too. Gives the records that vanished: present until now."""
    vanished = []
    for ref in sorted(set(gone)):
        text = ref_text(ref)
        connection.execute(update(documents).where(documents.c.ref == text).values(gone=True))
        state = connection.execute(select(records.c.state).where(records.c.ref == text)).scalar()
        if state == "present":
            vanished.append(mark_vanished(connection, ref))
    return vanished


def present(connection: Connection) -> list[tuple[RecordRef, str]]:
    """Give every record that is still there, and when it was first seen."""
    found = select(records.c.ref, records.c.first_seen).where(records.c.state == "present")
    return [(ref_from(row.ref), row.first_seen) for row in connection.execute(found.order_by(records.c.ref))]


def mark_erased(connection: Connection, ref: RecordRef) -> None:
    """Note that our order was verified; the index forgets what it held of the record and of its children."""
    _empty(connection, ref, "erased")


def mark_minimised(connection: Connection, ref: RecordRef) -> None:
    """Note that our order emptied categories: the record keeps its subject, whatever it can no longer show."""
    connection.execute(update(records).where(records.c.ref == ref_text(ref)).values(minimised=True))


def mark_restricted(connection: Connection, ref: RecordRef) -> None:
    """Note that our order hid the record at the vendor."""
    connection.execute(update(records).where(records.c.ref == ref_text(ref)).values(restricted=True))


def _empty(connection: Connection, ref: RecordRef, state: str) -> None:
    text = ref_text(ref)
    connection.execute(delete(record_keys).where(record_keys.c.ref == text))
    connection.execute(
        update(records).where(records.c.ref == text).values(state=state, sealed=None, categories="[]")
    )


def set_subjects(connection: Connection, assigned: dict[RecordRef, int]) -> None:
    """Note which subject each record belongs to."""
    if assigned:
        connection.execute(
            update(records).where(records.c.ref == bindparam("which")).values(subject=bindparam("to")),
            [{"which": ref_text(ref), "to": subject} for ref, subject in assigned.items()],
        )


def forget_subjects_without_records(connection: Connection, needed: set[int]) -> None:
    """Drop the facts of subjects of which no record is left: nothing outlives its last record but tombstones.

    `needed` are organisations that persons who are still there belong to: their end is the persons' end.
    """
    rows = connection.execute(
        select(records.c.ref, records.c.subject, records.c.state).where(records.c.subject.is_not(None))
    ).all()
    living = {row.subject for row in rows if row.state == "present"} | needed
    lost = [row.ref for row in rows if row.subject not in living]
    if lost:
        connection.execute(delete(events).where(events.c.ref.in_(lost)))
        connection.execute(delete(documents).where(documents.c.of.in_(lost)))
