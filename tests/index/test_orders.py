"""The queue's journal: which moves are legal, and that nothing is ordered twice."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from syncd.index import ledger, orders_about
from syncd.index import orders as journal
from syncd.index.orders import IllegalMoveError
from syncd.index.tables import OPEN_STATES, orders
from syncd.model import Action, OrderState
from tests.index.kit import AT, DAY, a_ref, an_order, opened, ordered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from syncd.index.store import Index

S = OrderState

MOVES = """
            scheduled approved sent accepted verified uncertain short refused superseded cancelled
scheduled   .         yes      yes  .        yes      .         .     yes     yes        yes
approved    yes       .        yes  .        yes      .         .     yes     yes        yes
sent        yes       yes      .    yes      yes      yes       yes   yes     yes        .
accepted    .         .        .    .        yes      yes       yes   .       .          .
verified    .         .        .    .        .        .         .     .       .          .
uncertain   yes       yes      .    .        yes      .         yes   .       yes        .
short       yes       .        .    .        yes      .         .     .       yes        yes
refused     yes       .        .    .        .        .         .     .       yes        yes
superseded  .         .        .    .        .        .         .     .       .          .
cancelled   .         .        .    .        .        .         .     .       .          .
"""
"""From (row) to (column). What was sent is never cancelled by a person; what is over stays over."""


def _moves() -> list[tuple[OrderState, OrderState, bool]]:
    head, *lines = [line.split() for line in MOVES.strip().splitlines()]
    return [
        (S(line[0]), S(to), cell == "yes") for line in lines for to, cell in zip(head, line[1:], strict=True)
    ]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    with opened(tmp_path_factory.mktemp("orders")) as made:
        yield made


@pytest.fixture
def connection(index: Index) -> Iterator[Connection]:
    """Give a connection of which nothing is kept."""
    with index.engine.connect() as made:
        yield made
        made.rollback()


def _row(number: int, state: str, key: str) -> dict[str, object]:
    return {
        "id": f"O-{number:06d}", "subject": 1, "ref": f"crm|item|7|{key}", "account": "crm", "action": "erase",
        "categories": '["a"]', "state": state, "erase_on": DAY, "version": "1", "digest": "d", "basis": "{}",
        "born_on": DAY, "changed_at": AT.isoformat(),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "legal"), _moves(), ids=lambda each: each if isinstance(each, str) else ""
)
def test_an_order_moves_as_the_table_says_and_in_no_other_way(
    connection: Connection, before: OrderState, after: OrderState, legal: bool
) -> None:
    connection.execute(insert(orders).values(_row(1, before.value, "1")))
    if legal:
        journal.move(connection, AT, "O-000001", after, code="why")
        assert [row.kind for row in ledger.rows(connection)] == [f"order.{after.value}"]
    else:
        with pytest.raises(
            IllegalMoveError, match=f"O-000001 is {before.value} and cannot become {after.value}"
        ):
            journal.move(connection, AT, "O-000001", after, code="why")
        assert ledger.count(connection) == 0
    stands = after if legal else before
    assert journal.find(connection, order_id="O-000001")[0].state is stands


def test_an_order_that_no_move_leads_out_of_is_over_and_every_other_one_is_open() -> None:
    with_a_way_out = {before.value for before, _after, legal in _moves() if legal}
    assert set(OPEN_STATES) == with_a_way_out


@given(st.permutations(["relation_record", "contact_details", "newsletter", "credentials", "bank_details"]))
def test_the_same_categories_are_one_text_in_whatever_order(categories: list[str]) -> None:
    assert journal.category_text(categories) == journal.category_text(sorted(categories))
    assert journal.category_text(categories[1:]) != journal.category_text(categories)


@pytest.mark.parametrize("state", OPEN_STATES)
def test_the_database_itself_refuses_a_second_open_order_for_the_same_effect(
    connection: Connection, state: str
) -> None:
    connection.execute(insert(orders).values(_row(1, state, "1")))
    with pytest.raises(IntegrityError):
        connection.execute(insert(orders).values(_row(2, "scheduled", "1")))


@pytest.mark.parametrize("state", sorted({one.value for one in S} - set(OPEN_STATES)))
def test_an_order_that_is_over_stands_in_nobodys_way(connection: Connection, state: str) -> None:
    connection.execute(insert(orders).values(_row(1, state, "1")))
    connection.execute(insert(orders).values(_row(2, "scheduled", "1")))
    assert [one.id for one in journal.find(connection, open_only=True)] == ["O-000002"]


def test_another_record_action_or_category_set_is_another_order(connection: Connection) -> None:
    few = frozenset({"contact_details"})
    ordered(
        connection,
        an_order(1),
        an_order(2, key="2"),
        an_order(3, action=Action.MINIMISE),
        an_order(4, categories=few),
    )
    assert len(journal.find(connection, open_only=True)) == 4


def test_the_order_of_categories_makes_no_other_order(connection: Connection) -> None:
    ordered(connection, an_order(1, categories=frozenset(["a", "b"])))
    with pytest.raises(IntegrityError):
        ordered(connection, an_order(2, categories=frozenset(["b", "a"])))


def test_an_order_comes_back_from_the_journal_as_it_was_made(connection: Connection) -> None:
    made = an_order(1, parent=a_ref("9"))
    residue = ({"code": "backups", "text": "stays", "days": 90},)
    journal.create(connection, AT, [(made, 5, {"rule": "1", "reasons": ["due"]}, DAY, True, residue)])
    stored = journal.find(connection, order_id=made.id)[0]
    assert stored.order == made
    assert (stored.subject, stored.state, stored.late, stored.residue) == (5, S.SCHEDULED, True, residue)
    assert stored.basis == {"rule": "1", "reasons": ["due"]}


def test_every_change_is_a_ledger_row_with_references_and_codes_only(connection: Connection) -> None:
    ordered(connection, an_order(1))
    journal.move(
        connection, AT, "O-000001", S.APPROVED,
        approved_by=b"sealed", approved_on=DAY, approval="single", digest="d" * 64,
    )  # fmt: skip
    journal.move(connection, AT, "O-000001", S.SENT, sent_at=AT.isoformat(), tries=1)
    journal.move(connection, AT, "O-000001", S.ACCEPTED, receipt='{"effect": "done", "status": "204"}')
    rows = list(ledger.rows(connection))
    assert [row.kind.removeprefix("order.") for row in rows] == ["scheduled", "approved", "sent", "accepted"]
    assert all(json.loads(row.payload)["order"] == "O-000001" for row in rows)
    assert json.loads(rows[1].payload)["approval"] == "single"
    assert json.loads(rows[3].payload)["receipt"] == {"effect": "done", "status": "204"}
    assert ledger.first_broken(connection) is None


def test_orders_around_a_record_are_those_on_it_and_on_its_children(connection: Connection) -> None:
    ordered(connection, an_order(1), an_order(2, key="2", parent=a_ref("1")), an_order(3, key="3"))
    assert [one.id for one in journal.find(connection, around=a_ref("1"))] == ["O-000001", "O-000002"]


def test_a_rejection_holds_until_its_day_and_no_longer(connection: Connection) -> None:
    ordered(connection, an_order(1))
    until = DAY + timedelta(days=5)
    journal.move(connection, AT, "O-000001", S.CANCELLED, code="rejected_dispute", rejected_until=until)
    place = (a_ref(), Action.ERASE, an_order().categories)
    assert orders_about.rejections(connection, [1], DAY) == {place: {"d" * 64}}
    assert orders_about.rejections(connection, [1], until - timedelta(days=1)) == {place: {"d" * 64}}
    assert orders_about.rejections(connection, [1], until) == {}


def test_writes_that_a_person_approved_one_by_one_are_not_counted_against_the_brake(
    connection: Connection,
) -> None:
    ordered(connection, *(an_order(number, key=str(number)) for number in (1, 2, 3, 4)))
    for number, approval in ((1, "single"), (2, "bulk"), (3, None), (4, "bulk")):
        journal.move(
            connection,
            AT,
            f"O-{number:06d}",
            S.SENT,
            approval=approval,
            sent_at=AT.isoformat(timespec="seconds"),
        )
    before = (AT - timedelta(hours=24)).isoformat(timespec="seconds")
    assert journal.sent_since(connection, "crm", before) == 3
    assert journal.sent_since(connection, "crm", AT.isoformat(timespec="seconds")) == 0
    assert journal.sent_since(connection, "books", before) == 0


def test_what_a_person_let_through_counts_for_its_account_and_purpose_and_not_for_ever(
    connection: Connection,
) -> None:
    journal.allow(connection, AT, "crm", "writes", 7, b"sealed")
    journal.allow(connection, AT, "crm", "writes", 9, b"sealed")
    stamp, later = ((AT + timedelta(hours=hours)).isoformat(timespec="seconds") for hours in (-24, 24))
    assert journal.allowance(connection, "crm", "writes", stamp) == 9
    assert journal.allowance(connection, "crm", "absences", stamp) == 0
    assert journal.allowance(connection, "books", "writes", stamp) == 0
    assert journal.allowance(connection, "crm", "writes", later) == 0
    assert [json.loads(row.payload)["count"] for row in ledger.rows(connection)] == [7, 9]


def test_numbers_go_on_where_they_were(connection: Connection) -> None:
    assert journal.next_number(connection) == 1
    ordered(connection, an_order(1))
    assert journal.next_number(connection) == 2
    assert journal.counts(connection) == {"scheduled": 1}
    assert connection.execute(select(orders.c.id)).scalars().all() == ["O-000001"]


def test_the_vendors_time_counts_from_the_day_of_the_schedule_also_around_midnight(
    connection: Connection,
) -> None:
    late = {"changed_at": "2026-11-30T23:30:00+00:00", "residue": '[{"code": "trash", "days": 90}]'}
    connection.execute(insert(orders).values(_row(1, "verified", "1") | late))
    (one,) = journal.find(connection)
    found = [one.recoverable_until(ZoneInfo(name)) for name in ("UTC", "Europe/Amsterdam")]
    assert found == [date(2027, 2, 28), date(2027, 3, 1)]
