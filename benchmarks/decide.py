"""Decide about many subjects: the first time, and a day later when one in a thousand changed.

    python benchmarks/decide.py [--subjects N] [--small N] [--json FILE]

Each subject is one contact with five documents, in an index on disk. What is timed is what a run does between
resolving and sending: decide, bring the queue to the decisions, and work out how everybody stands. Each size is
measured in a process of its own, for its peak memory; before deciding begins that is the first figure.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, update

from syncd import log
from syncd.contract import Capability
from syncd.cycle.app import App
from syncd.cycle.deciding import decide_due
from syncd.cycle.plan import Planner
from syncd.cycle.standing import standing_of
from syncd.index import decisions, saving
from syncd.index.many import in_parts
from syncd.index.store import open_index
from syncd.index.tables import records, subjects
from syncd.model import (
    Action,
    Document,
    DocumentKind,
    Event,
    EventKind,
    Identifier,
    IdentifierKind,
    Record,
    RecordRef,
    Role,
    SubjectKind,
)
from syncd.retention import parse_schedule
from syncd.service.defaults import default_schedule_text
from syncd.settings import Settings
from syncd.settings.tables import ServiceSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncd.index.store import Index

PAPERS = 5
CHANGED = 1000
"""One of so many changes on the second day."""
DAY = date(2026, 6, 1)


class Measured(App):
    """An installation without vendors: what its only account could do is known all the same."""

    def capabilities(self, account: str) -> frozenset[Capability]:  # noqa: ARG002 - there is one account
        """Give what a contact's connector can do."""
        held = frozenset({"fiscal_identity", "contact_details", "registration", "bank_details"})
        return frozenset(
            {
                Capability("contact", Action.ERASE, held, exclusive_of_documents=True),
                Capability("contact", Action.MINIMISE, held - {"fiscal_identity"}),
                Capability("contact", Action.ARCHIVE, frozenset({"fiscal_identity"})),
            }
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Measure deciding again only about whom something changed for."
    )
    parser.add_argument("--subjects", type=int, default=200_000)
    parser.add_argument("--small", type=int, default=20_000)
    parser.add_argument("--json", type=Path, help="keep the figures in this file")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    log.configure(level="error")
    if asked.one:
        print(json.dumps(_measure(asked.one)))
        return
    found = [_apart(number) for number in (asked.small, asked.subjects)]
    small, large = found
    for one in found:
        print(f"{one['subjects']:,} subjects with {PAPERS} documents each, one in {CHANGED} changed")
        for name in ("first", "day"):
            print(
                f"  {name:<6} {one[name]:8.2f} s  {one[name + '_cpu']:8.2f} CPU s  {one[name + '_again']:,} decided"
            )
        print(f"  day / first {one['day_cpu'] / one['first_cpu']:.2%} (CPU)")
        print(f"  memory before, peak: {one['before_mb']:.0f}, {one['peak_mb']:.0f} MB")
    ratio = (large["first_cpu"] / large["subjects"]) / (small["first_cpu"] / small["subjects"])
    print(
        f"slope: a subject of {large['subjects']:,} costs {ratio:.2f} times one of {small['subjects']:,} (CPU)"
    )
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def _apart(number: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--one", str(number)]
    made = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - this very script
    return dict(json.loads(made.stdout))


def _measure(number: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="syncd-decide-") as folder:
        state = Path(folder) / "state"
        settings = Settings(Path(folder) / "syncd.toml", ServiceSettings(state_dir=state), {})
        schedule = parse_schedule(default_schedule_text(), "default")
        clock = [datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC)]
        index = open_index(state, {})
        app = Measured(settings, schedule, index, lambda: clock[0])
        _fill(index, number)
        figures: dict[str, Any] = {"subjects": number, "before_mb": _peak_mb()}
        figures |= _timed("first", app, number)
        clock[0] += timedelta(days=1)
        _change(index, number)
        figures |= _timed("day", app, number)
        app.close()
    return {**figures, "peak_mb": _peak_mb()}


def _timed(name: str, app: App, number: int) -> dict[str, Any]:
    wall, cpu = time.perf_counter(), time.process_time()
    with app.index.begin() as connection:
        again = len(decisions.due(connection, app.today()))
        planner = Planner(app, connection, app.today(), blocked=lambda _subject: False)
        judge = decide_due(app, connection, app.today(), planner)
        stands = standing_of(connection, judge.judged)
    taken = {name: time.perf_counter() - wall, f"{name}_cpu": time.process_time() - cpu}
    if stands.subjects != number:
        raise SystemExit(f"{stands.subjects} of {number} subjects were decided about")
    return {**taken, f"{name}_again": again}


def _fill(index: Index, number: int) -> None:
    for part in in_parts(range(1, number + 1), 2000):
        with index.begin() as connection:
            saving.save_records(
                connection, index.keys, [_record(one) for one in part], seen=saving.Seen("R-1"), at=str(DAY)
            )
            papers = [paper for one in part for paper in _papers(one)]
            saving.save_documents(connection, index.keys, papers, seen=saving.Seen("R-1"))
            kind = SubjectKind.ORGANISATION.value
            connection.execute(
                insert(subjects), [{"id": one, "kind": kind, "first_seen": str(DAY)} for one in part]
            )
    with index.begin() as connection:
        connection.exec_driver_sql("UPDATE records SET subject = CAST(key AS INTEGER), changed = 0")


def _change(index: Index, number: int) -> None:
    """Let one subject in a thousand have another document, as resolving hands it over."""
    changed = range(1, number + 1, CHANGED)
    with index.begin() as connection:
        papers = [_paper(one, PAPERS + 1) for one in changed]
        saving.save_documents(connection, index.keys, papers, seen=saving.Seen("R-2"))
        connection.execute(update(records).values(changed=False))
        connection.execute(update(subjects).where(subjects.c.id % CHANGED == 1).values(dirty=True))


def _ref(one: int) -> RecordRef:
    return RecordRef("books", "contact", str(one))


def _record(one: int) -> Record:
    """Give a contact: four in ten have ended, on days spread over nine years; one in ten thousand yesterday."""
    happened = [Event(EventKind.ROLE, None, Role.CUSTOMER, "books")]
    if one % 10 < 4:
        ended = DAY - timedelta(days=1 if one % 10_000 == 1 else 40 + one * 37 % 3200)
        happened.append(Event(EventKind.ENDED, ended, Role.CUSTOMER, "books"))
    return Record(
        ref=_ref(one),
        version="1",
        kind=SubjectKind.ORGANISATION,
        categories=frozenset({"fiscal_identity", "contact_details"}),
        identifiers=(
            Identifier(IdentifierKind.NAME, f"Company {one} B.V."),
            Identifier(IdentifierKind.EMAIL, f"info@company-{one}.example"),
        ),
        events=tuple(happened),
    )


def _papers(one: int) -> Iterator[Document]:
    return (_paper(one, which) for which in range(1, PAPERS + 1))


def _paper(one: int, which: int) -> Document:
    back = 40 + one * 37 % 3200 if one % 10 < 4 else 10
    day = DAY - timedelta(days=back + which * 30)
    return Document(
        ref=RecordRef("books", "sales_invoice", f"{one}-{which}"),
        of=_ref(one),
        kind=DocumentKind.SALES_INVOICE,
        date=day,
        settled=day + timedelta(days=14),
        number=f"{day.year}-{which}",
        version="1",
    )


def _peak_mb() -> float:
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes / 1024


if __name__ == "__main__":
    main()
