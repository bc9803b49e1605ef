"""One pull: the members of every audience, then what is listed whole each time, then who is gone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from connectors.mailchimp.contacts import Contacts
from connectors.mailchimp.cursor import NEVER_READ, Memory, encode
from connectors.mailchimp.mapping import MEMBER
from connectors.mailchimp.reading import Reading, audiences
from syncd.contract import Page, Problem
from syncd.model import RecordRef

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from connectors.mailchimp.client import Client
    from connectors.mailchimp.cursor import Mark, Place
    from connectors.mailchimp.records import Records
    from connectors.mailchimp.settings import MailchimpSettings
    from connectors.mailchimp.shops import Shops
    from syncd.model import Record


class Pull:
    """One pull of one account. `before` is what the last one left, None to read everything."""

    def __init__(
        self,
        client: Client,
        settings: MailchimpSettings,
        records: Records,
        shops: Shops,
        *,
        identity: str,
        scope: str,
        before: Memory | None,
        began: datetime | None,
    ) -> None:
        self._client = client
        self._settings = settings
        self._records = records
        self._shops = shops
        self._identity = identity
        self._scope = scope
        self._full = before is None
        self._before = before or Memory()
        self._began = began
        self._marks: dict[str, Mark] = {}
        self._listed: dict[Place, dict[str, str]] = {}
        self._digests: dict[str, dict[str, str]] = {}
        self._problems: list[Problem] = []

    def pages(self) -> Iterator[Page]:
        """Yield the pages; the last one says who is gone, and gives a cursor when nothing was missed."""
        if not self._identity:
            self._problems.append(Problem("no_account_id", "Mailchimp did not say which account this is"))
        listed = audiences(self._client, self._settings.audiences)
        self._problems += listed.problems
        for audience in listed.ids:
            yield from self._members(audience)
            if self._settings.beta_contacts:
                yield from self._contacts(audience)
        yield from self._customers()
        memory = Memory(self._marks, self._listed)
        done = not self._problems
        yield Page(
            gone=tuple(sorted(self._refs(self._before) - self._refs(memory))) if done else (),
            cursor=encode(self._identity, self._scope, memory) if done else None,
            full=self._full,
            complete=done,
            identity=self._identity,
            problems=tuple(self._problems),
        )

    def _members(self, audience: str) -> Iterator[Page]:
        reading = Reading(self._client, audience, self._before.marks.get(audience, NEVER_READ), self._began)
        for rows in reading.rows():
            records = [self._records.member(audience, row) for row in rows]
            yield self._page(records, cursor=self._place(audience, reading.mark))
        self._problems += reading.problems
        self._marks[audience] = reading.mark
        self._digests[audience] = reading.digests

    def _contacts(self, audience: str) -> Iterator[Page]:
        contacts = Contacts(self._client, audience)
        for rows in contacts.rows():
            # One that the lists interface shows as well was read there.
            own = [row for row in rows if row["id"] not in self._marks[audience].keys]
            yield self._page(self._news([self._records.contact(audience, row) for row in own]))
        self._problems += contacts.problems

    def _customers(self) -> Iterator[Page]:
        shops = self._shops.all()
        for shop in shops:
            by_digest = {digest: key for key, digest in self._digests.get(shop.audience, {}).items()}
            for customers in self._shops.customers(shop, by_digest):
                yield self._page(self._news([self._records.customer(one) for one in customers]))
        self._problems += self._shops.problems

    def _news(self, found: list[Record]) -> list[Record]:
        """Note what was listed, and give what is not as it was."""
        news = []
        for one in found:
            place = (one.ref.kind, one.ref.within)
            seen = f"{one.version} {one.parent.key}" if one.parent else one.version
            if self._before.listed.get(place, {}).get(one.ref.key) != seen or not one.version:
                news.append(one)
            self._listed.setdefault(place, {})[one.ref.key] = seen
        return news

    def _place(self, audience: str, mark: Mark) -> str | None:
        """Give a place to go on from within an audience that is read for the first time, None elsewhere.

        Other first readings count as far as they came. All else stays as the last pull left it: who is gone is told
        at the end, by comparing with that, so nobody who was given to the index may be forgotten here.
        """
        if not mark.partial or self._problems:
            return None
        marks = dict(self._before.marks)
        for one, read in (self._marks | {audience: mark}).items():
            known = marks.get(one, NEVER_READ)
            if known.partial or one not in marks:
                marks[one] = replace(read, keys=read.keys | known.keys)
        listed = {
            place: {**self._before.listed.get(place, {}), **self._listed.get(place, {})}
            for place in self._before.listed.keys() | self._listed.keys()
        }
        return encode(self._identity, self._scope, Memory(marks, listed))

    def _page(self, records: list[Record], *, cursor: str | None = None) -> Page:
        return Page(tuple(records), cursor=cursor, identity=self._identity, full=self._full)

    def _refs(self, memory: Memory) -> set[RecordRef]:
        account = self._client.account
        members = {
            RecordRef(account, MEMBER, key, audience)
            for audience, mark in memory.marks.items()
            for key in mark.keys
        }
        return members | {
            RecordRef(account, kind, key, within)
            for (kind, within), versions in memory.listed.items()
            for key in versions
        }
