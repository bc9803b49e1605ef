"""The organisations above a subject: those it belongs to, directly or through another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from syncd.index import decisions
from syncd.retention import followed_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from sqlalchemy import Connection

    from syncd.model import Decision
    from syncd.retention import Facts, Schedule


@dataclass(frozen=True)
class Above:
    """What stands above one subject.

    `through` gives, for each organisation that it belongs to directly, that one and all above it; `own` their
    decisions on their own facts.
    """

    through: Mapping[int, frozenset[int]] = field(default_factory=dict)
    own: Mapping[int, Decision] = field(default_factory=dict)

    def numbers(self, facts: Facts) -> frozenset[int]:
        """Give the organisations that count: not those above one that the subject left."""
        return self._staying(facts) | (facts.left.keys() & self.through.keys())

    def followed(self, facts: Facts, schedule: Schedule, today: date) -> list[Decision]:
        """Give the decisions that the subject follows."""
        staying = self._staying(facts)
        left = {number: on for number, on in facts.left.items() if number not in staying}
        counting = {number: self.own[number] for number in self.numbers(facts) if number in self.own}
        return followed_of(counting, left, schedule, today)

    def without(self, numbers: Collection[int]) -> Above:
        """Give the same with some organisations left out."""
        return Above(
            {one: above - set(numbers) for one, above in self.through.items() if one not in numbers},
            {one: decision for one, decision in self.own.items() if one not in numbers},
        )

    def _staying(self, facts: Facts) -> frozenset[int]:
        staying = (above for direct, above in self.through.items() if direct not in facts.left)
        return frozenset().union(*staying)


def through(
    connection: Connection, direct: Mapping[int, Collection[int]]
) -> dict[int, dict[int, frozenset[int]]]:
    """Give, for each subject and each organisation it belongs to directly, that one and all above it."""
    above: dict[int, set[int]] = {}
    unseen = set().union(*direct.values())
    while unseen:
        found = decisions.organisations_of(connection, unseen)
        above |= {number: found.get(number, set()) for number in unseen}
        unseen = set().union(*found.values()) - set(above)
    return {
        number: {one: frozenset(_climb(above, one) - {number}) for one in organisations}
        for number, organisations in direct.items()
    }


def _climb(above: Mapping[int, set[int]], start: int) -> set[int]:
    found, left = {start}, [start]
    while left:
        new = above[left.pop()] - found
        found |= new
        left += new
    return found
