"""Guards whose effect tests/cycle shows, and what happens with each of them removed: the control of its row.

The numbers are those of docs/reference/faults.md.
"""

from __future__ import annotations

import copy
import random
from typing import TYPE_CHECKING

import pytest

import syncd.http.answer as http_answer
from connectors.mailchimp import shops
from connectors.moneybird.sandbox.memory import Administration
from connectors.podio.sandbox import PodioState
from syncd.cycle import pull, verify
from syncd.cycle.decide import Judge
from syncd.cycle.execute import _Account
from syncd.cycle.run import Request, run
from syncd.index import store
from syncd.model import Action, OrderState
from syncd.testing.faults import meanwhile, on
from syncd.testing.sandbox import serve
from tests.cycle.kit import installed
from tests.faults.kit import GUARDED, Ready, replaced, writes
from tests.faults.mangling import Setting
from tests.faults.test_malformed import MAKERS, Trials

if TYPE_CHECKING:
    from pathlib import Path

    from syncd.index.orders import StoredOrder
    from syncd.model import Presence
    from tests.cycle.kit import Installation

pytestmark = pytest.mark.ci


def _item(here: Installation) -> StoredOrder:
    """Give the first order that goes: an approved one on an item on which nothing hangs, in its own account."""
    orders = here.orders()
    return next(
        one
        for one in sorted(orders, key=lambda each: each.order.ref)
        if one.order.ref.kind == "item" and one.state is OrderState.APPROVED
        and not any(each.order.parent == one.order.ref for each in orders)
    )  # fmt: skip


def _during_the_look(here: Installation, one: StoredOrder, happens: str) -> None:
    state = here.simulation.sandboxes["crm"].state
    assert isinstance(state, PodioState)
    key = int(one.order.ref.key)

    def happen() -> None:
        if happens == "goes":
            state.delete(key, silent=True, hook=False)
        else:
            state.edit(key, {"relatie-beeindigd-op": []})

    asked = on("POST", f"/item/app/{one.order.ref.within}/*")
    here.simulation.sandboxes["crm"].faults.inject(meanwhile(happen), when=asked)


def _after(here: Installation, one: StoredOrder) -> StoredOrder:
    return next(each for each in here.orders() if each.id == one.id)


@GUARDED
def test_f09_gone_before_us_is_no_success_of_ours(ready: Ready, tmp_path: Path, guarded: bool) -> None:
    def claims(self: _Account, one: StoredOrder, seen: Presence) -> None:
        verify.verified(self._app, one, seen, None)

    def play(here: Installation) -> None:
        if not guarded:
            replaced(_Account, "_absent", claims)
        one = _item(here)
        _during_the_look(here, one, "goes")
        here.run(send=True)
        state = _after(here, one).state
        assert state is (OrderState.SUPERSEDED if guarded else OrderState.VERIFIED)
        assert not [each for each in here.writes()["crm"] if one.order.ref.key in each.path]

    ready.apart(tmp_path, play)


@GUARDED
def test_f13_a_record_that_changed_since_the_decision_is_not_written(
    ready: Ready, tmp_path: Path, guarded: bool
) -> None:
    def play(here: Installation) -> None:
        if not guarded:
            replaced(Judge, "still_stands", lambda *_arguments: True)
        one = _item(here)
        _during_the_look(here, one, "changes")
        here.run(send=True)
        wrote = [each for each in here.writes()["crm"] if one.order.ref.key in each.path]
        assert len(wrote) == (0 if guarded else 1)

    ready.apart(tmp_path, play)


@GUARDED
def test_f13_what_one_look_shows_counts_for_everything_that_rests_on_it(
    ready: Ready, tmp_path: Path, guarded: bool
) -> None:
    """There is new work in the books; the item in the CRM, to which the next orders go, does not show it."""

    def play(here: Installation) -> None:
        if not guarded:
            replaced(Judge, "rests_on", lambda *_arguments: frozenset())
        contact = _contact(here)
        items = [one for one in here.orders() if one.order.ref.account == "crm"]
        other = next(one for one in items if one.subject == contact.subject)
        _invoiced_during_the_look(here, contact)
        here.run(send=True)
        assert _after(here, contact).code == "facts_changed"
        assert (_after(here, other).tries == 0) is guarded

    ready.apart(tmp_path, play)


