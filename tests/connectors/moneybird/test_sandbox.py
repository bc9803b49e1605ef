"""The simulated service as a client that nobody here wrote would see it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import requests

from syncd.testing.world import make_world
from tests.connectors.moneybird.bench import ADMINISTRATION, TODAY, bench_of, contact, paper

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.connectors.moneybird.bench import Bench

TOKEN = {"Authorization": "Bearer sandbox-token"}


def ask(bench: Bench, method: str, path: str, **more: Any) -> requests.Response:
    address = f"{bench.address}/api/v2/{ADMINISTRATION}/{path}"
    return requests.request(method, address, headers=TOKEN, timeout=60, **more)


def ids(response: requests.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [one["id"] for one in response.json()]


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    return make_bench(
        (contact(1), contact(2, archived=True, company_name="", firstname="Jan", lastname="Jansen")),
        (
            paper(11, 1, date=date(2025, 12, 31)),
            paper(12, 1, date=date(2026, 1, 1), state="paid"),
            paper(13, 1, "external_sales_invoices", date=date(2025, 12, 31)),
            paper(14, 1, "recurring_sales_invoices", state="active"),
            paper(15, 1, "recurring_sales_invoices", state="inactive"),
        ),
    )


@pytest.mark.parametrize("token", [None, "", "Bearer fout", "sandbox-token"])
def test_without_the_token_nothing_is_answered(bench: Bench, token: str | None) -> None:
    headers = {} if token is None else {"Authorization": token}
    answer = requests.get(f"{bench.address}/api/v2/administrations.json", headers=headers, timeout=60)
    assert answer.status_code == 401


def test_the_suffix_may_be_left_out(bench: Bench) -> None:
    assert ids(ask(bench, "GET", "contacts")) == ids(ask(bench, "GET", "contacts.json")) == ["1"]


def test_archived_contacts_hide_unless_asked_for(bench: Bench) -> None:
    for path in ("contacts.json", "contacts/synchronization.json"):
        assert ids(ask(bench, "GET", path)) == ["1"]
        assert ids(ask(bench, "GET", path, params={"include_archived": "true"})) == ["1", "2"]


def test_the_defaults_hide_history(bench: Bench) -> None:
    assert ids(ask(bench, "GET", "sales_invoices.json")) == ["12"]
    assert ids(ask(bench, "GET", "sales_invoices.json", params={"filter": "state:all"})) == ["11", "12"]
    assert ids(ask(bench, "GET", "sales_invoices/synchronization.json")) == ["11", "12"]
    assert ids(ask(bench, "GET", "external_sales_invoices/synchronization.json")) == []
    assert ids(ask(bench, "GET", "recurring_sales_invoices.json")) == ["14"]


@pytest.mark.parametrize(
    ("terms", "wanted"),
    [
        ("period:20250101..20251231", ["11"]),
        ("period:202512..202601", ["11", "12"]),
        ("period:prev_year,state:open|paid", ["11"]),
        ("state:paid", ["12"]),
        ("contact_id:2", []),
        ("contact_id:1,unknown:x", ["11", "12"]),
        ("updated_after:2025-12-31T23:00:00Z", ["12"]),
    ],
)
def test_filters(bench: Bench, terms: str, wanted: list[str]) -> None:
    assert ids(ask(bench, "GET", "sales_invoices.json", params={"filter": terms})) == wanted


@pytest.mark.parametrize(
    ("path", "params", "error"),
    [
        ("sales_invoices.json", {"filter": "state:gone"}, "Status is not included in the list"),
        ("recurring_sales_invoices.json", {"filter": "state:all"}, "Status is not included in the list"),
        (
            "sales_invoices.json",
            {"filter": "period:20250101.."},
            "Period must have both a start and end date",
        ),
        ("sales_invoices.json", {"filter": "period:202501"}, "Period must have both a start and end date"),
        ("contacts.json", {"per_page": "101"}, "per_page does not have a valid value"),
        ("contacts.json", {"per_page": "0"}, "per_page does not have a valid value"),
        ("contacts.json", {"page": "x"}, "page does not have a valid value"),
        ("documents/receipts.json", {"per_page": "500"}, "Per Page is too big"),
    ],
)
def test_refused_questions(bench: Bench, path: str, params: dict[str, str], error: str) -> None:
    answer = ask(bench, "GET", path, params=params)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_one_filter_looks_the_contact_up(bench: Bench) -> None:
    answer = ask(bench, "GET", "external_sales_invoices.json", params={"filter": "contact_id:9"})
    assert (answer.status_code, answer.json()["symbolic"]) == (404, {"contact_id": "not_found"})


def test_above_a_hundred_ids_the_rest_is_dropped_silently(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(tuple(contact(key) for key in range(1, 151)))
    answer = ask(bench, "POST", "contacts/synchronization.json", json={"ids": list(range(1, 151))})
    assert len(ids(answer)) == 100
    assert ask(bench, "POST", "contacts/synchronization.json", json={}).json()["symbolic"] == {
        "ids": "required"
    }


def test_pages_point_to_the_next(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(tuple(contact(key) for key in range(1, 31)))
    first = ask(bench, "GET", "contacts.json")
    second = ask(bench, "GET", "contacts.json", params={"page": "2"})
    assert (len(ids(first)), len(ids(second))) == (25, 5)
    assert 'rel="next"' in first.headers["Link"]
    assert "Link" not in second.headers


def test_each_write_leaves_its_trace_and_another_version(bench: Bench) -> None:
    before = bench.contact(1) or {}
    version, past = before["version"], len(before["events"])
    answer = ask(bench, "PATCH", "contacts/1.json", json={"contact": {"city": "Zwolle"}})
    assert answer.json()["city"] == "Zwolle"
    assert answer.json()["version"] > version
    assert answer.json()["events"][past]["data"]["changes"] == {"city": ["", "Zwolle"]}


def test_a_contact_keeps_a_name(bench: Bench) -> None:
    answer = ask(bench, "PATCH", "contacts/1.json", json={"contact": {"company_name": ""}})
    assert answer.status_code == 422
    assert set(answer.json()["details"]) == {"company_name", "firstname", "lastname"}
    assert (bench.contact(1) or {})["company_name"]


@pytest.mark.parametrize("body", [None, {}, {"contact": {"email": ""}}, {"contact": {"archived": "true"}}])
def test_what_cannot_be_set_is_refused(bench: Bench, body: Any) -> None:
    digest = bench.sandbox.digest()
    assert ask(bench, "PATCH", "contacts/1.json", json=body).status_code == 400
    assert bench.sandbox.digest() == digest


def test_deleting_keeps_what_papers_need(bench: Bench) -> None:
    kept = ask(bench, "DELETE", "contacts/1.json")
    assert (kept.status_code, kept.headers["X-Kept-As"]) == (204, "archived")
    again = ask(bench, "DELETE", "contacts/1.json")
    assert (again.status_code, again.json()["symbolic"]) == (400, {"id": "can_not_be_archived"})
    gone = ask(bench, "DELETE", "contacts/2.json")
    assert (gone.status_code, "X-Kept-As" in gone.headers) == (204, False)
    assert ask(bench, "GET", "contacts/2.json", params={"include_archived": "true"}).status_code == 404
    assert not any(
        one["active"] for one in bench.sandbox.administration.documents["recurring_sales_invoices"].values()
    )


def test_papers_can_be_deleted_by_whoever_asks_and_carry_their_contact(bench: Bench) -> None:
    shown = ask(bench, "GET", "sales_invoices/11.json").json()
    assert shown["contact"]["company_name"] == "Bedrijf 1 B.V."
    assert "events" not in shown["contact"]
    assert ask(bench, "DELETE", "sales_invoices/11.json").status_code == 204
    assert ask(bench, "GET", "sales_invoices/11.json").status_code == 404


@pytest.mark.parametrize(
    "path", ["contacts/9.json", "sales_invoices/9.json", "nothing.json", "contacts/1/x/2.json"]
)
def test_what_is_not_there_is_not_found(bench: Bench, path: str) -> None:
    for method in ("GET", "DELETE"):
        assert ask(bench, method, path).status_code == 404


def test_another_administration_is_not_found(bench: Bench) -> None:
    answer = requests.get(f"{bench.address}/api/v2/9/contacts.json", headers=TOKEN, timeout=60)
    assert answer.status_code == 404


def test_the_same_seed_gives_the_same_state_and_another_one_does_not() -> None:
    digests = []
    for seed in (1, 1, 2):
        with bench_of(make_world(seed, 30, TODAY)) as bench:
            digests.append(bench.sandbox.digest())
    assert digests[0] == digests[1] != digests[2]


def test_contacts_people_and_notes_can_be_made_and_are_refused_without_a_name(bench: Bench) -> None:
    made = ask(bench, "POST", "contacts", json={"contact": {"company_name": "Nieuw B.V.", "phone": "020 1"}})
    assert (made.status_code, made.json()["phone"], made.json()["archived"]) == (201, "020 1", False)
    there = f"contacts/{made.json()['id']}"
    person = ask(
        bench, "POST", f"{there}/contact_people", json={"contact_person": {"firstname": "A", "lastname": "B"}}
    )
    note = ask(bench, "POST", f"{there}/notes", json={"note": {"note": "belt terug"}})
    assert (person.status_code, note.status_code) == (201, 201)
    seen = ask(bench, "GET", there).json()
    assert [one["id"] for one in seen["contact_people"]] == [person.json()["id"]]
    assert [one["note"] for one in seen["notes"]] == ["belt terug"]
    for path, body in (
        ("contacts", {"contact": {"phone": "020 1"}}),
        (f"{there}/contact_people", {"contact_person": {"firstname": "A"}}),
        (f"{there}/notes", {"note": {"note": ""}}),
    ):
        assert ask(bench, "POST", path, json=body).status_code == 422
    assert ask(bench, "POST", "contacts", json={"contact": {"email": "a@b.example"}}).status_code == 400
    assert ask(bench, "GET", there).json() == seen
