"""Calendar arithmetic: periods, financial years, and the date of a moment.

Calendar days only, never hours: four weeks are 28 days, also across a night with 23 or 25 hours (Regulation
1182/71 art. 3). Results beyond the last day that a calendar date can hold stay on that day, so that no fact,
however absurd, raises.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from syncd.model import Moment, local_date

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_PERIOD = re.compile(r"(?P<count>[0-9]{1,4}) (?P<unit>day|week|month|year)s?")
_LONGEST_UNIT = {"day": 1, "week": 7, "month": 31, "year": 366}


class Unit(StrEnum):
    """What a period counts."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True)
class Period:
    """A length of time in calendar units, such as "4 weeks"; written back exactly so by `str`."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"

    @property
    def longest_days(self) -> int:
        """The most days this period can take."""
        return self.count * _LONGEST_UNIT[self.unit]

    def after(self, day: date) -> date:
        """Give the last day of the period that starts with the event on `day`, which itself is not counted.

        A missing anniversary is the last day of its month (Regulation 1182/71 art. 3(2)(c)).
        """
        if self.unit in {Unit.DAY, Unit.WEEK}:
            return plus_days(day, self.count * _LONGEST_UNIT[self.unit])
        return _plus_months(day, self.count * (12 if self.unit is Unit.YEAR else 1))


def parse_period(text: str) -> Period:
    """Read "4 weeks", "7 years", "0 days". Raises `ValueError` that shows the form of a period."""
    match = _PERIOD.fullmatch(text)
    if match is None:
        raise ValueError(
            'a period is a number and a unit, such as "28 days", "4 weeks", "6 months", "7 years"'
        )
    return Period(int(match["count"]), Unit(match["unit"]))


def plus_days(day: date, days: int) -> date:
    """Add days, staying within what a date can hold."""
    return date.fromordinal(max(1, min(day.toordinal() + days, date.max.toordinal())))


def _plus_months(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if years > date.max.year:
        return date.max
    return date(years, month + 1, min(day.day, calendar.monthrange(years, month + 1)[1]))


def last_day_of_years(start: date, years: int) -> date | None:
    """Give the last day of so many years of which `start` is the first day; None beyond the calendar.

    Seven years from 1 March 2025 end on 29 February 2032; from 29 February 2028 on 28 February 2035.
    """
    if start.year + years > date.max.year:
        return None
    if (start.month, start.day) == (2, 29):
        return date(start.year + years, 2, 28)
    return plus_days(start.replace(year=start.year + years), -1)


def last_day_of_year(year: int) -> date | None:
    """Give 31 December of `year`; None beyond the calendar."""
    return date(year, 12, 31) if year <= date.max.year else None


def calendar_date(moment: Moment, zone: ZoneInfo) -> date:
    """Give the date of `moment` in `zone`; where the zone leads beyond the calendar, the date as written."""
    try:
        return local_date(moment, zone)
    except (OverflowError, ValueError):
        return date(moment.year, moment.month, moment.day)


class FinancialYear(NamedTuple):
    """First and last day of a financial year."""

    start: date
    end: date


@dataclass(frozen=True)
class FinancialYears:
    """Which financial year a day belongs to: by the last month of each year, or by an explicit list.

    A legal person's financial year is the calendar year unless its articles say otherwise (art. 2:10a BW),
    and the first or a changed one may be long or short, so a list, when there is one, is the only truth.
    """

    last_month: int = 12
    listed: tuple[FinancialYear, ...] = ()

    def containing(self, day: date) -> FinancialYear | None:
        """Give the financial year that `day` lies in; None when no listed year contains it."""
        if self.listed:
            return next((year for year in self.listed if year.start <= day <= year.end), None)
        end = self._end_in(day.year)
        if end < day:
            if day.year == date.max.year:
                return None
            end = self._end_in(day.year + 1)
        start = plus_days(self._end_in(end.year - 1), 1) if end.year > 1 else date.min
        return FinancialYear(start, end)

    def _end_in(self, year: int) -> date:
        return date(year, self.last_month, calendar.monthrange(year, self.last_month)[1])
