"""`syncd init` at a real terminal: account by account, each tried, nothing written before the end."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import stat
import subprocess
import sys
import termios
import time
import tomllib
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dotenv import dotenv_values

from tests.cli.kit import syncd

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Office

PATIENCE = 120.0


class Terminal:
    """A person at a terminal: waits for a question, types an answer."""

    def __init__(self, descriptor: int, process: subprocess.Popen[bytes]) -> None:
        self._descriptor = descriptor
        self._process = process
        self.shown = ""
        self._from = 0

    def see(self, what: str) -> None:
        """Wait until this is shown, after what was seen before."""
        while what not in self.shown[self._from :]:
            assert self._read(), f"ended without {what!r}: {self.shown}"
        self._from = self.shown.index(what, self._from) + len(what)

    def answer(self, question: str, text: str) -> None:
        """Wait for a question, and type a line."""
        self.see(question)
        self.see(": ")  # with its space: only then the terminal hides what is typed
        os.write(self._descriptor, text.encode() + b"\n")

    def interrupt(self) -> int:
        """Press Ctrl-C until it is heard, as a person does: the first may come just before the program listens."""
        pressed_until = time.monotonic() + PATIENCE
        heard = "stopped; nothing was changed"
        while self._process.poll() is None and heard not in self.shown and time.monotonic() < pressed_until:
            os.write(self._descriptor, b"\x03")
            while select.select([self._descriptor], [], [], 1.0)[0] and self._read():
                pass
        return self.end()

    def end(self) -> int:
        """Read to the end; gives the exit code."""
        while self._read():
            pass
        return self._process.wait(PATIENCE)

    def _read(self) -> bool:
        ready, _, _ = select.select([self._descriptor], [], [], PATIENCE)
        assert ready, f"nothing happens any more after: {self.shown}"
        try:
            read = os.read(self._descriptor, 4096)
        except OSError:  # the other side is closed
            return False
        self.shown += read.decode().replace("\r\n", "\n")
        return bool(read)


@contextmanager
def at_a_terminal(*arguments: str) -> Iterator[Terminal]:
    mine, theirs = pty.openpty()
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", "syncd", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - a hidden answer needs a terminal
    )
    os.close(theirs)
    try:
        yield Terminal(mine, process)
    finally:
        process.kill()
        process.wait()
        os.close(mine)


def _init(folder: Path, office: Office) -> tuple[str, ...]:
    elsewhere = [
        each
        for name in ("books", "crm", "news")
        for each in ("--set", f"{name}.base_url={office.simulation.addresses[name]}")
    ]
    return ("init", "--config", str(folder / "syncd.toml"), "--state-dir", str(folder / "state"), *elsewhere)


def _books(terminal: Terminal, office: Office, *, wrong: int = 0) -> None:
    terminal.answer("What do you call this account [books]", "")
    for attempt in range(wrong + 1):
        terminal.answer("administration_id", str(office.simulation.accounts()["books"]["administration_id"]))
        terminal.answer("ended_field", "Relatie beëindigd op")
        terminal.answer("role_field", "")
        terminal.answer("token", "it's \\wrong" if attempt < wrong else "sandbox-token")
        if attempt < wrong:
            terminal.see("-> ")
            terminal.see("account books: does not work yet")
            terminal.answer("Type its keys again?", "y")
    terminal.see("account books: answers")


def test_three_accounts_are_asked_for_tried_and_written_ready_to_run(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "etc"
    accounts = office.simulation.accounts()
    with at_a_terminal(*_init(folder, office)) as terminal:
        terminal.answer("Do you use mailchimp?", "y")
        terminal.answer("What do you call this account [news]", "News!")
        terminal.see("small letters")
        terminal.answer("What do you call this account", "news")
        terminal.answer("api_key", accounts["news"]["api_key"])
        terminal.see("account news: answers")
        terminal.answer("Do you use moneybird?", "y")
        _books(terminal, office, wrong=1)
        assert not folder.exists(), "written before the end"
        terminal.answer("Do you use podio?", "y")
        terminal.answer("What do you call this account [crm]", "")
        terminal.answer("client_id", accounts["crm"]["client_id"])
        terminal.answer("username", accounts["crm"]["username"])
        terminal.answer("client_secret", accounts["crm"]["client_secret"])
        terminal.answer("password", accounts["crm"]["password"])
        terminal.answer("Look what it holds", "y")
        terminal.see("account crm: answers")
        code = terminal.end()
    assert code == 0, terminal.shown
    assert "administration_id (the number in the address bar of Moneybird): " in terminal.shown
    for other_way_to_sign_in in ("access_token", "refresh_token", "token_file"):
        assert other_way_to_sign_in not in terminal.shown
    for secret in ("sandbox-token", "wrong", accounts["news"]["api_key"], accounts["crm"]["password"]):
        assert secret not in terminal.shown
        assert secret not in (folder / "syncd.toml").read_text(encoding="utf-8")
    for said in ("tombstone.key", "it can never be made again", "syncd run-once"):
        assert said in " ".join(terminal.shown.split())
    assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o600
    table = tomllib.loads((folder / "syncd.toml").read_text(encoding="utf-8"))
    assert table["service"]["mode"] == "observe"
    roles = {one["role"] for one in table["accounts"]["crm"]["apps"].values()}
    assert roles == {"organisation", "person", "project"}
    run = syncd("run-once", "--config", str(folder / "syncd.toml"), "--format", "json").values
    assert {one["name"]: one["outcome"] for one in run["accounts"]} == dict.fromkeys(
        ("books", "crm", "news"), "complete"
    )
    assert run["decisions"]["erase"] > 0
    assert office.writes() == 0


def test_interrupted_half_way_nothing_is_left(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "etc"
    with at_a_terminal(*_init(folder, office)) as terminal:
        terminal.answer("Do you use mailchimp?", "n")
        terminal.answer("Do you use moneybird?", "y")
        _books(terminal, office)
        terminal.see("Do you use podio?")
        terminal.see(": ")
        assert terminal.interrupt() == 1
    assert "syncd: stopped; nothing was changed" in terminal.shown
    assert not folder.exists()


def test_what_is_in_the_files_already_stays(office: Office, tmp_path: Path) -> None:
    """`syncd init --system` leaves a configuration without accounts; somebody may have added to it since."""
    folder = tmp_path / "etc"
    folder.mkdir()
    state = f'state_dir = "{folder / "state"}"'
    before = f'# mine\n[service]\n{state}\nrun_at = "03:00"\n'
    (folder / "syncd.toml").write_text(before, encoding="utf-8")
    (folder / ".env").write_text("SMTP_PASSWORD='kept'\nBOOKS_TOKEN='old'\n", encoding="utf-8")
    (folder / ".env").chmod(0o640)
    with at_a_terminal(*_init(folder, office)) as terminal:
        terminal.answer("Do you use mailchimp?", "n")
        terminal.answer("Do you use moneybird?", "y")
        _books(terminal, office)
        terminal.answer("Do you use podio?", "n")
        assert terminal.end() == 0, terminal.shown
    text = (folder / "syncd.toml").read_text(encoding="utf-8")
    assert text.startswith(before)
    assert tomllib.loads(text)["accounts"]["books"]["token"] == "${BOOKS_TOKEN}"
    secrets = dotenv_values(folder / ".env")
    assert secrets == {"SMTP_PASSWORD": "kept", "BOOKS_TOKEN": "sandbox-token"}
    assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o640


def test_an_account_that_does_not_work_can_be_left_for_later_and_is_said(
    office: Office, tmp_path: Path
) -> None:
    folder = tmp_path / "etc"
    with at_a_terminal(*_init(folder, office)) as terminal:
        terminal.answer("Do you use mailchimp?", "y")
        terminal.answer("What do you call this account [news]", "")
        terminal.answer("api_key", "it's a \\ mistake-us6")
        terminal.see("account news: does not work yet")
        terminal.answer("Type its keys again?", "n")
        terminal.answer("Do you use moneybird?", "n")
        terminal.answer("Do you use podio?", "n")
        assert terminal.end() == 1
    assert dotenv_values(folder / ".env") == {"NEWS_API_KEY": "it's a \\ mistake-us6"}
