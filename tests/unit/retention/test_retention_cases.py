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
        run_cases(json.dumps(list(cases)), SCHEDULE, "my.json")
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
        (facts(endd={}), "my.json: case A1: facts.endd: unknown key; known here are today, fy"),
        (
            facts(today=None),
            'case A1: facts.today: missing; give the day of the decision, such as "2026-11-22"',
        ),
        (facts(today="22-11-2026"), "case A1: facts.today: '22-11-2026' is no date such as 2026-12-31"),
        (facts(last_activity="2026-02-30"), "case A1: facts.last_activity: '2026-02-30' is no date"),
        (facts(resumed=20261122), "case A1: facts.resumed: 20261122 is no date"),
        (facts(ended=["customer"]), "case A1: facts.ended: must be role → date or null"),
        (facts(ended=[]), "case A1: facts.ended: must be role → date or null, such as"),
        (
            facts(ended={"costumer": None}),
            "case A1: facts.ended: 'costumer' is not known; choose one of customer",
        ),
        (facts(today="2026-W48-1"), "case A1: facts.today: '2026-W48-1' is no date such as 2026-12-31"),
        (facts(resumed="20261122"), "case A1: facts.resumed: '20261122' is no date such as 2026-12-31"),
        (facts(resumed="2026-11-22T10"), "case A1: facts.resumed: '2026-11-22T10' is no date"),
        (facts(resumed="2026-11-22T25:00"), "case A1: facts.resumed: '2026-11-22T25:00' is no date"),
        (facts(resumed=True), "case A1: facts.resumed: True is no date"),
        (facts(fy=True), "case A1: facts.fy: must be the last month (1 to 12) or a list"),
        (facts(fy=[]), "case A1: facts.fy: must be the last month (1 to 12) or a list"),
        (facts(fy=6.0), "case A1: facts.fy: must be the last month (1 to 12) or a list"),
        (facts(fy=[["2026-W01-1", "2026-12-31"]]), "case A1: facts.fy: 2026-W01-1 is not a day such as"),
        (
            facts(fy=[["2026-01-01", "2026-12-31"], ["2026-12-31", "2027-12-31"]]),
            "case A1: facts.fy: 2026-01-01..2026-12-31 and 2026-12-31..2027-12-31 overlap",
        ),
        (facts(newsletter_consent=1), "case A1: facts.newsletter_consent: must be true or false"),
        (facts(doubts=[""]), "case A1: facts.doubts: '' is no code, such as"),
        (facts(doubts=[7]), "case A1: facts.doubts: 7 is no code, such as"),
        (facts(accepted=["open_claim"]), "case A1: facts.accepted: 'open_claim' is not known; choose one of"),
        (facts(organisations={}), "case A1: facts.organisations: must be a list"),
        (
            facts(organisations=[{"today": "2026-11-22"}]),
            "case A1: facts.organisations[1].today: unknown key; known here are ended",
        ),
        (facts(organisations=[{}, {"left": 1}]), "case A1: facts.organisations[2].left: 1 is no date"),
        (
            facts(organisations=[{"docs": [{"kind": "receipt", "date": "x"}]}]),
            "case A1: facts.organisations[1].docs[1].date: 'x' is no date",
        ),
        (case(id=7), "case number 1: id: must be text"),
        (case(why=[]), "case A1: why: must be text"),
        (
            case(expected={"decision": "keep", "erase_on": "2026-11-22T10:00"}),
            "case A1: expected.erase_on: an answer is a date without a time, such as 2026-11-22",
        ),
        (case(expected={"decision": "keep", "partial": "no"}), "case A1: expected.partial: must be true"),
        (case(expected={"decision": None}), "case A1: expected.decision: None is not known; choose one of"),
        (case(expected=None), "case A1: expected: must be an object"),
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


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert problem(facts(x=1, y=2), GOOD, {**facts(y=1), "id": "A2"}).count("unknown key") == 3
    broken = {"today": 1, "ended": [], "docs": [{"kind": "x", "date": 2}], "fy": 0, "suspended": 1, "z": 1}
    found = problem(case(facts=broken, expected={"flags": 1})).splitlines()
    assert all(line.startswith("my.json: case A1: ") for line in found)
    keys = {line.split(": ")[2] for line in found}
    assert keys == {
        "facts.z", "facts.fy", "facts.suspended", "facts.today", "facts.ended", "facts.docs[1].kind",
        "facts.docs[1].date", "expected.decision", "expected.flags",
    }  # fmt: skip


