"""An installation that is connected to the simulated services, for tests of the cycle."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.podio.sandbox import PodioState
from syncd import registry
from syncd.cycle import modes
from syncd.cycle.app import App
from syncd.cycle.run import Request, Result, run
from syncd.index import ledger
from syncd.index import orders as journal
from syncd.index.store import open_index
from syncd.model import OrderState
from syncd.retention import Schedule, parse_schedule
from syncd.service import clock
from syncd.service.defaults import default_schedule_text
from syncd.service.simulation import Simulation, simulate, write_configuration
from syncd.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from syncd.testing.sandbox import LoggedRequest

TODAY = clock.today()
"""The world's day is the host's: the simulated vendors date their answers, and the cycle compares."""
_ZONE = parse_schedule(default_schedule_text(), "the default schedule").zone


@dataclass
class Installation:
    """A running world, and the program installed beside it."""

    simulation: Simulation
    folder: Path
    now: Callable[[], datetime] = clock.now
    schedule: Schedule = field(default_factory=lambda: parse_schedule(default_schedule_text(), "default"))

    def app(self, mode: str = "approve", **extra: dict[str, Any]) -> App:
        """Open the program anew, as another process would."""
        config = write_configuration(self.simulation, self.folder, mode=mode, extra=extra)
        settings = load_settings(config, {}, registry.models())
        return App(settings, self.schedule, open_index(settings.service.state_dir, {}), self.now)

    def run(self, mode: str = "approve", *, send: bool = False, **extra: dict[str, Any]) -> Result:
        """Run once in a process of its own, as far as state goes."""
        app = self.app(mode, **extra)
        try:
            result = run(app, Request(send=send))
            # As everybody stood then, whatever a later run makes of them.
            result.judged = {one.subject.id: one for one in result.judged.values()}
            return result
        finally:
            app.close()

    def approve(
        self, *, brakes: bool = True, choose: Callable[[journal.StoredOrder], bool] = lambda _one: True
    ) -> int:
        """Approve every scheduled order (or those chosen), as a person would with --all."""
        app = self.app()
        with app.index.begin() as connection:
            chosen = [
                one
                for one in journal.find(connection, open_only=True)
                if one.state is OrderState.SCHEDULED and choose(one)
            ]
            for one in chosen:
                journal.move(
                    connection, app.now(), one.id, OrderState.APPROVED,
                    approved_by=b"-", approved_on=app.today(), approval="bulk",
                )  # fmt: skip
            if brakes:
                for account in app.settings.accounts:
                    journal.allow(connection, app.now(), account, "writes", 10_000, b"-")
        app.close()
        return len(chosen)

    def agree(self, mode: str) -> None:
        """Say that orders may be sent in a mode, as a person does with --mode."""
        app = self.app(mode)
        with app.index.begin() as connection:
            modes.confirm(connection, app.now(), mode)
        app.close()

    def orders(self) -> list[journal.StoredOrder]:
        """Give all orders."""
        app = self.app()
        with app.index.begin() as connection:
            found = journal.find(connection)
        app.close()
        return found

    def ledger(self) -> list[ledger.LedgerRow]:
        """Give the ledger, after checking its chain."""
        app = self.app()
        with app.index.begin() as connection:
            assert ledger.first_broken(connection) is None
            found = list(ledger.rows(connection))
        app.close()
        return found

    def writes(self) -> dict[str, list[LoggedRequest]]:
        """Give what each service was asked to change."""
        return {
            name: [one for one in service.requests if service.wrote(one)]
            for name, service in self.simulation.sandboxes.items()
        }

    def snapshots(self) -> dict[str, dict[str, Any]]:
        """Give everything each service holds."""
        return {name: service.state.snapshot() for name, service in self.simulation.sandboxes.items()}


@contextmanager
def installed(folder: Path, *, seed: int = 1, size: int = 60, day: date = TODAY) -> Iterator[Installation]:
    """Serve a world and install the program beside it."""
    with simulate(seed, size, day) as simulation:
        yield Installation(simulation, folder)


def ahead(days: int) -> datetime:
    """Give the moment that is so many days ahead of the host's clock, at one hour of the schedule's zone.

    Late in a winter's evening the same hour in UTC would be of the day after in summer.
    """
    return (clock.now().astimezone(_ZONE) + timedelta(days=days)).astimezone(UTC)


def shifted(days: int) -> Callable[[], datetime]:
    """Give a clock that is so many days ahead of the host's."""
    return lambda: ahead(days)


def podio_of(here: Installation) -> PodioState:
    """Give what the simulated CRM holds."""
    state = here.simulation.sandboxes["crm"].state
    assert isinstance(state, PodioState)
    return state
