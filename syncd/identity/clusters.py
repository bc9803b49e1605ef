"""Clusters that never hold two records that contradict, whatever leads from one to the other.

Links are taken strongest first, all of one strength at once. Where a strength would join two clusters that
contradict, everything on the way between them falls: a record that fits both belongs to neither until a person
says so. Wrongly merged means wrongly erased.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby, product
from typing import TYPE_CHECKING, NamedTuple

from syncd.identity.comparing import Profile, never_one

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Edge(NamedTuple):
    """A link that the two records by themselves allow."""

    weight: int
    a: int
    b: int


class Clusters:
    """Union-find over records, numbered in the order of their references, with what keeps them apart."""

    def __init__(self, profiles: Sequence[Profile]) -> None:
        self._up = list(range(len(profiles)))
        self._members: dict[int, set[int]] = {i: {i} for i in self._up}
        self._profiles: dict[int, set[Profile]] = {i: {one} for i, one in enumerate(profiles)}
        self._apart: dict[int, set[int]] = defaultdict(set)
        self._frozen: set[int] = set()

    def find(self, node: int) -> int:
        """Give the cluster that a record is in."""
        while self._up[node] != node:
            self._up[node] = self._up[self._up[node]]
            node = self._up[node]
        return node

    def members(self, node: int) -> set[int]:
        """Give every record in the same cluster."""
        return self._members[self.find(node)]

    def keep_apart(self, a: int, b: int) -> None:
        """Forbid that two records ever come together; without effect where a person joined them already."""
        one, other = self.find(a), self.find(b)
        if one != other:
            self._apart[one].add(b)
            self._apart[other].add(a)

    def kept_apart_from(self, node: int) -> set[int]:
        """Give the records that may never come into the same cluster by order, whatever they say."""
        return self._apart[self.find(node)]

    def kept_apart(self, a: int, b: int) -> bool:
        """Tell whether the clusters of two records may never come together by order."""
        return bool(self._apart[self.find(a)] & self._members[self.find(b)])

    def contradict(self, a: int, b: int) -> bool:
        """Tell whether joining the clusters of two records would bring into one what no one subject says."""
        one, other = self.find(a), self.find(b)
        if one == other:
            return False
        return any(
            never_one(ours, theirs) for ours in self._profiles[one] for theirs in self._profiles[other]
        )

    def conflict(self, a: int, b: int) -> bool:
        """Tell whether two records may not come into one cluster, by order or by what they say."""
        return self.kept_apart(a, b) or self.contradict(a, b)

    def join(self, a: int, b: int) -> None:
        """Bring two clusters together; the caller has looked for conflicts."""
        one, other = self.find(a), self.find(b)
        if one == other:
            return
        if len(self._members[one]) < len(self._members[other]):
            one, other = other, one
        self._up[other] = one
        if other in self._frozen:
            self._frozen.add(one)
        self._members[one] |= self._members.pop(other)
        self._profiles[one] |= self._profiles.pop(other)
        self._apart[one] |= self._apart.pop(other, set())

    def join_by_answer(self, a: int, b: int) -> None:
        """Bring two clusters together because a person said so: what they say are now alternatives."""
        self.join(a, b)
        top = self.find(a)
        joint = Profile()
        for one in self._profiles[top]:
            joint |= one
        self._profiles[top] = {joint}

    def link(self, edges: Iterable[Edge]) -> list[Edge]:
        """Take links strongest first; give those that hold."""
        taken: list[Edge] = []
        for _, level in groupby(sorted(edges, key=lambda e: (-e.weight, e.a, e.b)), key=lambda e: e.weight):
            taken += self._link_level([edge for edge in level if not self._is_frozen(edge)])
        return taken

    def _link_level(self, level: list[Edge]) -> list[Edge]:
        held: list[Edge] = []
        for edges in self._components(level):
            doubtful = self._between_conflicts(edges)
            held += [edge for edge in edges if edge not in doubtful]
        for edge in held:
            self.join(edge.a, edge.b)
        return held

    def _is_frozen(self, edge: Edge) -> bool:
        a, b = self.find(edge.a), self.find(edge.b)
        return a != b and bool({a, b} & self._frozen)

    def _components(self, edges: list[Edge]) -> list[list[Edge]]:
        """Group edges that hang together over the clusters as they are now."""
        joint = _Joint()
        for edge in edges:
            joint.join(self.find(edge.a), self.find(edge.b))
        grouped: dict[int, list[Edge]] = defaultdict(list)
        for edge in edges:
            grouped[joint.top(self.find(edge.a))].append(edge)
        return list(grouped.values())

    def _between_conflicts(self, edges: list[Edge]) -> set[Edge]:
        """Give the edges that may lie on a way between two conflicting clusters, and freeze what is between.

        Two linked clusters that conflict with exactly the same others are not between them: who is neither one nor
        the other says nothing about these two, which count as one. Branches that end in a cluster without conflict
        are cut off one by one; what is left is in doubt.
        """
        against = self._conflicts({self.find(node) for edge in edges for node in (edge.a, edge.b)})
        if not against:
            return set()
        joint = _Joint()
        for edge in edges:
            a, b = self.find(edge.a), self.find(edge.b)
            if a in against and against[a] == against.get(b):
                joint.join(a, b)
        torn = {joint.top(root) for root in against}
        near: dict[int, set[int]] = defaultdict(set)
        for edge in edges:
            a, b = joint.top(self.find(edge.a)), joint.top(self.find(edge.b))
            if a != b:
                near[a].add(b)
                near[b].add(a)
        ends = [root for root in near if root not in torn and len(near[root]) == 1]
        while ends:
            root = ends.pop()
            for neighbour in near.pop(root):
                near[neighbour].discard(root)
                if neighbour not in torn and len(near[neighbour]) == 1:
                    ends.append(neighbour)
        self._frozen |= {root for root in near if root not in torn}
        return {
            edge
            for edge in edges
            if joint.top(self.find(edge.b)) in near.get(joint.top(self.find(edge.a)), ())
        }

    def _conflicts(self, roots: set[int]) -> dict[int, set[int]]:
        """Give, for each cluster among `roots` that conflicts with another of them, all that it conflicts with."""
        by_profiles: dict[tuple[frozenset[Profile], bool], list[int]] = defaultdict(list)
        for root in sorted(roots):
            by_profiles[frozenset(self._profiles[root]), bool(self._apart[root])].append(root)
        kinds = list(by_profiles.values())
        against: dict[int, set[int]] = defaultdict(set)
        for i, some in enumerate(kinds):
            for others in kinds[i:]:
                if self._apart[some[0]] or self._apart[others[0]]:
                    pairs = {(a, b) for a in some for b in others if self.conflict(a, b)}
                elif some is not others and self.conflict(some[0], others[0]):
                    pairs = set(product(some, others))
                else:
                    continue
                for a, b in pairs:
                    against[a].add(b)
                    against[b].add(a)
        return dict(against)


class _Joint:
    """Numbers that were put together, each known by one of them."""

    def __init__(self) -> None:
        self._up: dict[int, int] = {}

    def top(self, node: int) -> int:
        """Give the one by which a number is known."""
        while self._up.setdefault(node, node) != node:
            self._up[node] = self._up[self._up[node]]
            node = self._up[node]
        return node

    def join(self, a: int, b: int) -> None:
        """Put two together."""
        self._up[self.top(a)] = self.top(b)
