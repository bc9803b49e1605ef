"""Against Mailchimp's own OpenAPI document: our questions, the sandbox's answers, and any answer it allows."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import UTC, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.responses import JSONResponse

from connectors.mailchimp import plugin
from connectors.mailchimp.mapping import MEMBER_FIELDS, member_key
from syncd.contract import ConnectorError
from syncd.http import Http
from syncd.testing.sandbox import serve
from tests.connectors.mailchimp.kit import connect, contact_id, order_for, pulled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import Receive, Scope, Send

    from syncd.testing.sandbox import LoggedRequest
    from tests.connectors.mailchimp.kit import Site

DOCUMENT = Path(__file__).parents[4] / "shared" / "specs" / "mailchimp.openapi.json"
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not DOCUMENT.exists(), reason="needs Mailchimp's OpenAPI document in ../shared/specs"),
]

USED = (
    "/3.0/",
    "/3.0/ping",
    "/3.0/lists",
    "/3.0/lists/{listId}",
    "/3.0/lists/{listId}/merge-fields",
    "/3.0/lists/{listId}/members",
    "/3.0/lists/{listId}/members/{subscriberHash}",
    "/3.0/lists/{listId}/members/{subscriberHash}/activity-feed",
    "/3.0/account-exports",
    "/3.0/ecommerce/stores",
    "/3.0/ecommerce/stores/{storeId}",
    "/3.0/ecommerce/stores/{storeId}/customers",
    "/3.0/ecommerce/stores/{storeId}/customers/{customerId}",
    "/3.0/audiences/{audience_id}/contacts",
    "/3.0/audiences/{audience_id}/contacts/{contact_id}",
)
"""The reads that pull, probe and check use; the writes are three deletions."""

WRITTEN = {
    "POST /3.0/lists/{listId}/members/{subscriberHash}/actions/delete-permanent",
    "DELETE /3.0/ecommerce/stores/{storeId}/customers/{customerId}",
    "POST /3.0/audiences/{audience_id}/contacts/{contact_id}/actions/forget",
}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(DOCUMENT.read_text())
    return read


def template_of(document: dict[str, Any], path: str) -> str:
    """Find the operation that a path belongs to; one written out goes before one with a parameter."""
    templates: list[str] = list(document["paths"])
    fits = [one for one in templates if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", one), path)]
    return min(fits, key=lambda one: one.count("{"))


def schema_of(document: dict[str, Any], template: str) -> dict[str, Any]:
    answers = document["paths"][template]["get"]["responses"]
    schema: dict[str, Any] = answers["200"]["content"]["application/json"]["schema"]
    return schema


def plain(document: dict[str, Any], schema: Any) -> Any:
    """Write OpenAPI 3.0's schema as JSON Schema: references followed, `nullable` spelled out."""
    if isinstance(schema, list):
        return [plain(document, one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return plain(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    inner = {name: plain(document, one) for name, one in schema.items() if name != "nullable"}
    return {"anyOf": [inner, {"type": "null"}]} if schema.get("nullable") is True else inner


def furnish(site: Site) -> None:
    """Add what the world has none of: a shop, and a contact without an address."""
    site.shop(("customer-1", "person1@example.nl"), ("person8@example.nl", "person8@example.nl"))
    site.state.add_phone_contact("aud1", "phone-1", "+31612345678")


def written(site: Site) -> list[LoggedRequest]:
    return [one for one in site.sandbox.requests if one.is_write]


def test_every_field_that_is_named_is_one_of_the_document(document: dict[str, Any]) -> None:
    shown = {"member": "ListMembers2", "customer": "ECommerceCustomer3", "buyer": "ECommerceCustomer3"}
    named = plugin.fields(plugin.settings.model_validate({"connector": "mailchimp", "api_key": "k-us6"}))
    assert {one.kind for one in named} == set(shown)
    for one in named:
        assert set(one.fields) <= set(document["components"]["schemas"][shown[one.kind]]["properties"])
    # What is read of a person is among what is named.
    member = {one.kind: set(one.fields) for one in named}["member"]
    assert set(MEMBER_FIELDS) - member == {
        "id", "contact_id", "web_id", "status", "timestamp_signup", "timestamp_opt", "last_changed"
    }  # fmt: skip


# --- our questions ------------------------------------------------------------------------------------------


def test_every_request_is_one_that_the_document_allows(site: Site, document: dict[str, Any]) -> None:
    furnish(site)
    connector = site.connector(beta_contacts=True)
    records, pages = pulled(connector)
    pulled(connector, pages[-1].cursor)
    list(connector.check())
    for key in (contact_id(1), "customer-1", "@" + contact_id(8), "phone-1"):
        connector.dispose(order_for(records[key]))
        connector.probe(records[key].ref)
        site.connector(beta_contacts=True).probe(records[key].ref)
    assert {f"{one.method} {template_of(document, one.path)}" for one in written(site)} == WRITTEN
    for request in site.sandbox.requests:
        operation = document["paths"][template_of(document, request.path)][request.method.lower()]
        declared = {one["name"]: one for one in operation.get("parameters", []) if one["in"] == "query"}
        given_here = dict(parse_qsl(request.query))
        assert given_here.keys() <= declared.keys(), request.path
        assert not {"fields", "exclude_fields"} <= given_here.keys()
        for name, value in given_here.items():
            schema = declared[name]["schema"]
            typed: Any = int(value) if schema["type"] == "integer" else value
            jsonschema.validate(typed.split(",") if schema["type"] == "array" else typed, schema)
    asked = {template_of(document, one.path) for one in site.sandbox.requests if one.method == "GET"}
    assert asked == set(USED)


def test_every_field_that_is_asked_for_exists(site: Site, document: dict[str, Any]) -> None:
    furnish(site)
    connector = site.connector(beta_contacts=True)
    records, _ = pulled(connector)
    list(connector.check())
    for record in records.values():
        connector.probe(record.ref)
    for request in site.sandbox.requests:
        schema = plain(document, schema_of(document, template_of(document, request.path)))
        for field in dict(parse_qsl(request.query)).get("fields", "").split(","):
            here = schema
            for name in field.split(".") if field else ():
                here = here.get("items", here)
                if "properties" not in here:  # the channels of a contact are objects without more said
                    break
                here = here["properties"]
                # An entry of the activity feed is one of many shapes, which the document lists beside it.
                here = here[name] if name in here else pytest.fail(f"{field} of {request.path}")
                if "x-oneOf" in here.get("items", {}):
                    break


# --- the sandbox's answers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("template", [*USED, "/3.0/search-members"])
def test_every_answer_of_the_sandbox_fits_the_document(
    site: Site, document: dict[str, Any], template: str
) -> None:
    site.state.exports = 2
    furnish(site)
    schema = plain(document, schema_of(document, template))
    http = Http(site.url, account="news")
    bearer = {"Authorization": "Bearer " + site.sandbox.credentials["api_key"]}
    for number in (1, 2, 5, 7):
        path = template.replace("{listId}", "aud1").replace("{subscriberHash}", contact_id(number))
        path = path.replace("{storeId}", "shop-1").replace("{customerId}", "customer-1")
        path = path.replace("{audience_id}", "aud1").replace("{contact_id}", contact_id(number))
        params = {"query": "person1@example.nl"} if template.endswith("search-members") else {}
        body = http.read(path, headers=bearer, params=params).json()
        jsonschema.validate(body, schema, format_checker=jsonschema.FormatChecker())


def test_every_refusal_of_the_sandbox_fits_the_document(site: Site, document: dict[str, Any]) -> None:
    schema = plain(document, document["components"]["schemas"]["ProblemDetailDocument"])
    http = Http(site.url, account="news")
    bearer = {"Authorization": "Bearer " + site.sandbox.credentials["api_key"]}
    for path, headers, status in (
        ("/3.0/lists/none", bearer, 404),
        ("/3.0/lists/aud1/members/none", bearer, 404),
        ("/3.0/ping", {}, 401),
        ("/3.0/search-members", bearer, 400),
    ):
        answered = http.read(path, headers=headers, expect={status})
        jsonschema.validate(answered.json(), schema)


# --- any answer that the document allows --------------------------------------------------------------------


ZONES = st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))])
DATES = st.datetimes(timezones=ZONES).map(lambda moment: moment.isoformat())
SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "string": st.text("aZ09 é%-_@.", min_size=2, max_size=12).filter(lambda one: one.strip(". ")),
    "integer": st.integers(min_value=-5, max_value=5),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "boolean": st.booleans(),
    "null": st.none(),
}


