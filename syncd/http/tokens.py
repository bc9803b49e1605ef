"""Where access tokens stay between runs: one file per account, alone while it changes, never half written.

A vendor may replace the refresh token each time it is used. The new one is then the only one that works, so it
is on disk before anybody uses what came with it, and two processes never refresh at the same moment.
"""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from syncd.contract import Unusable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class TokenFile:
    """A JSON object in a file of mode 0600, for one account. Every method raises `Unusable` (`token_file`).

    The lock is a file beside it (`.lock`), because the file itself is replaced with every change.
    """

    def __init__(self, path: Path, *, account: str) -> None:
        self._path = path
        self._account = account

    @contextmanager
    def locked(self) -> Iterator[dict[str, Any]]:
        """Hold the file alone, waiting for other processes; gives what is in it, nothing when unreadable."""
        try:
            name = self._path.with_name(self._path.name + ".lock")
            lock = os.open(name, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise self._unusable(error) from None
        try:
            try:
                _give_to_owner(lock, self._path.parent)
            except OSError as error:
                raise self._unusable(error) from None
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield self.load()
        finally:
            os.close(lock)

    def load(self) -> dict[str, Any]:
        """Read the file; empty when it is not there or not ours."""
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise self._unusable(error) from None
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def save(self, content: Mapping[str, Any]) -> None:
        """Replace the file at once: a reader, or a process that dies here, sees the old one or the new one."""
        folder = self._path.parent
        try:
            handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{self._path.name}.")  # mode 0600
        except OSError as error:
            raise self._unusable(error) from None
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                _give_to_owner(file.fileno(), folder)
                json.dump(content, file)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self._path)
            _sync_folder(folder)
        except OSError as error:
            Path(temporary).unlink(missing_ok=True)
            raise self._unusable(error) from None

    def _unusable(self, error: OSError) -> Unusable:
        return Unusable(
            "token_file",
            f"account {self._account}: token_file cannot be used ({error.strerror}): "
            "its folder must exist and be writable",
        )


def _give_to_owner(descriptor: int, folder: Path) -> None:
    """Leave the file to whoever owns its folder: the daemon must read what a command of root's wrote."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)


def _sync_folder(folder: Path) -> None:
    """Make a renaming survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
