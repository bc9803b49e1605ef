"""Documents whose own hold is over."""

from __future__ import annotations

from syncd.retention import FinancialYear, FinancialYears, documents_due
from syncd.retention.holds import read_paper, subject_hold
from tests.unit.retention.kit import SCHEDULE, day, doc, schedule

TODAY = day("2026-11-22")


def keys(*documents: object, **changes: object) -> list[str]:
    return [item.document.ref.key for item in documents_due(documents, schedule(**changes), TODAY)]  # type: ignore[arg-type]


def test_a_document_is_due_from_the_day_after_its_hold() -> None:
    paper = doc("sales_invoice", "2019-03-10", settled="2019-04-01")
    assert documents_due([paper], SCHEDULE, day("2026-12-31")) == ()
    (item,) = documents_due([paper], SCHEDULE, day("2027-01-01"))
    assert (item.document, item.hold_until, item.value_ended) == (paper, day("2026-12-31"), day("2019-04-01"))
    assert item.year == FinancialYear(day("2019-01-01"), day("2019-12-31"))
    assert (item.reason.code, item.reason.on, item.reason.documents) == (
        "hold",
        day("2026-12-31"),
        (paper.ref,),
    )


def test_the_rule_that_holds_longest_is_named() -> None:
    oss = doc("sales_invoice", "2010-05-01", 1, settled="2010-05-02", oss_supply=day("2010-05-01"))
    own = doc(
        "purchase_invoice", "2012-05-01", 2, settled="2012-05-02", own_property_first_use=day("2015-02-01")
    )
    due = documents_due([own, oss], SCHEDULE, TODAY)
    assert [(item.reason.code, item.hold_until) for item in due] == [
        ("hold_oss", day("2020-12-31")),
        ("hold_own_property", day("2024-12-31")),
    ]


def test_the_oldest_hold_comes_first() -> None:
    assert keys(
        doc("receipt", "2018-03-01", 1), doc("receipt", "2012-03-01", 3), doc("receipt", "2012-02-01", 2)
    ) == ["002", "003", "001"]


def test_nothing_in_doubt_open_held_or_not_fiscal_is_listed() -> None:
    assert (
        keys(
            doc("receipt", "2018-03-01", 1, settled="2026-11-23"),  # settled tomorrow: a typing error
            doc("receipt", "1970-01-01", 2),
            doc("receipt", "2012-03-01", 3, property_unknown_first_use=True),
            doc("receipt", None, 4),
            doc("sales_invoice", "2012-03-01", 5, open=True),
            doc("contract", "2012-03-01", 6, open=True),
            doc("receipt", "2019-01-01", 7),
            doc("draft_invoice", "2012-03-01", 8),
            doc("estimate_unaccepted", "2012-03-01", 9),
        )
        == []
    )


def test_a_document_in_no_listed_year_is_not_listed() -> None:
    listed = FinancialYears(listed=(FinancialYear(day("2013-01-01"), day("2013-12-31")),))
    papers = (doc("receipt", "2012-03-01", 1), doc("receipt", "2013-03-01", 2))
    assert keys(*papers, financial_years=listed) == ["002"]


def test_unaccepted_quotes_are_listed_by_switch() -> None:
    assert keys(doc("estimate_unaccepted", "2012-03-01"), unaccepted_quotes_fiscal=True) == ["001"]


def test_only_what_can_be_owed_or_agreed_is_open() -> None:
    """A connector may say `open` of anything; a receipt is paid when it is written."""
    assert not read_paper(doc("receipt", "2024-03-01", open=True), SCHEDULE).open
    assert read_paper(doc("receipt", "2024-03-01", open=True), SCHEDULE).hold == day("2031-12-31")
    assert read_paper(doc("credit_note", "2024-03-01", open=True), SCHEDULE).hold == "open"


def test_an_open_document_without_any_date_is_unknown_but_for_a_contract() -> None:
    assert read_paper(doc("sales_invoice", None, open=True), SCHEDULE).hold == "unknown"
    assert read_paper(doc("contract", None, open=True), SCHEDULE).hold == "open"


def test_of_two_rules_that_end_on_one_day_the_general_one_is_named() -> None:
    both = doc("sales_invoice", "2020-12-31", settled="2023-01-01", oss_supply="2020-12-31")
    assert (read_paper(both, SCHEDULE).hold, read_paper(both, SCHEDULE).rule) == (day("2030-12-31"), "hold")


def test_the_rules_behind_a_hold_are_named_in_order() -> None:
    supplied = doc("sales_invoice", "2020-12-31", 1, settled="2021-01-01", oss_supply="2020-12-31")
    paid = doc("sales_invoice", "2022-12-31", 2, settled="2023-01-01")
    shorter = doc("sales_invoice", "2021-12-31", 3, settled="2022-01-01")
    papers = [read_paper(one, SCHEDULE) for one in (paid, shorter, supplied)]
    hold = subject_hold(papers, TODAY)
    assert [(one.code, [ref.key for ref in one.documents]) for one in hold.reasons] == [
        ("hold", ["002"]),
        ("hold_oss", ["001"]),
    ]
