"""A pull that ends in the middle: what was read is kept, nothing is concluded from it, and the next run goes on.

Real processes, real SIGKILL, real sockets. Places to go on are marked every second page here, not every 25th.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from connectors.moneybird import plugin
from connectors.moneybird import pull as reading
from connectors.moneybird.resources import DOCUMENTS
from connectors.moneybird.sandbox import MoneybirdSandbox
from syncd.index import reading as stored
from syncd.service.simulation import Simulation, write_configuration
from syncd.testing.faults import Fault, answer
from syncd.testing.sandbox import serve
from tests.connectors.moneybird.bench import contact, paper, world
from tests.cycle.kit import Installation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from syncd.cycle.pull import AccountOutcome
    from syncd.testing.exchange import Asked, Exchange

CONTACTS, PAPERS = 1000, 300
PAGES = 10 + 3
LISTS = 1 + len(DOCUMENTS) + 2
"""One per resource, and two more: without recurring invoices all spellings of their filter are tried."""
PROGRAM = (
    "import sys; from connectors.moneybird import pull; pull.CURSOR_EVERY = 2;"
    "from syncd.cli import main; main(sys.argv[1:])"
)


@pytest.fixture(autouse=True)
def _every_second_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "CURSOR_EVERY", 2)


@contextmanager
def _books(folder: Path) -> Iterator[Installation]:
    numbers = range(100_000, 100_000 + CONTACTS)
    inside = world(
        tuple(contact(one, email=f"info@bedrijf-{one}.example") for one in numbers),
        tuple(paper(one + 900_000, one) for one in list(numbers)[:PAPERS]),
    )
    sandbox = plugin.sandbox(inside)
    with serve(sandbox) as address:
        yield Installation(
            Simulation(inside, {"books": sandbox}, {"books": address}, {"books": "moneybird"}), folder
        )


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    with _books(tmp_path) as made:
        yield made


def _sandbox(here: Installation) -> MoneybirdSandbox:
    sandbox = here.simulation.sandboxes["books"]
    assert isinstance(sandbox, MoneybirdSandbox)
    return sandbox


def _fetches(asked: Asked) -> bool:
    return asked.method == "POST" and asked.path.endswith("/synchronization.json")


def _killed_at(here: Installation, page: int) -> None:
    """Run the program as its own process and kill it when it asks for this page (0 is the first)."""
    process: list[subprocess.Popen[bytes]] = []

    async def act(exchange: Exchange) -> None:
        os.kill(process[0].pid, signal.SIGKILL)
        process[0].wait()
        await exchange.hang_up()

    _sandbox(here).faults.inject(Fault("killed", act), when=_fetches, skip=page)
    config = write_configuration(here.simulation, here.folder, mode="observe")
    process.append(
        subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", PROGRAM, "run-once", "--config", str(config)], stdout=subprocess.DEVNULL
        )
    )
    assert process[0].wait(timeout=180) == -signal.SIGKILL
    _sandbox(here).faults.clear()


def _run(here: Installation, **settings: Any) -> tuple[AccountOutcome, int]:
    """Run once and give the outcome with the number of requests that the vendor saw."""
    before = len(_sandbox(here).requests)
    outcome = here.run("observe", books=settings).accounts["books"]
    return outcome, len(_sandbox(here).requests) - before


def _held(here: Installation) -> dict[str, Any]:
    """Give what the index holds, without when and in which run it was read."""
    app = here.app("observe")
    with app.index.begin() as connection:
        found = {
            **{
                str(one.ref): one.record
                for one in stored.all_records(connection, app.index.keys)
                if one.present
            },
            **{str(one.ref): one for one in stored.all_documents(connection, app.index.keys)},
        }
    app.close()
    return found


def _known(here: Installation) -> int:
    return len(_held(here))


def _forget_contact(here: Installation, number: int) -> None:
    del _sandbox(here).administration.contacts[str(number)]


def _touch_all(here: Installation) -> None:
    """Change every contact a little, at the vendor."""
    for key in _sandbox(here).administration.contacts:
        _sandbox(here).administration.change_contact(key, {"city": "Utrecht"})


@pytest.mark.parametrize("page", [6, *(pytest.param(one, marks=pytest.mark.ci) for one in (1, PAGES - 1))])
def test_killed_while_reading_it_keeps_what_it_read_and_the_next_run_reads_the_rest(
    here: Installation, page: int, tmp_path: Path
) -> None:
    _killed_at(here, page)
    # What was read up to the last place to go on from is kept; a page after it may wait for the next such place.
    assert page // 2 * 200 <= _known(here) <= page * 100
    outcome, asked = _run(here)
    assert outcome.complete
    # Only what came after the last marked page, which is at most one page back, is read again.
    assert PAGES - page <= asked - LISTS <= PAGES - page + 1
    (tmp_path / "other").mkdir()
    with _books(tmp_path / "other") as uninterrupted:
        _run(uninterrupted)
        # Links to the vendor's pages hold the simulation's port.
        port, other = here.simulation.addresses["books"], uninterrupted.simulation.addresses["books"]
        wanted = {key: repr(one).replace(other, port) for key, one in _held(uninterrupted).items()}
        assert {key: repr(one) for key, one in _held(here).items()} == wanted
    assert _run(here)[1] == LISTS


@pytest.mark.ci
def test_killed_again_and_again_it_comes_to_an_end(here: Installation) -> None:
    asked = 0
    for _ in range(3):
        before = len(_sandbox(here).requests)
        _killed_at(here, 4)
        asked += len(_sandbox(here).requests) - before
    outcome, last = _run(here)
    assert outcome.complete
    assert _known(here) == CONTACTS + PAPERS
    assert asked + last <= PAGES + 4 * (LISTS + 2)


def test_what_went_between_the_two_runs_is_gone_whether_it_was_read_or_not(here: Installation) -> None:
    _killed_at(here, 6)
    for number in (100_000, 100_999):
        _forget_contact(here, number)
    outcome, _ = _run(here)
    assert outcome.complete
    assert [ref.key for ref in outcome.vanished] == ["100000"]
    # And the paper of the first one, of whom no record is left.
    assert _known(here) == CONTACTS + PAPERS - 3


def test_what_an_interrupted_run_was_told_is_gone_is_not_forgotten(here: Installation) -> None:
    _run(here)
    _forget_contact(here, 100_500)
    del _sandbox(here).administration.documents["sales_invoices"]["1000007"]
    _touch_all(here)
    _killed_at(here, 5)
    assert _known(here) == CONTACTS + PAPERS  # not yet: the pull was not complete
    outcome, asked = _run(here)
    assert outcome.complete
    assert not outcome.full
    assert asked - LISTS <= PAGES - 5
    assert [ref.key for ref in outcome.vanished] == ["100500"]
    held = _held(here)
    assert len(held) == CONTACTS + PAPERS - 2
    assert "books:sales_invoice:1000007" not in held


def test_a_pull_of_everything_over_two_runs_still_notices_what_is_missing(here: Installation) -> None:
    """The index knows more than the connector's cursor: what none of the runs saw is gone."""
    _run(here)
    _forget_contact(here, 100_500)
    _sandbox(here).faults.inject(answer(503), when=_fetches, skip=5, times=None)
    other = {"role_field": "Rol"}  # other settings, so the cursor is not understood and everything is read
    outcome, _ = _run(here, **other)
    assert (outcome.outcome, outcome.vanished) == ("failed", [])
    _sandbox(here).faults.clear()
    outcome, asked = _run(here, **other)
    assert outcome.complete
    assert outcome.full
    assert asked - LISTS <= PAGES - 4
    assert [ref.key for ref in outcome.vanished] == ["100500"]