@GUARDED
def test_f14_an_invoice_that_comes_during_the_look_is_seen_before_the_write(
    ready: Ready, tmp_path: Path, guarded: bool
) -> None:
    def play(here: Installation) -> None:
        if not guarded:
            replaced(_Account, "_keeps_for_documents", lambda *_arguments: False)
        one = _contact(here)
        key = one.order.ref.key
        _invoiced_during_the_look(here, one)
        here.run(send=True)
        wrote = [each for each in here.writes()["books"] if each.path.endswith(f"/contacts/{key}.json")]
        assert len(wrote) == (0 if guarded else 1)
        assert (_after(here, one).state is OrderState.SUPERSEDED) is guarded

    ready.apart(tmp_path, play)


def _contact(here: Installation) -> StoredOrder:
    """Give the first approved erasure of a contact in the books."""
    return next(
        one
        for one in here.orders()
        if (one.order.ref.account, one.order.ref.kind) == ("books", "contact")
        and (one.order.action, one.state) == (Action.ERASE, OrderState.APPROVED)
    )


def _invoiced_during_the_look(here: Installation, one: StoredOrder) -> None:
    key = one.order.ref.key
    here.simulation.sandboxes["books"].faults.inject(
        meanwhile(lambda: _invoice(here, key)), when=on("GET", f"*/contacts/{key}*")
    )


def _invoice(here: Installation, contact: str) -> None:
    """Send somebody an invoice, like one that there is."""
    state = here.simulation.sandboxes["books"].state
    assert isinstance(state, Administration)
    listed = state.documents["sales_invoices"]
    listed["99"] = {**copy.deepcopy(next(iter(listed.values()))), "id": "99", "contact_id": contact}


@GUARDED
def test_f26_another_account_under_the_same_name_is_not_read(
    ready: Ready, tmp_path: Path, guarded: bool
) -> None:
    def play(here: Installation) -> None:
        if not guarded:
            replaced(pull, "_require_identity", lambda *_arguments: None)
        with installed(tmp_path / "other", seed=6, size=40) as other:
            strange = other.simulation.accounts()["news"]
            result = here.run(send=True, news={name: strange[name] for name in ("base_url", "api_key")})
        news = result.accounts["news"]
        assert (news.code == "wrong_identity", news.records == 0) == (guarded, guarded)

    ready.apart(tmp_path, play)


@GUARDED
def test_f33_an_index_that_is_not_sound_sends_nothing(ready: Ready, tmp_path: Path, guarded: bool) -> None:
    def play(here: Installation) -> None:
        if not guarded:
            replaced(store, "require_sound", lambda _index: None)
        app = here.app()
        with app.index.begin() as connection:
            # A row of a list that nothing on the way to a write reads.
            connection.exec_driver_sql("PRAGMA writable_schema=ON")
            connection.exec_driver_sql("UPDATE sqlite_master SET rootpage=rootpage+1 WHERE name='runs'")
        app.close()
        app = here.app()
        try:
            run(app, Request(send=True))
        except store.IndexFaultError:
            pass
        finally:
            app.close()
        assert bool(writes(here)) is not guarded

    ready.apart(tmp_path, play)


@GUARDED
def test_f40_a_text_that_has_no_code_stops_nobody(guarded: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not guarded:
        monkeypatch.setattr(http_answer, "_without_halves", lambda body: body)
        monkeypatch.setattr(shops, "is_encodable", lambda _text: True)
    trials = Trials(MAKERS["mailchimp"]())
    with serve(trials) as address:
        trials.learn(address)
        half = Setting(random.Random(1), 1, path="*/customers", key="email_address", value="\ud800")  # noqa: S311 - repeatable
        trials.try_each(half, address)
    assert any("UnicodeEncodeError" in one for one in trials.wrong) is not guarded
