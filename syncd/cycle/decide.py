"""Decide: from each subject's records to facts, to a decision, to what is asked of each record."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from syncd import log
from syncd.cycle import answers
from syncd.cycle.plan import wanted_of
from syncd.index import history, ledger
from syncd.index import subjects as stored_subjects
from syncd.index.reading import VANISHED_WITH_END
from syncd.model import Decision, Event, EventKind, PresenceState, SubjectKind
from syncd.retention import Statement, decide, dispositions, follow, followed_of, gather

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from syncd.cycle.app import App
    from syncd.cycle.resolve import Subject, Subjects
    from syncd.index.orders import StoredOrder
    from syncd.index.subjects import StoredStatement
    from syncd.model import Disposition, Presence, Record, RecordRef
    from syncd.retention import Facts


@dataclass(frozen=True)
class Judged:
    """A subject with its facts, the decision about it, and what that asks of each record.

    `rivals` are the living subjects that it may be the same as.
    """

    subject: Subject
    facts: Facts
    decision: Decision
    dispositions: tuple[Disposition, ...]
    events: tuple[tuple[RecordRef, Event], ...] = field(repr=False)
    zone: ZoneInfo
    said: tuple[StoredStatement, ...] = field(default=(), repr=False)
    rivals: frozenset[int] = frozenset()


class Judge:
    """Decides about subjects, and again about one of them when a record was looked at once more."""

    def __init__(
        self, app: App, subjects: Subjects, statements: dict[int, list[StoredStatement]], today: date
    ) -> None:
        self._app = app
        self.subjects = subjects
        self._statements = statements
        self._today = today
        self._number = {one.ref: number for number, each in subjects.by_id.items() for one in each.records}
        first = {
            number: self._facts(one, statements.get(number, ()), duplicate=False)
            for number, one in subjects.by_id.items()
        }
        self._living = {number for number, facts in first.items() if _not_ended(facts, today)}
        self.judged: dict[int, Judged] = {}
        # Organisations before the persons who follow them.
        for number, one in sorted(
            subjects.by_id.items(), key=lambda each: (bool(each[1].organisations), each[0])
        ):
            self.judged[number] = self._judge(one)
        self.judged = dict(sorted(self.judged.items()))

    def still_stands(self, one: StoredOrder, seen: Presence, today: date) -> bool:
        """Decide again with the record as it is now; tell whether the same order would be made again."""
        subject = self.subjects.by_id.get(one.subject)
        if subject is None or seen.state is PresenceState.ABSENT or seen.record is None:
            return False
        judged = self._judge(_with_fresh(subject, seen, seen.record))
        wanted, _waiting = wanted_of(judged, self._app.schedule, self._app.capabilities, today)
        return any(
            each.ref == one.order.ref
            and each.action is one.order.action
            and each.categories == one.order.categories
            and each.digest == one.order.digest
            for each in wanted
        )

    def as_one(self, one: int, other: int) -> Judged:
        """Decide as if two subjects were the same one: what the answer that they are would bring."""
        a, b = self.subjects.by_id[one], self.subjects.by_id[other]
        both = {one, other}
        merged = replace(
            a,
            kind=max(a.kind, b.kind, key=lambda kind: kind is SubjectKind.ORGANISATION),
            records=[*a.records, *b.records],
            documents=[*a.documents, *b.documents],
            organisations=(a.organisations | b.organisations) - both,
            contested=(a.contested | b.contested) - both,
            doubts=a.doubts | b.doubts,
        )
        return self._judge(merged, [*self._statements.get(one, ()), *self._statements.get(other, ())])

    def _judge(self, subject: Subject, said: Sequence[StoredStatement] | None = None) -> Judged:
        schedule = self._app.schedule
        said = tuple(self._statements.get(subject.id, ()) if said is None else said)
        rivals = frozenset(subject.contested & self._living - {subject.id})
        facts = self._facts(subject, said, duplicate=bool(rivals))
        seen = answers.Seen(subject, facts, rivals, schedule)
        facts, decision = answers.settle(seen, said, lambda facts: self._decision(subject, facts))
        present = [one.record for one in subject.present]
        return Judged(
            subject=subject,
            facts=facts,
            decision=decision,
            dispositions=dispositions(decision, facts, present, schedule, self._today),
            events=_events(subject),
            zone=schedule.zone,
            said=said,
            rivals=rivals,
        )

    def _decision(self, subject: Subject, facts: Facts) -> Decision:
        schedule, today = self._app.schedule, self._today
        own = decide(facts, schedule, today)
        organisations = {
            number: self.judged[number].decision for number in subject.organisations if number in self.judged
        }
        followed = followed_of(organisations, facts.left, schedule, today)
        if not followed:
            return own
        return follow(own, followed, today, schedule, accepted=facts.accepted, kept_until=facts.kept_until)

    def _facts(self, subject: Subject, said: Sequence[StoredStatement], *, duplicate: bool) -> Facts:
        suspended, released = _suspension(said)
        doubts = set(subject.doubts)
        if any(VANISHED_WITH_END in one.record.doubts for one in subject.records if not one.present):
            doubts.add(VANISHED_WITH_END)
        return gather(
            events=_events(subject),
            records=[one.record for one in subject.present],
            documents=subject.documents,
            schedule=self._app.schedule,
            today=self._today,
            statements=[made for one in said if (made := _statement(one)) is not None],
            suspended=suspended,
            released=released,
            duplicate_of_active=duplicate,
            doubts=doubts,
            organisations={
                ref: number
                for one in subject.records
                for ref in one.record.member_of
                if (number := self._number.get(ref)) in subject.organisations
            },
            gone=[one.record for one in subject.records if not one.present],
        )


def decide_subjects(app: App, connection: Connection, subjects: Subjects, today: date) -> Judge:
    """Decide about everybody, remember what changed, and put changes in the ledger."""
    judge = Judge(app, subjects, stored_subjects.all_statements(connection), today)
    before = stored_subjects.decisions(connection)
    changes, decided = [], []
    for number, judged in judge.judged.items():
        if not judged.subject.present:
            continue
        values = stored_subjects.decision_values(judged.decision)
        digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
        if number in before and before[number][1] == digest:
            continue
        stored_subjects.save_decision(connection, number, judged.decision, digest, today)
        changes.append(("decision", {"subject": number, "on": today.isoformat(), **values}))
        decided.append((number, judged.facts, judged.subject.organisations, judged.decision))
        if judged.decision.flagged and not (number in before and before[number][0].flagged):
            log.logger().warning(
                "contact.flagged", subject=number, decision=judged.decision.verdict.value,
                erase_on=str(judged.decision.erase_on),
            )  # fmt: skip
    ledger.append_all(connection, app.now(), changes)
    history.remember(connection, decided, app.schedule, today)
    return judge


def _not_ended(facts: Facts, today: date) -> bool:
    """Tell whether somebody is still there as far as anybody knows."""
    ends = list(facts.ended.values())
    if not ends or any(end is None for end in ends):
        return True
    last = max(end for end in ends if end is not None)
    return last > today or (facts.resumed is not None and facts.resumed >= last)


def _events(subject: Subject) -> tuple[tuple[RecordRef, Event], ...]:
    return tuple((one.ref, event) for one in subject.records for event in one.record.events)


def _with_fresh(subject: Subject, seen: Presence, record: Record) -> Subject:
    """Give the subject as it is with one record (and, if they were read, its documents) seen anew."""
    records = [
        replace(one, record=replace(record, doubts=_kept_doubts(one.record, record)))
        if one.ref == seen.ref
        else one
        for one in subject.records
    ]
    documents = subject.documents
    if seen.documents is not None:
        documents = [one for one in documents if one.of != seen.ref] + list(seen.documents)
        documents.sort(key=lambda one: one.ref)
    return replace(subject, records=records, documents=documents)


def _kept_doubts(before: Record, now: Record) -> tuple[str, ...]:
    return tuple(sorted({*before.doubts, *now.doubts}))


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
