"""A connector that stumbles or takes all memory, and records that nobody could have written."""

from __future__ import annotations

import resource
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from syncd.cycle.run import Request, run
from syncd.guarded import FAULT, Guarded
from tests.faults.kit import GUARDED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncd.contract import Page
    from tests.cycle.kit import Installation
    from tests.faults.kit import Ready

pytestmark = pytest.mark.ci


class Greedy:
    """A connector that gives a page and then takes more memory than there is."""

    def __init__(self, whole: Any) -> None:
        self._whole = whole

    def __getattr__(self, name: str) -> Any:
        return getattr(self._whole, name)

    def pull(self, since: str | None) -> Iterator[Page]:
        yield next(iter(self._whole.pull(since)))
        limits = resource.getrlimit(resource.RLIMIT_AS)
        used = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + (64 << 20), limits[1]))
        try:
            bytearray(1 << 30)
        finally:
            resource.setrlimit(resource.RLIMIT_AS, limits)


@GUARDED
def test_f41_a_connector_that_takes_all_memory_fails_its_account_and_no_other(
    ready: Ready, tmp_path: Path, guarded: bool
) -> None:
    def play(here: Installation) -> None:
        app = here.app()
        app.connect()
        greedy: Any = Greedy(app.connectors["crm"]._connector)
        if guarded:
            app.connectors["crm"] = Guarded(greedy, "crm")
            result = run(app, Request())
            crm = result.accounts.pop("crm")
            assert (crm.outcome, crm.code) == ("failed", FAULT)
            assert {one.outcome for one in result.accounts.values()} == {"complete"}
        else:
            app.connectors["crm"] = greedy
            with pytest.raises(MemoryError):
                run(app, Request())
        app.close()

    ready.apart(tmp_path, play)


POISON = {
    "nul": "A\x00B",
    "right-to-left": "\u202eecnaG\u202c \u2067x\u2069",
    "ten-megabytes": "x" * 10_000_000,
    "formula": "=cmd|' /C calc'!A0",
    "statement": "'); DROP TABLE records;--",
    "markup": "<script>alert(1)</script>&lt;",
}


@pytest.mark.parametrize("poison", POISON)
def test_f40_a_record_that_nobody_could_have_written_stops_no_account_and_stays_a_text(
    ready: Ready, tmp_path: Path, poison: str
) -> None:
    def play(here: Installation) -> None:
        books: Any = here.simulation.sandboxes["books"]
        for key, contact in books.administration.contacts.items():
            if key == min(books.administration.contacts):
                contact.update({"company_name": POISON[poison], "city": POISON[poison]})
                contact["version"] = int(contact["version"]) + 1
        result = run(here.app(), Request())
        assert {one.outcome for one in result.accounts.values()} <= {"complete", "incomplete"}
        assert result.accounts["crm"].complete
        assert result.accounts["news"].complete
        assert here.ledger(), "and the chain holds"

    ready.apart(tmp_path, play)
