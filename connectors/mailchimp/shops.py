"""The customers of connected shops: which there are, how each is called, and finding one again.

A shop's plugin chooses its customers' ids, and some choose the e-mail address or its digest. Such an id must not
leave the connector. That customer goes by the member with the same address in the shop's audience: its key is
`@` and that member's `contact_id`, the member is its parent, and the vendor's id is looked up when it is needed.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.mailchimp.client import MAX_COUNT, Client, is_encodable, text
from connectors.mailchimp.mapping import CUSTOMER_FIELDS, KEY_FIELDS, member_key
from connectors.mailchimp.reading import list_keys
from connectors.mailchimp.scan import Row, Scan
from syncd.contract import Problem, Transient, Unusable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from connectors.mailchimp.lookup import Lookup
    from syncd.model import RecordRef

BY_MEMBER = "@"
"""Begins the key of a customer that goes by a member; no id of a vendor that begins so is taken as a key."""

_DIGEST = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}", re.IGNORECASE)
_TELLING = 3  # letters of a name that are no coincidence in an id


@dataclass(frozen=True)
class Shop:
    """One connected shop, and the audience that its customers belong to."""

    id: str
    audience: str


@dataclass(frozen=True)
class Customer:
    """One customer. `key` is empty when nothing but personal data names it.

    `member` is the key of the member with the same address in the shop's audience, empty without one.
    """

    shop: Shop
    key: str
    member: str
    row: Row

    @property
    def id(self) -> str:
        """The id that the shop gave it."""
        return text(self.row, "id")


def is_opaque(row: Row) -> bool:
    """Tell whether a customer's id says nothing about the person.

    An id in the form of a digest is taken for one: whose it is cannot be told once an address was changed.
    """
    key = text(row, "id").casefold()
    personal = {text(row, name).casefold() for name in ("email_address", "first_name", "last_name")}
    personal |= {text(row, "email_address").casefold().partition("@")[0]}
    personal |= {re.sub(r"\D", "", text(row, "sms_phone_number"))}
    named = any(one in key for one in personal if len(one) >= _TELLING)
    return bool(key) and "@" not in key and not _DIGEST.fullmatch(key) and not named


class Shops:
    """The connected shops of one account, limited to the audiences that it may touch."""

    def __init__(self, client: Client, lookup: Lookup, wanted: frozenset[str]) -> None:
        self._client = client
        self._lookup = lookup
        self._wanted = wanted
        self._known: dict[str, Shop] | None = None  # as last listed, for this process only
        self._ids: dict[tuple[str, str], str] = {}  # for this process only: what a customer's key stands for
        self.problems: tuple[Problem, ...] = ()
        self.unnamed = 0  # customers without a key: nothing but personal data names them

    def all(self) -> list[Shop]:
        """List the shops. `problems` begins anew with it, and says what is missing here and among customers."""
        scan = Scan(
            self._client,
            *("ecommerce", "stores"),
            items="stores",
            key=lambda row: text(row, "id"),
            version="id",
            params={"fields": "total_items,stores.id,stores.list_id"},
        )
        found = [Shop(text(row, "id"), text(row, "list_id")) for rows in scan.rows() for row in rows]
        self.problems = scan.problems
        if nowhere := sum(not one.audience for one in found):
            self.problems += (
                Problem(
                    "no_audience",
                    "some shops came without their audience: their customers are unknown",
                    nowhere,
                ),
            )
        self._known = {
            one.id: one
            for one in found
            if one.audience and (not self._wanted or one.audience in self._wanted)
        }
        return list(self._known.values())

    def customers(self, shop: Shop, members: Mapping[str, str]) -> Iterator[list[Customer]]:
        """List a shop's customers, those with a key; `members` are the keys of its audience's, by digest."""
        scan = Scan(
            self._client,
            *("ecommerce", "stores", shop.id, "customers"),
            items="customers",
            key=lambda row: text(row, "id"),
            version="updated_at",
            params={"fields": ",".join(["total_items", *(f"customers.{one}" for one in CUSTOMER_FIELDS)])},
        )
        taken: dict[str, str] = {}
        nobody = 0
        for rows in scan.rows():
            nobody += sum(not is_opaque(row) and not _digest(row) for row in rows)
            named = [_customer(shop, row, members.get(_digest(row), "")) for row in rows]
            # Two with the address of one member have one key: the second waits until the first is gone.
            found = [one for one in named if one.key and taken.setdefault(one.key, one.id) == one.id]
            self.unnamed += len(named) - len(found)
            self._ids |= {(shop.id, one.key): one.id for one in found}
            yield found
        self.problems += scan.problems
        if nobody:
            self.problems += (
                Problem(
                    "no_address",
                    "some customers of a shop came without an address: who they are cannot be told",
                    nobody,
                ),
            )

    def find(self, ref: RecordRef) -> Customer | None:
        """Give a customer as it is now; None when it surely is not in the shop."""
        shop = self._shop(ref.within)
        if ref.key.startswith(BY_MEMBER):
            member = ref.key.removeprefix(BY_MEMBER)
            row = self._find_by_member(shop, ref.key, member)
            return Customer(shop, ref.key, member, row) if row is not None else None
        row = self._read(shop, ref.key)
        return Customer(shop, ref.key, self._member_of(shop, row), row) if row is not None else None

    def _find_by_member(self, shop: Shop, key: str, member_key: str) -> Row | None:
        if known := self._ids.get((shop.id, key)):
            return self._read(shop, known)
        member = self._lookup.find(shop.audience, member_key)
        if member is not None:
            # The customer is looked for by the member's address: with another one it would seem to be absent.
            self._client.require_id(member, "id", _digest(member))
            if row := self._with_address(shop, text(member, "email_address")):
                return row
        return self._find_by_reading(shop, key)

    def _member_of(self, shop: Shop, row: Row) -> str:
        digest = _digest(row)
        if not digest:
            return ""
        fields = ",".join(KEY_FIELDS)
        member = self._client.find("lists", shop.audience, "members", digest, fields=fields)
        return member_key(member) if member is not None else ""

    def count(self, audience: str, address: str) -> int:
        """Count the customers with this address in the shops of an audience."""
        shops = self.all() if self._known is None else self._known.values()
        return sum(len(self._having(shop, address)) for shop in shops if shop.audience == audience)

    def _shop(self, id_: str) -> Shop:
        found = self._client.find("ecommerce", "stores", id_, fields="id,list_id")
        if found is None or text(found, "id") != id_ or not text(found, "list_id"):
            raise Unusable(
                "shop_lost",
                f"account {self._client.account}: the shop {id_} is not visible any more: "
                "nothing can be said about its customers; check the key's user and the shop",
            )
        return Shop(id_, text(found, "list_id"))

    def _read(self, shop: Shop, id_: str) -> Row | None:
        fields = ",".join(CUSTOMER_FIELDS)
        row = self._client.find("ecommerce", "stores", shop.id, "customers", id_, fields=fields)
        if row is not None:
            self._client.require_id(row, "id", id_)
        return row

    def _having(self, shop: Shop, address: str) -> list[Row]:
        body = self._client.get(
            *("ecommerce", "stores", shop.id, "customers"),
            email_address=address,
            count=str(MAX_COUNT),
            fields=",".join(f"customers.{one}" for one in CUSTOMER_FIELDS),
        )
        listed = self._client.listed(body, "customers")
        found = [row for row in listed if text(row, "email_address").casefold() == address.casefold()]
        if listed and not found:  # only those with the address were asked for: others say nothing about them
            self._client.require_id(listed[0], "email_address", address)
        return found

    def _with_address(self, shop: Shop, address: str) -> Row | None:
        rows = [row for row in self._having(shop, address) if not is_opaque(row)]
        return min(rows, key=lambda row: text(row, "id"), default=None)

    def without_name(self, shop: Shop) -> int | None:
        """Count a shop's customers whom nothing but personal data names; None when it cannot be read through."""
        return self._read_through(shop, "")[1]

    def _read_through(self, shop: Shop, key: str) -> tuple[Row | None, int | None]:
        """Give the customer with a key, and the number without one: None when not all could be read."""
        members = list_keys(self._client, shop.audience)
        by_digest = {digest: key for key, digest in members.digests.items()}
        fresh = Shops(self._client, self._lookup, self._wanted)
        named = {one.key: one.row for page in fresh.customers(shop, by_digest) for one in page}
        return named.get(key), None if members.problems or fresh.problems else fresh.unnamed

    def _find_by_reading(self, shop: Shop, key: str) -> Row | None:
        """Without its member, or the address that they shared, a customer cannot be told from others like it."""
        row, unnamed = self._read_through(shop, key)
        if row is None and unnamed != 0:
            raise Transient(
                "member_gone",
                f"account {self._client.account}: this customer's member is gone or has another address, and "
                f"which customer of the shop {shop.id} it was cannot be told: look for customers without a "
                "member in the shop, by hand",
            )
        return row


def _customer(shop: Shop, row: Row, member: str) -> Customer:
    key = text(row, "id") if is_opaque(row) else BY_MEMBER + member if member else ""
    return Customer(shop, key, member, row)


def _digest(row: Row) -> str:
    """Give what the vendor addresses a member with this customer's address by, empty without an address."""
    address = text(row, "email_address").lower()
    if not is_encodable(address):
        return ""
    return hashlib.md5(address.encode(), usedforsecurity=False).hexdigest() if address else ""
