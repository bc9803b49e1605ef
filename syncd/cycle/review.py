"""Where things stand, from what the index holds, without asking a vendor or changing anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncd.cycle.decide import decide_subjects
from syncd.cycle.resolve import mark_reimports, resolve_subjects
from syncd.index.tombstones import buried

if TYPE_CHECKING:
    from syncd.cycle.app import App
    from syncd.cycle.decide import Judge


def current(app: App) -> Judge:
    """Decide about everybody as of today, on a copy in memory."""
    scratch = app.index.scratch()
    now = app.now()
    with scratch.begin() as connection:
        subjects = resolve_subjects(scratch, connection, now.isoformat(timespec="seconds"))
        mark_reimports(scratch, subjects, buried(connection))
        judge = decide_subjects(app, connection, subjects, app.today())
    scratch.close()
    return judge
