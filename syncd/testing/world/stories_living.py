"""Stories of relationships that live, wholly or in part, or that nobody ever ended."""

# ruff: noqa: D401 a docstring here is the story itself

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from syncd.testing.world.dossier import Dossier
from syncd.testing.world.rules import doubtful, ended, one_role_left, still_there
from syncd.testing.world.stories_common import (
    EIGHT_YEARS,
    begin,
    held_papers,
    kept_open,
    open_file,
    running_papers,
    staff,
)

if TYPE_CHECKING:
    from syncd.testing.world.cast import Company
    from syncd.testing.world.desk import Desk


def running(desk: Desk) -> None:
    """A customer, sometimes only a prospect: nothing may happen."""
    prospect = desk.chance(0.08)
    dossier = open_file(
        desk,
        "running",
        since=begin(desk),
        relation=("Prospect",) if prospect else ("Klant",),
        edited=kept_open(desk),
        books=not prospect,
        direct_debit=desk.chance(0.1),
    )
    if not prospect:
        running_papers(dossier)
    dossier.close(still_there(dossier.papers.written, desk.today))


def sole_trader(desk: Desk) -> None:
    """A person and a company in one: by trade name in one system, by own name in the other."""
    _alone(desk, "sole_trader", desk.cast.sole_trader())


def private_customer(desk: Desk) -> None:
    """A consumer has no number of the Chamber of Commerce: the address and the name must do."""
    _alone(desk, "private_customer", desk.cast.consumer())


def supplier(desk: Desk) -> None:
    """Somebody we buy from: purchase invoices and receipts hold as sales do."""
    end = desk.ago(desk.rng.randrange(29, 900)) if desk.chance(0.5) else None
    dossier = open_file(
        desk,
        "supplier",
        since=begin(desk, end),
        relation=("Leverancier",),
        ended_on=end,
        edited=None if end else kept_open(desk),
    )
    held_papers(dossier, end or desk.ago(1), "purchase_invoices")
    if end is None:
        dossier.close(still_there(dossier.papers.written, desk.today))
    else:
        dossier.close(ended(end, dossier.papers.written, desk.today))


def resumed(desk: Desk) -> None:
    """They left, and came back."""
    end = desk.ago(desk.rng.randrange(100, 900))
    again = desk.between(end + timedelta(days=1), desk.ago(30))
    dossier = open_file(desk, "resumed", since=begin(desk, end), ended_on=end, resumed_on=again)
    dossier.papers.history(dossier.since, end)
    dossier.papers.settled(desk.between(again, desk.ago(20)), desk.ago(5))
    dossier.close(one_role_left(dossier.papers.written, desk.today))


def customer_and_supplier_one_ended(desk: Desk) -> None:
    """No customer any more, but still a supplier: two items, one relationship."""
    end = desk.ago(desk.rng.randrange(29, 600))
    dossier = Dossier(
        desk, "customer_and_supplier_one_ended", desk.cast.company(), begin(desk, end), everything=True
    )
    dossier.to_crm(("Klant",), ended_on=end)
    dossier.to_crm(("Leverancier",), edited=kept_open(desk))
    dossier.to_books(people=staff(dossier, 2))
    dossier.papers.history(dossier.since, end, about=5)
    dossier.papers.history(dossier.since, desk.ago(1), resource="purchase_invoices", about=5)
    dossier.close(one_role_left(dossier.papers.written, desk.today))


def both_ended_latest_counts(desk: Desk) -> None:
    """Both roles ended, one of them less than four weeks ago."""
    first, last = desk.ago(desk.rng.randrange(60, 600)), desk.ago(desk.rng.randrange(1, 28))
    dossier = Dossier(
        desk, "both_ended_latest_counts", desk.cast.company(), begin(desk, first), everything=True
    )
    dossier.to_crm(("Klant",), ended_on=first)
    dossier.to_crm(("Leverancier",), ended_on=last)
    dossier.to_books(people=staff(dossier, 2))
    dossier.papers.history(dossier.since, first, about=5)
    dossier.papers.history(dossier.since, last, resource="purchase_invoices", about=5)
    dossier.close(ended(last, dossier.papers.written, desk.today))


