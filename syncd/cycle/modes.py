"""Going from only looking to sending: asked once, with the number of orders that would leave.

An installation that begins in mode automatic has looked at nothing yet, so it is asked the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncd.index import ledger, store

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

OBSERVE, AUTOMATIC = "observe", "automatic"
_WAITS = "mode_waits"


def note(connection: Connection, at: datetime, mode: str) -> None:
    """Put a change of mode in the ledger; one to sending that nobody has said yes to waits for a person's word."""
    before = store.remembered(connection, "mode")
    if before == mode:
        return
    store.remember(connection, "mode", mode)
    ledger.append(connection, at, "configuration.mode", value=mode)
    if mode == OBSERVE:
        store.remember(connection, _WAITS, "")
    elif _is_new(before, mode) or store.remembered(connection, _WAITS):
        # Who was not asked in one mode is asked in the next: sending begins there.
        store.remember(connection, _WAITS, mode)


def waits(connection: Connection, mode: str) -> bool:
    """Tell whether nobody has said yet that orders may be sent in this mode."""
    before = store.remembered(connection, "mode")
    noted = bool(store.remembered(connection, _WAITS))
    # Changed in the configuration since the last run: the next one will note it.
    return mode != OBSERVE and (noted or _is_new(before, mode))


def _is_new(before: str | None, mode: str) -> bool:
    """Tell whether sending in this mode begins here. What is approved one by one needs no word besides."""
    return before == OBSERVE or (before is None and mode == AUTOMATIC)


def confirm(connection: Connection, at: datetime, mode: str) -> None:
    """Note that a person said yes to sending in this mode."""
    note(connection, at, mode)
    store.remember(connection, _WAITS, "")
    ledger.append(connection, at, "configuration.mode_confirmed", value=mode)


def command(mode: str) -> str:
    """Give the command by which a person says yes."""
    return f"syncd queue approve --mode {mode}"
