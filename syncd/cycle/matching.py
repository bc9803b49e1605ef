"""What would link and what would be proposed, from exports alone. Nothing is kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING

from syncd.cycle.opinion import opinions
from syncd.identity import FROM_SCORE, STRONG, plainly_two, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from syncd.cycle.exports import Export
    from syncd.identity import Group, Link, Proposal
    from syncd.model import Record, RecordRef

THROUGH_OTHERS = "through_others"
"""Evidence of two records that link because each links with a third."""

LISTED_FROM = 0.1
"""Score from which pairs that merely resemble each other are listed; a run asks about those from 0.5 on."""

SPLINK = "splink"
"""Evidence of two records that only Splink takes for one."""

_STRONG = frozenset(kind.value for kind in STRONG)

_PAIR_BY_PAIR = 50
"""Records of one subject of which every pair is listed; of more, the pairs that carry the links."""


@dataclass(frozen=True)
class Pair:
    """Two rows: `score` is None for a link, else how likely they are one subject, between 0 and 1."""

    a: RecordRef
    b: RecordRef
    score: float | None
    evidence: tuple[str, ...]

    @property
    def asked(self) -> bool:
        """Tell whether a run would ask about the pair: an identifier is shared, or it resembles enough."""
        return self.score is not None and (self.score >= FROM_SCORE or not _STRONG.isdisjoint(self.evidence))


@dataclass(frozen=True)
class Matching:
    """Links in the order of their rows, proposals with the likeliest first, and how many subjects there are."""

    links: tuple[Pair, ...]
    proposals: tuple[Pair, ...]
    subjects: int


def match(exports: Sequence[Export], least: float = LISTED_FROM, *, second: bool = False) -> Matching:
    """Resolve the rows of all files together; rows that only resemble each other are proposed from `least` on.

    With `second`, Splink's opinion adds proposals. Raises `NotInstalledError`.
    """
    records = [record for export in exports for record in export.records]
    found = resolve(records, least=least)
    group_of = {ref: group for group in found.groups for ref in group.refs}
    proposals = [pair for proposal in found.proposals for pair in _proposed(proposal, group_of)]
    if second:
        proposals += _added(records, proposals, group_of)
        proposals.sort(key=lambda one: -(one.score or 0))
    return Matching(
        links=tuple(pair for group in found.groups for pair in _linked(group)),
        proposals=tuple(proposals),
        subjects=len(found.groups),
    )


def _added(records: Sequence[Record], known: Sequence[Pair], group_of: dict[RecordRef, Group]) -> list[Pair]:
    """List the pairs that only Splink takes for one, below what resembles: it errs where the rules do not.

    None contradicts, and none is linked: the score says what a person may look at next, and nothing more.
    """
    of = {one.ref: one for one in records}
    listed = {(one.a, one.b) for one in known}
    return [
        Pair(a, b, round(LISTED_FROM * probability, 6), (SPLINK,))
        for (a, b), probability in sorted(opinions(records).items())
        if (a, b) not in listed and group_of[a] is not group_of[b] and not plainly_two(of[a], of[b])
    ]


def _linked(group: Group) -> Iterator[Pair]:
    """List every pair of a subject's rows, because whoever compares two lists of pairs needs them all."""
    direct = {_sorted(link.a, link.b): link for link in group.links}
    if len(group.refs) > _PAIR_BY_PAIR:
        yield from (_of(link) for link in group.links)
        return
    for pair in combinations(sorted(group.refs), 2):
        yield _of(direct[pair]) if pair in direct else Pair(*pair, None, (THROUGH_OTHERS,))


def _of(link: Link) -> Pair:
    return Pair(*_sorted(link.a, link.b), None, link.evidence)


def _proposed(proposal: Proposal, group_of: dict[RecordRef, Group]) -> Iterator[Pair]:
    """List the pair that is proposed, then every other pair that the answer would settle with it."""
    yield Pair(*_sorted(proposal.a, proposal.b), proposal.score, proposal.evidence)
    ours, theirs = group_of[proposal.a].refs, group_of[proposal.b].refs
    if len(ours) * len(theirs) > _PAIR_BY_PAIR:
        return
    for a, b in sorted(_sorted(*pair) for pair in product(ours, theirs)):
        if (a, b) != _sorted(proposal.a, proposal.b):
            yield Pair(a, b, proposal.score, (THROUGH_OTHERS,))


def _sorted(a: RecordRef, b: RecordRef) -> tuple[RecordRef, RecordRef]:
    return (a, b) if a < b else (b, a)


def names_of_rows(exports: Sequence[Export]) -> dict[RecordRef, str]:
    """Name every row by its id, or, where ids of the files clash, every one as `file:id`."""
    refs = [record.ref for export in exports for record in export.records]
    taken = Counter(ref.key for ref in refs)
    clash = any(count > 1 for count in taken.values())
    return {ref: f"{ref.account}:{ref.key}" if clash else ref.key for ref in refs}
