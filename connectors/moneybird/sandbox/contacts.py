"""The simulated world's contacts in Moneybird's own JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.moneybird.sandbox.wire import USER, event, stamp, unguessable
from syncd.testing.world.shapes import BooksContact

if TYPE_CHECKING:
    from datetime import datetime

    from syncd.testing.world.shapes import BooksNote, BooksPerson


def contact(one: BooksContact, administration: str, ended_field: dict[str, str]) -> dict[str, Any]:
    """Give a contact as GET shows it."""
    custom = [] if one.ended_on is None else [{**ended_field, "value": one.ended_on}]
    return {
        "id": one.id,
        "administration_id": administration,
        "company_name": one.company_name,
        "firstname": one.firstname or None,
        "lastname": one.lastname or None,
        "address1": one.address,
        "address2": "",
        "zipcode": one.zipcode,
        "city": one.city,
        "country": one.country,
        "phone": one.phone,
        "delivery_method": "Email" if one.email else "Manual",
        "customer_id": one.customer_id,
        "tax_number": one.tax_number,
        "chamber_of_commerce": one.chamber_of_commerce,
        "bank_account": one.iban,
        "is_trusted": False,
        "max_transfer_amount": None,
        "attention": "",
        "email": one.email,
        "email_ubl": True,
        "send_invoices_to_attention": "",
        "send_invoices_to_email": one.email,
        "send_estimates_to_attention": "",
        "send_estimates_to_email": one.email,
        "direct_debit": one.sepa_active,
        **_mandate(one),
        "credit_card_number": "",
        "credit_card_reference": "",
        "credit_card_type": None,
        "tax_number_validated_at": None,
        "tax_number_valid": None,
        "invoice_workflow_id": None,
        "estimate_workflow_id": None,
        "si_identifier": "",
        "si_identifier_type": None,
        "moneybird_payments_mandate": False,
        "created_at": stamp(one.created_at),
        "updated_at": stamp(one.updated_at),
        "version": int(one.updated_at.timestamp()),
        "sales_invoices_url": f"https://moneybird.com/{administration}/sales_invoices/{unguessable(one.id)}/all",
        "notes": [_note(note, one, administration) for note in one.notes],
        "custom_fields": custom,
        "contact_people": [_person(person, one, administration) for person in one.people],
        "archived": one.archived,
        "events": [event(administration, "contact_created", one.created_at, {})],
    }


def blank(key: str, administration: str, at: datetime) -> dict[str, Any]:
    """Give a contact that was just made and says nothing yet."""
    empty = BooksContact(
        id=key, customer_id=key[-6:], company_name="", firstname="", lastname="", address="", zipcode="", city="",
        country="NL", phone="", email="", tax_number="", chamber_of_commerce="", iban="", bic="",
        sepa_active=False, created_at=at, updated_at=at,
    )  # fmt: skip
    return contact(empty, administration, {})


def new_person(key: str, owner: dict[str, Any], at: datetime, fields: dict[str, Any]) -> dict[str, Any]:
    """Give a contact person as its creation answers with it."""
    names = ("firstname", "lastname", "phone", "email", "department")
    return {
        "id": key,
        "contact_id": owner["id"],
        "administration_id": owner["administration_id"],
        **{name: fields.get(name) for name in names},
        "created_at": stamp(at),
        "updated_at": stamp(at),
        "version": int(at.timestamp()),
    }


def new_note(key: str, owner: dict[str, Any], at: datetime, fields: dict[str, Any]) -> dict[str, Any]:
    """Give a note as its creation answers with it."""
    return {
        "id": key,
        "administration_id": owner["administration_id"],
        "entity_id": owner["id"],
        "entity_type": "Contact",
        "user_id": USER,
        "assignee_id": fields.get("assignee_id"),
        "todo": bool(fields.get("todo")),
        "note": fields["note"],
        "completed_at": None,
        "completed_by_id": None,
        "todo_type": None,
        "data": {},
        "created_at": stamp(at),
        "updated_at": stamp(at),
    }


def _mandate(one: BooksContact) -> dict[str, Any]:
    name = one.company_name or f"{one.firstname} {one.lastname}"
    return {
        "sepa_active": one.sepa_active,
        "sepa_iban": one.iban if one.sepa_active else "",
        "sepa_iban_account_name": name if one.sepa_active else "",
        "sepa_bic": one.bic,
        "sepa_mandate_id": f"M-{one.customer_id}" if one.sepa_active else "",
        "sepa_mandate_date": one.created_at.date().isoformat() if one.sepa_active else None,
        "sepa_sequence_type": "RCUR",
    }


def _person(one: BooksPerson, owner: BooksContact, administration: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "contact_id": owner.id,
        "administration_id": administration,
        "firstname": one.firstname,
        "lastname": one.lastname,
        "phone": one.phone,
        "email": one.email,
        "department": None,
        "created_at": stamp(owner.created_at),
        "updated_at": stamp(owner.updated_at),
        "version": int(owner.updated_at.timestamp()),
    }


def _note(one: BooksNote, owner: BooksContact, administration: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "administration_id": administration,
        "entity_id": owner.id,
        "entity_type": "Contact",
        "user_id": USER,
        "assignee_id": None,
        "todo": False,
        "note": one.text,
        "completed_at": None,
        "completed_by_id": None,
        "todo_type": None,
        "data": {},
        "created_at": stamp(owner.created_at),
        "updated_at": stamp(owner.updated_at),
    }
