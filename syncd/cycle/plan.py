"""Plan: what the schedule asks for each record, as orders that one HTTP write can carry out.

An order exists once per record, action and category set. It stands while the facts that justify it stay as they
are: their digest is part of it. Nothing new is ordered while an account that could show a living relationship or
a document has not been read whole.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from syncd.cycle.reconcile import Wanted, reconcile
from syncd.index import records as stored_records
from syncd.model import Action, RecordRef
from syncd.retention.reasons import DUE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sqlalchemy import Connection

    from syncd.contract import Capability
    from syncd.cycle.app import App
    from syncd.cycle.decide import Judged
    from syncd.cycle.proposals import Question
    from syncd.index.reading import StoredRecord
    from syncd.model import Disposition
    from syncd.retention import Schedule

WINDOW = timedelta(days=28)
"""An order is made at most this long before its day; until then the queue shows it as held."""


@dataclass(frozen=True)
class Waiting:
    """Something due that no order can take away now.

    `documents` at the vendor keep it, or what is `attached` to it is kept for longer, or it goes `by_hand` only.
    """

    subject: int
    ref: RecordRef
    categories: frozenset[str]
    erase_on: date
    why: str

    def values(self) -> dict[str, Any]:
        """Write it as JSON values, its subject aside."""
        return {
            "ref": stored_records.ref_text(self.ref),
            "categories": sorted(self.categories),
            "erase_on": self.erase_on.isoformat(),
            "why": self.why,
        }

    @classmethod
    def read(cls, subject: int, told: Mapping[str, Any]) -> Waiting:
        """Read it back."""
        return cls(
            subject,
            stored_records.ref_from(told["ref"]),
            frozenset(told["categories"]),
            date.fromisoformat(told["erase_on"]),
            told["why"],
        )


@dataclass
class Plan:
    """What waits for somebody or an answer, and what was changed in the queue to bring it to the decisions."""

    waiting: list[Waiting] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    created: int = 0
    superseded: int = 0

    def waits(self, subject: int) -> bool:
        """Tell whether a subject's orders wait for an answer about who it is."""
        return any(subject in one.waiting for one in self.questions)


class Planner:
    """Brings the queue to decisions as they are made.

    `blocked` tells for a subject that its facts are not known whole: its orders are left exactly as they are.
    """

    def __init__(
        self, app: App, connection: Connection, today: date, *, blocked: Callable[[int], bool]
    ) -> None:
        self._app = app
        self._connection = connection
        self._today = today
        self._blocked = blocked
        self.plan = Plan()

    def take(self, judged: Iterable[Judged]) -> dict[int, tuple[list[Waiting], bool]]:
        """Give, per subject, what no order can take away, and whether the queue could not be brought to it."""
        wanted: list[Wanted] = []
        found: dict[int, tuple[list[Waiting], bool]] = {}
        for one in judged:
            writes, waiting = wanted_of(one, self._app.schedule, self._app.capabilities, self._today)
            wanted += writes
            found[one.subject.id] = (waiting, self._blocked(one.subject.id))
        settled = {number for number, (_waiting, blocked) in found.items() if not blocked}
        free = [one for one in wanted if one.subject in settled]
        created, superseded = reconcile(
            self._connection, self._app.index.keys, self._app.now(), self._today, free, settled
        )
        self.plan.created += created
        self.plan.superseded += superseded
        return found


def wanted_of(
    judged: Judged, schedule: Schedule, capabilities: Callable[[str], frozenset[Capability]], today: date
) -> tuple[list[Wanted], list[Waiting]]:
    """Turn one subject's dispositions into writes and things that wait."""
    by_ref: dict[RecordRef, list[Disposition]] = defaultdict(list)
    for one in judged.dispositions:
        by_ref[one.ref].append(_opened(one, today))
    below: dict[RecordRef, list[StoredRecord]] = defaultdict(list)
    for stored in judged.subject.present:
        if stored.record.parent is not None:
            below[stored.record.parent].append(stored)
    wanted: list[Wanted] = []
    waiting: list[Waiting] = []
    for stored in judged.subject.present:
        if asked := by_ref.get(stored.ref):
            attached = _Attached.of(below[stored.ref], by_ref)
            _RecordPlan(
                judged, schedule, stored, asked, capabilities(stored.ref.account), today, attached
            ).make(wanted, waiting)
    return wanted, waiting


def _opened(one: Disposition, today: date) -> Disposition:
    """Let a held part come due ahead of its day, once the window before that day is open."""
    if one.categories or one.erase_on is None or one.erase_on - today > WINDOW:
        return one
    return replace(one, categories=one.held, held=frozenset())


def _days_of(asked: Iterable[Disposition]) -> dict[str, date]:
    return {each: one.erase_on for one in asked for each in one.categories if one.erase_on}


@dataclass(frozen=True)
class _Attached:
    """What hangs on a record, which a vendor erases with it: its `last` day, and whether some has none yet."""

    last: date
    undated: bool

    @classmethod
    def of(
        cls, below: Iterable[StoredRecord], by_ref: Mapping[RecordRef, Iterable[Disposition]]
    ) -> _Attached:
        known = [(one.record.categories, _days_of(by_ref.get(one.ref, ()))) for one in below]
        return cls(
            max((day for _held, days in known for day in days.values()), default=date.min),
            any(held - days.keys() for held, days in known),
        )

    def outlasts(self, day: date, today: date) -> bool:
        """Tell whether some of it stays for longer than a record that is due on `day`, which is near."""
        later = self.undated or (self.last > day and self.last - today > WINDOW)
        return later and day - today <= WINDOW


