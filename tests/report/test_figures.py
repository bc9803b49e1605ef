"""Every figure comes out again from the exported ledger and from what the servers saw."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from syncd.index.orders import StoredOrder
from syncd.model import Action, DataCategory, Order, OrderState, RecordRef
from syncd.report.figures import a_year_before, done_of, first_of_month, promise_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from syncd.index.ledger import LedgerRow
    from tests.report.kit import Made
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def _local(at: str) -> date:
    return datetime.fromisoformat(at).astimezone(AMSTERDAM).date()


STANDING = {"scheduled", "approved", "sent", "accepted", "uncertain", "short", "refused"}


def _from_the_ledger(
    ledger: Iterable[LedgerRow],
) -> tuple[dict[str, dict[str, Any]], dict[str, str], dict[str, date]]:
    """Give each order as it was scheduled, its last state, and the day on which it was verified."""
    scheduled: dict[str, dict[str, Any]] = {}
    state: dict[str, str] = {}
    verified: dict[str, date] = {}
    for row in ledger:
        if not row.kind.startswith("order."):
            continue
        payload = json.loads(row.payload)
        name = payload["order"]
        state[name] = row.kind.removeprefix("order.")
        if row.kind == "order.scheduled" and "erase_on" in payload:
            scheduled[name] = {**payload, "born": _local(row.at)}
        if row.kind == "order.verified":
            verified[name] = _local(row.at)
    return scheduled, state, verified


def _kept(ledger: Iterable[LedgerRow]) -> dict[str, str]:
    """Work out from the ledger alone how each verified order kept the promise; an archived one never counts."""
    scheduled, _state, verified = _from_the_ledger(ledger)
    known: dict[tuple[str, str], date] = {}
    for one in scheduled.values():
        place = (one["ref"], one["erase_on"])
        known[place] = min(one["born"], known.get(place, one["born"]))
    kept = {}
    for name, day in verified.items():
        one = scheduled[name]
        due = date.fromisoformat(one["erase_on"])
        late = "learned_late" if known[one["ref"], one["erase_on"]] > due else "done_late"
        kept[name] = "" if one["action"] == "archive" else "on_time" if day <= due else late
    return kept


def _months(ledger: Sequence[LedgerRow]) -> Counter[tuple[date, str]]:
    _scheduled, _state, verified = _from_the_ledger(ledger)
    return Counter((first_of_month(verified[name]), kept) for name, kept in _kept(ledger).items() if kept)


def _shown_months(shown: Made) -> Counter[tuple[date, str]]:
    found = Counter(
        {
            (one.month, name): getattr(one, name)
            for one in shown.report.promise.months
            for name in ("on_time", "learned_late", "done_late")
        }
    )
    return +found


def test_how_the_promise_was_kept_comes_out_of_the_ledger(shown: Made) -> None:
    kept = _kept(shown.ledger)
    counted, promise = Counter(kept.values()), shown.report.promise
    assert counted["on_time"] + counted["learned_late"] > 0
    assert (promise.on_time, promise.learned_late, promise.done_late) == tuple(
        counted[name] for name in ("on_time", "learned_late", "done_late")
    )
    assert {one.order_id: one.kept for one in shown.report.done} == kept
    assert _shown_months(shown) == _months(shown.ledger)


def test_a_proof_that_is_missing_in_the_ledger_is_noticed(shown: Made) -> None:
    name = next(order for order, kept in _kept(shown.ledger).items() if kept)
    less = [
        row
        for row in shown.ledger
        if row.kind != "order.verified" or json.loads(row.payload)["order"] != name
    ]
    assert len(less) == len(shown.ledger) - 1
    assert _shown_months(shown) != _months(less)


def test_what_is_open_comes_out_of_the_ledger(shown: Made) -> None:
    scheduled, state, _verified = _from_the_ledger(shown.ledger)
    promise = shown.report.promise
    unproven = [
        one for name, one in scheduled.items() if state[name] in STANDING and one["action"] != "archive"
    ]
    overdue = [one for one in unproven if date.fromisoformat(one["erase_on"]) < shown.report.as_of]
    assert (promise.overdue, promise.waiting) == (len(overdue), len(unproven) - len(overdue))
    open_at = Counter(one["ref"].split("|")[0] for name, one in scheduled.items() if state[name] in STANDING)
    assert {one.name: one.waiting for one in shown.report.accounts} == {
        one.name: open_at[one.name] for one in shown.report.accounts
    }


def test_what_stays_at_the_vendors_follows_from_what_was_done(shown: Made) -> None:
    app = shown.installation.app()
    app.connect()
    left = {
        (name, one.kind, one.action.value): one.residue
        for name in app.connectors
        for one in app.capabilities(name)
    }
    app.close()
    counted = Counter(
        (one.account, each.code)
        for one in shown.report.done
        for each in left[one.account, one.kind, one.action]
    )
    assert counted.total() > 0
    assert Counter({(one.account, one.code): one.orders for one in shown.report.residue}) == counted


def test_what_an_account_is_known_to_hold_is_on_the_cards(shown: Made) -> None:
    report = shown.report
    on_cards = Counter(each.account for card in report.cards for each in card.records)
    for one in report.accounts:
        assert one.known_records == on_cards[one.name], one.name
        assert one.known_records > 0


def test_what_was_done_is_what_the_servers_were_asked_to_do(shown: Made) -> None:
    report = shown.report
    assert len(report.done) == shown.erased_at_the_servers > 0
    assert len(report.done) == sum(one.erased + one.minimised + one.archived for one in report.accounts)
    _scheduled, _state, verified = _from_the_ledger(shown.ledger)
    assert {one.order_id: one.verified_on for one in report.done} == verified


def test_the_head_is_the_ledgers(shown: Made) -> None:
    last = shown.ledger[-1]
    assert (shown.report.ledger_seq, shown.report.ledger_head) == (last.seq, last.hash)


def test_the_calendar_counts_each_record_once(shown: Made) -> None:
    report = shown.report
    records = [record for card in report.cards for record in card.records]
    calendar = report.calendar
    due = [one for one in records if one.due and one.due_on]
    held = [one for one in records if one.held]
    ahead = sum(one.records for one in calendar.due) + calendar.due_later
    assert calendar.overdue + ahead == len(due) > 0
    ends = sum(one.records for one in calendar.hold_ends) + calendar.hold_ends_later
    assert ends + calendar.without_end == len(held) > 0


def test_every_subject_has_one_place_and_the_decisions_add_up(shown: Made) -> None:
    report = shown.report
    assert len({one.subject for one in report.cards}) == len(report.cards) == sum(report.decisions.values())
    assert report.flagged == sum(1 for one in report.cards if one.flagged)
    assert {one.group for one in report.cards if one.decision == "review"} == {"review"}


# --- the rule of lateness, said twice -----------------------------------------------------------------------

DUE = date(2026, 6, 15)


def _order(number: int, born_on: date, verified_on: date | None, due: date = DUE) -> StoredOrder:
    order = Order(
        f"O-{number:06d}", RecordRef("books", "contact", "1"), Action.ERASE,
        frozenset({DataCategory("contact_details")}), due, "1", "d",
    )  # fmt: skip
    return StoredOrder(
        order=order, subject=1, state=OrderState.VERIFIED if verified_on else OrderState.SCHEDULED, basis={},
        born_on=born_on, late=born_on > due, approved_on=None, approval=None, tries=1, sent_at=None, receipt={},
        residue=(), code="", changed_at=f"{verified_on or born_on}T12:00:00+00:00", rejected_until=None,
    )  # fmt: skip


days = st.dates(DUE - timedelta(days=40), DUE + timedelta(days=40))


@given(born=days, wait=st.integers(0, 60))
def test_on_time_means_not_after_the_due_date_and_late_says_whose_fault(born: date, wait: int) -> None:
    proven = born + timedelta(days=wait)
    (line,) = done_of([_order(1, born, proven)], date(2026, 1, 1), date(2027, 1, 1), AMSTERDAM)
    assert (line.kept == "on_time") == (proven <= DUE)
    assert (line.kept == "learned_late") == (proven > DUE and born > DUE)
    assert (line.kept == "done_late") == (born <= DUE < proven)


def test_an_order_that_was_made_anew_was_known_before() -> None:
    first = replace(_order(1, DUE - timedelta(days=9), None), state=OrderState.SUPERSEDED)
    again = _order(2, DUE + timedelta(days=3), DUE + timedelta(days=4))
    (line,) = done_of([first, again], date(2026, 1, 1), date(2027, 1, 1), AMSTERDAM)
    assert line.kept == "done_late"


def test_a_proof_just_before_midnight_in_utc_is_of_the_next_day_here() -> None:
    order = replace(_order(1, DUE, DUE), changed_at=f"{DUE}T22:30:00+00:00")
    (line,) = done_of([order], date(2026, 1, 1), date(2027, 1, 1), AMSTERDAM)
    assert (line.verified_on, line.kept) == (DUE + timedelta(days=1), "done_late")


def test_archiving_hides_and_never_counts() -> None:
    one = _order(1, DUE, DUE)
    hidden = replace(one, order=replace(one.order, action=Action.ARCHIVE))
    done = done_of([hidden], date(2026, 1, 1), date(2027, 1, 1), AMSTERDAM)
    assert [each.kept for each in done] == [""]
    promise = promise_of([hidden], done, date(2026, 1, 1), date(2027, 1, 1))
    assert promise.on_time + promise.learned_late + promise.done_late == 0


@given(day=st.dates(date(2020, 1, 1), date(2040, 1, 1)), months=st.integers(-40, 40))
def test_months_are_counted_over_years(day: date, months: int) -> None:
    moved = first_of_month(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == 1
    assert a_year_before(day) == first_of_month(day, -11)
