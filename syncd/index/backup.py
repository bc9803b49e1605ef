"""Copies of the index: made while it is in use, looked through, named with the day on which they go.

A copy holds what the index holds, sealed with the index key, and no key. It is put back only when it is whole,
ours and not newer than this program.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from syncd.index import ledger, migrate, orders
from syncd.index.engine import copy_to_file, engine_of
from syncd.index.files import PRIVATE, give_to_owner, on_disk
from syncd.index.keyring import retired
from syncd.index.rotate import reseal
from syncd.index.seal import KeyFaultError, Keys
from syncd.index.store import (
    FILE,
    KEY_CHECK,
    TOMBSTONE_CHECK,
    Index,
    IndexFaultError,
    remember,
    remembered,
    require_sound,
)
from syncd.index.tables import ledger as rows
from syncd.index.tables import records

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection


FOLDER = "backups"
_EXPIRES = "-expires-"
REPLACED = "replaced"
"""Where an index that was put back remembers that it was, until the next run has dealt with it."""


@dataclass(frozen=True)
class Backup:
    """A copy: where, until when it is kept, and what it holds."""

    path: Path
    expires: date
    records: int
    ledger_rows: int
    ledger_head: str


def make(index: Index, folder: Path, at: datetime, expires: date) -> Backup:
    """Copy the index into a folder and look through the copy. Raises `IndexFaultError`; then nothing is left."""
    path = folder / f"index-{at:%Y%m%dT%H%M%SZ}{_EXPIRES}{expires}.sqlite"
    try:
        private_folder(folder)
        copy_file(index, path)
    except OSError as error:
        raise IndexFaultError(f"{folder}: no copy was made ({error.strerror})") from None
    copy = _looked_at(path, index.keys)
    try:
        with copy.begin() as connection:
            number, head = ledger.head(connection)
            count = connection.execute(select(func.count()).select_from(records)).scalar_one()
    finally:
        copy.close()
    return Backup(path, expires, int(count), number, head)


def private_folder(folder: Path) -> None:
    """Make a folder for its owner alone, where there is none. Raises `OSError`."""
    if folder.is_dir():
        return
    folder.mkdir(mode=0o700, parents=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    give_to_owner(descriptor, folder.parent)
    os.close(descriptor)


def copy_file(index: Index, path: Path) -> None:
    """Copy the index into a file of its own, whole or not at all. Raises `OSError`, `IndexFaultError`."""
    try:
        copy_to_file(index.engine, path)
    except sqlite3.Error as error:
        raise IndexFaultError(f"{path.parent}: no copy was made ({error})") from None


def expiry_of(path: Path) -> date | None:
    """Give the day after which a copy, or a key kept for copies, is removed, as its name says; else None."""
    _before, found, day = path.stem.replace("-until-", _EXPIRES).partition(_EXPIRES)
    try:
        return date.fromisoformat(day) if found else None
    except ValueError:
        return None


def standing(state_dir: Path) -> list[Path]:
    """Give the copies in the state directory that have not expired by name."""
    return sorted(one for one in (state_dir / FOLDER).glob("*.sqlite") if expiry_of(one))


# --- putting one back -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Restored:
    """What came of putting a copy back. `kept` is the index that it replaced, None where that was damaged."""

    ledger_rows: int
    carried_over: int
    kept: Backup | None


def restore(
    state_dir: Path,
    file: Path,
    keys: Keys,
    at: datetime,
    expires: date,
) -> Restored:
    """Put a copy in the place of the index. Nothing is changed before the copy was found to be good.

    The ledger is not rewound where the index that is replaced can still be read and goes on from the copy.
    Raises `IndexFaultError`, `KeyFaultError`, `syncd.index.migrate.SchemaError`, `OSError`.
    """
    beside = state_dir / "restore.part"
    try:
        _copy_bytes(file, beside)
        copy = _looked_at(beside, keys, named=file, others=retired(state_dir))
        try:
            now = _present(state_dir, keys)
            kept, carried = None, 0
            if now is not None:
                kept = make(now, state_dir / FOLDER, at, expires)
                carried = _carry_over(now, copy)
            with copy.begin() as connection:
                remember(connection, REPLACED, at.isoformat(timespec="seconds"))
                number, _head = ledger.head(connection)
            _put_in_place(state_dir, copy, now, at, expires)
        finally:
            copy.close()
    finally:
        for one in state_dir.glob("restore.part*"):
            one.unlink()
    return Restored(number, carried, kept)


def _copy_bytes(file: Path, beside: Path) -> None:
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
    with os.fdopen(descriptor, "wb") as target, file.open("rb") as source:
        give_to_owner(target.fileno(), beside.parent)
        shutil.copyfileobj(source, target)


def _looked_at(
    path: Path,
    keys: Keys,
    *,
    named: Path | None = None,
    others: dict[str, bytes] | None = None,
) -> Index:
    """Open a copy after finding that it is whole, ours and not newer; seal it with the present index key."""
    name = named or path
    copy = Index(engine_of(path, write_ahead=False), keys, None)
    try:
        try:
            require_sound(copy)
            migrate.upgrade(copy.engine)
            with copy.begin() as connection:
                _require_ours(connection, keys, others or {})
                _require_unbroken(connection, name)
        except _AlteredError:
            raise
        except IndexFaultError:
            raise IndexFaultError(
                f"{name}: is damaged, or no copy of an index; nothing was changed"
            ) from None
        except migrate.SchemaError as error:
            raise migrate.SchemaError(f"{name}: {error}; nothing was changed") from None
        except KeyFaultError as error:
            raise KeyFaultError(f"{name}: {error}; nothing was changed") from None
    except BaseException:
        copy.close()
        raise
    return copy


class _AlteredError(IndexFaultError):
    """A copy whose ledger does not hold together."""


def _require_unbroken(connection: Connection, name: Path) -> None:
    broken = ledger.first_broken(connection)
    if broken is not None:
        raise _AlteredError(f"{name}: its ledger was altered in row {broken}; nothing was changed")


def _require_ours(
    connection: Connection,
    keys: Keys,
    others: dict[str, bytes],
) -> None:
    if remembered(connection, TOMBSTONE_CHECK) != keys.tombstone_digest("syncd"):
        raise KeyFaultError("was made with another tombstone key")
    sealed = remembered(connection, KEY_CHECK) or ""
    if keys.opens(sealed, KEY_CHECK):
        return
    for key in others.values():
        former = Keys(key, keys.tombstone)
        if former.opens(sealed, KEY_CHECK):
            reseal(connection, former, keys)
            remember(connection, KEY_CHECK, keys.seal(b"syncd", KEY_CHECK).hex())
            return
    raise KeyFaultError(
        "was made with another index key: put that one into keys/ as index-until-YEAR-MONTH-DAY.key, "
        "and it is sealed anew"
    )


def _present(state_dir: Path, keys: Keys) -> Index | None:
    """Open the index that is there now; None where it is away, damaged or of another version."""
    if not (state_dir / FILE).is_file():
        return None
    index = Index(engine_of(state_dir / FILE), keys, state_dir)
    try:
        require_sound(index)
        with index.begin() as connection:
            whole = ledger.first_broken(connection) is None
            ours = keys.opens(remembered(connection, KEY_CHECK) or "", KEY_CHECK)
    except IndexFaultError:
        whole = ours = False
    if whole and ours and migrate.is_current(index.engine):
        return index
    index.close()
    return None


def _carry_over(now: Index, copy: Index) -> int:
    """Let the ledger of the present index go on in the copy, if it goes on from it."""
    with copy.begin() as target, now.begin() as source:
        number, head = ledger.head(target)
        same = number == 0 or source.execute(select(rows.c.hash).where(rows.c.seq == number)).scalar() == head
        later = (
            list(source.execute(select(rows).where(rows.c.seq > number).order_by(rows.c.seq))) if same else []
        )
        if later:
            target.execute(insert(rows), [dict(row._mapping) for row in later])  # noqa: SLF001 - documented
        highest = max(orders.next_number(source), orders.next_number(target)) - 1
        remember(target, orders.NUMBERED_FROM, str(highest))
    return len(later)


def _put_in_place(state_dir: Path, copy: Index, now: Index | None, at: datetime, expires: date) -> None:
    place = state_dir / FILE
    if now is not None:
        now.take_over(copy)
        now.close()
        return
    aside = state_dir / FOLDER / f"damaged-{at:%Y%m%dT%H%M%SZ}{_EXPIRES}{expires}.sqlite"
    if place.is_file():
        private_folder(aside.parent)
        place.replace(aside)
    for tail in ("-wal", "-shm"):
        place.with_name(f"{FILE}{tail}").unlink(missing_ok=True)
    copy.close()
    (state_dir / "restore.part").replace(place)
    on_disk(state_dir)
