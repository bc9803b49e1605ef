"""What one run works with: configuration, schedule, index, connectors and the one clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from syncd import registry
from syncd.contract import ConnectorError
from syncd.cycle.progress import Progress, unwatched
from syncd.http import Halt
from syncd.index.budgets import COSTLY, AccountBudget

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime
    from pathlib import Path

    from syncd.contract import Capability
    from syncd.cycle.progress import Step, Watch
    from syncd.guarded import Guarded
    from syncd.http import Http
    from syncd.index.store import Index
    from syncd.retention import Schedule
    from syncd.settings import Settings


@dataclass
class App:
    """One installation, ready to run. `now` is the only clock that the cycle reads; `run` names the run.

    Requests are counted in `counted_in`, the index on disk, also while a copy of it is worked on: a run that
    leaves no trace still spends of the vendor's limit. `halt` ends the run early, by request or when its time is
    over. `executor` is the name under which this process sends. `watch` is told how far a run has come.
    """

    settings: Settings
    schedule: Schedule
    index: Index
    now: Callable[[], datetime]
    run: str = ""
    connectors: dict[str, Guarded] = field(default_factory=dict)
    https: dict[str, Http] = field(default_factory=dict)
    failures: dict[str, ConnectorError] = field(default_factory=dict)
    counted_in: Index | None = None
    halt: Halt = field(default_factory=Halt)
    executor: str = ""
    watch: Watch = unwatched
    copies: list[Index] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Count in the index that the installation was opened with."""
        self.counted_in = self.counted_in or self.index

    @property
    def counted_folder(self) -> Path | None:
        """Give the folder beside the index on disk, also while a copy of the index is worked on."""
        return (self.counted_in or self.index).folder

    def came(self, step: Step, done: int = 0, of: int | None = None, account: str = "") -> None:
        """Tell how far a step of the run has come: to whoever watches, and as a sign of life."""
        self.halt.pulse()
        self.watch(Progress(step, done, of, account))

    def today(self) -> date:
        """Give the calendar date in the schedule's time zone."""
        return self.now().astimezone(self.schedule.zone).date()

    def connect(self, only: frozenset[str] | None = None) -> Mapping[str, Guarded]:
        """Make the connectors of all (or only these) accounts; one that cannot be made is a failure, noted."""
        for name, settings in self.settings.accounts.items():
            if (only is not None and name not in only) or name in self.connectors:
                continue
            try:
                store, costly = (
                    AccountBudget(self.counted_in or self.index, one, self.now)
                    for one in (name, f"{name}{COSTLY}")
                )
                connected = registry.connect(name, settings, store, self.halt.below(), costly_store=costly)
            except ConnectorError as error:
                self.failures[name] = error
            else:
                self.connectors[name] = connected.connector
                self.https[name] = connected.http
        return self.connectors

    def calls(self, account: str) -> int:
        """Tell how many requests an account has used so far in this process."""
        return self.https[account].budget.used if account in self.https else 0

    def capabilities(self, account: str) -> frozenset[Capability]:
        """Give what an account's connector can do; nothing while it cannot be made."""
        connector = self.connectors.get(account)
        return connector.capabilities if connector else frozenset()

    def close(self) -> None:
        """Close connections and index."""
        for http in self.https.values():
            http.budget.release()
            http.costly.release()
            http.close()
        for copy in self.copies:
            copy.close()
        self.index.close()
