"""Tombstones: what remains after an erasure. Kept twice, in the index and in a file beside it.

The file is only ever appended to, and is written before the index is: an index that was lost, or replaced by last
month's backup, finds in it what was erased since. Each line carries a code over itself and the line before,
made with the tombstone key, so that a line that was altered or taken out is noticed.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.sqlite import insert as upsert

from syncd.index import decisions
from syncd.index.files import appending, write_whole
from syncd.index.many import in_parts
from syncd.index.records import ref_text
from syncd.index.seal import KeyFaultError
from syncd.index.store import IndexFaultError
from syncd.index.tables import tombstones

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection

    from syncd.index.orders import StoredOrder
    from syncd.index.seal import Keys
    from syncd.index.store import Index
    from syncd.model import RecordRef

FILE = "tombstones.jsonl"
_START = "0" * 64


class Tombstone(NamedTuple):
    """A keyed digest of a reference or identifier, and which erasure it stands for. No personal data.

    `residue` is what stays at the vendor afterwards, as JSON: a list of code, text and days.
    """

    digest: str
    order_id: str
    what: str
    rule: str
    subject: int
    account: str
    residue: str
    at: str


def bury(
    index: Index,
    connection: Connection,
    at: datetime,
    stored: StoredOrder,
    ref: RecordRef,
    identifiers: Iterable[str],
) -> None:
    """Write the tombstones of a verified erasure: of the reference and of what identified the record."""
    digest = index.keys.tombstone_digest
    marks = {digest(ref_text(ref)): "reference"} | {digest(one): "identifier" for one in identifiers}
    stones = [
        Tombstone(
            digest=mark,
            order_id=stored.id,
            what=what,
            rule=str(stored.basis.get("rule", "")),
            subject=stored.subject,
            account=ref.account,
            residue=json.dumps([dict(one) for one in stored.residue]),
            at=at.isoformat(timespec="microseconds"),
        )
        for mark, what in marks.items()
    ]
    if index.folder is not None:
        TombstoneFile(index.folder / FILE, index.keys).append(stones)
    _add(connection, stones)
    # Of the same identity a later erasure is known now: whoever came back after the former may be older than it.
    decisions.mark_reimported_dirty(connection)


def save(connection: Connection, stones: Sequence[Tombstone]) -> None:
    """Put back tombstones that the index lacks. Anybody in it may have come back after one of them."""
    if stones:
        _add(connection, stones)
        decisions.mark_all_dirty(connection)


def _add(connection: Connection, stones: Sequence[Tombstone]) -> None:
    connection.execute(upsert(tombstones).on_conflict_do_nothing(), [one._asdict() for one in stones])


def remove(index: Index, connection: Connection, before: str) -> int:
    """Remove the tombstones of erasures before a moment, here and beside the index. Gives how many."""
    gone = tombstones.c.at < before
    number = int(connection.execute(select(func.count()).select_from(tombstones).where(gone)).scalar_one())
    if number and index.folder is not None:
        connection.execute(delete(tombstones).where(gone))
        decisions.mark_reimported_dirty(connection)
        TombstoneFile(index.folder / FILE, index.keys).replace(kept(connection))
    return number


def kept(connection: Connection) -> list[Tombstone]:
    """Give every tombstone of the index, oldest first."""
    found = connection.execute(select(tombstones).order_by(tombstones.c.at, tombstones.c.digest))
    return [Tombstone(**row._mapping) for row in found]  # noqa: SLF001 - SQLAlchemy's documented row mapping


def any_buried(connection: Connection) -> bool:
    """Tell whether anything was ever erased."""
    return connection.execute(select(tombstones.c.digest).limit(1)).first() is not None


def buried(connection: Connection, digests: Iterable[str]) -> dict[str, str]:
    """Map those of some digests that have a tombstone to the moment of the latest erasure it stands for."""
    found: dict[str, str] = {}
    for some in in_parts(digests):
        query = select(tombstones.c.digest, tombstones.c.at).where(tombstones.c.digest.in_(some))
        for row in connection.execute(query):
            found[row.digest] = max(row.at, found.get(row.digest, ""))
    return found


@dataclass(frozen=True)
class TombstoneFile:
    """The tombstones beside the index."""

    path: Path
    keys: Keys

    def append(self, stones: Sequence[Tombstone]) -> None:
        """Add tombstones, on disk when this returns. Raises `syncd.index.store.IndexFaultError`."""
        if not stones:
            return
        try:
            self._append(stones)
        except OSError as error:
            raise IndexFaultError(
                f"{self.path}: cannot be written ({error.strerror}): see that the disk has room"
            ) from None

    def _append(self, stones: Sequence[Tombstone]) -> None:
        with appending(self.path) as descriptor:
            lines = _whole_lines(descriptor)
            code = _code_of(lines[-1]) if lines else _START
            _write_all(descriptor, self._lines(code, stones))

    def _lines(self, code: str, stones: Sequence[Tombstone]) -> bytes:
        made = []
        for one in stones:
            values = one._asdict()
            code = self._code(code, values)
            made.append(json.dumps(values | {"code": code}, sort_keys=True, separators=(",", ":")) + "\n")
        return "".join(made).encode()

    def replace(self, stones: Sequence[Tombstone]) -> None:
        """Write the whole file anew: for removing what is over. Raises `syncd.index.store.IndexFaultError`."""
        try:
            write_whole(self.path, self._lines(_START, stones))
        except OSError as error:
            raise IndexFaultError(f"{self.path}: cannot be written ({error.strerror})") from None

    def read(self) -> list[Tombstone]:
        """Give every tombstone, oldest first. Raises `KeyFaultError` for a line that was altered."""
        try:
            text = self.path.read_bytes()
        except FileNotFoundError:
            return []
        code, found = _START, []
        # What follows the last line's end was being written when the power went: nothing relies on it.
        for number, line in enumerate(text.split(b"\n")[:-1], start=1):
            try:
                values = json.loads(line)
                code = self._code(code, {name: values[name] for name in Tombstone._fields})
                good = values["code"] == code
            except (ValueError, KeyError, TypeError):
                good = False
            if not good:
                raise KeyFaultError(
                    f"{self.path}, line {number}: altered, or not written with this tombstone key. Put back a "
                    "copy of the file, or keys/tombstone.key; see docs/keep-it-safe.md"
                )
            found.append(Tombstone(**{name: values[name] for name in Tombstone._fields}))
        return found

    def _code(self, before: str, values: Mapping[str, Any]) -> str:
        text = json.dumps(values, sort_keys=True, separators=(",", ":"))
        return self.keys.tombstone_digest(f"{FILE}\n{before}\n{text}")


def _whole_lines(descriptor: int) -> list[bytes]:
    """Give the last line, after taking away what a crash left half written behind it."""
    size = os.fstat(descriptor).st_size
    tail = os.pread(descriptor, 65536, max(0, size - 65536))
    whole = tail.rfind(b"\n") + 1
    if whole < len(tail):
        os.ftruncate(descriptor, size - (len(tail) - whole))
    return tail[:whole].splitlines()[-1:]


def _write_all(descriptor: int, content: bytes) -> None:
    """Write everything, or what was there before: a full disk takes half a line."""
    size = os.fstat(descriptor).st_size
    while content:
        try:
            written = os.write(descriptor, content)
        except OSError:
            os.ftruncate(descriptor, size)
            raise
        content = content[written:]


def _code_of(line: bytes) -> str:
    try:
        return str(json.loads(line)["code"])
    except (ValueError, KeyError, TypeError):
        return ""
