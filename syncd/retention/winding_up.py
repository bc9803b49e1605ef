"""Which documents show work, and which only wind up what was done before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncd.model import DocumentKind
from syncd.retention.holds import INVOICES, Paper, read_paper

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from syncd.model import Document
    from syncd.retention.schedule import Schedule

_ALWAYS_WINDS_UP = frozenset({DocumentKind.CREDIT_NOTE, DocumentKind.BANK_MUTATION})


def work_of(paper: Paper) -> date | None:
    """Give the day on which a document shows work: after the end it is new work, before it winds up.

    An invoice for a known service shows work at the end of that service, if that is before its date.
    """
    if paper.dated is None or paper.kind in _ALWAYS_WINDS_UP:
        return None
    if paper.kind in INVOICES and paper.service_end is not None:
        return min(paper.dated, paper.service_end)
    return paper.dated


def dated_after(documents: Iterable[Document], end: date, schedule: Schedule) -> tuple[Document, ...]:
    """List the documents that show work after an end: those that `document_after_end` is about."""
    return tuple(one for one in documents if (work_of(read_paper(one, schedule)) or end) > end)
