"""Stories of relationships that ended cleanly: the records go, except what the law wants kept."""

# ruff: noqa: D401 a docstring here is the story itself

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from syncd.testing.world.dossier import Dossier
from syncd.testing.world.rules import ended, only_the_hold
from syncd.testing.world.stories_common import LEAVING, begin, held_papers, open_file

if TYPE_CHECKING:
    from syncd.testing.world.desk import Desk


def ended_no_documents(desk: Desk) -> None:
    """Nothing was ever written: everything goes everywhere."""
    end = _past(desk)
    dossier = open_file(
        desk,
        "ended_no_documents",
        since=begin(desk, end),
        ended_on=end,
        books=desk.chance(0.7),
        statuses=LEAVING,
    )
    dossier.close(ended(end, (), desk.today))


def ended_held(desk: Desk, trap: str = "ended_held", *, archived: bool = False, debit: bool = False) -> None:
    """Papers of the last seven years keep the name on the debtor record, and nothing else."""
    end = _past(desk)
    dossier = open_file(
        desk,
        trap,
        since=begin(desk, end),
        ended_on=end,
        archived=archived,
        direct_debit=debit,
        statuses=LEAVING,
        ended_text=end.isoformat() if desk.chance(0.2) else None,
    )
    held_papers(dossier, end)
    dossier.close(ended(end, dossier.papers.written, desk.today))


def archived_contact(desk: Desk) -> None:
    """Somebody archived the contact long ago: hidden, and everything still on it."""
    ended_held(desk, "archived_contact", archived=True)


def direct_debit_mandate(desk: Desk) -> None:
    """The contact signed a direct-debit mandate, which stays while the papers are held."""
    ended_held(desk, "direct_debit_mandate", debit=True)


def two_contacts(desk: Desk) -> None:
    """The bookkeeping has the company twice, each time with papers: both are minimised."""
    end = _past(desk)
    company, since = desk.cast.company(), begin(desk, end)
    dossier = open_file(
        desk, "two_contacts", company=company, since=since, ended_on=end, statuses=LEAVING, everything=True
    )
    again = Dossier(desk, "two_contacts", company, since, everything=True)
    again.to_books(archived=desk.chance(0.3))
    dossier.records += again.records
    held_papers(dossier, end)
    held_papers(again, end)
    dossier.close(ended(end, dossier.papers.written + again.papers.written, desk.today))


def ended_hold_over(desk: Desk) -> None:
    """Every hold is over, but until a person deletes the papers the contact cannot go."""
    year = desk.today.year
    since, last = date(year - 10, 1, 10), date(year - 9, 12, 1)
    long_ago = desk.chance(0.25)
    end = last if long_ago else desk.between(date(year - 1, 1, 1), desk.ago(29))
    dossier = open_file(
        desk,
        "ended_hold_over",
        since=since,
        ended_on=end,
        people=0 if long_ago else 2,
        statuses=LEAVING,
    )
    dossier.papers.history(since + timedelta(days=30), last)
    dossier.close(ended(end, dossier.papers.written, desk.today))


def ended_recently(desk: Desk) -> None:
    """Less than four weeks ago: planned, and untouched."""
    _ended_on(desk, "ended_recently", desk.ago(desk.rng.randrange(1, 28)))


def ended_today_minus_28(desk: Desk) -> None:
    """Four weeks ago to the day: due, and in time."""
    _ended_on(desk, "ended_today_minus_28", desk.ago(28))


def ends_in_future(desk: Desk) -> None:
    """Notice was given; until the end it is a relationship like any other."""
    end = desk.today + timedelta(days=desk.rng.randrange(1, 300))
    dossier = open_file(desk, "ends_in_future", since=begin(desk), ended_on=end)
    held_papers(dossier, desk.ago(1))
    dossier.close(ended(end, dossier.papers.written, desk.today))


def resumed_then_ended(desk: Desk) -> None:
    """They came back and left again: the last end counts."""
    end = _past(desk)
    resumed = end - timedelta(days=desk.rng.randrange(20, 180))
    dossier = open_file(
        desk,
        "resumed_then_ended",
        since=begin(desk, end),
        ended_on=end,
        resumed_on=resumed,
        statuses=LEAVING,
    )
    held_papers(dossier, end)
    dossier.close(ended(end, dossier.papers.written, desk.today))


def winding_up_invoice(desk: Desk) -> None:
    """A final invoice or credit note after the end, for work before it: no resumption."""
    end = desk.ago(desk.rng.randrange(70, 400))
    dossier = open_file(desk, "winding_up_invoice", since=begin(desk, end), ended_on=end, statuses=LEAVING)
    held_papers(dossier, end)
    day = end + timedelta(days=desk.rng.randrange(1, 20))
    paid = desk.between(day, desk.ago(29))
    if desk.chance(0.5):
        dossier.papers.settled(day, paid, period=(end - timedelta(days=40), end - timedelta(days=1)))
    else:
        dossier.papers.settled(day, paid, credit=True)
    dossier.close(ended(end, dossier.papers.written, desk.today))


def accepted_estimate_hold(desk: Desk) -> None:
    """An accepted estimate belongs to the sales administration: seven years, like an invoice."""
    end = _past(desk)
    dossier = open_file(
        desk, "accepted_estimate_hold", since=begin(desk, end), ended_on=end, statuses=LEAVING
    )
    day = desk.between(max(dossier.since, end - timedelta(days=600)), end)
    accepted = min(day + timedelta(days=10), end, date(day.year, 12, 31))
    dossier.papers.estimate(day, desk.rng.choice(("accepted", "billed")), accepted_on=accepted)
    dossier.close(ended(end, dossier.papers.written, desk.today))


