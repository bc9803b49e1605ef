"""Why was this decided on that day: a past decision from the facts that were kept with it, and decided again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncd.index import history
from syncd.index.decisions import decision_values
from syncd.retention import decide, follow, followed_of, parse_schedule

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Connection

    from syncd.cycle.app import App
    from syncd.index.history import Decided
    from syncd.model import Decision


@dataclass(frozen=True)
class Replayed:
    """A decision that stood on a day: as it was made, by which schedule, and whether it comes out again.

    `same` is None where the schedule of then is not kept, so that nothing can be decided again.
    """

    decided: Decided
    version: str
    same: bool | None


def replay(app: App, subject: int, on: date) -> Replayed | None:
    """Look up the decision about a subject that stood on a day; None when there was none yet."""
    with app.index.begin() as connection:
        decided = history.decided_by(connection, subject, on)
        if decided is None:
            return None
        text = history.schedule_text(connection, decided.schedule)
        organisations = _organisations(connection, decided)
    if text is None:
        return Replayed(decided, "", None)
    schedule = parse_schedule(text, f"the schedule of {decided.on}")
    facts = decided.facts
    again = decide(facts, schedule, decided.on)
    followed = followed_of(organisations, facts.left, schedule, decided.on)
    if followed:
        again = follow(
            again, followed, decided.on, schedule, accepted=facts.accepted, kept_until=facts.kept_until
        )
    return Replayed(decided, schedule.version, decision_values(again) == decision_values(decided.decision))


def _organisations(connection: Connection, decided: Decided) -> dict[int, Decision]:
    found = {number: history.decided_by(connection, number, decided.on) for number in decided.follows}
    return {number: one.decision for number, one in found.items() if one is not None}
