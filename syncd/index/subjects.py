"""Subjects, their links, a person's statements and answers in the index."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from syncd.index.records import ref_from, ref_text
from syncd.index.tables import answers, links, statements, subjects
from syncd.model import Decision, Reason, RecordRef, Role, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection


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


def new_subject(connection: Connection, kind: str, at: str) -> int:
    """Give a number to a new subject."""
    made = connection.execute(insert(subjects).values(kind=kind, first_seen=at))
    key = made.inserted_primary_key
    if key is None:
        raise RuntimeError("the database gave no number to a new subject")
    return int(key[0])


def save_links(
    connection: Connection, found: Iterable[tuple[RecordRef, RecordRef, tuple[str, ...], int]]
) -> None:
    """Remember links with their evidence and subject. A link once seen stays (facts outlive records)."""
    for a, b, evidence, subject in found:
        first, second = sorted((ref_text(a), ref_text(b)))
        values = {"evidence": json.dumps(evidence), "subject": subject}
        connection.execute(
            upsert(links)
            .values(a=first, b=second, **values)
            .on_conflict_do_update(index_elements=["a", "b"], set_=values)
        )


def all_links(connection: Connection) -> list[tuple[RecordRef, RecordRef, tuple[str, ...]]]:
    """Give all remembered links with their evidence."""
    return [
        (ref_from(row.a), ref_from(row.b), tuple(json.loads(row.evidence)))
        for row in connection.execute(select(links).order_by(links.c.a, links.c.b))
    ]


def forget_link(connection: Connection, a: RecordRef, b: RecordRef) -> None:
    """Drop a remembered link, because a person said that the two are different."""
    first, second = sorted((ref_text(a), ref_text(b)))
    connection.execute(delete(links).where(links.c.a == first, links.c.b == second))


def save_decision(connection: Connection, subject: int, decision: Decision, digest: str, on: date) -> None:
    """Remember the latest decision about a subject and the digest of the facts behind it."""
    connection.execute(
        update(subjects)
        .where(subjects.c.id == subject)
        .values(decision=json.dumps(decision_values(decision)), digest=digest, decided_on=on)
    )


def decisions(connection: Connection) -> dict[int, tuple[Decision, str, date]]:
    """Give the latest decision of every subject: (decision, digest of its facts, day)."""
    found = connection.execute(select(subjects).where(subjects.c.decision.is_not(None)))
    return {
        row.id: (decision_from(json.loads(row.decision)), row.digest or "", row.decided_on) for row in found
    }


def decision_values(decision: Decision) -> dict[str, Any]:
    """Write a decision as JSON values."""
    hold = decision.hold_until
    return {
        "verdict": decision.verdict.value,
        "erase_on": decision.erase_on.isoformat() if decision.erase_on else None,
        "hold_until": hold.isoformat() if isinstance(hold, date) else hold,
        "partial": decision.partial,
        "flags": sorted(decision.flags),
        "reasons": [
            {
                "code": one.code,
                "on": one.on.isoformat() if one.on else None,
                "role": one.role,
                "documents": [ref_text(ref) for ref in one.documents],
            }
            for one in decision.reasons
        ],
        "held_by": [ref_text(ref) for ref in decision.held_by],
        "next_on": decision.next_on.isoformat() if decision.next_on else None,
    }


def decision_from(values: dict[str, Any]) -> Decision:
    """Read a decision back."""

    def day(text: str | None) -> date | None:
        return date.fromisoformat(text) if text else None

    hold = values["hold_until"]
    return Decision(
        verdict=Verdict(values["verdict"]),
        erase_on=day(values["erase_on"]),
        hold_until=hold if hold in {"open", "unknown", None} else day(hold),
        partial=values["partial"],
        flags=frozenset(values["flags"]),
        reasons=tuple(
            Reason(one["code"], day(one["on"]), one["role"], tuple(ref_from(ref) for ref in one["documents"]))
            for one in values["reasons"]
        ),
        held_by=tuple(ref_from(ref) for ref in values["held_by"]),
        next_on=day(values["next_on"]),
    )


def save_statement(connection: Connection, said: StoredStatement) -> None:
    """Remember what a person said."""
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


def all_statements(connection: Connection) -> dict[int, list[StoredStatement]]:
    """Give every statement by subject, oldest first."""
    found: dict[int, list[StoredStatement]] = {}
    for row in connection.execute(select(statements).order_by(statements.c.id)):
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
    return found


def last_word(connection: Connection) -> tuple[int, int, str]:
    """Give what changes whenever a person says something about a subject or about two records."""
    said = connection.execute(select(func.max(statements.c.id))).scalar()
    answered = connection.execute(select(func.count(), func.max(answers.c.at)).select_from(answers)).one()
    return (said or 0, answered[0], answered[1] or "")


def move_statements(connection: Connection, old: int, new: int) -> None:
    """Hand the statements of a subject that was merged into another to that other."""
    connection.execute(update(statements).where(statements.c.subject == old).values(subject=new))


def save_answer(
    connection: Connection, a: RecordRef, b: RecordRef, *, same: bool, by: bytes, at: str
) -> None:
    """Remember that a person said that two records are, or are not, the same subject."""
    first, second = sorted((ref_text(a), ref_text(b)))
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
