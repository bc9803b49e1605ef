"""Decisions in the index: what was decided of each subject, and who is to be decided again when."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from syncd.index.between import belongs, contests
from syncd.index.many import in_parts
from syncd.index.records import ref_from, ref_text
from syncd.index.tables import records, subjects
from syncd.model import Decision, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import ColumnElement, Connection


@dataclass(frozen=True)
class Standing:
    """What was decided of a subject the last time.

    `digest` is that of its last decision in the ledger, empty when there is none. `living`: it has not ended as
    far as anybody knows.
    """

    subject: int
    decision: Decision | None
    digest: str
    flagged: bool
    living: bool


@dataclass(frozen=True)
class Decided:
    """What is remembered of one decision.

    `wakes_on` is the day on which it, or what it asks of a record, changes by itself. `held`: a hold covers a
    part of a record that is still there. `asked`: something of one is to go, or held. `waiting` is what no order
    can take away now. `unsettled`: it is to be decided again in any case, because the queue could not be brought
    to it.
    """

    subject: int
    decision: Decision
    digest: str
    present: bool
    living: bool
    held: bool
    asked: bool
    reimported: bool
    wakes_on: date | None
    waiting: list[dict[str, Any]] = field(default_factory=list)
    unsettled: bool = False


def mark_dirty(connection: Connection, numbers: Iterable[int]) -> None:
    """Have these subjects decided again by the next run."""
    for some in in_parts(numbers):
        connection.execute(update(subjects).where(subjects.c.id.in_(some)).values(dirty=True))


def mark_all_dirty(connection: Connection) -> None:
    """Have everybody decided again by the next run."""
    connection.execute(update(subjects).values(dirty=True))


def mark_reimported_dirty(connection: Connection) -> None:
    """Have everybody decided again who has a record that came after an erasure."""
    connection.execute(update(subjects).where(subjects.c.reimported).values(dirty=True))


def due(connection: Connection, today: date) -> list[int]:
    """Give the subjects to decide again: something behind them changed, or their day has come."""
    dirty = select(subjects.c.id).where(subjects.c.dirty)
    woken = select(subjects.c.id).where(subjects.c.wakes_on <= today)
    return sorted({*connection.execute(dirty).scalars(), *connection.execute(woken).scalars()})


def standing(connection: Connection, numbers: Collection[int]) -> dict[int, Standing]:
    """Give what was decided of some subjects the last time."""
    columns = (
        subjects.c.id, subjects.c.decision, subjects.c.digest, subjects.c.flagged, subjects.c.living,
    )  # fmt: skip
    found = {}
    for row in connection.execute(select(*columns).where(subjects.c.id.in_(numbers))):
        decision = decision_from(json.loads(row.decision)) if row.decision else None
        found[row.id] = Standing(row.id, decision, row.digest or "", row.flagged, row.living)
    return found


def living_among(connection: Connection, numbers: Collection[int]) -> set[int]:
    """Give those of some subjects that have not ended as far as anybody knows."""
    living: set[int] = set()
    for some in in_parts(numbers):
        found = select(subjects.c.id).where(subjects.c.id.in_(some), subjects.c.living)
        living |= set(connection.execute(found).scalars())
    return living


def save_living(connection: Connection, living: dict[int, bool]) -> None:
    """Remember of some subjects whether they have not ended."""
    if living:
        connection.execute(
            update(subjects).where(subjects.c.id == bindparam("which")).values(living=bindparam("is_living")),
            [{"which": number, "is_living": one} for number, one in living.items()],
        )


def save(connection: Connection, decided: Iterable[Decided]) -> None:
    """Remember decisions, in the place of the ones before."""
    rows = [_row(one) for one in decided]
    if rows:
        connection.execute(_SAVE, rows)


_COLUMNS = ("present", "dirty", "decision", "verdict", "flagged", "held", "asked", "living", "reimported",
            "erase_on", "hold_until", "wakes_on", "waiting", "digest")  # fmt: skip
_SAVE = (
    update(subjects)
    .where(subjects.c.id == bindparam("which"))
    .values({name: bindparam(f"to_{name}") for name in _COLUMNS})
)


def _row(one: Decided) -> dict[str, Any]:
    decision = one.decision
    hold = decision.hold_until
    return {
        "which": one.subject,
        "to_present": one.present,
        "to_dirty": one.unsettled,
        "to_decision": json.dumps(decision_values(decision)),
        "to_verdict": decision.verdict.value,
        "to_flagged": decision.flagged,
        "to_held": one.held,
        "to_asked": one.asked,
        "to_living": one.living,
        "to_reimported": one.reimported,
        "to_erase_on": decision.erase_on,
        "to_hold_until": hold.isoformat() if isinstance(hold, date) else hold,
        "to_wakes_on": one.wakes_on,
        "to_waiting": json.dumps(one.waiting) if one.waiting else None,
        "to_digest": one.digest,
    }


def forget(connection: Connection, numbers: Iterable[int]) -> None:
    """Drop the decisions of subjects that have no record any more because another subject took them over."""
    for some in in_parts(numbers):
        connection.execute(
            update(subjects)
            .where(subjects.c.id.in_(some))
            .values(present=False, dirty=False, decision=None, verdict=None, flagged=False, held=False, asked=False,
                    living=False, reimported=False, erase_on=None, hold_until=None, wakes_on=None, waiting=None)
        )  # fmt: skip


def lost(connection: Connection) -> list[int]:
    """Give the subjects whose last record is gone and to whom nobody belongs who is still there."""
    members = subjects.alias()
    there = (
        select(members.c.id)
        .join(belongs, belongs.c.subject == members.c.id)
        .where(belongs.c.organisation == subjects.c.id, members.c.present)
    )
    gone = subjects.c.present.is_(False) & subjects.c.verdict.is_not(None)
    return list(connection.execute(select(subjects.c.id).where(gone, ~there.exists())).scalars())


# --- reading for reports ------------------------------------------------------------------------------------

PRESENT = subjects.c.present
FLAGGED = subjects.c.flagged
HELD = subjects.c.held


def verdict_is(verdict: Verdict) -> ColumnElement[bool]:
    """Give the condition that a subject's verdict is this one."""
    return subjects.c.verdict == verdict.value


