"""Against the vendor's own interface document, where it lies beside the checkout."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from jsonschema import Draft202012Validator

from connectors.moneybird.contacts import CONTACT, CONTACT_PERSON, NOTE, Contacts
from connectors.moneybird.documents import Documents
from connectors.moneybird.fields import fields_of
from connectors.moneybird.resources import DOCUMENTS
from connectors.moneybird.settings import MoneybirdSettings
from connectors.moneybird.values import UnreadableError
from syncd.model import FISCAL_DOCUMENTS, Action
from syncd.testing.world import make_world
from tests.connectors.moneybird.bench import TODAY, bench_of, order, pull, ref

if TYPE_CHECKING:
    from collections.abc import Iterator

SPEC = Path(__file__).resolve().parents[4] / "shared" / "specs" / "moneybird.openapi.json"
PREFIX = "/api/v2/{administration_id}/"
RESOURCES = {one.path: one for one in DOCUMENTS}

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not SPEC.is_file(), reason="the vendor's interface document is not beside the checkout"
    ),
]


@cache
def spec() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(SPEC.read_text(encoding="utf-8"))
    return document


def used() -> Iterator[tuple[str, str]]:
    """Give method and path of everything that the connector or its examination uses."""
    for path in ("contacts", *RESOURCES):
        yield "get", f"{PREFIX}{path}.json"
        yield "get", f"{PREFIX}{path}/synchronization.json"
        yield "post", f"{PREFIX}{path}/synchronization.json"
    yield "get", f"{PREFIX}contacts/{{id}}.json"
    yield "patch", f"{PREFIX}contacts/{{id}}.json"
    yield "patch", f"{PREFIX}contacts/{{id}}/archive.json"
    yield "delete", f"{PREFIX}contacts/{{id}}.json"
    yield "delete", f"{PREFIX}contacts/{{contact_id}}/contact_people/{{id}}.json"
    yield "delete", f"{PREFIX}contacts/{{contact_id}}/notes/{{id}}.json"
    yield "get", f"{PREFIX}contacts/{{id}}/additional_charges.json"
    yield "get", f"{PREFIX}subscriptions.json"
    yield "get", f"{PREFIX}custom_fields.json"
    yield "get", "/api/v2/administrations.json"


def examples() -> Iterator[tuple[str, str, Any]]:
    for method, path in used():
        for status, response in spec()["paths"][path][method]["responses"].items():
            for content in response.get("content", {}).values():
                for example in content.get("examples", {}).values():
                    yield path, status, example["value"]


def test_every_response_example_of_the_operations_in_use_is_understood() -> None:
    settings = MoneybirdSettings.model_validate(
        {"connector": "moneybird", "administration_id": "123", "token": "t"}
    )
    contacts = Contacts("books", "https://moneybird.com/123", settings)
    documents = Documents("books", "https://moneybird.com/123", settings)
    answers = objects = errors = 0
    for path, status, value in examples():
        if not status.startswith("2"):
            assert "error" in value
            errors += 1
            continue
        answers += 1
        resource = RESOURCES.get(
            re.sub(r"/synchronization$", "", path.removeprefix(PREFIX).removesuffix(".json"))
        )
        for one in value if isinstance(value, list) else [value]:
            objects += 1
            if set(one) == {"id", "version"}:
                continue
            try:
                if resource:
                    documents.documents(resource, one)
                elif "contact_people" in one:
                    assert list(contacts.records(one))
            except UnreadableError as error:
                pytest.fail(f"{path}: {error.code}")
    assert (answers, objects, errors) == (93, 187, 27)


def schema(path: str, method: str) -> Draft202012Validator:
    content = spec()["paths"][path][method]["responses"]["200"]["content"]["application/json"]
    return Draft202012Validator({**content["schema"], "components": spec()["components"]})


def test_the_sandbox_answers_as_the_document_says() -> None:
    everything = {
        "filter": "period:20000101..21001231,state:all",
        "per_page": "100",
        "include_archived": "true",
    }
    checked = 0
    with bench_of(make_world(4, 60, TODAY)) as bench:
        connector = bench.connect()
        first = next(iter(bench.sandbox.administration.contacts))
        connector.dispose(order(connector, ref(int(first)), Action.MINIMISE, "contact_details"))
        for method, template in used():
            if method in {"patch", "delete"}:
                continue
            path = template.replace("{administration_id}", bench.sandbox.administration.id).replace(
                "{id}", first
            )
            params = dict(everything)
            if "recurring" in path:
                params["filter"] = "state:active|inactive"
            if "/contacts" in path:
                params.pop("filter")  # contacts know neither periods nor states
            if path.endswith("/subscriptions.json"):
                params = {"contact_id": first}
            body = None
            if method == "post":
                resource = (
                    template.removeprefix(PREFIX).split("/synchronization")[0].removeprefix("documents/")
                )
                memory = bench.sandbox.administration
                body = {
                    "ids": list(memory.contacts if resource == "contacts" else memory.documents[resource])
                }
            answer = requests.request(
                method,
                bench.address + path,
                params=params if method == "get" else None,
                json=body,
                headers={"Authorization": f"Bearer {bench.sandbox.credentials['token']}"},
                timeout=60,
            )
            assert answer.status_code == 200, (template, answer.text[:200])
            seen = answer.json()
            complaints = schema(template, method).iter_errors(seen)
            assert not [f"{template}: {one.json_path}: {one.message[:80]}" for one in complaints]
            checked += len(seen) if isinstance(seen, list) else 1
    assert checked > 500


def name(parameter: dict[str, Any]) -> str:
    reference = parameter.get("$ref")
    if reference:
        parameter = spec()["components"]["parameters"][reference.rpartition("/")[2]]
    return str(parameter["name"])


def test_every_request_is_one_the_document_knows() -> None:
    with bench_of(make_world(4, 60, TODAY)) as bench:
        connector = bench.connect()
        read = pull(connector)
        list(connector.check())
        for key in ("contact", "contact_person", "note"):
            target = next(one.ref for one in read.records.values() if one.ref.kind == key)
            connector.probe(target, documents=True)
            connector.dispose(order(connector, target, Action.ERASE))
        asked = list(bench.sandbox.requests)
    patterns = {
        (method.upper(), re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path)))): operation
        for path, item in spec()["paths"].items()
        for method, operation in item.items()
    }
    for one in asked:
        found = [
            operation
            for (method, pattern), operation in patterns.items()
            if method == one.method and pattern.fullmatch(one.path)
        ]
        assert found, f"{one.method} {one.path}"
        known = {name(parameter) for operation in found for parameter in operation.get("parameters", ())}
        assert {term.partition("=")[0] for term in one.query.split("&") if term} <= known


def test_every_field_that_is_named_is_one_the_document_knows() -> None:
    schemas = spec()["components"]["schemas"]
    shown = {
        CONTACT: "base_contact_response",
        CONTACT_PERSON: "contact_person_response",
        NOTE: "note_response",
    }
    account = {"connector": "moneybird", "administration_id": "123", "token": "t"}
    named = fields_of(MoneybirdSettings.model_validate(account))
    for one in named:
        if one.kind in shown:
            assert set(one.fields) <= set(schemas[shown[one.kind]]["properties"]), one.kind
        else:
            assert all(f"{PREFIX}{name}.json" in spec()["paths"] for name in one.fields), one.kind
    assert {name for one in named if one.category == FISCAL_DOCUMENTS for name in one.fields} == set(
        RESOURCES
    )
