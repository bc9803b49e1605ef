"""Read an app's definition and hold the account's mapping against it, before any item is read.

A mapping that names a field which is not there would read as "no end known", which is a wrong answer that
nobody sees. So every name is looked up, and what does not fit is a finding that names the app and the field.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from syncd.contract import Finding

from .settings import AppRole
from .values import listed, objects

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .settings import AppSettings

TEXTUAL = frozenset({"text", "number", "calculation", "category", "phone", "tel", "email", "tag"})
VOLATILE = frozenset({"calculation", "contact"})
DATES = frozenset({"date", "calculation"})
TYPES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(
        ("kvk", "vat", "iban", "customer_number", "street", "house_number", "postcode", "city", "country"),
        TEXTUAL,
    ),
    **dict.fromkeys(("name", "given_name", "family_name"), TEXTUAL | {"contact"}),
    "email": frozenset({"email", "text", "calculation", "contact"}),
    "phone": frozenset({"phone", "tel", "text", "calculation", "contact"}),
    "address": frozenset({"location"}),
    "organisation": frozenset({"app"}),
    **dict.fromkeys(("birth_date", "ended_on", "resumed_on"), DATES),
    "reference": TEXTUAL,
    "relation": frozenset({"category"}),
}
"""Field types that can say what a key of the mapping asks for (https://developers.podio.com/doc/applications)."""

KNOWN_TYPES = frozenset().union(*TYPES.values()) | {
    "number", "image", "member", "money", "progress", "duration", "embed", "question", "file", "tag",
}  # fmt: skip


@dataclass(frozen=True)
class OptionDefinition:
    """One option of a category field. A deleted one stays in the items that have it."""

    id: str
    text: str
    active: bool

    def among(self, names: set[str]) -> bool:
        """Tell whether a mapping names this option, by its text in lower case or by its id."""
        return bool({self.id, self.text.strip().lower()} & names)


@dataclass(frozen=True)
class FieldDefinition:
    """One field of an app. `referenced` are the apps that an app field may point at.

    `label` is what people see, `mapping` what the field says of a contact, in an app of contacts.
    """

    id: int
    external_id: str
    type: str
    active: bool
    label: str = ""
    mapping: str = ""
    return_type: str = ""
    options: tuple[OptionDefinition, ...] = ()
    referenced: tuple[int, ...] = ()


@dataclass(frozen=True)
class App:
    """One configured app: its table, its settings, and what Podio says about it."""

    table: str
    settings: AppSettings
    space_id: int
    rights: frozenset[str]
    fields: Mapping[str, FieldDefinition]  # by external_id and by field_id
    revision: int = 0
    findings: tuple[Finding, ...] = ()

    @property
    def kept(self) -> bool:
        """Tell whether nothing of this app is ever erased."""
        return self.settings.kept

    @property
    def volatile(self) -> bool:
        """Tell whether an item may read differently without a new revision: a formula, a profile elsewhere."""
        named = (self.fields.get(name) for _purpose, _key, name in named_fields(self.settings))
        return any(one is not None and one.type in VOLATILE for one in named)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """Findings that make this app unreadable."""
        return tuple(finding for finding in self.findings if finding.level == "error")


def read_app(table: str, settings: AppSettings, answer: Mapping[str, Any]) -> App:
    """Make an `App` of the answer to `GET /app/{app_id}` and say what does not fit the mapping."""
    fields: dict[str, FieldDefinition] = {}
    for one in fields_of(answer):
        fields[str(one.id)] = one
        fields[one.external_id] = one
    app = App(
        table=table,
        settings=settings,
        space_id=answer["space_id"] if isinstance(answer.get("space_id"), int) else 0,
        rights=frozenset(right for right in listed(answer.get("rights")) if isinstance(right, str)),
        fields=fields,
        revision=answer["current_revision"] if isinstance(answer.get("current_revision"), int) else 0,
    )
    findings = (*_status(app, answer), *_mapping(app), *_relation(app), *_advice(app))
    return replace(app, findings=findings)


def fields_of(answer: Mapping[str, Any]) -> list[FieldDefinition]:
    """Give the fields in an app's definition, in the order in which Podio shows them."""
    found = (_field(raw) for raw in objects(answer.get("fields")))
    return [one for one in found if one is not None]


def _field(raw: dict[str, Any]) -> FieldDefinition | None:
    if not isinstance(raw.get("field_id"), int):
        return None
    config = _object(raw.get("config"))
    settings = _object(config.get("settings"))
    return FieldDefinition(
        id=raw["field_id"],
        external_id=str(raw.get("external_id") or raw["field_id"]),
        type=str(raw.get("type")),
        active=raw.get("status", "active") != "deleted",
        label=str(config.get("label") or raw.get("label") or ""),
        mapping=str(config.get("mapping") or ""),
        return_type=str(settings.get("return_type") or ""),
        options=tuple(
            OptionDefinition(str(one.get("id")), str(one.get("text")), one.get("status") != "deleted")
            for one in objects(settings.get("options"))
        ),
        referenced=tuple(
            one["app_id"]
            for one in objects(settings.get("referenced_apps"))
            if isinstance(one.get("app_id"), int)
        ),
    )


def _object(value: Any) -> dict[str, Any]:
    """Give what should be an object; whatever else stands there says nothing, and what it should say is missed."""
    return value if isinstance(value, dict) else {}


def named_fields(settings: AppSettings) -> Iterator[tuple[str, str, str]]:
    """Give every field that a mapping names: what it is for, the key in the file, and its name."""
    for key in type(settings.fields).model_fields:
        if key == "ended_on":
            yield from ((key, f"fields.{key}", name) for _role, name in settings.fields.ends())
        else:
            yield from ((key, f"fields.{key}", name) for name in getattr(settings.fields, key))
    yield from (("reference", f"references.{where}", name) for where, name in settings.references.items())
    yield from (("", "categories", name) for name in settings.categories)
    if settings.relation and settings.relation.field:
        yield "relation", "relation.field", settings.relation.field


def _status(app: App, answer: Mapping[str, Any]) -> Iterator[Finding]:
    if answer.get("status", "active") != "active":
        yield Finding(
            "error",
            "app_inactive",
            f"app {app.table} is archived",
            f"restore it, or remove [apps.{app.table}]",
        )


def _mapping(app: App) -> Iterator[Finding]:
    for purpose, key, name in named_fields(app.settings):
        where = f"app {app.table}, {key} = {name!r}"
        known = app.fields.get(name)
        remedy = f"fields that fit: {', '.join(_fitting(app, purpose)) or 'none'}"
        if known is None:
            yield Finding("error", "unknown_field", f"{where}: the app has no such field", remedy)
        elif not known.active:
            yield Finding("error", "deleted_field", f"{where}: the field was deleted in Podio", remedy)
        elif purpose and not _fits(known, purpose):
            wanted = ", ".join(sorted(TYPES[purpose]))
            yield Finding(
                "error",
                "wrong_type",
                f"{where}: the field is of {_type_in_words(known.type)}, not one of {wanted}",
                remedy,
            )
        elif known.type == "contact":
            yield Finding(
                "warning",
                "contact_profile",
                f"{where}: a contact profile is an object of its own and stays when the item is deleted",
                "delete the profile by hand, in the workspace's contacts",
            )


def _fitting(app: App, purpose: str) -> list[str]:
    """Give the names of the fields that a key could name."""
    return sorted(
        {
            one.external_id
            for one in app.fields.values()
            if one.active and (not purpose or _fits(one, purpose))
        }
    )


def _type_in_words(type_: str) -> str:
    """Name a type that Podio has; whatever else stands in its place could be anybody's text."""
    return f"type {type_}" if type_ in KNOWN_TYPES else "an unknown type"


def _fits(known: FieldDefinition, purpose: str) -> bool:
    if known.type == "calculation":
        return (known.return_type == "date") == (TYPES[purpose] == DATES) and "calculation" in TYPES[purpose]
    return known.type in TYPES[purpose]


def _relation(app: App) -> Iterator[Finding]:
    relation = app.settings.relation
    known = app.fields.get(relation.field or "") if relation else None
    if relation is None or known is None or known.type != "category":
        return
    where = f"app {app.table}, relation.roles"
    mapped = {option.strip().lower() for option in relation.roles}
    for name in sorted(mapped):
        named = [option for option in known.options if option.among({name})]
        if not named:
            text = f"{where}: field {relation.field!r} has no option {name!r}"
            yield Finding("error", "unknown_option", text, "write the option as Podio shows it, or its id")
        elif not any(option.active for option in named):
            text = f"{where}: option {name!r} was deleted; old items may still have it"
            yield Finding("warning", "deleted_option", text)
    for option in known.options:
        if option.active and not option.among(mapped):
            text = f"{where}: option {option.text!r} is not mapped; an item that has it goes to review"
            yield Finding("warning", "unmapped_option", text, 'map it to a role, or to "none"')


def _advice(app: App) -> Iterator[Finding]:
    if app.settings.role is not AppRole.ORGANISATION:
        return
    if app.settings.relation is None:
        yield Finding(
            "warning",
            "no_relation",
            f"app {app.table} names no relation: its items have no role and no end is ever due",
            "add relation, or use syncd relationship",
        )
    if not app.settings.fields.ends():
        yield Finding(
            "warning",
            "no_ended_on",
            f"app {app.table} names no ended_on: no end is ever read from it",
            "add a date field for the end of the relationship, or use syncd relationship",
        )