def chosen(connection: Connection, *where: ColumnElement[bool]) -> list[int]:
    """Give the subjects that still exist and fit, those due first first."""
    query = select(subjects.c.id).where(PRESENT, *where)
    return list(connection.execute(query.order_by(subjects.c.erase_on.nulls_last(), subjects.c.id)).scalars())


def held_longest_last(connection: Connection) -> list[int]:
    """Give the subjects of which a hold covers something, those held shortest first."""
    query = select(subjects.c.id).where(PRESENT, HELD)
    return list(connection.execute(query.order_by(subjects.c.hold_until, subjects.c.id)).scalars())


def flagged_since(connection: Connection, day: date) -> dict[int, date]:
    """Give the subjects that still exist and are flagged since a day or longer, and since when."""
    query = select(subjects.c.id, subjects.c.erase_on).where(PRESENT, FLAGGED, subjects.c.erase_on <= day)
    return {row.id: row.erase_on for row in connection.execute(query.order_by(subjects.c.id))}


def holds_ending(connection: Connection, first: date, last: date) -> dict[int, date]:
    """Give the subjects that still exist and whose hold ends between two days, both included, and when."""
    ends = subjects.c.hold_until.between(first.isoformat(), last.isoformat())
    query = select(subjects.c.id, subjects.c.hold_until).where(PRESENT, ends).order_by(subjects.c.id)
    return {row.id: date.fromisoformat(row.hold_until) for row in connection.execute(query)}


def count(connection: Connection) -> tuple[Counter[str], int, int]:
    """Count the subjects that still exist per verdict, the flagged among them, and the held."""
    verdicts: Counter[str] = Counter()
    flagged = held = 0
    for row in connection.execute(
        select(subjects.c.verdict, subjects.c.flagged, subjects.c.held).where(PRESENT)
    ):
        verdicts[row.verdict] += 1
        flagged += row.flagged
        held += row.held
    return verdicts, flagged, held


def waiting(connection: Connection) -> dict[int, list[dict[str, Any]]]:
    """Give, per subject, what is due and no order can take away."""
    query = select(subjects.c.id, subjects.c.waiting).where(PRESENT, subjects.c.waiting.is_not(None))
    return {row.id: json.loads(row.waiting) for row in connection.execute(query.order_by(subjects.c.id))}


# --- who stands beside whom ---------------------------------------------------------------------------------


def everybody(connection: Connection) -> list[int]:
    """Give every subject that has or had a record."""
    found = select(records.c.subject).where(records.c.subject.is_not(None)).distinct()
    return sorted(connection.execute(found).scalars())


def organisations_of(connection: Connection, numbers: Iterable[int]) -> dict[int, set[int]]:
    """Give the organisations that each of some subjects belongs to directly."""
    return _pairs(connection, belongs.c.subject, belongs.c.organisation, numbers)


def members_of(connection: Connection, numbers: Iterable[int]) -> dict[int, set[int]]:
    """Give the subjects that belong directly to each of some organisations."""
    return _pairs(connection, belongs.c.organisation, belongs.c.subject, numbers)


def _pairs(
    connection: Connection, one: ColumnElement[int], other: ColumnElement[int], numbers: Iterable[int]
) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for some in in_parts(numbers):
        for first, second in connection.execute(select(one, other).where(one.in_(some))):
            found.setdefault(first, set()).add(second)
    return found


def rivals_of(connection: Connection, numbers: Iterable[int]) -> dict[int, set[int]]:
    """Give, for each of some subjects, those with which it shares an identifier and which may be the same."""
    ours, theirs = contests.alias(), contests.alias()
    found: dict[int, set[int]] = {}
    for some in in_parts(numbers):
        query = (
            select(ours.c.subject, theirs.c.subject)
            .join(theirs, ours.c.contest == theirs.c.contest)
            .where(ours.c.subject.in_(some), ours.c.subject != theirs.c.subject)
        )
        for one, other in connection.execute(query):
            found.setdefault(one, set()).add(other)
    return found


# --- decisions as values ------------------------------------------------------------------------------------


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
