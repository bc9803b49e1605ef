"""From an item to a record: which facts, which categories, which doubts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.podio.definition import App, read_app
from connectors.podio.fields import fields_of
from connectors.podio.mapping import UnreadableItemError, record_of
from connectors.podio.settings import AppSettings, PodioSettings
from syncd.model import Event, EventKind, Identifier, IdentifierKind, Record, RecordRef, Role, SubjectKind

TYPES = {
    "naam": "text", "kvk": "text", "iban": "text", "mail": "email", "tel": "phone", "adres": "location",
    "relatie": "category", "tot": "date", "weer": "date", "klant": "app", "logins": "text", "moneybird": "text",
    "geboren": "date", "profiel": "contact", "klant-tot": "date",
}  # fmt: skip
IDS = {name: number for number, name in enumerate(TYPES, 1)}
FIELDS = {
    "name": "naam", "kvk": "kvk", "iban": "iban", "email": ["mail", "profiel"], "phone": "tel",
    "address": "adres", "ended_on": "tot", "resumed_on": "weer", "organisation": "klant",
    "birth_date": "geboren",
}  # fmt: skip
RELATION = {"field": "relatie", "roles": {"Klant": "customer", "2": "supplier", "Overig": "none"}}


def app(**changes: Any) -> App:
    table = {"app_id": 77, "role": "organisation", "fields": FIELDS, "relation": RELATION, **changes}
    settings = AppSettings.model_validate(table)
    made = read_app("t", settings, definition())
    assert not made.errors
    return made


def field(name: str, kind: str, settings: dict[str, Any]) -> dict[str, Any]:
    return {"field_id": IDS[name], "external_id": name, "type": kind, "config": {"settings": settings}}


def definition() -> dict[str, Any]:
    texts = enumerate(("Klant", "Leverancier", "Overig"), 1)
    options = [{"id": number, "text": words, "status": "active"} for number, words in texts]
    settings: dict[str, Any] = {
        "category": {"options": options},
        "app": {"referenced_apps": [{"app_id": 77}]},
    }
    return {
        "app_id": 77,
        "space_id": 9,
        "rights": ["view", "delete"],
        "fields": [field(name, kind, settings.get(kind, {})) for name, kind in TYPES.items()],
    }


def item(fields: dict[str, list[Any]], **changes: Any) -> dict[str, Any]:
    return {
        "item_id": 501,
        "revision": 4,
        "current_revision": {"revision": 4, "created_on": "2026-01-15 16:45:00"},
        "created_on": "2021-03-04 09:30:00",
        "link": "https://podio.com/x/y/apps/z/items/1",
        "fields": [
            {"field_id": IDS[name], "external_id": name, "values": found} for name, found in fields.items()
        ],
        **changes,
    }


def record(fields: dict[str, list[Any]], *, of: App | None = None, **changes: Any) -> Record:
    return record_of("crm", of or app(), frozenset({77}), item(fields, **changes))


def events(made: Record, kind: EventKind) -> list[Event]:
    return [event for event in made.events if event.kind is kind]


def text(value: str) -> list[Any]:
    return [{"value": value}]


def day(value: str) -> list[Any]:
    return [{"start": f"{value} 00:00:00", "start_date": value, "start_time": None}]


def option(number: int, words: str) -> dict[str, Any]:
    return {"value": {"id": number, "text": words, "status": "active"}}


def to(item_id: int, app_id: int | None = 77) -> dict[str, Any]:
    inner: dict[str, Any] = {"item_id": item_id, "title": "x"}
    return {"value": inner | ({"app": {"app_id": app_id}} if app_id else {})}


def test_a_record_is_the_item_at_its_revision() -> None:
    made = record({"naam": text("Garage Snel")})
    assert made.ref == RecordRef("crm", "item", "501", "77")
    assert made.version == "4"
    assert made.kind is SubjectKind.ORGANISATION
    assert made.link == "https://podio.com/x/y/apps/z/items/1"
    assert made.identifiers == (Identifier(IdentifierKind.NAME, "Garage Snel"),)
    assert "Garage" not in repr(made)


def test_activity_is_birth_and_last_edit_in_utc() -> None:
    assert [event.on for event in events(record({}), EventKind.ACTIVITY)] == [
        datetime(2021, 3, 4, 9, 30, tzinfo=UTC),
        datetime(2026, 1, 15, 16, 45, tzinfo=UTC),
    ]


HOLDS: dict[str, tuple[list[Any], str]] = {
    "mail": ([{"type": "work", "value": "a@b.example"}], "contact_details"),
    "tel": ([{"type": "work", "value": "06-1"}], "contact_details"),
    "adres": ([{"value": "Weg 1, Ede", "city": "Ede"}], "contact_details"),
    "kvk": (text("68750110"), "registration"),
    "iban": (text("NL91ABNA0417164300"), "bank_details"),
    "naam": (text("Garage Snel"), "relation_record"),
    "logins": (text("beheer / geheim"), "credentials"),
}


@given(st.sets(st.sampled_from(sorted(HOLDS))))
def test_a_category_is_there_exactly_when_a_field_of_it_holds_something(filled: set[str]) -> None:
    made = record({name: HOLDS[name][0] for name in filled}, of=app(categories={"logins": "credentials"}))
    assert made.categories == {"relation_record"} | {HOLDS[name][1] for name in filled}


def test_a_category_follows_a_value_that_cannot_be_read_as_an_identifier() -> None:
    made = record({"mail": [{"type": "work", "value": {"odd": 1}}]})
    assert "contact_details" in made.categories
    assert made.identifiers == ()


def test_identifiers_come_from_every_mapped_field() -> None:
    held: dict[str, list[Any]] = {
        "mail": [{"type": "work", "value": "a@b.example"}],
        "profiel": [{"value": {"profile_id": 1, "name": "Jan", "mail": ["c@d.example"]}}],
        "adres": [
            {"value": "Weg 1", "street_address": "Weg 1", "street_name": "Weg", "postal_code": "6741 AB",
             "city": "Ede", "country": "Nederland"}
        ],
        "geboren": day("1980-02-29"),
        "moneybird": text("438"),
    }  # fmt: skip
    made = record(held, of=app(references={"books:contact": "moneybird"}))
    assert {(one.kind.value, one.value) for one in made.identifiers} == {
        ("email", "a@b.example"), ("email", "c@d.example"), ("street", "Weg 1"), ("postcode", "6741 AB"),
        ("city", "Ede"), ("country", "Nederland"), ("birth_date", "1980-02-29"), ("reference", "books:contact:438"),
    }  # fmt: skip


def test_a_role_comes_from_its_option_by_text_or_id() -> None:
    made = record({"relatie": [option(1, " klant "), option(2, "Leverancier"), option(3, "Overig")]})
    assert [(event.role, event.origin) for event in events(made, EventKind.ROLE)] == [
        (Role.CUSTOMER, "field:relatie"),
        (Role.SUPPLIER, "field:relatie"),
    ]
    assert made.doubts == ()


def test_a_role_may_be_fixed_and_an_empty_field_gives_none() -> None:
    fixed = record({}, of=app(relation={"role": "supplier"}))
    assert [event.role for event in events(fixed, EventKind.ROLE)] == [Role.SUPPLIER]
    assert events(record({}), EventKind.ROLE) == []


@pytest.mark.parametrize(
    ("fields", "doubt"),
    [
        ({"relatie": [option(9, "Oud-klant")]}, "unmapped_option:relation"),
        ({"relatie": [{"value": 9}]}, "unreadable_option:relation"),
        ({"tot": [{"start_date": "ooit"}]}, "unreadable_date:ended_on"),
        ({"weer": [{}]}, "unreadable_date:resumed_on"),
        ({"klant": [{"value": {"title": "x"}}]}, "unreadable_reference:organisation"),
    ],
)
def test_what_cannot_be_read_is_a_doubt_and_shows_no_value(fields: dict[str, list[Any]], doubt: str) -> None:
    assert record(fields).doubts == (doubt,)


def test_a_reference_without_app_is_read_by_the_only_app_it_can_mean() -> None:
    person = app(role="person", relation=None)
    assert record({"klant": [to(502, None)]}, of=person).member_of == (RecordRef("crm", "item", "502", "77"),)


@given(st.none() | st.dates(), st.none() | st.dates())
def test_an_end_is_there_exactly_when_the_field_says_so(end: date | None, back: date | None) -> None:
    fields = {name: day(str(on)) for name, on in (("tot", end), ("weer", back)) if on}
    made = record(fields)
    assert [event.on for event in events(made, EventKind.ENDED)] == ([end] if end else [])
    assert [event.on for event in events(made, EventKind.RESUMED)] == ([back] if back else [])
    assert {event.role for event in events(made, EventKind.ENDED)} <= {None}
    assert made.doubts == ()


def test_a_relationship_ends_with_the_last_day_of_a_range_and_resumes_with_the_first() -> None:
    span = [
        {**day("2026-06-01")[0], "end": "2026-06-30 00:00:00", "end_date": "2026-06-30", "end_time": None}
    ]
    made = record({"tot": span, "weer": span})
    assert [event.on for event in events(made, EventKind.ENDED)] == [date(2026, 6, 30)]
    assert [event.on for event in events(made, EventKind.RESUMED)] == [date(2026, 6, 1)]


def test_an_end_may_be_of_one_role() -> None:
    fields = {**FIELDS, "ended_on": {"customer": "klant-tot", "supplier": "tot"}}
    made = record({"klant-tot": day("2026-06-30")}, of=app(fields=fields))
    assert [(event.role, event.on) for event in events(made, EventKind.ENDED)] == [
        (Role.CUSTOMER, date(2026, 6, 30))
    ]


def test_a_person_belongs_to_the_organisations_it_refers_to() -> None:
    person = app(role="person", relation=None)
    made = record({"klant": [to(501), to(502), to(9, 4242)]}, of=person)
    assert made.kind is SubjectKind.PERSON
    assert [ref.key for ref in made.member_of] == ["501", "502"]
    assert made.parent is None


def test_a_project_hangs_on_its_organisation() -> None:
    project = app(role="project", on_end="erase", relation=None)
    made = record({"klant": [to(502)]}, of=project)
    assert made.parent == RecordRef("crm", "item", "502", "77")
    assert made.member_of == ()
    assert made.categories == {"relation_record"}


def test_a_project_of_two_organisations_is_a_question_for_a_person() -> None:
    project = app(role="project", on_end="erase", relation=None)
    made = record({"klant": [to(501), to(502)]}, of=project)
    assert made.parent is None
    assert made.doubts == ("several_organisations:organisation",)


def test_a_kept_project_holds_nothing_that_is_ever_due() -> None:
    kept = app(role="project", on_end="keep", relation=None)
    made = record({"naam": text("Website"), "mail": HOLDS["mail"][0], "klant": [to(501), to(502)]}, of=kept)
    assert made.categories == frozenset()
    assert made.identifiers == ()
    assert made.doubts == ()


@pytest.mark.parametrize(
    "broken",
    [
        None,
        [],
        {},
        {"item_id": "501"},
        {"item_id": 501},
        {"item_id": 501, "current_revision": {"revision": "4"}},
    ],
)
def test_what_is_no_item_is_said(broken: Any) -> None:
    with pytest.raises(UnreadableItemError):
        record_of("crm", app(), frozenset(), broken)


def test_the_fields_that_are_named_are_those_that_make_an_item_hold_the_category() -> None:
    made = app(categories={"logins": "credentials"})
    kept = AppSettings.model_validate({"app_id": 78, "role": "project", "on_end": "keep"})
    settings = PodioSettings.model_validate(
        {
            "connector": "podio", "client_id": "c", "client_secret": "s", "username": "u", "password": "p",
            "apps": {"relaties": made.settings, "projecten": kept},
        }
    )  # fmt: skip
    named: dict[str, set[str]] = {}
    for one in fields_of(settings):
        if one.kind == "item":
            named.setdefault(one.category, set()).update(one.fields)
    assert named.pop("relation_record") == {"relaties.*"}, "nothing of a kept project is ever due"
    filled: dict[str, list[Any]] = {
        "kvk": text("12345678"), "iban": text("NL1"), "mail": text("a@b.example"), "tel": text("020"),
        "adres": [{"city": "Ede"}], "logins": text("x"), "profiel": [{"value": {"mail": ["a@b.example"]}}],
    }  # fmt: skip
    holding: dict[str, set[str]] = {}
    for name, found in filled.items():
        for category in record({name: found}, of=made).categories - {"relation_record"}:
            holding.setdefault(category, set()).add(f"relaties.{name}")
    assert {category: names for category, names in named.items() if names} == holding
