"""How many requests may leave, and when: the vendor's limit, of which an account uses its share."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from syncd.contract import Rate, Transient

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_WAIT = 330.0
"""Seconds that one call may wait for its turn or for a throttling vendor before it becomes `Transient`."""

LONGEST_PAUSE = 86_400.0
"""Seconds after which a pause ends, whatever was asked: a misread figure may not stop an account for good."""


class Budget:
    """So many requests per sliding window, shared by all calls of one account; safe to share between threads.

    `take` waits until a request may leave; it raises `Transient` when that would take longer than `patience`
    seconds. `pause` is what a throttling vendor asked for, `observe` what it says about its own counter.
    `used` counts the requests that left. Each request gets its turn (a moment) when it asks, and waits for
    it without holding the lock.
    """

    def __init__(
        self,
        rate: Rate | None,
        *,
        share: float = 1.0,
        patience: float = LONGEST_WAIT,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._limit = max(1, int(rate.requests * share)) if rate else None
        self._for_others = rate.requests - self._limit if rate and self._limit else 0
        self._window = rate.seconds if rate else 0.0
        self._patience = patience
        self._monotonic = monotonic
        self._sleep = sleep
        self._turns: deque[float] = deque()
        self._not_before = 0.0
        self._vendor_left: int | None = None
        self._vendor_resets = 0.0
        self._lock = threading.Lock()
        self.used = 0

    def take(self) -> None:
        """Wait for a turn and use it; raises `Transient` with code `budget` when the turn is too far away."""
        turn = self._reserve()
        while True:
            wait = turn - self._monotonic()
            if wait > 0:
                self._sleep(wait)
            with self._lock:
                paused_meanwhile = turn < self._not_before
                if not paused_meanwhile:
                    self.used += 1
                    return
            turn = self._reserve()

    def pause(self, seconds: float) -> None:
        """Let nothing leave for so many seconds, those who already wait for their turn included."""
        with self._lock:
            self._not_before = max(self._not_before, self._monotonic() + min(seconds, LONGEST_PAUSE))

    def observe(self, remaining: int, seconds: float) -> None:
        """Take over the vendor's own figure: `remaining` requests until its counter resets in `seconds`.

        It counts what other integrations used, so it can only lower what this budget allows; the part of the
        limit that `share` leaves to the others is kept free.
        """
        with self._lock:
            self._vendor_left = max(0, remaining - self._for_others)
            self._vendor_resets = self._monotonic() + min(max(0.0, seconds), LONGEST_PAUSE)

    def left(self) -> int | None:
        """Tell how many requests may leave now without waiting; None when nothing limits them."""
        with self._lock:
            now = self._monotonic()
            self._forget(now)
            if now < self._not_before:
                return 0
            free = None if self._limit is None else max(0, self._limit - len(self._turns))
            if self._vendor_left is None:
                return free
            return self._vendor_left if free is None else min(free, self._vendor_left)

    def _reserve(self) -> float:
        """Give the moment at which the next request may leave, and count it from now on."""
        with self._lock:
            now = self._monotonic()
            self._forget(now)
            turn = max(now, self._not_before)
            if self._vendor_left == 0:
                turn = max(turn, self._vendor_resets)
            if self._limit is not None and len(self._turns) >= self._limit:
                turn = max(turn, self._turns[-self._limit] + self._window)
            if turn - now > self._patience:
                raise Transient(
                    "budget",
                    f"no request may leave for another {turn - now:.0f} s: the vendor's limit is used up",
                    retry_after=turn - now,
                )
            if self._limit is not None:
                self._turns.append(turn)
            if self._vendor_left:
                self._vendor_left -= 1
            return turn

    def _forget(self, now: float) -> None:
        """Drop what no longer counts: turns that left the window, a vendor's figure that was reset."""
        while self._turns and self._turns[0] <= now - self._window:
            self._turns.popleft()
        if self._vendor_left is not None and now >= self._vendor_resets:
            self._vendor_left = None
