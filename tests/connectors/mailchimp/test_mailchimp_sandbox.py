"""The simulated service by itself, asked by a plain client."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
import requests
from starlette.responses import Response

from connectors.mailchimp import plugin
from connectors.mailchimp.sandbox.gate import Gate
from connectors.mailchimp.sandbox.rows import md5
from connectors.mailchimp.sandbox.state import State
from tests.connectors.mailchimp.kit import MEMBERS, Site, contact_id, member, world_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Message, Receive, Scope, Send

ANK = MEMBERS[0].email


def ask(site: Site, method: str, path: str, **more: Any) -> requests.Response:
    key = site.sandbox.credentials["api_key"]
    return requests.request(method, f"{site.url}/3.0{path}", auth=("anybody", key), timeout=60, **more)


def get(site: Site, path: str, **params: str) -> Any:
    return ask(site, "GET", path, params=params).json()


def test_basic_with_any_user_and_bearer_are_let_in_and_nothing_else(site: Site) -> None:
    key = site.sandbox.credentials["api_key"]
    ping = f"{site.url}/3.0/ping"
    assert requests.get(ping, auth=("x", key), timeout=5).json() == {"health_status": "Everything's Chimpy!"}
    assert requests.get(ping, headers={"Authorization": f"Bearer {key}"}, timeout=5).status_code == 200
    for refused in (
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic !!"},
        {"Authorization": key},
    ):
        denied = requests.get(ping, headers=refused, timeout=5)
        assert (denied.status_code, denied.json()["title"]) == (401, "API Key Invalid")
        assert denied.headers["content-type"] == "application/problem+json; charset=utf-8"


def test_pages_have_ten_rows_and_never_more_than_a_thousand(site_of: Callable[..., Site]) -> None:
    site = site_of(*(member(number) for number in range(1200)))
    path = "/lists/aud1/members"
    assert len(get(site, path)["members"]) == 10
    assert len(get(site, path, count="5000")["members"]) == 1000
    assert len(get(site, path, count="1000", offset="1000")["members"]) == 200
    assert get(site, path, count="0")["total_items"] == 1200


@pytest.mark.parametrize(
    ("params", "numbers"),
    [
        ({}, {1, 2, 3, 5, 6, 7, 8}),
        ({"status": "archived"}, {4}),
        ({"status": "cleaned"}, {5}),
        ({"since_last_changed": "2025-12-31T09:59:59+00:00"}, {2, 3}),
        ({"before_last_changed": "2021-05-01T10:00:00+00:00"}, {1, 5, 6, 7, 8}),
        ({"since_last_changed": "2025-12-31T09:59:59.1234567+00:00"}, {1, 2, 3, 5, 6, 7, 8}),
        ({"since_timestamp_opt": "2019-01-01T00:00:00+00:00"}, {1, 2, 3, 5}),
        ({"status": "unsubscribed", "unsubscribed_since": "2025-01-01T00:00:00+00:00"}, {2}),
    ],
)
def test_filters(site: Site, params: dict[str, str], numbers: set[int]) -> None:
    rows = get(site, "/lists/aud1/members", count="1000", **params)["members"]
    assert {one["contact_id"] for one in rows} == {contact_id(number) for number in numbers}


def test_a_filter_that_needs_a_status_says_so(site: Site) -> None:
    refused = ask(
        site, "GET", "/lists/aud1/members", params={"unsubscribed_since": "2025-01-01T00:00:00+00:00"}
    )
    assert refused.status_code == 400


def test_fields_and_exclude_fields_exclude_each_other(site: Site) -> None:
    path = "/lists/aud1/members"
    assert get(site, path, fields="members.id,total_items", count="1") == {
        "members": [{"id": md5(ANK)}],
        "total_items": 7,
    }
    row = get(site, path, exclude_fields="members._links,members.stats")["members"][0]
    assert "_links" not in row
    assert "stats" not in row
    assert ask(site, "GET", path, params={"fields": "a", "exclude_fields": "b"}).status_code == 400


def test_one_member_by_hash_address_and_contact_id(site: Site) -> None:
    for address in (md5(ANK), ANK, ANK.upper(), contact_id(1)):
        assert get(site, f"/lists/aud1/members/{address}")["contact_id"] == contact_id(1)
    assert ask(site, "GET", "/lists/aud2/members/nobody").json()["title"] == "Resource Not Found"


def test_nothing_is_an_empty_text_and_no_merge_fields_are_null(site: Site) -> None:
    assert get(site, f"/lists/aud1/members/{contact_id(7)}")["timestamp_opt"] == ""
    assert get(site, f"/lists/aud1/members/{contact_id(5)}")["merge_fields"] is None


def test_permanent_deletion_takes_the_hash_only_and_happens_once(site: Site) -> None:
    assert (
        ask(site, "POST", f"/lists/aud1/members/{contact_id(1)}/actions/delete-permanent").status_code == 404
    )
    deletion = f"/lists/aud1/members/{md5(ANK)}/actions/delete-permanent"
    done = ask(site, "POST", deletion, data="null", headers={"Content-Type": "application/json"})
    assert (done.status_code, done.content) == (204, b"")
    assert ask(site, "POST", deletion).status_code == 404
    assert get(site, "/search-members", query=ANK)["exact_matches"]["total_items"] == 1  # the other audience
    assert [one["id"] for one in get(site, "/lists", email=ANK)["lists"]] == ["aud2"]


@pytest.mark.parametrize("status", ["subscribed", "pending"])
def test_a_forgotten_address_cannot_be_imported_again(site: Site, status: str) -> None:
    site.state.forget("aud1", md5(ANK))
    body = {"email_address": ANK, "status": status, "status_if_new": status}
    for method, path in (("POST", "/lists/aud1/members"), ("PUT", f"/lists/aud1/members/{md5(ANK)}")):
        refused = ask(site, method, path, json=body)
        assert (refused.status_code, refused.json()["title"]) == (400, "Forgotten Email Not Subscribed")


def test_archiving_hides_and_can_not_be_done_to_some(site: Site) -> None:
    assert ask(site, "DELETE", f"/lists/aud1/members/{contact_id(1)}").status_code == 204
    assert site.vendor(1)["status"] == "archived"
    for number in (1, 4, 5, 6):
        assert ask(site, "DELETE", f"/lists/aud1/members/{contact_id(number)}").status_code == 405


def test_an_edited_address_is_another_hash_and_the_same_contact(site: Site) -> None:
    before = site.vendor(1)["last_changed"]
    edited = ask(
        site, "PATCH", f"/lists/aud1/members/{md5(ANK)}", json={"email_address": "New@example.nl"}
    ).json()
    assert (edited["id"], edited["contact_id"]) == (md5("new@example.nl"), contact_id(1))
    assert edited["last_changed"] > before


def test_the_feed_knows_when_somebody_unsubscribed(site: Site) -> None:
    ask(site, "PATCH", f"/lists/aud1/members/{contact_id(1)}", json={"status": "unsubscribed"})
    for number, entries in ((1, 1), (2, 1), (3, 0)):
        feed = get(site, f"/lists/aud1/members/{contact_id(number)}/activity-feed", activity_filters="unsub")
        assert [one["activity_type"] for one in feed["activity"]] == ["unsub"] * entries


@pytest.mark.parametrize("bare", [True, False])
def test_the_eleventh_call_at_once_is_turned_away(bare: bool) -> None:
    state = State.of(world_of())
    state.bare_429 = bare
    answers: list[tuple[int, bytes]] = []

    async def run() -> None:
        done = asyncio.Event()

        async def slow(scope: Scope, receive: Receive, send: Send) -> None:
            await done.wait()
            await Response()(scope, receive, send)

        gate = Gate(slow, state)
        waiting = [asyncio.create_task(call(gate)) for _ in range(10)]
        await asyncio.sleep(0)  # lets the ten begin
        answers.append(await call(gate))
        done.set()
        answers.extend(await asyncio.gather(*waiting))
        answers.append(await call(gate))

    async def call(gate: Gate) -> tuple[int, bytes]:
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        signed = (b"authorization", f"Bearer {state.key}".encode())
        await gate({"type": "http", "method": "GET", "headers": [signed]}, receive, send)
        return sent[0]["status"], sent[1]["body"]

    asyncio.run(run())
    assert [status for status, _ in answers] == [429] + [200] * 11
    assert (answers[0][1] == b"") == bare


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/nothing"), ("PUT", "/lists"), ("POST", "/lists/aud1/members/x")]
)
def test_what_does_not_exist_is_a_problem_document(site: Site, method: str, path: str) -> None:
    assert ask(site, method, path).json()["status"] in {404, 405}


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '{"email_address": "x@example.nl"}', '{"email_address": "", "status": "x"}']
)
def test_a_body_that_says_nothing_is_refused(site: Site, body: str) -> None:
    assert ask(site, "POST", "/lists/aud1/members", data=body).status_code == 400


def test_the_same_world_gives_the_same_state_and_every_deed_shows_in_it(site: Site) -> None:
    again = plugin.sandbox(world_of(*MEMBERS))
    assert again.digest() == site.sandbox.digest()
    assert again.credentials == site.sandbox.credentials
    ask(site, "POST", f"/lists/aud1/members/{md5(ANK)}/actions/delete-permanent")
    assert again.digest() != site.sandbox.digest()
    assert site.sandbox.counts() == {"reads": 0, "writes": 1, "refused": 0}
