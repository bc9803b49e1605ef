"""Reading what an installation is configured to be: settings and retention schedule, validated together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncd import registry
from syncd.retention import ScheduleError, parse_schedule
from syncd.service.defaults import default_schedule_text
from syncd.settings import load_settings
from syncd.settings.wording import unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from syncd.retention import Schedule
    from syncd.settings import Settings


@dataclass(frozen=True)
class Configuration:
    """A configuration that is valid as a whole."""

    settings: Settings
    schedule: Schedule


def load(path: Path, environment: Mapping[str, str]) -> Configuration:
    """Read the configuration and its schedule.

    Raises `syncd.settings.SettingsError` or `syncd.retention.ScheduleError`, each with all its problems.
    """
    settings = load_settings(path, environment, registry.models(), registry.address_problem)
    where = settings.schedule_path
    if where is None:
        return Configuration(settings, parse_schedule(default_schedule_text(), "the default schedule"))
    try:
        text = where.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScheduleError((f"{where}: {unreadable(error)}",)) from None
    return Configuration(settings, parse_schedule(text, str(where)))
