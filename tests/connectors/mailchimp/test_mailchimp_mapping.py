"""From a member to a record: which facts, and what counts as nothing."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.mailchimp.mapping import STATUSES, AudienceFields, member_key, member_record, parse_moment
from connectors.mailchimp.settings import MergeTags
from syncd.model import Event, EventKind, Identifier, IdentifierKind, Record

DECLARED: tuple[dict[str, Any], ...] = (
    {"tag": "FNAME", "type": "text"},
    {"tag": "LNAME", "type": "text"},
    {"tag": "MMERGE7", "type": "phone"},
    {"tag": "ADRES", "type": "address"},
    {"tag": "GEBOREN", "type": "date"},
    {"tag": "BEDRIJF", "type": "text"},
)
FIELDS = AudienceFields.read(DECLARED, MergeTags())
ADDRESS = "Ank.Visser@example.nl"
DIGEST = hashlib.md5(ADDRESS.lower().encode(), usedforsecurity=False).hexdigest()


def record(fields: AudienceFields = FIELDS, left: datetime | None = None, **facts: Any) -> Record:
    row = {
        "id": DIGEST,
        "contact_id": "c1",
        "web_id": 12,
        "email_address": ADDRESS,
        "status": "subscribed",
        "merge_fields": {"FNAME": "Ank", "LNAME": "Visser"},
        "timestamp_signup": "2020-03-01T10:00:00+00:00",
        "timestamp_opt": "2020-03-01T11:00:00+00:00",
        "last_changed": "2021-05-01T10:00:00+00:00",
    }
    return member_record("news", "aud1", row | facts, fields, unsubscribed_at=left, data_centre="us6")


def kinds(one: Record) -> set[EventKind]:
    return {event.kind for event in one.events}


def values(one: Record) -> dict[IdentifierKind, str]:
    return {identifier.kind: identifier.value for identifier in one.identifiers}


def test_a_member_becomes_a_person_with_the_newsletter() -> None:
    one = record()
    assert (str(one.ref), one.ref.within, one.version) == (
        "news:member:c1",
        "aud1",
        "2021-05-01T10:00:00+00:00",
    )
    assert one.categories == {"newsletter"}
    assert values(one) == {
        IdentifierKind.EMAIL: ADDRESS,
        IdentifierKind.GIVEN_NAME: "Ank",
        IdentifierKind.FAMILY_NAME: "Visser",
    }
    assert one.link == "https://us6.admin.mailchimp.com/lists/members/view?id=12"
    assert not one.doubts


def test_nothing_of_the_person_is_in_its_repr() -> None:
    shown = repr(record(merge_fields={"FNAME": "Ank", "LNAME": "Visser", "MMERGE7": "0612345678"}))
    assert not any(secret in shown for secret in ("Ank", "Visser", "0612345678", DIGEST))


# --- the key ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ({"id": DIGEST, "contact_id": "c1", "web_id": 12}, "c1"),
        ({"id": DIGEST, "contact_id": "", "web_id": 12}, "12"),
        ({"id": DIGEST, "web_id": 12}, "12"),
        ({"id": DIGEST, "contact_id": DIGEST, "web_id": 12}, "12"),
        ({"id": DIGEST}, ""),
    ],
)
def test_the_key_never_is_the_digest_of_the_address(row: dict[str, Any], key: str) -> None:
    assert member_key(row) == key


@given(
    st.dictionaries(st.sampled_from(["contact_id", "web_id"]), st.sampled_from([DIGEST, "c1", "", 7, None]))
)
def test_whatever_the_vendor_sends_the_digest_is_no_key(row: dict[str, Any]) -> None:
    if row.get("web_id") != DIGEST:
        assert member_key(row | {"id": DIGEST}) != DIGEST


# --- consent ------------------------------------------------------------------------------------------------


def test_consent_is_the_confirmed_opt_in() -> None:
    assert (
        Event(EventKind.CONSENT_GIVEN, datetime(2020, 3, 1, 11, tzinfo=UTC), origin="timestamp_opt")
        in record().events
    )


def test_a_sign_up_that_was_never_confirmed_is_no_consent() -> None:
    assert kinds(record(timestamp_opt="")) == {EventKind.ACTIVITY}


def test_a_ticked_permission_is_consent_since_the_sign_up() -> None:
    ticked = [{"marketing_permission_id": "m", "text": "E-mail", "enabled": True}]
    one = record(timestamp_opt="", marketing_permissions=ticked)
    assert (
        Event(EventKind.CONSENT_GIVEN, datetime(2020, 3, 1, 10, tzinfo=UTC), origin="marketing_permissions")
        in one.events
    )
    undated = record(timestamp_opt="", timestamp_signup="", marketing_permissions=ticked)
    assert undated.events == (Event(EventKind.CONSENT_GIVEN, None, origin="marketing_permissions"),)


@given(st.sampled_from(sorted(STATUSES)), st.booleans())
def test_only_a_subscribed_member_with_evidence_has_given_consent(status: str, proved: bool) -> None:
    one = record(status=status, timestamp_opt="2020-03-01T11:00:00+00:00" if proved else "")
    assert (EventKind.CONSENT_GIVEN in kinds(one)) == (status == "subscribed" and proved)
    assert (EventKind.CONSENT_WITHDRAWN in kinds(one)) == (status == "unsubscribed")
    assert one.restricted == (status == "archived")


def test_the_withdrawal_has_the_date_of_the_feed() -> None:
    left = datetime(2025, 6, 3, 8, tzinfo=UTC)
    withdrawn = [
        one for one in record(left=left, status="unsubscribed").events if one.origin == "activity_feed"
    ]
    assert withdrawn == [Event(EventKind.CONSENT_WITHDRAWN, left, origin="activity_feed")]


def test_without_a_feed_the_last_change_only_says_not_later() -> None:
    one = record(status="unsubscribed")
    assert (
        Event(
            EventKind.CONSENT_WITHDRAWN,
            datetime(2021, 5, 1, 10, tzinfo=UTC),
            origin="last_changed",
            not_later=True,
        )
        in one.events
    )


def test_the_last_change_is_never_activity() -> None:
    later = record(last_changed="2026-11-01T00:00:00+00:00")
    assert [event.on for event in later.events if event.kind is EventKind.ACTIVITY] == [
        datetime(2020, 3, 1, 10, tzinfo=UTC),
        datetime(2020, 3, 1, 11, tzinfo=UTC),
    ]


# --- nothing, and nonsense ----------------------------------------------------------------------------------


@pytest.mark.parametrize("nothing", ["", None, {}, []])
def test_merge_fields_that_hold_nothing_name_nobody(nothing: Any) -> None:
    assert set(values(record(merge_fields=nothing))) == {IdentifierKind.EMAIL}


def test_the_full_name_is_taken_where_no_field_names_the_person() -> None:
    assert values(record(merge_fields=None, full_name="Ank Visser"))[IdentifierKind.NAME] == "Ank Visser"
    assert IdentifierKind.NAME not in values(record(full_name="Ank Visser"))


@pytest.mark.parametrize(
    ("facts", "doubt"),
    [
        ({"status": "paused"}, "unknown_status"),
        ({"status": ""}, "unknown_status"),
        ({"timestamp_opt": "yesterday"}, "unreadable_date:timestamp_opt"),
        ({"last_changed": ""}, "no_version"),
        ({"email_address": "", "sms_phone_number": "+31612345678"}, "no_email_address"),
    ],
)
def test_what_cannot_be_read_is_a_doubt(facts: dict[str, Any], doubt: str) -> None:
    assert doubt in record(**facts).doubts


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
NAMES = (
    "status",
    "merge_fields",
    "marketing_permissions",
    "timestamp_opt",
    "last_changed",
    "email_address",
    "web_id",
)


@given(st.dictionaries(st.sampled_from(NAMES), JSON))
def test_any_json_gives_a_record_or_a_doubt_and_never_an_error(facts: dict[str, Any]) -> None:
    one = record(**facts)
    assert one.categories == {"newsletter"}
    status = facts.get("status", "subscribed")
    assert ("unknown_status" in one.doubts) == (not isinstance(status, str) or status not in STATUSES)


@given(st.integers(min_value=0, max_value=4_000_000_000))
def test_a_timestamp_survives_the_round_trip(seconds: int) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    assert parse_moment(moment.isoformat()) == moment
    assert parse_moment(moment.replace(tzinfo=None).isoformat()) == moment
    assert parse_moment(moment.isoformat() + "x") is None


@pytest.mark.parametrize(
    "zero", ["0001-01-01T00:00:00+14:00", "1969-12-31T23:59:59+00:00", "9999-12-31T23:59:59-12:00"]
)
def test_a_date_that_no_member_can_have_is_unreadable(zero: str) -> None:
    assert "unreadable_date:timestamp_opt" in record(timestamp_opt=zero).doubts


# --- merge fields -------------------------------------------------------------------------------------------


def test_phones_and_addresses_are_found_by_their_type() -> None:
    home = {
        "addr1": "Kerkstraat 1",
        "addr2": "",
        "city": "Ede",
        "state": "",
        "zip": "6711 AB",
        "country": "NL",
    }
    found = values(record(merge_fields={"MMERGE7": "0318-555123", "ADRES": home}))
    assert found[IdentifierKind.PHONE] == "0318-555123"
    assert found[IdentifierKind.STREET] == "Kerkstraat 1"
    assert found[IdentifierKind.POSTCODE] == "6711 AB"
    assert found[IdentifierKind.CITY] == "Ede"
    assert found[IdentifierKind.COUNTRY] == "NL"


def test_tags_may_be_named() -> None:
    tags = MergeTags(given_name="VOORNAAM", birth_date="GEBOREN", company="BEDRIJF", phone="MOBIEL")
    merged = {
        "VOORNAAM": "Ank",
        "GEBOREN": "1980-02-29",
        "BEDRIJF": "Visser B.V.",
        "MMERGE7": "1",
        "MOBIEL": "2",
    }
    assert values(record(AudienceFields.read(DECLARED, tags), merge_fields=merged)) == {
        IdentifierKind.EMAIL: ADDRESS,
        IdentifierKind.GIVEN_NAME: "Ank",
        IdentifierKind.BIRTH_DATE: "1980-02-29",
        IdentifierKind.NAME: "Visser B.V.",
        IdentifierKind.PHONE: "2",
    }


def test_the_same_fact_twice_is_one_identifier() -> None:
    one = record(merge_fields={"MMERGE7": "0612345678"}, sms_phone_number="0612345678")
    assert one.identifiers.count(Identifier(IdentifierKind.PHONE, "0612345678")) == 1


def test_an_offset_other_than_zero_is_the_same_moment() -> None:
    assert parse_moment("2020-03-01T12:00:00+01:00") == datetime(2020, 3, 1, 12, tzinfo=UTC) - timedelta(
        hours=1
    )
