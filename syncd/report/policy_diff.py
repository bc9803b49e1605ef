"""What another schedule would change, as JSON values; the shape is published in `docs/schemas/`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from syncd.model import subject_name
from syncd.report.values import day, hold

if TYPE_CHECKING:
    from syncd.cycle.decide import Judged
    from syncd.cycle.policy_diff import PolicyDiff


def policy_diff_values(diff: PolicyDiff) -> dict[str, Any]:
    """Give the counts, and each subject that changes."""
    return {
        "subjects": diff.subjects,
        "changed": len(diff.changes),
        "erase_before": diff.erase_before,
        "erase_after": diff.erase_after,
        "changes": [
            {
                "subject": subject_name(one.before.subject.id),
                "before": _state(one.before),
                "after": _state(one.after),
            }
            for one in diff.changes
        ],
    }


def _state(one: Judged) -> dict[str, Any]:
    days = [each.erase_on for each in one.dispositions if each.erase_on and each.categories]
    return {
        "decision": one.decision.verdict.value,
        "erase_on": day(one.decision.erase_on),
        "first_erased_on": day(min(days, default=None)),
        "hold_until": hold(one.decision.hold_until),
    }


def change_lines(one: dict[str, Any]) -> tuple[str, str]:
    """Say in two lines what changes about a subject; one would not fit a terminal."""
    subject = one["subject"]
    return f"{subject}  {_in_words(one['before'])}", f"{'->':>{len(subject)}}  {_in_words(one['after'])}"


def _in_words(one: dict[str, Any]) -> str:
    held = f", held until {one['hold_until']}" if one["hold_until"] else ""
    return f"{one['decision']}, erase on {one['erase_on'] or '-'}{held}"
