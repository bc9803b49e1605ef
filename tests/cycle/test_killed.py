"""A process that dies in the middle of an order: real processes, real SIGKILL, real sockets."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from syncd.model import OrderState
from syncd.service.simulation import write_configuration
from syncd.testing.faults import Fault, answer
from tests.cycle.kit import Installation, installed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from syncd.testing.exchange import Exchange


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    with installed(tmp_path, seed=8, size=24) as made:
        yield made


def _approve_one(here: Installation) -> str:
    here.run()
    today = here.app().today()
    due = next(one for one in here.orders() if one.order.ref.account == "crm" and one.order.erase_on <= today)
    here.approve(choose=lambda one: one.id == due.id)
    return due.id


def _execute_and_die(here: Installation, *, deed_is_done: bool) -> None:
    """Run the program as its own process and kill it at the moment its write is at the vendor."""
    process: list[subprocess.Popen[bytes]] = []

    async def act(exchange: Exchange) -> None:
        if deed_is_done:
            await exchange.ask()
        os.kill(process[0].pid, signal.SIGKILL)
        process[0].wait()
        await exchange.hang_up()

    service = here.simulation.sandboxes["crm"]
    service.faults.inject(Fault("killed", act), when=lambda asked: asked.method == "DELETE")
    config = write_configuration(here.simulation, here.folder, mode="approve")
    process.append(
        subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "syncd", "run-once", "--execute", "--config", str(config)],
            stdout=subprocess.DEVNULL,
        )
    )
    assert process[0].wait(timeout=180) == -signal.SIGKILL


def _state(here: Installation, order_id: str) -> OrderState:
    return next(one.state for one in here.orders() if one.id == order_id)


@pytest.mark.parametrize("deed_is_done", [True, False], ids=["done", "not-done"])
def test_the_order_was_committed_before_its_write_left_and_is_settled_by_looking(
    here: Installation, deed_is_done: bool
) -> None:
    order_id = _approve_one(here)
    _execute_and_die(here, deed_is_done=deed_is_done)
    assert _state(here, order_id) is OrderState.SENT
    here.run(send=True)
    assert _state(here, order_id) is OrderState.VERIFIED
    # Done: proven by looking alone. Not done: looked, decided again, sent once more.
    assert len(here.writes()["crm"]) == (1 if deed_is_done else 2)


def test_after_a_death_nothing_is_concluded_while_the_vendor_cannot_be_seen(here: Installation) -> None:
    order_id = _approve_one(here)
    _execute_and_die(here, deed_is_done=True)
    here.simulation.sandboxes["crm"].faults.inject(answer(503), times=None)
    here.run(send=True)
    assert _state(here, order_id) is OrderState.SENT
    assert len(here.writes()["crm"]) == 1
