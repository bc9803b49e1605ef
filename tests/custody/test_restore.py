"""Backups: what they hold, when they are refused, and that nobody who was erased comes back with one."""

from __future__ import annotations

import re
import shutil
import sqlite3
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from syncd.index.store import FILE

if TYPE_CHECKING:
    from tests.cli.conftest import Office


def _copy_of(office: Office) -> Path:
    return next((office.folder / "state" / "backups").glob("index-*-expires-*.sqlite"))


def _ask(office: Office, question: str) -> list[Any]:
    with sqlite3.connect(office.folder / "state" / FILE) as connection:
        found = connection.execute(question).fetchall()
    connection.close()
    return found


def _erased(office: Office) -> set[str]:
    return {ref for (ref,) in _ask(office, "SELECT ref FROM records WHERE state = 'erased'")}


def _rows(office: Office, kind: str) -> int:
    return int(_ask(office, f"SELECT count(*) FROM ledger WHERE kind = '{kind}'")[0][0])  # noqa: S608 - our own text


def test_a_copy_says_what_it_holds_and_when_it_goes_and_only_its_owner_reads_it(office: Office) -> None:
    said = office("db", "backup", "--to", str(office.folder / "elsewhere"))
    assert said.code == 0
    path = Path(said.out.splitlines()[0])
    assert path.parent == office.folder / "elsewhere"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    day = re.search(r"-expires-(\d{4}-\d{2}-\d{2})\.sqlite$", path.name)
    assert day is not None
    assert f"expires on {day[1]}" in said.out
    assert "keys/index.key" in said.out
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_after_a_restore_who_was_erased_is_erased_again_and_nothing_is_sent_before_a_word(
    office: Office,
) -> None:
    before, rows = _erased(office), _ask(office, "SELECT seq, hash FROM ledger ORDER BY seq")
    highest = _ask(office, "SELECT max(id) FROM orders")[0][0]
    assert before
    said = office("db", "restore", str(_copy_of(office)), "--yes")
    assert said.code == 0, said.err
    assert _erased(office) == set()
    assert _ask(office, "SELECT seq, hash FROM ledger ORDER BY seq")[: len(rows)] == rows, (
        "the ledger was rewound"
    )
    writes = office.writes()
    done = office("run-once", "--execute", "--format", "json")
    assert _erased(office) == before
    assert office.writes() == writes
    unseen = "state = 'verified' AND action = 'erase' AND look_again_on IS NULL"
    assert _ask(office, f"SELECT count(*) FROM orders WHERE {unseen}") == [(0,)]  # noqa: S608 - our own text
    assert [one["code"] for one in done.values["attention"]].count("restored") == 1
    assert _rows(office, "index.restored") == 1
    assert office("ledger", "verify").code == 0
    new = _ask(office, f"SELECT count(*) FROM orders WHERE id > '{highest}' AND born_on IS NULL")  # noqa: S608
    assert new == [(0,)]
    assert "may be sent again" in office("db", "restore", "--go-on").out
    again = office("run-once", "--execute", "--format", "json")
    assert "restored" not in [one["code"] for one in again.values["attention"]]
    assert _rows(office, "index.restore_confirmed") == 1
    assert not [
        one for one in _ask(office, "SELECT doubts FROM records WHERE state='erased'") if "vanished" in one[0]
    ]


def test_a_copy_that_somebody_puts_back_by_hand_is_noticed_as_well(office: Office) -> None:
    before = _erased(office)
    for tail in ("-wal", "-shm"):
        (office.folder / "state" / f"{FILE}{tail}").unlink(missing_ok=True)
    shutil.copy(_copy_of(office), office.folder / "state" / FILE)
    done = office("run-once", "--format", "json")
    assert "restored" in [one["code"] for one in done.values["attention"]]
    assert _erased(office) == before
    assert office("ledger", "verify").code == 0


def test_a_lost_index_is_replaced_and_the_damaged_one_is_kept_aside(office: Office) -> None:
    before, place = _erased(office), office.folder / "state" / FILE
    place.write_bytes(b"no database" * 1000)
    said = office("run-once", "--execute")
    assert said.code == 1
    assert "syncd db restore FILE" in said.err
    assert office("db", "restore", str(_copy_of(office)), "--yes").code == 0
    assert office("run-once").code == 0
    assert _erased(office) == before
    assert list((office.folder / "state" / "backups").glob("damaged-*-expires-*.sqlite"))


@pytest.mark.parametrize("what", ["garbage", "flipped", "ledger", "newer", "missing"])
def test_a_copy_that_is_not_good_changes_nothing(office: Office, tmp_path: Path, what: str) -> None:
    copy = tmp_path / "copy.sqlite"
    if what != "missing":
        shutil.copy(_copy_of(office), copy)
    if what == "garbage":
        copy.write_bytes(b"garbage" * 500)
    if what == "flipped":
        content = bytearray(copy.read_bytes())
        for place in range(8192, len(content), 4096):
            content[place : place + 64] = bytes(64)
        copy.write_bytes(content)
    change = {
        "ledger": "UPDATE ledger SET kind = 'order.verified' WHERE seq = 2",
        "newer": "UPDATE alembic_version SET version_num = '9999'",
    }.get(what)
    if change:
        with sqlite3.connect(copy) as connection:
            connection.execute(change)
        connection.close()
    rows = _ask(office, "SELECT count(*), max(hash) FROM ledger")
    said = office("db", "restore", str(copy), "--yes")
    assert said.code in {1, 2}
    assert len(said.complaints) == 1
    assert str(copy) in said.err
    assert "Traceback" not in said.err
    assert _ask(office, "SELECT count(*), max(hash) FROM ledger") == rows
    assert not list((office.folder / "state").glob("restore.part*"))


def test_a_copy_from_before_the_key_was_replaced_can_still_be_put_back(office: Office) -> None:
    said = office("key", "rotate")
    assert said.code == 0, said.err
    assert list((office.folder / "state" / "keys").glob("index-until-*.key"))
    assert office("db", "restore", str(_copy_of(office)), "--yes").code == 0
    assert office("run-once").code == 0
    assert office("contact", "list").code == 0


def test_tombstones_that_were_altered_stop_the_run_and_name_the_line(office: Office) -> None:
    path = office.folder / "state" / "tombstones.jsonl"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], *lines[2:]]) + "\n")
    writes = office.writes()
    said = office("run-once", "--execute")
    assert said.code == 1
    assert "tombstones.jsonl, line 2: altered" in said.err
    assert office.writes() == writes


def test_lost_tombstones_are_written_again_from_the_index_and_half_a_line_is_no_line(office: Office) -> None:
    path = office.folder / "state" / "tombstones.jsonl"
    before = set(path.read_text().splitlines())
    path.write_bytes(path.read_bytes() + b'{"digest": "half')
    assert office("run-once").code == 0
    path.unlink()
    assert office("run-once").code == 0
    assert len(path.read_text().splitlines()) == len(before)
