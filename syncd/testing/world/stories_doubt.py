"""Stories in which somebody recorded an end and the papers say something else: stop, or ask a person."""

# ruff: noqa: D401 a docstring here is the story itself

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from syncd.testing.world.rules import doubtful, endless, open_claim
from syncd.testing.world.stories_common import begin, held_papers, open_file

if TYPE_CHECKING:
    from syncd.testing.world.desk import Desk


def open_invoice(desk: Desk) -> None:
    """An invoice is unpaid, theirs or ours, or a credit note not paid back: a claim is a relationship."""
    end = desk.ago(desk.rng.randrange(2, 400))
    dossier = open_file(desk, "open_invoice", since=begin(desk, end), ended_on=end)
    held_papers(dossier, end)
    resource = desk.rng.choice(
        ("sales_invoices", "sales_invoices", "external_sales_invoices", "purchase_invoices")
    )
    credit = resource == "sales_invoices" and desk.chance(0.25)
    dossier.papers.unpaid(end - timedelta(days=desk.rng.randrange(60)), resource=resource, credit=credit)
    dossier.close(open_claim(end, desk.today))


def open_old_invoice(desk: Desk) -> None:
    """Unpaid for more than five years: prescribed unless interrupted (art. 3:307 BW)."""
    end = desk.ago(desk.rng.randrange(2, 900))
    day = desk.between(desk.ago(7 * 365), desk.ago(5 * 366 + 30))
    dossier = open_file(desk, "open_old_invoice", since=day - timedelta(days=90), ended_on=end)
    held_papers(dossier, end)
    dossier.papers.unpaid(day)
    dossier.close(endless(end, desk.today))


def new_work_after_end(desk: Desk) -> None:
    """Work after the end is resumption, also when nobody recorded it."""
    end = desk.ago(desk.rng.randrange(60, 600))
    dossier = open_file(desk, "new_work_after_end", since=begin(desk, end), ended_on=end)
    held_papers(dossier, end)
    day = desk.between(end + timedelta(days=1), desk.ago(10))
    papers = dossier.papers
    desk.rng.choice(
        (
            lambda: papers.settled(day, desk.between(day, desk.ago(1))),
            lambda: papers.settled(day, desk.ago(1), period=(end, end + timedelta(days=20))),
            lambda: papers.settled(day, day, resource="purchase_invoices"),
            lambda: papers.draft(day),
            lambda: papers.estimate(day, "open"),
        )
    )()
    dossier.close(doubtful(end, papers.written, desk.today))


def recurring_running(desk: Desk) -> None:
    """An invoice that repeats itself without an end contradicts the end."""
    end = desk.ago(desk.rng.randrange(2, 400))
    dossier = open_file(desk, "recurring_running", since=begin(desk, end), ended_on=end)
    held_papers(dossier, end)
    dossier.papers.recurring(desk.between(dossier.since, end))
    dossier.close(endless(end, desk.today))


def end_1970(desk: Desk) -> None:
    """An empty field that somebody imported as a date is no end."""
    dossier = open_file(
        desk,
        "end_1970",
        since=begin(desk),
        ended_on=date(1970, 1, 1),
        edited=desk.ago(desk.rng.randrange(1, 400)),
    )
    if desk.chance(0.7):
        held_papers(dossier, desk.ago(1))
    dossier.close(doubtful(date(1970, 1, 1), dossier.papers.written, desk.today, flaggable=False))


def impossible_date(desk: Desk) -> None:
    """A typing error puts an invoice years ahead: no hold can be counted, and unknown is not none."""
    end = desk.ago(desk.rng.randrange(2, 400))
    dossier = open_file(desk, "impossible_date", since=begin(desk, end), ended_on=end)
    held_papers(dossier, end)
    wrong = desk.today + timedelta(days=desk.rng.randrange(367, 9000))
    dossier.papers.settled(wrong, desk.between(dossier.since, end))
    dossier.close(doubtful(end, dossier.papers.written, desk.today))


def unreadable_end(desk: Desk) -> None:
    """The CRM has a date, the bookkeeping has words that are none."""
    end = desk.ago(desk.rng.randrange(2, 400))
    text = desk.rng.choice(("zomer vorig jaar", "31-02-2024", "?", "n.t.b.", "eind kwartaal", "2024-13-01"))
    dossier = open_file(desk, "unreadable_end", since=begin(desk, end), ended_on=end, ended_text=text)
    held_papers(dossier, end)
    dossier.close(doubtful(end, dossier.papers.written, desk.today))
