"""What the simulated service answers when it does not do what was asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

THROTTLED = 420


class Failure(Exception):  # not an error of ours: an answer of the service
    """An answer with one of Podio's error bodies."""

    def __init__(self, status: int, error: str, description: str | None, detail: str | None = None) -> None:
        super().__init__(error)
        self.status, self.error, self.description, self.detail = status, error, description, detail


def no_route() -> Failure:
    """Say what Podio says about an address that it does not know, such as one with a wrong slash."""
    return Failure(404, "not_found", "No matching operation could be found. No body was given.")


def not_found() -> Failure:
    """Say that an object is not there."""
    return Failure(404, "not_found", "Object not found")


def object_in(body: bytes) -> Mapping[str, Any]:
    """Read a JSON object."""
    try:
        value = json.loads(body)
    except ValueError:
        raise Failure(400, "invalid_value", "Invalid JSON") from None
    if not isinstance(value, dict):
        raise Failure(400, "invalid_value", "Invalid value null (null): must be object")
    return value
