"""The document resources of Moneybird that decide holds: their addresses, filters and scopes."""

from __future__ import annotations

from dataclasses import dataclass

EVERY_PERIOD = "period:19000101..21001231"
"""All years. Without a period the lists show this year only, and a period needs both ends."""


@dataclass(frozen=True)
class Resource:
    """One kind of paper.

    `kind` is how a reference calls it, `page` the part of the website where a person sees it. `filters` are
    spellings of "everything", tried until one works; several filters in one spelling are read as their union.
    Any filter replaces the defaults, which hide history, so each names all it needs. `optional` ones may be
    missing (404) where no paper of theirs was ever seen.
    """

    kind: str
    path: str
    scope: str
    page: str
    filters: tuple[tuple[str, ...], ...] = ((f"{EVERY_PERIOD},state:all",),)
    optional: bool = False


SALES_INVOICES = Resource("sales_invoice", "sales_invoices", "sales_invoices", "sales_invoices")
EXTERNAL_SALES_INVOICES = Resource(
    "external_sales_invoice", "external_sales_invoices", "sales_invoices", "external_sales_invoices"
)
PURCHASE_INVOICES = Resource("purchase_invoice", "documents/purchase_invoices", "documents", "documents")
RECEIPTS = Resource("receipt", "documents/receipts", "documents", "documents")
RECURRING_SALES_INVOICES = Resource(
    "recurring_sales_invoice",
    "recurring_sales_invoices",
    "sales_invoices",
    "recurring_sales_invoices",
    # They have no `state:all` and no period; the default is the active ones. That the two states may be
    # combined is documented for the other resources only, so the fallback asks for each.
    filters=(("state:active|inactive",), ("state:active", "state:inactive")),
)
GENERAL_DOCUMENTS = Resource(
    "general_document", "documents/general_documents", "documents", "documents", optional=True
)
TYPELESS_DOCUMENTS = Resource(
    "typeless_document", "documents/typeless_documents", "documents", "documents", optional=True
)
JOURNAL_DOCUMENTS = Resource(
    "general_journal_document", "documents/general_journal_documents", "documents", "documents", optional=True
)
ESTIMATES = Resource("estimate", "estimates", "estimates", "estimates")

DOCUMENTS = (
    SALES_INVOICES,
    EXTERNAL_SALES_INVOICES,
    PURCHASE_INVOICES,
    RECEIPTS,
    GENERAL_DOCUMENTS,
    TYPELESS_DOCUMENTS,
    JOURNAL_DOCUMENTS,
    RECURRING_SALES_INVOICES,
    ESTIMATES,
)
"""Estimates come last: whether a quote that ran out is all there is, is known once the rest was read."""
