"""A report of an installation where some was erased, some waits and some is in doubt."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from syncd.cycle.reporting import gather_report
from syncd.cycle.review import current
from tests.cycle.kit import installed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from syncd.index.ledger import LedgerRow
    from syncd.index.orders import StoredOrder
    from syncd.report.page import Report
    from tests.cycle.kit import Installation


@dataclass
class Made:
    """A report, with what it can be checked against.

    `first` is of the run before, when everything was read, and `at_first` what the servers held then; `asked` says
    how often each was asked in the last run.
    """

    first: Report
    at_first: dict[str, dict[str, Any]]
    asked: dict[str, int]
    report: Report
    named: Report
    ledger: list[LedgerRow]
    erased_at_the_servers: int
    installation: Installation


def _some(one: StoredOrder) -> bool:
    return int(one.id.removeprefix("O-")) % 3 != 0


@contextmanager
def made(folder: Path, size: int = 60) -> Iterator[Made]:
    """Run, let a person approve two of three, send, and report."""
    with installed(folder, size=size) as there:
        there.run()
        first, _ = _reports(there)
        at_first = there.snapshots()
        there.approve(choose=_some)
        before = there.simulation.counts()
        there.run(send=True)
        after = there.simulation.counts()
        writes = sum(after[name]["writes"] - one["writes"] for name, one in before.items())
        asked = {name: sum(after[name].values()) - sum(one.values()) for name, one in before.items()}
        report, named = _reports(there)
        yield Made(first, at_first, asked, report, named, there.ledger(), writes, there)


def _reports(there: Installation) -> tuple[Report, Report]:
    app = there.app()
    judged = list(current(app).judged.values())
    found = gather_report(app, judged), gather_report(app, judged, names=True)
    app.close()
    return found
