"""Opening the index, and what it knows about itself."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import DatabaseError, OperationalError

from syncd.index import migrate
from syncd.index.engine import copy_to_file, driver_of, engine_of, in_memory
from syncd.index.files import make_empty
from syncd.index.keyring import adopt_next, load_keys, next_index_key
from syncd.index.seal import KeyFaultError, Keys
from syncd.index.tables import meta
from syncd.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sqlalchemy import Connection, Engine

FILE = "index.sqlite"
KEY_CHECK, TOMBSTONE_CHECK = "key_check", "tombstone_check"
"""Where an index remembers which keys it was made with."""


class IndexFaultError(Exception):
    """The index cannot be used; the text says why and what to do."""


class Index:
    """The local index: an engine and the keys that open what is sealed in it. Safe to share between threads.

    `folder` holds what is kept beside the index; None for a copy in memory, which leaves no trace there either.
    """

    def __init__(self, engine: Engine, keys: Keys, folder: Path | None) -> None:
        self.engine = engine
        self.keys = keys
        self.folder = folder
        self._sealed_with: str | None = None
        # SQLite has one writer at a time anyway. Waiting here is fair; its own waiting is a lottery.
        self._alone = threading.RLock()

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Give a connection in one transaction, on disk when the block ends.

        Raises `IndexFaultError` when the file is damaged or cannot be written, and `KeyFaultError` when another
        process replaced the index key or the index since it was opened: what is in memory here no longer fits.
        """
        with self._transaction(writing=True) as connection:
            yield connection

    @contextmanager
    def look(self) -> Iterator[Connection]:
        """Give a connection that only reads, at one moment, while somebody else may write.

        Raises as `begin` does.
        """
        with self._transaction(writing=False) as connection:
            yield connection

    @contextmanager
    def _transaction(self, *, writing: bool) -> Iterator[Connection]:
        try:
            with (
                self._alone,
                self.engine.connect().execution_options(writing=writing) as connection,
                connection.begin(),
            ):
                if self._sealed_with not in {None, remembered(connection, KEY_CHECK)}:
                    raise KeyFaultError(
                        "another process replaced the index key or the index: start this command again"
                    )
                yield connection
        except DatabaseError as error:
            # A broken rule of the tables is a fault of ours, not of the file, and has a class of its own.
            if type(error) in {DatabaseError, OperationalError}:
                raise IndexFaultError(f"{self.engine.url.database or 'the index'}: {_fault(error)}") from None
            raise

    def settle(self) -> None:
        """Bring everything into the file itself: what was emptied is then also gone from the log beside it.

        While another process reads an older state of the index, that process or the next run does it.
        """
        if self.folder is not None:
            with self._outside() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def faults(self) -> list[str]:
        """Give what SQLite finds wrong with the file; nothing when it is sound."""
        with self._outside() as cursor:
            found = [str(row[0]) for row in cursor.execute("PRAGMA integrity_check(5)")]
        return [] if found == ["ok"] else found

    @contextmanager
    def _outside(self) -> Iterator[sqlite3.Cursor]:
        """Give the driver's cursor outside of a transaction. Raises `IndexFaultError`."""
        try:
            pooled = self.engine.raw_connection()
            try:
                cursor = driver_of(pooled).cursor()
                yield cursor
                cursor.close()
            finally:
                pooled.close()
        except sqlite3.DatabaseError as error:
            raise IndexFaultError(f"{self.engine.url.database}: {_driver_fault(error)}") from None

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def scratch(self) -> Index:
        """Copy the index into memory: for runs that must leave no trace (another day, a dry run)."""
        copy = in_memory()
        target = copy.raw_connection()
        try:
            self.copy_into(driver_of(target))
        finally:
            target.close()
        return Index(copy, self.keys, None)

    def copy_into(self, target: sqlite3.Connection) -> None:
        """Copy everything into a database of SQLite's own, while this one may be in use."""
        source = self.engine.raw_connection()
        try:
            driver_of(source).backup(target)
        finally:
            source.close()

    def take_over(self, other: Index) -> None:
        """Let the content of another index be this one's, all of it or none. Raises `IndexFaultError`."""
        target = self.engine.raw_connection()
        try:
            other.copy_into(driver_of(target))
        except sqlite3.DatabaseError as error:
            raise IndexFaultError(f"{self.engine.url.database}: {_driver_fault(error)}") from None
        finally:
            target.close()

    def rekey(self, keys: Keys, sealed: str) -> None:
        """Go on with other keys; `sealed` is what the index now says it was sealed with."""
        self.keys = keys
        self._sealed_with = sealed

    def settle_key(self, other: bytes | None) -> bool:
        """Compare both keys with those this index was made with; note them in a new index.

        `other` is a second index key that may be the right one. Tells whether it is. Raises `KeyFaultError`.
        """
        with self.begin() as connection:
            sealed = remembered(connection, KEY_CHECK)
            if sealed is None:
                sealed = self.keys.seal(b"syncd", KEY_CHECK).hex()
                remember(connection, KEY_CHECK, sealed)
                remember(connection, TOMBSTONE_CHECK, self.keys.tombstone_digest("syncd"))
            if remembered(connection, TOMBSTONE_CHECK) != self.keys.tombstone_digest("syncd"):
                raise KeyFaultError(
                    "the tombstone key is not the one that this index was made with: restore keys/tombstone.key; "
                    "without it nobody can tell what was erased before"
                )
        replaced = other is not None and Keys(other, self.keys.tombstone).opens(sealed, KEY_CHECK)
        if replaced and other is not None:
            self.keys = Keys(other, self.keys.tombstone)
        self.keys.unseal(bytes.fromhex(sealed), KEY_CHECK)
        self._sealed_with = sealed
        return replaced


