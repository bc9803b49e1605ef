"""From records to facts: what the systems and people say about one subject, as the engine wants it.

Roles come from mapped fields or from a person; documents never create or keep one. Nothing here depends on
the order in which records, events or documents are given; only statements are in the order in which they were
made.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from syncd.model import Document, Event, EventKind, Moment, Record, RecordRef, Role
from syncd.retention import membership
from syncd.retention.consent import Consent, consent_of, end_of_consent
from syncd.retention.holds import read_paper
from syncd.retention.periods import calendar_date
from syncd.retention.schedule import NEWSLETTER, Hold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date
    from zoneinfo import ZoneInfo

    from syncd.retention.schedule import Schedule

SeenEvent: TypeAlias = tuple[RecordRef, Event]
"""An event and the record that carries or carried it, so that two items are told apart."""

Ends: TypeAlias = "dict[str, date | None]"

_RELATIONSHIP = frozenset({EventKind.ROLE, EventKind.ENDED, EventKind.RESUMED})
_STATED = frozenset({EventKind.ENDED, EventKind.RESUMED})


@dataclass(frozen=True)
class Facts:
    """What is known about one subject.

    `ended` says for each role when it ended, None while it is active. `resumed` is the day on which the
    relationship came back. `suspended` is a stop by a person now, `released` the day on which the last one
    was lifted. `non_fiscal_already_erased`: no record holds a category any more that no hold covers.
    `duplicate_of_active`: an active subject has the same identifier. `doubts` are codes of facts that could
    not be read; each makes the answer `review`. `accepted` are codes of contradictions that a person called
    harmless: they are left out. Before the day `kept_until` a person wants neither a question nor an erasure.
    `left` says for organisations, by the number that their subject has, when a person left them; None where a
    record says so and another one shows them there still.
    """

    ended: Mapping[str, Moment | None] = field(default_factory=dict)
    last_activity: Moment | None = None
    resumed: Moment | None = None
    docs: tuple[Document, ...] = ()
    suspended: bool = False
    released: Moment | None = None
    non_fiscal_already_erased: bool = False
    newsletter_consent: bool = False
    duplicate_of_active: bool = False
    quote_expired: bool = False
    doubts: tuple[str, ...] = ()
    accepted: frozenset[str] = frozenset()
    kept_until: Moment | None = None
    left: Mapping[int, Moment | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Statement:
    """What a person told syncd: that the relationship ended or was resumed on a date.

    `fields` is `fields_digest` of the subject's events when it was said. Raises `ValueError` for another kind
    of event: nothing else can be stated.
    """

    event: Event
    fields: str

    def __post_init__(self) -> None:
        if self.event.kind not in _STATED or self.event.on is None:
            raise ValueError("a statement is an end or a resumption, with its date")


def fields_digest(events: Iterable[SeenEvent]) -> str:
    """Give a stable digest of what the systems' fields say about the relationship: roles, ends, resumptions."""
    said = sorted(
        [*_key(ref), event.kind, event.on.isoformat() if event.on else "", event.role or "", event.origin]
        for ref, event in events
        if event.kind in _RELATIONSHIP
    )
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _key(ref: RecordRef) -> tuple[str, str, str, str]:
    return (ref.account, ref.kind, ref.key, ref.within)


def gather(
    *,
    events: Iterable[SeenEvent],
    records: Iterable[Record],
    documents: Iterable[Document],
    schedule: Schedule,
    today: date,
    statements: Sequence[Statement] = (),
    suspended: bool = False,
    released: date | None = None,
    duplicate_of_active: bool = False,
    doubts: Iterable[str] = (),
    organisations: Mapping[RecordRef, int] | None = None,
    gone: Iterable[Record] = (),
) -> Facts:
    """Turn what is known of one subject into facts.

    `events` are all ever seen, also of records that are gone; `records` are those still there. `statements`
    are in the order in which they were made: for each role the last one counts. A stated end wins over the
    fields until they change; a stated resumption wins likewise, and after that it is one date among others,
    since forgetting it could only erase somebody who is there. `doubts` are codes from outside, beside those
    of the records. `organisations` gives the number of the subject that a record is of: where no record says
    what a person is to the company, an end is that of belonging to an organisation; records that are `gone` still
    tell where a person belonged, and until when.
    """
    by_record: dict[RecordRef, list[Event]] = {}
    for ref, event in events:
        by_record.setdefault(ref, []).append(event)
    digest = fields_digest((ref, event) for ref, seen in by_record.items() for event in seen)
    standing = [statement.event for statement in statements if statement.fields == digest]
    records, documents = tuple(records), tuple(documents)

    relation = _Relation.read(by_record, schedule.zone)
    ended, found = relation.ends(standing, schedule.zone)
    consents = {ref: consent_of(seen, schedule.zone) for ref, seen in by_record.items()}
    if not ended:
        ended, undated = end_of_consent(consents, records)
        found |= undated
    resumed, undated = _resumed(by_record, statements, standing, schedule.zone)
    found |= undated
    left: dict[int, date | None] = {}
    if not relation.held:
        days, unclear = membership.left(
            by_record, (*records, *gone), organisations or {}, standing, schedule.zone
        )
        over = {number: on for number, on in days.items() if resumed is None or resumed < on}
        left = {number: None if number in unclear else on for number, on in over.items()}
        if None in left.values():
            found.add(membership.LEFT_AND_STILL_THERE)
        ended = {} if days else ended
    if any(consent.doubtful for consent in consents.values()):
        found.add("unknown_withdrawal_date")
    found |= {doubt for record in records for doubt in record.doubts}
    held = {name for record in records for name in record.categories}
    found |= {f"unknown_category:{name}" for name in held - set(schedule.categories)}
    return Facts(
        ended=ended,
        last_activity=_last_activity(by_record, documents, schedule, today),
        resumed=resumed,
        docs=documents,
        suspended=suspended,
        released=released,
        non_fiscal_already_erased=not any(_unheld(record, consents, schedule) for record in records),
        newsletter_consent=any(consent.standing for consent in consents.values()),
        duplicate_of_active=duplicate_of_active,
        left=left,
        quote_expired=_has(by_record, EventKind.QUOTE_EXPIRED),
        doubts=tuple(sorted(found | set(doubts))),
    )


