"""Who is told what: real HTTP and real SMTP on loopback, each thing once, and nothing personal in it."""

from __future__ import annotations

import json
import socketserver
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from syncd.cycle.app import App
from syncd.cycle.run import Request, run
from syncd.index import store
from syncd.index.store import open_index
from syncd.service import installation
from syncd.service.alerts import TOLD, Alerts
from syncd.service.simulation import write_configuration
from syncd.testing.faults import answer
from tests.cycle.kit import Installation, installed
from tests.service.kit import served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    with installed(tmp_path, seed=8, size=40) as made:
        yield made


class _Hook(ThreadingHTTPServer):
    """Takes what is posted, counts who only asks, and answers as it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _HookRequest)
        self.posted: list[dict[str, Any]] = []
        self.beats = 0
        self.status = 200


class _HookRequest(BaseHTTPRequestHandler):
    server: _Hook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.status == 200:
            self.server.posted.append(json.loads(body))
        self._end()

    def do_GET(self) -> None:
        self.server.beats += 1
        self._end()

    def _end(self) -> None:
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Keep quiet."""


class _Mail(socketserver.ThreadingTCPServer):
    """A mail server of a few lines, for this host only."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _MailSession)
        self.messages: list[str] = []


class _MailSession(socketserver.StreamRequestHandler):
    server: _Mail

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            word = line.strip().upper().split(b" ")[0]
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                text = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.messages.append(text.decode())
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 yes\r\n")


def _run(here: Installation, alerts: str, language: str = "en") -> str:
    path = write_configuration(here.simulation, here.folder, mode="approve")
    text = path.read_text(encoding="utf-8").replace("[service]", f'[service]\nlanguage = "{language}"')
    path.write_text(text + alerts, encoding="utf-8")
    loaded = installation.load(path, {})
    index = open_index(loaded.settings.service.state_dir, {})
    app = App(loaded.settings, loaded.schedule, index, here.now)
    try:
        result = run(app, Request())
        Alerts(loaded.settings, {}).after(app, result)
    finally:
        app.close()
    return result.ledger_head


def test_each_thing_is_told_once_until_it_changes(here: Installation) -> None:
    with served(_Hook()) as hook:
        address = f"http://127.0.0.1:{hook.server_address[1]}/"
        alerts = f'\n[alerts]\nwebhook = "{address}"\nheartbeat = "{address}"\n'
        head = _run(here, alerts)
        (first,) = hook.posted
        assert first["ledger_head"] == head
        assert head in first["text"]
        assert "waits_approval" in first["codes"]
        assert len(first["codes"]) == len(first["alerts"])
        _run(here, alerts)
        assert len(hook.posted) == 1
        here.simulation.sandboxes["crm"].faults.inject(answer(403), times=None)
        _run(here, alerts)
        assert any(one.startswith("An account failed: crm: ") for one in hook.posted[-1]["alerts"])
        here.simulation.sandboxes["crm"].faults.clear()
        _run(here, alerts)
        here.simulation.sandboxes["crm"].faults.inject(answer(403), times=None)
        _run(here, alerts)
        # It came again after it was mended: that is news.
        assert any(one.startswith("An account failed: crm: ") for one in hook.posted[-1]["alerts"])
        assert hook.beats == 5


def test_what_nobody_received_is_told_after_the_next_run(here: Installation) -> None:
    with served(_Hook()) as hook:
        alerts = f'\n[alerts]\nwebhook = "http://127.0.0.1:{hook.server_address[1]}/"\n'
        hook.status = 500
        _run(here, alerts)
        assert hook.posted == []
        hook.status = 200
        _run(here, alerts)
        assert "waits_approval" in hook.posted[0]["codes"]


def test_a_mail_says_what_to_do_and_names_nobody(here: Installation) -> None:
    with served(_Mail()) as mail:
        head = _run(
            here,
            '\n[alerts]\nflagged_for = "0s"\n[alerts.email]\nhost = "127.0.0.1"\nsecurity = "none"\n'
            f'port = {mail.server_address[1]}\nsender = "syncd@example.com"\nto = ["privacy@example.com"]\n',
        )
        (message,) = mail.messages
    assert "To: privacy@example.com" in message
    assert "syncd queue list" in message.replace("=\r\n", "")
    assert head in message.replace("=\r\n", "")
    assert "flagged since" in message.replace("=\r\n", "")
    for snapshot in here.snapshots().values():
        for personal in _texts(snapshot):
            assert personal not in message


def test_a_dutch_owner_is_told_in_dutch(here: Installation) -> None:
    late = '\n[alerts]\nflagged_for = "0s"\nhold_ends_in = "4000d"\n'
    told = {}
    for language in ("en", "nl"):
        with served(_Hook()) as hook:
            here.simulation.sandboxes["crm"].faults.inject(answer(403), times=None)
            alerts = f'{late}webhook = "http://127.0.0.1:{hook.server_address[1]}/"\n'
            _run(here, alerts, language)
            (told[language],) = hook.posted
            here.simulation.sandboxes["crm"].faults.clear()
        _forget(here)
    assert {"account_failed", "flagged", "hold_ends"} <= set(told["nl"]["codes"])
    assert told["nl"]["codes"] == told["en"]["codes"]
    assert any(one.startswith("Een account is mislukt: crm: ") for one in told["nl"]["alerts"])
    same = set(told["nl"]["text"].splitlines()) & set(told["en"]["text"].splitlines())
    assert not [one for one in same if one and not one.startswith("- account ")]


def _forget(here: Installation) -> None:
    """Let the next run tell everything again, as on the first day."""
    app = here.app()
    with app.index.begin() as connection:
        store.remember(connection, TOLD, "[]")
    app.close()


def _texts(value: Any) -> Iterator[str]:
    """Give the e-mail addresses that a service holds."""
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _texts(one)
    elif isinstance(value, str) and "@" in value:
        yield value
