"""Records that know their subject by an e-mail address alone, and whose they are.

A newsletter member belongs to the one subject that has its address. A person comes before the organisation
that the person belongs to. Where several unrelated subjects have the address, the record belongs to none.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from syncd.identity.agreement import Agreement
from syncd.identity.comparing import compare_names
from syncd.identity.givennames import is_borne, sex_of
from syncd.identity.mailboxes import names_another, read_by_many
from syncd.identity.persons import Person, compare_persons
from syncd.identity.population import is_email
from syncd.model import SubjectKind

if TYPE_CHECKING:
    from collections.abc import Container

    from syncd.identity.clusters import Clusters
    from syncd.identity.facts import Facts, Key
    from syncd.identity.population import Population

_FEW = 12


@dataclass(frozen=True)
class AddressLink:
    """An address-only record and the record that it goes with."""

    a: int
    b: int
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class _Candidate:
    """A cluster that has the address: through which record, and how its name compares."""

    root: int
    through: int
    name: Agreement
    own: bool


def attach(people: Population, clusters: Clusters, about: Container[int] | None = None) -> list[AddressLink]:
    """Link the address-only records and join their clusters; with `about`, those with one of their addresses."""
    links: list[AddressLink] = []
    for key, carriers in people.strong_carriers(about):
        if is_email(key):
            members = [i for i in carriers if people.facts[i].address_only and len(clusters.members(i)) == 1]
            if members:
                others = sorted(set(carriers).difference(members))
                links += _attach_members(people, clusters, key, members, others)
    return links


def _attach_members(
    people: Population, clusters: Clusters, key: Key, members: list[int], others: list[int]
) -> list[AddressLink]:
    links: list[AddressLink] = []
    chosen: dict[int, list[tuple[list[int], _Candidate]]] = defaultdict(list)
    units = _units(people, clusters, key, members, others)
    for unit in units:
        for a, b in pairwise(unit):
            clusters.join(a, b)
            links.append(AddressLink(a, b, _evidence(compare_names(people.facts[a], people.facts[b]))))
        found = _choose(people, clusters, _candidates(people, clusters, key, unit, others))
        if found is not None and clusters.kept_apart(unit[0], found.root):
            # That it is not this one says nothing of the others: they are asked about.
            continue
        member = _named_most(people, unit)
        if (
            found is not None
            and _is_whose(key, member, people.facts[found.through], found.name)
            and not any(
                compare_names(member, _named_most(people, other)) >= found.name
                and clusters.contradict(other[0], found.root)
                for other in units
            )
        ):
            chosen[found.root].append((unit, found))
    for takers in chosen.values():
        # Two subscribers whose names contradict cannot both be the one subject: then neither is.
        if any(clusters.conflict(a[0], b[0]) for (a, _), (b, _) in combinations(takers, 2)):
            continue
        for unit, found in takers:
            clusters.join(unit[0], found.root)
            links.append(AddressLink(unit[0], found.through, _evidence(found.name)))
    return links


def _evidence(name: Agreement) -> tuple[str, ...]:
    codes = {Agreement.AGREES: "name", Agreement.INITIALS: "initials"}
    return ("email", codes[name]) if name in codes else ("email",)


def _units(
    people: Population, clusters: Clusters, key: Key, members: list[int], others: list[int]
) -> list[list[int]]:
    """Put members with one address together: all of them, or where names disagree those of one name.

    A member that a person called different from another one stays by itself. Who says no name is not taken along
    by one who does where several have the address.
    """
    alone = {i for i in members if not clusters.kept_apart_from(i).isdisjoint(members)}
    by_name: dict[Person, list[int]] = defaultdict(list)
    for i in members:
        if i not in alone:
            by_name[people.facts[i].person].append(i)
    names = [name for name in by_name if name]
    agree = len(names) <= _FEW and all(_one_reader(key, *pair) for pair in combinations(names, 2))
    if agree:
        # An initial fits two, however much more is known of one of them.
        readers = {people.facts[i].person for i in others} - {Person()}
        fits = [{_one_reader(key, name, reader) for name in names} for reader in readers]
        agree = not any(len(some) > 1 for some in fits)
    nameless = by_name.get(Person(), [])
    if nameless and names and len(_candidates(people, clusters, key, nameless, others)) > 1:
        by_name.pop(Person())
    else:
        nameless = []
    together = [sorted(i for some in by_name.values() for i in some)] if agree else list(by_name.values())
    return [unit for unit in [*together, nameless] if unit] + [[i] for i in sorted(alone)]


def _one_reader(key: Key, one: Person, other: Person) -> bool:
    """Tell whether two names at one address may be one person's.

    An initial, or a surname with another beside it, is not enough in a family's mailbox.
    """
    name = compare_persons(one, other)
    return name is Agreement.AGREES or (name >= Agreement.UNSURE and _is_ones_own(key, one, other))


def _candidates(
    people: Population, clusters: Clusters, key: Key, unit: list[int], others: list[int]
) -> list[_Candidate]:
    """List the clusters with the address whose name does not speak against the unit's."""
    member = _named_most(people, unit)
    found: dict[int, _Candidate] = {}
    for i in others:
        root = clusters.find(i)
        if clusters.contradict(unit[0], i):  # the unit is one cluster by now
            continue
        for carrier in people.carrying(i, key):
            name = compare_names(member, carrier)
            own = carrier is people.facts[i]
            if name < Agreement.UNSURE:
                continue
            known = found.get(root)
            if known is None or (name, own) > (known.name, known.own):
                found[root] = _Candidate(root, i, name, own or (known is not None and known.own))
    return [found[root] for root in sorted(found)]


