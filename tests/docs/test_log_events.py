"""The page about log events is the table of log events."""

from __future__ import annotations

import ast
import re

from syncd.log import ALLOWED_FIELDS, EVENTS
from syncd.model import OrderState
from tests.docs.pages import ROOT

_TEXT = (ROOT / "docs" / "log-events.md").read_text(encoding="utf-8")
_LOGGED = _TEXT.partition("## Questions and answers")[0]
_ROW = re.compile(r"^\| `([a-z_.]+)` \|", re.MULTILINE)


def _said_by_the_program() -> set[str]:
    """Find every event that some call names: literally, or as `order.{state}` for states moved to."""
    found = {"log.unknown_event"}  # said by the log itself
    for path in (*(ROOT / "syncd").rglob("*.py"), *(ROOT / "connectors").rglob("*.py")):
        if path.name == "log.py":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
        for call in calls:
            said = call.args[0]
            if isinstance(said, ast.Constant) and _logs(call) and "." in str(said.value):
                found.add(str(said.value))
            if isinstance(said, ast.JoinedStr) and ast.unparse(said) == "f'order.{state.value}'":
                found |= {f"order.{state}" for state in _moved_to(tree)}
    return found


def _logs(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return name in {"debug", "info", "warning", "error", "_say"}


def _moved_to(tree: ast.AST) -> set[str]:
    """Give the states that a module names: those that it can move an order to and say so."""
    named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return {state.value for state in OrderState if state.name in named}


def test_every_event_is_documented_once_and_no_other() -> None:
    documented = _ROW.findall(_TEXT)
    assert sorted(documented) == sorted(EVENTS)


def test_every_event_is_said_by_the_program_and_no_other() -> None:
    said = _said_by_the_program()
    assert said >= {"run.started", "order.verified", "order.sent"}
    assert said == set(EVENTS)


def test_every_field_that_the_page_names_can_reach_a_line() -> None:
    rows = re.findall(r"^\| `[a-z_.]+` \| .*? \| ([^|]*) \|$", _LOGGED, re.MULTILINE)
    named = {field for row in rows for field in re.findall(r"`([a-z_]+)`", row)}
    assert named - {"code"}
    assert named <= ALLOWED_FIELDS
