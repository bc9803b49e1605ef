"""From records to facts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.model import Event, EventKind, Moment, Record, RecordRef, Role, SubjectKind, Verdict
from syncd.retention import Facts, Statement, decide, fields_digest, gather
from tests.unit.retention.kit import SCHEDULE, day, doc, schedule

if TYPE_CHECKING:
    import random

ITEM = RecordRef("crm", "item", "1")
OTHER = RecordRef("crm", "item", "2")
CONTACT = RecordRef("books", "contact", "9")
MEMBER = RecordRef("news", "member", "a", "list")
SECOND_MEMBER = RecordRef("news", "member", "b", "list")
TODAY = day("2026-11-22")


def moment(text: str | None) -> Moment | None:
    if text is None:
        return None
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


def role(name: str) -> Event:
    return Event(EventKind.ROLE, role=Role(name), origin="relation")


def ended(on: str | None, name: str | None = None) -> Event:
    return Event(EventKind.ENDED, moment(on), Role(name) if name else None, origin="ended_on")


def resumed(on: str | None) -> Event:
    return Event(EventKind.RESUMED, moment(on))


def activity(on: str) -> Event:
    return Event(EventKind.ACTIVITY, moment(on))


def given_on(on: str | None) -> Event:
    return Event(EventKind.CONSENT_GIVEN, moment(on))


def withdrawn_on(on: str | None) -> Event:
    return Event(EventKind.CONSENT_WITHDRAWN, moment(on))


def record(ref: RecordRef, *categories: str, **more: Any) -> Record:
    return Record(ref, "1", SubjectKind.ORGANISATION, frozenset(categories), **more)


def facts(*events: tuple[RecordRef, Event], **more: Any) -> Facts:
    defaults: dict[str, Any] = {"records": (), "documents": (), "schedule": SCHEDULE, "today": TODAY}
    return gather(events=events, **{**defaults, **more})


def ends(*events: tuple[RecordRef, Event], **more: Any) -> dict[str, str | None]:
    return {name: on.isoformat() if on else None for name, on in facts(*events, **more).ended.items()}


# --- roles and their ends -----------------------------------------------------------------------------------


def test_nothing_known_is_no_role() -> None:
    assert facts() == Facts(non_fiscal_already_erased=True)


def test_a_role_without_an_end_is_active() -> None:
    assert ends((ITEM, role("customer"))) == {"customer": None}


def test_a_role_with_an_end_on_the_same_record_has_ended() -> None:
    assert ends((ITEM, role("customer")), (ITEM, ended("2026-10-25"))) == {"customer": "2026-10-25"}


def test_an_end_without_role_ends_every_role_of_its_record() -> None:
    assert ends((ITEM, role("customer")), (ITEM, role("supplier")), (ITEM, ended("2026-10-25"))) == {
        "customer": "2026-10-25",
        "supplier": "2026-10-25",
    }


def test_an_end_with_role_ends_that_role_alone() -> None:
    assert ends(
        (ITEM, role("customer")), (ITEM, role("supplier")), (ITEM, ended("2026-10-25", "supplier"))
    ) == {
        "customer": None,
        "supplier": "2026-10-25",
    }


def test_a_role_held_by_any_record_without_an_end_is_active() -> None:
    seen = [(ITEM, role("customer")), (ITEM, ended("2026-10-25")), (OTHER, role("customer"))]
    assert ends(*seen) == {"customer": None}
    assert ends(*seen, (OTHER, ended("2026-09-01"))) == {"customer": "2026-10-25"}


def test_of_two_ends_of_one_role_the_latest_counts() -> None:
    assert ends((ITEM, role("customer")), (ITEM, ended("2026-09-01")), (ITEM, ended("2026-10-25"))) == {
        "customer": "2026-10-25"
    }


def test_an_end_on_a_record_without_role_ends_a_customer() -> None:
    assert ends((CONTACT, ended("2026-10-25"))) == {"customer": "2026-10-25"}


def test_such_an_end_ends_the_roles_that_other_records_know() -> None:
    seen = [(ITEM, role("supplier")), (OTHER, role("prospect")), (CONTACT, ended("2026-10-25"))]
    assert ends(*seen) == {"supplier": "2026-10-25", "prospect": "2026-10-25"}


def test_or_the_one_it_names() -> None:
    seen = [(ITEM, role("supplier")), (OTHER, role("prospect")), (CONTACT, ended("2026-10-25", "supplier"))]
    assert ends(*seen) == {"supplier": "2026-10-25", "prospect": None}


def test_and_beside_an_end_of_the_record_with_the_role_the_latest_counts() -> None:
    seen = [(ITEM, role("customer")), (ITEM, ended("2026-09-01"))]
    assert ends(*seen, (CONTACT, ended("2026-10-25"))) == {"customer": "2026-10-25"}
    assert ends(*seen, (CONTACT, ended("2026-08-01"))) == {"customer": "2026-09-01"}


def test_a_named_role_that_no_record_has_has_ended_too() -> None:
    seen = [(ITEM, role("customer")), (ITEM, ended("2026-10-25", "supplier"))]
    assert ends(*seen) == {"customer": None, "supplier": "2026-10-25"}


def test_an_end_without_date_is_in_doubt_and_goes_to_a_person() -> None:
    seen = facts((ITEM, role("customer")), (ITEM, ended(None)))
    assert (seen.ended, seen.doubts) == ({"customer": None}, ("unknown_end_date",))
    assert decide(seen, SCHEDULE, TODAY).verdict is Verdict.REVIEW


def test_documents_never_create_a_role() -> None:
    assert facts(documents=[doc("sales_invoice", "2026-01-01")]).ended == {}


def test_moments_become_dates_in_the_zone_of_the_schedule() -> None:
    late = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)
    seen = facts(
        (ITEM, role("customer")), (ITEM, Event(EventKind.ENDED, late)), (ITEM, Event(EventKind.RESUMED, late))
    )
    assert (seen.ended, seen.resumed) == ({"customer": day("2026-10-25")}, day("2026-10-25"))


def test_the_latest_resumption_counts() -> None:
    seen = [(ITEM, role("customer")), (ITEM, resumed("2026-01-01")), (OTHER, resumed("2026-03-01"))]
    assert facts(*seen).resumed == day("2026-03-01")
    assert facts(*seen, (OTHER, resumed(None))).doubts == ("unknown_resumption_date",)


# --- what a person says -------------------------------------------------------------------------------------


def said(event: Event, *fields: tuple[RecordRef, Event]) -> Statement:
    return Statement(event, fields_digest(fields))


def test_a_stated_end_wins_over_the_fields_until_they_change() -> None:
    fields = [(ITEM, role("customer")), (ITEM, ended("2026-09-01"))]
    end = said(ended("2026-10-25"), *fields)
    assert ends(*fields, statements=[end]) == {"customer": "2026-10-25"}
    assert ends(*fields, (ITEM, activity("2026-11-01")), statements=[end]) == {"customer": "2026-10-25"}
    assert ends(*fields, (ITEM, ended("2026-11-01")), statements=[end]) == {"customer": "2026-11-01"}
    assert ends((ITEM, role("customer")), statements=[end]) == {"customer": None}  # the field was emptied


def test_a_stated_end_ends_every_role_or_the_named_one() -> None:
    fields = [(ITEM, role("customer")), (OTHER, role("supplier"))]
    assert ends(*fields, statements=[said(ended("2026-10-25"), *fields)]) == {
        "customer": "2026-10-25",
        "supplier": "2026-10-25",
    }
    assert ends(*fields, statements=[said(ended("2026-10-25", "supplier"), *fields)]) == {
        "customer": None,
        "supplier": "2026-10-25",
    }


def test_a_stated_end_makes_a_customer_of_whom_no_system_knows_a_role() -> None:
    assert ends(statements=[said(ended("2026-10-25"))]) == {"customer": "2026-10-25"}


def test_a_statement_may_be_a_moment() -> None:
    end = said(Event(EventKind.ENDED, datetime(2026, 10, 24, 22, 30, tzinfo=UTC)))
    assert ends(statements=[end]) == {"customer": "2026-10-25"}
    assert facts(statements=[end]).ended["customer"] == day("2026-10-25")


def test_the_last_statement_about_a_role_counts() -> None:
    fields = [(ITEM, role("customer"))]
    first, second = said(ended("2026-10-25"), *fields), said(ended("2026-09-01"), *fields)
    assert ends(*fields, statements=[first, second]) == {"customer": "2026-09-01"}
    assert ends(*fields, statements=[second, first]) == {"customer": "2026-10-25"}


def test_a_stated_end_settles_an_end_without_date() -> None:
    fields = [(ITEM, role("customer")), (ITEM, ended(None))]
    seen = facts(*fields, statements=[said(ended("2026-10-25"), *fields)])
    assert (seen.ended, seen.doubts) == ({"customer": day("2026-10-25")}, ())


def test_a_stated_resumption_is_never_forgotten() -> None:
    fields = [(ITEM, role("customer")), (ITEM, ended("2026-09-01")), (ITEM, resumed("2026-10-01"))]
    back = said(resumed("2026-09-15"), *fields)
    assert facts(*fields, statements=[back]).resumed == day("2026-09-15")
    assert ends(*fields, statements=[back]) == {"customer": "2026-09-01"}
    earlier = said(resumed("2026-09-10"), *fields)
    assert facts(*fields, statements=[back, earlier]).resumed == day("2026-09-10")
    changed = [*fields[:2], (OTHER, ended("2026-08-01"))]
    assert facts(*changed, statements=[back]).resumed == day("2026-09-15")
    assert facts(*changed, (OTHER, resumed("2026-09-20")), statements=[back]).resumed == day("2026-09-20")


@pytest.mark.parametrize("event", [role("customer"), ended(None), given_on("2026-01-01")])
def test_nothing_else_can_be_stated(event: Event) -> None:
    with pytest.raises(ValueError, match="a statement is an end or a resumption, with its date"):
        Statement(event, "")


def test_the_digest_of_fields_follows_what_they_say_about_the_relationship() -> None:
    fields = [(ITEM, role("customer")), (ITEM, ended("2026-09-01"))]
    digest = fields_digest(fields)
    assert fields_digest(reversed(fields)) == digest
    assert (
        fields_digest([*fields, (MEMBER, given_on("2026-01-01")), (CONTACT, activity("2026-01-01"))])
        == digest
    )
    others = [
        fields[:1],
        [*fields, (OTHER, role("customer"))],
        [fields[0], (OTHER, ended("2026-09-01"))],
        [fields[0], (ITEM, ended("2026-09-02"))],
        [fields[0], (ITEM, ended(None))],
        [fields[0], (ITEM, ended("2026-09-01", "customer"))],
        [fields[0], (ITEM, resumed("2026-09-01"))],
    ]
    assert digest not in [fields_digest(other) for other in others]


def test_suspension_release_duplicates_and_outside_doubts_pass_through() -> None:
    seen = facts(suspended=True, released=day("2026-10-01"), duplicate_of_active=True, doubts=["vanished"])
    assert (seen.suspended, seen.released, seen.duplicate_of_active) == (True, day("2026-10-01"), True)
    assert seen.doubts == ("vanished",)


# --- consent ------------------------------------------------------------------------------------------------


def test_consent_is_given_by_any_record_that_did_not_withdraw_it() -> None:
    assert facts((MEMBER, given_on("2024-01-01"))).newsletter_consent
    assert facts((MEMBER, given_on(None))).newsletter_consent
    both = [
        (MEMBER, given_on("2024-01-01")),
        (SECOND_MEMBER, given_on("2024-01-01")),
        (SECOND_MEMBER, withdrawn_on("2025-01-01")),
    ]
    assert facts(*both).newsletter_consent
    assert not facts(*both[1:]).newsletter_consent


def test_a_role_is_no_consent() -> None:
    seen = facts((ITEM, role("customer")), (ITEM, ended("2026-10-25", "customer")))
    assert (seen.newsletter_consent, seen.doubts) == (False, ())


def test_only_the_end_of_a_subscription_withdraws_consent() -> None:
    given = (MEMBER, given_on("2024-01-01"))
    assert facts(given, (MEMBER, ended("2026-10-25", "customer"))).newsletter_consent
    assert not facts(given, (MEMBER, ended("2026-10-25", "subscriber"))).newsletter_consent


def test_only_the_role_of_a_subscriber_gives_consent() -> None:
    back = Event(EventKind.RESUMED, day("2026-10-25"), Role.SUBSCRIBER)
    assert not facts((MEMBER, back)).newsletter_consent
    undated = facts((ITEM, role("customer")), (MEMBER, ended(None, "subscriber")))
    assert (undated.newsletter_consent, undated.doubts) == (False, ())


def test_a_doubtful_record_did_not_withdraw() -> None:
    here = [record(MEMBER, "newsletter"), record(SECOND_MEMBER, "newsletter")]
    doubtful = [(MEMBER, given_on(None)), (MEMBER, withdrawn_on("2026-10-01"))]
    assert ends(*doubtful, (SECOND_MEMBER, withdrawn_on("2026-10-25")), records=here) == {}


def test_consent_given_again_stands() -> None:
    seen = [(MEMBER, given_on("2024-01-01")), (MEMBER, withdrawn_on("2025-01-01"))]
    assert not facts(*seen).newsletter_consent
    assert facts(*seen, (MEMBER, given_on("2025-01-02"))).newsletter_consent


@pytest.mark.parametrize(
    ("gave", "withdrew", "stands"),
    [
        (
            "2025-01-01",
            "2025-01-01",
            False,
        ),  # nothing says which came last: it must be proved that it was given
        ("2025-01-01T15:00:00", "2025-01-01", False),
        ("2025-01-01", "2025-01-01T09:00:00", False),
        ("2025-01-01T15:00:00", "2025-01-01T09:00:00", True),
        ("2025-01-01T09:00:00", "2025-01-01T15:00:00", False),
        ("2025-01-01T09:00:00", "2025-01-01T09:00:00", False),
        ("2025-01-01T09:00:00+00:00", "2025-01-01T09:30:00", True),  # half past nine in Amsterdam was before
        ("2025-01-01T22:30:00+00:00", "2025-01-01T23:00:00+01:00", True),
        ("2025-01-01T23:30:00+00:00", "2025-01-01", True),  # in Amsterdam it was the day after
        ("2025-01-02", "2025-01-01T22:59:59+00:00", True),
        ("2025-01-02", "2025-01-01T23:00:00+00:00", False),
        # The hour that comes twice: 02:15 in winter time is after 02:45 in summer time.
        ("2026-10-25T02:15:00+01:00", "2026-10-25T02:45:00+02:00", True),
        ("2026-10-25T02:45:00+02:00", "2026-10-25T02:15:00+01:00", False),
    ],
)
def test_of_consent_and_its_withdrawal_the_last_counts(gave: str, withdrew: str, *, stands: bool) -> None:
    seen = facts((MEMBER, given_on(gave)), (MEMBER, withdrawn_on(withdrew)))
    assert (seen.newsletter_consent, seen.doubts) == (stands, ())
    earlier = (MEMBER, given_on("2020-01-01")), (MEMBER, withdrawn_on("2020-06-01"))
    assert facts((MEMBER, given_on(gave)), (MEMBER, withdrawn_on(withdrew)), *earlier) == seen


@pytest.mark.parametrize(("gave", "withdrew"), [(None, "2025-01-01"), ("2025-01-01", None), (None, None)])
def test_which_came_last_is_in_doubt_without_dates(gave: str | None, withdrew: str | None) -> None:
    seen = facts((MEMBER, given_on(gave)), (MEMBER, withdrawn_on(withdrew)))
    assert not seen.newsletter_consent
    assert seen.doubts == ("unknown_withdrawal_date",)


def test_for_somebody_who_only_subscribed_the_withdrawal_is_the_end() -> None:
    seen = [(MEMBER, withdrawn_on("2026-10-01")), (SECOND_MEMBER, withdrawn_on("2026-10-25"))]
    here = [record(MEMBER, "newsletter"), record(SECOND_MEMBER, "newsletter")]
    assert ends(*seen, records=here) == {"subscriber": "2026-10-25"}
    # A record that says nothing about consent is there for another reason.
    assert ends(*seen, records=[*here, record(ITEM, "relation_record")]) == {}
    # Unless it hangs on one that does.
    assert ends(*seen, records=[*here, record(ITEM, parent=MEMBER)]) == {"subscriber": "2026-10-25"}
    assert ends(*seen, (RecordRef("news", "member", "c"), given_on("2026-01-01")), records=here) == {}
    assert ends(*seen, (ITEM, role("customer")), records=here) == {"customer": None}


def test_a_withdrawal_without_any_date_is_in_doubt() -> None:
    seen = facts((MEMBER, withdrawn_on(None)), records=[record(MEMBER, "newsletter")])
    assert (seen.ended, seen.doubts) == ({}, ("unknown_withdrawal_date",))
    assert decide(seen, SCHEDULE, TODAY).verdict is Verdict.REVIEW


def test_to_be_a_subscriber_is_consent_and_no_role_beside_others() -> None:
    seen = [(ITEM, role("customer")), (ITEM, ended("2026-10-25")), (MEMBER, role("subscriber"))]
    assert ends(*seen) == {"customer": "2026-10-25"}
    assert facts(*seen).newsletter_consent
    only = [(MEMBER, role("subscriber")), (MEMBER, ended("2026-10-25", "subscriber"))]
    assert facts(*only, records=[record(MEMBER)]).doubts == ("unknown_withdrawal_date",)
    assert ends((MEMBER, ended("2026-10-25", "subscriber")), records=[record(MEMBER)]) == {
        "subscriber": "2026-10-25"
    }


# --- activity, categories, doubts ---------------------------------------------------------------------------


def test_the_last_sign_of_life_is_an_event_or_a_document_that_can_be_right() -> None:
    seen = [(ITEM, activity("2024-01-01")), (MEMBER, activity("2024-03-01T23:30:00+00:00"))]
    assert facts(*seen).last_activity == day("2024-03-02")
    ended = Event(EventKind.ENDED, day("2026-10-25"))
    assert facts(*seen, (ITEM, ended)).last_activity == day("2024-03-02"), "an end is no sign of life"
    assert facts(*seen, documents=[doc("draft_invoice", "2025-01-01")]).last_activity == day("2025-01-01")
    assert facts(*seen, documents=[doc("draft_invoice", "2062-01-01")]).last_activity == day("2024-03-02")
    assert facts(*seen, documents=[doc("draft_invoice", None)]).last_activity == day("2024-03-02")


def test_what_no_hold_covers_is_gone_when_no_record_holds_it() -> None:
    held = record(CONTACT, "fiscal_identity")
    assert facts(records=[held]).non_fiscal_already_erased
    assert facts(records=[held, record(ITEM)]).non_fiscal_already_erased
    for name in ("contact_details", "newsletter", "credentials", "unheard_of"):
        assert not facts(records=[held, record(ITEM, name)]).non_fiscal_already_erased


def test_a_newsletter_that_consent_keeps_by_switch_is_not_waiting() -> None:
    here = [record(MEMBER, "newsletter")]
    outlives = schedule(consent_outlives_relationship=True)
    consent = (MEMBER, given_on("2024-01-01"))
    assert facts(consent, records=here, schedule=outlives).non_fiscal_already_erased
    withdrawn = (MEMBER, Event(EventKind.CONSENT_WITHDRAWN, day("2024-06-01")))
    assert not facts(consent, withdrawn, records=here, schedule=outlives).non_fiscal_already_erased
    assert not facts(consent, records=here).non_fiscal_already_erased
    assert not facts(records=here, schedule=outlives).non_fiscal_already_erased


def test_doubts_of_records_and_categories_without_a_rule_go_to_a_person() -> None:
    seen = facts(records=[record(ITEM, "unheard_of", doubts=("unreadable_date:ended_on",))])
    assert seen.doubts == ("unknown_category:unheard_of", "unreadable_date:ended_on")


def test_an_expired_quote_is_seen() -> None:
    assert facts((CONTACT, Event(EventKind.QUOTE_EXPIRED, day("2026-01-01")))).quote_expired


EVENTS = st.lists(
    st.tuples(
        st.sampled_from([ITEM, OTHER, CONTACT, MEMBER]),
        st.builds(
            Event,
            st.sampled_from(EventKind),
            st.none() | st.dates(day("2026-09-01"), day("2026-09-05")),
            st.none() | st.sampled_from(Role),
        ),
    ),
    max_size=8,
)


@settings(max_examples=200)
@given(EVENTS, st.randoms(use_true_random=False))
def test_the_order_of_events_is_irrelevant(events: list[tuple[RecordRef, Event]], rng: random.Random) -> None:
    here = [record(ref, "newsletter") for ref in (MEMBER, ITEM)]
    shuffled = events.copy()
    rng.shuffle(shuffled)
    assert facts(*events, records=here) == facts(*shuffled, records=list(reversed(here)))


@settings(max_examples=300)
@given(EVENTS)
def test_a_role_has_ended_exactly_when_no_record_keeps_it(events: list[tuple[RecordRef, Event]]) -> None:
    seen = facts(*events).ended
    has = {(ref, event.role) for ref, event in events if event.kind is EventKind.ROLE}
    for name in (Role.CUSTOMER, Role.SUPPLIER, Role.PROSPECT):
        holders = {ref for ref, role in has if role is name}
        if not holders:
            continue
        without_roles = {ref for ref, _ in events} - {
            ref for ref, role in has if role not in {None, Role.SUBSCRIBER}
        }
        ending = [
            (ref, event.on)
            for ref, event in events
            if event.kind is EventKind.ENDED
            and (event.role is name or (event.role is None and ref in holders | without_roles))
        ]
        from_elsewhere = any(ref not in holders for ref, _ in ending)
        gone = all(from_elsewhere or any(ref == holder for ref, _ in ending) for holder in holders)
        dates = [on for _, on in ending if on]
        assert seen[name] == (max(dates) if gone and ending and len(dates) == len(ending) else None)


def test_an_end_of_one_record_says_nothing_about_the_role_of_another() -> None:
    seen = [(ITEM, role("customer")), (OTHER, role("supplier")), (ITEM, ended("2026-10-25"))]
    assert ends(*seen) == {"customer": "2026-10-25", "supplier": None}


def test_the_end_of_a_subscription_ends_no_other_role() -> None:
    assert ends((ITEM, role("customer")), (ITEM, ended("2026-10-25", "subscriber"))) == {"customer": None}


def test_a_resumption_is_a_change_of_the_fields() -> None:
    fields = [(ITEM, role("customer"))]
    assert fields_digest(fields) != fields_digest([*fields, (ITEM, resumed("2026-10-25"))])


def test_documents_and_records_are_taken_as_they_come() -> None:
    papers = [doc("receipt", "2026-01-01"), doc("receipt", "2026-01-02", 2)]
    held = [record(CONTACT, "contact_details", doubts=("unreadable",))]
    seen = facts(documents=iter(papers), records=iter(held))
    assert seen == facts(documents=papers, records=held)
    assert (seen.docs, seen.doubts, seen.non_fiscal_already_erased) == (tuple(papers), ("unreadable",), False)
