"""From everything that the index knows of a subject to the facts that a decision rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncd.index.reading import VANISHED_WITH_END
from syncd.model import Event, EventKind
from syncd.retention import Statement, gather

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from syncd.cycle.subject import Subject
    from syncd.index.subjects import StoredStatement
    from syncd.model import RecordRef
    from syncd.retention import Facts, Schedule


def facts_of(
    subject: Subject,
    said: Iterable[StoredStatement],
    rivals: Collection[int],
    schedule: Schedule,
    today: date,
) -> Facts:
    """Gather what is known of a subject. `rivals` are those it may be the same as that have not ended."""
    said = list(said)
    suspended, released = _suspension(said)
    doubts = set(subject.doubts)
    if any(VANISHED_WITH_END in one.record.doubts for one in subject.records if not one.present):
        doubts.add(VANISHED_WITH_END)
    return gather(
        events=events_of(subject),
        records=[one.record for one in subject.present],
        documents=subject.documents,
        schedule=schedule,
        today=today,
        statements=[made for one in said if (made := _statement(one)) is not None],
        suspended=suspended,
        released=released,
        duplicate_of_active=bool(rivals),
        doubts=doubts,
        gone=[one.record for one in subject.records if not one.present],
        organisations={
            ref: number
            for one in subject.records
            for ref in one.record.member_of
            if (number := subject.shown_at.get(ref)) in subject.organisations
        },
    )


def not_ended(facts: Facts, today: date) -> bool:
    """Tell whether somebody is still there as far as anybody knows."""
    ends = list(facts.ended.values())
    if not ends or any(end is None for end in ends):
        return True
    last = max(end for end in ends if end is not None)
    return last > today or (facts.resumed is not None and facts.resumed >= last)


def events_of(subject: Subject) -> tuple[tuple[RecordRef, Event], ...]:
    """Give everything that happened, with the record that says so."""
    return tuple((one.ref, event) for one in subject.records for event in one.record.events)


def _suspension(said: Iterable[StoredStatement]) -> tuple[bool, date | None]:
    suspended, released = False, None
    for one in said:
        if one.kind == "suspended":
            suspended = True
        elif one.kind == "released":
            suspended, released = False, one.on
    return suspended, released


def _statement(one: StoredStatement) -> Statement | None:
    kinds = {"ended": EventKind.ENDED, "resumed": EventKind.RESUMED}
    if one.kind not in kinds or one.on is None:
        return None
    return Statement(Event(kinds[one.kind], one.on, one.role, "person"), one.fields)
