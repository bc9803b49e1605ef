"""What a report shows, as plain values: the same ones for the page, the sheet and JSON.

Names are in here only when somebody asked for them; without, subjects go by their number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from syncd.contract import Residue
    from syncd.model import HoldUntil
    from syncd.report.attention import Attention
    from syncd.report.residue import ResidueLine
    from syncd.retention.warned import Warned


class Group(StrEnum):
    """Where a subject stands in the report, in the order of the page: what is late comes first."""

    FLAGGED = "flagged"
    REVIEW = "review"
    SUSPENDED = "suspended"
    SCHEDULED = "scheduled"
    HELD = "held"
    KEPT = "kept"


@dataclass(frozen=True)
class ReasonLine:
    """One reason of a decision: its code, and the day, role and number of documents behind it."""

    code: str
    on: date | None
    role: str
    documents: int


@dataclass(frozen=True)
class RecordLine:
    """One record of a subject, with the categories it still holds."""

    account: str
    kind: str
    key: str
    categories: tuple[str, ...]
    due: tuple[str, ...]
    due_on: date | None
    held: tuple[str, ...]
    hold_until: HoldUntil


@dataclass(frozen=True)
class PaperLine:
    """A document behind a hold. `number` is its own number, or the vendor's key where it could name somebody."""

    account: str
    kind: str
    number: str
    of: date | None
    settled: date | None
    open: bool


@dataclass(frozen=True)
class OrderLine:
    """One order about a subject, with what stays at the vendor after it."""

    order_id: str
    account: str
    kind: str
    key: str
    action: str
    categories: tuple[str, ...]
    state: str
    erase_on: date
    approved_on: date | None
    verified_on: date | None
    code: str
    digest: str
    residue: tuple[Residue, ...]


@dataclass(frozen=True)
class LinkLine:
    """Two records that are one subject, and what they agree on."""

    a: str
    b: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Card:
    """One subject: its records, the decision about it with reasons and dates, its orders."""

    subject: str
    group: Group
    kind: str
    decision: str
    partial: bool
    flagged: bool
    ended: date | None
    erase_on: date | None
    hold_until: HoldUntil
    next_on: date | None
    roles: Mapping[str, date | None]
    reasons: tuple[ReasonLine, ...]
    telling: str
    records: tuple[RecordLine, ...]
    papers: tuple[PaperLine, ...]
    more_papers: int
    orders: tuple[OrderLine, ...]
    links: tuple[LinkLine, ...]
    organisations: tuple[str, ...]
    name: str = field(default="", repr=False)

    @property
    def changes_on(self) -> date | None:
        """The day on which the answer changes by itself, unless another date on the card says as much."""
        held = self.hold_until
        said = {self.erase_on, held + timedelta(days=1) if isinstance(held, date) else None}
        return None if self.next_on in said else self.next_on


@dataclass(frozen=True)
class AccountLine:
    """What an account answered in the last run, and what was done in it since `Report.since`."""

    name: str
    connector: str
    outcome: str
    records: int
    documents: int
    known_records: int
    calls: int
    code: str
    text: str
    erased: int
    minimised: int
    archived: int
    waiting: int


@dataclass(frozen=True)
class DoneLine:
    """A write that a second look proved, and how it kept the promise (a field of `Promise`; empty: archived)."""

    order_id: str
    subject: str
    account: str
    kind: str
    key: str
    action: str
    erase_on: date
    verified_on: date
    kept: str


@dataclass(frozen=True)
class Month:
    """How the writes that were verified in one month kept the promise."""

    month: date
    on_time: int
    learned_late: int
    done_late: int


@dataclass(frozen=True)
class Promise:
    """The promise in figures. One write on one record counts once; archiving never counts.

    `on_time` was verified on its due date or before. `learned_late` could not be: syncd learned of the end, or
    was told, when the date had passed. `done_late` could have been, and was not. `overdue` and `waiting` are
    open now, past their date or before it.
    """

    months: tuple[Month, ...]
    on_time: int
    learned_late: int
    done_late: int
    overdue: int
    waiting: int


@dataclass(frozen=True)
class Ahead:
    """Records that come due in one month, or whose hold ends in one year."""

    on: date
    records: int


@dataclass(frozen=True)
class Calendar:
    """What comes by itself. `overdue` should be gone; `without_end` are held while no end can be counted."""

    overdue: int
    due: tuple[Ahead, ...]
    due_later: int
    hold_ends: tuple[Ahead, ...]
    hold_ends_later: int
    without_end: int


@dataclass(frozen=True)
class Report:
    """Everything a report shows."""

    made_at: datetime
    as_of: date
    since: date
    run_id: str
    mode: str
    names: bool
    expires_on: date | None
    attention: tuple[Attention, ...]
    decisions: Mapping[str, int]
    flagged: int
    held: int
    promise: Promise
    calendar: Calendar
    cards: tuple[Card, ...]
    done: tuple[DoneLine, ...]
    accounts: tuple[AccountLine, ...]
    residue: tuple[ResidueLine, ...]
    warnings: tuple[Warned, ...]
    schedule: str
    ledger_seq: int
    ledger_head: str

    def of_group(self, group: Group) -> list[Card]:
        """Give the subjects of one group."""
        return [one for one in self.cards if one.group is group]


def as_values(value: Any) -> Any:
    """Give a report as JSON values."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: as_values(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {key: as_values(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [as_values(each) for each in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return value
