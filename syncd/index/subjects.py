"""Subjects, their links, a person's statements and answers in the index."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from syncd.index import decisions, store
from syncd.index.many import in_parts, write_many
from syncd.index.records import mark_changed, ref_from, ref_text
from syncd.index.tables import answers, links, records, statements, subjects
from syncd.model import RecordRef, Role, SubjectKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from sqlalchemy import ColumnElement, Connection


@dataclass(frozen=True)
class StoredStatement:
    """What a person said about a subject. `fields` is the digest of the field facts when it was said.

    `review_on` is the day on which a stop is to be looked at again.
    """

    subject: int
    kind: str
    role: Role | None
    on: date | None
    fields: str
    reason: str
    at: str
    by: bytes | None = field(default=None, repr=False)
    review_on: date | None = None


def new_subjects(connection: Connection, kinds: Sequence[str], at: str) -> list[int]:
    """Give numbers to new subjects, in their order."""
    last = int(connection.execute(select(func.coalesce(func.max(subjects.c.id), 0))).scalar_one())
    made = list(range(last + 1, last + 1 + len(kinds)))
    rows = [
        {"id": number, "kind": kind, "first_seen": at, **_UNDECIDED}
        for number, kind in zip(made, kinds, strict=True)
    ]
    if rows:
        write_many(connection, insert(subjects), rows)
    return made


_UNDECIDED = {
    "present": False, "dirty": True, "flagged": False, "held": False, "asked": False, "living": True,
    "reimported": False,
}  # fmt: skip


def replace_links(
    connection: Connection,
    shown: Iterable[RecordRef],
    found: Mapping[tuple[RecordRef, RecordRef], tuple[str, ...]],
    silent: Iterable[RecordRef],
) -> None:
    """Remember links with their evidence.

    `shown` and `silent` are the records that were resolved: those that show who they are, and those that are gone
    or were emptied. A link once seen stays (facts outlive records), unless it was not found again although one of
    both shows who it is and the other is not silent.
    """
    rows = {}
    for (one, other), evidence in found.items():
        a, b = sorted((ref_text(one), ref_text(other)))
        rows[a, b] = {"a": a, "b": b, "evidence": json.dumps(evidence)}
    outlived = {ref_text(ref) for ref in silent}
    for some in in_parts({ref_text(ref) for ref in shown}):
        known = connection.execute(
            select(links.c.a, links.c.b).where(links.c.a.in_(some) | links.c.b.in_(some))
        )
        fallen = [
            {"one": a, "another": b} for a, b in known if (a, b) not in rows and outlived.isdisjoint((a, b))
        ]
        if fallen:
            connection.execute(_FORGET_LINK, fallen)
    if rows:
        write_many(connection, _SAVE_LINK, list(rows.values()))


_FORGET_LINK = delete(links).where(links.c.a == bindparam("one"), links.c.b == bindparam("another"))
_ADD_LINK = upsert(links)
_SAVE_LINK = _ADD_LINK.on_conflict_do_update(
    index_elements=["a", "b"], set_={"evidence": _ADD_LINK.excluded.evidence}
)


def all_links(connection: Connection) -> list[tuple[RecordRef, RecordRef, tuple[str, ...]]]:
    """Give all remembered links with their evidence."""
    return _links(connection)


def links_of(
    connection: Connection, numbers: Collection[int]
) -> list[tuple[RecordRef, RecordRef, tuple[str, ...]]]:
    """Give the remembered links whose first record belongs to one of these subjects."""
    theirs = select(records.c.ref).where(records.c.subject.in_(numbers))
    return _links(connection, links.c.a.in_(theirs))


def _links(
    connection: Connection, *where: ColumnElement[bool]
) -> list[tuple[RecordRef, RecordRef, tuple[str, ...]]]:
    return [
        (ref_from(row.a), ref_from(row.b), tuple(json.loads(row.evidence)))
        for row in connection.execute(select(links).where(*where).order_by(links.c.a, links.c.b))
    ]


def forget_link(connection: Connection, a: RecordRef, b: RecordRef) -> None:
    """Drop a remembered link, because a person said that the two are different."""
    first, second = sorted((ref_text(a), ref_text(b)))
    mark_changed(connection, [first, second])
    connection.execute(delete(links).where(links.c.a == first, links.c.b == second))


def save_kinds(connection: Connection, kinds: dict[int, SubjectKind]) -> None:
    """Remember what subjects are."""
    if kinds:
        connection.execute(
            update(subjects).where(subjects.c.id == bindparam("which")).values(kind=bindparam("to")),
            [{"which": number, "to": kind.value} for number, kind in kinds.items()],
        )


def save_statement(connection: Connection, said: StoredStatement) -> None:
    """Remember what a person said; its subject is decided again."""
    decisions.mark_dirty(connection, [said.subject])
    connection.execute(
        insert(statements).values(
            subject=said.subject,
            kind=said.kind,
            role=said.role.value if said.role else None,
            on=said.on,
            fields=said.fields,
            reason=said.reason,
            by=said.by,
            review_on=said.review_on,
            at=said.at,
        )
    )


TAKEN_BACK = "taken_back"
"""Kind of a statement: what was said about the subject at the moment in its `fields` counts no more."""

_ANSWERED = "answers_given"
"""Where the index counts the answers about pairs: one that is changed takes the place of the one before."""

ANSWERING = frozenset({"accepted", "kept", "ended", "resumed"})
"""Kinds of a statement that can be taken back. A stop is released instead."""


def all_statements(connection: Connection) -> dict[int, list[StoredStatement]]:
    """Give every statement that still counts by subject, oldest first."""
    return _statements(connection)


def statements_of(connection: Connection, numbers: Collection[int]) -> dict[int, list[StoredStatement]]:
    """Give the statements about some subjects that still count, oldest first."""
    return _statements(connection, statements.c.subject.in_(numbers))


def ever_stopped(connection: Connection) -> list[int]:
    """Give the subjects that still exist and that a person ever stopped."""
    stopped = select(statements.c.subject).where(statements.c.kind == "suspended")
    found = select(subjects.c.id).where(subjects.c.id.in_(stopped), subjects.c.present)
    return list(connection.execute(found).scalars())


def _statements(connection: Connection, *where: ColumnElement[bool]) -> dict[int, list[StoredStatement]]:
    found: dict[int, list[StoredStatement]] = {}
    for row in connection.execute(select(statements).where(*where).order_by(statements.c.id)):
        found.setdefault(row.subject, []).append(
            StoredStatement(
                row.subject,
                row.kind,
                Role(row.role) if row.role else None,
                row.on,
                row.fields,
                row.reason,
                row.at,
                row.by,
                row.review_on,
            )
        )
    return {subject: _standing(said) for subject, said in found.items()}


def _standing(said: Iterable[StoredStatement]) -> list[StoredStatement]:
    """Leave out what was taken back, and the word that took it back."""
    left: list[StoredStatement] = []
    for one in said:
        if one.kind == TAKEN_BACK:
            left = [each for each in left if each.at != one.fields or each.kind not in ANSWERING]
        else:
            left.append(one)
    return left


def last_word(connection: Connection) -> tuple[int, int]:
    """Give what changes whenever a person says something about a subject or about two records.

    It counts, and looks at no clock: that may stand still for a second, and be put back.
    """
    said = connection.execute(select(func.max(statements.c.id))).scalar()
    return (said or 0, int(store.remembered(connection, _ANSWERED) or 0))


def kinds_of(connection: Connection, numbers: Collection[int]) -> dict[int, SubjectKind]:
    """Give what each of some subjects is."""
    found = connection.execute(select(subjects.c.id, subjects.c.kind).where(subjects.c.id.in_(numbers)))
    return {row.id: SubjectKind(row.kind) for row in found}


def move_statements(connection: Connection, old: int, new: int) -> None:
    """Hand the statements of a subject that was merged into another to that other."""
    decisions.mark_dirty(connection, [old, new])
    connection.execute(update(statements).where(statements.c.subject == old).values(subject=new))


def save_answer(
    connection: Connection, a: RecordRef, b: RecordRef, *, same: bool, by: bytes, at: str
) -> None:
    """Remember that a person said that two records are, or are not, the same subject."""
    first, second = sorted((ref_text(a), ref_text(b)))
    mark_changed(connection, [first, second])
    store.remember(connection, _ANSWERED, str(last_word(connection)[1] + 1))
    values = {"same": same, "by": by, "at": at}
    connection.execute(
        upsert(answers)
        .values(a=first, b=second, **values)
        .on_conflict_do_update(index_elements=["a", "b"], set_=values)
    )


def all_answers(connection: Connection) -> list[tuple[RecordRef, RecordRef, bool]]:
    """Give every answer: (record, record, same)."""
    return [
        (ref_from(row.a), ref_from(row.b), row.same)
        for row in connection.execute(select(answers).order_by(answers.c.a, answers.c.b))
    ]