def _has(by_record: Mapping[RecordRef, Collection[Event]], kind: EventKind) -> bool:
    return any(event.kind is kind for seen in by_record.values() for event in seen)


# --- roles and their ends -----------------------------------------------------------------------------------


class _End(NamedTuple):
    """An end as one record tells it; `on` is None when its date is not known."""

    role: str
    on: date | None


@dataclass(frozen=True)
class _Relation:
    """What fields say: each record's roles with their own ends, and ends on records that have no such role."""

    held: tuple[tuple[str, tuple[_End, ...]], ...]
    loose: tuple[_End, ...]

    @classmethod
    def read(cls, by_record: Mapping[RecordRef, Collection[Event]], zone: ZoneInfo) -> _Relation:
        roles = {ref: _roles(seen) for ref, seen in by_record.items()}
        everywhere = set().union(*roles.values()) or {Role.CUSTOMER.value}
        held: list[tuple[str, tuple[_End, ...]]] = []
        loose: list[_End] = []
        for ref, seen in by_record.items():
            own = [
                _End(role, calendar_date(event.on, zone) if event.on else None)
                for event in seen
                if event.kind is EventKind.ENDED and event.role is not Role.SUBSCRIBER
                for role in ({event.role.value} if event.role else roles[ref] or everywhere)
            ]
            held += ((role, tuple(end for end in own if end.role == role)) for role in roles[ref])
            loose += (end for end in own if end.role not in roles[ref])
        return cls(tuple(held), tuple(loose))

    def ends(self, standing: Iterable[Event], zone: ZoneInfo) -> tuple[Ends, set[str]]:
        """Give each role's end, None while some record has the role without one; and what is in doubt."""
        stated = self._stated(standing, zone)
        roles = {role for role, _ in self.held} | {end.role for end in self.loose} | set(stated)
        ends: Ends = {}
        doubts: set[str] = set()
        for role in roles:
            loose = tuple(end for end in self.loose if end.role == role)
            told = [own or loose for name, own in self.held if name == role]
            every = [end for own in [*told, loose] for end in own]
            dates = [end.on for end in every if end.on]
            if role in stated:
                ends[role] = stated[role]
            elif any(end.on is None for end in every):
                ends[role] = None
                doubts.add("unknown_end_date")
            else:
                ends[role] = max(dates) if all(told) else None
        return ends, doubts

    def _stated(self, standing: Iterable[Event], zone: ZoneInfo) -> Ends:
        known = {role for role, _ in self.held} | {end.role for end in self.loose}
        stated: Ends = {}
        for event in standing:
            if event.kind is EventKind.ENDED and event.on:
                named = {event.role.value} if event.role else known or {Role.CUSTOMER.value}
                stated |= dict.fromkeys(named, calendar_date(event.on, zone))
        return stated


def _roles(seen: Iterable[Event]) -> set[str]:
    """Give a record's roles. To be a subscriber is consent, which is not a role beside others."""
    roles = {event.role for event in seen if event.kind is EventKind.ROLE}
    return {role.value for role in roles if role and role is not Role.SUBSCRIBER}


def _resumed(
    by_record: Mapping[RecordRef, Collection[Event]],
    statements: Iterable[Statement],
    standing: Iterable[Event],
    zone: ZoneInfo,
) -> tuple[date | None, set[str]]:
    last_stated = [event for event in standing if event.kind is EventKind.RESUMED][-1:]
    fields = [event for seen in by_record.values() for event in seen if event.kind is EventKind.RESUMED]
    before = [statement.event for statement in statements if statement.event.kind is EventKind.RESUMED]
    counting = last_stated or [*fields, *before]
    days = [calendar_date(event.on, zone) for event in counting if event.on]
    undated = {"unknown_resumption_date"} if len(days) < len(counting) else set()
    return max(days, default=None), undated


# --- activity and what is left ------------------------------------------------------------------------------


def _last_activity(
    by_record: Mapping[RecordRef, Collection[Event]],
    documents: Iterable[Document],
    schedule: Schedule,
    today: date,
) -> date | None:
    """Give the last sign of life. A document whose date cannot be right is none."""
    signs = [
        calendar_date(event.on, schedule.zone)
        for seen in by_record.values()
        for event in seen
        if event.kind is EventKind.ACTIVITY and event.on
    ]
    papers = (read_paper(document, schedule) for document in documents)
    signs += (paper.dated for paper in papers if paper.dated and not paper.suspect(today))
    return max(signs, default=None)


def _unheld(record: Record, consents: Mapping[RecordRef, Consent], schedule: Schedule) -> bool:
    """Tell whether a record holds a category that neither a hold nor, by switch, consent keeps."""
    consent = consents.get(record.ref)
    kept = {NEWSLETTER} if schedule.consent_outlives_relationship and consent and consent.standing else set()
    rules = schedule.categories
    return any(name not in rules or rules[name].hold is not Hold.FISCAL for name in record.categories - kept)
