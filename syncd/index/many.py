"""Writing thousands of rows at once."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection, Insert
    from sqlalchemy.engine.interfaces import Dialect


def write_many(connection: Connection, statement: Insert, rows: Sequence[dict[str, Any]]) -> None:
    """Run an insertion for rows that all have the same columns, with values as the driver takes them.

    SQLAlchemy prepares each row of `execute(statement, rows)` by itself, which took longer than SQLite did.
    Only for types that need no preparing: text, numbers, truth values, bytes.
    """
    text, order = _compiled(statement, connection.dialect, tuple(rows[0]))
    if order is None:
        connection.exec_driver_sql(text, list(rows))
    else:
        connection.exec_driver_sql(text, _in_order(rows, order))


@lru_cache(maxsize=64)
def _compiled(statement: Insert, dialect: Dialect, columns: tuple[str, ...]) -> tuple[str, list[str] | None]:
    """Give the text of a statement and the order of its parameters, None where the driver takes them by name."""
    made = statement.compile(dialect=dialect, column_keys=list(columns))
    return str(made), getattr(made, "positiontup", None)


def _in_order(rows: Iterable[dict[str, Any]], order: Sequence[str]) -> list[tuple[Any, ...]]:
    return [tuple([row[name] for name in order]) for row in rows]
