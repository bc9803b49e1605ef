"""What is remembered of the index outside of it, so that an older copy in its place is noticed.

A small file beside the index, with a code made with the tombstone key: the last row of the ledger and the highest
number of an order when the last run ended.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from syncd.index import ledger, orders
from syncd.index.files import write_whole
from syncd.index.store import IndexFaultError
from syncd.index.tables import ledger as rows

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

    from syncd.index.seal import Keys
    from syncd.index.store import Index

FILE = "memory.json"


@dataclass(frozen=True)
class Memory:
    """The head of the ledger (`seq`, `hash`), the highest order number and the moment they were noted."""

    seq: int
    hash: str
    order: int
    at: str


def recall(folder: Path, keys: Keys) -> Memory | None:
    """Give what is remembered; None where nothing is, or what is there was not written with this key."""
    try:
        told = json.loads((folder / FILE).read_text(encoding="utf-8"))
        memory = Memory(told["seq"], told["hash"], told["order"], told["at"])
        return memory if told["code"] == _code(keys, memory) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def note(index: Index, connection: Connection, at: str) -> None:
    """Remember the index as it is now. Raises `syncd.index.store.IndexFaultError`."""
    if index.folder is None:
        return
    memory = of(connection, at)
    text = json.dumps(asdict(memory) | {"code": _code(index.keys, memory)}, sort_keys=True)
    place = index.folder / FILE
    try:
        write_whole(place, text.encode() + b"\n")
    except OSError as error:
        raise IndexFaultError(
            f"{place}: cannot be written ({error.strerror}): see that the disk has room"
        ) from None


def of(connection: Connection, at: str) -> Memory:
    """Give what there is to remember of an index now."""
    seq, digest = ledger.head(connection)
    return Memory(seq, digest, orders.next_number(connection) - 1, at)


def rewound(connection: Connection, memory: Memory) -> bool:
    """Tell whether the index is an older one than what is remembered: its ledger lacks the row."""
    if memory.seq == 0:
        return False
    found = connection.execute(select(rows.c.hash).where(rows.c.seq == memory.seq)).scalar()
    return found != memory.hash


def _code(keys: Keys, memory: Memory) -> str:
    return keys.tombstone_digest(f"{FILE}\n{json.dumps(asdict(memory), sort_keys=True)}")
