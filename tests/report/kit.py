"""A report of an installation where some was erased, some waits and some is in doubt."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    """A report, with what it can be checked against."""

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
        there.approve(choose=_some)
        before = there.simulation.counts()
        there.run(send=True)
        writes = sum(one["writes"] for one in there.simulation.counts().values())
        writes -= sum(one["writes"] for one in before.values())
        app = there.app()
        judged = list(current(app).judged.values())
        report, named = gather_report(app, judged), gather_report(app, judged, names=True)
        app.close()
        yield Made(report, named, there.ledger(), writes, there)
