"""What goes where: results on standard output, complaints on standard error, as real processes see it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from syncd.service.lock import run_lock
from syncd.testing.faults import Fault, answer
from tests.cli.kit import syncd

if TYPE_CHECKING:
    from syncd.testing.exchange import Exchange
    from tests.cli.conftest import Office


def _process(office: Office, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "syncd", *arguments, "--config", str(office.folder / "syncd.toml")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def _runs_on(office: Office) -> str:
    contacts = office("contact", "list", "--decision", "keep", "--format", "json").values
    return next(str(one["subject"]) for one in contacts if set(one["roles"].values()) == {None})


def test_what_is_logged_never_gets_into_the_results(office: Office) -> None:
    """Somebody becomes flagged since the last run: that is an event, and the output is JSON all the same."""
    subject = _runs_on(office)
    assert office("relationship", "end", subject, "--on", "2024-01-31").code == 0
    done = _process(office, "contact", "show", subject, "--format", "json")
    assert json.loads(done.stdout)["flagged"]
    assert (done.returncode, done.stderr) == (0, "")


def test_a_failing_account_is_one_log_line_and_the_json_stays_json(own_office: Office) -> None:
    own_office.simulation.sandboxes["crm"].faults.inject(answer(401, b"{}"), times=None)
    done = _process(own_office, "run-once", "--format", "json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["accounts"]
    (line,) = [json.loads(each) for each in done.stderr.splitlines()]
    assert (line["event"], line["account"]) == ("account.failed", "crm")


def test_ctrl_c_in_the_middle_of_a_write_says_where_to_look(own_office: Office) -> None:
    own_office("run-once")
    due = own_office("queue", "list", "--account", "crm", "--state", "scheduled", "--format", "json").values
    assert own_office("queue", "approve", due[0]["order_id"]).code == 0
    process: list[subprocess.Popen[str]] = []

    async def interrupt(exchange: Exchange) -> None:
        os.kill(process[0].pid, signal.SIGINT)
        process[0].wait()
        await exchange.hang_up()

    service = own_office.simulation.sandboxes["crm"]
    service.faults.inject(Fault("interrupted", interrupt), when=lambda asked: asked.method == "DELETE")
    process.append(
        subprocess.Popen(  # noqa: S603 - our own program
            [
                sys.executable, "-m", "syncd", "run-once", "--execute",
                "--config", str(own_office.folder / "syncd.toml"),
            ],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
    )  # fmt: skip
    _out, err = process[0].communicate(timeout=180)
    assert process[0].returncode == 130
    assert err == "syncd: interrupted; the queue says what was sent\n"
    shown = own_office("queue", "show", due[0]["order_id"], "--format", "json").values
    assert shown["state"] == "sent"


@pytest.mark.parametrize("group", ["", "queue", "contact", "relationship", "documents", "policy", "ledger"])
def test_a_command_that_is_not_finished_gets_the_help_and_a_code(group: str) -> None:
    said = syncd(*group.split())
    assert said.code == 2
    assert said.out == ""
    assert said.err.startswith("Usage: ")


def test_a_second_run_that_sends_is_told_who_is_at_it(office: Office) -> None:
    with run_lock(office.folder / "state"):
        said = office("run-once", "--execute")
    assert said.code == 1
    (line,) = said.complaints
    assert line.startswith(f"syncd: process {os.getpid()} is running for {office.folder / 'state'}: ")
    assert "wait until it has finished, or run without --execute" in line


def test_a_look_beside_a_run_works_on_a_copy(office: Office) -> None:
    before = office("status", "--format", "json").values["last_run"]
    with run_lock(office.folder / "state"):
        said = office("run-once", "--format", "json")
    assert said.code == 0
    assert said.values["run_id"] != before["run_id"]
    (line,) = said.complaints
    assert line.endswith("this one works on a copy and leaves no trace")
    assert office("status", "--format", "json").values["last_run"] == before
