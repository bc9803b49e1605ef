"""From Moneybird's papers to documents: kind, date, whether it is open, settlement, service end.

The table is in docs/connectors/moneybird.md. What a state leaves unsaid is read the careful way: an unknown
state is open, a paid invoice without any date of payment is open too, because no end can be counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connectors.moneybird.resources import (
    ESTIMATES,
    GENERAL_DOCUMENTS,
    JOURNAL_DOCUMENTS,
    PURCHASE_INVOICES,
    RECEIPTS,
    RECURRING_SALES_INVOICES,
    SALES_INVOICES,
    TYPELESS_DOCUMENTS,
    Resource,
)
from connectors.moneybird.values import amount, identifier, latest, moment, objects, period_end, text
from syncd.model import Document, DocumentKind, RecordRef

if TYPE_CHECKING:
    from collections.abc import Mapping

    from connectors.moneybird.settings import MoneybirdSettings
    from syncd.model import Moment

_SIGNED_STATES = frozenset({"accepted", "billed"})


@dataclass(frozen=True)
class Documents:
    """Turns one paper's JSON into a document, for one account and its settings."""

    account: str
    website: str
    settings: MoneybirdSettings

    def documents(self, resource: Resource, raw: Mapping[str, Any]) -> list[Document]:
        """Give one document for each contact that a paper names; raises `UnreadableError`."""
        if resource is JOURNAL_DOCUMENTS:
            return [self._booking(raw, contact) for contact in booked_contacts(raw)]
        found = self.document(resource, raw)
        return [] if found is None else [found]

    def _booking(self, raw: Mapping[str, Any], contact: str) -> Document:
        """Give what a general journal says of one contact: like a line of a bank statement it winds up."""
        key = identifier(raw.get("id"))
        date = _date(raw, "date")
        return Document(
            ref=RecordRef(self.account, JOURNAL_DOCUMENTS.kind, key, within=contact),
            of=RecordRef(self.account, "contact", contact),
            kind=DocumentKind.BANK_MUTATION,
            date=date,
            number=text(raw.get("reference")),
            link=f"{self.website}/{JOURNAL_DOCUMENTS.page}/{key}",
            version=text(raw.get("version")),
            **self._longer_periods({"details": raw.get("general_journal_document_entries")}, date),
        )

    def document(self, resource: Resource, raw: Mapping[str, Any]) -> Document | None:
        """Give the document, None when it names no contact; raises `UnreadableError`."""
        if raw.get("contact_id") is None:
            return None
        key = identifier(raw.get("id"))
        facts = self._facts(resource, raw)
        return Document(
            ref=RecordRef(self.account, resource.kind, key),
            of=RecordRef(self.account, "contact", identifier(raw["contact_id"])),
            due=moment(raw.get("due_date")),
            service_end=_service_end(raw),
            number=text(raw.get("invoice_id") or raw.get("estimate_id") or raw.get("reference")),
            link=f"{self.website}/{resource.page}/{key}",
            version=text(raw.get("version")),
            **facts,
            **self._longer_periods(raw, facts["date"]),
        )

    def _facts(self, resource: Resource, raw: Mapping[str, Any]) -> dict[str, Any]:
        if resource is ESTIMATES:
            return _estimate(raw)
        if resource is RECURRING_SALES_INVOICES:
            return _recurring(raw)
        if resource is SALES_INVOICES and text(raw.get("state")) == "draft":
            return {"kind": DocumentKind.DRAFT_INVOICE, "date": _date(raw, "invoice_date")}
        if resource in _LIKE_RECEIPTS:
            return _like_receipt(resource, raw)
        if resource is TYPELESS_DOCUMENTS:
            # Nobody has said yet what it is: it may be an invoice that is still to be paid.
            return {"kind": DocumentKind.PURCHASE_INVOICE, "date": _date(raw, "date"), "open": True}
        kind = DocumentKind.PURCHASE_INVOICE if resource is PURCHASE_INVOICES else DocumentKind.SALES_INVOICE
        settled = _settled(raw)
        return {
            "kind": DocumentKind.CREDIT_NOTE if _credits(raw) else kind,
            "date": _date(raw, "invoice_date" if resource is SALES_INVOICES else "date"),
            "settled": settled,
            "open": settled is None,
        }

    def _longer_periods(self, raw: Mapping[str, Any], date: Moment | None) -> dict[str, Any]:
        """Tell what the mapped tax rates and ledger accounts say: a line is enough, the longest counts."""
        details = objects(raw.get("details"))
        found: dict[str, Any] = {}
        if any(text(one.get("tax_rate_id")) in self.settings.oss_tax_rates for one in details):
            found["oss_supply"] = latest([_service_end(raw), date])
        accounts = {text(one.get("ledger_account_id")) for one in details}
        first_uses = [
            use for account, use in self.settings.property_ledger_accounts.items() if account in accounts
        ]
        if "unknown" in first_uses:
            found["property_unknown_first_use"] = True
        found["own_property_first_use"] = latest(use for use in first_uses if use != "unknown")
        return found


