"""Which of the organisations that a person belongs to they have left, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncd.model import Event, EventKind, Record, RecordRef, Role
from syncd.retention.periods import calendar_date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date
    from zoneinfo import ZoneInfo

LEFT_AND_STILL_THERE = "left_and_still_there"
"""The doubt when one record says that a person left an organisation and another still shows them there."""


def left(
    by_record: Mapping[RecordRef, Collection[Event]],
    records: Iterable[Record],
    organisations: Mapping[RecordRef, int],
    standing: Iterable[Event],
    zone: ZoneInfo,
) -> tuple[dict[int, date], set[int]]:
    """Give the organisations that a person left, each with the day, and those of them that are in doubt.

    A person's statement of an end is about all of them. Else an organisation is left when every record that
    shows somebody there carries an end. Where only some do, somebody must say which of them is right.
    """
    showing: dict[int, list[Record]] = {}
    for record in records:
        for number in {organisations[ref] for ref in record.member_of if ref in organisations}:
            showing.setdefault(number, []).append(record)
    said = [calendar_date(event.on, zone) for event in standing if _is_end(event) and event.on]
    if said:
        return dict.fromkeys(showing, said[-1]), set()
    found: dict[int, date] = {}
    doubtful: set[int] = set()
    for number, shown_by in showing.items():
        ends = [[event.on for event in by_record.get(one.ref, ()) if _is_end(event)] for one in shown_by]
        days = [calendar_date(on, zone) for own in ends for on in own if on]
        if not days:
            continue
        found[number] = max(days)
        if not (all(ends) and len(days) == sum(map(len, ends))):
            doubtful.add(number)
    return found, doubtful


def _is_end(event: Event) -> bool:
    return event.kind is EventKind.ENDED and event.role is not Role.SUBSCRIBER
