"""Two records side by side: whether they contradict, what agrees, and whether that is enough to link them.

The rules are those of the design (§6): one strong identifier and a second agreeing fact, and no contradiction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from syncd.identity.agreement import Agreement
from syncd.identity.apart import told_apart
from syncd.identity.companies import SOLE_TRADER, Company, compare_companies, two_bearers
from syncd.identity.facts import STRONG, Facts, Key, kind_of, own_references, read
from syncd.identity.persons import Person, compare_owner, compare_persons
from syncd.identity.sufficing import enough
from syncd.identity.vat import is_legal_persons
from syncd.model import IdentifierKind, SubjectKind

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable

    from syncd.model import Record

_WEIGHT = {
    IdentifierKind.KVK: 16,
    IdentifierKind.VAT: 14,
    IdentifierKind.REFERENCE: 12,
    IdentifierKind.IBAN: 10,
    IdentifierKind.CUSTOMER_NUMBER: 8,
    IdentifierKind.EMAIL: 7,
    IdentifierKind.PHONE: 5,
}
_NAME_WEIGHT = {Agreement.AGREES: 4, Agreement.INITIALS: 2}
_BIRTH_WEIGHT = 4
_LEGAL_PERSON = "rechtspersoon"
"""The form of an organisation whose VAT number says that it has one, and whose name does not say which."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two records share. `weight` orders links by strength; it is 0 when they may not link."""

    strong: frozenset[Key]
    name: Agreement
    evidence: tuple[str, ...]
    contradicts: bool
    weight: int


@dataclass(frozen=True, slots=True)
class Profile:
    """What can contradict. The sets are alternatives: several values only where a person joined records.

    `vetoes` are keys of what cannot be read for certain. It is no other value than what it may be.
    """

    kvk: frozenset[str] = frozenset()
    vat: frozenset[str] = frozenset()
    born: frozenset[str] = frozenset()
    persons: frozenset[Person] = frozenset()
    bearers: frozenset[Company] = frozenset()
    vetoes: frozenset[Key] = frozenset()

    def __or__(self, other: Profile) -> Profile:
        """Join two profiles that a person said are one subject's."""
        return Profile(
            self.kvk | other.kvk,
            self.vat | other.vat,
            self.born | other.born,
            self.persons | other.persons,
            self.bearers | other.bearers,
            self.vetoes | other.vetoes,
        )


def profile(facts: Facts) -> Profile:
    """Give the part of a record that can contradict another record."""
    is_person = facts.kind is SubjectKind.PERSON and bool(facts.person)
    return Profile(
        facts.kvk,
        facts.vat,
        facts.born,
        frozenset({facts.person}) if is_person else frozenset(),
        _bearers(facts),
        facts.vetoes,
    )


def _bearers(facts: Facts) -> frozenset[Company]:
    """Give whose name it is: a legal form or an owner. A person is what a sole trader is."""
    if facts.address_only:
        return frozenset()
    if facts.kind is SubjectKind.PERSON:
        return frozenset({Company((), SOLE_TRADER)})
    named = facts.company
    owned = named.names if len(named.names) > 1 else ()
    form = named.form or (_LEGAL_PERSON if any(map(is_legal_persons, facts.vat)) else "")
    return frozenset({Company(owned, form)}) if owned or form else frozenset()


def signature(facts: Facts) -> Hashable:
    """Give what decides how a record compares, its strong identifiers aside; equal for records alike."""
    return facts.kind, facts.company, facts.person, profile(facts)


def contradict(one: Profile, other: Profile) -> bool:
    """Tell whether two records cannot be one subject: other KVK, VAT, birth date, or given names."""
    pairs = ((one.kvk, other.kvk), (one.vat, other.vat), (one.born, other.born))
    if any(ours and theirs and not ours & theirs for ours, theirs in pairs):
        return True
    if (one.vetoes or other.vetoes) and _vetoed(one, other):
        return True
    if not one.persons or not other.persons:
        return False
    return all(_persons(a, b) is Agreement.CONTRADICTS for a in one.persons for b in other.persons)


def _vetoed(one: Profile, other: Profile) -> bool:
    """Tell whether KVK, VAT or birth date are others once what cannot be read for certain counts too."""
    return any(
        told_apart(kind, ours | _of_kind(one.vetoes, kind), theirs | _of_kind(other.vetoes, kind))
        for kind, ours, theirs in (
            (IdentifierKind.KVK, one.kvk, other.kvk),
            (IdentifierKind.VAT, one.vat, other.vat),
            (IdentifierKind.BIRTH_DATE, one.born, other.born),
        )
    )


