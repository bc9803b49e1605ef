"""Opening the index, and what it knows about accounts and itself."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import StaticPool

from syncd.index import migrate
from syncd.index.seal import Keys, load_keys
from syncd.index.tables import accounts, meta

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sqlalchemy import Connection, Engine

FILE = "index.sqlite"


class IndexFaultError(Exception):
    """The index cannot be used; the text says why and what to do."""


@dataclass(frozen=True)
class AccountState:
    """What the index remembers of an account: its pinned identity and how much it held when last complete."""

    name: str
    identity: str
    last_complete: str | None
    contacts: int
    documents: int


class Index:
    """The local index: an engine and the keys that open what is sealed in it."""

    def __init__(self, engine: Engine, keys: Keys) -> None:
        self.engine = engine
        self.keys = keys

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Give a connection in one transaction, on disk when the block ends."""
        with self.engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def scratch(self) -> Index:
        """Copy the index into memory: for runs that must leave no trace (another day, a dry run)."""
        copy = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        _prepare(copy, in_memory=True)
        source = self.engine.raw_connection()
        target = copy.raw_connection()
        try:
            _driver(source).backup(_driver(target))
        finally:
            source.close()
            target.close()
        return Index(copy, self.keys)


def open_index(state_dir: Path, environment: Mapping[str, str]) -> Index:
    """Open the index in `state_dir`, make it on first use, and bring its schema up to date.

    Raises `IndexFaultError`, `syncd.index.seal.KeyFaultError` or `syncd.index.migrate.SchemaError`.
    """
    try:
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = state_dir / FILE
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        keys = load_keys(state_dir, environment)
    except OSError as error:
        raise IndexFaultError(
            f"{state_dir}: cannot be used ({error.strerror}): set state_dir in [service] to a folder you may write"
        ) from None
    engine = create_engine(f"sqlite:///{path}")
    _prepare(engine)
    try:
        migrate.upgrade(engine)
    except DatabaseError:
        raise IndexFaultError(
            f"{path}: is damaged or no index of syncd: restore a backup of the state"
        ) from None
    index = Index(engine, keys)
    _require_same_key(index)
    return index


def _prepare(engine: Engine, *, in_memory: bool = False) -> None:
    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            *(() if in_memory else ("journal_mode=WAL", "synchronous=FULL")),
            "secure_delete=ON",
            "foreign_keys=ON",
            "busy_timeout=20000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        # SQLite's own transactions, taken for writing at once: two runs never deadlock on an upgrade of locks.
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _driver(connection: Any) -> sqlite3.Connection:
    driver = connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError("not an SQLite connection")
    return driver


def _require_same_key(index: Index) -> None:
    """Compare the index key with the one this index was made with. Raises `KeyFaultError`."""
    name = "key_check"
    with index.begin() as connection:
        found = connection.execute(select(meta.c.value).where(meta.c.name == name)).scalar()
        if found is None:
            sealed = index.keys.seal(b"syncd", name).hex()
            connection.execute(insert(meta).values(name=name, value=sealed))
        else:
            index.keys.unseal(bytes.fromhex(found), name)


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


def account_state(connection: Connection, name: str) -> AccountState:
    """Give what is known of an account; an account never seen has nothing."""
    row = connection.execute(select(accounts).where(accounts.c.name == name)).first()
    if row is None:
        return AccountState(name, "", None, 0, 0)
    return AccountState(name, row.identity, row.last_complete, row.contacts, row.documents)


def account_cursor(index: Index, connection: Connection, name: str) -> str | None:
    """Give the cursor of the last complete pull, if there was one."""
    sealed = connection.execute(select(accounts.c.cursor).where(accounts.c.name == name)).scalar()
    return index.keys.unseal(sealed, f"cursor:{name}").decode() if sealed else None


def save_account(
    index: Index,
    connection: Connection,
    name: str,
    connector: str,
    *,
    identity: str,
    at: str,
    complete: bool,
    contacts: int,
    documents: int,
    cursor: str | None,
) -> None:
    """Remember how a pull ended; counts, cursor and identity only when it was complete."""
    known = connection.execute(select(accounts.c.name).where(accounts.c.name == name)).first()
    if known is None:
        connection.execute(insert(accounts).values(name=name, connector=connector))
    values: dict[str, Any] = {"last_run": at, "connector": connector}
    if complete:
        sealed = index.keys.seal(cursor.encode(), f"cursor:{name}") if cursor is not None else None
        values |= {
            "identity": identity,
            "last_complete": at,
            "contacts": contacts,
            "documents": documents,
            "cursor": sealed,
        }
    connection.execute(update(accounts).where(accounts.c.name == name).values(**values))
