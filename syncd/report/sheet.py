"""A report as sheets (CSV) for a spreadsheet: subjects with their records, and what was done."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncd.report.page import Card, RecordLine, Report

_DONE = ("order_id", "subject", "account", "kind", "key", "action", "erase_on", "verified_on", "kept")
_SUBJECTS = (
    "subject", "group", "subject_kind", "decision", "partial", "flagged", "ended", "erase_on", "hold_until",
    "next_on", "reason", "account", "kind", "key", "categories", "due", "due_on", "held", "held_until",
)  # fmt: skip
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def subjects_sheet(report: Report) -> str:
    """Write one line per record of each subject. With names, a column `name` says who it is."""
    columns = (*_SUBJECTS, "name") if report.names else _SUBJECTS
    lines = [
        [*_subject(card, record), *([card.name] if report.names else [])]
        for card in report.cards
        for record in card.records
    ]
    return _sheet(columns, lines)


def done_sheet(report: Report) -> str:
    """Write one line per write that was verified, the latest first."""
    return _sheet(_DONE, ([getattr(one, name) for name in _DONE] for one in report.done))


def _subject(card: Card, record: RecordLine) -> list[object]:
    return [
        card.subject, card.group.value, card.kind, card.decision, card.partial, card.flagged, card.ended,
        card.erase_on, card.hold_until, card.next_on, card.telling, record.account, record.kind, record.key,
        record.categories, record.due, record.due_on, record.held, record.hold_until,
    ]  # fmt: skip


def _sheet(columns: Iterable[str], lines: Iterable[Iterable[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")  # RFC 4180
    writer.writerow(columns)
    writer.writerows([_cell(each) for each in line] for line in lines)
    return out.getvalue()


def harmless(text: str) -> str:
    """Quote a text that a spreadsheet would run as a formula with an apostrophe (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def _cell(value: object) -> str:
    """Write a value as the text of a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    text = " ".join(value) if isinstance(value, tuple) else str(value)
    return harmless(text)
