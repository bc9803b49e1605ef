"""Who is proposed as silent: the rule, each way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from syncd.cycle.decide import Judged
from syncd.cycle.silence import silent
from syncd.cycle.subject import Subject
from syncd.index.reading import StoredRecord
from syncd.model import (
    Decision,
    Document,
    DocumentKind,
    Record,
    RecordRef,
    SubjectKind,
    Verdict,
)
from syncd.retention import Facts, Period, Unit

TODAY = date(2026, 11, 24)
LONG = Period(24, Unit.MONTH)
LAST = date(2024, 11, 23)
"""Two years and a day before: the first day that is long enough."""

INVOICE = Document(RecordRef("books", "invoice", "9"), RecordRef("crm", "item", "1"),
                   DocumentKind.SALES_INVOICE, LAST, open=True)  # fmt: skip


def _judged(first_seen: str = "2020-01-01T00:00:00+00:00", **facts: Any) -> Judged:
    record = Record(
        RecordRef("crm", "item", "1"), "1", SubjectKind.ORGANISATION, frozenset({"relation_record"})
    )
    return Judged(
        subject=Subject(1, SubjectKind.ORGANISATION, [StoredRecord(record, "present", False, 1, first_seen)]),
        facts=Facts(**{"ended": {"customer": None}, "last_activity": LAST, **facts}),
        decision=Decision(Verdict.KEEP),
        dispositions=(),
        events=(),
        zone=ZoneInfo("Europe/Amsterdam"),
        own=Decision(Verdict.KEEP),
    )


def _listed(one: Judged) -> bool:
    return bool(silent([one], LONG, TODAY))


@pytest.mark.parametrize(("days", "listed"), [(-1, True), (0, True), (1, False), (400, False)])
def test_the_period_must_be_over(days: int, listed: bool) -> None:
    assert _listed(_judged(last_activity=LAST + timedelta(days=days))) is listed


def test_a_moment_counts_by_its_date_here() -> None:
    assert not _listed(_judged(last_activity=datetime(2024, 11, 23, 23, 30, tzinfo=UTC)))
    assert _listed(_judged(last_activity=datetime(2024, 11, 23, 22, 30, tzinfo=UTC)))


@pytest.mark.parametrize(
    "facts",
    [
        {"ended": {"customer": date(2025, 1, 1)}},
        {"docs": (INVOICE,)},
        {"suspended": True},
        {"ended": {}, "newsletter_consent": True},
    ],
    ids=["ended", "open document", "stopped", "consent alone"],
)
def test_who_is_not_asked_about(facts: dict[str, Any]) -> None:
    assert not _listed(_judged(**facts))


def test_one_role_without_an_end_is_enough_and_so_is_none_at_all() -> None:
    assert _listed(_judged(ended={"customer": date(2024, 1, 1), "supplier": None}))
    assert _listed(_judged(ended={}))
    assert _listed(_judged(docs=(replace(INVOICE, open=False),)))


def test_a_person_of_an_organisation_follows_it_unless_there_is_an_own_role() -> None:
    follower = _judged(ended={})
    follower.subject.organisations.add(2)
    assert not _listed(follower)
    own = _judged()
    own.subject.organisations.add(2)
    assert _listed(own)


def test_without_any_sign_of_life_the_newest_record_counts() -> None:
    assert _listed(_judged(last_activity=None, first_seen="2024-11-23T12:00:00+00:00"))
    assert not _listed(_judged(last_activity=None, first_seen="2024-11-24T12:00:00+00:00"))


def test_whoever_is_gone_is_not_asked_about() -> None:
    gone = _judged()
    gone.subject.records[0] = replace(gone.subject.records[0], state="vanished")
    assert not _listed(gone)