_LIKE_RECEIPTS = (RECEIPTS, GENERAL_DOCUMENTS)


def _like_receipt(resource: Resource, raw: Mapping[str, Any]) -> dict[str, Any]:
    found = {"kind": DocumentKind.RECEIPT, "date": _date(raw, "date")}
    if resource is GENERAL_DOCUMENTS:
        # A contract, a policy, a letter: kept as long as a receipt, counted from the latest date on it.
        return {**found, "closed": moment(raw.get("due_date"))}
    # A receipt is paid when it is written; Moneybird calls it open until a bank line is tied to it.
    return {**found, "settled": _paid_on(raw)}


def booked_contacts(raw: Mapping[str, Any]) -> list[str]:
    """Name the contacts that a general journal's entries are about; raises `UnreadableError`."""
    named = (one.get("contact_id") for one in raw.get("general_journal_document_entries") or ())
    return sorted({identifier(contact) for contact in named if contact is not None})


def _estimate(raw: Mapping[str, Any]) -> dict[str, Any]:
    accepted = moment(raw.get("accepted_at"))
    signed = text(raw.get("state")) in _SIGNED_STATES or (
        accepted is not None and text(raw.get("state")) == "archived"
    )
    return {
        "kind": DocumentKind.ESTIMATE_ACCEPTED if signed else DocumentKind.ESTIMATE_UNACCEPTED,
        "date": _date(raw, "estimate_date"),
        "closed": accepted if signed else None,
    }


def _recurring(raw: Mapping[str, Any]) -> dict[str, Any]:
    (subscription,) = objects([raw.get("subscription") or {}])
    end = latest([moment(raw.get("last_date")), moment(subscription.get("end_date"))])
    if end is None and raw.get("active") is not True:
        # Stopped by hand: the day is not kept, but it was not after the last change.
        end = moment(raw.get("updated_at"))
    return {
        "kind": DocumentKind.RECURRING_INVOICE,
        "date": _date(raw, "start_date"),
        "end": end,
        "open": end is None,
    }


def _settled(raw: Mapping[str, Any]) -> Moment | None:
    state = text(raw.get("state"))
    if state == "paid":
        nothing_to_pay = amount(raw.get("total_price_incl_tax")) == 0
        return _paid_on(raw) or (_date(raw, "invoice_date", "date") if nothing_to_pay else None)
    if state == "uncollectible":
        marked = moment(raw.get("marked_uncollectible_on")) or _entered(raw, state)
        return latest([marked, _last_payment(raw)])
    return None


def _paid_on(raw: Mapping[str, Any]) -> Moment | None:
    return _last_payment(raw) or moment(raw.get("paid_at"))


def _last_payment(raw: Mapping[str, Any]) -> Moment | None:
    return latest(moment(one.get("payment_date")) for one in objects(raw.get("payments")))


def _entered(raw: Mapping[str, Any], state: str) -> Moment | None:
    """Give when a state without a date of its own was entered: the history says, else the last change."""
    told = (one for one in objects(raw.get("events")) if text(one.get("action")).endswith(state))
    return latest(moment(one.get("created_at")) for one in told) or moment(raw.get("updated_at"))


def _credits(raw: Mapping[str, Any]) -> bool:
    total = amount(raw.get("total_price_incl_tax"))
    return total < 0 or (total == 0 and raw.get("original_sales_invoice_id") is not None)


def _service_end(raw: Mapping[str, Any]) -> Moment | None:
    return latest(period_end(one.get("period")) for one in objects(raw.get("details")))


def _date(raw: Mapping[str, Any], *fields: str) -> Moment | None:
    """Give the paper's own date; a draft may have none, then the moment it was made."""
    return next((on for field in (*fields, "created_at") if (on := moment(raw.get(field))) is not None), None)
