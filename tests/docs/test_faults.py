"""Every test that the page of faults names exists, and every fault is either in the table or said to be missing."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT

_TEXT = (ROOT / "docs" / "reference" / "faults.md").read_text(encoding="utf-8")


def test_every_named_test_exists() -> None:
    named = set(re.findall(r"`(test_[a-z0-9_]+)`", _TEXT))
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert len(named) > 20
    assert {one for one in named if f"def {one}(" not in sources} == set()


def test_every_fault_is_in_the_table_or_said_to_be_missing() -> None:
    table, _, rest = _TEXT.partition("The numbers are")
    shown = {int(number) for number in re.findall(r"F(\d\d)", table)}
    missing: set[int] = set()
    for first, last in re.findall(r"F(\d\d)(?: to F(\d\d))?", rest):
        missing |= set(range(int(first), int(last or first) + 1))
    assert shown | missing == set(range(1, 51))
    assert not shown & missing
