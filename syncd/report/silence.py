"""Who has been silent for long, as JSON values; the shape is published in `docs/schemas/`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from syncd.model import subject_name
from syncd.report.values import day
from syncd.report.words import who

if TYPE_CHECKING:
    from syncd.cycle.silence import Silent


def silent_values(one: Silent, *, names: bool) -> dict[str, Any]:
    """Give one silent subject; what identifies it only when asked for."""
    present = one.judged.subject.present
    return {
        "subject": subject_name(one.judged.subject.id),
        "kind": one.judged.subject.kind.value,
        "last_activity": day(one.last_activity),
        "silent_since": day(one.since),
        "records": [str(each.ref) for each in present],
        "name": who(*(each.record for each in present)) if names else None,
    }
