"""Plain questions about what a connector did, and assertions that are sentences."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, TypeVar

from syncd.contract import ConnectorError
from syncd.model import Action, PresenceState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from syncd.contract import Connector, Finding, Page
    from syncd.model import Effect, Order, Presence, Receipt, Record

T = TypeVar("T")
R = TypeVar("R")

TELLING = 4
"""Characters from which finding an identifier somewhere is no coincidence (a country code may well be one)."""

_DIGESTS = (hashlib.md5, hashlib.sha1, hashlib.sha256)


def must(holds: bool, otherwise: str) -> None:
    """Fail the test with a sentence unless something holds."""
    if not holds:
        raise AssertionError(otherwise)


def read_on(pages: Iterator[Page]) -> tuple[list[Page], ConnectorError | None]:
    """Take pages until they end or fail."""
    read: list[Page] = []
    return read, error_of(read.extend, pages)


def findings_of(connector: Connector) -> tuple[list[Finding], ConnectorError | None]:
    """Take what a connector's check finds until it ends or fails."""
    found: list[Finding] = []
    return found, error_of(lambda one: found.extend(one.check()), connector)


def wanted(kind: type[Exception], error: BaseException | None) -> str:
    """Say which error should have come and what came instead."""
    came = "nothing" if error is None else f"{type(error).__name__}: {error}"
    return f"{kind.__name__} should be raised, and {came} was"


def error_of(call: Callable[[T], object], argument: T) -> ConnectorError | None:
    """Give the connector's error that a call ends in."""
    try:
        call(argument)
    except ConnectorError as error:
        return error
    return None


def told(call: Callable[[T], R], argument: T, what: str) -> R:
    """Give what a call gives; fail the test with a sentence where its error is none of the five."""
    try:
        return call(argument)
    except AssertionError:
        raise
    except Exception as error:
        otherwise = (
            f"{what} stops with {type(error).__name__}: read answers by their shape, and raise Unusable"
        )
        raise AssertionError(otherwise) from error


def outcome(dispose: Callable[[Order], Receipt], order: Order) -> tuple[Effect | None, ConnectorError | None]:
    """Give what an order's receipt says, or the connector's error that it ends in."""
    try:
        return dispose(order).effect, None
    except ConnectorError as error:
        return None, error


def one_per_kind(records: Iterable[Record]) -> list[Record]:
    """Choose one record of each kind."""
    return list({record.ref.kind: record for record in records}.values())


def shows(seen: Presence, order: Order) -> bool:
    """Tell whether a second look finds the effect of an order."""
    if order.action is Action.ERASE:
        return seen.state is PresenceState.ABSENT
    if order.action is Action.MINIMISE:
        return seen.state is not PresenceState.ABSENT and not seen.categories & order.categories
    return seen.state is PresenceState.ARCHIVED


def derived(value: str) -> set[str]:
    """Give what an identifier would be as a key: itself, and its unsalted digests in usual spellings."""
    spellings = {value, value.strip(), value.strip().lower(), value.strip().upper()}
    digests = {
        make(one.encode(), usedforsecurity=False).hexdigest() for one in spellings for make in _DIGESTS
    }
    return {one.lower() for one in spellings if len(one) >= TELLING} | digests


def altered(value: str) -> str:
    """Give a value of the same form: the last letter or digit is another one."""
    for at in range(len(value) - 1, -1, -1):
        if value[at].isalnum():
            other = {"0": "1", "a": "b", "A": "B"}.get(value[at]) or ("0" if value[at].isdigit() else "a")
            return value[:at] + other + value[at + 1 :]
    return value + "0"


def without(state: Any, key: str, id_fields: tuple[str, ...]) -> Any:
    """Drop whatever is filed under a key, at any depth."""

    def is_own(entry: Any) -> bool:
        return isinstance(entry, dict) and any(str(entry.get(name)) == key for name in id_fields)

    if isinstance(state, dict):
        return {
            name: without(value, key, id_fields)
            for name, value in state.items()
            if str(name) != key and not is_own(value)
        }
    if isinstance(state, list | tuple):
        return [without(value, key, id_fields) for value in state if not is_own(value)]
    return state


def difference(before: Any, after: Any, at: str = "state") -> str:
    """Name the first place where two states differ, without the values; empty when they do not."""
    if before == after:
        return ""
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        found = (difference(before[name], after[name], f"{at}.{name}") for name in before)
        return next(one for one in found if one)
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        found = (
            difference(*pair, f"{at}[{place}]") for place, pair in enumerate(zip(before, after, strict=True))
        )
        return next(one for one in found if one)
    return at
