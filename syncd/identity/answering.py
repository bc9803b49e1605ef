"""What persons answered, applied before anything is computed: an answer outranks every rule."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncd.identity.population import Population
    from syncd.identity.results import Answer
    from syncd.model import RecordRef

Pair: TypeAlias = tuple[int, int]
_Node: TypeAlias = "int | RecordRef"


@dataclass(frozen=True)
class Said:
    """Owners that a person joined, as pairs that form a chain, and pairs that a person called different."""

    same: tuple[Pair, ...]
    different: frozenset[Pair]


def take(people: Population, answers: Iterable[Answer]) -> Said:
    """Work the answers out. Where they contradict each other, `different` stands and that join falls.

    A record that no longer exists still carries what was said through it: a is b, b is c makes a and c one
    when b is gone.
    """
    given = sorted(set(answers), key=lambda one: (one.a, one.b, one.same))
    together: dict[_Node, set[_Node]] = {}
    apart: dict[_Node, set[_Node]] = defaultdict(set)
    different: set[Pair] = set()
    for answer in given:
        a, b = _node(people, answer.a), _node(people, answer.b)
        together.setdefault(a, {a})
        together.setdefault(b, {b})
        if not answer.same:
            apart[a].add(b)
            apart[b].add(a)
            if isinstance(a, int) and isinstance(b, int):
                different.add((min(a, b), max(a, b)))
    for answer in given:
        one, other = together[_node(people, answer.a)], together[_node(people, answer.b)]
        if answer.same and one is not other and not any(apart[node] & other for node in one):
            one |= other
            together.update(dict.fromkeys(other, one))
    chains = {id(nodes): sorted(n for n in nodes if isinstance(n, int)) for nodes in together.values()}
    return Said(
        same=tuple(sorted(pair for chain in chains.values() for pair in pairwise(chain))),
        different=frozenset(different),
    )


def _node(people: Population, ref: RecordRef) -> _Node:
    return people.owner.get(ref, ref)
