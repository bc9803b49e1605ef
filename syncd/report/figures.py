"""The promise in figures, counted from orders alone, so that the exported ledger gives the same numbers."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import TYPE_CHECKING

from syncd.model import Action, OrderState, subject_name
from syncd.report.page import Ahead, Calendar, DoneLine, Month, Promise

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from zoneinfo import ZoneInfo

    from syncd.index.orders import StoredOrder
    from syncd.model import RecordRef
    from syncd.report.page import Card

MONTHS_AHEAD = 12
YEARS_AHEAD = 12


def first_of_month(day: date, months: int = 0) -> date:
    """Give the first day of the month that lies so many months after (or before) a day's own."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def a_year_before(as_of: date) -> date:
    """Give the first day of the twelve months that end with a day's own month."""
    return first_of_month(as_of, 1 - MONTHS_AHEAD)


def verified_on(order: StoredOrder, zone: ZoneInfo) -> date | None:
    """Give the calendar day on which a second look proved an order."""
    if order.state is not OrderState.VERIFIED:
        return None
    return datetime.fromisoformat(order.changed_at).astimezone(zone).date()


def done_of(orders: Sequence[StoredOrder], since: date, as_of: date, zone: ZoneInfo) -> list[DoneLine]:
    """Give what was verified from `since` to `as_of`, the latest first, and how it kept the promise."""
    known = _known_on(orders)
    found = []
    for one in orders:
        proven = verified_on(one, zone)
        if proven is None or not since <= proven <= as_of:
            continue
        ref, archived = one.order.ref, one.order.action is Action.ARCHIVE
        found.append(
            DoneLine(
                order_id=one.id,
                subject=subject_name(one.subject),
                account=ref.account,
                kind=ref.kind,
                key=ref.key,
                action=one.order.action.value,
                erase_on=one.order.erase_on,
                verified_on=proven,
                kept="" if archived else _kept(one, proven, known[_place(one)]),
            )
        )
    return sorted(found, key=lambda one: (one.verified_on, one.order_id), reverse=True)


def promise_of(orders: Iterable[StoredOrder], done: Iterable[DoneLine], since: date, as_of: date) -> Promise:
    """Count what was done per month, and what is open."""
    counted: dict[date, Counter[str]] = {}
    for line in done:
        counted.setdefault(first_of_month(line.verified_on), Counter())[line.kept] += 1
    months, month = [], first_of_month(since)
    while month <= as_of:
        each = counted.get(month, Counter())
        months.append(Month(month, each["on_time"], each["learned_late"], each["done_late"]))
        month = first_of_month(month, 1)
    unproven = [one for one in orders if one.open and one.order.action is not Action.ARCHIVE]
    overdue = sum(1 for one in unproven if one.order.erase_on < as_of)
    return Promise(
        months=tuple(months),
        on_time=sum(one.on_time for one in months),
        learned_late=sum(one.learned_late for one in months),
        done_late=sum(one.done_late for one in months),
        overdue=overdue,
        waiting=len(unproven) - overdue,
    )


def since_first(months: Sequence[Month]) -> Sequence[Month]:
    """Leave out the months before the first proof: an installation that is new has no past to show."""
    first = next((i for i, one in enumerate(months) if one.on_time + one.learned_late + one.done_late), 0)
    return months[first:]


def _place(one: StoredOrder) -> tuple[RecordRef, date]:
    return (one.order.ref, one.order.erase_on)


def _known_on(orders: Iterable[StoredOrder]) -> dict[tuple[RecordRef, date], date]:
    """Give when each due date of a record was first on the queue: an order that was made anew was known before."""
    known: dict[tuple[RecordRef, date], date] = {}
    for one in orders:
        known[_place(one)] = min(one.born_on, known.get(_place(one), one.born_on))
    return known


def _kept(one: StoredOrder, proven: date, known_on: date) -> str:
    if proven <= one.order.erase_on:
        return "on_time"
    return "learned_late" if known_on > one.order.erase_on else "done_late"


def calendar_of(cards: Iterable[Card], as_of: date) -> Calendar:
    """Count the records that come due per month, and the holds that end per year."""
    due: Counter[date] = Counter()
    ends: Counter[date] = Counter()
    overdue = without_end = later = 0
    horizon = first_of_month(as_of, MONTHS_AHEAD)
    for record in (each for card in cards for each in card.records):
        if record.due and record.due_on is not None:
            if record.due_on < as_of:
                overdue += 1
            elif record.due_on >= horizon:
                later += 1
            else:
                due[first_of_month(record.due_on)] += 1
        if record.held:
            if isinstance(record.hold_until, date):
                ends[date(record.hold_until.year, 12, 31)] += 1
            else:
                without_end += 1
    months = [first_of_month(as_of, each) for each in range(MONTHS_AHEAD)]
    last = date(as_of.year + YEARS_AHEAD, 12, 31)
    years = [date(year, 12, 31) for year in range(as_of.year, min(max(ends, default=as_of), last).year + 1)]
    return Calendar(
        overdue=overdue,
        due=tuple(Ahead(each, due[each]) for each in months),
        due_later=later,
        hold_ends=tuple(Ahead(each, ends[each]) for each in years) if ends else (),
        hold_ends_later=sum(number for day, number in ends.items() if day > last),
        without_end=without_end,
    )
