"""An index on disk, and records, orders and people to put into it."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from syncd.index import orders as journal
from syncd.index import reading, saving
from syncd.index.store import Index, open_index
from syncd.model import (
    Action,
    Event,
    EventKind,
    Identifier,
    IdentifierKind,
    Order,
    Record,
    RecordRef,
    Role,
    SubjectKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from sqlalchemy import Connection

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DAY = AT.date()
PLANTED = ("Bakkerij De Zilte Zwaan", "zwaan@zilte.example", "NL91ABNA0417164300", "0612345987", "69599084")
"""What identifies the one in `a_record`: name, e-mail, IBAN, phone, KVK number."""


@contextmanager
def opened(folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[Index]:
    """Open the index in a folder as a process of its own would."""
    index = open_index(folder, environment or {})
    try:
        yield index
    finally:
        index.close()


def a_ref(key: str = "1", account: str = "crm", kind: str = "item") -> RecordRef:
    return RecordRef(account, kind, key, "7")


def ended(on: date = date(2026, 9, 1)) -> Event:
    return Event(EventKind.ENDED, on, Role.CUSTOMER, "field:ended_on")


def a_record(key: str = "1", events: Iterable[Event] = (), **changes: Any) -> Record:
    kinds = (
        IdentifierKind.NAME,
        IdentifierKind.EMAIL,
        IdentifierKind.IBAN,
        IdentifierKind.PHONE,
        IdentifierKind.KVK,
    )
    record = Record(
        ref=a_ref(key),
        version="3",
        kind=SubjectKind.ORGANISATION,
        categories=frozenset({"relation_record", "contact_details"}),
        identifiers=tuple(Identifier(kind, value) for kind, value in zip(kinds, PLANTED, strict=True)),
        events=tuple(events),
        link="https://crm.example/zilte-zwaan",
    )
    return replace(record, **changes)


def pulled(index: Index, *some: Record, run: str = "R-1", at: datetime = AT) -> set[str]:
    """Save records as a page of a run does; gives the references of those that this run had not yet seen."""
    with index.begin() as connection:
        when = at.isoformat(timespec="microseconds")
        return saving.save_records(connection, index.keys, some, seen=saving.Seen(run), at=when)


def known(index: Index) -> dict[str, reading.StoredRecord]:
    """Give every record of the index by its vendor's key."""
    with index.begin() as connection:
        return {one.ref.key: one for one in reading.all_records(connection, index.keys)}


def an_order(number: int = 1, key: str = "1", **changes: Any) -> Order:
    order = Order(
        id=f"O-{number:06d}",
        ref=a_ref(key),
        action=Action.ERASE,
        categories=frozenset({"relation_record", "contact_details"}),
        erase_on=DAY,
        version="3",
        digest="d" * 64,
    )
    return replace(order, **changes)


def ordered(connection: Connection, *some: Order, subject: int = 1) -> None:
    """Put scheduled orders into the queue."""
    journal.create(connection, AT, [(one, subject, {"rule": "1"}, DAY, False, ()) for one in some])
