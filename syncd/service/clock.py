"""The one clock. Everything else takes the time as an argument."""

from datetime import UTC, date, datetime

from syncd.retention import parse_schedule
from syncd.service.defaults import default_schedule_text


def now() -> datetime:
    """Read the host's clock, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place that may


def today() -> date:
    """Give the calendar date in the time zone of the default schedule: the day of a simulated world.

    Between midnight there and midnight UTC the two differ, and a world of yesterday would have nobody due today.
    """
    schedule = parse_schedule(default_schedule_text(), "the default schedule")
    return now().astimezone(schedule.zone).date()
