"""Records from rows, with what takes a call of its own: what merge fields mean, when somebody unsubscribed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.mailchimp.client import rows_of, text
from connectors.mailchimp.mapping import (
    MEMBER,
    AudienceFields,
    contact_record,
    customer_record,
    has_orders,
    member_record,
    parse_moment,
)
from connectors.mailchimp.reading import is_unsubscribed
from syncd.model import RecordRef

if TYPE_CHECKING:
    from datetime import datetime

    from connectors.mailchimp.client import Client
    from connectors.mailchimp.lookup import Lookup
    from connectors.mailchimp.scan import Row
    from connectors.mailchimp.settings import MailchimpSettings
    from connectors.mailchimp.shops import Customer
    from syncd.model import Record


class Records:
    """Makes the records of one account; a pull and a look make the same of the same row."""

    def __init__(self, client: Client, settings: MailchimpSettings, lookup: Lookup) -> None:
        self._client = client
        self._settings = settings
        self._lookup = lookup
        self._fields: dict[str, AudienceFields] = {}

    def member(self, audience: str, row: Row) -> Record:
        """Make the record of a member as the lists interface shows it."""
        self._lookup.remember(audience, row)
        return member_record(
            self._client.account,
            audience,
            row,
            self._audience_fields(audience),
            unsubscribed_at=self._unsubscribed_at(audience, row),
            data_centre=self._client.data_centre,
            needs_address=not self._settings.beta_contacts,
        )

    def contact(self, audience: str, row: Row) -> Record:
        """Make the record of a contact without an e-mail address."""
        return contact_record(self._client.account, audience, row, self._audience_fields(audience))

    def customer(self, one: Customer) -> Record:
        """Make the record of a shop's customer; it hangs on the member with its address.

        A buyer does not: whoever bought is there for another reason than the newsletter.
        """
        account, audience = self._client.account, one.shop.audience
        hangs = bool(one.member) and not has_orders(one.row)
        parent = RecordRef(account, MEMBER, one.member, audience) if hangs else None
        return customer_record(account, one.shop.id, one.key, one.row, parent)

    def _audience_fields(self, audience: str) -> AudienceFields:
        if audience not in self._fields:
            body = self._client.get(
                "lists", audience, "merge-fields", count="1000", fields="merge_fields.tag,merge_fields.type"
            )
            declared = rows_of(body, "merge_fields")
            self._fields[audience] = AudienceFields.read(declared, self._settings.fields)
        return self._fields[audience]

    def _unsubscribed_at(self, audience: str, row: Row) -> datetime | None:
        """Find the latest unsubscribing in the activity feed: the member itself does not carry its date."""
        digest = text(row, "id")
        if not is_unsubscribed(row) or not digest:
            return None
        feed = self._client.find(
            *("lists", audience, "members", digest, "activity-feed"),
            activity_filters="unsub",
            count="100",
            fields="activity.activity_type,activity.created_at_timestamp",
        )
        moments = [
            moment
            for entry in rows_of(feed or {}, "activity")
            if entry.get("activity_type") == "unsub"
            and (moment := parse_moment(text(entry, "created_at_timestamp")))
        ]
        return max(moments, default=None)
