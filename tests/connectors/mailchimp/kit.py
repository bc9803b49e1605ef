"""A small newsletter by hand, its sandbox on loopback, and connections to it that wait for nothing."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from connectors.mailchimp import MailchimpConnector, MailchimpSettings, plugin
from syncd.http import Http
from syncd.model import Action, Order, Record, RecordRef
from syncd.testing.sandbox import Sandbox, serve
from syncd.testing.world.shapes import Books, Crm, News, NewsMember, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from connectors.mailchimp.sandbox.state import State
    from syncd.contract import Page

TODAY = date(2026, 11, 23)


def at(year: int, month: int = 1, day: int = 1, hour: int = 10) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def member(number: int, **facts: Any) -> NewsMember:
    """A subscribed member with a confirmed opt-in, unless `facts` says otherwise."""
    plain = NewsMember(
        contact_id=contact_id(number),
        web_id=500_000 + number,
        unique_email_id=f"u{number:09x}",
        audience="aud1",
        email=f"person{number}@example.nl",
        first_name="Ank",
        last_name=f"Visser{number}",
        status="subscribed",
        signed_up_at=at(2020, 3, 1),
        opted_in_at=at(2020, 3, 1, 11),
        unsubscribed_at=None,
        last_changed=at(2021, 5, 1),
    )
    return replace(plain, **facts)


def contact_id(number: int) -> str:
    return f"c{number:031x}"


def ref(number: int, audience: str = "aud1") -> RecordRef:
    return RecordRef("news", "member", contact_id(number), audience)


MEMBERS = (
    member(1),
    member(2, status="unsubscribed", unsubscribed_at=at(2025, 6, 3), last_changed=at(2026, 1, 9)),
    member(3, status="unsubscribed", last_changed=at(2025, 12, 31)),
    member(4, status="archived"),
    member(5, status="cleaned", first_name="", last_name=""),
    member(6, status="pending", opted_in_at=None),
    member(7, status="transactional", signed_up_at=None, opted_in_at=None),
    member(8, opted_in_at=None),
    member(9, audience="aud2", email="person1@example.nl"),
)


def world_of(*members: NewsMember) -> World:
    news = News("acc-77", (("aud1", "Nieuwsbrief"), ("aud2", "Agenda")), members)
    return World(1, len(members), TODAY, Books("1", (), ()), Crm(1, 1, 2, 3, (), (), ()), news, ())


def connect(
    url: str, sleep: Callable[[float], None] = lambda _seconds: None, **settings: Any
) -> MailchimpConnector:
    chosen = MailchimpSettings(connector="mailchimp", base_url=url, **settings)
    http = Http(plugin.base_url(chosen), account="news", sleep=sleep)
    connector = plugin.connect("news", chosen, http)
    assert isinstance(connector, MailchimpConnector)
    return connector


@dataclass
class Site:
    """A served sandbox, and connectors to it. `waits` are the seconds that they would have slept."""

    url: str
    sandbox: Sandbox
    state: State
    waits: list[float]

    def connector(self, **settings: Any) -> MailchimpConnector:
        return connect(self.url, self.waits.append, **(self.sandbox.credentials | settings))

    def calls(self) -> list[str]:
        """The requests so far, without the API's root."""
        return [f"{one.method} {one.path.removeprefix('/3.0')}" for one in self.sandbox.requests]

    def writes(self) -> list[str]:
        return [one for one in self.calls() if not one.startswith("GET ")]

    def vendor(self, number: int, audience: str = "aud1") -> dict[str, Any]:
        """A member as the server holds it, to look at or to change behind the connector's back."""
        members = self.state.audience(audience).members.values()
        return next(one for one in members if one["contact_id"] == contact_id(number))

    def shop(self, *customers: tuple[str, str], id_: str = "shop-1", audience: str = "aud1") -> None:
        """Connect a shop with these customers, as (the shop's own id, address)."""
        self.state.add_store(id_, audience)
        for key, address in customers:
            self.state.add_customer(id_, key, address)

    def vendor_id_of(self, number: int) -> str:
        """The digest by which the vendor addresses a member; it derives from the address."""
        address = member(number).email
        return hashlib.md5(address.encode(), usedforsecurity=False).hexdigest()


@contextmanager
def served(*members: NewsMember) -> Iterator[Site]:
    sandbox = plugin.sandbox(world_of(*members))
    with serve(sandbox) as url:
        yield Site(url, sandbox, sandbox.state, [])


def pulled(connector: MailchimpConnector, since: str | None = None) -> tuple[dict[str, Record], list[Page]]:
    pages = list(connector.pull(since))
    return {one.ref.key: one for page in pages for one in page.records}, pages


def order_for(record: Record, **facts: Any) -> Order:
    plain = Order("order-1", record.ref, Action.ERASE, record.categories, TODAY, record.version, "digest")
    return replace(plain, **facts)
