"""Questions about identity that matter: proposals whose answer could change an order.

Two records that may be one subject are no reason to wait, as long as both answers bring the same. Where "the same"
would keep what is about to go (the other has not ended, its papers hold longer), the order waits for the answer.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncd.cycle.plan import WINDOW
from syncd.index.records import ref_text
from syncd.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from syncd.cycle.decide import Judge, Judged
    from syncd.identity import Proposal
    from syncd.model import DataCategory, RecordRef


@dataclass(frozen=True)
class Question:
    """A proposal whose answer matters, between two subjects. The orders of `waiting` subjects wait for it."""

    id: str
    proposal: Proposal
    one: int
    other: int
    waiting: frozenset[int]


def proposed(judge: Judge) -> Iterator[tuple[int, int, Proposal]]:
    """Give the proposals with their two subjects, the likeliest first."""
    number = {one.ref: subject.id for subject in judge.subjects.by_id.values() for one in subject.records}
    for proposal in judge.subjects.proposals:
        one, other = sorted((number[proposal.a], number[proposal.b]))
        # Records linked by what they showed before are one subject already.
        if one != other:
            yield one, other, proposal


def questions(judge: Judge, today: date) -> list[Question]:
    """List the proposals whose answer could change an order or settle a review, the likeliest first."""
    asked = []
    for one, other, proposal in proposed(judge):
        waiting = _waiting(judge, one, other, today)
        if waiting or _contested(judge.judged[one], other) or _contested(judge.judged[other], one):
            asked.append(Question(question_id(proposal), proposal, one, other, waiting))
    return asked


def question_id(proposal: Proposal) -> str:
    """Name a proposal by its two records: the same in every run, whichever of them comes first."""
    texts = sorted((ref_text(proposal.a), ref_text(proposal.b)))
    return f"P-{hashlib.sha256(' '.join(texts).encode()).hexdigest()[:8]}"


def _contested(judged: Judged, rival: int) -> bool:
    return judged.decision.verdict is Verdict.REVIEW and rival in judged.rivals


def _waiting(judge: Judge, one: int, other: int, today: date) -> frozenset[int]:
    goes = {number: _goes(judge.judged[number], today) for number in (one, other)}
    if not any(goes.values()):
        return frozenset()
    together = _goes(judge.as_one(one, other), today)
    changed = {number for number, days in goes.items() if _keeps_some(days, together)}
    # Who belongs to an organisation follows it, so its persons wait with it.
    following = {
        number
        for number, each in judge.judged.items()
        if each.subject.organisations & changed and _goes(each, today)
    }
    return frozenset(changed | following)


def _goes(judged: Judged, today: date) -> dict[tuple[RecordRef, DataCategory], date]:
    """Give what of which record goes on which day, as far as orders are made ahead."""
    found: dict[tuple[RecordRef, DataCategory], date] = {}
    for one in judged.dispositions:
        if one.erase_on and one.erase_on - today <= WINDOW:
            found |= {(one.ref, category): one.erase_on for category in one.categories or one.held}
    return found


def _keeps_some(
    alone: dict[tuple[RecordRef, DataCategory], date], together: dict[tuple[RecordRef, DataCategory], date]
) -> bool:
    """Tell whether something that goes alone would stay, or stay longer, if the two were one."""
    return any(place not in together or together[place] > day for place, day in alone.items())
