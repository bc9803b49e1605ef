"""What was decided when, on which facts and by which schedule: what a replay of a past day needs.

Facts are kinds, dates, roles and references; nothing here identifies a person by itself. So it outlives the
records, to be asked about afterwards.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from syncd.index.decisions import decision_from, decision_values
from syncd.index.records import moment_from, moment_text, ref_from, ref_text
from syncd.index.saving import DATES
from syncd.index.tables import history, schedules
from syncd.model import Decision, Document, DocumentKind
from syncd.retention import Facts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from sqlalchemy import Connection

    from syncd.retention import Schedule


@dataclass(frozen=True)
class Decided:
    """A decision as it was made: on a day, on facts, by a schedule, following these organisations."""

    subject: int
    on: date
    schedule: str
    facts: Facts
    follows: tuple[int, ...]
    decision: Decision


def remember(
    connection: Connection,
    found: Iterable[tuple[int, Facts, Collection[int], Decision]],
    schedule: Schedule,
    on: date,
) -> None:
    """Note decisions that changed: (subject, facts, organisations it follows, decision)."""
    made = [
        {
            "subject": subject, "on": on, "schedule": schedule.digest,
            "facts": json.dumps({**facts_values(facts), "follows": sorted(follows)}, separators=(",", ":")),
            "decision": json.dumps(decision_values(decision), separators=(",", ":")),
        }
        for subject, facts, follows, decision in found
    ]  # fmt: skip
    if made:
        connection.execute(insert(history), made)


def keep_schedule(connection: Connection, schedule: Schedule, on: date) -> None:
    """Keep the text of a schedule by its digest."""
    connection.execute(
        upsert(schedules)
        .values(digest=schedule.digest, version=schedule.version, text=schedule.source, first_used=on)
        .on_conflict_do_nothing()
    )


def schedule_text(connection: Connection, digest: str) -> str | None:
    """Give the text of the schedule with this digest; None when it was never used here."""
    text: str | None = connection.execute(
        select(schedules.c.text).where(schedules.c.digest == digest)
    ).scalar()
    return text


def decided_by(connection: Connection, subject: int, on: date) -> Decided | None:
    """Give the decision about a subject that stood on a day: the last one made on it or before."""
    row = connection.execute(
        select(history)
        .where(history.c.subject == subject, history.c.on <= on)
        .order_by(history.c.on.desc(), history.c.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    told = json.loads(row.facts)
    return Decided(
        subject=subject,
        on=row.on,
        schedule=row.schedule,
        facts=facts_from(told),
        follows=tuple(told["follows"]),
        decision=decision_from(json.loads(row.decision)),
    )


def facts_values(facts: Facts) -> dict[str, Any]:
    """Write facts as JSON values; a document without the number and page that people know it by."""
    return {
        "ended": {role: moment_text(on) for role, on in sorted(facts.ended.items())},
        "last_activity": moment_text(facts.last_activity),
        "resumed": moment_text(facts.resumed),
        "released": moment_text(facts.released),
        **{name: getattr(facts, name) for name in _FLAGS},
        "doubts": list(facts.doubts),
        "accepted": sorted(facts.accepted),
        "kept_until": moment_text(facts.kept_until),
        "left": [[number, moment_text(on)] for number, on in sorted(facts.left.items())],
        "docs": [_document_values(one) for one in facts.docs],
    }


_FLAGS = (
    "suspended", "non_fiscal_already_erased", "newsletter_consent", "duplicate_of_active", "quote_expired",
)  # fmt: skip


def facts_from(told: dict[str, Any]) -> Facts:
    """Read facts back."""
    flags: dict[str, Any] = {name: told[name] for name in _FLAGS}
    return Facts(
        ended={role: moment_from(on) for role, on in told["ended"].items()},
        last_activity=moment_from(told["last_activity"]),
        resumed=moment_from(told["resumed"]),
        released=moment_from(told["released"]),
        docs=tuple(_document_from(one) for one in told["docs"]),
        doubts=tuple(told["doubts"]),
        accepted=frozenset(told["accepted"]),
        kept_until=moment_from(told["kept_until"]),
        left={number: moment_from(on) for number, on in told["left"]},
        **flags,
    )


def _document_values(one: Document) -> dict[str, Any]:
    dates = {name: moment_text(value) for name in DATES if (value := getattr(one, name)) is not None}
    open_questions = {"open": one.open, "property_unknown_first_use": one.property_unknown_first_use}
    return {
        "ref": ref_text(one.ref), "of": ref_text(one.of), "kind": one.kind.value, **dates, **open_questions,
    }  # fmt: skip


def _document_from(told: dict[str, Any]) -> Document:
    dates: dict[str, Any] = {name: moment_from(told.get(name)) for name in DATES}
    return Document(
        ref=ref_from(told["ref"]),
        of=ref_from(told["of"]),
        kind=DocumentKind(told["kind"]),
        open=told["open"],
        property_unknown_first_use=told["property_unknown_first_use"],
        **dates,
    )
