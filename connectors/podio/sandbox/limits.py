"""Podio's limits, as its page tells them: so many calls in an hour, and fewer of the costly operations."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HOUR = 3600.0


@dataclass
class Hourly:
    """Answers `general` calls in any hour, of which `costly` filter items; `clock` gives seconds.

    Whether filtering is costly is not documented: here it is. When the hour begins is not visible to callers, so
    any hour counts.
    """

    general: int
    costly: int
    clock: Callable[[], float]
    _calls: list[float] = field(default_factory=list)
    _filtered: list[float] = field(default_factory=list)

    def wait(self, path: str) -> int:
        """Count a call; gives for how many seconds it is refused, 0 when it is answered."""
        now = self.clock()
        counted = [(self._calls, self.general)]
        if path.endswith("/filter/"):
            counted.append((self._filtered, self.costly))
        for calls, limit in counted:
            calls[:] = [one for one in calls if one > now - HOUR]
            if len(calls) >= limit:
                return math.ceil(calls[0] + HOUR - now)
        for calls, _ in counted:
            calls.append(now)
        return 0
