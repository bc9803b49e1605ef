"""Measures a first pull and one with 1 % changed: ours, a plain `requests` loop, and dlt → SQLite (merge).

All read the same server in the same run, one after the other, each as a process of its own. Seconds and CPU
seconds are those of the pull; the whole process, imports included, is given beside it, and peak memory is the whole
process's. See benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from benchmarks.environment import python_with

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
DLT = "dlt[sqlalchemy]>=1.10"
NEVER = "1970-01-01T00:00:00.000Z"
LARGEST_MEMORY = 150


@dataclass(frozen=True)
class Measured:
    """What one process took: its pull, and from start to end."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    records: int
    process_seconds: float


def measure(python: str, script: str, *arguments: str) -> Measured:
    """Run a script to its end and give what the kernel says of it."""
    # The bare environment: the scripts find their server's module beside them, and the checkout by PYTHONPATH.
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": tempfile.gettempdir()}
    with tempfile.TemporaryFile("w+") as output:
        began = time.monotonic()
        process = subprocess.Popen(  # noqa: S603 - our own scripts
            [python, str(HERE / script), *arguments],
            stdout=output,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=ROOT,
        )
        _pid, status, used = os.wait4(process.pid, 0)
        whole = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        lines = output.read().splitlines()
    if process.returncode:
        raise SystemExit(f"{script} failed")
    count, seconds, cpu = lines[-1].split()
    peak = round(used.ru_maxrss / 1024, 1)
    return Measured(round(float(seconds), 2), round(float(cpu), 2), peak, int(count), round(whole, 2))


@contextmanager
def served(count: int) -> Iterator[str]:
    """Serve so many contacts from a process of its own."""
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, str(HERE / "server.py"), str(count)], stdout=subprocess.PIPE, text=True
    )
    try:
        if process.stdout is None:
            raise SystemExit("the server has no output")
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait()


def both(python: str, script: str, address: str, folder: Path) -> list[Measured]:
    """Measure a first pull, and after a change the second."""
    folder.mkdir()
    first = measure(python, script, address, str(folder), NEVER)
    changed = requests.post(f"{address}/change", data="10", timeout=60)
    changed.raise_for_status()
    return [first, measure(python, script, address, str(folder), changed.json())]


def ratios(found: dict[str, list[Measured]]) -> dict[str, dict[str, float]]:
    """Compare ours with the others, and our second pull with our first."""
    first, second = found["syncd"]
    answer = {"our second / our first": _divided(second, first)}
    for name in ("requests", "dlt"):
        if name in found:
            answer[f"our first / {name}"] = _divided(first, found[name][0])
            answer[f"our second / {name}"] = _divided(second, found[name][1])
    return answer


def _divided(one: Measured, other: Measured) -> dict[str, float]:
    return {
        name: round(value / max(0.01, asdict(other)[name]), 3)
        for name, value in asdict(one).items()
        if name != "records"
    }


def verdicts(found: dict[str, list[Measured]]) -> list[str]:
    """Say of each goal whether it is met."""
    first, second = found["syncd"]
    peak = max(first.peak_mb, second.peak_mb)
    said = [
        _goal("second pull ≤ 0.05 × first (seconds)", second.seconds / first.seconds, 0.05),
        _goal(f"peak memory ≤ {LARGEST_MEMORY} MB", peak, LARGEST_MEMORY),
    ]
    if "dlt" in found:
        said.insert(
            0, _goal("first pull ≤ 0.5 × dlt (seconds)", first.seconds / found["dlt"][0].seconds, 0.5)
        )
    return said


def _goal(what: str, value: float, limit: float) -> str:
    return f"{'met   ' if value <= limit else 'MISSED'} {what}: {value:.3g}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--dlt-python", help="an interpreter that has dlt[sqlalchemy]; else one is made")
    parser.add_argument("--without-dlt", action="store_true")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="syncd-benchmark-"))
    try:
        dlt = None if asked.without_dlt else asked.dlt_python or python_with(folder / "dlt", DLT)
        if dlt is None:
            print("dlt: not measured" + ("" if asked.without_dlt else ", it could not be installed"))
        found: dict[str, list[Measured]] = {}
        with served(asked.contacts) as address:
            found["syncd"] = both(sys.executable, "ours.py", address, folder / "ours")
            found["requests"] = both(sys.executable, "plain.py", address, folder / "plain")
            if dlt:
                found["dlt"] = both(dlt, "with_dlt.py", address, folder / "by-dlt")
        for name, (first, second) in found.items():
            for when, one in (("first", first), ("second", second)):
                print(
                    f"{name:9}{when:7}{one.seconds:8.2f} s {one.cpu_seconds:8.2f} CPU s {one.peak_mb:7.1f} MB"
                    f" {one.records:7} records; process {one.process_seconds:.2f} s"
                )
        for name, figures in ratios(found).items():
            print(f"{name:24}", *(f"{what} {value}" for what, value in figures.items()), sep="  ")
        print(*verdicts(found), sep="\n")
        if asked.json:
            asked.json.write_text(
                json.dumps(
                    {name: [asdict(one) for one in pair] for name, pair in found.items()}
                    | {"ratios": ratios(found)},
                    indent=2,
                )
            )
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
