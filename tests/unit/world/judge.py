"""A second judge of the world: it works from the records alone, with arithmetic of its own.

`judge` walks through the fifteen checks of the case specification for one subject at a time. It shares nothing
with the generator: it sees the records as the three systems hold them, and counts days one by one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.unit.world.records import Facts, Index, contested

if TYPE_CHECKING:
    from syncd.testing.world import World
    from syncd.testing.world.shapes import BooksContact, BooksDocument, NewsMember

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
DAY = timedelta(days=1)


# --- the fifteen checks -------------------------------------------------------------------------------------

FISCAL = {"sales_invoices", "external_sales_invoices", "purchase_invoices", "receipts"}
CLAIMS = FISCAL - {"receipts"}


@dataclass(frozen=True)
class Judgement:
    """What the case specification says."""

    decision: str
    erase_on: date | None = None
    hold_until: date | str | None = None
    flagged: bool = False
    partial: bool = False
    due: date | None = None


def after(day: date, days: int) -> date:
    for _ in range(days):
        day += DAY
    return day


def fiscal(paper: BooksDocument) -> bool:
    if paper.resource in FISCAL:
        return paper.state != "draft"
    return paper.resource == "estimates" and paper.state in {"accepted", "billed"}


def last_payment(paper: BooksDocument) -> date | None:
    dates = [payment.on for payment in paper.payments] if paper.state == "paid" else []
    return max([*dates, *([paper.uncollectible_on] if paper.uncollectible_on else [])], default=None)


def claim(paper: BooksDocument) -> bool:
    return paper.resource in CLAIMS and fiscal(paper) and last_payment(paper) is None


def held_through(paper: BooksDocument) -> date:
    return seven_years_on(
        max(
            day
            for day in (
                paper.date,
                last_payment(paper),
                paper.accepted_on,
                paper.period[1] if paper.period else None,
            )
            if day
        )
    )


@cache
def seven_years_on(last: date) -> date:
    years = 0
    while years < 8:  # the rest of its own year, and seven more
        last += DAY
        years += last.day == 1 and last.month == 1
    return last - DAY


def hold(papers: list[BooksDocument], today: date) -> date | str | None:
    if any(paper.date > after(today, 366) or paper.date <= date(1970, 1, 2) for paper in papers):
        return "unknown"
    if any(claim(paper) for paper in papers):
        return "open"
    return max((held_through(paper) for paper in papers if fiscal(paper)), default=None)


def five_years_ago(today: date) -> date:
    return date(today.year - 5, today.month, min(today.day, 28) if today.month == 2 else today.day)


def read_end(text: str | None) -> date | str | None:
    if text is None:
        return None
    for pattern in ("%Y-%m-%d", "%d-%m-%Y"):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 a date without a time
        except ValueError:
            continue
    return "unreadable"


def roles(facts: Facts) -> dict[str, date | None]:
    stated: dict[str, list[date | None]] = defaultdict(list)
    for item in facts.items:
        for role in item.relation:
            stated[role].append(item.ended_on)
    for contact in facts.contacts:
        end = read_end(contact.ended_on)
        if isinstance(end, date):
            for role in list(stated) or ["Klant"]:
                stated[role].append(end)
    return {role: None if None in ends else max(end for end in ends if end) for role, ends in stated.items()}


def last_sign_of_life(facts: Facts) -> date:
    moments = [moment for item in facts.items for moment in (item.created_on, item.edited_on)]
    moments += [contact.created_at for contact in facts.contacts]
    moments += [moment for m in facts.members for moment in (m.signed_up_at, m.opted_in_at) if moment]
    return max(chain((moment.date() for moment in moments), (paper.date for paper in facts.papers)))


def judge(facts: Facts, today: date, *, contested: bool = False) -> Judgement:
    """Answer for an organisation: the first of the checks that applies decides."""
    until = hold(facts.papers, today)
    somebody = still_there(facts, until, today)
    if somebody:
        return somebody
    end = max(end for end in roles(facts).values() if end)
    return contradicted(facts, end, until, today, contested=contested) or dated(facts, end, until, today)


def still_there(facts: Facts, until: date | str | None, today: date) -> Judgement | None:
    """Checks 1 to 3."""
    ends = roles(facts)
    known = [end for end in ends.values() if end]
    if known:
        return Judgement("keep", hold_until=until) if len(known) < len(ends) else None
    quote = any(paper.resource == "estimates" and paper.state == "late" for paper in facts.papers)
    silent = last_sign_of_life(facts) < today - timedelta(days=730)
    if silent or (quote and not ends):
        return Judgement("review", hold_until=until)
    past = [held_through(paper) for paper in facts.papers if fiscal(paper) and not claim(paper)]
    over = [day for day in past if day < today]
    return Judgement("keep", min(over) + DAY if over else None, until)


def contradicted(
    facts: Facts, end: date, until: date | str | None, today: date, *, contested: bool
) -> Judgement | None:
    """Checks 4 to 10."""
    papers, late = facts.papers, today > after(end, 28)
    if any(one and one <= date(1970, 1, 2) for one in roles(facts).values()):
        return Judgement("review", hold_until=until)
    if any(item.resumed_on and item.resumed_on >= end for item in facts.items):
        return Judgement("keep", hold_until=until)
    unreadable = any(read_end(contact.ended_on) == "unreadable" for contact in facts.contacts)
    if until == "unknown" or contested or unreadable or any(new_work(paper, end) for paper in papers):
        return Judgement("review", hold_until=until, flagged=late)
    claims = [paper for paper in papers if claim(paper)]
    prescribed = any((paper.due or paper.date) < five_years_ago(today) for paper in claims)
    endless = any(paper.resource == "recurring_sales_invoices" and not paper.ends_on for paper in papers)
    if prescribed or endless:
        return Judgement("review", hold_until="open", flagged=late)
    return Judgement("suspend", hold_until="open", flagged=late) if claims else None


def new_work(paper: BooksDocument, end: date) -> bool:
    if paper.date <= end:
        return False
    winds_up = paper.resource in CLAIMS and paper.state != "draft"
    return not (winds_up and (paper.total < 0 or (paper.period is not None and paper.period[1] <= end)))


def dated(facts: Facts, end: date, until: date | str | None, today: date) -> Judgement:
    """Checks 11 to 15."""
    papers = facts.papers
    settled = [day for paper in papers if fiscal(paper) and (day := last_payment(paper))]
    served = [paper.period[1] for paper in papers if paper.period]
    stopped = [paper.ends_on for paper in papers if paper.ends_on]
    effective = max([end, *settled, *served, *stopped])
    due = after(effective, 28)
    if today < effective:
        return Judgement("keep", due, until, due=due)
    running = isinstance(until, date) and until >= max(due, today)
    if isinstance(until, date) and not facts.items and all(bare(contact) for contact in facts.contacts):
        assert running
        return Judgement("hold", until + DAY, until)
    erase_on = max(due, until + DAY) if isinstance(until, date) and not running else due
    verdict = "schedule" if today < due else "erase"
    return Judgement(verdict, erase_on, until, flagged=today > due, partial=running, due=due)


def bare(contact: BooksContact) -> bool:
    unheld = (contact.phone, contact.email, contact.chamber_of_commerce, contact.iban)
    return not any(unheld) and not contact.people and not contact.notes


# --- people, and those who only read ------------------------------------------------------------------------


def judge_reader(members: list[NewsMember], today: date) -> Judgement:
    if any(member.status == "subscribed" and member.opted_in_at for member in members):
        return Judgement("keep")
    withdrawn = [member for member in members if member.status == "unsubscribed"]
    if not withdrawn:
        return Judgement("keep")
    end = max(withdrawn_on(member) for member in withdrawn)
    due = after(end, 28)
    return Judgement("erase" if today >= due else "schedule", due, flagged=today > due, due=due)


def withdrawn_on(member: NewsMember) -> date:
    return (member.unsubscribed_at or member.last_changed).astimezone(AMSTERDAM).date()


def follow(companies: list[Judgement], *, contested: bool) -> Judgement:
    """Judge a person by the companies: any that stays keeps, and of the rest the most careful answer counts."""
    order = ("keep", "suspend", "review", "schedule", "erase")
    strongest = min((one.decision for one in companies), key=order.index)
    flagged = any(one.flagged for one in companies)
    if contested and strongest != "keep":
        return Judgement("review", flagged=flagged)
    if strongest == "keep":
        alone = [one for one in companies if one.decision == "keep"]
        due = max((one.due for one in alone if one.due), default=None)
        return Judgement("keep", due if all(one.due for one in alone) else None)
    due = max((one.due for one in companies if one.due), default=None)
    return Judgement(strongest, due, flagged=flagged, due=due)


def judge_all(one: World) -> list[Judgement]:
    """Judge every subject of a world, in the world's order."""
    index, doubted = Index(one), contested(one)
    judged: dict[int, Judgement] = {}
    for at, subject in enumerate(one.subjects):
        facts = index.facts(subject)
        if facts.contacts or facts.items:
            judged[at] = judge(facts, one.today, contested=at in doubted)
        elif not facts.persons:
            judged[at] = judge_reader(facts.members, one.today)
    for at, subject in enumerate(one.subjects):
        if at not in judged:
            items = {item for person in index.facts(subject).persons for item in person.organisations}
            companies = [judged[index.position_of_item[item]] for item in sorted(items)]
            judged[at] = follow(companies, contested=at in doubted)
    return [judged[at] for at in range(len(one.subjects))]


def outcomes(one: World) -> dict[tuple[str, str], str]:
    """Say what becomes of every record when every order is approved and nobody answers a question."""
    index = Index(one)
    found = {}
    for subject, judged in zip(one.subjects, judge_all(one), strict=True):
        for record in subject.records:
            outcome = "unchanged"
            stays = record.kind in {"project", "buyer"} or record.id in index.on_projects
            if judged.decision == "erase" and not stays:
                kept = record.kind == "contact" and index.papers[record.id]
                outcome = "minimised" if kept else "gone"
            if record.kind == "member" and judged.decision in {"keep", "schedule"}:
                member = index.members[record.id]
                if member.status == "unsubscribed" and after(withdrawn_on(member), 28) <= one.today:
                    outcome = "gone"
            found[record.system, record.id] = outcome
    return found
