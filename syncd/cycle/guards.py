"""What must hold on this host before a write: it is ours to send, and the disk has room."""

from __future__ import annotations

import os
import secrets
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