def test_a_place_that_the_connector_does_not_understand_any_more_begins_anew(here: Installation) -> None:
    _killed_at(here, 6)
    _forget_contact(here, 100_000)  # it was read, and is known to nobody but the index
    outcome, asked = _run(here, role_field="Rol")
    assert outcome.complete
    assert outcome.full
    assert asked - LISTS == PAGES
    assert [ref.key for ref in outcome.vanished] == ["100000"]


def test_an_account_that_answers_as_another_one_is_not_gone_on_with(here: Installation) -> None:
    _killed_at(here, 6)
    administration = _sandbox(here).administration
    administration.id = "999"
    for entry in [*administration.contacts.values(), *administration.documents["sales_invoices"].values()]:
        entry["administration_id"] = "999"
    outcome, _ = _run(here, administration_id="999")
    assert (outcome.outcome, outcome.code) == ("failed", "wrong_identity")


def test_a_budget_that_runs_out_leaves_the_account_incomplete_and_the_next_run_goes_on(
    here: Installation,
) -> None:
    began = datetime.now(UTC)  # noqa: TID251 - measures the test itself
    outcome, asked = _run(here, rate="12/1h", share=1.0)
    assert (outcome.outcome, outcome.code, asked) == ("incomplete", "budget", 12)
    assert "the next run goes on" in outcome.text
    outcome, asked = _run(here, rate="12/1h", share=1.0)  # another process, the same hour
    assert (outcome.code, asked) == ("budget", 0)
    outcome, asked = _run(here, rate="36/1h", share=1.0)
    assert outcome.complete
    assert asked == LISTS + PAGES - 10
    assert (datetime.now(UTC) - began).total_seconds() < 60  # noqa: TID251 - it never waited for its turn
