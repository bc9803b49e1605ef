"""The customers of connected shops: named without naming anybody, erased without orders, left alone with them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from connectors.mailchimp.shops import is_opaque
from syncd.contract import Refused, Stale, Transient, Unusable
from syncd.model import Action, Effect, IdentifierKind, PresenceState, RecordRef
from syncd.testing.faults import answer, on
from tests.connectors.mailchimp.kit import MEMBERS, Site, contact_id, order_for, pulled, ref

if TYPE_CHECKING:
    from connectors.mailchimp import MailchimpConnector
    from syncd.model import Record

ANK = MEMBERS[0].email
BY_MEMBER = "@" + contact_id(1)


def customer(key: str, kind: str = "customer", shop: str = "shop-1") -> RecordRef:
    return RecordRef("news", kind, key, shop)


def read(connector: MailchimpConnector, key: str) -> Record:
    record = connector.probe(customer(key)).record
    assert record is not None
    return record


# --- which records there are --------------------------------------------------------------------------------


def test_an_account_without_shops_pays_one_call_for_knowing_it(site: Site) -> None:
    pulled(site.connector())
    assert [one for one in site.calls() if "ecommerce" in one] == ["GET /ecommerce/stores"]


def test_a_customer_without_orders_is_a_record_that_can_be_erased(site: Site) -> None:
    site.shop()
    site.state.add_customer(
        "shop-1", "1001", "Klant@example.nl", first_name="Ank", sms_phone_number="+31612345678",
        address={"address1": "Kerkstraat 1", "city": "Ede", "postal_code": "6711 AB", "country_code": "NL"},
    )  # fmt: skip
    records, pages = pulled(site.connector())
    one = records["1001"]
    assert (one.ref, one.parent, one.doubts) == (customer("1001"), None, ())
    assert one.categories == {"newsletter"}
    assert {each.kind: each.value for each in one.identifiers} == {
        IdentifierKind.EMAIL: "Klant@example.nl",
        IdentifierKind.GIVEN_NAME: "Ank",
        IdentifierKind.PHONE: "+31612345678",
        IdentifierKind.STREET: "Kerkstraat 1",
        IdentifierKind.POSTCODE: "6711 AB",
        IdentifierKind.CITY: "Ede",
        IdentifierKind.COUNTRY: "NL",
    }
    assert pages[-1].complete


@pytest.mark.parametrize("orders", [1, 7, None, "0", False])
def test_a_customer_with_orders_or_unknown_ones_is_for_a_person(site: Site, orders: Any) -> None:
    site.shop()
    site.state.add_customer("shop-1", "1001", "koper@example.nl", orders_count=orders)
    connector = site.connector()
    records, _ = pulled(connector)
    assert records["1001"].ref == customer("1001", "buyer")
    assert "buyer" not in {one.kind for one in connector.capabilities}
    before = len(site.calls())
    with pytest.raises(Refused):
        connector.dispose(order_for(records["1001"]))
    assert len(site.calls()) == before


def test_only_shops_of_configured_audiences_are_read_and_written_to(site: Site) -> None:
    site.shop(("1001", "a@example.nl"))
    site.shop(("1002", "b@example.nl"), id_="shop-2", audience="aud2")
    connector = site.connector(audiences=["aud2"])
    records, _ = pulled(connector)
    assert set(records) == {contact_id(9), "1002"}
    with pytest.raises(Refused) as error:
        connector.dispose(order_for(read(site.connector(), "1001")))
    assert error.value.code == "audience"
    assert not site.writes()


# --- what a customer is called ------------------------------------------------------------------------------

SAID = {
    "email_address": "ank.visser@example.nl", "first_name": "Ank", "last_name": "Visser",
    "sms_phone_number": "+31 6 1234 5678",
}  # fmt: skip


@pytest.mark.parametrize(
    "key",
    [
        "ank.visser@example.nl",
        "ANK.VISSER@EXAMPLE.NL",
        "somebody@else.example",
        *(make(b"ank.visser@example.nl").hexdigest() for make in (hashlib.md5, hashlib.sha1, hashlib.sha256)),
        hashlib.md5(b"the address before", usedforsecurity=False).hexdigest().upper(),
        "ank.visser",
        "klant-visser-2",
        "31612345678",
        "@handle",
        "",
    ],
)
def test_an_id_that_says_who_it_is_never_is_a_key(key: str) -> None:
    assert not is_opaque({**SAID, "id": key})


@pytest.mark.parametrize("key", ["7", "1001", "cus_9s6XKzkNRiz8i3", "0e37df36-f698-11e6-8dd4-cb9ced3df976"])
def test_an_id_that_says_nothing_is_one(key: str) -> None:
    assert is_opaque({**SAID, "id": key})


def test_a_customer_called_by_its_address_goes_by_its_member(site: Site) -> None:
    digest = hashlib.md5(ANK.encode(), usedforsecurity=False).hexdigest()
    site.shop((digest, ANK))
    connector = site.connector()
    records, pages = pulled(connector)
    one = records[BY_MEMBER]
    assert (one.ref, one.parent) == (customer(BY_MEMBER), ref(1))
    assert digest not in repr(pages)
    assert digest not in str(pages[-1].cursor)
    receipt = connector.dispose(order_for(one))
    assert (receipt.effect, site.writes()) == (
        Effect.DONE,
        [f"DELETE /ecommerce/stores/shop-1/customers/{digest}"],
    )
    assert connector.probe(one.ref).state is PresenceState.ABSENT
    assert site.connector().probe(one.ref).state is PresenceState.ABSENT
    assert connector.probe(ref(1)).state is PresenceState.PRESENT


@pytest.mark.parametrize("orders", [0, 3])
def test_two_customers_whom_one_address_names_are_taken_one_after_the_other(site: Site, orders: int) -> None:
    """A shop's plugin changed how it makes ids: one key must not stand for two customers at the same time."""
    digest = hashlib.md5(ANK.encode(), usedforsecurity=False).hexdigest()
    site.shop((ANK, ANK))
    site.state.add_customer("shop-1", digest, ANK, orders_count=orders)
    connector = site.connector()
    records, pages = pulled(connector)
    refs = [record.ref for page in pages for record in page.records if record.ref.within == "shop-1"]
    assert refs == [customer(BY_MEMBER)]
    assert connector.dispose(order_for(records[BY_MEMBER])).effect is Effect.DONE
    assert connector.probe(customer(BY_MEMBER)).state is PresenceState.ABSENT
    assert set(site.state.stores["shop-1"].customers) == {digest}
    later, _ = pulled(connector, pages[-1].cursor)
    assert later[BY_MEMBER].ref == customer(BY_MEMBER, "buyer" if orders else "customer")
    assert connector.probe(later[BY_MEMBER].ref).record == later[BY_MEMBER]


