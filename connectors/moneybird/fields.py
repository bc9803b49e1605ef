"""In which of Moneybird's fields which data category is: the table of docs/connectors/moneybird.md, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.moneybird.contacts import (
    CARD,
    CONTACT,
    CONTACT_DETAILS,
    CONTACT_PERSON,
    NOTE,
    REGISTRATION,
    SEPA,
)
from connectors.moneybird.resources import (
    ESTIMATES,
    EXTERNAL_SALES_INVOICES,
    GENERAL_DOCUMENTS,
    JOURNAL_DOCUMENTS,
    PURCHASE_INVOICES,
    RECEIPTS,
    RECURRING_SALES_INVOICES,
    SALES_INVOICES,
    TYPELESS_DOCUMENTS,
)
from syncd.contract import CategoryFields
from syncd.model import FISCAL_DOCUMENTS, DocumentKind

if TYPE_CHECKING:
    from connectors.moneybird.settings import MoneybirdSettings

BANK = ("bank_account", *SEPA)
NAME_AND_ADDRESS = (
    "company_name",
    "firstname",
    "lastname",
    "address1",
    "address2",
    "zipcode",
    "city",
    "country",
    "tax_number",
    "customer_id",
)

_OF_RECORDS = (
    # A mandate that stands is held with the fiscal identity.
    CategoryFields(CONTACT, "fiscal_identity", (*NAME_AND_ADDRESS, *BANK)),
    CategoryFields(CONTACT, "contact_details", CONTACT_DETAILS),
    CategoryFields(CONTACT, "registration", REGISTRATION),
    CategoryFields(CONTACT, "bank_details", (*BANK, *CARD)),
    CategoryFields(CONTACT, "relation_record", ("custom_fields",)),
    CategoryFields(
        CONTACT_PERSON, "contact_details", ("firstname", "lastname", "department", "phone", "email")
    ),
    CategoryFields(NOTE, "relation_record", ("note",)),
)
_PAPERS = {
    DocumentKind.DRAFT_INVOICE: (SALES_INVOICES,),
    DocumentKind.SALES_INVOICE: (SALES_INVOICES, EXTERNAL_SALES_INVOICES),
    DocumentKind.CREDIT_NOTE: (SALES_INVOICES, EXTERNAL_SALES_INVOICES, PURCHASE_INVOICES),
    DocumentKind.PURCHASE_INVOICE: (PURCHASE_INVOICES, TYPELESS_DOCUMENTS),
    DocumentKind.RECEIPT: (RECEIPTS, GENERAL_DOCUMENTS),
    DocumentKind.BANK_MUTATION: (JOURNAL_DOCUMENTS,),
    DocumentKind.RECURRING_INVOICE: (RECURRING_SALES_INVOICES,),
    DocumentKind.ESTIMATE_ACCEPTED: (ESTIMATES,),
    DocumentKind.ESTIMATE_UNACCEPTED: (ESTIMATES,),
}


def fields_of(_settings: MoneybirdSettings) -> tuple[CategoryFields, ...]:
    """Name the fields of each category; a paper is named by the list that it stands in."""
    papers = (
        CategoryFields(kind.value, FISCAL_DOCUMENTS, tuple(one.path for one in resources))
        for kind, resources in _PAPERS.items()
    )
    return (*_OF_RECORDS, *papers)
