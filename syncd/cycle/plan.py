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

from syncd import log
from syncd.index import orders as journal
from syncd.index import records as stored_records
from syncd.model import Action, Order, OrderState, RecordRef
from syncd.retention.reasons import DUE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from syncd.contract import Capability
    from syncd.cycle.decide import Judged
    from syncd.cycle.proposals import Question
    from syncd.index.orders import StoredOrder
    from syncd.index.reading import StoredRecord
    from syncd.model import Disposition
    from syncd.retention import Schedule

WINDOW = timedelta(days=28)
"""An order is made at most this long before its day; until then the queue shows it as held."""

REVOCABLE = frozenset({OrderState.SCHEDULED, OrderState.APPROVED, OrderState.REFUSED, OrderState.SHORT})
"""States in which an order that lost its reason may simply be taken back: nothing is under way."""


@dataclass(frozen=True)
class Wanted:
    """A write that the schedule asks for, before it is an order."""

    subject: int
    ref: RecordRef
    action: Action
    categories: frozenset[str]
    erase_on: date
    digest: str
    version: str
    parent: RecordRef | None
    basis: Mapping[str, Any]
    residue: tuple[Mapping[str, Any], ...] = ()

    @property
    def place(self) -> tuple[RecordRef, Action, frozenset[str]]:
        """Give what makes this order the only one of its kind."""
        return (self.ref, self.action, self.categories)


@dataclass(frozen=True)
class Waiting:
    """Something due that no order can take away now: `documents` at the vendor, or `by_hand`."""

    subject: int
    ref: RecordRef
    categories: frozenset[str]
    erase_on: date
    why: str


@dataclass
class Plan:
    """What is wanted, what waits for somebody or an answer, and what was changed in the queue to get there."""

    wanted: list[Wanted] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    created: int = 0
    superseded: int = 0

    def waits(self, subject: int) -> bool:
        """Tell whether a subject's orders wait for an answer about who it is."""
        return any(subject in one.waiting for one in self.questions)


def wanted_of(
    judged: Judged, schedule: Schedule, capabilities: Callable[[str], frozenset[Capability]], today: date
) -> tuple[list[Wanted], list[Waiting]]:
    """Turn one subject's dispositions into writes and things that wait."""
    by_ref: dict[RecordRef, list[Disposition]] = defaultdict(list)
    for one in judged.dispositions:
        by_ref[one.ref].append(one)
    wanted: list[Wanted] = []
    waiting: list[Waiting] = []
    for stored in judged.subject.present:
        asked = [_opened(one, today) for one in by_ref.get(stored.ref, [])]
        if asked:
            _RecordPlan(judged, schedule, stored, asked, capabilities(stored.ref.account), today).make(
                wanted, waiting
            )
    return wanted, waiting


def _opened(one: Disposition, today: date) -> Disposition:
    """Let a held part come due ahead of its day, once the window before that day is open."""
    if one.categories or one.erase_on is None or one.erase_on - today > WINDOW:
        return one
    return replace(one, categories=one.held, held=frozenset())


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
    ) -> None:
        self._judged = judged
        self._schedule = schedule
        self._stored = stored
        self._today = today
        self._can = {one.action: one for one in capabilities if one.kind == stored.ref.kind}
        self._days = {each: one.erase_on for one in asked for each in one.categories if one.erase_on}
        self._held = frozenset(each for one in asked for each in one.held)
        self._left = stored.record.categories - set(self._days)
        self._papers = [one for one in judged.subject.documents if one.of == stored.ref]

    def make(self, wanted: list[Wanted], waiting: list[Waiting]) -> None:
        erase = self._can.get(Action.ERASE)
        kept_by_papers = bool(erase and erase.exclusive_of_documents and self._papers)
        if self._days and not self._left and erase is not None and not kept_by_papers:
            last = max(self._days.values())
            self._early(wanted, before=last)
            self._add(wanted, Action.ERASE, self._stored.record.categories, last)
            return
        rest = self._minimise(wanted)
        self._restrict(wanted, self._held | (rest if kept_by_papers else frozenset()))
        if rest:
            why = "documents" if kept_by_papers else "by_hand"
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
                ref=record.ref,
                action=action,
                categories=categories,
                erase_on=day,
                digest=self._digest(action, categories, day),
                version=record.version,
                parent=record.parent,
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


def reconcile(
    connection: Connection,
    at: datetime,
    today: date,
    plan: Plan,
    *,
    blocked: Callable[[int], bool],
) -> None:
    """Bring the queue to the plan: keep what still holds, take back what lost its reason, add what is new.

    `blocked` tells for a subject that its facts are not known whole: its orders are left exactly as they are.
    """
    standing = {
        (one.order.ref, one.order.action, one.order.categories): one
        for one in journal.find(connection, open_only=True)
    }
    places = {one.place: one for one in plan.wanted}
    for place, one in standing.items():
        if blocked(one.subject) or one.state not in REVOCABLE:
            continue
        want = places.get(place)
        if want is None or want.digest != one.order.digest:
            code = "no_longer_due" if want is None else "facts_changed"
            journal.move(connection, at, one.id, OrderState.SUPERSEDED, code=code)
            plan.superseded += 1
            standing[place] = _closed(one)
            log.logger().info("order.superseded", order=one.id, account=one.order.ref.account, code=code)
    number = journal.next_number(connection)
    rejected = journal.rejections(connection, today)
    made = []
    for want in plan.wanted:
        stands = standing.get(want.place)
        if blocked(want.subject) or rejected.get(want.place) == want.digest:
            continue
        if stands is not None and stands.open:
            journal.refresh(connection, at, stands.id, version=want.version, basis=want.basis)
            continue
        order = Order(
            id=f"O-{number:06d}",
            ref=want.ref,
            action=want.action,
            categories=want.categories,
            erase_on=want.erase_on,
            version=want.version,
            digest=want.digest,
            parent=want.parent,
        )
        made.append((order, want.subject, want.basis, today, today > want.erase_on, want.residue))
        number += 1
    journal.create(connection, at, made)
    plan.created = len(made)
    for order, subject, _basis, _born, late, _residue in made:
        log.logger().info(
            "order.scheduled", order=order.id, account=order.ref.account, kind=order.ref.kind,
            key=order.ref.key, subject=subject, action=order.action.value, erase_on=str(order.erase_on),
            flagged=late,
        )  # fmt: skip


def _closed(one: StoredOrder) -> StoredOrder:
    return replace(one, state=OrderState.SUPERSEDED)
