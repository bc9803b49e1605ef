"""Cases: facts with the decision that is right, as JSON; `syncd policy test FILE` runs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncd.retention.case_files import Case, parse_cases
from syncd.retention.engine import decide
from syncd.retention.follow import follow, followed_of

if TYPE_CHECKING:
    from syncd.model import Decision
    from syncd.retention.schedule import Schedule


@dataclass(frozen=True)
class CaseResult:
    """How one case went. `differences` says in words what was expected and what came."""

    id: str
    text: str
    passed: bool
    differences: tuple[str, ...]
    decision: Decision


def run_cases(text: str, schedule: Schedule, name: str = "the cases") -> tuple[CaseResult, ...]:
    """Run every case of a file that people know as `name`.

    A case's own financial years and switches go before those of the schedule.

    Raises `CaseError` when the file, or any case in it, is not a case that this engine can be asked.
    """
    return tuple(_run(case) for case in parse_cases(text, schedule, name))


def decide_case(case: Case) -> Decision:
    """Decide a case: on its own facts, and by the organisations that a person belongs to."""
    facts, schedule, today = case.facts, case.schedule, case.today
    own = decide(facts, schedule, today)
    organisations = dict(enumerate(decide(one.facts, schedule, today) for one in case.organisations))
    left = {number: one.left for number, one in enumerate(case.organisations) if one.left}
    followed = followed_of(organisations, left, schedule, today)
    if not followed:
        return own
    return follow(own, followed, today, schedule, accepted=facts.accepted, kept_until=facts.kept_until)


def _run(case: Case) -> CaseResult:
    decision = decide_case(case)
    seen = _seen(decision)
    differences = tuple(
        f"{key}: expected {_in_words(wanted)}, got {_in_words(seen[key])}"
        for key, wanted in case.expected.items()
        if seen[key] != wanted
    )
    return CaseResult(case.id, case.text, not differences, differences, decision)


def _seen(decision: Decision) -> dict[str, object]:
    return {
        "decision": decision.verdict,
        "partial": decision.partial,
        "flags": decision.flags,
        "erase_on": decision.erase_on,
        "hold_until": decision.hold_until,
    }


def _in_words(value: object) -> str:
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)
