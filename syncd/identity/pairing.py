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
    from collections.abc import Hashable, Iterator

    from syncd.identity.population import Population

_PAIR_BY_PAIR = 24
_SIGNATURES = 100
_RESEMBLING = 12


def linkable_pairs(people: Population) -> set[tuple[int, int]]:
    """Give the pairs of owners that share a strong identifier and know more than an address."""
    pairs: set[tuple[int, int]] = set()
    for key, carriers in people.strong_carriers():
        own = [
            i for i in carriers
            if not people.facts[i].address_only and (key in people.facts[i].strong or key.startswith("reference:"))
        ]  # fmt: skip
        pairs.update(combinations(own, 2) if len(own) <= _PAIR_BY_PAIR else _alike(people, own))
    return pairs


def _alike(people: Population, owners: list[int]) -> Iterator[tuple[int, int]]:
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


def resembling_pairs(people: Population) -> set[tuple[int, int]]:
    """Give the pairs of owners of one kind that resemble each other by name, address or birth date."""
    buckets: dict[str, list[int]] = defaultdict(list)
    for i, facts in enumerate(people.facts):
        for key in resembling_keys(facts):
            buckets[f"{facts.kind}:{key}"].append(i)
    pairs: set[tuple[int, int]] = set()
    for alike in buckets.values():
        if 1 < len(alike) <= _RESEMBLING:
            pairs.update(combinations(alike, 2))
    return pairs
