"""Which audiences there are, and reading the members of one: all, those that changed, or only their keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectors.mailchimp.client import Client, text
from connectors.mailchimp.cursor import NEVER_READ, Mark
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
    """One audience in one pull: everything the first time, later what changed since the mark.

    `began` is the vendor's clock before the first row was asked for: whatever is dated before it was read in its
    last form. After `rows` is exhausted, `digests` are the members by key, as the vendor addresses them.
    """

    def __init__(self, client: Client, audience: str, before: Mark, began: datetime | None) -> None:
        self.audience = audience
        self.mark = before
        self.problems: tuple[Problem, ...] = ()
        self.digests: dict[str, str] = {}
        self._client = client
        self._before = before
        self._began = began

    def rows(self) -> Iterator[list[Row]]:
        """Yield the rows; after that `mark` is the new one."""
        changed = Members(self._client, self.audience, before=self._before)
        for rows in changed.rows():
            self.mark = self._so_far(changed)
            yield [row for row in rows if not self._has_read(row)]
        self.problems = changed.problems
        there = changed
        if self._before.since:
            there = list_keys(self._client, self.audience)
            self.problems += there.problems
            if there.digests.keys() - self._before.keys - changed.digests.keys():
                # Somebody is new without having changed since the mark: the filter cannot be relied on.
                there = Members(self._client, self.audience)
                yield from there.rows()
                self.problems += there.problems
        self.digests = there.digests
        # Whoever was read and went before the ids were listed is gone in the next pull, not in none.
        keys = frozenset(there.digests.keys() | changed.digests.keys())
        self.mark = Mark(changed.until or self._before.until, keys, self._edge(changed))

    def _so_far(self, changed: Members) -> Mark:
        """Give where an interrupted reading goes on; that of changes begins anew, for it is short."""
        before = self._before
        until = changed.until or before.until
        if until is None or (before.since and not before.partial):
            return before
        # Those of the second in which the last page ended are read twice rather than not at all.
        keys = (before.keys | changed.digests.keys()) - changed.waiting.keys()
        return Mark(until, frozenset(keys), partial=True)

    def _has_read(self, row: Row) -> bool:
        return self._before.has_read(member_key(row), parse_moment(text(row, "last_changed")))

    def _edge(self, changed: Members) -> frozenset[str]:
        """Give the last to change; nobody when more may have happened in that second after it was read."""
        if changed.until is None:
            return self._before.edge
        is_over = self._began is not None and changed.until < self._began
        return frozenset(changed.latest) if is_over else frozenset()


class Members:
    """One reading of one audience.

    After `rows` is exhausted: `problems` says what is missing, `digests` who was there (by key, with what the
    vendor addresses them by), `until` the latest change that was surely read with all before it, `latest` who
    changed in that second or the one before it.

    Whether a list without a status filter holds archived members is nowhere documented: one archived member
    in it proves that it does, and otherwise they are asked for.

    `before` gives from when on to read. When it is `partial`, unsubscribed and archived members that changed
    earlier may not have been read, because they come last. `waiting` are the unsubscribed still to come.
    """

    def __init__(
        self,
        client: Client,
        audience: str,
        *,
        fields: tuple[str, ...] = MEMBER_FIELDS,
        before: Mark = NEVER_READ,
    ) -> None:
        self._client = client
        self._audience = audience
        self._before = before
        self._everything = member_query(fields)
        self._params = self._everything | ({"since_last_changed": before.since} if before.since else {})
        self.waiting: dict[str, Row] = {}
        self.problems: tuple[Problem, ...] = ()
        self.digests: dict[str, str] = {}
        self.until: datetime | None = None
        self.latest: dict[str, datetime] = {}

    def rows(self) -> Iterator[list[Row]]:
        """Yield the rows, page by page.

        Unsubscribed members come last: each costs a call of its own for the date, and a list that is read
        slowly drifts.
        """
        for rows in self._all_rows():
            keyed = {member_key(row): row for row in rows}
            self.digests |= {key: text(row, "id") for key, row in keyed.items()}
            self._note_latest(keyed)
            late = {key: row for key, row in keyed.items() if is_unsubscribed(row)}
            for key in keyed:
                self.waiting.pop(key, None)
            self.waiting |= late
            yield [row for key, row in keyed.items() if key not in late]
        while self.waiting:
            batch = list(self.waiting)[:BATCH]
            yield [self.waiting.pop(key) for key in batch]

    def _note_latest(self, keyed: dict[str, Row]) -> None:
        for key, row in keyed.items():
            moment = parse_moment(text(row, "last_changed"))
            if moment is not None:
                self.latest[key] = moment
        begin = Mark(self.until, frozenset()).begin
        if begin is not None:
            self.latest = {key: moment for key, moment in self.latest.items() if moment >= begin}

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
        if self._before.partial:
            yield from self._more("unsubscribed")
        if not seen_archived:
            yield from self._more("archived")

    def _more(self, status: str) -> Iterator[list[Row]]:
        """Give members of one status: those who changed since, or after an interruption those not yet read."""
        params = self._everything if self._before.partial else self._params
        scan = member_scan(self._client, self._audience, params | {"status": status})
        read = self._before.keys if self._before.partial else frozenset()
        for rows in scan.rows():
            yield [row for row in rows if member_key(row) not in read]
        self.problems += scan.problems


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


def list_keys(client: Client, audience: str) -> Members:
    """Read who is in an audience, and no more about them."""
    members = Members(client, audience, fields=KEY_FIELDS)
    for _ in members.rows():
        pass
    return members


def is_unsubscribed(row: Row) -> bool:
    """Tell whether a member withdrew its consent."""
    return text(row, "status") == "unsubscribed"
