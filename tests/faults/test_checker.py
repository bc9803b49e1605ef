"""The checker accepts an honest account and rejects ten forged ones, each for its own reason."""

from __future__ import annotations

import ast
import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import checker
from tests.checker import Asked, Evidence, judge

if TYPE_CHECKING:
    from collections.abc import Callable

PARENT, CHILD, OTHER = "books|contact||1", "books|note|1|2", "books|contact||3"


def _ledger(*said: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    previous = "0" * 64
    for seq, (kind, payload) in enumerate(said, start=1):
        text = json.dumps(payload, sort_keys=True, separators=(",", ":"))
        fields = [seq, 2026, "2026-11-24T12:00:00+00:00", kind, text, previous]
        digest = hashlib.sha256(json.dumps(fields, separators=(",", ":")).encode()).hexdigest()
        rows.append(
            {"seq": seq, "segment": 2026, "at": fields[2], "kind": kind, "payload": payload,
             "previous": previous, "hash": digest}
        )  # fmt: skip
        previous = digest
    return rows


def _life(order: str, ref: str, run: str = "R-1") -> list[tuple[str, dict[str, Any]]]:
    facts = {"order": order, "ref": ref}
    return [("order.sent", {**facts, "run": run}), ("order.accepted", facts), ("order.verified", facts)]


def _planned() -> list[tuple[str, dict[str, Any]]]:
    return [
        ("order.scheduled", {"order": "O-1", "ref": CHILD, "action": "erase", "parent": PARENT}),
        ("order.scheduled", {"order": "O-2", "ref": PARENT, "action": "erase"}),
    ]


def _ask(path: str, rows: int, *, write: bool = False, **more: Any) -> Asked:
    return Asked("books", "DELETE" if write else "GET", path, write, rows, **more)


def honest() -> Evidence:
    note, contact = "/contacts/1/notes/2.json", "/contacts/1.json"
    return Evidence(
        requests=[
            _ask(contact, 2), _ask(note, 3, write=True), _ask(contact, 4),
            _ask(contact, 5), _ask(contact, 6, write=True), _ask(contact, 7),
        ],
        ledger=_ledger(*_planned(), *_life("O-1", CHILD), *_life("O-2", PARENT)),
        truth={("books", "1"): "gone", ("books", "2"): "gone", ("books", "3"): "unchanged"},
    )  # fmt: skip


def _edited_row(one: Evidence) -> Evidence:
    one.ledger[1]["payload"]["action"] = "archive"
    return one


def _unannounced(one: Evidence) -> Evidence:
    return replace(one, requests=[one.requests[0], replace(one.requests[1], rows=2), *one.requests[2:]])


def _repeated(one: Evidence) -> Evidence:
    return replace(one, requests=[*one.requests[:2], one.requests[1], *one.requests[2:]])


def _unread(one: Evidence) -> Evidence:
    return replace(one, requests=one.requests[:-1])


def _held_record(one: Evidence) -> Evidence:
    return replace(one, truth={**one.truth, ("books", "1"): "minimised"})


def _living_record(one: Evidence) -> Evidence:
    extra = _life("O-3", OTHER)
    requests = [*one.requests, _ask("/contacts/3.json", 9, write=True), _ask("/contacts/3.json", 10)]
    ledger = _ledger(*_planned(), *_life("O-1", CHILD), *_life("O-2", PARENT), *extra)
    return replace(one, requests=requests, ledger=ledger)


def _by_a_looker(one: Evidence) -> Evidence:
    return replace(one, requests=[one.requests[0], replace(one.requests[1], looking=True), *one.requests[2:]])


def _parent_first(one: Evidence) -> Evidence:
    contact, note = "/contacts/1.json", "/contacts/1/notes/2.json"
    return replace(
        one,
        ledger=_ledger(*_planned(), *_life("O-2", PARENT), *_life("O-1", CHILD)),
        requests=[
            _ask(contact, 2), _ask(contact, 3, write=True), _ask(contact, 4),
            _ask(note, 6, write=True), _ask(contact, 7),
        ],
    )  # fmt: skip


def _two_writers(one: Evidence) -> Evidence:
    rows = [
        *_planned(),
        *_life("O-1", CHILD, "R-1"),
        *_life("O-2", PARENT, "R-2"),
        *_life("O-4", OTHER, "R-1"),
    ]
    requests = [*one.requests, _ask("/contacts/3.json", 9, write=True), _ask("/contacts/3.json", 10)]
    return replace(one, ledger=_ledger(*rows), requests=requests, truth={})


def _unlooked_proof(one: Evidence) -> Evidence:
    return replace(one, requests=[*one.requests[:2], _ask("/contacts/1.json", 5), *one.requests[3:]])


def _still_there(one: Evidence) -> Evidence:
    return replace(one, held=frozenset({("books", "1")}))


FORGED: list[tuple[str, Callable[[Evidence], Evidence]]] = [
    ("chain", _edited_row),
    ("intent", _unannounced),
    ("twice", _repeated),
    ("unread", _unread),
    ("truth", _held_record),
    ("truth", _living_record),
    ("looking", _by_a_looker),
    ("children", _parent_first),
    ("writers", _two_writers),
    ("unproven", _unlooked_proof),
    ("held", _still_there),
]


def test_an_honest_account_is_accepted() -> None:
    assert judge(honest()) == []


@pytest.mark.parametrize(("code", "forge"), FORGED, ids=[one[1].__name__ for one in FORGED])
def test_a_forged_account_is_rejected(code: str, forge: Callable[[Evidence], Evidence]) -> None:
    assert code in {one.partition(":")[0] for one in judge(forge(honest()))}


def test_the_checker_knows_nothing_of_the_program() -> None:
    tree = ast.parse(Path(checker.__file__).read_text(encoding="utf-8"))
    names = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names]
        )
    }
    assert names <= {"__future__", "hashlib", "json", "dataclasses", "typing", "collections"}
