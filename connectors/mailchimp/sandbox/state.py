"""The simulated Mailchimp's memory: audiences, members, and the addresses it was told to forget."""

from __future__ import annotations

import hashlib
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from connectors.mailchimp.sandbox.rows import (
    MERGE_FIELDS,
    Member,
    blank_member,
    contact_of,
    customer_of,
    md5,
    member_of,
    new_customer,
    new_phone_contact,
    phone_contact_of,
    stamp,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncd.testing.world.shapes import World


class Problem(Exception):
    """An answer of the service in `application/problem+json`."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.detail = detail


@dataclass
class Audience:
    """One list: its members by subscriber hash, in the order in which they came."""

    id: str
    name: str
    members: dict[str, Member] = field(default_factory=dict)
    unsubscribed: dict[str, datetime] = field(default_factory=dict)  # by contact_id, for the activity feed
    forgotten: set[str] = field(default_factory=set)
    contacts: dict[str, Member] = field(default_factory=dict)  # by id: those with a phone number only


@dataclass
class Store:
    """One connected shop: its customers by the id that the shop gave them."""

    id: str
    audience: str
    customers: dict[str, Member] = field(default_factory=dict)


@dataclass
class State:
    """Everything the service holds, and the knobs of this simulation.

    `takes_contact_id`: reading one member also accepts its contact_id, as the reference says.
    `lists_archived`: a list without a status filter holds archived members too (not documented either way).
    `role` is that of the key's user, `plan` the account's. `concurrency` is Mailchimp's ceiling; `bare_429` leaves
    out the body; `seconds` is how long a call holds its place.
    `largest_page` is how many rows one answer holds, whatever is asked.
    `exports` only feeds the count that `check` reads. `add_store`, `add_customer` and `add_phone_contact` add to
    what the world has.
    `api_address` is what the metadata service tells an access token, by default where it is served itself.
    """

    account_id: str
    key: str
    audiences: dict[str, Audience]
    now: datetime
    takes_contact_id: bool = True
    lists_archived: bool = False
    role: str = "owner"
    plan: str = "monthly"
    concurrency: int = 10
    bare_429: bool = True
    seconds: float = 0.0
    largest_page: int = 1000
    exports: int = 0
    api_address: str = ""
    stores: dict[str, Store] = field(default_factory=dict)

    @classmethod
    def of(cls, world: World) -> State:
        """Begin with the world's newsletter, at noon of the world's day."""
        news = world.news
        audiences = {id_: Audience(id_, name) for id_, name in news.audiences}
        for one in news.members:
            audience = audiences[one.audience]
            audience.members[md5(one.email)] = member_of(one)
            if one.unsubscribed_at is not None:
                audience.unsubscribed[one.contact_id] = one.unsubscribed_at
        for contact in news.phone_contacts:
            audiences[contact.audience].contacts[contact.id] = phone_contact_of(contact)
        stores = {}
        if news.shop:
            customers = {one.id: customer_of(one) for one in news.customers}
            stores[news.shop] = Store(news.shop, news.audiences[0][0], customers)
        key = hashlib.sha256(f"mailchimp sandbox {news.account_id}".encode()).hexdigest()[:32]
        noon = datetime.combine(world.today, time(12), UTC)
        return cls(news.account_id, f"{key}-us6", audiences, noon, stores=stores)

    def snapshot(self) -> dict[str, Any]:
        """Give everything the service holds, members by audience and contact_id."""
        return {
            "audiences": {
                audience.id: {member["contact_id"]: deepcopy(member) for member in audience.members.values()}
                for audience in self.audiences.values()
            },
            "forgotten": {audience.id: sorted(audience.forgotten) for audience in self.audiences.values()},
            "contacts": {audience.id: deepcopy(audience.contacts) for audience in self.audiences.values()},
            "stores": {store.id: deepcopy(store.customers) for store in self.stores.values()},
        }

    def audience(self, list_id: str) -> Audience:
        """Find an audience, or answer 404."""
        if list_id not in self.audiences:
            raise not_found()
        return self.audiences[list_id]

    def store(self, store_id: str) -> Store:
        """Find a shop, or answer 404."""
        if store_id not in self.stores:
            raise not_found()
        return self.stores[store_id]

    def customer(self, store_id: str, customer_id: str) -> Member:
        """Find a shop's customer, or answer 404."""
        customers = self.store(store_id).customers
        if customer_id not in customers:
            raise not_found()
        return customers[customer_id]

    def contact(self, list_id: str, contact_id: str) -> Member:
        """Find a contact of any channel, or answer 404."""
        for one in self.contacts(list_id):
            if one["id"] == contact_id:
                return one
        raise not_found()

    def contacts(self, list_id: str) -> list[Member]:
        """Give all contacts of an audience: its members, and those who have a phone number only."""
        audience = self.audience(list_id)
        return [*(contact_of(one) for one in audience.members.values()), *audience.contacts.values()]

    def member(self, list_id: str, address: str, *, digest_only: bool = False) -> Member:
        """Find a member by hash, address or contact_id, or answer 404."""
        members = self.audience(list_id).members
        if address in members:
            return members[address]
        if not digest_only:
            if "@" in address and md5(address) in members:
                return members[md5(address)]
            if self.takes_contact_id:
                for member in members.values():
                    if member["contact_id"] == address:
                        return member
        raise not_found()

    def all_members(self) -> Iterator[Member]:
        """Give the members of every audience."""
        for audience in self.audiences.values():
            yield from audience.members.values()

    def forget(self, list_id: str, digest: str) -> None:
        """Delete permanently: the person is gone from this audience and cannot be imported again."""
        self.require_right_to_delete()
        member = self.member(list_id, digest, digest_only=True)
        audience = self.audience(list_id)
        del audience.members[digest]
        audience.unsubscribed.pop(member["contact_id"], None)
        audience.forgotten.add(digest)

    def forget_contact(self, list_id: str, contact_id: str) -> None:
        """Forget a contact of any channel."""
        self.require_right_to_delete()
        self.contact(list_id, contact_id)
        audience = self.audience(list_id)
        for digest, member in audience.members.items():
            if member["contact_id"] == contact_id:
                self.forget(list_id, digest)
                return
        del audience.contacts[contact_id]

    def delete_customer(self, store_id: str, customer_id: str) -> None:
        """Delete a shop's customer; the member with the same address stays."""
        self.require_right_to_delete()
        self.customer(store_id, customer_id)
        del self.stores[store_id].customers[customer_id]

    def add_store(self, store_id: str, list_id: str) -> None:
        """Connect a shop to an audience."""
        self.stores[store_id] = Store(store_id, self.audience(list_id).id)

    def add_customer(self, store_id: str, customer_id: str, email: str, **facts: Any) -> Member:
        """Let a shop send a customer."""
        self.now += timedelta(seconds=1)
        customer = new_customer(customer_id, email, stamp(self.now)) | facts
        self.store(store_id).customers[customer_id] = customer
        return customer

    def add_phone_contact(self, list_id: str, contact_id: str, phone: str, **facts: Any) -> Member:
        """Add a contact that has a phone number and no e-mail address."""
        self.now += timedelta(seconds=1)
        contact = new_phone_contact(list_id, contact_id, phone, stamp(self.now)) | facts
        self.audience(list_id).contacts[contact_id] = contact
        return contact

    def archive(self, list_id: str, address: str) -> None:
        """Archive: the member stays, hidden; its subscription status is overwritten."""
        self.require_right_to_delete()
        member = self.member(list_id, address)
        if member["status"] in {"cleaned", "pending", "archived"}:
            raise Problem(
                405,
                "Method Not Allowed",
                "This list member cannot be removed. "
                "Can not archive a contact that is bounced, pending or archived",
            )
        member["status"] = "archived"
        self.touch(member)

    def add(self, list_id: str, body: dict[str, Any]) -> Member:
        """Add a member by API; nothing shows an opt-in by the person."""
        audience = self.audience(list_id)
        address, status = body.get("email_address"), body.get("status")
        if not isinstance(address, str) or "@" not in address or not isinstance(status, str):
            raise Problem(400, "Invalid Resource", "The resource submitted could not be validated.")
        digest = md5(address)
        if digest in audience.forgotten and status in {"subscribed", "pending"}:
            raise Problem(
                400,
                "Forgotten Email Not Subscribed",
                f"{address} was permanently deleted and cannot be re-imported. "
                "The contact must re-subscribe to get back on the list.",
            )
        if digest in audience.members and audience.members[digest]["status"] != "archived":
            raise Problem(
                400, "Member Exists", f"{address} is already a list member. Use PUT to insert or update."
            )
        names = body.get("merge_fields") or {}
        seed = hashlib.sha256(f"{list_id} {digest} {stamp(self.now)}".encode()).hexdigest()
        member = blank_member(list_id, address) | {
            "unique_email_id": seed[:10],
            "contact_id": seed[10:42],
            "web_id": int(seed[42:50], 16),
            "status": status,
            "merge_fields": {tag: "" for _, tag, _, _ in MERGE_FIELDS} | names,
            "timestamp_opt": stamp(self.now),
        }
        audience.members[digest] = member
        self.touch(member)
        return member

    def edit(self, list_id: str, address: str, body: dict[str, Any]) -> Member:
        """Change a member; another address is another hash and the same contact_id."""
        member = self.member(list_id, address)
        audience = self.audience(list_id)
        if isinstance(body.get("merge_fields"), dict):
            member["merge_fields"] = (member["merge_fields"] or {}) | body["merge_fields"]
        if isinstance(body.get("status"), str) and body["status"] != member["status"]:
            member["status"] = body["status"]
            if body["status"] == "unsubscribed":
                audience.unsubscribed[member["contact_id"]] = self.now
        if isinstance(body.get("email_address"), str):
            del audience.members[member["id"]]
            member["email_address"] = body["email_address"]
            member["id"] = md5(body["email_address"])
            audience.members[member["id"]] = member
        self.touch(member)
        return member

    def touch(self, member: Member) -> None:
        """Note a change one second later than the last."""
        self.now += timedelta(seconds=1)
        member["last_changed"] = stamp(self.now)

    def require_right_to_delete(self) -> None:
        """Answer 403 to a user whose role is too low."""
        if self.role in {"viewer", "author"}:
            raise Problem(403, "Forbidden", "You are not permitted to access this resource.")


def not_found() -> Problem:
    """Give the answer for what is not there, or not any more."""
    return Problem(404, "Resource Not Found", "The requested resource could not be found.")
