"""The two keys, and what they are for.

The index key seals what a reviewer must be able to read (AES-256-GCM, bound to the row's reference) and makes the
keyed digests by which candidates are found; it can be replaced, because the index can be rebuilt by pulling.
The tombstone key makes the digests that answer "have you deleted me?" years later; it is never replaced.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

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

    def opens(self, sealed: str, bound_to: str) -> bool:
        """Tell whether the index key opens this (hexadecimal) text."""
        try:
            self.unseal(bytes.fromhex(sealed), bound_to)
        except (KeyFaultError, ValueError):
            return False
        return True

    @cached_property
    def _hash(self) -> hashlib.blake2b:
        return hashlib.blake2b(key=self.index, digest_size=16, person=b"syncd.index")

    def digest(self, value: str) -> bytes:
        """Give the keyed digest by which an identifier is found in the index (128 bits)."""
        keyed = self._hash.copy()
        keyed.update(value.encode())
        return keyed.digest()

    @cached_property
    def _content_hash(self) -> hashlib.blake2b:
        return hashlib.blake2b(key=self.index, digest_size=16, person=b"syncd.content")

    def content_digest(self, content: bytes) -> bytes:
        """Give the keyed digest by which the same content is known again (128 bits)."""
        keyed = self._content_hash.copy()
        keyed.update(content)
        return keyed.digest()

    def tombstone_digest(self, value: str) -> str:
        """Give the keyed digest that stays after erasure (HMAC-SHA-256, hexadecimal)."""
        return hmac.new(self.tombstone, value.encode(), hashlib.sha256).hexdigest()
