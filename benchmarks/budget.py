"""How much of what is allowed gets used, and whether the vendor ever has to throttle.

Simulated vendors limit as the real ones do: Moneybird 150 requests in 300 seconds (misleading headers
included), Podio 1,000 calls in an hour of which 250 may filter. Pulls follow each other for hours of simulated
time, by one or more processes that share one index; each request takes `LATENCY` seconds, and a pull whose turn
is too far away is tried again a minute later. Nothing waits for real.

Mailchimp has no quota, only ten calls at the same time, and syncd makes one. There, for real, nine other
clients call without a pause while syncd pulls: what counts is that it is never turned away, and how much of its
time its one connection is in use.
"""

from __future__ import annotations

import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests

from connectors.mailchimp import plugin as mailchimp
from connectors.moneybird import plugin as moneybird
from connectors.moneybird.sandbox.service import Throttle
from connectors.podio import plugin as podio
from connectors.podio.sandbox.limits import Hourly
from syncd import registry
from syncd.contract import Transient
from syncd.http import Budget, Http
from syncd.index.budgets import COSTLY, AccountBudget
from syncd.index.store import open_index
from syncd.testing.sandbox import serve
from syncd.testing.world import make_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from syncd.contract import Page, Plugin, Rate
    from syncd.testing.sandbox import LoggedRequest

LATENCY = 0.2
START = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = 3600.0
THROTTLED = frozenset({420, 429})


@dataclass
class Clock:
    """Seconds that pass only while somebody sleeps or a request is under way."""

    now: float = 1000.0

    def monotonic(self) -> float:
        """Give the seconds since the boot."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    def epoch(self) -> float:
        """Give the vendor's clock."""
        return START.timestamp() + self.now

    def wall(self) -> datetime:
        """Give the host's clock, which agrees."""
        return datetime.fromtimestamp(self.epoch(), UTC)


class Line(Budget):
    """A budget whose requests take time."""

    clock: Clock
    left: list[float]

    def take(self) -> None:
        """Wait for a turn, note when it came, and let the request take its time."""
        super().take()
        self.left.append(self.clock.now)
        self.clock.now += LATENCY


@dataclass(frozen=True)
class Case:
    """One vendor under its limit. `counts` tells which requests the limit that binds is about."""

    name: str
    plugin: Plugin[Any]
    rate: Rate
    limit: Callable[[Any, Clock], None]
    ends: bool = True
    counts: Callable[[LoggedRequest], bool] = lambda _one: True
    processes: int = 1
    restarts: int = 0
    hours: float = 1.0


@dataclass(frozen=True)
class Figures:
    """What was measured. `allowed` is the share of the vendor's limit for the time that was simulated."""

    requests: int
    throttled: int
    allowed: int
    fullest: int
    writes: int


def _limit_moneybird(sandbox: Any, clock: Clock) -> None:
    rate = _known(moneybird.rate)
    sandbox.service.throttle = Throttle(rate.requests, rate.seconds)
    sandbox.service.clock = clock.epoch


def _limit_podio(sandbox: Any, clock: Clock) -> None:
    general, costly = _known(podio.rate).requests, _known(podio.costly).requests
    sandbox.state.knobs.hourly = Hourly(general, costly, clock.monotonic)


def _known(rate: Rate | None) -> Rate:
    assert rate is not None  # noqa: S101 - these have one
    return rate


def measure(case: Case) -> Figures:
    """Pull for so long. After each of the restarts the process dies without a word and another begins."""
    clock, left, writes = Clock(), [], [0]
    sandbox = case.plugin.sandbox(make_world(1, 200, date(2026, 11, 24)))
    if not case.ends:
        for item in sandbox.state.items.values():
            item.values.pop("relatie-beeindigd-op", None)
    case.limit(sandbox, clock)
    sandbox.clock = clock.wall
    settings = case.plugin.settings.model_validate(
        {"connector": case.plugin.name, **case.plugin.sandbox_account(sandbox)}
    )
    with tempfile.TemporaryDirectory() as folder, serve(sandbox) as address:
        index = open_index(Path(folder), {})

        class Counted(AccountBudget):
            def change(self, apply):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
                writes[0] += 1
                return super().change(apply)

        def kept(name: str) -> AccountBudget:
            return Counted(index, name, clock.wall, monotonic=clock.monotonic, boot="one")

        def begin() -> Http:
            times: Any = {"monotonic": clock.monotonic, "sleep": clock.sleep}
            share = settings.share
            budget = Line(registry.rate_of(case.plugin, settings), share=share, store=kept("books"), **times)
            budget.clock, budget.left = clock, left
            rate = registry.costly_rate_of(case.plugin, settings)
            costly = Budget(rate, share=share, store=kept(f"books{COSTLY}"), **times) if rate else None
            return Http(address, account="books", budget=budget, costly=costly, **times)

        _work(case, settings, clock, begin)
        index.close()
    counted = [one for one in sandbox.requests if case.counts(one)]
    window = case.rate.seconds
    return Figures(
        requests=len(counted),
        throttled=sum(1 for one in sandbox.requests if one.status in THROTTLED),
        allowed=round(int(case.rate.requests * settings.share) * case.hours * HOUR / window),
        fullest=_fullest(
            [at for at, one in zip(left, sandbox.requests, strict=True) if case.counts(one)], window
        ),
        writes=writes[0],
    )


