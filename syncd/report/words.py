"""Decisions in words, with the documents behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncd.model import IdentifierKind, local_date
from syncd.retention import in_words
from syncd.retention.reasons import (
    DUE,
    EFFECTIVE_END,
    ENDED,
    LAST_DOCUMENT,
    LAST_OBLIGATION,
    NO_ROLE,
    RELEASED,
)

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

    from syncd.cycle.decide import Judged
    from syncd.model import Decision, Document, Reason, Record, RecordRef


_BACKGROUND = frozenset({ENDED, EFFECTIVE_END, DUE, RELEASED, NO_ROLE, LAST_DOCUMENT, LAST_OBLIGATION})
_HOLDS = "hold"
_NAMING = (IdentifierKind.NAME, IdentifierKind.GIVEN_NAME, IdentifierKind.FAMILY_NAME, IdentifierKind.EMAIL)


def who(*records: Record) -> str:
    """Say who records are about, for those who asked for names; empty when nothing is known."""
    said = (each.value for record in records for each in record.identifiers if each.kind in _NAMING)
    return " / ".join(dict.fromkeys(said))


def ended_on(one: Judged) -> date | None:
    """Give the day on which the relationship ended, as the decision has it."""
    days = [reason.on for reason in one.decision.reasons if reason.code == ENDED and reason.on]
    return max(days, default=None)


def telling_reason(one: Judged) -> str:
    """Give the code of what decided: the last reason that is more than background; empty without any."""
    return _telling(one.decision)


def _telling(decision: Decision) -> str:
    codes = [each.code for each in decision.reasons]
    telling = [each for each in codes if each not in _BACKGROUND and not each.startswith(_HOLDS)]
    return telling[-1] if telling else ""


def because(one: Judged) -> str:
    """Say in one short line what decided."""
    code = reason_of(one.decision)
    return in_words(code) if code else "-"


def reason_of(decision: Decision) -> str:
    """Give the code of what decided, background or not; empty for a decision without reasons."""
    return _telling(decision) or next((each.code for each in reversed(decision.reasons)), "")


def evidence_of(one: Judged) -> str:
    """Name the documents that make the hold as long as it is, with the dates that count."""
    behind = set(one.decision.held_by)
    papers = [each for each in one.subject.documents if each.ref in behind]
    named = "; ".join(paper(each, one.zone) for each in papers[:2])
    rest = len(papers) - 2
    if rest > 0:
        named += f" and {rest} more"
    return named or "-"


def paper(document: Document, zone: ZoneInfo) -> str:
    """Name a document as people call it, with the date that counts."""
    name = document.kind.value.replace("_", " ")
    number = f" {printable(document.number)}" if document.number else f" {document.ref.key}"
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


BELONGS = ("parent",)
"""The evidence of a link between a record and the one that it hangs on."""


def child_first(one: Judged, a: RecordRef, b: RecordRef) -> tuple[RecordRef, RecordRef]:
    """Put first, of two records of which one hangs on the other, the one that does."""
    parents = {each.ref: each.record.parent for each in one.subject.records}
    # Where the record between them is another subject's, the child has a parent and the other one none.
    a_is_child = parents.get(a) == b or (parents.get(b) != a and parents.get(a) is not None)
    return (a, b) if a_is_child else (b, a)


LONGEST = 200
"""Characters of a name that a screen shows."""


def visible(text: str) -> str:
    """Make lines of text safe for a terminal: no control or direction characters, nor halves of one."""
    return "".join(
        each if each.isprintable() or each == "\n" else "\N{REPLACEMENT CHARACTER}" for each in text
    )


def printable(text: str) -> str:
    """Make a vendor's text safe for a terminal: no control or direction characters, and not endless."""
    clean = visible(text.replace("\n", "\N{REPLACEMENT CHARACTER}"))
    return clean if len(clean) <= LONGEST else f"{clean[:LONGEST]}…"


def counted(number: int, what: str) -> str:
    """Say how many there are: `1 pair`, `2 pairs`."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
