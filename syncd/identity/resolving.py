"""From records to subjects: link what is certain, propose what is likely, say what is in doubt."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from syncd.identity.addressed import attach, kind_of_cluster
from syncd.identity.agreement import Agreement
from syncd.identity.answering import take
from syncd.identity.clusters import Clusters, Edge
from syncd.identity.companies import misspelt
from syncd.identity.comparing import compare, compare_names, contradict, profile
from syncd.identity.contests import find_contests
from syncd.identity.facts import Facts, read
from syncd.identity.keeping import keep_together
from syncd.identity.pairing import linkable_pairs, resembling_pairs
from syncd.identity.population import Population
from syncd.identity.proposing import FROM_SCORE, likeliest, propose
from syncd.identity.results import Group, Link, Resolution
from syncd.identity.sufficing import branches, is_ones_own, one_door, settles
from syncd.model import RecordRef, SubjectKind

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence

    from syncd.identity.addressed import AddressLink
    from syncd.identity.answering import Pair, Said
    from syncd.identity.comparing import Comparison
    from syncd.identity.keeping import Kept
    from syncd.identity.results import Answer
    from syncd.model import Record


def resolve(
    records: Iterable[Record],
    answers: Iterable[Answer] = (),
    kept: Iterable[Kept] = (),
    *,
    least: float = FROM_SCORE,
    reading: Callable[[Record], Facts] = read,
) -> Resolution:
    """Group records into subjects. Records that only resemble each other are proposed from score `least` on.

    `kept` are pairs that stay together because one of both no longer shows who it is, or is gone: they join what
    was linked, and count for no comparison. The result does not depend on the order of records, answers or pairs.
    No group holds two records (children and `kept` aside) whose KVK, VAT, birth date or given names contradict,
    unless an answer joined them. Groups that an answer calls different are neither linked nor proposed nor
    contested. `reading` gives what was read of a record, where that was done before.
    """
    people = Population(records, reading=reading)
    linked = link(people, answers, kept)
    number = linked.number
    likely = propose(people, number, linked.compared, resembling_pairs(people), linked.different, least)
    return Resolution(
        groups=linked.groups,
        proposals=likeliest(likely, lambda ref: number[people.owner[ref]]),
        contested=find_contests(people, number, linked.different),
        likely=likely,
        kept=linked.kept,
        shared=people.shared_by_many,
    )


@dataclass(frozen=True)
class Linked:
    """Groups, and the number of each owner's. `different` are pairs of groups that a person told apart."""

    groups: tuple[Group, ...]
    number: list[int]
    different: frozenset[Pair]
    compared: Mapping[Pair, Comparison]
    kept: tuple[Kept, ...]


def link(
    people: Population,
    answers: Iterable[Answer],
    kept: Iterable[Kept],
    about: Container[int] | None = None,
) -> Linked:
    """Link owners into groups, in the order of their first owners. With `about`, only these owners."""
    answers = list(answers)
    clusters = Clusters([profile(facts) for facts in people.facts])
    said = take(people, answers)
    _prepare(people, clusters, said)
    compared = compare_pairs(people, about)
    edges = [
        Edge(found.weight, a, b)
        for (a, b), found in compared.items()
        if found.weight and (about is None or (a in about and b in about))
    ]
    doubtful = (
        _of_two_firms(people, edges)
        | _of_another_too(people, edges, compared)
        | _of_two_branches(people, edges, compared)
    )
    taken = clusters.link(edge for edge in edges if edge not in doubtful)
    attached = attach(people, clusters, about)
    tops, held = keep_together(people, clusters, kept, answers)
    members = _members(tops)
    number = [0] * len(people.refs)
    for index, owners in enumerate(members):
        for i in owners:
            number[i] = index
    links = _links(people, said, taken, compared, attached)
    return Linked(
        groups=tuple(_group(people, clusters, owners, links) for owners in members),
        number=number,
        different=told_apart(said, number),
        compared=compared,
        kept=held,
    )


def _of_two_firms(people: Population, edges: Iterable[Edge]) -> set[Edge]:
    """Give the links of each person to firms of which two have another name, as one of them is not the person's."""
    firms: dict[int, list[Edge]] = defaultdict(list)
    for edge in edges:
        persons = [i for i in (edge.a, edge.b) if people.facts[i].kind is SubjectKind.PERSON]
        if len(persons) == 1:
            firms[persons[0]].append(edge)
    return {edge for some in firms.values() if _name_two(people, some) for edge in some}


