"""The desk where the world's records are written down, one system beside the other.

It only keeps what it is given and hands out ids and times; what is right is decided in the stories.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

from syncd.testing.world.cast import Cast
from syncd.testing.world.numbers import Numbers
from syncd.testing.world.shapes import (
    Books,
    BooksContact,
    BooksDocument,
    Crm,
    CrmOrganisation,
    CrmPerson,
    CrmProject,
    News,
    NewsMember,
    TrueSubject,
    World,
)


class Desk:
    """Everything written so far."""

    def __init__(self, seed: int, size: int, today: date) -> None:
        self.rng = random.Random(seed)  # noqa: S311 a repeatable world, not a secret
        self.today = today
        self.numbers = Numbers(self.rng)
        self.cast = Cast(self.rng, self.numbers, today)
        self.contacts: list[BooksContact] = []
        self.documents: list[BooksDocument] = []
        self.with_papers: set[str] = set()
        self.organisations: list[CrmOrganisation] = []
        self.persons: list[CrmPerson] = []
        self.projects: list[CrmProject] = []
        self.members: list[NewsMember] = []
        self.subjects: list[TrueSubject] = []
        self.audiences = (
            (self.numbers.hexadecimal(10), "Nieuwsbrief"),
            (self.numbers.hexadecimal(10), "Uitnodigingen"),
        )
        self._seed = seed
        self._size = size
        self._administration = self.numbers.books_id()
        self._account = self.numbers.hexadecimal(25)
        self._workspace = [self.numbers.crm_id() for _ in range(4)]
        self._mail_ids: dict[str, str] = {}
        self._invoice_numbers: dict[int, int] = {}

    # --- time -----------------------------------------------------------------------------------------------

    def ago(self, days: int) -> date:
        """Give the date so many days before today."""
        return self.today - timedelta(days=days)

    def between(self, first: date, last: date) -> date:
        """Give a date from `first` to `last`, both included; `first` when the order is wrong."""
        return first + timedelta(days=self.rng.randrange(max((last - first).days, 0) + 1))

    def moment(self, day: date) -> datetime:
        """Give a moment in the working hours of a day: the same calendar date in UTC and Amsterdam."""
        return datetime(
            day.year, day.month, day.day, self.rng.randrange(7, 16), self.rng.randrange(60), tzinfo=UTC
        )

    def chance(self, share: float) -> bool:
        """Tell whether something happens that happens in this share of the cases."""
        return self.rng.random() < share

    # --- records --------------------------------------------------------------------------------------------

    def invoice_number(self, year: int) -> str:
        """Give the next number of our own invoices in a year."""
        self._invoice_numbers[year] = self._invoice_numbers.get(year, 0) + 1
        return f"{year}-{self._invoice_numbers[year]:05d}"

    def member(
        self,
        address: str,
        names: tuple[str, str],
        joined: date,
        *,
        status: str = "subscribed",
        audience: int = 0,
        proof: bool = True,
        unsubscribed: datetime | None = None,
        feed: bool = True,
        changed: datetime | None = None,
    ) -> NewsMember:
        """Write a member of an audience. `proof` is the opt-in, `feed` whether the withdrawal can be read."""
        opted = self.moment(joined)
        last = unsubscribed or changed or self.moment(self.between(joined, self.ago(1)))
        one = NewsMember(
            contact_id=self.numbers.hexadecimal(32),
            web_id=self.numbers.web_id(),
            unique_email_id=self._mail_ids.setdefault(address, self.numbers.hexadecimal(10)),
            audience=self.audiences[audience][0],
            email=address,
            first_name=names[0],
            last_name=names[1],
            status=status,
            signed_up_at=opted - timedelta(minutes=2) if proof and self.chance(0.7) else None,
            opted_in_at=opted if proof else None,
            unsubscribed_at=unsubscribed if feed else None,
            last_changed=max(last, opted),
        )
        self.members.append(one)
        return one

    def world(self) -> World:
        """Close the desk: everything written, with the truth about it."""
        space, organisations, persons, projects = self._workspace
        return World(
            self._seed,
            self._size,
            self.today,
            Books(self._administration, tuple(self.contacts), tuple(self.documents)),
            Crm(
                space,
                organisations,
                persons,
                projects,
                tuple(self.organisations),
                tuple(self.persons),
                tuple(self.projects),
            ),
            News(self._account, self.audiences, tuple(self.members)),
            tuple(self.subjects),
        )
