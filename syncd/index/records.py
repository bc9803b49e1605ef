"""Records, their events and documents in the index.

What identifies a person is sealed; what the engine decides on (kinds, dates, codes) is not personal data by
itself and stays readable. Facts outlive records: the events of a record that is gone stay while any record of
its subject exists.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from syncd.index.tables import documents, events, record_keys, records
from syncd.model import (
    Document,
    DocumentKind,
    Event,
    EventKind,
    Identifier,
    IdentifierKind,
    Moment,
    Record,
    RecordRef,
    Role,
    SubjectKind,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import Connection

    from syncd.index.seal import Keys

END_REMOVED = "end_removed"
"""Doubt: a record once said that the relationship ended and no longer does."""

VANISHED_WITH_END = "vanished_with_end"
"""Doubt: a record that carried the end vanished without an order of ours."""


@dataclass(frozen=True)
class StoredRecord:
    """A record as the index holds it. `state` is present, vanished (not by us) or erased (verified, by us)."""

    record: Record
    state: str
    minimised: bool
    subject: int | None
    first_seen: str

    @property
    def ref(self) -> RecordRef:
        """Give the record's reference."""
        return self.record.ref

    @property
    def present(self) -> bool:
        """Tell whether the record still exists at the vendor as far as we know."""
        return self.state == "present"

    @property
    def says_something_about_the_relationship(self) -> bool:
        """Tell whether this record says that a relationship lives or has ended."""
        return any(one.kind in _RELATIONSHIP for one in self.record.events)


_RELATIONSHIP = frozenset({EventKind.ROLE, EventKind.ENDED, EventKind.RESUMED})


# --- references and moments as text -------------------------------------------------------------------------


def ref_text(ref: RecordRef) -> str:
    """Write a reference as one column."""
    return f"{ref.account}|{ref.kind}|{ref.within}|{ref.key}"


def ref_from(text: str) -> RecordRef:
    """Read a reference back."""
    account, kind, within, key = text.split("|", 3)
    return RecordRef(account, kind, key, within)


