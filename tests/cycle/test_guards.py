"""What must never happen, each provoked over real HTTP, and what happens instead."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from connectors.moneybird.sandbox.memory import Administration
from syncd.cycle import brake
from syncd.index import orders as journal
from syncd.index import reading
from syncd.model import Action, OrderState
from syncd.testing.faults import (
    answer,
    answer_after,
    answer_lost,
    empty_list,
    maintenance_page,
    meanwhile,
    on,
)
from tests.cycle.kit import Installation, installed, podio_of, shifted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from syncd.index.orders import StoredOrder
    from syncd.testing.faults import Fault


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    with installed(tmp_path, seed=5, size=40) as made:
        yield made


def _inject(
    here: Installation, account: str, fault: Fault, method: str, path: str, times: int | None = 1
) -> None:
    here.simulation.sandboxes[account].faults.inject(fault, when=on(method, path), times=times)


def _all_writes(here: Installation) -> int:
    return sum(len(each) for each in here.writes().values())


def _one_item(here: Installation) -> StoredOrder:
    """Approve exactly one order on a CRM item that is due."""
    here.run()
    due = [
        one
        for one in here.orders()
        if one.order.ref.account == "crm" and one.order.erase_on <= here.app().today()
    ]
    here.approve(choose=lambda one: one.id == due[0].id)
    return due[0]


def _state(here: Installation, one: StoredOrder) -> StoredOrder:
    return next(each for each in here.orders() if each.id == one.id)


# --- looking never writes -----------------------------------------------------------------------------------


def test_observe_never_writes_also_when_asked_to(here: Installation) -> None:
    before = here.snapshots()
    here.run("observe")
    here.approve()
    result = here.run("observe", send=True)
    assert here.snapshots() == before
    assert _all_writes(here) == 0
    assert "observe" in {one.code for one in result.attention}


def test_without_send_nothing_is_written_in_any_mode(here: Installation) -> None:
    for mode in ("observe", "approve", "automatic"):
        here.run(mode)
    here.approve()
    here.run("automatic")
    assert _all_writes(here) == 0


def test_in_approve_mode_only_what_a_person_approved_is_sent(here: Installation) -> None:
    one = _one_item(here)
    here.run(send=True)
    assert _all_writes(here) == 1
    assert here.writes()["crm"][0].path == f"/item/{one.order.ref.key}"
    assert _state(here, one).state is OrderState.VERIFIED


# --- absence and incomplete knowledge -----------------------------------------------------------------------


@pytest.mark.parametrize("account", ["books", "crm"])
@pytest.mark.parametrize(
    "fault",
    [
        maintenance_page(),
        *(pytest.param(one, marks=pytest.mark.ci) for one in (answer(500), answer(401, b"{}"))),
    ],
    ids=lambda one: one.name,
)
def test_an_account_that_shows_relationships_and_fails_stops_every_write(
    here: Installation, account: str, fault: Fault
) -> None:
    here.run()
    here.approve()
    _inject(here, account, fault, "*", "*", times=None)
    result = here.run(send=True)
    assert result.accounts[account].outcome == "failed"
    assert _all_writes(here) == 0
    assert here.run(send=True).execution.sent == 0


def test_on_the_first_day_a_failed_account_means_no_orders_at_all(here: Installation) -> None:
    _inject(here, "crm", answer(500), "*", "*", times=None)
    result = here.run()
    assert result.plan.created == 0
    assert here.orders() == []


def test_an_account_without_relationships_that_fails_stops_only_its_own_subjects(here: Installation) -> None:
    here.run()
    here.approve()
    _inject(here, "news", answer(500), "*", "*", times=None)
    result = here.run(send=True)
    assert here.writes()["news"] == []
    written = {one.order.ref for one in result.orders if one.state is OrderState.VERIFIED}
    assert written, "subjects without a record there go on"
    with_member = {
        number
        for number, one in result.judged.items()
        if any(each.ref.account == "news" for each in one.subject.records)
    }
    assert not {one.subject for one in result.orders if one.state is OrderState.VERIFIED} & with_member


def test_an_account_that_comes_back_empty_is_not_believed(here: Installation) -> None:
    first = here.run()
    here.approve()
    nothing = empty_list(b'{"total":0,"filtered":0,"items":[]}')
    _inject(here, "crm", nothing, "POST", "/item/app/*", times=None)
    result = here.run(send=True)
    assert result.accounts["crm"].code == "shrunken"
    assert _all_writes(here) == 0
    kept = sum(
        1 for one in result.judged.values() for each in one.subject.present if each.ref.account == "crm"
    )
    assert kept == first.accounts["crm"].records
    assert "syncd queue approve --absences crm" in result.accounts["crm"].text


def test_f20_an_account_that_lost_most_of_its_documents_is_not_believed_until_a_person_says_so(
    here: Installation,
) -> None:
    """A list that leaves out the older invoices would end the holds that rest on them."""
    here.run()
    here.approve()
    books = here.simulation.sandboxes["books"].state
    assert isinstance(books, Administration)
    known = _documents(here)
    for papers in books.documents.values():
        for key in sorted(papers)[: len(papers) * 2 // 3]:
            del papers[key]
    result = here.run(send=True)
    assert result.accounts["books"].code == "shrunken"
    assert _all_writes(here) == 0
    assert _documents(here) == known
    told = re.search(
        r"expected (\d+) documents, saw (\d+)\. .* --count (\d+)$", result.accounts["books"].text
    )
    assert told is not None
    expected, seen, count = map(int, told.groups())
    assert (expected, seen) == (known, known - count)
    app = here.app()
    for allowed, outcome in ((count - 1, "shrunken"), (count, "")):
        with app.index.begin() as connection:
            journal.allow(connection, app.now(), "books", "absences", allowed, b"-")
        assert here.run().accounts["books"].code == outcome
    app.close()
    assert _documents(here) == seen


def _documents(here: Installation) -> int:
    app = here.app()
    with app.index.begin() as connection:
        found = reading.count_documents(connection, "books")
    app.close()
    return found


def test_another_identity_under_the_same_name_is_refused(here: Installation, tmp_path: Path) -> None:
    here.run()
    with installed(tmp_path / "other", seed=6, size=40) as other:
        other.folder.mkdir()
        strange = other.simulation.accounts()["news"]
        result = here.run(send=True, news={"base_url": strange["base_url"], "api_key": strange["api_key"]})
        assert result.accounts["news"].code == "wrong_identity"
        assert all(not each for each in other.writes().values())


def test_a_record_that_vanished_with_the_end_goes_to_review(here: Installation) -> None:
    one = _one_item(here)
    podio_of(here).delete(int(one.order.ref.key), silent=True, hook=False)
    result = here.run(send=True)
    judged = result.judged[one.subject]
    if judged.subject.present:
        assert judged.decision.verdict.value == "review"
        assert "doubt:vanished_with_end" in {each.code for each in judged.decision.reasons}
    assert _all_writes(here) == 0


def test_an_end_that_was_emptied_goes_to_review_and_stays_there(here: Installation) -> None:
    one = _organisation(here)
    podio_of(here).edit(int(one.order.ref.key), {"relatie-beeindigd-op": []})
    for _run in range(2):
        result = here.run(send=True)
        assert result.judged[one.subject].decision.verdict.value == "review"
    assert _all_writes(here) == 0


def _organisation(here: Installation) -> StoredOrder:
    """Approve one order on an item that carries the end of a relationship."""
    first = here.run()
    ending = {
        stored.ref
        for judged in first.judged.values()
        for stored in judged.subject.present
        if any(event.kind.value == "ended" for event in stored.record.events)
    }
    due = [
        one
        for one in here.orders()
        if one.order.ref in ending
        and one.order.ref.account == "crm"
        and one.order.erase_on <= here.app().today()
    ]
    here.approve(choose=lambda one: one.id == due[0].id)
    return due[0]


# --- the unit of work ---------------------------------------------------------------------------------------


def test_a_record_that_changed_since_the_decision_is_decided_again_and_not_written(
    here: Installation,
) -> None:
    one = _organisation(here)
    key = int(one.order.ref.key)
    # The end disappears between the pull and the look before the write.
    edit = meanwhile(lambda: podio_of(here).edit(key, {"relatie-beeindigd-op": []}))
    _inject(here, "crm", edit, "POST", f"/item/app/{one.order.ref.within}/*")
    here.run(send=True)
    assert _all_writes(here) == 0
    assert _state(here, one).state is OrderState.SUPERSEDED


def test_gone_before_us_is_no_success_of_ours(here: Installation) -> None:
    one = _one_item(here)
    key = int(one.order.ref.key)
    vanish = meanwhile(lambda: podio_of(here).delete(key, silent=True, hook=False))
    _inject(here, "crm", vanish, "POST", f"/item/app/{one.order.ref.within}/*")
    here.run(send=True)
    assert _all_writes(here) == 0
    assert _state(here, one).state is OrderState.SUPERSEDED


def test_a_lost_answer_is_looked_after_and_never_repeated(here: Installation) -> None:
    one = _one_item(here)
    _inject(here, "crm", answer_lost(), "DELETE", "*")
    here.run(send=True)
    assert len(here.writes()["crm"]) == 1
    assert _state(here, one).state is OrderState.VERIFIED
    kinds = [row.kind for row in here.ledger() if one.id in row.payload]
    assert kinds.index("order.sent") < kinds.index("order.uncertain") < kinds.index("order.verified")


def test_a_failure_before_the_effect_is_found_by_looking_and_sent_again_in_a_later_run(
    here: Installation,
) -> None:
    one = _one_item(here)
    _inject(here, "crm", answer(502), "DELETE", "*")
    here.run(send=True)
    assert _state(here, one).state is OrderState.UNCERTAIN
    assert len(here.writes()["crm"]) == 1
    here.run(send=True)
    assert _state(here, one).state is OrderState.VERIFIED
    assert len(here.writes()["crm"]) == 2


def test_a_failure_after_the_effect_is_not_sent_again(here: Installation) -> None:
    one = _one_item(here)
    _inject(here, "crm", answer_after(502), "DELETE", "*")
    here.run(send=True)
    here.run(send=True)
    assert _state(here, one).state is OrderState.VERIFIED
    assert len(here.writes()["crm"]) == 1


def test_a_receipt_is_no_proof(here: Installation) -> None:
    one = _one_item(here)
    _inject(here, "crm", answer(204), "DELETE", "*", times=None)
    for _run in range(3):
        here.run(send=True)
    assert _state(here, one).state is OrderState.ACCEPTED
    assert len(here.writes()["crm"]) == 1
    assert not [row for row in here.ledger() if row.kind == "order.verified"]


def test_a_refusal_blocks_the_order_and_shows_a_person(here: Installation) -> None:
    one = _one_item(here)
    forbidden = b'{"error":"forbidden","error_description":"no"}'
    _inject(here, "crm", answer(403, forbidden), "DELETE", "*", times=None)
    result = here.run(send=True)
    here.run(send=True)
    assert _state(here, one).state is OrderState.REFUSED
    assert len(here.writes()["crm"]) == 1
    assert "order_refused" in {each.code for each in result.attention}


def _throttled(seconds: int) -> Fault:
    text = f"You have hit the rate limit. Please wait {seconds} seconds before trying again"
    return answer(420, json.dumps({"error": "rate_limit", "error_description": text}).encode())


def test_throttling_at_the_write_changes_nothing(here: Installation) -> None:
    one = _one_item(here)
    _inject(here, "crm", _throttled(0), "DELETE", "*")
    result = here.run(send=True)
    assert _state(here, one).state is OrderState.APPROVED
    assert "crm" in result.execution.stopped
    here.run(send=True)
    assert _state(here, one).state is OrderState.VERIFIED


def test_a_vendor_that_asks_for_an_hour_gets_it_from_the_next_process_too(here: Installation) -> None:
    one = _one_item(here)
    _inject(here, "crm", _throttled(3600), "DELETE", "*")
    here.run(send=True)
    asked = len(here.simulation.sandboxes["crm"].requests)
    result = here.run(send=True)
    assert (result.accounts["crm"].outcome, result.accounts["crm"].code) == ("incomplete", "budget")
    assert len(here.simulation.sandboxes["crm"].requests) == asked
    assert _state(here, one).state is OrderState.APPROVED


def test_children_go_before_their_parent(here: Installation) -> None:
    here.run()
    here.approve()
    here.run(send=True)
    done = [one for one in here.orders() if one.state is OrderState.VERIFIED]
    ids = {ref: [one.id for one in done if one.order.ref == ref] for ref in {one.order.ref for one in done}}
    steps = [
        (row.kind, json.loads(row.payload).get("order"))
        for row in here.ledger()
        if row.kind in {"order.sent", "order.verified"}
    ]
    families = [(one.id, own) for one in done if one.order.parent for own in ids.get(one.order.parent, ())]
    for child, own in families:
        assert steps.index(("order.verified", child)) < steps.index(("order.sent", own))
    accounts = {one.order.ref.account for one in done if one.order.parent in ids}
    assert accounts == {"books", "crm", "news"}


def test_a_contact_is_restricted_only_after_it_was_minimised(here: Installation) -> None:
    here.run()
    here.approve()
    here.run(send=True)
    done = [one for one in here.orders() if one.state is OrderState.VERIFIED]
    archived = {one.order.ref: one for one in done if one.order.action is Action.ARCHIVE}
    minimised = {one.order.ref: one for one in done if one.order.action is Action.MINIMISE}
    both = archived.keys() & minimised.keys()
    assert both
    sequence = [row.payload for row in here.ledger() if row.kind == "order.verified"]
    for ref in both:
        first, second = minimised[ref].id, archived[ref].id
        assert next(n for n, text in enumerate(sequence) if first in text) < next(
            n for n, text in enumerate(sequence) if second in text
        )


# --- the brake ----------------------------------------------------------------------------------------------


def test_the_brake_holds_before_the_first_write_and_says_how_to_go_on(here: Installation) -> None:
    here.run()
    here.approve(brakes=False)
    result = here.run(send=True)
    held = {one.account for one in result.execution.held}
    assert held
    for account in held:
        assert here.writes()[account] == []
        text = next(one.text for one in result.attention if one.code == "brake" and one.account == account)
        assert f"syncd queue approve --brake {account} --count" in text


def test_a_retry_does_not_raise_the_brake(here: Installation) -> None:
    here.run()
    here.approve(brakes=False)
    for _again in range(3):
        here.run(send=True)
    for account, writes in here.writes().items():
        contacts = here.run().accounts[account].records
        assert len(writes) <= max(3, min(25, -(-contacts // 20))), account


def test_a_configured_brake_of_zero_means_none(here: Installation) -> None:
    here.run()
    here.approve(brakes=False, choose=lambda one: one.order.ref.account == "crm")
    here.run(send=True, crm={"brake": 0})
    assert _all_writes(here) == 0


@pytest.mark.parametrize(
    ("contacts", "configured", "limit"),
    [
        (0, None, 3),
        (60, None, 3),
        (61, None, 4),
        (100, None, 5),
        (500, None, 25),
        (9999, None, 25),
        (9999, 0, 0),
        (10, 40, 40),
    ],
)
def test_the_limit(contacts: int, configured: int | None, limit: int) -> None:
    assert brake.limit_of(contacts, configured) == limit


# --- clocks -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [60, -60])
def test_a_host_clock_that_is_far_from_the_vendors_writes_nothing(here: Installation, days: int) -> None:
    here.run()
    here.approve()
    here.now = shifted(days)
    result = here.run("automatic", send=True)
    assert _all_writes(here) == 0
    if result.execution.stopped:
        assert {one.code for one in result.execution.stopped.values()} == {"clock"}


# --- tombstones ---------------------------------------------------------------------------------------------


def test_what_was_erased_and_comes_back_goes_to_a_person(here: Installation) -> None:
    one = _one_item(here)
    here.run(send=True)
    assert _state(here, one).state is OrderState.VERIFIED
    podio_of(here).restore(int(one.order.ref.key))
    result = here.run(send=True)
    back = next(
        judged
        for judged in result.judged.values()
        if any(each.ref == one.order.ref for each in judged.subject.present)
    )
    assert back.decision.verdict.value == "review"
    assert "doubt:erased_before" in {each.code for each in back.decision.reasons}
    assert len(here.writes()["crm"]) == 1


def test_the_index_forgets_what_was_erased(here: Installation) -> None:
    one = _one_item(here)
    here.run(send=True)
    result = here.run()
    stored = next(
        each
        for judged in result.judged.values()
        for each in judged.subject.records
        if each.ref == one.order.ref
    )
    assert stored.state == "erased"
    assert stored.record.identifiers == ()
    assert stored.record.link == ""
