"""Which records to compare: those that share a strong identifier, and those that resemble each other.

Everything goes through dictionaries on normalised keys, so the work grows with the records and not with their
pairs; a key that very many carry is not compared pair by pair.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from syncd.identity.comparing import signature
from syncd.identity.facts import resembling_keys

if TYPE_CHECKING:
    from collections.abc import Container, Hashable, Iterator

    from syncd.identity.answering import Pair
    from syncd.identity.population import Population

_PAIR_BY_PAIR = 24
_SIGNATURES = 100
RESEMBLING = 12
"""What more records than these have in common makes none of their pairs worth comparing."""


def linkable_pairs(people: Population, about: Container[int] | None = None) -> set[Pair]:
    """Give the pairs of owners that share a strong identifier and know more than an address.

    With `about`, only those with one of these owners in them.
    """
    pairs: set[Pair] = set()
    for key, carriers in people.strong_carriers(about):
        own = [
            i for i in carriers
            if not people.facts[i].address_only and (key in people.facts[i].strong or key.startswith("reference:"))
        ]  # fmt: skip
        pairs.update(combinations(own, 2) if len(own) <= _PAIR_BY_PAIR else _alike(people, own))
    return pairs if about is None else {(a, b) for a, b in pairs if a in about or b in about}


def _alike(people: Population, owners: list[int]) -> Iterator[Pair]:
    """Pair many carriers of one identifier: each with the next of its kind, and the first of each kind.

    Records with equal names and registrations compare alike, so nothing that speaks against a link is missed.
    """
    alike: dict[Hashable, list[int]] = defaultdict(list)
    for i in owners:
        alike[signature(people.facts[i])].append(i)
    for some in alike.values():
        yield from pairwise(some)
    if len(alike) <= _SIGNATURES:
        yield from combinations(sorted(some[0] for some in alike.values()), 2)


def resembling_pairs(people: Population) -> set[Pair]:
    """Give the pairs of owners of one kind that resemble each other by name, address or birth date."""
    buckets: dict[str, list[int]] = defaultdict(list)
    for i, facts in enumerate(people.facts):
        # What hangs in a circle of parents owns itself only for want of a better one.
        if people.refs[i] not in people.parents:
            for key in resembling_keys(facts):
                buckets[f"{facts.kind}:{key}"].append(i)
    pairs: set[Pair] = set()
    for alike in buckets.values():
        if 1 < len(alike) <= RESEMBLING:
            pairs.update(combinations(alike, 2))
    return pairs
