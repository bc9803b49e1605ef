"""Resolving only what a change touches: gives for these records what resolving all of them would give.

After linking the neighbourhood anew, proposals and contests are looked for of every group that is another one, or
whose records or identifiers changed; and of groups beside it where a rule counts carriers and a count may have
crossed its limit.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from syncd.identity.answering import take
from syncd.identity.contests import find_contests
from syncd.identity.neighbourhood import Neighbourhood
from syncd.identity.pairing import RESEMBLING
from syncd.identity.proposing import FROM_SCORE, propose
from syncd.identity.resolving import compare_pairs, link, told_apart
from syncd.identity.results import Part
from syncd.identity.surroundings import Keys

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from syncd.identity.population import Population
    from syncd.identity.resolving import Linked
    from syncd.identity.results import Answer
    from syncd.identity.surroundings import Surroundings
    from syncd.model import RecordRef

_COUNTED = 12
"""The least number of carriers from which some rule treats an identifier otherwise than a smaller one."""


def resolve_part(
    around: Surroundings, changed: Mapping[RecordRef, Keys], answers: Iterable[Answer] = ()
) -> Part:
    """Resolve what follows from a change, with `resolve`'s rules and result.

    `changed` are all records that are other, new or gone since they were last resolved, with the keys that they had
    then; records that an answer was given or taken back about are among them. `answers` are all answers.
    """
    answers = list(answers)
    near = Neighbourhood(around, changed, answers)
    linked = _link(near, answers)
    return _Asking(near, linked, changed, answers).part()


def _link(near: Neighbourhood, answers: list[Answer]) -> Linked:
    """Link the neighbourhood; who shares an identifier with it stands by, because a rule may count them."""
    ours = near.linked_anew
    people = near.population(near.with_heads(ours | _standing_by(near)))
    about = {people.owner[ref] for ref in ours if ref in people.owner}
    return link(people, answers, near.around.kept(ours), about)


def _standing_by(near: Neighbourhood) -> set[RecordRef]:
    return near.beside(near.linked_anew)


class _Asking:
    """Looks for proposals and contests. Groups linked anew have numbers from 0, the subjects beside them go on."""

    def __init__(
        self,
        near: Neighbourhood,
        linked: Linked,
        changed: Mapping[RecordRef, Keys],
        answers: list[Answer],
    ) -> None:
        self.near = near
        self.changed = changed
        self.answers = answers
        self.kept = linked.kept
        self.groups = [one for one in linked.groups if not one.refs.isdisjoint(near.linked_anew)]
        self.group_of = {ref: i for i, one in enumerate(self.groups) for ref in one.refs}
        self.before = near.around.subjects(near.linked_anew)
        self.now = near.around.keys(changed)
        self.standing: dict[int, int] = {}

    def part(self) -> Part:
        """Give the result."""
        regrouped = self._regrouped()
        asked, stale = self._other(self.near.touched | regrouped)
        refs = {ref for i in asked for ref in self.groups[i].refs}
        refs |= self._whole(self._crowds() | self._carriers_that_count() | self._belonging(regrouped))
        everybody, resembling = self._around(refs)
        people = self.near.population(everybody)
        number = self._numbers(people, everybody)
        asked |= {number[people.owner[ref]] for ref in refs}
        about = {i for i, group in enumerate(number) if group in asked}
        pairs = {
            (min(pair), max(pair)) for pair in ((people.owner[a], people.owner[b]) for a, b in resembling)
        }
        different = told_apart(take(people, self.answers), number)
        likely = propose(people, number, compare_pairs(people, about), pairs, different, FROM_SCORE, asked)
        contested = find_contests(people, number, different, about)
        return Part(
            groups=tuple(self.groups),
            standing=tuple(self.standing),
            asked=frozenset(asked),
            stale=frozenset(stale | self._earlier(asked)),
            likely=likely,
            contested=tuple(one for one in contested if not asked.isdisjoint(one.groups)),
            kept=self.kept,
            flipped=frozenset(self.near.flipped),
            resolved=frozenset(self.near.linked_anew),
        )

    def _numbers(self, people: Population, everybody: set[RecordRef]) -> list[int]:
        """Give the group of each owner: one linked anew, or the subject that it was in."""
        subjects = self.near.around.subjects(everybody - self.group_of.keys())
        group_of = dict(self.group_of)
        for ref, subject in subjects.items():
            group_of[ref] = self.standing.setdefault(subject, len(self.groups) + len(self.standing))
        return [group_of[min(refs)] for refs in people.records]

    # --- whose proposals and contests may be others -----------------------------------------------------------

    def _other(self, refs: set[RecordRef]) -> tuple[set[int], set[int]]:
        """Give the groups with one of these records in them, or with a mate of one, and their earlier subjects."""
        stale = {self.before[ref] for ref in refs if ref in self.before}
        others = {i for ref, i in self.group_of.items() if ref in refs or self.before.get(ref) in stale}
        return others, stale

    def _earlier(self, groups: set[int]) -> set[int]:
        """Give the subjects that groups were before."""
        linked = {ref for ref, i in self.group_of.items() if i in groups}
        standing = {subject for subject, i in self.standing.items() if i in groups}
        return standing | {self.before[ref] for ref in linked & self.before.keys()}

    def _regrouped(self) -> set[RecordRef]:
        """Give the records whose subject was split or merged, and those that came or went."""
        parts: dict[int, set[int]] = defaultdict(set)
        for ref, subject in self.before.items():
            if ref in self.group_of:
                parts[subject].add(self.group_of[ref])
        earlier: list[set[int]] = [
            {self.before[ref] for ref in one.refs if ref in self.before} for one in self.groups
        ]
        found = {
            ref
            for i, one in enumerate(self.groups)
            if len(earlier[i]) != 1 or any(len(parts[subject]) > 1 for subject in earlier[i])
            for ref in one.refs
        }
        none = Keys()
        return found | {
            ref for ref, keys in self.changed.items() if keys.exists is not self.now.get(ref, none).exists
        }

    def _belonging(self, regrouped: set[RecordRef]) -> set[RecordRef]:
        """Give who belongs to these: what belongs to one organisation is no contest."""
        return self.near.members(regrouped)

    def _carriers_that_count(self) -> set[RecordRef]:
        """Give the carriers of every identifier here that enough records have, or had, for a rule to count them."""
        left: dict[int, int] = defaultdict(int)
        for ref, before in self.changed.items():
            for key in before.strong - self.now.get(ref, Keys()).strong:
                left[key] += 1
        looked_at = self.near.strong_keys(self.near.linked_anew) | left.keys()
        carriers = self.near.around.carriers(self.near.telling(looked_at))
        many = [refs for key, refs in carriers.items() if len(refs) + left[key] > _COUNTED]
        return set().union(*many)

    def _crowds(self) -> set[RecordRef]:
        """Give those who resemble each other in something that became, or ceased to be, what too many have."""
        entered: dict[int, int] = defaultdict(int)
        left: dict[int, int] = defaultdict(int)
        for ref, before in self.changed.items():
            now = self.now.get(ref, Keys())
            for key in now.weak - before.weak:
                entered[key] += 1
            for key in before.weak - now.weak:
                left[key] += 1
        keys = entered.keys() | left.keys()
        most = RESEMBLING + max(entered.values(), default=0)
        crowds = self.near.around.alike(keys, most)
        return {
            ref
            for key, refs in crowds.items()
            if (len(refs) > RESEMBLING) is not (len(refs) - entered[key] + left[key] > RESEMBLING)
            for ref in refs
        }

    def _whole(self, refs: Collection[RecordRef]) -> set[RecordRef]:
        """Give these with all others of their groups, those that exist."""
        linked = {ref for one in refs if one in self.group_of for ref in self.groups[self.group_of[one]].refs}
        others = {one for one in refs if one not in self.group_of}
        subjects = set(self.near.around.subjects(others).values())
        mates = {one.ref for one in self.near.records(self.near.around.mates(subjects))}
        return linked | (mates - self.group_of.keys())

    # --- who has to stand beside them -------------------------------------------------------------------------

    def _around(self, refs: set[RecordRef]) -> tuple[set[RecordRef], set[tuple[RecordRef, RecordRef]]]:
        """Give everybody that these may be proposed or contested with, and the pairs that resemble each other."""
        near = self.near
        everybody = near.with_heads(near.family(refs | self._sharing(refs)))
        resembling = self._resembling(refs)
        return everybody | self._with_groups({b for _, b in resembling}), resembling

    def _with_groups(self, refs: set[RecordRef]) -> set[RecordRef]:
        """Add the groups of those who resemble somebody: a proposal rests on what both groups know."""
        return refs | self._whole(refs)

    def _sharing(self, refs: set[RecordRef]) -> set[RecordRef]:
        """Give the subjects with an identifier of these; what they belong to as a whole counts."""
        return self._whole(self.near.beside(refs))

    def _resembling(self, refs: set[RecordRef]) -> set[tuple[RecordRef, RecordRef]]:
        weak: dict[int, set[RecordRef]] = defaultdict(set)
        for ref, keys in self.near.around.keys(refs).items():
            for key in keys.weak:
                weak[key].add(ref)
        alike = self.near.around.alike(weak, RESEMBLING)
        return {(a, b) for key, others in alike.items() for a in weak[key] for b in others if a != b}
