"""Reading and writing thousands of rows at once."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Connection, Insert, Update
    from sqlalchemy.engine.interfaces import Dialect

T = TypeVar("T")

AT_ONCE = 10_000
"""Values in one query: SQLite takes no more than 32,766."""


def in_parts(values: Iterable[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    """Give values in lists that one query can hold."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some


def write_many(connection: Connection, statement: Insert | Update, rows: Sequence[dict[str, Any]]) -> None:
    """Run a statement for rows that all have the same values, in the form in which the driver takes them.

    SQLAlchemy prepares each row of `execute(statement, rows)` by itself, which took longer than SQLite did.
    Only for types that need no preparing: text, numbers, truth values, bytes.
    """
    if not rows:
        return
    text, order = _compiled(statement, connection.dialect, tuple(rows[0]))
    if order is None:
        connection.exec_driver_sql(text, list(rows))
    else:
        connection.exec_driver_sql(text, _in_order(rows, order))


@lru_cache(maxsize=64)
def _compiled(
    statement: Insert | Update, dialect: Dialect, columns: tuple[str, ...]
) -> tuple[str, list[str] | None]:
    """Give the text of a statement and the order of its parameters, None where the driver takes them by name."""
    made = statement.compile(dialect=dialect, column_keys=list(columns) if statement.is_insert else None)
    return str(made), getattr(made, "positiontup", None)


def _in_order(rows: Iterable[dict[str, Any]], order: Sequence[str]) -> list[tuple[Any, ...]]:
    return [tuple([row[name] for name in order]) for row in rows]