def _moment_text(moment: Moment | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def _moment_from(text: str | None) -> Moment | None:
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
    batch = list({one.ref: one for one in pulled}.values())
    if not batch:
        return
    texts = [ref_text(one.ref) for one in batch]
    known = {
        row.ref: row
        for row in connection.execute(select(records.c.ref, records.c.state).where(records.c.ref.in_(texts)))
    }
    ended_before = set(
        connection.execute(
            select(events.c.ref).where(events.c.ref.in_(texts), events.c.kind == EventKind.ENDED.value)
        ).scalars()
    )
    for one in batch:
        _save_record(connection, keys, one, run, at, known.get(ref_text(one.ref)), ended_before)
    connection.execute(delete(record_keys).where(record_keys.c.ref.in_(texts)))
    found_by = [
        {"ref": ref_text(one.ref), "digest": keys.digest(key)} for one in batch for key in set(blocking(one))
    ]
    if found_by:
        connection.execute(insert(record_keys), found_by)


def _save_record(
    connection: Connection, keys: Keys, one: Record, run: str, at: str, known: Any, ended_before: set[str]
) -> None:
    ref = ref_text(one.ref)
    ends = any(event.kind is EventKind.ENDED for event in one.events)
    end_removed = ref in ended_before and not ends
    values = {
        "account": one.ref.account,
        "kind": one.ref.kind,
        "key": one.ref.key,
        "within": one.ref.within,
        "parent": ref_text(one.parent) if one.parent else None,
        "version": one.version,
        "subject_kind": one.kind.value,
        "categories": json.dumps(sorted(one.categories)),
        "restricted": one.restricted,
        "doubts": json.dumps(sorted({*one.doubts, *((END_REMOVED,) if end_removed else ())})),
        "sealed": keys.seal(_private(one), ref),
        "state": "present",
        "seen_in": run,
    }
    if known is None:
        connection.execute(insert(records).values(ref=ref, first_seen=at, **values))
    else:
        if known.state == "erased":
            # It came back: from now on it is a record that was first seen after its erasure.
            values |= {"first_seen": at, "minimised": False, "subject": None}
        connection.execute(update(records).where(records.c.ref == ref).values(**values))
    # An end that is no longer written stays known, so that the doubt survives the next run as well.
    outdated = delete(events).where(events.c.ref == ref)
    if end_removed:
        outdated = outdated.where(events.c.kind != EventKind.ENDED.value)
    connection.execute(outdated)
    if one.events:
        connection.execute(
            insert(events),
            [
                {
                    "ref": ref,
                    "kind": event.kind.value,
                    "on": _moment_text(event.on),
                    "role": event.role.value if event.role else None,
                    "origin": event.origin,
                    "not_later": event.not_later,
                }
                for event in one.events
            ],
        )


def _private(one: Record) -> bytes:
    return json.dumps(
        {
            "identifiers": [[each.kind.value, each.value] for each in one.identifiers],
            "member_of": [ref_text(each) for each in one.member_of],
            "link": one.link,
        },
        ensure_ascii=False,
    ).encode()


def save_documents(connection: Connection, keys: Keys, pulled: Iterable[Document], *, run: str) -> None:
    """Insert or replace documents as a page gave them."""
    batch = list({ref_text(one.ref): one for one in pulled}.values())
    if not batch:
        return
    connection.execute(
        delete(documents).where(documents.c.ref == bindparam("old")),
        [{"old": ref_text(one.ref)} for one in batch],
    )
    connection.execute(insert(documents), [_document_row(keys, one, run) for one in batch])


_DATES = ("date", "due", "settled", "service_end", "closed", "end", "own_property_first_use", "oss_supply")


def _document_row(keys: Keys, one: Document, run: str) -> dict[str, Any]:
    ref = ref_text(one.ref)
    facts: dict[str, Any] = {name: _moment_text(getattr(one, name)) for name in _DATES}
    facts |= {"open": one.open, "property_unknown_first_use": one.property_unknown_first_use}
    return {
        "ref": ref,
        "account": one.ref.account,
        "of": ref_text(one.of),
        "kind": one.kind.value,
        "facts": json.dumps(facts),
        "sealed": keys.seal(json.dumps([one.number, one.link], ensure_ascii=False).encode(), ref),
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


def mark_erased(connection: Connection, ref: RecordRef) -> None:
    """Note that our order was verified; the index forgets what it held of the record and of its children."""
    _empty(connection, ref, "erased")


def mark_minimised(connection: Connection, ref: RecordRef) -> None:
    """Note that our order emptied categories: the record keeps its subject, whatever it can no longer show."""
    connection.execute(update(records).where(records.c.ref == ref_text(ref)).values(minimised=True))


def mark_restricted(connection: Connection, ref: RecordRef) -> None:
    """Note that our order hid the record at the vendor."""
    connection.execute(update(records).where(records.c.ref == ref_text(ref)).values(restricted=True))


def one_record(connection: Connection, keys: Keys, ref: RecordRef) -> Record | None:
    """Give one record as the index holds it (without its events), None when it holds nothing readable."""
    row = connection.execute(select(records).where(records.c.ref == ref_text(ref))).first()
    return _stored(keys, row, ()).record if row is not None and row.sealed else None


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


@dataclass(frozen=True)
class KnownRef:
    """A record by its reference alone."""

    ref: RecordRef
    parent: RecordRef | None
    present: bool


def all_refs(connection: Connection, account: str) -> list[KnownRef]:
    """Give the references of an account's records without opening what is sealed."""
    found = connection.execute(
        select(records.c.ref, records.c.parent, records.c.state).where(records.c.account == account)
    )
    return [
        KnownRef(ref_from(row.ref), ref_from(row.parent) if row.parent else None, row.state == "present")
        for row in found
    ]


def count_documents(connection: Connection, account: str) -> int:
    """Count the documents of an account that still exist."""
    query = (
        select(func.count())
        .select_from(documents)
        .where(documents.c.account == account, documents.c.gone.is_(False))
    )
    return int(connection.execute(query).scalar_one())


# --- reading ------------------------------------------------------------------------------------------------


def all_records(connection: Connection, keys: Keys) -> list[StoredRecord]:
    """Give every record, also those that are gone (without identifiers), in the order of their references."""
    by_ref: dict[str, list[Event]] = {}
    for row in connection.execute(select(events).order_by(events.c.ref, events.c.id)):
        by_ref.setdefault(row.ref, []).append(
            Event(
                EventKind(row.kind),
                _moment_from(row.on),
                Role(row.role) if row.role else None,
                row.origin,
                row.not_later,
            )
        )
    return [
        _stored(keys, row, tuple(by_ref.get(row.ref, ())))
        for row in connection.execute(select(records).order_by(records.c.ref))
    ]


def _stored(keys: Keys, row: Any, happened: tuple[Event, ...]) -> StoredRecord:
    private = json.loads(keys.unseal(row.sealed, row.ref)) if row.sealed else {}
    doubts = tuple(json.loads(row.doubts))
    if row.state == "vanished" and any(one.kind is EventKind.ENDED for one in happened):
        doubts = (*doubts, VANISHED_WITH_END)
    record = Record(
        ref=ref_from(row.ref),
        version=row.version,
        kind=SubjectKind(row.subject_kind),
        categories=frozenset(json.loads(row.categories)),
        identifiers=tuple(
            Identifier(IdentifierKind(kind), value) for kind, value in private.get("identifiers", ())
        ),
        events=happened,
        parent=ref_from(row.parent) if row.parent else None,
        member_of=tuple(ref_from(text) for text in private.get("member_of", ())),
        doubts=doubts,
        restricted=row.restricted,
        link=private.get("link", ""),
    )
    return StoredRecord(record, row.state, row.minimised, row.subject, row.first_seen)


def all_documents(connection: Connection, keys: Keys) -> list[Document]:
    """Give every document that still exists, in the order of their references."""
    return [
        _document(keys, row)
        for row in connection.execute(
            select(documents).where(documents.c.gone.is_(False)).order_by(documents.c.ref)
        )
    ]


def _document(keys: Keys, row: Any) -> Document:
    facts = json.loads(row.facts)
    number, link = json.loads(keys.unseal(row.sealed, row.ref))
    made = Document(
        ref=ref_from(row.ref),
        of=ref_from(row.of),
        kind=DocumentKind(row.kind),
        date=None,
        open=facts["open"],
        property_unknown_first_use=facts["property_unknown_first_use"],
        number=number,
        link=link,
        version=row.version,
    )
    dates: dict[str, Any] = {name: _moment_from(facts[name]) for name in _DATES}
    return replace(made, **dates)
