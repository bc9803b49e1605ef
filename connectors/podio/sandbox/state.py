"""The simulated service's memory: apps, items, what was deleted, and who is signed in."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from .apps import RIGHTS, App, Item, make_apps, make_items
from .hanging import Hanging, Kind, full_json, hanging_of
from .knobs import Knobs

if TYPE_CHECKING:
    from syncd.testing.world.shapes import World

    from .apps import Field

CLIENT_ID = "syncd-sandbox"
CLIENT_SECRET = "sandbox-client-secret"  # noqa: S105  # of a service that exists on loopback only
USERNAME = "beheer@podio.example"
PASSWORD = "sandbox-password"  # noqa: S105  # as above
FIRST_REFRESH_TOKEN = "refresh-0"  # noqa: S105  # as above
AUTHORIZATION_CODE = "code-0"


@dataclass(frozen=True)
class Session:
    """Who a token belongs to: a user, or one app (`app_id`)."""

    app_id: int | None = None


class PodioState:
    """Everything the service knows."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.knobs = Knobs()
        self.apps: dict[int, App] = {app.id: app for app in make_apps(world.crm)}
        self.items: dict[int, Item] = {item.id: item for item in make_items(world.crm)}
        self.trash: dict[int, Item] = {}  # kept for 90 days, out of reach of the API
        self.hanging: dict[tuple[Kind, int], Hanging] = {}
        self._hang_what_the_world_has()
        self.removed: set[tuple[Kind, int]] = set()
        self.pending: list[int] = []
        self.stream: list[dict[str, Any]] = []
        self.hooks: list[dict[str, Any]] = []
        self.last_view: dict[str, Any] = {}
        self.calls = 0
        self.access: dict[str, Session] = {}
        self.refresh: dict[str, Session] = {FIRST_REFRESH_TOKEN: Session()}
        self.codes: set[str] = {AUTHORIZATION_CODE}
        self._issued = 0
        self._happened = 0

    def snapshot(self) -> dict[str, Any]:
        """Give everything the service holds but tokens and counters, as plain JSON values."""
        return {
            "items": {str(one.id): _plain(one) for one in sorted(self.items.values(), key=lambda it: it.id)},
            "trash": sorted(str(item_id) for item_id in self.trash),
            "hanging": {str(key): one.plain() for (_kind, key), one in sorted(self.hanging.items())},
            "stream": list(self.stream),
            "hooks": list(self.hooks),
            "last_view": dict(self.last_view),
        }

    # --- signing in -----------------------------------------------------------------------------------------

    def issue(self, session: Session) -> dict[str, Any]:
        """Give a new pair of tokens."""
        self._issued += 1
        access, refresh = f"access-{self._issued}", f"refresh-{self._issued}"
        self.access[access] = session
        self.refresh[refresh] = session
        ref = {"type": "app", "id": session.app_id} if session.app_id else {"type": "user", "id": 1000}
        return {
            "access_token": access,
            "token_type": "bearer",
            "expires_in": 28800,
            "refresh_token": refresh,
            "scope": "global:all",
            "ref": ref,
        }

    def end_access_tokens(self) -> None:
        """Let every access token expire."""
        self.access.clear()

    # --- items ----------------------------------------------------------------------------------------------

    def in_app(self, app_id: int) -> list[Item]:
        """Give the items of an app."""
        return [item for item in self.items.values() if item.app_id == app_id]

    def delete(self, item_id: int, *, silent: bool, hook: bool) -> None:
        """Move an item to the trash; without `silent` the activity stream keeps its title.

        A deletion is a revision too (https://developers.podio.com/models/itemrevision).
        """
        item = self.items.pop(item_id)
        item.revision += 1
        self.trash[item_id] = item
        if not silent:
            self.stream.append({"deleted": item_id, "title": self.title(item)})
        if hook:
            self.hooks.append({"type": "item.delete", "item_id": item_id})
        if self.knobs.cascade:
            for one in self.on_item(item_id):
                self.remove(one.kind, one.id)

    def restore(self, item_id: int) -> None:
        """Take an item out of the trash, as a workspace admin can in Podio itself."""
        self.items[item_id] = self.trash.pop(item_id)

    def finish_pending(self) -> None:
        """Delete what a bulk deletion left for later."""
        for item_id in self.pending:
            if item_id in self.items:
                self.delete(item_id, silent=True, hook=False)
        self.pending.clear()

    def edit(self, item_id: int, values: dict[str, list[dict[str, Any]]]) -> int:
        """Change an item as another user would, an empty list empties a field; gives the new revision."""
        item = self.items[item_id]
        for name, found in values.items():
            if found:
                item.values[name] = copy.deepcopy(found)
            else:
                item.values.pop(name, None)
        item.revision += 1
        item.edited_on = item.event_on = self._stamp()
        return item.revision

    def _stamp(self) -> str:
        """Give the moment of what happens now: noon of the world's day, a second later each time."""
        self._happened += 1
        noon = datetime.combine(self.world.today, time(12))
        return (noon + timedelta(seconds=self._happened)).strftime("%Y-%m-%d %H:%M:%S")

    # --- what hangs on items --------------------------------------------------------------------------------

    def _hang_what_the_world_has(self) -> None:
        for one in self.world.crm.attachments:
            made = hanging_of(one)
            self.hanging[made.kind, made.id] = made
            item = self.items[made.item_id]
            item.event_on = max(item.event_on, item.edited_on, made.created_on)

    def hang(self, kind: Kind, item_id: int, text: str = "", *, on: int | None = None) -> int:
        """Hang a file, a comment or a task on an item, or a file `on` a comment of it; gives its id."""
        number = 800_007 + 10 * (len(self.hanging) + len(self.removed))
        self.hanging[kind, number] = Hanging(kind, number, item_id, self._stamp(), text, on)
        self._happened_on(item_id)
        return number

    def remove(self, kind: Kind, number: int) -> None:
        """Remove a file, a comment or a task."""
        one = self.hanging.pop((kind, number))
        self.removed.add((kind, number))
        self._happened_on(one.item_id)

    def on_item(self, item_id: int) -> list[Hanging]:
        """Give what hangs on an item."""
        return [one for one in self.hanging.values() if one.item_id == item_id]

    def _happened_on(self, item_id: int) -> None:
        if item_id in self.items:
            self.items[item_id].event_on = self._stamp()

    def title(self, item: Item) -> str:
        """Give an item's title: its first text."""
        first = item.values.get("naam") or item.values.get("titel") or [{"value": ""}]
        return str(first[0]["value"])

    # --- answers --------------------------------------------------------------------------------------------

    def app_json(self, app: App, session: Session) -> dict[str, Any]:
        """Give an app's definition; like the real one, it carries the app's token."""
        return {
            **app.reference(),
            "current_revision": app.revision,
            "rights": self.rights(session),
            "token": app.token,
            "mailbox": f"mailbox-{app.token}",
            "link": f"https://podio.com/voorbeeld/werk/apps/{app.id}",
            "fields": [_field_json(one, number) for number, one in enumerate(app.fields)],
        }

    def item_json(self, item: Item, session: Session, *, full: bool) -> dict[str, Any]:
        """Give an item as a filter lists it, or `full` as `GET /item/{id}` does."""
        revision = {
            "item_revision_id": item.id * 100 + item.revision,
            "revision": item.revision,
            "type": "update" if item.revision else "creation",
            "created_on": item.edited_on,
            "created_by": _BY,
            "created_via": {"id": 1, "name": "Podio", "display": False, "url": None, "auth_client_id": 1},
            "user": _BY,
        }
        app = self.apps[item.app_id]
        answer = {
            "item_id": item.id,
            "app_item_id": item.number,
            "app_item_id_formatted": str(item.number),
            "external_id": None,
            "title": self.title(item),
            "link": f"https://podio.com/voorbeeld/werk/apps/{app.id}/items/{item.number}",
            "revision": item.revision,
            "priority": None,
            "rights": self.rights(session),
            "fields": self._values_json(app, item),
            "created_on": item.created_on,
            "created_by": _BY,
            "created_via": revision["created_via"],
            "initial_revision": {
                **revision,
                "revision": 0,
                "type": "creation",
                "created_on": item.created_on,
            },
            "current_revision": revision,
            "last_event_on": item.event_on or item.edited_on,
            "ratings": {},
        }
        hanging = self.on_item(item.id)
        if full:
            # The counts are in the short view only (https://developers.podio.com/models/item).
            answer |= {"app": app.reference(), "refs": [], "revisions": [revision], **full_json(hanging)}
        else:
            kinds = [one.kind for one in hanging if one.on is None]
            answer |= {"comment_count": kinds.count("comment"), "file_count": kinds.count("file")}
        return answer

    def rights(self, session: Session) -> list[str]:
        """Give what a session may do; an app token lacks `delete`, as captured answers show."""
        lacking = {"delete", "update"} if self.knobs.readonly else {"delete"} if session.app_id else set()
        return [right for right in RIGHTS if right not in lacking]

    def _values_json(self, app: App, item: Item) -> list[dict[str, Any]]:
        answer = []
        for one in app.fields:
            found = [self._target_json(target) for target in item.refers_to.get(one.external_id, ())]
            found += item.values.get(one.external_id, [])
            if found:
                answer.append(
                    {
                        "field_id": one.id,
                        "external_id": one.external_id,
                        "type": one.type,
                        "label": one.label,
                        "values": found,
                        "config": one.config(),
                    }
                )
        return answer

    def _target_json(self, item_id: int) -> dict[str, Any]:
        """Give a referred item. Whether a deleted one's title goes is not documented: here it stays."""
        item = self.items.get(item_id) or self.trash[item_id]
        app = self.apps[item.app_id]
        return {
            "value": {
                "item_id": item.id,
                "app_item_id": item.number,
                "title": self.title(item),
                "app": {**app.reference(), "token": app.token},
                "space": {"space_id": app.space_id, "name": "Werk"},
                "files": [],
                "link": f"https://podio.com/voorbeeld/werk/apps/{app.id}/items/{item.number}",
                "revision": item.revision,
            }
        }

    def referring_to(self, item_id: int) -> list[dict[str, Any]]:
        """Give the items that refer to one, grouped by app and field."""
        groups = []
        for app in self.apps.values():
            for one in app.fields:
                items = [
                    {"item_id": item.id, "title": self.title(item)}
                    for item in self.in_app(app.id)
                    if item_id in item.refers_to.get(one.external_id, ())
                ]
                if items:
                    group = {"app": {"app_id": app.id}, "field": {"field_id": one.id}, "items": items}
                    groups.append(group)
        return groups


_BY = {
    "type": "user", "id": 1000, "user_id": 1000, "name": "Beheer", "url": "https://podio.com/users/1000",
    "avatar": None, "avatar_id": None, "avatar_type": "file", "image": None, "last_seen_on": None,
}  # fmt: skip


def _field_json(one: Field, delta: int) -> dict[str, Any]:
    config = {
        **one.config(),
        "delta": delta,
        "default_value": None,
        "description": None,
        "hidden": False,
        "required": False,
        "unique": False,
        "visible": True,
    }
    return {
        "field_id": one.id,
        "external_id": one.external_id,
        "type": one.type,
        "label": one.label,
        "status": one.status,
        "config": config,
    }


def _plain(item: Item) -> dict[str, Any]:
    return {
        "app_id": item.app_id,
        "revision": item.revision,
        "edited_on": item.edited_on,
        "viewed": item.viewed,
        "values": copy.deepcopy(item.values),
        "refers_to": {name: list(ids) for name, ids in item.refers_to.items()},
    }
