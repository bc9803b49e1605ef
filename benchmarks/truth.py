"""The whole line against a world whose truth is known: confusion per trap class, coverage, what went wrong.

    python benchmarks/truth.py [--seed 2] [--size 2000]

Everything is real: HTTP on loopback, SQLite on disk, deletion in the three simulated services. A person approves
every order and answers nothing else.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

from syncd import log, registry
from syncd.cli import common, queue_decide
from syncd.cycle.app import App
from syncd.cycle.run import Request, Result, run
from syncd.index.store import open_index
from syncd.model import OrderState
from syncd.service import clock
from syncd.service.simulation import Simulation, simulate, write_configuration
from syncd.settings import load_settings

HANGING = frozenset({"file", "comment", "task"})


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare the program with the world's truth.")
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--size", type=int, default=2000)
    wanted = parser.parse_args()
    log.configure(level="error")
    with (
        tempfile.TemporaryDirectory() as folder,
        simulate(wanted.seed, wanted.size, clock.today()) as simulation,
    ):
        app = _installed(simulation, Path(folder))
        began = time.perf_counter()
        first = run(app, Request())
        first.judged = {one.subject.id: one for one in first.judged.values()}
        looked = time.perf_counter()
        queue_decide.approve_all(app, "the benchmark")
        last = run(app, Request(send=True))
        done = time.perf_counter()
        app.close()
        print(f"seed {wanted.seed}, size {wanted.size}: {len(simulation.world.subjects)} subjects")
        print(f"look {looked - began:.1f} s, execute and verify {done - looked:.1f} s")
        print(f"{last.execution.sent} writes, {last.execution.verified} verified")
        _confusion(simulation, first)
        _outcomes(simulation, last)


def _installed(simulation: Simulation, folder: Path) -> App:
    config = write_configuration(simulation, folder, mode="approve")
    settings = load_settings(config, os.environ, registry.models())
    schedule = common.schedule_of(settings.schedule_path)
    return App(settings, schedule, open_index(settings.service.state_dir, os.environ), clock.now)


def _confusion(simulation: Simulation, first: Result) -> None:
    judged = {
        (stored.ref.account, stored.ref.key): one
        for one in first.judged.values()
        for stored in one.subject.records
    }
    rows: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for subject in simulation.world.subjects:
        # What hangs on an item is read when the item has ended.
        places = [(one.system, one.id) for one in subject.records if one.kind not in HANGING]
        found = {judged[place].decision.verdict.value for place in places}
        rows[subject.trap][(subject.decision, "/".join(sorted(found)))] += 1
    print("\ntrap class: truth -> decision, number")
    for trap, pairs in sorted(rows.items()):
        shown = ", ".join(f"{true} -> {seen} {number}" for (true, seen), number in sorted(pairs.items()))
        print(f"  {trap}: {shown}")
    wrong = sum(number for pairs in rows.values() for (true, seen), number in pairs.items() if true != seen)
    print(f"wrong decisions: {wrong}")


def _outcomes(simulation: Simulation, last: Result) -> None:
    """Judge every record by what became of it, and count who reached `verified` without any answer."""
    done: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in last.orders:
        if one.state is OrderState.VERIFIED:
            done[(one.order.ref.account, one.order.ref.key)].add(one.order.action.value)
    wrong = 0
    due = reached = 0
    for subject in simulation.world.subjects:
        touched = [one for one in subject.records if one.outcome != "unchanged"]
        wrong += sum(_became(done[(one.system, one.id)]) != one.outcome for one in subject.records)
        if subject.due:
            due += 1
            reached += all(done[(one.system, one.id)] for one in touched)
    print(f"wrong outcomes of records: {wrong}")
    print(f"coverage: {reached} of {due} due subjects verified without an answer ({reached / due:.1%})")


def _became(actions: set[str]) -> str:
    if "erase" in actions:
        return "gone"
    return "minimised" if "minimise" in actions else "unchanged"


if __name__ == "__main__":
    main()
