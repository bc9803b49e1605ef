"""How many orders a second are sent, looked at before and after, and proven, by simulated services without limits.

The services are processes of their own. Everything that is due in a generated world is approved, and one run sends
it: every order is a look, a second decision, a commit, one write, its receipt, a second look and the note of it.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import multiprocessing
import pstats
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from syncd import log, registry
from syncd.cycle.app import App
from syncd.cycle.approval import approve
from syncd.cycle.run import Request, run
from syncd.index import orders as journal
from syncd.index.store import open_index
from syncd.retention import parse_schedule
from syncd.service import clock
from syncd.service.defaults import default_schedule_text
from syncd.service.simulation import ACCOUNT_NAMES, Simulation, write_configuration
from syncd.settings import load_settings
from syncd.testing.sandbox import serve
from syncd.testing.world import make_world

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

UNLIMITED = {"rate": "1000000/1h"}


def services(seed: int, size: int, name: str, tell: Connection) -> None:
    """Serve one vendor until the other end says anything; then tell how many requests it had."""
    sandbox = registry.plugins()[name].sandbox(make_world(seed, size, clock.today()))
    with serve(sandbox) as address:
        tell.send(address)
        tell.recv()
        tell.send(len(sandbox.requests))


def measured(seed: int, size: int, folder: Path, *, profile: bool) -> dict[str, Any]:
    """Play it once; gives the figures."""
    world = make_world(seed, size, clock.today())
    names = {ACCOUNT_NAMES[name]: name for name in registry.plugins()}
    simulation = Simulation(world, {}, {}, names)
    ends: dict[str, Connection] = {}
    with ExitStack() as stack:
        for account, name in names.items():
            simulation.sandboxes[account] = registry.plugins()[name].sandbox(world)
            ends[account], theirs = multiprocessing.Pipe()
            server = multiprocessing.Process(target=services, args=(seed, size, name, theirs), daemon=True)
            server.start()
            stack.callback(server.join)
            stack.callback(ends[account].send, "end")
            simulation.addresses[account] = ends[account].recv()
        _looked_and_approved(simulation, folder)
        app = _app(simulation, folder)
        profiler = cProfile.Profile()
        began, cpu = time.perf_counter(), time.process_time()
        if profile:
            profiler.enable()
        done = run(app, Request(send=True))
        profiler.disable()
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        app.close()
    if profile:
        pstats.Stats(profiler, stream=sys.stderr).sort_stats("tottime").print_stats(25)
    sent = Counter(one.order.ref.account for one in done.orders if one.tries)
    return {
        "subjects": size,
        "orders": dict(sent),
        "sent": done.execution.sent,
        "verified": done.execution.verified,
        "failed": done.execution.failed,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "orders_per_second": round(done.execution.verified / seconds, 1),
        "orders_per_cpu_second": round(done.execution.verified / cpu, 1),
    }


def _app(simulation: Simulation, folder: Path) -> App:
    extra = dict.fromkeys(simulation.sandboxes, UNLIMITED)
    config = write_configuration(simulation, folder, mode="approve", extra=extra)
    settings = load_settings(config, {}, registry.models())
    schedule = parse_schedule(default_schedule_text(), "default")
    return App(settings, schedule, open_index(settings.service.state_dir, {}), clock.now)


def _looked_and_approved(simulation: Simulation, folder: Path) -> None:
    app = _app(simulation, folder)
    run(app, Request())
    with app.index.begin() as connection:
        waiting = journal.find(connection, open_only=True)
    for one in waiting:
        if one.order.erase_on <= app.today():
            approve(app, one, "benchmark", "single")
    app.close()


def main() -> int:
    """Measure, and print the figures as JSON; 1 when an order was not proven."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=300, help="subjects in the world (default 300)")
    parser.add_argument("--profile", action="store_true", help="show where the time goes, on standard error")
    chosen = parser.parse_args()
    log.configure(level="critical")
    with tempfile.TemporaryDirectory() as name:
        told = measured(chosen.seed, chosen.size, Path(name), profile=chosen.profile)
    print(json.dumps(told, indent=2))
    return 0 if told["sent"] == told["verified"] else 1


if __name__ == "__main__":
    sys.exit(main())