def test_a_customer_hangs_on_the_member_with_its_address_and_a_buyer_does_not(site: Site) -> None:
    site.shop(("1001", ANK.upper()), ("1002", "nobody@example.nl"))
    site.state.add_customer("shop-1", "1003", ANK, orders_count=1)
    connector = site.connector()
    records, _ = pulled(connector)
    assert [records[key].parent for key in ("1001", "1002", "1003")] == [ref(1), None, None]
    for key in ("1001", "1002", "1003"):
        assert site.connector().probe(records[key].ref).record == records[key]


def test_a_customer_whose_member_came_later_is_read_again(site: Site) -> None:
    site.shop(("1001", "late@example.nl"))
    _, pages = pulled(site.connector())
    added = site.state.add("aud1", {"email_address": "late@example.nl", "status": "subscribed"})
    records, _ = pulled(site.connector(), pages[-1].cursor)
    assert records["1001"].parent == RecordRef("news", "member", added["contact_id"], "aud1")


def test_another_process_finds_it_again_by_its_member(site: Site) -> None:
    site.shop((ANK, ANK))
    records, _ = pulled(site.connector())
    assert site.connector().probe(customer(BY_MEMBER)).record == records[BY_MEMBER]


def test_a_customer_whose_member_went_is_not_called_gone(site: Site) -> None:
    site.shop((ANK, ANK))
    connector = site.connector()
    pulled(connector)
    site.state.forget("aud1", site.vendor(1)["id"])
    assert connector.probe(customer(BY_MEMBER)).state is PresenceState.PRESENT  # this process knows its id
    with pytest.raises(Transient) as error:
        site.connector().probe(customer(BY_MEMBER))
    assert error.value.code == "member_gone"
    site.state.delete_customer("shop-1", ANK)
    assert site.connector().probe(customer(BY_MEMBER)).state is PresenceState.ABSENT


def test_a_customer_whose_member_has_another_address_now_is_not_called_gone(site: Site) -> None:
    """The shop still has it under the old address: with the new one it is not found, and that is no absence."""
    site.shop((ANK, ANK))
    pulled(site.connector())
    site.state.edit("aud1", ANK, {"email_address": "new@example.nl"})
    with pytest.raises(Transient) as error:
        site.connector().probe(customer(BY_MEMBER))
    assert error.value.code == "member_gone"
    site.state.delete_customer("shop-1", ANK)
    assert site.connector().probe(customer(BY_MEMBER)).state is PresenceState.ABSENT


