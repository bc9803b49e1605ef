"""Two processes at one index, or one that stands still and wakes up: real processes, SIGSTOP, SIGCONT, SIGTERM."""

from __future__ import annotations

import os
import signal
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.exc import IntegrityError

from syncd.cycle import execute, guards
from syncd.cycle.run import Request, run
from syncd.index import decisions, engine
from syncd.index import orders as journal
from syncd.index.store import FILE, IndexFaultError
from syncd.model import OrderState
from tests.checker import judge
from tests.cli.kit import syncd
from tests.faults.kit import GUARDED, Ready, ended, made_ready, replaced, started, stood_still

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from syncd.cycle.app import App
    from syncd.index.orders import StoredOrder
    from tests.cycle.kit import Installation

pytestmark = pytest.mark.ci


@pytest.fixture(scope="module")
def one_item(tmp_path_factory: pytest.TempPathFactory) -> Ready:
    """Have one order approved, on an item of the CRM that nothing hangs on."""
    chosen: list[str] = []

    def is_it(one: StoredOrder) -> bool:
        if one.order.ref.account == "crm" and one.order.parent is None and not chosen:
            chosen.append(one.id)
        return one.id in chosen

    return made_ready(tmp_path_factory.mktemp("item"), is_it)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Ready:
    return made_ready(tmp_path_factory.mktemp("everything"))


def _execute(here: Installation) -> None:
    """Send as the command does, and note what it said."""
    said = syncd("run-once", "--execute", "--config", str(here.folder / "syncd.toml"))
    (here.folder / f"said-{os.getpid()}").write_text(f"{said.code}\n{said.err}", encoding="utf-8")


def _said(here: Installation, process: int) -> tuple[int, str]:
    code, _, err = (here.folder / f"said-{process}").read_text(encoding="utf-8").partition("\n")
    return int(code), err


def _stands_still(when: str, *, guarded: bool) -> None:
    """Let this process stop at its next write: after the look, or when all is ready and nothing has left yet."""
    plain, last_look = execute._Account._commit_intent, guards.require_ours_now

    def commit(self: execute._Account, *arguments: Any) -> bool:
        os.kill(os.getpid(), signal.SIGSTOP)
        return plain(self, *arguments)

    def before_the_write(app: App) -> None:
        os.kill(os.getpid(), signal.SIGSTOP)
        if guarded:
            last_look(app)

    if when == "looked":
        replaced(execute._Account, "_commit_intent", commit)
    else:
        replaced(guards, "require_ours_now", before_the_write)


# --- F16, F17, F19: who sends -------------------------------------------------------------------------------


def test_f16_two_commands_at_the_same_time_make_every_order_once(one_item: Ready, tmp_path: Path) -> None:
    def play(here: Installation) -> None:
        here.app().close()  # writes the configuration
        before = {one.id for one in here.orders()}
        app = here.app()
        with app.index.begin() as connection:
            connection.exec_driver_sql("DELETE FROM orders WHERE state = 'scheduled'")
            decisions.mark_all_dirty(connection)
        app.close()
        both = [started(lambda: _execute(here)), started(lambda: _execute(here))]
        assert [ended(each) for each in both] == [0, 0]
        said = dict(_said(here, each) for each in both)
        # They came after one another, or the second one was told so: never both at once.
        assert set(said) <= {0, 1}
        assert 0 in said
        assert "is running" in said.get(1, "is running")
        standing = [one.order for one in here.orders() if one.open]
        assert len(standing) == len(before) - 1  # the approved one was done
        assert len({(one.ref, one.action, one.categories) for one in standing}) == len(standing)

    one_item.apart(tmp_path, play)


@GUARDED
def test_f16_an_order_that_is_put_in_twice_is_refused_by_the_database(
    one_item: Ready, tmp_path: Path, guarded: bool
) -> None:
    def play(here: Installation) -> None:
        one = next(each for each in here.orders() if each.open)
        app = here.app()
        with app.index.begin() as connection:
            if not guarded:
                connection.exec_driver_sql("DROP INDEX one_open_order")
            again = [(replace(one.order, id="O-900000"), one.subject, one.basis, one.born_on, False, ())]
            if guarded:
                with pytest.raises(IntegrityError):
                    journal.create(connection, app.now(), again)
            else:
                journal.create(connection, app.now(), again)
        app.close()

    one_item.apart(tmp_path, play)


