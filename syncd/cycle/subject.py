"""Subjects as they are decided about: everything that the index knows of an organisation or person."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from syncd import identity
from syncd.index import decisions, reading, tombstones
from syncd.index import records as stored_records
from syncd.index import subjects as stored_subjects

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import Connection

    from syncd.index.reading import StoredRecord
    from syncd.index.seal import Keys
    from syncd.model import Document, RecordRef, SubjectKind

AT_ONCE = 500
"""Subjects in memory at once."""

REIMPORTED = "erased_before"
"""Doubt: a record with this identity was erased before; a missed system, or a new relationship."""


@dataclass
class Subject:
    """An organisation or person with everything known of it. `contested` are subjects it may be the same as.

    `shown_at` gives the number of each of its organisations, and perhaps of others, by their records.
    """

    id: int
    kind: SubjectKind
    records: list[StoredRecord]
    documents: list[Document] = field(default_factory=list)
    links: list[tuple[RecordRef, RecordRef, tuple[str, ...]]] = field(default_factory=list)
    organisations: set[int] = field(default_factory=set)
    contested: set[int] = field(default_factory=set)
    doubts: set[str] = field(default_factory=set)
    shown_at: Mapping[RecordRef, int] = field(default_factory=dict)

    @property
    def present(self) -> list[StoredRecord]:
        """Give the records that still exist."""
        return [one for one in self.records if one.present]


def load(connection: Connection, keys: Keys, numbers: Collection[int]) -> dict[int, Subject]:
    """Give some subjects (at most some thousands), by number; without those that never had a record."""
    made: dict[int, Subject] = {}
    kinds = stored_subjects.kinds_of(connection, numbers)
    for one in reading.records_of(connection, keys, numbers):
        if one.subject is not None:
            made.setdefault(one.subject, Subject(one.subject, kinds[one.subject], [])).records.append(one)
    owner = {one.ref: subject for subject in made.values() for one in subject.records}
    for document in reading.documents_of(connection, keys, numbers):
        owner[document.of].documents.append(document)
    for a, b, evidence in stored_subjects.links_of(connection, numbers):
        if owner.get(b) is owner[a]:
            owner[a].links.append((a, b, evidence))
    for number, organisations in decisions.organisations_of(connection, made).items():
        made[number].organisations |= organisations
    for number, rivals in decisions.rivals_of(connection, made).items():
        made[number].contested |= rivals
    records = reading.refs_of(connection, {each for one in made.values() for each in one.organisations})
    for subject in made.values():
        subject.shown_at = records
    _mark_reimports(connection, keys, made)
    return dict(sorted(made.items()))


def _mark_reimports(connection: Connection, keys: Keys, made: dict[int, Subject]) -> None:
    """Add a doubt to subjects with a record that came after an erasure of the same identity."""
    if not tombstones.any_buried(connection):
        return
    marks: dict[str, list[tuple[Subject, str]]] = {}
    for subject in made.values():
        for one in subject.present:
            for mark in (stored_records.ref_text(one.ref), *identity.strong_keys(one.record)):
                marks.setdefault(keys.tombstone_digest(mark), []).append((subject, one.first_seen))
    for digest, erased_at in tombstones.buried(connection, marks).items():
        for subject, first_seen in marks[digest]:
            if first_seen > erased_at:
                subject.doubts.add(REIMPORTED)
