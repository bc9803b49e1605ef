"""Measures what resolving takes: a first time, then with one record in a thousand changed, beside Splink.

    python benchmarks/resolve/run.py [--records 20000 200000] [--splink-python PATH | --without-splink]

Ours reads from the index on disk, decrypts, links, proposes, and writes down who is whom; Splink reads a CSV file
of the same entries, trains, predicts and clusters. Each is a process of its own. See benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.environment import python_with

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SPLINK = ("splink==5.0.0", "duckdb==2.0.0", "pyarrow")


@dataclass(frozen=True)
class Measured:
    """What one process took: its resolve, and the whole process's peak memory."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    found: int


def measure(python: str, script: str, *arguments: str) -> Measured | None:
    """Run a script to its end and give what it and the kernel say of it; None when it printed nothing."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": tempfile.gettempdir()}
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(  # noqa: S603 - our own scripts
            [python, str(HERE / script), *arguments], stdout=output, env=environment, cwd=ROOT
        )
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{script} {arguments[0]} failed")
        output.seek(0)
        lines = output.read().splitlines()
    if not lines:
        return None
    words = lines[-1].split()
    return Measured(float(words[-2]), float(words[-1]), round(used.ru_maxrss / 1024, 1), int(words[0]))


def ours(folder: Path, count: int) -> dict[str, Measured]:
    """Measure a first resolve, and one after one record in a thousand was edited."""
    folder.mkdir()
    found = {}
    for step in ("prepare", "first", "change", "second"):
        measured = measure(
            sys.executable, "ours.py", step, str(folder), str(count), str(folder / "entries.csv")
        )
        if measured is not None:
            found[step] = measured
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, nargs="+", default=[20_000, 200_000])
    parser.add_argument("--splink-python", help="an interpreter that has splink; else one is made")
    parser.add_argument("--without-splink", action="store_true")
    parser.add_argument("--json", type=Path, help="keep the figures here")
    wanted = parser.parse_args()
    kept: dict[str, dict[str, dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as place:
        python = (
            None
            if wanted.without_splink
            else wanted.splink_python or python_with(Path(place) / "splink", *SPLINK)
        )
        for count in wanted.records:
            folder = Path(place) / str(count)
            found = ours(folder, count)
            if python:
                measured = measure(python, "with_splink.py", str(folder / "entries.csv"))
                if measured is not None:
                    found["splink"] = measured
            _show(count, found)
            kept[str(count)] = {name: asdict(one) for name, one in found.items()}
    _slope(wanted.records, kept)
    if wanted.json:
        wanted.json.write_text(json.dumps(kept, indent=1))


def _show(count: int, found: dict[str, Measured]) -> None:
    print(f"{time.strftime('%H:%M')} {count} records (load {os.getloadavg()[0]:.1f})")
    for name, one in found.items():
        print(
            f"  {name:7} {one.seconds:8.2f} s {one.cpu_seconds:8.2f} CPU s {one.peak_mb:8.1f} MB  found {one.found}"
        )
    first, second = found["first"], found["second"]
    print(
        f"  second / first {second.seconds / first.seconds:.4f}, CPU {second.cpu_seconds / first.cpu_seconds:.4f}"
    )
    if "splink" in found:
        splink = found["splink"]
        ratio = first.seconds / splink.seconds, first.cpu_seconds / splink.cpu_seconds
        print(f"  first / Splink {ratio[0]:.2f}, CPU {ratio[1]:.2f}")


def _slope(counts: list[int], kept: dict[str, dict[str, dict[str, float]]]) -> None:
    """Say how the first resolve grows: 1 is with the records, 2 with their pairs."""
    if len(counts) > 1:
        few, many = (kept[str(count)]["first"]["cpu_seconds"] for count in (min(counts), max(counts)))
        slope = math.log(many / few) / math.log(max(counts) / min(counts))
        print(f"slope of the first from {min(counts)} to {max(counts)}: {slope:.2f}")


if __name__ == "__main__":
    main()