def test_null_is_a_key_that_is_not_there() -> None:
    nothing = dict.fromkeys(
        ("resumed", "docs", "fy", "suspended", "doubts", "organisations", "unaccepted_quotes_fiscal")
    )
    assert run_cases(json.dumps([facts(**nothing)]), SCHEDULE)[0].passed


def member(of: dict[str, Any], decision: str, **more: Any) -> dict[str, Any]:
    told = {"today": "2026-11-22", "organisations": [{"ended": {"customer": None}}, of], **more}
    return {"facts": told, "expected": {"decision": decision}}


def test_a_person_is_decided_with_the_organisations_they_belong_to() -> None:
    gone, active = {"ended": {"customer": "2026-10-25"}}, {"ended": {"customer": None}}
    left = {**active, "left": "2026-10-25"}
    cases = [
        member(gone, "keep"),
        member(gone, "erase", organisations=[gone]),
        member(gone, "erase", organisations=[gone, left]),
        member(left, "keep"),
        member(gone, "keep", organisations=[gone, active]),
        member(gone, "suspend", organisations=[gone], suspended=True),
        member(gone, "keep", organisations=[gone], ended={"supplier": None}),
        member(gone, "erase", organisations=[]) | {"facts": {"today": "2026-11-22", **gone}},
    ]
    results = run_cases(json.dumps(cases), SCHEDULE)
    assert [result.differences for result in results] == [()] * len(cases)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{", "my.json: not valid JSON"),
        ("{}", "my.json: a case file is a list of cases"),
        ("[" * 100_000, "my.json: not valid JSON: brackets within brackets"),
        ('[{"id": "a", "id": "b"}]', "my.json: not valid JSON: the key 'id' stands twice in one object"),
    ],
)
def test_a_file_that_is_none(text: str, expected: str) -> None:
    with pytest.raises(CaseError, match=expected):
        run_cases(text, SCHEDULE, "my.json")


@pytest.mark.shared
@pytest.mark.skipif(not OTHER.exists(), reason="the other cases are not beside the checkout")
def test_the_vocabulary_of_neighbouring_rules_is_refused_by_name() -> None:
    with pytest.raises(CaseError) as caught:
        run_cases(OTHER.read_text(encoding="utf-8"), SCHEDULE)
    assert "case R107: expected.decision: 'ERASE_ALL+SUPPRESS' is not known" in str(caught.value)


def test_what_a_person_answered_counts_for_members_too() -> None:
    late: dict[str, Any] = {
        "docs": [{"kind": "receipt", "date": "2026-11-01"}],
        "organisations": [{"ended": {"customer": "2026-10-25"}}],
    }
    plain: dict[str, Any] = {"facts": {"today": "2026-11-22", **late}, "expected": {"decision": "review"}}
    harmless = {
        "facts": {**plain["facts"], "accepted": ["document_after_end"]},
        "expected": {"decision": "erase"},
    }
    kept = {"facts": {**plain["facts"], "kept_until": "2027-01-01"}, "expected": {"decision": "keep"}}
    assert [one.differences for one in run_cases(json.dumps([plain, harmless, kept]), SCHEDULE)] == [()] * 3


def test_a_switch_with_null_is_that_of_the_schedule() -> None:
    quote = [{"kind": "estimate_unaccepted", "date": "2024-03-01"}]
    told = facts(docs=quote, unaccepted_quotes_fiscal=None)
    told["expected"] = {"decision": "erase", "hold_until": "2031-12-31"}
    assert run_cases(json.dumps([told]), schedule(unaccepted_quotes_fiscal=True))[0].passed


def test_each_problem_is_said_once() -> None:
    assert problem(case(expected=None)) == "my.json: case A1: expected: must be an object {…}"
    with pytest.raises(CaseError, match="the key 'b' stands twice") as caught:
        run_cases('[{"a": 1, "b": 2, "b": 3}]', SCHEDULE)
    assert len(caught.value.problems) == 1
