"""From records to subjects: link what is certain, propose what is likely, say what is in doubt."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from syncd.identity.addressed import attach, kind_of_cluster, ties
from syncd.identity.answering import Said, take
from syncd.identity.clusters import Clusters, Edge
from syncd.identity.comparing import compare, profile
from syncd.identity.contests import find_contests
from syncd.identity.pairing import linkable_pairs
from syncd.identity.population import Population
from syncd.identity.proposing import FROM_SCORE, propose
from syncd.identity.results import Group, Link, Resolution
from syncd.model import RecordRef, SubjectKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from syncd.identity.addressed import AddressLink
    from syncd.identity.answering import Pair
    from syncd.identity.comparing import Comparison
    from syncd.identity.results import Answer
    from syncd.model import Record


def resolve(
    records: Iterable[Record], answers: Iterable[Answer] = (), *, least: float = FROM_SCORE
) -> Resolution:
    """Group records into subjects. Records that only resemble each other are proposed from score `least` on.

    The result does not depend on the order of records or answers. No group holds two records (children apart)
    whose KVK, VAT, birth date or given names contradict, unless an answer joined them. Groups that an answer
    calls different are neither linked nor proposed nor contested.
    """
    people = Population(records)
    clusters = Clusters([profile(facts) for facts in people.facts])
    said = take(people, answers)
    _prepare(people, clusters, said)
    compared = {
        (a, b): compare(people.facts[a], people.facts[b], people.shared_by_many)
        for a, b in sorted(linkable_pairs(people))
    }
    taken = clusters.link(Edge(found.weight, a, b) for (a, b), found in compared.items() if found.weight)
    attached = attach(people, clusters)
    members = _members(people, clusters)
    number = [0] * len(people.refs)
    for index, owners in enumerate(members):
        for i in owners:
            number[i] = index
    links = _links(people, said, taken, compared, attached)
    groups = tuple(_group(people, clusters, number, owners, links) for owners in members)
    different = {(min(pair), max(pair)) for pair in ((number[a], number[b]) for a, b in said.different)}
    return Resolution(
        groups=groups,
        proposals=propose(people, number, compared, different, least),
        contested=find_contests(people, number, groups, different),
    )


def _prepare(people: Population, clusters: Clusters, said: Said) -> None:
    """Join and keep apart what is settled before any comparison."""
    for a, b in said.same:
        clusters.join_by_answer(a, b)
    for a, b in said.different:
        clusters.keep_apart(a, b)
    # A person and their organisation are two subjects: one may outlive the other.
    for i, organisations in enumerate(people.organisations):
        for j in organisations:
            clusters.keep_apart(i, j)


def _members(people: Population, clusters: Clusters) -> list[list[int]]:
    """Give the owners of each group, groups in the order of their smallest reference."""
    owners: dict[int, list[int]] = defaultdict(list)
    for i in range(len(people.refs)):
        owners[clusters.find(i)].append(i)
    return sorted(owners.values(), key=lambda some: min(ref for i in some for ref in people.records[i]))


def _links(
    people: Population,
    said: Said,
    taken: Iterable[Edge],
    compared: Mapping[Pair, Comparison],
    attached: Iterable[AddressLink],
) -> dict[int, list[Link]]:
    """Collect the links of each owner with their evidence, under the owner of their first record."""
    links: dict[int, list[Link]] = defaultdict(list)
    for a, b in said.same:
        links[a].append(Link(people.shown(a), people.shown(b), ("answer",)))
    for edge in taken:
        evidence = compared[edge.a, edge.b].evidence
        links[edge.a].append(Link(people.refs[edge.a], people.refs[edge.b], evidence))
    for one in attached:
        links[one.a].append(Link(people.refs[one.a], people.shown(one.b), one.evidence))
    for ref, i in people.owner.items():
        top = people.shown(i)
        if ref != top:
            parent = people.parents[ref]
            links[i].append(Link(ref, parent if parent in people.owner else top, ("parent",)))
    return links


def _group(
    people: Population,
    clusters: Clusters,
    number: Sequence[int],
    owners: list[int],
    links: Mapping[int, list[Link]],
) -> Group:
    kind = kind_of_cluster(people, clusters, owners[0])
    organisations: frozenset[int] = frozenset()
    if kind is SubjectKind.PERSON:
        organisations = frozenset(
            number[root]
            for root in ties(people, clusters, owners[0])
            if kind_of_cluster(people, clusters, root) is SubjectKind.ORGANISATION
        )
    refs: set[RecordRef] = {ref for i in owners for ref in people.records[i]}
    return Group(
        kind, frozenset(refs), tuple(sorted(link for i in owners for link in links[i])), organisations
    )
