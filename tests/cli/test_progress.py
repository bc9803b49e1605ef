"""Bars on a terminal's standard error while something takes long, and nothing at all anywhere else."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from syncd.testing.faults import answer

if TYPE_CHECKING:
    from tests.cli.conftest import Office

UP_AND_CLEAR = "\x1b[1A\x1b[2K"
"""How a line that was shown is taken away again."""


def _at_a_terminal(office: Office, *arguments: str) -> tuple[str, str]:
    """Run a command with standard error at a terminal and output in a pipe; gives output and what was shown."""
    mine, theirs = pty.openpty()
    shown: list[bytes] = []

    def read() -> None:
        try:
            while part := os.read(mine, 65536):
                shown.append(part)
        except OSError:  # the other side is closed
            return

    reader = threading.Thread(target=read)
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "syncd", *arguments, "--config", str(office.folder / "syncd.toml")],
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80"},
    )
    os.close(theirs)
    reader.start()
    output, _ = process.communicate()
    reader.join()
    os.close(mine)
    return output, b"".join(shown).decode().replace("\r\n", "\n")


def test_a_person_sees_how_far_a_run_has_come_and_nothing_of_it_stays(own_office: Office) -> None:
    own_office.simulation.sandboxes["crm"].faults.inject(answer(401, b"{}"), times=None)
    output, shown = _at_a_terminal(own_office, "run-once", "--format", "json")
    assert json.loads(output)["accounts"]
    for step in ("reading books", "reading news", "linking records", "deciding"):
        assert step in shown
    count = json.loads(output)["accounts"]
    read = next(one for one in count if one["name"] == "books")
    assert f"{read['records'] + read['documents']:,} of" in shown
    assert shown.rstrip().endswith((UP_AND_CLEAR, "\x1b[?25h")) or UP_AND_CLEAR in shown[-200:]
    # A line of the log stands by itself between the bars.
    (failed,) = [line for line in shown.splitlines() if "account.failed" in line]
    assert "reading" not in failed


@pytest.mark.ci
def test_where_nobody_looks_nothing_is_shown(own_office: Office) -> None:
    for words in (("run-once", "--format", "json"), ("ledger", "verify"), ("db", "backup")):
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "syncd", *words, "--config", str(own_office.folder / "syncd.toml")],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, ""), words
    for words, label in (
        (("ledger", "verify"), "looking through the ledger"),
        (("db", "backup"), "copying the index"),
    ):
        output, shown = _at_a_terminal(own_office, *words)
        assert label in shown
        assert label not in output
