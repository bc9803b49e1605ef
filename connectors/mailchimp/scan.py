"""Reading a whole list through offset paging, and knowing whether all of it was read.

Mailchimp pages by offset only. A row that is deleted, archived or (under a sort by change) edited meanwhile
shifts those behind it, and a reader skips rows without noticing. So pages overlap by one row, which must come
back, the total must stay the same and must be what was read; otherwise the list is read again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connectors.mailchimp.client import MAX_COUNT
from syncd.contract import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from connectors.mailchimp.client import Client

MAX_PASSES = 3

Row = dict[str, Any]


@dataclass
class _Pass:
    """What one reading from begin to end saw."""

    keys: set[str] = field(default_factory=set)
    totals: set[int | None] = field(default_factory=set)
    anchored: bool = True
    discovered: bool = False  # a key that no earlier pass had

    @property
    def whole(self) -> bool:
        return self.totals == {len(self.keys)}


class Scan:
    """One list, read until a pass holds together.

    `rows` yields pages of rows that are new or changed since they were last yielded; after that `problems`
    says what is missing, and `total` is the vendor's own count when nothing is.
    """

    def __init__(
        self,
        client: Client,
        *segments: str,
        items: str,
        key: Callable[[Row], str],
        version: str,
        params: Mapping[str, str],
    ) -> None:
        self._client = client
        self._segments = segments
        self._items = items
        self._key = key
        self._version = version
        self._params = dict(params)
        self._yielded: dict[str, str] = {}
        self._without_key = 0
        self.problems: tuple[Problem, ...] = ()
        self.total = 0

    def rows(self) -> Iterator[list[Row]]:
        """Yield the rows, each once per version, page by page."""
        before: _Pass | None = None
        for _ in range(MAX_PASSES):
            this = _Pass()
            yield from self._read(this)
            if this.whole and (this.anchored or (before is not None and not this.discovered)):
                self.total = len(this.keys)
                break
            if before is not None and (before.keys, before.totals) == (this.keys, this.totals):
                self.problems = (_disagreement(self._items),)
                break
            before = this
        else:
            self.problems = (_drift(self._items),)
        if self._without_key:
            self.problems += (_nameless(self._items, self._without_key),)

    def _read(self, this: _Pass) -> Iterator[list[Row]]:
        offset = 0
        size = 0
        anchor = ""
        self._without_key = 0
        while True:
            page, total = self._page(offset)
            this.totals.add(total)
            keyed = {key: row for row in page if (key := self._key(row))}
            self._without_key += sum(1 for row in page if not self._key(row))
            this.anchored &= not anchor or anchor in keyed
            news = keyed.keys() - this.keys
            this.keys |= news
            this.discovered |= any(key not in self._yielded for key in news)
            yield self._fresh(keyed)
            size = size or len(page)
            if not news or len(page) < size or _is_last(offset + len(page), len(page), total):
                return
            anchor = next(reversed(keyed))
            offset += len(page) - 1

    def _page(self, offset: int) -> tuple[list[Row], int | None]:
        body = self._client.get(*self._segments, count=str(MAX_COUNT), offset=str(offset), **self._params)
        rows = body.get(self._items)
        total = body.get("total_items")
        return (
            [row if isinstance(row, dict) else {} for row in rows] if isinstance(rows, list) else [],
            total if isinstance(total, int) else None,
        )

    def _fresh(self, keyed: dict[str, Row]) -> list[Row]:
        fresh = []
        for key, row in keyed.items():
            version = str(row.get(self._version, ""))
            if self._yielded.get(key) != version:
                self._yielded[key] = version
                fresh.append(row)
        return fresh


def _is_last(read: int, page: int, total: int | None) -> bool:
    return page < MAX_COUNT if total is None else read >= total


def _disagreement(items: str) -> Problem:
    return Problem(
        "total_disagrees",
        f"Mailchimp's own count of {items} differs from what it lists: "
        "run again later; if it stays, ask its support",
    )


def _drift(items: str) -> Problem:
    return Problem(
        "drift",
        f"{items} changed faster than they could be read, {MAX_PASSES} times: run again at a calmer hour",
    )


def _nameless(items: str, count: int) -> Problem:
    return Problem("no_id", f"some {items} came without an id of their own and cannot be followed", count)
