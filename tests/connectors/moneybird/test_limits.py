from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.moneybird.limits import RATE, requests_left, retry_after
from connectors.moneybird.sandbox.service import Throttle
from syncd.contract import Transient
from syncd.http import Answer, Budget, Http
from syncd.testing.faults import answer, any_read
from tests.connectors.moneybird.bench import contact, pull

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.connectors.moneybird.bench import Bench

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DATE = format_datetime(NOW, usegmt=True)


def throttled(**headers: str) -> Answer:
    return Answer(429, {name.replace("_", "-"): value for name, value in headers.items()}, b'"Retry later"')


@given(st.integers(-600, 600))
def test_epoch_seconds_are_counted_from_the_vendors_own_clock(seconds: int) -> None:
    until = str(int(NOW.timestamp()) + seconds)
    assert retry_after(throttled(retry_after=until, date=DATE)) == max(0, seconds)
    assert retry_after(throttled(ratelimit_reset=until, date=DATE)) == max(0, seconds)


@given(st.integers(0, 100_000))
def test_a_small_number_is_a_number_of_seconds(seconds: int) -> None:
    assert retry_after(throttled(retry_after=str(seconds), date=DATE)) == seconds
    assert retry_after(throttled(retry_after=str(seconds))) == seconds


def test_a_date_is_understood() -> None:
    later = format_datetime(NOW.replace(minute=2), usegmt=True)
    assert retry_after(throttled(retry_after=later, date=DATE)) == 120


def test_without_the_vendors_clock_a_moment_means_a_whole_window() -> None:
    assert retry_after(throttled(retry_after="1795500000")) == RATE.seconds


@pytest.mark.parametrize("said", ["", "soon", "-5", "1e9", "9" * 400])
def test_nonsense_says_nothing(said: str) -> None:
    assert retry_after(throttled(retry_after=said, date=DATE)) is None


def test_what_is_called_remaining_is_seconds() -> None:
    said = throttled(ratelimit_remaining="15", ratelimit_requestsremaining="138")
    assert requests_left(said) == (138, 15.0)
    assert requests_left(throttled(ratelimit_remaining="15")) is None
    assert requests_left(throttled(ratelimit_requestsremaining="138", ratelimit_remaining="?")) is None


def test_the_limit_is_the_documented_one() -> None:
    assert (RATE.requests, RATE.seconds) == (150, 300)


class Clock:
    """Seconds that pass only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_a_throttled_reading_waits_as_long_as_the_vendor_says(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),))
    bench.sandbox.service.throttle = Throttle(requests=3, seconds=200.0)
    clock = Clock()

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        bench.sandbox.service.throttle = None  # the window has passed

    with Http(
        bench.address,
        account="books",
        budget=Budget(None, monotonic=lambda: clock.now, sleep=sleep),
        sleep=sleep,
    ) as http:
        assert pull(bench.connect_with(http)).last.complete
    assert sum(clock.slept) == pytest.approx(200, abs=5)
    assert [one.status for one in bench.sandbox.requests].count(429) <= 1


def test_a_throttled_reading_is_asked_again(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),))
    bench.sandbox.faults.inject(answer(429, b'"Retry later"', {"Retry-After": "0"}), when=any_read, times=2)
    assert pull(bench.connect()).last.complete
    assert [one.status for one in bench.sandbox.requests][:3] == [429, 429, 200]


def test_a_throttled_write_surely_did_nothing(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),))
    bench.sandbox.service.throttle = Throttle(requests=0, seconds=200.0)
    digest = bench.sandbox.digest()
    with Http(bench.address, account="books", sleep=lambda _seconds: None) as http:
        bench.connect_with(http)
        with pytest.raises(Transient) as error:
            http.write("DELETE", f"/api/v2/{bench.sandbox.administration.id}/contacts/1.json")
    assert error.value.retry_after == pytest.approx(200, abs=5)
    assert bench.sandbox.digest() == digest


def test_the_vendors_own_figures_are_obeyed(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),))
    bench.sandbox.service.throttle = Throttle(requests=20, seconds=200.0)
    budget = Budget(RATE)
    with Http(bench.address, account="books", budget=budget) as http:
        list(bench.connect_with(http).check())
    assert budget.left() == 20 - len(bench.sandbox.requests)