def two_items_two_ends(desk: Desk) -> None:
    """The same customer twice, or an end in two systems: the later one counts, and it is past."""
    last = desk.ago(desk.rng.randrange(28, 300))
    first = last - timedelta(days=desk.rng.randrange(10, 300))
    dossier = Dossier(desk, "two_items_two_ends", desk.cast.company(), begin(desk, first), everything=True)
    dossier.to_crm(ended_on=last)
    twice = desk.chance(0.6)
    if twice:
        dossier.to_crm(ended_on=first)
    dossier.to_books(people=staff(dossier, 2), ended_text=None if twice else first.isoformat())
    held_papers(dossier, first)
    dossier.close(ended(last, dossier.papers.written, desk.today))


def two_items_one_open(desk: Desk) -> None:
    """The same customer twice, ended on one item only: nobody can have left by half."""
    _twice_one_open(desk, "two_items_one_open", elsewhere=False)


def two_branches(desk: Desk) -> None:
    """Two branches of one legal entity: one is closed, the other is a customer."""
    _twice_one_open(desk, "two_branches", elsewhere=True)


def books_only(desk: Desk) -> None:
    """The CRM never heard of them, so nobody says what they are: papers create no role."""
    dossier = Dossier(desk, "books_only", desk.cast.company(), begin(desk))
    dossier.to_books(people=[desk.cast.human(dossier.company.domain)] if desk.chance(0.5) else ())
    dossier.papers.history(dossier.since, desk.ago(1))
    recent = desk.between(max(dossier.since, desk.ago(600)), desk.ago(20))
    dossier.papers.settled(recent, desk.between(recent, desk.ago(1)))
    dossier.close(still_there(dossier.papers.written, desk.today))


def quote_ran_out(desk: Desk) -> None:
    """An estimate that nobody answered is all there is: propose its expiry as the end, to a person."""
    since = desk.ago(desk.rng.randrange(90, 600))
    dossier = Dossier(desk, "quote_ran_out", desk.cast.company(), since)
    dossier.to_books()
    dossier.papers.estimate(since + timedelta(days=desk.rng.randrange(1, 15)), "late")
    dossier.close(doubtful(None, dossier.papers.written, desk.today))


def silent(desk: Desk) -> None:
    """No end, and no sign of life for more than two years: a person must say what it means."""
    last = desk.ago(desk.rng.randrange(731, 1500))
    since = desk.between(desk.ago(EIGHT_YEARS), last - timedelta(days=120))
    dossier = open_file(desk, "silent", since=since, edited=desk.between(since, last))
    dossier.papers.history(since, last)
    dossier.close(doubtful(None, dossier.papers.written, desk.today))


def _alone(desk: Desk, trap: str, company: Company) -> None:
    end = desk.ago(desk.rng.randrange(29, 900)) if desk.chance(0.5) else None
    dossier = open_file(
        desk,
        trap,
        company=company,
        since=begin(desk, end),
        ended_on=end,
        edited=None if end else kept_open(desk),
    )
    if desk.chance(0.5):
        dossier.subscribe()
    if end is None:
        running_papers(dossier)
        dossier.close(still_there(dossier.papers.written, desk.today))
        return
    if desk.chance(0.6):
        held_papers(dossier, end)
    dossier.close(ended(end, dossier.papers.written, desk.today))


def _twice_one_open(desk: Desk, trap: str, *, elsewhere: bool) -> None:
    end = desk.ago(desk.rng.randrange(29, 600))
    dossier = Dossier(desk, trap, desk.cast.company(), begin(desk, end), everything=True)
    dossier.to_crm(ended_on=end, place=desk.cast.place() if elsewhere else None)
    dossier.to_crm(edited=kept_open(desk))
    dossier.to_books(people=staff(dossier, 1))
    running_papers(dossier)
    dossier.close(still_there(dossier.papers.written, desk.today))
