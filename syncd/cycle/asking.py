"""What waits for a person's answer: subjects in review, and who may be whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncd.cycle.answers import Seen
from syncd.cycle.proposals import questions
from syncd.cycle.review import current
from syncd.index import decisions
from syncd.model import Verdict
from syncd.retention.reasons import (
    AGREEMENT_RUNNING,
    CLAIM_PRESCRIBED,
    DOCUMENT_AFTER_END,
    DOUBT_PREFIX,
    DUPLICATE_OF_ACTIVE,
    END_SUSPECT,
    HOLDS,
    KEPT_BY_PERSON,
    ORGANISATION_REVIEW,
    QUOTE_EXPIRED,
    SILENT,
)

if TYPE_CHECKING:
    from syncd.cycle.app import App
    from syncd.cycle.decide import Judge, Judged
    from syncd.cycle.proposals import Question
    from syncd.model import Reason
    from syncd.retention import Schedule

_ASKING = frozenset(
    {
        AGREEMENT_RUNNING,
        CLAIM_PRESCRIBED,
        DOCUMENT_AFTER_END,
        DUPLICATE_OF_ACTIVE,
        END_SUSPECT,
        QUOTE_EXPIRED,
        SILENT,
    }
)
_END_ANSWERS = frozenset({DOCUMENT_AFTER_END, END_SUSPECT, QUOTE_EXPIRED, SILENT}) | {
    DOUBT_PREFIX + doubt
    for doubt in ("end_removed", "vanished_with_end", "unknown_end_date", "left_and_still_there")
}
"""What another end can settle."""


@dataclass(frozen=True)
class Doubt:
    """A subject in review: what does not agree, and which answers a person can give."""

    id: str
    judged: Judged
    reasons: tuple[Reason, ...]
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """Everything that waits for an answer."""

    judge: Judge
    doubts: tuple[Doubt, ...]
    questions: tuple[Question, ...]


def asked(app: App) -> Asked:
    """Collect what waits for an answer today, without asking a vendor or changing anything."""
    judge = current(app)
    waiting = judge.judged.that(decisions.verdict_is(Verdict.REVIEW))
    doubts = [doubt_of(one, app.schedule) for one in waiting if _asks(one)]
    with judge.app.index.look() as connection:
        return Asked(judge, tuple(doubts), tuple(questions(judge, connection, app.today())))


def seen_of(judged: Judged, schedule: Schedule) -> Seen:
    """Give what a person who answers about a subject has before them."""
    return Seen(judged.subject, judged.facts, judged.rivals, schedule)


def doubt_of(judged: Judged, schedule: Schedule) -> Doubt:
    """Say what does not agree about a subject, and what can be answered."""
    reasons = tuple(one for one in judged.decision.reasons if _is_asked(judged, one))
    harmless = seen_of(judged, schedule).contradictions(judged.decision)
    answers = ["keep --until DATE"]
    if reasons and all(harmless.get(one.code) for one in reasons):
        answers.insert(0, "go-on")
    if any(one.code in _END_ANSWERS for one in reasons):
        answers.append("end DAY")
    return Doubt(f"V-{judged.subject.id}", judged, reasons, tuple(answers))


def can_be_answered(judged: Judged) -> bool:
    """Tell whether there is a question about a subject, also one that a person put off."""
    kept = any(one.code == KEPT_BY_PERSON for one in judged.decision.reasons)
    return bool(judged.subject.present) and (kept or _asks(judged))


def _asks(judged: Judged) -> bool:
    """Tell whether a subject waits for an answer of its own; one that follows an organisation waits for its."""
    following = any(one.code == ORGANISATION_REVIEW for one in judged.decision.reasons)
    return bool(judged.subject.present) and judged.decision.verdict is Verdict.REVIEW and not following


def _is_asked(judged: Judged, reason: Reason) -> bool:
    unknown = judged.decision.hold_until == "unknown" and reason.code in HOLDS
    return unknown or reason.code in _ASKING or reason.code.startswith(DOUBT_PREFIX)
