"""What an update may send for a field, and how the service then holds it.

Clients send a bare value, an object, or a list of either (https://developers.podio.com/doc/items).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from .apps import day, option
from .failure import Failure

if TYPE_CHECKING:
    from .apps import Field


def held(one: Field, given: Any) -> list[dict[str, Any]]:
    """Give the values that a field holds after `given` was sent; an empty list empties it."""
    sent = given if isinstance(given, list) else [given]
    return [held_value for value in sent for held_value in _held(one, value)]


def _held(one: Field, value: Any) -> list[dict[str, Any]]:
    inner = value.get("value", value) if isinstance(value, dict) else value
    if one.type == "text" and isinstance(inner, str):
        return [{"value": inner}]
    if one.type in {"email", "phone"} and isinstance(value, dict) and isinstance(inner, str):
        return [{"type": str(value.get("type", "work")), "value": inner}]
    if one.type == "category" and isinstance(inner, int) and 0 < inner <= len(one.options):
        return [option(one, inner)]
    if one.type == "date" and isinstance(value, dict):
        try:
            return day(date.fromisoformat(str(value.get("start_date") or value["start"])[:10]))
        except (KeyError, ValueError):
            pass
    raise Failure(400, "invalid_value", f"Invalid value for field {one.external_id}")
