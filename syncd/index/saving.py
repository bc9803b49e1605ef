"""Saving what pages gave: a record or document that says nothing new was only seen again.

What identifies a person is sealed; what the engine decides on (kinds, dates, codes) is not personal data by
itself and stays readable.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from syncd.index.many import in_parts, write_many
from syncd.index.records import mark_changed, moment_text, ref_text
from syncd.index.tables import documents, events, records
from syncd.model import Document, Event, EventKind, Record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import ColumnElement, Connection, Table
    from sqlalchemy.dialects.sqlite import Insert

    from syncd.index.seal import Keys

END_REMOVED = "end_removed"
"""Doubt: a record once said that the relationship ended and no longer does."""


@dataclass(frozen=True)
class Seen:
    """Which pull saw something, by the name of its first run, and whether that is sure (`tables.records`)."""

    run: str
    sure: bool = True

    def mark(self, before: str) -> str:
        """Give the new `seen_in`. `before` is the old one, empty for what is new or back."""
        return self.run if self.sure else before


def save_records(
    connection: Connection, keys: Keys, pulled: Iterable[Record], *, seen: Seen, at: str
) -> set[str]:
    """Insert or replace records as pages gave them. What says nothing new was only seen again.

    Gives the references of those that this pull had not yet seen. Unless it is sure, they wait for `seen_for_sure`.
    """
    batch = {ref_text(one.ref): one for one in pulled}
    new: set[str] = set()
    for refs in in_parts(batch):
        new |= _save_some(connection, keys, {ref: batch[ref] for ref in refs}, seen, at)
    return new


def _save_some(connection: Connection, keys: Keys, batch: dict[str, Record], seen: Seen, at: str) -> set[str]:
    private = {ref: _private(one) for ref, one in batch.items()}
    content = {ref: keys.content_digest(private[ref] + _public(one)) for ref, one in batch.items()}
    found = select(records.c.ref, records.c.state, records.c.content, records.c.seen_in)
    known = {row.ref: row for row in connection.execute(found.where(records.c.ref.in_(batch)))}
    before = {ref: row.seen_in for ref, row in known.items() if row.state == "present"}
    same = {ref for ref in before if known[ref].content == content[ref]}
    write_many(
        connection,
        _SEEN_AGAIN,
        [{"seen": seen.mark(before[ref]), "v": batch[ref].version, "which": ref} for ref in sorted(same)],
    )
    news = [ref for ref in batch if ref not in same]
    replaced = [ref for ref in news if ref in known]
    end_removed = _clear(connection, {ref: batch[ref] for ref in replaced}, at) if replaced else set()
    write_many(
        connection,
        _SAVE_RECORD,
        [
            _record_row(ref, batch[ref], seen.mark(before.get(ref, "")), at, end_removed=ref in end_removed)
            | {"sealed": keys.seal(private[ref], ref), "content": content[ref]}
            for ref in news
        ],
    )
    write_many(
        connection, _ADD_EVENT, [_event_row(ref, event) for ref in news for event in batch[ref].events]
    )
    return {ref for ref in batch if before.get(ref) != seen.run}


def seen_for_sure(connection: Connection, run: str, refs: Iterable[str], papers: Iterable[str]) -> None:
    """Note that a pull saw these records and documents for sure."""
    for statement, some in ((_SURE, refs), (_DOCUMENT_SURE, papers)):
        write_many(connection, statement, [{"seen": run, "which": ref} for ref in some])


def _clear(connection: Connection, replaced: dict[str, Record], at: str) -> set[str]:
    """Make room for what records say now. Gives those that once said an end and no longer do.

    That end stays known, so that the doubt survives the next run as well.
    """
    refs = list(replaced)
    _forget_erasure(connection, refs, at)
    told_before = events.c.ref.in_(refs) & (events.c.kind == EventKind.ENDED.value)
    ended_before = set(connection.execute(select(events.c.ref).where(told_before)).scalars())
    end_removed = {ref for ref in ended_before if not _ends(replaced[ref])}
    connection.execute(delete(events).where(events.c.ref.in_(refs), ~_kept(end_removed)))
    return end_removed


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
    """Give the statement that inserts rows or, where `ref` is there, replaces all of it but the `keep` columns."""
    statement = upsert(table)
    replaced = {
        column.name: statement.excluded[column.name]
        for column in table.c
        if column.name != "ref" and column.name not in keep
    }
    return statement.on_conflict_do_update(index_elements=[table.c.ref], set_=replaced)


_SAVE_RECORD = _save(records, keep=("number", "first_seen", "minimised", "subject", "found_by"))
_SAVE_DOCUMENT = _save(documents)
_ADD_EVENT = insert(events)
_SEEN_AGAIN, _DOCUMENT_SEEN_AGAIN = (
    update(table)
    .where(table.c.ref == bindparam("which"))
    .values(seen_in=bindparam("seen"), version=bindparam("v"))
    for table in (records, documents)
)
_SURE, _DOCUMENT_SURE = (
    update(table).where(table.c.ref == bindparam("which")).values(seen_in=bindparam("seen"))
    for table in (records, documents)
)


def _record_row(ref: str, one: Record, seen_in: str, at: str, *, end_removed: bool) -> dict[str, Any]:
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
        "member_of": json.dumps([ref_text(each) for each in one.member_of]),
        "state": "present",
        "minimised": False,
        "subject": None,
        "first_seen": at,
        "seen_in": seen_in,
        "changed": True,
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
            "link": one.link,
        }
    ).encode()


def _public(one: Record) -> bytes:
    """Write down what is not sealed, to tell whether it is the same."""
    happened = [[e.kind, moment_text(e.on), e.role, e.origin, e.not_later] for e in one.events]
    parent = ref_text(one.parent) if one.parent else None
    belongs = [ref_text(each) for each in one.member_of]
    told = [one.kind, parent, belongs, sorted(one.categories), one.restricted, sorted(one.doubts), happened]
    return _compact(told).encode()


def save_documents(connection: Connection, keys: Keys, pulled: Iterable[Document], *, seen: Seen) -> set[str]:
    """Insert or replace documents as pages gave them, and mark the records that those with news are of.

    Gives references as `save_records` does.
    """
    batch = {ref_text(one.ref): one for one in pulled}
    new: set[str] = set()
    for refs in in_parts(batch):
        new |= _save_some_documents(connection, keys, {ref: batch[ref] for ref in refs}, seen)
    return new


def _save_some_documents(
    connection: Connection, keys: Keys, batch: dict[str, Document], seen: Seen
) -> set[str]:
    found = select(*(documents.c[name] for name in ("ref", "of", "gone", "content", "seen_in")))
    known = {row.ref: row for row in connection.execute(found.where(documents.c.ref.in_(batch)))}
    before = {ref: row.seen_in for ref, row in known.items() if not row.gone}
    rows = [_document_row(keys, ref, one, seen.mark(before.get(ref, ""))) for ref, one in batch.items()]
    news: list[dict[str, Any]] = []
    same: list[dict[str, Any]] = []
    for row in rows:
        is_same = row["ref"] in before and known[row["ref"]].content == row["content"]
        (same if is_same else news).append(row)
    again = [{"seen": row["seen_in"], "v": row["version"], "which": row["ref"]} for row in same]
    write_many(connection, _DOCUMENT_SEEN_AGAIN, again)
    write_many(connection, _SAVE_DOCUMENT, news)
    of = {row["of"] for row in news} | {known[row["ref"]].of for row in news if row["ref"] in known}
    mark_changed(connection, of)
    return {ref for ref in batch if before.get(ref) != seen.run}


DATES = ("date", "due", "settled", "service_end", "closed", "end", "own_property_first_use", "oss_supply")


def _document_row(keys: Keys, ref: str, one: Document, seen_in: str) -> dict[str, Any]:
    facts: dict[str, Any] = {name: moment_text(getattr(one, name)) for name in DATES}
    facts |= {"open": one.open, "property_unknown_first_use": one.property_unknown_first_use}
    of, readable = ref_text(one.of), json.dumps(facts)
    private = _compact([one.number, one.link]).encode()
    return {
        "ref": ref,
        "account": one.ref.account,
        "of": of,
        "kind": one.kind.value,
        "facts": readable,
        "sealed": keys.seal(private, ref),
        "content": keys.content_digest(private + _compact([of, one.kind, readable]).encode()),
        "version": one.version,
        "gone": False,
        "seen_in": seen_in,
    }
