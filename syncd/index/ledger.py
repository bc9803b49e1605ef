"""The ledger: append-only, each row carrying the hash of the one before, in yearly segments.

A segment begins with the last hash of the one before, and the years never go back. A segment that is removed when
its time is over leaves a row of kind `own.removed` with its last number and hash: the rest is checked from there.

A row's hash is SHA-256 over the JSON array `[seq, segment, at, kind, payload, previous]` without spaces, where
`payload` is the stored text. Rows hold codes, references, dates and counts only.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select

from syncd.index.tables import ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlalchemy import Connection

GENESIS = "0" * 64
REMOVED = "own.removed"
"""Kind of the rows that say what syncd removed of what it kept itself."""

TOLD_EVERY = 1000
"""Rows after which whoever waits is told how far it has come."""


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
    found = _last(connection)
    return (found.seq, found.hash) if found else (0, GENESIS)


def _last(connection: Connection) -> Any:
    return connection.execute(select(ledger).order_by(ledger.c.seq.desc()).limit(1)).first()


def append(connection: Connection, at: datetime, kind: str, **payload: Any) -> None:
    """Add one row in the caller's transaction."""
    append_all(connection, at, [(kind, payload)])


def append_all(connection: Connection, at: datetime, rows: list[tuple[str, dict[str, Any]]]) -> None:
    """Add rows in the caller's transaction, in order."""
    last = _last(connection)
    seq, previous, segment = (last.seq, last.hash, last.segment) if last else (0, GENESIS, 0)
    # A clock that was set back must not reopen a year that is closed.
    segment = max(segment, at.year)
    stamp = at.isoformat(timespec="seconds")
    made = []
    for kind, payload in rows:
        seq += 1
        text = json.dumps(payload, sort_keys=True, separators=(",", ":"))
        digest = row_hash(seq, segment, stamp, kind, text, previous)
        made.append(
            {
                "seq": seq, "segment": segment, "at": stamp, "kind": kind,
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


def first_broken(connection: Connection, came: Callable[[int], None] = lambda _row: None) -> int | None:
    """Give the number of the first row that does not follow from the one before; None when all do.

    `came` is told now and then which row it has come to.
    """
    first = connection.execute(select(ledger).order_by(ledger.c.seq).limit(1)).first()
    if first is None:
        return None
    previous, expected, segment = GENESIS, 1, 0
    if first.seq > 1:
        previous, expected = first.previous, first.seq
        if (first.seq - 1, first.previous) not in removed_ends(connection):
            return 1
    for row in rows(connection):
        whole = row_hash(row.seq, row.segment, row.at, row.kind, row.payload, previous)
        follows = row.seq == expected and row.previous == previous and row.segment >= segment
        if not follows or row.hash != whole:
            return expected
        if expected % TOLD_EVERY == 0:
            came(expected)
        previous, expected, segment = row.hash, expected + 1, row.segment
    return None


def removed_ends(connection: Connection) -> set[tuple[int, str]]:
    """Give the last number and hash of every segment that was removed because its time was over."""
    found = connection.execute(select(ledger.c.payload).where(ledger.c.kind == REMOVED)).scalars()
    told = (json.loads(payload) for payload in found)
    return {(one["last_seq"], one["last_hash"]) for one in told if one.get("what") == "ledger"}


def holds(connection: Connection, printed: str) -> int | None:
    """Give the number of the row whose hash begins with a head that was printed; None when there is none."""
    found = connection.execute(
        select(ledger.c.seq).where(func.substr(ledger.c.hash, 1, len(printed)) == printed)
    ).scalar()
    return int(found) if found is not None else None


def remove_segments(connection: Connection, at: datetime, last: int) -> int:
    """Remove all segments up to and including that of year `last`; gives how many rows went."""
    gone = ledger.c.segment <= last
    end = connection.execute(
        select(ledger.c.seq, ledger.c.hash).where(gone).order_by(ledger.c.seq.desc()).limit(1)
    ).first()
    if end is None:
        return 0
    number = int(connection.execute(select(func.count()).select_from(ledger).where(gone)).scalar_one())
    append(
        connection,
        at,
        REMOVED,
        what="ledger",
        segment=last,
        count=number,
        last_seq=end.seq,
        last_hash=end.hash,
    )
    connection.execute(delete(ledger).where(gone))
    return number


def count(connection: Connection) -> int:
    """Count the rows."""
    return int(connection.execute(select(func.count()).select_from(ledger)).scalar_one())
