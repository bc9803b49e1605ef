"""Reading records and documents back from the index, and counting them without opening what is sealed."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from syncd.index.many import in_parts
from syncd.index.records import moment_from, not_seen, ref_from, ref_text
from syncd.index.saving import DATES
from syncd.index.tables import documents, events, records
from syncd.model import (
    Document,
    DocumentKind,
    Event,
    EventKind,
    Identifier,
    IdentifierKind,
    Record,
    RecordRef,
    Role,
    SubjectKind,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sqlalchemy import ColumnElement, Connection, Table

    from syncd.index.seal import Keys

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


_IDENTITIES = 1000
"""Rows in memory at once while identities are read."""

_KINDS = {kind.value: kind for kind in IdentifierKind}

_RELATIONSHIP = frozenset({EventKind.ROLE, EventKind.ENDED, EventKind.RESUMED})


def one_record(connection: Connection, keys: Keys, ref: RecordRef) -> Record | None:
    """Give one record as the index holds it (without its events), None when it holds nothing readable."""
    row = connection.execute(select(records).where(records.c.ref == ref_text(ref))).first()
    return _stored(keys, row, ()).record if row is not None and row.sealed else None


def count_present(connection: Connection, account: str) -> int:
    """Count the records of an account that are still there."""
    return _count(connection, records, records.c.account == account, records.c.state == "present")


def accounts_with_records(connection: Connection) -> set[str]:
    """Name the accounts of which a record is still there."""
    there = select(records.c.account).where(records.c.state == "present").distinct()
    return set(connection.execute(there).scalars())


def _count(connection: Connection, table: Table, *where: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one())


def present_among(connection: Connection, refs: Iterable[RecordRef]) -> set[RecordRef]:
    """Give those of some records that are known and present."""
    texts = [ref_text(ref) for ref in refs]
    found = select(records.c.ref).where(records.c.ref.in_(texts), records.c.state == "present")
    return {ref_from(text) for text in connection.execute(found).scalars()}


def subjects_changed(connection: Connection) -> set[int]:
    """Give the subjects of the records that are other than when they were last resolved."""
    theirs = select(records.c.subject).where(records.c.changed, records.c.subject.is_not(None)).distinct()
    return set(connection.execute(theirs).scalars())


def changed_since_resolved(connection: Connection) -> list[RecordRef]:
    """Give the records that are other than when they were last resolved, also those that are gone."""
    found = select(records.c.ref).where(records.c.changed).order_by(records.c.ref)
    return [ref_from(text) for text in connection.execute(found).scalars()]


def count_contacts(connection: Connection, account: str) -> int:
    """Count the contacts of an account, what hangs on another record aside, that are still there."""
    return _count(connection, records, *_contacts(account))


def count_lost(
    connection: Connection,
    account: str,
    gone: Iterable[RecordRef],
    *,
    pull: str | None,
    waiting: Collection[str],
) -> int:
    """Count the contacts still there that are `gone` or unseen, as `records.mark_unseen` says.

    `waiting` were seen, though not yet for sure.
    """
    return _count_lost(connection, records, _contacts(account), gone, pull, waiting)


def count_lost_documents(
    connection: Connection,
    account: str,
    gone: Iterable[RecordRef],
    *,
    pull: str | None,
    waiting: Collection[str],
) -> int:
    """Count the documents that are `gone` or unseen, likewise."""
    return _count_lost(connection, documents, _papers(account), gone, pull, waiting)


def _count_lost(
    connection: Connection,
    table: Table,
    there: tuple[ColumnElement[bool], ...],
    gone: Iterable[RecordRef],
    pull: str | None,
    waiting: Collection[str],
) -> int:
    unseen = select(table.c.ref).where(*there, not_seen(table, pull))
    lost = set(connection.execute(unseen).scalars()).difference(waiting)
    for some in in_parts(sorted({ref_text(ref) for ref in gone})):
        told = select(table.c.ref).where(*there, table.c.ref.in_(some))
        lost |= set(connection.execute(told).scalars())
    return len(lost)


def _contacts(account: str) -> tuple[ColumnElement[bool], ...]:
    return records.c.account == account, records.c.state == "present", records.c.parent.is_(None)


def count_documents(connection: Connection, account: str) -> int:
    """Count the documents of an account that still exist."""
    return _count(connection, documents, *_papers(account))


def _papers(account: str) -> tuple[ColumnElement[bool], ...]:
    return documents.c.account == account, documents.c.gone.is_(False)


def all_records(connection: Connection, keys: Keys) -> list[StoredRecord]:
    """Give every record, also those that are gone (without identifiers), in the order of their references."""
    return _records(connection, keys)


def records_of(connection: Connection, keys: Keys, subjects: Collection[int]) -> list[StoredRecord]:
    """Give the records of some subjects, as `all_records` does."""
    return _records(connection, keys, records.c.subject.in_(subjects))


def identities(connection: Connection, keys: Keys, *where: ColumnElement[bool]) -> Iterator[StoredRecord]:
    """Give records one by one, as `all_records` does but without their events: what resolving reads."""
    for row in connection.execute(select(records).where(*where).order_by(records.c.ref)).yield_per(
        _IDENTITIES
    ):
        yield _stored(keys, row, ())


def those(connection: Connection, keys: Keys, refs: Iterable[RecordRef]) -> Iterator[StoredRecord]:
    """Give some records, as `identities` does."""
    for some in in_parts(map(ref_text, refs)):
        yield from identities(connection, keys, records.c.ref.in_(some))


def identities_of(connection: Connection, keys: Keys, subjects: Iterable[int]) -> Iterator[StoredRecord]:
    """Give the records of some subjects, as `identities` does."""
    for some in in_parts(subjects):
        yield from identities(connection, keys, records.c.subject.in_(some))


def _records(connection: Connection, keys: Keys, *where: ColumnElement[bool]) -> list[StoredRecord]:
    happened = select(events)
    if where:
        happened = happened.where(events.c.ref.in_(select(records.c.ref).where(*where)))
    by_ref: dict[str, list[Event]] = {}
    for row in connection.execute(happened.order_by(events.c.ref, events.c.id)):
        by_ref.setdefault(row.ref, []).append(
            Event(
                EventKind(row.kind),
                moment_from(row.on),
                Role(row.role) if row.role else None,
                row.origin,
                row.not_later,
            )
        )
    return [
        _stored(keys, row, tuple(by_ref.get(row.ref, ())))
        for row in connection.execute(select(records).where(*where).order_by(records.c.ref))
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
        identifiers=tuple(Identifier(_KINDS[kind], value) for kind, value in private.get("identifiers", ())),
        events=happened,
        parent=ref_from(row.parent) if row.parent else None,
        member_of=tuple(ref_from(text) for text in json.loads(row.member_of)),
        doubts=doubts,
        restricted=row.restricted,
        link=private.get("link", ""),
    )
    return StoredRecord(record, row.state, row.minimised, row.subject, row.first_seen)


def all_documents(connection: Connection, keys: Keys) -> list[Document]:
    """Give every document that still exists, in the order of their references."""
    return _documents(connection, keys)


def documents_of(connection: Connection, keys: Keys, subjects: Collection[int]) -> list[Document]:
    """Give the documents of some subjects, as `all_documents` does."""
    theirs = select(records.c.ref).where(records.c.subject.in_(subjects))
    return _documents(connection, keys, documents.c.of.in_(theirs))


def _documents(connection: Connection, keys: Keys, *where: ColumnElement[bool]) -> list[Document]:
    found = select(documents).where(documents.c.gone.is_(False), *where).order_by(documents.c.ref)
    return [_document(keys, row) for row in connection.execute(found)]


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
    dates: dict[str, Any] = {name: moment_from(facts[name]) for name in DATES}
    return replace(made, **dates)


def judges(connection: Connection, account: str) -> bool:
    """Tell whether an account shows documents, or records that say that a relationship lives or has ended."""
    paper = select(documents.c.ref).where(documents.c.account == account, documents.c.gone.is_(False))
    # Every reference begins with its account.
    theirs = events.c.ref.startswith(f"{account}|", autoescape=True)
    said = select(events.c.id).where(theirs, events.c.kind.in_([one.value for one in _RELATIONSHIP]))
    return any(connection.execute(one.limit(1)).first() is not None for one in (paper, said))


def refs_of(connection: Connection, subjects: Iterable[int]) -> dict[RecordRef, int]:
    """Give the records of some subjects, with whose they are."""
    found: dict[RecordRef, int] = {}
    for some in in_parts(subjects):
        query = select(records.c.ref, records.c.subject).where(records.c.subject.in_(some))
        found |= {ref_from(row.ref): row.subject for row in connection.execute(query)}
    return found


def subjects_in(connection: Connection, accounts: Collection[str]) -> set[int]:
    """Give the subjects that have, or had, a record in one of these accounts."""
    found = select(records.c.subject).where(records.c.account.in_(accounts), records.c.subject.is_not(None))
    return set(connection.execute(found.distinct()).scalars())
