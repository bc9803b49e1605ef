"""What a log line can show, and above all what it cannot."""

from __future__ import annotations

import ast
import io
import json
import logging
import re
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from syncd.contract import Refused
from syncd.log import ALLOWED_FIELDS, EVENTS, configure, logger
from syncd.model import Identifier, IdentifierKind, RecordRef

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SECRET = "jan.jansen@voorbeeld.example"
ROOT = Path(__file__).parents[2]
EVENT_NAME = re.compile(r"[a-z]+\.[a-z_]+")


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    yield
    root.handlers[:], level = before
    root.setLevel(level)
    structlog.reset_defaults()


def line(write: Callable[[], object], *, json_lines: bool = True) -> str:
    out = io.StringIO()
    configure(json_lines=json_lines, level="debug", stream=out)
    write()
    return out.getvalue()


def fields(write: Callable[[], object]) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(line(write))
    return parsed


def fail_over(secret: str) -> None:
    """Raise with a message, a cause and locals that hold personal data."""
    contacts: dict[str, str] = {}
    try:
        contacts[secret]
    except KeyError as cause:
        raise ValueError(f"no such contact: {secret}") from cause


def test_a_line_holds_the_allowed_fields_and_its_time() -> None:
    seen = fields(
        lambda: logger().info("order.sent", account="books", order="o1", erase_on=date(2026, 11, 24))
    )
    assert seen.pop("timestamp").endswith("Z")
    assert seen == {
        "event": "order.sent",
        "level": "info",
        "account": "books",
        "order": "o1",
        "erase_on": "2026-11-24",
    }


@given(name=st.from_regex(r"[a-z_]{1,12}", fullmatch=True).filter(lambda name: name not in ALLOWED_FIELDS))
def test_a_field_off_the_list_is_dropped_and_counted(name: str) -> None:
    if name in {"exc_info", "exception", "stack_info"}:
        return
    seen = fields(lambda: logger().info("order.sent", **{name: SECRET}))
    assert name not in seen
    assert SECRET not in json.dumps(seen)
    assert seen["dropped"] == 1


@given(name=st.sampled_from(sorted(ALLOWED_FIELDS - {"event", "level", "timestamp", "dropped"})))
def test_a_field_on_the_list_is_kept(name: str) -> None:
    seen = fields(lambda: logger().info("order.sent", **{name: "value"}))
    assert seen[name] == "value"
    assert "dropped" not in seen


WAYS: dict[str, Callable[[Exception], object]] = {
    "exception": lambda _error: logger().exception("service.failed"),
    "exc_info": lambda _error: logger().error("service.failed", exc_info=True),
    "exc_info_object": lambda error: logger().error("service.failed", exc_info=error),
    "exc_info_tuple": lambda _error: logger().error("service.failed", exc_info=sys.exc_info()),
    "as_text": lambda error: logger().error("service.failed", text=error),
}


@pytest.mark.parametrize("json_lines", [True, False], ids=["json", "console"])
@pytest.mark.parametrize("way", WAYS)
def test_an_exception_leaks_neither_message_nor_cause_nor_locals(way: str, json_lines: bool) -> None:
    def write() -> None:
        try:
            fail_over(SECRET)
        except ValueError as error:
            WAYS[way](error)

    seen = line(write, json_lines=json_lines)
    assert SECRET not in seen
    assert "fail_over" not in seen
    assert "ValueError" in seen


def test_a_connector_error_shows_its_code_and_not_its_text() -> None:
    seen = fields(
        lambda: logger().error("order.refused", exc_info=Refused("has_documents", f"kept: {SECRET}"))
    )
    assert (seen["error_type"], seen["code"]) == ("Refused", "has_documents")
    assert SECRET not in json.dumps(seen)


def test_a_code_that_is_no_code_is_not_shown() -> None:
    seen = fields(lambda: logger().error("order.refused", exc_info=Refused(SECRET, "text")))
    assert SECRET not in json.dumps(seen)


def test_another_librarys_code_is_not_shown() -> None:
    class ForeignError(Exception):
        code = "jansen"

    seen = fields(lambda: logger().error("service.failed", exc_info=ForeignError()))
    assert "jansen" not in json.dumps(seen)


def test_an_event_that_is_not_in_the_table_loses_its_name() -> None:
    seen = line(lambda: logger().info(f"erased {SECRET}", account="books"))
    assert SECRET not in seen
    assert json.loads(seen)["event"] == "log.unknown_event"


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_an_event_in_the_table_keeps_its_name(name: str) -> None:
    assert fields(lambda: logger().info(name))["event"] == name


def test_values_that_are_not_plain_show_only_their_type() -> None:
    identifier = Identifier(IdentifierKind.EMAIL, SECRET)
    seen = line(
        lambda: logger().info("order.sent", text={"email": SECRET}, key=identifier, seen=[identifier])
    )
    assert SECRET not in seen
    assert json.loads(seen)["key"] == "<Identifier>"


def test_a_reference_and_a_set_of_categories_are_plain() -> None:
    seen = fields(
        lambda: logger().info(
            "order.sent",
            where=RecordRef("books", "contact", "7"),
            categories=frozenset({"newsletter", "credentials"}),
        )
    )
    assert seen["where"] == "books:contact:7"
    assert seen["categories"] == ["credentials", "newsletter"]


def test_what_libraries_log_reaches_no_line() -> None:
    seen = line(lambda: logging.getLogger("urllib3.connectionpool").debug("GET /search?email=%s", SECRET))
    assert seen == ""


def test_the_console_form_is_for_people() -> None:
    seen = line(lambda: logger().info("order.sent", account="books"), json_lines=False)
    assert not seen.lstrip().startswith("{")
    assert "order.sent" in seen
    assert "account=books" in seen


def test_every_event_that_the_program_logs_is_in_the_table() -> None:
    logged = set()
    for path in [*(ROOT / "syncd").rglob("*.py"), *(ROOT / "connectors").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                first = node.args[0]
                is_level = node.func.attr in {"debug", "info", "warning", "error", "exception", "critical"}
                if is_level and isinstance(first, ast.Constant) and EVENT_NAME.fullmatch(str(first.value)):
                    logged.add(first.value)
    assert logged
    assert logged <= set(EVENTS)
