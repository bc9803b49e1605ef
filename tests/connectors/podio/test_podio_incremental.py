"""Pulling again: ids and revisions of everything, the rest of what changed, and exactly what is gone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.podio.sandbox.apps import Item
from syncd.contract import ConnectorError, Transient
from syncd.testing.faults import answer, meanwhile, on

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.podio.connector import PodioConnector
    from connectors.podio.sandbox import PodioState
    from syncd.contract import Page
    from syncd.model import Record, RecordRef
    from syncd.testing.sandbox import LoggedRequest, Sandbox

OLD = "2021-03-04 09:30:00"
Index = "dict[RecordRef, Record]"


def applied(known: dict[RecordRef, Record], pages: list[Page]) -> dict[RecordRef, Record]:
    """Give what an index holds after these pages of a complete pull."""
    assert pages[-1].complete
    read = {record.ref: record for page in pages for record in page.records}
    if pages[-1].full:
        return read
    gone = {ref for page in pages for ref in page.gone}
    return {ref: one for ref, one in (known | read).items() if ref not in gone}


def fill(state: PodioState, ids: list[int], app_id: int = 1001) -> None:
    """Let there be these items in the app, and no others anywhere."""
    state.trash.clear()
    state.items = {key: Item(key, app_id, key, OLD, OLD, 0, {}) for key in ids}


def asked(sandbox: Sandbox, since: int) -> list[LoggedRequest]:
    return sandbox.requests[since:]


def in_full(requests: list[LoggedRequest]) -> list[str]:
    """Give the requests that bring whole items."""
    return [
        f"{one.method} {one.path}"
        for one in requests
        if ("/filter" in one.path and "micro" not in one.query)
        or (one.path.startswith("/item/") and one.method == "GET")
    ]


def test_an_unchanged_night_reads_no_item(
    connected: Callable[..., PodioConnector], sandbox: Sandbox, state: PodioState
) -> None:
    first = list(connected().pull(None))
    before = len(sandbox.requests)
    second = list(connected().pull(first[-1].cursor))
    calls = asked(sandbox, before)
    assert [one.path for one in calls].count("/oauth/token") == 1
    assert len(calls) == 1 + 3 + 3  # a token, three definitions, a list of ids of each app
    assert in_full(calls) == []
    assert second[-1].complete
    assert not second[-1].full
    assert not [record for page in second for record in page.records]
    assert not [ref for page in second for ref in page.gone]
    assert applied(applied({}, first), second) == applied({}, first)
    assert state.last_view == {}


def test_what_hangs_on_a_kept_project_is_no_news_every_night(
    connected: Callable[..., PodioConnector], sandbox: Sandbox, state: PodioState
) -> None:
    state.hang("file", 701, "ontwerp.pdf")
    first = list(connected().pull(None))
    before = len(sandbox.requests)
    second = list(connected().pull(first[-1].cursor))
    assert second[-1].complete
    assert in_full(asked(sandbox, before)) == []


def test_what_changed_is_read_and_what_went_is_told(
    connected: Callable[..., PodioConnector], state: PodioState
) -> None:
    first = list(connected().pull(None))
    state.edit(501, {"naam": [{"value": "Bakkerij Laatkomer"}]})
    state.delete(503, silent=True, hook=False)
    second = list(connected().pull(first[-1].cursor))
    assert {record.ref.key for page in second for record in page.records} == {"501"}
    assert [ref.key for page in second for ref in page.gone] == ["503"]
    fresh = applied({}, list(connected().pull(None)))
    assert applied(applied({}, first), second) == fresh


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    nights=st.lists(
        st.lists(
            st.tuples(st.sampled_from(["edit", "delete", "restore", "add", "comment"]), st.integers(0, 11)),
            max_size=8,
        ),
        min_size=1,
        max_size=3,
    ),
    page=st.sampled_from([2, 3, 500]),
    views=st.booleans(),
    everything=st.booleans(),
)
def test_a_pull_from_a_cursor_leads_where_a_full_one_does(
    connected: Callable[..., PodioConnector],
    state: PodioState,
    table: dict[str, Any],
    nights: list[list[tuple[str, int]]],
    page: int,
    views: bool,
    everything: bool,
) -> None:
    """Whatever happened in between, whatever the pages hold, and whether or not a list can be made short."""
    fill(state, [1, 2, 3, 4, 5])
    state.hanging.clear()
    state.knobs.page, state.knobs.views = page, views
    kept = {**table, "children": everything}
    pages = list(connected(kept).pull(None))
    index = applied({}, pages)
    for night in nights:
        for what, which in night:
            happen(state, what, which)
        pages = list(connected(kept).pull(pages[-1].cursor))
        index = applied(index, pages)
        assert index == applied({}, list(connected(kept).pull(None)))


def happen(state: PodioState, what: str, which: int) -> None:
    """Let somebody change the app."""
    key = which + 1
    if what == "add" and key not in state.items and key not in state.trash:
        state.items[key] = Item(key, 1001, key, OLD, OLD, 0, {})
    elif what == "restore" and key in state.trash:
        state.restore(key)
    elif key in state.items and what == "edit":
        day = [{"start": "2026-06-30 00:00:00", "start_date": "2026-06-30", "start_time": None}]
        state.edit(key, {"relatie-beeindigd-op": day if which % 2 else []})
    elif key in state.items and what == "delete":
        for one in state.on_item(key):
            state.remove(one.kind, one.id)
        state.delete(key, silent=True, hook=False)
    elif key in state.items and what == "comment":
        mine = state.on_item(key)
        if mine and which % 3 == 0:
            state.remove(mine[0].kind, mine[0].id)
        else:
            state.hang("comment", key)


@pytest.mark.parametrize(("changed", "calls"), [(1, 1 + 1), (2, 1 + 1), (9, 1 + 1)])
def test_what_changed_is_read_in_the_fewest_calls(
    connected: Callable[..., PodioConnector],
    sandbox: Sandbox,
    state: PodioState,
    changed: int,
    calls: int,
) -> None:
    fill(state, list(range(1, 13)))
    pages = list(connected().pull(None))
    for key in range(1, changed + 1):
        state.edit(key, {"plaats": [{"value": "Ede"}]})
    before = len(sandbox.requests)
    second = list(connected().pull(pages[-1].cursor))
    assert {record.ref.key for page in second for record in page.records} == {
        str(key) for key in range(1, changed + 1)
    }
    mine = [one for one in asked(sandbox, before) if "1001/filter" in one.path or one.path == "/item/1"]
    assert len(mine) == calls


def test_an_edit_that_no_filter_finds_is_read_all_the_same(
    connected: Callable[..., PodioConnector], sandbox: Sandbox, state: PodioState
) -> None:
    """A clock that is wrong, a filter that is ignored: the revision alone decides."""
    pages = list(connected().pull(None))
    for key in (501, 502):
        state.edit(key, {"plaats": [{"value": "Ede"}]})
        state.items[key].edited_on = "2001-01-01 00:00:00"
    second = list(connected().pull(pages[-1].cursor))
    assert {record.ref.key for page in second for record in page.records} >= {"501", "502"}
    nothing = json.dumps({"items": [], "filtered": 0, "total": 3}).encode()
    state.edit(501, {"plaats": [{"value": "Ede"}]})
    state.edit(503, {"plaats": [{"value": "Ede"}]})
    sandbox.faults.inject(answer(200, nothing), when=on("POST", "/item/app/1001/filter/"), times=1)
    # The list itself came empty here, and that is not believed either.
    third = list(connected().pull(second[-1].cursor))
    assert {record.ref.key for page in third for record in page.records} == {"501", "503"}


def test_an_item_that_goes_between_the_list_and_the_look_is_gone(
    connected: Callable[..., PodioConnector], sandbox: Sandbox, state: PodioState
) -> None:
    pages = list(connected().pull(None))
    state.edit(502, {"plaats": [{"value": "Ede"}]})
    elsewhere = meanwhile(lambda: state.delete(502, silent=True, hook=False))
    sandbox.faults.inject(elsewhere, when=on("POST", "/item/app/1001/filter/"))
    second = list(connected().pull(pages[-1].cursor))
    assert [ref.key for page in second for ref in page.gone] == ["502"]
    assert second[-1].complete


def test_an_item_that_was_erased_and_restored_between_two_pulls_is_read_again(
    connected: Callable[..., PodioConnector], state: PodioState
) -> None:
    """Else it would stay erased in the books: a deletion is a revision, so this one has another."""
    pages = list(connected().pull(None))
    state.delete(502, silent=True, hook=False)
    state.restore(502)
    second = list(connected().pull(pages[-1].cursor))
    assert [record.ref.key for page in second for record in page.records] == ["502"]


@pytest.mark.parametrize("listed", [[], [{"title": "no id"}]])
def test_a_list_that_cannot_be_right_proves_no_absence(
    connected: Callable[..., PodioConnector], sandbox: Sandbox, listed: list[Any]
) -> None:
    pages = list(connected().pull(None))
    body = json.dumps({"items": listed, "filtered": 3 if not listed else 1, "total": 3 if not listed else 1})
    sandbox.faults.inject(answer(200, body.encode()), when=on("POST", "/item/app/1001/filter/"), times=None)
    second = list(connected().pull(pages[-1].cursor))
    assert not any(page.complete for page in second)
    assert second[-1].cursor is None
    assert not [ref for page in second for ref in page.gone]


@pytest.mark.parametrize("cursor", ["", "null", "[]", "{}", '{"format": 1, "scope": "other", "apps": {}}'])
def test_a_cursor_that_is_not_understood_reads_everything(
    connected: Callable[..., PodioConnector], cursor: str
) -> None:
    pages = list(connected().pull(cursor))
    assert pages[-1].complete
    assert pages[-1].full
    assert len(applied({}, pages)) == 6


def test_another_mapping_reads_everything_and_another_secret_does_not(
    connected: Callable[..., PodioConnector], table: dict[str, Any]
) -> None:
    cursor = list(connected().pull(None))[-1].cursor
    assert not list(connected({**table, "share": 0.5, "hooks": True}).pull(cursor))[-1].full
    apps = table["apps"]
    changed = {**apps, "relaties": {**apps["relaties"], "categories": {"opmerkingen": "credentials"}}}
    pages = list(connected({**table, "apps": changed}).pull(cursor))
    assert pages[-1].full
    assert len(applied({}, pages)) == 6


def test_an_app_whose_definition_changed_is_read_whole(
    connected: Callable[..., PodioConnector], state: PodioState
) -> None:
    """A renamed option changes what items say without a new revision of theirs."""
    pages = list(connected().pull(None))
    state.apps[1001].revision += 1
    second = list(connected().pull(pages[-1].cursor))
    assert {record.ref.key for page in second for record in page.records} == {"501", "502", "503"}
    assert not second[-1].full


def test_an_app_with_a_formula_is_read_whole_every_time(
    connected: Callable[..., PodioConnector], state: PodioState
) -> None:
    """A formula over other items changes without a new revision."""
    field = state.apps[1001].by_name()["plaats"]
    field.type = "calculation"
    pages = list(connected().pull(None))
    state.items[501].values["plaats"] = [{"value": "Ede"}]
    second = list(connected().pull(pages[-1].cursor))
    assert {record.ref.key for page in second for record in page.records} == {"501", "502", "503"}
    state.delete(503, silent=True, hook=False)
    third = list(connected().pull(second[-1].cursor))
    assert [ref.key for page in third for ref in page.gone] == ["503"]


def test_an_interrupted_pull_goes_on_where_it_was(
    connected: Callable[..., PodioConnector], sandbox: Sandbox, state: PodioState
) -> None:
    sandbox.faults.inject(answer(503), when=on("POST", "/item/app/1003/*"), times=4)
    read: list[Page] = []
    with pytest.raises(Transient):
        read.extend(connected().pull(None))
    cursor = [page.cursor for page in read if page.cursor][-1]
    state.edit(501, {"plaats": [{"value": "Ede"}]})
    before = len(sandbox.requests)
    rest = list(connected().pull(cursor))
    assert rest[-1].complete
    assert not rest[-1].full
    assert {record.ref.key for page in rest for record in page.records} == {"501", "701"}
    assert in_full(asked(sandbox, before)) == [
        "GET /item/501",
        "POST /item/app/1003/filter/",
        "GET /item/502",  # it has ended: what hangs on it was not read yet
    ]
    assert applied(applied_so_far(read), rest) == applied({}, list(connected().pull(None)))


def applied_so_far(pages: list[Page]) -> dict[RecordRef, Record]:
    return {record.ref: record for page in pages for record in page.records}


def test_an_error_leaves_no_cursor_behind_it(
    connected: Callable[..., PodioConnector], sandbox: Sandbox, state: PodioState
) -> None:
    pages = list(connected().pull(None))
    state.edit(501, {"plaats": [{"value": "Ede"}]})
    sandbox.faults.inject(answer(403, b"{}"), when=on("POST", "/item/app/1001/*"), times=None)
    with pytest.raises(ConnectorError):
        list(connected().pull(pages[-1].cursor))


def test_a_cursor_holds_nothing_about_anybody(
    connected: Callable[..., PodioConnector], table: dict[str, Any], state: PodioState
) -> None:
    state.hang("comment", 502, "Belt liever niet")
    cursor = str(list(connected({**table, "children": True}).pull(None))[-1].cursor)
    assert "502" in cursor
    for secret in ("Garage", "Vogel", "Belt", "@", table["password"], table["username"]):
        assert secret not in cursor
