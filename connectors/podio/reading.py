"""Read the items of one app: all of them, or ids and revisions of all and only what changed.

A list of ids and revisions costs as many calls as the items themselves, and a hundredth of the bytes. It is read
whole every time, because nothing else at Podio tells what was deleted. What changed is then read by whichever
way takes the fewest calls: those edited since the last pull, or the pages of the list on which they stand. That is
also how an interrupted first reading goes on: the pages that were read hold nothing new.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from . import values
from .client import PAGE
from .walk import Walk, item_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .client import Client
    from .cursor import AppMemory

OVERLAP = timedelta(days=1)
"""How much earlier than the last edit known to ask for edits: no time zone that Podio could mean is further off."""


@dataclass(frozen=True)
class Head:
    """An item in a list: what shows whether it must be read.

    `mark` changes with what hangs on the item: how much, and when something last happened. It is empty when Podio
    does not say.
    """

    revision: int | None
    mark: str


def something_hangs(mark: str) -> bool:
    """Tell whether a mark says that files or comments hang on the item."""
    return bool(mark) and not mark.startswith("0/")


def head_of(item: Any) -> Head:
    """Read what shows whether an item changed."""
    current = item.get("current_revision")
    revision = current.get("revision") if isinstance(current, dict) else item.get("revision")
    counts = (item.get("file_count"), item.get("comment_count"))
    said = all(isinstance(one, int) for one in counts)
    mark = f"{sum(counts)}/{item.get('last_event_on')}" if said else ""
    return Head(revision if isinstance(revision, int) else None, mark)


class Reading:
    """One reading of one app.

    Afterwards `heads` are all items that are there; `moved` tells that one may be missing, and `nameless` how many
    were listed without an id.
    """

    def __init__(self, client: Client, app_id: int) -> None:
        self._client = client
        self._app_id = app_id
        self.heads: dict[int, Head] = {}
        self.moved = False
        self.nameless = 0

    def whole(self) -> Iterator[list[Any]]:
        """Give every item, page by page, each once; twice from the start when the items moved meanwhile."""
        seen: set[int] = set()
        for _try in range(2):
            walk = Walk(lambda offset: self._client.items(self._app_id, offset))
            self.heads = {}
            for items in walk.slices():
                self._note(items)
                yield [one for one in items if item_id(one) not in seen]
                seen.update(item_id(one) for one in items)
            self.moved = walk.moved
            if not walk.moved:
                return

    def changes(self, known: AppMemory) -> Iterator[list[Any]]:
        """Give the items that are not as they were known."""
        self._list()
        if self.moved:
            return
        wanted = {key for key, head in self.heads.items() if _changed(key, head, known)}
        if len(wanted) > 1 and known.until and not known.partial:
            for items in self._edited(known.until, wanted):
                yield [one for one in items if item_id(one) in wanted]
                wanted -= {item_id(one) for one in items}
        yield from self._where_they_stand(wanted)

    def _where_they_stand(self, wanted: set[int]) -> Iterator[list[Any]]:
        """Give items by the fewest pages of the list that hold them; what moved meanwhile, one by one."""
        places = {key: offset for offset, key in enumerate(self.heads)}
        left = dict.fromkeys(sorted(wanted, key=places.__getitem__))
        for key in list(left):
            if len(left) == 1:
                break
            if key in left:
                items = [
                    one for one in self._client.items(self._app_id, places[key]).items if item_id(one) in left
                ]
                self._note(items)
                for one in items:
                    del left[item_id(one)]
                yield items
        found = [item for item in map(self._one, left) if item is not None]
        if found:
            yield found

    def _list(self) -> None:
        for _try in range(2):
            walk = Walk(lambda offset: self._client.heads(self._app_id, offset))
            self.heads = {}
            for items in walk.slices():
                self._note(items)
                self.nameless += sum(1 for one in items if not item_id(one))
            self.moved = walk.moved
            if not walk.moved:
                return

    def _note(self, items: list[Any]) -> None:
        self.heads |= {item_id(one): head_of(one) for one in items if item_id(one)}

    def _edited(self, until: str, wanted: set[int]) -> Iterator[list[Any]]:
        """Give what was edited since the last pull, as long as another page costs less than what is wanted."""
        since = _earlier(until)
        offset = 0
        while True:
            found = self._client.edited(self._app_id, since, offset)
            yield found.items
            offset += len(found.items)
            if not found.items or _pages(found.filtered - offset) >= len(wanted):
                return

    def _one(self, key: int) -> Any:
        item = self._client.item(self._app_id, str(key))
        if item is None:  # deleted since it was listed
            del self.heads[key]
        return item


def _changed(key: int, head: Head, known: AppMemory) -> bool:
    if head.revision is None or known.revisions.get(key) != head.revision:
        return True
    # Something was hung on it for the first time: only the item itself says whose it is.
    return something_hangs(head.mark) and key not in known.hung


def _pages(count: int) -> int:
    """Count the calls that so many items take; each page begins with the last item of the one before."""
    return 0 if count <= 0 else -(-max(count - 1, 1) // (PAGE - 1))


def _earlier(until: str) -> str:
    moment = values.utc(until)
    return (moment - OVERLAP).strftime("%Y-%m-%d %H:%M:%S") if moment else until
