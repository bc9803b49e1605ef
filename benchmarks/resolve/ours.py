"""Our part of the benchmark: records are in the index, and what they are is resolved.

    ours.py prepare FOLDER COUNT CSV    put so many records into an index, and write them down for Splink
    ours.py first FOLDER COUNT          resolve them
    ours.py change FOLDER COUNT         let one in a thousand be edited
    ours.py second FOLDER COUNT         resolve what follows

What is timed ends with a number of subjects, seconds, and CPU seconds.
"""

from __future__ import annotations

import csv
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import data
from sqlalchemy import func, select

from syncd.cycle.resolve import resolve_subjects
from syncd.index import saving
from syncd.index.many import in_parts
from syncd.index.store import Index, open_index
from syncd.index.tables import records
from syncd.model import IdentifierKind

AT = datetime(2026, 1, 1, tzinfo=UTC).isoformat()
SHARE = 0.001


def main() -> None:
    step, folder, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    index = open_index(folder, {})
    if step == "prepare":
        _prepare(index, count, Path(sys.argv[4]))
    elif step == "change":
        _pull(index, data.changed(data.entries(count), SHARE))
    else:
        _resolve(index)
    index.close()


def _prepare(index: Index, count: int, written: Path) -> None:
    made = data.entries(count)
    _pull(index, made)
    kinds = [kind for kind in IdentifierKind if any(kind in one.fields for one in made[:1000])]
    with written.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["unique_id", *(kind.value for kind in kinds)])
        for number, one in enumerate(made):
            rows.writerow([number, *(one.fields.get(kind, "") for kind in kinds)])


def _pull(index: Index, made: list[data.Entry]) -> None:
    for some in in_parts(made):
        with index.begin() as connection:
            saving.save_records(
                connection, index.keys, [one.record() for one in some], seen=saving.Seen("R-1"), at=AT
            )


def _resolve(index: Index) -> None:
    began, cpu = time.perf_counter(), time.process_time()
    with index.begin() as connection:
        resolve_subjects(index, connection, AT)
    took = time.perf_counter() - began, time.process_time() - cpu
    with index.begin() as connection:
        subjects = connection.execute(select(func.count(records.c.subject.distinct()))).scalar_one()
    print(subjects, round(took[0], 2), round(took[1], 2))


if __name__ == "__main__":
    main()
