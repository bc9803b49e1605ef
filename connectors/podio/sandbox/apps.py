"""The three apps of the simulated workspace, and the items that a world's `Crm` puts in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date, datetime

    from syncd.testing.world.shapes import Crm, CrmOrganisation, CrmPerson, CrmProject

RIGHTS = (
    "view_structure", "reference", "view", "update", "add_task", "delete", "share", "subscribe", "add_hook",
    "export", "add_item",
)  # fmt: skip
RELATIONS = ("Klant", "Leverancier", "Prospect")
FIRST_FIELD_ID = 270_000_000


@dataclass
class Field:
    """A field's definition; `apps` are what an app field may refer to. Deleted fields and options stay in it."""

    id: int
    external_id: str
    label: str
    type: str
    options: tuple[str, ...] = ()
    apps: tuple[int, ...] = ()
    multiple: bool = False
    html: bool = False
    status: str = "active"
    deleted_options: tuple[str, ...] = ()

    def config(self) -> dict[str, Any]:
        """Give the field's settings as they stand in an app's definition and beside a value."""
        settings: dict[str, Any] = {}
        if self.type == "text":
            settings = {"size": "large" if self.html else "small", "format": "html" if self.html else "plain"}
        elif self.type == "category":
            options = [
                {
                    "id": number,
                    "status": "deleted" if text in self.deleted_options else "active",
                    "text": text,
                    "color": "DCEBD8",
                }
                for number, text in enumerate(self.options, 1)
            ]
            settings = {"multiple": self.multiple, "display": "inline", "options": options}
        elif self.type == "app":
            settings = {
                "multiple": self.multiple,
                "referenceable_types": list(self.apps),
                "referenced_apps": [{"app_id": app_id, "view_id": None} for app_id in self.apps],
            }
        elif self.type == "date":
            settings = {"calendar": True, "end": "disabled", "time": "enabled", "color": "DCEBD8"}
        elif self.type == "email":
            settings = {"possible_types": ["home", "other", "work"], "include_in_cc": False}
        elif self.type == "phone":
            settings = {
                "possible_types": ["home", "main", "mobile", "other", "private_fax", "work", "work_fax"]
            }
        return {"label": self.label, "mapping": None, "settings": settings}


@dataclass
class App:
    """An app with its secret token."""

    id: int
    space_id: int
    name: str
    item_name: str
    token: str
    fields: list[Field]
    revision: int = 1

    def by_name(self) -> dict[str, Field]:
        """Give the fields by their external ids and by their field ids."""
        return {name: one for one in self.fields for name in (one.external_id, str(one.id))}

    def reference(self) -> dict[str, Any]:
        """Give the short form in which an app stands inside an item."""
        return {
            "app_id": self.id,
            "name": self.name,
            "item_name": self.item_name,
            "space_id": self.space_id,
            "status": "active",
            "config": {"name": self.name, "item_name": self.item_name, "type": "standard"},
        }


@dataclass
class Item:
    """An item as the service stores it: only fields that have values."""

    id: int
    app_id: int
    number: int
    created_on: str
    edited_on: str
    revision: int
    values: dict[str, list[dict[str, Any]]]
    viewed: bool = False
    event_on: str = ""
    refers_to: dict[str, list[int]] = field(default_factory=dict)


def make_apps(crm: Crm) -> tuple[App, App, App]:
    """Give the apps Relaties, Contactpersonen and Projecten."""
    organisations = [
        ("naam", "Naam", "text"), ("kvk-nummer", "KVK-nummer", "text"), ("btw-nummer", "Btw-nummer", "text"),
        ("iban", "IBAN", "text"), ("e-mail", "E-mail", "email"), ("telefoon", "Telefoon", "phone"),
        ("adres", "Adres", "text"), ("postcode", "Postcode", "text"), ("plaats", "Plaats", "text"),
        ("relatie", "Relatie", "category"), ("relatie-beeindigd-op", "Relatie beëindigd op", "date"),
        ("relatie-hervat-op", "Relatie hervat op", "date"), ("debiteurnummer", "Debiteurnummer", "text"),
        ("opmerkingen", "Opmerkingen", "text"),
    ]  # fmt: skip
    persons = [
        ("naam", "Naam", "text"), ("e-mail", "E-mail", "email"), ("telefoon", "Telefoon", "phone"),
        ("geboortedatum", "Geboortedatum", "date"), ("functie", "Functie", "text"),
        ("organisatie", "Organisatie", "app"),
    ]  # fmt: skip
    projects = [("titel", "Titel", "text"), ("opdrachtgever", "Opdrachtgever", "app")]
    return (
        _app(crm, crm.organisations_app, ("Relaties", "Relatie"), organisations, first=0),
        _app(crm, crm.persons_app, ("Contactpersonen", "Contactpersoon"), persons, first=100),
        _app(crm, crm.projects_app, ("Projecten", "Project"), projects, first=200),
    )


