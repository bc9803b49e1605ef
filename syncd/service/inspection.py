"""What `syncd check` looks at in an index that opens: ledger, backups, the times of its runs. Asks no vendor."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from syncd.contract import Finding
from syncd.cycle.rechecking import differing
from syncd.cycle.review import current
from syncd.index import backup, decisions, ledger, runs
from syncd.service import timing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from syncd.cycle.app import App

OLD_BACKUP_DAYS = 7
"""A copy that is older loses a week of what persons said and approved."""

MISSED_RUNS = 2
"""So many planned times without a run are no accident of the moment."""


def examine_index(app: App) -> Iterator[Finding]:
    """Look at what the index tells of itself, without asking any account."""
    yield from _ledger(app)
    yield examine_decisions(app)
    yield from _runs(app)
    yield from _backups(app.settings.service.state_dir, app.now())


def _ledger(app: App) -> Iterator[Finding]:
    with app.index.begin() as connection:
        broken = ledger.first_broken(connection)
        number, head = ledger.head(connection)
    if broken is None:
        yield Finding("ok", "ledger", f"the ledger's {number} rows hold together, head {head[:16]}")
    else:
        yield Finding(
            "error", "ledger", f"row {broken} of the ledger was altered or taken away",
            "syncd ledger verify shows where; put back a backup from before: docs/keep-it-safe.md",
        )  # fmt: skip


def examine_decisions(app: App) -> Finding:
    """Decide a sample of subjects from scratch and compare; where it differs, have everybody decided again."""
    judge = current(app)
    with judge.app.index.look() as connection:
        found = differing(judge, connection)
    if not found:
        return Finding("ok", "decisions", "a sample decided from scratch comes to what is stored")
    with app.index.begin() as connection:
        decisions.mark_all_dirty(connection)
    return Finding(
        "error", "decisions", f"{len(found)} stored decisions are not what the facts say",
        "the next run decides everybody again: syncd run-once; report it as a fault of syncd",
    )  # fmt: skip


def _runs(app: App) -> Iterator[Finding]:
    with app.index.begin() as connection:
        last = runs.latest(connection)
    if last is None:
        return
    gone = timing.missed(app.settings.service, datetime.fromisoformat(last.started), app.now())
    if len(gone) >= MISSED_RUNS:
        yield Finding(
            "warning", "runs", f"nothing ran at the last {len(gone)} planned times",
            "systemctl status syncd says why; a run now makes up for them",
        )  # fmt: skip
    else:
        yield Finding("ok", "runs", f"the last run ended {last.finished[:16].replace('T', ' ')} UTC")


def _backups(state_dir: Path, now: datetime) -> Iterator[Finding]:
    """Tell how old the newest copy in the state directory is; copies elsewhere are not seen."""
    made = [one.stat().st_mtime for one in backup.standing(state_dir)]
    if not made:
        yield Finding(
            "warning", "backup", f"there is no backup in {state_dir / backup.FOLDER}",
            "syncd db backup; copies that are kept elsewhere are not seen here",
        )  # fmt: skip
        return
    days = (now - datetime.fromtimestamp(max(made), UTC)).days
    if days > OLD_BACKUP_DAYS:
        yield Finding("warning", "backup", f"the newest backup is {days} days old", "syncd db backup")
    else:
        yield Finding("ok", "backup", f"the newest backup is {days} days old")
