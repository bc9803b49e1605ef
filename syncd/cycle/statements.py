"""What a person says about a subject, written down with who said it and what the fields said then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncd.cycle.resolve import resolve_subjects
from syncd.index import ledger
from syncd.index.around import Around
from syncd.index.store import IndexFaultError
from syncd.index.subjects import StoredStatement, save_statement
from syncd.model import subject_name
from syncd.retention import fields_digest

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy import Connection

    from syncd.cycle.app import App
    from syncd.cycle.decide import Judged
    from syncd.cycle.subject import Subject
    from syncd.model import Role

STOP_REASONS = ("dispute", "audit", "restriction-art-18", "other")
"""Why a person stops disposition; `restriction-art-18` is the data subject's right to restriction (GDPR)."""

_SEALED_AS = "statement"
"""Not the subject's number: a statement moves with its subject when two turn out to be one."""


@dataclass(frozen=True)
class Said:
    """A person's word before it is written down: `ended`, `resumed`, `suspended` or `released` on a day."""

    judged: Judged
    kind: str
    on: date
    role: Role | None = None
    reason: str = ""
    review_on: date | None = None


def state(app: App, judged: Judged, kind: str, on: date, role: Role | None, by: str) -> None:
    """Write a statement (`ended` or `resumed`). It wins over the fields until those change."""
    state_all(app, [Said(judged, kind, on, role)], by)


def suspend(app: App, judged: Judged, reason: str, review_on: date, by: str) -> None:
    """Stop disposition of a subject from today on, until a person releases it."""
    state_all(app, [Said(judged, "suspended", app.today(), reason=reason, review_on=review_on)], by)


def release(app: App, judged: Judged, by: str) -> None:
    """Lift the stop on a subject. Nothing about it was due before today."""
    state_all(app, [Said(judged, "released", app.today())], by)


def state_all(app: App, said: Iterable[Said], by: str) -> None:
    """Write statements with their rows in the ledger: all of them, or none."""
    now = app.now()
    with app.index.begin() as connection:
        for one in said:
            stored = StoredStatement(
                subject=number_now(app, connection, one.judged.subject),
                kind=one.kind,
                role=one.role,
                on=one.on,
                fields=fields_digest(one.judged.events),
                reason=one.reason,
                at=now.isoformat(timespec="microseconds"),  # tells one word from the next
                by=sealed(app, by),
                review_on=one.review_on,
            )
            save_statement(connection, stored)
            ledger.append(connection, now, _ledger_kind(one.kind), **_facts(stored))


class RegroupedError(IndexFaultError):
    """Whoever a person says something about became several, or nobody, since it was looked at."""


def number_now(app: App, connection: Connection, subject: Subject) -> int:
    """Give the number that somebody has in the index itself, where a word about them is kept.

    Who came since the last run was numbered on a copy, for looking; by its records it is found whatever number it
    gets here. Raises `RegroupedError`.
    """
    resolve_subjects(app.index, connection, app.now().isoformat(timespec="seconds"))
    known = Around(connection, app.index.keys).subjects([one.ref for one in subject.records])
    numbers = sorted(set(known.values()))
    if len(numbers) != 1:
        now = " and ".join(map(subject_name, numbers)) or "nobody"
        raise RegroupedError(
            f"{subject_name(subject.id)} is {now} by now: nothing was noted; look again, and say it again"
        )
    return numbers[0]


def _ledger_kind(kind: str) -> str:
    return f"subject.{kind}" if kind in {"suspended", "released"} else f"relationship.{kind}"


def _facts(one: StoredStatement) -> dict[str, object]:
    facts = {"subject": one.subject, "on": str(one.on)}
    if one.kind == "suspended":
        return {**facts, "reason": one.reason, "review_on": str(one.review_on)}
    if one.kind == "released":
        return facts
    return {**facts, "role": one.role.value if one.role else None}


def standing_stop(said: Iterable[StoredStatement]) -> StoredStatement | None:
    """Give the stop that nobody has lifted; of several the last, whose review date counts."""
    standing = None
    for one in said:
        if one.kind in {"suspended", "released"}:
            standing = one if one.kind == "suspended" else None
    return standing


def sealed(app: App, by: str) -> bytes:
    """Seal who said something about a subject."""
    return app.index.keys.seal(by.encode(), _SEALED_AS)


def said_by(app: App, one: StoredStatement) -> str:
    """Open who said it. Raises `syncd.index.seal.KeyFaultError`."""
    return app.index.keys.unseal(one.by, _SEALED_AS).decode() if one.by else "-"
