"""Facts outlive records: who was linked stays together when one of both no longer shows who it is."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

from syncd.model import RecordRef

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncd.identity.clusters import Clusters
    from syncd.identity.population import Population
    from syncd.identity.results import Answer

Kept: TypeAlias = tuple[RecordRef, RecordRef]
"""Two records, one of which is gone or was emptied, that were linked before or are parent and child."""

_Node: TypeAlias = "int | RecordRef"


def keep_together(
    people: Population, clusters: Clusters, kept: Iterable[Kept], answers: Iterable[Answer]
) -> tuple[list[int], tuple[Kept, ...]]:
    """Give, per owner, one that stands for its group, and the pairs that hold.

    A pair does not hold where it would bring together what a person told apart. A record that is gone still
    keeps together what was linked to it.
    """

    def node(ref: RecordRef) -> _Node:
        return clusters.find(people.owner[ref]) if ref in people.owner else ref

    apart: dict[_Node, set[_Node]] = defaultdict(set)
    for one in answers:
        if not one.same:
            apart[node(one.a)].add(node(one.b))
            apart[node(one.b)].add(node(one.a))
    together: dict[_Node, set[_Node]] = {}
    held: list[Kept] = []
    for a, b in sorted({(min(pair), max(pair)) for pair in kept}):
        ours, theirs = (together.setdefault(each, {each}) for each in (node(a), node(b)))
        if ours is not theirs:
            if any(apart[each] & theirs for each in ours):
                continue
            ours |= theirs
            together.update(dict.fromkeys(theirs, ours))
        held.append((a, b))
    tops = [clusters.find(i) for i in range(len(people.refs))]
    stands_for = {
        one: min(each for each in some if isinstance(each, int))
        for one, some in together.items()
        if isinstance(one, int)
    }
    return [stands_for.get(top, top) for top in tops], tuple(held)
