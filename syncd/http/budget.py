"""How many requests may leave, and when: the vendor's limit, of which an account uses its share."""

from __future__ import annotations

import secrets
import threading
import time
from typing import TYPE_CHECKING

from syncd.contract import Rate, Transient
from syncd.http.spending import Block, BudgetStore, Memory, Spending

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_WAIT = 330.0
"""Seconds that one call may wait for its turn or for a throttling vendor before it becomes `Transient`."""

LONGEST_PAUSE = 86_400.0
"""Seconds after which a pause ends, whatever was asked: a misread figure may not stop an account for good."""

LARGEST_BLOCK = 20
"""Most requests reserved at once, and at most a fortieth of what is allowed (but one)."""

LONGEST_BLOCK = 10.0
"""Seconds that a reserved block is good for, and at most a fiftieth of the vendor's window."""


class Budget:
    """So many requests per sliding window, shared by all calls of one account; safe to share between threads.

    `take` waits until a request may leave; it raises `Transient` when that would take longer than `patience`
    seconds. `pause` is what a throttling vendor asked for, `observe` what it says about its own counter.
    `used` counts the requests that left through this budget. Each request gets its turn (a moment) when it
    asks, and waits for it without holding the lock.

    With a `store` the spending is kept there: it survives the process and is shared by all that use the same
    store. Requests are then reserved in small blocks, so that not each one costs a write to the disk. A
    block counts as used at the end of its time until it is known better: a process that dies wastes what was
    left of its block, and nobody overspends. What another process learned from the vendor is seen with the
    next block. A pause is written down at once.
    """

    def __init__(
        self,
        rate: Rate | None,
        *,
        share: float = 1.0,
        patience: float = LONGEST_WAIT,
        store: BudgetStore | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._limit = max(1, int(rate.requests * share)) if rate else None
        self._for_others = rate.requests - self._limit if rate and self._limit else 0
        self._window = rate.seconds if rate else 0.0
        self._patience = patience
        self._store: BudgetStore = store or Memory()
        self._size, self._lasts = 1, 0.0
        if store is not None:
            self._size = max(1, min(LARGEST_BLOCK, (self._limit or LARGEST_BLOCK * 40) // 40))
            self._lasts = min(LONGEST_BLOCK, self._window / 50) if rate else LONGEST_BLOCK
        self._monotonic = monotonic
        self._sleep = sleep
        self._block: Block | None = None
        self._held = 0
        self._last_turn = 0.0
        self._not_before = 0.0
        self._observed: tuple[int, float] | None = None
        self._lock = threading.Lock()
        self.used = 0

    def take(self) -> None:
        """Wait for a turn and use it; raises `Transient` with code `budget` when the turn is too far away."""
        turn = self._next_turn()
        while True:
            wait = turn - self._monotonic()
            if wait > 0:
                self._sleep(wait)
            with self._lock:
                paused_meanwhile = turn < self._not_before
                if not paused_meanwhile:
                    self.used += 1
                    return
            turn = self._next_turn()

    def pause(self, seconds: float) -> None:
        """Let nothing leave for so many seconds, those who already wait for their turn included."""
        with self._lock:
            now = self._monotonic()
            until = now + min(seconds, LONGEST_PAUSE)

            def paused(spending: Spending) -> None:
                self._settle(spending, now)
                spending.not_before = self._not_before = max(spending.not_before, until)

            self._store.change(paused)

    def observe(self, remaining: int, seconds: float) -> None:
        """Take over the vendor's own figure: `remaining` requests until its counter resets in `seconds`.

        It counts what other integrations used, so it can only lower what this budget allows; the part of the
        limit that `share` leaves to the others is kept free.
        """
        with self._lock:
            left = max(0, remaining - self._for_others)
            self._observed = left, self._monotonic() + min(max(0.0, seconds), LONGEST_PAUSE)
            if self._block is not None and self._held > left:
                self._block.count -= self._held - left
                self._held = left

    def left(self) -> int | None:
        """Tell how many requests may leave now without waiting; None when nothing limits them."""
        with self._lock:
            now = self._monotonic()

            def looked(spending: Spending) -> int | None:
                self._settle(spending, now)
                if now < spending.not_before:
                    return 0
                free = None if self._limit is None else spending.free(self._limit)
                if spending.vendor_left is None:
                    return free
                return spending.vendor_left if free is None else min(free, spending.vendor_left)

            return self._store.change(looked)

    def release(self) -> None:
        """Give back what is reserved and unused, before the process ends."""
        with self._lock:
            if self._block is not None:
                self._store.change(lambda spending: self._settle(spending, self._monotonic()))

    def _next_turn(self) -> float:
        """Give the moment at which the next request may leave, and count it from now on."""
        with self._lock:
            now = self._monotonic()
            if self._block is None or not self._held or now > self._block.moment:
                turn = self._store.change(lambda spending: self._reserve(spending, now))
                if turn - now > self._patience:
                    raise Transient(
                        "budget",
                        f"no request may leave for another {turn - now:.0f} s: the vendor's limit is used up",
                        retry_after=turn - now,
                    )
                self._last_turn = turn
            self._held -= 1
            self._last_turn = max(now, self._last_turn)
            if self._observed is not None:
                left, resets = self._observed
                self._observed = max(0, left - 1), resets
            return self._last_turn

    def _reserve(self, spending: Spending, now: float) -> float:
        """Reserve a block and give the moment at which its first request may leave; too far away: only that."""
        self._settle(spending, now)
        self._not_before = spending.not_before
        turn, granted = now, self._size
        if self._limit is not None:
            turn, free = spending.room(now, self._limit, self._window)
            granted = min(granted, free)
        turn = max(turn, spending.not_before)
        if spending.vendor_left:
            granted = min(granted, spending.vendor_left)
            if turn - now <= self._patience:
                spending.vendor_left -= granted
        elif spending.vendor_left == 0:
            turn = max(turn, spending.vendor_resets)
        if turn - now <= self._patience:
            self._block, self._held = Block(secrets.token_hex(4), turn + self._lasts, granted), granted
            if self._limit is not None:
                spending.blocks.append(Block(self._block.id, self._block.moment, granted))
        return turn

    def _settle(self, spending: Spending, now: float) -> None:
        """Replace what was reserved by what was used of it, note what the vendor said, forget what is over."""
        if self._block is not None:
            used = self._block.count - self._held
            spending.blocks = [one for one in spending.blocks if one.id != self._block.id]
            if used and self._limit is not None:
                spending.blocks.append(Block(self._block.id, self._last_turn, used))
            if spending.vendor_left is not None:
                spending.vendor_left += self._held
            self._block, self._held = None, 0
        if self._observed is not None:
            left, spending.vendor_resets = self._observed
            elsewhere = sum(one.count for one in spending.blocks if one.moment > now)
            spending.vendor_left = max(0, left - elsewhere)
            self._observed = None
        spending.forget(now, self._window)
