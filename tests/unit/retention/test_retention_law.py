"""The rules of the law and of the promise, one by one, each with where it stands.

Read beside `docs/reference/cases.md`: that page says what the engine does, this one why it may and must.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.model import Event, EventKind, Record, RecordRef, SubjectKind, Verdict
from syncd.retention import Facts, Hold, Period, Unit, decide, dispositions
from tests.unit.retention.kit import SCHEDULE, case_of, day, doc

TODAY = "2026-11-22"
GONE = {"customer": "2026-10-25"}


def answer(**facts: Any) -> Any:
    case = case_of({"today": TODAY, "ended": GONE, **facts})
    return decide(case.facts, case.schedule, case.today)


def invoice(on: str, settled: str | None = None, **more: Any) -> dict[str, Any]:
    return {"kind": "sales_invoice", "date": on, "settled": settled or on, **more}


def held(*docs: dict[str, Any], **facts: Any) -> str:
    until = answer(docs=list(docs), **facts).hold_until
    return until.isoformat() if isinstance(until, date) else str(until)


# --- how long: art. 52(4) AWR, 34a Wet OB, 369k VAT Directive -----------------------------------------------


@pytest.mark.parametrize(
    ("docs", "until"),
    [
        # Seven years after the financial year in which it lost its use: art. 52(4) AWR; so also art. 2:10(3) BW.
        ([invoice("2020-01-02")], "2027-12-31"),
        # Paid only a year later: it was still in use then.
        ([invoice("2020-01-02", "2021-03-01")], "2028-12-31"),
        # The last of several payments, a service that runs on, a day on which it was closed.
        ([invoice("2025-12-30", "2026-01-10")], "2033-12-31"),
        ([invoice("2025-12-10", "2025-12-15", service_end="2026-03-31")], "2033-12-31"),
        ([invoice("2025-12-10", "2025-12-15", closed="2026-03-31")], "2033-12-31"),
        # A lease that ended in May 2024; a contract of ten years counts from its end, not from its date.
        ([{"kind": "contract", "date": "2014-05-01", "end": "2024-05-01"}], "2031-12-31"),
        # What was bought is kept like what was sold, and what was paid like both: basic data.
        ([{"kind": "purchase_invoice", "date": "2024-05-01", "settled": "2024-05-20"}], "2031-12-31"),
        ([{"kind": "receipt", "date": "2024-05-01"}], "2031-12-31"),
        ([{"kind": "bank_mutation", "date": "2024-05-01"}], "2031-12-31"),
        ([{"kind": "credit_note", "date": "2024-05-01"}], "2031-12-31"),
        # An accepted quote belongs to the administration of sales; one that was not accepted does not.
        ([{"kind": "estimate_accepted", "date": "2024-05-01"}], "2031-12-31"),
        ([{"kind": "estimate_unaccepted", "date": "2024-05-01"}], "None"),
        # A draft is no invoice.
        ([{"kind": "draft_invoice", "date": "2024-05-01"}], "None"),
        # Own property: nine years after the year of first use, not from the invoice (34a Wet OB).
        ([invoice("2016-02-01", own_property_first_use="2018-06-01")], "2027-12-31"),
        # Where the seven years are longer, they count: both clocks run.
        ([invoice("2018-02-01", "2026-02-01", own_property_first_use="2018-06-01")], "2033-12-31"),
        # One-stop shop: ten years after the calendar year of the supply, whenever it was paid (369k).
        ([invoice("2020-12-31", "2021-03-01", oss_supply="2020-12-31")], "2030-12-31"),
        ([invoice("2020-12-31", "2024-03-01", oss_supply="2020-12-31")], "2031-12-31"),
        # The last document decides for the debtor's record.
        ([invoice("2020-01-02"), invoice("2024-01-02"), invoice("2022-01-02")], "2031-12-31"),
    ],
)
def test_how_long_documents_are_kept(docs: list[dict[str, Any]], until: str) -> None:
    assert held(*docs) == until


@pytest.mark.parametrize(
    ("year", "on", "until"),
    [
        # The financial year of the articles (art. 2:10a BW), not the calendar year.
        (6, "2024-06-30", "2031-06-30"),
        (6, "2024-07-01", "2032-06-30"),
        # Counted from its first day: seven years from 1 March 2025 end on 29 February 2032.
        (2, "2025-02-28", "2032-02-29"),
        # A long first year and a short one, as they were.
        ([["2023-10-01", "2024-12-31"], ["2025-01-01", "2025-06-30"]], "2023-11-01", "2031-12-31"),
        ([["2023-10-01", "2024-12-31"], ["2025-01-01", "2025-06-30"]], "2025-01-01", "2032-06-30"),
        # A year that nobody listed is not known; unknown is not none.
        ([["2025-01-01", "2025-12-31"]], "2024-12-31", "unknown"),
    ],
)
def test_the_financial_year_is_the_companys_own(year: Any, on: str, until: str) -> None:
    assert held(invoice(on), fy=year) == until
    # The calendar years of property and one-stop shop do not follow it.
    if until != "unknown":
        assert held(invoice(on, oss_supply="2025-01-15"), fy=year) == "2035-12-31"


def test_a_timestamp_is_of_the_day_it_was_in_amsterdam() -> None:
    # Half past eleven in the evening in UTC is the next day here, and another financial year.
    assert held(invoice("2025-12-31T22:30:00Z")) == "2032-12-31"
    assert held(invoice("2025-12-31T23:30:00Z")) == "2033-12-31"


# --- which data: art. 17(3)(b) GDPR, "to the extent necessary" ----------------------------------------------


def test_the_hold_covers_what_an_invoice_must_name_and_nothing_else() -> None:
    """Art. 35a(1)(d),(e) Wet OB and 31(2)(b) Uitvoeringsbeschikking OB: name, address, VAT number."""
    covered = {name for name, rule in SCHEDULE.categories.items() if rule.hold is Hold.FISCAL}
    assert covered == {"fiscal_identity", "fiscal_documents"}
    here = Record(
        RecordRef("books", "contact", "1"),
        "1",
        SubjectKind.ORGANISATION,
        frozenset(SCHEDULE.categories) - {"fiscal_documents", "newsletter", "credentials"},
    )
    facts = Facts(ended={"customer": day("2026-10-25")}, docs=(doc("receipt", "2024-05-01"),))
    decided = decide(facts, SCHEDULE, day(TODAY))
    (one,) = dispositions(decided, facts, [here], SCHEDULE, day(TODAY))
    assert one.held == {"fiscal_identity"}
    assert one.categories == here.categories - one.held


def test_logins_go_with_the_service_they_were_for() -> None:
    """Art. 5(1)(b), 32 GDPR: their purpose was to perform the service; a claim needs no passwords."""
    rule = SCHEDULE.categories["credentials"]
    assert (rule.starts, rule.period) == ("recorded_end", Period(0, Unit.DAY))


# --- the four weeks: the privacy statement; Regulation 1182/71 -----------------------------------------------


@pytest.mark.parametrize(
    ("ended", "due"),
    [
        ("2026-10-25", "2026-11-22"),  # a night with 25 hours lies between: days, not 672 hours
        ("2026-03-01", "2026-03-29"),  # and one with 23
        ("2026-11-27", "2026-12-25"),  # a promise is not extended by a holiday
        ("2026-10-24", "2026-11-21"),  # nor by a Saturday
        ("2028-02-01", "2028-02-29"),
        ("2026-10-24T22:30:00Z", "2026-11-22"),  # an end is of the day it was in Amsterdam, too
    ],
)
def test_the_day_of_the_end_is_not_counted_and_the_last_day_is(ended: str, due: str) -> None:
    """Art. 3(1), 3(2)(c); the Algemene termijnenwet extends periods of the law, not this one."""
    assert answer(ended={"customer": ended}).erase_on == day(due)
    assert answer(ended={"customer": ended}, today=due).verdict is Verdict.ERASE
    assert not answer(ended={"customer": ended}, today=due).flagged
    after = (day(due) + timedelta(1)).isoformat()
    assert answer(ended={"customer": ended}, today=after).flagged
    before = (day(due) - timedelta(1)).isoformat()
    assert answer(ended={"customer": ended}, today=before).verdict is not Verdict.ERASE


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_the_four_weeks_are_never_longer_than_the_month_of_the_law(received: date) -> None:
    """Art. 12(3) GDPR gives a month, without undue delay."""
    assert Period(4, Unit.WEEK).after(received) <= Period(1, Unit.MONTH).after(received)


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_the_seven_years_are_not_extended_by_a_weekend_either(paid: date) -> None:
    """Art. 4 Algemene termijnenwet: not for terms of years. So a calendar year's holds end on 31 December."""
    assert held(invoice(paid.isoformat()), today="2100-01-01") == f"{paid.year + 7}-12-31"


