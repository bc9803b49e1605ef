"""Which papers after an end are new work, and which only wind up what was done before it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from syncd.model import DocumentKind
from syncd.retention import dated_after
from tests.unit.retention.kit import SCHEDULE, day, doc

END = day("2026-06-30")
AFTER, BEFORE = "2026-07-15", "2026-06-15"


def new_work(kind: str, on: str | None, **more: Any) -> bool:
    paper = doc(kind, on, **more)
    return dated_after([paper], END, SCHEDULE) == (paper,)


@pytest.mark.parametrize("kind", [one.value for one in DocumentKind])
def test_a_paper_is_new_work_from_the_day_after_the_end_on_unless_it_can_only_wind_up(kind: str) -> None:
    winds_up = kind in {"credit_note", "bank_mutation"}
    assert new_work(kind, str(END + timedelta(1))) is not winds_up
    assert not new_work(kind, str(END))
    assert not new_work(kind, BEFORE)
    assert not new_work(kind, None), "of a paper without a date nobody knows"


@pytest.mark.parametrize("kind", ["sales_invoice", "purchase_invoice"])
def test_an_invoice_after_the_end_for_a_service_before_it_winds_up(kind: str) -> None:
    assert not new_work(kind, AFTER, service_end=BEFORE)
    assert not new_work(kind, AFTER, service_end=str(END))
    assert new_work(kind, AFTER, service_end=str(END + timedelta(1)))


def test_an_invoice_in_advance_shows_work_when_it_is_written() -> None:
    assert not new_work("sales_invoice", BEFORE, service_end=AFTER)
    assert new_work("sales_invoice", AFTER, service_end="2027-12-31")


def test_of_other_papers_the_service_says_nothing() -> None:
    assert new_work("receipt", AFTER, service_end=BEFORE)


def test_of_several_papers_those_after_the_end_are_given_in_their_order() -> None:
    papers = [doc("receipt", on, number) for number, on in enumerate((AFTER, BEFORE, "2026-07-01"), start=1)]
    assert dated_after(papers, END, SCHEDULE) == (papers[0], papers[2])
