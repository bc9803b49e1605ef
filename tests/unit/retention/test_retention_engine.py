"""What the engine decides, and the laws that every decision obeys."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from syncd.model import Decision, Document, DocumentKind, RecordRef, Verdict
from syncd.retention import Facts, FinancialYear, FinancialYears, Period, Unit, decide, in_words, run_cases
from syncd.retention.reasons import REASONS
from tests.unit.retention.kit import SCHEDULE, case_of, day, doc, random_facts, schedule

if TYPE_CHECKING:
    import random

    from syncd.retention.case_files import Case

SHARED = Path(__file__).parents[4] / "shared" / "cases" / "retention-cases.json"
LINES = Path(__file__).with_name("lines.json")
RANDOMS = st.randoms(use_true_random=False)
THOROUGH = settings(max_examples=150)


def drawn(rng: random.Random) -> tuple[Case, Decision]:
    case = case_of(random_facts(rng))
    return case, decide(case.facts, case.schedule, case.today)


def on(case: Case, today: date) -> Decision:
    """The decision on another day, without the day on which it changes."""
    return replace(decide(case.facts, case.schedule, today), next_on=None)


# --- the specification, line by line ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "result", run_cases(LINES.read_text(encoding="utf-8"), SCHEDULE), ids=lambda r: f"{r.id} {r.text}"
)
def test_every_line_of_the_specification(result: Any) -> None:
    assert result.differences == ()


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="the public cases are not beside the checkout")
def test_public_cases() -> None:
    results = run_cases(SHARED.read_text(encoding="utf-8"), SCHEDULE)
    assert len(results) == 63
    assert [(result.id, result.differences) for result in results if not result.passed] == []


# --- laws ---------------------------------------------------------------------------------------------------


@THOROUGH
@given(RANDOMS)
def test_a_decision_holds_until_next_on_and_changes_on_it(rng: random.Random) -> None:
    case, decision = drawn(rng)
    now = replace(decision, next_on=None)
    horizon = decision.next_on or case.today + timedelta(4000)
    span = (horizon - case.today).days
    for ahead in {1, span - 1, *(rng.randrange(1, span) for _ in range(20) if span > 1)} - {0, span}:
        assert on(case, case.today + timedelta(ahead)) == now
    if decision.next_on:
        assert decision.next_on > case.today
        assert on(case, decision.next_on) != now


@THOROUGH
@given(RANDOMS)
def test_erase_exactly_when_every_fact_allows_it(rng: random.Random) -> None:
    case, decision = drawn(rng)
    facts, today = case.facts, case.today
    assert (decision.verdict is Verdict.ERASE) == (
        _everybody_has_gone(facts)
        and not _in_doubt(facts, decision)
        and not facts.suspended
        and today >= _first_day_of_erasure(case)
        and not (facts.non_fiscal_already_erased and _held(decision, today))
    )


def _everybody_has_gone(facts: Facts) -> bool:
    ends = [end for end in facts.ended.values() if end]
    if not ends or len(ends) < len(facts.ended) or min(ends) <= date(1970, 1, 2):
        return False
    return facts.resumed is None or facts.resumed < max(ends)


def _in_doubt(facts: Facts, decision: Decision) -> bool:
    """Contradictions, in the terms of the facts alone."""
    end = max(on for on in facts.ended.values() if on)
    running = {DocumentKind.CONTRACT, DocumentKind.RECURRING_INVOICE}
    claims = {DocumentKind.SALES_INVOICE, DocumentKind.PURCHASE_INVOICE, DocumentKind.CREDIT_NOTE}
    new_work = [
        paper
        for paper in facts.docs
        if paper.date
        and paper.date > end
        and paper.kind not in {DocumentKind.CREDIT_NOTE, DocumentKind.BANK_MUTATION}
        and not (paper.kind in claims and paper.service_end and paper.service_end <= end)
    ]
    still_open = any(paper.open for paper in facts.docs if paper.kind in running | claims)
    return bool(new_work) or still_open or facts.duplicate_of_active or decision.hold_until == "unknown"


def _first_day_of_erasure(case: Case) -> date:
    facts = case.facts
    last = [end for end in facts.ended.values() if end]
    for paper in facts.docs:
        fiscal = paper.kind not in {"draft_invoice", "recurring_invoice", "estimate_unaccepted"}
        quotes = paper.kind is DocumentKind.ESTIMATE_UNACCEPTED and case.schedule.unaccepted_quotes_fiscal
        last += [paper.settled] if paper.settled and (fiscal or quotes) else []
        last += [paper.service_end] if paper.service_end else []
        last += [paper.end] if paper.end and paper.kind in {"contract", "recurring_invoice"} else []
    return max(max(last) + timedelta(28), facts.released or date.min)


def _held(decision: Decision, today: date) -> bool:
    return isinstance(decision.hold_until, date) and decision.hold_until >= today


@THOROUGH
@given(RANDOMS)
def test_a_live_hold_forbids_all_but_partial_erasure(rng: random.Random) -> None:
    case, decision = drawn(rng)
    if decision.verdict is Verdict.ERASE:
        assert decision.partial == _held(decision, case.today)
        assert decision.hold_until is None or isinstance(decision.hold_until, date)
    if decision.partial:
        assert decision.verdict in {Verdict.SCHEDULE, Verdict.ERASE}
    if decision.verdict is Verdict.HOLD:
        assert _held(decision, case.today)


@THOROUGH
@given(RANDOMS)
def test_the_order_of_facts_is_irrelevant(rng: random.Random) -> None:
    case, decision = drawn(rng)
    docs = list(case.facts.docs)
    rng.shuffle(docs)
    ended = dict(reversed(list(case.facts.ended.items())))
    assert decide(replace(case.facts, docs=tuple(docs), ended=ended), case.schedule, case.today) == decision


@THOROUGH
@given(RANDOMS, st.integers(1, 5000))
def test_once_erasable_stays_so_until_a_new_fact(rng: random.Random, later: int) -> None:
    case, decision = drawn(rng)
    if decision.verdict is Verdict.ERASE:
        assert on(case, case.today + timedelta(later)).verdict is Verdict.ERASE


@THOROUGH
@given(RANDOMS)
def test_what_holds_is_named(rng: random.Random) -> None:
    _, decision = drawn(rng)
    assert bool(decision.held_by) == (decision.hold_until is not None)
    assert all(in_words(reason.code) for reason in decision.reasons)
    assert decision.reasons


# --- any facts give a decision ------------------------------------------------------------------------------

EXTREMES = [
    date.min,
    date(1, 1, 2),
    date(1970, 1, 1),
    date(2024, 2, 29),
    date(9998, 12, 31),
    date(9999, 12, 3),
    date.max,
]
DAYS = st.one_of(st.sampled_from(EXTREMES), st.dates())
ZONES = st.sampled_from([None, UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))])
MOMENTS = st.one_of(
    DAYS,
    st.sampled_from(
        [
            datetime.min,  # noqa: DTZ901 - an absurd moment without offset is what a file may hold
            datetime.max,  # noqa: DTZ901
            datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
            datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))),
        ]
    ),
    st.datetimes(timezones=ZONES),
)
MAYBE = st.none() | MOMENTS
DOCUMENTS = st.builds(
    Document,
    ref=st.builds(RecordRef, st.just("books"), st.just("document"), st.sampled_from("abcd")),
    of=st.just(RecordRef("books", "contact", "1")),
    kind=st.sampled_from(DocumentKind),
    date=MAYBE, open=st.booleans(), due=MAYBE, settled=MAYBE, service_end=MAYBE, closed=MAYBE, end=MAYBE,
    own_property_first_use=MAYBE, property_unknown_first_use=st.booleans(), oss_supply=MAYBE,
)  # fmt: skip
GARBAGE = st.builds(
    Facts,
    ended=st.dictionaries(st.sampled_from(["customer", "supplier", "anything"]), MAYBE, max_size=3),
    last_activity=MAYBE, resumed=MAYBE, docs=st.lists(DOCUMENTS, max_size=4).map(tuple), suspended=st.booleans(),
    released=MAYBE, non_fiscal_already_erased=st.booleans(), newsletter_consent=st.booleans(),
    duplicate_of_active=st.booleans(), quote_expired=st.booleans(),
    doubts=st.lists(st.just("unreadable"), max_size=1).map(tuple),
)  # fmt: skip
YEARS = st.one_of(
    st.builds(FinancialYears, st.integers(1, 12)),
    st.lists(
        st.tuples(DAYS, DAYS).map(sorted).map(lambda pair: FinancialYear(*pair)), min_size=1, max_size=2
    ).map(lambda years: FinancialYears(listed=tuple(years))),
)


@settings(max_examples=300)
@given(GARBAGE, DAYS, YEARS)
@example(Facts(ended={"customer": date.max}), date.max, FinancialYears())
@example(
    Facts(ended={"customer": date(2020, 1, 1)}, docs=(doc("contract", "2020-01-01", end=date.max),)),
    date(2026, 1, 1),
    FinancialYears(6),
)
def test_any_facts_give_a_decision(facts: Facts, today: date, years: FinancialYears) -> None:
    used = schedule(financial_years=years)
    decision = decide(facts, used, today)
    assert decision == decide(facts, used, today)
    if decision.verdict is Verdict.ERASE:
        assert facts.ended
        assert not facts.doubts
    if decision.next_on:
        assert decision.next_on > today
        assert replace(decide(facts, used, decision.next_on), next_on=None) != replace(decision, next_on=None)


def test_a_contract_that_ends_on_the_last_day_of_the_calendar_is_no_silent_keep() -> None:
    facts = Facts(ended={"customer": day("2026-10-25")}, docs=(doc("contract", "2020-01-01", end=date.max),))
    decision = decide(facts, SCHEDULE, day("2026-11-22"))
    assert (decision.verdict, decision.hold_until) == (Verdict.REVIEW, "unknown")
    assert "beyond_calendar" in {reason.code for reason in decision.reasons}


# --- evidence -----------------------------------------------------------------------------------------------


def test_reasons_name_rule_date_and_documents() -> None:
    old = doc("sales_invoice", "2019-03-10", 1, settled="2019-04-01")
    new = doc("sales_invoice", "2026-01-02", 2, settled="2026-01-10")
    decision = decide(
        Facts(ended={"customer": day("2026-10-25")}, docs=(new, old)), SCHEDULE, day("2026-11-23")
    )
    assert decision.held_by == (new.ref,)
    seen = {reason.code: reason for reason in decision.reasons}
    assert (seen["ended"].on, seen["ended"].role) == (day("2026-10-25"), "customer")
    assert seen["due"].on == day("2026-11-22")
    assert (seen["hold"].on, seen["hold"].documents) == (day("2033-12-31"), (new.ref,))
    assert decision.flagged


def test_a_review_names_every_contradiction_at_once() -> None:
    facts = Facts(
        ended={"customer": day("2026-06-01")},
        docs=(
            doc("sales_invoice", "2020-01-01", 1, due="2020-02-01", open=True),
            doc("sales_invoice", "2026-08-01", 2, open=True),
        ),
        duplicate_of_active=True,
        doubts=("unreadable_date:ended_on",),
    )
    codes = {reason.code for reason in decide(facts, SCHEDULE, day("2026-11-22")).reasons}
    assert codes >= {
        "doubt:unreadable_date:ended_on",
        "duplicate_of_active",
        "document_after_end",
        "claim_prescribed",
    }


def test_the_last_obligation_names_the_document_that_made_it_later() -> None:
    late = doc("sales_invoice", "2026-05-01", 7, settled="2026-11-20")
    decision = decide(Facts(ended={"customer": day("2026-06-01")}, docs=(late,)), SCHEDULE, day("2026-11-22"))
    effective = next(reason for reason in decision.reasons if reason.code == "effective_end")
    assert (effective.on, effective.documents) == (day("2026-11-20"), (late.ref,))


def said(facts: Facts) -> list[tuple[str, date | None]]:
    return [(reason.code, reason.on) for reason in decide(facts, SCHEDULE, day("2026-11-22")).reasons]


def test_an_end_says_no_more_than_it_must() -> None:
    gone = Facts(ended={"customer": day("2026-10-25")})
    assert said(gone) == [("ended", day("2026-10-25")), ("due", day("2026-11-22"))]
    paid_on_the_end = doc("sales_invoice", "2026-10-01", settled="2026-10-25")
    assert "effective_end" not in dict(said(replace(gone, docs=(paid_on_the_end,))))
    assert said(replace(gone, released=day("2026-12-01"))) == [
        ("ended", day("2026-10-25")),
        ("released", day("2026-12-01")),
        ("due", day("2026-12-01")),
    ]
    late = doc("sales_invoice", "2026-10-01", settled="2026-11-20")
    codes = [code for code, _ in said(replace(gone, docs=(late,), released=day("2026-12-01")))]
    assert codes == ["ended", "effective_end", "released", "due", "hold"]
    assert said(replace(gone, suspended=True)) == [("ended", day("2026-10-25")), ("suspended", None)]
    two = Facts(ended={"customer": day("2026-09-01"), "supplier": day("2026-10-25")})
    assert [reason.role for reason in decide(two, SCHEDULE, day("2026-11-22")).reasons] == ["supplier", ""]


def test_without_a_role_a_person_hears_what_the_documents_say() -> None:
    assert said(Facts()) == [("no_role", None)]
    papers = (
        doc("sales_invoice", "2026-03-01", 1, settled="2026-03-15", service_end="2026-02-20"),
        doc("sales_invoice", "2026-02-21", 2, settled="2026-02-22", service_end="2026-06-30"),
        doc("credit_note", "2026-04-01", 3),
    )
    full = Facts(
        docs=papers, released=day("2026-07-01"), duplicate_of_active=True, non_fiscal_already_erased=True
    )
    assert said(full) == [
        ("no_role", None),
        ("duplicate_of_active", None),
        ("last_document", day("2026-02-21")),
        ("last_obligation", day("2026-06-30")),
        ("released", day("2026-07-01")),
        ("unheld_erased", None),
        ("hold", day("2033-12-31")),
    ]


def test_a_doubt_says_who_is_in_doubt() -> None:
    assert said(Facts(doubts=("unreadable",))) == [("no_role", None), ("doubt:unreadable", None)]
    active = Facts(ended={"customer": None}, doubts=("unreadable", "unreadable"))
    assert said(active) == [("role_active", None), ("doubt:unreadable", None)]


ENDED = {"customer": day("2026-10-25")}


def documents_of(facts: Facts) -> dict[str, tuple[str, ...]]:
    """The keys of the documents that each reason names."""
    reasons = decide(facts, SCHEDULE, day("2026-11-22")).reasons
    return {one.code: tuple(ref.key for ref in one.documents) for one in reasons}


def test_each_contradiction_names_its_documents_and_no_other() -> None:
    paid = doc("sales_invoice", "2026-09-01", 1, settled="2026-09-02")
    runs = doc("contract", "2026-01-01", 5, open=True)
    claim = doc("sales_invoice", "2026-10-01", 4, open=True)
    new, newer = doc("receipt", "2026-11-01", 3), doc("receipt", "2026-11-02", 2)
    old = doc("sales_invoice", "2019-01-01", 6, open=True)
    about = documents_of(Facts(ended=ENDED, docs=(runs, paid, claim)))
    assert about == {"ended": (), "agreement_running": ("005",), "hold_open": ("004", "005")}
    assert documents_of(Facts(ended=ENDED, docs=(claim, paid)))["open_claim"] == ("004",)
    assert documents_of(Facts(ended=ENDED, docs=(new, newer, paid)))["document_after_end"] == ("002", "003")
    assert documents_of(Facts(ended=ENDED, docs=(claim, old)))["claim_prescribed"] == ("006",)
    accepted = Facts(
        ended=ENDED, docs=(new, newer, paid), accepted=frozenset({"document_after_end", "duplicate_of_active"}),
        duplicate_of_active=True,
    )  # fmt: skip
    about = documents_of(accepted)
    assert about["accepted:document_after_end"] == ("002", "003")
    assert [code for code in about if "accepted" in code] == [
        "accepted:duplicate_of_active",
        "accepted:document_after_end",
    ]


def test_a_recurring_invoice_that_runs_is_what_holds() -> None:
    runs, paid = doc("recurring_invoice", "2026-01-01", 2, open=True), doc("receipt", "2026-09-01", 1)
    decided = decide(Facts(ended=ENDED, docs=(runs, paid)), SCHEDULE, day("2026-11-22"))
    assert (decided.verdict, decided.hold_until, decided.held_by) == (Verdict.REVIEW, "open", (runs.ref,))
    assert documents_of(Facts(ended=ENDED, docs=(runs, paid)))["hold_open"] == ("002",)


def test_of_two_documents_the_one_that_was_later_is_named() -> None:
    early = doc("sales_invoice", "2026-05-01", 1, settled="2026-11-10")
    late = doc("sales_invoice", "2026-05-01", 2, settled="2026-11-20")
    assert documents_of(Facts(ended=ENDED, docs=(early, late)))["effective_end"] == ("002",)


def test_documents_past_their_hold_are_named_in_order() -> None:
    past = tuple(doc("receipt", "2018-05-01", number) for number in (3, 1, 2))
    about = documents_of(Facts(ended={"customer": None}, docs=past))
    assert about["documents_past_hold"] == ("001", "002", "003")


def test_the_roles_that_go_on_are_named_in_order_and_so_are_those_that_ended() -> None:
    for roles in (["supplier", "customer", "prospect"], ["prospect", "customer", "supplier"]):
        active = decide(Facts(ended=dict.fromkeys(roles)), SCHEDULE, day("2026-11-22"))
        assert [one.code for one in active.reasons] == ["no_end"]
        some = Facts(ended={**dict.fromkeys(roles), "subscriber": day("2026-01-01")})
        goes_on = decide(some, SCHEDULE, day("2026-11-22")).reasons
        assert [(one.code, one.role) for one in goes_on] == [
            ("role_active", role) for role in ("customer", "prospect", "supplier")
        ]
        over = decide(Facts(ended=dict.fromkeys(roles, day("2026-10-25"))), SCHEDULE, day("2026-11-22"))
        assert [one.role for one in over.reasons] == ["customer", "prospect", "supplier", ""]


def test_doubts_are_named_once_and_in_order() -> None:
    doubts = tuple("hcaegbdfa")
    codes = [code for code, _ in said(Facts(ended=ENDED, doubts=doubts)) if code.startswith("doubt:")]
    assert codes == [f"doubt:{letter}" for letter in "abcdefgh"]


def test_a_resumption_settles_nothing_while_something_is_in_doubt() -> None:
    back = Facts(ended=ENDED, resumed=day("2026-10-26"))
    assert decide(back, SCHEDULE, day("2026-11-22")).verdict is Verdict.KEEP
    assert decide(replace(back, doubts=("x",)), SCHEDULE, day("2026-11-22")).verdict is Verdict.REVIEW


def test_an_open_invoice_without_any_date_is_no_claim_of_an_age() -> None:
    claim = doc("sales_invoice", None, open=True)
    decided = decide(Facts(ended=ENDED, docs=(claim,)), SCHEDULE, day("2026-11-22"))
    assert (decided.verdict, decided.hold_until) == (Verdict.REVIEW, "unknown")
    assert [one.code for one in decided.reasons] == ["ended", "document_undated"]


def test_an_unknown_hold_says_why_once() -> None:
    facts = Facts(ended={"customer": day("2026-10-25")}, docs=(doc("receipt", "1970-01-01"),))
    assert said(facts) == [("ended", day("2026-10-25")), ("document_suspect", None)]


def test_the_day_on_which_a_claim_prescribes_is_announced() -> None:
    claim = doc("sales_invoice", "2026-03-01", due="2026-03-31", open=True)
    facts = Facts(ended={"customer": day("2026-06-01")}, docs=(claim,))
    waiting = decide(facts, SCHEDULE, day("2026-11-22"))
    assert (waiting.verdict, waiting.next_on) == (Verdict.SUSPEND, day("2031-04-01"))
    assert decide(facts, SCHEDULE, day("2031-04-01")).verdict is Verdict.REVIEW


OLD = doc("receipt", "2019-05-01")
HELD = Facts(ended={"customer": day("2026-06-01")}, docs=(OLD,), non_fiscal_already_erased=True)
PAID_LATE = doc("receipt", "2026-05-01", settled="2026-11-20")
DUPLICATE = Facts(ended={"customer": day("2026-11-01")}, docs=(PAID_LATE,), duplicate_of_active=True)
PAID_LATER = doc("receipt", "2026-11-01", settled="2026-11-30")


@pytest.mark.parametrize(
    ("facts", "today", "changes"),
    [
        (Facts(ended={"customer": None}, last_activity=day("2026-01-01")), "2026-11-22", "2028-01-02"),
        (Facts(ended={"customer": None}, docs=(OLD,)), "2026-11-22", "2027-01-01"),
        (Facts(ended={"customer": None}, docs=(PAID_LATER,)), "2026-11-22", "2026-11-30"),
        (
            Facts(ended={"customer": None}, docs=(doc("draft_invoice", "2028-01-01"),)),
            "2026-11-22",
            "2026-12-31",
        ),
        (Facts(ended={"customer": day("2026-12-31")}), "2026-11-22", "2026-12-31"),
        (Facts(ended={"customer": day("2026-12-31")}), "2026-12-31", "2027-01-28"),
        (Facts(ended={"customer": day("2026-12-31")}), "2027-01-28", "2027-01-29"),
        (Facts(ended={"customer": day("2026-12-31")}), "2027-01-29", None),
        (Facts(ended={"customer": day("2026-12-31")}, duplicate_of_active=True), "2027-01-28", "2027-01-29"),
        (Facts(ended={"customer": day("2026-06-01")}, docs=(OLD,)), "2026-11-22", "2027-01-01"),
        (HELD, "2026-11-22", "2027-01-01"),
        (HELD, "2027-01-01", "2027-01-02"),
        (Facts(ended={"customer": None}), "2026-11-22", None),
        (Facts(ended={"customer": day("2026-06-01")}, docs=(PAID_LATE,)), "2026-12-18", "2026-12-19"),
        (DUPLICATE, "2026-11-22", "2026-11-30"),
    ],
)
def test_the_day_of_the_next_change_is_known(facts: Facts, today: str, changes: str | None) -> None:
    assert decide(facts, SCHEDULE, day(today)).next_on == (day(changes) if changes else None)


def test_every_reason_has_words() -> None:
    assert all(text and text[0].islower() and not text.endswith(".") for text in REASONS.values())
    assert "unreadable_date:ended_on" in in_words("doubt:unreadable_date:ended_on")


def test_an_undated_fiscal_document_is_unknown_and_a_settled_one_counts_from_its_settlement() -> None:
    ended = {"customer": day("2026-10-25")}
    undated = decide(Facts(ended=ended, docs=(doc("receipt", None),)), SCHEDULE, day("2026-11-22"))
    assert (undated.verdict, undated.hold_until) == (Verdict.REVIEW, "unknown")
    settled = decide(
        Facts(ended=ended, docs=(doc("receipt", None, settled="2024-02-01"),)), SCHEDULE, day("2026-11-22")
    )
    assert (settled.verdict, settled.hold_until) == (Verdict.ERASE, day("2031-12-31"))
    later = decide(
        Facts(ended=ended, docs=(doc("sales_invoice", None, settled="2026-11-01"),)),
        SCHEDULE,
        day("2026-11-22"),
    )
    assert later.verdict is Verdict.REVIEW  # it may be new work


def test_the_shortest_period_makes_the_subject_due() -> None:
    categories = dict(SCHEDULE.categories)
    categories["registration"] = replace(categories["registration"], period=Period(2, Unit.WEEK))
    changed = schedule(categories=categories)
    decision = decide(Facts(ended={"customer": day("2026-10-25")}), changed, day("2026-11-01"))
    assert (decision.verdict, decision.erase_on) == (Verdict.SCHEDULE, day("2026-11-08"))
