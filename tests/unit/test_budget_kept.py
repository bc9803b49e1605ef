"""A budget that outlives its process and is shared with others, on a clock that only moves when somebody sleeps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.contract import Rate, Transient
from syncd.http import Budget, Spending
from syncd.index.budgets import AccountBudget
from syncd.index.store import open_index
from tests.unit.test_budget import Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import TypeVar

    from syncd.index.store import Index

    T = TypeVar("T")

MONEYBIRD = Rate(150, 300)
START = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Kept:
    """A store as the index is one: what is kept is text. Counts how often it was written."""

    def __init__(self) -> None:
        self.text = Spending().to_text()
        self.writes = 0

    def change(self, apply: Callable[[Spending], T]) -> T:
        spending = Spending.from_text(self.text)
        result = apply(spending)
        self.text = spending.to_text()
        self.writes += 1
        return result


def process(clock: Clock, store: Kept | AccountBudget, rate: Rate = MONEYBIRD, share: float = 0.8) -> Budget:
    return Budget(rate, share=share, store=store, monotonic=clock.monotonic, sleep=clock.sleep)


def fullest(left: list[float], window: float) -> int:
    """Give the largest number of requests in any window; a microsecond is left to the rounding of floats."""
    return max((sum(1 for one in left if end - window + 1e-6 < one <= end) for end in left), default=0)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 2), st.sampled_from(["take", "take", "take", "die", "end"]), st.integers(0, 9)
        ),
        max_size=150,
    ),
    st.sampled_from([(40, 30), (150, 60), (7, 5)]),
)
def test_however_processes_come_and_die_no_window_holds_more_than_the_limit(
    deeds: list[tuple[int, str, int]], limit: tuple[int, int]
) -> None:
    clock, store, rate = Clock(), Kept(), Rate(*limit)
    processes = [process(clock, store, rate, 1.0) for _ in range(3)]
    left: list[float] = []
    for who, deed, gap in deeds:
        clock.now += gap / 10
        if deed == "take":
            for _ in range(5):
                processes[who].take()
                left.append(clock.now)
        else:
            if deed == "end":
                processes[who].release()
            processes[who] = process(clock, store, rate, 1.0)
    assert fullest(left, rate.seconds) <= rate.requests


@pytest.mark.parametrize("processes", [1, 2, 3])
@pytest.mark.parametrize("each", [0.05, 0.5, 1.5])
def test_whoever_has_work_uses_what_is_allowed(processes: int, each: float) -> None:
    clock, store = Clock(), Kept()
    workers = [process(clock, store) for _ in range(processes)]
    began, left = clock.now, []
    while clock.now - began < 3600:
        for worker in workers:
            worker.take()
            left.append(clock.now)
            clock.now += each
    windows = (clock.now - began) / 300
    assert fullest(left, 300) <= 120
    # The first window is full from its first second on.
    assert len(left) >= 0.95 * 120 * windows


def test_not_every_request_costs_a_write_to_the_disk() -> None:
    clock, store = Clock(), Kept()
    busy = process(clock, store)
    for _ in range(120):
        busy.take()
    assert store.writes == 40


def test_a_process_that_dies_wastes_no_more_than_its_block_and_only_for_a_window() -> None:
    clock, store = Clock(), Kept()
    process(clock, store).take()  # and dies: two of its three are lost
    assert process(clock, store).left() == 117
    clock.now += 307
    assert process(clock, store).left() == 120


def test_a_process_that_ends_gives_back_what_it_did_not_use() -> None:
    clock, store = Clock(), Kept()
    tidy = process(clock, store)
    tidy.take()
    tidy.release()
    assert process(clock, store).left() == 119


def test_a_pause_and_the_vendors_figure_hold_in_the_next_process() -> None:
    clock, store = Clock(), Kept()
    first = process(clock, store)
    first.take()
    first.observe(33, 100)
    first.take()
    first.release()
    second = process(clock, store)
    assert second.left() == 2  # 33 but the 30 that are the others', but the one that left since
    first.pause(4000)
    with pytest.raises(Transient) as caught:
        process(clock, store).take()
    assert (caught.value.code, caught.value.retry_after) == ("budget", 4000)
    assert clock.slept == []


def test_a_process_learns_from_another_with_its_next_block() -> None:
    clock, store = Clock(), Kept()
    one, other = process(clock, store), process(clock, store)
    one.take()
    other.pause(20)
    for _ in range(3):  # two of its block, and the first of the next one
        one.take()
    assert clock.slept == [20]


def test_when_the_vendor_says_that_less_is_left_the_block_is_given_up() -> None:
    clock, store = Clock(), Kept()
    one = process(clock, store)
    one.take()
    one.observe(31, 50)
    one.take()
    assert clock.slept == []
    one.take()
    assert clock.slept == [50]


def test_a_share_that_is_lowered_holds_for_what_was_spent_before() -> None:
    clock, store = Clock(), Kept()
    greedy = process(clock, store, share=1.0)
    for _ in range(150):
        greedy.take()
        clock.now += 1
    greedy.release()
    modest = process(clock, store, share=0.2)
    left = []
    for _ in range(30):
        modest.take()
        left.append(clock.now)
    # Thirty of the limit may be used, so all but the last twenty-nine of before must have left the window.
    assert left[0] == pytest.approx(1000 + 121 + 300, abs=4)
    assert fullest([1000.0 + one for one in range(150)] + left, 300) <= 150
    assert all(sum(1 for one in range(150) if 1000 + one > end - 300) <= 30 for end in left)


def test_an_account_without_a_limit_keeps_its_pauses() -> None:
    clock, store = Clock(), Kept()
    free = Budget(None, store=store, monotonic=clock.monotonic, sleep=clock.sleep)
    for _ in range(1000):
        free.take()
    assert store.writes == 50
    free.pause(60)
    assert Budget(None, store=store, monotonic=clock.monotonic, sleep=clock.sleep).left() == 0


# --- in the index -------------------------------------------------------------------------------------------


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    made = open_index(tmp_path / "state", {})
    yield made
    made.close()


class Host:
    """A host with two clocks: one that counts since the boot, and one that a person can set."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.counter = Clock()
        self.wall = START
        self.boot = "first"

    def passes(self, seconds: float) -> None:
        self.counter.now += seconds
        self.wall += timedelta(seconds=seconds)

    def restart(self, *, took: float, set_wrong_by: float = 0.0) -> None:
        self.counter.now = 5.0
        self.wall += timedelta(seconds=took + set_wrong_by)
        self.boot = "second"

    def process(self) -> Budget:
        store = AccountBudget(
            self.index, "books", lambda: self.wall, monotonic=self.counter.monotonic, boot=self.boot
        )
        return process(self.counter, store)


