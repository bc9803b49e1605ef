"""The simulated world's papers in Moneybird's own JSON."""

from __future__ import annotations

from datetime import UTC, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from connectors.moneybird.sandbox.wire import USER, day, money, stamp, unguessable

if TYPE_CHECKING:
    from syncd.testing.world.shapes import BooksDocument, Payment

TAX_RATE = "496081347565061258"
LEDGER_ACCOUNT = "496081347348006010"
WORKFLOW, STYLE, IDENTITY = "496081347889071247", "496081348199449753", "496081347126756459"

_VAT = Decimal("1.21")
_INVOICE_TYPES = {"sales_invoices": "SalesInvoice", "external_sales_invoices": "ExternalSalesInvoice"}


def document(one: BooksDocument, administration: str) -> dict[str, Any]:
    """Give a paper as GET shows it, without its contact, which is shown as it is at that moment."""
    noon = datetime.combine(one.date, time(12), UTC)
    created, updated = one.created_at or noon, one.updated_at or one.created_at or noon
    shared = {
        "id": one.id,
        "administration_id": administration,
        "contact_id": one.contact_id,
        "currency": "EUR",
        "prices_are_incl_tax": False,
        "created_at": stamp(created),
        "updated_at": stamp(updated),
        "version": int(updated.timestamp()),
        "details": [_detail(one, administration)],
        "notes": [],
        "attachments": [],
        "events": [],
        **_totals(one),
    }
    if one.resource == "recurring_sales_invoices":
        return shared | _recurring(one)
    shared["state"] = one.state
    shared["due_date"] = day(one.due)
    if one.resource == "estimates":
        return shared | _estimate(one)
    shared["payments"] = [_payment(payment, one, administration) for payment in one.payments]
    shared["paid_at"] = (
        day(max((payment.on for payment in one.payments), default=None)) if one.state == "paid" else None
    )
    if one.resource == "sales_invoices":
        return shared | _sales_invoice(one) | _claims(one)
    if one.resource == "external_sales_invoices":
        return shared | _external(one) | _claims(one)
    return shared | _purchase(one)


def contacts_of(paper: dict[str, Any]) -> set[str]:
    """Name the contacts that a paper is about: a general journal names them on its entries."""
    entries = paper.get("general_journal_document_entries", ())
    return {one["contact_id"] for one in (paper, *entries) if one.get("contact_id")}


def _sales_invoice(one: BooksDocument) -> dict[str, Any]:
    draft = one.state == "draft"
    return {
        **_outgoing(one),
        "invoice_id": None if draft else one.number,
        "recurring_sales_invoice_id": None,
        "subscription_id": None,
        "draft_id": 1 if draft else None,
        "invoice_date": one.date.isoformat(),
        "due_date": (one.due or one.date).isoformat(),
        "payment_conditions": "",
        "payment_reference": "",
        "short_payment_reference": "",
        "discount": "0.0",
        "original_sales_invoice_id": None,
        "paused": False,
        "sent_at": None if draft else one.date.isoformat(),
        "total_discount": "0.0",
        "reminder_count": 0,
        "next_reminder": None,
        "original_estimate_id": None,
        "payment_url": f"https://moneybird.com/external/{unguessable(one.id)}/sales_invoice",
        "tax_totals": [],
        "time_entries": [],
    }


def _estimate(one: BooksDocument) -> dict[str, Any]:
    return {
        **_outgoing(one),
        "estimate_id": one.number,
        "estimate_sequence_id": one.number,
        "draft_id": None,
        "estimate_date": one.date.isoformat(),
        "due_date": (one.due or one.date).isoformat(),
        "exchange_rate": "1.0",
        "discount": "0.0",
        "original_estimate_id": None,
        "show_tax": True,
        "sign_online": True,
        "sent_at": one.date.isoformat(),
        "accepted_at": day(one.accepted_on),
        "rejected_at": None,
        "archived_at": None,
        "pre_text": "",
        "post_text": "",
        "total_discount": "0.0",
        "tax_totals": [],
    }


