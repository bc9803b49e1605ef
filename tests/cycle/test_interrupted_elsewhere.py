"""Podio and Mailchimp, killed in the middle of a first pull: the next run goes on, and reads nothing twice.

Real processes, real SIGKILL, real sockets. Pages are small here: ten entries.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from connectors.mailchimp import plugin as mailchimp
from connectors.mailchimp import reading as members
from connectors.mailchimp import scan
from connectors.mailchimp.sandbox.state import State
from connectors.podio import client, reading
from connectors.podio import plugin as podio
from connectors.podio.sandbox import PodioState
from syncd.index import reading as stored
from syncd.service.simulation import Simulation, write_configuration
from syncd.testing.faults import Fault
from syncd.testing.sandbox import Sandbox, serve
from syncd.testing.world.shapes import Books, Crm, News, World
from tests.connectors.mailchimp.kit import TODAY, member, world_of
from tests.connectors.podio.conftest import organisation
from tests.cycle.kit import Installation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from syncd.testing.exchange import Asked, Exchange
    from syncd.testing.sandbox import LoggedRequest

COUNT, PAGE = 60, 10
PROGRAM = (
    "import sys;"
    "from connectors.mailchimp import reading as members, scan;"
    "from connectors.podio import client, reading;"
    f"client.PAGE = reading.PAGE = scan.MAX_COUNT = members.BATCH = {PAGE};"
    "from syncd.cli import main; main(sys.argv[1:])"
)
OLD = datetime(2021, 5, 1, tzinfo=UTC)
STATUSES = ("subscribed", "unsubscribed", "archived", "cleaned")


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (client, reading):
        monkeypatch.setattr(module, "PAGE", PAGE)
    monkeypatch.setattr(scan, "MAX_COUNT", PAGE)
    monkeypatch.setattr(members, "BATCH", PAGE)


def _crm() -> World:
    organisations = tuple(organisation(1000 + one, name=f"Bedrijf {one}") for one in range(COUNT))
    return World(
        1,
        1,
        TODAY,
        Books("1", (), ()),
        Crm(9001, 1001, 1002, 1003, organisations, (), ()),
        News("n", (), ()),
        (),
    )


def _news() -> World:
    return world_of(
        *(
            member(
                one, status=STATUSES[one % 4], audience=("aud1", "aud2")[one % 7 == 0],
                last_changed=OLD + timedelta(hours=one),
            )
            for one in range(COUNT)
        )
    )  # fmt: skip


def _brings_items(asked: Asked | LoggedRequest) -> bool:
    return "/filter" in asked.path and "micro" not in asked.query


def _brings_members(asked: Asked | LoggedRequest) -> bool:
    return asked.path.endswith("/members") and "merge_fields" in asked.query


KINDS: dict[str, Any] = {
    "podio": (podio, _crm, _brings_items),
    "mailchimp": (mailchimp, _news, _brings_members),
}


@contextmanager
def _served(kind: str, folder: Path) -> Iterator[Installation]:
    plugin, world, _ = KINDS[kind]
    made = world()
    sandbox = plugin.sandbox(made)
    folder.mkdir(exist_ok=True)
    with serve(sandbox) as address:
        yield Installation(Simulation(made, {"here": sandbox}, {"here": address}, {"here": kind}), folder)


def _sandbox(here: Installation) -> Sandbox:
    sandbox = here.simulation.sandboxes["here"]
    assert isinstance(sandbox, Sandbox)
    return sandbox


def _killed_at(here: Installation, kind: str, page: int) -> None:
    """Run the program as its own process and kill it when it asks for this page of entries (0 is the first)."""
    process: list[subprocess.Popen[bytes]] = []

    async def act(exchange: Exchange) -> None:
        os.kill(process[0].pid, signal.SIGKILL)
        process[0].wait()
        await exchange.hang_up()

    _sandbox(here).faults.inject(Fault("killed", act), when=KINDS[kind][2], skip=page)
    config = write_configuration(here.simulation, here.folder, mode="observe")
    process.append(
        subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", PROGRAM, "run-once", "--config", str(config)], stdout=subprocess.DEVNULL
        )
    )
    assert process[0].wait(timeout=180) == -signal.SIGKILL
    _sandbox(here).faults.clear()


def _pages(here: Installation, kind: str, since: int = 0) -> int:
    """Count the answers that brought whole entries."""
    return sum(1 for one in _sandbox(here).requests[since:] if KINDS[kind][2](one) and one.status == 200)


def _held(here: Installation) -> dict[str, str]:
    """Give what the index holds, without the addresses of the simulation."""
    app = here.app("observe")
    with app.index.begin() as connection:
        found = stored.all_records(connection, app.index.keys)
    app.close()
    address = here.simulation.addresses["here"]
    return {str(one.ref): repr(one.record).replace(address, "") for one in found if one.present}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [0, *(pytest.param(one, marks=pytest.mark.ci) for one in (1, 2))])
def test_after_two_kills_the_index_holds_what_one_pull_gives_and_no_page_was_read_twice(
    kind: str, seed: int, tmp_path: Path
) -> None:
    chance = random.Random(seed)  # noqa: S311 - where to kill
    with _served(kind, tmp_path / "whole") as whole:
        assert whole.run("observe").accounts["here"].complete
        wanted, needed = _held(whole), _pages(whole, kind)
    with _served(kind, tmp_path / "killed") as here:
        _killed_at(here, kind, chance.randrange(1, 4))
        _killed_at(here, kind, chance.randrange(1, 3))
        outcome = here.run("observe").accounts["here"]
        assert outcome.complete
        assert outcome.full
        assert _held(here) == wanted
        # The page that was under way, and the overlap of one entry with which a list goes on.
        assert _pages(here, kind) <= needed + 2 * 2 + (2 if kind == "mailchimp" else 0)
        before = len(_sandbox(here).requests)
        assert here.run("observe").accounts["here"].complete
        assert _held(here) == wanted
        if kind == "podio":
            assert _pages(here, kind, before) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_what_went_between_the_two_runs_is_gone_whether_it_was_read_or_not(kind: str, tmp_path: Path) -> None:
    with _served(kind, tmp_path / "here") as here:
        _killed_at(here, kind, 3)
        read = set(_held(here))
        assert 0 < len(read) < COUNT
        state = _sandbox(here).state
        if isinstance(state, PodioState):
            for key in (1000, 1000 + COUNT - 1):
                state.delete(key, silent=True, hook=False)
        else:
            assert isinstance(state, State)
            audience = state.audience("aud1").members
            in_order = sorted(audience, key=lambda one: audience[one]["last_changed"])
            # Unsubscribed members are read last, so the first of all was not read.
            subscribed = next(one for one in in_order if audience[one]["status"] == "subscribed")
            for address in (subscribed, in_order[-1]):
                del audience[address]
        outcome = here.run("observe").accounts["here"]
        assert outcome.complete
        assert len(outcome.vanished) == 1
        assert len(_held(here)) == COUNT - 2
