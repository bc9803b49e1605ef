"""The retention schedule as values: data categories with one rule each, fiscal periods, financial years."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from syncd.retention.periods import FinancialYears, Period, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncd.model import DataCategory
    from syncd.retention.warned import Warned

NEWSLETTER = "newsletter"


class StartingPoint(StrEnum):
    """The event that starts a retention period."""

    EFFECTIVE_END = "relationship_end"  # the end, or the last obligation or open claim if that is later
    RECORDED_END = "recorded_end"  # the end itself, open claims notwithstanding
    END_OR_WITHDRAWAL = "relationship_end_or_withdrawal"  # of these two the first


class Hold(StrEnum):
    """What may keep a category longer."""

    NONE = "none"
    FISCAL = "fiscal"


@dataclass(frozen=True)
class Category:
    """One data category and its only rule.

    `starts` and `period` are None for fiscal documents, which only a hold keeps and only a person deletes.
    `period_after_withdrawal` is there where the withdrawal of consent may be the starting point.
    """

    name: DataCategory
    what: str
    starts: StartingPoint | None
    period: Period | None
    hold: Hold
    source: str
    period_after_withdrawal: Period | None = None


@dataclass(frozen=True)
class FiscalPeriods:
    """How long the tax law wants documents kept.

    `general` after the financial year in which a document lost its use (art. 52(4) AWR), `own_property` after
    the year in which the company's own property was first used (art. 34a Wet OB), `oss` after the year of a
    supply under the one-stop shop (art. 369k VAT Directive).
    """

    general: Period
    own_property: Period
    oss: Period


LEGAL_FLOORS = FiscalPeriods(Period(7, Unit.YEAR), Period(9, Unit.YEAR), Period(10, Unit.YEAR))
"""The least that the law allows."""


@dataclass(frozen=True)
class OwnPeriods:
    """How long syncd keeps what it keeps itself: counted from a row's year, an erasure, or a file's making."""

    ledger: Period = field(default_factory=lambda: Period(7, Unit.YEAR))
    tombstones: Period = field(default_factory=lambda: Period(7, Unit.YEAR))
    reports: Period = field(default_factory=lambda: Period(4, Unit.WEEK))
    backups: Period = field(default_factory=lambda: Period(30, Unit.DAY))
    logs: Period = field(default_factory=lambda: Period(90, Unit.DAY))


LONGEST_PROMISED = Period(4, Unit.WEEK)
"""The most that the privacy statement promises for data that no law wants kept."""

LONGEST_BACKUP = Period(90, Unit.DAY)
"""Above this a schedule gets a warning: what was erased is still in a backup for so long."""

_NO_LEAD = Period(0, Unit.DAY)
_ONE_WEEK = Period(7, Unit.DAY)
_TWO_YEARS = Period(730, Unit.DAY)


@dataclass(frozen=True)
class Schedule:
    """A retention schedule.

    `lead` is how long before a due date an order may be sent. `notice` is how long an order that was born
    late waits in automatic mode. `silence` is how long a subject without a known end may give no sign of
    life. `own` is for what syncd keeps itself.
    `warnings` are what every report shows: periods below a legal floor by explicit override,
    periods longer than the promise. `source` is the text that it was read from.
    """

    version: str
    categories: Mapping[DataCategory, Category]
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Amsterdam"))
    fiscal: FiscalPeriods = LEGAL_FLOORS
    financial_years: FinancialYears = field(default_factory=FinancialYears)
    lead: Period = _NO_LEAD
    notice: Period = _ONE_WEEK
    silence: Period = _TWO_YEARS
    consent_outlives_relationship: bool = False
    unaccepted_quotes_fiscal: bool = False
    own: OwnPeriods = field(default_factory=OwnPeriods)
    warnings: tuple[Warned, ...] = ()
    source: str = field(default="", repr=False, compare=False)

    @property
    def promises(self) -> tuple[Period, ...]:
        """The periods that run from the effective end. A subject is due when the first of them is over."""
        periods = tuple(
            category.period
            for category in self.categories.values()
            if category.period is not None and category.starts is not StartingPoint.RECORDED_END
        )
        return periods or (LONGEST_PROMISED,)

    @property
    def digest(self) -> str:
        """A stable digest over what decides; its version, its descriptions and what syncd keeps do not count."""
        meaning = {
            "categories": {
                category.name: [
                    category.starts,
                    category.hold,
                    _text(category.period),
                    _text(category.period_after_withdrawal),
                ]
                for category in self.categories.values()
            },
            "zone": self.zone.key,
            "fiscal": [str(self.fiscal.general), str(self.fiscal.own_property), str(self.fiscal.oss)],
            "financial_years": self.financial_years.last_month
            if not self.financial_years.listed
            else [[year.start.isoformat(), year.end.isoformat()] for year in self.financial_years.listed],
            "lead": str(self.lead),
            "notice": str(self.notice),
            "silence": str(self.silence),
            "consent_outlives_relationship": self.consent_outlives_relationship,
            "unaccepted_quotes_fiscal": self.unaccepted_quotes_fiscal,
        }
        return hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).hexdigest()


def _text(period: Period | None) -> str | None:
    return None if period is None else str(period)


@dataclass(frozen=True)
class PolicyRow:
    """One line of the schedule as a register of processing (art. 30 GDPR) wants it."""

    category: DataCategory
    what: str
    starting_point: str
    period: str
    hold: str
    source: str


_STARTS_IN_WORDS = {
    StartingPoint.EFFECTIVE_END: "end of the relationship, or the last payment, service or contract if later",
    StartingPoint.RECORDED_END: "end of the relationship itself, also when a claim is still open",
    StartingPoint.END_OR_WITHDRAWAL: "end of the relationship, or withdrawal of consent if earlier",
    None: "see hold",
}


def describe(schedule: Schedule) -> tuple[PolicyRow, ...]:
    """Give the schedule as rows that a privacy officer can paste into the register of processing."""
    return tuple(
        PolicyRow(
            category.name,
            category.what,
            _STARTS_IN_WORDS[category.starts],
            _period_in_words(category),
            _hold_in_words(schedule) if category.hold is Hold.FISCAL else "none",
            category.source,
        )
        for category in schedule.categories.values()
    )


def _period_in_words(category: Category) -> str:
    if category.period is None:
        return "see hold"
    after = category.period_after_withdrawal
    if after is None or after == category.period:
        return str(category.period)
    return f"{category.period}; {after} after withdrawal"


def _hold_in_words(schedule: Schedule) -> str:
    fiscal = schedule.fiscal
    return (
        f"{fiscal.general} after the financial year in which the last document lost its use; own property "
        f"{fiscal.own_property} after the year of first use; OSS {fiscal.oss} after the year of supply"
    )
