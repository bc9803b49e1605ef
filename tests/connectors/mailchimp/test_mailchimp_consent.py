"""The digest of a consent: made before the deletion, the same by the published recipe, and nobody in it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from connectors.mailchimp import consent
from syncd.contract import Uncertain
from syncd.testing.faults import answer_after, answer_lost, any_write, meanwhile, on
from tests.connectors.mailchimp.kit import Site, contact_id, order_for, ref

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncd.testing.faults import Fault

ROW = {
    "contact_id": "c1",
    "list_id": "aud1",
    "status": "subscribed",
    "source": "Embed Form",
    "timestamp_signup": "2020-03-01T10:00:00+00:00",
    "ip_signup": "198.51.100.7",
    "timestamp_opt": "2020-03-01T11:00:00+00:00",
    "ip_opt": "",
}
CANONICAL = (
    '{"contact_id":"c1","ip_opt":false,"ip_signup":true,"list_id":"aud1","source":"Embed Form",'
    '"status":"subscribed","timestamp_opt":"2020-03-01T11:00:00+00:00",'
    '"timestamp_signup":"2020-03-01T10:00:00+00:00"}'
)


def test_the_digest_is_that_of_the_published_text() -> None:
    assert consent.digest(ROW) == hashlib.sha256(CANONICAL.encode()).hexdigest()


@pytest.mark.parametrize(
    "more",
    [
        {"email_address": "ank@example.nl", "full_name": "Ank", "id": "0" * 32},
        {"ip_signup": "203.0.113.99"},
        {"merge_fields": {"FNAME": "Ank"}, "last_changed": "2026-01-01T00:00:00+00:00"},
    ],
)
def test_nothing_that_leads_to_the_person_is_in_it(more: dict[str, Any]) -> None:
    assert consent.digest({**ROW, **more}) == consent.digest(ROW)


@pytest.mark.parametrize(
    "other",
    [
        *({name: "other"} for name in ("contact_id", "list_id", "status", "source")),
        *({name: "2021-01-01T00:00:00+00:00"} for name in ("timestamp_signup", "timestamp_opt")),
        {"ip_signup": ""},
        {"ip_opt": "203.0.113.99"},
    ],
)
def test_every_fact_of_the_consent_is_in_it(other: Mapping[str, str]) -> None:
    assert consent.digest({**ROW, **other}) != consent.digest(ROW)


def test_absent_null_and_nothing_are_the_same_nothing() -> None:
    missing = {name: value for name, value in ROW.items() if name != "ip_opt"}
    assert consent.digest(missing) == consent.digest({**ROW, "ip_opt": None}) == consent.digest(ROW)


def test_the_receipt_of_a_deletion_has_it_and_the_deletion_comes_after(site: Site) -> None:
    connector = site.connector()
    record = connector.probe(ref(1)).record
    assert record is not None
    stood = dict(site.vendor(1))
    evidence = connector.dispose(order_for(record)).evidence
    assert evidence == {"status": "204", "consent": consent.digest(stood)}
    asked = [one for one in site.sandbox.requests if "ip_opt" in one.query]
    assert [one.method for one in asked] == ["GET"]
    assert site.sandbox.requests.index(asked[0]) < len(site.sandbox.requests) - 1
    assert site.sandbox.requests[-1].method == "POST"


@pytest.mark.parametrize("fault", [answer_lost(), answer_after(500), answer_after(200, b"{}")])
def test_an_answer_that_is_lost_does_not_lose_it(site: Site, fault: Fault) -> None:
    connector = site.connector()
    record = connector.probe(ref(1)).record
    assert record is not None
    stood = dict(site.vendor(1))
    site.sandbox.faults.inject(fault, when=any_write)
    with pytest.raises(Uncertain) as error:
        connector.dispose(order_for(record))
    assert error.value.evidence == {"consent": consent.digest(stood)}


def test_an_address_of_origin_is_asked_for_at_a_deletion_only(site: Site) -> None:
    connector = site.connector()
    list(connector.pull(None))
    connector.probe(ref(1))
    assert not [one for one in site.sandbox.requests if "ip_" in one.query]


def test_who_goes_before_the_consent_was_noted_is_gone_before_us(site: Site) -> None:
    connector = site.connector()
    record = connector.probe(ref(1)).record
    assert record is not None
    digest = site.vendor(1)["id"]
    leaves = meanwhile(lambda: site.state.forget("aud1", digest))
    site.sandbox.faults.inject(leaves, when=on("GET", f"*/members/{contact_id(1)}"))
    receipt = connector.dispose(order_for(record))
    assert dict(receipt.evidence) == {"status": "404", "seen": "absent"}
