"""Identifiers that unlinked subjects share: until somebody knows better, one may be the other.

An e-mail address that two subjects have themselves always makes a contest, also between people who are clearly
two: what is erased by address would hit both. Other identifiers make one only where nothing contradicts. A
phone number, because numbers are reissued, and whatever only a contact person has, because people work for two
companies, make one only where the names do not disagree either.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from syncd.identity.agreement import Agreement
from syncd.identity.comparing import compare_names, contradict, profile, signature
from syncd.identity.facts import Key, kind_of, own_references
from syncd.identity.population import is_email
from syncd.identity.results import Contest
from syncd.model import IdentifierKind

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Hashable, Iterable, Sequence

    from syncd.identity.answering import Pair
    from syncd.identity.facts import Facts
    from syncd.identity.population import Population

_PAIR_BY_PAIR = 24


def find_contests(
    people: Population,
    number: Sequence[int],
    different: Collection[Pair],
    about: Container[int] | None = None,
) -> tuple[Contest, ...]:
    """List the contests, each once. `number` gives the group of an owner; `different` are groups kept apart.

    With `about`, only those that one of these owners has a part in are all there.
    """
    belongs = _memberships(people, number)
    found: set[tuple[IdentifierKind, tuple[int, ...]]] = set()
    for key, carriers in people.strong_carriers(about):
        kind = IdentifierKind(kind_of(key))
        per_group: dict[int, dict[Hashable, Facts]] = defaultdict(dict)
        for i in carriers:
            facts = people.facts[i]
            per_group[number[i]].setdefault((_has_itself(key, facts), signature(facts)), facts)
        if set.intersection(*(belongs[i] for i in per_group)):
            continue
        if len(per_group) > _PAIR_BY_PAIR:
            found.add((kind, tuple(sorted(per_group))))
            continue
        for a, b in combinations(sorted(per_group), 2):
            tied = belongs[a] & belongs[b]
            if (
                not tied
                and (a, b) not in different
                and _in_doubt(key, per_group[a].values(), per_group[b].values())
            ):
                found.add((kind, (a, b)))
    return tuple(Contest(kind, pair) for kind, pair in sorted(found))


def _memberships(people: Population, number: Sequence[int]) -> dict[int, set[int]]:
    """Give, per group, itself and every organisation that one of its records belongs to."""
    belongs = {i: {i} for i in number}
    for i, organisations in enumerate(people.organisations):
        belongs[number[i]].update(number[j] for j in organisations)
    return belongs


def _in_doubt(key: Key, ours: Iterable[Facts], theirs: Collection[Facts]) -> bool:
    """Tell whether two groups, by their owners that carry an identifier, may be one subject."""
    return any(_may_be_one(key, one, other) for one in ours for other in theirs)


def _may_be_one(key: Key, one: Facts, other: Facts) -> bool:
    both_themselves = _has_itself(key, one) and _has_itself(key, other)
    if is_email(key) and both_themselves:
        return True
    if contradict(profile(one), profile(other)):
        return False
    names_count = not both_themselves or kind_of(key) == IdentifierKind.PHONE
    return not names_count or compare_names(one, other) >= Agreement.UNSURE


def _has_itself(key: Key, facts: Facts) -> bool:
    """Tell an owner's own identifier from one that only a record under it carries."""
    return key in facts.strong or key in own_references(facts)