def _outgoing(one: BooksDocument) -> dict[str, Any]:
    return {
        "contact_person_id": None,
        "contact_person": None,
        "workflow_id": WORKFLOW,
        "document_style_id": STYLE,
        "identity_id": IDENTITY,
        "reference": None,
        "language": "nl",
        "public_view_code": "657455",
        "public_view_code_expires_at": None,
        "url": f"https://moneybird.com/external/{unguessable(one.id)}",
        "custom_fields": [],
    }


def _external(one: BooksDocument) -> dict[str, Any]:
    return {
        "date": one.date.isoformat(),
        "reference": one.number,
        "entry_number": int(one.id) % 100_000,
        "origin": None,
        "source": None,
        "source_url": None,
        "tax_totals": [],
    }


def _claims(one: BooksDocument) -> dict[str, Any]:
    paid = sum((payment.amount for payment in one.payments), Decimal(0))
    return {
        "total_paid": money(paid),
        "total_unpaid": money(one.total - paid),
        "total_unpaid_base": money(one.total - paid),
        "marked_dubious_on": None,
        "marked_uncollectible_on": day(one.uncollectible_on),
    }


def _purchase(one: BooksDocument) -> dict[str, Any]:
    return {
        "date": one.date.isoformat(),
        "reference": one.number,
        "entry_number": int(one.id) % 100_000,
        "exchange_rate": "1.0",
        "revenue_invoice": False,
        "origin": None,
        "tax_number": None,
        "fiscal_allocations": [],
    }


def _recurring(one: BooksDocument) -> dict[str, Any]:
    return {
        "contact_person_id": None,
        "contact_person": None,
        "workflow_id": WORKFLOW,
        "start_date": one.date.isoformat(),
        "invoice_date": (one.due or one.date).isoformat(),
        "last_date": day(one.ends_on),
        "active": one.state == "active",
        "payment_conditions": "",
        "reference": one.number,
        "language": "nl",
        "discount": "0.0",
        "first_due_interval": 14,
        "auto_send": True,
        "sending_scheduled_at": None,
        "sending_scheduled_user_id": None,
        "frequency_type": "month",
        "frequency": 1,
        "custom_fields": [],
        "subscription": None,
    }


def _totals(one: BooksDocument) -> dict[str, str]:
    without = money(one.total / _VAT)
    return {
        "total_price_excl_tax": without,
        "total_price_excl_tax_base": without,
        "total_price_incl_tax": money(one.total),
        "total_price_incl_tax_base": money(one.total),
    }


def _detail(one: BooksDocument, administration: str) -> dict[str, Any]:
    price = money(one.total / _VAT)
    period = "..".join(f"{edge:%Y%m%d}" for edge in one.period) if one.period else None
    return {
        "id": one.id,
        "administration_id": administration,
        "tax_rate_id": TAX_RATE,
        "ledger_account_id": LEDGER_ACCOUNT,
        "project_id": None,
        "product_id": None,
        "amount": "1 x",
        "amount_decimal": "1.0",
        "description": "Werkzaamheden",
        "price": price,
        "period": period,
        "row_order": 1,
        "total_price_excl_tax_with_discount": price,
        "total_price_excl_tax_with_discount_base": price,
        "tax_report_reference": [],
        "mandatory_tax_text": None,
        "created_at": None,
        "updated_at": None,
    }


def _payment(one: Payment, paper: BooksDocument, administration: str) -> dict[str, Any]:
    at = stamp(datetime.combine(one.on, time(12), UTC))
    return {
        "id": one.id,
        "administration_id": administration,
        "invoice_type": _INVOICE_TYPES.get(paper.resource, "Document"),
        "invoice_id": paper.id,
        "financial_account_id": None,
        "user_id": USER,
        "payment_transaction_id": None,
        "transaction_identifier": None,
        "price": money(one.amount),
        "price_base": money(one.amount),
        "payment_date": one.on.isoformat(),
        "credit_invoice_id": None,
        "financial_mutation_id": None,
        "ledger_account_id": None,
        "linked_payment_id": None,
        "manual_payment_action": None,
        "created_at": at,
        "updated_at": at,
    }
