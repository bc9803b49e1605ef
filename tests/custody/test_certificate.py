"""A certificate says what was proved and no more, and there is none for what was not."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from syncd.index.store import FILE
from syncd.report.language import catalogue

if TYPE_CHECKING:
    from tests.cli.conftest import Office

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schemas/report.json").read_text(encoding="utf-8"))


def _change(office: Office, statement: str, *values: str) -> None:
    with sqlite3.connect(office.folder / "state" / FILE) as connection:
        connection.execute(statement, values)
    connection.close()


def _verified(office: Office, action: str) -> dict[str, Any]:
    lines = office("queue", "list", "--all", "--format", "json").values
    found: dict[str, Any] = next(
        one for one in lines if one["state"] == "verified" and one["action"] == action
    )
    return found


def test_an_erasure_is_proved_by_rows_that_the_ledger_has(office: Office) -> None:
    order = _verified(office, "erase")
    said = office("report", "--certificate", order["order_id"], "--format", "json")
    assert said.code == 0, said.err
    Draft202012Validator(SCHEMA).validate(said.values)
    told = said.values
    assert {name: told[name] for name in ("account", "kind", "key", "subject", "erase_on")} == {
        name: order[name] for name in ("account", "kind", "key", "subject", "erase_on")
    }
    exported = [json.loads(line) for line in office("ledger", "export").out.splitlines()]
    hashes = {row["seq"]: row["hash"] for row in exported}
    assert [row["kind"] for row in told["rows"]][-1] == "order.verified"
    assert "order.approved" in [row["kind"] for row in told["rows"]]
    assert all(hashes[row["seq"]] == row["hash"] for row in told["rows"])
    assert (told["ledger_seq"], told["ledger_head"]) == (exported[-1]["seq"], exported[-1]["hash"])
    assert office("ledger", "verify", "--head", told["ledger_head"]).code == 0
    assert told["approved_on"]
    text = office("report", "--certificate", order["order_id"])
    assert text.out.startswith("Certificate of erasure\n")
    assert order["key"] in text.out
    page = office("report", "--certificate", order["order_id"], "--format", "html", "--language", "nl").out
    assert "<h1>Verklaring van wissing</h1>" in page
    assert told["ledger_head"] in page


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("action", ["minimise", "archive"])
def test_what_is_no_erasure_is_never_called_one(office: Office, action: str, language: str) -> None:
    order = _verified(office, "erase")
    _change(office, "UPDATE orders SET action = ? WHERE id = ?", action, order["order_id"])
    for form in ("text", "html"):
        said = office("report", "--certificate", order["order_id"], "--format", form, "--language", language)
        assert said.code == 0, said.err
        body = said.out.partition("<body>")[2] or said.out
        assert not [word for word in ("erased", "erasure", "gewist", "wissing") if word in body.casefold()]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("UPDATE orders SET state = 'accepted' WHERE id = ?", "accepted, not verified"),
        ("UPDATE orders SET code = 'came_back' WHERE id = ?", "found the record again"),
        (
            "UPDATE ledger SET kind = 'order.sent' WHERE instr(payload, ?) AND kind = 'order.verified'",
            "ledger row",
        ),
    ],
)
def test_there_is_no_certificate_of_what_is_not_proved(office: Office, change: str, why: str) -> None:
    order = _verified(office, "erase")["order_id"]
    _change(office, change, order)
    said = office("report", "--certificate", order)
    assert said.code == 1
    assert not said.out
    assert why in said.err
    assert len(said.complaints) == 1


def test_an_unknown_order_and_a_form_without_certificate_are_usage_errors(office: Office) -> None:
    assert office("report", "--certificate", "O-999999").code == 2
    assert office("report", "--certificate", "O-000001", "--format", "csv").code == 2


def test_in_dutch_the_receipt_is_in_words_and_what_is_held_is_no_reason_to_go(office: Office) -> None:
    lines = office("queue", "list", "--all", "--format", "json").values
    verified = [one for one in lines if one["state"] == "verified"]
    held = next(one for one in verified if {"hold", "ended"} <= {*one["basis"]["reasons"]})
    text = office("report", "--certificate", held["order_id"], "--language", "nl").out
    told = {
        match["label"]: " ".join(match["value"].split())
        for match in re.finditer(r"^(?P<label>\S.*?)  +(?P<value>.*\n(?: {10,}.*\n)*)", text, re.MULTILINE)
    }
    assert "fiscale wet" not in told["redenen"]
    assert "de relatie is geëindigd" in told["redenen"]
    assert "fiscale wet" in told["vastgehouden omdat"]
    assert told["ontvangstbewijs"].startswith("gedaan, HTTP-status 20")
    free = next(one for one in verified if "hold" not in one["basis"]["reasons"])
    assert (
        "vastgehouden omdat"
        not in office("report", "--certificate", free["order_id"], "--language", "nl").out
    )


def test_what_goes_for_a_withdrawn_consent_says_so_and_not_why_the_relationship_is_kept(
    office: Office,
) -> None:
    lines = office("queue", "list", "--all", "--format", "json").values
    kept = next(one for one in lines if one["state"] == "verified" and one["basis"]["decision"] == "keep")
    assert kept["categories"] == ["newsletter"]
    said = office("report", "--certificate", kept["order_id"]).out
    assert "consent was withdrawn; the relationship itself goes on" in " ".join(said.split())
    assert "no end of the relationship is known" not in said
    told = office("report", "--certificate", kept["order_id"], "--format", "json").values
    assert told["withdrawn"] is True
    Draft202012Validator(SCHEMA).validate(told)


def test_every_answer_of_the_vendors_has_words(office: Office) -> None:
    known = catalogue("nl")
    verified = [
        one["order_id"]
        for one in office("queue", "list", "--all", "--format", "json").values
        if one["state"] == "verified"
    ]
    receipts = [office("queue", "show", one, "--format", "json").values["receipt"] for one in verified[:40]]
    assert {"effect", "status"} <= {name for one in receipts for name in one}
    assert {name for one in receipts for name in one} <= set(known["receipt"])
    assert {one["effect"] for one in receipts if one} <= set(known["answered"])


def test_a_program_is_told_the_receipt_in_codes(office: Office) -> None:
    order = _verified(office, "minimise")["order_id"]
    told = office("report", "--certificate", order, "--format", "json").values["receipt"]
    assert "effect done" in told
    assert "status 200" in told