def _of_another_too(
    people: Population, edges: Iterable[Edge], compared: Mapping[Pair, Comparison]
) -> set[Edge]:
    """Give the links of records that as well belong to somebody who is not who they link to.

    A shop has had two owners, and its name goes on with a word on one of them; who says neither may be either. So
    may who is known by an initial at a mailbox that two of that initial read, however much else one of them shares:
    only what is one's own settles it.
    """
    maybe: dict[int, list[tuple[int, Comparison]]] = defaultdict(list)
    for (a, b), found in compared.items():
        if not found.contradicts and found.name >= Agreement.UNSURE:
            maybe[a].append((b, found))
            maybe[b].append((a, found))
    facts, torn, doubtful = people.facts, set(), set()
    for edge in edges:
        for between, linked in ((edge.a, edge.b), (edge.b, edge.a)):
            if any(
                _fits_as_well(facts[between], facts[linked], compared[edge.a, edge.b], facts[rival], found)
                for rival, found in maybe[between]
            ):
                doubtful.add(edge)
                torn.add(between)
    # Two who are torn may each be another one's.
    doubtful.update(
        edge for edge in edges if {edge.a, edge.b} <= torn and not _ones_own(people, edge, compared)
    )
    return doubtful


def _ones_own(people: Population, edge: Edge, compared: Mapping[Pair, Comparison]) -> bool:
    found = compared[edge.a, edge.b]
    return is_ones_own(people.facts[edge.a], people.facts[edge.b], found.strong, found.name)


def _fits_as_well(one: Facts, linked: Facts, found: Comparison, rival: Facts, beside: Comparison) -> bool:
    """Tell whether a record may as well be a rival's, who is not the one that it links to."""
    if rival.kind is not linked.kind:
        return False
    less = not beside.weight and found.strong <= beside.strong
    if not less and (beside.name < found.name or settles(one, linked, found, rival, beside)):
        return False
    return contradict(profile(rival), profile(linked))


def _of_two_branches(
    people: Population, edges: Iterable[Edge], compared: Mapping[Pair, Comparison]
) -> set[Edge]:
    """Give the links of an organisation's record to two that may be two branches, but for one at its own door.

    Head office has the registration, the mailbox and the name of both.
    """
    linked: dict[int, list[tuple[int, Edge]]] = defaultdict(list)
    for edge in edges:
        if people.facts[edge.a].kind is people.facts[edge.b].kind is SubjectKind.ORGANISATION:
            linked[edge.a].append((edge.b, edge))
            linked[edge.b].append((edge.a, edge))
    found: set[Edge] = set()
    for between, others in linked.items():
        for (a, to_a), (b, to_b) in combinations(others, 2):
            pair = compared.get((min(a, b), max(a, b)))
            if pair is None or pair.weight or pair.contradicts:
                continue
            here, ours, theirs = (people.facts[i] for i in (between, a, b))
            if branches(ours, theirs, pair.strong):
                found |= {edge for one, edge in ((ours, to_a), (theirs, to_b)) if not one_door(here, one)}
    return found


def _name_two(people: Population, edges: Sequence[Edge]) -> bool:
    firms = [
        one for edge in edges for one in (people.facts[edge.a], people.facts[edge.b])
        if one.kind is SubjectKind.ORGANISATION
    ]  # fmt: skip
    return any(
        compare_names(one, other) < Agreement.UNSURE
        and not one.kvk & other.kvk
        and not misspelt(one.company, other.company)
        for one, other in combinations(firms, 2)
    )


def compare_pairs(people: Population, about: Container[int] | None = None) -> dict[Pair, Comparison]:
    """Compare the owners that share a strong identifier; with `about`, those with one of these owners in them."""
    return {
        (a, b): compare(people.facts[a], people.facts[b], people.shared_by_many)
        for a, b in sorted(linkable_pairs(people, about))
    }


def told_apart(said: Said, number: Sequence[int]) -> frozenset[Pair]:
    """Give the pairs of groups that a person called different. `number` gives the group of an owner."""
    return frozenset((min(pair), max(pair)) for pair in ((number[a], number[b]) for a, b in said.different))


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


def _members(tops: Sequence[int]) -> list[list[int]]:
    """Give the owners of each group, groups in the order of their first owner."""
    owners: dict[int, list[int]] = defaultdict(list)
    for i, top in enumerate(tops):
        owners[top].append(i)
    return list(owners.values())


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
    people: Population, clusters: Clusters, owners: list[int], links: Mapping[int, list[Link]]
) -> Group:
    kinds = {kind_of_cluster(people, clusters, i) for i in owners}
    kind = SubjectKind.ORGANISATION if SubjectKind.ORGANISATION in kinds else SubjectKind.PERSON
    refs: set[RecordRef] = {ref for i in owners for ref in people.records[i]}
    return Group(kind, frozenset(refs), tuple(sorted(link for i in owners for link in links[i])))