# --- is it over? art. 17(1)(a) GDPR: the purpose is gone ----------------------------------------------------


def test_only_a_recorded_end_starts_the_clock_and_silence_asks() -> None:
    silent = answer(ended={"customer": None}, last_activity="2024-11-21")
    assert (silent.verdict, silent.erase_on) == (Verdict.REVIEW, None)
    assert answer(ended={"customer": None}, last_activity="2024-11-22").verdict is Verdict.KEEP


def test_the_last_role_ends_the_relationship() -> None:
    both = {"customer": "2026-10-01", "supplier": "2026-10-25"}
    assert answer(ended=both).erase_on == day("2026-11-22")
    assert answer(ended={**both, "supplier": None}).verdict is Verdict.KEEP


def test_an_open_claim_is_still_a_relationship_and_its_payment_ends_it() -> None:
    """The statement says: when there is no obligation left ("geen verbintenis meer")."""
    claim = {"kind": "sales_invoice", "date": "2026-09-15", "due": "2026-10-15"}
    assert answer(docs=[claim]).verdict is Verdict.SUSPEND
    assert answer(docs=[{**claim, "settled": "2026-11-10"}]).erase_on == day("2026-12-08")


@pytest.mark.parametrize(("due", "verdict"), [("2021-11-22", "suspend"), ("2021-11-21", "review")])
def test_a_claim_prescribes_after_five_years(due: str, verdict: str) -> None:
    """Art. 3:307 BW; who interrupted it knows, so a person looks."""
    claim = {"kind": "sales_invoice", "date": "2021-10-01", "due": due}
    assert answer(ended={"customer": "2022-01-01"}, docs=[claim]).verdict.value == verdict


