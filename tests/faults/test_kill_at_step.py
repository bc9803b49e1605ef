"""A sending process is killed at step N, for every N until there is none: real SIGKILL, real sockets, real disk.

A step is a request or a commit, before and after; of those that leave the same on disk and at the vendor one is
enough. Each case is a process forked from one that has the world, the
index and the approvals ready: it serves the world, lets a process of its own die in it, runs again at most twice,
and is judged by the checker. Before the first write no answer differs, so those steps are tried once.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from syncd.cycle.run import Request, run
from syncd.http import Http
from syncd.model import OrderState
from syncd.testing.faults import Fault, answer, answer_lost, any_write, delay
from tests.checker import judge
from tests.faults.kit import Steps, Witnessed, forked, witnessed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from syncd.cycle.run import Result
    from tests.cycle.kit import Installation

ORDERS, MANY = 3, 30
SYSTEMS = ("books", "crm", "news")
FORBIDDEN = b'{"error":"forbidden","error_description":"no","status":403,"title":"no"}'
ANSWERS: dict[str, Callable[[], Fault | None]] = {
    "done": lambda: None,
    "done-but-lost": answer_lost,
    "not-done": lambda: answer(502),
    "refused": lambda: answer(403, FORBIDDEN),
    "kept": lambda: answer(204),
    "slow": lambda: delay(30),
}
SETTLED = {OrderState.VERIFIED, OrderState.SUPERSEDED}
WAITING = {OrderState.REFUSED, OrderState.SHORT}
"""States in which an order waits for a person, with a reason in the report."""
SPARE = 20
"""Steps that a run may take less than the one before."""
MOST = 2
"""Once, and once more where a look showed that the first had done nothing."""


@dataclass
class Ready:
    """A world looked at once, with approved orders of one system, in a folder to copy."""

    services: Witnessed
    folder: Path
    account: str


def _ready(folder: Path, account: str, orders: int) -> Ready:
    services = witnessed(8, 12 if orders == ORDERS else 60)
    with services.served(folder) as here:
        here.run()
        today = here.app().today()
        due = [
            one for one in here.orders() if one.order.ref.account == account and one.order.erase_on <= today
        ]
        family = sorted(due, key=lambda one: (one.order.parent is None, one.id))[:orders]
        assert len(family) == min(orders, len(due)) > 0
        chosen = {one.id for one in family}
        here.approve(choose=lambda one: one.id in chosen)
    return Ready(services, folder, account)


def _serve_and_die(ready: Ready, folder: Path, fault: Fault | None, deadly: int) -> dict[str, Any]:
    """Play one case; gives how the process ended, the steps it made, and everything that is wrong afterwards."""
    shutil.copytree(ready.folder / "state", folder / "state")
    with ready.services.served(folder) as here:
        if fault is not None:
            ready.services.sandboxes[ready.account].faults.inject(fault, when=any_write)
        status = forked(lambda: _run_and_count(here, folder / "steps", deadly))
        said = [one.split() for one in (folder / "steps").read_text(encoding="ascii").splitlines()]
        ready.services.sandboxes[ready.account].faults.clear()
        for _again in range(2):
            result = here.run(send=True)
            if not (wrong := _unsettled(result)):
                break
        wrong += judge(ready.services.evidence(here))
        wrong += [
            f"again: order {one.id} was sent {one.tries} times" for one in result.orders if one.tries > MOST
        ]
    return {
        "killed": os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL,
        **{
            what: [int(count) for kind, count in said if kind == what] for what in ("step", "commit", "write")
        },
        "wrong": wrong,
    }


def _unsettled(result: Result) -> list[str]:
    """Say what of the approved orders is neither done nor waiting for a person for a reason that is stated."""
    explained = {one.values.get("order") for one in result.attention}
    waited_for = {one.order.parent for one in result.orders if one.open}
    return [
        f"left: order {one.id} is {one.state.value}"
        for one in result.orders
        if (one.approved_on is not None or one.tries)
        and one.state not in SETTLED
        and not (one.state in WAITING and one.id in explained)
        and not (one.state is OrderState.APPROVED and one.order.ref in waited_for)
        and one.state is not OrderState.ACCEPTED  # every run looks again; after a day a person is told
    ]


def _run_and_count(here: Installation, notes: Path, deadly: int) -> None:
    defaults = Http.__init__.__kwdefaults__
    assert defaults is not None
    defaults["deadline"] = 0.5  # the slow answer is given up soon
    app = here.app()
    descriptor = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    Steps(deadly, lambda what, count: os.write(descriptor, f"{what} {count}\n".encode())).watch(
        app.index.engine
    )
    run(app, Request(send=True))


def _case(ready: Ready, folder: Path, answered: str, deadly: int) -> dict[str, Any]:
    folder.mkdir()
    outcome = folder / "outcome"

    def act() -> None:
        outcome.write_text(json.dumps(_serve_and_die(ready, folder, ANSWERS[answered](), deadly)), "utf-8")

    assert forked(act) == 0, f"step {deadly}: the case itself failed"
    told: dict[str, Any] = json.loads(outcome.read_text(encoding="utf-8"))
    shutil.rmtree(folder)
    return told


def _play(folder: Path, account: str, answered: str, *, orders: int, most: int | None) -> None:
    """Kill wherever something else is left behind from just before the first write on, or at `most` steps."""
    (folder / "ready").mkdir()
    ready = _ready(folder / "ready", account, orders)
    whole = _case(ready, folder / "whole", answered, 0)
    assert (whole["killed"], whole["wrong"]) == (False, [])
    last = max(whole["step"])
    first = 1 if most is None and answered == "done" else min(whole["write"]) - 4
    if most is None:
        steps = [one for one in sorted({*whole["commit"], *whole["write"], last}) if one >= first]
    else:
        every = range(first, last + 1)
        steps = list(every[:: -(-len(every) // most)])
    assert len(steps) >= (most or orders) - 1
    for deadly in steps:
        told = _case(ready, folder / f"step-{deadly}", answered, deadly)
        assert told["wrong"] == [], f"killed at step {deadly}"
        if not told["killed"]:
            # Where a service is slow now and then, a run takes a step more or less: there is no step N any more.
            assert max(told["step"]) < deadly, f"step {deadly}: it lived"
            assert deadly > last - SPARE, f"step {deadly}: there was none"
            break


@pytest.mark.parametrize(("account", "answered"), [("books", "done-but-lost"), ("crm", "done")])
def test_killed_at_some_steps_nothing_is_lost_or_written_twice(
    account: str, answered: str, tmp_path: Path
) -> None:
    """At a desk the two answers that are easiest to repeat by mistake; every answer is below."""
    _play(tmp_path, account, answered, orders=ORDERS, most=5)


@pytest.mark.parametrize(
    "orders", [pytest.param(ORDERS, marks=pytest.mark.ci), pytest.param(MANY, marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("answered", ANSWERS)
@pytest.mark.parametrize("account", SYSTEMS)
def test_killed_at_every_step(account: str, answered: str, orders: int, tmp_path: Path) -> None:
    _play(tmp_path, account, answered, orders=orders, most=None)
