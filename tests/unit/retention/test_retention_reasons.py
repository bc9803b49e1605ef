"""What a code says in words, and which codes say that something is held."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from syncd.retention import Facts, FinancialYear, FinancialYears, Period, Unit, decide, in_words
from syncd.retention.reasons import DOUBTS, HOLDS, REASONS
from tests.unit.retention.kit import SCHEDULE, day, doc, schedule

TODAY = day("2026-11-22")
GAP = FinancialYears(listed=(FinancialYear(day("2010-01-01"), day("2010-12-31")),))


def test_each_code_and_each_doubt_says_its_own() -> None:
    for code, text in REASONS.items():
        assert in_words(code) == text
    for doubt, text in DOUBTS.items():
        assert in_words(f"doubt:{doubt}") == text
    said = [*REASONS.values(), *DOUBTS.values()]
    assert len(said) == len(set(said))


def test_a_doubt_without_words_of_its_own_names_the_fact() -> None:
    assert in_words("doubt:unreadable_date:ended_on") == "a fact could not be read: unreadable_date:ended_on"


def test_what_a_person_called_harmless_is_said_with_what_it_was() -> None:
    assert in_words("accepted:resumed") == f"a person called it harmless: {REASONS['resumed']}"
    assert in_words("accepted:doubt:end_removed") == f"a person called it harmless: {DOUBTS['end_removed']}"


def test_a_code_that_nobody_knows_is_a_fault_and_no_empty_sentence() -> None:
    with pytest.raises(KeyError):
        in_words("no_such_code")


PAID: dict[str, Any] = {"settled": "2026-01-20"}
FOR_EVER = replace(SCHEDULE.fiscal, general=Period(9999, Unit.YEAR))
RULES = {
    "no_financial_year": schedule(financial_years=GAP),
    "beyond_calendar": schedule(fiscal=FOR_EVER),
}
HELD: list[tuple[str, Any]] = [
    ("hold", doc("sales_invoice", "2026-01-10", **PAID)),
    ("hold_open", doc("contract", "2026-01-10", open=True)),
    ("hold_own_property", doc("purchase_invoice", "2026-01-10", **PAID, own_property_first_use="2026-01-30")),
    ("hold_oss", doc("sales_invoice", "2026-01-10", settled="2026-01-20", oss_supply="2026-01-10")),
    ("document_suspect", doc("sales_invoice", "2062-01-10", settled="2026-01-20")),
    ("first_use_unknown", doc("purchase_invoice", "2026-01-10", **PAID, property_unknown_first_use=True)),
    ("document_undated", doc("receipt", None)),
    ("beyond_calendar", doc("sales_invoice", "2026-01-10", **PAID)),
    ("no_financial_year", doc("sales_invoice", "2026-01-10", settled="2026-01-20")),
]  # fmt: skip


@pytest.mark.parametrize(("code", "paper"), HELD, ids=[code for code, _ in HELD])
def test_a_code_of_a_hold_comes_with_a_paper_that_is_held_or_of_which_nobody_knows(
    code: str, paper: Any
) -> None:
    known = Facts(ended={"customer": day("2026-02-01")}, docs=(paper,))
    decided = decide(known, RULES.get(code, SCHEDULE), TODAY)
    codes = {one.code for one in decided.reasons}
    assert code in codes
    assert code in HOLDS
    assert decided.hold_until is not None


def test_there_are_no_other_codes_of_holds() -> None:
    assert {code for code, _ in HELD} == HOLDS
    free = decide(Facts(ended={"customer": day("2026-02-01")}), SCHEDULE, TODAY)
    assert free.hold_until is None
    assert not {one.code for one in free.reasons} & HOLDS
