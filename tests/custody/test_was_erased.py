"""Who asks "have you deleted me?" gets an answer, in any spelling, and is not kept for it."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING
from unittest import mock

from syncd import cli
from syncd.index import reading
from syncd.index.store import FILE, open_index
from syncd.model import IdentifierKind
from syncd.service import clock
from tests.cli.kit import syncd

if TYPE_CHECKING:
    import pytest

    from tests.cli.conftest import Office


def _identifiers(office: Office, kind: IdentifierKind) -> list[str]:
    """Give what erased records were known by, from the copy that was made before they were erased."""
    folder = office.folder / "before"
    (folder / "keys").mkdir(parents=True, mode=0o700)
    copy = next((office.folder / "state" / "backups").glob("index-*.sqlite"))
    (folder / FILE).write_bytes(copy.read_bytes())
    for key in (office.folder / "state" / "keys").glob("*.key"):
        made = folder / "keys" / key.name
        made.touch(0o600)
        made.write_bytes(key.read_bytes())
    before, now = open_index(folder, {}), open_index(office.folder / "state", {})
    with before.begin() as then, now.begin() as connection:
        erased = {one.ref for one in reading.all_records(connection, now.keys) if one.state == "erased"}
        records = [one.record for one in reading.all_records(then, before.keys) if one.ref in erased]
    before.close()
    now.close()
    return [each.value for one in records for each in one.identifiers if each.kind is kind]


def test_a_person_who_was_erased_is_found_in_another_spelling_and_a_stranger_is_not(office: Office) -> None:
    address = _identifiers(office, IdentifierKind.EMAIL)[0]
    asked = f"\n  {address.upper()} \nnobody@elsewhere.example\n-\n"
    said = office("contact", "was-erased", "--format", "json", stdin=asked)
    assert said.code == 0
    yes, no, nothing = said.values
    assert (yes["line"], yes["erased"], yes["read_as"][0]) == (2, True, "email")
    first = yes["erasures"][0]
    assert first["erased_on"] == clock.today().isoformat()
    assert first["account"] in office.simulation.sandboxes
    assert first["found_by"] == ["email"]
    assert first["rule"]
    assert first["order_id"].startswith("O-")
    assert (no["line"], no["erased"], no["erasures"], no["still_here"]) == (3, False, [], [])
    assert (nothing["line"], nothing["erased"]) == (4, False)
    text = office("contact", "was-erased", stdin=asked)
    assert text.code == 0
    assert text.out.startswith("line 2: yes, erased\n")
    assert "line 3: no erasure is known" in text.out
    for written in (said.out, said.err, text.out, text.err):
        assert address.casefold() not in written.casefold()
        assert "nobody@" not in written


def test_the_vendors_time_to_bring_it_back_is_told_until_it_is_over(office: Office) -> None:
    addresses = "\n".join(_identifiers(office, IdentifierKind.EMAIL))
    found = office("contact", "was-erased", "--format", "json", stdin=addresses).values
    erasures = [each for one in found for each in one["erasures"]]
    dated = [each for each in erasures if each["recoverable_until"]]
    assert dated
    for each in dated:
        assert each["recoverable_until"] == max(one["until"] for one in each["residue"] if one["until"])
        assert each["recoverable_until"] > each["erased_on"]
    text = office("contact", "was-erased", stdin=addresses).out
    assert f"recoverable at the vendor until {dated[0]['recoverable_until']}, then gone" in text


def test_somebody_who_is_here_is_not_told_that_nothing_is_left(office: Office) -> None:
    subjects = office("contact", "list", "--format", "json").values
    index = open_index(office.folder / "state", {})
    with index.begin() as connection:
        here = [one for one in reading.all_records(connection, index.keys) if one.present]
    index.close()
    address = next(
        each.value for one in here for each in one.record.identifiers if each.kind is IdentifierKind.EMAIL
    )
    (told,) = office("contact", "was-erased", "--format", "json", stdin=address).values
    assert told["still_here"]
    assert set(told["still_here"]) <= {one["subject"] for one in subjects}
    assert "still here now: S-" in office("contact", "was-erased", stdin=address).out


def test_tombstones_that_only_the_file_beside_the_index_has_are_answered_from_too(office: Office) -> None:
    address = _identifiers(office, IdentifierKind.EMAIL)[0]
    copy = next((office.folder / "state" / "backups").glob("index-*.sqlite"))
    assert office("db", "restore", str(copy), "--yes").code == 0
    (told,) = office("contact", "was-erased", "--format", "json", stdin=address).values
    assert told["erased"]


def test_nothing_to_look_for_and_what_is_no_text_are_said_in_one_line(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    said = office("contact", "was-erased", stdin=" \n\n")
    assert said.code == 2
    assert "nothing to look for" in said.err
    binary = io.TextIOWrapper(io.BytesIO(b"j\xe9r\xf4me@example.nl\n"), encoding="utf-8")
    config = str(office.folder / "syncd.toml")
    with mock.patch.object(sys, "stdin", binary):
        assert cli.run_command(["contact", "was-erased", "--config", config]) == 2
    complaint = capsys.readouterr().err
    assert "not UTF-8" in complaint
    assert "example.nl" not in complaint
    assert syncd("contact", "was-erased", "--format", "xml").code == 2
