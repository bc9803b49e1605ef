"""A world that changes record by record and is resolved in parts, as an index would have it, all in memory."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from syncd.identity import Keys, keys_of, likeliest, resolve, resolve_part

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from syncd.identity import Answer, Link, Part, Proposal, Resolution
    from syncd.model import IdentifierKind, Record, RecordRef, SubjectKind

    Named = tuple[SubjectKind, frozenset[RecordRef], tuple[Link, ...]]
    Together = frozenset[frozenset[RecordRef]]


@dataclass(frozen=True)
class Outcome:
    """What a resolve says, with groups named by their records."""

    groups: frozenset[Named]
    contests: frozenset[tuple[IdentifierKind, Together]]
    likely: frozenset[Proposal]
    proposals: frozenset[Proposal]


@dataclass
class Held:
    """Everything that is known, and what resolving it part by part has led to."""

    existing: dict[RecordRef, Record] = field(default_factory=dict)
    answers: dict[tuple[RecordRef, RecordRef], Answer] = field(default_factory=dict)
    pairs: set[tuple[RecordRef, RecordRef]] = field(default_factory=set)
    key_of: dict[RecordRef, Keys] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    many: set[int] = field(default_factory=set)
    subject: dict[RecordRef, int] = field(default_factory=dict)
    groups: dict[int, Named] = field(default_factory=dict)
    contests: set[tuple[IdentifierKind, frozenset[int]]] = field(default_factory=set)
    likely: set[Proposal] = field(default_factory=set)
    next_subject: int = 1

    # --- changing -------------------------------------------------------------------------------------------

    def change(
        self, put: Iterable[Record] = (), drop: Iterable[RecordRef] = (), about: Iterable[RecordRef] = ()
    ) -> Part:
        """Let records come, change and go, and resolve what follows. `about` are those with another answer."""
        touched: dict[RecordRef, Keys] = {ref: self.key_of.get(ref, Keys()) for ref in about}
        for ref in drop:
            if ref in self.existing:
                touched[ref] = self.key_of.pop(ref)
                del self.existing[ref]
        for one in put:
            touched.setdefault(one.ref, self.key_of.get(one.ref, Keys()))
            self.existing[one.ref] = one
            self.key_of[one.ref] = keys_of(one, self)
        part = resolve_part(self, touched, iter(self.answers.values()))
        self._take(part)
        return part

    def _take(self, part: Part) -> None:
        self.many ^= part.flipped
        before = {self.subject[ref] for ref in part.resolved if ref in self.subject}
        for subject in before:
            self.groups.pop(subject, None)
        sets = _joined([one.refs for one in part.groups], part.kept, part.resolved)
        taken: set[int] = set()
        number: dict[int, int] = {len(part.groups) + i: one for i, one in enumerate(part.standing)}
        for refs in sorted(sets, key=min):
            earlier = sorted({self.subject[ref] for ref in refs if ref in self.subject} - taken)
            subject = earlier[0] if earlier else self.next_subject
            self.next_subject += not earlier
            taken |= {subject, *earlier}
            for i, one in enumerate(part.groups):
                if one.refs <= refs:
                    number[i] = subject
                    self.groups[subject] = (one.kind, one.refs, one.links)
            for ref in refs:
                self.subject[ref] = subject
        gone = part.stale
        self.contests = {one for one in self.contests if one[1].isdisjoint(gone)}
        self.contests |= {(one.kind, frozenset(number[i] for i in one.groups)) for one in part.contested}
        self.likely = {one for one in self.likely if {self._was[one.a], self._was[one.b]}.isdisjoint(gone)}
        self.likely |= set(part.likely)
        self._was = dict(self.subject)

    _was: dict[RecordRef, int] = field(default_factory=dict)

    def outcome(self) -> Outcome:
        """Give what is known after all changes."""
        refs_of = {subject: one[1] for subject, one in self.groups.items()}
        return Outcome(
            frozenset(self.groups.values()),
            frozenset(
                (kind, frozenset(refs_of.get(i, frozenset()) for i in some)) for kind, some in self.contests
            ),
            frozenset(self.likely),
            frozenset(likeliest(self.likely, self.subject.__getitem__)),
        )

    def from_scratch(self) -> Outcome:
        """Give what resolving everything says."""
        return outcome_of(resolve(self.existing.values(), self.answers.values(), self.pairs))

    # --- what resolving a part asks -------------------------------------------------------------------------

    def key(self, plain: str) -> int:
        return self.numbers.setdefault(plain, len(self.numbers))

    def records(self, refs: Collection[RecordRef]) -> list[Record]:
        return [self.existing[ref] for ref in refs if ref in self.existing]

    def keys(self, refs: Collection[RecordRef]) -> dict[RecordRef, Keys]:
        return {ref: self.key_of[ref] for ref in refs if ref in self.key_of}

    def owners(self, refs: Collection[RecordRef]) -> dict[RecordRef, RecordRef]:
        return {ref: self._owner(ref) for ref in refs}

    def _owner(self, ref: RecordRef) -> RecordRef:
        way = [ref]
        while (one := self.existing.get(way[-1])) is not None and one.parent is not None:
            if one.parent in way:
                return min(way[way.index(one.parent) :])
            way.append(one.parent)
        return way[-1]

    def below(self, refs: Collection[RecordRef]) -> set[RecordRef]:
        found = {ref for ref in refs if ref in self.existing}
        news = set(refs)
        while news:
            news = {one.ref for one in self.existing.values() if one.parent in news} - found
            found |= news
        return found

    def carriers(self, keys: Collection[int]) -> dict[int, set[RecordRef]]:
        found: dict[int, set[RecordRef]] = defaultdict(set)
        for ref, one in self.key_of.items():
            for key in (one.strong | one.belongs) & set(keys):
                found[key].add(ref)
        return found

    def alike(self, keys: Collection[int], most: int) -> dict[int, set[RecordRef]]:
        found: dict[int, set[RecordRef]] = defaultdict(set)
        for ref, one in self.key_of.items():
            for key in one.weak & set(keys):
                found[key].add(ref)
        return {key: refs for key, refs in found.items() if len(refs) <= most}

    def shared(self, keys: Collection[int]) -> set[int]:
        return self.many & set(keys)

    def subjects(self, refs: Collection[RecordRef]) -> dict[RecordRef, int]:
        return {ref: self.subject[ref] for ref in refs if ref in self.subject}

    def mates(self, subjects: Collection[int]) -> set[RecordRef]:
        return {ref for ref, subject in self.subject.items() if subject in set(subjects)}

    def kept(self, refs: Collection[RecordRef]) -> set[tuple[RecordRef, RecordRef]]:
        return {pair for pair in self.pairs if not set(pair).isdisjoint(refs)}


def _joined(
    groups: Iterable[frozenset[RecordRef]],
    kept: Iterable[tuple[RecordRef, RecordRef]],
    everybody: Iterable[RecordRef],
) -> list[set[RecordRef]]:
    sets: list[set[RecordRef]] = []
    for some in (set(one) for one in (*groups, *kept, *((one,) for one in everybody))):
        meeting = [one for one in sets if one & some]
        sets = [one for one in sets if not one & some] + [some.union(*meeting)]
    return sets


def outcome_of(found: Resolution) -> Outcome:
    """Name the groups of a resolve by their records."""
    refs = [one.refs for one in found.groups]
    return Outcome(
        frozenset((one.kind, one.refs, one.links) for one in found.groups),
        frozenset((one.kind, frozenset(refs[i] for i in one.groups)) for one in found.contested),
        frozenset(found.likely),
        frozenset(found.proposals),
    )
