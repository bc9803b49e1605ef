"""When runs are planned: times of day in UTC, so that no night of the year has one twice or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

from syncd.settings import seconds_of, times_of

if TYPE_CHECKING:
    from syncd.settings import ServiceSettings

MOST_MISSED = 1000
"""Planned times that are counted at most: years of absence need no exact number."""


def trigger_of(service: ServiceSettings) -> OrTrigger:
    """Give the trigger for APScheduler: each time of day in UTC, later by a random part of the jitter."""
    times = [CronTrigger(hour=one.hour, minute=one.minute, timezone=UTC) for one in times_of(service.run_at)]
    return OrTrigger(times, jitter=seconds_of(service.jitter) or None)


def next_planned(service: ServiceSettings, after: datetime) -> datetime:
    """Give the first planned time later than a moment, without jitter."""
    after = after.astimezone(UTC)
    days = (after.date() + timedelta(days=each) for each in (0, 1))
    planned = (datetime.combine(day, one, UTC) for day in days for one in times_of(service.run_at))
    return min(one for one in planned if one > after)


def missed(service: ServiceSettings, last: datetime, now: datetime) -> list[datetime]:
    """Give the planned times after a run began and up to now that had no run of their own.

    The newest is what the run that begins now is for; so with none missed this is empty.
    """
    found: list[datetime] = []
    moment = next_planned(service, last)
    while moment <= now and len(found) < MOST_MISSED:
        found.append(moment)
        moment = next_planned(service, moment)
    return found[:-1]


def is_due(service: ServiceSettings, last: datetime | None, now: datetime) -> bool:
    """Tell whether a planned time has gone by since a run began last (or none ever did)."""
    return last is None or next_planned(service, last) <= now
