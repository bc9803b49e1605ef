"""The index as those who resolve a part of it see it: who stands beside whom, a few queries at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from syncd.identity import member_key
from syncd.index import reading
from syncd.index.between import carriers, shared_by_many
from syncd.index.keying import Digests, unpacked
from syncd.index.many import in_parts
from syncd.index.records import ref_from, ref_text
from syncd.index.tables import links, records

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sqlalchemy import ColumnElement, Connection, Select

    from syncd.identity import Keys as RecordKeys
    from syncd.index.seal import Keys
    from syncd.model import Record, RecordRef


class Around(Digests):
    """Answers `syncd.identity.Surroundings` from the index. What it read once it does not read again."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        """Look through a connection whose records were keyed as they are now (`syncd.index.keying.save`)."""
        super().__init__(keys)
        self._connection = connection
        self._keys = keys
        self._parents: dict[RecordRef, RecordRef | None] = {}
        self._records_by_key: dict[int, set[RecordRef]] = {}

    def records(self, refs: Collection[RecordRef]) -> Iterator[Record]:
        """Give those of some records that exist."""
        for one in reading.those(self._connection, self._keys, refs):
            if one.present:
                yield one.record

    def keys(self, refs: Collection[RecordRef]) -> dict[RecordRef, RecordKeys]:
        """Give how those of some records that exist are found."""
        query = select(records.c.ref, records.c.found_by).where(_PRESENT, records.c.found_by.is_not(None))
        return {ref_from(row.ref): unpacked(row.found_by) for row in self._about(query, records.c.ref, refs)}

    def owners(self, refs: Collection[RecordRef]) -> dict[RecordRef, RecordRef]:
        """Give, for each, the record that it hangs on in the end."""
        news = set(refs)
        while unknown := {ref for ref in news if ref not in self._parents}:
            query = select(records.c.ref, records.c.parent).where(_PRESENT)
            found = dict.fromkeys(unknown)
            for row in self._about(query, records.c.ref, unknown):
                found[ref_from(row.ref)] = ref_from(row.parent) if row.parent else None
            self._parents |= found
            news = {parent for parent in found.values() if parent is not None}
        return {ref: self._top(ref) for ref in refs}

    def _top(self, ref: RecordRef) -> RecordRef:
        way = [ref]
        while (parent := self._parents[way[-1]]) is not None:
            if parent in way:
                return min(way[way.index(parent) :])
            way.append(parent)
        return way[-1]

    def below(self, refs: Collection[RecordRef]) -> set[RecordRef]:
        """Give those of some records that exist, and everything that hangs on one of them."""
        query = select(records.c.ref).where(_PRESENT)
        found = {ref_from(row.ref) for row in self._about(query, records.c.ref, refs)}
        news = set(refs)
        while news:
            news = {ref_from(row.ref) for row in self._about(query, records.c.parent, news)} - found
            found |= news
        return found

    def carriers(self, keys: Collection[int]) -> dict[int, set[RecordRef]]:
        """Give the records that have each of some keys."""
        unknown = {key for key in keys if key not in self._records_by_key}
        self._records_by_key |= {key: set() for key in unknown}
        query = select(carriers.c.digest, records.c.ref).join(records, records.c.number == carriers.c.record)
        for some in in_parts(unknown):
            for row in self._connection.execute(query.where(carriers.c.digest.in_(some))):
                self._records_by_key[row.digest].add(ref_from(row.ref))
        return {key: self._records_by_key[key] for key in keys}

    def members(self, refs: Iterable[RecordRef]) -> set[RecordRef]:
        """Give the records that belong to one of these."""
        return set().union(*self.carriers({self.key(member_key(ref)) for ref in refs}).values())

    def alike(self, keys: Collection[int], most: int) -> dict[int, set[RecordRef]]:
        """Give the records that have each of some keys; a key that more than `most` have is left out."""
        few: list[int] = []
        for some in in_parts(keys):
            counted = select(carriers.c.digest).where(carriers.c.digest.in_(some)).group_by(carriers.c.digest)
            few += self._connection.execute(counted.having(func.count() <= most)).scalars()
        return self.carriers(few)

    def shared(self, keys: Collection[int]) -> set[int]:
        """Give those of some keys that were shared by many."""
        found: set[int] = set()
        for some in in_parts(keys):
            query = select(shared_by_many.c.digest).where(shared_by_many.c.digest.in_(some))
            found |= set(self._connection.execute(query).scalars())
        return found

    def subjects(self, refs: Collection[RecordRef]) -> dict[RecordRef, int]:
        """Give the subjects of those of some records that were resolved before."""
        query = select(records.c.ref, records.c.subject).where(records.c.subject.is_not(None))
        return {ref_from(row.ref): row.subject for row in self._about(query, records.c.ref, refs)}

    def mates(self, subjects: Collection[int]) -> set[RecordRef]:
        """Give every record of some subjects."""
        found: set[RecordRef] = set()
        for some in in_parts(subjects):
            query = select(records.c.ref).where(records.c.subject.in_(some))
            found |= {ref_from(text) for text in self._connection.execute(query).scalars()}
        return found

    def kept(self, refs: Collection[RecordRef]) -> set[tuple[RecordRef, RecordRef]]:
        """Give the pairs that are to stay together and have one of these records in them."""
        found: set[tuple[RecordRef, RecordRef]] = set()
        for some in in_parts(map(ref_text, refs)):
            found |= kept(self._connection, some)
        return found

    def _about(
        self, query: Select[Any], column: ColumnElement[Any], refs: Iterable[RecordRef]
    ) -> Iterator[Any]:
        for some in in_parts(map(ref_text, refs)):
            yield from self._connection.execute(query.where(column.in_(some)))


_PRESENT = records.c.state == "present"


def kept(connection: Connection, refs: Collection[str] | None = None) -> set[tuple[RecordRef, RecordRef]]:
    """Give what was linked before and is kept together: one of both was emptied by our order, or is gone.

    A record that is gone also stays with its parent, and with what hung on it. With `refs`, only pairs with one of
    these records (as text) in them.
    """
    one, other = records.alias(), records.alias()
    outlives = or_(*(each.c.minimised | (each.c.state != "present") for each in (one, other)))
    linked = (
        select(links.c.a, links.c.b)
        .join(one, one.c.ref == links.c.a)
        .join(other, other.c.ref == links.c.b)
        .where(outlives)
    )
    hanging = select(one.c.ref, other.c.ref).join(other, other.c.ref == one.c.parent)
    hanging = hanging.where(or_(one.c.state != "present", other.c.state != "present"))
    queries = [linked, hanging]
    if refs is not None:
        queries = [linked.where(links.c.a.in_(refs)), linked.where(links.c.b.in_(refs))]
        queries += [hanging.where(one.c.ref.in_(refs)), hanging.where(one.c.parent.in_(refs))]
    return {(ref_from(a), ref_from(b)) for query in queries for a, b in connection.execute(query)}
