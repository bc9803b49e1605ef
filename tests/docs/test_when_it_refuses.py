"""Whoever looks a code or a message up finds the one that the program says."""

from __future__ import annotations

import ast
import re
import tomllib

import pytest

from tests.docs.pages import ROOT

_TEXT = (ROOT / "docs" / "when-it-refuses.md").read_text(encoding="utf-8")
_FIRST_CELLS = re.findall(r"^\| ([^|]+) \|", _TEXT, re.MULTILINE)
_MADE = {"status_"}
"""Codes that are put together when they are said: this and the number that the vendor answered."""


def _texts_of_the_program() -> list[str]:
    """Give every text that the sources and the catalogue hold; an f-string gives the parts between its values."""
    catalogue = tomllib.loads((ROOT / "syncd" / "report" / "texts" / "en.toml").read_text(encoding="utf-8"))
    tables = [table for table in catalogue.values() if isinstance(table, dict)]
    said = [text for table in tables for text in table.values() if isinstance(text, str)]
    return said + [
        node.value
        for room in ("syncd", "connectors")
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


SAID = _texts_of_the_program()
CODES = sorted({code for cell in _FIRST_CELLS for code in re.findall(r"`([a-z_]+)(?:\d+)?(?::…)?`", cell)})
MESSAGES = sorted(
    {message for cell in _FIRST_CELLS for message in re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", cell)}
)


@pytest.mark.parametrize("code", CODES)
def test_a_code_that_is_explained_is_one_that_is_said(code: str) -> None:
    if code in _MADE:
        assert any(text.startswith(code) for text in SAID)
    else:
        assert any(text in {code, f"{code}:"} for text in SAID)


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_that_is_explained_is_one_that_is_said(message: str) -> None:
    for part in re.split(r" N | …,? ?", message):
        assert any(part in text for text in SAID), part


def test_there_is_something_to_look_up() -> None:
    assert len(CODES) > 15
    assert len(MESSAGES) > 3
