"""What resolving a part asks of whoever holds all records: who stands beside whom, found by opaque keys.

The keys of a record are the numbers that `key` gives for what `keys_of` lists, so that whoever holds them need not
be able to read one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from syncd.identity.facts import Facts, own_references, read, resembling_keys

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from syncd.identity.facts import Key
    from syncd.identity.keeping import Kept
    from syncd.model import Record, RecordRef


@dataclass(frozen=True)
class Keys:
    """How a record is found: by what may link it, by what it resembles others in, and by whom it belongs to.

    Each is the number of a key. A record that does not exist has none.
    """

    strong: frozenset[int] = frozenset()
    weak: frozenset[int] = frozenset()
    belongs: frozenset[int] = frozenset()

    @property
    def exists(self) -> bool:
        """Tell whether there is a record with these keys: every record has one, its own reference."""
        return bool(self.strong)


class Naming(Protocol):
    """Gives the number of a key: always the same, and as good as never that of another."""

    def key(self, plain: Key) -> int:
        """Give the number of a key."""


def keys_of(record: Record, naming: Naming, facts: Facts | None = None) -> Keys:
    """Give how a record is found.

    What hangs on another record resembles nobody by itself; it stands for its parent where that is not there.
    `facts` are what was read of the record, if it was.
    """
    facts = facts or read(record)
    strong = facts.strong | own_references(facts)
    if record.parent is None:
        resembling = resembling_keys(facts)
    else:
        resembling = frozenset()
        strong |= own_references(Facts(record.parent, record.kind))
    return Keys(
        strong=frozenset(naming.key(key) for key in strong),
        weak=frozenset(naming.key(f"{facts.kind}:{key}") for key in resembling),
        belongs=frozenset(naming.key(member_key(ref)) for ref in record.member_of),
    )


def member_key(ref: RecordRef) -> Key:
    """Give the key of the records that belong to this one."""
    return f"member_of:{ref.account}:{ref.kind}:{ref.within}:{ref.key}"


class Surroundings(Naming, Protocol):
    """All records as they are now, and the subjects that they were in when they were last resolved.

    Records that are gone have no keys and are not given; they are still in their subject.
    """

    def records(self, refs: Collection[RecordRef]) -> Iterable[Record]:
        """Give those of some records that exist."""

    def keys(self, refs: Collection[RecordRef]) -> Mapping[RecordRef, Keys]:
        """Give how those of some records that exist are found."""

    def owners(self, refs: Collection[RecordRef]) -> Mapping[RecordRef, RecordRef]:
        """Give, for each, the record that it hangs on in the end, itself if on none.

        A parent that does not exist counts; in a circle, the smallest reference.
        """

    def below(self, refs: Collection[RecordRef]) -> set[RecordRef]:
        """Give those of some records that exist, and everything that hangs on one of them, at any depth."""

    def carriers(self, keys: Collection[int]) -> Mapping[int, set[RecordRef]]:
        """Give the records that have each of some `strong` or `belongs` keys."""

    def alike(self, keys: Collection[int], most: int) -> Mapping[int, set[RecordRef]]:
        """Give the records that have each of some `weak` keys; a key that more than `most` have is left out."""

    def shared(self, keys: Collection[int]) -> set[int]:
        """Give those of some strong keys that were shared by many when it was last resolved."""

    def subjects(self, refs: Collection[RecordRef]) -> Mapping[RecordRef, int]:
        """Give the subjects of those of some records that were resolved before."""

    def mates(self, subjects: Collection[int]) -> set[RecordRef]:
        """Give every record of some subjects, those that are gone too."""

    def kept(self, refs: Collection[RecordRef]) -> Collection[Kept]:
        """Give the pairs that are to stay together and have one of these records in them."""
