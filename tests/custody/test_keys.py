"""Replacing the index key: all or nothing, whatever interrupts it, and no process goes on with the old one."""

from __future__ import annotations

import base64
import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import LargeBinary

from syncd.index import accounts as stored_accounts
from syncd.index import ledger, reading
from syncd.index.between import metadata
from syncd.index.keyring import make_next
from syncd.index.rotate import SEALED, rotate
from syncd.index.seal import KEY_BYTES, KeyFaultError
from tests.index.kit import AT, PLANTED, a_record, known, opened, pulled

if TYPE_CHECKING:
    from pathlib import Path

    from syncd.index.store import Index


def _filled(folder: Path) -> None:
    with opened(folder) as index:
        pulled(index, *(a_record(str(number)) for number in range(60)))
        with index.begin() as connection:
            stored_accounts.save_account(
                index, connection, "crm", "podio", identity="7", at=AT.isoformat(), complete=True, contacts=1,
                documents=0, cursor="c-1",
            )  # fmt: skip


def _rotated(index: Index, folder: Path) -> int:
    return rotate(index, folder, {}, AT)


def _whole(folder: Path) -> bytes:
    """Open everything that is sealed; gives the key that does."""
    with opened(folder) as index:
        found = known(index)
        assert len(found) == 60
        assert {each.value for one in found.values() for each in one.record.identifiers} == set(PLANTED)
        with index.begin() as connection:
            assert stored_accounts.account_cursor(index, connection, "crm") == "c-1"
            assert reading.count_present(connection, "crm") == 60
            assert ledger.first_broken(connection) is None
        return index.keys.index


def test_every_sealed_column_is_known_to_the_rotation() -> None:
    sealed = {
        column
        for table in metadata.tables.values()
        for column in table.c
        if isinstance(column.type, LargeBinary) and column.type.length is None
    }
    assert sealed == set(SEALED)


def test_a_new_key_opens_everything_and_the_old_one_nothing(tmp_path: Path) -> None:
    _filled(tmp_path)
    old = _whole(tmp_path)
    tombstone = (tmp_path / "keys" / "tombstone.key").read_bytes()
    with opened(tmp_path) as index:
        assert _rotated(index, tmp_path) == 61
    assert _whole(tmp_path) != old
    assert (tmp_path / "keys" / "tombstone.key").read_bytes() == tombstone
    assert sorted(one.name for one in (tmp_path / "keys").iterdir()) == ["index.key", "tombstone.key"]
    with pytest.raises(KeyFaultError), opened(tmp_path, {"SYNCD_INDEX_KEY": base64.b64encode(old).decode()}):
        pass


def test_a_process_that_has_the_old_key_in_memory_writes_nothing_any_more(tmp_path: Path) -> None:
    _filled(tmp_path)
    with opened(tmp_path) as sleeper:
        with opened(tmp_path) as index:
            _rotated(index, tmp_path)
        with pytest.raises(KeyFaultError, match="start this command again"):
            pulled(sleeper, a_record("61"))
    _whole(tmp_path)


_DIE = """
import os, signal, sys
from pathlib import Path
from syncd.index import files, keyring, rotate, store
from tests.index.kit import AT, opened

folder, step = Path(sys.argv[1]), sys.argv[2]

def die(*_some, **_named):
    os.kill(os.getpid(), signal.SIGKILL)

with opened(folder) as index:
    if step == "before the first row":
        rotate.reseal = die
    elif step == "before the commit":
        rotate.remember = die
    elif step == "after the commit":
        index.rekey = die
    elif step == "before the key is in its place":
        rotate.adopt_next = die
    rotate.rotate(index, folder, {}, AT)
"""


@pytest.mark.parametrize(
    ("step", "done"),
    [
        ("before the first row", False),
        ("before the commit", False),
        ("after the commit", True),
        ("before the key is in its place", True),
    ],
)
def test_a_rotation_that_is_killed_is_done_or_not_begun_and_can_be_run_again(
    tmp_path: Path, step: str, done: bool
) -> None:
    _filled(tmp_path)
    old = _whole(tmp_path)
    killed = subprocess.run([sys.executable, "-c", _DIE, str(tmp_path), step], check=False)  # noqa: S603 - our own program
    assert killed.returncode == -signal.SIGKILL
    assert (_whole(tmp_path) != old) is done
    with opened(tmp_path) as index:
        _rotated(index, tmp_path)
    assert _whole(tmp_path) != old
    assert not (tmp_path / "keys" / "next-index.key").exists()


def test_a_key_that_was_made_and_never_used_is_the_next_one(tmp_path: Path) -> None:
    _filled(tmp_path)
    old = _whole(tmp_path)
    made = make_next(tmp_path)
    assert _whole(tmp_path) == old
    with opened(tmp_path) as index:
        _rotated(index, tmp_path)
    assert _whole(tmp_path) == made


def test_keys_from_the_environment_are_replaced_by_one_from_there(tmp_path: Path) -> None:
    first, second = (base64.b64encode(os.urandom(KEY_BYTES)).decode() for _ in range(2))
    with opened(tmp_path, {"SYNCD_INDEX_KEY": first}) as index:
        pulled(index, a_record("1"))
        environment = {"SYNCD_INDEX_KEY": first, "SYNCD_NEXT_INDEX_KEY": second}
        rotate(index, tmp_path, environment, AT)
    with opened(tmp_path, {"SYNCD_INDEX_KEY": second}) as index:
        assert len(known(index)) == 1
    assert not (tmp_path / "keys" / "index.key").exists()


@pytest.mark.parametrize("name", ["index", "tombstone"])
def test_a_key_that_everybody_can_read_is_refused(tmp_path: Path, name: str) -> None:
    _filled(tmp_path)
    (tmp_path / "keys" / f"{name}.key").chmod(0o604)
    with (
        pytest.raises(
            KeyFaultError, match=re.escape(f"{name}.key: open to everybody on this host (mode 0604)")
        ),
        opened(tmp_path),
    ):
        pass
