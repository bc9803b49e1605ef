"""Counts, by the servers' own logs, what a first run and an unchanged night ask of each vendor, beside the least.

**Moneybird**: 2,000 contacts and 16,000 documents. The least that can be asked is one list of ids per resource, and
every entry once, a hundred at a time: L + ⌈C/100⌉ + Σ⌈Rᵢ/100⌉; in an unchanged night the lists alone.

**Podio** (a generated world). An access token, for a new process without `token_file`: 1. Each app's
definition, since no list says that a field was renamed or its options changed: 1. Its items, at most 500 a
call: ⌈items/500⌉, in the first run whole and at night ids and revisions, for nothing else tells what was
deleted. What hangs on an item comes with the item in full and with nothing for more than one item (comments and
tasks are listed per item only): 1 for each that has ended, itself or with all that it depends on. At night that
is needed again only for those with a task: nothing in a list, neither a count nor a time, tells that a task
went. An app that is kept needs neither.

**Mailchimp** (the same world). The account, which pins its identity: 1. The audiences, and the shops: 1 each,
up to 1,000. Per audience the members, at most 1,000 a call, and apart from them the archived ones, since no
document says that a list without a status holds them: ⌈members/1000⌉ + ⌈archived/1000⌉, each at least 1; and
the names of its merge fields: 1. Per unsubscribed member the feed that has the date: 1, for no list carries it
(`unsubscribed_since` tells only that it was later than something). Per shop ⌈customers/1000⌉. At night per
audience what changed, once for members and once for archived ones: 2, and the ids of both lists again, because
a total cannot tell who went; no merge fields and no feeds; the shops as before.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections import Counter
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
ITEMS_A_CALL, ROWS_A_CALL = 500, 1000
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
    """Requests of one account in one run, reads only, and the least that would do."""

    account: str
    run: str
    calls: int
    others: int
    least: int
    complete: bool

    @property
    def ratio(self) -> str:
        """Give calls per call that is needed."""
        return f"{self.calls / self.least:.2f}"


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


def least_podio(sandbox: Sandbox, other: World) -> tuple[int, int]:
    """Give the least number of calls to Podio, from what the simulated service and its world hold."""
    state: Any = sandbox.state
    pages = sum(max(1, math.ceil(len(state.in_app(app)) / ITEMS_A_CALL)) for app in state.apps)
    ended = {one.id for one in other.crm.organisations if one.ended_on is not None}
    ended |= {
        one.id for one in other.crm.persons if one.organisations and ended.issuperset(one.organisations)
    }
    with_task = sum(1 for one in ended if any(hung.kind == "task" for hung in state.on_item(one)))
    always = 1 + len(state.apps) + pages
    return always + len(ended), always + with_task


def least_mailchimp(sandbox: Sandbox) -> tuple[int, int]:
    """Give the least number of calls to Mailchimp, from what the simulated service holds."""
    state: Any = sandbox.state
    first = night = 3 + sum(_rows(len(one.customers)) for one in state.stores.values())
    for audience in state.audiences.values():
        status = Counter(one["status"] for one in audience.members.values())
        lists = _rows(status.total() - status["archived"]) + _rows(status["archived"])
        first += lists + 1 + status["unsubscribed"]
        night += lists + 2
    return first, night


def _rows(count: int) -> int:
    return max(1, math.ceil(count / ROWS_A_CALL))


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
                reads = sum(1 for one in asked if not sandbox.wrote(one))
                yield Count(
                    account,
                    run,
                    reads,
                    len(asked) - reads,
                    bounds[account][number],
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
    bounds = {"moneybird": least(asked.contacts, asked.documents)}
    if not asked.only_moneybird:
        other = make_world(1, asked.size, date(2026, 11, 24))
        sandboxes |= {name: plugins[name].sandbox(other) for name in ("podio", "mailchimp")}
        bounds["podio"] = least_podio(sandboxes["podio"], other)
        bounds["mailchimp"] = least_mailchimp(sandboxes["mailchimp"])
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
        for one in count(simulation, bounds):
            print(
                f"{one.account:9}  {one.run:15}  {one.calls:5}  {one.others:5}  {one.least:5}  "
                f"{one.ratio:>5}  {'yes' if one.complete else 'no':>8}"
            )
            bad |= one.calls > one.least or not one.complete
    sys.exit(int(bad))


if __name__ == "__main__":
    main()
