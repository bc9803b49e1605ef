"""Reading case files: every value is checked, and all that is wrong is said at once."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from syncd.model import Document, DocumentKind, HoldUntil, Moment, RecordRef, Role, Verdict
from syncd.retention.engine import DISPOSE_DOCUMENTS, DROP_DRAFTS, FLAGGED, KEEP_NEWSLETTER
from syncd.retention.facts import Facts
from syncd.retention.overruling import ACCEPTABLE
from syncd.retention.parse import listed_years
from syncd.retention.periods import FinancialYears, calendar_date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from syncd.retention.schedule import Schedule

T = TypeVar("T")

_CASE_KEYS = ("id", "text", "facts", "expected", "why")
_SUBJECT_KEYS = (
    "ended", "last_activity", "resumed", "docs", "suspended", "released", "non_fiscal_already_erased",
    "newsletter_consent", "duplicate_of_active", "quote_expired", "doubts", "accepted", "kept_until",
)  # fmt: skip
_SWITCHES = ("unaccepted_quotes_fiscal", "consent_outlives_relationship")
_FACT_KEYS = ("today", "fy", *_SWITCHES, *_SUBJECT_KEYS, "organisations")
_ORGANISATION_KEYS = (*_SUBJECT_KEYS, "left")
_DOC_KEYS = (
    "kind", "date", "due", "settled", "service_end", "closed", "end", "own_property_first_use",
    "property_unknown_first_use", "oss_supply",
)  # fmt: skip
_EXPECTED_KEYS = ("decision", "partial", "flags", "erase_on", "hold_until")
_FLAGS = (FLAGGED, DROP_DRAFTS, KEEP_NEWSLETTER, DISPOSE_DOCUMENTS)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIMESTAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)


class CaseError(ValueError):
    """A case file that cannot be run. `problems` names file, case, key and remedy of each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Organisation(NamedTuple):
    """What is known of an organisation that the person of a case belongs to, or `left` on a day."""

    facts: Facts
    left: Moment | None


class Case(NamedTuple):
    """One case: facts on a day under a schedule, and what is expected of the decision (only these keys)."""

    id: str
    text: str
    facts: Facts
    organisations: tuple[Organisation, ...]
    schedule: Schedule
    today: date
    expected: Mapping[str, object]


