"""The daemon as a guest on a host: start to READY, idle memory and CPU, and what an empty run costs.

    python benchmarks/service.py [--size 60] [--idle 60]

A real daemon process against the simulated services. The first run reads everything; those that are measured find
nothing new. CPU seconds are the daemon's own, from /proc, so that a busy machine changes little about them.
"""

from __future__ import annotations

import argparse
import functools
import os
import re
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from syncd.service import clock
from syncd.service.simulation import Simulation, simulate, write_configuration
from tests.service.kit import Process, daemon
from tests.year.drive import planned_in

if TYPE_CHECKING:
    from datetime import datetime

RUNS = 10


def cpu_of(process: Process) -> float:
    """Give the CPU seconds that the daemon has used."""
    fields = Path(f"/proc/{process.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_of(process: Process) -> float:
    """Give the daemon's resident memory, in MB."""
    text = Path(f"/proc/{process.process.pid}/status").read_text(encoding="utf-8")
    return int(re.findall(r"VmRSS:\s+(\d+)", text)[0]) / 1024


def measure_empty_runs(process: Process, simulation: Simulation, planned: datetime) -> None:
    seconds, spent = [], []
    counted = simulation.counts()
    for _ in range(RUNS):
        before = cpu_of(process)
        for sandbox in simulation.sandboxes.values():
            sandbox.clock = functools.partial(_same, planned)
        process.be_told(planned.isoformat())
        seconds.append(process.wait_for("run.finished")["seconds"])
        planned = planned_in(process.wait_to_be_told("STATUS=mode"))
        spent.append(cpu_of(process) - before)
    middle = RUNS // 2
    print(
        f"an empty run          {sorted(seconds)[middle]:6.2f} s, {sorted(spent)[middle]:.2f} CPU s (medians)"
    )
    after = simulation.counts()
    calls = {name: (after[name]["reads"] - counted[name]["reads"]) / RUNS for name in after}
    print("its calls             " + ", ".join(f"{name} {count:g}" for name, count in calls.items()))


def _same(moment: datetime) -> datetime:
    return moment


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the daemon.")
    parser.add_argument("--size", type=int, default=60, help="subjects in the world")
    parser.add_argument("--idle", type=float, default=60.0, help="seconds to watch it do nothing")
    asked = parser.parse_args()
    now = clock.now()
    with tempfile.TemporaryDirectory() as folder, simulate(1, asked.size, now.date()) as simulation:
        config = write_configuration(simulation, Path(folder), mode="observe")
        began = time.perf_counter()
        with daemon(config, program=("-m", "tests.year.clocked", now.isoformat())) as process:
            process.wait_to_be_told("READY=1")
            print(f"start to READY        {time.perf_counter() - began:6.2f} s, {cpu_of(process):.2f} CPU s")
            process.wait_for("run.finished")
            planned = planned_in(process.wait_to_be_told("STATUS=mode"))
            print(f"after the first run   {resident_of(process):6.1f} MB")
            measure_empty_runs(process, simulation, planned)
            before = cpu_of(process)
            time.sleep(asked.idle)
            idle = 1000 * (cpu_of(process) - before) / asked.idle
            print(f"idle                  {resident_of(process):6.1f} MB, {idle:.1f} CPU ms per s")
            process.tell(signal.SIGTERM)
            process.end()


if __name__ == "__main__":
    main()
