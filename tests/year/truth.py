"""What is right in a world as its year goes by: who may be written to from which day, and who must be gone.

Knows the simulated world and the arithmetic of the law that the world itself uses; nothing of syncd.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from syncd.testing.world import rules
from syncd.testing.world.shapes import Payment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncd.testing.world.shapes import BooksDocument, TrueRecord, TrueSubject, World

Place = tuple[str, str]
"""Account and the vendor's own id."""

_STAYS = frozenset({"project", "buyer"})
"""Kinds of records that no end reaches: our own designs, and who bought something in the shop."""


@dataclass
class Party:
    """One true subject. From `due` on, its unheld data may and must go; None: nothing of it may be touched."""

    subject: TrueSubject
    due: date | None
    ended_on: date | None = None
    papers: list[BooksDocument] = field(default_factory=list)
    followers: list[Party] = field(default_factory=list)

    def settle(self, end: date | None, today: date) -> None:
        """Say anew what is right after something happened to the subject."""
        self.ended_on = end
        self.due = rules.ended(end, self.papers, today).due if end else None
        for one in self.followers:
            one.ended_on, one.due = end, self.due


class Truth:
    """The parties of a world, by their records."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._papers: dict[str, list[BooksDocument]] = {}
        for paper in world.books.documents:
            self._papers.setdefault(paper.contact_id, []).append(paper)
        self.parties = [self._party(one) for one in world.subjects]
        self.owner: dict[Place, Party] = {
            (one.system, one.id): party for party in self.parties for one in party.subject.records
        }
        self.record: dict[Place, TrueRecord] = {
            (one.system, one.id): one for party in self.parties for one in party.subject.records
        }
        projects = {one.id for one in world.crm.projects}
        self.staying = {place for place, one in self.record.items() if one.kind in _STAYS}
        self.staying |= {("crm", str(one.id)) for one in world.crm.attachments if one.item in projects}
        self._follow()

    def _party(self, subject: TrueSubject) -> Party:
        papers = [
            each for one in subject.records if one.kind == "contact" for each in self._papers.get(one.id, ())
        ]
        is_clean = subject.ended_on is not None and subject.decision in {"keep", "schedule", "erase"}
        if not is_clean:
            return Party(subject, None, subject.ended_on, papers)
        if subject.follows or not papers:
            return Party(subject, subject.erase_on, subject.ended_on, papers)
        assert subject.ended_on is not None
        due = rules.ended(subject.ended_on, papers, self.world.today).due
        return Party(subject, due, subject.ended_on, papers)

    def _follow(self) -> None:
        items = {str(one.id): one for one in self.world.crm.persons}
        for party in self.parties:
            if not party.subject.follows:
                continue
            for record in party.subject.records:
                if record.kind == "person":
                    leaders = {
                        id(leader): leader
                        for each in items[record.id].organisations
                        if (leader := self.owner.get(("crm", str(each)))) is not None
                    }
                    for leader in leaders.values():
                        leader.followers.append(party)

    # --- what a story may choose from -----------------------------------------------------------------------

    def plain_customers(self) -> Iterator[Party]:
        """Give customers whose end is clean: nothing open, nothing recurring, followers of theirs alone."""
        for party in self.parties:
            open_ends = any(
                rules.is_open(one) or one.resource == "recurring_sales_invoices" for one in party.papers
            )
            if party.subject.trap == "running" and not party.subject.follows and not open_ends:
                yield party

    def open_claims(self) -> Iterator[Party]:
        """Give ended customers who still owe."""
        for party in self.parties:
            if party.subject.trap == "open_invoice" and not party.subject.follows:
                yield party

    def pay(self, party: Party, day: date) -> list[str]:
        """Note that everything open was paid; gives the ids of the papers."""
        paid = []
        for at, one in enumerate(party.papers):
            if rules.is_open(one):
                payment = Payment(f"9{one.id}", day, one.total)
                party.papers[at] = replace(one, state="paid", payments=(payment,))
                paid.append(one.id)
        party.settle(party.ended_on, day)
        return paid

    # --- judging --------------------------------------------------------------------------------------------

    def wrong(self, method: str, place: Place, day: date) -> str:
        """Say what is wrong with a write on a record on a day; empty when nothing."""
        party, record = self.owner.get(place), self.record.get(place)
        if party is None or record is None:
            return f"{method} on {place}, whom nobody knows"
        who = f"{party.subject.trap}: {method} on {record.kind} {place} on {day}"
        if place in self.staying:
            return f"{who}, which stays whatever ends"
        if record.outcome == "unchanged" and (party.due is None or day < party.due):
            return f"{who}, which is due {party.due or 'never'}"
        if record.kind == "contact" and method == "DELETE":
            hold = rules.hold_until(party.papers, day)
            if hold == "open" or (isinstance(hold, date) and hold >= day):
                return f"{who}, which the law holds until {hold}"
        return ""

    def late(self, day: date) -> Iterator[tuple[Party, Place]]:
        """Give every record of those whose due date has passed, what may stay left out."""
        for party in self.parties:
            for one in party.subject.records:
                is_late = party.due is not None and party.due < day
                place = one.system, one.id
                if place not in self.staying and (is_late or one.outcome != "unchanged"):
                    yield party, place
