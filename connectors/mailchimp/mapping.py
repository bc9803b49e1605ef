"""From Mailchimp's member to syncd's record: the table in `docs/connectors/mailchimp.md`, in code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from connectors.mailchimp.client import text
from connectors.mailchimp.contacts import phone_of
from syncd.model import (
    Event,
    EventKind,
    Identifier,
    IdentifierKind,
    Record,
    RecordRef,
    SubjectKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from connectors.mailchimp.settings import MergeTags
    from syncd.model import DataCategory

MEMBER = "member"
CUSTOMER = "customer"
"""A customer of a connected shop that has no orders."""
BUYER = "buyer"
"""A customer with orders, which may be the company's own evidence: never erased by syncd."""
NEWSLETTER: frozenset[DataCategory] = frozenset({"newsletter"})
STATUSES = frozenset({"subscribed", "unsubscribed", "cleaned", "pending", "transactional", "archived"})

MEMBER_FIELDS = (
    "id", "contact_id", "web_id", "email_address", "full_name", "status", "sms_phone_number", "merge_fields",
    "marketing_permissions", "timestamp_signup", "timestamp_opt", "last_changed",
)  # fmt: skip
"""All that is asked of a member: no address of origin, no location, no behaviour, no tags, no notes."""

CUSTOMER_FIELDS = (
    "id", "email_address", "sms_phone_number", "first_name", "last_name", "address", "orders_count", "updated_at",
)  # fmt: skip
"""All that is asked of a shop's customer: no orders, no amounts."""

KEY_FIELDS = ("id", "contact_id", "web_id", "status", "last_changed")
"""What telling who is there needs."""

_FIRST_YEAR = 1970
_DIGEST = re.compile(r"[0-9a-f]{32}")

_ADDRESS = (
    ("addr1", IdentifierKind.STREET),
    ("zip", IdentifierKind.POSTCODE),
    ("city", IdentifierKind.CITY),
    ("country", IdentifierKind.COUNTRY),
)
_SHOP_ADDRESS = (
    ("address1", IdentifierKind.STREET),
    ("postal_code", IdentifierKind.POSTCODE),
    ("city", IdentifierKind.CITY),
    ("country_code", IdentifierKind.COUNTRY),
)
_SHOP_IDENTITY = (
    ("email_address", IdentifierKind.EMAIL),
    ("first_name", IdentifierKind.GIVEN_NAME),
    ("last_name", IdentifierKind.FAMILY_NAME),
    ("sms_phone_number", IdentifierKind.PHONE),
)


@dataclass(frozen=True)
class AudienceFields:
    """What the merge fields of one audience mean: tags differ per audience, types do not."""

    meaning: tuple[tuple[str, IdentifierKind], ...]
    addresses: tuple[str, ...] = ()

    @classmethod
    def read(cls, merge_fields: Iterable[Any], tags: MergeTags) -> AudienceFields:
        """Combine the configured tags with the types that the audience declares."""
        typed = [(text(one, "tag"), text(one, "type")) for one in merge_fields if isinstance(one, dict)]
        phones = [tags.phone] if tags.phone else [tag for tag, kind in typed if kind == "phone"]
        meaning = [
            (tags.given_name, IdentifierKind.GIVEN_NAME),
            (tags.family_name, IdentifierKind.FAMILY_NAME),
            (tags.company, IdentifierKind.NAME),
            (tags.birth_date, IdentifierKind.BIRTH_DATE),
            *((tag, IdentifierKind.PHONE) for tag in phones),
        ]
        return cls(
            tuple((tag, kind) for tag, kind in meaning if tag),
            tuple(tag for tag, kind in typed if kind == "address" and tag),
        )


def member_key(row: Mapping[str, Any]) -> str:
    """Give the vendor's own id of a member, empty when it has none.

    `contact_id`, else `web_id`. Never what derives from the address: `id` is its MD5, so a `contact_id` that
    repeats it is not taken either.
    """
    contact_id = text(row, "contact_id")
    derived = contact_id == text(row, "id") and _DIGEST.fullmatch(contact_id)
    return text(row, "web_id") if derived or not contact_id else contact_id


def member_record(
    account: str,
    audience: str,
    row: Mapping[str, Any],
    fields: AudienceFields,
    *,
    unsubscribed_at: datetime | None,
    data_centre: str = "",
    needs_address: bool = True,
) -> Record:
    """Map one member. `unsubscribed_at` is what the activity feed says, None when it says nothing.

    `needs_address` says that only the e-mail address leads to the permanent deletion.
    """
    status = text(row, "status")
    moments = {name: _moment(row, name) for name in ("timestamp_signup", "timestamp_opt", "last_changed")}
    doubts = [f"unreadable_date:{name}" for name, (_, readable) in moments.items() if not readable]
    if not text(row, "last_changed"):
        doubts.append("no_version")
    if status not in STATUSES:
        doubts.append("unknown_status")
    if needs_address and not text(row, "email_address"):
        doubts.append("no_email_address")
    dates = {name: moment for name, (moment, _) in moments.items()}
    return Record(
        ref=RecordRef(account, MEMBER, member_key(row), audience),
        version=text(row, "last_changed"),
        kind=SubjectKind.PERSON,
        categories=NEWSLETTER,
        identifiers=tuple(dict.fromkeys(_identifiers(row, fields))),
        events=tuple(_events(status, row, dates, unsubscribed_at)),
        doubts=tuple(doubts),
        restricted=status == "archived",
        link=_link(row, data_centre),
    )


