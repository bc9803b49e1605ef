"""The sandbox kit over real sockets: what the log says, what each fault does, how servers start and stop."""

from __future__ import annotations

import json
import logging
import threading
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
import requests
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from syncd.testing.faults import (
    answer,
    answer_after,
    answer_lost,
    any_read,
    any_write,
    cut_body,
    cut_chunk,
    cut_headers,
    delay,
    drip,
    empty_list,
    maintenance_page,
    meanwhile,
    on,
    repeated_page,
    reset_after,
    reset_before,
)
from syncd.testing.sandbox import Sandbox, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

    from syncd.testing.faults import Fault
    from syncd.testing.sandbox import LoggedRequest


class Shelf:
    """A service that holds things by number."""

    def __init__(self) -> None:
        self.things = {"1": "one", "2": "two"}

    def snapshot(self) -> dict[str, Any]:
        return dict(self.things)

    async def all(self, request: Request) -> Response:
        page = request.query_params.get("page", "1")
        return JSONResponse([{"id": page, "name": self.things.get(page)}])

    async def one(self, request: Request) -> Response:
        number = request.path_params["number"]
        if number not in self.things:
            return JSONResponse({"error": "not found"}, status_code=404)
        if request.method == "DELETE":
            del self.things[number]
            return Response(status_code=204)
        return JSONResponse({"id": number, "name": self.things[number]})

    async def search(self, request: Request) -> Response:
        return JSONResponse(await request.json())

    async def broken(self, _request: Request) -> Response:
        raise LookupError


def only_reads(request: LoggedRequest) -> bool:
    return request.path == "/search" and b"forget" not in request.body


@pytest.fixture
def sandbox() -> Sandbox:
    shelf = Shelf()
    app = Starlette(
        routes=[
            Route("/things", shelf.all),
            Route("/things/{number}", shelf.one, methods=["GET", "DELETE"]),
            Route("/search", shelf.search, methods=["POST"]),
            Route("/broken", shelf.broken),
        ]
    )
    return Sandbox(app, shelf, reads=only_reads)


@pytest.fixture
def address(sandbox: Sandbox) -> Iterator[str]:
    with serve(sandbox) as url:
        yield url


def get(url: str, **options: Any) -> requests.Response:
    return requests.get(url, timeout=5, **options)


def delete(url: str) -> requests.Response:
    return requests.delete(url, timeout=5)


def test_the_log_tells_what_was_asked_and_the_counts_add_up(sandbox: Sandbox, address: str) -> None:
    get(f"{address}/things?page=2")
    requests.post(f"{address}/search", json={"a": 1}, timeout=5)
    delete(f"{address}/things/1")
    delete(f"{address}/things/1")

    assert [(one.method, one.path, one.query, one.status) for one in sandbox.requests] == [
        ("GET", "/things", "page=2", 200),
        ("POST", "/search", "", 200),
        ("DELETE", "/things/1", "", 204),
        ("DELETE", "/things/1", "", 404),
    ]
    assert json.loads(sandbox.requests[1].body) == {"a": 1}
    assert sandbox.counts() == {"reads": 2, "writes": 1, "refused": 1}


def test_a_vendor_may_name_what_it_does_in_the_body(sandbox: Sandbox, address: str) -> None:
    """JSON-RPC and GraphQL: every call has one method and one address."""
    sandbox.faults.inject(answer(503), when=any_write, times=None)

    def call(name: str) -> int:
        return requests.post(f"{address}/search", json={"call": name}, timeout=5).status_code

    assert (call("look"), call("forget")) == (200, 503)
    assert [sandbox.wrote(one) for one in sandbox.requests] == [False, True]


def test_the_first_page_comes_again_also_where_the_body_names_the_page(
    sandbox: Sandbox, address: str
) -> None:
    sandbox.faults.inject(repeated_page(), times=None)

    def ask(number: int, call: str, skip: int) -> str:
        body = {"jsonrpc": "2.0", "id": number, "call": call, "params": {"page": {"skip": skip}, "of": 7}}
        return requests.post(f"{address}/search", json=body, timeout=5).text

    first = ask(1, "contacts", 0)
    assert ask(2, "contacts", 25) == first
    assert '"papers"' in ask(3, "papers", 0)


def test_a_request_is_logged_before_its_client_knows_the_answer(sandbox: Sandbox, address: str) -> None:
    with requests.Session() as session:
        for count in range(1, 101):
            session.get(f"{address}/things", timeout=5)
            assert len(sandbox.requests) == count


def test_the_digest_changes_with_what_the_service_holds_and_with_nothing_else(
    sandbox: Sandbox, address: str
) -> None:
    before = sandbox.digest()
    get(f"{address}/things/1")
    assert sandbox.digest() == before
    delete(f"{address}/things/1")
    assert sandbox.digest() != before


