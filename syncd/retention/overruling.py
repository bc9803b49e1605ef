"""What a person may overrule: contradictions that only a person can call harmless, and an erasure to wait for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from syncd.model import Decision, Reason, Verdict
from syncd.retention import reasons

if TYPE_CHECKING:
    from datetime import date

OVERRULABLE_DOUBTS: Final = ("end_removed", "vanished_with_end", "erased_before")
"""Doubts about what happened. One about what a field says is settled where the field is."""

ACCEPTABLE: Final = frozenset(
    {
        reasons.DOCUMENT_AFTER_END,
        reasons.DUPLICATE_OF_ACTIVE,
        *(reasons.DOUBT_PREFIX + doubt for doubt in OVERRULABLE_DOUBTS),
    }
)
"""Codes of contradictions that a person may call harmless.

Never a hold that cannot be computed, an agreement that runs, an open claim, or an end in 1970: there something
is wrong or unfinished at the source, and a word cannot make it right.
"""

_STOPPED = frozenset({Verdict.REVIEW, Verdict.SCHEDULE, Verdict.ERASE})


def kept_by_person(decision: Decision, until: date | None, today: date) -> Decision:
    """Keep what would be asked about or erased, when a person said so, before the day `until`.

    Flags stay: that a relationship ended long ago is true whatever a person decides.
    """
    if until is None or today >= until or decision.verdict not in _STOPPED:
        return decision
    why = (Reason(reasons.KEPT_BY_PERSON, until), *decision.reasons)
    turns = min(until, decision.next_on) if decision.next_on else until
    flags = decision.flags & {"flagged"}
    return replace(
        decision,
        verdict=Verdict.KEEP, erase_on=None, partial=False, flags=flags, reasons=why, next_on=turns,
    )  # fmt: skip
