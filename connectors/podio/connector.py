"""Podio as syncd sees it: pull the items of the configured apps, look at one, delete one."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from syncd.contract import (
    Capability,
    ConnectorError,
    Finding,
    Page,
    Problem,
    Refused,
    Residue,
    Stale,
    Unusable,
)
from syncd.model import Action, Effect, Presence, PresenceState, Receipt

from .client import GONE, Client
from .definition import App, read_app
from .doctor import account_findings, app_findings
from .mapping import KIND, UnreadableItemError, record_of
from .settings import BUILT_IN_CATEGORIES, AppRole
from .walk import Walk, item_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from syncd.contract import Cursor
    from syncd.http import Http
    from syncd.model import Order, Record, RecordRef

    from .settings import AppSettings, PodioSettings

ACCEPTED = frozenset({200, 201, 204})
READING_ORDER = (AppRole.ORGANISATION, AppRole.PERSON, AppRole.PROJECT)
TRIES = 2
RESIDUE = (
    Residue(
        "deleted_data",
        "Podio keeps deleted items for 90 days, out of reach of its API, before it removes them.",
        days=90,
    ),
    Residue(
        "attachments", "Podio does not say what happens to the files, comments and tasks of a deleted item."
    ),
    Residue("titles", "The item's title may stay in items that refer to it and in the activity stream."),
)
REVISIONS = (
    Residue("revisions", "The old values stay readable in the item's revisions until the item is erased."),
)


class PodioConnector:
    """A live connection to one account of Podio."""

    def __init__(self, account: str, settings: PodioSettings, http: Http) -> None:
        self._account = account
        self._settings = settings
        self.client = Client(http, settings)
        self._tables = {app.app_id: name for name, app in settings.apps.items()}
        self._apps: dict[int, App] = {}

    @property
    def capabilities(self) -> frozenset[Capability]:
        """Items can be erased, and fields with a category of their own emptied.

        Emptying the other fields is not offered: they are due when the item is, and old values stay readable
        in its revisions until it is gone.
        """
        own = self._settings.own_categories
        erase = Capability(KIND, Action.ERASE, BUILT_IN_CATEGORIES | own, residue=RESIDUE)
        if not own:
            return frozenset({erase})
        return frozenset({erase, Capability(KIND, Action.MINIMISE, own, reversible=True, residue=REVISIONS)})

    # --- check ----------------------------------------------------------------------------------------------

    def check(self) -> Iterable[Finding]:
        """Look at the sign-in, every app, its mapping and the right to delete."""
        for app_id, table in self._tables.items():
            try:
                app = self._load(app_id)
            except ConnectorError as error:
                yield Finding("error", error.code, f"app {table}: {error}")
                continue
            yield from app_findings(app, self._settings)
        yield from account_findings(self._settings, rotated=self.client.tokens.rotated)

    # --- pull -----------------------------------------------------------------------------------------------

    def pull(self, since: Cursor | None) -> Iterator[Page]:
        """Read every item of every configured app. There is no cursor: Podio has no list of deleted items."""
        del since
        apps = [self._usable(app_id) for app_id in self._in_reading_order()]
        identity = f"space:{min(app.space_id for app in apps)}"
        whole = True
        for app in apps:
            for page in self._pull_app(app, identity):
                whole = whole and not page.problems
                yield page
        yield Page(complete=whole, identity=identity)

    def _in_reading_order(self) -> list[int]:
        return sorted(self._tables, key=lambda app_id: READING_ORDER.index(self._by_id(app_id).role))

    def _pull_app(self, app: App, identity: str) -> Iterator[Page]:
        """Read one app, and once more from the start when its items moved while they were read."""
        seen: set[int] = set()
        for last_try in (False, True):
            walk = Walk(self.client, app.settings.app_id)
            for items in walk.slices():
                records, unread = self._records(app, [one for one in items if item_id(one) not in seen])
                seen.update(item_id(one) for one in items)
                problems = (_unread_items(app, unread),) if unread else ()
                yield Page(records, identity=identity, problems=problems)
            if not walk.moved:
                return
            if last_try:
                yield Page(identity=identity, problems=(_moved_items(app),))

    def _records(self, app: App, items: list[Any]) -> tuple[tuple[Record, ...], int]:
        records, unread = [], 0
        for item in items:
            try:
                records.append(self._record(app, item))
            except UnreadableItemError:
                unread += 1
        return tuple(records), unread

    # --- probe and dispose ----------------------------------------------------------------------------------

    def probe(self, ref: RecordRef, *, documents: bool = False) -> Presence:
        """Look at one item. It counts as absent only if its app can be read at the same moment."""
        presence, _item = self._look(ref, documents=documents)
        return presence

    def dispose(self, order: Order) -> Receipt:
        """Delete one item, or empty fields of it, after reading it once more."""
        self._require_declared(order)
        presence, item = self._look(order.ref)
        if item is None:
            return Receipt(order.id, Effect.ALREADY, {"seen": "absent"})
        if order.action is Action.MINIMISE and not presence.categories & order.categories:
            return Receipt(order.id, Effect.ALREADY, {"seen": "empty"})
        if presence.version != order.version:
            raise Stale("revision", f"{order.ref} changed since the order: revision {presence.version}")
        if order.action is Action.MINIMISE:
            return self._empty(order, item)
        if not presence.categories <= order.categories:
            raise Stale("categories", f"{order.ref} holds more than the order covers")
        return self._delete(order, item)

    def _require_declared(self, order: Order) -> None:
        declared = [
            one for one in self.capabilities if (one.kind, one.action) == (order.ref.kind, order.action)
        ]
        if not declared or not order.categories <= declared[0].categories:
            raise Refused("undeclared", f"order {order.id}: Podio cannot {order.action.value} this: see docs")
        settings = self._by_id(self._app_id(order.ref))
        if settings.role is AppRole.PROJECT and settings.on_end == "keep":
            raise Refused("kept", f'order {order.id}: this app says on_end = "keep"')

    def _delete(self, order: Order, item: dict[str, Any]) -> Receipt:
        self._require_right(order, item, "delete")
        evidence = self._hangs_on(order.ref, item)
        answer = self.client.delete(self._app_id(order.ref), order.ref.key)
        if answer.status in GONE:
            return Receipt(order.id, Effect.DONE, {"status": str(answer.status), **evidence})
        return self._answered(order, answer.status, evidence)

    def _empty(self, order: Order, item: dict[str, Any]) -> Receipt:
        self._require_right(order, item, "update")
        app_id = self._app_id(order.ref)
        named = self._by_id(app_id).categories.items()
        fields = [
            self._apps[app_id].fields[name].external_id for name, own in named if own in order.categories
        ]
        answer = self.client.empty(app_id, order.ref.key, int(order.version), fields)
        return self._answered(order, answer.status, {"fields": str(len(fields))})

    def _answered(self, order: Order, status: int, evidence: dict[str, str]) -> Receipt:
        if status in ACCEPTED:
            return Receipt(order.id, Effect.DONE, {"status": str(status), **evidence})
        if status in {HTTPStatus.CONFLICT, *GONE}:
            raise Stale("conflict", f"{order.ref}: Podio says that the item changed meanwhile")
        raise self._refusal(order, status)

    def _look(self, ref: RecordRef, *, documents: bool = False) -> tuple[Presence, dict[str, Any] | None]:
        app_id = self._app_id(ref)
        app = self._apps.get(app_id) or self._usable(app_id)
        item = self.client.item(app_id, ref.key)
        if item is None:
            self._usable(app_id)  # who cannot see the app cannot say that an item is gone
            return Presence(ref, PresenceState.ABSENT, documents=() if documents else None), None
        self._require_same_app(app, item)
        try:
            record = self._record(app, item)
        except UnreadableItemError as error:
            raise Unusable("unknown_answer", f"{ref}: Podio's answer is not an item ({error})") from None
        presence = Presence(
            ref,
            PresenceState.PRESENT,
            version=record.version,
            categories=record.categories,
            record=record,
            documents=() if documents else None,
        )
        return presence, item

    def _require_same_app(self, app: App, item: dict[str, Any]) -> None:
        """Refuse an item of another app: its fields would read as empty under this app's mapping."""
        inner = item.get("app")
        app_id = inner.get("app_id") if isinstance(inner, dict) else None
        foreign = [one for one in item.get("fields") or () if str(one.get("field_id")) not in app.fields]
        if (app_id is not None and app_id != app.settings.app_id) or (app_id is None and foreign):
            raise Unusable(
                "other_app",
                f"account {self._account}: item {item['item_id']} is not in app {app.table}: check app_id",
            )

    def _require_right(self, order: Order, item: dict[str, Any], right: str) -> None:
        rights = item.get("rights")
        if isinstance(rights, list) and right not in rights:
            raise self._refusal(order, HTTPStatus.FORBIDDEN)

    def _refusal(self, order: Order, status: int) -> Refused:
        if status == HTTPStatus.FORBIDDEN and self._settings.app_authentication:
            remedy = "an app token may not delete: sign in as a user with admin rights in the app"
        elif status == HTTPStatus.FORBIDDEN:
            remedy = "give the user admin rights in the app"
        else:
            remedy = "do it by hand"
        return Refused(
            f"status_{int(status)}", f"{order.ref}: Podio does not let this account do it: {remedy}"
        )

    def _hangs_on(self, ref: RecordRef, item: dict[str, Any]) -> dict[str, str]:
        """Count what hangs on the item, for the person who reads the receipt."""
        counts = {
            "files": _count(item, "file_count", "files"),
            "comments": _count(item, "comment_count", "comments"),
            "tasks": _count(item, "task_count", "tasks"),
            "references": self.client.references(self._app_id(ref), ref.key),
        }
        return {name: str(count) for name, count in counts.items() if count}

    # --- apps -----------------------------------------------------------------------------------------------

    def _usable(self, app_id: int) -> App:
        """Read an app's definition; raises `Unusable` when the mapping does not fit it."""
        app = self._load(app_id)
        if app.errors:
            first, more = app.errors[0], len(app.errors) - 1
            rest = f" (and {more} more: syncd check lists them)" if more else ""
            raise Unusable(first.code, f"account {self._account}: {first.text}; {first.remedy}{rest}")
        self._apps[app_id] = app
        return app

    def _load(self, app_id: int) -> App:
        return read_app(self._tables[app_id], self._by_id(app_id), self.client.app(app_id))

    def _by_id(self, app_id: int) -> AppSettings:
        return self._settings.apps[self._tables[app_id]]

    def _app_id(self, ref: RecordRef) -> int:
        app_id = int(ref.within) if ref.within.isdigit() else 0
        if ref.kind != KIND or app_id not in self._tables:
            raise Unusable(
                "unknown_app", f"account {self._account}: {ref} is in app {ref.within or '?'}, not configured"
            )
        return app_id

    def _record(self, app: App, item: Any) -> Record:
        return record_of(self._account, app, self._settings.organisation_apps, item)


def _count(item: dict[str, Any], count: str, listed: str) -> int:
    if isinstance(item.get(count), int):
        return int(item[count])
    return len(item[listed]) if isinstance(item.get(listed), list) else 0


def _unread_items(app: App, count: int) -> Problem:
    return Problem("unreadable_item", f"app {app.table}: items without id or revision were skipped", count)


def _moved_items(app: App) -> Problem:
    return Problem(
        "count_disagrees", f"app {app.table} changed while it was read, or Podio's counts disagree: run again"
    )
