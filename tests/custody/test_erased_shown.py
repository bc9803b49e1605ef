"""Whoever was erased is shown as erased: when, and by which orders; nobody is who went some other way."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

from syncd.index.store import FILE

if TYPE_CHECKING:
    from tests.cli.conftest import Office

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs/schemas/contact-show.json").read_text(encoding="utf-8")
)


def _done(office: Office) -> dict[str, list[dict[str, Any]]]:
    """Map subjects to the verified orders about them, as the queue tells them."""
    found = defaultdict(list)
    for one in office("queue", "list", "--all", "--format", "json").values:
        if one["state"] == "verified":
            found[one["subject"]].append(one)
    return found


def _there(office: Office) -> set[str]:
    return {one["subject"] for one in office("contact", "list", "--format", "json").values}


def _words(text: str) -> str:
    return " ".join(text.split())


def test_somebody_erased_is_shown_as_erased_with_the_day_and_every_order(office: Office) -> None:
    done, there = _done(office), _there(office)
    subject = next(one for one in done if one not in there and len(done[one]) > 1)
    erased = [one for one in done[subject] if one["action"] == "erase"]
    text = _words(office("contact", "show", subject).out)
    assert "Erased: nothing of it is left in any account" in text
    assert "Decision" not in text
    told = office("contact", "show", subject, "--format", "json").values
    Draft202012Validator(SCHEMA).validate(told)
    assert {one["order_id"] for one in told["done"]} == {one["order_id"] for one in done[subject]}
    days = {one["order_id"]: one["verified_on"] for one in told["done"]}
    for one in erased:
        order, record = one["order_id"], f"{one['account']}:{one['kind']}:{one['key']}"
        proven = office("report", "--certificate", order, "--format", "json").values["verified_on"]
        assert days[order] == proven
        assert f"erased on {proven} by order {order}: {record}" in text
    proof = text.partition("proof: syncd report --certificate ")[2].split()[0]
    assert office("report", "--certificate", proof).code == 0


def test_who_is_held_is_not_called_erased_though_a_part_was(office: Office) -> None:
    done, there = _done(office), _there(office)
    subject = next(
        one for one in done if one in there and "minimise" in {each["action"] for each in done[one]}
    )
    text = _words(office("contact", "show", subject).out)
    assert "nothing of it is left" not in text
    assert "Decision: " in text
    for one in done[subject]:
        did = {"erase": "erased", "minimise": "minimised", "archive": "archived"}[one["action"]]
        assert f"by order {one['order_id']}" in text.partition(f"{did} on ")[2]


def test_what_went_without_an_order_is_gone_and_not_erased_by_syncd(office: Office) -> None:
    done, there = _done(office), _there(office)
    subject = next(one for one in done if one not in there)
    with sqlite3.connect(office.folder / "state" / FILE) as connection:
        connection.execute(
            "UPDATE orders SET state = 'superseded', code = 'gone_before_us' WHERE subject = ?",
            (int(subject.removeprefix("S-")),),
        )
    connection.close()
    text = _words(office("contact", "show", subject).out)
    assert "Gone: nothing of it is left in any account" in text
    assert "gone without an order of syncd" in text
    assert "rased" not in text
    assert "--certificate" not in text
    assert office("contact", "show", subject, "--format", "json").values["done"] == []


def test_what_hangs_on_a_record_belongs_to_it_and_is_not_the_same(office: Office) -> None:
    hanging = [one for some in _done(office).values() for one in some if one["parent"]]
    for subject in {one["subject"] for one in hanging}:
        text = _words(office("contact", "show", subject).out)
        assert "are the same: parent" not in text
        for one in hanging:
            if one["subject"] == subject:
                parent = text.partition(f"{one['account']}:{one['kind']}:{one['key']} belongs to ")[
                    2
                ].split()[0]
                assert parent.split(":")[::2] == [one["account"], one["parent"]]
