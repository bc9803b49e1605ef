"""An account that is taken out of the configuration: nobody reads it any more, so nobody knows what it shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Office


def _take_out(office: Office, account: str) -> None:
    file = office.folder / "syncd.toml"
    text = file.read_text(encoding="utf-8")
    tables = re.split(r"(?m)^(?=\[)", text)
    left = [one for one in tables if not one.startswith(f"[accounts.{account}")]
    assert len(left) < len(tables)
    file.write_text("".join(left), encoding="utf-8")


def _approved(office: Office) -> None:
    assert office("run-once").code == 0
    assert office("queue", "approve", "--all", "--yes").code == 0
    for account in ("books", "crm", "news"):
        office("queue", "approve", "--brake", account, "--count", "1000")


def test_without_the_account_that_shows_invoices_nothing_is_written_anywhere(own_office: Office) -> None:
    _approved(own_office)
    _take_out(own_office, "books")
    said = own_office("run-once", "--execute", "--format", "json")
    assert (said.code, own_office.writes()) == (1, 0)
    told = [one for one in said.values["attention"] if one["account"] == "books"]
    assert told[0]["code"] == "account_failed"
    assert "[accounts.books]" in told[0]["text"]
    assert said.values["orders"].get("superseded", 0) == 0, "put back, it goes on where it was"
    for command in (("queue", "list"), ("status",), ("report",), ("contact", "list"), ("check",)):
        assert own_office(*command).code == 0, command
    own_office.configure()
    assert own_office("run-once", "--execute").code == 0
    assert own_office.writes() > 0


@pytest.mark.ci
def test_an_account_that_the_company_really_left_is_forgotten_on_a_persons_word(own_office: Office) -> None:
    _approved(own_office)
    known = {
        one["name"]: one["known_records"]
        for one in own_office("run-once", "--format", "json").values["accounts"]
    }
    _take_out(own_office, "news")
    few = own_office("queue", "approve", "--absences", "news", "--count", str(known["news"] - 1))
    assert few.code == 0, few.err
    assert own_office("run-once").code == 1
    own_office("queue", "approve", "--absences", "news", "--count", str(known["news"]))
    said = own_office("run-once", "--execute", "--format", "json")
    assert {one["name"] for one in said.values["accounts"]} == {"books", "crm"}
    assert own_office.writes() > 0
    listed = own_office("contact", "list", "--format", "json").values
    assert not [one for each in listed for one in each["records"] if one["account"] == "news"]
    assert own_office("queue", "approve", "--absences", "news", "--count", "1").code == 2
    own_office.configure()
    again = own_office("run-once", "--format", "json").values
    assert next(one["known_records"] for one in again["accounts"] if one["name"] == "news") > 0
