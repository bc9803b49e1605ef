"""From a Moneybird contact to records: the contact itself, its contact people and its notes.

The table is in docs/connectors/moneybird.md. Roles and the end of the relationship come only from the custom
fields that the settings name; `updated_at` is no sign of life, because syncd's own writes would count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connectors.moneybird.values import (
    UnreadableError,
    children,
    day_by_hand,
    identifier,
    moment,
    objects,
    text,
)
from syncd.model import (
    DataCategory,
    Event,
    EventKind,
    Identifier,
    IdentifierKind,
    Record,
    RecordRef,
    Role,
    SubjectKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from connectors.moneybird.settings import MoneybirdSettings
    from syncd.model import Moment

CONTACT, CONTACT_PERSON, NOTE = "contact", "contact_person", "note"

CONTACT_DETAILS = (
    "phone",
    "email",
    "attention",
    "send_invoices_to_attention",
    "send_invoices_to_email",
    "send_estimates_to_attention",
    "send_estimates_to_email",
)
REGISTRATION = ("chamber_of_commerce", "si_identifier")
SEPA = ("sepa_iban", "sepa_iban_account_name", "sepa_bic", "sepa_mandate_id", "sepa_mandate_date")
CARD = ("credit_card_number", "credit_card_reference")

_IDENTIFIERS = (
    ("chamber_of_commerce", IdentifierKind.KVK),
    ("tax_number", IdentifierKind.VAT),
    ("bank_account", IdentifierKind.IBAN),
    ("sepa_iban", IdentifierKind.IBAN),
    ("phone", IdentifierKind.PHONE),
    ("customer_id", IdentifierKind.CUSTOMER_NUMBER),
    ("firstname", IdentifierKind.GIVEN_NAME),
    ("lastname", IdentifierKind.FAMILY_NAME),
    ("address1", IdentifierKind.STREET),
    ("zipcode", IdentifierKind.POSTCODE),
    ("city", IdentifierKind.CITY),
    ("country", IdentifierKind.COUNTRY),
)
_E_MAILS = ("email", "send_invoices_to_email", "send_estimates_to_email")
_PEPPOL = {"0106": IdentifierKind.KVK, "NL:KVK": IdentifierKind.KVK, "9944": IdentifierKind.VAT}
"""Peppol's codes for the Dutch trade register and VAT number (docs.peppol.eu, EAS code list)."""


@dataclass(frozen=True)
class Contacts:
    """Turns one contact's JSON into records, for one account and its settings."""

    account: str
    website: str
    settings: MoneybirdSettings

    def ref(self, key: str) -> RecordRef:
        """Give the reference of a contact."""
        return RecordRef(self.account, CONTACT, key)

    def child_ref(self, kind: str, key: str, contact: str) -> RecordRef:
        """Give the reference of a contact person or note."""
        return RecordRef(self.account, kind, key, within=contact)

    def records(self, raw: Mapping[str, Any], *, quote_expired: Moment | None = None) -> Iterator[Record]:
        """Give the contact and what hangs on it; raises `UnreadableError`.

        `quote_expired` is the day on which the only quote this contact ever got ran out.
        """
        contact = self._contact(raw, quote_expired)
        yield contact
        for person in children(raw, "contact_people"):
            yield self._person(person, contact)
        for note in children(raw, "notes"):
            yield self._note(note, contact)

    def _contact(self, raw: Mapping[str, Any], quote_expired: Moment | None) -> Record:
        key = identifier(raw.get("id"))
        company = text(raw.get("company_name"))
        doubts: list[str] = []
        events = [
            *_seen("created_at", raw.get("created_at")),
            *self._ended_and_roles(raw, doubts),
        ]
        if quote_expired is not None:
            events.append(Event(EventKind.QUOTE_EXPIRED, quote_expired, origin="estimates"))
        return Record(
            ref=self.ref(key),
            version=version(raw),
            kind=SubjectKind.ORGANISATION if company else SubjectKind.PERSON,
            categories=self.categories(raw),
            identifiers=tuple(_identifiers(raw, company)),
            events=tuple(events),
            doubts=tuple(doubts),
            restricted=raw.get("archived") is True,
            link=f"{self.website}/contacts/{key}",
        )

    def _person(self, raw: Mapping[str, Any], contact: Record) -> Record:
        key = identifier(raw.get("id"))
        return Record(
            ref=self.child_ref(CONTACT_PERSON, key, contact.ref.key),
            version=version(raw),
            kind=SubjectKind.PERSON,
            categories=frozenset({"contact_details"}),
            identifiers=tuple(_person_identifiers(raw)),
            parent=contact.ref,
            member_of=(contact.ref,),
            restricted=contact.restricted,
            link=contact.link,
        )

    def _note(self, raw: Mapping[str, Any], contact: Record) -> Record:
        key = identifier(raw.get("id"))
        return Record(
            ref=self.child_ref(NOTE, key, contact.ref.key),
            version=version(raw),
            kind=contact.kind,
            categories=frozenset({"relation_record"}),
            parent=contact.ref,
            restricted=contact.restricted,
            link=contact.link,
        )

    def categories(self, raw: Mapping[str, Any]) -> frozenset[DataCategory]:
        """Tell which data categories the contact itself still holds."""
        held = {"fiscal_identity"}
        if _any(raw, CONTACT_DETAILS):
            held.add("contact_details")
        if _any(raw, REGISTRATION):
            held.add("registration")
        if _any(raw, CARD) or _holds_bank_details(raw):
            held.add("bank_details")
        if any(self.unmapped_custom_fields(raw)):
            held.add("relation_record")
        return frozenset(held)

    def unmapped_custom_fields(self, raw: Mapping[str, Any]) -> Iterator[str]:
        """Give the ids of custom fields that hold something and have no meaning of their own for syncd."""
        for one in objects(raw.get("custom_fields")):
            mapped = _is(one, self.settings.ended_field) or _is(one, self.settings.role_field)
            if not mapped and text(one.get("value")):
                yield identifier(one.get("id"))

    def _ended_and_roles(self, raw: Mapping[str, Any], doubts: list[str]) -> Iterator[Event]:
        roles: list[Role] = []
        for field, value in _values(raw, self.settings.role_field):
            for word in filter(None, (one.strip().casefold() for one in value.split(","))):
                meant = {name.casefold(): role for name, role in self.settings.roles.items()}.get(word)
                if meant is None:
                    doubts.append(f"unknown_role:{field}")
                else:
                    roles.append(meant)
                    yield Event(EventKind.ROLE, role=meant, origin=field)
        for field, value in _values(raw, self.settings.ended_field):
            try:
                on = day_by_hand(value)
            except UnreadableError:
                doubts.append(f"unreadable_date:{field}")
                continue
            if not roles:
                yield Event(EventKind.ENDED, on, origin=field)
            for role in roles:
                yield Event(EventKind.ENDED, on, role, origin=field)


