"""The daemon as its own process, as a service manager starts it: with a socket that it speaks to."""

from __future__ import annotations

import json
import os
import queue
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

PATIENCE = 60


class Process:
    """A daemon that is running: what it told the manager, and what it logged."""

    def __init__(self, process: subprocess.Popen[str], told: socket.socket) -> None:
        self.process = process
        self.lines: list[dict[str, Any]] = []
        self.said: list[str] = []
        self._told: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._new: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=self._listen, args=(told,), daemon=True).start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self._new.put(json.loads(line) if line.startswith("{") else {"event": line.strip()})
        self._new.put(None)

    def _listen(self, told: socket.socket) -> None:
        """Take what the manager is told at once, as a manager does: an unread message would hold the daemon up."""
        while message := told.recv(4096):
            self._told.put(message.decode())

    def wait_for(
        self, event: str, fits: Callable[[dict[str, Any]], bool] = lambda _line: True
    ) -> dict[str, Any]:
        """Wait until a line is logged that was not seen before, and give it."""
        while True:
            line = self._new.get(timeout=PATIENCE)
            assert line is not None, f"ended without {event}: {self.lines}"
            self.lines.append(line)
            if line["event"] == event and fits(line):
                return line

    def drain(self) -> None:
        """Take what was logged before the process ended."""
        while (line := self._new.get(timeout=PATIENCE)) is not None:
            self.lines.append(line)

    def wait_to_be_told(self, what: str) -> str:
        """Wait until the manager is told something that begins with this in a line of its own."""
        while True:
            message = self._told.get(timeout=PATIENCE)
            self.said.append(message)
            if any(line.startswith(what) for line in message.splitlines()):
                return message

    def be_told(self, line: str) -> None:
        """Write a line to the daemon's standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def tell(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def end(self) -> int:
        """Wait for the end, and give the exit code."""
        return self.process.wait(timeout=PATIENCE)


@contextmanager
def daemon(
    config: Path, *, program: Sequence[str] = ("-m", "syncd"), **environment: str
) -> Iterator[Process]:
    """Start a daemon, and kill it at the end where it still runs."""
    address = config.parent / "notify"
    address.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(str(address))
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, *program, "daemon", "--config", str(config)],
            env={**os.environ, "NOTIFY_SOCKET": str(address), **environment},
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            yield Process(process, told)
        finally:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stderr):
                if stream is not None:
                    stream.close()
            # An empty message ends the listening, for the socket is read by a thread.
            told.sendto(b"", str(address))


@contextmanager
def served(server: Any) -> Iterator[Any]:
    """Let a server of the standard library answer meanwhile."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
