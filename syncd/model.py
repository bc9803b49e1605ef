"""The nouns of syncd: values without behaviour, shared by every room.

Standard library only; no I/O and no clock. Every class is frozen. Whatever can identify a person is kept out
of `repr`, so that a value that ends up in an exception or a debugger shows nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

Moment: TypeAlias = date | datetime
"""A calendar date, or a timestamp whose date depends on the schedule's time zone."""

DataCategory: TypeAlias = str
"""A kind of personal data with exactly one retention rule; the names are those of the retention schedule."""

FISCAL_DOCUMENTS: Final[DataCategory] = "fiscal_documents"
"""The category of documents, which no record holds."""


def local_date(moment: Moment, zone: ZoneInfo) -> date:
    """Give the calendar date of `moment` in `zone`; a timestamp without offset is already local."""
    if not isinstance(moment, datetime):
        return moment
    return moment.astimezone(zone).date() if moment.tzinfo else moment.date()


def subject_name(number: int) -> str:
    """Give the number under which a subject appears in reports, logs and commands; it names nobody."""
    return f"S-{number}"


def order_name(number: int) -> str:
    """Give the number of an order as it is written everywhere."""
    return f"O-{number:06d}"


class SubjectKind(StrEnum):
    """What a subject is. A sole trader is an organisation whose record also names the person."""

    ORGANISATION = "organisation"
    PERSON = "person"


class Role(StrEnum):
    """What a subject is to the company."""

    CUSTOMER = "customer"
    SUPPLIER = "supplier"
    PROSPECT = "prospect"
    SUBSCRIBER = "subscriber"


@dataclass(frozen=True, order=True, slots=True)
class RecordRef:
    """Where one record lives. Never derived from personal data.

    `key` is the vendor's own id. `within` is the vendor's id of what contains it (audience, app, or the
    contact of a contact person) when the vendor's address of the record needs it, else empty.
    """

    account: str
    kind: str
    key: str
    within: str = ""

    def __hash__(self) -> int:
        """Give what tells most references apart: they are looked up by the million."""
        return hash(self.key)

    def __str__(self) -> str:
        """Show the reference as logs and reports print it."""
        return f"{self.account}:{self.kind}:{self.key}"


class IdentifierKind(StrEnum):
    """Facts that tell who a record is about. Which are strong is the identity room's business."""

    KVK = "kvk"
    VAT = "vat"
    IBAN = "iban"
    EMAIL = "email"
    PHONE = "phone"
    CUSTOMER_NUMBER = "customer_number"
    REFERENCE = "reference"
    NAME = "name"
    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    STREET = "street"
    HOUSE_NUMBER = "house_number"
    POSTCODE = "postcode"
    CITY = "city"
    COUNTRY = "country"
    BIRTH_DATE = "birth_date"


@dataclass(frozen=True, order=True, slots=True)
class Identifier:
    """One identifying fact as the vendor spells it; normalising is the identity room's business.

    A `REFERENCE` holds `account:kind:key` of another record that a person named as the same subject.
    """

    kind: IdentifierKind
    value: str = field(repr=False)


class EventKind(StrEnum):
    """Dated facts about a subject."""

    ROLE = "role"  # the record says that the subject has this role; without an ENDED beside it, it still has
    ENDED = "ended"  # the relationship in this role ended (or will end) on this date
    RESUMED = "resumed"
    CONSENT_GIVEN = "consent_given"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    ACTIVITY = "activity"
    QUOTE_EXPIRED = "quote_expired"


@dataclass(frozen=True)
class Event:
    """A dated fact with its origin (a field's stable id, or `person` for a statement made to syncd).

    `on` is None where the fact is known and its date is not. `not_later` marks a date that is only an upper
    bound: the fact happened on that date or before.
    """

    kind: EventKind
    on: Moment | None = None
    role: Role | None = None
    origin: str = ""
    not_later: bool = False


@dataclass(frozen=True)
class Record:
    """One entry in one account.

    `member_of` names records of organisations that this record's person belongs to. `categories` are the data
    categories this record still holds. `doubts` are codes (never values) for facts that could not be read,
    such as `unreadable_date:ended_on`; each one makes the decision `review`. `restricted` says that the
    vendor already hides the record (archived). `link` is the page where a person can see it at the vendor.
    """

    ref: RecordRef
    version: str
    kind: SubjectKind
    categories: frozenset[DataCategory]
    identifiers: tuple[Identifier, ...] = field(default=(), repr=False)
    events: tuple[Event, ...] = ()
    parent: RecordRef | None = None
    member_of: tuple[RecordRef, ...] = ()
    doubts: tuple[str, ...] = ()
    restricted: bool = False
    link: str = field(default="", repr=False)


