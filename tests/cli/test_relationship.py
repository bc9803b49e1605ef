"""Ends for many at once: the file is taken whole or not at all, and silence is only ever proposed."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from syncd.identity import normalise
from syncd.index.reading import all_records
from syncd.index.store import open_index
from syncd.model import Identifier, IdentifierKind

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Office
    from tests.cli.kit import Said

END = "2026-01-31"


def _running(office: Office) -> list[dict[str, Any]]:
    return [
        one
        for one in office("contact", "list", "--decision", "keep", "--format", "json").values
        if one["roles"] and set(one["roles"].values()) == {None} and not one["erase_on"]
    ]


def _import(office: Office, tmp_path: Path, text: str, *options: str) -> Said:
    file = tmp_path / "ends.csv"
    file.write_text(text, encoding="utf-8")
    return office("relationship", "import", str(file), *options)


def _ends(office: Office) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in office("ledger", "export").out.splitlines()]
    return [one["payload"] for one in rows if one["kind"] == "relationship.ended"]


def _roles(office: Office, subject: str) -> dict[str, str | None]:
    roles: dict[str, str | None] = office("contact", "show", subject, "--format", "json").values["roles"]
    return roles


def test_a_contact_person_who_left_goes_and_the_customer_stays(office: Office) -> None:
    person, customer = next(
        (one["subject"], match[1])
        for one in office("contact", "list", "--decision", "keep", "--format", "json").values
        if one["kind"] == "person" and not one["roles"]
        if (match := re.search(r"belongs to (S-\d+)", office("contact", "show", one["subject"]).out))
    )
    assert office("relationship", "end", person, "--on", END, "--by", "Anna").code == 0
    shown = office("contact", "show", person, "--format", "json").values
    assert (shown["decision"], shown["erase_on"], shown["roles"]) == ("erase", "2026-02-28", {})
    assert office("contact", "show", customer, "--format", "json").values["decision"] == "keep"
    assert office("relationship", "resume", person, "--on", END, "--by", "Anna").code == 0
    assert office("contact", "show", person, "--format", "json").values["decision"] == "keep"


def test_each_line_becomes_a_statement_of_one_person(office: Office, tmp_path: Path) -> None:
    one, other = _running(office)[:2]
    record = other["records"][0]
    reference = f"{record['account']}:{record['kind']}:{record['key']}"
    text = f"subject;reference;ended_on\n{one['subject'].lower()};;{END}\n;{reference};01-02-2026\n"
    said = _import(office, tmp_path, text, "--by", "Anna")
    assert said.code == 0, said.err
    assert "2 ends recorded" in said.out
    assert set(_roles(office, one["subject"]).values()) == {END}
    assert set(_roles(office, other["subject"]).values()) == {"2026-02-01"}
    assert [(f"S-{row['subject']}", row["on"]) for row in _ends(office)] == [
        (one["subject"], END),
        (other["subject"], "2026-02-01"),
    ]
    assert "[Anna]" in office("contact", "show", one["subject"], "--names").out


def test_an_identifier_is_found_in_another_spelling(office: Office, tmp_path: Path) -> None:
    contacts = office.simulation.world.books.contacts
    spelled = [normalise(Identifier(IdentifierKind.KVK, each.chamber_of_commerce)) for each in contacts]
    number = next(each for each, times in Counter(spelled).items() if each and times == 1)
    said = _import(office, tmp_path, f"kvk,ended_on\nKVK {number},{END}\n", "--dry-run")
    assert said.code == 0, said.err
    assert "1 ends would be recorded" in said.out
    assert _ends(office) == []


def test_every_problem_is_told_with_its_line_and_then_nothing_is_recorded(
    office: Office, tmp_path: Path
) -> None:
    subject = _running(office)[0]["subject"]
    lines = [
        "subject,email,ended_on,role",
        f"{subject},,{END},",  # good by itself
        f"{subject},,2026-02-01,",
        ",nobody@nowhere.example,2026-01-31,",
        ",no address,2026-01-31,",
        f"{subject},a@b.example,2026-01-31,",
        f"{subject},,31/01/2026,boss",
        "S-99999,,,",
        f"{subject},,1970-01-01,",
    ]
    said = _import(office, tmp_path, "\n".join(lines) + "\n")
    assert said.code == 2
    assert [line.split("ends.csv: ", 1)[-1] for line in said.complaints] == [
        f"line 3: {subject} is on line 2 already",
        "line 4: email matches no subject",
        "line 5: email cannot be what it says it is; check it for a slip of the pen",
        "line 6: fill in exactly one of subject, reference, customer_number, kvk, vat, email",
        "line 7: ended_on is no day: write it as 2026-10-31 or 31-10-2026",
        "line 7: role is unknown: choose one of customer, supplier, prospect, subscriber",
        "line 8: subject matches no subject",
        "line 8: ended_on is empty: give the day, or remove the line",
        "line 9: ended_on looks like an empty field that was exported as a date",
        "syncd: nothing was imported",
    ]
    assert "nowhere" not in said.err
    assert _ends(office) == []
    assert set(_roles(office, subject).values()) == {None}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "ended_on is missing"),
        ("subject,ended_on\n", "no lines below its head"),
        ("subject,ended_on,wat\n", "line 1: unknown column 'wat'"),
        ("name,ended_on\n", "no column names the subject"),
        ("subject,subject,ended_on\n", "column subject is there twice"),
        ("subject,ended_on\nS-1,2026-01-01,x\n", "line 2: has more cells"),
        ('subject,ended_on\n"S-1,2026-01-01\n', "is no CSV"),
    ],
)
def test_a_file_that_is_none_says_so(office: Office, tmp_path: Path, text: str, complaint: str) -> None:
    said = _import(office, tmp_path, text)
    assert said.code == 2
    assert complaint in said.err
    assert _ends(office) == []


def test_an_identifier_of_several_subjects_is_not_guessed(office: Office, tmp_path: Path) -> None:
    holders: dict[str, set[int | None]] = {}
    index = open_index(office.folder / "state", {})
    with index.begin() as connection:
        for stored in all_records(connection, index.keys):
            for each in stored.record.identifiers:
                if each.kind is IdentifierKind.EMAIL and (address := normalise(each)):
                    holders.setdefault(address, set()).add(stored.subject)
    index.close()
    shared = next(address for address, found in holders.items() if len(found) > 1)
    said = _import(office, tmp_path, f"email,ended_on\n{shared},{END}\n")
    assert said.code == 2
    numbers = ", ".join(f"S-{one}" for one in sorted(filter(None, holders[shared])))
    assert f"line 2: email matches {len(holders[shared])} subjects ({numbers})" in said.err
    assert shared not in said.err


def test_silence_is_proposed_filled_in_and_imported(office: Office, tmp_path: Path) -> None:
    before = office("contact", "list", "--format", "json").values
    said = office("relationship", "propose", "--silent", "1m", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(said.out)))
    assert rows
    assert office("contact", "list", "--format", "json").values == before
    running = {one["subject"] for one in before if not one["roles"] or None in one["roles"].values()}
    assert {one["subject"] for one in rows} <= running
    assert _import(office, tmp_path, said.out).code == 2, "nothing is filled in yet"
    filled = said.out.splitlines()[:2]
    assert _import(office, tmp_path, f"{filled[0]}\n{filled[1]}{END}\n").code == 0
    assert set(_roles(office, rows[0]["subject"]).values()) == {END}
    left = office("relationship", "propose", "--silent", "1m", "--format", "json").values
    assert {one["subject"] for one in left} == {one["subject"] for one in rows[1:]}


def test_the_longer_the_silence_asked_for_the_fewer_are_listed(office: Office) -> None:
    def listed(period: str) -> set[str]:
        values = office("relationship", "propose", "--silent", period, "--format", "json").values
        assert all(one["name"] is None for one in values)
        return {one["subject"] for one in values}

    assert listed("2y") == listed("24m") < listed("1m")
    assert listed("999y") == set()
    assert "silent since" in office("relationship", "propose", "--silent", "1m").out
    named = office("relationship", "propose", "--silent", "1m", "--format", "json", "--names").values
    assert any(one["name"] for one in named)


@pytest.mark.parametrize("period", ["24", "0m", "m", "24 months", "-1y"])
def test_a_period_that_is_none_says_what_one_looks_like(office: Office, period: str) -> None:
    said = office("relationship", "propose", f"--silent={period}")
    assert said.code == 2
    assert "such as 24m" in said.err
