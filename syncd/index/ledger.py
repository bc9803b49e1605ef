"""The ledger: append-only, each row carrying the hash of the one before, in yearly segments.

A row's hash is SHA-256 over the JSON array `[seq, segment, at, kind, payload, previous]` without spaces, where
`payload` is the stored text. Rows hold codes, references, dates and counts only.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select

from syncd.index.tables import ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Connection

GENESIS = "0" * 64


@dataclass(frozen=True)
class LedgerRow:
    """One row as it is exported."""

    seq: int
    segment: int
    at: str
    kind: str
    payload: str
    previous: str
    hash: str


def row_hash(seq: int, segment: int, at: str, kind: str, payload: str, previous: str) -> str:
    """Compute the hash of a row."""
    text = json.dumps([seq, segment, at, kind, payload, previous], separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def head(connection: Connection) -> tuple[int, str]:
    """Give the number and hash of the last row; (0, genesis) when there is none."""
    found = connection.execute(
        select(ledger.c.seq, ledger.c.hash).order_by(ledger.c.seq.desc()).limit(1)
    ).first()
    return (found.seq, found.hash) if found else (0, GENESIS)


def append(connection: Connection, at: datetime, kind: str, **payload: Any) -> None:
    """Add one row in the caller's transaction."""
    append_all(connection, at, [(kind, payload)])


def append_all(connection: Connection, at: datetime, rows: list[tuple[str, dict[str, Any]]]) -> None:
    """Add rows in the caller's transaction, in order."""
    seq, previous = head(connection)
    stamp = at.isoformat(timespec="seconds")
    made = []
    for kind, payload in rows:
        seq += 1
        text = json.dumps(payload, sort_keys=True, separators=(",", ":"))
        digest = row_hash(seq, at.year, stamp, kind, text, previous)
        made.append(
            {
                "seq": seq, "segment": at.year, "at": stamp, "kind": kind,
                "payload": text, "previous": previous, "hash": digest,
            }
        )  # fmt: skip
        previous = digest
    if made:
        connection.execute(insert(ledger), made)


def rows(connection: Connection) -> Iterator[LedgerRow]:
    """Give all rows in order."""
    for one in connection.execute(select(ledger).order_by(ledger.c.seq)):
        yield LedgerRow(**one._mapping)  # noqa: SLF001 - SQLAlchemy's documented row mapping


def first_broken(connection: Connection) -> int | None:
    """Give the number of the first row that does not follow from the one before; None when all do."""
    previous, expected = GENESIS, 1
    for row in rows(connection):
        whole = row_hash(row.seq, row.segment, row.at, row.kind, row.payload, previous)
        if row.seq != expected or row.previous != previous or row.hash != whole:
            return expected
        previous, expected = row.hash, expected + 1
    return None


def count(connection: Connection) -> int:
    """Count the rows."""
    return int(connection.execute(select(func.count()).select_from(ledger)).scalar_one())
