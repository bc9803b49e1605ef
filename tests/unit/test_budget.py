"""The request budget, on a clock that only moves when somebody sleeps."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.contract import Rate, Transient
from syncd.http import LONGEST_WAIT, Budget


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def budget(clock: Clock, rate: Rate | None, *, share: float = 1.0, patience: float = LONGEST_WAIT) -> Budget:
    return Budget(rate, share=share, patience=patience, monotonic=clock.monotonic, sleep=clock.sleep)


def test_without_a_limit_nothing_waits() -> None:
    clock = Clock()
    free = budget(clock, None)
    for _ in range(1000):
        free.take()
    assert clock.slept == []
    assert free.used == 1000
    assert free.left() is None


@given(
    limit=st.integers(1, 5),
    window=st.integers(1, 20),
    gaps=st.lists(st.integers(0, 8), min_size=1, max_size=40),
)
def test_no_window_holds_more_than_the_limit_and_nobody_waits_without_need(
    limit: int, window: int, gaps: list[int]
) -> None:
    clock = Clock()
    limited = budget(clock, Rate(limit, window))
    left: list[float] = []
    for gap in gaps:
        clock.now += gap
        asked = clock.now
        limited.take()
        left.append(clock.now)
        in_window = [moment for moment in left if moment > clock.now - window]
        assert len(in_window) <= limit
        if clock.now > asked:  # it waited, so one moment earlier the window was full
            assert left[-1] - left[-1 - limit] == window
    assert limited.used == len(gaps)


@pytest.mark.parametrize(("share", "allowed"), [(1.0, 150), (0.8, 120), (0.001, 1)])
def test_the_share_is_what_may_be_used_of_the_limit_and_never_nothing(share: float, allowed: int) -> None:
    limited = budget(Clock(), Rate(150, 300), share=share)
    assert limited.left() == allowed


def test_a_turn_that_is_too_far_away_is_refused_at_once_and_uses_nothing_up() -> None:
    clock = Clock()
    limited = budget(clock, Rate(1, 3600))
    limited.take()
    with pytest.raises(Transient) as caught:
        limited.take()
    assert (caught.value.code, caught.value.retry_after) == ("budget", 3600)
    assert clock.slept == []
    assert limited.used == 1


def test_a_pause_holds_everything_back_until_it_ends() -> None:
    clock = Clock()
    limited = budget(clock, Rate(100, 60))
    limited.pause(20)
    assert limited.left() == 0
    limited.pause(5)  # a shorter one does not cut it short
    limited.take()
    assert clock.slept == [20]
    assert limited.left() == 99


def test_a_misread_pause_of_fifty_years_ends_after_a_day() -> None:
    clock = Clock()
    limited = budget(clock, None)
    limited.pause(50 * 365 * 86_400)
    with pytest.raises(Transient, match="86400"):
        limited.take()
    clock.now += 86_400
    limited.take()
    assert limited.used == 1


@given(remaining=st.integers(-5, 200), used=st.integers(0, 120))
def test_the_vendors_own_figure_lowers_the_budget_and_never_raises_it(remaining: int, used: int) -> None:
    clock = Clock()
    limited = budget(clock, Rate(150, 300), share=0.8)
    for _ in range(used):
        limited.take()
    limited.observe(remaining, 300)
    assert limited.left() == max(0, min(120 - used, remaining - 30))  # 30 are for the others


def test_when_the_vendor_says_that_nothing_is_left_the_next_one_waits_for_the_reset() -> None:
    clock = Clock()
    limited = budget(clock, None)
    limited.observe(2, 40)
    limited.take()
    limited.take()
    assert clock.slept == []
    limited.take()
    assert clock.slept == [40]
    assert limited.left() is None  # what the vendor said is over


def test_whoever_waits_keeps_nobody_else_waiting_and_a_pause_holds_for_him_too() -> None:
    started, go_on = threading.Event(), threading.Event()
    clock = Clock()

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        if not started.is_set():
            started.set()
            assert go_on.wait(120)

    limited = Budget(Rate(1, 10), monotonic=clock.monotonic, sleep=sleep)
    limited.take()
    waiting = threading.Thread(target=limited.take)
    waiting.start()
    assert started.wait(120)
    limited.pause(25)  # the lock is free: this returns while the other one sleeps
    assert limited.used == 1
    go_on.set()
    waiting.join(10)
    assert limited.used == 2
    assert clock.slept == [10, 25]
