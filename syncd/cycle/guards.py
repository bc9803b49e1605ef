"""What must hold on this host before a write: it is ours to send, the disk has room, and the clock is right."""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from syncd.contract import Unusable
from syncd.index import store

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from syncd.cycle.app import App

ROOM = 8 * 1024 * 1024
"""Bytes that must be free beside the index before a write: what came of it has to be noted somewhere.

On a full disk SQLite in WAL mode could not write one small row any more.
"""

CLOCK_TOLERANCE = timedelta(minutes=5)
"""A host clock further than this from the vendor's means no writes to that vendor."""

_EXECUTOR = "executor"


class OvertakenError(store.IndexFaultError):
    """Another process took over sending orders while this one stood still. The text is for an operator."""


def take_over(app: App) -> None:
    """Become the one process that sends: whoever was before finds out before its next write.

    The lock of the service keeps a second process from starting. This keeps out one that was stopped (a paused
    host, SIGSTOP) and wakes up after its lock was given to somebody else.
    """
    app.executor = secrets.token_hex(8)
    with app.index.begin() as connection:
        store.remember(connection, _EXECUTOR, app.executor)


def require_ours(app: App, connection: Connection) -> None:
    """Raise `OvertakenError` when another process has taken over; a run that never sends has nothing to lose."""
    if app.executor and store.remembered(connection, _EXECUTOR) != app.executor:
        raise OvertakenError(
            "another process took over sending orders while this one stood still: nothing more is sent from "
            "here, and the other one looks at what was under way"
        )


def require_ours_now(app: App) -> None:
    """Ask the same in a transaction of its own, for the moment just before a write leaves."""
    with app.index.begin() as connection:
        require_ours(app, connection)


def require_room(app: App) -> None:
    """Raise `Unusable` when the disk with the state could not take down what comes of a write."""
    folder = app.settings.service.state_dir
    found = os.statvfs(folder)
    if found.f_bavail * found.f_frsize < ROOM:
        raise Unusable(
            "disk_full",
            f"{folder} has less than {ROOM // 1024 // 1024} MB free: nothing is written to a vendor until it has, "
            "because what came of it could not be noted",
        )


def clock_agrees(app: App) -> bool:
    """Tell whether vendors said what time it is during this run, and all of them what this host says."""
    now = app.now()
    told = [one for each in app.https.values() if (one := each.clock_offset(now)) is not None]
    return bool(told) and all(abs(one) <= CLOCK_TOLERANCE for one in told)


def require_clock(app: App, account: str) -> None:
    """Raise `Unusable` unless this host's clock is known to agree with the vendor's, by the `Date` of its answers.

    A vendor that does not say what time it is may be written to while every other account's vendor that does
    agrees with this host: there is one clock here. Where nobody says it, nothing shows that the day is today's.
    """
    now = app.now()
    own = app.https[account].clock_offset(now)
    others = [each.clock_offset(now) for name, each in app.https.items() if name != account]
    told = [each for each in ([own] if own is not None else others) if each is not None]
    if not told:
        raise Unusable(
            "clock",
            f"account {account}: no answer says what time it is (no Date header), so this host's clock cannot be "
            "compared with the vendor's; nothing is written: see what stands between, a proxy may drop the header",
        )
    offset = max(told, key=abs)
    if abs(offset) > CLOCK_TOLERANCE:
        raise Unusable(
            "clock",
            f"account {account}: this host's clock and the vendor's differ by "
            f"{int(abs(offset).total_seconds() // 60)} minutes; nothing is written until they agree",
        )
