"""`syncd status` at its fullest is one screen: twenty-four lines of eighty columns."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

from syncd.cli.status import to_answer
from syncd.model import OrderState
from syncd.service.lock import daemon_lock
from syncd.testing.faults import answer

if TYPE_CHECKING:
    from tests.cli.conftest import Office

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "schemas" / "status.json").read_text(encoding="utf-8")
)
LINES, COLUMNS = 24, 80


def _shown(office: Office) -> str:
    said = office("status")
    assert said.code == 0
    lines = said.out.splitlines()
    assert len(lines) <= LINES
    assert max(len(line) for line in lines) <= COLUMNS
    jsonschema.validate(office("status", "--format", "json").values, SCHEMA)
    return said.out


def test_before_the_first_run_it_is_a_screen_that_says_so(own_office: Office) -> None:
    shown = _shown(own_office)
    assert "never read whole" in shown
    assert "no daemon is running" in shown


def test_with_three_accounts_in_trouble_and_orders_in_every_state_it_is_one_screen(office: Office) -> None:
    person = next(
        one["subject"] for one in office("contact", "list", "--format", "json").values if one["flagged"]
    )
    stop = office("suspend", person, "--reason", "dispute", "--review-on", "2030-01-01")
    assert stop.code == 0, stop.err
    assert office("queue", "approve", "--all", "--yes").code == 0
    assert office("run-once", "--execute").code in {0, 1}
    assert office.writes() == 0
    for service in office.simulation.sandboxes.values():
        service.faults.inject(answer(503), times=None)
    try:
        assert office("run-once").code == 1
    finally:
        for service in office.simulation.sandboxes.values():
            service.faults.clear()
    with sqlite3.connect(office.folder / "state" / "index.sqlite") as index:
        orders = [row[0] for row in index.execute("SELECT id FROM orders ORDER BY id")]
        for one, state in zip(orders, OrderState, strict=False):
            index.execute("UPDATE orders SET state = ? WHERE id = ?", (state.value, one))
    index.close()
    with daemon_lock(office.folder / "state"):
        shown = _shown(office)
        values = office("status", "--format", "json").values
    assert {one["last_outcome"] for one in values["accounts"]} <= {"failed", "incomplete"}
    assert all(one["brake_holds"] for one in values["accounts"])
    assert set(values["orders"]) == {one.value for one in OrderState}
    assert values["next_run"]
    words = " ".join(shown.split())
    for name in ("books", "crm", "news"):
        assert f"syncd queue approve --brake {name}" in words
    assert "by a person, the first to be looked at again on 2030-01-01" in words


def test_what_is_to_be_answered_is_said_plainly(office: Office) -> None:
    told = " ".join(_shown(office).split())
    values = office("status", "--format", "json").values
    waiting, pairs = values["questions"], values["proposals"]
    assert waiting > 1
    assert f"to answer {waiting} questions: syncd review list" in told
    asked = {one["id"] for one in office("review", "list", "--format", "json").values}
    idle = pairs - sum(1 for one in asked if one.startswith("P-"))
    assert ("may be the same" in told) == (idle > 0)


@pytest.mark.parametrize(
    ("questions", "idle", "said"),
    [
        (0, 0, "nothing"),
        (1, 0, "1 question: syncd review list"),
        (2, 0, "2 questions: syncd review list"),
        (0, 1, "nothing; 1 pair may be the same, and nothing depends on it"),
        (3, 2, "3 questions: syncd review list; 2 pairs may be the same, and nothing depends on it"),
    ],
)
def test_none_one_and_many_questions_and_pairs_are_said_each(questions: int, idle: int, said: str) -> None:
    assert to_answer(questions, idle) == said


@pytest.mark.parametrize("mode", ["observe", "approve", "automatic"])
def test_it_says_the_mode(office: Office, mode: str) -> None:
    office.configure(mode)
    assert _shown(office).splitlines()[0].split() == ["mode", mode]
