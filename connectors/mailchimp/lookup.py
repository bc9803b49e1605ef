"""Finding one member again by its key, and proving that it is gone when it is not found.

Mailchimp's reference says that reading one member also accepts its `contact_id`. A server that does not would
answer 404 for everybody, and that must never pass for an erasure. So a 404 counts only when the audience is
visible and this server was seen to accept a `contact_id`; otherwise the audience is read through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.mailchimp.client import Client, rows_of, text
from connectors.mailchimp.mapping import KEY_FIELDS, MEMBER_FIELDS, member_key
from connectors.mailchimp.reading import Members, member_query
from syncd.contract import Transient, Unusable

if TYPE_CHECKING:
    from connectors.mailchimp.scan import Row

ONE_MEMBER = ",".join(MEMBER_FIELDS)


class Lookup:
    """One member at a time; remembers, for this process only, the digest that leads to each."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._digests: dict[tuple[str, str], str] = {}
        self._by_contact_id: bool | None = None  # whether this server accepts one; None while unknown

    def remember(self, audience: str, row: Row) -> None:
        """Keep how to reach a member that was read."""
        self._digests[audience, member_key(row)] = text(row, "id")

    def find(self, audience: str, key: str) -> Row | None:
        """Give the member as it is now; None when it surely is not in the audience."""
        is_contact_id = not key.isdigit()  # a `web_id` is a number and no address of a member
        if is_contact_id and self._by_contact_id is not False:
            row = self._read(audience, key, key)
            if row is not None:
                self._by_contact_id = True
                return row
        self._prove_visible(audience)
        digest = self._digests.get((audience, key), "")
        if digest and (row := self._read(audience, digest, key)) is not None:
            self._by_contact_id = False if is_contact_id else self._by_contact_id
            return row
        if is_contact_id and self._accepts_contact_ids(audience):
            return None
        return self._search(audience, key)

    def _read(self, audience: str, address: str, key: str) -> Row | None:
        row = self._client.find("lists", audience, "members", address, fields=ONE_MEMBER)
        if row is not None and not member_key(row):
            self._client.require_id(row, "contact_id")
        # Another key at the same address: the person came back as a new contact, the old one is gone.
        return row if row is not None and member_key(row) == key else None

    def _prove_visible(self, audience: str) -> None:
        found = self._client.find("lists", audience, fields="id")
        if found is None or text(found, "id") != audience:
            raise Unusable(
                "audience_lost",
                f"account {self._client.account}: the audience {audience} is not visible any more: "
                "nothing can be said about its members; check the key's user and the audience",
            )

    def _accepts_contact_ids(self, audience: str) -> bool:
        """Try it on somebody who is there."""
        if self._by_contact_id is None:
            page = self._client.get("lists", audience, "members", count="10", **member_query(KEY_FIELDS))
            keys = [member_key(row) for row in rows_of(page, "members")]
            known = next((key for key in keys if key and not key.isdigit()), None)
            if known is None:
                return False
            self._by_contact_id = self._read(audience, known, known) is not None
        return self._by_contact_id

    def _search(self, audience: str, key: str) -> Row | None:
        members = Members(self._client, audience)
        for rows in members.rows():
            for row in rows:
                if member_key(row) == key:
                    return row
        if members.problems:
            raise Transient(
                members.problems[0].code,
                f"account {self._client.account}: the audience could not be read through, "
                "so nothing is proved",
            )
        return None
