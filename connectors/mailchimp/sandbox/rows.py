"""How the simulated service writes a member, a contact of any channel and a shop's customer."""

from __future__ import annotations

import hashlib
from datetime import UTC
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from syncd.testing.world.shapes import NewsCustomer, NewsMember, NewsPhoneContact

Member = dict[str, Any]

MERGE_FIELDS: tuple[tuple[int, str, str, str], ...] = (
    (1, "FNAME", "First Name", "text"),
    (2, "LNAME", "Last Name", "text"),
    (3, "ADDRESS", "Address", "address"),
    (4, "PHONE", "Phone Number", "phone"),
    (5, "BIRTHDAY", "Birthday", "birthday"),
)


def md5(address: str) -> str:
    """Give the subscriber hash: MD5 of the lower-case address."""
    return hashlib.md5(address.strip().lower().encode(), usedforsecurity=False).hexdigest()


def stamp(moment: datetime | None) -> str:
    """Write a timestamp as Mailchimp does; nothing is ""."""
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else ""


def member_of(one: NewsMember) -> Member:
    """Write a member of the world."""
    named = bool(one.first_name or one.last_name)
    return blank_member(one.audience, one.email) | {
        "unique_email_id": one.unique_email_id,
        "contact_id": one.contact_id,
        "full_name": f"{one.first_name} {one.last_name}".strip(),
        "web_id": one.web_id,
        "status": one.status,
        # Captured answers hold null where no merge field was ever filled in.
        "merge_fields": {tag: "" for _, tag, _, _ in MERGE_FIELDS}
        | {"FNAME": one.first_name, "LNAME": one.last_name}
        if named
        else None,
        "ip_signup": "198.51.100.7" if one.signed_up_at else "",
        "timestamp_signup": stamp(one.signed_up_at),
        "ip_opt": "198.51.100.7" if one.opted_in_at else "",
        "timestamp_opt": stamp(one.opted_in_at),
        "last_changed": stamp(one.last_changed),
    }


def contact_of(member: Member) -> Member:
    """Write a member as the interface for all channels shows it."""
    return {
        "id": member["contact_id"],
        "audience_id": member["list_id"],
        "status": "archived" if member["status"] == "archived" else "active",
        "created_at": member["timestamp_opt"] or member["last_changed"],
        "last_updated_at": member["last_changed"],
        "language": member["language"],
        "tags": [],
        "merge_fields": member["merge_fields"],
        "email_channel": {"email": member["email_address"], "hashed_email": member["id"]},
    }


def new_customer(customer_id: str, email: str, when: str) -> Member:
    """Write a customer as a shop first sends it."""
    return {
        "id": customer_id,
        "email_address": email,
        "sms_phone_number": "",
        "opt_in_status": False,
        "company": "",
        "first_name": "",
        "last_name": "",
        "orders_count": 0,
        "total_spent": 0,
        "address": {
            "address1": "",
            "address2": "",
            "city": "",
            "province": "",
            "province_code": "",
            "postal_code": "",
            "country": "",
            "country_code": "",
        },
        "created_at": when,
        "updated_at": when,
    }


def customer_of(one: NewsCustomer) -> Member:
    """Write a customer of the world's shop."""
    return new_customer(one.id, one.email, stamp(one.updated_at)) | {
        "first_name": one.first_name,
        "last_name": one.last_name,
        "orders_count": one.orders,
        "total_spent": 25 * one.orders,
    }


def new_phone_contact(list_id: str, contact_id: str, phone: str, when: str) -> Member:
    """Write a contact that has a phone number and no e-mail address."""
    return {
        "id": contact_id,
        "audience_id": list_id,
        "status": "active",
        "created_at": when,
        "last_updated_at": when,
        "language": "nl",
        "tags": [],
        "merge_fields": {"FNAME": "", "LNAME": ""},
        "sms_channel": {"sms_phone": phone, "marketing_consent": {"status": "consented"}},
    }


def phone_contact_of(one: NewsPhoneContact) -> Member:
    """Write a contact of the world that has a phone number only."""
    made = new_phone_contact(one.audience, one.id, one.phone, stamp(one.updated_at))
    return made | {"merge_fields": {"FNAME": one.first_name, "LNAME": ""}}


def blank_member(list_id: str, address: str) -> Member:
    """Write a member of whom only the address is known."""
    return {
        "id": md5(address),
        "email_address": address,
        "unique_email_id": "",
        "contact_id": "",
        "full_name": "",
        "web_id": 0,
        "email_type": "html",
        "status": "",
        "consents_to_one_to_one_messaging": True,
        "sms_phone_number": "",
        "sms_subscription_status": "",
        "sms_subscription_last_updated": "",
        "merge_fields": None,
        "interests": {},
        "stats": {"avg_open_rate": 0, "avg_click_rate": 0},
        "ip_signup": "",
        "timestamp_signup": "",
        "ip_opt": "",
        "timestamp_opt": "",
        "member_rating": 2,
        "last_changed": "",
        "language": "nl",
        "vip": False,
        "email_client": "",
        "location": {
            "latitude": 0,
            "longitude": 0,
            "gmtoff": 0,
            "dstoff": 0,
            "country_code": "",
            "timezone": "",
        },
        "source": "API - Generic",
        "tags_count": 0,
        "tags": [],
        "list_id": list_id,
    }
