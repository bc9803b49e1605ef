"""Ending a run's requests in time: because a person asked, or because their time is over.

Every request asks first whether it may leave, and every wait is cut short. What is shielded (one write and its
look) goes on to its end, so nobody is left wondering what a write did.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from syncd.contract import Transient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SLICE = 5.0
"""Seconds after which a wait looks again whether it should end, and shows that it is alive."""

HALTED = frozenset({"stopped", "time_over"})
"""The codes with which `Halt` ends requests."""

LONGEST_SHIELDED_WAIT = 10.0
"""Seconds that a shielded wait may still take once everything should end."""


class Halt:
    """Whether requests may leave. One for a run, and below it one for each account (`below`).

    `pulse` is called whenever something goes on: a request that is about to leave, a part of a wait, a page.
    A loop that hangs shows no pulse. Safe to share between threads.
    """

    def __init__(
        self,
        *,
        pulse: Callable[[], None] = lambda: None,
        above: Halt | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.pulse = pulse
        self._above = above
        self._monotonic = monotonic
        self._asked: threading.Event = above._asked if above else threading.Event()  # noqa: SLF001 - its own kind
        self._ends: float | None = None
        self._shields = 0

    def below(self) -> Halt:
        """Give one for an account: it also ends with this one, and may end earlier."""
        return Halt(pulse=self.pulse, above=self, monotonic=self._monotonic)

    def ask(self) -> None:
        """Ask everything to end."""
        self._asked.set()

    @property
    def asked(self) -> bool:
        """Tell whether somebody asked."""
        return self._asked.is_set()

    def limit(self, seconds: float | None) -> None:
        """Let the time be over in so many seconds; None lifts the limit."""
        self._ends = None if seconds is None else self._monotonic() + seconds

    def left(self) -> float | None:
        """Tell how many seconds are left, here and above; None when nothing limits them."""
        mine = None if self._ends is None else self._ends - self._monotonic()
        theirs = self._above.left() if self._above else None
        return min((one for one in (mine, theirs) if one is not None), default=None)

    @contextmanager
    def shield(self) -> Iterator[None]:
        """Let what happens inside go on to its end."""
        self._shields += 1
        try:
            yield
        finally:
            self._shields -= 1

    def check(self) -> None:
        """Raise `Transient` when nothing may leave any more: `stopped` when asked, `time_over` when late."""
        self.pulse()
        if not self._shields:
            self._require()

    def sleep(self, seconds: float) -> None:
        """Wait, unless it should end. Raises `Transient` as `check` does."""
        ends = self._monotonic() + seconds
        while (rest := ends - self._monotonic()) > 0:
            self.pulse()
            if not self._shields or rest > LONGEST_SHIELDED_WAIT:
                self._require()
            if self._shields:
                time.sleep(min(rest, SLICE))
            else:
                self._asked.wait(min(rest, SLICE))

    def _require(self) -> None:
        if self.asked:
            raise Transient("stopped", "syncd was asked to stop")
        left = self.left()
        if left is not None and left <= 0:
            raise Transient("time_over", "the time that this run may take is over")
