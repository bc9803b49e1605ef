"""One run at a time in a state directory, and one daemon."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from syncd.index.files import give_to_owner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class LockedError(Exception):
    """Another process is at work here. The text names its process id."""


@contextmanager
def run_lock(state_dir: Path) -> Iterator[None]:
    """Hold the right to run: to read into the index and to send orders.

    Two runs at once would each take what only the other one read for vanished. Raises `LockedError` at once when
    another process has it.
    """
    with _held(state_dir, "run.lock", "is running", "wait until it has finished, or run without --execute"):
        yield


@contextmanager
def daemon_lock(state_dir: Path) -> Iterator[None]:
    """Hold the right to be the daemon, until the process ends. Raises `LockedError` at once."""
    with _held(state_dir, "daemon.lock", "is the daemon", "stop it first (systemctl stop syncd)"):
        yield


@contextmanager
def _held(state_dir: Path, name: str, does: str, remedy: str) -> Iterator[None]:
    descriptor = os.open(state_dir / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        give_to_owner(descriptor, state_dir)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
            raise LockedError(f"process {holder} {does} for {state_dir}: {remedy}") from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def has_daemon(state_dir: Path) -> bool:
    """Tell whether a daemon is at work here."""
    try:
        descriptor = os.open(state_dir / "daemon.lock", os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
