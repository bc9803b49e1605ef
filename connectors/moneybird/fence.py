"""What may be written, and nothing else: contacts, their contact people and their notes.

No code path of this connector can write to an invoice, a document, a payment or a ledger entry: every write
goes through `require_allowed`, which knows five addresses, and every question through `require_question`, which
knows one that is asked by POST. Tests go red when a sixth is let through, or another way out is made.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from syncd.contract import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

ALLOWED = (
    ("DELETE", re.compile(r"/contacts/[0-9]+")),
    ("PATCH", re.compile(r"/contacts/[0-9]+")),
    ("PATCH", re.compile(r"/contacts/[0-9]+/archive")),
    ("DELETE", re.compile(r"/contacts/[0-9]+/contact_people/[0-9]+")),
    ("DELETE", re.compile(r"/contacts/[0-9]+/notes/[0-9]+")),
)

BLANKABLE = {
    "contact_details": (
        "phone",
        "send_invoices_to_attention",
        "send_invoices_to_email",
        "send_estimates_to_attention",
        "send_estimates_to_email",
    ),
    "registration": ("chamber_of_commerce", "si_identifier", "si_identifier_type"),
    "bank_details": (
        "bank_account",
        "sepa_iban",
        "sepa_iban_account_name",
        "sepa_bic",
        "sepa_mandate_id",
        "sepa_mandate_date",
    ),
}
"""The contact's settable fields by data category. Name, address, VAT and customer number are not here."""

_FIELDS = frozenset(field for fields in BLANKABLE.values() for field in fields)


def require_allowed(method: str, path: str, body: Mapping[str, Any] | None) -> None:
    """Raise `Refused` for a write outside the fence, and for one that does anything but empty fields."""
    known = any(method == verb and address.fullmatch(path) for verb, address in ALLOWED)
    empties = body is None or (
        method == "PATCH" and set(body) == {"contact"} and _only_empties(body["contact"])
    )
    if not known or not empties:
        raise Refused("fence", "this connector removes or empties contacts, contact people and notes only")


def require_question(method: str, address: str) -> None:
    """Raise `Refused` for a question that Moneybird could take for an order to make or change something."""
    asks_by_ids = method == "POST" and re.fullmatch(r"[0-9a-z_/]+/synchronization\.json", address)
    if method != "GET" and not asks_by_ids:
        raise Refused("fence", "this connector asks by GET, and by POST for entries by their ids only")


def _only_empties(fields: Mapping[str, Any]) -> bool:
    custom = fields.get("custom_fields_attributes", {})
    plain = {name: value for name, value in fields.items() if name != "custom_fields_attributes"}
    return (
        set(plain) <= _FIELDS
        and all(value == "" for value in plain.values())
        and all(set(one) == {"id", "value"} and one["value"] == "" for one in custom.values())
    )
