"""Contacts of a company with three systems: the same people and firms, spelt a little otherwise in each.

Made from a seed, so that every process makes the same. A third are firms, half are people, the rest are addresses
on a list; two in three are in more than one system. Surnames, streets and towns are as common as they are.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from faker.providers.person.nl_NL import Provider as Names

from syncd.model import Identifier, IdentifierKind, Record, RecordRef, SubjectKind

if TYPE_CHECKING:
    from collections.abc import Iterator

GIVEN = sorted(set(Names.first_names))
FAMILY = sorted(set(Names.last_names))
TRADES = (
    "Bakkerij", "Schilder", "Garage", "Slagerij", "Drukkerij", "Kwekerij", "Installatie", "Advies", "Makelaardij",
    "Transport",
)  # fmt: skip
FORMS = ("B.V.", "BV", "", "", "V.O.F.", "Holding B.V.")
STREETS = [f"{name} {kind}" for name in GIVEN[:180] for kind in ("straat", "laan", "weg", "plein")]
TOWNS = [f"{name}{end}" for name in FAMILY[:120] for end in ("dam", "veen")]
SYSTEMS = ("books", "crm", "shop")


@dataclass(frozen=True)
class Entry:
    """One contact in one system. `subject` is the truth: entries of one subject have the same number."""

    ref: RecordRef
    subject: int
    kind: SubjectKind
    fields: dict[IdentifierKind, str] = field(default_factory=dict)

    def record(self) -> Record:
        """Give it as a connector does."""
        identifiers = tuple(Identifier(kind, value) for kind, value in self.fields.items() if value)
        return Record(self.ref, "1", self.kind, frozenset({"contact_details"}), identifiers)


def entries(count: int, seed: int = 1) -> list[Entry]:
    """Make so many entries."""
    chance = random.Random(seed)  # noqa: S311 - a world, no secret
    made: list[Entry] = []
    subject = 0
    while len(made) < count:
        subject += 1
        made += _subject(chance, subject, len(made))
    return made[:count]


def changed(made: list[Entry], share: float, seed: int = 2) -> list[Entry]:
    """Give the entries that somebody edited: another address, another telephone number, or a corrected name."""
    chance = random.Random(seed)  # noqa: S311
    return [_edited(chance, one) for one in chance.sample(made, max(1, round(len(made) * share)))]


def _edited(chance: random.Random, one: Entry) -> Entry:
    kinds = IdentifierKind
    news: dict[IdentifierKind, str] = chance.choice(
        (
            {kinds.STREET: chance.choice(STREETS), kinds.HOUSE_NUMBER: str(chance.randint(1, 220))},
            {kinds.PHONE: _phone(chance)},
            {kinds.EMAIL: f"nieuw{chance.randint(0, 10**7)}@voorbeeld.example"},
            {kinds.CITY: chance.choice(TOWNS)},
        )
    )
    return replace(one, fields={**one.fields, **news})


def _subject(chance: random.Random, number: int, at: int) -> Iterator[Entry]:
    firm, address_only = chance.random() < 0.33, chance.random() < 0.2
    truth = _firm(chance, number) if firm else _person(chance, number)
    kind = SubjectKind.ORGANISATION if firm else SubjectKind.PERSON
    systems = chance.sample(SYSTEMS, chance.choice((1, 2, 2, 3)))
    for offset, system in enumerate(systems):
        fields = _as_written(chance, truth)
        yield Entry(RecordRef(system, "contact", str(at + offset)), number, kind, fields)
    if address_only:
        kinds = (IdentifierKind.EMAIL, IdentifierKind.GIVEN_NAME, IdentifierKind.FAMILY_NAME)
        member = {one: truth.get(one, "") for one in kinds}
        yield Entry(RecordRef("news", "member", str(at + len(systems))), number, SubjectKind.PERSON, member)


def _phone(chance: random.Random) -> str:
    return f"06-{chance.randint(10_000_000, 99_999_999)}"


def _place(chance: random.Random) -> dict[IdentifierKind, str]:
    kinds = IdentifierKind
    letters = "".join(chance.choice("BCDGHJKLMNPRTVWXZ") for _ in range(2))
    return {
        kinds.STREET: chance.choice(STREETS),
        kinds.HOUSE_NUMBER: str(min(int(chance.expovariate(0.02)) + 1, 400)),
        kinds.POSTCODE: f"{chance.randint(1000, 9999)} {letters}",
        kinds.CITY: chance.choice(TOWNS),
    }


def _person(chance: random.Random, number: int) -> dict[IdentifierKind, str]:
    kinds = IdentifierKind
    given, family = chance.choice(GIVEN), chance.choice(FAMILY)
    domain = chance.choice(("post", "mail", "web"))
    found = {kinds.GIVEN_NAME: given, kinds.FAMILY_NAME: family, kinds.PHONE: _phone(chance)}
    found[kinds.EMAIL] = f"{given}.{family.replace(' ', '')}{number % 977}@{domain}.example".lower()
    if chance.random() < 0.4:
        found[kinds.BIRTH_DATE] = (
            f"{chance.randint(1940, 2004)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
        )
    return found | _place(chance)


def _firm(chance: random.Random, number: int) -> dict[IdentifierKind, str]:
    kinds = IdentifierKind
    name = f"{chance.choice(TRADES)} {chance.choice(FAMILY)} {chance.choice(FORMS)}".strip()
    # One firm in thirty has its bookkeeper's address, which two hundred others have too.
    address = (
        f"info@firma{number}.example" if chance.random() > 1 / 30 else f"klant@boek{number % 50}.example"
    )
    found = {kinds.NAME: name, kinds.EMAIL: address, kinds.PHONE: _phone(chance)}
    found[kinds.KVK] = f"{10_000_000 + number:08d}"
    return found | _place(chance)


def _as_written(chance: random.Random, truth: dict[IdentifierKind, str]) -> dict[IdentifierKind, str]:
    """Leave some fields out, and misspell one now and then."""
    kept = {kind: value for kind, value in truth.items() if chance.random() > 0.12}
    if chance.random() < 0.25 and kept:
        kind = chance.choice(sorted(kept))
        at = chance.randrange(len(kept[kind]))
        kept[kind] = kept[kind][:at] + kept[kind][at + 1 : at + 2] + kept[kind][at] + kept[kind][at + 2 :]
    return kept
