"""What hangs on an item: files, comments and tasks, each a record of its own that is erased before the item.

Whether Podio deletes them with the item is not documented. So none is left to that, and an item is not deleted
while anything is known to hang on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from syncd.model import Record, RecordRef, SubjectKind

from .mapping import KIND
from .settings import AppRole
from .values import objects, utc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .client import Client
    from .definition import App

FILE, COMMENT, TASK = "file", "comment", "task"
KINDS = (FILE, COMMENT, TASK)
CATEGORY = "relation_record"
FILE_FIELDS = frozenset({"image", "file"})
"""Types of fields whose values are files."""


@dataclass(frozen=True)
class Hanging:
    """What an item in full shows. `unlisted` is how many more there are than it lists."""

    found: tuple[tuple[str, Mapping[str, Any]], ...]  # kind, and what Podio says of it
    unlisted: int = 0

    @property
    def keys(self) -> tuple[str, ...]:
        """Give each as `kind:id`."""
        return tuple(f"{kind}:{one[f'{kind}_id']}" for kind, one in self.found)


def hanging_of(client: Client, app_id: int, item: Mapping[str, Any]) -> Hanging:
    """Collect what hangs on an item that was read in full.

    A file may hang on the item itself, on one of its comments or tasks, or stand in a field.
    """
    item_id = str(item["item_id"])
    comments = _listed(client, app_id, item, COMMENT, item_id)
    tasks = _listed(client, app_id, item, TASK, item_id)
    files = [*objects(item.get("files")), *_in_fields(item)]
    hung = [one.get("files") for one in (*(comments or ()), *(tasks or ()))]
    for each in hung:
        files += objects(each)
    found = [
        *_of_kind(FILE, files),
        *_of_kind(COMMENT, comments or ()),
        *_of_kind(TASK, tasks or ()),
    ]
    unlisted = max(0, _count(item, "comment_count") - len(comments or ()))
    unlisted += max(0, _count(item, "file_count") - len(files))
    unlisted += [comments, tasks].count(None)
    unlisted += sum(
        not isinstance(one, list) for one in (item.get("files"), item.get("fields"), *filter(None, hung))
    )
    return Hanging(tuple(found), unlisted)


def _listed(
    client: Client, app_id: int, item: Mapping[str, Any], kind: str, item_id: str
) -> list[dict[str, Any]] | None:
    """Give the comments or tasks; asked for when the item does not list them. None when nobody says."""
    listed = item.get(f"{kind}s")
    if not isinstance(listed, list):
        listed = client.hanging_on(app_id, kind, item_id)
    return None if listed is None else [one for one in listed if isinstance(one, dict)]


def _of_kind(kind: str, listed: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    known: set[int] = set()
    for one in listed:
        number = one.get(f"{kind}_id")
        if isinstance(number, int) and number not in known:
            known.add(number)
            yield kind, one


def _in_fields(item: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for field in objects(item.get("fields")):
        if str(field.get("type")) in FILE_FIELDS:
            for value in objects(field.get("values")):
                inner = value.get("value")
                if isinstance(inner, dict):
                    yield inner


def _count(item: Mapping[str, Any], key: str) -> int:
    found = item.get(key)
    return found if isinstance(found, int) else 0


def hanging_record(parent: RecordRef, app: App, kind: str, one: Mapping[str, Any]) -> Record:
    """Make the record of one file, comment or task of an item. Its version is when it was made."""
    return Record(
        ref=hanging_ref(parent, kind, str(one[f"{kind}_id"])),
        version=str(one["created_on"]) if utc(one.get("created_on")) else "-",
        kind=SubjectKind.PERSON if app.settings.role is AppRole.PERSON else SubjectKind.ORGANISATION,
        categories=frozenset({CATEGORY}),
        parent=parent,
    )


def hanging_ref(parent: RecordRef, kind: str, key: str) -> RecordRef:
    """Give the reference: it lives within app and item, because neither can be read off Podio's answer."""
    return RecordRef(parent.account, kind, key, f"{parent.within}/{parent.key}")


def parent_of(ref: RecordRef) -> RecordRef:
    """Give the item that a file, comment or task hangs on; its app is empty when the reference is none of ours."""
    within, _, key = ref.within.rpartition("/")
    return RecordRef(ref.account, KIND, key, within)