def parse_cases(text: str, schedule: Schedule, name: str = "the cases") -> tuple[Case, ...]:
    """Read a case file that people know as `name`. Raises `CaseError` with every problem at once."""
    try:
        entries = json.loads(text, object_pairs_hook=_once)
    except RecursionError:
        raise CaseError((f"{name}: not valid JSON: brackets within brackets without end",)) from None
    except ValueError as error:
        raise CaseError((f"{name}: not valid JSON: {error}",)) from None
    if not isinstance(entries, list):
        raise CaseError((f"{name}: a case file is a list of cases: [{{…}}, …]",))
    problems: list[str] = []
    cases = [_case(entry, number, schedule, problems) for number, entry in enumerate(entries, start=1)]
    if problems:
        raise CaseError(tuple(f"{name}: {problem}" for problem in problems))
    return tuple(cases)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        twice = next(key for key in table if [name for name, _ in pairs].count(key) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object; keep one of them")
    return table


def _case(entry: object, number: int, schedule: Schedule, problems: list[str]) -> Case:
    name = entry.get("id") if isinstance(entry, dict) else None
    read = _Reader(f"case {name if isinstance(name, str) and name else f'number {number}'}", problems)
    table = read.table(entry, "the case", _CASE_KEYS)
    facts = read.table(table.get("facts"), "facts", _FACT_KEYS)
    schedule = _schedule(read, facts, schedule)
    organisations = enumerate(read.list(facts, "organisations", "facts"), start=1)
    read.text(table, "why")
    return Case(
        id=read.text(table, "id"),
        text=read.text(table, "text"),
        facts=_facts(read, facts, "facts"),
        organisations=tuple(_organisation(read, one, place) for place, one in organisations),
        schedule=schedule,
        today=_today(read, facts, schedule),
        expected=_expected(read, table.get("expected")),
    )


def _today(read: _Reader, facts: Mapping[str, Any], schedule: Schedule) -> date:
    today = read.moment(facts, "today", "facts")
    if facts.get("today") is None:
        read.problem("facts.today", 'missing; give the day of the decision, such as "2026-11-22"')
    return calendar_date(today or date.min, schedule.zone)


def _schedule(read: _Reader, facts: Mapping[str, Any], schedule: Schedule) -> Schedule:
    """Let a case's own financial years and switches go before those of the schedule."""
    changes: dict[str, Any] = {
        name: read.boolean(facts, name, "facts") for name in _SWITCHES if facts.get(name) is not None
    }
    if facts.get("fy") is not None:
        changes["financial_years"] = _financial_years(read, facts["fy"])
    return replace(schedule, **changes)


def _financial_years(read: _Reader, value: object) -> FinancialYears:
    if isinstance(value, list) and value:
        years, wrong = listed_years(value)
        for problem in wrong:
            read.problem("facts.fy", problem)
        return FinancialYears(listed=years)
    if isinstance(value, int) and not isinstance(value, bool) and value in range(1, 13):
        return FinancialYears(last_month=value)
    read.problem("facts.fy", "must be the last month (1 to 12) or a list of [first day, last day]")
    return FinancialYears()


def _facts(read: _Reader, table: Mapping[str, Any], where: str) -> Facts:
    docs = enumerate(read.list(table, "docs", where), start=1)
    return Facts(
        ended=_ended(read, table, where),
        last_activity=read.moment(table, "last_activity", where),
        resumed=read.moment(table, "resumed", where),
        docs=tuple(_document(read, one, f"{where}.docs[{number}]", number) for number, one in docs),
        suspended=read.boolean(table, "suspended", where),
        released=read.moment(table, "released", where),
        non_fiscal_already_erased=read.boolean(table, "non_fiscal_already_erased", where),
        newsletter_consent=read.boolean(table, "newsletter_consent", where),
        duplicate_of_active=read.boolean(table, "duplicate_of_active", where),
        quote_expired=read.boolean(table, "quote_expired", where),
        doubts=tuple(_codes(read, read.list(table, "doubts", where), f"{where}.doubts")),
        accepted=frozenset(read.choices(table, "accepted", sorted(ACCEPTABLE), where)),
        kept_until=read.moment(table, "kept_until", where),
    )


def _ended(read: _Reader, table: Mapping[str, Any], where: str) -> dict[str, Moment | None]:
    value = table.get("ended")
    if value is not None and not isinstance(value, dict):
        read.problem(f"{where}.ended", 'must be role → date or null, such as {"customer": "2026-10-25"}')
        return {}
    roles = value or {}
    for role in roles:
        read.choice(role, tuple(Role), f"{where}.ended")
    return {role: read.moment(roles, role, f"{where}.ended") for role in roles}


def _codes(read: _Reader, values: list[Any], where: str) -> Iterable[str]:
    for code in values:
        if isinstance(code, str) and code:
            yield code
        else:
            read.problem(where, f'{code!r} is no code, such as "unreadable_date:ended_on"')


def _organisation(read: _Reader, entry: object, number: int) -> Organisation:
    where = f"facts.organisations[{number}]"
    table = read.table(entry, where, _ORGANISATION_KEYS)
    return Organisation(_facts(read, table, where), read.moment(table, "left", where))


def _document(read: _Reader, entry: object, where: str, number: int) -> Document:
    table = read.table(entry, where, _DOC_KEYS)
    told = read.choice(table.get("kind"), tuple(DocumentKind), f"{where}.kind")
    kind = DocumentKind(told) if told else DocumentKind.RECEIPT
    return Document(
        ref=RecordRef("case", "document", f"{number:03}"),
        of=RecordRef("case", "subject", "1"),
        kind=kind,
        date=read.moment(table, "date", where),
        open=_is_open(kind, table),
        due=read.moment(table, "due", where),
        settled=read.moment(table, "settled", where),
        service_end=read.moment(table, "service_end", where),
        closed=read.moment(table, "closed", where),
        end=read.moment(table, "end", where),
        own_property_first_use=read.moment(table, "own_property_first_use", where),
        property_unknown_first_use=read.boolean(table, "property_unknown_first_use", where),
        oss_supply=read.moment(table, "oss_supply", where),
    )


def _is_open(kind: DocumentKind, table: Mapping[str, Any]) -> bool:
    """Tell whether a case's document is open: it has no state of its own, so what is missing says it."""
    if kind in {DocumentKind.SALES_INVOICE, DocumentKind.PURCHASE_INVOICE}:
        return table.get("settled") is None
    if kind is DocumentKind.CREDIT_NOTE:
        return "settled" in table and table["settled"] is None
    return kind in {DocumentKind.CONTRACT, DocumentKind.RECURRING_INVOICE} and table.get("end") is None


def _expected(read: _Reader, value: object) -> dict[str, object]:
    table = read.table(value, "expected", _EXPECTED_KEYS)
    expected: dict[str, object] = {}
    if "decision" in table:
        expected["decision"] = read.choice(table["decision"], tuple(Verdict), "expected.decision")
    elif isinstance(value, dict):
        read.problem("expected.decision", f"missing; choose one of {', '.join(Verdict)}")
    if "partial" in table:
        expected["partial"] = read.boolean(table, "partial", "expected")
    if "flags" in table:
        expected["flags"] = frozenset(read.choices(table, "flags", _FLAGS, "expected"))
    if "erase_on" in table:
        expected["erase_on"] = read.day(table, "erase_on", "expected")
    if "hold_until" in table:
        expected["hold_until"] = _hold_until(read, table)
    return expected


def _hold_until(read: _Reader, table: Mapping[str, Any]) -> HoldUntil:
    match table["hold_until"]:
        case "open":
            return "open"
        case "unknown":
            return "unknown"
    return read.day(table, "hold_until", "expected")


class _Reader:
    """Gives the values of one case and notes what is wrong. A key with null is a key that is not there."""

    def __init__(self, case: str, problems: list[str]) -> None:
        self._case = case
        self._problems = problems

    def problem(self, where: str, text: str) -> None:
        self._problems.append(f"{self._case}: {where}: {text}")

    def table(self, value: object, where: str, known: Collection[str]) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            self.problem(where, "must be an object {…}")
            return {}
        for key in value:
            if key not in known:
                self.problem(f"{where}.{key}", f"unknown key; known here are {', '.join(known)}")
        return value

    def list(self, table: Mapping[str, Any], key: str, where: str) -> list[Any]:
        return self._typed(table, key, where, list, []) or []

    def boolean(self, table: Mapping[str, Any], key: str, where: str) -> bool:
        return self._typed(table, key, where, bool, default=False)

    def text(self, table: Mapping[str, Any], key: str) -> str:
        return self._typed(table, key, "", str, "")

    def _typed(self, table: Mapping[str, Any], key: str, where: str, kind: type[T], default: T) -> T:
        value = table.get(key)
        if value is None:
            return default
        if isinstance(value, kind):
            return value
        wanted = {list: "a list", bool: "true or false", str: "text"}[kind]
        self.problem(f"{where}.{key}".strip("."), f"must be {wanted}")
        return default

    def moment(self, table: Mapping[str, Any], key: str, where: str) -> Moment | None:
        """Read a date or a timestamp."""
        value = table.get(key)
        if value is None:
            return None
        try:
            if isinstance(value, str) and _DAY.fullmatch(value):
                return date.fromisoformat(value)
            if isinstance(value, str) and _TIMESTAMP.fullmatch(value):
                return datetime.fromisoformat(value)
        except ValueError:
            pass  # a day or an hour that does not exist
        form = "no date such as 2026-12-31 and no timestamp such as 2026-12-31T23:30"
        self.problem(f"{where}.{key}", f"{value!r} is {form}")
        return None

    def day(self, table: Mapping[str, Any], key: str, where: str) -> date | None:
        """Read a date; an answer has no time."""
        moment = self.moment(table, key, where)
        if isinstance(moment, datetime):
            self.problem(f"{where}.{key}", f"an answer is a date without a time, such as {moment:%Y-%m-%d}")
        return moment

    def choice(self, value: object, known: Collection[str], where: str) -> str:
        if isinstance(value, str) and value in known:
            return value
        self.problem(where, f"{value!r} is not known; choose one of {', '.join(known)}")
        return ""

    def choices(
        self, table: Mapping[str, Any], key: str, known: Collection[str], where: str
    ) -> Iterable[str]:
        return [self.choice(one, known, f"{where}.{key}") for one in self.list(table, key, where)]
