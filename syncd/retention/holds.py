"""How long the tax law wants documents kept (art. 52(4) AWR, 34a Wet OB, 369k VAT Directive)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from syncd.model import Document, DocumentKind, HoldUntil, Reason, RecordRef
from syncd.retention import reasons
from syncd.retention.periods import (
    FinancialYear,
    calendar_date,
    last_day_of_year,
    last_day_of_years,
    plus_days,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncd.retention.schedule import Schedule

LAST_SUSPECT_DAY = date(1970, 1, 2)
"""An empty field imported as a date is the Unix epoch, give or take the time zone."""

FARTHEST_AHEAD = 366
"""Days after today beyond which a date of a document is a typing error."""

INVOICES = frozenset({DocumentKind.SALES_INVOICE, DocumentKind.PURCHASE_INVOICE})
CLAIMS = INVOICES | {DocumentKind.CREDIT_NOTE}
AGREEMENTS = frozenset({DocumentKind.CONTRACT, DocumentKind.RECURRING_INVOICE})
_FISCAL = CLAIMS | {
    DocumentKind.RECEIPT,
    DocumentKind.BANK_MUTATION,
    DocumentKind.CONTRACT,
    DocumentKind.ESTIMATE_ACCEPTED,
}


@dataclass(frozen=True)
class Paper:
    """A document as the engine sees it: calendar dates and its own hold, the same on every day.

    `dated` is its date, failing that the latest of its other dates. `rule` is the reason code of its hold,
    `value_ended` the day on which it lost its use, `year` the financial year of that day. From `trusted_from`
    on none of its dates lies impossibly far ahead; None when one can never be right.
    """

    ref: RecordRef
    kind: DocumentKind
    dated: date | None
    due: date | None
    settled: date | None
    service_end: date | None
    end: date | None
    open: bool
    fiscal: bool
    hold: HoldUntil
    rule: str
    trusted_from: date | None
    value_ended: date | None = None
    year: FinancialYear | None = None

    def suspect(self, today: date) -> bool:
        """Tell whether one of its dates cannot be right."""
        return self.trusted_from is None or today < self.trusted_from

    def past_hold(self, today: date) -> bool:
        """Tell whether this is a fiscal document whose own hold is known to be over."""
        return isinstance(self.hold, date) and self.hold < today and not self.suspect(today)

    @property
    def open_claim(self) -> bool:
        """Whether this is an invoice or credit note that is not settled."""
        return self.open and self.kind in CLAIMS

    @property
    def ends_relationship(self) -> bool:
        """Whether this is an agreement, whose end is a tie that ends."""
        return self.kind in AGREEMENTS

    @property
    def running(self) -> bool:
        """Whether this is a contract or recurring invoice without end."""
        return self.open and self.kind in AGREEMENTS


def read_paper(document: Document, schedule: Schedule) -> Paper:
    """Turn a document's moments into calendar dates in the schedule's zone and work out its own hold."""

    def day(moment: date | None) -> date | None:
        return None if moment is None else calendar_date(moment, schedule.zone)

    dates = _Dates(
        day(document.date),
        day(document.settled),
        day(document.service_end),
        day(document.closed),
        day(document.end),
        day(document.own_property_first_use),
        day(document.oss_supply),
    )
    fiscal = document.kind in _FISCAL or (
        document.kind is DocumentKind.ESTIMATE_UNACCEPTED and schedule.unaccepted_quotes_fiscal
    )
    is_open = document.open and document.kind in CLAIMS | AGREEMENTS
    held = _hold(document, dates, schedule, is_open=is_open) if fiscal else _Held(None, "")
    return Paper(
        ref=document.ref,
        kind=document.kind,
        dated=dates.dated,
        due=day(document.due),
        settled=dates.settled,
        service_end=dates.service_end,
        end=dates.end,
        open=is_open,
        fiscal=fiscal,
        hold=held.until,
        rule=held.rule,
        trusted_from=_trusted_from(dates),
        value_ended=held.value_ended,
        year=held.year,
    )


class _Dates(NamedTuple):
    issued: date | None
    settled: date | None
    service_end: date | None
    closed: date | None
    end: date | None
    first_use: date | None
    oss_supply: date | None

    @property
    def dated(self) -> date | None:
        return self.issued or self.value_ended

    @property
    def value_ended(self) -> date | None:
        known = [day for day in (self.issued, self.service_end, self.closed, self.settled) if day]
        return max(known, default=None)


class _Held(NamedTuple):
    until: HoldUntil
    rule: str
    value_ended: date | None = None
    year: FinancialYear | None = None


def _hold(document: Document, dates: _Dates, schedule: Schedule, *, is_open: bool) -> _Held:
    """Give the last day on which a fiscal document is kept.

    Its use ends on the latest of its dates (a ten-year contract's at its end alone); then the seven years
    count from the day after that financial year. Property and OSS count calendar years; the longest wins.
    """
    value_ended = dates.end if document.kind is DocumentKind.CONTRACT else dates.value_ended
    if document.property_unknown_first_use:
        return _Held("unknown", reasons.FIRST_USE_UNKNOWN)
    if is_open and (dates.dated or document.kind is DocumentKind.CONTRACT):
        return _Held("open", reasons.HOLD_OPEN)
    if value_ended is None:
        return _Held("unknown", reasons.DOCUMENT_UNDATED)
    year = schedule.financial_years.containing(value_ended)
    if year is None:
        return _Held("unknown", reasons.NO_FINANCIAL_YEAR)
    fiscal = schedule.fiscal
    ends = [(last_day_of_years(plus_days(year.end, 1), fiscal.general.count), reasons.HOLD)]
    if dates.first_use:
        ends.append(
            (last_day_of_year(dates.first_use.year + fiscal.own_property.count), reasons.HOLD_OWN_PROPERTY)
        )
    if dates.oss_supply:
        ends.append((last_day_of_year(dates.oss_supply.year + fiscal.oss.count), reasons.HOLD_OSS))
    known = [(end, rule) for end, rule in ends if end]
    if len(known) < len(ends):
        return _Held("unknown", reasons.BEYOND_CALENDAR)
    until, rule = max(known, key=lambda pair: pair[0])
    return _Held(until, rule, value_ended, year)


def _trusted_from(dates: _Dates) -> date | None:
    if any(day and day <= LAST_SUSPECT_DAY for day in (dates.issued, dates.settled)):
        return None
    return max(
        plus_days(dates.issued or date.min, -FARTHEST_AHEAD),
        dates.settled or date.min,
        plus_days(dates.service_end or date.min, -FARTHEST_AHEAD),
    )


@dataclass(frozen=True)
class SubjectHold:
    """The hold of all documents of a subject together, and those that make it as long as it is."""

    until: HoldUntil = None
    papers: tuple[Paper, ...] = ()
    suspects: frozenset[RecordRef] = field(default=frozenset())

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Say which documents hold, by which rule, until when."""
        on = self.until if isinstance(self.until, date) else None
        by_rule: dict[str, list[RecordRef]] = {}
        for paper in self.papers:
            rule = reasons.DOCUMENT_SUSPECT if paper.ref in self.suspects else paper.rule or reasons.HOLD_OPEN
            by_rule.setdefault(rule, []).append(paper.ref)
        return tuple(Reason(rule, on, documents=tuple(by_rule[rule])) for rule in sorted(by_rule))


def subject_hold(papers: Iterable[Paper], today: date) -> SubjectHold:
    """Combine holds: the latest; `open` when one is open; `unknown`, which beats all, when one is unknown.

    A suspect document makes it unknown, fiscal or not: unknown is not none.
    """
    papers = sorted(papers, key=lambda paper: paper.ref)
    suspects = frozenset(paper.ref for paper in papers if paper.suspect(today))
    unknown = tuple(paper for paper in papers if paper.hold == "unknown" or paper.ref in suspects)
    if unknown:
        return SubjectHold("unknown", unknown, suspects)
    opened = tuple(paper for paper in papers if paper.hold == "open")
    if opened:
        return SubjectHold("open", opened)
    until = max((paper.hold for paper in papers if isinstance(paper.hold, date)), default=None)
    return SubjectHold(until, tuple(paper for paper in papers if until and paper.hold == until))


@dataclass(frozen=True)
class DocumentDue:
    """A document whose own hold is over: a person may delete it where it is.

    `value_ended` is the day on which it lost its use, in the financial year `year`.
    """

    document: Document
    hold_until: date
    reason: Reason
    value_ended: date | None
    year: FinancialYear | None


def documents_due(documents: Iterable[Document], schedule: Schedule, today: date) -> tuple[DocumentDue, ...]:
    """List the fiscal documents whose hold has ended, the oldest hold first; none whose hold is in doubt."""
    due = []
    for document in documents:
        paper = read_paper(document, schedule)
        if isinstance(paper.hold, date) and paper.past_hold(today):
            reason = Reason(paper.rule, paper.hold, documents=(document.ref,))
            due.append(DocumentDue(document, paper.hold, reason, paper.value_ended, paper.year))
    return tuple(sorted(due, key=lambda item: (item.hold_until, item.document.ref)))
