"""Reading a retention schedule: everything that is wrong with it is said at once, with line and remedy."""

from __future__ import annotations

import itertools
import re
import tomllib
from dataclasses import fields, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from syncd.model import FISCAL_DOCUMENTS
from syncd.retention.periods import FinancialYear, FinancialYears, Period, Unit, parse_period, plus_days
from syncd.retention.reader import Reader
from syncd.retention.schedule import (
    LEGAL_FLOORS,
    LONGEST_BACKUP,
    LONGEST_PROMISED,
    NEWSLETTER,
    Category,
    FiscalPeriods,
    Hold,
    OwnPeriods,
    Schedule,
    StartingPoint,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

REQUIRED_CATEGORIES = (
    "fiscal_identity",
    "contact_details",
    "registration",
    "bank_details",
    "relation_record",
    NEWSLETTER,
    "credentials",
    FISCAL_DOCUMENTS,
)
"""Connectors put these names on records: without a rule nothing could ever be decided about them."""

_TOP_KEYS = (
    "version", "time_zone", "lead", "notice", "silence", "consent_outlives_relationship",
    "unaccepted_quotes_fiscal", "financial_years", "fiscal", "own", "categories",
)  # fmt: skip
_FISCAL_KEYS = ("general", "own_property", "oss", "below_floor_because")
_CATEGORY_KEYS = ("what", "starts", "period", "period_after_withdrawal", "hold", "source")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class ScheduleError(ValueError):
    """A schedule that cannot be used. `problems` holds all that is wrong, one sentence each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def parse_schedule(text: str, name: str) -> Schedule:
    """Read a retention schedule (TOML) that people know as `name`.

    Raises `ScheduleError` with every problem at once: file, line where it can be found, key and remedy.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScheduleError((f"{name}: not valid TOML: {error}",)) from None
    reader = Reader(text, name)
    schedule = replace(_read_schedule(reader, table), source=text)
    if reader.problems:
        raise ScheduleError(reader.problems)
    return schedule


def _read_schedule(reader: Reader, table: Mapping[str, Any]) -> Schedule:
    reader.known_keys(table, "", _TOP_KEYS)
    if reader.value(table, "", "version", str, "") == table.get("version", "") == "":
        reader.problem("", "version", 'missing; give this schedule a name, such as version = "2026-11-22"')
    plain = Schedule(version="", categories={})
    return Schedule(
        version=str(table.get("version", "")),
        categories=_read_categories(reader, reader.value(table, "", "categories", dict, {})),
        zone=reader.parsed(table, "", "time_zone", _zone, plain.zone),
        fiscal=_read_fiscal(reader, reader.value(table, "", "fiscal", dict, {})),
        financial_years=_read_years(reader, reader.value(table, "", "financial_years", dict, {})),
        lead=reader.parsed(table, "", "lead", parse_period, plain.lead),
        notice=reader.parsed(table, "", "notice", parse_period, plain.notice),
        silence=reader.parsed(table, "", "silence", parse_period, plain.silence),
        consent_outlives_relationship=reader.value(table, "", "consent_outlives_relationship", bool, False),
        unaccepted_quotes_fiscal=reader.value(table, "", "unaccepted_quotes_fiscal", bool, False),
        own=_read_own(reader, reader.value(table, "", "own", dict, {})),
        warnings=reader.warnings,
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        raise ValueError('no such time zone; use a name such as "Europe/Amsterdam"') from None


def _read_own(reader: Reader, table: Mapping[str, Any]) -> OwnPeriods:
    plain = OwnPeriods()
    names = tuple(one.name for one in fields(OwnPeriods))
    reader.known_keys(table, "own", names)
    periods = {name: reader.parsed(table, "own", name, parse_period, getattr(plain, name)) for name in names}
    for name, period in periods.items():
        if not period.count:
            reader.problem("own", name, 'must be longer than nothing, such as "30 days"')
    if periods["ledger"].unit is not Unit.YEAR:
        reader.problem("own", "ledger", 'counts in whole years, such as "7 years": it goes by the year')
    if periods["backups"].longest_days > LONGEST_BACKUP.longest_days:
        reader.warning(
            "own",
            "backups",
            "backups",
            "a backup still holds who was erased: {period} is longer than {limit}",
            period=periods["backups"],
            limit=LONGEST_BACKUP,
        )
    return OwnPeriods(**periods)


# --- fiscal periods -----------------------------------------------------------------------------------------


def _read_fiscal(reader: Reader, table: Mapping[str, Any]) -> FiscalPeriods:
    reader.known_keys(table, "fiscal", _FISCAL_KEYS)
    override = reader.value(table, "fiscal", "below_floor_because", str, "").strip()
    return FiscalPeriods(
        general=_fiscal_period(reader, table, "general", LEGAL_FLOORS.general, override),
        own_property=_fiscal_period(reader, table, "own_property", LEGAL_FLOORS.own_property, override),
        oss=_fiscal_period(reader, table, "oss", LEGAL_FLOORS.oss, override),
    )


def _fiscal_period(
    reader: Reader, table: Mapping[str, Any], key: str, floor: Period, override: str
) -> Period:
    period = reader.parsed(table, "fiscal", key, parse_period, floor)
    if period.unit is not Unit.YEAR:
        reader.problem("fiscal", key, f'counts in whole years, such as "{floor}"')
    elif period.count < floor.count and not override:
        reader.problem(
            "fiscal",
            key,
            f"{period} is below the legal floor of {floor}; take that, or say why the law does not ask it "
            'here with below_floor_because = "…", which every report will show',
        )
    elif period.count < floor.count:
        text = "{period} is below the legal floor of {limit}, because: {because}"
        reader.warning("fiscal", key, "below_floor", text, period=period, limit=floor, because=override)
    elif period.count > floor.count:
        text = "{period} is longer than the law asks ({limit})"
        reader.warning("fiscal", key, "above_floor", text, period=period, limit=floor)
    return period


def _read_years(reader: Reader, table: Mapping[str, Any]) -> FinancialYears:
    where = "financial_years"
    reader.known_keys(table, where, ("last_month", "years"))
    last_month = reader.value(table, where, "last_month", int, 12)
    if last_month not in range(1, 13):
        reader.problem(where, "last_month", "must be a month from 1 to 12")
    listed, wrong = listed_years(reader.value(table, where, "years", list, []))
    for problem in wrong:
        reader.problem(where, "years", problem)
    for earlier, later in itertools.pairwise(listed):
        if later.start > plus_days(earlier.end, 1):
            reader.warning(
                where,
                "years",
                "gap_in_years",
                "no year between {after} and {before}: holds there are unknown",
                after=earlier.end,
                before=later.start,
            )
    return FinancialYears(last_month, listed)


def listed_years(entries: Iterable[object]) -> tuple[tuple[FinancialYear, ...], tuple[str, ...]]:
    """Read financial years, each `[first day, last day]`; give them in order, and what is wrong with them."""
    years, wrong = [], []
    for entry in entries:
        try:
            years.append(_financial_year(entry))
        except ValueError as error:
            wrong.append(str(error))
    years.sort()
    for earlier, later in itertools.pairwise(years):
        if later.start <= earlier.end:
            wrong.append(f"{_span(earlier)} and {_span(later)} overlap; a day has one year")
    return tuple(years), tuple(wrong)


def _financial_year(entry: object) -> FinancialYear:
    match entry:
        case [start, end]:
            year = FinancialYear(_day(start), _day(end))
        case _:
            raise ValueError(
                'a financial year is a first and a last day, such as ["2025-10-01", "2026-12-31"]'
            )
    if year.start > year.end:
        raise ValueError(f"{_span(year)} ends before it begins; exchange the two days")
    return year


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass  # such as 31 April
    raise ValueError(f"{value} is not a day such as 2026-12-31")


def _span(year: FinancialYear) -> str:
    return f"{year.start}..{year.end}"


# --- categories ---------------------------------------------------------------------------------------------


def _read_categories(reader: Reader, table: Mapping[str, Any]) -> dict[str, Category]:
    categories = {}
    for name in table:
        if not _NAME.fullmatch(name):
            reader.problem("categories", name, "a category is named in small letters, digits and underscores")
        categories[name] = _read_category(reader, name, reader.value(table, "categories", name, dict, {}))
    for name in REQUIRED_CATEGORIES:
        if name not in table:
            reader.problem(
                "categories", name, f"missing; add [categories.{name}] with starts, period and hold"
            )
    return categories


def _read_category(reader: Reader, name: str, table: Mapping[str, Any]) -> Category:
    where = f"categories.{name}"
    reader.known_keys(table, where, _CATEGORY_KEYS)
    what, source = (reader.value(table, where, key, str, "") for key in ("what", "source"))
    hold = reader.parsed(table, where, "hold", _choice(Hold), Hold.NONE)
    if name == FISCAL_DOCUMENTS:
        if set(table) & {"starts", "period", "period_after_withdrawal"} or hold is not Hold.FISCAL:
            reader.problem(where, "hold", 'documents have hold = "fiscal" and neither starts nor period')
        return Category(name, what, None, None, Hold.FISCAL, source)
    for key in ("starts", "period", "hold"):
        if key not in table:
            reader.problem(where, key, "missing; a category has one starting point, one period and one hold")
    starts = reader.parsed(table, where, "starts", _choice(StartingPoint), StartingPoint.EFFECTIVE_END)
    if hold is Hold.FISCAL and starts is not StartingPoint.EFFECTIVE_END:
        reader.problem(where, "starts", f'with hold = "fiscal" it must be "{StartingPoint.EFFECTIVE_END}"')
    return Category(
        name,
        what,
        starts,
        _promised(reader, table, where, "period"),
        hold,
        source,
        _period_after_withdrawal(reader, table, where, starts),
    )


def _period_after_withdrawal(
    reader: Reader, table: Mapping[str, Any], where: str, starts: StartingPoint
) -> Period | None:
    key = "period_after_withdrawal"
    if starts is StartingPoint.END_OR_WITHDRAWAL:
        return _promised(reader, table, where, key)
    if key in table:
        reader.problem(where, key, f'only with starts = "{StartingPoint.END_OR_WITHDRAWAL}"; leave it out')
    return None


def _promised(reader: Reader, table: Mapping[str, Any], where: str, key: str) -> Period:
    period = reader.parsed(table, where, key, parse_period, LONGEST_PROMISED)
    if period.longest_days > LONGEST_PROMISED.longest_days:
        text = "{period} is longer than the promised {limit}"
        reader.warning(where, key, "longer_than_promised", text, period=period, limit=LONGEST_PROMISED)
    return period


C = TypeVar("C", StartingPoint, Hold)


def _choice(kind: type[C]) -> Callable[[str], C]:
    def parse(text: str) -> C:
        try:
            return kind(text)
        except ValueError:
            raise ValueError(f"choose one of {', '.join(kind)}") from None

    return parse
