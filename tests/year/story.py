"""What happens in a year: relationships end and go on, people change and leave, invoices are paid, hosts stop."""

from __future__ import annotations

import math
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.year.drive import AMSTERDAM

if TYPE_CHECKING:
    from datetime import date, datetime

    from tests.service.kit import Process
    from tests.year.drive import Year
    from tests.year.truth import Party


class Story:
    """Tells a year day by day."""

    def __init__(self, year: Year) -> None:
        self._year = year
        self._customers = list(year.truth.plain_customers())
        year.rng.shuffle(self._customers)
        self._claims = list(year.truth.open_claims())
        self._leaving: list[tuple[Party, date]] = []
        self._readers = [one for one in year.truth.parties if one.subject.trap == "newsletter_only_consent"]

    def day(self, day: date) -> None:
        """Let a day's events happen, before its first run."""
        rng = self._year.rng
        if rng.random() < 0.14:
            self.end_one(day)
        if rng.random() < 0.03:
            self._come_back(day)
        if rng.random() < 0.05 and self._claims:
            self._pay(self._claims.pop(), day)
        if rng.random() < 0.03 and self._readers:
            self._unsubscribe(self._readers.pop(), day)
        if rng.random() < 0.5:
            self._change_somebody()

    def end_one(self, day: date) -> None:
        """Let a relationship end today."""
        if not self._customers:
            return
        party = self._customers.pop()
        self._year.vendors.end(_items(party), day)
        party.settle(day, day)
        self._leaving.append((party, day))

    def _come_back(self, day: date) -> None:
        """Let somebody who left less than four weeks ago come back."""
        young = [one for one in self._leaving if timedelta(3) < day - one[1] < timedelta(26)]
        if young:
            party, _since = chosen = self._year.rng.choice(young)
            self._leaving.remove(chosen)
            self._year.vendors.end(_items(party), None, resumed=day)
            party.settle(None, day)

    def _pay(self, party: Party, day: date) -> None:
        for paid in self._year.truth.pay(party, day):
            self._year.vendors.settle(next(one for one in party.papers if one.id == paid))

    def _unsubscribe(self, party: Party, day: date) -> None:
        for one in party.subject.records:
            if one.kind == "member":
                self._year.vendors.unsubscribe(one.id)
        party.settle(day, day)

    def _change_somebody(self) -> None:
        rng = self._year.rng
        party = rng.choice(self._year.truth.parties)
        for one in party.subject.records:
            if one.kind == "organisation":
                self._year.vendors.rename(one.id, f"+3120{rng.randrange(10**7):07d}")
            elif one.kind == "contact" and party.due is None:
                self._year.vendors.move_house(one.id, rng.choice(("Delft", "Gouda", "Breda")))


def _items(party: Party) -> list[str]:
    return [one.id for one in party.subject.records if one.kind == "organisation"]


def live(year: Year, until: datetime, *, asks: bool = True, ends: float = math.inf) -> None:
    """Let the time pass up to a moment: run after run, with what happens in between.

    With `asks` a person releases brakes a day after they held; each command costs a process. When the clock that
    measures (`time.perf_counter`) says `ends`, it ends wherever it is.
    """
    story = Story(year)
    day = year.now.astimezone(AMSTERDAM).date()
    while year.now < until and time.perf_counter() < ends:
        rest_at = min(until, year.now + timedelta(days=year.rng.randrange(20, 60)))
        with year.at_work() as (process, first):
            planned = first
            while planned < rest_at and time.perf_counter() < ends:
                today = planned.astimezone(AMSTERDAM).date()
                if today != day:
                    year.judge_day(day)
                    day = today
                    year.vendors.turn_to(planned)
                    story.day(day)
                    if asks:
                        year.release_brakes()
                if what := year.vendors.stumble(year.rng):
                    year.faults.append(f"{planned:%Y-%m-%d %H:%M} {what}")
                year.move(process, planned)
                planned = year.until_idle(process)
                year.vendors.recover()
            _rotate(year, process)
        _host_is_off(year, until)


def _rotate(year: Year, process: Process) -> None:
    """Withdraw a token, write the new one down, and let the daemon read it."""
    before = year.vendors.simulation.sandboxes["books"].credentials["token"]
    after = year.vendors.renew_token()
    secrets = year.config.with_name(".env")
    secrets.write_text(secrets.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    year.vendors.simulation.sandboxes["books"].credentials["token"] = after
    year.reload(process)


def _host_is_off(year: Year, until: datetime) -> None:
    """Let some days go by without anybody at work."""
    if year.now < until:
        since = year.now
        year.now = min(until, year.now + timedelta(hours=year.rng.choice((1, 30, 80))))
        year.vendors.turn_to(year.now)
        year.off.append((since, year.now))
