"""Walk over the items of an app so that a missed one is noticed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .client import Slice


@dataclass
class Walk:
    """One walk over the items of an app, oldest first.

    Each page begins with the last item of the page before. When that is another item, something before it was
    deleted or restored meanwhile and an item may have slipped through: `moved`, like a count that disagrees.
    `fetch` reads the items from an offset on.
    """

    fetch: Callable[[int], Slice]
    moved: bool = False
    _ids: set[int] = field(default_factory=set)

    def slices(self) -> Iterator[list[Any]]:
        """Give the items, page by page, each once."""
        first = self.fetch(0)
        expected, fetched, last = first.filtered, 0, 0
        # Without a filter of ours, fewer filtered than in all means that somebody's view was applied.
        self.moved = first.filtered != first.total
        items = first.items
        while items:
            new = [item for item in items if item_id(item) not in self._ids]
            self._ids.update(item_id(item) for item in items)
            yield new
            fetched += len(items) if not last else len(items) - 1
            if fetched >= expected or not new:
                break
            last = item_id(items[-1])
            items = self.fetch(fetched - 1).items
            if not items or item_id(items[0]) != last:
                self.moved = True
                return
        self.moved = self.moved or len(self._ids) != expected


def item_id(item: Any) -> int:
    """Give the id of an item, 0 for something that is none (and is then counted as unread)."""
    found = item.get("item_id") if isinstance(item, dict) else None
    return found if isinstance(found, int) else 0
