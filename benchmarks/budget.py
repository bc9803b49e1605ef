"""How much of what is allowed gets used, and whether the vendor ever has to throttle.

A simulated Moneybird limits as the real one does (150 requests in 300 seconds, misleading headers included). Pulls
follow each other for an hour of simulated time, by one or more processes that share one index; each request
takes `LATENCY` seconds. Nothing waits for real.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from connectors.moneybird import plugin
from connectors.moneybird.sandbox.service import Throttle
from syncd import registry
from syncd.contract import Transient
from syncd.http import Budget, Http
from syncd.index.budgets import AccountBudget
from syncd.index.store import open_index
from syncd.testing.sandbox import serve
from syncd.testing.world import make_world

LATENCY = 0.2
START = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = 3600.0


@dataclass
class Clock:
    """Seconds that pass only while somebody sleeps or a request is under way."""

    now: float = 1000.0
    slept: float = 0.0

    def monotonic(self) -> float:
        """Give the seconds since the boot."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds
        self.slept += seconds

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
class Figures:
    """What was measured. `allowed` is the share of the vendor's limit for the time that was simulated."""

    processes: int
    restarts: int
    requests: int
    throttled: int
    allowed: int
    fullest: int
    writes: int

    @property
    def used(self) -> float:
        """Give what was used of what is allowed."""
        return self.requests / self.allowed


def measure(*, processes: int = 1, restarts: int = 0, hours: float = 1.0, size: int = 200) -> Figures:
    """Pull for so long. After each of `restarts` the process dies without a word and another begins."""
    rate = plugin.rate
    assert rate is not None  # noqa: S101 - Moneybird has one
    clock = Clock()
    sandbox = plugin.sandbox(make_world(1, size, date(2026, 11, 24)))
    sandbox.service.throttle = Throttle(rate.requests, rate.seconds)
    sandbox.service.clock = clock.epoch
    sandbox.clock = clock.wall
    table = {"connector": "moneybird", **plugin.sandbox_account(sandbox)}
    settings = plugin.settings.model_validate(table)
    left: list[float] = []
    writes = 0
    with tempfile.TemporaryDirectory() as folder, serve(sandbox) as address:
        index = open_index(Path(folder), {})

        class Counted(AccountBudget):
            def change(self, apply):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
                nonlocal writes
                writes += 1
                return super().change(apply)

        def begin() -> Http:
            store = Counted(index, "books", clock.wall, monotonic=clock.monotonic, boot="one")
            budget = Line(
                registry.rate_of(plugin, settings), share=settings.share, store=store,
                monotonic=clock.monotonic, sleep=clock.sleep,
            )  # fmt: skip
            budget.clock, budget.left = clock, left
            return Http(address, account="books", budget=budget, monotonic=clock.monotonic, sleep=clock.sleep)

        workers = [begin() for _ in range(processes)]
        ends = clock.now + hours * HOUR
        dies_at = [clock.now + (one + 1) * hours * HOUR / (restarts + 1) for one in range(restarts)]
        pulls = [iter(()) for _ in workers]
        while clock.now < ends:
            for number, http in enumerate(workers):
                try:
                    page = next(pulls[number], None)
                except Transient:
                    page = None
                if page is None:
                    pulls[number] = plugin.connect("books", settings, http).pull(None)
            if dies_at and clock.now >= dies_at[0]:
                dies_at.pop(0)
                workers[0].close()
                workers[0], pulls[0] = begin(), iter(())
        for http in workers:
            http.close()
        index.close()
    allowed = int(rate.requests * settings.share)
    windows = hours * HOUR / rate.seconds
    return Figures(
        processes=processes,
        restarts=restarts,
        requests=len(sandbox.requests),
        throttled=sum(1 for one in sandbox.requests if one.status == 429),
        allowed=round(allowed * windows),
        fullest=max(sum(1 for one in left if end - rate.seconds + 1e-6 < one <= end) for end in left),
        writes=writes,
    )


def main() -> None:
    print("an hour under Moneybird's limit: 150 requests in 300 s, of which share = 0.8 may be used\n")
    print("processes  restarts  requests  throttled  allowed   used  fullest window  writes to disk")
    for processes, restarts in ((1, 0), (2, 0), (3, 0), (1, 20)):
        one = measure(processes=processes, restarts=restarts)
        print(
            f"{one.processes:9}  {one.restarts:8}  {one.requests:8}  {one.throttled:9}  {one.allowed:7}  "
            f"{one.used:5.1%}  {one.fullest:14}  {one.writes:14}"
        )


if __name__ == "__main__":
    main()
