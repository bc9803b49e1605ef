"""From a Podio item to a record: the table "from records to facts" of `docs/connectors/podio.md` as code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from syncd.model import Event, EventKind, Identifier, IdentifierKind, Record, RecordRef, Role, SubjectKind

from . import values
from .settings import AppRole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from .definition import App, FieldDefinition

KIND = "item"

IDENTIFIERS: Mapping[str, IdentifierKind] = {
    "name": IdentifierKind.NAME,
    "given_name": IdentifierKind.GIVEN_NAME,
    "family_name": IdentifierKind.FAMILY_NAME,
    "kvk": IdentifierKind.KVK,
    "vat": IdentifierKind.VAT,
    "iban": IdentifierKind.IBAN,
    "customer_number": IdentifierKind.CUSTOMER_NUMBER,
    "email": IdentifierKind.EMAIL,
    "phone": IdentifierKind.PHONE,
    "street": IdentifierKind.STREET,
    "house_number": IdentifierKind.HOUSE_NUMBER,
    "postcode": IdentifierKind.POSTCODE,
    "city": IdentifierKind.CITY,
    "country": IdentifierKind.COUNTRY,
}
LOCATION: Mapping[str, IdentifierKind] = {
    "street_address": IdentifierKind.STREET,
    "street_name": IdentifierKind.STREET,
    "street_number": IdentifierKind.HOUSE_NUMBER,
    "postal_code": IdentifierKind.POSTCODE,
    "city": IdentifierKind.CITY,
    "country": IdentifierKind.COUNTRY,
}
CATEGORIES: Mapping[str, str] = {
    **dict.fromkeys(
        ("email", "phone", "address", "street", "house_number", "postcode", "city"), "contact_details"
    ),
    "kvk": "registration",
    "iban": "bank_details",
}
"""The data category of what a mapped field holds; everything else on an item is its `relation_record`."""


class UnreadableItemError(ValueError):
    """The answer is not an item: no id, or no revision."""


def record_of(account: str, app: App, organisations: frozenset[int], item: Any) -> Record:
    """Make the record of one item of `app`; `organisations` are the ids of the apps of that role.

    Raises `UnreadableItemError` when the item has no id or no revision. A value that cannot be read is a
    doubt.
    """
    if not isinstance(item, dict) or not isinstance(item.get("item_id"), int):
        raise UnreadableItemError("no item_id")
    revision = _revision(item)
    doubts: list[str] = []
    held = _Values(app, item)
    owners = tuple(_owners(account, held, organisations, doubts))
    project = app.settings.role is AppRole.PROJECT
    if project and not app.kept and len(owners) > 1:
        doubts.append("several_organisations:organisation")
    events = (*_roles(held, doubts), *_dates(held, doubts), *_activity(item))
    return Record(
        ref=RecordRef(account, KIND, str(item["item_id"]), str(app.settings.app_id)),
        version=revision,
        kind=SubjectKind.PERSON if app.settings.role is AppRole.PERSON else SubjectKind.ORGANISATION,
        categories=frozenset() if app.kept else frozenset({"relation_record", *_categories(held)}),
        identifiers=() if app.kept else tuple(dict.fromkeys(_identifiers(held))),
        events=events,
        parent=owners[0] if project and len(owners) == 1 else None,
        member_of=owners if app.settings.role is AppRole.PERSON else (),
        doubts=tuple(dict.fromkeys(doubts)),
        link=item["link"] if isinstance(item.get("link"), str) else "",
    )


def _revision(item: Mapping[str, Any]) -> str:
    current = item.get("current_revision")
    revision = current.get("revision") if isinstance(current, dict) else item.get("revision")
    if not isinstance(revision, int):
        raise UnreadableItemError("no revision")
    return str(revision)


def _is_field(one: Any) -> bool:
    return isinstance(one, dict) and type(one.get("field_id")) is int and isinstance(one.get("values"), list)


class _Values:
    """The values of one item, by the names that the mapping uses. Fields without value are not in an item."""

    def __init__(self, app: App, item: Mapping[str, Any]) -> None:
        self.app = app
        fields = item.get("fields")
        if not isinstance(fields, list) or not all(map(_is_field, fields)):
            raise UnreadableItemError("no fields")  # one that is left out could be the day it was resumed
        self._values: dict[int, list[Any]] = {one["field_id"]: one["values"] for one in fields}

    def of(self, name: str) -> tuple[FieldDefinition, list[Any]]:
        definition = self.app.fields[name]
        return definition, self._values.get(definition.id, [])

    def mapped(self, key: str) -> Iterator[tuple[FieldDefinition, list[Any]]]:
        for name in getattr(self.app.settings.fields, key):
            definition, found = self.of(name)
            if found:
                yield definition, found


def _identifiers(held: _Values) -> Iterator[Identifier]:
    for key, kind in IDENTIFIERS.items():
        for definition, found in held.mapped(key):
            if definition.type == "contact" and key in {"email", "phone"}:
                texts = values.profile_texts(found, "mail" if key == "email" else "phone")
            else:
                texts = values.texts(definition.type, found)
            yield from (Identifier(kind, text) for text in texts)
    for _definition, found in held.mapped("address"):
        yield from _address(found)
    for _definition, found in held.mapped("birth_date"):
        for value in found:
            born = values.moment(value)
            if born is not None:
                yield Identifier(IdentifierKind.BIRTH_DATE, born.isoformat()[:10])
    for where, name in held.app.settings.references.items():
        definition, found = held.of(name)
        for text in values.texts(definition.type, found):
            yield Identifier(IdentifierKind.REFERENCE, f"{where}:{text}")


def _address(found: list[Any]) -> Iterator[Identifier]:
    for value in found:
        seen: set[IdentifierKind] = set()
        for key, kind in LOCATION.items():
            text = value.get(key) if isinstance(value, dict) else None
            if isinstance(text, str) and text.strip() and kind not in seen:
                seen.add(kind)
                yield Identifier(kind, text.strip())


def _categories(held: _Values) -> Iterator[str]:
    for key, category in CATEGORIES.items():
        if any(True for _ in held.mapped(key)):
            yield category
    for name, category in held.app.settings.categories.items():
        if held.of(name)[1]:
            yield category


def _roles(held: _Values, doubts: list[str]) -> Iterator[Event]:
    relation = held.app.settings.relation
    if relation is None:
        return
    if relation.role is not None:
        yield Event(EventKind.ROLE, role=relation.role, origin="settings:relation")
        return
    definition, found = held.of(relation.field or "")
    known = {option.strip().lower(): role for option, role in relation.roles.items()}
    chosen = values.options(found)
    if len(chosen) < len(found):
        doubts.append("unreadable_option:relation")
    for option in chosen:
        role = known.get(option.text.strip().lower()) or known.get(option.id)
        if role is None:
            doubts.append("unmapped_option:relation")
        elif isinstance(role, Role):
            yield Event(EventKind.ROLE, role=role, origin=_origin(definition))


def _dates(held: _Values, doubts: list[str]) -> Iterator[Event]:
    fields = held.app.settings.fields
    ends = [(EventKind.ENDED, "ended_on", role, name) for role, name in fields.ends()]
    returns = [(EventKind.RESUMED, "resumed_on", None, name) for name in fields.resumed_on]
    for kind, key, role, name in (*ends, *returns):
        definition, found = held.of(name)
        for value in found:
            on = values.moment(value, last=kind is EventKind.ENDED)
            if on is None:
                doubts.append(f"unreadable_date:{key}")
            else:
                yield Event(kind, on, role, _origin(definition))


def _activity(item: Mapping[str, Any]) -> Iterator[Event]:
    """Give the item's birth and last edit.

    syncd edits an item only after its relationship ended, when activity no longer decides anything.
    """
    current = item.get("current_revision")
    edited = current.get("created_on") if isinstance(current, dict) else None
    for origin, text in (("created_on", item.get("created_on")), ("current_revision", edited)):
        on = values.utc(text)
        if on is not None:
            yield Event(EventKind.ACTIVITY, on, origin=origin)


def _owners(
    account: str, held: _Values, organisations: frozenset[int], doubts: list[str]
) -> Iterator[RecordRef]:
    for definition, found in held.mapped("organisation"):
        references = values.references(found)
        if len(references) < len(found):
            doubts.append("unreadable_reference:organisation")
        for reference in references:
            app_id = reference.app_id or (definition.referenced[0] if len(definition.referenced) == 1 else 0)
            if app_id in organisations:
                yield RecordRef(account, KIND, str(reference.item_id), str(app_id))
            elif not app_id:
                doubts.append("unreadable_reference:organisation")


def _origin(definition: FieldDefinition) -> str:
    return f"field:{definition.external_id}"
