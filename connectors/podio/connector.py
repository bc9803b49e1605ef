"""Podio as syncd sees it: pull the items of the configured apps, look at a record, delete one."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from syncd.contract import Capability, ConnectorError, Finding, Refused, Residue, Stale, Unusable
from syncd.model import Action, Effect, Presence, PresenceState, Receipt

from .client import GONE, Client
from .cursor import decode, scope_of
from .definition import App, read_app
from .doctor import account_findings, app_findings
from .hanging import CATEGORY, COMMENT, FILE, KINDS, TASK, hanging_of, hanging_record, parent_of
from .mapping import KIND, UnreadableItemError, record_of
from .pulling import Pull, in_reading_order
from .settings import BUILT_IN_CATEGORIES
from .values import objects

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from syncd.contract import Cursor, Page
    from syncd.http import Answer, Http
    from syncd.model import Order, Record, RecordRef

    from .settings import AppSettings, PodioSettings

ACCEPTED = frozenset({200, 201, 204})
NO_APPS = "syncd connectors podio --discover prints tables for the apps that you have"
DELETED_DATA = Residue(
    "deleted_data",
    "Podio keeps deleted data for 90 days, out of reach of its API, before it removes it.",
    days=90,
)
RESIDUE = (
    DELETED_DATA,
    Residue("titles", "The item's title may stay in items that refer to it and in the activity stream."),
)
HANGING_RESIDUE: Mapping[str, tuple[Residue, ...]] = {
    FILE: (
        DELETED_DATA,
        Residue(
            "copies", "Copies of the file on other items, in ShareFile and in mails are files of their own."
        ),
    ),
    COMMENT: (
        DELETED_DATA,
        Residue("comment_mails", "Podio may have mailed the comment to the item's followers."),
    ),
    TASK: (
        DELETED_DATA,
        Residue("task_mails", "Podio may have mailed the task to who was to do it."),
    ),
}
REVISIONS = (
    Residue("revisions", "The old values stay readable in the item's revisions until the item is erased."),
)


class PodioConnector:
    """A live connection to one account of Podio."""

    def __init__(self, account: str, settings: PodioSettings, http: Http) -> None:
        self.account = account
        self.settings = settings
        self.client = Client(http, settings)
        self._tables = {app.app_id: name for name, app in settings.apps.items()}
        self._apps: dict[int, App] = {}

    @property
    def capabilities(self) -> frozenset[Capability]:
        """Items and what hangs on them can be erased, and fields with a category of their own emptied.

        Emptying the other fields is not offered: they are due when the item is, and old values stay readable
        in its revisions until it is gone.
        """
        own = self.settings.own_categories
        erase = Capability(KIND, Action.ERASE, BUILT_IN_CATEGORIES | own, residue=RESIDUE)
        hanging = {
            Capability(kind, Action.ERASE, frozenset({CATEGORY}), residue=HANGING_RESIDUE[kind])
            for kind in KINDS
        }
        empty = Capability(KIND, Action.MINIMISE, own, reversible=True, residue=REVISIONS)
        return frozenset({erase, *hanging, *([empty] if own else [])})

    # --- check ----------------------------------------------------------------------------------------------

    def check(self) -> Iterable[Finding]:
        """Look at the sign-in, every app, its mapping and the right to delete."""
        if not self._tables:
            yield Finding("error", "no_apps", "no apps are configured", NO_APPS)
        permissions = None
        if not self.settings.app_authentication:
            try:
                permissions = self.client.permissions()
            except ConnectorError as error:
                yield Finding("error", error.code, str(error))
                return
        for app_id, table in self._tables.items():
            try:
                app = self._load(app_id)
            except ConnectorError as error:
                yield Finding("error", error.code, f"app {table}: {error}")
                continue
            yield from app_findings(app, self.settings)
        yield from account_findings(self.settings, permissions, rotated=self.client.tokens.rotated)

    # --- pull -----------------------------------------------------------------------------------------------

    def pull(self, since: Cursor | None) -> Iterator[Page]:
        """Read every item of every configured app, or with a cursor ids and revisions and what changed."""
        if not self._tables:
            raise Unusable("no_apps", f"account {self.account} names no apps: {NO_APPS}")
        apps = in_reading_order([self._usable(app_id) for app_id in self._tables])
        scope = scope_of(self.settings)
        before = decode(since, scope)
        yield from Pull(self.account, self.client, self.settings, apps, scope=scope, before=before).pages()

    # --- probe and dispose ----------------------------------------------------------------------------------

    def probe(self, ref: RecordRef, *, documents: bool = False) -> Presence:
        """Look at one record. It counts as absent only if its app can be read at the same moment.

        An item's presence also says what hangs on it, which a pull may not have read.
        """
        presence, item = self._look(ref, documents=documents)
        if item is None or ref.kind != KIND:
            return presence
        app = self._apps[self._app_id(ref)]
        if app.kept:
            return presence
        found = hanging_of(self.client, app.settings.app_id, item).found
        return replace(presence, children=tuple(hanging_record(ref, app, *one) for one in found))

    def dispose(self, order: Order) -> Receipt:
        """Delete one item, empty fields of it, or delete what hangs on it, after reading it once more."""
        self._require_declared(order)
        presence, item = self._look(order.ref)
        if item is None:
            return Receipt(order.id, Effect.ALREADY, {"seen": "absent"})
        if order.action is Action.MINIMISE and not presence.categories & order.categories:
            return Receipt(order.id, Effect.ALREADY, {"seen": "empty"})
        if presence.version != order.version:
            raise Stale("revision", f"{order.ref} changed since the order")
        if order.action is Action.MINIMISE:
            return self._empty(order, item)
        if not presence.categories <= order.categories:
            raise Stale("categories", f"{order.ref} holds more than the order covers")
        if order.ref.kind != KIND:
            return self._remove(order, item)
        return self._delete(order, item)

    def _require_declared(self, order: Order) -> None:
        declared = [
            one for one in self.capabilities if (one.kind, one.action) == (order.ref.kind, order.action)
        ]
        if not declared or not order.categories <= declared[0].categories:
            raise Refused("undeclared", f"order {order.id}: Podio cannot {order.action.value} this: see docs")
        if self._by_id(self._app_id(order.ref)).kept:
            raise Refused("kept", f'order {order.id}: this app says on_end = "keep"')

    def _delete(self, order: Order, item: dict[str, Any]) -> Receipt:
        self._require_right(order, item, "delete")
        self._require_bare(order, item)
        app_id = self._app_id(order.ref)
        references = self.client.references(app_id, order.ref.key)
        evidence = {"references": str(references)} if references else {}
        return self._gone(order, self.client.delete(app_id, order.ref.key), evidence)

    def _remove(self, order: Order, item: dict[str, Any]) -> Receipt:
        self._require_right(order, item, "delete")
        return self._gone(
            order, self.client.remove(self._app_id(order.ref), order.ref.kind, order.ref.key), {}
        )

    def _gone(self, order: Order, answer: Answer, evidence: dict[str, str]) -> Receipt:
        if answer.status in GONE:
            return Receipt(order.id, Effect.DONE, {"status": str(answer.status), **evidence})
        return self._answered(order, answer.status, evidence)

    def _require_bare(self, order: Order, item: dict[str, Any]) -> None:
        """Refuse to delete an item on which something still hangs: it may stay behind, out of everybody's sight."""
        seen = hanging_of(self.client, self._app_id(order.ref), item)
        if seen.found:
            raise Stale(
                "children", f"{order.ref}: {len(seen.found)} files, comments or tasks on it go before it"
            )
        if seen.unlisted:
            raise Refused(
                "unlisted_children",
                f"{order.ref}: Podio does not list everything that hangs on it: delete its files, comments and "
                "tasks by hand",
            )

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
        if ref.kind == KIND:
            item = self.client.item(app_id, ref.key)
        else:
            item = self.client.hanging(app_id, ref.kind, ref.key)
        if item is None:
            self._usable(app_id)  # who cannot see the app cannot say that something in it is gone
            return Presence(ref, PresenceState.ABSENT, documents=() if documents else None), None
        record = self._record(app, ref, item)
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
        foreign = [one for one in objects(item.get("fields")) if str(one.get("field_id")) not in app.fields]
        if (app_id is not None and app_id != app.settings.app_id) or (app_id is None and foreign):
            raise Unusable(
                "other_app",
                f"account {self.account}: item {item['item_id']} is not in app {app.table}: check app_id",
            )

    def _require_right(self, order: Order, item: dict[str, Any], right: str) -> None:
        rights = item.get("rights")
        if isinstance(rights, list) and right not in rights:
            raise self._refusal(order, HTTPStatus.FORBIDDEN)

    def _refusal(self, order: Order, status: int) -> Refused:
        if status == HTTPStatus.FORBIDDEN and self.settings.app_authentication:
            remedy = "an app token may not delete: sign in as a user with admin rights in the app"
        elif status == HTTPStatus.FORBIDDEN:
            remedy = "give the user admin rights in the app"
        else:
            remedy = "do it by hand"
        return Refused(
            f"status_{int(status)}", f"{order.ref}: Podio does not let this account do it: {remedy}"
        )

    # --- apps -----------------------------------------------------------------------------------------------

    def _usable(self, app_id: int) -> App:
        """Read an app's definition; raises `Unusable` when the mapping does not fit it."""
        app = self._load(app_id)
        if app.errors:
            first, more = app.errors[0], len(app.errors) - 1
            rest = f" (and {more} more: syncd check lists them)" if more else ""
            raise Unusable(first.code, f"account {self.account}: {first.text}; {first.remedy}{rest}")
        self._apps[app_id] = app
        return app

    def _load(self, app_id: int) -> App:
        return read_app(self._tables[app_id], self._by_id(app_id), self.client.app(app_id))

    def _by_id(self, app_id: int) -> AppSettings:
        return self.settings.apps[self._tables[app_id]]

    def _app_id(self, ref: RecordRef) -> int:
        within = ref.within if ref.kind == KIND else parent_of(ref).within
        app_id = int(within) if within.isdigit() else 0
        if ref.kind not in {KIND, *KINDS} or app_id not in self._tables:
            raise Unusable(
                "unknown_app", f"account {self.account}: {ref} is in app {within or '?'}, not configured"
            )
        return app_id

    def _record(self, app: App, ref: RecordRef, item: dict[str, Any]) -> Record:
        if ref.kind != KIND:
            return hanging_record(parent_of(ref), app, ref.kind, item)
        self._require_same_app(app, item)
        try:
            return record_of(self.account, app, self.settings.organisation_apps, item)
        except UnreadableItemError as error:
            raise Unusable("unknown_answer", f"{ref}: Podio's answer is not an item ({error})") from None