FOUND_AT_ONCE = {"lists", "members", "activity", "contact_id", "id", "stores", "customers", "contacts"}
"""Always there, so that most examples come as far as a record; everything else may be missing."""


NEVER_ASKED = {"_links", "automations", "connected_site", "stats", "location", "last_note", "constraints"}
"""Large parts of a body that no request asks for."""


def bodies(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Give values of a schema; each property may be missing, as nearly all of them are optional."""
    for combined in ("allOf", "anyOf"):
        if combined in schema:
            return st.one_of([bodies(one) for one in schema[combined]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kind = schema.get("type")
    if kind == "object":
        properties = {name: bodies(one) for name, one in schema.get("properties", {}).items()}
        for name in NEVER_ASKED & properties.keys():
            del properties[name]
        always = {name: properties.pop(name) for name in FOUND_AT_ONCE & properties.keys()}
        return st.fixed_dictionaries(always, optional=properties)
    if kind == "array":
        return st.lists(bodies(schema["items"]), min_size=1, max_size=3)
    return DATES if schema.get("format") == "date-time" else SCALARS[kind or "null"]


class Mimic:
    """A server that answers each operation with the body it was given."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self.bodies: dict[str, Any] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        template = template_of(self._document, scope["path"])
        await JSONResponse(self.bodies[template])(scope, receive, send)


@pytest.fixture(scope="module")
def mimic(document: dict[str, Any]) -> Iterator[tuple[Mimic, str]]:
    server = Mimic(document)
    with serve(server) as url:
        yield server, url


@pytest.fixture(scope="module")
def answers(document: dict[str, Any]) -> dict[str, st.SearchStrategy[Any]]:
    return {one: bodies(plain(document, schema_of(document, one))) for one in USED}


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(data=st.data(), beta=st.booleans())
def test_whatever_body_the_document_allows_is_read(
    mimic: tuple[Mimic, str], answers: dict[str, st.SearchStrategy[Any]], data: st.DataObject, *, beta: bool
) -> None:
    server, url = mimic
    server.bodies = {template: data.draw(body) for template, body in answers.items()}
    connector = connect(url, api_key="key-us6", beta_contacts=beta)
    records = [record for page in connector.pull(None) for record in page.records]
    audiences = [one for one in server.bodies["/3.0/lists"].get("lists", []) if one.get("id", "").strip()]
    members = server.bodies["/3.0/lists/{listId}/members"].get("members", [])
    read = {record.ref.key for record in records if record.ref.kind == "member"}
    named = {member_key(one) for one in members} - {""} if audiences else set()
    assert named <= read
    for record in records:
        with suppress(ConnectorError):  # the bodies contradict each other; nothing else may come out
            connector.probe(record.ref)
    assert all(finding.text for finding in connector.check())
