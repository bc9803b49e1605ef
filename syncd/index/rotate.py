"""Replacing the index key: all that is sealed is opened with the old one and sealed with the new, or nothing is.

The new key is on disk before the first row is touched, and the old one is there until the last one is committed.
Whatever interrupts it, the index itself says which of the two it was sealed with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from syncd.index import ledger
from syncd.index.keying import forget_all
from syncd.index.keyring import adopt_next, make_next, next_index_key
from syncd.index.seal import Keys
from syncd.index.store import KEY_CHECK, remember
from syncd.index.tables import accounts, answers, brakes, documents, orders, records, statements

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Column, Connection

    from syncd.index.store import Index

SEALED: Mapping[Column[Any], Callable[[Any], str]] = {
    records.c.sealed: lambda row: str(row.ref),
    documents.c.sealed: lambda row: str(row.ref),
    accounts.c.cursor: lambda row: f"cursor:{row.name}",
    accounts.c.resume: lambda row: f"resume:{row.name}",
    orders.c.approved_by: lambda row: str(row.id),
    brakes.c.by: lambda row: f"brake:{row.account}",
    statements.c.by: lambda _row: "statement",
    answers.c.by: lambda _row: "answer",
}
"""Every column that is sealed, and what each row of it is bound to."""

_AT_ONCE = 2000


def rotate(
    index: Index,
    state_dir: Path,
    environment: Mapping[str, str],
    at: datetime,
    *,
    keep_old_as: str = "",
) -> int:
    """Give the index a new index key; with a name, the old one is kept under it. Gives the number of sealed values.

    Raises `syncd.index.seal.KeyFaultError`, `syncd.index.store.IndexFaultError` and `OSError`; the old key is then
    still the right one.
    """
    new = Keys(next_index_key(state_dir, environment) or make_next(state_dir), index.keys.tombstone)
    with index.begin() as connection:
        number = reseal(connection, index.keys, new)
        ledger.append(connection, at, "key.rotated", values=number)
        sealed = new.seal(b"syncd", KEY_CHECK).hex()
        remember(connection, KEY_CHECK, sealed)
    index.rekey(new, sealed)
    adopt_next(state_dir, keep_old_as)
    index.settle()
    return number


def reseal(connection: Connection, old: Keys, new: Keys) -> int:
    """Seal everything anew. Gives the number of values. What was found by the old key is to be resolved again."""
    forget_all(connection)
    return sum(_reseal_column(connection, column, old, new) for column in SEALED)


def _reseal_column(connection: Connection, column: Column[Any], old: Keys, new: Keys) -> int:
    table, bound_to = column.table, SEALED[column]
    keys = list(table.primary_key)
    places = list(connection.execute(select(*keys).where(column.is_not(None))))
    change = update(table).values({column.name: bindparam("new_value")})
    for one in keys:
        change = change.where(one == bindparam(f"at_{one.name}"))
    for start in range(0, len(places), _AT_ONCE):
        changed = []
        for place in places[start : start + _AT_ONCE]:
            chosen = select(table).where(*(one == value for one, value in zip(keys, place, strict=True)))
            row = connection.execute(chosen).one()
            name = bound_to(row)
            value = new.seal(old.unseal(row._mapping[column.name], name), name)  # noqa: SLF001 - documented row mapping
            changed.append(
                {f"at_{k.name}": v for k, v in zip(keys, place, strict=True)} | {"new_value": value}
            )
        connection.execute(change, changed)
    return len(places)
