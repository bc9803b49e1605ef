"""Resolve: records into subjects that keep their number, and that keep records whose identity was erased.

The identity room links what the records show today. This step adds what they showed before: a record that is
gone or minimised by our order keeps the links it had, because facts outlive records.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from syncd import identity
from syncd.identity import Answer
from syncd.index import decisions, neighbours, orders_about, reading
from syncd.index import records as stored_records
from syncd.index import subjects as stored_subjects
from syncd.index.tables import records
from syncd.model import SubjectKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from syncd.identity import Resolution
    from syncd.index.reading import StoredRecord
    from syncd.index.store import Index
    from syncd.model import RecordRef


def resolve_subjects(index: Index, connection: Connection, at: str) -> None:
    """Link all records into subjects, and remember numbers, links, memberships, contests and proposals.

    Where no record changed since the last time, and nobody answered a question about one, all stays as it is.
    Those subjects are marked to be decided again behind which something changed: a record or its documents, which
    records they are, whom they belong to, and whom they may be the same as.
    """
    if is_resolved(connection):
        return
    changed = reading.changed_since_resolved(connection)
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
    numbers = _number(connection, sets, known, found, at)
    beside = _remember(connection, known, numbers, found)
    stored_records.mark_resolved(connection, changed)
    decisions.mark_dirty(connection, beside | _touched(known, numbers, changed))


def is_resolved(connection: Connection) -> bool:
    """Tell whether no record, and no answer about one, is another than when it was resolved."""
    return connection.execute(select(records.c.ref).where(records.c.changed).limit(1)).first() is None


def _outlives(one: StoredRecord) -> bool:
    return one.minimised or not one.present


def _touched(
    known: Mapping[RecordRef, StoredRecord], numbers: Mapping[RecordRef, int], changed: Iterable[RecordRef]
) -> set[int]:
    """Give the subjects of records that changed, and those that lost or gained one."""
    moved = [ref for ref, number in numbers.items() if known[ref].subject != number]
    left = {number for ref in moved if (number := known[ref].subject) is not None}
    return left | {numbers[ref] for ref in (*changed, *moved)}


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
    known: Mapping[RecordRef, StoredRecord],
    found: Resolution,
    at: str,
) -> dict[RecordRef, int]:
    """Give each record the number of its subject; a subject keeps the number it had where most of it stays."""
    kinds = {ref: group.kind for group in found.groups for ref in group.refs}
    taken: set[int] = set()
    numbers: dict[RecordRef, int] = {}
    kind_of: dict[int, SubjectKind] = {}
    # Groups with the oldest number first, so that a subject that splits keeps it where most of it stays.
    for refs in sorted(sets.groups(), key=lambda group: (-_votes(known, group), group[0])):
        kind = SubjectKind.PERSON
        for ref in refs:
            if kinds.get(ref, known[ref].record.kind) is SubjectKind.ORGANISATION:
                kind = SubjectKind.ORGANISATION
        earlier = sorted({number for ref in refs if (number := known[ref].subject) is not None} - taken)
        number = earlier[0] if earlier else stored_subjects.new_subject(connection, kind.value, at)
        for old in earlier[1:]:
            stored_subjects.move_statements(connection, old, number)
        taken |= {*earlier, number}
        kind_of[number] = kind
        numbers |= dict.fromkeys(refs, number)
    stored_subjects.save_kinds(connection, kind_of)
    moved = {ref: number for ref, number in numbers.items() if known[ref].subject != number}
    stored_records.set_subjects(connection, moved)
    orders_about.hand_over(
        connection, {ref: to for ref, to in moved.items() if known[ref].subject is not None}
    )
    return numbers


def _votes(known: Mapping[RecordRef, StoredRecord], refs: list[RecordRef]) -> int:
    return sum(1 for ref in refs if known[ref].subject is not None)


def _remember(
    connection: Connection,
    known: Mapping[RecordRef, StoredRecord],
    numbers: Mapping[RecordRef, int],
    found: Resolution,
) -> set[int]:
    """Put links, memberships, contests and proposals in the index. Gives whose memberships or rivals are others."""
    links = ((link.a, link.b, link.evidence) for group in found.groups for link in group.links)
    stored_subjects.save_links(connection, links)
    belongs = {
        (numbers[one.ref], numbers[organisation])
        # Also of records that are gone: a link that was seen outlives them.
        for one in known.values()
        for organisation in one.record.member_of
        if organisation in numbers and numbers[organisation] != numbers[one.ref]
    }
    tops = [numbers[min(group.refs)] for group in found.groups]
    contests = {frozenset(tops[each] for each in contest.groups) for contest in found.contested}
    touched = {*numbers.values(), *(one.subject for one in known.values() if one.subject is not None)}
    beside = neighbours.save(connection, touched, belongs, {one for one in contests if len(one) > 1})
    neighbours.save_proposals(connection, found.proposals, numbers, touched)
    return beside
