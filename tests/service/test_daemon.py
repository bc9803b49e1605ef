"""The daemon as a service manager sees it: real processes, signals, sockets, and a served world."""

from __future__ import annotations

import asyncio
import signal
import threading
from typing import TYPE_CHECKING

import pytest

from syncd.model import OrderState
from syncd.service.simulation import write_configuration
from syncd.testing.faults import Fault
from tests.cli.kit import syncd
from tests.cycle.kit import Installation, installed
from tests.service.kit import Process, daemon

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from syncd.testing.exchange import Exchange


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    with installed(tmp_path, seed=8, size=24) as made:
        yield made


def configured(here: Installation, *, mode: str = "approve", more: str = "") -> Path:
    path = write_configuration(here.simulation, here.folder, mode=mode)
    text = path.read_text(encoding="utf-8").replace("[service]\n", '[service]\njitter = "0s"\n', 1)
    path.write_text(text + more, encoding="utf-8")
    return path


def hold_up(here: Installation, account: str, method: str) -> tuple[threading.Event, threading.Event]:
    """Let one request of an account wait at the vendor; gives when it is there, and what lets it go on."""
    there, go_on = threading.Event(), threading.Event()

    async def act(exchange: Exchange) -> None:
        there.set()
        await asyncio.to_thread(go_on.wait, 60)
        await exchange.pass_on()

    here.simulation.sandboxes[account].faults.inject(
        Fault("held up", act), when=lambda asked: asked.method == method
    )
    return there, go_on


def a_run(process: Process) -> None:
    process.wait_for("run.finished")


def test_it_is_ready_runs_at_once_says_where_it_stands_and_ends(here: Installation) -> None:
    with daemon(configured(here)) as process:
        assert "READY=1" in process.wait_to_be_told("READY=1").splitlines()
        started = process.wait_for("service.started")
        assert (started["mode"], bool(started["next_on"])) == ("approve", True)
        assert process.wait_to_be_told("STATUS=a run is under way: reading")
        a_run(process)
        assert "next run 20" in process.wait_to_be_told("STATUS=mode approve; last run")
        process.tell(signal.SIGTERM)
        assert "STOPPING=1" in process.wait_to_be_told("STOPPING=1").splitlines()
        assert process.end() == 0
    assert here.orders()
    assert all(not one for one in here.writes().values())


def test_what_was_approved_is_sent_and_what_has_run_lately_waits_for_its_time(here: Installation) -> None:
    here.run()
    here.approve()
    with daemon(configured(here)) as process:
        process.wait_for("service.started")
        process.tell(signal.SIGTERM)
        assert process.end() == 0
        assert all(line["event"] != "run.started" for line in process.lines)
    assert all(not one for one in here.writes().values())


def test_there_is_one_daemon_and_the_second_names_the_first(here: Installation) -> None:
    config = configured(here, mode="observe")
    with daemon(config) as first:
        a_run(first)
        said = syncd("daemon", "--config", str(config))
        assert said.code == 1
        assert said.complaints[-1].startswith(f"syncd: process {first.process.pid} is the daemon for ")
        assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == set(), "it no longer hears Ctrl-C"
        first.tell(signal.SIGTERM)
        assert first.end() == 0


def test_a_look_beside_its_run_works_on_a_copy_and_changes_nothing(here: Installation) -> None:
    config = configured(here)
    there, go_on = hold_up(here, "crm", "POST")
    with daemon(config) as process:
        process.wait_for("service.started")
        assert there.wait(60)
        said = syncd("run-once", "--format", "json", "--config", str(config))
        assert said.code == 0, said.err
        assert "works on a copy" in said.err
        go_on.set()
        a_run(process)
        process.tell(signal.SIGTERM)
        assert process.end() == 0
    assert all(not one for one in here.writes().values())


def _approved_and_due(here: Installation) -> Path:
    """Let one order be approved, and the last run be so long ago that the daemon begins with one."""
    here.run()
    here.approve(choose=lambda one: one.order.ref.account == "crm")
    app = here.app()
    with app.index.begin() as connection:
        connection.exec_driver_sql("UPDATE runs SET started = '2026-01-01T00:00:00+00:00'")
    app.close()
    return configured(here)


def test_asked_to_stop_while_it_writes_it_finishes_that_write_and_its_look(here: Installation) -> None:
    config = _approved_and_due(here)
    there, go_on = hold_up(here, "crm", "DELETE")
    with daemon(config) as process:
        assert process.wait_for("run.skipped")["code"] == "missed"
        assert there.wait(60)
        process.tell(signal.SIGTERM)
        process.wait_to_be_told("STOPPING=1")
        go_on.set()
        assert process.end() == 0
    tried = [one for one in here.orders() if one.tries]
    assert [one.state for one in tried] == [OrderState.VERIFIED]
    assert sum(len(one) for one in here.writes().values()) == 1
    assert any(one.state is OrderState.APPROVED for one in here.orders())


def test_killed_while_it_writes_it_settles_that_order_first_when_it_is_started_again(
    here: Installation,
) -> None:
    config = _approved_and_due(here)
    there, go_on = hold_up(here, "crm", "DELETE")
    with daemon(config) as process:
        assert there.wait(60)
        process.tell(signal.SIGKILL)
        process.end()
    go_on.set()
    (sent,) = [one.id for one in here.orders() if one.state is OrderState.SENT]
    app = here.app()
    with app.index.begin() as connection:
        connection.exec_driver_sql("UPDATE runs SET started = '2026-01-01T00:00:00+00:00'")
    app.close()
    with daemon(config) as process:
        assert process.wait_for("order.verified")["order"] == sent
        process.tell(signal.SIGTERM)
        assert process.end() == 0


def _edit(config: Path, change: Callable[[str], str]) -> None:
    config.write_text(change(config.read_text(encoding="utf-8")), encoding="utf-8")


def test_a_changed_configuration_is_used_once_it_is_valid(here: Installation) -> None:
    config = configured(here)
    with daemon(config) as process:
        a_run(process)
        _edit(config, lambda text: text.replace('mode = "approve"', 'mode = "approves"'))
        process.tell(signal.SIGHUP)
        refused = process.wait_for("service.not_reloaded")
        assert "service.mode" in refused["text"]
        process.wait_to_be_told("RELOADING=1")
        assert "mode approve;" in process.wait_to_be_told("READY=1")
        _edit(config, lambda text: text.replace('mode = "approves"', 'mode = "observe"'))
        process.tell(signal.SIGHUP)
        assert process.wait_for("service.reloaded")["mode"] == "observe"
        assert "mode observe;" in process.wait_to_be_told("READY=1")
        process.tell(signal.SIGTERM)
        assert process.end() == 0


def test_it_shows_life_while_it_runs_and_while_it_waits(here: Installation) -> None:
    with daemon(configured(here), WATCHDOG_USEC="600000") as process:
        process.wait_to_be_told("WATCHDOG=1")
        process.wait_to_be_told("STATUS=mode approve; last run")
        process.wait_to_be_told("WATCHDOG=1")
        process.tell(signal.SIGTERM)
        assert process.end() == 0


def test_a_configuration_that_is_not_valid_ends_it_with_the_code_that_is_not_restarted(
    tmp_path: Path,
) -> None:
    config = tmp_path / "syncd.toml"
    config.write_text('[service]\nrun_at = "25:00"\n', encoding="utf-8")
    said = syncd("daemon", "--config", str(config))
    assert said.code == 2
    assert "run_at" in said.err
    assert "06:40 18:40" in said.err
    assert [one.name for one in tmp_path.iterdir()] == ["syncd.toml"]
