"""Running case files, and what is said about one that cannot be run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from syncd.retention import CaseError, FinancialYears, run_cases
from tests.unit.retention.kit import SCHEDULE, schedule

OTHER = Path(__file__).parents[4] / "shared" / "cases" / "other-cases.json"
GOOD: dict[str, Any] = {
    "id": "A1",
    "text": "ended, no documents",
    "facts": {"today": "2026-11-22", "ended": {"customer": "2026-10-25"}},
    "expected": {
        "decision": "erase",
        "partial": False,
        "flags": [],
        "erase_on": "2026-11-22",
        "hold_until": None,
    },
}


def case(**changes: Any) -> dict[str, Any]:
    return {**GOOD, **changes}


def facts(**more: Any) -> dict[str, Any]:
    return case(facts={**GOOD["facts"], **more})


def problem(*cases: Any) -> str:
    with pytest.raises(CaseError) as caught:
        run_cases(json.dumps(list(cases)), SCHEDULE)
    return str(caught.value)


def test_a_case_that_passes() -> None:
    (result,) = run_cases(json.dumps([GOOD]), SCHEDULE)
    assert (result.id, result.text, result.passed, result.differences) == (
        "A1",
        "ended, no documents",
        True,
        (),
    )


def test_differences_are_said_in_words() -> None:
    wrong = {
        "decision": "keep",
        "partial": True,
        "flags": ["flagged"],
        "erase_on": None,
        "hold_until": "open",
    }
    (result,) = run_cases(json.dumps([case(expected=wrong)]), SCHEDULE)
    assert not result.passed
    assert result.differences == (
        "decision: expected keep, got erase",
        "partial: expected yes, got no",
        "flags: expected flagged, got none",
        "erase_on: expected none, got 2026-11-22",
        "hold_until: expected open, got none",
    )


def test_only_what_is_expected_is_compared() -> None:
    assert run_cases(json.dumps([case(expected={"decision": "erase"})]), SCHEDULE)[0].passed


def test_a_case_overrides_years_and_switches_for_itself_only() -> None:
    invoice = {"kind": "sales_invoice", "date": "2024-07-01", "settled": "2024-07-02"}
    quote = {"kind": "estimate_unaccepted", "date": "2024-03-01"}
    cases = [
        case(
            facts={**GOOD["facts"], "docs": [invoice], "fy": fy, **more},
            expected={"decision": "erase", "hold_until": until},
        )
        for fy, more, until in (
            (6, {}, "2032-06-30"),
            ([["2024-02-01", "2024-07-31"]], {}, "2031-07-31"),
            (12, {"docs": [quote], "unaccepted_quotes_fiscal": True}, "2031-12-31"),
            (12, {"docs": [quote]}, None),
        )
    ]
    own = schedule(financial_years=FinancialYears(3))
    assert [result.passed for result in run_cases(json.dumps(cases), own)] == [True] * 4
    without = case(
        facts={**GOOD["facts"], "docs": [invoice]}, expected={"decision": "erase", "hold_until": "2032-03-31"}
    )
    assert run_cases(json.dumps([without]), own)[0].passed


def test_today_may_be_a_timestamp() -> None:
    late = facts(today="2026-11-22T23:30:00Z")
    late["expected"] = {"decision": "erase", "flags": ["flagged"]}
    assert run_cases(json.dumps([late]), SCHEDULE)[0].passed


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        (facts(endd={}), "case A1: facts.endd: unknown key; known here are today, ended"),
        (
            facts(today=None),
            'case A1: facts.today: missing; give the day of the decision, such as "2026-11-22"',
        ),
        (facts(today="22-11-2026"), "case A1: facts.today: '22-11-2026' is no date such as 2026-12-31"),
        (facts(last_activity="2026-02-30"), "case A1: facts.last_activity: '2026-02-30' is no date"),
        (facts(resumed=20261122), "case A1: facts.resumed: 20261122 is no date"),
        (facts(ended=["customer"]), "case A1: facts.ended: must be role → date or null"),
        (facts(ended={"customer": "soon"}), "case A1: facts.ended.customer: 'soon' is no date"),
        (facts(suspended="yes"), "case A1: facts.suspended: must be true or false"),
        (facts(docs={}), "case A1: facts.docs: must be a list"),
        (facts(docs=["invoice"]), "case A1: facts.docs[1]: must be an object"),
        (
            facts(docs=[{"kind": "invoice"}]),
            "case A1: facts.docs[1].kind: 'invoice' is not known; choose one of sales_invoice",
        ),
        (facts(docs=[{"kind": "receipt", "paid": "x"}]), "case A1: facts.docs[1].paid: unknown key"),
        (facts(docs=[{"kind": "receipt", "date": "x"}]), "case A1: facts.docs[1].date: 'x' is no date"),
        (facts(fy=13), "case A1: facts.fy: must be the last month (1 to 12) or a list"),
        (facts(fy=[["2026-01-01"]]), "case A1: facts.fy: a financial year is a first and a last day"),
        (case(facts=None), "case A1: facts: must be an object"),
        (case(expected={}), "case A1: expected.decision: missing; choose one of keep, schedule"),
        (
            case(expected={"decision": "ERASE_ALL"}),
            "case A1: expected.decision: 'ERASE_ALL' is not known; choose one of keep",
        ),
        (
            case(expected={"decision": "keep", "flags": ["late"]}),
            "case A1: expected.flags: 'late' is not known; choose one of flagged",
        ),
        (case(expected={"decision": "keep", "flags": "late"}), "case A1: expected.flags: must be a list"),
        (
            case(expected={"decision": "keep", "hold_until": "forever"}),
            "case A1: expected.hold_until: 'forever' is no date",
        ),
        (case(expected={"decision": "keep", "on": "x"}), "case A1: expected.on: unknown key"),
        ({"facts": {}}, "case number 1: facts.today: missing"),
        ("nothing", "case number 1: the case: must be an object"),
    ],
)
def test_a_malformed_case_names_case_key_and_remedy(bad: Any, expected: str) -> None:
    assert expected in problem(bad)


def test_every_malformed_case_is_named_at_once() -> None:
    assert problem(facts(x=1), GOOD, {**facts(y=1), "id": "A2"}).count("unknown key") == 2


@pytest.mark.parametrize(
    ("text", "expected"), [("{", "not valid JSON"), ("{}", "a case file is a list of cases")]
)
def test_a_file_that_is_none(text: str, expected: str) -> None:
    with pytest.raises(CaseError, match=expected):
        run_cases(text, SCHEDULE)


@pytest.mark.shared
@pytest.mark.skipif(not OTHER.exists(), reason="the other cases are not beside the checkout")
def test_the_vocabulary_of_neighbouring_rules_is_refused_by_name() -> None:
    with pytest.raises(CaseError) as caught:
        run_cases(OTHER.read_text(encoding="utf-8"), SCHEDULE)
    assert "case R107: expected.decision: 'ERASE_ALL+SUPPRESS' is not known" in str(caught.value)
