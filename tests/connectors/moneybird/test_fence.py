from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import connectors.moneybird
from connectors.moneybird.client import Client
from connectors.moneybird.contacts import CONTACT_DETAILS, REGISTRATION
from connectors.moneybird.fence import ALLOWED, BLANKABLE, require_allowed, require_question
from connectors.moneybird.resources import DOCUMENTS
from connectors.moneybird.signin import TOKEN_PATH, PersonalToken
from syncd.contract import Refused
from syncd.http import Http
from tests.connectors.moneybird.bench import bench_of, contact, paper, world

if TYPE_CHECKING:
    from collections.abc import Iterator

METHODS = ("DELETE", "PATCH", "POST", "PUT")
KEY = "496081411808167496"
FISCAL = [f"/{one.path}" for one in DOCUMENTS] + [
    "/documents/general_documents",
    "/documents/general_journal_documents",
    "/documents/typeless_documents",
    "/financial_mutations",
    "/financial_statements",
    "/ledger_accounts",
    "/payments",
    "/subscriptions",
    "/time_entries",
    "/projects",
    "/products",
    "/tax_rates",
]
ENDINGS = (
    "", f"/{KEY}", f"/{KEY}/payments", f"/{KEY}/payments/{KEY}", f"/{KEY}/notes/{KEY}",
    f"/{KEY}/register_payment", f"/{KEY}/mark_as_uncollectible", f"/{KEY}/archive", "/synchronization",
)  # fmt: skip
WRITABLE = (
    ("DELETE", f"/contacts/{KEY}", None),
    ("PATCH", f"/contacts/{KEY}", {"contact": {"phone": ""}}),
    ("PATCH", f"/contacts/{KEY}/archive", None),
    ("DELETE", f"/contacts/{KEY}/contact_people/{KEY}", None),
    ("DELETE", f"/contacts/{KEY}/notes/{KEY}", None),
)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("resource", FISCAL)
def test_nothing_fiscal_can_be_written(method: str, resource: str) -> None:
    for ending in ENDINGS:
        with pytest.raises(Refused):
            require_allowed(method, resource + ending, None)


@pytest.mark.parametrize(("method", "path", "body"), WRITABLE)
def test_the_five_writes_pass(method: str, path: str, body: dict[str, Any] | None) -> None:
    require_allowed(method, path, body)


def test_the_fence_has_five_gates() -> None:
    assert len(ALLOWED) == len(WRITABLE) == 5


segments = st.lists(
    st.sampled_from(
        ["contacts", "notes", "contact_people", "archive", "sales_invoices", "..", "", "%2e%2e", KEY, "7"]
    )
    | st.text(max_size=8),
    max_size=6,
)


@given(st.sampled_from(METHODS), segments)
def test_whatever_passes_is_one_of_the_five(method: str, parts: list[str]) -> None:
    try:
        require_allowed(method, "/" + "/".join(parts), None)
    except Refused:
        return
    assert parts[0] == "contacts"
    assert parts[1].isascii()
    assert parts[1].isdecimal()
    shape = (method, *parts[2:3])
    assert shape in {
        ("DELETE",), ("PATCH",), ("PATCH", "archive"), ("DELETE", "contact_people"), ("DELETE", "notes"),
    }  # fmt: skip
    assert all(part.isdecimal() for part in parts[3:])
    assert len(parts) == {"contact_people": 4, "notes": 4, "archive": 3}.get((*parts[2:3], "")[0], 2)