class DocumentKind(StrEnum):
    """Papers with fiscal meaning; the first seven are fiscal (`cases/README.md` of the retention cases)."""

    SALES_INVOICE = "sales_invoice"
    PURCHASE_INVOICE = "purchase_invoice"
    CREDIT_NOTE = "credit_note"
    RECEIPT = "receipt"
    BANK_MUTATION = "bank_mutation"
    CONTRACT = "contract"
    ESTIMATE_ACCEPTED = "estimate_accepted"
    ESTIMATE_UNACCEPTED = "estimate_unaccepted"
    DRAFT_INVOICE = "draft_invoice"
    RECURRING_INVOICE = "recurring_invoice"


@dataclass(frozen=True)
class Document:
    """A paper pulled to decide, never written.

    `open` is what the vendor's state says: not settled yet (an invoice, a credit note), or without an end (a
    contract, a recurring invoice). `number` is what people call it; it is shown as evidence and kept out of
    `repr` because some companies put names in it.
    """

    ref: RecordRef
    of: RecordRef
    kind: DocumentKind
    date: Moment | None
    open: bool = False
    due: Moment | None = None
    settled: Moment | None = None
    service_end: Moment | None = None
    closed: Moment | None = None
    end: Moment | None = None
    own_property_first_use: Moment | None = None
    property_unknown_first_use: bool = False
    oss_supply: Moment | None = None
    number: str = field(default="", repr=False)
    link: str = field(default="", repr=False)
    version: str = ""


# --- what is decided ----------------------------------------------------------------------------------------


class Verdict(StrEnum):
    """The six answers of the retention engine."""

    KEEP = "keep"
    SCHEDULE = "schedule"
    ERASE = "erase"
    HOLD = "hold"
    SUSPEND = "suspend"
    REVIEW = "review"


HoldUntil: TypeAlias = date | Literal["open", "unknown"] | None
"""Last day of a hold, inclusive; `open` while no end can be counted; `unknown` is not none."""


@dataclass(frozen=True)
class Reason:
    """Why: a stable code, the dates and counts behind it, and the documents that prove it."""

    code: str
    on: date | None = None
    role: str = ""
    documents: tuple[RecordRef, ...] = ()


@dataclass(frozen=True)
class Decision:
    """The engine's answer about one subject.

    `erase_on` is the last day on which the promise is kept (after a hold: the first on which erasing is
    allowed). `next_on` is the day on which this answer changes by itself, if there is one. `held_by` are the
    documents that make the hold as long as it is.
    """

    verdict: Verdict
    erase_on: date | None = None
    hold_until: HoldUntil = None
    partial: bool = False
    flags: frozenset[str] = frozenset()
    reasons: tuple[Reason, ...] = ()
    held_by: tuple[RecordRef, ...] = ()
    next_on: date | None = None

    @property
    def flagged(self) -> bool:
        """Tell whether the relationship ended more than four weeks ago while unheld data is still there."""
        return "flagged" in self.flags


class Action(StrEnum):
    """What is done to a record, by effect."""

    ERASE = "erase"
    MINIMISE = "minimise"
    ARCHIVE = "archive"


@dataclass(frozen=True)
class Disposition:
    """What the schedule asks for one record: these categories, on this day (none while nothing is due)."""

    ref: RecordRef
    categories: frozenset[DataCategory]
    erase_on: date | None
    held: frozenset[DataCategory] = frozenset()
    hold_until: HoldUntil = None


# --- what is ordered, answered and seen ---------------------------------------------------------------------


class OrderState(StrEnum):
    """The life of an order."""

    SCHEDULED = "scheduled"
    APPROVED = "approved"
    SENT = "sent"
    ACCEPTED = "accepted"
    VERIFIED = "verified"
    UNCERTAIN = "uncertain"
    SHORT = "short"
    REFUSED = "refused"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Order:
    """One write on one record: an action on its categories, justified by facts whose digest it carries."""

    id: str
    ref: RecordRef
    action: Action
    categories: frozenset[DataCategory]
    erase_on: date
    version: str
    digest: str
    parent: RecordRef | None = None


class Effect(StrEnum):
    """What the system's answer claims. Only a second look proves it."""

    DONE = "done"
    ALREADY = "already"  # the effect was there before: nothing was sent
    WEAKER = "weaker"  # the system says that it did less than was ordered (kept, archived)


@dataclass(frozen=True)
class Receipt:
    """What the system answered to one order. `evidence` holds codes and counts only."""

    order_id: str
    effect: Effect
    evidence: Mapping[str, str] = field(default_factory=dict)


class PresenceState(StrEnum):
    """What a second look found."""

    PRESENT = "present"
    ARCHIVED = "archived"
    ABSENT = "absent"


@dataclass(frozen=True)
class Presence:
    """A fresh look at one record.

    `record` and, when they were asked for, `documents` are what a decision is made on again before a write;
    both are None when the record is absent. `children` are records that hang on this one and that a pull need
    not have read: they go before it.
    """

    ref: RecordRef
    state: PresenceState
    version: str = ""
    categories: frozenset[DataCategory] = frozenset()
    record: Record | None = field(default=None, repr=False)
    documents: tuple[Document, ...] | None = None
    children: tuple[Record, ...] = field(default=(), repr=False)
