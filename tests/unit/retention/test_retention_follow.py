"""Persons follow the organisations they belong to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.model import Decision, Record, RecordRef, SubjectKind, Verdict
from syncd.retention import Facts, Schedule, decide, dispositions, follow
from tests.unit.retention.kit import SCHEDULE, case_of, day, doc, random_facts, schedule

TODAY = day("2026-11-22")
PAID = doc("sales_invoice", "2024-03-01", settled="2024-03-15")
OPEN = doc("sales_invoice", "2026-03-01", open=True)


def org(ended: str | None = "2026-10-25", today: date = TODAY, **more: Any) -> Decision:
    return decide(Facts(ended={"customer": day(ended) if ended else None}, **more), SCHEDULE, today)


def own(today: date = TODAY, ended: dict[str, Any] | None = None, **more: Any) -> Decision:
    return decide(Facts(ended=ended or {}, **more), SCHEDULE, today)


def person(
    mine: Decision | None, *orgs: Decision, today: date = TODAY, rules: Schedule = SCHEDULE
) -> Decision:
    return follow(mine, orgs, today, rules)


def codes(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.reasons]


def test_without_organisations_the_own_decision_stands() -> None:
    mine = own(newsletter_consent=True)
    assert person(mine) is mine
    nobody = person(None)
    assert (nobody.verdict, codes(nobody)) == (Verdict.KEEP, ["no_role"])


def test_a_person_goes_with_the_organisation() -> None:
    for mine in (
        None,
        own(),
        own(newsletter_consent=True),
        own(quote_expired=True),
        own(last_activity=day("2015-01-01")),
    ):
        decided = person(mine, org())
        assert (decided.verdict, decided.erase_on, decided.partial) == (
            Verdict.ERASE,
            day("2026-11-22"),
            False,
        )
        assert codes(decided)[0] == "organisation_ended"


def test_and_is_scheduled_and_flagged_like_it() -> None:
    soon = person(None, org(today=day("2026-11-21")), today=day("2026-11-21"))
    assert (soon.verdict, soon.erase_on, soon.next_on) == (
        Verdict.SCHEDULE,
        day("2026-11-22"),
        day("2026-11-22"),
    )
    late = person(None, org(today=day("2026-11-23")), today=day("2026-11-23"))
    assert (late.verdict, late.flagged, late.next_on) == (Verdict.ERASE, True, None)


def test_one_active_organisation_keeps() -> None:
    decided = person(own(), org(), org(None), org(docs=(OPEN,)))
    assert (decided.verdict, decided.erase_on, decided.flagged) == (Verdict.KEEP, None, False)
    assert codes(decided)[:2] == ["organisation_kept", "no_end"]


def test_organisations_whose_ends_are_to_come_give_the_plan() -> None:
    prepaid = org(docs=(doc("sales_invoice", "2026-10-01", settled="2026-10-05", service_end="2027-04-06"),))
    assert (prepaid.verdict, prepaid.erase_on) == (Verdict.KEEP, day("2027-05-04"))
    decided = person(own(), prepaid, org())
    assert (decided.verdict, decided.erase_on, decided.next_on) == (
        Verdict.KEEP,
        day("2027-05-04"),
        day("2027-04-06"),
    )
    to_come = person(own(), org("2027-01-01"), org())
    assert (to_come.verdict, to_come.erase_on, to_come.next_on) == (
        Verdict.KEEP,
        day("2027-01-29"),
        day("2027-01-01"),
    )
    assert person(own(suspended=True), prepaid).verdict is Verdict.SUSPEND
    assert person(own(), prepaid, org(None)).erase_on is None
    assert person(own(), prepaid, org(docs=(OPEN,))).verdict is Verdict.KEEP


def test_a_stopped_one_suspends_and_a_doubtful_one_goes_to_a_person() -> None:
    doubtful = org(duplicate_of_active=True)
    assert person(None, org(), doubtful, org(docs=(OPEN,))).verdict is Verdict.SUSPEND
    reviewed = person(None, org(), doubtful)
    assert reviewed.verdict is Verdict.REVIEW
    assert codes(reviewed)[:3] == ["organisation_review", "ended", "duplicate_of_active"]


def test_the_stop_of_the_organisation_is_named_before_the_own_one() -> None:
    both = person(own(suspended=True), org(suspended=True))
    assert codes(both)[:2] == ["organisation_suspended", "ended"]
    assert codes(person(own(suspended=True), org()))[0] == "no_role"


def test_what_goes_along_with_an_own_role_goes_along() -> None:
    outlives = schedule(consent_outlives_relationship=True)
    facts = Facts(
        ended={"customer": day("2026-10-25")}, docs=(doc("draft_invoice", "2026-10-01"),),
        newsletter_consent=True,
    )  # fmt: skip
    mine = decide(facts, outlives, TODAY)
    assert person(mine, org(), rules=outlives).flags == {"drop_drafts", "keep_newsletter"}


def test_waiting_is_flagged_only_when_every_relationship_ended_more_than_four_weeks_ago() -> None:
    old = org("2026-06-01", suspended=True)
    assert person(None, old).flagged
    assert person(None, old, org("2026-06-01")).flagged
    assert not person(None, old, org()).flagged
    held = org("2026-06-01", docs=(PAID,), non_fiscal_already_erased=True)
    assert person(None, old, held).flagged


def test_a_held_organisation_becomes_overdue_for_its_persons_on_an_announced_day() -> None:
    def on(today: date) -> Decision:
        stopped = org("2026-06-01", today, suspended=True)
        held = org("2026-11-01", today, docs=(PAID,), non_fiscal_already_erased=True)
        return person(None, stopped, held, today=today)

    assert (on(TODAY).flagged, on(TODAY).next_on) == (False, day("2026-11-30"))
    assert not on(day("2026-11-29")).flagged
    assert (on(day("2026-11-30")).flagged, on(day("2026-11-30")).next_on) == (True, day("2032-01-01"))


def test_the_latest_due_date_of_all_counts() -> None:
    decided = person(None, org("2026-06-01"), org("2026-11-01"), org("2026-10-25"))
    assert (decided.verdict, decided.erase_on) == (Verdict.SCHEDULE, day("2026-11-29"))


def test_the_last_payment_of_the_organisation_counts() -> None:
    decided = person(
        None, org("2026-06-01", docs=(doc("sales_invoice", "2026-05-01", settled="2026-11-01"),))
    )
    assert decided.erase_on == day("2026-11-29")


def test_its_fiscal_hold_does_not_cover_the_person() -> None:
    held = org(docs=(PAID,), non_fiscal_already_erased=True, today=day("2027-01-01"))
    assert held.verdict is Verdict.HOLD
    decided = person(None, held, today=day("2027-01-01"))
    assert (decided.verdict, decided.erase_on, decided.hold_until) == (Verdict.ERASE, day("2026-11-22"), None)
    assert decided.flagged


def test_after_that_hold_the_persons_due_date_is_still_the_four_weeks() -> None:
    today = day("2032-02-01")
    assert person(None, org(docs=(PAID,), today=today), today=today).erase_on == day("2026-11-22")


def test_the_persons_own_documents_hold() -> None:
    decided = person(own(docs=(PAID,)), org())
    assert (decided.verdict, decided.partial, decided.hold_until) == (Verdict.ERASE, True, day("2031-12-31"))
    assert decided.held_by == (PAID.ref,)
    erased = person(own(docs=(PAID,), non_fiscal_already_erased=True), org())
    assert (erased.verdict, erased.erase_on, erased.next_on) == (
        Verdict.HOLD,
        day("2032-01-01"),
        day("2032-01-01"),
    )
    last = day("2031-12-31")
    still = person(own(last, docs=(PAID,), non_fiscal_already_erased=True), org(today=last), today=last)
    assert (still.verdict, still.erase_on, still.flagged) == (Verdict.HOLD, day("2032-01-01"), False)
    late = day("2032-01-02")
    at_once = person(own(late, docs=(PAID,)), org(today=late), today=late)
    assert (at_once.verdict, at_once.erase_on, at_once.partial) == (Verdict.ERASE, day("2032-01-01"), False)
    after = person(own(late, docs=(PAID,), non_fiscal_already_erased=True), org(today=late), today=late)
    assert (after.verdict, after.erase_on, after.flagged) == (Verdict.ERASE, day("2032-01-01"), True)


def test_own_roles_count_like_one_more_organisation() -> None:
    active = own(ended={"customer": None})
    assert person(active, org()).verdict is Verdict.KEEP
    ended_later = own(ended={"customer": day("2026-11-10")})
    assert person(ended_later, org()).erase_on == day("2026-12-08")
    ended_before = own(ended={"customer": day("2026-01-10")})
    assert person(ended_before, org()).erase_on == day("2026-11-22")
    assert person(own(ended={"customer": day("2026-01-10")}, docs=(OPEN,)), org()).verdict is Verdict.REVIEW
    assert (
        person(own(ended={"customer": day("2026-10-10")}, suspended=True), org()).verdict is Verdict.SUSPEND
    )


def test_own_doubts_stops_claims_and_contradictions_count_without_a_role() -> None:
    assert person(own(doubts=("unreadable",)), org()).verdict is Verdict.REVIEW
    assert person(own(duplicate_of_active=True), org()).verdict is Verdict.REVIEW
    assert person(own(docs=(doc("receipt", "1970-01-01"),)), org()).verdict is Verdict.REVIEW
    assert person(own(docs=(doc("receipt", "2026-11-01"),)), org()).verdict is Verdict.REVIEW
    assert person(own(docs=(doc("receipt", "2026-10-01"),)), org()).verdict is Verdict.ERASE
    assert person(own(docs=(OPEN,)), org()).verdict is Verdict.SUSPEND
    assert person(own(suspended=True), org()).verdict is Verdict.SUSPEND
    assert person(own(suspended=True), org(None)).verdict is Verdict.KEEP
    assert person(own(released=day("2026-12-05")), org()).erase_on == day("2026-12-05")
    paid_late = doc("sales_invoice", "2026-10-01", settled="2026-11-20")
    assert person(own(docs=(paid_late,)), org()).erase_on == day("2026-12-18")
    runs_out = doc("contract", "2026-10-01", end="2026-12-31")
    running = person(own(docs=(runs_out,)), org())
    assert (running.verdict, running.erase_on, running.flagged) == (Verdict.KEEP, day("2027-01-28"), False)
    assert running.next_on == day("2026-12-31")


def test_an_agreement_of_the_persons_own_without_end_goes_to_a_person() -> None:
    """Also one that no law wants kept: a recurring invoice of a person says that something goes on with them."""
    for kind in ("recurring_invoice", "contract"):
        running = doc(kind, "2026-01-01", open=True)
        decided = person(own(docs=(running,)), org())
        assert decided.verdict is Verdict.REVIEW
        assert (decided.reasons[0].code, decided.reasons[0].documents) == (
            "agreement_running",
            (running.ref,),
        )
        assert person(own(docs=(running,), suspended=True), org()).verdict is Verdict.SUSPEND
        over = doc(kind, "2026-01-01", end="2026-10-01")
        assert person(own(docs=(over,)), org()).verdict is Verdict.ERASE


def test_consent_keeps_the_newsletter_by_switch_and_the_person_never() -> None:
    mine = own(newsletter_consent=True)
    assert person(mine, org()).flags == frozenset()
    outlives = schedule(consent_outlives_relationship=True)
    decided = person(mine, org(), rules=outlives)
    assert (decided.verdict, decided.flags) == (Verdict.ERASE, frozenset({"keep_newsletter"}))


def test_a_followers_records_go_by_its_decision() -> None:
    item = Record(
        RecordRef("crm", "item", "5"), "1", SubjectKind.PERSON, frozenset({"contact_details", "credentials"})
    )
    decided = person(own(), org())
    found = dispositions(decided, Facts(), [item], SCHEDULE, TODAY)
    assert [(sorted(each.categories), each.erase_on) for each in found] == [
        (["credentials"], day("2026-10-25")),
        (["contact_details"], day("2026-11-22")),
    ]
    claim = person(own(), org(docs=(OPEN,)))
    assert [sorted(each.categories) for each in dispositions(claim, Facts(), [item], SCHEDULE, TODAY)] == [
        ["credentials"]
    ]
    stopped = person(own(), org(docs=(OPEN,), suspended=True))
    assert dispositions(stopped, Facts(), [item], SCHEDULE, TODAY) == ()


def test_the_reasons_are_the_common_course_and_the_own_holds() -> None:
    assert [(reason.code, reason.on) for reason in person(None, org()).reasons] == [
        ("organisation_ended", None),
        ("ended", day("2026-10-25")),
        ("due", day("2026-11-22")),
    ]
    paid_late = doc("sales_invoice", "2026-10-01", settled="2026-11-20")
    decided = person(own(docs=(paid_late,), released=day("2026-11-30")), org())
    assert [(reason.code, reason.on) for reason in decided.reasons] == [
        ("organisation_ended", None),
        ("ended", day("2026-10-25")),
        ("effective_end", day("2026-11-20")),
        ("released", day("2026-11-30")),
        ("due", day("2026-12-18")),
        ("hold", day("2033-12-31")),
    ]
    doubtful = person(own(docs=(doc("receipt", "1970-01-01"),)), org())
    assert codes(doubtful) == ["document_suspect"]
    assert codes(person(own(ended={"customer": None}), org())) == ["no_end"]


def test_work_on_the_day_of_the_end_is_no_contradiction() -> None:
    assert person(own(docs=(doc("receipt", "2026-10-25"),)), org()).verdict is Verdict.ERASE
    assert person(own(docs=(doc("receipt", "2026-10-26"),)), org()).verdict is Verdict.REVIEW


def test_the_day_of_change_is_one_of_the_own_days() -> None:
    assert person(None, org()).next_on == day("2026-11-23")
    ending = own(ended={"customer": day("2026-12-31")})
    assert person(ending, org(None)).next_on == day("2026-12-31")
    for today, changes in (("2026-11-23", "2032-01-01"), ("2031-12-31", "2032-01-01"), ("2032-01-01", None)):
        now = day(today)
        assert person(own(now, docs=(PAID,)), org(today=now), today=now).next_on == (
            day(changes) if changes else None
        )
    after = day("2032-01-01")
    held = own(after, docs=(PAID,), non_fiscal_already_erased=True)
    assert person(held, org(today=after), today=after).next_on == day("2032-01-02")


# --- laws ---------------------------------------------------------------------------------------------------

PROTECTION = [Verdict.KEEP, Verdict.SUSPEND, Verdict.REVIEW]


@settings(max_examples=150)
@given(st.randoms(use_true_random=False), st.integers(1, 3))
def test_the_most_protective_organisation_wins_whatever_the_order(rng: Any, count: int) -> None:
    cases = [case_of(random_facts(rng)) for _ in range(count)]
    orgs = [decide(case.facts, SCHEDULE, TODAY) for case in cases]
    decided = follow(None, orgs, TODAY, SCHEDULE)
    verdicts = {each.verdict for each in orgs}
    waiting = [verdict for verdict in PROTECTION if verdict in verdicts]
    dues = [reason.on for each in orgs for reason in each.reasons if reason.code == "due" and reason.on]
    if waiting:
        assert decided.verdict is waiting[0]
    else:
        assert (decided.verdict is Verdict.ERASE) == (max(dues) <= TODAY)
    assert decided.erase_on == (max(dues) if len(dues) == len(orgs) else None)
    again = follow(None, orgs[::-1], TODAY, SCHEDULE)
    assert (again.verdict, again.erase_on, again.flags) == (decided.verdict, decided.erase_on, decided.flags)


@settings(max_examples=200)
@given(st.randoms(use_true_random=False))
def test_a_follower_without_a_role_is_decided_as_if_the_end_were_its_own(rng: Any) -> None:
    case = case_of(random_facts(rng))
    end = TODAY - timedelta(rng.choice([0, 1, 27, 28, 29, 40, 400]))
    facts = replace(case.facts, ended={}, resumed=None, quote_expired=False, suspended=False)
    mine = decide(facts, case.schedule, TODAY)
    organisation = decide(Facts(ended={"customer": end}), case.schedule, TODAY)
    decided = follow(mine, [organisation], TODAY, case.schedule)
    direct = decide(replace(facts, ended={"customer": end}), case.schedule, TODAY)
    if direct.verdict in {Verdict.REVIEW, Verdict.SUSPEND}:
        assert decided.verdict in {Verdict.REVIEW, Verdict.SUSPEND}
    else:
        assert (decided.verdict, decided.erase_on, decided.partial, decided.hold_until, decided.held_by) == (
            direct.verdict,
            direct.erase_on,
            direct.partial,
            direct.hold_until,
            direct.held_by,
        )
        assert decided.flags == direct.flags - {"drop_drafts"}


@settings(max_examples=100)
@given(st.randoms(use_true_random=False))
def test_nothing_changes_before_next_on(rng: Any) -> None:
    first, second, mine = (case_of(random_facts(rng)).facts for _ in range(3))

    def on(today: date) -> Decision:
        orgs = [decide(each, SCHEDULE, today) for each in (first, second)]
        return follow(decide(mine, SCHEDULE, today), orgs, today, SCHEDULE)

    now = on(TODAY)
    span = ((now.next_on or TODAY + timedelta(4000)) - TODAY).days
    for ahead in {1, span - 1, *(rng.randrange(1, span) for _ in range(8) if span > 1)} - {0, span}:
        later = on(TODAY + timedelta(ahead))
        assert (later.verdict, later.erase_on, later.flags, later.hold_until) == (
            now.verdict, now.erase_on, now.flags, now.hold_until
        )  # fmt: skip
