"""One subject as values: with what persons said about it, and the papers behind its hold."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from syncd.index.second_looks import CAME_BACK
from syncd.model import subject_name
from syncd.report.figures import verified_on
from syncd.report.values import contact_values, day, hold
from syncd.retention.holds import read_paper

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from syncd.cycle.decide import Judged
    from syncd.index.orders import StoredOrder
    from syncd.index.subjects import StoredStatement
    from syncd.model import Document
    from syncd.retention import Schedule


def subject_values(one: Judged, done: Iterable[StoredOrder], schedule: Schedule) -> dict[str, Any]:
    """Give one subject: what a list gives, its organisations, statements, the hold's evidence, what was `done`."""
    behind = set(one.decision.held_by)
    return {
        **contact_values(one),
        "organisations": [subject_name(number) for number in sorted(one.subject.organisations)],
        "statements": [_statement(each) for each in one.said],
        "held_by": [_paper(each, schedule) for each in one.subject.documents if each.ref in behind],
        "done": [_done(each, schedule.zone) for each in done],
    }


def _done(one: StoredOrder, zone: ZoneInfo) -> dict[str, Any]:
    ref = one.order.ref
    return {
        "order_id": one.id,
        "account": ref.account,
        "kind": ref.kind,
        "key": ref.key,
        "action": one.order.action.value,
        "verified_on": day(verified_on(one, zone)),
        "came_back": one.code == CAME_BACK,
    }


def _statement(one: StoredStatement) -> dict[str, Any]:
    return {
        "said": one.kind,
        "at": datetime.fromisoformat(one.at).isoformat(timespec="seconds"),
        "on": day(one.on),
        "role": one.role.value if one.role else "",
        "reason": one.reason,
        "review_on": day(one.review_on),
    }


def _paper(document: Document, schedule: Schedule) -> dict[str, Any]:
    """Give a document with its own hold. Its number is left out: some companies put names into it."""
    paper = read_paper(document, schedule)
    year = paper.year
    return {
        "document": str(document.ref),
        "kind": document.kind.value,
        "dated": day(paper.dated),
        "settled": day(paper.settled),
        "value_ended": day(paper.value_ended),
        "financial_year": {"start": day(year.start), "end": day(year.end)} if year else None,
        "rule": paper.rule,
        "hold_until": hold(paper.hold),
    }