def draft_only(desk: Desk) -> None:
    """A draft was never an invoice: no hold, though the vendor keeps the contact until it is thrown away."""
    end = _past(desk)
    dossier = open_file(desk, "draft_only", since=begin(desk, end), ended_on=end, statuses=LEAVING)
    dossier.papers.draft(desk.between(dossier.since, end))
    dossier.close(ended(end, dossier.papers.written, desk.today))


def prospect_ended(desk: Desk) -> None:
    """An estimate that was not accepted, and a prospect who said no."""
    end = _past(desk)
    dossier = open_file(
        desk,
        "prospect_ended",
        since=begin(desk, end),
        relation=("Prospect",),
        ended_on=end,
        statuses=LEAVING,
    )
    dossier.papers.estimate(
        desk.between(dossier.since, end), desk.rng.choice(("rejected", "late", "archived"))
    )
    dossier.close(ended(end, dossier.papers.written, desk.today))


def paid_after_end(desk: Desk) -> None:
    """The last part of an invoice came in this month: the four weeks run from there."""
    end = desk.ago(desk.rng.randrange(60, 400))
    dossier = open_file(desk, "paid_after_end", since=begin(desk, end), ended_on=end)
    held_papers(dossier, end)
    day = end - timedelta(days=desk.rng.randrange(1, 40))
    dossier.papers.settled(day, desk.ago(desk.rng.randrange(1, 28)), in_parts=True)
    dossier.close(ended(end, dossier.papers.written, desk.today))


def written_off(desk: Desk) -> None:
    """An old invoice was marked as uncollectible: no claim any more, and its hold runs from that year."""
    end = _past(desk)
    dossier = open_file(desk, "written_off", since=begin(desk, end), ended_on=end, statuses=LEAVING)
    dossier.papers.history(dossier.since, end)
    dossier.papers.written_off(
        desk.between(dossier.since, end - timedelta(days=120)), desk.between(end - timedelta(days=100), end)
    )
    dossier.close(ended(end, dossier.papers.written, desk.today))


def prepaid_service_running(desk: Desk) -> None:
    """Paid until some months from now: the service still runs, whatever the end says."""
    end = desk.ago(desk.rng.randrange(29, 100))
    dossier = open_file(desk, "prepaid_service_running", since=begin(desk, end), ended_on=end)
    held_papers(dossier, end)
    day = end - timedelta(days=desk.rng.randrange(20, 60))
    until = desk.today + timedelta(days=desk.rng.randrange(1, 250))
    dossier.papers.settled(day, end - timedelta(days=5), period=(day, until))
    dossier.close(ended(end, dossier.papers.written, desk.today))


def recurring_stopped(desk: Desk) -> None:
    """The subscription ran on for a while after the end, and has stopped."""
    end = desk.ago(desk.rng.randrange(60, 400))
    dossier = open_file(desk, "recurring_stopped", since=begin(desk, end), ended_on=end, statuses=LEAVING)
    held_papers(dossier, end)
    dossier.papers.recurring(
        desk.between(dossier.since, end - timedelta(days=30)), ends_on=desk.between(end, desk.ago(29))
    )
    dossier.close(ended(end, dossier.papers.written, desk.today))


def minimised_earlier(desk: Desk) -> None:
    """An earlier run took everything that no hold covers: wait for the hold."""
    end = _past(desk)
    dossier = Dossier(desk, "minimised_earlier", desk.cast.company(), begin(desk, end))
    dossier.to_books(archived=True, ended_text=end.isoformat(), bare=True)
    held_papers(dossier, end)
    dossier.close(only_the_hold(end, dossier.papers.written, desk.today))


def ended_in_books_only(desk: Desk) -> None:
    """Only the bookkeeping knows the company, and its custom field says when it ended."""
    end = _past(desk)
    dossier = Dossier(desk, "ended_in_books_only", desk.cast.company(), begin(desk, end))
    human = desk.cast.human(dossier.company.domain)
    text = end.isoformat() if desk.chance(0.6) else end.strftime("%d-%m-%Y")
    dossier.to_books(ended_text=text, people=(human,))
    if desk.chance(0.4):
        dossier.subscribe_contact_person(human)
    if desk.chance(0.7):
        held_papers(dossier, end)
    dossier.close(ended(end, dossier.papers.written, desk.today))


def phone_only(desk: Desk) -> None:
    """The bookkeeping knows a name, an address and a phone number, and that must do to find them elsewhere."""
    end = _past(desk)
    company = desk.cast.company()
    dossier = Dossier(desk, "phone_only", company, begin(desk, end), in_common=frozenset({"phone"}))
    in_crm = desk.chance(0.6)
    if in_crm:
        dossier.to_crm(ended_on=end)
    dossier.to_books(ended_text=None if in_crm else end.isoformat(), phone_only=True)
    if desk.chance(0.6):
        held_papers(dossier, end)
    dossier.close(ended(end, dossier.papers.written, desk.today))


def _ended_on(desk: Desk, trap: str, end: date) -> None:
    dossier = open_file(desk, trap, since=begin(desk, end), ended_on=end)
    if desk.chance(0.7):
        held_papers(dossier, end)
    dossier.close(ended(end, dossier.papers.written, desk.today))


def _past(desk: Desk) -> date:
    """Choose an end that is more than four weeks ago, and no more than three years."""
    return desk.ago(desk.rng.choice((29, desk.rng.randrange(30, 120), desk.rng.randrange(120, 1000))))
