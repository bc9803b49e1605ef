"""What the simulated administration remembers, and what its few writes do to that."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from connectors.moneybird.sandbox import contacts, papers, wire

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from syncd.testing.world.shapes import Books

RESOURCES = (
    "sales_invoices",
    "external_sales_invoices",
    "purchase_invoices",
    "receipts",
    "general_documents",
    "typeless_documents",
    "general_journal_documents",
    "estimates",
    "recurring_sales_invoices",
)

ENDED_FIELD = {"id": "496081422624229001", "name": "Relatie beëindigd op"}
REMARK_FIELD = {"id": "496081422624229002", "name": "Opmerking"}

SETTABLE = frozenset(
    {
        "company_name", "firstname", "lastname", "address1", "address2", "zipcode", "city", "country", "phone",
        "delivery_method", "email_ubl", "customer_id", "tax_number", "chamber_of_commerce", "bank_account",
        "send_invoices_to_attention", "send_invoices_to_email", "send_estimates_to_attention",
        "send_estimates_to_email", "sepa_active", "sepa_iban", "sepa_iban_account_name", "sepa_bic",
        "sepa_mandate_id", "sepa_mandate_date", "sepa_sequence_type", "invoice_workflow_id",
        "estimate_workflow_id", "si_identifier", "si_identifier_type", "direct_debit", "custom_fields_attributes",
    }
)  # fmt: skip
_FIRST_NEW_ID = 590_000_000_000_000_000
_MIRRORED = {"send_invoices_to_email": "email", "send_invoices_to_attention": "attention"}
_MANDATE = (
    "sepa_iban", "sepa_iban_account_name", "sepa_bic", "sepa_mandate_id", "sepa_mandate_date", "sepa_sequence_type",
)  # fmt: skip
"""What an active mandate must have, as the interface document says."""
_NULL_WHEN_EMPTY = frozenset({"sepa_mandate_date", "si_identifier_type"})


class InvalidError(Exception):
    """A change that would leave an invalid contact: field → complaints, as the body of a 422 wants them."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        super().__init__("invalid")
        self.fields = fields


