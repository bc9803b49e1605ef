"""Accounts are read side by side: none waits for another, and each has its time."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from syncd.contract import Transient
from syncd.cycle.aside import GRACE, side_by_side
from syncd.cycle.run import Request, StoppedError, run
from syncd.http import Halt
from syncd.http.halt import LONGEST_SHIELDED_WAIT
from syncd.model import OrderState
from syncd.testing.faults import Fault
from tests.cycle.kit import Installation, installed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from syncd.testing.exchange import Exchange


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    with installed(tmp_path, seed=8, size=24) as made:
        yield made


@dataclass
class Time:
    """A clock that a test sets."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def at_the_next_request(here: Installation, account: str, do: Callable[[], object], *, method: str) -> None:
    """Do something while a request of an account is at the vendor; the request itself is answered as usual."""

    async def act(exchange: Exchange) -> None:
        await asyncio.to_thread(do)
        await exchange.pass_on()

    here.simulation.sandboxes[account].faults.inject(
        Fault("meanwhile", act), when=lambda asked: method in {"*", asked.method}
    )


def test_an_account_that_does_not_answer_holds_up_no_other(here: Installation) -> None:
    """The first account's first answer waits until the other two are read whole: one by one it would never come."""
    crm, news = threading.Event(), threading.Event()
    sandboxes = here.simulation.sandboxes

    def others_are_read() -> None:
        assert crm.wait(60)
        assert news.wait(60)

    at_the_next_request(here, "books", others_are_read, method="*")
    app = here.app()
    app.connect()
    for name, seen in (("crm", crm), ("news", news)):
        app.https[name].halt.pulse = _when_idle(sandboxes[name].requests, seen)
    assert {name: one.outcome for name, one in run(app, Request()).accounts.items()} == {
        "books": "complete", "crm": "complete", "news": "complete",
    }  # fmt: skip
    app.close()


def _when_idle(requests: Sequence[object], seen: threading.Event) -> Callable[[], None]:
    """Tell once an account has come some requests far."""

    def pulse() -> None:
        if len(requests) >= 2:
            seen.set()

    return pulse


def test_an_account_whose_time_is_over_is_incomplete_and_the_next_run_goes_on(here: Installation) -> None:
    app = here.app()
    app.connect()
    at_the_next_request(here, "crm", lambda: app.https["crm"].halt.limit(0), method="*")
    accounts = run(app, Request()).accounts
    app.close()
    assert (accounts["crm"].outcome, accounts["crm"].code) == ("incomplete", "time_over")
    assert accounts["books"].complete
    assert accounts["news"].complete
    assert here.run().accounts["crm"].complete


def test_a_thread_that_never_ends_is_left_behind() -> None:
    time, forever = Time(), threading.Event()
    halts = {"a": Halt(monotonic=time), "b": Halt(monotonic=time)}
    halts["a"].limit(10)

    def hang() -> None:
        time.now = 10 + GRACE + 1
        forever.wait()

    assert side_by_side({"a": hang, "b": lambda: None}, halts) == {"a"}
    forever.set()


def test_a_fault_of_ours_in_one_account_is_raised() -> None:
    def broken() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        side_by_side({"a": broken, "b": lambda: None}, {"a": Halt(), "b": Halt()})


# --- asked to stop ------------------------------------------------------------------------------------------


def test_a_run_that_is_asked_to_stop_while_it_reads_concludes_nothing(here: Installation) -> None:
    here.run()
    before = [(one.id, one.state) for one in here.orders()]
    app = here.app()
    at_the_next_request(here, "crm", app.halt.ask, method="*")
    with pytest.raises(StoppedError):
        run(app, Request(send=True))
    app.close()
    assert [(one.id, one.state) for one in here.orders()] == before
    assert all(one.complete for one in here.run().accounts.values())


def test_a_run_that_is_asked_to_stop_while_it_writes_looks_at_that_write_and_sends_no_other(
    here: Installation,
) -> None:
    here.run()
    here.approve(choose=lambda one: one.order.ref.account == "crm")
    app = here.app()
    at_the_next_request(here, "crm", app.halt.ask, method="DELETE")
    result = run(app, Request(send=True))
    app.close()
    assert result.execution.sent == 1
    written = [one for one in here.orders() if one.tries]
    assert [one.state for one in written] == [OrderState.VERIFIED]
    assert sum(len(one) for one in here.writes().values()) == 1
    assert here.run(send=True).execution.sent > 1


# --- the halt itself ----------------------------------------------------------------------------------------


def test_nothing_leaves_once_it_was_asked_or_its_time_is_over() -> None:
    time = Time()
    above = Halt(monotonic=time)
    below = above.below()
    below.check()
    below.limit(5)
    time.now = 5
    with pytest.raises(Transient) as late:
        below.check()
    assert late.value.code == "time_over"
    above.check()
    below.limit(None)
    below.check()
    above.limit(1)
    time.now = 6
    with pytest.raises(Transient):
        below.check()
    above.limit(None)
    above.ask()
    with pytest.raises(Transient) as asked:
        below.check()
    assert asked.value.code == "stopped"


def test_what_is_shielded_goes_on_and_waits_no_longer_than_a_moment() -> None:
    halt = Halt()
    halt.ask()
    with halt.shield():
        halt.check()
        halt.sleep(0.01)
        with pytest.raises(Transient):
            halt.sleep(LONGEST_SHIELDED_WAIT + 1)
    with pytest.raises(Transient):
        halt.check()


def test_a_wait_ends_when_it_is_asked() -> None:
    halt = Halt()
    threading.Timer(0.05, halt.ask).start()
    with pytest.raises(Transient):
        halt.sleep(600)