@pytest.mark.parametrize(
    ("when", "guarded"),
    [("looked", True), ("ready", True), ("ready", False)],
    ids=["after-the-look", "before-the-write", "unguarded"],
)
def test_f19_a_process_that_wakes_up_after_another_one_did_its_work_writes_nothing(
    one_item: Ready, tmp_path: Path, when: str, guarded: bool
) -> None:
    """It is stopped; a person takes its lock away; another sends; the vendor gives the item back; it wakes up."""

    def stop_and_wake_up() -> None:
        _stands_still(when, guarded=guarded)
        _execute(here_now[0])

    here_now: list[Installation] = []

    def play(here: Installation) -> None:
        here_now.append(here)
        here.app().close()  # writes the configuration
        first = started(stop_and_wake_up)
        assert stood_still(first)
        # F17: while it lives it holds the lock, however long it stands still.
        second = started(lambda: _execute(here))
        ended(second)
        code, told = _said(here, second)
        assert (code, f"process {first} is running" in told) == (1, True)
        (here.folder / "state" / "run.lock").unlink()
        third = started(lambda: _execute(here))
        ended(third)
        assert _said(here, third)[0] == 0
        written = here.writes()["crm"]
        assert len(written) == 1
        one = next(each for each in here.orders() if each.tries)
        assert one.state is OrderState.VERIFIED
        here.simulation.sandboxes["crm"].state.restore(int(one.order.ref.key))  # type: ignore[attr-defined]
        os.kill(first, signal.SIGCONT)
        ended(first)
        assert len(here.writes()["crm"]) == (1 if guarded else 2)
        if guarded:
            code, told = _said(here, first)
            assert (code, "another process took over" in told) == (1, True)

    one_item.apart(tmp_path, play)


# --- F50: a locked index, and a reader that does not end -----------------------------------------------------


def _holding(index: Path, statement: str, ready: int, release: int) -> Callable[[], None]:
    def hold() -> None:
        connection = sqlite3.connect(index, isolation_level=None)
        for each in statement.split(";"):
            connection.execute(each).fetchall()
        os.write(ready, b".")
        os.read(release, 1)
        connection.execute("ROLLBACK")
        connection.close()

    return hold


@GUARDED
def test_f50_who_finds_the_index_locked_waits_and_says_so_when_it_takes_too_long(
    one_item: Ready, tmp_path: Path, guarded: bool
) -> None:
    def play(here: Installation) -> None:
        is_held, hold, is_over, release = *os.pipe(), *os.pipe()
        engine.PATIENCE_MS = 20_000 if guarded else 50
        holder = started(_holding(here.folder / "state" / FILE, "BEGIN IMMEDIATE", hold, is_over))
        os.read(is_held, 1)
        if guarded:
            at_work = started(lambda: _raises_nothing(here))
            os.write(release, b".")
            assert ended(at_work) == 0
            assert len(here.writes()["crm"]) == 1
        else:
            with pytest.raises(IndexFaultError, match="nobody else holds the file"):
                here.run(send=True)
            assert not here.writes()["crm"]
            os.write(release, b".")
        assert ended(holder) == 0

    one_item.apart(tmp_path, play)


def _raises_nothing(here: Installation) -> None:
    here.run(send=True)


def test_f50_a_reader_that_does_not_end_holds_nothing_up_and_the_log_is_short_again_afterwards(
    everything: Ready, tmp_path: Path
) -> None:
    def play(here: Installation) -> None:
        is_held, hold, is_over, release = *os.pipe(), *os.pipe()
        index = here.folder / "state" / FILE
        log = index.with_name(f"{FILE}-wal")
        reading = "BEGIN;SELECT count(*) FROM records"
        reader = started(_holding(index, reading, hold, is_over))
        os.read(is_held, 1)
        engine.PATIENCE_MS = 500
        app = here.app()
        done = run(app, Request(send=True))
        assert done.execution.verified == sum(len(each) for each in here.writes().values()) > 0
        assert log.stat().st_size > 0, "control: the reader kept the log from being emptied"
        os.write(release, b".")
        assert ended(reader) == 0
        app.index.settle()
        assert log.stat().st_size == 0
        app.close()
        assert judge(everything.services.evidence(here)) == []

    everything.apart(tmp_path, play)
