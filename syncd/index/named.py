"""Reports with names that were written to disk: where they are, and when they must be gone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from syncd.index.tables import named_reports

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection


def remember(connection: Connection, path: Path, expires_on: date) -> None:
    """Note that a file with names was written."""
    values = {"expires_on": expires_on}
    connection.execute(
        upsert(named_reports)
        .values(path=str(path), **values)
        .on_conflict_do_update(index_elements=["path"], set_=values)
    )


def standing(connection: Connection) -> list[tuple[Path, date]]:
    """Give the files with names that were not removed yet, the first to expire first."""
    found = connection.execute(
        select(named_reports).order_by(named_reports.c.expires_on, named_reports.c.path)
    )
    return [(Path(row.path), row.expires_on) for row in found]


def forget(connection: Connection, path: Path) -> None:
    """Note that a file is no longer there."""
    connection.execute(delete(named_reports).where(named_reports.c.path == str(path)))
