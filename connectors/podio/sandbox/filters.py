"""What a filter by POST can select and how it sorts: the part of it that is documented."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .apps import App, Field, Item

LARGEST_PAGE = 500
MICRO = frozenset({"item_id", "app_item_id", "title", "revision"})
MICRO_VIEW = re.compile(r"^items\.view\(micro\)(?:\.fields\(([a-z_,]*)\))?$")

SORT_KEYS: Mapping[str, Callable[[Item], Any]] = {
    "item_id": lambda item: item.id,
    "app_item_id": lambda item: item.number,
    "created_on": lambda item: (item.created_on, item.id),
    "last_edit_on": lambda item: (item.edited_on, item.id),
}


def ordered(items: Iterable[Item], sort_by: Any, *, descending: bool) -> list[Item]:
    """Sort items; an unknown key sorts by creation, as a missing one does."""
    key = SORT_KEYS.get(sort_by) if isinstance(sort_by, str) else None
    return sorted(items, key=key or SORT_KEYS["created_on"], reverse=descending)


def filtered(app: App, items: list[Item], wanted: Mapping[str, Any]) -> list[Item]:
    """Keep the items that answer to every filter. A filter on text is silently ignored, as at Podio."""
    by_name = app.by_name()
    for name, value in wanted.items():
        if name in SORT_KEYS:
            items = [item for item in items if _own(item, name, value)]
        elif name in by_name:
            items = [item for item in items if _field(item, by_name[name], value)]
    return items


def _own(item: Item, name: str, value: Any) -> bool:
    one = {"item_id": item.id, "app_item_id": item.number, "created_on": item.created_on}.get(
        name, item.edited_on
    )
    return _within(one, value) if isinstance(value, dict) else one in value


def _field(item: Item, one: Field, value: Any) -> bool:
    held = item.values.get(one.external_id, [])
    if value is None:
        return not held and not item.refers_to.get(one.external_id)
    if one.type == "category":
        return any(chosen["value"]["id"] in value for chosen in held)
    if one.type == "app":
        return any(target in value for target in item.refers_to.get(one.external_id, ()))
    if one.type == "date":
        return any(_within(chosen["start"], value) for chosen in held)
    return True


def _within(one: Any, span: Mapping[str, Any]) -> bool:
    return not (("from" in span and one < span["from"]) or ("to" in span and one > span["to"]))


def viewed(item: dict[str, Any], fields: str) -> dict[str, Any]:
    """Keep of an item what `fields=` asks for: `items.view(micro)`, with `.fields(more,of,it)` or without."""
    asked = MICRO_VIEW.match(fields)
    if asked is None:
        return item
    kept = MICRO | set((asked.group(1) or "").split(","))
    return {key: value for key, value in item.items() if key in kept}
