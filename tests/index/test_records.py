"""Facts outlive records, and records leave nothing else behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from syncd.identity import strong_keys
from syncd.index import orders as journal
from syncd.index import reading, saving, tombstones
from syncd.index import records as stored_records
from syncd.index import subjects as stored_subjects
from syncd.index.reading import VANISHED_WITH_END
from syncd.index.records import ref_text
from syncd.index.saving import END_REMOVED
from syncd.index.tables import documents, events, records
from syncd.model import (
    Document,
    DocumentKind,
    Event,
    EventKind,
    OrderState,
    RecordRef,
    Role,
)
from tests.index.kit import AT, DAY, PLANTED, a_record, a_ref, an_order, ended, known, opened, ordered, pulled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from syncd.index.store import Index


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with opened(tmp_path) as made:
        yield made


def _belong_together(index: Index, *keys: str) -> None:
    with index.begin() as connection:
        (number,) = stored_subjects.new_subjects(connection, ["organisation"], AT.isoformat())
        stored_records.set_subjects(connection, {a_ref(key): number for key in keys})


def _erased(index: Index, key: str) -> None:
    with index.begin() as connection:
        stored_records.mark_erased(connection, a_ref(key))


def _cleaned(index: Index, *lost: int) -> None:
    with index.begin() as connection:
        stored_records.forget_facts_of(connection, lost)


def _papers() -> list[Document]:
    return [
        Document(
            ref=RecordRef("books", "sales_invoice", "44"),
            of=a_ref("1"),
            kind=DocumentKind.SALES_INVOICE,
            date=date(2025, 3, 1),
            settled=date(2025, 4, 1),
            number="2025-00044",
            link="https://books.example/44",
            version="9",
        )
    ]


def test_a_record_comes_back_as_it_was_pulled(index: Index) -> None:
    told = (
        ended(),
        Event(EventKind.CONSENT_WITHDRAWN, AT, None, "feed", not_later=True),
        Event(EventKind.ROLE, None, Role.CUSTOMER, "field:role"),
    )
    whole = a_record(
        events=told,
        parent=a_ref("9"),
        member_of=(a_ref("8"),),
        doubts=("unreadable_date:x",),
        restricted=True,
    )
    pulled(index, whole)
    assert known(index)["1"].record == whole


def test_a_document_comes_back_as_it_was_pulled(index: Index) -> None:
    with index.begin() as connection:
        saving.save_documents(connection, index.keys, _papers(), seen=saving.Seen("R-1"))
        assert reading.all_documents(connection, index.keys) == _papers()
        assert reading.count_documents(connection, "books") == 1


def test_the_facts_of_a_subject_are_forgotten_whole_and_those_of_others_stay(index: Index) -> None:
    pulled(index, a_record("1", [ended()]), a_record("2"), a_record("3", [ended()]))
    with index.begin() as connection:
        saving.save_documents(connection, index.keys, _papers(), seen=saving.Seen("R-1"))
    _belong_together(index, "1", "2")
    _belong_together(index, "3")
    _erased(index, "1")
    _erased(index, "2")
    assert known(index)["1"].record.events == (ended(),), "an event outlives its record"
    _cleaned(index, 1)
    with index.begin() as connection:
        assert connection.execute(select(events.c.ref)).scalars().all() == [ref_text(a_ref("3"))]
        assert connection.execute(select(documents)).all() == []


def test_of_an_erased_record_nothing_stays_that_tells_whose_it_was(index: Index) -> None:
    pulled(index, a_record("1", [ended()]))
    _erased(index, "1")
    one = known(index)["1"]
    assert (one.state, one.present) == ("erased", False)
    assert one.record.identifiers == ()
    assert one.record.categories == frozenset()
    assert one.record.link == ""
    with index.begin() as connection:
        assert connection.execute(select(records.c.sealed)).scalars().all() == [None]


def test_a_record_that_comes_back_after_its_erasure_is_first_seen_then(index: Index) -> None:
    pulled(index, a_record("1", [ended()]))
    _belong_together(index, "1")
    before = known(index)["1"]
    _erased(index, "1")
    later = AT + timedelta(days=3)
    pulled(index, a_record("1"), run="R-2", at=later)
    back = known(index)["1"]
    assert back.present
    assert back.first_seen == later.isoformat(timespec="microseconds") > before.first_seen
    assert back.subject is None, "it is not taken for the subject that was erased"


def test_a_record_that_was_never_gone_keeps_the_moment_it_was_first_seen(index: Index) -> None:
    pulled(index, a_record("1"))
    before = known(index)["1"]
    pulled(index, a_record("1", version="4"), run="R-2", at=AT + timedelta(days=3))
    assert known(index)["1"].first_seen == before.first_seen


def test_a_record_that_is_read_again_stays_with_its_subject_and_stays_minimised(index: Index) -> None:
    pulled(index, a_record("1"))
    _belong_together(index, "1")
    with index.begin() as connection:
        stored_records.mark_minimised(connection, a_ref("1"))
    pulled(index, a_record("1", version="4"), run="R-2")
    again = known(index)["1"]
    assert (again.subject, again.minimised, again.record.version) == (1, True, "4")


def test_a_document_that_a_complete_pull_does_not_list_is_gone_and_the_others_are_not(index: Index) -> None:
    kept = replace(_papers()[0], ref=RecordRef("books", "sales_invoice", "45"))
    with index.begin() as connection:
        saving.save_documents(connection, index.keys, [*_papers(), kept], seen=saving.Seen("R-1"))
        saving.save_documents(connection, index.keys, [kept], seen=saving.Seen("R-2"))
        stored_records.mark_unseen(connection, "books", "R-2")
        assert reading.all_documents(connection, index.keys) == [kept]
        assert reading.count_documents(connection, "books") == 1


def test_an_end_that_was_removed_leaves_a_doubt_that_stays(index: Index) -> None:
    pulled(index, a_record("1", [ended()]))
    for number in (2, 3):
        pulled(index, a_record("1"), run=f"R-{number}")
        one = known(index)["1"]
        assert one.record.doubts == (END_REMOVED,)
        assert one.record.events == (ended(),), "the end itself stays known"


def test_an_end_that_was_only_moved_leaves_no_doubt(index: Index) -> None:
    pulled(index, a_record("1", [ended()]))
    moved = ended(date(2026, 10, 1))
    pulled(index, a_record("1", [moved]), run="R-2")
    assert known(index)["1"].record.doubts == ()
    assert known(index)["1"].record.events == (moved,)


def test_an_end_that_was_written_again_ends_the_doubt(index: Index) -> None:
    for number, told in enumerate(([ended()], [], [ended()])):
        pulled(index, a_record("1", told), run=f"R-{number}")
    assert known(index)["1"].record.doubts == ()


def test_a_record_that_vanished_with_the_end_is_a_doubt_and_one_we_erased_is_none(index: Index) -> None:
    pulled(index, a_record("1", [ended()]), a_record("2", [ended()]), a_record("3"))
    with index.begin() as connection:
        stored_records.mark_vanished(connection, a_ref("1"))
        stored_records.mark_vanished(connection, a_ref("3"))
    _erased(index, "2")
    found = known(index)
    assert found["1"].record.doubts == (VANISHED_WITH_END,)
    assert found["2"].record.doubts == ()
    assert found["3"].record.doubts == ()
    assert found["1"].record.identifiers == ()


def test_what_a_complete_pull_does_not_list_has_vanished_and_the_rest_has_not(index: Index) -> None:
    pulled(index, a_record("1"), a_record("2"), run="R-1")
    pulled(index, a_record("2"), run="R-2")
    with index.begin() as connection:
        assert stored_records.mark_unseen(connection, "crm", "R-2") == [a_ref("1")]
        assert stored_records.mark_unseen(connection, "books", "R-2") == []
    assert [key for key, one in known(index).items() if one.present] == ["2"]


def test_tombstones_answer_by_reference_and_identifier_without_holding_either(index: Index) -> None:
    record = a_record("1")
    marks = strong_keys(record)
    assert marks, "the record has something strong"
    with index.begin() as connection:
        ordered(connection, an_order(1))
        journal.move(connection, AT, "O-000001", OrderState.VERIFIED)
        stored = journal.find(connection, order_id="O-000001")[0]
        tombstones.bury(index, connection, AT, stored, record.ref, marks)
        tombstones.bury(index, connection, AT, stored, record.ref, marks)
        expected = {index.keys.tombstone_digest(each) for each in (ref_text(record.ref), *marks)}
        buried = tombstones.buried(connection, {*expected, "f" * 64})
    assert set(buried) == expected
    assert set(buried.values()) == {AT.isoformat(timespec="microseconds")}
    assert not any(value in digest for digest in buried for value in PLANTED)


def test_statements_of_a_merged_subject_go_along(index: Index) -> None:
    with index.begin() as connection:
        old, new = stored_subjects.new_subjects(connection, ["person", "person"], AT.isoformat())
        said = stored_subjects.StoredStatement(
            old, "ended", Role.CUSTOMER, DAY, "f" * 64, "", AT.isoformat(), b"sealed"
        )
        stored_subjects.save_statement(connection, said)
        stored_subjects.move_statements(connection, old, new)
        found = stored_subjects.all_statements(connection)
    assert list(found) == [new]
    assert (found[new][0].kind, found[new][0].on, found[new][0].by) == ("ended", DAY, b"sealed")


def test_an_answer_about_two_records_is_one_whichever_is_named_first(index: Index) -> None:
    with index.begin() as connection:
        stored_subjects.save_answer(connection, a_ref("1"), a_ref("2"), same=True, by=b"-", at="1")
        stored_subjects.save_answer(connection, a_ref("2"), a_ref("1"), same=False, by=b"-", at="2")
        assert stored_subjects.all_answers(connection) == [(a_ref("1"), a_ref("2"), False)]
