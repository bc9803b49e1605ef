"""Decide: from a subject's records to facts, to a decision, to what is asked of each record.

A decision rests on the subject's own facts, on which of the subjects it may be the same as have not ended, and on
the decisions about the organisations that it belongs to, directly or through another.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from syncd.cycle import answers
from syncd.cycle.above import Above, through
from syncd.cycle.everybody import Everybody
from syncd.cycle.facts import events_of, facts_of, not_ended
from syncd.cycle.plan import wanted_of
from syncd.cycle.subject import AT_ONCE, load
from syncd.index import decisions
from syncd.index import subjects as stored_subjects
from syncd.index.many import in_parts
from syncd.model import PresenceState, SubjectKind
from syncd.retention import decide, dispositions, follow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from syncd.cycle.app import App
    from syncd.cycle.subject import Subject
    from syncd.index.orders import StoredOrder
    from syncd.index.subjects import StoredStatement
    from syncd.model import Decision, Disposition, Event, Presence, Record, RecordRef
    from syncd.retention import Facts


@dataclass(frozen=True)
class Judged:
    """A subject with its facts, the decision about it, and what that asks of each record.

    `own` is the decision on its own facts, before it follows an organisation; `follows` are those it follows, and
    `rivals` the living subjects that it may be the same as.
    """

    subject: Subject
    facts: Facts
    decision: Decision
    dispositions: tuple[Disposition, ...]
    events: tuple[tuple[RecordRef, Event], ...] = field(repr=False)
    zone: ZoneInfo
    own: Decision
    said: tuple[StoredStatement, ...] = field(default=(), repr=False)
    rivals: frozenset[int] = frozenset()
    follows: frozenset[int] = frozenset()


class Judge:
    """Decides about subjects as the index has them, on one day.

    Of the subjects around it counts what was decided of them last: whoever decides many begins with those
    (`syncd.cycle.deciding`). Only before a write are they, too, decided again.
    """

    def __init__(self, app: App, today: date) -> None:
        self.app = app
        self.today = today
        self._prepared: dict[int, _Prepared] = {}

    @property
    def judged(self) -> Everybody:
        """Give everybody, each decided about when asked for."""
        return Everybody(self)

    def facts_of(self, subject: Subject, said: Iterable[StoredStatement], rivals: Collection[int]) -> Facts:
        """Gather what is known of a subject. `rivals` are those it may be the same as that have not ended."""
        return facts_of(subject, said, rivals, self.app.schedule, self.today)

    def judge(
        self,
        subject: Subject,
        said: Iterable[StoredStatement],
        rivals: Collection[int],
        above: Above,
    ) -> Judged:
        """Decide about a subject, among `rivals` and under the organisations `above`."""
        schedule, said, rivals = self.app.schedule, tuple(said), frozenset(rivals)
        seen = answers.Seen(subject, self.facts_of(subject, said, rivals), rivals, schedule)
        facts, decision = answers.settle(seen, said, lambda facts: self._decision(facts, above))
        present = [one.record for one in subject.present]
        return Judged(
            subject=subject,
            facts=facts,
            decision=decision,
            dispositions=dispositions(decision, facts, present, schedule, self.today),
            events=events_of(subject),
            zone=schedule.zone,
            own=decide(facts, schedule, self.today) if above.own else decision,
            said=said,
            rivals=rivals,
            follows=above.numbers(facts),
        )

    def _decision(self, facts: Facts, above: Above) -> Decision:
        schedule, today = self.app.schedule, self.today
        own = decide(facts, schedule, today)
        followed = above.followed(facts, schedule, today)
        if not followed:
            return own
        return follow(own, followed, today, schedule, accepted=facts.accepted, kept_until=facts.kept_until)

    def as_one(self, connection: Connection, one: int, other: int) -> Judged:
        """Decide as if two subjects were the same one: what the answer that they are would bring."""
        both = load(connection, self.app.index.keys, [one, other])
        a, b = both[one], both[other]
        merged = replace(
            a,
            kind=max(a.kind, b.kind, key=lambda kind: kind is SubjectKind.ORGANISATION),
            records=[*a.records, *b.records],
            documents=[*a.documents, *b.documents],
            organisations=(a.organisations | b.organisations) - set(both),
            contested=(a.contested | b.contested) - set(both),
            doubts=a.doubts | b.doubts,
            shown_at={**a.shown_at, **b.shown_at},
        )
        said = stored_subjects.statements_of(connection, both)
        living = decisions.living_among(connection, merged.contested)
        above = self._above(connection, [merged])[merged.id].without(both)
        return self.judge(
            merged, [*said.get(one, ()), *said.get(other, ())], merged.contested & living, above
        )

    def decided(self, connection: Connection, numbers: Collection[int]) -> dict[int, Judged]:
        """Decide about some subjects beside what was decided of those around them."""
        keys = self.app.index.keys
        subjects = load(connection, keys, numbers)
        said = stored_subjects.statements_of(connection, numbers)
        living = decisions.living_among(
            connection, {each for one in subjects.values() for each in one.contested}
        )
        above = self._above(connection, subjects.values())
        return {
            number: self.judge(one, said.get(number, ()), one.contested & living, above[number])
            for number, one in subjects.items()
        }

    def _above(self, connection: Connection, subjects: Iterable[Subject]) -> dict[int, Above]:
        """Give what stands above each subject, as it was decided last."""
        reached = through(connection, {one.id: one.organisations for one in subjects})
        return _placed(reached, self._own(connection, _all_of(reached)))

    def _own(self, connection: Connection, numbers: set[int]) -> dict[int, Decision]:
        """Give the decisions of some subjects on their own facts; as stored where they follow nobody."""
        following = set(decisions.organisations_of(connection, numbers))
        found = {
            number: one.decision
            for some in in_parts(numbers - following)
            for number, one in decisions.standing(connection, some).items()
            if one.decision is not None
        }
        for some in in_parts(sorted(following), AT_ONCE):
            found |= self._own_anew(connection, some)
        return found

    def _own_anew(self, connection: Connection, numbers: Collection[int]) -> dict[int, Decision]:
        subjects = load(connection, self.app.index.keys, numbers)
        said = stored_subjects.statements_of(connection, numbers)
        living = decisions.living_among(
            connection, {each for one in subjects.values() for each in one.contested}
        )
        return {
            number: self.judge(one, said.get(number, ()), one.contested & living, Above()).own
            for number, one in subjects.items()
        }

    # --- on nothing but facts -------------------------------------------------------------------------------

    def from_scratch(self, connection: Connection, numbers: Collection[int]) -> dict[int, Judged]:
        """Decide about some subjects, and about all around them, on nothing that was decided before."""
        return {
            number: self.judge(known.subject, known.said, known.rivals, known.above)
            for number, known in self._gathered(connection, numbers).items()
        }

    def prepare(self, numbers: Iterable[int]) -> None:
        """Gather anew what decisions about the subjects that are about to be written to rest on.

        It stays as it is now while their orders are sent one by one: that a record of theirs is gone by our own
        order is no new fact.
        """
        for part in in_parts(sorted(set(numbers)), AT_ONCE):
            with self.app.index.look() as connection:
                self._prepared |= self._gathered(connection, part)

    def _gathered(self, connection: Connection, numbers: Collection[int]) -> dict[int, _Prepared]:
        keys = self.app.index.keys
        subjects = load(connection, keys, numbers)
        reached = through(connection, {one.id: one.organisations for one in subjects.values()})
        organisations = load(connection, keys, _all_of(reached))
        contested = {each for one in (*subjects.values(), *organisations.values()) for each in one.contested}
        said = stored_subjects.statements_of(connection, contested | subjects.keys() | organisations.keys())
        living = {
            number
            for number, one in load(connection, keys, contested).items()
            if not_ended(self.facts_of(one, said.get(number, ()), ()), self.today)
        }
        own = {
            number: self.judge(one, said.get(number, ()), one.contested & living, Above()).own
            for number, one in organisations.items()
        }
        above = _placed(reached, own)
        return {
            number: _Prepared(
                one, tuple(said.get(number, ())), frozenset(one.contested & living), above[number]
            )
            for number, one in subjects.items()
        }

    def still_stands(self, one: StoredOrder, seen: Presence, today: date) -> bool:
        """Decide again with the record as it is now; tell whether the same order would be made again."""
        known = self._prepared.get(one.subject)
        if known is None or seen.state is PresenceState.ABSENT or seen.record is None:
            return False
        fresh = _with_fresh(known.subject, seen, seen.record)
        judged = self.judge(fresh, known.said, known.rivals, known.above)
        wanted, _waiting = wanted_of(judged, self.app.schedule, self.app.capabilities, today)
        return any(
            each.ref == one.order.ref
            and each.action is one.order.action
            and each.categories == one.order.categories
            and each.digest == one.order.digest
            for each in wanted
        )

    def rests_on(self, number: int) -> frozenset[int]:
        """Give the subjects whose facts the prepared decision about one rests on, that one among them."""
        known = self._prepared.get(number)
        if known is None:
            return frozenset({number})
        return frozenset({number}).union(known.rivals, known.above.through, *known.above.through.values())


class _Prepared(NamedTuple):
    """A subject with everything that a decision about it rests on."""

    subject: Subject
    said: tuple[StoredStatement, ...]
    rivals: frozenset[int]
    above: Above


def _all_of(reached: Mapping[int, Mapping[int, frozenset[int]]]) -> set[int]:
    return {number for each in reached.values() for above in each.values() for number in above}


def _placed(
    reached: Mapping[int, Mapping[int, frozenset[int]]], own: Mapping[int, Decision]
) -> dict[int, Above]:
    return {
        number: Above(each, {one: own[one] for above in each.values() for one in above if one in own})
        for number, each in reached.items()
    }


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