@pytest.mark.parametrize("invoiced", ["2026-10-26", "2026-11-15", "2027-06-01", "2029-10-25"])
def test_an_invoice_for_work_before_the_end_winds_up_however_late_it_comes(invoiced: str) -> None:
    """An invoice is due on the fifteenth of the month after the service (34g Wet OB); a late one is no new work.

    Its payment is the last obligation: until it is paid nothing goes, and then the four weeks begin.
    """
    late = {"kind": "sales_invoice", "date": invoiced, "service_end": "2026-10-25"}
    assert answer(today=invoiced, docs=[late]).verdict is Verdict.SUSPEND
    paid = answer(today=invoiced, docs=[{**late, "settled": invoiced}])
    assert (paid.verdict, paid.erase_on) == (Verdict.SCHEDULE, day(invoiced) + timedelta(28))


@pytest.mark.parametrize(
    "new",
    [
        {"service_end": "2026-10-26"},  # the service itself was after the end
        {},  # nobody knows what it was for
    ],
)
def test_new_work_is_a_resumed_relationship_recorded_or_not(new: dict[str, str]) -> None:
    late = invoice("2026-11-01", **new)
    assert answer(docs=[late]).verdict is Verdict.REVIEW
    quote = {"kind": "estimate_unaccepted", "date": "2026-11-01"}
    assert answer(docs=[quote]).verdict is Verdict.REVIEW
    assert answer(docs=[{"kind": "draft_invoice", "date": "2026-11-01"}]).verdict is Verdict.REVIEW


def test_a_stop_keeps_everything_and_its_release_makes_nothing_late() -> None:
    """Art. 18 GDPR, a dispute (17(3)(e)), a tax audit."""
    assert answer(suspended=True).verdict is Verdict.SUSPEND
    assert answer(released="2026-11-30").erase_on == day("2026-11-30")


@pytest.mark.parametrize(
    "bad",
    [
        {"ended": {"customer": "1970-01-01"}},
        {"docs": [invoice("2028-11-22")]},
        {"docs": [invoice("2024-01-01")], "fy": [["2025-01-01", "2025-12-31"]]},
        {"duplicate_of_active": True},
        {"doubts": ["unreadable_date:ended_on"]},
    ],
)
def test_what_is_not_known_goes_to_a_person(bad: dict[str, Any]) -> None:
    """Art. 5(1)(d) and (2) GDPR: accurate, and able to show it."""
    assert answer(**bad).verdict is Verdict.REVIEW


def test_a_document_past_its_own_hold_may_go_while_the_customer_stays() -> None:
    docs = [invoice("2018-03-01"), invoice("2026-03-01")]
    active = answer(ended={"customer": None}, docs=docs)
    assert (active.verdict, active.flags) == (Verdict.KEEP, {"dispose_documents"})
    assert active.erase_on == day("2026-01-01")


# --- the newsletter: art. 7(3), 21(3) GDPR, 11.7 Tw ---------------------------------------------------------


def test_withdrawal_of_consent_ends_the_newsletter_and_nothing_else() -> None:
    member = RecordRef("news", "member", "a")
    withdrew = Event(EventKind.CONSENT_WITHDRAWN, day("2026-11-20"))
    here = Record(
        member, "1", SubjectKind.PERSON, frozenset({"newsletter", "contact_details"}), events=(withdrew,)
    )
    facts = Facts(ended={"customer": None})
    decided = decide(facts, SCHEDULE, day(TODAY))
    (one,) = dispositions(decided, facts, [here], SCHEDULE, day(TODAY))
    assert one.categories == {"newsletter"}
    assert one.erase_on == day("2026-12-18")


def test_for_somebody_who_only_subscribed_consent_is_the_relationship() -> None:
    assert answer(ended={}, newsletter_consent=True, last_activity="2010-01-01").verdict is Verdict.KEEP
    assert answer(ended={"subscriber": "2026-10-25"}).verdict is Verdict.ERASE


def test_the_end_of_the_relationship_ends_the_newsletter_unless_consent_outlives_it_by_switch() -> None:
    assert answer(newsletter_consent=True).flags == frozenset()
    kept = answer(newsletter_consent=True, consent_outlives_relationship=True)
    assert (kept.verdict, kept.flags) == (Verdict.ERASE, {"keep_newsletter"})
