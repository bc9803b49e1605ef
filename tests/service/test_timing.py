"""When runs are planned: in UTC, so that every day of the year has each time exactly once."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.service import timing
from syncd.settings import ServiceSettings

SIX_HOURLY = ServiceSettings(jitter="0s")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_TIMES = st.lists(st.times().map(lambda one: f"{one:%H:%M}"), min_size=1, max_size=6).map(" ".join)


@pytest.mark.parametrize("night", ["2027-03-28", "2027-10-31"], ids=["spring", "autumn"])
def test_a_night_on_which_the_clocks_change_has_its_runs_like_any_other(night: str) -> None:
    day = datetime.fromisoformat(night).replace(tzinfo=AMSTERDAM)
    moment, trigger, found = day - timedelta(days=1), timing.trigger_of(SIX_HOURLY), []
    while (moment := trigger.get_next_fire_time(moment, moment + timedelta(seconds=1))) < day + timedelta(
        days=2
    ):
        found.append(moment)
    gaps = {(b - a) for a, b in itertools.pairwise(found)}
    assert gaps == {timedelta(hours=6)}
    assert len(found) == 12


@given(_TIMES, _MOMENTS)
def test_what_is_said_to_come_next_is_what_the_scheduler_does(times: str, now: datetime) -> None:
    service = ServiceSettings(run_at=times, jitter="0s")
    said = timing.next_planned(service, now)
    assert said > now
    assert said == timing.trigger_of(service).get_next_fire_time(None, now + timedelta(microseconds=1))


@given(_TIMES, _MOMENTS, st.integers(0, 72 * 60))
def test_every_time_that_went_by_is_missed_but_the_one_the_run_is_for(
    times: str, last: datetime, minutes: int
) -> None:
    service = ServiceSettings(run_at=times, jitter="0s")
    now = last + timedelta(minutes=minutes)
    gone = timing.missed(service, last, now)
    assert gone == sorted(set(gone))
    assert all(last < one < now for one in gone)
    is_due = timing.is_due(service, last, now)
    newest = timing.next_planned(service, gone[-1]) if gone else timing.next_planned(service, last)
    assert is_due == (newest <= now)
    assert timing.next_planned(service, newest) > now or not is_due


@pytest.mark.parametrize("text", ["", "6:40", "24:00", "06:40,18:40", "noon", "06:40:30"])
def test_times_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="06:40 18:40"):
        ServiceSettings(run_at=text)


def test_a_jitter_that_reaches_the_next_time_is_refused() -> None:
    with pytest.raises(ValueError, match="less than 360m"):
        ServiceSettings(jitter="6h")
