"""Resolve: records into subjects that keep their number, and that keep records whose identity was erased.

The identity room links what the records show today, and keeps together what they showed before: a record that is
gone or minimised by our order keeps the links it had, because facts outlive records. When little changed, only the
neighbourhood of the changed records is read and resolved; the result is the same.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from syncd import identity
from syncd.cycle.collecting import rare_collections
from syncd.cycle.numbering import Resolved, remember
from syncd.identity import Answer
from syncd.identity import Keys as RecordKeys
from syncd.index import decisions, keying, reading
from syncd.index import records as stored_records
from syncd.index import subjects as stored_subjects
from syncd.index.around import Around, kept
from syncd.index.tables import records

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from syncd.cycle.numbering import Name
    from syncd.identity import Facts
    from syncd.index.reading import StoredRecord
    from syncd.index.store import Index
    from syncd.model import RecordRef

IN_PARTS_BELOW = 0.05
"""Share of changed records from which reading everybody is quicker than looking for whom they touch."""

_KEYED_AT_ONCE = 5000


def resolve_subjects(index: Index, connection: Connection, at: str) -> None:
    """Link records into subjects, and remember numbers, links, memberships, contests and proposals.

    Where no record changed since the last time, and nobody answered a question about one, all stays as it is.
    Those subjects are marked to be decided again behind which something changed: a record or its documents, which
    records they are, whom they belong to, and whom they may be the same as.
    """
    if is_resolved(connection):
        return
    changed = reading.changed_since_resolved(connection)
    answers = [Answer(a, b, same) for a, b, same in stored_subjects.all_answers(connection)]
    around = Around(connection, index.keys)
    with rare_collections():
        if len(changed) <= IN_PARTS_BELOW * _count(connection):
            found = _part(connection, index, around, changed, answers)
        else:
            found = _everybody(connection, index, around, answers)
        dirty = remember(connection, index.keys, around, found, at)
    decisions.mark_dirty(connection, dirty | reading.subjects_changed(connection))
    stored_records.mark_resolved(connection)


def is_resolved(connection: Connection) -> bool:
    """Tell whether no record, and no answer about one, is another than when it was resolved."""
    return connection.execute(select(records.c.ref).where(records.c.changed).limit(1)).first() is None


def _count(connection: Connection) -> int:
    """Count the records, gone ones too. One that was never resolved is changed."""
    return int(connection.execute(select(func.count()).select_from(records)).scalar_one())


def _part(
    connection: Connection, index: Index, around: Around, changed: list[RecordRef], answers: list[Answer]
) -> Resolved:
    """Resolve whom the changed records touch."""
    now = {one.ref: _found_by(one, around) for one in reading.those(connection, index.keys, changed)}
    part = identity.resolve_part(around, keying.save(connection, now), answers)
    keying.flip_shared(connection, part.flipped)
    names: list[Name] = [*(min(one.refs) for one in part.groups), *part.standing]
    return Resolved(
        known={one.ref: _bare(one) for one in reading.those(connection, index.keys, part.resolved)},
        groups=part.groups,
        kept=part.kept,
        likely=part.likely,
        contests=[[names[i] for i in one.groups] for one in part.contested],
        asked=[names[i] for i in part.asked],
        stale=part.stale,
    )


def _everybody(connection: Connection, index: Index, around: Around, answers: list[Answer]) -> Resolved:
    """Resolve all records. Of each, what identifies it is read, keyed, and put aside."""
    known: dict[RecordRef, StoredRecord] = {}
    facts: dict[RecordRef, Facts] = {}
    keyed: dict[RecordRef, RecordKeys] = {}
    for one in reading.identities(connection, index.keys):
        if one.present:
            facts[one.ref] = identity.read(one.record)
        keyed[one.ref] = _found_by(one, around, facts.get(one.ref))
        known[one.ref] = _bare(one)
        if len(keyed) == _KEYED_AT_ONCE:
            keying.save_between(connection, keyed)
            keyed.clear()
    keying.save_between(connection, keyed)
    found = identity.resolve(
        (one.record for one in known.values() if one.present),
        answers,
        kept(connection),
        reading=lambda record: facts[record.ref],
    )
    keying.save_shared(connection, map(around.key, found.shared))
    names: list[Name] = [min(one.refs) for one in found.groups]
    return Resolved(
        known=known,
        groups=found.groups,
        kept=found.kept,
        likely=found.likely,
        contests=[[names[i] for i in one.groups] for one in found.contested],
        asked=names,
        stale=frozenset(one.subject for one in known.values() if one.subject is not None),
    )


def _found_by(one: StoredRecord, around: Around, facts: Facts | None = None) -> RecordKeys:
    """Give how a record is found; one that is gone still by those whom it belonged to."""
    if one.present:
        return identity.keys_of(one.record, around, facts)
    belongs = (around.key(identity.member_key(ref)) for ref in one.record.member_of)
    return RecordKeys(belongs=frozenset(belongs))


def _bare(one: StoredRecord) -> StoredRecord:
    """Leave out what was read already: the rest is kept in memory for each record."""
    return replace(one, record=replace(one.record, identifiers=(), link=""))
