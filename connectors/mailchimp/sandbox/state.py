"""The simulated Mailchimp's memory: audiences, members, and the addresses it was told to forget."""

from __future__ import annotations

import hashlib
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncd.testing.world.shapes import NewsMember, World

Member = dict[str, Any]

MERGE_FIELDS: tuple[tuple[int, str, str, str], ...] = (
    (1, "FNAME", "First Name", "text"),
    (2, "LNAME", "Last Name", "text"),
    (3, "ADDRESS", "Address", "address"),
    (4, "PHONE", "Phone Number", "phone"),
    (5, "BIRTHDAY", "Birthday", "birthday"),
)


class Problem(Exception):
    """An answer of the service in `application/problem+json`."""

    def __init__(self, status: int, title: str, detail: str) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.detail = detail


def md5(address: str) -> str:
    """Give the subscriber hash: MD5 of the lower-case address."""
    return hashlib.md5(address.strip().lower().encode(), usedforsecurity=False).hexdigest()


def stamp(moment: datetime | None) -> str:
    """Write a timestamp as Mailchimp does; nothing is ""."""
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else ""


@dataclass
class Audience:
    """One list: its members by subscriber hash, in the order in which they came."""

    id: str
    name: str
    members: dict[str, Member] = field(default_factory=dict)
    unsubscribed: dict[str, datetime] = field(default_factory=dict)  # by contact_id, for the activity feed
    forgotten: set[str] = field(default_factory=set)


@dataclass
class State:
    """Everything the service holds, and the knobs of this simulation.

    `takes_contact_id`: reading one member also accepts its contact_id, as the reference says.
    `lists_archived`: a list without a status filter holds archived members too (not documented either way).
    `role` is that of the key's user. `concurrency` is Mailchimp's ceiling; `bare_429` leaves out the body;
    `seconds` is how long a call holds its place.
    `largest_page` is how many rows one answer holds, whatever is asked.
    `exports` and `shops` only feed the counts that `check` reads.
    """

    account_id: str
    key: str
    audiences: dict[str, Audience]
    now: datetime
    takes_contact_id: bool = True
    lists_archived: bool = False
    role: str = "owner"
    concurrency: int = 10
    bare_429: bool = True
    seconds: float = 0.0
    largest_page: int = 1000
    exports: int = 0
    shops: int = 0

    @classmethod
    def of(cls, world: World) -> State:
        """Begin with the world's newsletter, at noon of the world's day."""
        news = world.news
        audiences = {id_: Audience(id_, name) for id_, name in news.audiences}
        for one in news.members:
            audience = audiences[one.audience]
            audience.members[md5(one.email)] = _member(one)
            if one.unsubscribed_at is not None:
                audience.unsubscribed[one.contact_id] = one.unsubscribed_at
        key = hashlib.sha256(f"mailchimp sandbox {news.account_id}".encode()).hexdigest()[:32]
        return cls(news.account_id, f"{key}-us6", audiences, datetime.combine(world.today, time(12), UTC))

    def snapshot(self) -> dict[str, Any]:
        """Give everything the service holds, members by audience and contact_id."""
        return {
            "audiences": {
                audience.id: {member["contact_id"]: deepcopy(member) for member in audience.members.values()}
                for audience in self.audiences.values()
            },
            "forgotten": {audience.id: sorted(audience.forgotten) for audience in self.audiences.values()},
        }

    def audience(self, list_id: str) -> Audience:
        """Find an audience, or answer 404."""
        if list_id not in self.audiences:
            raise not_found()
        return self.audiences[list_id]

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
        del audience.members[member["id"]]
        audience.unsubscribed.pop(member["contact_id"], None)
        audience.forgotten.add(member["id"])

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
        member = _blank(list_id, address) | {
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


def _member(one: NewsMember) -> Member:
    named = bool(one.first_name or one.last_name)
    return _blank(one.audience, one.email) | {
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


def _blank(list_id: str, address: str) -> Member:
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