@pytest.mark.parametrize(
    "body",
    [
        {"contact": {"phone": "020 1234567"}},
        {"contact": {"lastname": ""}},
        {"contact": {"company_name": ""}},
        {"contact": {"customer_id": ""}},
        {"contact": {"tax_number": ""}},
        {"contact": {"is_trusted": ""}},
        {"contact": {"custom_fields_attributes": {"0": {"id": "7", "value": "x"}}}},
        {"contact": {"custom_fields_attributes": {"0": {"id": "7", "value": "", "note": ""}}}},
        {"sales_invoice": {"phone": ""}},
        {"contact": {}, "sales_invoice": {}},
    ],
)
def test_a_change_can_only_empty_what_may_be_emptied(body: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        require_allowed("PATCH", f"/contacts/{KEY}", body)


def test_a_deletion_has_no_body() -> None:
    with pytest.raises(Refused):
        require_allowed("DELETE", f"/contacts/{KEY}", {"contact": {}})


def test_the_client_stops_at_the_fence_before_anything_leaves() -> None:
    with (
        bench_of(world((contact(1),), (paper(11, 1),))) as bench,
        Http(bench.address, account="books") as http,
    ):
        client = Client(
            http, bench.sandbox.administration.id, PersonalToken(bench.sandbox.credentials["token"])
        )
        with pytest.raises(Refused):
            client.write("DELETE", "/sales_invoices/11")
        assert not bench.sandbox.requests


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("resource", FISCAL)
def test_nothing_fiscal_can_be_written_by_asking(method: str, resource: str) -> None:
    """Moneybird creates by POST: a question must never be one that it takes for an order."""
    for ending in ENDINGS:
        address = f"/api/v2/123{resource}{ending}.json"
        if method == "POST" and ending == "/synchronization":
            require_question(method, address)
            continue
        with pytest.raises(Refused):
            require_question(method, address)


def test_the_client_stops_a_question_at_the_fence_too() -> None:
    with (
        bench_of(world((contact(1),), (paper(11, 1),))) as bench,
        Http(bench.address, account="books") as http,
    ):
        client = Client(http, bench.sandbox.administration.id, PersonalToken("any"))
        for method, address in (("POST", "/api/v2/1/payments.json"), ("DELETE", "/api/v2/1/contacts/1.json")):
            with pytest.raises(Refused):
                client._ask(address, what="x", method=method)
        assert not bench.sandbox.requests


def nodes() -> Iterator[tuple[str, ast.AST]]:
    """Give the syntax of the connector's own modules, the sandbox aside."""
    for file in Path(connectors.moneybird.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            yield file.name, node


def test_there_is_one_way_out_and_the_fence_stands_before_it() -> None:
    """The connector writes and asks in one place each: a second one would need its own fence."""
    ways_out = {"write", "read", "_session", "request", "delete", "patch", "post", "put"}
    found = [
        (name, ast.unparse(node))
        for name, node in nodes()
        if isinstance(node, ast.Attribute) and node.attr in ways_out
    ]
    assert sorted(found) == [
        ("client.py", "self._http.read"),
        ("client.py", "self._http.write"),
        *[("dispose.py", "self._client.write")] * 3,
        ("signin.py", "self._http.read"),
    ]


def test_reading_by_post_is_for_synchronization_and_signing_in_only() -> None:
    posts = {
        name: ast.unparse(node)
        for name, node in nodes()
        if isinstance(node, ast.Call) and any("'POST'" in ast.unparse(one) for one in node.keywords)
    }
    assert set(posts) == {"client.py", "signin.py"}
    assert "what=path" in posts["client.py"]
    assert posts["signin.py"].startswith("self._http.read(address, method='POST', data=form")
    assert TOKEN_PATH == "/oauth/token"


def test_a_single_post_in_each_of_the_two_and_in_the_fence() -> None:
    posts = [name for name, node in nodes() if isinstance(node, ast.Constant) and node.value == "POST"]
    assert sorted(posts) == ["client.py", "fence.py", "signin.py"]


def test_what_may_be_emptied_is_what_the_categories_are_made_of() -> None:
    assert set(BLANKABLE["contact_details"]) <= set(CONTACT_DETAILS)
    assert set(REGISTRATION) <= set(BLANKABLE["registration"])
    assert "fiscal_identity" not in BLANKABLE
