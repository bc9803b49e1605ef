"""Decisions in words, with the documents behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncd.model import local_date
from syncd.retention import in_words

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from syncd.cycle.decide import Judged
    from syncd.model import Document, Reason


def because(one: Judged) -> str:
    """Say in one short line why the decision is as it is: its last reason, the one that decided."""
    reasons = one.decision.reasons
    return in_words(reasons[-1].code) if reasons else "-"


def evidence_of(one: Judged) -> str:
    """Name the documents that make the hold as long as it is, with the dates that count."""
    behind = set(one.decision.held_by)
    papers = [each for each in one.subject.documents if each.ref in behind]
    named = "; ".join(_paper(each, one.zone) for each in papers[:2])
    rest = len(papers) - 2
    if rest > 0:
        named += f" and {rest} more"
    return named or "-"


def _paper(document: Document, zone: ZoneInfo) -> str:
    name = document.kind.value.replace("_", " ")
    number = f" {document.number}" if document.number else f" {document.ref.key}"
    if document.open:
        return f"{name}{number}, open"
    if document.settled is not None:
        return f"{name}{number}, settled {local_date(document.settled, zone)}"
    if document.date is not None:
        return f"{name}{number} of {local_date(document.date, zone)}"
    return f"{name}{number}"


def sentence(reason: Reason) -> str:
    """Say one reason as a sentence with its date, role and number of documents."""
    text = in_words(reason.code)
    if reason.role:
        text += f" ({reason.role})"
    if reason.on is not None:
        text += f": {reason.on}"
    if reason.documents:
        text += f" [{len(reason.documents)} document{'s' if len(reason.documents) > 1 else ''}]"
    return text
