"""Lets clients that nobody here wrote do their job on the simulated Moneybird, and shows what the server saw.

Each operation runs in a process of its own, in the throw-away environment of its client. With `--prism` and
`--spec` everything goes through `prism proxy --errors`, which holds requests and answers against the vendor's
interface document. See benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import venv
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.moneybird import plugin
from syncd.testing.sandbox import serve
from syncd.testing.world import make_world

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
DAY = date(2026, 11, 24)


@dataclass(frozen=True)
class Client:
    """A client: its package, our script that drives it, and what it does.

    A step is the operation, which contact it is about, and whether it works. `undocumented` counts the steps
    with an answer that the interface document leaves out: the 400 to a deletion of what is archived already,
    which a client in production met (github.com/svthalia/concrexit, issue 3713).
    """

    package: str
    script: str
    steps: tuple[tuple[str, str, bool], ...] = field(default=())
    undocumented: int = 0


CLIENTS = (
    Client(
        "moneybird-mcp==0.8.3",
        "with_moneybird_mcp.py",
        (
            ("administrations", "free", True),
            ("list", "free", True),
            ("versions", "free", True),
            ("read by ids", "free", True),
            ("read one", "free", True),
            ("invoice versions", "free", True),
            ("create", "free", True),
            ("update", "free", True),
            ("archive", "free", True),
            ("read one", "free", False),
            ("read one with archived", "free", True),
            ("archive", "free", False),
        ),
    ),
    Client(
        "moneybird-cli==0.1.0",
        "with_moneybird_cli.py",
        (
            ("list", "free", True),
            ("read one", "free", True),
            ("create", "free", True),
            ("update", "free", True),
            ("delete", "free", True),
            ("read one", "free", False),
            ("delete", "busy", True),
            ("read one", "busy", False),
            ("list with archived", "busy", True),
            ("delete", "busy", False),
        ),
        undocumented=1,
    ),
)


def python_with(package: str, folder: Path) -> str | None:
    """Make a throw-away environment with a client; None when it cannot be had."""
    environment = folder / package.partition("==")[0]
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    made = subprocess.run(  # noqa: S603
        [python, "-m", "pip", "install", "--quiet", package], check=False, capture_output=True
    )
    return str(python) if made.returncode == 0 else None


@contextmanager
def checked(prism: str, spec: str, upstream: str, log: Path) -> Iterator[str]:
    """Put `prism proxy --errors` in front of an address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with log.open("w") as output:
        command = [prism, "proxy", "--errors", "-h", "127.0.0.1", "-p", str(port), spec, upstream]
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)  # noqa: S603
        try:
            for _ in range(600):
                if "Prism is listening" in log.read_text():
                    break
                time.sleep(0.1)
            else:
                raise SystemExit("prism did not start")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def seen(contact: dict[str, Any] | None) -> str:
    """Say in a few words what the server holds of a contact."""
    if contact is None:
        return "absent"
    return (
        f"{'archived' if contact['archived'] else 'present'}, phone {'set' if contact['phone'] else 'empty'}"
    )


def run(client: Client, python: str, arguments: argparse.Namespace, folder: Path) -> int:
    """Let one client go through its steps; gives how many ended otherwise than expected."""
    sandbox = plugin.sandbox(make_world(3, 60, DAY))
    memory = sandbox.administration
    chosen: dict[str, list[str]] = {"busy": [], "free": []}
    for key, contact in memory.contacts.items():
        if contact["phone"] and not contact["archived"]:
            chosen["busy" if any(memory.papers_of(key)) else "free"].append(key)
    log = folder / f"{client.script}.prism"
    surprises = 0
    print(f"\n{client.package}")
    with serve(sandbox) as upstream:
        front = (
            checked(arguments.prism, arguments.spec, upstream, log)
            if arguments.prism
            else nullcontext(upstream)
        )
        with front as address:
            for operation, which, works in client.steps:
                key = chosen[which][0]
                before, count = seen(memory.contacts.get(key)), len(memory.contacts)
                since = len(sandbox.requests)
                ended = subprocess.run(  # noqa: S603
                    [python, str(HERE / client.script), address, memory.id, operation, key],
                    check=False, capture_output=True, text=True,
                )  # fmt: skip
                asked = [f"{one.method} {one.app_status}" for one in sandbox.requests[since:]]
                after = seen(memory.contacts.get(key))
                change = f"{before} -> {after}" if before != after else f"{after}"
                grown = len(memory.contacts) - count
                as_meant = (ended.returncode == 0) is works
                surprises += not as_meant
                print(
                    f"  {'ok ' if as_meant else 'NOT'} {operation:24}{'works' if works else 'refused':9}"
                    f"{', '.join(asked):22} {which} contact: {change}"
                    + (f"; contacts {grown:+}" if grown else "")
                )
                if not as_meant:
                    print(ended.stderr[-600:])
    if arguments.prism:
        violations = [line for line in log.read_text().splitlines() if "Violation:" in line]
        print(f"  violations of the interface document: {len(violations)}, expected {client.undocumented}")
        print(*(f"    {line.partition('Violation:')[2].strip()}" for line in violations), sep="\n")
        surprises += abs(len(violations) - client.undocumented)
    return surprises


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prism", help="the program prism, to check every exchange")
    parser.add_argument("--spec", help="Moneybird's interface document, for --prism")
    parser.add_argument(
        "--pythons", type=json.loads, default={}, help='{"moneybird-cli": "/path/bin/python"}'
    )
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="syncd-clients-"))
    surprises = 0
    try:
        for client in CLIENTS:
            name = client.package.partition("==")[0]
            python = arguments.pythons.get(name) or python_with(client.package, folder)
            if python is None:
                print(f"\n{client.package}: could not be installed")
                continue
            surprises += run(client, python, arguments, folder)
    finally:
        shutil.rmtree(folder)
    sys.exit(1 if surprises else 0)


if __name__ == "__main__":
    main()
