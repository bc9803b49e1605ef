"""Prism (npm: @stoplight/prism-cli) holds HTTP against an interface document: as the vendor, or in front of one."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKAGE = "@stoplight/prism-cli@5.16.0"


@dataclass(frozen=True)
class Prism:
    """A running Prism: its address and what it noted."""

    address: str
    log: Path

    def requests(self) -> int:
        """Count what it was asked."""
        return self.log.read_text().count("Request received")

    def violations(self) -> list[str]:
        """Give every exchange that the document does not allow."""
        lines = self.log.read_text().splitlines()
        return [line.partition("Violation:")[2].strip() for line in lines if "Violation:" in line]


def installed(given: str | None, folder: Path) -> str:
    """Give the program: the one that was named, the one in the path, or a fresh one in a throw-away folder.

    Raises `SystemExit` when it cannot be had.
    """
    if found := given or shutil.which("prism"):
        return found
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("Prism is needed: install Node with npm, or name it with --prism")
    made = subprocess.run(  # noqa: S603
        [npm, "install", "--silent", "--no-fund", "--no-audit", "--prefix", str(folder), PACKAGE], check=False
    )
    if made.returncode:
        raise SystemExit(f"npm could not install {PACKAGE}: name an installed one with --prism")
    # Not npx: ending it leaves the server running.
    return str(folder / "node_modules" / ".bin" / "prism")


@contextmanager
def mock(program: str, spec: Path, log: Path) -> Iterator[Prism]:
    """Let the document itself answer; a request that it does not allow is a violation."""
    with _running(program, ["mock"], [str(spec)], log) as prism:
        yield prism


@contextmanager
def proxy(program: str, spec: Path, upstream: str, log: Path) -> Iterator[Prism]:
    """Pass everything on to `upstream`; a request or an answer that the document does not allow is an error."""
    with _running(program, ["proxy", "--errors"], [str(spec), upstream], log) as prism:
        yield prism


@contextmanager
def _running(program: str, verb: list[str], what: list[str], log: Path) -> Iterator[Prism]:
    for _ in range(3):
        port = _free_port()
        with log.open("w") as output:
            command = [program, *verb, "-h", "127.0.0.1", "-p", str(port), *what]
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)  # noqa: S603
            try:
                if _listens(log):
                    yield Prism(f"http://127.0.0.1:{port}", log)
                    return
            finally:
                process.terminate()
                process.wait()
    raise SystemExit(f"Prism did not start: {log.read_text()[-500:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _listens(log: Path) -> bool:
    """Wait until it listens; false when another process took the port first."""
    for _ in range(600):
        said = log.read_text()
        if "Prism is listening" in said:
            return True
        if "EADDRINUSE" in said:
            return False
        time.sleep(0.1)
    return False
