"""Everything that three systems hold about one company, and what is right for each record.

A dossier is filled by a story and then closed with a verdict.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from syncd.testing.world import spelling
from syncd.testing.world.knowledge import Knowledge
from syncd.testing.world.papers import Papers
from syncd.testing.world.shapes import (
    BooksContact,
    BooksNote,
    BooksPerson,
    CrmOrganisation,
    CrmPerson,
    CrmProject,
    TrueRecord,
    TrueSubject,
)
from syncd.testing.world.words import NOTES, PROJECTS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from syncd.testing.world.cast import Company, Human, Place
    from syncd.testing.world.desk import Desk
    from syncd.testing.world.rules import Verdict

_CUSTOMER = ("Klant",)

Key = tuple[str, str, str]
"""System, kind and id of a record."""


@dataclass
class Follower:
    """A person with own records, who follows the companies of the dossier."""

    human: Human
    records: list[Key] = field(default_factory=list)


class Dossier:
    """What is written down about one company.

    `since` is the day on which the relationship began. `everything` makes each system know every identifier,
    `in_common` names those that both know.
    """

    def __init__(
        self,
        desk: Desk,
        trap: str,
        company: Company,
        since: date,
        *,
        everything: bool = False,
        in_common: frozenset[str] | None = None,
    ) -> None:
        self.desk = desk
        self.trap = trap
        self.company = company
        self.since = since
        self.items: list[int] = []
        self.followers: list[Follower] = []
        self.records: list[Key] = []
        self._addresses: list[str] = []
        self._knowledge = Knowledge(
            desk.rng, company, desk.numbers.customer_number(), everything=everything, in_common=in_common
        )
        self._contact = desk.numbers.books_id()
        self.papers = Papers(desk, self._contact)

    # --- the CRM --------------------------------------------------------------------------------------------

    def to_crm(
        self,
        relation: tuple[str, ...] = _CUSTOMER,
        *,
        ended_on: date | None = None,
        resumed_on: date | None = None,
        edited: date | None = None,
        email: str = "",
        place: Place | None = None,
    ) -> None:
        """Write an organisation item; `email` and `place` replace the company's own."""
        rng, company = self.desk.rng, self.company
        place = place or company.place
        edited = edited or max(day for day in (self.since, ended_on, resumed_on) if day)
        created = self.desk.moment(self.since)
        address = self._knowledge.shown("crm", "email")
        item = CrmOrganisation(
            id=self.desk.numbers.crm_id(),
            name=self._knowledge.name(),
            kvk=spelling.kvk(rng, self._knowledge.shown("crm", "kvk")),
            vat=spelling.vat(rng, self._knowledge.shown("crm", "vat")),
            iban=spelling.iban(rng, self._knowledge.shown("crm", "iban")),
            email=spelling.email(rng, email or address),
            phone=spelling.phone(rng, self._knowledge.shown("crm", "phone") or company.mobile),
            street=f"{place.street} {place.number}",
            postcode=spelling.postcode(rng, place.postcode),
            city=place.city,
            relation=relation,
            ended_on=ended_on,
            resumed_on=resumed_on,
            books_number=self._knowledge.shown("crm", "customer_number"),
            remarks=rng.choice(("", "", rng.choice(NOTES))),
            created_on=created,
            edited_on=max(self.desk.moment(min(edited, self.desk.ago(1))), created),
        )
        self.items.append(item.id)
        self.desk.organisations.append(item)
        if address and not email:
            self._addresses.append(address)
        self.records.append(("crm", "organisation", str(item.id)))

    def project(self) -> None:
        """Write a project of the company: our own designs, which stay."""
        rng = self.desk.rng
        started = self.desk.moment(self.since + timedelta(days=rng.randrange(1, 20)))
        item = CrmProject(
            self.desk.numbers.crm_id(),
            f"{rng.choice(PROJECTS)} {self.since.year}",
            self.items[0],
            started,
            started + timedelta(days=rng.randrange(1, 20)),
        )
        self.desk.projects.append(item)
        self.records.append(("crm", "project", str(item.id)))

    # --- the bookkeeping ------------------------------------------------------------------------------------

    def to_books(
        self,
        *,
        archived: bool = False,
        ended_text: str | None = None,
        direct_debit: bool = False,
        email: str = "",
        people: Iterable[Human] = (),
        bare: bool = False,
        phone_only: bool = False,
    ) -> None:
        """Write the debtor or creditor record.

        `bare` leaves only what the law wants kept, `phone_only` no identifier but the telephone number.
        """
        desk, rng, company = self.desk, self.desk.rng, self.company
        as_person = company.owner if company.owner and desk.chance(0.5) else None
        account = company.iban if direct_debit else self._knowledge.shown("books", "iban")
        address = email or self._knowledge.shown("books", "email") or company.billing
        created = desk.moment(self.since)
        unknown = bare or phone_only
        contact = BooksContact(
            id=self._contact,
            customer_id=self._knowledge.customer_number,
            company_name="" if as_person else self._knowledge.name(),
            firstname=as_person.given if as_person else "",
            lastname=as_person.family if as_person else "",
            address=f"{company.place.street} {company.place.number}",
            zipcode=spelling.postcode(rng, company.place.postcode),
            city=company.place.city,
            country="NL",
            phone="" if bare else spelling.phone(rng, self._knowledge.shown("books", "phone")),
            email="" if unknown else spelling.email(rng, address),
            tax_number="" if phone_only else spelling.vat(rng, self._knowledge.shown("books", "vat")),
            chamber_of_commerce="" if unknown else spelling.kvk(rng, self._knowledge.shown("books", "kvk")),
            iban="" if unknown else spelling.iban(rng, account),
            bic=company.bic if account and not unknown else "",
            sepa_active=direct_debit,
            created_at=created,
            updated_at=created + timedelta(days=rng.randrange(10)),
            archived=archived,
            ended_on=ended_text,
            people=tuple(self._contact_person(human) for human in people),
            notes=() if bare or not desk.chance(0.25) else (self._note(),),
        )
        desk.contacts.append(contact)
        if not email and not unknown:
            self._addresses.append(address)
        self.records.append(("books", "contact", contact.id))

    def _contact_person(self, human: Human) -> BooksPerson:
        rng = self.desk.rng
        phone, address = spelling.phone(rng, human.phone), spelling.email(rng, human.email)
        one = BooksPerson(self.desk.numbers.books_id(), human.given, human.family, phone, address)
        self.records.append(("books", "contact_person", one.id))
        return one

    def _note(self) -> BooksNote:
        note = BooksNote(self.desk.numbers.books_id(), self.desk.rng.choice(NOTES))
        self.records.append(("books", "note", note.id))
        return note

    # --- people ---------------------------------------------------------------------------------------------

    def crm_person(self, human: Human, items: Iterable[int] = (), *, birth_date: bool = False) -> Key:
        """Write a person item that refers to the company's items (or to the given ones)."""
        desk = self.desk
        created = desk.moment(self.since + timedelta(days=desk.rng.randrange(10)))
        one = CrmPerson(
            id=desk.numbers.crm_id(),
            name=spelling.person_name(desk.rng, human),
            email=spelling.email(desk.rng, human.email),
            phone=spelling.phone(desk.rng, human.phone),
            birth_date=human.birth_date if birth_date or desk.chance(0.2) else None,
            job=human.job,
            organisations=tuple(items) or tuple(self.items),
            created_on=created,
            edited_on=created + timedelta(days=desk.rng.randrange(5)),
        )
        desk.persons.append(one)
        return "crm", "person", str(one.id)

    def follower(self, human: Human, items: Iterable[int] = (), *, birth_date: bool = False) -> Follower:
        """Write a person in the CRM whose records are a subject that follows this company."""
        follower = Follower(human, [self.crm_person(human, items, birth_date=birth_date)])
        self.followers.append(follower)
        return follower

    def subscribe(
        self,
        follower: Follower | None = None,
        *,
        status: str = "subscribed",
        audience: int = 0,
        proof: bool = True,
        unsubscribed: datetime | None = None,
    ) -> str:
        """Make a follower, or an address of the company itself, a member; gives the member's id.

        Raises `IndexError` when no record shows an address of the company: nobody could tell whose it is.
        """
        human = follower.human if follower else self.company.owner
        address = follower.human.email if follower else self._addresses[0]
        names = (human.given, human.family) if human and self.desk.chance(0.8) else ("", "")
        joined = self.since + timedelta(days=self.desk.rng.randrange(20))
        member = self.desk.member(
            address, names, joined, status=status, audience=audience, proof=proof, unsubscribed=unsubscribed
        )
        (follower.records if follower else self.records).append(("news", "member", member.contact_id))
        return member.contact_id

    def subscribe_contact_person(self, human: Human) -> None:
        """Make a contact person whom only the bookkeeping knows a member: the company's record."""
        member = self.desk.member(human.email, (human.given, human.family), self.since)
        self.records.append(("news", "member", member.contact_id))

    def subscribe_stranger(self, address: str) -> None:
        """Make an address a member that nobody can trace to one of those who have it."""
        member = self.desk.member(address, ("", ""), self.since)
        record = TrueRecord("news", "member", member.contact_id, "unchanged")
        self.desk.subjects.append(
            TrueSubject(address, self.trap, "person", "keep", due=False, records=(record,))
        )

    # --- the truth ------------------------------------------------------------------------------------------

    def close(self, verdict: Verdict, *, people: Verdict | None = None, gone: Iterable[str] = ()) -> None:
        """Write down what is right: for the company, and for its people when theirs differs.

        Members named in `gone` go although the subject stays.
        """
        gone = frozenset(gone)
        self.desk.subjects.append(self._truth(self.company.name, "organisation", verdict, self.records, gone))
        for one in self.followers:
            name = f"{one.human.given} {one.human.family}"
            self.desk.subjects.append(
                self._truth(name, "person", people or verdict, one.records, gone, follows=True)
            )

    def _truth(
        self,
        name: str,
        kind: str,
        verdict: Verdict,
        records: Iterable[Key],
        gone: frozenset[str],
        *,
        follows: bool = False,
    ) -> TrueSubject:
        outcomes = tuple(TrueRecord(*key, self._outcome(key, verdict, gone)) for key in records)
        return TrueSubject(
            name=name,
            trap=self.trap,
            kind=kind,
            decision=verdict.decision,
            due=any(one.outcome != "unchanged" for one in outcomes),
            records=outcomes,
            ended_on=verdict.ended_on,
            erase_on=verdict.due if follows else verdict.erase_on,
            hold_until=None if follows else verdict.hold_until,
            flagged=verdict.flagged,
            partial=verdict.partial and not follows,
            follows=follows,
        )

    def _outcome(self, key: Key, verdict: Verdict, gone: frozenset[str]) -> str:
        _, kind, name = key
        if name in gone:
            return "gone"
        if verdict.decision != "erase" or kind == "project":
            return "unchanged"
        # The vendor keeps a contact while any paper refers to it, also one that a person may throw away.
        return "minimised" if kind == "contact" and name in self.desk.with_papers else "gone"
