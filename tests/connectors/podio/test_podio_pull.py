"""Pulling: everything, once, without a trace, and honest when something slipped through."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.podio.sandbox import app_account_table
from connectors.podio.sandbox.apps import Item
from syncd.contract import Transient, Unusable
from syncd.testing.faults import answer, on, repeated_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.podio.connector import PodioConnector
    from connectors.podio.sandbox import PodioState
    from syncd.contract import Page
    from syncd.model import Record
    from syncd.testing.sandbox import Sandbox
    from syncd.testing.world.shapes import World

FILTER = "/item/app/1001/filter/"


def records(pages: list[Page]) -> dict[str, Record]:
    return {record.ref.key: record for page in pages for record in page.records}


def fill(state: PodioState, ids: list[int]) -> None:
    """Let there be these items in the app `relaties`, and no others anywhere."""
    state.trash.clear()
    state.items = {item_id: blank(item_id) for item_id in ids}


def blank(item_id: int) -> Item:
    return Item(item_id, 1001, item_id, "2021-03-04 09:30:00", "2021-03-04 09:30:00", 0, {})


def test_a_pull_reads_every_item_of_every_app(connected: Callable[..., PodioConnector], world: World) -> None:
    pages = list(connected().pull(None))
    read = [record.ref.key for page in pages for record in page.records]
    crm = world.crm
    truth = [one.id for one in crm.organisations] + [one.id for one in crm.persons] + [701]
    assert read == [str(item_id) for item_id in truth]
    assert [page.complete for page in pages].count(True) == 1
    assert pages[-1].complete
    assert all(page.full and page.identity == "space:9001" for page in pages)


def test_what_the_world_says_is_what_is_read(connected: Callable[..., PodioConnector]) -> None:
    read = records(list(connected().pull(None)))
    snail = read["502"]
    assert snail.categories == {"relation_record", "contact_details"}  # it has no KVK number and no IBAN
    assert [(event.kind, str(event.on)) for event in snail.events if event.kind == "ended"] == [
        ("ended", "2026-06-30")
    ]
    assert [event.role for event in read["503"].events if event.kind == "role"] == ["supplier", "customer"]
    assert [ref.key for ref in read["602"].member_of] == ["501", "502"]
    assert read["701"].categories == frozenset()
    assert read["701"].parent == read["501"].ref
    assert all(record.doubts == () for record in read.values())


def test_reading_leaves_no_trace(connected: Callable[..., PodioConnector], sandbox: Sandbox) -> None:
    before = sandbox.digest()
    connector = connected()
    for record in records(list(connector.pull(None))).values():
        connector.probe(record.ref)
    list(connector.check())
    assert sandbox.digest() == before
    assert sandbox.counts()["writes"] == 0
    assert sandbox.counts()["refused"] == 0


def test_no_call_is_made_that_is_not_needed(
    connected: Callable[..., PodioConnector], sandbox: Sandbox
) -> None:
    connector = connected()
    pages = list(connector.pull(None))
    # A token, three definitions, a page of each app, and what hangs on the one that has ended.
    assert len(sandbox.requests) == 1 + 3 + 3 + 1
    connector.probe(records(pages)["502"].ref)
    assert len(sandbox.requests) == 9


def test_a_careless_reader_would_leave_one(
    sandbox: Sandbox, state: PodioState, connected: Callable[..., PodioConnector]
) -> None:
    connector = connected()
    list(connector.pull(None))
    before = sandbox.digest()
    header = connector.client.tokens.header(1001)
    connector.client.http.read("/item/501", headers=header)
    assert state.items[501].viewed
    assert sandbox.digest() != before


def test_no_app_token_crosses_the_line(connected: Callable[..., PodioConnector], state: PodioState) -> None:
    connector = connected()
    seen = [
        *(json.dumps(connector.client.app(app_id)) for app_id in state.apps),
        json.dumps(connector.client.items(1002, 0).items),
        json.dumps(connector.client.item(1002, "601")),
        repr([list(connector.pull(None)), list(connector.check())]),
    ]
    served = json.dumps(state.app_json(state.apps[1001], next(iter(state.access.values()))))
    assert state.apps[1001].token in served  # the control: Podio does send it
    assert not any(app.token in text for app in state.apps.values() for text in seen)


def test_an_app_token_reads_its_own_app(
    connected: Callable[..., PodioConnector], sandbox: Sandbox, world: World
) -> None:
    pages = list(connected(app_account_table(sandbox)).pull(None))
    crm = world.crm
    assert len(records(pages)) == len(crm.organisations) + len(crm.persons) + len(crm.projects)
    assert [request.path for request in sandbox.requests].count("/oauth/token") == 3


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 7, 12])
def test_every_page_is_read_whatever_its_size(
    connected: Callable[..., PodioConnector], state: PodioState, count: int
) -> None:
    fill(state, list(range(1, count + 1)))
    state.knobs.page = 3
    pages = list(connected().pull(None))
    assert pages[-1].complete
    assert {key for key, one in records(pages).items() if one.ref.within == "1001"} == {
        str(number) for number in range(1, count + 1)
    }


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ids=st.lists(st.integers(1, 400), min_size=4, max_size=14, unique=True),
    page=st.integers(2, 4),
    changes=st.lists(
        st.tuples(st.integers(1, 4), st.sampled_from(["delete", "restore", "add"]), st.integers(0, 13)),
        max_size=3,
    ),
)
def test_a_complete_pull_missed_no_item_that_was_there_all_the_time(
    connected: Callable[..., PodioConnector],
    state: PodioState,
    ids: list[int],
    page: int,
    changes: list[tuple[int, str, int]],
) -> None:
    """Whatever somebody deletes, restores or adds between two pages."""
    fill(state, ids)
    state.knobs.page = page
    lasting = set(ids)
    read: set[str] = set()
    complete = False
    for number, one in enumerate(connected().pull(None), 1):
        read |= {record.ref.key for record in one.records}
        complete = complete or one.complete
        for when, what, which in changes:
            if when == number:
                lasting.discard(change(state, ids, what, which))
    if complete:  # and else nothing is proved by absence
        assert {str(item_id) for item_id in lasting} <= read
    if not changes:
        assert complete


def change(state: PodioState, ids: list[int], what: str, which: int) -> int:
    """Let somebody change the app; gives the id that was not there all the time."""
    item_id = ids[which % len(ids)]
    if what == "delete" and item_id in state.items:
        state.delete(item_id, silent=True, hook=False)
    elif what == "restore" and item_id in state.trash:
        state.restore(item_id)
    elif what == "add":
        state.items[1000 + which] = blank(1000 + which)
        return 1000 + which
    return item_id


def test_an_item_deleted_between_two_pages_is_noticed_and_the_app_read_again(
    connected: Callable[..., PodioConnector], state: PodioState
) -> None:
    fill(state, [1, 2, 3, 4, 5, 6])
    state.knobs.page = 3
    pull = connected().pull(None)
    first = next(pull)
    state.delete(1, silent=True, hook=False)
    rest = list(pull)
    assert rest[-1].complete
    keys = [
        record.ref.key for page in (first, *rest) for record in page.records if record.ref.within == "1001"
    ]
    assert sorted(keys) == ["1", "2", "3", "4", "5", "6"]


def test_changes_that_cancel_out_in_the_counts_are_noticed(
    connected: Callable[..., PodioConnector], state: PodioState
) -> None:
    """Two deleted and two added, then one restored and one deleted: the total never changes, one is missed."""
    fill(state, list(range(1, 11)))
    state.knobs.page = 3
    pull = connected().pull(None)
    pages = [next(pull)]
    for item_id in (1, 2):
        state.delete(item_id, silent=True, hook=False)
    state.items |= {21: blank(21), 22: blank(22)}
    pages.append(next(pull))
    state.restore(1)
    state.delete(10, silent=True, hook=False)
    pages.extend(pull)
    assert not pages[-1].complete  # it moved at both tries
    assert [problem.code for page in pages for problem in page.problems] == ["count_disagrees"]


def answered(items: list[Any], filtered: int, total: int) -> bytes:
    return json.dumps({"items": items, "filtered": filtered, "total": total}).encode()


@pytest.mark.parametrize(
    "body",
    [
        answered([], 0, 3),  # somebody's view was applied
        answered([], 3, 3),  # an empty list with 200
    ],
)
def test_counts_that_disagree_make_the_pull_incomplete(
    connected: Callable[..., PodioConnector], sandbox: Sandbox, body: bytes
) -> None:
    sandbox.faults.inject(answer(200, body), when=on("POST", FILTER), times=None)
    pages = list(connected().pull(None))
    assert not any(page.complete for page in pages)
    assert [problem.code for page in pages for problem in page.problems] == ["count_disagrees"]
    assert len(records(pages)) == 3  # what the other apps gave still counts


def test_a_page_that_comes_again_and_again_ends(
    connected: Callable[..., PodioConnector], sandbox: Sandbox, state: PodioState
) -> None:
    fill(state, [1, 2, 3, 4, 5])
    state.knobs.page = 2
    sandbox.faults.inject(repeated_page(), when=on("POST", FILTER), times=None)
    pages = list(connected().pull(None))
    assert not any(page.complete for page in pages)
    assert len([request for request in sandbox.requests if request.path == FILTER]) == 4


def test_an_item_that_cannot_be_read_makes_the_pull_incomplete(
    connected: Callable[..., PodioConnector], sandbox: Sandbox
) -> None:
    good = {"item_id": 1, "current_revision": {"revision": 0}, "fields": []}
    sandbox.faults.inject(
        answer(200, answered([good, {"title": "no id"}], 2, 2)), when=on("POST", FILTER), times=None
    )
    pages = list(connected().pull(None))
    assert "1" in records(pages)
    assert "unreadable_item" in {problem.code for page in pages for problem in page.problems}
    assert not any(page.complete for page in pages)


def test_a_lost_right_stops_the_account_and_what_was_read_counts(
    connected: Callable[..., PodioConnector], sandbox: Sandbox
) -> None:
    sandbox.faults.inject(
        answer(403, b'{"error":"forbidden"}'), when=on("POST", "/item/app/1002/*"), times=None
    )
    with pytest.raises(Unusable, match="make the user a member of its workspace"):
        list(connected().pull(None))
    pull = connected().pull(None)
    assert len(next(pull).records) == 3


@pytest.mark.parametrize("body", [b"<html>Maintenance</html>", b"[]", b'{"items": {}}', b"{}"])
def test_an_answer_of_another_kind_is_no_traceback(
    connected: Callable[..., PodioConnector], sandbox: Sandbox, body: bytes
) -> None:
    sandbox.faults.inject(answer(200, body), when=on("POST", FILTER), times=None)
    with pytest.raises(Unusable, match="account crm"):
        list(connected().pull(None))


def test_a_throttled_read_waits_as_long_as_the_text_says(
    connected: Callable[..., PodioConnector], state: PodioState, waits: list[float]
) -> None:
    state.knobs.throttled, state.knobs.wait = 2, 7
    assert list(connected().pull(None))[-1].complete
    assert any(5 < wait <= 7 for wait in waits)


def test_a_wait_of_an_hour_ends_the_run(connected: Callable[..., PodioConnector], state: PodioState) -> None:
    state.knobs.limit, state.knobs.wait = 0, 3600
    with pytest.raises(Transient) as later:
        list(connected().pull(None))
    assert later.value.retry_after == 3600
