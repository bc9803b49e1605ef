"""Keys by which a subject is known again after its erasure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncd.identity.facts import kind_of, read
from syncd.model import IdentifierKind

if TYPE_CHECKING:
    from syncd.identity.facts import Key
    from syncd.model import Record


def strong_keys(record: Record) -> frozenset[Key]:
    """Give the identifiers by which a subject is known again after erasure (tombstones).

    References are left out: they name a record, not a person.
    """
    return frozenset(key for key in read(record).strong if kind_of(key) != IdentifierKind.REFERENCE)
