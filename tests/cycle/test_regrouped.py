"""A record changes at the vendor and its subject becomes another one: what was ordered is decided again.

One simulated CRM over HTTP; the whole line runs each time, and the ledger says what became of each order.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from connectors.podio import plugin as podio
from connectors.podio.sandbox.apps import texts, typed
from syncd.cycle import resolve
from syncd.model import OrderState
from syncd.service.simulation import Simulation
from syncd.testing.sandbox import serve
from syncd.testing.world.shapes import Books, Crm, News, World
from tests.connectors.podio.conftest import organisation
from tests.cycle.kit import TODAY, Installation, podio_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from syncd.testing.world.shapes import CrmOrganisation

pytestmark = pytest.mark.usefixtures("_both_ways")

ENDED = TODAY - timedelta(days=60)
HOEK, INKT = 501, 502


@pytest.fixture(params=[-1, 100], ids=["everybody", "in parts"])
def _both_ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Resolve everybody after each change, and only whom the change touches."""
    monkeypatch.setattr(resolve, "IN_PARTS_BELOW", request.param)


def _firm(item_id: int, **facts: Any) -> CrmOrganisation:
    nothing = dict.fromkeys(("vat", "iban", "phone", "street", "postcode", "city", "books_number"), "")
    return organisation(item_id, **(nothing | facts))


@contextmanager
def _crm(folder: Path, *firms: CrmOrganisation) -> Iterator[Installation]:
    world = World(
        1, 1, TODAY, Books("1", (), ()), Crm(9001, 1001, 1002, 1003, firms, (), ()), News("n", (), ()), ()
    )
    sandbox = podio.sandbox(world)
    with serve(sandbox) as address:
        yield Installation(Simulation(world, {"crm": sandbox}, {"crm": address}, {"crm": "podio"}), folder)


def _edit(here: Installation, item: int, *, name: str, kvk: str, email: str) -> None:
    podio_of(here).edit(item, {"naam": texts(name), "kvk-nummer": texts(kvk), "e-mail": typed("work", email)})


def _standing(here: Installation) -> dict[int, OrderState]:
    """Give the state of each item's latest order."""
    return {int(one.order.ref.key): one.state for one in sorted(here.orders(), key=lambda one: one.id)}


def _ledger_of(here: Installation, item: int) -> list[str]:
    """Give what the ledger says of an item's orders, each step with the code that it has."""
    ids = {one.id for one in here.orders() if one.order.ref.key == str(item)}
    rows = ((row.kind, json.loads(row.payload)) for row in here.ledger())
    return [f"{kind} {said.get('code', '')}".strip() for kind, said in rows if said.get("order") in ids]


def _decisions(here: Installation) -> list[tuple[int, str]]:
    """Give the decisions in the ledger, subject by subject as they were made."""
    rows = [json.loads(row.payload) for row in here.ledger() if row.kind == "decision"]
    return [(said["subject"], said["verdict"]) for said in rows]


def _gone(here: Installation) -> set[int]:
    return {HOEK, INKT} - podio_of(here).items.keys()


def test_who_is_split_off_is_spared_and_who_stays_is_asked_about_again(tmp_path: Path) -> None:
    shared = {"name": "De Hoek B.V.", "kvk": "12345678", "email": "info@hoek.example"}
    with _crm(tmp_path, _firm(HOEK, ended_on=ENDED, **shared), _firm(INKT, relation=(), **shared)) as here:
        here.run()
        # One subject: the end that one item shows is the other's too.
        assert _standing(here) == dict.fromkeys((HOEK, INKT), OrderState.SCHEDULED)
        here.approve()
        _edit(here, INKT, name="Drukkerij Inkt", kvk="87654321", email="info@inkt.example")
        here.run(send=True)
        assert here.writes()["crm"] == []
        assert _standing(here) == {HOEK: OrderState.SCHEDULED, INKT: OrderState.SUPERSEDED}
        here.approve()
        here.run(send=True)
        assert _gone(here) == {HOEK}
        assert _ledger_of(here, INKT) == [
            "order.scheduled",
            "order.approved",
            "order.superseded no_longer_due",
        ]
        assert _ledger_of(here, HOEK) == [
            "order.scheduled", "order.approved", "order.superseded facts_changed",
            "order.scheduled", "order.approved", "order.sent", "order.accepted", "order.verified",
        ]  # fmt: skip
        assert _decisions(here) == [(1, "erase"), (2, "keep")]


def test_who_becomes_one_with_a_living_customer_is_spared(tmp_path: Path) -> None:
    ended = _firm(HOEK, name="De Hoek B.V.", kvk="12345678", email="info@hoek.example", ended_on=ENDED)
    lives = _firm(
        INKT,
        name="Drukkerij Inkt",
        kvk="87654321",
        email="info@inkt.example",
        resumed_on=ENDED + timedelta(9),
    )
    with _crm(tmp_path, ended, lives) as here:
        here.run()
        assert _standing(here) == {HOEK: OrderState.SCHEDULED}
        here.approve()
        _edit(here, INKT, name="De Hoek", kvk="12345678", email="inkoop@hoek.example")
        here.run(send=True)
        assert here.writes()["crm"] == []
        assert _ledger_of(here, HOEK) == [
            "order.scheduled",
            "order.approved",
            "order.superseded no_longer_due",
        ]
        assert _ledger_of(here, INKT) == []
        assert _decisions(here) == [(1, "erase"), (2, "keep"), (1, "keep")]
