"""Keys of one record for the index, which stores only their keyed digests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncd.identity.facts import kind_of, own_references, read, resembling_keys
from syncd.model import IdentifierKind

if TYPE_CHECKING:
    from syncd.identity.facts import Key
    from syncd.model import Record


def blocking_keys(record: Record) -> frozenset[Key]:
    """Give every key by which `resolve` would compare this record with another.

    Two records without a key in common are never linked, proposed or contested with each other (an answer, a
    parent or a membership aside).
    """
    facts = read(record)
    resembling = frozenset(f"{facts.kind}:{key}" for key in resembling_keys(facts))
    return facts.strong | own_references(facts) | resembling


def strong_keys(record: Record) -> frozenset[Key]:
    """Give the identifiers by which a subject is known again after erasure (tombstones).

    References are left out: they name a record, not a person.
    """
    return frozenset(key for key in read(record).strong if kind_of(key) != IdentifierKind.REFERENCE)
