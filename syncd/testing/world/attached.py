"""What hangs on the records of a finished world, and what stands beside them: the vendors' further places.

Files, comments and tasks on CRM items; the customers of a connected shop; contacts with a phone number only. It is
added to a world that was told to its end and has chance of its own, so that the world without it stays the same.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from syncd.testing.world.shapes import (
    CrmAttachment,
    NewsCustomer,
    NewsPhoneContact,
    TrueRecord,
    TrueSubject,
)
from syncd.testing.world.words import FILES, NOTES, TASKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncd.testing.world.shapes import CrmOrganisation, CrmPerson, CrmProject, NewsMember, World

    _Item = CrmOrganisation | CrmPerson | CrmProject

PLAIN = frozenset(
    {
        "running",
        "ended_no_documents",
        "ended_held",
        "ended_recently",
        "ended_today_minus_28",
        "member_of_ended_company",
        "newsletter_only_consent",
        "newsletter_only_unsubscribed_old",
    }
)
"""Trap classes whose people a shop may know: their addresses are nobody else's."""

_CARRIERS = frozenset({"organisation", "person", "project"})


def attach(world: World) -> World:
    """Give the world with everything that hangs on its records or stands beside them, and the truth about it."""
    making = _Attaching(world)
    attachments = tuple(making.attachments())
    customers = tuple(making.customers())
    return replace(
        world,
        crm=replace(world.crm, attachments=attachments),
        news=replace(
            world.news,
            shop=making.hexadecimal(12) if customers else "",
            customers=customers,
            phone_contacts=tuple(making.phone_contacts()),
        ),
        subjects=tuple(making.subjects),
    )


class _Attaching:
    """Attaches to one world; `subjects` are its subjects with the new records among theirs."""

    def __init__(self, world: World) -> None:
        self._rng = random.Random(f"attached {world.seed}")  # noqa: S311 a repeatable world, not a secret
        self._world = world
        self._morning = datetime.combine(world.today, time(6), UTC)
        self._number = self._rng.randrange(10**8, 9 * 10**8)
        self._order_number = self._rng.randrange(10_000, 90_000)
        self.subjects = list(world.subjects)

    def hexadecimal(self, digits: int) -> str:
        """Give a random hexadecimal id."""
        return f"{self._rng.randrange(16**digits):0{digits}x}"

    # --- the CRM --------------------------------------------------------------------------------------------

    def attachments(self) -> Iterator[CrmAttachment]:
        """Hang files, comments and tasks on items; each goes with its item."""
        crm = self._world.crm
        every: tuple[_Item, ...] = (*crm.organisations, *crm.persons, *crm.projects)
        items = {str(one.id): one for one in every}
        for at, subject in enumerate(self.subjects):
            for record in subject.records:
                if record.system != "crm" or record.kind not in _CARRIERS:
                    continue
                for one in self._on_item(items[record.id]):
                    self._add(at, TrueRecord("crm", one.kind, str(one.id), record.outcome))
                    yield one

    def _on_item(self, item: _Item) -> Iterator[CrmAttachment]:
        rng = self._rng
        # Most items have nothing. A task alone is a case of its own: no list of Podio's counts tasks.
        what = rng.choices(
            ((), ("file",), ("comment",), ("task",), ("comment", "file", "task")), (80, 6, 6, 4, 4)
        )[0]
        words = {"file": FILES, "comment": NOTES, "task": TASKS}
        for kind in what:
            yield self._attachment(kind, item, rng.choice(words[kind]))
        if "comment" in what and rng.random() < 0.3:  # noqa: PLR2004 some comments were sent with a file
            comment = self._number if what == ("comment",) else None
            yield self._attachment("file", item, rng.choice(FILES), on=comment)

    def _attachment(self, kind: str, item: _Item, text: str, on: int | None = None) -> CrmAttachment:
        self._number += self._rng.randrange(1, 400)
        since = max(int((self._morning - item.created_on).total_seconds()), 0)
        when = item.created_on + timedelta(seconds=self._rng.randrange(since + 1))
        return CrmAttachment(self._number, kind, item.id, text, when, on)

    # --- the shop -------------------------------------------------------------------------------------------

    def customers(self) -> Iterator[NewsCustomer]:
        """Let the shop know some members and some people whom the newsletter does not know."""
        audience = self._world.news.audiences[0][0]
        members = {one.contact_id: one for one in self._world.news.members if one.audience == audience}
        people = {str(one.id): one for one in self._world.crm.persons}
        for at, subject in enumerate(self.subjects):
            if subject.trap not in PLAIN:
                continue
            for record in subject.records:
                if record.kind == "member" and record.id in members and self._rng.random() < 0.5:  # noqa: PLR2004
                    yield self._of_member(at, members[record.id], record.outcome)
                elif record.kind == "person" and _unsubscribed(subject) and self._rng.random() < 0.15:  # noqa: PLR2004
                    yield self._of_person(at, people[record.id], record.outcome)

    def _of_member(self, at: int, member: NewsMember, outcome: str) -> NewsCustomer:
        """Make a customer with a member's address: it goes with the member, unless it ordered something."""
        derived = self._rng.choice(("", "", "address", "digest"))
        bought = self._rng.choice((0, 0, 0, 2))
        # Whoever bought is there for another reason than the newsletter, so nobody is who only subscribed.
        orders = bought if any(one.system != "news" for one in self.subjects[at].records) else 0
        address = member.email
        key = {
            "": self._shop_number(),
            "address": address,
            "digest": hashlib.md5(address.lower().encode(), usedforsecurity=False).hexdigest(),
        }[derived]
        name = f"@{member.contact_id}" if derived else key
        kind, outcome = ("buyer", "unchanged") if orders else ("customer", outcome)
        self._add(at, TrueRecord("news", kind, name, outcome))
        names = member.first_name, member.last_name
        return NewsCustomer(key, name, address, *names, orders, self._recently())

    def _of_person(self, at: int, person: CrmPerson, outcome: str) -> NewsCustomer:
        """Make a customer of somebody who gets no newsletter; an id that is the address then names nobody."""
        given, _, family = person.name.partition(" ")
        address = person.email
        if self._rng.random() < 0.3:  # noqa: PLR2004
            return NewsCustomer(address, "", address, given, family, 0, self._recently())
        key = self._shop_number()
        self._add(at, TrueRecord("news", "customer", key, outcome))
        return NewsCustomer(key, key, address, given, family, 0, self._recently())

    def phone_contacts(self) -> Iterator[NewsPhoneContact]:
        """Let an audience have contacts with a phone number only: out of reach of the lists interface."""
        audience = self._world.news.audiences[0][0]
        for person in self._world.crm.persons[:: max(1, len(self._world.crm.persons) // 3)]:
            given = person.name.partition(" ")[0]
            phone = f"+3161{self._rng.randrange(10**7):07d}"
            yield NewsPhoneContact(self.hexadecimal(32), audience, phone, given, self._recently())

    # --- small things ---------------------------------------------------------------------------------------

    def _shop_number(self) -> str:
        self._order_number += self._rng.randrange(1, 30)
        return str(self._order_number)

    def _recently(self) -> datetime:
        return self._morning - timedelta(seconds=self._rng.randrange(86_400, 200 * 86_400))

    def _add(self, at: int, record: TrueRecord) -> None:
        subject = self.subjects[at]
        self.subjects[at] = replace(subject, records=(*subject.records, record))


def _unsubscribed(subject: TrueSubject) -> bool:
    """Tell whether the newsletter does not know the subject."""
    return not any(record.kind == "member" for record in subject.records)
