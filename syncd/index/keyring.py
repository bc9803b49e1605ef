"""Where the two keys come from: the environment, a systemd credential, or a file that is made on first use.

While the index key is being replaced there is a second one beside it. Which of the two is right is what the index
itself was sealed with: whoever opens it after an interruption goes on with that one.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from syncd.index.files import give_to_owner, on_disk, write_whole
from syncd.index.seal import KEY_BYTES, KeyFaultError, Keys

if TYPE_CHECKING:
    from collections.abc import Mapping

NEXT = "next-index"
"""The name of the index key that is to replace the one in use."""

_OPEN_TO_EVERYBODY = 0o007


def load_keys(state_dir: Path, environment: Mapping[str, str]) -> Keys:
    """Load the keys; those that nobody gives are made on first use. Raises `KeyFaultError`, `OSError`."""
    return Keys(
        index=_load("index", state_dir, environment), tombstone=_load("tombstone", state_dir, environment)
    )


def next_index_key(state_dir: Path, environment: Mapping[str, str]) -> bytes | None:
    """Give the key that is to replace the index key, if there is one. Raises `KeyFaultError`, `OSError`."""
    given = _given(NEXT, environment)
    path = key_file(state_dir, NEXT)
    return given or (_read(path) if path.is_file() else None)


def key_file(state_dir: Path, name: str) -> Path:
    """Give the place of a key that is kept in a file."""
    return state_dir / "keys" / f"{name}.key"


def is_given(name: str, environment: Mapping[str, str]) -> bool:
    """Tell whether a key comes from the environment or a credential. Raises `KeyFaultError`, `OSError`."""
    return _given(name, environment) is not None


def make_next(state_dir: Path) -> bytes:
    """Make the key that is to replace the index key, on disk when this returns. Raises `OSError`."""
    return _make(key_file(state_dir, NEXT))


def adopt_next(state_dir: Path, keep_old_as: str = "") -> None:
    """Let the next index key be the index key; with a name, keep the old one under it. Raises `OSError`."""
    place, waiting = key_file(state_dir, "index"), key_file(state_dir, NEXT)
    if keep_old_as and place.is_file() and waiting.is_file():
        write_whole(key_file(state_dir, keep_old_as), place.read_bytes())
    if waiting.is_file():
        waiting.replace(place)
        on_disk(place.parent)


def retired(state_dir: Path) -> dict[str, bytes]:
    """Give the former index keys that are kept for the sake of backups, by name. Raises `KeyFaultError`."""
    folder = state_dir / "keys"
    return {one.stem: _read(one) for one in sorted(folder.glob("index-until-*.key"))}


def _load(name: str, state_dir: Path, environment: Mapping[str, str]) -> bytes:
    given, path = _given(name, environment), key_file(state_dir, name)
    if given is not None:
        return given
    return _read(path) if path.is_file() else _make(path)


def _given(name: str, environment: Mapping[str, str]) -> bytes | None:
    variable = f"SYNCD_{name.upper().replace('-', '_')}_KEY"
    if environment.get(variable):
        return _decode(environment[variable].encode(), variable)
    credentials = environment.get("CREDENTIALS_DIRECTORY")
    if credentials and (path := Path(credentials) / f"{name}.key").is_file():
        return _decode(path.read_bytes(), str(path))
    return None


def _read(path: Path) -> bytes:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_bytes()
    except PermissionError:
        raise KeyFaultError(
            f"{path}: cannot be read by this user: run syncd as the user that the state directory belongs to"
        ) from None
    if mode & _OPEN_TO_EVERYBODY:
        raise KeyFaultError(
            f"{path}: open to everybody on this host (mode {mode:04o}): chmod 0600 {path}, and think of it as known"
        )
    return _decode(text, str(path))


def _decode(text: bytes, where: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyFaultError(
            f"{where}: a key is {KEY_BYTES} bytes in base64; restore it from where you kept it"
        )
    return key


def _make(path: Path) -> bytes:
    if not path.parent.is_dir():
        path.parent.mkdir(mode=0o700, parents=True)
        descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        give_to_owner(descriptor, path.parent.parent)
        os.close(descriptor)
    key = secrets.token_bytes(KEY_BYTES)
    write_whole(path, base64.b64encode(key) + b"\n")
    return key