class _RecordPlan:
    """The writes for one record."""

    def __init__(
        self,
        judged: Judged,
        schedule: Schedule,
        stored: StoredRecord,
        asked: list[Disposition],
        capabilities: Iterable[Capability],
        today: date,
        attached: _Attached,
    ) -> None:
        self._judged = judged
        self._schedule = schedule
        self._stored = stored
        self._today = today
        self._attached = attached
        self._can = {one.action: one for one in capabilities if one.kind == stored.ref.kind}
        self._days = _days_of(asked)
        self._held = frozenset(each for one in asked for each in one.held)
        self._left = stored.record.categories - set(self._days)
        self._papers = [one for one in judged.subject.documents if one.of == stored.ref]

    def make(self, wanted: list[Wanted], waiting: list[Waiting]) -> None:
        erase = self._can.get(Action.ERASE)
        kept_by_papers = bool(erase and erase.exclusive_of_documents and self._papers)
        kept_below = False
        if self._days and not self._left and erase is not None:
            last = max(self._days.values())
            kept_below = self._attached.outlasts(last, self._today)
            if not kept_by_papers and not kept_below:
                last = max(last, self._attached.last)
                self._early(wanted, before=last)
                self._add(wanted, Action.ERASE, self._stored.record.categories, last)
                return
        rest = self._minimise(wanted)
        self._restrict(wanted, self._held | (rest if kept_by_papers or kept_below else frozenset()))
        if rest:
            why = "documents" if kept_by_papers else "attached" if kept_below else "by_hand"
            last = max(self._days[each] for each in rest)
            waiting.append(Waiting(self._judged.subject.id, self._stored.ref, rest, last, why))

    def _restrict(self, wanted: list[Wanted], kept: frozenset[str]) -> None:
        """Hide what must stay: from the day on which the rest is due, the law is its only use."""
        archive = self._can.get(Action.ARCHIVE)
        due = [one.on for one in self._judged.decision.reasons if one.code == DUE and one.on]
        if archive and due and not self._stored.record.restricted:
            self._add(wanted, Action.ARCHIVE, kept & archive.categories, max(due))

    def _early(self, wanted: list[Wanted], before: date) -> None:
        """Empty what is due before the rest of the record may go."""
        minimise = self._can.get(Action.MINIMISE)
        for day in sorted({one for one in self._days.values() if one < before}):
            some = frozenset(each for each, on in self._days.items() if on == day)
            if minimise and some & minimise.categories:
                self._add(wanted, Action.MINIMISE, some & minimise.categories, day)

    def _minimise(self, wanted: list[Wanted]) -> frozenset[str]:
        """Empty what is due and can be emptied; gives what cannot."""
        minimise = self._can.get(Action.MINIMISE)
        possible = minimise.categories if minimise else frozenset()
        for day in sorted(set(self._days.values())):
            some = frozenset(each for each, on in self._days.items() if on == day)
            self._add(wanted, Action.MINIMISE, some & possible, day)
        return frozenset(set(self._days) - possible)

    def _add(self, wanted: list[Wanted], action: Action, categories: frozenset[str], day: date) -> None:
        if not categories or day - self._today > WINDOW:
            return
        record = self._stored.record
        residue = tuple(
            {"code": one.code, "text": one.text, "days": one.days} for one in self._can[action].residue
        )
        wanted.append(
            Wanted(
                subject=self._judged.subject.id,
                record=record,
                action=action,
                categories=categories,
                erase_on=day,
                digest=self._digest(action, categories, day),
                basis=self._basis(),
                residue=residue,
            )
        )

    def _basis(self) -> dict[str, Any]:
        decision = self._judged.decision
        hold = decision.hold_until
        return {
            "decision": decision.verdict.value,
            "reasons": [one.code for one in decision.reasons],
            "ended": {
                role: day.isoformat() if day else None
                for role, day in sorted(self._judged.facts.ended.items())
            },
            "hold_until": hold.isoformat() if isinstance(hold, date) else hold,
            "rule": self._schedule.version,
        }

    def _digest(self, action: Action, categories: frozenset[str], day: date) -> str:
        """Digest the facts that justify the order: reference, categories, end, documents, holds, links, rule."""
        judged = self._judged
        hold = judged.decision.hold_until
        facts = {
            "ref": stored_records.ref_text(self._stored.ref),
            "action": action.value,
            "categories": sorted(categories),
            "erase_on": day.isoformat(),
            "ended": {
                role: on.isoformat() if on else None for role, on in sorted(judged.facts.ended.items())
            },
            "documents": sorted(
                f"{stored_records.ref_text(one.ref)} {one.kind} {one.date} {one.open} {one.settled} "
                f"{one.service_end} {one.closed} {one.end} {one.oss_supply} {one.own_property_first_use}"
                for one in judged.subject.documents
            ),
            "hold": hold.isoformat() if isinstance(hold, date) else hold,
            "links": sorted(stored_records.ref_text(one.ref) for one in judged.subject.records),
            "organisations": sorted(judged.subject.organisations),
            "left": sorted([number, str(on)] for number, on in judged.facts.left.items()),
            "rule": self._schedule.digest,
        }
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