def test_the_index_keeps_what_was_spent(index: Index) -> None:
    host = Host(index)
    first = host.process()
    for _ in range(100):
        first.take()
        host.passes(1)
    first.release()
    assert host.process().left() == 20
    host.passes(230)
    assert host.process().left() == 20 + 30


@pytest.mark.parametrize("jump", [-86_400 * 400, -60, 60, 86_400 * 400])
def test_a_clock_that_is_set_changes_nothing(index: Index, jump: int) -> None:
    host = Host(index)
    busy = host.process()
    for _ in range(120):
        busy.take()
    busy.release()
    host.wall += timedelta(seconds=jump)
    assert host.process().left() == 0
    host.passes(300)
    assert host.process().left() == 120


@pytest.mark.parametrize(("took", "left"), [(200, 0), (300, 120), (1_000_000, 120)])
def test_a_restart_of_the_host_forgets_nothing_and_keeps_nothing_too_long(
    index: Index, took: int, left: int
) -> None:
    host = Host(index)
    busy = host.process()
    for _ in range(120):
        busy.take()
    busy.release()
    host.restart(took=took)
    assert host.process().left() == left


def test_a_clock_that_went_back_over_a_restart_delays_by_no_more_than_was_asked(index: Index) -> None:
    host = Host(index)
    host.process().pause(3000)
    host.restart(took=10, set_wrong_by=-86_400 * 400)
    with pytest.raises(Transient) as caught:
        host.process().take()
    assert caught.value.retry_after == pytest.approx(3000)
    host.passes(3000)
    host.process().take()


def test_two_accounts_have_nothing_to_do_with_each_other(index: Index) -> None:
    clock = Clock()
    stores = [
        AccountBudget(index, name, lambda: START, monotonic=clock.monotonic, boot="b")
        for name in ("books", "crm")
    ]
    process(clock, stores[0]).pause(100)
    assert process(clock, stores[0]).left() == 0
    assert process(clock, stores[1]).left() == 120
