"""What one pull leaves for the next: which revision of every item was read, and what hung on the ended ones.

A cursor is JSON text: ids, revision numbers and times, nothing personal. One that other settings or another
version of syncd wrote is not understood, and everything is read again.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .settings import PodioSettings

_FORMAT = 2


@dataclass
class Hung:
    """An item that something hangs on, or hung on.

    `mark` changes when something is added or removed. `owners` are the items that its end depends on. `keys`
    are what was read, as `kind:id`, when the mark was `read`.
    """

    mark: str
    owners: tuple[int, ...] = ()
    keys: tuple[str, ...] = ()
    read: str | None = None


@dataclass
class AppMemory:
    """One app. `until` is the last edit of any of its items; `definition` the revision of the app itself.

    `partial` says that a first reading was interrupted: of the items that are not known, nothing was read yet.
    """

    definition: int = 0
    until: str = ""
    partial: bool = False
    revisions: dict[int, int] = field(default_factory=dict)
    ended: set[int] = field(default_factory=set)
    hung: dict[int, Hung] = field(default_factory=dict)

    def forget(self, item_id: int) -> None:
        """Forget an item that is gone."""
        self.revisions.pop(item_id, None)
        self.ended.discard(item_id)
        self.hung.pop(item_id, None)


Memory = dict[int, AppMemory]
"""What was read of each app, by its id."""


def encode(memory: Memory, scope: str) -> str:
    """Write a cursor that only settings of the same scope understand."""
    apps = {
        app_id: {
            "definition": one.definition,
            "until": one.until,
            "partial": one.partial,
            "revisions": one.revisions,
            "ended": sorted(one.ended),
            "hung": {item_id: asdict(each) for item_id, each in one.hung.items()},
        }
        for app_id, one in memory.items()
    }
    return json.dumps({"format": _FORMAT, "scope": scope, "apps": apps}, separators=(",", ":"))


def decode(cursor: str | None, scope: str) -> Memory | None:
    """Read a cursor; None when there is none or it cannot be used."""
    try:
        told: Any = json.loads(cursor or "null")
        if (told["format"], told["scope"]) != (_FORMAT, scope):
            return None
        return {int(app_id): _app(one) for app_id, one in told["apps"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _app(told: Any) -> AppMemory:
    return AppMemory(
        definition=told["definition"],
        until=told["until"],
        partial=told["partial"],
        revisions={int(item_id): revision for item_id, revision in told["revisions"].items()},
        ended=set(told["ended"]),
        hung={int(item_id): _hung(one) for item_id, one in told["hung"].items()},
    )


def _hung(told: Any) -> Hung:
    return Hung(told["mark"], tuple(told["owners"]), tuple(told["keys"]), told["read"])


def scope_of(settings: PodioSettings) -> str:
    """Digest the settings that change what is read; with others, unchanged items read differently.

    Who signs in is part of it: another user may see other items.
    """
    secrets = {"client_secret", "password", "refresh_token", "token_file", "share", "rate", "brake", "hooks"}
    meaning = settings.model_dump(mode="json", exclude=secrets)
    for app in meaning["apps"].values():
        del app["app_token"]
    return hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).hexdigest()[:16]
