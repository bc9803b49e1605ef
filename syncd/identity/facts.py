"""What one record says about who it is, normalised once and ready to compare."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from syncd.identity.addresses import split_street
from syncd.identity.apart import only_apart
from syncd.identity.companies import SOLE_TRADER, Company, company
from syncd.identity.inboxes import inboxes
from syncd.identity.likeness import sounds
from syncd.identity.normalising import LONGEST, as_meant, kvk_without_zero, normalise, readings
from syncd.identity.persons import Person, person
from syncd.identity.text import seen
from syncd.identity.vat import HOME, is_sole_traders
from syncd.model import Identifier, IdentifierKind, RecordRef, SubjectKind

if TYPE_CHECKING:
    from syncd.model import Record

STRONG = (
    IdentifierKind.KVK,
    IdentifierKind.VAT,
    IdentifierKind.IBAN,
    IdentifierKind.REFERENCE,
    IdentifierKind.CUSTOMER_NUMBER,
    IdentifierKind.EMAIL,
    IdentifierKind.PHONE,
)
"""Kinds that can carry a link, the most telling first."""

Key = str
"""`kind:value` of a normalised identifier, or of a combination that is only good for finding candidates."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The identity of one record. `strong` are keys; empty text and empty sets mean that nothing is known.

    `kvk_guessed` are registrations whose zero in front is not there: good enough to ask, never to link.
    `vetoes` are keys of what cannot be read for certain (those among them): they contradict, and do nothing else.
    """

    ref: RecordRef
    kind: SubjectKind
    strong: frozenset[Key] = field(default=frozenset(), repr=False)
    company: Company = field(default=Company(()), repr=False)
    person: Person = field(default=Person(), repr=False)
    kvk: frozenset[str] = field(default=frozenset(), repr=False)
    kvk_guessed: frozenset[str] = field(default=frozenset(), repr=False)
    vat: frozenset[str] = field(default=frozenset(), repr=False)
    born: frozenset[str] = field(default=frozenset(), repr=False)
    vetoes: frozenset[Key] = field(default=frozenset(), repr=False)
    street: str = field(default="", repr=False)
    house: str = field(default="", repr=False)
    postcode: str = field(default="", repr=False)
    city: str = field(default="", repr=False)
    country: str = field(default="", repr=False)
    address_only: bool = False

    @property
    def named(self) -> bool:
        """Tell whether the record says a name that fits its kind."""
        return bool(self.company.names) if self.kind is SubjectKind.ORGANISATION else bool(self.person)


def kind_of(key: Key) -> str:
    """Give the kind of identifier that a key is made of."""
    return key.partition(":")[0]


def read(record: Record) -> Facts:
    """Read and normalise what a record says; what cannot be read is left out."""
    raw = _first_values(record)
    region = _region(raw)
    normal: dict[IdentifierKind, set[str]] = {}
    guessed: set[str] = set()
    vetoes: set[Key] = set()
    for identifier in (as_meant(one, region) for one in record.identifiers):
        if values := readings(identifier, region):
            normal.setdefault(identifier.kind, set()).update(values)
            continue
        vetoes.update(f"{identifier.kind}:{value}" for value in only_apart(identifier))
        if identifier.kind is IdentifierKind.KVK and (whole := kvk_without_zero(identifier.value)):
            guessed.add(whole)
    street, number = _street_and_number(raw)
    organisation = record.kind is SubjectKind.ORGANISATION
    called = company(raw.get(IdentifierKind.NAME, "")) if organisation else Company(())
    if not called.form and any(map(is_sole_traders, normal.get(IdentifierKind.VAT, ()))):
        called = replace(called, form=SOLE_TRADER)
    return Facts(
        ref=record.ref,
        kind=record.kind,
        strong=frozenset(f"{kind}:{value}" for kind in STRONG for value in normal.get(kind, ())),
        company=called,
        person=person(
            "" if organisation else raw.get(IdentifierKind.NAME, ""),
            raw.get(IdentifierKind.GIVEN_NAME, ""),
            raw.get(IdentifierKind.FAMILY_NAME, ""),
        ),
        kvk=frozenset(normal.get(IdentifierKind.KVK, ())),
        kvk_guessed=frozenset(guessed),
        vat=frozenset(normal.get(IdentifierKind.VAT, ())),
        born=frozenset(normal.get(IdentifierKind.BIRTH_DATE, ())),
        vetoes=frozenset(vetoes),
        street=street,
        house=number,
        postcode=_only(normal.get(IdentifierKind.POSTCODE)),
        city=_only(normal.get(IdentifierKind.CITY)),
        country=_only(normal.get(IdentifierKind.COUNTRY)),
        address_only=not vetoes and _is_address_only(record, normal),
    )


def unreadable(record: Record) -> frozenset[IdentifierKind]:
    """Give the kinds of which a record holds a value that cannot be what it says it is."""
    region = _region(_first_values(record))
    return frozenset(one.kind for one in record.identifiers if not readings(as_meant(one, region), region))


def _region(raw: dict[IdentifierKind, str]) -> str:
    """Give where a phone or VAT number without a country belongs."""
    return normalise(Identifier(IdentifierKind.COUNTRY, raw.get(IdentifierKind.COUNTRY, ""))) or HOME


def _first_values(record: Record) -> dict[IdentifierKind, str]:
    """Give one spelling per kind; of several, the smallest, so that their order in the record is nothing."""
    values: dict[IdentifierKind, str] = {}
    for identifier in sorted(record.identifiers, key=lambda one: (one.kind, one.value)):
        value = seen(identifier.value).strip()
        if value and len(value) <= LONGEST:
            values.setdefault(identifier.kind, value)
    return values


def _street_and_number(raw: dict[IdentifierKind, str]) -> tuple[str, str]:
    street, number = raw.get(IdentifierKind.STREET, ""), raw.get(IdentifierKind.HOUSE_NUMBER, "")
    if not number:
        street, number = split_street(street)
    return (
        normalise(Identifier(IdentifierKind.STREET, street)) or "",
        normalise(Identifier(IdentifierKind.HOUSE_NUMBER, number)) or "",
    )


def _only(values: set[str] | None) -> str:
    return min(values) if values else ""


def _is_address_only(record: Record, normal: dict[IdentifierKind, set[str]]) -> bool:
    """Tell whether a record knows its subject by one e-mail address and at most a name."""
    names = {IdentifierKind.NAME, IdentifierKind.GIVEN_NAME, IdentifierKind.FAMILY_NAME}
    return (
        record.kind is SubjectKind.PERSON
        and record.parent is None
        and not record.member_of
        and len(normal.get(IdentifierKind.EMAIL, ())) == 1
        and set(normal) <= names | {IdentifierKind.EMAIL, IdentifierKind.COUNTRY}
    )


def own_references(facts: Facts) -> frozenset[Key]:
    """Give the references by which another record may point at this one: its key, or its customer number."""
    here = f"{IdentifierKind.REFERENCE}:{facts.ref.account}:{facts.ref.kind}"
    numbers = [
        key.partition(":")[2] for key in facts.strong if kind_of(key) == IdentifierKind.CUSTOMER_NUMBER
    ]
    return frozenset(f"{here}:{key}" for key in [facts.ref.key, *numbers])


def resembling_keys(facts: Facts) -> frozenset[Key]:
    """Give the combinations that make two records worth comparing although no strong identifier is shared."""
    keys = set()
    if facts.house and facts.postcode:
        keys.add(f"door:{facts.postcode}:{facts.house}")
    if facts.house and facts.street:
        keys.add(f"street:{facts.street}:{facts.house}")
    keys |= {f"kvk:{number}" for number in facts.kvk | facts.kvk_guessed if number.startswith("0")}
    keys |= inboxes(facts.kind, facts.strong, facts.person.family)
    if facts.kind is SubjectKind.ORGANISATION:
        keys |= {f"company:{''.join(sorted(words))}" for words in facts.company.names}
        return frozenset(keys)
    return frozenset(keys | _personal_keys(facts))


def _personal_keys(facts: Facts) -> set[str]:
    keys = set()
    given = facts.person.called
    family = "".join(sorted(facts.person.family))
    if family:
        keys.add(f"person:{family}:{facts.person.initials[:1]}:{facts.city}")
        # Both orders, because systems swap given name and surname.
        keys.add(f"pair:{':'.join(sorted((given, family)))}")
        keys.add(f"sound:{':'.join(sorted((sounds(given), sounds(family))))}")
    # Digits of a postcode are swapped, and names of towns and streets misspelt, more often towards their end.
    digits = "".join(sorted(facts.postcode))
    if digits:
        # Somebody may have got another name, and be known by another of the given names.
        keys |= {f"born:{born}:{digits}" for born in facts.born}
    for part in filter(None, (given, family)):
        keys |= {f"born:{born}:{part[0]}" for born in facts.born}
        if digits:
            keys.add(f"near:{part[:4]}:{digits}")
        if facts.street:
            keys.add(f"in:{part[:4]}:{facts.street}")
        if facts.street and facts.house:
            keys.add(f"by:{part[0]}:{facts.street[:6]}:{facts.house}")
        if facts.city or facts.house:
            keys.add(f"at:{part[:3]}:{facts.city[:3]}:{facts.house}")
    return keys
