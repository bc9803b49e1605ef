"""What Moneybird's answers mean: its error bodies, and lists of ids with versions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connectors.moneybird.limits import epoch
from connectors.moneybird.values import UnreadableError, identifier, text
from syncd.contract import Unusable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from syncd.http import Answer

OK = range(200, 300)
BAD_REQUEST, UNAUTHORISED, PLAN_LIMIT, FORBIDDEN, NOT_FOUND = 400, 401, 402, 403, 404

_SETTLES = 3
"""Seconds around the vendor's own time within which a version may still be written to."""

_REMEDIES = {
    UNAUTHORISED: (
        "wrong_token",
        "the token is not accepted: check `token` or make a new one; with OAuth, authorise again",
    ),
    PLAN_LIMIT: ("plan_limit", "the subscription does not allow this"),
    FORBIDDEN: ("forbidden", "the token's user lacks the right: give the user access to this part"),
    NOT_FOUND: ("no_such_administration", "not found: check `administration_id`"),
}


def unusable(answer: Answer, what: str, scope: str) -> Unusable:
    """Say why `what` could not be read and what to do about it. The vendor's own words are not repeated."""
    if answer.status == UNAUTHORISED and not is_token_refused(answer):
        return Unusable(
            "missing_scope", f"{answer.where}: the token may not read {what}: give it the scope {scope}"
        )
    code, remedy = _REMEDIES.get(
        answer.status, (f"status_{answer.status}", f"answered {answer.status}: check `base_url`")
    )
    return Unusable(code, f"{answer.where}: {what}: {remedy}")


def is_token_refused(answer: Answer) -> bool:
    """Tell whether the token itself is not accepted; a missing scope is a 401 here too, not a 403."""
    return answer.status == UNAUTHORISED and not _error(answer).startswith("No access to")


def symbolic(answer: Answer) -> Mapping[str, Any]:
    """Give the machine-readable part of an error body, empty when there is none."""
    found = _body(answer).get("symbolic")
    return found if isinstance(found, dict) else {}


def rejected_fields(answer: Answer) -> list[str]:
    """Name the fields that a 422 complains about."""
    details = _body(answer).get("details")
    return sorted(details) if isinstance(details, dict) else []


def rows(answer: Answer, take: Callable[[dict[str, Any]], Any] | None = None) -> list[Any]:
    """Give a list answer, or with `take` what that makes of each object; raises `Unusable` for anything else."""
    found = answer.json(take)
    if not isinstance(found, list):
        raise Unusable("not_a_list", f"{answer.where} did not answer with a list: check `base_url`")
    return found


@dataclass
class Listed:
    """A list of ids: id → version, and how many entries could not be read; `missing` when there is no such list.

    A version is the second of the last change. One of just now is left empty: what changed again within that
    second would keep the version, so it must be read again next time.
    """

    versions: dict[str, str] = field(default_factory=dict)
    unreadable: int = 0
    missing: bool = False

    def add(self, answer: Answer) -> None:
        """Take over one answer; raises `Unusable` when it is no list."""
        found = rows(answer, _id_and_version)
        # Nearly all of a long list is spelled in one way. Asking each entry which one took a third of a pull.
        plain = {row[0]: str(row[1]) for row in found if _is_plain(row)}
        # A second copy of a hundred thousand would be the largest thing in memory.
        self.versions = self.versions | plain if self.versions else plain
        for row in found if len(plain) < len(found) else ():
            try:
                self.versions[identifier(row[0])] = text(row[1])
            except (TypeError, LookupError, UnreadableError):
                self.unreadable += 1
        self._empty_those_of(epoch(answer.headers.get("date", "")))

    def _empty_those_of(self, now: float | None) -> None:
        if now is not None:
            seconds = {str(int(now) + one) for one in range(-_SETTLES, _SETTLES + 1)}
            self.versions |= {key: "" for key, version in self.versions.items() if version in seconds}


def _id_and_version(row: dict[str, Any]) -> tuple[Any, Any] | None:
    """Give what is asked of an entry; a hundred thousand of them would take much room as they come."""
    return (row["id"], row["version"]) if "id" in row and "version" in row else None


def _is_plain(row: Any) -> bool:
    """Tell of the usual spelling: digits as text, and a whole number."""
    return type(row) is tuple and type(row[0]) is str and row[0].isdecimal() and type(row[1]) is int


def _body(answer: Answer) -> Mapping[str, Any]:
    try:
        body = answer.json()
    except Unusable:
        return {}
    return body if isinstance(body, dict) else {}


def _error(answer: Answer) -> str:
    error = _body(answer).get("error")
    return error if isinstance(error, str) else ""
