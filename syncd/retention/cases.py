"""Cases: facts with the decision that is right, as JSON; `syncd policy test FILE` runs them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from syncd.model import Decision, Document, DocumentKind, HoldUntil, Moment, RecordRef, Verdict
from syncd.retention.engine import DISPOSE_DOCUMENTS, DROP_DRAFTS, FLAGGED, KEEP_NEWSLETTER, decide
from syncd.retention.facts import Facts
from syncd.retention.overruling import ACCEPTABLE
from syncd.retention.parse import financial_year
from syncd.retention.periods import FinancialYears, calendar_date

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from syncd.retention.schedule import Schedule

_CASE_KEYS = ("id", "text", "facts", "expected", "why")
_FACT_KEYS = (
    "today", "ended", "last_activity", "resumed", "docs", "fy", "suspended", "released",
    "non_fiscal_already_erased", "unaccepted_quotes_fiscal", "newsletter_consent",
    "consent_outlives_relationship", "duplicate_of_active", "quote_expired", "doubts",
    "accepted", "kept_until",
)  # fmt: skip
_DOC_KEYS = (
    "kind", "date", "due", "settled", "service_end", "closed", "end", "own_property_first_use",
    "property_unknown_first_use", "oss_supply",
)  # fmt: skip
_EXPECTED_KEYS = ("decision", "partial", "flags", "erase_on", "hold_until")
_FLAGS = (FLAGGED, DROP_DRAFTS, KEEP_NEWSLETTER, DISPOSE_DOCUMENTS)


class CaseError(ValueError):
    """A case file that cannot be run. `problems` names each case, key and remedy."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class CaseResult:
    """How one case went. `differences` says in words what was expected and what came."""

    id: str
    text: str
    passed: bool
    differences: tuple[str, ...]
    decision: Decision


class Case(NamedTuple):
    """One case: facts on a day under a schedule, and what is expected of the decision (only these keys)."""

    id: str
    text: str
    facts: Facts
    schedule: Schedule
    today: date
    expected: Mapping[str, object]


def run_cases(text: str, schedule: Schedule) -> tuple[CaseResult, ...]:
    """Run every case of a file against a schedule; a case's own financial years and switches go before it.

    Raises `CaseError` when the file, or any case in it, is not a case that this engine can be asked.
    """
    return tuple(_run(case) for case in parse_cases(text, schedule))


def _run(case: Case) -> CaseResult:
    decision = decide(case.facts, case.schedule, case.today)
    seen = _seen(decision)
    differences = tuple(
        f"{key}: expected {_in_words(wanted)}, got {_in_words(seen[key])}"
        for key, wanted in case.expected.items()
        if seen[key] != wanted
    )
    return CaseResult(case.id, case.text, not differences, differences, decision)


def _seen(decision: Decision) -> dict[str, object]:
    return {
        "decision": decision.verdict,
        "partial": decision.partial,
        "flags": decision.flags,
        "erase_on": decision.erase_on,
        "hold_until": decision.hold_until,
    }


def _in_words(value: object) -> str:
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)


# --- reading ------------------------------------------------------------------------------------------------


def parse_cases(text: str, schedule: Schedule) -> tuple[Case, ...]:
    """Read a case file. Raises `CaseError` with every problem at once, one for each case."""
    try:
        entries = json.loads(text)
    except ValueError as error:
        raise CaseError((f"not valid JSON: {error}",)) from None
    if not isinstance(entries, list):
        raise CaseError(("a case file is a list of cases: [{…}, …]",))
    cases, problems = [], []
    for number, entry in enumerate(entries, start=1):
        try:
            cases.append(_case(entry, schedule))
        except ValueError as error:
            name = entry.get("id") if isinstance(entry, dict) else None
            problems.append(f"case {name or f'number {number}'}: {error}")
    if problems:
        raise CaseError(tuple(problems))
    return tuple(cases)


def _case(entry: object, schedule: Schedule) -> Case:
    table = _table(entry, "the case", _CASE_KEYS)
    facts = _table(table.get("facts"), "facts", _FACT_KEYS)
    if "fy" in facts:
        schedule = replace(schedule, financial_years=_financial_years(facts["fy"]))
    if "unaccepted_quotes_fiscal" in facts:
        schedule = replace(schedule, unaccepted_quotes_fiscal=_boolean(facts, "unaccepted_quotes_fiscal"))
    if "consent_outlives_relationship" in facts:
        outlives = _boolean(facts, "consent_outlives_relationship")
        schedule = replace(schedule, consent_outlives_relationship=outlives)
    today = _moment(facts, "today")
    if today is None:
        raise ValueError('facts.today: missing; give the day of the decision, such as "2026-11-22"')
    return Case(
        id=str(table.get("id", "")),
        text=str(table.get("text", "")),
        facts=_facts(facts),
        schedule=schedule,
        today=calendar_date(today, schedule.zone),
        expected=_expected(table.get("expected")),
    )


