"""Runs in a mount namespace of its own, with the state directory on a small disk, and does what it is told.

    unshare --mount python -m tests.faults.small_disk FOLDER

Each line on standard input is one thing to do as JSON, each line on standard output what came of it. The folder
has a configuration and `state`, of which the disk gets a copy.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from syncd.cycle import guards
from syncd.http import Http
from tests.cli.kit import syncd

SIZE = "24m"
WRITES = frozenset({"DELETE", "PATCH", "PUT"})


class Disk:
    """The small disk and what can be done with it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._state = folder, folder / "state"
        copy = folder / "before"
        shutil.copytree(self._state, copy)
        self._mount("-t", "tmpfs", "-o", f"size={SIZE},mode=0700", "none")
        shutil.copytree(copy, self._state, dirs_exist_ok=True)

    def _mount(self, *arguments: str) -> None:
        subprocess.run(["mount", *arguments, str(self._state)], check=True)  # noqa: S603, S607 - in our own namespace

    def fill(self, left: int = 0) -> None:
        """Leave so many bytes free."""
        found = os.statvfs(self._state)
        more = found.f_bavail * found.f_frsize - left
        with (self._state / "ballast").open("ab") as file:
            os.posix_fallocate(file.fileno(), file.tell(), max(1, more))

    def free(self) -> None:
        (self._state / "ballast").unlink()

    def remount(self, how: str) -> None:
        self._mount("-o", f"remount,{how}")

    def keep(self) -> None:
        """Copy the state to where whoever is outside can see it."""
        shutil.copytree(self._state, self._folder / "kept" / "state")

    def run(self, *, room: int | None = None, fill_at_write: bool = False) -> dict[str, Any]:
        """Send what may be sent; `room` is what the guard asks for, and the disk may fill up at the first write."""
        plain, asked = Http._exchange, guards.ROOM

        def exchange(http: Http, *arguments: Any) -> Any:
            answer = plain(http, *arguments)
            if arguments[0].method in WRITES and not (self._state / "ballast").exists():
                self.fill()
            return answer

        if fill_at_write:
            Http._exchange = exchange  # type: ignore[method-assign,assignment]
        guards.ROOM = asked if room is None else room
        said = syncd("run-once", "--execute", "--config", str(self._folder / "syncd.toml"))
        Http._exchange, guards.ROOM = plain, asked  # type: ignore[method-assign]
        return {"code": said.code, "out": said.out, "err": said.err}


def main() -> None:
    disk = Disk(Path(sys.argv[1]))
    _say("ready")
    for line in sys.stdin:
        told = json.loads(line)
        _say(getattr(disk, told.pop("do"))(**told))


def _say(what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