def contact_record(account: str, audience: str, row: Mapping[str, Any], fields: AudienceFields) -> Record:
    """Map a contact without an e-mail address. Its consent is to text messages: no event of a newsletter."""
    version = text(row, "last_updated_at")
    member = {"merge_fields": row.get("merge_fields"), "sms_phone_number": phone_of(row)}
    return Record(
        ref=RecordRef(account, MEMBER, text(row, "id"), audience),
        version=version,
        kind=SubjectKind.PERSON,
        categories=NEWSLETTER,
        identifiers=tuple(dict.fromkeys(_identifiers(member, fields))),
        doubts=() if version else ("no_version",),
        restricted=text(row, "status") == "archived",
    )


def has_orders(row: Mapping[str, Any]) -> bool:
    """Tell whether a shop's customer has orders; one whose orders are not known counts as having some."""
    return row.get("orders_count") != 0 or isinstance(row.get("orders_count"), bool)


def customer_record(
    account: str, shop: str, key: str, row: Mapping[str, Any], parent: RecordRef | None
) -> Record:
    """Map one customer of a shop."""
    version = text(row, "updated_at")
    address = row.get("address")
    parts = address if isinstance(address, dict) else {}
    found = [(kind, text(row, name)) for name, kind in _SHOP_IDENTITY]
    found += [(kind, text(parts, name)) for name, kind in _SHOP_ADDRESS]
    return Record(
        ref=RecordRef(account, BUYER if has_orders(row) else CUSTOMER, key, shop),
        version=version,
        kind=SubjectKind.PERSON,
        categories=NEWSLETTER,
        identifiers=tuple(dict.fromkeys(Identifier(kind, value) for kind, value in found if value)),
        parent=parent,
        doubts=() if version else ("no_version",),
    )


def parse_moment(value: str) -> datetime | None:
    """Read a timestamp as Mailchimp writes it, in UTC; None when it is not one.

    Without offset it is UTC. One before 1970 is a default of some program and says nothing.
    """
    try:
        moment = datetime.fromisoformat(value)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year >= _FIRST_YEAR else None


def _moment(row: Mapping[str, Any], name: str) -> tuple[datetime | None, bool]:
    value = text(row, name)
    moment = parse_moment(value) if value else None
    return moment, moment is not None or not value


def _identifiers(row: Mapping[str, Any], fields: AudienceFields) -> Iterator[Identifier]:
    merged = row.get("merge_fields")
    merged = merged if isinstance(merged, dict) else {}
    if address := text(row, "email_address"):
        yield Identifier(IdentifierKind.EMAIL, address)
    named = False
    for tag, kind in fields.meaning:
        if value := text(merged, tag):
            named |= kind in {IdentifierKind.GIVEN_NAME, IdentifierKind.FAMILY_NAME}
            yield Identifier(kind, value)
    if not named and (name := text(row, "full_name")):
        yield Identifier(IdentifierKind.NAME, name)
    if phone := text(row, "sms_phone_number"):
        yield Identifier(IdentifierKind.PHONE, phone)
    for tag in fields.addresses:
        parts = merged.get(tag)
        if isinstance(parts, dict):  # an address that was never filled in is ""
            yield from (Identifier(kind, value) for part, kind in _ADDRESS if (value := text(parts, part)))


def _events(
    status: str,
    row: Mapping[str, Any],
    dates: Mapping[str, datetime | None],
    unsubscribed_at: datetime | None,
) -> Iterator[Event]:
    signup, opt = dates["timestamp_signup"], dates["timestamp_opt"]
    if status == "subscribed" and opt is not None:
        yield Event(EventKind.CONSENT_GIVEN, opt, origin="timestamp_opt")
    elif status == "subscribed" and _permits(row):
        yield Event(EventKind.CONSENT_GIVEN, signup, origin="marketing_permissions")
    if status == "unsubscribed" and unsubscribed_at is not None:
        yield Event(EventKind.CONSENT_WITHDRAWN, unsubscribed_at, origin="activity_feed")
    elif status == "unsubscribed":
        # Any edit moves last_changed, so the withdrawal was then or earlier.
        yield Event(EventKind.CONSENT_WITHDRAWN, dates["last_changed"], origin="last_changed", not_later=True)
    for name, moment in (("timestamp_signup", signup), ("timestamp_opt", opt)):
        if moment is not None:
            yield Event(EventKind.ACTIVITY, moment, origin=name)


def _permits(row: Mapping[str, Any]) -> bool:
    permissions = row.get("marketing_permissions")
    return isinstance(permissions, list) and any(
        isinstance(one, dict) and one.get("enabled") is True for one in permissions
    )


def _link(row: Mapping[str, Any], data_centre: str) -> str:
    web_id = text(row, "web_id")
    if not (data_centre and web_id):
        return ""
    return f"https://{data_centre}.admin.mailchimp.com/lists/members/view?id={web_id}"
