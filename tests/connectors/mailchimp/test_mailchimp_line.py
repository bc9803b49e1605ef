"""The whole line over a newsletter with a shop: what is ordered, what waits for a person, what the ledger keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from connectors.mailchimp.sandbox.state import State
from syncd.model import OrderState
from syncd.testing.faults import answer_lost, on
from tests.cycle.kit import Installation, installed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from syncd.index.orders import StoredOrder


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    with installed(tmp_path, seed=8, size=40) as made:
        yield made


def due_member(here: Installation) -> StoredOrder:
    """Run once and give an order on a member of the newsletter whose relationship ended elsewhere."""
    here.run()
    today = here.app().today()
    elsewhere = {one.subject for one in here.orders() if one.order.ref.account == "crm"}
    return next(
        one
        for one in here.orders()
        if one.order.ref.kind == "member" and one.order.erase_on <= today and one.subject in elsewhere
    )


def shop_of(here: Installation, member: StoredOrder) -> State:
    """Connect a shop that knows the member: under a number, under the address, and with orders."""
    state = here.simulation.sandboxes["news"].state
    assert isinstance(state, State)
    address = state.member(member.order.ref.within, member.order.ref.key)["email_address"]
    state.add_store("shop-1", member.order.ref.within)
    state.add_customer("shop-1", "1001", address)
    state.add_customer("shop-1", address, address)
    state.add_customer("shop-1", "1002", address, orders_count=2)
    return state


def send(here: Installation, subject: int) -> dict[str, StoredOrder]:
    here.run()
    here.approve(choose=lambda one: one.subject == subject and one.order.ref.account == "news")
    here.run(send=True)
    return {
        f"{one.order.ref.kind} {one.order.ref.key}": one
        for one in here.orders()
        if one.subject == subject and one.order.ref.account == "news"
    }


def test_customers_of_one_who_left_go_and_a_buyer_waits_for_a_person(here: Installation) -> None:
    member = due_member(here)
    state = shop_of(here, member)
    orders = send(here, member.subject)
    key = member.order.ref.key
    assert {name: one.state for name, one in orders.items()} == {
        f"member {key}": OrderState.VERIFIED,
        "customer 1001": OrderState.VERIFIED,
        f"customer @{key}": OrderState.VERIFIED,
    }
    assert set(state.stores["shop-1"].customers) == {"1002"}
    assert orders[f"member {key}"].receipt["shop_customers"] == "1"  # the buyer
    writes = [one.path for one in here.writes()["news"]]
    assert ["customers" in one for one in writes] == [
        True,
        True,
        False,
    ]  # what hangs on the member goes first
    waiting = [one for one in here.run().attention if one.code == "waits_by_hand" and one.account == "news"]
    assert ["buyer:1002" in one.text for one in waiting] == [True]


def test_the_digest_of_the_consent_is_kept_though_the_answer_was_lost(here: Installation) -> None:
    member = due_member(here)
    lost = on("POST", "*/actions/delete-permanent")
    here.simulation.sandboxes["news"].faults.inject(answer_lost(), when=lost, times=None)
    orders = send(here, member.subject)
    sent = orders[f"member {member.order.ref.key}"]
    assert sent.state is OrderState.VERIFIED
    assert len(sent.receipt["consent"]) == 64
    digest = sent.receipt["consent"]
    kept = [row.kind for row in here.ledger() if sent.id in row.payload and digest in row.payload]
    assert kept == ["order.uncertain"]
