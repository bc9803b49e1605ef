"""How records are found by what identifies them, with nothing readable stored: keyed digests and their carriers."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, select, update

from syncd.identity import Keys as RecordKeys
from syncd.index.between import carriers, shared_by_many
from syncd.index.many import in_parts, write_many
from syncd.index.records import ref_text
from syncd.index.tables import records

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import ColumnElement, Connection

    from syncd.index.seal import Keys
    from syncd.model import RecordRef

_BYTES = 8
NO_KEYS = RecordKeys()


class Digests:
    """Names a key by the first 64 bits of its keyed digest, as a signed number."""

    def __init__(self, keys: Keys) -> None:
        self._digest = keys.digest

    def key(self, plain: str) -> int:
        """Give the number of a key."""
        return int.from_bytes(self._digest(plain)[:_BYTES], "little", signed=True)


def packed(keys: RecordKeys) -> bytes:
    """Write how a record is found as one column."""
    strong, weak, belongs = sorted(keys.strong), sorted(keys.weak), sorted(keys.belongs)
    return array("q", [len(strong), len(weak), *strong, *weak, *belongs]).tobytes()


def unpacked(column: bytes | None) -> RecordKeys:
    """Read it back; none for a record that was never resolved, or is gone."""
    if column is None:
        return NO_KEYS
    strong, weak, *rest = array("q", column)
    return RecordKeys(
        frozenset(rest[:strong]), frozenset(rest[strong : strong + weak]), frozenset(rest[strong + weak :])
    )


def save(connection: Connection, now: Mapping[RecordRef, RecordKeys]) -> dict[RecordRef, RecordKeys]:
    """Remember how some records are found now (none: not any more). Gives how they were found before."""
    before: dict[RecordRef, RecordKeys] = {}
    for refs in in_parts(now):
        before |= _save_some(connection, {ref: now[ref] for ref in refs})
    return before


def save_between(connection: Connection, now: Mapping[RecordRef, RecordKeys]) -> None:
    """Do as `save` for all records from the first to the last, in the index's order: none needs to be named."""
    if now:
        by_text = {ref_text(ref): ref for ref in now}
        _save_those(
            connection, now, by_text, records.c.ref.between(next(iter(by_text)), next(reversed(by_text)))
        )


def _save_some(connection: Connection, now: Mapping[RecordRef, RecordKeys]) -> dict[RecordRef, RecordKeys]:
    by_text = {ref_text(ref): ref for ref in now}
    return _save_those(connection, now, by_text, records.c.ref.in_(by_text))


def _save_those(
    connection: Connection,
    now: Mapping[RecordRef, RecordKeys],
    by_text: dict[str, RecordRef],
    them: ColumnElement[bool],
) -> dict[RecordRef, RecordKeys]:
    known = select(records.c.ref, records.c.number, records.c.found_by).where(them)
    before: dict[RecordRef, RecordKeys] = {}
    gone: list[dict[str, Any]] = []
    come: list[tuple[int, int]] = []
    written: list[dict[str, Any]] = []
    for row in connection.execute(known):
        ref = by_text[row.ref]
        before[ref] = unpacked(row.found_by)
        if before[ref] != now[ref]:
            had, has = _every(before[ref]), _every(now[ref])
            gone += [{"gone": key, "of": row.number} for key in had - has]
            come += [(key, row.number) for key in has - had]
            written.append({"which": row.number, "to": packed(now[ref]) if now[ref] != NO_KEYS else None})
    if gone:
        connection.execute(_REMOVE, gone)
    if come:
        # In the order of the table, so that it grows page by page.
        write_many(
            connection, insert(carriers), [{"digest": key, "record": one} for key, one in sorted(come)]
        )
    if written:
        write_many(connection, _WRITE, written)
    return before


def _every(keys: RecordKeys) -> frozenset[int]:
    return keys.strong | keys.weak | keys.belongs


_REMOVE = delete(carriers).where(carriers.c.digest == bindparam("gone"), carriers.c.record == bindparam("of"))
_WRITE = update(records).where(records.c.number == bindparam("which")).values(found_by=bindparam("to"))


def save_shared(connection: Connection, digests: Iterable[int]) -> None:
    """Remember which identifiers many share, and forget those that were before."""
    connection.execute(delete(shared_by_many))
    _add_shared(connection, digests)


def flip_shared(connection: Connection, digests: Iterable[int]) -> None:
    """Remember of some identifiers that it is no longer as it was whether many share them."""
    for some in in_parts(digests):
        them = shared_by_many.c.digest.in_(some)
        before = set(connection.execute(select(shared_by_many.c.digest).where(them)).scalars())
        connection.execute(delete(shared_by_many).where(them))
        _add_shared(connection, set(some) - before)


def _add_shared(connection: Connection, digests: Iterable[int]) -> None:
    rows = [{"digest": one} for one in sorted(digests)]
    if rows:
        write_many(connection, insert(shared_by_many), rows)


def forget_all(connection: Connection) -> None:
    """Forget how records are found, because the key of the digests is replaced: all are resolved anew."""
    connection.execute(delete(carriers))
    connection.execute(delete(shared_by_many))
    connection.execute(update(records).values(found_by=None, changed=True))