def version(raw: Mapping[str, Any]) -> str:
    """Give what changes when the entry changes; notes have no version, only a time."""
    return text(raw.get("version")) or text(raw.get("updated_at"))


def mandate_is_active(raw: Mapping[str, Any]) -> bool:
    """Tell whether the contact's direct-debit mandate stands: it is then held with the fiscal identity."""
    return raw.get("sepa_active") is True


def _holds_bank_details(raw: Mapping[str, Any]) -> bool:
    # Moneybird shows the mandate's IBAN as `bank_account` too.
    account = text(raw.get("bank_account"))
    if mandate_is_active(raw):
        return bool(account) and account != text(raw.get("sepa_iban"))
    return bool(account) or _any(raw, SEPA)


def _any(raw: Mapping[str, Any], fields: Iterable[str]) -> bool:
    return any(text(raw.get(field)) for field in fields)


def _is(custom_field: Mapping[str, Any], wanted: str | None) -> bool:
    return wanted is not None and wanted in {text(custom_field.get("id")), text(custom_field.get("name"))}


def _values(raw: Mapping[str, Any], wanted: str | None) -> Iterator[tuple[str, str]]:
    for one in objects(raw.get("custom_fields")):
        if _is(one, wanted) and (value := text(one.get("value"))):
            yield f"custom_field:{identifier(one.get('id'))}", value


def _seen(origin: str, value: Any) -> Iterator[Event]:
    on = moment(value)
    if on is not None:
        yield Event(EventKind.ACTIVITY, on, origin=origin)


def _identifiers(raw: Mapping[str, Any], company: str) -> Iterator[Identifier]:
    name = company or " ".join(filter(None, (text(raw.get("firstname")), text(raw.get("lastname")))))
    found = [(IdentifierKind.NAME, name)]
    found += [(kind, text(raw.get(field))) for field, kind in _IDENTIFIERS]
    found += [(IdentifierKind.EMAIL, one) for field in _E_MAILS for one in _split(text(raw.get(field)))]
    if peppol := _PEPPOL.get(text(raw.get("si_identifier_type"))):
        found.append((peppol, text(raw.get("si_identifier"))))
    return (Identifier(kind, value) for kind, value in dict.fromkeys(found) if value)


def _person_identifiers(raw: Mapping[str, Any]) -> Iterator[Identifier]:
    given, family = text(raw.get("firstname")), text(raw.get("lastname"))
    found = (
        (IdentifierKind.NAME, " ".join(filter(None, (given, family)))),
        (IdentifierKind.GIVEN_NAME, given),
        (IdentifierKind.FAMILY_NAME, family),
        (IdentifierKind.PHONE, text(raw.get("phone"))),
        *((IdentifierKind.EMAIL, one) for one in _split(text(raw.get("email")))),
    )
    return (Identifier(kind, value) for kind, value in found if value)


def _split(addresses: str) -> list[str]:
    return [one.strip() for one in addresses.replace(";", ",").split(",")]
