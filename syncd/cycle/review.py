"""Where things stand, from what the index holds, without asking a vendor or changing anything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from syncd.cycle.decide import Judge
from syncd.cycle.deciding import decide_due, is_current
from syncd.cycle.resolve import is_resolved, resolve_subjects

if TYPE_CHECKING:
    from syncd.cycle.app import App


def current(app: App) -> Judge:
    """Decide about everybody as of today: what was decided last, and anew where something changed since.

    Where something did, that is worked out on a copy in memory, which the app closes.
    """
    today = app.today()
    with app.index.look() as connection:
        if is_resolved(connection) and is_current(app, connection, today):
            return Judge(app, today)
    scratch = app.index.scratch()
    app.copies.append(scratch)
    copied = replace(app, index=scratch)
    with scratch.begin() as connection:
        resolve_subjects(scratch, connection, app.now().isoformat(timespec="seconds"))
        decide_due(copied, connection, today)
    return Judge(copied, today)
