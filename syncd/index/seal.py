"""The two keys, and what they are for.

The index key seals what a reviewer must be able to read (AES-256-GCM, bound to the row's reference) and makes the
keyed digests by which candidates are found; it can be replaced, because the index can be rebuilt by pulling.
The tombstone key makes the digests that answer "have you deleted me?" years later; it is never replaced.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY_BYTES = 32
_NONCE_BYTES = 12


class KeyFaultError(Exception):
    """A key is missing, malformed or not the one that sealed this index. The text says what to do."""


@dataclass(frozen=True)
class Keys:
    """The two secrets; never shown."""

    index: bytes = field(repr=False)
    tombstone: bytes = field(repr=False)

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self.index)

    def seal(self, plain: bytes, bound_to: str) -> bytes:
        """Encrypt `plain` so that it opens only for the row called `bound_to`."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, bound_to.encode())

    def unseal(self, sealed: bytes, bound_to: str) -> bytes:
        """Decrypt; raises `KeyFaultError` when the key is another or the row was altered."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to.encode())
        except InvalidTag:
            raise KeyFaultError(
                "the index cannot be opened with this index key: restore keys/index.key, "
                "or remove the index and pull again"
            ) from None

    @cached_property
    def _hash(self) -> hashlib.blake2b:
        return hashlib.blake2b(key=self.index, digest_size=16, person=b"syncd.index")

    def digest(self, value: str) -> bytes:
        """Give the keyed digest by which an identifier is found in the index (128 bits)."""
        keyed = self._hash.copy()
        keyed.update(value.encode())
        return keyed.digest()

    def tombstone_digest(self, value: str) -> str:
        """Give the keyed digest that stays after erasure (HMAC-SHA-256, hexadecimal)."""
        return hmac.new(self.tombstone, value.encode(), hashlib.sha256).hexdigest()


def load_keys(state_dir: Path, environment: Mapping[str, str]) -> Keys:
    """Load the keys from the environment, the systemd credentials or `state_dir/keys`; make them on first use.

    Raises `KeyFaultError`.
    """
    return Keys(
        index=_load("index", state_dir, environment), tombstone=_load("tombstone", state_dir, environment)
    )


def _load(name: str, state_dir: Path, environment: Mapping[str, str]) -> bytes:
    variable = f"SYNCD_{name.upper()}_KEY"
    if environment.get(variable):
        return _decode(environment[variable].encode(), variable)
    credentials = environment.get("CREDENTIALS_DIRECTORY")
    if credentials and (given := Path(credentials) / f"{name}.key").is_file():
        return _decode(given.read_bytes(), str(given))
    path = state_dir / "keys" / f"{name}.key"
    if path.is_file():
        return _decode(path.read_bytes(), str(path))
    return _make(path)


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
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = secrets.token_bytes(KEY_BYTES)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(base64.b64encode(key).decode() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key
