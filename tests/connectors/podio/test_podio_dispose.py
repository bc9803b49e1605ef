"""Erasing one item: at most one write, nobody else touched, and proof by a second look."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from connectors.podio.sandbox import app_account_table
from syncd.contract import Refused, Stale, Transient, Uncertain, Unusable
from syncd.model import Action, Effect, Order, PresenceState, RecordRef
from syncd.testing.faults import answer, answer_after, meanwhile, on

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.podio.connector import PodioConnector
    from connectors.podio.sandbox import PodioState
    from syncd.testing.sandbox import Sandbox

REF = RecordRef("crm", "item", "502", "1001")
EVERYTHING = frozenset({"relation_record", "contact_details", "registration", "bank_details"})


def order(ref: RecordRef = REF, **changes: Any) -> Order:
    facts: dict[str, Any] = {
        "id": "o-1",
        "action": Action.ERASE,
        "categories": EVERYTHING,
        "erase_on": date(2026, 7, 28),
        "version": "1",
        "digest": "d",
    }
    return Order(ref=ref, **(facts | changes))


def writes(sandbox: Sandbox) -> list[str]:
    return [f"{one.method} {one.path}?{one.query}" for one in sandbox.requests if sandbox.wrote(one)]


def test_one_item_goes_with_one_write_and_nothing_else_changes(
    connected: Callable[..., PodioConnector], sandbox: Sandbox, state: PodioState
) -> None:
    connector = connected()
    assert connector.probe(REF).version == "1"
    before = state.snapshot()
    receipt = connector.dispose(order())
    assert receipt.effect is Effect.DONE
    assert receipt.evidence == {"status": "204", "references": "1"}  # a contact person refers to it
    assert writes(sandbox) == ["DELETE /item/502?silent=1&hook=0"]
    assert connector.probe(REF).state is PresenceState.ABSENT
    gone = before["items"].pop("502")
    assert gone["values"]["naam"] == [{"value": "Garage Snel"}]
    assert state.snapshot() == {**before, "trash": ["502"]}


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_gone_already_is_not_deleted_again(
    connected: Callable[..., PodioConnector], sandbox: Sandbox, state: PodioState, status: int
) -> None:
    state.knobs.deleted_status = status
    connector = connected()
    connector.dispose(order())
    receipt = connector.dispose(order())
    assert (receipt.effect, receipt.evidence) == (Effect.ALREADY, {"seen": "absent"})
    assert len(writes(sandbox)) == 1


@pytest.mark.parametrize("action", [Action.MINIMISE, Action.ARCHIVE])
def test_an_undeclared_action_is_refused_without_a_call(
    connected: Callable[..., PodioConnector], sandbox: Sandbox, action: Action
) -> None:
    with pytest.raises(Refused):
        connected().dispose(order(action=action))
    assert sandbox.requests == []


def test_a_kept_project_is_never_deleted(connected: Callable[..., PodioConnector], sandbox: Sandbox) -> None:
    with pytest.raises(Refused, match="on_end"):
        connected().dispose(order(RecordRef("crm", "item", "701", "1003"), version="1"))
    assert sandbox.requests == []


def test_an_item_that_changed_is_decided_on_again(
    connected: Callable[..., PodioConnector], sandbox: Sandbox, state: PodioState
) -> None:
    connector = connected()
    connector.probe(REF)
    state.edit(502, {"relatie-beeindigd-op": []})
    with pytest.raises(Stale):
        connector.dispose(order())
    assert writes(sandbox) == []


def test_an_order_that_covers_less_than_the_item_holds_is_stale(
    connected: Callable[..., PodioConnector], sandbox: Sandbox
) -> None:
    with pytest.raises(Stale, match="more than the order covers"):
        connected().dispose(order(categories=frozenset({"contact_details"})))
    assert writes(sandbox) == []


def test_an_app_token_that_may_not_delete_says_who_may(
    connected: Callable[..., PodioConnector], sandbox: Sandbox
) -> None:
    connector = connected(app_account_table(sandbox))
    assert {"app_may_not_delete"} <= {finding.code for finding in connector.check()}
    with pytest.raises(Refused, match="sign in as a user with admin rights"):
        connector.dispose(order())
    assert writes(sandbox) == []


def test_a_user_without_the_right_is_told_by_the_doctor_and_the_order(
    connected: Callable[..., PodioConnector], sandbox: Sandbox, state: PodioState
) -> None:
    state.knobs.readonly = True
    connector = connected()
    errors = [finding for finding in connector.check() if finding.level == "error"]
    assert [finding.code for finding in errors] == [
        "may_not_delete",
        "may_not_delete",
    ]  # not for kept projects
    with pytest.raises(Refused, match="give the user admin rights"):
        connector.dispose(order())
    assert writes(sandbox) == []


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Refused),
        (402, Refused),
        (403, Refused),
        (409, Stale),
        (420, Transient),
        (401, Transient),
        (503, Uncertain),
    ],
)
def test_what_podio_answers_says_what_is_next(
    connected: Callable[..., PodioConnector],
    sandbox: Sandbox,
    state: PodioState,
    status: int,
    error: type[Exception],
) -> None:
    sandbox.faults.inject(answer(status, b'{"error":"x"}'), when=on("DELETE"), times=None)
    with pytest.raises(error):
        connected().dispose(order())
    assert len(writes(sandbox)) == 1
    assert 502 in state.items


def test_a_lost_answer_is_uncertain_and_a_second_look_knows(
    connected: Callable[..., PodioConnector], sandbox: Sandbox
) -> None:
    connector = connected()
    sandbox.faults.inject(answer_after(502), when=on("DELETE"))
    with pytest.raises(Uncertain):
        connector.dispose(order())
    assert connector.probe(REF).state is PresenceState.ABSENT
    assert len(writes(sandbox)) == 1


def test_an_item_that_goes_between_read_and_write_is_gone(
    connected: Callable[..., PodioConnector], sandbox: Sandbox, state: PodioState
) -> None:
    elsewhere = meanwhile(lambda: state.delete(502, silent=False, hook=True))
    sandbox.faults.inject(elsewhere, when=on("GET", "/item/502/reference/"))
    assert connected().dispose(order()).evidence["status"] == "410"


def test_references_that_cannot_be_counted_stop_nothing(
    connected: Callable[..., PodioConnector], sandbox: Sandbox, state: PodioState
) -> None:
    sandbox.faults.inject(answer(403, b"{}"), when=on("GET", "*/reference/"))
    assert connected().dispose(order()).evidence == {"status": "204"}
    assert 502 not in state.items


def test_automations_run_only_when_asked(
    connected: Callable[..., PodioConnector], state: PodioState, table: dict[str, Any]
) -> None:
    connected().dispose(order())
    assert state.hooks == []
    connected({**table, "hooks": True}).dispose(order(RecordRef("crm", "item", "501", "1001"), version="1"))
    assert state.hooks == [{"type": "item.delete", "item_id": 501}]
    assert state.stream == []


# --- fields with a category of their own -------------------------------------------------------------------


@pytest.fixture
def credentials(connected: Callable[..., PodioConnector], table: dict[str, Any]) -> PodioConnector:
    """An account whose remarks hold the logins that were handed over."""
    apps = table["apps"]
    mapped = {**apps, "relaties": {**apps["relaties"], "categories": {"opmerkingen": "credentials"}}}
    return connected({**table, "apps": mapped})


def emptying(**changes: Any) -> Order:
    return order(action=Action.MINIMISE, categories=frozenset({"credentials"}), **changes)


def test_a_field_is_emptied_with_one_write_and_the_rest_stays(
    credentials: PodioConnector, sandbox: Sandbox, state: PodioState
) -> None:
    before = state.snapshot()
    assert "credentials" in credentials.probe(REF).categories
    receipt = credentials.dispose(emptying())
    assert (receipt.effect, receipt.evidence) == (Effect.DONE, {"status": "200", "fields": "1"})
    assert writes(sandbox) == ["PUT /item/502?silent=1&hook=0"]
    seen = credentials.probe(REF)
    assert (seen.version, "credentials" in seen.categories) == ("2", False)
    after = state.snapshot()
    del before["items"]["502"]["values"]["opmerkingen"]
    for key in ("revision", "edited_on"):
        before["items"]["502"][key] = after["items"]["502"][key]
    assert after == before
    assert credentials.dispose(emptying()).effect is Effect.ALREADY
    assert len(writes(sandbox)) == 1


def test_an_edit_between_read_and_write_is_stale(
    credentials: PodioConnector, sandbox: Sandbox, state: PodioState
) -> None:
    edit = meanwhile(lambda: state.edit(502, {"opmerkingen": [{"value": "niets"}]}))
    sandbox.faults.inject(edit, when=on("GET", "/item/502"))
    with pytest.raises(Stale):
        credentials.dispose(emptying())
    assert state.items[502].values["opmerkingen"] == [{"value": "niets"}]


def test_a_user_who_may_not_edit_is_refused_before_the_write(
    credentials: PodioConnector, sandbox: Sandbox, state: PodioState
) -> None:
    state.knobs.readonly = True
    with pytest.raises(Refused, match="give the user admin rights"):
        credentials.dispose(emptying())
    assert writes(sandbox) == []


def test_a_field_with_another_category_is_not_emptied(
    connected: Callable[..., PodioConnector], table: dict[str, Any], state: PodioState
) -> None:
    apps = table["apps"]
    own = {"opmerkingen": "credentials", "debiteurnummer": "fiscal_reference"}
    connector = connected({**table, "apps": {**apps, "relaties": {**apps["relaties"], "categories": own}}})
    connector.dispose(emptying())
    assert "opmerkingen" not in state.items[502].values
    assert state.items[502].values["debiteurnummer"] == [{"value": "20210017"}]


@pytest.mark.parametrize("categories", [{"contact_details"}, {"credentials", "relation_record"}])
def test_only_fields_with_a_category_of_their_own_are_emptied(
    credentials: PodioConnector, sandbox: Sandbox, categories: set[str]
) -> None:
    with pytest.raises(Refused):
        credentials.dispose(order(action=Action.MINIMISE, categories=frozenset(categories)))
    assert sandbox.requests == []


# --- absence is proved --------------------------------------------------------------------------------------


def test_absent_counts_only_while_the_app_can_be_read(
    connected: Callable[..., PodioConnector], sandbox: Sandbox, state: PodioState
) -> None:
    connector = connected()
    connector.probe(REF)
    state.delete(502, silent=True, hook=False)
    sandbox.faults.inject(answer(404, b'{"error":"not_found"}'), when=on("GET", "/app/1001"))
    with pytest.raises(Unusable):
        connector.probe(REF)
    assert connector.probe(REF, documents=True).documents == ()
    assert connector.probe(REF).state is PresenceState.ABSENT


def test_a_forbidden_item_is_not_absent(connected: Callable[..., PodioConnector], sandbox: Sandbox) -> None:
    sandbox.faults.inject(answer(403, b'{"error":"forbidden"}'), when=on("GET", "/item/502"))
    with pytest.raises(Unusable):
        connected().probe(REF)


def test_an_item_of_another_app_is_not_read_with_this_mapping(
    connected: Callable[..., PodioConnector],
) -> None:
    with pytest.raises(Unusable, match="not in app relaties"):
        connected().probe(RecordRef("crm", "item", "601", "1001"))


@pytest.mark.parametrize("within", ["4242", "", "x"])
def test_an_app_that_is_not_configured_is_said(
    connected: Callable[..., PodioConnector], sandbox: Sandbox, within: str
) -> None:
    with pytest.raises(Unusable, match="not configured"):
        connected().probe(RecordRef("crm", "item", "502", within))
    assert sandbox.requests == []


def test_what_can_be_done_says_what_stays(
    connected: Callable[..., PodioConnector], table: dict[str, Any]
) -> None:
    declared = {one.kind: one for one in connected().capabilities}
    assert {(one.action, one.reversible) for one in declared.values()} == {(Action.ERASE, False)}
    assert declared["item"].categories == EVERYTHING
    assert {
        kind: {residue.code: residue.days for residue in one.residue} for kind, one in declared.items()
    } == {
        "item": {"deleted_data": 90, "titles": None},
        "file": {"deleted_data": 90, "copies": None},
        "comment": {"deleted_data": 90, "comment_mails": None},
        "task": {"deleted_data": 90, "task_mails": None},
    }
    apps = table["apps"]
    mapped = {**apps, "relaties": {**apps["relaties"], "categories": {"opmerkingen": "credentials"}}}
    wider = {
        one.action: one for one in connected({**table, "apps": mapped}).capabilities if one.kind == "item"
    }
    assert wider[Action.ERASE].categories == EVERYTHING | {"credentials"}
    assert wider[Action.MINIMISE].categories == {"credentials"}
    assert wider[Action.MINIMISE].reversible
    assert [residue.code for residue in wider[Action.MINIMISE].residue] == ["revisions"]


def test_errors_hold_no_personal_data(
    connected: Callable[..., PodioConnector], state: PodioState, sandbox: Sandbox
) -> None:
    texts = []
    for fault in (answer(403, b"{}"), answer(400, b"{}"), answer(409, b"{}")):
        sandbox.faults.inject(fault, when=on("DELETE"))
        connector: PodioConnector = connected()
        with pytest.raises((Refused, Stale)) as caught:
            connector.dispose(order())
        texts.append(str(caught.value))
    assert not any("Garage" in text or "@" in text for text in texts)
    assert 502 in state.items
