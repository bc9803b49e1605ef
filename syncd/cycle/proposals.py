"""Questions about identity that matter: proposals whose answer could change an order.

Two records that may be one subject are no reason to wait, as long as both answers bring the same. Where "the same"
would keep what is about to go (the other has not ended, its papers hold longer), the order waits for the answer.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncd.cycle.plan import WINDOW
from syncd.cycle.subject import AT_ONCE
from syncd.index import decisions, neighbours
from syncd.index.many import in_parts
from syncd.index.records import ref_text
from syncd.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlalchemy import Connection

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
    """Give all proposals with their two subjects, the likeliest first."""
    with judge.app.index.look() as connection:
        for proposal, one, other in neighbours.all_proposals(connection):
            yield one, other, proposal


def questions(judge: Judge, connection: Connection, today: date) -> list[Question]:
    """List the proposals whose answer could change an order or settle a review, the likeliest first."""
    asked = []
    for some in in_parts(neighbours.proposals_that_may_matter(connection), AT_ONCE):
        judged = judge.decided(connection, {each for _proposal, *two in some for each in two})
        for proposal, one, other in some:
            waiting = _waiting(judge, connection, judged[one], judged[other], today)
            if waiting or _contested(judged[one], other) or _contested(judged[other], one):
                asked.append(Question(question_id(proposal), proposal, one, other, waiting))
    return asked


def question_id(proposal: Proposal) -> str:
    """Name a proposal by its two records: the same in every run, whichever of them comes first."""
    texts = sorted((ref_text(proposal.a), ref_text(proposal.b)))
    return f"P-{hashlib.sha256(' '.join(texts).encode()).hexdigest()[:8]}"


def _contested(judged: Judged, rival: int) -> bool:
    return judged.decision.verdict is Verdict.REVIEW and rival in judged.rivals


def _waiting(judge: Judge, connection: Connection, one: Judged, other: Judged, today: date) -> frozenset[int]:
    goes = {each.subject.id: _goes(each, today) for each in (one, other)}
    if not any(goes.values()):
        return frozenset()
    together = _goes(judge.as_one(connection, one.subject.id, other.subject.id), today)
    changed = {number for number, days in goes.items() if _keeps_some(days, together)}
    # Who belongs to an organisation follows it, so its persons wait with it.
    members = set().union(*decisions.members_of(connection, changed).values())
    following = {
        number
        for part in in_parts(sorted(members), AT_ONCE)
        for number, each in judge.decided(connection, part).items()
        if _goes(each, today)
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
