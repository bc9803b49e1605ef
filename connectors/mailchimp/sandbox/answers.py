"""How the simulated service writes its answers: pages, chosen fields, links, problem documents."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from connectors.mailchimp.sandbox.state import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from starlette.requests import Request

MAX_ROWS = 1000
DEFAULT_ROWS = 10


async def json_object(request: Request) -> dict[str, Any]:
    """Read the body of a write, or answer 400."""
    try:
        body = json.loads(await request.body())
    except ValueError:
        raise Problem(
            400, "JSON Parse Exception", "We encountered an unspecified JSON parsing error."
        ) from None
    if not isinstance(body, dict):
        raise Problem(400, "Invalid Resource", "The resource submitted could not be validated.")
    return body


def page(
    request: Request,
    name: str,
    rows: Sequence[Any],
    *,
    most: int = MAX_ROWS,
    each: Callable[[Any], Any] = lambda row: row,
    **envelope: str,
) -> Response:
    """Answer with the rows that `count` and `offset` ask for, written by `each`; more than `most` never."""
    count = min(number(request, "count", DEFAULT_ROWS) or DEFAULT_ROWS, most)
    offset = number(request, "offset", 0)
    shown = [each(row) for row in rows[offset : offset + count]]
    body = {name: shown, **envelope, "total_items": len(rows)}
    return found(request, body | {"_links": links(request, "self")})


def number(request: Request, name: str, default: int) -> int:
    """Give a query parameter that is a whole number, else the default."""
    value = request.query_params.get(name, "")
    return int(value) if value.isdecimal() else default


def found(request: Request, body: dict[str, Any]) -> Response:
    """Answer 200 with what `fields` or `exclude_fields` leave of the body."""
    wanted, unwanted = (_paths(request, name) for name in ("fields", "exclude_fields"))
    if wanted and unwanted:
        raise Problem(400, "Bad Request", "fields and exclude_fields cannot be used together.")
    if wanted:
        body = _only(body, wanted)
    if unwanted:
        body = _without(body, unwanted)
    return JSONResponse(body)


def _paths(request: Request, name: str) -> list[list[str]]:
    return [path.split(".") for path in request.query_params.get(name, "").split(",") if path]


def _only(value: Any, paths: list[list[str]]) -> Any:
    if isinstance(value, list):
        return [_only(one, paths) for one in value]
    if not isinstance(value, dict) or [] in paths:
        return value
    heads = {path[0] for path in paths}
    return {
        name: _only(inner, [path[1:] for path in paths if path[0] == name])
        for name, inner in value.items()
        if name in heads
    }


def _without(value: Any, paths: list[list[str]]) -> Any:
    if isinstance(value, list):
        return [_without(one, paths) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _without(inner, [path[1:] for path in paths if path[0] == name and len(path) > 1])
        for name, inner in value.items()
        if [name] not in paths
    }


def links(request: Request, relation: str) -> list[dict[str, str]]:
    """Give the links that every object carries; readers usually leave them out."""
    return [{"rel": relation, "href": str(request.url.replace(query="")), "method": "GET"}]


def problem_body(status: int, title: str, detail: str) -> Response:
    """Answer with a problem document, as Mailchimp writes it."""
    return JSONResponse(
        {
            "type": "https://mailchimp.com/developer/marketing/docs/errors/",
            "title": title,
            "status": status,
            "detail": detail,
            "instance": str(uuid.uuid4()),
        },
        status_code=status,
        media_type="application/problem+json; charset=utf-8",
    )


def problem_answer(_request: Request, problem: Exception) -> Response:
    """Turn a raised `Problem` into its answer."""
    assert isinstance(problem, Problem)  # noqa: S101  (the router hands over what was registered)
    return problem_body(problem.status, problem.title, problem.detail)


def http_problem_answer(_request: Request, error: Exception) -> Response:
    """Turn what the router refuses (no such path, no such method) into a problem document."""
    assert isinstance(error, HTTPException)  # noqa: S101  (the router hands over what was registered)
    titles = {404: "Resource Not Found", 405: "Method Not Allowed"}
    return problem_body(error.status_code, titles.get(error.status_code, "Bad Request"), error.detail)
