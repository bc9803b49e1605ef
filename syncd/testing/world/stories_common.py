"""What most stories begin with: a company, its people and its records."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from syncd.testing.world.dossier import Dossier

if TYPE_CHECKING:
    from syncd.testing.world.cast import Company, Human
    from syncd.testing.world.desk import Desk

EIGHT_YEARS = 8 * 365
STAYING = ("subscribed",) * 8 + ("pending", "cleaned", "transactional", "archived")
LEAVING = (*STAYING, "unsubscribed", "archived")


def begin(desk: Desk, before: date | None = None) -> date:
    """Choose the first day of a relationship, some months before `before` and up to eight years ago."""
    last = (before or desk.today) - timedelta(days=200)
    return desk.between(min(desk.ago(EIGHT_YEARS), last), last)


def open_file(
    desk: Desk,
    trap: str,
    *,
    since: date,
    company: Company | None = None,
    relation: tuple[str, ...] = ("Klant",),
    ended_on: date | None = None,
    resumed_on: date | None = None,
    edited: date | None = None,
    books: bool = True,
    archived: bool = False,
    ended_text: str | None = None,
    direct_debit: bool = False,
    people: int = 2,
    statuses: tuple[str, ...] = STAYING,
    everything: bool = False,
) -> Dossier:
    """Write a company into the CRM and (with `books`) the bookkeeping, with at most so many people."""
    dossier = Dossier(desk, trap, company or desk.cast.company(), since, everything=everything)
    dossier.to_crm(relation, ended_on=ended_on, resumed_on=resumed_on, edited=edited)
    known_to_books = staff(dossier, people, statuses)
    if books:
        dossier.to_books(
            archived=archived, ended_text=ended_text, direct_debit=direct_debit, people=known_to_books
        )
    if desk.chance(0.2):
        dossier.project()
    return dossier


def staff(dossier: Dossier, most: int, statuses: tuple[str, ...] = STAYING) -> list[Human]:
    """Let people work at a company with CRM items; gives those whom the bookkeeping should know."""
    desk = dossier.desk
    if dossier.company.owner:  # a sole trader works alone, and the company's records are the person's
        return []
    known_to_books = []
    for _ in range(desk.rng.randrange(most + 1)):
        human = desk.cast.human(dossier.company.domain)
        if desk.chance(0.6):
            known_to_books.append(human)
        if desk.chance(0.8):
            follower = dossier.follower(human)
            for audience in desk.rng.choice(((), (), (0,), (0,), (1,), (0, 1))):
                status = desk.rng.choice(statuses)
                when = desk.moment(desk.between(dossier.since + timedelta(days=21), desk.ago(2)))
                dossier.subscribe(
                    follower,
                    status=status,
                    audience=audience,
                    proof=status != "pending" and desk.chance(0.85),
                    unsubscribed=when if status == "unsubscribed" else None,
                )
    return known_to_books


def running_papers(dossier: Dossier) -> None:
    """Write the papers of a customer who buys: up to last week, perhaps with an open invoice."""
    desk = dossier.desk
    dossier.papers.history(dossier.since, desk.ago(1))
    recent = desk.between(max(dossier.since, desk.ago(400)), desk.ago(8))
    dossier.papers.settled(recent, desk.between(recent, desk.ago(1)))
    if desk.chance(0.2):
        dossier.papers.unpaid(desk.between(desk.ago(40), desk.ago(1)))
    if desk.chance(0.15):
        dossier.papers.recurring(desk.between(dossier.since, desk.ago(30)))


def held_papers(dossier: Dossier, end: date, resource: str = "sales_invoices") -> None:
    """Write papers up to the end, the last of them young enough to be held today."""
    dossier.papers.history(dossier.since, end, resource=resource)
    day = dossier.desk.between(max(dossier.since, end - timedelta(days=700)), end)
    dossier.papers.settled(day, dossier.desk.between(day, end), resource=resource)


def kept_open(desk: Desk) -> date:
    """Choose a day on which somebody last edited a living CRM item."""
    return desk.between(desk.ago(500), desk.ago(1))