def _is_whose(key: Key, member: Facts, carrier: Facts, name: Agreement) -> bool:
    """Tell whether a member's name lets it be the one who has its address.

    Who has a given name and a surname is known by more than an address: a person, and not the organisation whose
    address that one reads; nor is it, by an initial, whoever else of a family or an office reads it. Leo is not
    what is called after Bianca Postma.
    """
    if name is Agreement.INITIALS:
        return _is_ones_own(key, member.person, carrier.person)
    if name is Agreement.AGREES or not carrier.company.names:
        return True
    if member.person.given and member.person.family:
        return False
    said = member.person.called or member.person.lone
    return not is_borne(said) or not any(
        said not in words and any(map(sex_of, words)) for words in carrier.company.names
    )


def _is_ones_own(key: Key, one: Person, other: Person) -> bool:
    """Tell whether an address is that of one person, by what two names with one initial say of it."""
    surname, initials = one.family | other.family, one.initials + other.initials
    names = one.written_out + other.written_out
    return not read_by_many(key, surname) and not names_another(key, surname, initials, names)


def _named_most(people: Population, unit: list[int]) -> Facts:
    """Give the member that says most about its name."""
    return max(
        (people.facts[i] for i in unit), key=lambda one: (len(one.person.given), len(one.person.family))
    )


def _choose(people: Population, clusters: Clusters, candidates: list[_Candidate]) -> _Candidate | None:
    if len(candidates) == 1:
        return candidates[0]
    kinds = {one.root: kind_of_cluster(people, clusters, one.root) for one in candidates}
    persons = [one for one in candidates if kinds[one.root] is SubjectKind.PERSON]
    organisations = [one for one in candidates if kinds[one.root] is SubjectKind.ORGANISATION]
    by_name = [one for one in persons if one.name is Agreement.AGREES]
    if len(by_name) == 1:
        return by_name[0]
    roots = {one.root for one in organisations}
    tied = [one for one in persons if roots <= ties(people, clusters, one.root)]
    if len(persons) == 1 and tied:
        return persons[0]
    if len(organisations) == 1 and len(tied) == len(persons) and organisations[0].own:
        return organisations[0]
    return None


def kind_of_cluster(people: Population, clusters: Clusters, root: int) -> SubjectKind:
    """Give what a cluster is: an organisation as soon as one of its records is (a sole trader)."""
    kinds = {people.facts[i].kind for i in clusters.members(root)}
    return SubjectKind.ORGANISATION if SubjectKind.ORGANISATION in kinds else SubjectKind.PERSON


def ties(people: Population, clusters: Clusters, root: int) -> set[int]:
    """Give the clusters that somebody in this cluster belongs to."""
    found = {clusters.find(j) for i in clusters.members(root) for j in people.organisations[i]}
    return found - {clusters.find(root)}
