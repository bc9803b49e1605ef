"""SQLite as the index wants it: durable, one writer at a time, and what is deleted is overwritten."""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event
from sqlalchemy.pool import StaticPool

from syncd.index.files import PRIVATE, give_to_owner, on_disk

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection, Engine


PATIENCE_MS = 20_000
"""How long a connection waits for another process's transaction to end before it gives up."""


def engine_of(path: Path, *, write_ahead: bool = True) -> Engine:
    """Give the engine for an index in a file; a copy is written without a log beside it."""
    engine = create_engine(f"sqlite:///{path}")
    _prepare(engine, write_ahead=write_ahead)
    return engine


def in_memory() -> Engine:
    """Give the engine for a copy that leaves no trace."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    _prepare(engine, write_ahead=False)
    return engine


def driver_of(connection: Any) -> sqlite3.Connection:
    """Give the driver's own connection under a pooled one."""
    driver = connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError("not an SQLite connection")
    return driver


def copy_to_file(engine: Engine, path: Path) -> None:
    """Copy everything into a file of its own, whole or not at all, while the index may be in use.

    Raises `OSError`, `sqlite3.Error`.
    """
    beside = path.with_name(f"{path.name}.part")
    descriptor = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_TRUNC, PRIVATE)
    give_to_owner(descriptor, path.parent)
    os.close(descriptor)
    source, copy = engine.raw_connection(), sqlite3.connect(beside)
    try:
        driver_of(source).backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.close()
        beside.replace(path)
    finally:
        copy.close()
        source.close()
        beside.unlink(missing_ok=True)
    on_disk(path.parent)


def _prepare(engine: Engine, *, write_ahead: bool) -> None:
    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            *(("journal_mode=WAL", "synchronous=FULL") if write_ahead else ()),
            "secure_delete=ON",
            "foreign_keys=ON",
            f"busy_timeout={PATIENCE_MS}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        # SQLite's own transactions, taken for writing at once: two runs never deadlock on an upgrade of locks.
        writing = connection.get_execution_options().get("writing", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
