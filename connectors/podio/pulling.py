"""One pull: every app, what hangs on the items whose relationship has ended, and who is gone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from syncd.contract import Page, Problem
from syncd.model import EventKind, RecordRef

from . import hanging
from .cursor import AppMemory, Hung, Memory, encode
from .mapping import KIND, UnreadableItemError, record_of
from .reading import Reading, something_hangs
from .settings import AppRole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from syncd.model import Record

    from .client import Client
    from .definition import App
    from .settings import PodioSettings

PLACES = 10
"""A reading marks a place to go on from with every page, and later each time it has grown by a tenth: the place
names every item that was read, so marking more often would make long readings slow."""

BATCH = 25
"""Items whose files, comments and tasks make one page: one call each, so an interrupted pull loses few."""


class Pull:
    """One pull of one account. `before` is what the last one left, None to read everything."""

    def __init__(
        self,
        account: str,
        client: Client,
        settings: PodioSettings,
        apps: Sequence[App],
        *,
        scope: str,
        before: Memory | None,
    ) -> None:
        self._account = account
        self._client = client
        self._settings = settings
        self._apps = apps
        self._scope = scope
        self._full = before is None
        self._memory: Memory = dict(before or {})
        self._identity = f"space:{min(app.space_id for app in apps)}"
        self._whole = True

    def pages(self) -> Iterator[Page]:
        """Yield the pages. A page with a cursor is a place from which an interrupted pull goes on."""
        for app in self._apps:
            yield from self._items(app)
        for app in self._apps:
            yield from self._hanging(app)
        yield self._page(complete=self._whole, cursor=self._cursor())

    # --- items ----------------------------------------------------------------------------------------------

    def _items(self, app: App) -> Iterator[Page]:
        app_id = app.settings.app_id
        known = self._memory.get(app_id)
        now = AppMemory(definition=app.revision, partial=known is None)
        reading = Reading(self._client, app_id)
        if known is None or known.definition != app.revision or app.volatile:
            slices = reading.whole()
        else:
            now = replace(
                known, revisions=dict(known.revisions), ended=set(known.ended), hung=dict(known.hung)
            )
            slices = reading.changes(known)
        # Where all is read again although much is known, what went meanwhile is only in the old memory.
        goes_on = known is None or bool(now.revisions)
        unread = next_place = 0
        for number, items in enumerate(slices):
            records, missed = self._records(app, items, reading, now, known)
            unread += missed
            marks = goes_on and not unread and number >= next_place
            next_place = number + 1 + number // PLACES if marks else next_place
            yield self._page(records, cursor=self._cursor({app_id: now}) if marks else None)
        unread += reading.nameless
        if reading.moved or unread:
            self._whole = False
            problems = [_moved_items(app)] if reading.moved else []
            problems += [_unread_items(app, unread)] if unread else []
            yield self._page(problems=tuple(problems))
            return
        for item_id, hung in now.hung.items():
            if item_id in reading.heads:
                hung.mark = reading.heads[item_id].mark
        gone = sorted((known.revisions.keys() if known else set()) - reading.heads.keys())
        vanished = [ref for item_id in gone for ref in self._vanished(app, item_id, known)]
        for item_id in gone:
            now.forget(item_id)
        now.partial = False
        self._memory[app_id] = now
        yield self._page(gone=tuple(vanished), cursor=self._cursor())

    def _records(
        self, app: App, items: list[Any], reading: Reading, now: AppMemory, known: AppMemory | None
    ) -> tuple[tuple[Record, ...], int]:
        records = []
        for item in items:
            try:
                record = record_of(self._account, app, self._settings.organisation_apps, item)
            except UnreadableItemError:
                continue
            records.append(record)
            self._remember(record, reading.heads[item["item_id"]].mark, now, known)
        return tuple(records), len(items) - len(records)

    def _remember(self, record: Record, mark: str, now: AppMemory, known: AppMemory | None) -> None:
        key = int(record.ref.key)
        now.revisions[key] = int(record.version)
        edits = [str(one.on) for one in record.events if one.origin == "current_revision"]
        now.until = max([now.until, *(text.removesuffix("+00:00") for text in edits)])
        now.ended.discard(key)
        if any(event.kind is EventKind.ENDED for event in record.events):
            now.ended.add(key)
        before = known.hung.get(key) if known else None
        owners = (*([record.parent] if record.parent else []), *record.member_of)
        # No list counts tasks, so what has ended, or may end with its owners, is looked at whatever its mark says.
        # One of an app that is kept is noted too, though never looked at: else it would seem new every night.
        if before is not None or something_hangs(mark) or owners or key in now.ended:
            read = before or Hung("")
            now.hung[key] = Hung(mark, tuple(int(one.key) for one in owners), read.keys, read.read)

    def _vanished(self, app: App, item_id: int, known: AppMemory | None) -> Iterator[RecordRef]:
        """Give an item that is gone, and of what hung on it that which is gone as well: each is looked at."""
        parent = self._ref(app, item_id)
        yield parent
        hung = known.hung.get(item_id) if known else None
        for key in hung.keys if hung else ():
            if self._is_gone(app, key):
                yield hanging.hanging_ref(parent, *_split(key))

    # --- what hangs on them ---------------------------------------------------------------------------------

    def _hanging(self, app: App) -> Iterator[Page]:
        memory = self._memory.get(app.settings.app_id, AppMemory())
        asked = [item_id for item_id, hung in memory.hung.items() if self._must_look(app, item_id, hung)]
        for first in range(0, len(asked), BATCH):
            records: list[Record] = []
            gone: list[RecordRef] = []
            for item_id in asked[first : first + BATCH]:
                found, lost = self._look(app, item_id, memory.hung[item_id])
                records += found
                gone += lost
            yield self._page(tuple(records), gone=tuple(gone), cursor=self._cursor())

    def _must_look(self, app: App, item_id: int, hung: Hung) -> bool:
        """Tell whether an item's files, comments and tasks must be read.

        Nothing in a list tells that a task was added or removed, so one that has ended is read once whatever its
        list says, and an item with a task every time.
        """
        ends = self._ended()
        ended = item_id in ends or bool(hung.owners and ends.issuperset(hung.owners))
        wanted = ended or (self._settings.children and something_hangs(hung.mark))
        if app.kept or not (wanted or hung.read is not None):
            return False
        return not hung.mark or hung.read != hung.mark or any(one.startswith("task:") for one in hung.keys)

    def _ended(self) -> set[int]:
        return set().union(*(memory.ended for memory in self._memory.values()))

    def _look(self, app: App, item_id: int, hung: Hung) -> tuple[list[Record], list[RecordRef]]:
        app_id, parent = app.settings.app_id, self._ref(app, item_id)
        item = self._client.item(app_id, str(item_id))
        if item is None:  # gone since it was listed: the next pull says so
            return [], []
        seen = hanging.hanging_of(self._client, app_id, item)
        unlisted = set(hung.keys) - set(seen.keys)
        lost = {key for key in unlisted if self._is_gone(app, key)}
        hung.keys, hung.read = (*seen.keys, *sorted(unlisted - lost)), hung.mark
        return (
            [hanging.hanging_record(parent, app, kind, one) for kind, one in seen.found],
            [hanging.hanging_ref(parent, *_split(key)) for key in sorted(lost)],
        )

    def _is_gone(self, app: App, key: str) -> bool:
        """Look at one that its item does not list any more: a file may outlive the comment that it came with."""
        return self._client.hanging(app.settings.app_id, *_split(key)) is None

    # --- pages ----------------------------------------------------------------------------------------------

    def _ref(self, app: App, item_id: int) -> RecordRef:
        return RecordRef(self._account, KIND, str(item_id), str(app.settings.app_id))

    def _cursor(self, under_way: Memory | None = None) -> str | None:
        return encode(self._memory | (under_way or {}), self._scope) if self._whole else None

    def _page(
        self,
        records: tuple[Record, ...] = (),
        *,
        gone: tuple[RecordRef, ...] = (),
        problems: tuple[Problem, ...] = (),
        cursor: str | None = None,
        complete: bool = False,
    ) -> Page:
        return Page(
            records,
            gone=gone,
            cursor=cursor,
            full=self._full,
            complete=complete,
            identity=self._identity,
            problems=problems,
        )


def in_reading_order(apps: Sequence[App]) -> list[App]:
    """Put organisations first: the end of what depends on them is known by the time that it is asked for."""
    order = (AppRole.ORGANISATION, AppRole.PERSON, AppRole.PROJECT)
    return sorted(apps, key=lambda app: order.index(app.settings.role))


def _split(key: str) -> tuple[str, str]:
    kind, _, number = key.partition(":")
    return kind, number


def _unread_items(app: App, count: int) -> Problem:
    return Problem(
        "unreadable_item", f"app {app.table}: items without id, revision or fields were skipped", count
    )


def _moved_items(app: App) -> Problem:
    return Problem(
        "count_disagrees", f"app {app.table} changed while it was read, or Podio's counts disagree: run again"
    )
