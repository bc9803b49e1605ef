"""A year of the real daemon: a run every six hours, vendors that fail, throttle, rotate tokens and change.

    python benchmarks/year.py [--days 365] [--size 60] [--seed 1] [--minutes M]

The daemon is a process of its own whose clock is moved to each planned time; its scheduler, its runs, HTTP, SQLite
and the orders are real. After `--minutes` it ends where it is, and judges what there was. It ends with 1 when the
judges found anything: a write on somebody not due or held, a date that passed without erasure or report, a planned
time that nobody ran or reported, a run that decided on the wrong day, a broken ledger.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.year.drive import installed
from tests.year.story import live

START = datetime.fromisoformat("2027-03-20T05:00:00+00:00")
"""A week before the clocks go forward: seven months and a half have both of the nights on which they change."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Live a year in minutes.")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--size", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, help="end after so many minutes, wherever it is then")
    asked = parser.parse_args()
    began = time.perf_counter()
    with (
        tempfile.TemporaryDirectory() as folder,
        installed(Path(folder), START, seed=asked.seed, size=asked.size) as year,
    ):
        ends = began + asked.minutes * 60 if asked.minutes else math.inf
        live(year, START + timedelta(days=asked.days), ends=ends)
        found = year.judge_all()
    runs = len(year.samples)
    days, seconds = (year.now - START).days, time.perf_counter() - began
    print(f"{days} days, {runs} runs, {seconds:.0f} s; {len(year.log)} requests")
    print(
        f"{sum(one.write for one in year.log)} writes, {len(year.faults)} faults, {len(year.off)} times off"
    )
    print("day         resident MB  index MB  run s")
    for one in year.samples[:: max(1, runs // 13)]:
        mb, index = one.resident_kb / 1024, one.index_kb / 1024
        print(f"{one.at:%Y-%m-%d}  {mb:11.1f}  {index:8.2f}  {one.seconds:5.1f}")
    print(
        ", ".join(f"{name} {count}" for name, count in Counter(x["event"] for x in year.lines).most_common())
    )
    print(f"{len(found)} problems")
    for problem in found:
        print(f"  {problem}")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
