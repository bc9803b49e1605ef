"""Read what a Podio field holds: pure functions over the `values` of one field of one item.

Only what can be read is returned; whether the rest is a doubt is the mapping's business. Shapes are those of
https://developers.podio.com/doc/items and of the answers captured by Podio's own clients.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from syncd.model import Moment

BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3"})
MARKUP = re.compile(
    r"</?(p|div|br|ul|ol|li|b|i|u|em|strong|span|a|table|tr|td|h[1-6])(\s[^>]*)?/?>", re.IGNORECASE
)
"""What tells HTML from a plain text with an angle bracket in it, such as `Jan <jan@…>`."""
WHOLE_NUMBER = re.compile(r"^(-?[0-9]+)\.0*$")


def texts(kind: str, values: list[Any]) -> tuple[str, ...]:
    """Give the non-empty texts in a field of type `kind` (text, e-mail, phone, number, category, …)."""
    found = (_text(kind, value) for value in values)
    return tuple(text for text in found if text)


def _text(kind: str, value: Any) -> str:
    inner = value.get("value") if isinstance(value, dict) else None
    if isinstance(inner, dict):  # a category option, a contact profile
        inner = inner.get("text") or inner.get("name")
    if isinstance(inner, bool) or not isinstance(inner, str | int | float):
        return ""
    text = str(inner)
    if kind == "text":
        return plain(text)
    if kind in {"number", "calculation", "money"}:
        return WHOLE_NUMBER.sub(r"\1", text.strip())
    return text.strip()


def profile_texts(values: list[Any], key: str) -> tuple[str, ...]:
    """Give the texts under `key` (`mail`, `phone`) of the contact profiles in a contact field."""
    profiles = (value.get("value") for value in values if isinstance(value, dict))
    lists = (profile.get(key) for profile in profiles if isinstance(profile, dict))
    return tuple(text for texts_ in lists if isinstance(texts_, list) for text in texts_ if _is_text(text))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def moment(value: Any, *, last: bool = False) -> Moment | None:
    """Give the day or moment in one value of a date field; None when it cannot be read.

    `last` asks for the end of a range, if it has one. Without a time the date is naive: what a person typed,
    never shifted. With a time it is the UTC moment. https://developers.podio.com/index/api, "Conventions".
    """
    if not isinstance(value, dict):
        return None
    side = "end" if last and (value.get("end") or value.get("end_date")) else "start"
    try:
        if value.get(f"{side}_time"):
            text = value.get(f"{side}_utc") or f"{value[f'{side}_date_utc']} {value[f'{side}_time_utc']}"
            return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        return date.fromisoformat(value.get(f"{side}_date") or value[side].split(" ")[0])
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def utc(text: Any) -> datetime | None:
    """Read a timestamp that Podio wrote itself; those are UTC without saying so."""
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except (TypeError, ValueError):
        return None


@dataclass(frozen=True)
class Reference:
    """An item that an app field points at; `app_id` is 0 when the answer does not say."""

    item_id: int
    app_id: int


def listed(value: Any) -> list[Any]:
    """Give what should be a list; whatever else stands there lists nothing."""
    return value if isinstance(value, list) else []


def objects(value: Any) -> list[dict[str, Any]]:
    """Give the objects of what should be a list of them."""
    return [one for one in listed(value) if isinstance(one, dict)]


def references(values: list[Any]) -> tuple[Reference, ...]:
    """Give the items that an app field points at."""
    found = []
    for value in values:
        inner = value.get("value") if isinstance(value, dict) else None
        if isinstance(inner, dict) and isinstance(inner.get("item_id"), int):
            app = inner.get("app")
            app_id = app.get("app_id") if isinstance(app, dict) else None
            found.append(Reference(inner["item_id"], app_id if isinstance(app_id, int) else 0))
    return tuple(found)


@dataclass(frozen=True)
class Option:
    """A chosen option of a category field."""

    id: str
    text: str


def options(values: list[Any]) -> tuple[Option, ...]:
    """Give the chosen options of a category field."""
    chosen = (value.get("value") for value in values if isinstance(value, dict))
    return tuple(
        Option(str(one.get("id", "")), str(one.get("text", ""))) for one in chosen if isinstance(one, dict)
    )


def plain(text: str) -> str:
    """Turn the HTML of a multi-line text field into text; text without markup comes back as it was."""
    if not MARKUP.search(text):
        return html.unescape(text).strip()
    reader = _Reader()
    reader.feed(text)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).splitlines())
    return "\n".join(line for line in lines if line)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        del attrs
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
