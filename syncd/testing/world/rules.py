"""The arithmetic of the law, worked out here a second time so that the truth owes nothing to the program.

Four weeks are 28 calendar days after the effective end (Regulation 1182/71 art. 3). The fiscal hold of a
paper is seven calendar years after the year in which it lost its actual value (art. 52 AWR); financial years
are calendar years in this world. See the case specification of the retention engine for the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncd.testing.world.shapes import BooksDocument

FOUR_WEEKS = timedelta(days=28)
A_YEAR_AHEAD = timedelta(days=366)
HOLD_YEARS = 7

INVOICES = frozenset({"sales_invoices", "external_sales_invoices", "purchase_invoices"})


def is_fiscal(paper: BooksDocument) -> bool:
    """Tell whether the law wants a paper kept: no drafts, no unaccepted estimates, no templates."""
    if paper.resource == "estimates":
        return paper.state in {"accepted", "billed"}
    return paper.resource != "recurring_sales_invoices" and paper.state != "draft"


def settled_on(paper: BooksDocument) -> date | None:
    """Give the day on which an invoice stopped being a claim: the last payment or the write-off."""
    if paper.uncollectible_on:
        return paper.uncollectible_on
    if paper.state == "paid" and paper.payments:
        return max(payment.on for payment in paper.payments)
    return None


def is_open(paper: BooksDocument) -> bool:
    """Tell whether an issued invoice or credit note is still to be paid."""
    return paper.resource in INVOICES and is_fiscal(paper) and settled_on(paper) is None


def is_suspect(paper: BooksDocument, today: date) -> bool:
    """Tell whether a paper's date cannot be right."""
    return paper.date > today + A_YEAR_AHEAD


def hold_of(paper: BooksDocument) -> date:
    """Give the last day of a settled paper's hold."""
    moments = [paper.date, settled_on(paper), paper.accepted_on, paper.period[1] if paper.period else None]
    return date(max(moment.year for moment in moments if moment) + HOLD_YEARS, 12, 31)


def hold_until(papers: Iterable[BooksDocument], today: date) -> date | str | None:
    """Give the last day on which any of these papers must be kept, `open` or `unknown`, None without one."""
    papers = tuple(papers)
    if any(is_suspect(paper, today) for paper in papers):
        return "unknown"
    if any(is_open(paper) for paper in papers):
        return "open"
    return max((hold_of(paper) for paper in papers if is_fiscal(paper)), default=None)


def effective_end(end: date, papers: Iterable[BooksDocument]) -> date:
    """Give the day from which the four weeks run: the end, or a claim, service or contract after it."""
    moments = [end]
    for paper in papers:
        if paper.period:
            moments.append(paper.period[1])
        if is_fiscal(paper) and (settled := settled_on(paper)):
            moments.append(settled)
        if paper.resource == "recurring_sales_invoices" and paper.ends_on:
            moments.append(paper.ends_on)
    return max(moments)


@dataclass(frozen=True)
class Verdict:
    """What is right for a subject; the fields are those of `TrueSubject`.

    `due` is the last day of the four weeks: what a person who follows the subject goes by.
    """

    decision: str
    ended_on: date | None = None
    due: date | None = None
    erase_on: date | None = None
    hold_until: date | str | None = None
    flagged: bool = False
    partial: bool = False


def still_there(papers: Iterable[BooksDocument], today: date) -> Verdict:
    """Judge a subject of which no role has ended: papers past their hold may go one by one."""
    papers = tuple(papers)
    past = [
        hold_of(paper)
        for paper in papers
        if is_fiscal(paper) and not is_open(paper) and not is_suspect(paper, today) and hold_of(paper) < today
    ]
    first = min(past) + timedelta(days=1) if past else None
    return Verdict("keep", erase_on=first, hold_until=hold_until(papers, today))


def one_role_left(papers: Iterable[BooksDocument], today: date) -> Verdict:
    """Judge a subject of which only one of several roles ended, or that came back."""
    return Verdict("keep", hold_until=hold_until(papers, today))


def ended(end: date, papers: Iterable[BooksDocument], today: date) -> Verdict:
    """Judge a clean end: nothing open, nothing contradicting."""
    papers = tuple(papers)
    last = effective_end(end, papers)
    due = last + FOUR_WEEKS
    hold = hold_until(papers, today)
    if today < last:
        return Verdict("keep", end, due, due, hold)
    held = isinstance(hold, date) and hold >= max(due, today)
    erase_on = max(due, hold + timedelta(days=1)) if isinstance(hold, date) and not held else due
    return Verdict(
        "erase" if today >= due else "schedule", end, due, erase_on, hold, flagged=today > due, partial=held
    )


def only_the_hold(end: date, papers: Iterable[BooksDocument], today: date) -> Verdict:
    """Judge an ended subject of which nothing is left but what the law wants kept."""
    papers = tuple(papers)
    hold = hold_until(papers, today)
    if not isinstance(hold, date) or hold < today:
        raise ValueError("nothing is held")
    return Verdict("hold", end, erase_on=hold + timedelta(days=1), hold_until=hold)


def doubtful(
    end: date | None, papers: Iterable[BooksDocument], today: date, *, flaggable: bool = True
) -> Verdict:
    """Judge a subject that a person must look at.

    With an end it is flagged after four weeks, unless the end itself is what cannot be believed.
    """
    late = end is not None and today > end + FOUR_WEEKS
    return Verdict("review", end, hold_until=hold_until(papers, today), flagged=flaggable and late)


def endless(end: date, today: date) -> Verdict:
    """Judge an ended subject with a contract or claim that keeps the hold open: a person must look."""
    return Verdict("review", end, hold_until="open", flagged=today > end + FOUR_WEEKS)


def open_claim(end: date, today: date) -> Verdict:
    """Judge an ended subject that still owes or is owed money."""
    return Verdict("suspend", end, hold_until="open", flagged=today > end + FOUR_WEEKS)
