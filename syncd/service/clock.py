"""The one clock. Everything else takes the time as an argument."""

from datetime import UTC, datetime


def now() -> datetime:
    """Read the host's clock, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - the one place that may
