"""What a decision means for each record and data category."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.model import Disposition, Event, EventKind, Record, RecordRef, SubjectKind, Verdict
from syncd.retention import Facts, Period, Schedule, Unit, decide, dispositions, follow
from tests.unit.retention.kit import SCHEDULE, case_of, day, doc, random_facts, schedule

if TYPE_CHECKING:
    from datetime import date

CONTACT = RecordRef("books", "contact", "9")
ITEM = RecordRef("crm", "item", "1")
MEMBER = RecordRef("news", "member", "a", "list")
TODAY = day("2026-11-22")
END, DUE = day("2026-10-25"), day("2026-11-22")
PAID = doc("sales_invoice", "2024-03-01", settled="2024-03-15")
OPEN = doc("sales_invoice", "2026-03-01", open=True)
GONE = {"customer": END}
ACTIVE = {"customer": None}
GIVEN = Event(EventKind.CONSENT_GIVEN, day("2024-01-01"))
ALL = frozenset(SCHEDULE.categories) - {"fiscal_documents"}


def withdrawn(on: str | None) -> tuple[Event, ...]:
    return (Event(EventKind.CONSENT_WITHDRAWN, day(on) if on else None),)


def record(ref: RecordRef, *categories: str, events: tuple[Event, ...] = ()) -> Record:
    return Record(ref, "1", SubjectKind.ORGANISATION, frozenset(categories), events=events)


def of(
    facts: Facts, *records: Record, rules: Schedule = SCHEDULE, today: date = TODAY
) -> tuple[Disposition, ...]:
    return dispositions(decide(facts, rules, today), facts, records, rules, today)


def due(
    ref: RecordRef, on: str | date, *categories: str, held: tuple[str, ...] = (), until: str | None = None
) -> Disposition:
    when = day(on) if isinstance(on, str) else on
    return Disposition(ref, frozenset(categories), when, frozenset(held), day(until) if until else None)


CRM = record(ITEM, "relation_record", "contact_details", "registration")
BOOKS = record(CONTACT, "fiscal_identity", "contact_details", "bank_details")


def test_without_documents_everything_goes_on_the_due_date() -> None:
    assert of(Facts(ended=GONE), CRM, BOOKS) == (
        due(ITEM, DUE, "relation_record", "contact_details", "registration"),
        due(CONTACT, DUE, "fiscal_identity", "contact_details", "bank_details"),
    )


def test_under_a_hold_the_rest_goes_and_the_fiscal_part_stays() -> None:
    assert of(Facts(ended=GONE, docs=(PAID,)), CRM, BOOKS) == (
        due(ITEM, DUE, "relation_record", "contact_details", "registration"),
        due(CONTACT, DUE, "contact_details", "bank_details", held=("fiscal_identity",), until="2031-12-31"),
    )


def test_a_record_of_which_all_is_held_says_when_it_may_go() -> None:
    only = record(CONTACT, "fiscal_identity")
    expected = due(CONTACT, "2032-01-01", held=("fiscal_identity",), until="2031-12-31")
    assert of(Facts(ended=GONE, docs=(PAID,)), only) == (expected,)
    assert of(Facts(ended=GONE, docs=(PAID,), non_fiscal_already_erased=True), only) == (expected,)


def test_what_no_hold_covers_was_due_before_wherever_it_turns_up_again() -> None:
    facts = Facts(ended=GONE, docs=(PAID,), non_fiscal_already_erased=True)
    expected = due(CONTACT, DUE, "contact_details", held=("fiscal_identity",), until="2031-12-31")
    assert of(facts, record(CONTACT, "fiscal_identity", "contact_details")) == (expected,)


def test_after_the_hold_it_goes_on_the_first_day_on_which_it_may() -> None:
    late = day("2032-02-01")
    gone = Facts(ended=GONE, docs=(PAID,), non_fiscal_already_erased=True)
    assert of(gone, record(CONTACT, "fiscal_identity"), today=late) == (
        due(CONTACT, "2032-01-01", "fiscal_identity"),
    )
    # What had to go before goes with it, in one erasure.
    assert of(Facts(ended=GONE, docs=(PAID,)), BOOKS, today=late) == (
        due(CONTACT, "2032-01-01", *BOOKS.categories),
    )


def test_a_record_without_categories_has_nothing_to_go() -> None:
    assert of(Facts(ended=GONE), record(ITEM)) == ()


@pytest.mark.parametrize("name", ["unheard_of", "fiscal_documents"])
def test_a_category_without_a_rule_for_records_never_goes(name: str) -> None:
    assert of(Facts(ended=GONE), record(ITEM, name)) == ()


@pytest.mark.parametrize(
    "facts",
    [
        Facts(ended=ACTIVE),
        Facts(),
        Facts(ended={"customer": day("2026-12-01")}),
        Facts(ended=GONE, doubts=("unreadable",)),
        Facts(ended=GONE, suspended=True),
        Facts(ended=GONE, docs=(OPEN,), suspended=True),
    ],
)
def test_kept_doubtful_and_stopped_subjects_lose_nothing(facts: Facts) -> None:
    assert of(facts, record(ITEM, *(ALL - {"newsletter"}))) == ()


def test_a_stop_by_a_person_covers_a_withdrawn_newsletter_too() -> None:
    member = record(MEMBER, "newsletter", events=withdrawn("2026-10-01"))
    for ended in (GONE, ACTIVE):
        assert of(Facts(ended=ended, suspended=True), member) == ()


def test_neither_doubt_nor_a_persons_word_lets_a_withdrawn_newsletter_go() -> None:
    member = record(MEMBER, "newsletter", events=withdrawn("2026-10-01"))
    assert of(Facts(ended=ACTIVE), member) != ()
    assert of(Facts(ended=ACTIVE, doubts=("unreadable",)), member) == ()
    assert of(Facts(ended=GONE, kept_until=day("2027-01-01")), member) == ()
    stopped = Facts(suspended=True)
    kept = follow(
        decide(stopped, SCHEDULE, TODAY), [decide(Facts(ended=ACTIVE), SCHEDULE, TODAY)], TODAY, SCHEDULE
    )
    assert kept.verdict is Verdict.KEEP
    assert dispositions(kept, stopped, [member], SCHEDULE, TODAY) == ()


# --- credentials --------------------------------------------------------------------------------------------


def test_credentials_go_on_the_end_itself() -> None:
    crm = record(ITEM, "credentials", "relation_record")
    assert of(Facts(ended=GONE), crm) == (due(ITEM, END, "credentials"), due(ITEM, DUE, "relation_record"))


def test_an_open_claim_is_no_reason_to_keep_them() -> None:
    crm = record(ITEM, "credentials", "relation_record")
    assert of(Facts(ended=GONE, docs=(OPEN,)), crm) == (due(ITEM, END, "credentials"),)


def test_after_a_stop_they_go_when_it_is_lifted() -> None:
    crm = record(ITEM, "credentials")
    assert of(Facts(ended=GONE, released=day("2026-11-10")), crm) == (due(ITEM, "2026-11-10", "credentials"),)
    assert of(Facts(ended=GONE, released=day("2026-10-01")), crm) == (due(ITEM, END, "credentials"),)


def test_without_an_end_that_is_known_they_stay() -> None:
    owing = Facts(docs=(OPEN,))
    gone = decide(Facts(ended=GONE), SCHEDULE, TODAY)
    stopped = follow(decide(owing, SCHEDULE, TODAY), [gone], TODAY, SCHEDULE)
    assert stopped.verdict is Verdict.SUSPEND
    assert dispositions(stopped, owing, [record(ITEM, "credentials")], SCHEDULE, TODAY) == ()


# --- newsletter ---------------------------------------------------------------------------------------------


def test_a_withdrawn_newsletter_goes_while_the_customer_stays() -> None:
    member = record(MEMBER, "newsletter", events=withdrawn("2026-11-20"))
    other = record(ITEM, "newsletter", "relation_record", events=(GIVEN,))
    expected = (due(MEMBER, "2026-12-18", "newsletter"),)
    assert of(Facts(ended=ACTIVE), member, other) == expected
    assert of(Facts(ended=GONE, docs=(OPEN,)), member) == expected  # a claim needs no newsletter


def test_withdrawal_or_the_end_whichever_is_first() -> None:
    early = record(MEMBER, "newsletter", events=withdrawn("2026-10-01"))
    late = record(MEMBER, "newsletter", events=withdrawn("2026-11-20"))
    assert of(Facts(ended=GONE), early) == (due(MEMBER, "2026-10-29", "newsletter"),)
    assert of(Facts(ended=GONE), late) == (due(MEMBER, DUE, "newsletter"),)


def test_the_period_after_withdrawal_is_its_own() -> None:
    rules = dict(SCHEDULE.categories)
    rules["newsletter"] = replace(rules["newsletter"], period_after_withdrawal=Period(0, Unit.DAY))
    member = record(MEMBER, "newsletter", events=withdrawn("2026-11-20"))
    assert of(Facts(ended=ACTIVE), member, rules=schedule(categories=rules)) == (
        due(MEMBER, "2026-11-20", "newsletter"),
    )


def test_withdrawn_after_it_was_given_is_withdrawn() -> None:
    member = record(MEMBER, "newsletter", events=(GIVEN, *withdrawn("2026-11-20")))
    assert of(Facts(ended=ACTIVE), member) == (due(MEMBER, "2026-12-18", "newsletter"),)
    twice = record(MEMBER, "newsletter", events=(*withdrawn("2026-11-20"), *withdrawn("2026-11-01")))
    assert of(Facts(ended=ACTIVE), twice) == (due(MEMBER, "2026-12-18", "newsletter"),)


def test_withdrawn_on_an_unknown_day_goes_at_once() -> None:
    member = record(MEMBER, "newsletter", events=withdrawn(None))
    assert of(Facts(ended=ACTIVE), member) == (due(MEMBER, TODAY, "newsletter"),)


def test_consent_keeps_the_newsletter_by_switch_alone_and_nothing_else() -> None:
    member = record(MEMBER, "newsletter", events=(GIVEN,))
    silent = record(ITEM, "newsletter", "relation_record")
    outlives = schedule(consent_outlives_relationship=True)
    facts = Facts(ended=GONE, newsletter_consent=True)
    assert of(facts, member, silent, rules=outlives) == (due(ITEM, DUE, "newsletter", "relation_record"),)
    assert of(facts, member) == (due(MEMBER, DUE, "newsletter"),)
    more = record(MEMBER, "newsletter", "contact_details", events=(GIVEN,))
    assert of(facts, more, rules=outlives) == (due(MEMBER, DUE, "contact_details"),)
    withdrew = record(MEMBER, "newsletter", events=withdrawn("2026-10-01"))
    assert of(facts, withdrew, rules=outlives) == (due(MEMBER, "2026-10-29", "newsletter"),)


# --- periods per category -----------------------------------------------------------------------------------


def test_a_category_with_a_longer_period_goes_later() -> None:
    rules = dict(SCHEDULE.categories)
    rules["bank_details"] = replace(rules["bank_details"], period=Period(2, Unit.WEEK))
    changed = schedule(categories=rules)
    assert of(Facts(ended=GONE), BOOKS, rules=changed, today=day("2026-11-01")) == (
        due(CONTACT, "2026-11-08", "bank_details"),
        due(CONTACT, DUE, "contact_details", "fiscal_identity"),
    )


def test_and_counts_from_the_last_payment_too() -> None:
    rules = dict(SCHEDULE.categories)
    rules["bank_details"] = replace(rules["bank_details"], period=Period(2, Unit.WEEK))
    paid_late = doc("sales_invoice", "2026-10-01", settled="2026-11-10")
    only = record(ITEM, "bank_details", "contact_details")
    assert of(Facts(ended=GONE, docs=(paid_late,)), only, rules=schedule(categories=rules)) == (
        due(ITEM, "2026-11-24", "bank_details"),
        due(ITEM, "2026-12-08", "contact_details"),
    )


# --- laws ---------------------------------------------------------------------------------------------------


@settings(max_examples=200)
@given(st.randoms(use_true_random=False), st.sets(st.sampled_from(sorted(ALL))))
def test_what_goes_and_what_is_held_never_meet_and_nothing_goes_too_early(
    rng: Any, categories: set[str]
) -> None:
    case = case_of(random_facts(rng))
    decision = decide(case.facts, case.schedule, case.today)
    here = record(ITEM, *categories)
    found = dispositions(decision, case.facts, [here], case.schedule, case.today)
    going = [name for disposition in found for name in disposition.categories]
    assert len(going) == len(set(going))
    for disposition in found:
        assert disposition.categories | disposition.held <= here.categories
        assert not disposition.categories & disposition.held
        assert disposition.held <= {"fiscal_identity"}
        assert (disposition.hold_until is not None) == bool(disposition.held)
    if decision.verdict in {Verdict.SCHEDULE, Verdict.ERASE}:
        assert decision.erase_on
        held = {"fiscal_identity"} if decision.partial else set()
        assert set(going) == categories - held
        for disposition in found:
            if disposition.categories - {"credentials"}:
                assert disposition.erase_on == decision.erase_on
    elif decision.verdict is Verdict.SUSPEND:
        assert set(going) <= {"credentials"}
    elif decision.verdict is not Verdict.HOLD:
        assert going == []
