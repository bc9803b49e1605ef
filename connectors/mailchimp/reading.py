"""Which audiences there are, and reading the members of one: all, those that changed, or only their keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.mailchimp.client import Client, text
from connectors.mailchimp.cursor import Mark
from connectors.mailchimp.mapping import KEY_FIELDS, MEMBER_FIELDS, member_key, parse_moment
from connectors.mailchimp.scan import Row, Scan
from syncd.contract import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

BATCH = 100
"""Unsubscribed members per page: so much is kept when a run is interrupted."""


@dataclass(frozen=True)
class Audiences:
    """The audiences to read, and what is missing among them."""

    ids: tuple[str, ...]
    problems: tuple[Problem, ...]


def audiences(client: Client, wanted: frozenset[str]) -> Audiences:
    """List the audiences that the key can see, or those of them that are wanted."""
    scan = Scan(
        client,
        "lists",
        items="lists",
        key=lambda row: text(row, "id"),
        version="id",
        params={"fields": "total_items,lists.id", "sort_field": "date_created", "sort_dir": "ASC"},
    )
    visible = [text(row, "id") for rows in scan.rows() for row in rows]
    missing = tuple(
        Problem(
            "audience_missing", f"audience {one} is configured and the key cannot see it: check audiences"
        )
        for one in sorted(wanted.difference(visible))
    )
    return Audiences(tuple(one for one in visible if not wanted or one in wanted), scan.problems + missing)


class Reading:
    """One audience in one pull: everything the first time, later what changed since the mark."""

    def __init__(self, client: Client, audience: str, before: Mark) -> None:
        self.audience = audience
        self.mark = before
        self.problems: tuple[Problem, ...] = ()
        self._client = client

    def rows(self) -> Iterator[list[Row]]:
        """Yield the rows; after that `mark` is the new one."""
        changed = Members(self._client, self.audience, since=self.mark.since)
        yield from changed.rows()
        self.problems = changed.problems
        keys = frozenset(changed.keys)
        if self.mark.since:
            keys, problems = list_keys(self._client, self.audience)
            self.problems += problems
            if keys - self.mark.keys - changed.keys:
                # Somebody is new without having changed since the mark: the filter cannot be relied on.
                everybody = Members(self._client, self.audience)
                yield from everybody.rows()
                self.problems += everybody.problems
                keys = frozenset(everybody.keys)
        # Whoever was read and went before the ids were listed is gone in the next pull, not in none.
        self.mark = Mark(changed.until or self.mark.until, keys | changed.keys)


class Members:
    """One reading of one audience.

    After `rows` is exhausted: `problems` says what is missing, `keys` who was there, `until` the latest
    change that was surely read with all before it.

    Whether a list without a status filter holds archived members is nowhere documented: one archived member
    in it proves that it does, and otherwise they are asked for.
    """

    def __init__(
        self, client: Client, audience: str, *, fields: tuple[str, ...] = MEMBER_FIELDS, since: str = ""
    ) -> None:
        self._client = client
        self._audience = audience
        self._params = member_query(fields) | ({"since_last_changed": since} if since else {})
        self.problems: tuple[Problem, ...] = ()
        self.keys: set[str] = set()
        self.until: datetime | None = None

    def rows(self) -> Iterator[list[Row]]:
        """Yield the rows, page by page.

        Unsubscribed members come last: each costs a call of its own for the date, and a list that is read
        slowly drifts.
        """
        unsubscribed: dict[str, Row] = {}
        for rows in self._all_rows():
            keyed = {member_key(row): row for row in rows}
            self.keys |= keyed.keys()
            late = {key: row for key, row in keyed.items() if is_unsubscribed(row)}
            for key in keyed:
                unsubscribed.pop(key, None)
            unsubscribed |= late
            yield [row for key, row in keyed.items() if key not in late]
        waiting = list(unsubscribed.values())
        for begin in range(0, len(waiting), BATCH):
            yield waiting[begin : begin + BATCH]

    def _all_rows(self) -> Iterator[list[Row]]:
        everybody = member_scan(self._client, self._audience, self._params)
        seen_archived = False
        for rows in everybody.rows():
            seen_archived |= any(text(row, "status") == "archived" for row in rows)
            # Only this scan moves `until`: a member archived between the two scans would hide a change
            # that came after this one ended.
            moments = [moment for row in rows if (moment := parse_moment(text(row, "last_changed")))]
            self.until = max([*moments, *([self.until] if self.until else [])], default=None)
            yield rows
        self.problems += everybody.problems
        if not seen_archived:
            archived = member_scan(self._client, self._audience, self._params | {"status": "archived"})
            yield from archived.rows()
            self.problems += archived.problems


def member_query(fields: tuple[str, ...]) -> dict[str, str]:
    """Ask for these fields of members, in the order in which changes append."""
    names = ",".join(["total_items", *(f"members.{name}" for name in fields)])
    return {"fields": names, "sort_field": "last_changed", "sort_dir": "ASC"}


def member_scan(client: Client, audience: str, params: dict[str, str]) -> Scan:
    """Read through the members of an audience under these parameters."""
    return Scan(
        client,
        *("lists", audience, "members"),
        items="members",
        key=member_key,
        version="last_changed",
        params=params,
    )


def list_keys(client: Client, audience: str) -> tuple[frozenset[str], tuple[Problem, ...]]:
    """Tell who is in an audience, by key, and what makes that list incomplete."""
    members = Members(client, audience, fields=KEY_FIELDS)
    for _ in members.rows():
        pass
    return frozenset(members.keys), members.problems


def is_unsubscribed(row: Row) -> bool:
    """Tell whether a member withdrew its consent."""
    return text(row, "status") == "unsubscribed"
