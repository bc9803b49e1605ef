"""Contacts with a phone number and no e-mail address: said to be out of reach, or reached by the beta route."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from syncd.contract import Refused, Stale
from syncd.model import Effect, IdentifierKind, PresenceState, RecordRef
from syncd.testing.faults import answer, on, repeated_page
from tests.connectors.mailchimp.kit import MEMBERS, Site, contact_id, order_for, pulled

if TYPE_CHECKING:
    from syncd.contract import Finding

PHONE = RecordRef("news", "member", "phone-1", "aud1")


@pytest.fixture
def texting(site: Site) -> Site:
    site.state.add_phone_contact("aud1", PHONE.key, "+31612345678", merge_fields={"FNAME": "Ank"})
    return site


def phone_only(site: Site, **settings: object) -> Finding:
    (found,) = [one for one in site.connector(**settings).check() if one.code == "phone_only"]
    return found


def test_switched_off_they_are_not_read_and_check_says_so(texting: Site) -> None:
    records, _ = pulled(texting.connector())
    assert PHONE.key not in records
    assert "not reachable" in phone_only(texting).text
    assert not [one for one in texting.calls() if "/audiences/" in one]


def test_switched_on_each_is_a_member_with_its_phone_number(texting: Site) -> None:
    records, pages = pulled(texting.connector(beta_contacts=True))
    assert set(records) == {one.contact_id for one in MEMBERS} | {PHONE.key}
    one = records[PHONE.key]
    assert (one.ref, one.events, one.doubts) == (PHONE, (), ())
    assert one.categories == {"newsletter"}
    assert {each.kind: each.value for each in one.identifiers} == {
        IdentifierKind.GIVEN_NAME: "Ank",
        IdentifierKind.PHONE: "+31612345678",
    }
    assert pages[-1].complete
    assert "are read" in phone_only(texting, beta_contacts=True).text


def test_one_is_forgotten_and_seen_to_be_gone(texting: Site) -> None:
    connector = texting.connector(beta_contacts=True)
    records, _ = pulled(connector)
    assert connector.probe(PHONE).record == records[PHONE.key]
    assert connector.dispose(order_for(records[PHONE.key])).effect is Effect.DONE
    assert texting.writes() == ["POST /audiences/aud1/contacts/phone-1/actions/forget"]
    assert connector.probe(PHONE).state is PresenceState.ABSENT
    assert connector.dispose(order_for(records[PHONE.key])).effect is Effect.ALREADY


def test_one_that_changed_is_stale(texting: Site) -> None:
    connector = texting.connector(beta_contacts=True)
    record = connector.probe(PHONE).record
    assert record is not None
    texting.state.add_phone_contact("aud1", PHONE.key, "+31687654321")
    with pytest.raises(Stale):
        connector.dispose(order_for(record))
    assert not texting.writes()


def test_an_archived_one_is_restricted(texting: Site) -> None:
    texting.state.audience("aud1").contacts[PHONE.key]["status"] = "archived"
    assert texting.connector(beta_contacts=True).probe(PHONE).state is PresenceState.ARCHIVED


def test_a_quiet_night_reads_none_again_and_one_that_went_is_named(texting: Site) -> None:
    connector = texting.connector(beta_contacts=True)
    _, pages = pulled(connector)
    records, again = pulled(connector, pages[-1].cursor)
    assert (records, again[-1].gone) == ({}, ())
    texting.state.forget_contact("aud1", PHONE.key)
    _, third = pulled(connector, again[-1].cursor)
    assert third[-1].gone == (PHONE,)


def test_one_that_gets_an_address_is_a_member_like_others_and_not_gone(texting: Site) -> None:
    connector = texting.connector(beta_contacts=True)
    _, pages = pulled(connector)
    del texting.state.audience("aud1").contacts[PHONE.key]
    added = texting.state.add("aud1", {"email_address": "ank@example.nl", "status": "subscribed"})
    added["contact_id"] = PHONE.key
    records, again = pulled(connector, pages[-1].cursor)
    assert IdentifierKind.EMAIL in {one.kind for one in records[PHONE.key].identifiers}
    assert again[-1].gone == ()


def test_pages_follow_the_cursor(site: Site) -> None:
    for number in range(25):
        site.state.add_phone_contact("aud1", f"phone-{number}", f"+316123456{number:02}")
    site.state.largest_page = 10
    records, pages = pulled(site.connector(beta_contacts=True))
    assert len(records) == len(MEMBERS) + 25
    assert pages[-1].complete


def test_a_page_that_comes_again_and_again_ends_the_reading(site: Site) -> None:
    for number in range(25):
        site.state.add_phone_contact("aud1", f"phone-{number}", f"+316123456{number:02}")
    site.state.largest_page = 10
    site.sandbox.faults.inject(repeated_page(), when=on("GET", "*/contacts"), times=None)
    _, pages = pulled(site.connector(beta_contacts=True))
    assert [one.code for one in pages[-1].problems] == ["drift"]
    assert not pages[-1].complete


def test_one_without_an_id_makes_the_pull_incomplete(texting: Site) -> None:
    body = json.dumps({"contacts": [{"sms_channel": {"sms_phone": "+31612345678"}}]}).encode()
    texting.sandbox.faults.inject(answer(200, body), when=on("GET", "*/aud1/contacts"))
    _, pages = pulled(texting.connector(beta_contacts=True))
    assert [one.code for one in pages[-1].problems] == ["no_id"]


def test_a_member_that_the_lists_show_without_an_address_is_reached_too(site: Site) -> None:
    site.vendor(1).update(id="", email_address="", sms_phone_number="+31612345678")
    one = RecordRef("news", "member", contact_id(1), "aud1")
    off = site.connector().probe(one).record
    on_ = site.connector(beta_contacts=True).probe(one).record
    assert off is not None
    assert on_ is not None
    assert (off.doubts, on_.doubts) == (("no_email_address",), ())
    with pytest.raises(Refused):
        site.connector().dispose(order_for(off))
    site.connector(beta_contacts=True).dispose(order_for(on_))
    assert site.writes() == [f"POST /audiences/aud1/contacts/{contact_id(1)}/actions/forget"]
