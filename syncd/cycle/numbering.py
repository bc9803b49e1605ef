"""Subjects keep their numbers: what was said and ordered about one goes with its records, whatever they become.

Of several subjects that become one, the oldest number stays and takes over what was said of the others. Of one that
falls apart, it stays where most of the records are. Whoever gained or lost something by it is decided again.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from syncd.index import neighbours, orders_about, reading
from syncd.index import records as stored_records
from syncd.index import subjects as stored_subjects
from syncd.model import RecordRef, SubjectKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from syncd.identity import Group, Proposal
    from syncd.index.around import Around
    from syncd.index.reading import StoredRecord
    from syncd.index.seal import Keys

Name: TypeAlias = "RecordRef | int"
"""A group that was resolved, by its first record, or a subject beside it, by its number."""


@dataclass(frozen=True)
class Resolved:
    """What was resolved: all records of some subjects. All contests and proposals of `asked` are there.

    They replace those of the earlier subjects `stale`. `kept` are records that stay together whatever they show.
    """

    known: Mapping[RecordRef, StoredRecord]
    groups: Sequence[Group]
    kept: Iterable[tuple[RecordRef, RecordRef]]
    likely: Sequence[Proposal]
    contests: Sequence[Sequence[Name]]
    asked: Sequence[Name]
    stale: Collection[int]


def remember(connection: Connection, keys: Keys, around: Around, found: Resolved, at: str) -> set[int]:
    """Put numbers, links, memberships, contests and proposals in the index. Gives who is to be decided again."""
    numbers = _number(connection, found, at)
    moved = [ref for ref, number in numbers.items() if found.known[ref].subject != number]
    left = _earlier(found.known, moved)
    _remember_links(connection, found)
    belonging, pairs = _memberships(connection, keys, around, found, numbers, moved)

    def number(name: Name) -> int:
        return name if isinstance(name, int) else numbers[name]

    contests = {frozenset(map(number, names)) for names in found.contests}
    stale = {*found.stale, *map(number, found.asked)}
    beside = neighbours.save(
        connection, belonging | left, pairs, stale, {one for one in contests if len(one) > 1}
    )
    others = {ref for one in found.likely for ref in (one.a, one.b) if ref not in numbers}
    neighbours.save_proposals(connection, found.likely, {**around.subjects(others), **numbers}, stale)
    return beside | left | {numbers[ref] for ref in moved}


def _number(connection: Connection, found: Resolved, at: str) -> dict[RecordRef, int]:
    """Give each record the number of its subject."""
    kinds = {ref: group.kind for group in found.groups for ref in group.refs}
    taken: set[int] = set()
    numbers: dict[RecordRef, int] = {}
    kind_of: dict[int, SubjectKind] = {}
    new: list[list[RecordRef]] = []

    def kind(refs: Iterable[RecordRef]) -> SubjectKind:
        organisation = any(
            kinds.get(ref, found.known[ref].record.kind) is SubjectKind.ORGANISATION for ref in refs
        )
        return SubjectKind.ORGANISATION if organisation else SubjectKind.PERSON

    for refs in _in_order(found):
        earlier = sorted(_earlier(found.known, refs) - taken)
        if not earlier:
            new.append(refs)
            continue
        for old in earlier[1:]:
            stored_subjects.move_statements(connection, old, earlier[0])
        taken |= set(earlier)
        kind_of[earlier[0]] = kind(refs)
        numbers |= dict.fromkeys(refs, earlier[0])
    made = stored_subjects.new_subjects(connection, [kind(refs).value for refs in new], at)
    for refs, number in zip(new, made, strict=True):
        numbers |= dict.fromkeys(refs, number)
    stored_subjects.save_kinds(connection, kind_of)
    moved = {ref: number for ref, number in numbers.items() if found.known[ref].subject != number}
    stored_records.set_subjects(connection, moved)
    orders_about.hand_over(
        connection, {ref: to for ref, to in moved.items() if found.known[ref].subject is not None}
    )
    return numbers


def _in_order(found: Resolved) -> list[list[RecordRef]]:
    """Give the records of each subject; first to choose is where a record still exists, then where most are."""
    sets = _Sets(found.known)
    for group in found.groups:
        sets.join(group.refs)
    for pair in found.kept:
        sets.join(pair)

    def first(refs: list[RecordRef]) -> tuple[bool, int, RecordRef]:
        exists = any(found.known[ref].present for ref in refs)
        return not exists, -sum(found.known[ref].subject is not None for ref in refs), refs[0]

    return sorted(sets.groups(), key=first)


def _earlier(known: Mapping[RecordRef, StoredRecord], refs: Iterable[RecordRef]) -> set[int]:
    return {number for ref in refs if (number := known[ref].subject) is not None}


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
        tops = sorted({self.top(ref) for ref in refs})
        for other in tops[1:]:
            self._above[other] = tops[0]

    def groups(self) -> list[list[RecordRef]]:
        found: dict[RecordRef, list[RecordRef]] = defaultdict(list)
        for ref in sorted(self._above):
            found[self.top(ref)].append(ref)
        return [found[top] for top in sorted(found)]


def _remember_links(connection: Connection, found: Resolved) -> None:
    """Remember the links. One that fell while both records could show who they are is no memory to keep.

    Nor is one of a record that came back after its erasure as another: who was linked to it may not be near it.
    """
    shown = [ref for ref, one in found.known.items() if one.present and not one.minimised]
    holding = {(link.a, link.b): link.evidence for group in found.groups for link in group.links}
    stored_subjects.replace_links(connection, shown, holding, found.known.keys() - shown)


def _memberships(
    connection: Connection,
    keys: Keys,
    around: Around,
    found: Resolved,
    numbers: Mapping[RecordRef, int],
    moved: Iterable[RecordRef],
) -> tuple[set[int], set[tuple[int, int]]]:
    """Give the subjects whose memberships may be others, and those memberships: (member, organisation)."""
    belonging = set(numbers.values())
    # Also of records that are gone: a membership that was seen outlives them.
    members = [(numbers[ref], one) for ref, one in found.known.items()]
    # Whose organisation has another number now belongs to that one.
    followers = set(around.subjects(around.members(moved) - found.known.keys()).values()) - belonging
    theirs = reading.identities_of(connection, keys, followers)
    members += [(one.subject, one) for one in theirs if one.subject is not None]
    outside = {ref for _, one in members for ref in one.record.member_of if ref not in numbers}
    number_of = {**around.subjects(outside), **numbers}
    pairs = {
        (member, number_of[organisation])
        for member, one in members
        for organisation in one.record.member_of
        if organisation in number_of and number_of[organisation] != member
    }
    return belonging | followers, pairs
