"""A simulated service with clients at work on it: what they did, what the server answered and holds afterwards."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from syncd.testing.sandbox import Sandbox

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Client:
    """A client: its package, our script that drives it, and its steps as (operation, about whom, works)."""

    package: str
    script: str
    steps: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True)
class Stand:
    """A freshly seeded service. `account` is what a client signs in to, `subjects` whom a step can be about.

    `seen` says in a few words what the server holds of a subject.
    """

    sandbox: Sandbox
    account: str
    subjects: Mapping[str, str]
    seen: Callable[[str], str]

    def told(self, operation: str, about: str, since: int, before: str) -> str:
        """Write one line: the operation, what the server answered, and what became of the subject."""
        asked = sorted(self.sandbox.requests[since:], key=lambda one: one.method in {"GET", "HEAD"})
        first = f"{asked[0].method} {asked[0].app_status}" if asked else "nothing asked"
        answered = first + (f" and {len(asked) - 1} more" if len(asked) > 1 else "")
        after = self.seen(self.subjects[about])
        change = f"{before} -> {after}" if before != after else after
        return f"{operation:26}{answered:26} {about}: {change}"


def work(client: Client, python: str, stand: Stand, address: str) -> int:
    """Let a client go through its steps; gives how many ended otherwise than expected."""
    surprises = 0
    for operation, about, works in client.steps:
        before, since = stand.seen(stand.subjects[about]), len(stand.sandbox.requests)
        words = [python, str(HERE / client.script), address, stand.account, operation, stand.subjects[about]]
        ended = subprocess.run(words, check=False, capture_output=True, text=True)  # noqa: S603
        as_meant = (ended.returncode == 0) is works
        surprises += not as_meant
        line = stand.told(operation, about, since, before)
        print(f"  {'ok ' if as_meant else 'NOT'} {'works  ' if works else 'refused'} {line}")
        if not as_meant:
            print(ended.stderr[-600:])
    return surprises
