"""Two weeks of the daemon in which the clocks change, at vendors that stumble; `benchmarks/year.py` has a year."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.year.drive import AMSTERDAM, installed
from tests.year.story import Story, live

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.ci

START = datetime.fromisoformat("2027-03-21T05:00:00+00:00")
SPRING = date(2027, 3, 28)
BEFORE_AUTUMN = datetime.fromisoformat("2027-10-29T05:00:00+00:00")
AUTUMN = date(2027, 10, 31)


def test_two_weeks_miss_no_date_and_touch_nobody_who_is_not_due(tmp_path: Path) -> None:
    with installed(tmp_path, START, seed=1, size=40) as year:
        # Due on the night on which an hour is left out.
        Story(year).end_one(SPRING - timedelta(days=28))
        live(year, START + timedelta(days=14), asks=False)
        assert year.judge_all() == []
    began = [datetime.fromisoformat(one["timestamp"]) for one in year.lines if one["event"] == "run.started"]
    assert len(began) >= 50
    assert year.faults
    assert {one["event"] for one in year.lines} >= {"order.verified", "contact.flagged", "account.failed"}
    assert sum(one.astimezone(AMSTERDAM).date() == SPRING for one in began) == 4
    early, late = year.samples[8].resident_kb, year.samples[-1].resident_kb
    assert late < early * 1.1


def test_on_the_night_with_an_hour_twice_every_run_comes_once_and_on_its_day(tmp_path: Path) -> None:
    with installed(tmp_path, BEFORE_AUTUMN, seed=1, size=40) as year:
        # Due on the night on which an hour comes twice.
        Story(year).end_one(AUTUMN - timedelta(days=28))
        live(year, BEFORE_AUTUMN + timedelta(days=4), asks=False)
        assert year.judge_all() == []
    began = [datetime.fromisoformat(one["timestamp"]) for one in year.lines if one["event"] == "run.started"]
    assert sum(one.astimezone(AMSTERDAM).date() == AUTUMN for one in began) == 4
    assert sum(one.date() == AUTUMN for one in began) == 4
    assert not [one for one in year.lines if one["event"] == "run.skipped"]
    assert "order.verified" in {one["event"] for one in year.lines}


def test_the_judge_finds_a_write_that_came_too_early_and_a_day_that_was_missed(tmp_path: Path) -> None:
    """A judge that finds nothing in anything would prove nothing."""
    with installed(tmp_path, START, seed=1, size=40) as year:
        living = next(year.truth.plain_customers())
        item = next(one for one in living.subject.records if one.kind == "organisation")
        assert "never" in year.truth.wrong("DELETE", ("crm", item.id), SPRING)
        living.settle(SPRING - timedelta(days=28), SPRING)
        assert living.due == SPRING
        assert "is due" in year.truth.wrong("DELETE", ("crm", item.id), SPRING - timedelta(days=1))
        assert year.truth.wrong("DELETE", ("crm", item.id), SPRING) == ""
        held = next(one for one in living.subject.records if one.kind == "contact")
        assert "the law holds" in year.truth.wrong("DELETE", ("books", held.id), SPRING)
        assert year.truth.wrong("PATCH", ("books", held.id), SPRING) == ""
        year.judge_day(SPRING + timedelta(days=1))
        assert any(f"'{item.id}') is there and not reported" in one for one in year.problems)
