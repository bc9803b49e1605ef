"""Two records side by side: whether they contradict, what agrees, and whether that is enough to link them.

The rules are those of the design (§6): one strong identifier and a second agreeing fact, and no contradiction.
Two contact identifiers (e-mail and phone, say) are shared by sister companies and by colleagues too, so beside
names that disagree only the trade register number and an explicit reference count.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from syncd.identity.agreement import Agreement
from syncd.identity.companies import compare_companies
from syncd.identity.facts import STRONG, Facts, Key, kind_of, own_references, read
from syncd.identity.persons import Person, compare_persons, names_owner
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
_MOBILE = f"{IdentifierKind.PHONE}:+316"
_REGISTERED = {IdentifierKind.KVK.value, IdentifierKind.VAT.value}
_SURVIVES_ANOTHER_NAME = {IdentifierKind.KVK.value, IdentifierKind.REFERENCE.value}


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
    """What can contradict. The sets are alternatives: several values only where a person joined records."""

    kvk: frozenset[str] = frozenset()
    vat: frozenset[str] = frozenset()
    born: frozenset[str] = frozenset()
    persons: frozenset[Person] = frozenset()

    def __or__(self, other: Profile) -> Profile:
        """Join two profiles that a person said are one subject's."""
        return Profile(
            self.kvk | other.kvk, self.vat | other.vat, self.born | other.born, self.persons | other.persons
        )


def profile(facts: Facts) -> Profile:
    """Give the part of a record that can contradict another record."""
    is_person = facts.kind is SubjectKind.PERSON and bool(facts.person)
    return Profile(facts.kvk, facts.vat, facts.born, frozenset({facts.person}) if is_person else frozenset())


def signature(facts: Facts) -> Hashable:
    """Give what decides how a record compares, its strong identifiers aside; equal for records alike."""
    return facts.kind, facts.company, facts.person, profile(facts)


def contradict(one: Profile, other: Profile) -> bool:
    """Tell whether two records cannot be one subject: other KVK, VAT, birth date, or given names."""
    pairs = ((one.kvk, other.kvk), (one.vat, other.vat), (one.born, other.born))
    if any(ours and theirs and not ours & theirs for ours, theirs in pairs):
        return True
    if not one.persons or not other.persons:
        return False
    return all(_persons(a, b) is Agreement.CONTRADICTS for a in one.persons for b in other.persons)


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
    places = frozenset(f"{one.city} {other.city}".split())
    return compare_companies(one.company, other.company, places)


def _compare_owner(one: Facts, other: Facts) -> Agreement:
    organisation, owner = (one, other) if one.kind is SubjectKind.ORGANISATION else (other, one)
    if any(names_owner(words, owner.person) for words in organisation.company.names):
        return Agreement.AGREES
    return max(Agreement.UNSURE, _persons(organisation.person, owner.person))


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
    may = bool(strong) and not contradicts and _enough(one, other, strong, name)
    return Comparison(strong, name, tuple(evidence), contradicts, weight if may else 0)


def _enough(one: Facts, other: Facts, strong: frozenset[Key], name: Agreement) -> bool:
    """Tell whether a strong identifier has its second agreeing fact."""
    kinds = {kind_of(key) for key in strong}
    if one.kind is not other.kind:
        return _enough_for_owner(one, other, kinds, name)
    if one.kind is SubjectKind.ORGANISATION and _branches(one, other, kinds):
        return False
    if name >= Agreement.INITIALS and _landline_only(strong):
        # A household shares its landline, a surname and now and then a given name or its initial. A company has
        # one name at one number, and several addresses: one for its invoices, one for its newsletter.
        household = one.kind is SubjectKind.PERSON and contact_differs(one, other)
        return name is Agreement.AGREES and not household
    if name >= Agreement.INITIALS or _married(one, other):
        return True
    return len(kinds) > 1 and (name is Agreement.UNSURE or bool(kinds & _SURVIVES_ANOTHER_NAME))


def _landline_only(strong: frozenset[Key]) -> bool:
    return all(kind_of(key) == IdentifierKind.PHONE and not key.startswith(_MOBILE) for key in strong)


def contact_differs(one: Facts, other: Facts) -> int:
    """Count e-mail and phone that both know and do not share."""
    found = 0
    for kind in (IdentifierKind.EMAIL, IdentifierKind.PHONE):
        ours, theirs = (
            frozenset(key for key in facts.strong if kind_of(key) == kind) for facts in (one, other)
        )
        found += bool(ours and theirs and not ours & theirs)
    return found


def _branches(one: Facts, other: Facts, kinds: set[str]) -> bool:
    """Tell whether two records share their registration and may yet be two branches: a person must say.

    Each is in another town and reached otherwise.
    """
    if kinds - _REGISTERED or not one.city or not other.city or one.city == other.city:
        return False
    return bool(contact_differs(one, other))


def _married(one: Facts, other: Facts) -> bool:
    """Tell whether only the surname differs: one given name in full, and one date of birth."""
    same_name = bool(one.person.called) and one.person.called == other.person.called
    return one.kind is other.kind is SubjectKind.PERSON and same_name and bool(one.born & other.born)


def _enough_for_owner(one: Facts, other: Facts, kinds: set[str], name: Agreement) -> bool:
    """Tell whether a person's record and an organisation's are one sole trader's.

    A company that is a subject by itself is nobody's, also where its director's record shows its registration.
    A director shares e-mail and phone with the company, so without the registration the organisation must bear
    the person's own name.
    """
    organisation = one if one.kind is SubjectKind.ORGANISATION else other
    if organisation.company.incorporated:
        return False
    if kinds & _REGISTERED:
        return name > Agreement.UNSURE or len(kinds) > 1
    return name is Agreement.AGREES and kinds != {IdentifierKind.PHONE.value}