def open_index(state_dir: Path, environment: Mapping[str, str]) -> Index:
    """Open the index in `state_dir`, make it on first use, and bring its schema up to date.

    Raises `SettingsError` for a folder that cannot be used, `IndexFaultError`,
    `syncd.index.seal.KeyFaultError` or `syncd.index.migrate.SchemaError`.
    """
    try:
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = state_dir / FILE
        if not path.exists():
            make_empty(path)
        keys, waiting = load_keys(state_dir, environment), next_index_key(state_dir, environment)
    except OSError as error:
        raise SettingsError(
            [f"service.state_dir: {state_dir} cannot be used ({error.strerror}): name a folder you may write"]
        ) from None
    engine = engine_of(path)
    try:
        _copy_before_upgrade(engine, state_dir)
        migrate.upgrade(engine)
    except DatabaseError as error:
        raise IndexFaultError(f"{path}: {_fault(error)}") from None
    index = Index(engine, keys, state_dir)
    if index.settle_key(waiting):
        adopt_next(state_dir)
    return index


def _copy_before_upgrade(engine: Engine, state_dir: Path) -> None:
    """Keep the index as it is before its schema changes. It goes with the backups, by its age."""
    before = migrate.before_upgrade(engine)
    if before is None:
        return
    folder = state_dir / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"index-before-upgrade-of-schema-{before}.sqlite"
    try:
        copy_to_file(engine, path)
    except sqlite3.Error as error:
        raise IndexFaultError(f"{path}: cannot be written ({error}), so the index is not upgraded") from None


def require_sound(index: Index) -> None:
    """Look through the whole file, as is done before anything is sent. Raises `IndexFaultError`."""
    if found := index.faults():
        raise IndexFaultError(f"{index.engine.url.database}: {_DAMAGED} ({found[0]})")


_DAMAGED = "is damaged or no index of syncd: syncd db restore FILE puts a backup in its place"


def _fault(error: DatabaseError) -> str:
    return _driver_fault(error.orig or error)


def _driver_fault(error: BaseException) -> str:
    if isinstance(error, sqlite3.OperationalError):
        return f"cannot be used now ({error}): see that the disk has room and nobody else holds the file"
    return _DAMAGED


def remembered(connection: Connection, name: str) -> str | None:
    """Give a remembered value of the installation (the mode it last ran in, the schedule's digest)."""
    value: str | None = connection.execute(select(meta.c.value).where(meta.c.name == name)).scalar()
    return value


def remember(connection: Connection, name: str, value: str) -> None:
    """Remember a value of the installation."""
    connection.execute(
        upsert(meta)
        .values(name=name, value=value)
        .on_conflict_do_update(index_elements=["name"], set_={"value": value})
    )
