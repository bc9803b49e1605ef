"""Files, comments and tasks: read when they could be due, erased before their item, never left behind unseen."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from connectors.podio.sandbox import PodioState, app_account_table
from syncd.contract import Refused, Stale, Unusable
from syncd.model import Action, Effect, Order, OrderState, PresenceState, RecordRef
from syncd.testing.faults import answer, on
from tests.cycle.kit import Installation, installed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from connectors.podio.connector import PodioConnector
    from connectors.podio.sandbox.hanging import Kind
    from syncd.contract import Page
    from syncd.model import Record
    from syncd.testing.sandbox import Sandbox

ENDED, LIVING, PERSON_OF_BOTH, PROJECT = 502, 501, 602, 701
ITEM = RecordRef("crm", "item", "502", "1001")
EVERYTHING = frozenset({"relation_record", "contact_details", "registration", "bank_details"})


def hanging(pages: list[Page]) -> dict[str, Record]:
    return {
        f"{record.ref.kind}:{record.ref.key}": record
        for page in pages
        for record in page.records
        if record.ref.kind != "item"
    }


def erase(record: Record) -> Order:
    return Order(
        "o-1",
        record.ref,
        Action.ERASE,
        record.categories,
        date(2026, 7, 28),
        record.version,
        "d",
        record.parent,
    )


def looks(sandbox: Sandbox, since: int = 0) -> list[str]:
    """Give the items that were read one by one."""
    return [
        one.path.removeprefix("/item/")
        for one in sandbox.requests[since:]
        if one.method == "GET" and one.path.startswith("/item/")
    ]


def hang_everything(state: PodioState, item_id: int) -> set[str]:
    """Hang one of each on an item, and a file on its comment and one in a field."""
    comment = state.hang("comment", item_id, "Belt liever niet")
    return {
        f"comment:{comment}",
        f"file:{state.hang('file', item_id, 'offerte.pdf')}",
        f"file:{state.hang('file', item_id, 'foto.jpg', on=comment)}",
        f"task:{state.hang('task', item_id, 'Nabellen')}",
    }


# --- pulling ------------------------------------------------------------------------------------------------


def test_what_hangs_on_an_ended_item_is_read_with_one_call(
    connected: Callable[..., PodioConnector], state: PodioState, sandbox: Sandbox
) -> None:
    made = hang_everything(state, ENDED)
    hang_everything(state, LIVING)
    pages = list(connected().pull(None))
    found = hanging(pages)
    assert set(found) == made
    assert looks(sandbox) == ["502"]
    assert {record.parent for record in found.values()} == {ITEM}
    assert {record.categories for record in found.values()} == {frozenset({"relation_record"})}
    assert {record.ref.within for record in found.values()} == {"1001/502"}
    assert "Belt" not in repr(pages)


def test_a_task_that_no_list_counts_is_read_once_its_item_has_ended(
    connected: Callable[..., PodioConnector], state: PodioState, sandbox: Sandbox
) -> None:
    tasks = {f"task:{state.hang('task', item_id)}" for item_id in (ENDED, LIVING, 601)}
    first = list(connected().pull(None))
    assert set(hanging(first)) == {
        one for one in tasks if state.hanging["task", int(one[5:])].item_id == ENDED
    }
    state.remove("task", next(number for kind, number in state.hanging if f"task:{number}" in hanging(first)))
    second = list(connected().pull(first[-1].cursor))
    before = len(sandbox.requests)
    list(connected().pull(second[-1].cursor))
    assert looks(sandbox, before) == []


def test_who_belongs_to_the_ended_alone_ends_with_them(
    connected: Callable[..., PodioConnector], state: PodioState, table: dict[str, Any]
) -> None:
    table["apps"]["projecten"]["on_end"] = "erase"
    for item_id in (601, PERSON_OF_BOTH, PROJECT):
        hang_everything(state, item_id)
    first = list(connected(table).pull(None))
    assert hanging(first) == {}  # 501 is alive
    day = {"start": "2026-06-30 00:00:00", "start_date": "2026-06-30", "start_time": None}
    state.edit(LIVING, {"relatie-beeindigd-op": [day]})
    second = hanging(list(connected(table).pull(first[-1].cursor)))
    assert {record.ref.within for record in second.values()} == {"1002/601", "1002/602", "1003/701"}
    assert {record.kind for record in second.values()} == {"person", "organisation"}


def test_children_reads_them_all_and_of_a_kept_project_none(
    connected: Callable[..., PodioConnector], state: PodioState, table: dict[str, Any], sandbox: Sandbox
) -> None:
    for item_id in (LIVING, ENDED, 601, PROJECT):
        state.hang("comment", item_id)
    found = hanging(list(connected({**table, "children": True}).pull(None)))
    assert {record.ref.within for record in found.values()} == {"1001/501", "1001/502", "1002/601"}
    assert sorted(looks(sandbox)) == ["501", "502", "601"]


def test_a_quiet_night_looks_only_at_items_with_tasks(
    connected: Callable[..., PodioConnector], state: PodioState, table: dict[str, Any], sandbox: Sandbox
) -> None:
    state.hang("comment", LIVING)
    hang_everything(state, ENDED)
    settings = {**table, "children": True}
    cursor = list(connected(settings).pull(None))[-1].cursor
    before = len(sandbox.requests)
    list(connected(settings).pull(cursor))
    assert looks(sandbox, before) == ["502"]


@pytest.mark.parametrize("kind", ["comment", "file", "task"])
def test_one_that_was_removed_is_told_and_a_new_one_read(
    connected: Callable[..., PodioConnector], state: PodioState, kind: Kind
) -> None:
    made = hang_everything(state, ENDED)
    first = list(connected().pull(None))
    gone = next(one for one in sorted(made) if one.startswith(kind))
    state.remove(kind, int(gone.partition(":")[2]))
    new = state.hang("comment", ENDED)
    second = list(connected().pull(first[-1].cursor))
    assert {f"{ref.kind}:{ref.key}" for page in second for ref in page.gone} == {gone}
    assert f"comment:{new}" in hanging(second)


def test_a_file_that_outlives_its_comment_is_not_called_gone(
    connected: Callable[..., PodioConnector], state: PodioState
) -> None:
    """The item lists it no longer, and it is still there under its own address: it can be erased there."""
    comment = state.hang("comment", ENDED)
    file = state.hang("file", ENDED, "foto.jpg", on=comment)
    connector = connected()
    first = list(connector.pull(None))
    state.remove("comment", comment)
    second = list(connector.pull(first[-1].cursor))
    assert [(ref.kind, ref.key) for page in second for ref in page.gone] == [("comment", str(comment))]
    assert connector.dispose(erase(hanging(first)[f"file:{file}"])).effect is Effect.DONE
    third = list(connector.pull(second[-1].cursor))
    assert [(ref.kind, ref.key) for page in third for ref in page.gone] == [("file", str(file))]


@pytest.mark.parametrize("cascade", [True, False])
def test_of_an_item_that_went_each_is_looked_at(
    connected: Callable[..., PodioConnector], state: PodioState, cascade: bool
) -> None:
    """Whether they went with it is not documented, so it is not supposed."""
    made = hang_everything(state, ENDED)
    first = list(connected().pull(None))
    state.knobs.cascade = cascade
    state.delete(ENDED, silent=True, hook=False)
    second = list(connected().pull(first[-1].cursor))
    gone = {f"{ref.kind}:{ref.key}" for page in second for ref in page.gone}
    assert gone == {"item:502"} | (made if cascade else set())


# --- probing and erasing ------------------------------------------------------------------------------------


def test_each_is_seen_erased_and_seen_gone_before_its_item(
    connected: Callable[..., PodioConnector], state: PodioState, sandbox: Sandbox
) -> None:
    hang_everything(state, ENDED)
    connector = connected()
    records = hanging(list(connector.pull(None)))
    for record in sorted(records.values(), key=lambda one: one.ref):
        assert connector.probe(record.ref).record == record
        assert connector.dispose(erase(record)).effect is Effect.DONE
        assert connector.probe(record.ref).state is PresenceState.ABSENT
        assert connector.dispose(erase(record)).effect is Effect.ALREADY
    assert state.hanging == {}
    writes = [f"{one.path.split('/')[1]}?{one.query}" for one in sandbox.requests if sandbox.wrote(one)]
    assert sorted(writes) == ["comment?hook=0", "file?", "file?", "task?silent=1&hook=0"]
    assert (state.hooks, state.stream) == ([], [])
    item = connector.probe(ITEM)
    assert item.record is not None
    assert connector.dispose(erase(item.record)).effect is Effect.DONE


def test_an_order_takes_as_many_calls_as_the_page_says(
    connected: Callable[..., PodioConnector], state: PodioState, sandbox: Sandbox
) -> None:
    state.hang("comment", ENDED)
    connector = connected()
    (comment,) = hanging(list(connector.pull(None))).values()
    item = connector.probe(ITEM).record
    assert item is not None
    for record, calls in ((comment, 5), (item, 6)):
        before = len(sandbox.requests)
        connector.probe(record.ref)
        connector.dispose(erase(record))
        assert connector.probe(record.ref).state is PresenceState.ABSENT
        assert len(sandbox.requests) - before == calls


@pytest.mark.parametrize("kind", ["comment", "file", "task"])
def test_an_item_is_not_deleted_while_something_hangs_on_it(
    connected: Callable[..., PodioConnector], state: PodioState, sandbox: Sandbox, kind: Kind
) -> None:
    connector = connected()
    seen = connector.probe(ITEM)
    assert seen.record is not None
    assert seen.children == ()
    made = state.hang(kind, ENDED)
    with pytest.raises(Stale, match="go before it"):
        connector.dispose(erase(seen.record))
    assert not [one for one in sandbox.requests if sandbox.wrote(one)]
    assert [(one.ref.kind, one.ref.key) for one in connector.probe(ITEM).children] == [(kind, str(made))]


@pytest.mark.parametrize(
    "hidden",
    [{"comments": None}, {"tasks": None}, {"files": None}, {"comment_count": 1}, {"file_count": 2}],
)
def test_what_podio_counts_and_does_not_list_is_left_to_a_person(
    connected: Callable[..., PodioConnector], state: PodioState, sandbox: Sandbox, hidden: dict[str, Any]
) -> None:
    connector = connected()
    seen = connector.probe(ITEM)
    assert seen.record is not None
    item = state.item_json(state.items[ENDED], next(iter(state.access.values())), full=True) | hidden
    sandbox.faults.inject(answer(200, json.dumps(item).encode()), when=on("GET", "/item/502"), times=None)
    sandbox.faults.inject(answer(403, b"{}"), when=on("GET", "/*/item/502/"), times=None)
    with pytest.raises(Refused, match="by hand"):
        connector.dispose(erase(seen.record))
    assert ENDED in state.items


def test_what_an_item_does_not_list_is_asked_for(
    connected: Callable[..., PodioConnector], state: PodioState, sandbox: Sandbox
) -> None:
    made = {f"comment:{state.hang('comment', ENDED)}", f"task:{state.hang('task', ENDED)}"}
    connector = connected()
    connector.probe(ITEM)
    item = state.item_json(state.items[ENDED], next(iter(state.access.values())), full=True)
    short = {key: value for key, value in item.items() if key not in {"comments", "tasks"}}
    sandbox.faults.inject(answer(200, json.dumps(short).encode()), when=on("GET", "/item/502"), times=None)
    assert {f"{one.ref.kind}:{one.ref.key}" for one in connector.probe(ITEM).children} == made


def test_a_file_in_a_field_hangs_on_the_item_too(
    connected: Callable[..., PodioConnector], state: PodioState, sandbox: Sandbox
) -> None:
    connector = connected()
    connector.probe(ITEM)
    item = state.item_json(state.items[ENDED], next(iter(state.access.values())), full=True)
    image = {
        "field_id": 270000010,
        "type": "image",
        "values": [{"value": {"file_id": 77, "name": "logo.png"}}],
    }
    item["fields"].append(image)
    sandbox.faults.inject(answer(200, json.dumps(item).encode()), when=on("GET", "/item/502"))
    assert [(one.ref.kind, one.ref.key) for one in connector.probe(ITEM).children] == [("file", "77")]


def test_an_app_token_reads_and_may_not_delete(
    connected: Callable[..., PodioConnector], state: PodioState, sandbox: Sandbox
) -> None:
    state.hang("comment", ENDED)
    connector = connected(app_account_table(sandbox))
    (record,) = hanging(list(connector.pull(None))).values()
    with pytest.raises(Refused, match="sign in as a user"):
        connector.dispose(erase(record))


def test_absent_counts_only_while_the_app_can_be_read(
    connected: Callable[..., PodioConnector], state: PodioState, sandbox: Sandbox
) -> None:
    state.hang("comment", ENDED)
    connector = connected()
    (record,) = hanging(list(connector.pull(None))).values()
    sandbox.faults.inject(answer(404, b"{}"), when=on("GET"), times=None)
    with pytest.raises(Unusable):
        connector.probe(record.ref)


@pytest.mark.parametrize("within", ["", "502", "4242/502", "x/502"])
def test_one_of_an_app_that_is_not_configured_is_said(
    connected: Callable[..., PodioConnector], sandbox: Sandbox, within: str
) -> None:
    with pytest.raises(Unusable, match="not configured"):
        connected().probe(RecordRef("crm", "comment", "1", within))
    assert sandbox.requests == []


# --- the whole line -----------------------------------------------------------------------------------------


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    with installed(tmp_path, seed=5, size=40) as made:
        yield made


def test_what_was_not_read_is_found_before_the_write_and_goes_first(here: Installation) -> None:
    """A task that came after the item was read is counted nowhere: only the look before the write finds it."""
    state = here.simulation.sandboxes["crm"].state
    assert isinstance(state, PodioState)
    here.run()
    due = next(
        one
        for one in here.orders()
        if (one.order.ref.account, one.order.ref.kind) == ("crm", "item")
        and one.order.erase_on <= here.app().today()
        and not any(other.order.parent == one.order.ref for other in here.orders())
    )
    item_id = int(due.order.ref.key)
    happened = state.items[item_id].event_on
    task = state.hang("task", item_id, "Nabellen")
    state.items[item_id].event_on = happened  # whether a task moves it is not documented: here it does not
    here.approve()
    here.run(send=True)
    assert item_id in state.items
    assert {one.id: (one.state, one.code) for one in here.orders()}[due.id] == (
        OrderState.SUPERSEDED,
        "children_found",
    )
    here.run()
    item = due.order.ref
    mine = {
        one.order.ref.kind: one
        for one in here.orders()
        if one.state is OrderState.SCHEDULED and item in {one.order.ref, one.order.parent}
    }
    assert mine.keys() == {"item", "task"}
    assert mine["task"].order.parent == mine["item"].order.ref
    here.approve()
    here.run(send=True)
    assert item_id not in state.items
    assert ("task", task) in state.removed
    deleted = [one.path for one in here.writes()["crm"]]
    assert deleted.index(f"/task/{task}") < deleted.index(f"/item/{item_id}")