def test_an_error_in_the_simulation_is_logged_as_a_500(
    sandbox: Sandbox, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        assert get(f"{address}/broken").status_code == 500
    assert sandbox.requests[-1].status == 500


def test_many_services_run_at_once_and_each_logs_its_own_requests() -> None:
    def visit(count: int, outcome: list[bool]) -> None:
        shelf = Shelf()
        own = Sandbox(Starlette(routes=[Route("/things", shelf.all)]), shelf)
        with serve(own) as url:
            for _ in range(count):
                get(f"{url}/things")
        outcome.append(len(own.requests) == count)

    outcome: list[bool] = []
    threads = [threading.Thread(target=visit, args=(count, outcome)) for count in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcome == [True] * 8


def test_a_stopped_service_accepts_nothing(sandbox: Sandbox) -> None:
    with serve(sandbox) as url:
        get(f"{url}/things")
    with pytest.raises(requests.ConnectionError):
        get(f"{url}/things")


def test_a_service_can_be_served_again_on_the_same_port(sandbox: Sandbox) -> None:
    with serve(sandbox) as first:
        get(f"{first}/things")
    with serve(sandbox, port=int(first.rsplit(":", 1)[1])) as second:
        assert second == first
        assert get(f"{second}/things").status_code == 200


@pytest.mark.parametrize(
    ("fault", "done"),
    [
        (reset_before(), False),
        (reset_after(), True),
        (answer_lost(), True),
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_a_write_whose_answer_never_comes(sandbox: Sandbox, address: str, fault: Fault, done: bool) -> None:
    sandbox.faults.inject(fault)
    with pytest.raises(requests.ConnectionError):
        delete(f"{address}/things/1")
    assert ("1" not in sandbox.state.snapshot()) is done
    [entry] = sandbox.requests
    assert (entry.status, entry.app_status, entry.fault) == (0, 204 if done else 0, fault.name)
    assert sandbox.counts() == {"reads": 0, "writes": int(done), "refused": int(not done)}


@pytest.mark.parametrize(
    ("fault", "done"), [(answer(503), False), (answer_after(500), True)], ids=["before", "after"]
)
def test_a_server_error_comes_before_or_after_the_effect(
    sandbox: Sandbox, address: str, fault: Fault, done: bool
) -> None:
    sandbox.faults.inject(fault)
    assert delete(f"{address}/things/1").status_code >= 500
    assert ("1" not in sandbox.state.snapshot()) is done


@pytest.mark.parametrize("fault", [cut_body(5), cut_chunk(5)], ids=lambda fault: fault.name)
def test_a_cut_body_is_seen_as_cut(sandbox: Sandbox, address: str, fault: Fault) -> None:
    sandbox.faults.inject(fault)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        get(f"{address}/things")
    assert get(f"{address}/things").json() == [{"id": "1", "name": "one"}]


def test_cut_headers_end_within_a_line(sandbox: Sandbox, address: str) -> None:
    sandbox.faults.inject(cut_headers())
    cut = get(f"{address}/things")
    assert cut.content == b""  # requests alone takes this for a whole answer
    assert get(f"{address}/things").content != b""


def test_a_drip_keeps_a_client_waiting_that_only_limits_each_read(sandbox: Sandbox, address: str) -> None:
    sandbox.faults.inject(drip(0.002))
    assert get(f"{address}/things").json() == [{"id": "1", "name": "one"}]


def test_a_client_that_gives_up_waiting_frees_the_service(sandbox: Sandbox, address: str) -> None:
    sandbox.faults.inject(delay(3600))
    with pytest.raises(requests.ReadTimeout):
        requests.delete(f"{address}/things/1", timeout=0.2)
    assert "1" not in sandbox.state.snapshot()
    assert get(f"{address}/things/2").status_code == 200


def test_a_storm_is_as_long_as_it_was_told_and_begins_when_it_was_told(
    sandbox: Sandbox, address: str
) -> None:
    sandbox.faults.inject(answer(429, b"Retry later", {"Retry-After": "7"}), when=any_read, skip=1, times=2)
    seen = [get(f"{address}/things") for _ in range(4)]
    assert [one.status_code for one in seen] == [200, 429, 429, 200]
    assert seen[1].headers["Retry-After"] == "7"
    assert seen[1].content == b"Retry later"


def test_faults_fit_by_method_path_and_purpose(sandbox: Sandbox, address: str) -> None:
    sandbox.faults.inject(answer(503), when=any_write, times=None)
    sandbox.faults.inject(answer(403), when=on("GET", "/things/*"), times=None)
    assert get(f"{address}/things").status_code == 200
    assert get(f"{address}/things/1").status_code == 403
    assert delete(f"{address}/things/1").status_code == 503
    assert requests.post(f"{address}/search", json={}, timeout=5).status_code == 200
    sandbox.faults.clear()
    assert get(f"{address}/things/1").status_code == 200


def test_pages_that_lie(sandbox: Sandbox, address: str) -> None:
    sandbox.faults.inject(maintenance_page())
    assert get(f"{address}/things").headers["content-type"] == "text/html"
    sandbox.faults.inject(empty_list())
    assert get(f"{address}/things").json() == []
    sandbox.faults.inject(repeated_page(), times=None)
    pages = [get(f"{address}/things?page={page}").json()[0]["id"] for page in (1, 2, 2)]
    assert pages == ["1", "1", "1"]


def test_a_record_can_change_between_the_read_and_what_follows(sandbox: Sandbox, address: str) -> None:
    shelf = sandbox.state
    assert isinstance(shelf, Shelf)
    sandbox.faults.inject(meanwhile(lambda: shelf.things.update({"1": "uno"})))
    assert get(f"{address}/things/1").json()["name"] == "one"
    assert get(f"{address}/things/1").json()["name"] == "uno"


def test_a_service_says_its_own_time_or_the_hosts(sandbox: Sandbox, address: str) -> None:
    assert get(f"{address}/things").headers["date"].endswith(" GMT")
    sandbox.clock = lambda: datetime(2026, 11, 24, 14, 0, tzinfo=timezone(timedelta(hours=1)))
    assert get(f"{address}/things").headers["date"] == "Tue, 24 Nov 2026 13:00:00 GMT"
    sandbox.faults.inject(answer(200, headers={"date": "Thu, 01 Jan 1970 00:00:00 GMT"}))
    assert get(f"{address}/things").headers["date"] == "Thu, 01 Jan 1970 00:00:00 GMT"
