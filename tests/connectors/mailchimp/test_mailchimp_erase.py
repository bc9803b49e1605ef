"""Looking at one member, and deleting it permanently: at most one write, and no claim without a look."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from connectors.mailchimp.sandbox.rows import md5
from syncd.contract import ConnectorError, Refused, Stale, Transient, Uncertain, Unusable
from syncd.model import Action, Effect, PresenceState, RecordRef
from syncd.testing.faults import (
    answer,
    answer_after,
    answer_lost,
    any_write,
    meanwhile,
    on,
    reset_before,
)
from tests.connectors.mailchimp.kit import MEMBERS, Site, contact_id, member, order_for, pulled, ref

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.mailchimp import MailchimpConnector
    from syncd.model import Record

DELETION = on("POST", "*/actions/delete-permanent")


def read(connector: MailchimpConnector, number: int = 1, audience: str = "aud1") -> Record:
    record = connector.probe(ref(number, audience)).record
    assert record is not None
    return record


# --- erasing ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(1, 9))
def test_a_member_of_any_status_is_erased_and_seen_to_be_gone(site: Site, number: int) -> None:
    before = site.state.snapshot()["audiences"]
    connector = site.connector()
    receipt = connector.dispose(order_for(read(connector, number)))
    assert receipt.effect is Effect.DONE
    assert connector.probe(ref(number)).state is PresenceState.ABSENT
    del before["aud1"][contact_id(number)]
    assert site.state.snapshot()["audiences"] == before
    assert len(site.writes()) == 1


def test_the_same_person_in_another_audience_stays_until_its_own_order(site: Site) -> None:
    connector = site.connector()
    connector.dispose(order_for(read(connector, 1)))
    assert connector.probe(ref(9, "aud2")).state is PresenceState.PRESENT
    connector.dispose(order_for(read(connector, 9, "aud2")))
    assert connector.probe(ref(9, "aud2")).state is PresenceState.ABSENT


def test_the_deletion_uses_the_address_as_it_is_now(site: Site) -> None:
    connector = site.connector()
    pulled(connector)
    site.state.edit("aud1", contact_id(1), {"email_address": "moved@example.nl"})
    assert connector.dispose(order_for(read(connector))).effect is Effect.DONE
    assert connector.probe(ref(1)).state is PresenceState.ABSENT


def test_archiving_is_not_offered(site: Site) -> None:
    connector = site.connector()
    assert {one.action for one in connector.capabilities} == {Action.ERASE}
    residue = {one.kind: {each.code for each in one.residue} for one in connector.capabilities}
    assert residue == {
        "member": {"forgotten_address", "campaign_reports", "account_exports", "shop_customer"},
        "customer": {"shop_source", "shop_carts"},
    }


@pytest.mark.parametrize(
    "facts",
    [
        {"action": Action.ARCHIVE},
        {"action": Action.MINIMISE},
        {"ref": RecordRef("news", "note", contact_id(1), "aud1")},
        {"categories": frozenset()},
        {"categories": frozenset({"newsletter", "contact_details"})},
    ],
)
def test_what_was_not_declared_is_refused_without_a_call(site: Site, facts: dict[str, Any]) -> None:
    connector = site.connector()
    order = order_for(read(connector), **facts)
    before = len(site.calls())
    with pytest.raises(Refused):
        connector.dispose(order)
    assert len(site.calls()) == before


def test_an_audience_outside_the_configured_ones_is_never_written_to(site: Site) -> None:
    order = order_for(read(site.connector()))
    with pytest.raises(Refused):
        site.connector(audiences=["aud2"]).dispose(order)
    assert not site.writes()


def test_a_member_that_changed_since_the_decision_is_stale(site: Site) -> None:
    connector = site.connector()
    order = order_for(read(connector))
    site.state.edit("aud1", contact_id(1), {"merge_fields": {"FNAME": "Anna"}})
    with pytest.raises(Stale):
        connector.dispose(order)
    assert not site.writes()


def test_an_address_that_changed_between_pull_and_write_is_decided_on_again(site: Site) -> None:
    connector = site.connector()
    records, _ = pulled(connector)
    site.state.edit("aud1", contact_id(1), {"email_address": "moved@example.nl"})
    with pytest.raises(Stale):
        connector.dispose(order_for(records[contact_id(1)]))
    assert not site.writes()
    fresh = read(connector)
    assert fresh.ref == records[contact_id(1)].ref
    assert connector.dispose(order_for(fresh)).effect is Effect.DONE
    assert site.writes() == [f"POST /lists/aud1/members/{md5('moved@example.nl')}/actions/delete-permanent"]


def test_an_address_that_changed_unnoticed_is_still_the_one_that_is_written_to(site: Site) -> None:
    connector = site.connector()
    records, _ = pulled(connector)
    site.state.edit("aud1", contact_id(1), {"email_address": "moved@example.nl"})
    site.vendor(1)["last_changed"] = records[contact_id(1)].version
    assert connector.dispose(order_for(records[contact_id(1)])).effect is Effect.DONE
    assert connector.probe(ref(1)).state is PresenceState.ABSENT
    assert not [
        one for one in site.state.audience("aud1").members.values() if "moved" in one["email_address"]
    ]


def test_a_member_that_is_gone_already_needs_no_write(site: Site) -> None:
    connector = site.connector()
    order = order_for(read(connector))
    site.state.forget("aud1", site.vendor(1)["id"])
    assert connector.dispose(order).effect is Effect.ALREADY
    assert not site.writes()


def test_a_member_that_goes_between_the_look_and_the_write_is_gone_before_us(site: Site) -> None:
    connector = site.connector()
    order = order_for(read(connector))
    digest = site.vendor(1)["id"]
    look = meanwhile(lambda: site.state.forget("aud1", digest))
    site.sandbox.faults.inject(look, when=on("GET", f"*/members/{contact_id(1)}"))
    assert connector.dispose(order).effect is Effect.ALREADY


def test_a_member_without_an_address_is_for_a_person(site: Site) -> None:
    connector = site.connector()
    site.vendor(1).update(id="", email_address="", sms_phone_number="+31612345678")
    record = read(connector)
    assert "no_email_address" in record.doubts
    with pytest.raises(Refused) as error:
        connector.dispose(order_for(record))
    assert error.value.code == "no_email_address"
    assert not site.writes()


# --- what a failing write means -----------------------------------------------------------------------------

PROBLEM = json.dumps({"title": "x", "status": 0, "detail": "person1@example.nl cannot be removed"}).encode()


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        (answer(400, PROBLEM), Refused, "status_400"),
        (answer(403, PROBLEM), Refused, "status_403"),
        (answer(405, PROBLEM), Refused, "status_405"),
        (answer(422, PROBLEM), Refused, "status_422"),
        (answer(404, PROBLEM), Refused, "status_404"),
        (answer(401, PROBLEM), Unusable, "credentials"),
        (answer(403), Transient, "edge_403"),
        (answer(403, b"<html>Access denied</html>"), Transient, "edge_403"),
        (answer(429), Transient, "status_429"),
        (answer(429, PROBLEM), Transient, "status_429"),
        (answer(502, b"<html>"), Uncertain, "status_502"),
        (answer(200, b"{}"), Uncertain, "unexpected_status"),
        (answer_after(500), Uncertain, "status_500"),
        (answer_lost(), Uncertain, "no_answer"),
    ],
)
def test_each_failure_says_what_to_do_next_and_names_nobody(
    site: Site, fault: Any, kind: type[ConnectorError], code: str
) -> None:
    connector = site.connector()
    order = order_for(read(connector))
    site.sandbox.faults.inject(fault, when=DELETION)
    with pytest.raises(kind) as error:
        connector.dispose(order)
    assert (type(error.value), error.value.code) == (kind, code)
    assert "person1" not in str(error.value)
    assert site.vendor_id_of(1) not in str(error.value)
    assert len(site.writes()) == 1


def test_after_an_answer_that_was_lost_a_look_settles_it(site: Site) -> None:
    connector = site.connector()
    order = order_for(read(connector))
    site.sandbox.faults.inject(answer_lost(), when=any_write)
    with pytest.raises(Uncertain):
        connector.dispose(order)
    assert connector.probe(ref(1)).state is PresenceState.ABSENT


def test_a_reset_before_the_deed_leaves_the_member_there(site: Site) -> None:
    connector = site.connector()
    order = order_for(read(connector))
    site.sandbox.faults.inject(reset_before(), when=any_write)
    with pytest.raises((Uncertain, Transient)):
        connector.dispose(order)
    assert connector.probe(ref(1)).state is PresenceState.PRESENT


def test_a_user_without_the_right_is_told_which_role_it_needs(site: Site) -> None:
    connector = site.connector()
    order = order_for(read(connector))
    site.state.role = "author"
    with pytest.raises(Refused, match="Manager"):
        connector.dispose(order)
    assert connector.probe(ref(1)).state is PresenceState.PRESENT


# --- looking ------------------------------------------------------------------------------------------------


def test_a_look_gives_the_record_that_the_pull_gave(site: Site) -> None:
    records, _ = pulled(site.connector())
    fresh = site.connector()
    for record in records.values():
        presence = fresh.probe(record.ref)
        assert presence.record == record
        assert (presence.version, presence.categories) == (record.version, record.categories)
        assert (presence.state is PresenceState.ARCHIVED) == record.restricted


def test_documents_are_none_unless_asked_for(site: Site) -> None:
    connector = site.connector()
    assert connector.probe(ref(1)).documents is None
    assert connector.probe(ref(1), documents=True).documents == ()


def test_an_audience_that_cannot_be_seen_proves_no_absence(site: Site) -> None:
    connector = site.connector()
    pulled(connector)
    del site.state.audiences["aud1"]
    with pytest.raises(Unusable) as error:
        connector.probe(ref(1))
    assert error.value.code == "audience_lost"


@pytest.mark.parametrize("knows_digest", [True, False])
def test_a_server_that_ignores_contact_ids_never_makes_a_member_absent(
    site: Site, knows_digest: bool
) -> None:
    site.state.takes_contact_id = False
    connector = site.connector()
    if knows_digest:
        pulled(connector)
    assert connector.probe(ref(1)).state is PresenceState.PRESENT
    assert connector.dispose(order_for(read(connector))).effect is Effect.DONE
    assert connector.probe(ref(1)).state is PresenceState.ABSENT
    assert site.connector().probe(ref(1)).state is PresenceState.ABSENT
    assert site.connector().probe(ref(4)).state is PresenceState.ARCHIVED


def test_absence_is_believed_after_somebody_else_was_found_by_contact_id(site: Site) -> None:
    site.state.forget("aud1", site.vendor(1)["id"])
    assert site.connector().probe(ref(1)).state is PresenceState.ABSENT
    asked, control = (one for one in site.sandbox.requests if "/aud1/members/" in one.path)
    assert (asked.path.endswith(contact_id(1)), asked.status) == (True, 404)
    assert (control.path.endswith(contact_id(1)), control.status) == (False, 200)


def test_the_last_member_of_an_audience_can_be_seen_to_be_gone(site_of: Callable[..., Site]) -> None:
    site = site_of(member(1))
    site.state.forget("aud1", site.vendor(1)["id"])
    assert site.connector().probe(ref(1)).state is PresenceState.ABSENT


def test_a_member_without_contact_id_is_followed_by_its_web_id(site_of: Callable[..., Site]) -> None:
    site = site_of(member(1, contact_id=""), member(2, contact_id=""))
    connector = site.connector()
    records, _ = pulled(connector)
    assert set(records) == {"500001", "500002"}
    fresh = site.connector()
    assert fresh.dispose(order_for(records["500001"])).effect is Effect.DONE
    assert fresh.probe(records["500001"].ref).state is PresenceState.ABSENT
    assert site.connector().probe(records["500002"].ref).state is PresenceState.PRESENT


def test_somebody_new_at_the_same_address_is_not_the_one_who_went(site: Site) -> None:
    connector = site.connector()
    pulled(connector)
    del site.state.audience("aud1").members[site.vendor(1)["id"]]
    site.state.add("aud1", {"email_address": MEMBERS[0].email, "status": "subscribed"})
    assert connector.probe(ref(1)).state is PresenceState.ABSENT


def test_an_audience_that_cannot_be_read_through_proves_nothing(site_of: Callable[..., Site]) -> None:
    site = site_of(member(1), member(2))
    site.state.takes_contact_id = False
    del site.state.audience("aud1").members[site.vendor_id_of(1)]
    body = json.dumps({"members": [], "total_items": 7}).encode()
    site.sandbox.faults.inject(answer(200, body), when=on("GET", "*/lists/aud1/members"), times=None)
    with pytest.raises(Transient) as error:
        site.connector().probe(ref(1))
    assert error.value.code == "total_disagrees"


def test_an_address_that_changes_hands_while_we_look_erases_nobody(site: Site) -> None:
    """The path of the deletion is a digest of the address: whoever has it by then would be erased instead."""
    connector = site.connector()
    records, _ = pulled(connector)
    address = site.vendor(1)["email_address"]

    def changes_hands() -> None:
        site.state.edit("aud1", site.vendor(1)["id"], {"email_address": "moved@example.nl"})
        site.state.edit("aud1", site.vendor(8)["id"], {"email_address": address})

    site.sandbox.faults.inject(meanwhile(changes_hands), when=on("GET", "*/members/*"))
    with pytest.raises(Stale):
        connector.dispose(order_for(records[contact_id(1)]))
    assert not site.writes()
    assert site.vendor(8)["email_address"] == address


def test_an_edit_while_we_look_stops_the_order(site: Site) -> None:
    connector = site.connector()
    records, _ = pulled(connector)
    edited = meanwhile(
        lambda: site.state.edit("aud1", site.vendor(1)["id"], {"merge_fields": {"FNAME": "Anna"}})
    )
    site.sandbox.faults.inject(edited, when=on("GET", "*/members/*"))
    with pytest.raises(Stale):
        connector.dispose(order_for(records[contact_id(1)]))
    assert not site.writes()
