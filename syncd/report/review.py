"""What waits for a person's answer, as JSON values and in words; the shape is published in `docs/schemas/`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from syncd.model import subject_name
from syncd.report.values import day
from syncd.report.words import sentence
from syncd.retention import reasons

if TYPE_CHECKING:
    from syncd.cycle.asking import Doubt
    from syncd.cycle.proposals import Question
    from syncd.identity import Proposal
    from syncd.model import Reason

_IN_THE_BOOKS: Final = "correct its date in the bookkeeping"

REMEDIES: Final[dict[str, str]] = {
    reasons.DOCUMENT_AFTER_END: (
        "go-on: it only winds up; end DAY: it ended later; if it came back: syncd relationship resume"
    ),
    reasons.DUPLICATE_OF_ACTIVE: "go-on: they are two; or answer the question about the two",
    reasons.CLAIM_PRESCRIBED: "settle it or write it off in the bookkeeping",
    reasons.AGREEMENT_RUNNING: "end it where it is kept",
    reasons.END_SUSPECT: "correct the date where it stands, or end DAY",
    reasons.SILENT: "end DAY: it ended; keep --until DATE: ask again then",
    reasons.QUOTE_EXPIRED: "end DAY: nothing came of it; keep --until DATE: ask again then",
    reasons.DOCUMENT_SUSPECT: _IN_THE_BOOKS,
    reasons.DOCUMENT_UNDATED: _IN_THE_BOOKS,
    reasons.BEYOND_CALENDAR: _IN_THE_BOOKS,
    reasons.NO_FINANCIAL_YEAR: "add that financial year to the schedule",
    reasons.FIRST_USE_UNKNOWN: "say in the bookkeeping when the property was first used",
    "doubt:end_removed": "go-on: the end that stood there holds; end DAY; or: syncd relationship resume",
    "doubt:vanished_with_end": "go-on: the end that stood there holds; end DAY",
    "doubt:erased_before": "go-on: it may go again; keep --until DATE: it is a new relationship",
    "doubt:left_and_still_there": "end DAY: they left; they are there: syncd relationship resume",
    "doubt:unknown_end_date": "fill in the date where it stands, or end DAY",
}
"""Who or what can settle a contradiction. Whatever is not here is a field: it is mended where it stands."""


def remedy(code: str) -> str:
    """Say what settles a contradiction."""
    return REMEDIES.get(code, "correct the field where it stands, or its mapping in syncd.toml")


def doubt_values(one: Doubt) -> dict[str, Any]:
    """Give a subject in review."""
    return {
        "id": one.id,
        "kind": "subject",
        "subjects": [subject_name(one.judged.subject.id)],
        "flagged": one.judged.decision.flagged,
        "contradictions": [_contradiction(each) for each in one.reasons],
        "evidence": [],
        "answers": list(one.answers),
        "waiting": [],
    }


def question_values(one: Question, *, flagged: bool) -> dict[str, Any]:
    """Give two records that may be one subject."""
    return {
        "id": one.id,
        "kind": "identity",
        "subjects": [subject_name(one.one), subject_name(one.other)],
        "flagged": flagged,
        "contradictions": [],
        "evidence": list(one.proposal.evidence),
        "answers": ["same", "different"],
        "waiting": [subject_name(each) for each in sorted(one.waiting)],
    }


def proposal_values(one: Proposal, name: str, other: int, *, asked: bool) -> dict[str, Any]:
    """Give somebody else that a subject may be the same as; `asked` when the answer could change something."""
    return {
        "id": name,
        "subject": subject_name(other),
        "records": [str(one.a), str(one.b)],
        "score": one.score,
        "evidence": list(one.evidence),
        "asked": asked,
    }


def _contradiction(one: Reason) -> dict[str, Any]:
    return {
        "code": one.code,
        "text": sentence(one),
        "on": day(one.on),
        "documents": [str(ref) for ref in one.documents],
        "remedy": remedy(one.code),
    }
