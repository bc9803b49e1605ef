"""Answers that Podio really gave, and small invented ones of the same shape for where those are not at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from connectors.podio import values
from connectors.podio.client import retry_after, without_secrets
from connectors.podio.definition import read_app
from connectors.podio.mapping import record_of
from connectors.podio.settings import AppSettings
from syncd.http import Answer
from syncd.model import RecordRef

if TYPE_CHECKING:
    from syncd.model import Record

SPECS = Path(__file__).parents[4] / "shared" / "specs"


def captured(name: str) -> dict[str, Any]:
    file = SPECS / name
    if not file.exists():
        pytest.skip(f"needs {name} beside the checkout")
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


# --- the filter's answer of 2017 ----------------------------------------------------------------------------

MAPPING = {
    "app_id": 18085292,
    "role": "person",
    "relation": {"field": "status", "roles": {"Live": "customer", "Groomed": "none"}},
    "fields": {"name": "title", "organisation": "relationship", "kvk": "number"},
    "categories": {"category": "credentials"},
}
PLAIN_ITEM: dict[str, Any] = {
    "item_id": 577139125,
    "revision": 117,
    "current_revision": {"revision": 117, "created_on": "2017-03-24 19:15:23", "type": "update"},
    "created_on": "2017-03-11 21:05:13",
    "last_event_on": "2017-03-24 19:15:23",
    "rights": ["view", "update", "comment"],
    "link": "https://podio.com/example-org/example-space/apps/podioapp/items/2",
    "external_id": None,
    "fields": [
        {"field_id": 140524223, "external_id": "title", "type": "text", "label": "Title",
         "config": {"settings": {"size": "small", "format": "plain"}, "mapping": None, "label": "Title"},
         "values": [{"value": "Another"}]},
        {"field_id": 140524233, "external_id": "status", "type": "category", "label": "Status",
         "config": {"settings": {"options": [{"id": 1, "text": "Groomed"}, {"id": 3, "text": "Live"}]}},
         "values": [{"value": {"status": "active", "text": "Live", "id": 3, "color": "DCEBD8"}}]},
        {"field_id": 140524230, "external_id": "category", "type": "category", "label": "Category",
         "config": {"settings": {"options": []}},
         "values": [{"value": {"status": "active", "text": "R282", "id": 1, "color": "DCEBD8"}}]},
        {"field_id": 142571068, "external_id": "number", "type": "number", "label": "Number",
         "config": {"settings": {"decimals": 0}}, "values": [{"value": "282.0000"}]},
        {"field_id": 142751659, "external_id": "relationship", "type": "app", "label": "Relationship",
         "config": {"settings": {"multiple": True, "referenced_apps": [{"app_id": 18085293, "view_id": None}]}},
         "values": [{"value": {"item_id": 582017889, "app_item_id": 1, "title": "Bot Help", "files": [],
                               "app": {"app_id": 18085293, "name": "Help"}, "revision": 0}}]},
    ],
}  # fmt: skip


def of_2017(item: dict[str, Any]) -> Record:
    """Read an item whose app is known only from the fields in it."""
    definition = {"app_id": 18085292, "space_id": 5188236, "rights": [], "fields": item["fields"]}
    app = read_app("captured", AppSettings.model_validate(MAPPING), definition)
    assert app.errors == ()
    return record_of("crm", app, frozenset({18085293}), item)


def check_2017(made: Record) -> None:
    assert made.ref == RecordRef("crm", "item", "577139125", "18085292")
    assert made.version == "117"
    assert {one.kind.value: one.value for one in made.identifiers} == {"name": "Another", "kvk": "282"}
    assert made.member_of == (RecordRef("crm", "item", "582017889", "18085293"),)
    assert made.categories == {"relation_record", "registration", "credentials"}
    assert [(event.kind.value, str(event.on or event.role)) for event in made.events] == [
        ("role", "customer"),
        ("activity", "2017-03-11 21:05:13+00:00"),
        ("activity", "2017-03-24 19:15:23+00:00"),
    ]
    assert made.doubts == ()


def test_an_answer_of_that_shape_is_read() -> None:
    check_2017(of_2017(PLAIN_ITEM))


@pytest.mark.shared
def test_the_captured_answer_is_read() -> None:
    response = captured("podio-filter-response-2017.json")["response"]
    (item,) = response["items"]
    check_2017(of_2017(item))
    assert set(PLAIN_ITEM) <= set(item)  # the invented one has no key that the real one lacks


# --- one sample per field type ------------------------------------------------------------------------------

READABLE = {
    "text": ("Another",),
    "category": ("Live",),
    "number": ("282.0000",),
    "calculation_number": ("1234.5600",),
    "email": ("mail@example.com", "info@example.com"),
    "phone": ("0123-1233333",),
    "tel": ("123",),
    "contact": ("Snap",),
    "money": ("123.5568",),
    "tag": ("x",),
}


@pytest.mark.shared
def test_every_captured_value_is_read() -> None:
    samples = captured("podio-field-values.json")
    for name, expected in READABLE.items():
        kind = "text" if name in {"number", "calculation_number", "money"} else name
        assert values.texts(kind, samples[name]["values"]) == expected
    assert values.texts("number", samples["number"]["values"]) == ("282",)
    assert str(values.moment(samples["date_only"]["values"][0], last=True)) == "2014-07-16"
    assert str(values.moment(samples["date_with_time"]["values"][0])) == "2014-07-14 13:00:00+00:00"
    assert str(values.moment(samples["calculation_date"]["values"][0])) == "2016-11-11 00:00:00+00:00"
    assert [one.app_id for one in values.references(samples["app"]["values"])] == [18085293]
    assert values.profile_texts([{"value": samples["contact_profile"]["object"]}], "mail") == ("MAIL",)


@pytest.mark.shared
def test_no_captured_value_makes_a_reader_stumble() -> None:
    content = captured("podio-field-values.json")
    samples = [one["values"] for one in content.values() if isinstance(one, dict) and "values" in one]
    assert len(samples) == 20
    for held in samples:
        for kind in ("text", "number", "category", "email"):
            values.texts(kind, held)
        values.references(held)
        values.options(held)
        values.profile_texts(held, "mail")
        assert all(values.moment(value) is None or "start" in value for value in held)


# --- definitions --------------------------------------------------------------------------------------------


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "fields"),
    [
        (
            "podio-app-definition.json",
            {"name": ["company-name", "contact-details"], "organisation": "relationship"},
        ),
        (
            "podio-app-fields-2026.json",
            {"name": "title", "phone": "phone", "email": "email", "address": "address"},
        ),
    ],
)
def test_captured_definitions_fit_a_mapping(name: str, fields: dict[str, Any]) -> None:
    content = captured(name)
    definition = content.get("response", content)
    settings = AppSettings.model_validate({"app_id": 1, "role": "person", "fields": fields})
    app = read_app("captured", settings, definition)
    assert app.errors == ()
    assert {one.type for one in app.fields.values()} >= {"category", "app"}


@pytest.mark.shared
def test_a_deleted_option_of_2026_is_known_as_deleted() -> None:
    relation = {"field": "type", "roles": {"customer": "customer", "staff": "none", "6": "supplier"}}
    table = {"app_id": 1, "role": "organisation", "relation": relation, "fields": {"ended_on": []}}
    app = read_app("captured", AppSettings.model_validate(table), captured("podio-app-fields-2026.json"))
    texts = {finding.code: finding.text for finding in app.findings}
    assert "'staff'" in texts["deleted_option"]
    assert "'business'" in texts["unmapped_option"]
    assert app.errors == ()


# --- errors and secrets -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "headers", "text", "seconds"),
    [
        (420, {}, "You have hit the rate limit. Please wait 300 seconds before trying again", 300.0),
        (420, {}, "something else", 3600.0),
        (420, {"retry-after": "5"}, "", 3600.0),  # no such header is documented for 420
        (503, {"retry-after": "5"}, "", 5.0),
        (503, {}, "", None),
        (503, {"retry-after": "Tue, 24 Nov 2026 12:00:00 GMT"}, "", None),
    ],
)
def test_how_long_to_wait(status: int, headers: dict[str, str], text: str, seconds: float | None) -> None:
    body = json.dumps({"error": "rate_limit", "error_description": text}).encode()
    assert retry_after(Answer(status, headers, body)) == seconds


@pytest.mark.shared
def test_how_long_to_wait_as_captured() -> None:
    body = captured("podio-errors.json")["420_rate_limit"]["body"]
    assert retry_after(Answer(420, {}, json.dumps(body).encode())) == 300.0


def test_tokens_are_dropped_wherever_they_sit() -> None:
    answer = {"app_id": 1, "token": "t", "mailbox": "m", "fields": [{"app": {"app_token": "t", "app_id": 2}}]}
    assert without_secrets(answer) == {"app_id": 1, "fields": [{"app": {"app_id": 2}}]}
