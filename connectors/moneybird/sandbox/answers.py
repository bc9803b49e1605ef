"""Moneybird's answers: pages, lists of ids with versions, and errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse, Response

from connectors.moneybird.sandbox.memory import SETTABLE

PAGE, LARGEST_PAGE = 25, 100


class RefusedError(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, error: Any, **symbolic: str) -> None:
        super().__init__(str(status))
        self.status = status
        self.body = {"error": error} | ({"symbolic": symbolic} if symbolic else {})


@dataclass
class Call:
    """One request, taken apart."""

    method: str
    query: dict[str, str]
    body: Any


def one_of(children: list[dict[str, Any]], key: str) -> Response:
    """Answer with one entry of a list, or with 404."""
    for child in children:
        if child["id"] == key:
            return JSONResponse(child)
    raise RefusedError(404, "record not found", id="not_found")


def versioned(entry: dict[str, Any]) -> dict[str, Any]:
    """Give an entry as a list of ids shows it."""
    return {"id": entry["id"], "version": entry["version"]}


def picked(entries: dict[str, dict[str, Any]], body: Any) -> list[dict[str, Any]]:
    """Give the entries that a synchronization asks for."""
    ids = body.get("ids") if isinstance(body, dict) else None
    if ids is None:
        raise RefusedError(400, "Ids is required", ids="required")
    if not isinstance(ids, list):
        raise RefusedError(400, "Ids isn't an array", ids="array")
    # Those above a hundred are dropped without a word.
    return [entries[key] for key in map(str, ids[:LARGEST_PAGE]) if key in entries]


def page(entries: list[dict[str, Any]], call: Call, what: str) -> Response:
    """Answer with one page of a list."""
    size, number = call.query.get("per_page", str(PAGE)), call.query.get("page", "1")
    if not size.isdecimal() or not 1 <= int(size) <= LARGEST_PAGE:
        if what in {"purchase_invoices", "receipts"}:
            raise RefusedError(400, "Per Page is too big", per_page="max")
        raise RefusedError(400, "per_page does not have a valid value")
    if not number.isdecimal() or int(number) < 1:
        raise RefusedError(400, "page does not have a valid value")
    start = (int(number) - 1) * int(size)
    rows = entries[start : start + int(size)]
    more = start + int(size) < len(entries)
    headers = {"Link": f'<?page={int(number) + 1}&per_page={size}>; rel="next"'} if more else None
    return JSONResponse(rows, headers=headers)


def cannot_be_archived() -> RefusedError:
    """Give the refusal for a contact that is archived already."""
    return RefusedError(400, "Contact can not be archived", id="can_not_be_archived")


def settable(body: Any, name: str) -> dict[str, Any]:
    """Give the fields of a change; a field that cannot be set is refused."""
    fields = body.get(name) if isinstance(body, dict) else None
    if not isinstance(fields, dict):
        raise RefusedError(400, f"{name.capitalize()} is required", **{name: "required"})
    for unknown in sorted(set(fields) - SETTABLE):
        raise RefusedError(400, f"{unknown} is not allowed", **{unknown: "not_allowed"})
    return fields


def invalid(fields: dict[str, list[str]]) -> Response:
    """Answer with 422 and what is wrong with which field."""
    details = {name: [{"error": one} for one in all_] for name, all_ in fields.items()}
    return JSONResponse({"error": fields, "details": details}, 422)
