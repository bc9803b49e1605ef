"""All records of one resolve, numbered, with who owns whom and who carries which identifier."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from syncd.identity.agreement import Agreement
from syncd.identity.comparing import compare_names, contradict, profile
from syncd.identity.facts import Facts, Key, kind_of, own_references, read
from syncd.model import IdentifierKind, Record, RecordRef, SubjectKind

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Sequence

SHARED_ABOVE = 3
"""An identifier carried by more than this many disagreeing owners says nothing: couples and families share
one, the clients of a bookkeeper share theirs."""


class Population:
    """The owners (records without parent) in the order of their references, and the records under them.

    A record whose parent was not given is owned by that parent all the same, so that its siblings stay with it.
    """

    def __init__(
        self,
        records: Iterable[Record],
        is_shared: Callable[[Key], bool] | None = None,
        reading: Callable[[Record], Facts] = read,
    ) -> None:
        """Take the records in. `is_shared` says which identifiers many share where not all carriers are given."""
        by_ref = {record.ref: record for record in sorted(records, key=lambda one: (one.ref, one.version))}
        owner_of = {ref: _owner(ref, by_ref) for ref in by_ref}
        self.refs: list[RecordRef] = sorted(set(owner_of.values()))
        number = {ref: i for i, ref in enumerate(self.refs)}
        self.owner: dict[RecordRef, int] = {ref: number[top] for ref, top in owner_of.items()}
        self.records: list[list[RecordRef]] = [[] for _ in self.refs]
        self.children: list[list[Facts]] = [[] for _ in self.refs]
        self.facts: list[Facts] = []
        for ref, i in self.owner.items():
            self.records[i].append(ref)
            if ref != self.refs[i]:
                self.children[i].append(reading(by_ref[ref]))
        for i, ref in enumerate(self.refs):
            self.facts.append(reading(by_ref[ref]) if ref in by_ref else self._unseen(ref, i))
        self.known: list[bool] = [ref in by_ref for ref in self.refs]
        self.parents = {ref: one.parent for ref, one in by_ref.items() if one.parent is not None}
        self.organisations: list[frozenset[int]] = [
            self._memberships(by_ref[ref]) if ref in by_ref else frozenset() for ref in self.refs
        ]
        self.carriers = self._carriers()
        self.shared_by_many = frozenset(
            key
            for key, owners in self.carriers.items()
            if (is_shared(key) if is_shared else self.disagree(owners))
        )

    def _unseen(self, ref: RecordRef, i: int) -> Facts:
        kinds = {child.kind for child in self.children[i]}
        return Facts(ref, kinds.pop() if len(kinds) == 1 else SubjectKind.ORGANISATION)

    def _memberships(self, record: Record) -> frozenset[int]:
        return frozenset(self.owner[ref] for ref in record.member_of if ref in self.owner)

    def _carriers(self) -> dict[Key, list[int]]:
        """List, per strong identifier, the owners that carry it themselves or through a child, ascending."""
        carriers: dict[Key, list[int]] = defaultdict(list)
        for i, facts in enumerate(self.facts):
            keys = set(facts.strong)
            keys.update(key for child in self.children[i] for key in child.strong)
            for key in keys:
                carriers[key].append(i)
        for i, facts in enumerate(self.facts):
            for key in own_references(facts):
                if key in carriers and i not in carriers[key]:
                    carriers[key].append(i)
        return {key: sorted(owners) for key, owners in carriers.items() if len(owners) > 1}

    def disagree(self, owners: Sequence[int]) -> bool:
        """Tell whether more owners than a few carry an identifier, and their names or numbers disagree.

        People count with the organisation that they belong to. Owners that come later never make it untrue.
        """
        if len(owners) <= SHARED_ABOVE:
            return False
        known: dict[SubjectKind, list[Facts]] = {kind: [] for kind in SubjectKind}
        for i in owners:
            heads = [self.facts[j] for j in sorted(self.organisations[i])] or [self.facts[i]]
            for head in heads:
                seen = known[head.kind]
                if not (head.named or head.kvk) or any(_may_be_one(head, other) for other in seen):
                    continue
                seen.append(head)
            if sum(map(len, known.values())) > SHARED_ABOVE:
                return True
        return False

    def strong_carriers(self, about: Container[int] | None = None) -> Iterator[tuple[Key, list[int]]]:
        """Give the identifiers that say something, with their owners; with `about`, those that one of them has."""
        for key in sorted(self.carriers):
            owners = self.carriers[key]
            if key not in self.shared_by_many and (about is None or any(i in about for i in owners)):
                yield key, owners

    def shown(self, i: int) -> RecordRef:
        """Give the record that stands for an owner: itself, or its first child when it was not given."""
        return self.refs[i] if self.known[i] else min(self.records[i])

    def carrying(self, i: int, key: Key) -> list[Facts]:
        """Give the records of one owner, itself and its children, that carry an identifier."""
        return [facts for facts in [self.facts[i], *self.children[i]] if key in facts.strong]


def _owner(ref: RecordRef, by_ref: dict[RecordRef, Record]) -> RecordRef:
    """Follow parents to the top; in a circle, its smallest reference."""
    seen = [ref]
    while (record := by_ref.get(seen[-1])) is not None and record.parent is not None:
        if record.parent in seen:
            return min(seen[seen.index(record.parent) :])
        seen.append(record.parent)
    return seen[-1]


def _may_be_one(one: Facts, other: Facts) -> bool:
    if contradict(profile(one), profile(other)):
        return False
    return bool(one.kvk & other.kvk) or compare_names(one, other) >= Agreement.UNSURE


def is_email(key: Key) -> bool:
    """Tell whether an identifier is an e-mail address."""
    return kind_of(key) == IdentifierKind.EMAIL
