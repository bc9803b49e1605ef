"""Resolve: records into subjects that keep their number, and that keep records whose identity was erased.

The identity room links what the records show today. This step adds what they showed before: a record that is
gone or minimised by our order keeps the links it had, because facts outlive records.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from syncd import identity
from syncd.identity import Answer
from syncd.index import reading
from syncd.index import records as stored_records
from syncd.index import subjects as stored_subjects
from syncd.model import SubjectKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from syncd.identity import Proposal, Resolution
    from syncd.index.reading import StoredRecord
    from syncd.index.store import Index
    from syncd.model import Document, RecordRef

REIMPORTED = "erased_before"
"""Doubt: a record with this identity was erased before; a missed system, or a new relationship."""


@dataclass
class Subject:
    """An organisation or person with everything known of it. `contested` are subjects it may be the same as."""

    id: int
    kind: SubjectKind
    records: list[StoredRecord]
    documents: list[Document] = field(default_factory=list)
    links: list[tuple[RecordRef, RecordRef, tuple[str, ...]]] = field(default_factory=list)
    organisations: set[int] = field(default_factory=set)
    contested: set[int] = field(default_factory=set)
    doubts: set[str] = field(default_factory=set)

    @property
    def present(self) -> list[StoredRecord]:
        """Give the records that still exist."""
        return [one for one in self.records if one.present]


@dataclass
class Subjects:
    """All subjects by number, and the proposals that wait for a person."""

    by_id: dict[int, Subject]
    proposals: tuple[Proposal, ...] = ()


def resolve_subjects(index: Index, connection: Connection, at: str) -> Subjects:
    """Link all records into subjects, remember numbers and links, and collect what is known of each."""
    known = {one.ref: one for one in reading.all_records(connection, index.keys)}
    answers = [Answer(a, b, same) for a, b, same in stored_subjects.all_answers(connection)]
    found = identity.resolve((one.record for one in known.values() if one.present), answers)
    different = {frozenset((one.a, one.b)) for one in answers if not one.same}
    sets = _Sets(known)
    for group in found.groups:
        sets.join(group.refs)
    for a, b, _evidence in stored_subjects.all_links(connection):
        told_apart = a not in known or b not in known or frozenset((a, b)) in different
        if not told_apart and (_outlives(known[a]) or _outlives(known[b])):
            sets.join((a, b))
    for one in known.values():
        if one.record.parent in known:
            sets.join((one.ref, one.record.parent))
    subjects = _number(connection, sets, known, found, at)
    _remember(connection, subjects, found)
    _tie(connection, index, subjects, found)
    return subjects


def _outlives(one: StoredRecord) -> bool:
    return one.minimised or not one.present


class _Sets:
    """Disjoint sets of references."""

    def __init__(self, refs: Iterable[RecordRef]) -> None:
        self._above = {ref: ref for ref in refs}

    def top(self, ref: RecordRef) -> RecordRef:
        while self._above[ref] != ref:
            self._above[ref] = self._above[self._above[ref]]
            ref = self._above[ref]
        return ref

    def join(self, refs: Iterable[RecordRef]) -> None:
        tops = sorted(self.top(ref) for ref in refs)
        for other in tops[1:]:
            self._above[self.top(other)] = self.top(tops[0])

    def groups(self) -> list[list[RecordRef]]:
        found: dict[RecordRef, list[RecordRef]] = defaultdict(list)
        for ref in sorted(self._above):
            found[self.top(ref)].append(ref)
        return [found[top] for top in sorted(found)]


def _number(
    connection: Connection,
    sets: _Sets,
    known: dict[RecordRef, StoredRecord],
    found: Resolution,
    at: str,
) -> Subjects:
    kinds = {ref: group.kind for group in found.groups for ref in group.refs}
    taken: set[int] = set()
    made: dict[int, Subject] = {}
    # Groups with the oldest number first, so that a subject that splits keeps it where most of it stays.
    for refs in sorted(sets.groups(), key=lambda group: (-_votes(known, group), group[0])):
        kind = SubjectKind.PERSON
        for ref in refs:
            if kinds.get(ref, known[ref].record.kind) is SubjectKind.ORGANISATION:
                kind = SubjectKind.ORGANISATION
        earlier = sorted({known[ref].subject for ref in refs} - {None} - taken, key=lambda one: one or 0)
        number = earlier[0] if earlier else None
        if number is None:
            number = stored_subjects.new_subject(connection, kind.value, at)
        for old in earlier[1:]:
            if old is not None:
                stored_subjects.move_statements(connection, old, number)
        taken |= {one for one in earlier if one is not None} | {number}
        made[number] = Subject(number, kind, [known[ref] for ref in refs])
    stored_records.set_subjects(
        connection,
        {
            one.ref: number
            for number, subject in made.items()
            for one in subject.records
            if one.subject != number
        },
    )
    return Subjects(dict(sorted(made.items())), found.proposals)


def _votes(known: dict[RecordRef, StoredRecord], refs: list[RecordRef]) -> int:
    return sum(1 for ref in refs if known[ref].subject is not None)


def _remember(connection: Connection, subjects: Subjects, found: Resolution) -> None:
    number = {one.ref: subject.id for subject in subjects.by_id.values() for one in subject.records}
    stored_subjects.save_links(
        connection,
        ((link.a, link.b, link.evidence, number[link.a]) for group in found.groups for link in group.links),
    )


def _tie(connection: Connection, index: Index, subjects: Subjects, found: Resolution) -> None:
    """Add documents, links, memberships, contests and re-imports to each subject."""
    number = {one.ref: subject.id for subject in subjects.by_id.values() for one in subject.records}
    for document in reading.all_documents(connection, index.keys):
        if document.of in number:
            subjects.by_id[number[document.of]].documents.append(document)
    for a, b, evidence in stored_subjects.all_links(connection):
        if a in number and number.get(b) == number[a]:
            subjects.by_id[number[a]].links.append((a, b, evidence))
    for subject in subjects.by_id.values():
        # Also of records that are gone: a link that was seen outlives them.
        for one in subject.records:
            subject.organisations |= {number[ref] for ref in one.record.member_of if ref in number}
        subject.organisations.discard(subject.id)
    tops = [number[min(group.refs)] for group in found.groups]
    for contest in found.contested:
        rivals = {tops[each] for each in contest.groups}
        for rival in rivals:
            subjects.by_id[rival].contested |= rivals - {rival}


def mark_reimports(index: Index, subjects: Subjects, buried: dict[str, str]) -> None:
    """Add a doubt to subjects with a record that came after an erasure of the same identity."""
    if not buried:
        return
    digest = index.keys.tombstone_digest
    for subject in subjects.by_id.values():
        for one in subject.present:
            marks = (stored_records.ref_text(one.ref), *identity.strong_keys(one.record))
            if any(one.first_seen > buried.get(digest(mark), "9") for mark in marks):
                subject.doubts.add(REIMPORTED)
