"""In which of Mailchimp's fields the data category `newsletter` is, also where syncd reads none of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.mailchimp.mapping import BUYER, CUSTOMER, MEMBER, NEWSLETTER
from syncd.contract import CategoryFields

if TYPE_CHECKING:
    from connectors.mailchimp.settings import MailchimpSettings

_OF_MEMBER = (
    "email_address", "full_name", "sms_phone_number", "merge_fields", "marketing_permissions", "interests", "tags",
    "last_note", "language", "location", "ip_signup", "ip_opt", "email_client", "member_rating", "stats",
)  # fmt: skip
_OF_CUSTOMER = (
    "email_address", "sms_phone_number", "first_name", "last_name", "company", "address", "orders_count",
    "total_spent",
)  # fmt: skip


def fields_of(_settings: MailchimpSettings) -> tuple[CategoryFields, ...]:
    """Name the fields that hold something about a person; they go with the member or customer as a whole."""
    kinds = {MEMBER: _OF_MEMBER, CUSTOMER: _OF_CUSTOMER, BUYER: _OF_CUSTOMER}
    return tuple(CategoryFields(kind, one, fields) for kind, fields in kinds.items() for one in NEWSLETTER)