def _app(
    crm: Crm,
    app_id: int,
    names: tuple[str, str],
    fields: Iterable[tuple[str, str, str]],
    *,
    first: int,
) -> App:
    made = [
        Field(
            id=FIRST_FIELD_ID + first + number,
            external_id=external_id,
            label=label,
            type=kind,
            options=RELATIONS if kind == "category" else (),
            apps=(crm.organisations_app,) if kind == "app" else (),
            multiple=kind == "category" or external_id == "organisatie",
            html=external_id == "opmerkingen",
        )
        for number, (external_id, label, kind) in enumerate(fields, 1)
    ]
    return App(app_id, crm.space_id, *names, token=f"app-token-{app_id}", fields=made)


def make_items(crm: Crm) -> Iterator[Item]:
    """Give every item of the world's CRM."""
    for number, organisation in enumerate(crm.organisations, 1):
        yield _item(organisation, crm.organisations_app, number, _organisation_values(organisation), {})
    for number, person in enumerate(crm.persons, 1):
        values = {
            "naam": texts(person.name),
            "e-mail": typed("work", person.email),
            "telefoon": typed("mobile", person.phone),
            "geboortedatum": day(person.birth_date),
            "functie": texts(person.job),
        }
        yield _item(person, crm.persons_app, number, values, {"organisatie": list(person.organisations)})
    for number, project in enumerate(crm.projects, 1):
        refers = {"opdrachtgever": [project.organisation]}
        yield _item(project, crm.projects_app, number, {"titel": texts(project.title)}, refers)


def _organisation_values(one: CrmOrganisation) -> dict[str, list[dict[str, Any]]]:
    return {
        "naam": texts(one.name),
        "kvk-nummer": texts(one.kvk),
        "btw-nummer": texts(one.vat),
        "iban": texts(one.iban),
        "e-mail": typed("work", one.email),
        "telefoon": typed("work", one.phone),
        "adres": texts(one.street),
        "postcode": texts(one.postcode),
        "plaats": texts(one.city),
        "relatie": [
            {"value": {"id": RELATIONS.index(text) + 1, "text": text, "status": "active", "color": "DCEBD8"}}
            for text in one.relation
        ],
        "relatie-beeindigd-op": day(one.ended_on),
        "relatie-hervat-op": day(one.resumed_on),
        "debiteurnummer": texts(one.books_number),
        "opmerkingen": texts(f"<p>{one.remarks}</p>" if one.remarks else ""),
    }


def _item(
    one: CrmOrganisation | CrmPerson | CrmProject,
    app_id: int,
    number: int,
    values: dict[str, list[dict[str, Any]]],
    refers_to: dict[str, list[int]],
) -> Item:
    return Item(
        id=one.id,
        app_id=app_id,
        number=number,
        created_on=stamp(one.created_on),
        edited_on=stamp(one.edited_on),
        revision=int(one.edited_on != one.created_on),
        values={name: found for name, found in values.items() if found},
        refers_to={name: found for name, found in refers_to.items() if any(found)},
    )


def option(one: Field, number: int) -> dict[str, Any]:
    """Give the value of a category field with this option; options count from one."""
    return {"value": {"id": number, "text": one.options[number - 1], "status": "active", "color": "DCEBD8"}}


def texts(value: str) -> list[dict[str, Any]]:
    """Give the values of a text field."""
    return [{"value": value}] if value else []


def typed(kind: str, value: str) -> list[dict[str, Any]]:
    """Give the values of an e-mail or phone field."""
    return [{"type": kind, "value": value}] if value else []


def day(value: date | None) -> list[dict[str, Any]]:
    """Give the values of a date field without a time: naive, and its `start_utc` is a date only."""
    if value is None:
        return []
    text = value.isoformat()
    return [
        {
            "start": f"{text} 00:00:00",
            "start_date": text,
            "start_time": None,
            "start_utc": text,
            "start_date_utc": text,
            "start_time_utc": None,
        }
    ]


def stamp(value: datetime) -> str:
    """Write a moment as Podio does: UTC, without saying so."""
    return (value.astimezone(UTC) if value.tzinfo else value).strftime("%Y-%m-%d %H:%M:%S")