def _facts(table: Mapping[str, Any]) -> Facts:
    ended = table.get("ended") or {}
    if not isinstance(ended, dict):
        raise ValueError(  # noqa: TRY004 - all that is wrong with a case is a ValueError
            'facts.ended: must be role → date or null, such as {"customer": "2026-10-25"}'
        )
    return Facts(
        ended={role: _moment(ended, role, "facts.ended") for role in ended},
        last_activity=_moment(table, "last_activity"),
        resumed=_moment(table, "resumed"),
        docs=tuple(_document(doc, number) for number, doc in enumerate(_list(table, "docs"), start=1)),
        suspended=_boolean(table, "suspended"),
        released=_moment(table, "released"),
        non_fiscal_already_erased=_boolean(table, "non_fiscal_already_erased"),
        newsletter_consent=_boolean(table, "newsletter_consent"),
        duplicate_of_active=_boolean(table, "duplicate_of_active"),
        quote_expired=_boolean(table, "quote_expired"),
        doubts=tuple(str(doubt) for doubt in _list(table, "doubts")),
        accepted=frozenset(
            _choice(code, sorted(ACCEPTABLE), "facts.accepted") for code in _list(table, "accepted")
        ),
        kept_until=_moment(table, "kept_until"),
    )


def _document(entry: object, number: int) -> Document:
    where = f"facts.docs[{number}]"
    table = _table(entry, where, _DOC_KEYS)
    kind = DocumentKind(_choice(table.get("kind"), list(DocumentKind), f"{where}.kind"))
    return Document(
        ref=RecordRef("case", "document", f"{number:03}"),
        of=RecordRef("case", "subject", "1"),
        kind=kind,
        date=_moment(table, "date", where),
        open=_is_open(kind, table),
        due=_moment(table, "due", where),
        settled=_moment(table, "settled", where),
        service_end=_moment(table, "service_end", where),
        closed=_moment(table, "closed", where),
        end=_moment(table, "end", where),
        own_property_first_use=_moment(table, "own_property_first_use", where),
        property_unknown_first_use=_boolean(table, "property_unknown_first_use", where),
        oss_supply=_moment(table, "oss_supply", where),
    )


def _is_open(kind: DocumentKind, table: Mapping[str, Any]) -> bool:
    """Tell whether a case's document is open: it has no state of its own, so what is missing says it."""
    if kind in {DocumentKind.SALES_INVOICE, DocumentKind.PURCHASE_INVOICE}:
        return table.get("settled") is None
    if kind is DocumentKind.CREDIT_NOTE:
        return "settled" in table and table["settled"] is None
    return kind in {DocumentKind.CONTRACT, DocumentKind.RECURRING_INVOICE} and table.get("end") is None


def _financial_years(value: object) -> FinancialYears:
    if isinstance(value, list):
        try:
            return FinancialYears(listed=tuple(sorted(financial_year(entry) for entry in value)))
        except ValueError as error:
            raise ValueError(f"facts.fy: {error}") from None
    if isinstance(value, int) and value in range(1, 13):
        return FinancialYears(last_month=value)
    raise ValueError("facts.fy: must be the last month (1 to 12) or a list of [first day, last day]")


def _expected(value: object) -> dict[str, object]:
    table = _table(value, "expected", _EXPECTED_KEYS)
    if "decision" not in table:
        raise ValueError(f"expected.decision: missing; choose one of {', '.join(Verdict)}")
    expected: dict[str, object] = dict(table)
    expected["decision"] = _choice(table["decision"], list(Verdict), "expected.decision")
    if "partial" in table:
        expected["partial"] = _boolean(table, "partial", "expected")
    if "flags" in table:
        flags = _list(table, "flags", "expected")
        expected["flags"] = frozenset(_choice(flag, _FLAGS, "expected.flags") for flag in flags)
    if "erase_on" in table:
        expected["erase_on"] = _moment(table, "erase_on", "expected")
    if "hold_until" in table:
        expected["hold_until"] = _hold_until(table)
    return expected


def _hold_until(table: Mapping[str, Any]) -> HoldUntil:
    value = table["hold_until"]
    if value == "open":
        return "open"
    return "unknown" if value == "unknown" else _moment(table, "hold_until", "expected")


# --- values -------------------------------------------------------------------------------------------------


def _table(value: object, where: str, known: Collection[str]) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{where}: must be an object {{…}}")  # noqa: TRY004
    for key in value:
        if key not in known:
            raise ValueError(f"{where}.{key}: unknown key; known here are {', '.join(known)}")
    return value


def _list(table: Mapping[str, Any], key: str, where: str = "facts") -> list[Any]:
    value = table.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise ValueError(f"{where}.{key}: must be a list")  # noqa: TRY004
    return value


def _boolean(table: Mapping[str, Any], key: str, where: str = "facts") -> bool:
    value = table.get(key)
    if value is None or isinstance(value, bool):
        return bool(value)
    raise ValueError(f"{where}.{key}: must be true or false")


def _moment(table: Mapping[str, Any], key: str, where: str = "facts") -> Moment | None:
    """Read a date or a timestamp; a text of ten characters is a date."""
    value = table.get(key)
    if value is None:
        return None
    try:
        return date.fromisoformat(value) if len(value) == len("2026-12-31") else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(
            f"{where}.{key}: {value!r} is no date such as 2026-12-31 and no timestamp such as 2026-12-31T23:30"
        ) from None


def _choice(value: object, known: Collection[str], where: str) -> str:
    if value not in known:
        raise ValueError(f"{where}: {value!r} is not known; choose one of {', '.join(known)}")
    return str(value)
