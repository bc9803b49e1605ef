"""Logging by allow-list: only fields that are on the list reach a line, and only with plain values.

Lines go to standard error: coloured for a person at a terminal, JSON for journald and pipes. An exception
shows its type and, if it is one of the connector's five, its code: messages and local variables can hold
personal data, so neither is ever rendered.
"""

from __future__ import annotations

import logging
import re
import sys
from datetime import date
from typing import TYPE_CHECKING, Any, TextIO, TypeAlias

import structlog

from syncd.model import RecordRef

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    _Event: TypeAlias = MutableMapping[str, Any]

EVENTS: Mapping[str, str] = {
    "run.started": "a pass of the whole line began",
    "run.finished": "a pass ended; `state` says how",
    "run.skipped": "a pass did not begin: another one is running, or its time has gone by",
    "account.pulled": "an account was read; `complete` says whether absence counts",
    "account.failed": "an account could not be read or used in this run",
    "contact.flagged": "a relationship ended more than four weeks ago and something unheld is still there",
    "order.scheduled": "an order was created",
    "order.approved": "an order may be sent",
    "order.sent": "the order was committed and its request leaves now",
    "order.accepted": "the system says that it did what was ordered",
    "order.verified": "a second look found the effect",
    "order.short": "a second look found less than was ordered",
    "order.refused": "the system will never accept the order as it is",
    "order.uncertain": "the request was sent and its fate is unknown",
    "order.superseded": "the facts changed: the order no longer holds",
    "order.stayed_gone": "weeks after it was verified, the record is still gone",
    "order.came_back": "a record whose erasure was verified is there again",
    "order.postponed": "nothing was sent; the order waits for a later run",
    "decisions.differ": "stored decisions were not what deciding them anew came to",
    "brake.held": "more orders are due than the brake lets through",
    "service.started": "the daemon is ready",
    "service.reloaded": "the changed configuration is in use",
    "service.not_reloaded": "the changed configuration is not valid; the one before stays in use",
    "service.stopping": "the daemon finishes what it is doing and ends",
    "service.failed": "something unexpected ended a job or a command",
    "alert.sent": "a person was told",
    "alert.failed": "a person could not be told",
    "log.unknown_event": "an event that is not in this table was logged; its name is not shown",
}
"""Every event that is logged, and what it means. Names are stable: people filter and alert on them."""

ALLOWED_FIELDS = frozenset(
    {
        "event", "level", "timestamp",
        "run", "as_of", "mode", "account", "connector", "kind", "key", "subject", "order", "action",
        "categories", "state", "code", "text", "count", "records", "documents", "calls", "seconds",
        "complete", "erase_on", "hold_until", "flagged", "decision", "expected", "seen", "command",
        "error_type", "where", "limit", "retry_after", "next_on", "dropped",
    }
)  # fmt: skip
"""Names of fields that can reach a line. `text` takes the program's own sentences, never a vendor's."""

_CODE = re.compile(r"[a-z0-9_]+(:[a-z0-9_]+)*")
_EXCEPTION_FIELDS = ("exc_info", "exception", "stack_info")


def keep_error_type(_logger: object, _method: str, event: _Event) -> _Event:
    """Replace an exception by its type and its code, dropping message, traceback and locals."""
    said = [event.pop(name, None) for name in _EXCEPTION_FIELDS]
    given = said[0]
    if given is True:
        given = sys.exc_info()[1]
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error_type"] = type(error).__name__
        code = _code_of(error)
        if code:
            event.setdefault("code", code)
    return event


def keep_known_events(_logger: object, _method: str, event: _Event) -> _Event:
    """Hide the name of an event that is not in `EVENTS`: one put together at run time can hold anything."""
    if event.get("event") not in EVENTS:
        event["event"] = "log.unknown_event"
    return event


def keep_allowed_fields(_logger: object, _method: str, event: _Event) -> _Event:
    """Drop every field that is not on the list, count those `dropped`, let only plain values through."""
    kept = {name: _plain(value) for name, value in event.items() if name in ALLOWED_FIELDS}
    dropped = len(event) - len(kept)
    if dropped:
        kept["dropped"] = dropped
    return kept


def configure(*, json_lines: bool | None = None, level: str = "info", stream: TextIO | None = None) -> None:
    """Set logging up once per process. JSON lines when standard error is not a terminal, unless said."""
    out = stream or sys.stderr
    as_json = not out.isatty() if json_lines is None else json_lines
    renderer: Any = (
        structlog.processors.JSONRenderer(sort_keys=True)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=out.isatty())
    )
    structlog.configure(
        processors=[
            keep_error_type,
            keep_known_events,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            keep_allowed_fields,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(file=out),
        cache_logger_on_first_use=False,
    )
    # Libraries log what they send; none of that may reach a line.
    logging.getLogger().handlers[:] = [logging.NullHandler()]
    logging.getLogger().setLevel(logging.CRITICAL)


def logger() -> Any:
    """Give the logger; call as `logger().info("order.sent", account=…, order=…)`."""
    return structlog.get_logger()


def _code_of(error: BaseException) -> str:
    """Give the code of one of the connector's errors; other libraries' `code` attributes can hold anything.

    The contract is a room above this one, so its root error is known by name.
    """
    ours = any(
        (kind.__module__, kind.__name__) == ("syncd.contract", "ConnectorError")
        for kind in type(error).__mro__
    )
    code = getattr(error, "code", "") if ours else ""
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""


def _plain(value: Any) -> Any:
    """Give what a line can show of a value: plain data as it is, of anything else only its type.

    The text of an arbitrary object (a record, a parsed answer, an exception) can hold personal data.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str | RecordRef):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(str(_plain(one)) for one in value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return f"<{type(value).__name__}>"