def test_a_list_that_is_not_of_customers_proves_no_absence(site: Site) -> None:
    site.shop((ANK, ANK))
    pulled(site.connector())
    site.sandbox.faults.inject(answer(200, b'{"customers": [5]}'), when=on("GET", "*/customers"))
    with pytest.raises(Unusable) as error:
        site.connector().probe(customer(BY_MEMBER))
    assert error.value.code == "unexpected_body"


def test_who_is_not_found_by_the_address_is_looked_for_in_the_whole_shop(site: Site) -> None:
    site.shop((ANK, ANK))
    pulled(site.connector())
    site.sandbox.faults.inject(answer(200, b'{"customers": []}'), when=on("GET", "*/customers"))
    assert site.connector().probe(customer(BY_MEMBER)).state is PresenceState.PRESENT


def test_what_stays_in_the_shop_is_on_the_receipt_of_the_member(site: Site) -> None:
    site.shop((ANK, ANK), ("1001", ANK.upper()))
    connector = site.connector()
    record = connector.probe(ref(1)).record
    assert record is not None
    assert connector.dispose(order_for(record)).evidence["shop_customers"] == "2"


def test_without_a_customer_in_a_shop_the_receipt_says_nothing_of_one(site: Site) -> None:
    site.shop(("1001", "else@example.nl"))
    connector = site.connector()
    record = connector.probe(ref(1)).record
    assert record is not None
    assert set(connector.dispose(order_for(record)).evidence) == {"status", "consent"}


# --- night after night --------------------------------------------------------------------------------------


def test_a_quiet_night_reads_no_customer_again(site: Site) -> None:
    site.shop(("1001", "a@example.nl"), (ANK, ANK))
    _, pages = pulled(site.connector())
    records, again = pulled(site.connector(), pages[-1].cursor)
    assert (records, again[-1].gone, again[-1].complete) == ({}, (), True)


def test_a_changed_a_new_and_a_gone_customer_are_told(site: Site) -> None:
    site.shop(("1001", "a@example.nl"), ("1002", "b@example.nl"))
    _, pages = pulled(site.connector())
    site.state.add_customer("shop-1", "1001", "a@example.nl", first_name="Anna")
    site.state.add_customer("shop-1", "1003", "c@example.nl")
    site.state.delete_customer("shop-1", "1002")
    records, again = pulled(site.connector(), pages[-1].cursor)
    assert set(records) == {"1001", "1003"}
    assert again[-1].gone == (customer("1002"),)


def test_a_customer_that_buys_is_another_kind_and_no_longer_the_first(site: Site) -> None:
    site.shop(("1001", "a@example.nl"))
    _, pages = pulled(site.connector())
    site.state.add_customer("shop-1", "1001", "a@example.nl", orders_count=1)
    records, again = pulled(site.connector(), pages[-1].cursor)
    assert records["1001"].ref.kind == "buyer"
    assert again[-1].gone == (customer("1001"),)


# --- looking and writing ------------------------------------------------------------------------------------


def test_orders_that_came_since_stop_the_order(site: Site) -> None:
    site.shop(("1001", "a@example.nl"))
    connector = site.connector()
    order = order_for(read(connector, "1001"))
    site.state.customer("shop-1", "1001")["orders_count"] = 1  # the vendor need not count that as a change
    with pytest.raises(Stale) as error:
        connector.dispose(order)
    assert error.value.code == "shop_orders"
    seen = connector.probe(customer("1001"))
    assert (seen.state, seen.record and seen.record.doubts) == (PresenceState.PRESENT, ("shop_orders",))
    assert not site.writes()


def test_a_shop_that_cannot_be_seen_proves_no_absence(site: Site) -> None:
    site.shop(("1001", "a@example.nl"))
    connector = site.connector()
    pulled(connector)
    del site.state.stores["shop-1"]
    with pytest.raises(Unusable) as error:
        connector.probe(customer("1001"))
    assert error.value.code == "shop_lost"


def test_archiving_a_customer_is_refused_without_a_call(site: Site) -> None:
    site.shop(("1001", "a@example.nl"))
    connector = site.connector()
    order = order_for(read(connector, "1001"), action=Action.ARCHIVE)
    before = len(site.calls())
    with pytest.raises(Refused):
        connector.dispose(order)
    assert len(site.calls()) == before


def test_a_shop_that_refuses_is_one_line_that_names_nobody(site: Site) -> None:
    site.shop((ANK, ANK))
    connector = site.connector()
    order = order_for(read(connector, BY_MEMBER))
    site.sandbox.faults.inject(answer(405, b'{"detail": "%s"}' % ANK.encode()), when=on("DELETE"))
    with pytest.raises(Refused) as error:
        connector.dispose(order)
    assert error.value.code == "status_405"
    assert ANK not in str(error.value)
