"""Retention for ourselves: what syncd keeps goes when its own period is over, and each removal is a ledger row."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from syncd.index import backup, ledger, named, store, tombstones
from syncd.index import orders as journal
from syncd.index.store import IndexFaultError
from syncd.index.tables import OPEN_STATES, history, orders, runs

if TYPE_CHECKING:
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from syncd.cycle.app import App
    from syncd.retention import Period


def tidy(app: App, today: date) -> None:
    """Remove what is over. Raises `IndexFaultError` where a file cannot be removed."""
    folder, own, zone = app.index.folder, app.schedule.own, app.schedule.zone
    if folder is None:
        return
    now = app.now()
    removed = [
        ("backup", _remove(_over(folder / backup.FOLDER, own.backups, today, zone))),
        ("key", _remove(_over(folder / "keys", None, today, zone))),
        ("report", _remove_reports(app, today)),
        ("log", _remove(_over(folder / "logs", own.logs, today, zone))),
    ]
    with app.index.begin() as connection:
        started = _moment(_earliest(own.tombstones, today), zone)
        removed.append(("tombstone", tombstones.remove(app.index, connection, started)))
        before = _earliest(own.ledger, today)
        removed += _remove_rows(connection, before, today, zone)
        for what, number in removed:
            if number:
                ledger.append(connection, now, ledger.REMOVED, what=what, count=number)
        ledger.remove_segments(connection, now, before.year - 1)


def _remove_reports(app: App, today: date) -> int:
    """Remove the reports with names whose last day has passed, wherever they were written."""
    with app.index.begin() as connection:
        expired = [path for path, last in named.standing(connection) if last < today]
    number = _remove(expired)
    with app.index.begin() as connection:
        for path in expired:
            named.forget(connection, path)
    return number


def _earliest(period: Period, today: date) -> date:
    """Give the first day from which a period is not over today."""
    day = today - timedelta(days=period.longest_days)
    while period.after(day) < today:
        day += timedelta(days=1)
    return day


def _moment(day: date, zone: ZoneInfo) -> str:
    """Give when a day of the schedule begins, in UTC: moments are kept in it."""
    return datetime.combine(day, time(), zone).astimezone(UTC).isoformat()


def _over(folder: Path, period: Period | None, today: date, zone: ZoneInfo) -> list[Path]:
    """List the files that expired: by their name where it says a day, else by their age."""
    found = []
    for one in sorted(folder.glob("*")) if folder.is_dir() else []:
        named = backup.expiry_of(one)
        made = datetime.fromtimestamp(one.stat().st_mtime, zone).date()
        last = named or (period.after(made) if period else None)
        if one.is_file() and last is not None and last < today:
            found.append(one)
    return found


def _remove(files: list[Path]) -> int:
    for one in files:
        try:
            one.unlink(missing_ok=True)
        except OSError as error:
            raise IndexFaultError(f"{one}: expired and cannot be removed ({error.strerror})") from None
    return len(files)


def _remove_rows(connection: Connection, before: date, today: date, zone: ZoneInfo) -> list[tuple[str, int]]:
    """Remove orders that are over, runs, and decisions that others took the place of, from before a day.

    An order that a person rejected until a later day is not over: it is all that says no until then. No number is
    given out again because the order that had it is gone.
    """
    store.remember(connection, journal.NUMBERED_FROM, str(journal.next_number(connection) - 1))
    said = func.coalesce(orders.c.rejected_until, date.min) <= today
    latest, begins = select(func.max(history.c.id)).group_by(history.c.subject), _moment(before, zone)
    wanted = {
        "order": (orders, (orders.c.changed_at < begins) & orders.c.state.not_in(OPEN_STATES) & said),
        "run": (runs, runs.c.started < begins),
        "decision": (history, (history.c.on < before) & history.c.id.not_in(latest)),
    }
    return [
        (what, connection.execute(delete(table).where(over)).rowcount)
        for what, (table, over) in wanted.items()
    ]
