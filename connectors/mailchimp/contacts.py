"""Contacts with a phone number and no e-mail address, by the interface that Mailchimp offers for evaluation.

The lists interface addresses a member by the digest of its e-mail address, so it neither shows nor deletes
these. Switched on by `beta_contacts` only
(https://mailchimp.com/developer/marketing/docs/audiences-introduction/).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.mailchimp.client import MAX_COUNT, Client, text
from syncd.contract import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from connectors.mailchimp.scan import Row

_FIELDS = ",".join(
    [
        "next_cursor",
        *(
            f"contacts.{name}"
            for name in ("id", "status", "last_updated_at", "merge_fields", "email_channel", "sms_channel")
        ),
    ]
)


class Contacts:
    """One audience's contacts; after `rows` is exhausted `problems` says what is missing."""

    def __init__(self, client: Client, audience: str) -> None:
        self._client = client
        self._audience = audience
        self.problems: tuple[Problem, ...] = ()

    def rows(self) -> Iterator[list[Row]]:
        """Yield the contacts without an e-mail address, page by page."""
        cursors = {""}
        cursor = ""
        while True:
            at = {"cursor": cursor} if cursor else {}
            body = self._client.get(
                *("audiences", self._audience, "contacts"), count=str(MAX_COUNT), fields=_FIELDS, **at
            )
            rows = [row for row in self._client.listed(body, "contacts") if not address_of(row)]
            yield [row for row in rows if text(row, "id")]
            self._note_nameless(sum(1 for row in rows if not text(row, "id")))
            cursor = text(body, "next_cursor")
            if not cursor:
                return
            if cursor in cursors:
                self.problems += (_repeats(),)
                return
            cursors.add(cursor)

    def find(self, key: str) -> Row | None:
        """Give one contact as it is now, None when Mailchimp does not find it. Prove first that it could."""
        row = self._client.find("audiences", self._audience, "contacts", key)
        if row is not None:
            self._client.require_id(row, "id", key)
        return row

    def _note_nameless(self, count: int) -> None:
        if count:
            text_ = "some contacts came without an id of their own and cannot be followed"
            self.problems += (Problem("no_id", text_, count),)


def address_of(row: Mapping[str, Any]) -> str:
    """Give a contact's e-mail address, empty when it has none."""
    return text(_channel(row, "email_channel"), "email")


def phone_of(row: Mapping[str, Any]) -> str:
    """Give a contact's phone number, empty when it has none."""
    return text(_channel(row, "sms_channel"), "sms_phone")


def _channel(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    channel = row.get(name)
    return channel if isinstance(channel, dict) else {}


def _repeats() -> Problem:
    return Problem("drift", "the pages of contacts came again and again: run again later")
