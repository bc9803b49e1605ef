"""The tables of the configuration that belong to syncd itself: `[service]` and `[alerts]`."""

from __future__ import annotations

import re
from datetime import time
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

Mode = Literal["observe", "approve", "automatic"]


_PERIOD = re.compile(r"(\d{1,6})([smhd])")
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds_of(period: str) -> float:
    """Give the seconds of a period such as `90s`, `10m`, `6h` or `3d`. Raises `ValueError` for another text."""
    if not (match := _PERIOD.fullmatch(period)):
        raise ValueError('write a period as a number and s, m, h or d, such as "10m" or "6h"')
    return float(match[1]) * _UNITS[match[2]]


def _period(text: str) -> str:
    seconds_of(text)
    return text


Period = Annotated[str, AfterValidator(_period)]


def times_of(text: str) -> list[time]:
    """Give the times of day in a text such as `06:40 18:40`, earliest first. Raises `ValueError`."""
    try:
        found = sorted({time.fromisoformat(one) for one in text.split()})
    except ValueError:
        found = []
    if not found or not all(_TIME.fullmatch(one) for one in text.split()):
        raise ValueError('write times of day in UTC with spaces between, such as "06:40 18:40"')
    return found


def _times(text: str) -> str:
    times_of(text)
    return text


TimesOfDay = Annotated[str, AfterValidator(_times)]
_TIME = re.compile(r"\d\d:\d\d")


class ServiceSettings(BaseModel):
    """The `[service]` table."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    state_dir: Path = Path("/var/lib/syncd")
    mode: Mode = "observe"
    retention: Path | None = None
    account_limit: Period = "2h"
    run_limit: Period = "5h"
    language: Literal["en", "nl"] = "en"
    run_at: TimesOfDay = "00:40 06:40 12:40 18:40"
    jitter: Period = "10m"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        """Refuse a jitter that could put a run off beyond the next planned time."""
        minutes = [one.hour * 60 + one.minute for one in times_of(self.run_at)]
        gap = min(b - a for a, b in pairwise([*minutes, minutes[0] + 24 * 60]))
        if seconds_of(self.jitter) >= gap * 60:
            raise ValueError(f"jitter must be less than {gap}m, the time between two planned runs of run_at")
        return self


class EmailSettings(BaseModel):
    """The `[alerts.email]` table. `security` is how the connection is protected: from its start, or by STARTTLS."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    host: str
    port: Annotated[int, Field(gt=0, lt=65536)] = 465
    security: Literal["tls", "starttls", "none"] = "tls"
    sender: str
    to: Annotated[list[str], Field(min_length=1)]
    username: str = ""
    password: SecretStr = SecretStr("")

    @model_validator(mode="after")
    def _protected(self) -> Self:
        if self.security == "none" and self.host not in {"localhost", "127.0.0.1", "::1"}:
            raise ValueError(
                'security = "none" is for a mail server on this host only: write tls or starttls'
            )
        return self


class AlertSettings(BaseModel):
    """The `[alerts]` table: who is told, and how long something may stay flagged before that."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    flagged_for: Period = "7d"
    hold_ends_in: Period = "14d"
    webhook: SecretStr = SecretStr("")
    heartbeat: SecretStr = SecretStr("")
    email: EmailSettings | None = None