def _of_kind(keys: Collection[Key], kind: IdentifierKind) -> set[str]:
    return {key.partition(":")[2] for key in keys if kind_of(key) == kind}


def never_one(one: Profile, other: Profile) -> bool:
    """Tell whether nobody between two records makes them one: they contradict, or are two legal persons or owners.

    One registration joins what is called after two forms.
    """
    if contradict(one, other):
        return True
    if one.kvk & other.kvk or not one.bearers or not other.bearers:
        return False
    return all(_two_bearers(ours, theirs) for ours in one.bearers for theirs in other.bearers)


def _two_bearers(one: Company, other: Company) -> bool:
    forms = {one.form, other.form}
    if _LEGAL_PERSON in forms and SOLE_TRADER not in forms:
        return two_bearers(replace(one, form=""), replace(other, form=""))
    return two_bearers(one, other)


def plainly_two(one: Record, other: Record) -> bool:
    """Tell whether two records cannot be one subject, or are organisations of other names."""
    ours, theirs = read(one), read(other)
    companies = ours.kind is theirs.kind is SubjectKind.ORGANISATION
    return contradict(profile(ours), profile(theirs)) or (
        companies and compare_names(ours, theirs) < Agreement.UNSURE
    )


@lru_cache(maxsize=1 << 15)
def _persons(one: Person, other: Person) -> Agreement:
    return compare_persons(one, other)


def compare_names(one: Facts, other: Facts) -> Agreement:
    """Compare two records' names within a kind, or a person with the organisation that may be theirs."""
    if one.kind is not other.kind:
        return _compare_owner(one, other)
    if one.kind is SubjectKind.PERSON:
        return _persons(one.person, other.person) if one.person and other.person else Agreement.UNSURE
    return compare_companies(one.company, other.company, _places(one, other))


def _places(one: Facts, other: Facts) -> frozenset[str] | None:
    """Give the words of the town that a name may leave out: of who is in it, and nobody is elsewhere.

    Of two towns the name says which branch it is; of two official names that go on otherwise, which company. Who
    leaves out both name and town may be the head office of all branches, which one registration makes one.
    """
    registered = bool(one.kvk & other.kvk)
    if one.company.form and other.company.form and not registered:
        return None
    ours, theirs = frozenset(one.city.split()), frozenset(other.city.split())
    if ours and theirs:
        return ours & theirs
    return ours | theirs if registered else (ours - _words(one.company)) | (theirs - _words(other.company))


def _words(named: Company) -> frozenset[str]:
    return frozenset(chain.from_iterable(named.names))


def _compare_owner(one: Facts, other: Facts) -> Agreement:
    organisation, owner = (one, other) if one.kind is SubjectKind.ORGANISATION else (other, one)
    borne = [compare_owner(words, owner.person) for words in organisation.company.names]
    return max(Agreement.UNSURE, _persons(organisation.person, owner.person), *borne)


def shared_strong(one: Facts, other: Facts) -> frozenset[Key]:
    """Give the strong identifiers that two records share, an explicit reference to one another among them."""
    strong = one.strong & other.strong
    if any(kind_of(key) == IdentifierKind.REFERENCE for key in one.strong | other.strong):
        strong |= (one.strong & own_references(other)) | (other.strong & own_references(one))
    return strong


def compare(one: Facts, other: Facts, shared_by_many: Collection[Key]) -> Comparison:
    """Put two records side by side; identifiers in `shared_by_many` say nothing."""
    strong = frozenset(key for key in shared_strong(one, other) if key not in shared_by_many)
    name = compare_names(one, other)
    evidence = [kind.value for kind in STRONG if any(kind_of(key) == kind for key in strong)]
    weight = sum(_WEIGHT[IdentifierKind(code)] for code in evidence) + _NAME_WEIGHT.get(name, 0)
    if name in _NAME_WEIGHT:
        evidence.append("name" if name is Agreement.AGREES else "initials")
    if one.postcode and one.postcode == other.postcode and one.house and one.house == other.house:
        # It carries no weight: a household shares its door, and would be joined before its dates of birth are seen.
        evidence.append("postcode+number")
    if one.born & other.born:
        evidence.append(IdentifierKind.BIRTH_DATE.value)
        weight += _BIRTH_WEIGHT
    contradicts = contradict(profile(one), profile(other))
    may = bool(strong) and not contradicts and enough(one, other, strong, name)
    return Comparison(strong, name, tuple(evidence), contradicts, weight if may else 0)
