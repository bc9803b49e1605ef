"""Counts, by the servers' own logs, what a first run and an unchanged night ask of each vendor.

Moneybird: 2,000 contacts and 16,000 documents. The least that can be asked is one list of ids per resource, and
every entry once, a hundred at a time: L + ⌈C/100⌉ + Σ⌈Rᵢ/100⌉; in an unchanged night the lists alone.
Podio and Mailchimp are counted on a generated world, for information.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.moneybird.resources import DOCUMENTS
from syncd import log, registry
from syncd.cycle.app import App
from syncd.cycle.pull import pull_accounts
from syncd.index.store import open_index
from syncd.retention import parse_schedule
from syncd.service import clock
from syncd.service.defaults import default_schedule_text
from syncd.service.simulation import Simulation, write_configuration
from syncd.settings import load_settings
from syncd.testing.sandbox import Sandbox, serve
from syncd.testing.world import make_world

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.connectors.moneybird.bench import contact, paper, world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncd.testing.world.shapes import World

PAGE = 100
SHARES = {
    "sales_invoices": 0.50,
    "external_sales_invoices": 0.02,
    "purchase_invoices": 0.25,
    "receipts": 0.12,
    "estimates": 0.10,
    "recurring_sales_invoices": 0.01,
}
"""How the documents are spread over Moneybird's resources."""
STATES = {"recurring_sales_invoices": "active"}


@dataclass(frozen=True)
class Count:
    """Requests of one account in one run, reads only; `least` is None where no bound is claimed."""

    account: str
    run: str
    calls: int
    others: int
    least: int | None
    complete: bool

    @property
    def ratio(self) -> str:
        """Give calls per call that is needed."""
        return "-" if self.least is None else f"{self.calls / self.least:.2f}"


def books(contacts: int, documents: int) -> World:
    """Make an administration of so many contacts and documents."""
    people = [contact(100_000 + one, email=f"c{one}@voorbeeld-{one}.example") for one in range(contacts)]
    papers = []
    for resource, count in spread(documents).items():
        for _ in range(count):
            number = len(papers)
            made = paper(5_000_000 + number, 100_000 + number % contacts, resource=resource, state="open")
            papers.append(made if resource not in STATES else _with_state(made, STATES[resource]))
    return world(tuple(people), tuple(papers))


def _with_state(one: Any, state: str) -> Any:
    return type(one)(**{**vars(one), "state": state})


def spread(documents: int) -> dict[str, int]:
    """Spread documents over the resources; what rounding leaves goes to the first."""
    counts = {resource: int(documents * share) for resource, share in SHARES.items()}
    counts["sales_invoices"] += documents - sum(counts.values())
    return counts


def least(contacts: int, documents: int) -> tuple[int, int]:
    """Give the least number of calls of a first run and of an unchanged night."""
    lists = 1 + len(DOCUMENTS)
    pages = sum(math.ceil(count / PAGE) for count in spread(documents).values())
    return lists + math.ceil(contacts / PAGE) + pages, lists


def count(simulation: Simulation, bounds: dict[str, tuple[int, int]]) -> Iterator[Count]:
    """Pull everything twice and count."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = write_configuration(simulation, folder, mode="observe")
        settings = load_settings(config, {}, registry.models())
        schedule = parse_schedule(default_schedule_text(), "default")
        for number, run in enumerate(("first run", "unchanged night")):
            before = {account: len(one.requests) for account, one in simulation.sandboxes.items()}
            app = App(settings, schedule, open_index(settings.service.state_dir, {}), clock.now)
            try:
                outcomes = pull_accounts(app, run)
            finally:
                app.close()
            for account, sandbox in simulation.sandboxes.items():
                asked = sandbox.requests[before[account] :]
                bound = bounds.get(account)
                reads = sum(1 for one in asked if not sandbox.wrote(one))
                yield Count(
                    account,
                    run,
                    reads,
                    len(asked) - reads,
                    bound[number] if bound else None,
                    outcomes[account].complete,
                )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=2_000)
    parser.add_argument("--documents", type=int, default=16_000)
    parser.add_argument("--size", type=int, default=2_000, help="subjects in the world of the other two")
    parser.add_argument("--only-moneybird", action="store_true")
    asked = parser.parse_args()
    log.configure(level="error")
    plugins = registry.plugins()
    sandboxes: dict[str, Sandbox] = {
        "moneybird": plugins["moneybird"].sandbox(books(asked.contacts, asked.documents))
    }
    if not asked.only_moneybird:
        other = make_world(1, asked.size, date(2026, 11, 24))
        sandboxes |= {name: plugins[name].sandbox(other) for name in ("podio", "mailchimp")}
    with ExitStack() as stack:
        addresses = {name: stack.enter_context(serve(one)) for name, one in sandboxes.items()}
        simulation = Simulation(
            make_world(1, 30, date(2026, 11, 24)), sandboxes, addresses, {n: n for n in sandboxes}
        )
        print(
            f"Moneybird: {asked.contacts} contacts, {asked.documents} documents; others: {asked.size} subjects\n"
        )
        print("account    run              reads  other  least  ratio  complete")
        bad = False
        for one in count(simulation, {"moneybird": least(asked.contacts, asked.documents)}):
            print(
                f"{one.account:9}  {one.run:15}  {one.calls:5}  {one.others:5}  {one.least or '-':>5}  "
                f"{one.ratio:>5}  {'yes' if one.complete else 'no':>8}"
            )
            bad |= one.least is not None and (one.calls > one.least or not one.complete)
    sys.exit(int(bad))


if __name__ == "__main__":
    main()
