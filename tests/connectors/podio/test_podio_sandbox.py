"""The simulated Podio behaves as the documents say: asked here by a plain HTTP client that knows no syncd."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.podio.sandbox import PodioState
    from syncd.testing.sandbox import Sandbox

CLIENT = {"client_id": "syncd-sandbox", "client_secret": "sandbox-client-secret"}
USER = {
    **CLIENT,
    "grant_type": "password",
    "username": "beheer@podio.example",
    "password": "sandbox-password",
}
ERROR_KEYS = {
    "error", "error_detail", "error_description", "error_parameters", "error_propagate", "request",
}  # fmt: skip


class Caller:
    """Somebody who calls the API by hand."""

    def __init__(self, url: str, session: requests.Session) -> None:
        self.url, self.session = url, session

    def __call__(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        return self.session.request(method, self.url + path, timeout=60, **kwargs)

    def sign_in(self, **grant: str) -> dict[str, Any]:
        answer = self("POST", "/oauth/token", data=grant)
        answer.raise_for_status()
        tokens: dict[str, Any] = answer.json()
        self.session.headers["Authorization"] = f"OAuth2 {tokens['access_token']}"
        return tokens


@pytest.fixture
def call(url: str) -> Iterator[Caller]:
    with requests.Session() as session:
        yield Caller(url, session)


@pytest.fixture
def user(call: Caller) -> Caller:
    call.sign_in(**USER)
    return call


@pytest.fixture
def app(call: Caller) -> Caller:
    call.sign_in(**CLIENT, grant_type="app", app_id="1001", app_token="app-token-1001")
    return call


def test_each_token_endpoint_takes_one_form_of_body(call: Caller) -> None:
    assert call("POST", "/oauth/token", data=USER).json()["expires_in"] == 28800
    assert call("POST", "/oauth/token/v2", json=USER).json()["ref"] == {"type": "user", "id": 1000}
    wrong = call("POST", "/oauth/token", json=USER)
    assert (wrong.status_code, wrong.json()["error_description"]) == (400, "Missing parameter client_id")
    wrong = call("POST", "/oauth/token/v2", data=USER)
    assert wrong.json()["error_description"] == "Invalid value null (null): must be object"


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"client_id": "x"}, "oauth.client.invalid_id"),
        ({"client_secret": "x"}, "oauth.client.invalid_secret"),
        ({"username": "x"}, "user.invalid.username"),
        ({"password": "x"}, "user.invalid.password"),
        ({"grant_type": "app", "app_id": "1001", "app_token": "x"}, None),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, None),
        ({"grant_type": "authorization_code", "code": "x"}, None),
        ({"grant_type": "magic"}, None),
    ],
)
def test_a_wrong_grant_is_refused(call: Caller, change: dict[str, str], detail: str | None) -> None:
    answer = call("POST", "/oauth/token", data={**USER, **change})
    assert answer.status_code == 400
    assert set(answer.json()) == ERROR_KEYS
    assert answer.json()["error_detail"] == detail


def test_a_user_with_a_second_factor_gets_a_nonce(call: Caller) -> None:
    answer = call("POST", "/oauth/token", data={**USER, "username": "tweestaps@podio.example"})
    assert answer.json() == {"server_nonce": "nonce-1"}


def test_a_refresh_token_and_a_code_work_once(call: Caller) -> None:
    first = call.sign_in(**CLIENT, grant_type="refresh_token", refresh_token="refresh-0")
    assert first["refresh_token"] != "refresh-0"
    again = {**CLIENT, "grant_type": "refresh_token", "refresh_token": "refresh-0"}
    assert call("POST", "/oauth/token", data=again).status_code == 400
    code = {
        **CLIENT,
        "grant_type": "authorization_code",
        "code": "code-0",
        "redirect_uri": "https://x.example",
    }
    assert [call("POST", "/oauth/token", data=code).status_code for _ in range(2)] == [200, 400]


@pytest.mark.parametrize(
    ("header", "status", "said"),
    [
        (None, 401, "invalid_request"),
        ("OAuth2 wrong", 401, "expired_token"),
        ("Bearer wrong", 401, "expired_token"),
        ("OAuth2 ", 400, None),
        ("Basic abc", 400, None),
    ],
)
def test_who_is_not_signed_in_is_told_so(
    call: Caller, header: str | None, status: int, said: str | None
) -> None:
    answer = call("GET", "/user/status", headers={"Authorization": header} if header else {})
    assert (answer.status_code, answer.json()["error_description"]) == (status, said)


def test_bearer_is_taken_too(user: Caller) -> None:
    token = str(user.session.headers["Authorization"]).removeprefix("OAuth2 ")
    assert user("GET", "/user/status", headers={"Authorization": f"Bearer {token}"}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/org/", 200),
        ("/org", 200),
        ("/org/1/space/", 200),
        ("/app/space/9001/", 200),
        ("/app/space/9001", 200),
        ("/app/1001", 200),
        ("/app/1001/", 404),
        ("/app/4242", 404),
        ("/item/501", 200),
        ("/item/501/", 404),
        ("/item/501/value", 200),
        ("/item/501/reference/", 200),
        ("/comment/item/501/", 200),
        ("/task/item/501/", 200),
        ("/task/item/4242/", 404),
        ("/comment/1", 404),
        ("/item/4242", 404),
        ("/oauth/scope", 200),
        ("/nothing/here", 404),
    ],
)
def test_lists_end_in_a_slash_and_objects_do_not(user: Caller, path: str, status: int) -> None:
    answer = user("GET", path)
    assert answer.status_code == status
    if status == 404:
        assert answer.json()["error"] == "not_found"
        assert answer.json()["request"] == {
            "url": f"http://api.podio.com{path}", "method": "GET", "query_string": ""
        }  # fmt: skip


def test_the_structure_leads_to_the_apps(user: Caller) -> None:
    (organisation,) = user("GET", "/org/").json()
    space = organisation["spaces"][0]["space_id"]
    apps = [app["app_id"] for app in user("GET", f"/app/space/{space}/").json()]
    assert apps == [1001, 1002, 1003]
    assert user("GET", "/app/1001").json()["token"] == "app-token-1001"


def test_a_filter_pages_and_sorts(user: Caller) -> None:
    path = "/item/app/1001/filter/"
    newest_first = user("POST", path, json={"remember": False}).json()
    assert [item["item_id"] for item in newest_first["items"]] == [503, 502, 501]
    page = {"limit": 2, "offset": 1, "sort_by": "item_id", "sort_desc": False, "remember": False}
    body = user("POST", path, json=page).json()
    assert (body["total"], body["filtered"]) == (3, 3)
    assert [item["item_id"] for item in body["items"]] == [502, 503]
    assert user("POST", path, json={"limit": 501}).status_code == 400
    assert user("GET", "/item/app/1001/count").json() == {"count": 3}


@pytest.mark.parametrize(
    ("app_id", "filters", "found"),
    [
        (1001, {"item_id": {"from": 502}}, [502, 503]),
        (1001, {"item_id": [501, 503]}, [501, 503]),
        (1001, {"relatie": [2]}, [503]),
        (1001, {"relatie-beeindigd-op": {"from": "2026-06-30 00:00:00", "to": "2026-07-01 00:00:00"}}, [502]),
        (1001, {"relatie-beeindigd-op": None}, [501, 503]),
        (1001, {"270000010": [2]}, [503]),
        (1001, {"naam": "Garage Snel"}, [501, 502, 503]),  # a filter on text is ignored without a word
        (1002, {"organisatie": [502]}, [602]),
        (1001, {"last_edit_on": {"to": "2020-01-01 00:00:00"}}, []),
    ],
)
def test_a_filter_selects(user: Caller, app_id: int, filters: dict[str, Any], found: list[int]) -> None:
    query = {"filters": filters, "sort_by": "item_id", "sort_desc": False, "remember": False}
    body = user("POST", f"/item/app/{app_id}/filter/", json=query).json()
    assert [item["item_id"] for item in body["items"]] == found
    assert body["filtered"] == len(found)


def test_reading_without_care_leaves_traces(user: Caller, state: PodioState) -> None:
    user("GET", "/item/501", params={"mark_as_viewed": "0"})
    user("POST", "/item/app/1001/filter", json={"remember": False})
    assert (state.items[501].viewed, state.last_view) == (False, {})
    user("GET", "/item/501")
    user("POST", "/item/app/1001/filter", json={"sort_by": "title"})
    assert (state.items[501].viewed, state.last_view) == (True, {"app_id": 1001, "sort_by": "title"})


def test_an_item_holds_only_fields_with_values(user: Caller) -> None:
    fields = {field["external_id"] for field in user("GET", "/item/602").json()["fields"]}
    assert fields == {"naam", "organisatie"}
    assert {one["external_id"] for one in user("GET", "/item/602/value").json()} == fields


def test_an_edit_makes_a_revision_and_an_old_one_conflicts(user: Caller) -> None:
    change = {"revision": 1, "fields": {"relatie-beeindigd-op": []}}
    assert user("PUT", "/item/502", json=change).json() == {"revision": 2, "title": "Garage Snel"}
    assert "relatie-beeindigd-op" not in {
        one["external_id"] for one in user("GET", "/item/502").json()["fields"]
    }
    conflict = user("PUT", "/item/502", json=change)
    assert (conflict.status_code, conflict.json()["error"]) == (409, "conflict")
    assert user("PUT", "/item/502", json={"fields": {"onbekend": []}}).status_code == 400
    assert user("PUT", "/item/502", data="no json").status_code == 400


@pytest.mark.parametrize(
    ("field", "given", "held"),
    [
        ("naam", "Garage Sneller", ["Garage Sneller"]),
        ("naam", [{"value": "Garage Sneller"}], ["Garage Sneller"]),
        ("270000001", {"value": "Garage Sneller"}, ["Garage Sneller"]),
        ("e-mail", [{"type": "home", "value": "a@b.example"}], ["a@b.example"]),
        ("relatie", 2, [{"id": 2, "text": "Leverancier", "status": "active", "color": "DCEBD8"}]),
        ("relatie-beeindigd-op", {"start": "2026-07-31 00:00:00"}, ["2026-07-31"]),
        ("relatie-beeindigd-op", {"start_date": "2026-07-31"}, ["2026-07-31"]),
        ("opmerkingen", [], []),
    ],
)
def test_an_edit_may_send_values_bare_or_wrapped(
    user: Caller, field: str, given: Any, held: list[Any]
) -> None:
    assert user("PUT", "/item/502", json={"fields": {field: given}}).status_code == 200
    fields = user("GET", "/item/502").json()["fields"]
    values = [
        one for it in fields if field in {it["external_id"], str(it["field_id"])} for one in it["values"]
    ]
    assert [one.get("start_date") or one["value"] for one in values] == held


@pytest.mark.parametrize(
    "fields",
    [{"naam": 5}, {"relatie": ["Klant"]}, {"relatie": 9}, {"relatie-beeindigd-op": {"start": "ooit"}}],
)
def test_an_edit_with_a_wrong_value_is_refused(
    user: Caller, state: PodioState, fields: dict[str, Any]
) -> None:
    before = state.snapshot()
    assert user("PUT", "/item/502", json={"fields": fields}).status_code == 400
    assert state.snapshot() == before


def test_a_deleted_item_cannot_be_retrieved_and_lies_in_the_trash(user: Caller, state: PodioState) -> None:
    assert user("DELETE", "/item/502").status_code == 204
    for method in ("GET", "DELETE"):
        assert user(method, "/item/502").status_code == 410
    state.knobs.deleted_status = 404
    assert user("GET", "/item/502").status_code == 404
    assert state.trash[502].values["naam"] == [{"value": "Garage Snel"}]
    # By default a deletion is told: to the stream, with the title, and to the customer's automations.
    assert state.stream == [{"deleted": 502, "title": "Garage Snel"}]
    assert state.hooks == [{"type": "item.delete", "item_id": 502}]


def test_a_bulk_deletion_answers_before_it_is_done(user: Caller, state: PodioState) -> None:
    state.knobs.at_once = 1
    answer = user("POST", "/item/app/1001/delete", json={"item_ids": [501, 503, 601]}).json()
    assert answer == {"deleted": [501], "pending": [503]}
    assert 503 in state.items
    assert user("GET", "/item/503").status_code == 410
    assert 601 in state.items
    assert user("POST", "/item/app/1001/delete", json={}).status_code == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/item/501"),
        ("POST", "/item/app/1001/delete"),
        ("GET", "/item/601"),
        ("GET", "/app/1002"),
        ("GET", "/org/"),
    ],
)
def test_an_app_token_may_not(app: Caller, state: PodioState, method: str, path: str) -> None:
    before = state.snapshot()
    answer = app(method, path, **({"json": {"item_ids": [501]}} if method == "POST" else {}))
    assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")
    assert state.snapshot() == before


def test_an_app_token_may_read(app: Caller) -> None:
    assert "delete" not in app("GET", "/item/501").json()["rights"]
    assert app("POST", "/item/app/1001/filter/", json={}).json()["total"] == 3
    assert app("GET", "/oauth/scope").json()[0]["ref_id"] == 1001


def test_a_limit_says_how_long_to_wait(user: Caller, state: PodioState) -> None:
    state.knobs.limit = state.calls + 1
    assert user("GET", "/item/501").status_code == 200
    answer = user("GET", "/item/501")
    assert answer.status_code == 420
    assert answer.json()["error"] == "rate_limit"
    assert "Please wait 300 seconds" in answer.json()["error_description"]
    assert answer.headers["x-rate-limit-remaining"] == "0"


def test_counts_tell_reads_by_post_from_writes(user: Caller, sandbox: Sandbox) -> None:
    user("POST", "/item/app/1001/filter/", json={})
    user("DELETE", "/item/501")
    user("DELETE", "/item/501")
    assert sandbox.counts() == {"reads": 2, "writes": 1, "refused": 1}


def test_what_hangs_on_an_item_has_an_address_of_its_own(user: Caller, state: PodioState) -> None:
    comment = state.hang("comment", 501, "Belt terug")
    photo = state.hang("file", 501, "foto.jpg", on=comment)
    task = state.hang("task", 501, "Nabellen")
    item = user("GET", "/item/501").json()
    assert [one["comment_id"] for one in item["comments"]] == [comment]
    assert [one["file_id"] for one in item["comments"][0]["files"]] == [photo]
    assert item["files"] == []
    assert [one["task_id"] for one in item["tasks"]] == [task]
    assert user("GET", "/comment/item/501/").json() == item["comments"]
    assert user("GET", f"/comment/{comment}").json() == item["comments"][0]
    assert user("GET", f"/file/{photo}").json()["name"] == "foto.jpg"
    assert "comment_count" not in item  # in the short view only
    listed = user("POST", "/item/app/1001/filter/", json={"filters": {"item_id": [501]}}).json()["items"][0]
    assert (listed["comment_count"], listed["file_count"]) == (1, 0)


def test_removing_one_is_told_unless_it_is_said_not_to(user: Caller, state: PodioState) -> None:
    before = state.items[501].event_on
    comment, task = state.hang("comment", 501, "a"), state.hang("task", 501, "b")
    assert state.items[501].event_on > before
    assert user("DELETE", f"/comment/{comment}").status_code == 204
    assert user("DELETE", f"/task/{task}").status_code == 204
    assert [one["type"] for one in state.hooks] == ["comment.delete", "task.delete"]
    assert state.stream == [{"deleted": task, "title": "b"}]
    assert [user("GET", path).status_code for path in (f"/comment/{comment}", f"/task/{task}")] == [410, 410]


@pytest.mark.parametrize("cascade", [False, True])
def test_what_hangs_on_a_deleted_item_may_stay(user: Caller, state: PodioState, cascade: bool) -> None:
    state.knobs.cascade = cascade
    file = state.hang("file", 501, "offerte.pdf")
    user("DELETE", "/item/501")
    assert user("GET", f"/file/{file}").status_code == (410 if cascade else 200)


def test_an_app_token_may_not_remove_what_hangs_on_an_item(app: Caller, state: PodioState) -> None:
    file, elsewhere = state.hang("file", 501), state.hang("file", 601)
    assert app("GET", f"/file/{file}").status_code == 200
    assert app("GET", f"/file/{elsewhere}").status_code == 403
    assert app("DELETE", f"/file/{file}").status_code == 403


def test_a_list_can_be_asked_to_be_short(user: Caller, state: PodioState) -> None:
    path = "/item/app/1001/filter/"
    query = {"filters": {"item_id": [501]}}
    micro = {"fields": "items.view(micro)"}
    more = {"fields": "items.view(micro).fields(comment_count,last_event_on)"}
    (short,) = user("POST", path, json=query, params=micro).json()["items"]
    assert set(short) == {"item_id", "app_item_id", "title", "revision"}
    (longer,) = user("POST", path, json=query, params=more).json()["items"]
    assert set(longer) == {*short, "comment_count", "last_event_on"}
    state.knobs.views = False
    assert "fields" in user("POST", path, json=query, params=micro).json()["items"][0]