def _work(case: Case, settings: Any, clock: Clock, begin: Callable[[], Http]) -> None:
    workers = [begin() for _ in range(case.processes)]
    began, length = clock.now, case.hours * HOUR
    dies_at = [began + (one + 1) * length / (case.restarts + 1) for one in range(case.restarts)]
    pulls: list[Iterator[Page]] = [iter(()) for _ in workers]
    while clock.now < began + length:
        for number, http in enumerate(workers):
            try:
                page = next(pulls[number], None)
            except Transient:
                clock.sleep(60)
                page = None
            if page is None:
                pulls[number] = case.plugin.connect("books", settings, http).pull(None)
        if dies_at and clock.now >= dies_at[0]:
            dies_at.pop(0)
            workers[0].close()
            workers[0], pulls[0] = begin(), iter(())
    for http in workers:
        http.close()


def _fullest(left: Sequence[float], window: float) -> int:
    return max(sum(1 for one in left if end - window + 1e-6 < one <= end) for end in left)


@contextmanager
def _others(address: str, credentials: dict[str, Any], count: int) -> Iterator[list[int]]:
    """Let so many clients call without a pause; gives the statuses they got."""
    over, statuses = threading.Event(), list[int]()

    def call() -> None:
        with requests.Session() as session:
            session.auth = ("other", credentials["api_key"])
            while not over.is_set():
                statuses.append(session.get(f"{address}/3.0/ping", timeout=30).status_code)

    threads = [threading.Thread(target=call) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield statuses
    finally:
        over.set()
        for thread in threads:
            thread.join()


def beside_others(count: int, *, seconds: float) -> None:
    """Pull from Mailchimp, whose calls each take so many seconds, while so many others call."""
    sandbox = mailchimp.sandbox(make_world(1, 300, date(2026, 11, 24)))
    sandbox.state.seconds = seconds
    credentials = mailchimp.sandbox_account(sandbox)
    left: list[float] = []

    class Noted(Budget):
        def take(self) -> None:
            super().take()
            left.append(time.monotonic())

    with serve(sandbox) as address, _others(address, credentials, count) as statuses:
        settings = mailchimp.settings.model_validate(
            {"connector": "mailchimp", "base_url": address, **credentials}
        )
        http = Http(mailchimp.base_url(settings), account="news", budget=Noted(None))
        began = time.monotonic()
        pages = list(mailchimp.connect("news", settings, http).pull(None))
        took = time.monotonic() - began
        http.close()
    assert pages[-1].complete  # noqa: S101 - else there is nothing to tell
    turned_away = sum(1 for one in sandbox.requests if one.status in THROTTLED) - sum(
        1 for one in statuses if one in THROTTLED
    )
    print(
        f"mailchimp, beside {count} others: {len(left)} requests of {seconds} s in {took:.1f} s, one at a time: "
        f"its connection in use {len(left) * seconds / took:.1%}, turned away {turned_away}"
    )


def _filters(one: LoggedRequest) -> bool:
    return one.path.endswith("/filter/")


BOOKS, CRM = _known(moneybird.rate), _known(podio.rate)
CASES = (
    *(Case("moneybird", moneybird, BOOKS, _limit_moneybird, processes=one) for one in (1, 2, 3)),
    Case("moneybird", moneybird, BOOKS, _limit_moneybird, restarts=20),
    Case("podio", podio, CRM, _limit_podio, processes=2, hours=2),
    Case("podio", podio, CRM, _limit_podio, restarts=20, hours=2),
    Case(
        "podio, lists only", podio, _known(podio.costly), _limit_podio, ends=False, counts=_filters, hours=2
    ),
)


def main() -> None:
    print("of each vendor's limit, share = 0.8 may be used\n")
    print(
        "vendor             hours  processes  restarts  requests  throttled  allowed    used  fullest  writes"
    )
    for case in CASES:
        one = measure(case)
        print(
            f"{case.name:17}  {case.hours:5.0f}  {case.processes:9}  {case.restarts:8}  {one.requests:8}  "
            f"{one.throttled:9}  {one.allowed:7}  {one.requests / one.allowed:6.1%}  {one.fullest:7}  "
            f"{one.writes:6}",
            flush=True,
        )
    print()
    beside_others(9, seconds=0.5)


if __name__ == "__main__":
    main()
