"""What hangs on the simulated items: files, comments and tasks, each with an id of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from .apps import stamp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncd.testing.world.shapes import CrmAttachment

Kind: TypeAlias = Literal["comment", "file", "task"]


@dataclass(frozen=True)
class Hanging:
    """One file, comment or task. `on` is the comment that a file was sent with."""

    kind: Kind
    id: int
    item_id: int
    created_on: str
    text: str = ""
    on: int | None = None

    def json(self, files: Iterable[Hanging] = ()) -> dict[str, Any]:
        """Give it as its own address and a list answer it; `files` are those on a comment."""
        common = {f"{self.kind}_id": self.id, "created_on": self.created_on}
        if self.kind == "file":
            return {**common, "name": self.text, "mimetype": "application/pdf", "size": 1234}
        attached = [one.json() for one in files]
        if self.kind == "comment":
            return {**common, "value": self.text, "external_id": None, "files": attached}
        return {**common, "text": self.text, "status": "active", "private": False, "files": attached}

    def plain(self) -> dict[str, Any]:
        """Give it as plain JSON values."""
        return {"kind": self.kind, "item": self.item_id, "text": self.text, "on": self.on}


def hanging_of(one: CrmAttachment) -> Hanging:
    """Give what hangs in the world as the service stores it."""
    [kind] = (known for known in get_args(Kind) if known == one.kind)
    return Hanging(kind, one.id, one.item, stamp(one.created_on), one.text, one.on)


def lists(hanging: Iterable[Hanging], kind: Kind) -> list[dict[str, Any]]:
    """Give what is of a kind, files of comments and tasks inside these."""
    known = list(hanging)
    return [
        one.json(file for file in known if file.on == one.id)
        for one in known
        if one.kind == kind and one.on is None
    ]


def full_json(hanging: Iterable[Hanging]) -> dict[str, list[dict[str, Any]]]:
    """Give the three lists that stand in an item in full."""
    known = list(hanging)
    return {"files": lists(known, "file"), "comments": lists(known, "comment"), "tasks": lists(known, "task")}
