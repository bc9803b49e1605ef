"""A world's records, subject by subject, and the identifiers that they carry."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from syncd.testing.world import TrueSubject, World
    from syncd.testing.world.shapes import BooksContact, BooksDocument, CrmOrganisation, CrmPerson, NewsMember

SHARED_BY_MANY = 5


@dataclass
class Facts:
    """What the systems say about one subject."""

    contacts: list[BooksContact] = field(default_factory=list)
    items: list[CrmOrganisation] = field(default_factory=list)
    persons: list[CrmPerson] = field(default_factory=list)
    members: list[NewsMember] = field(default_factory=list)
    papers: list[BooksDocument] = field(default_factory=list)


class Index:
    """A world's records by id, and its subjects by item."""

    def __init__(self, one: World) -> None:
        self.world = one
        self.contacts = {contact.id: contact for contact in one.books.contacts}
        self.items = {str(item.id): item for item in one.crm.organisations}
        self.persons = {str(item.id): item for item in one.crm.persons}
        self.members = {member.contact_id: member for member in one.news.members}
        projects = {item.id for item in one.crm.projects}
        self.on_projects = {str(hung.id) for hung in one.crm.attachments if hung.item in projects}
        self.papers: dict[str, list[BooksDocument]] = defaultdict(list)
        for paper in one.books.documents:
            self.papers[paper.contact_id].append(paper)
        self.position_of_item = {
            int(record.id): at
            for at, subject in enumerate(one.subjects)
            for record in subject.records
            if record.kind == "organisation"
        }

    def facts(self, subject: TrueSubject) -> Facts:
        found = Facts()
        for record in subject.records:
            match record.kind:
                case "contact":
                    found.contacts.append(self.contacts[record.id])
                    found.papers.extend(self.papers[record.id])
                case "organisation":
                    found.items.append(self.items[record.id])
                case "person":
                    found.persons.append(self.persons[record.id])
                case "member":
                    found.members.append(self.members[record.id])
        return found


# --- identifiers, and who shares them -----------------------------------------------------------------------


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def national(phone: str) -> str:
    return re.sub(r"^(0031|31)0?", "0", digits(phone.replace("(0)", "")))


def strong_of_item(item: CrmOrganisation) -> set[str]:
    found = {f"kvk {digits(item.kvk)}", f"vat {digits(item.vat)}", f"iban {digits(item.iban)}"}
    found |= {f"mail {item.email.lower()}", f"tel {national(item.phone)}", f"number {item.books_number}"}
    return {one for one in found if not one.endswith(" ")}


def strong_of_contact(contact: BooksContact) -> set[str]:
    found = {f"kvk {digits(contact.chamber_of_commerce)}", f"vat {digits(contact.tax_number)}"}
    found |= {
        f"iban {digits(contact.iban)}",
        f"mail {contact.email.lower()}",
        f"tel {national(contact.phone)}",
    }
    found.add(f"number {contact.customer_id}")
    return {one for one in found if not one.endswith(" ")}


def strong_of_person(person: CrmPerson) -> set[str]:
    found = {f"mail {person.email.lower()}", f"tel {national(person.phone)}"}
    return {one for one in found if not one.endswith(" ")}


def owners(one: World) -> dict[str, set[int]]:
    """Give for every strong identifier the subjects (by position) whose own records carry it."""
    index = Index(one)
    found: dict[str, set[int]] = defaultdict(set)
    for position, subject in enumerate(one.subjects):
        facts = index.facts(subject)
        for carried in chain(
            map(strong_of_item, facts.items),
            map(strong_of_contact, facts.contacts),
            map(strong_of_person, facts.persons),
        ):
            for identifier in carried:
                found[identifier].add(position)
    return found


def contested(one: World) -> set[int]:
    """Give the subjects that share an address with few others, one of which still has a relationship."""
    found = set()
    for identifier, sharing in owners(one).items():
        if identifier.startswith("mail ") and 1 < len(sharing) <= SHARED_BY_MANY:
            living = {at for at in sharing if one.subjects[at].ended_on is None}
            found |= {at for at in sharing if living - {at}}
    return found
