"""Runs in the index: when, in which mode, and what came of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from syncd.index.tables import runs

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Connection


@dataclass(frozen=True)
class StoredRun:
    """One finished run."""

    id: str
    started: str
    finished: str
    as_of: date
    mode: str
    summary: dict[str, Any]


def save(
    connection: Connection,
    run_id: str,
    started: datetime,
    finished: datetime,
    as_of: date,
    mode: str,
    summary: dict[str, Any],
) -> None:
    """Remember a finished run."""
    connection.execute(
        insert(runs).values(
            id=run_id,
            started=started.isoformat(timespec="seconds"),
            finished=finished.isoformat(timespec="seconds"),
            as_of=as_of,
            mode=mode,
            summary=json.dumps(summary, sort_keys=True),
        )
    )


def latest(connection: Connection) -> StoredRun | None:
    """Give the run that finished last."""
    row = connection.execute(select(runs).order_by(runs.c.finished.desc(), runs.c.id.desc()).limit(1)).first()
    if row is None:
        return None
    return StoredRun(row.id, row.started, row.finished, row.as_of, row.mode, json.loads(row.summary))