class Administration:
    """Contacts and papers as JSON values, changed in place; its clock ticks once per write."""

    def __init__(self, books: Books, today: date) -> None:
        self.id = books.administration_id
        self.today = today
        self._writes = self._created = 0
        self.custom_fields = (ENDED_FIELD, REMARK_FIELD)
        self.contacts = {one.id: contacts.contact(one, self.id, ENDED_FIELD) for one in books.contacts}
        self.documents: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in RESOURCES}
        self.subscriptions: list[dict[str, Any]] = []
        self.additional_charges: list[dict[str, Any]] = []
        for paper in books.documents:
            self.documents[paper.resource][paper.id] = papers.document(paper, self.id)

    def snapshot(self) -> dict[str, Any]:
        """Give everything, as plain JSON values."""
        return copy.deepcopy(
            {
                "contacts": self.contacts,
                "documents": self.documents,
                "subscriptions": self.subscriptions,
                "additional_charges": self.additional_charges,
            }
        )

    def papers_of(self, contact: str) -> Iterator[dict[str, Any]]:
        """Give every paper that names the contact."""
        for listed in self.documents.values():
            yield from (paper for paper in listed.values() if contact in papers.contacts_of(paper))

    def shown(self, paper: dict[str, Any]) -> dict[str, Any]:
        """Give a paper as the API shows it: with its contact, who carries no history there."""
        if "contact_id" not in paper:
            return paper
        contact = self.contacts.get(paper["contact_id"])
        simple = {name: value for name, value in contact.items() if name != "events"} if contact else None
        return {**paper, "contact": simple}

    # --- writes ---------------------------------------------------------------------------------------------

    def delete_contact(self, key: str) -> str | None:
        """Delete a contact; gives `archived` when papers keep it, `refused` when it was archived already."""
        contact = self.contacts[key]
        if not any(self.papers_of(key)):
            del self.contacts[key]
            return None
        if contact["archived"]:
            return "refused"
        self.archive_contact(key)
        for recurring in self.documents["recurring_sales_invoices"].values():
            if recurring["contact_id"] == key:
                recurring["active"] = False
        return "archived"

    def archive_contact(self, key: str) -> None:
        """Hide a contact from the default lists."""
        contact = self.contacts[key]
        contact["archived"] = True
        self._touch(contact, "contact_archived", {})

    def create_contact(self, fields: dict[str, Any]) -> dict[str, Any]:
        """Add a contact; raises `InvalidError` when nothing names it."""
        made = contacts.blank(self._new_id(), self.id, self._now())
        self.contacts[made["id"]] = made
        try:
            return self.change_contact(made["id"], fields)
        except InvalidError:
            del self.contacts[made["id"]]
            raise

    def create_child(self, contact: str, list_name: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Add a contact person or a note; raises `InvalidError`."""
        owner = self.contacts[contact]
        required = ("firstname", "lastname") if list_name == "contact_people" else ("note",)
        if missing := [name for name in required if not fields.get(name)]:
            raise InvalidError({name: ["can't be blank"] for name in missing})
        make = contacts.new_person if list_name == "contact_people" else contacts.new_note
        made = make(self._new_id(), owner, self._now(), fields)
        owner[list_name] = [*owner[list_name], made]
        self._touch(owner, f"{'contact_person' if list_name == 'contact_people' else 'note'}_created", {})
        return made

    def change_contact(self, key: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Change a contact; raises `InvalidError`, and `KeyError` for a custom field that is not there.

        The old and the new value of everything stay in its history.
        """
        contact = self.contacts[key]
        changed = {name: _stored(name, value) for name, value in fields.items() if name in SETTABLE}
        custom = changed.pop("custom_fields_attributes", {})
        for source, mirror in _MIRRORED.items():
            if source in changed:
                changed[mirror] = changed[source]
        after = {**contact, **changed}
        names = ("firstname", "lastname", "company_name")
        if not any(after[name] for name in names):
            raise InvalidError({name: ["is required"] for name in names})
        missing = [name for name in _MANDATE if not after[name]]
        if missing and after["sepa_active"] and any(name.startswith("sepa_") for name in changed):
            raise InvalidError({name: ["can't be blank"] for name in missing})
        values = self._custom_values(contact, custom)
        changes = {name: [contact[name], new] for name, new in changed.items() if contact[name] != new}
        contact.update(changed)
        contact["custom_fields"] = values
        if changed.get("firstname") and changed.get("lastname") and contact["company_name"]:
            self._name_contact_person(contact)
        self._touch(contact, "contact_changed", {"changes": changes})
        return contact

    def _name_contact_person(self, owner: dict[str, Any]) -> None:
        """Make a contact person of the name that a company was given, as the interface document shows."""
        name = {part: owner[part] for part in ("firstname", "lastname")}
        if not any({**one, **name} == one for one in owner["contact_people"]):
            person = contacts.new_person(self._new_id(), owner, self._now(), name)
            owner["contact_people"] = [*owner["contact_people"], person]

    def _custom_values(self, contact: dict[str, Any], attributes: Any) -> list[dict[str, str]]:
        rows = attributes.values() if isinstance(attributes, dict) else attributes
        names = {field["id"]: field["name"] for field in self.custom_fields}
        values = {one["id"]: one["value"] for one in contact["custom_fields"]}
        values |= {str(row["id"]): row["value"] for row in rows}
        return [{"id": key, "name": names[key], "value": value} for key, value in values.items() if value]

    def delete_child(self, contact: str, list_name: str, key: str) -> None:
        """Delete a contact person or a note."""
        owner = self.contacts[contact]
        owner[list_name] = [one for one in owner[list_name] if one["id"] != key]
        action = "contact_person_destroyed" if list_name == "contact_people" else "note_destroyed"
        self._touch(owner, action, {})

    def _now(self) -> datetime:
        return datetime.combine(self.today, time(12), UTC) + timedelta(seconds=self._writes)

    def _new_id(self) -> str:
        self._created += 1
        return str(_FIRST_NEW_ID + self._created)

    def _touch(self, contact: dict[str, Any], action: str, data: dict[str, Any]) -> None:
        self._writes += 1
        now = self._now()
        contact |= {"updated_at": wire.stamp(now), "version": int(now.timestamp())}
        contact["events"].append(wire.event(self.id, action, now, data))


def _stored(name: str, value: Any) -> Any:
    return None if value == "" and name in _NULL_WHEN_EMPTY else value
