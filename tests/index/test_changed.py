"""What counts as changed since it was resolved, and what was only seen again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from syncd.index import reading, saving
from syncd.index import records as stored_records
from syncd.index.many import AT_ONCE
from syncd.index.tables import records
from syncd.model import Document, DocumentKind, Identifier, IdentifierKind, RecordRef
from tests.index.kit import a_record, a_ref, ended, known, opened, pulled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Connection

    from syncd.index.store import Index

PAPER = Document(
    ref=RecordRef("books", "sales_invoice", "44"),
    of=a_ref("1"),
    kind=DocumentKind.SALES_INVOICE,
    date=date(2025, 3, 1),
    number="2025-00044",
    version="9",
)

NEWS: dict[str, Callable[[], dict[str, Any]]] = {
    "categories": lambda: {"categories": frozenset({"relation_record"})},
    "identifiers": lambda: {"identifiers": (Identifier(IdentifierKind.NAME, "Zilte"),)},
    "events": lambda: {"events": (ended(),)},
    "parent": lambda: {"parent": a_ref("9")},
    "member_of": lambda: {"member_of": (a_ref("8"),)},
    "doubts": lambda: {"doubts": ("unreadable_date:x",)},
    "restricted": lambda: {"restricted": True},
    "link": lambda: {"link": "https://crm.example/other"},
}
"""Everything but its version that a page can say differently of a record."""


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with opened(tmp_path) as made:
        yield made


def _changed(index: Index) -> set[str]:
    with index.begin() as connection:
        return {ref.key for ref in reading.changed_since_resolved(connection)}


def _resolved(index: Index) -> None:
    with index.begin() as connection:
        stored_records.mark_resolved(connection)
    assert _changed(index) == set()


def _with_paper(index: Index, paper: Document = PAPER, run: str = "R-1") -> None:
    with index.begin() as connection:
        saving.save_documents(connection, index.keys, [paper], seen=saving.Seen(run))


def test_what_is_new_is_changed_until_it_is_resolved(index: Index) -> None:
    pulled(index, a_record("1"), a_record("2"))
    assert _changed(index) == {"1", "2"}
    _resolved(index)
    pulled(index, a_record("2"), a_record("3"), run="R-2")
    assert _changed(index) == {"3"}


@pytest.mark.parametrize("version", ["3", "4"])
def test_a_page_that_says_the_same_changes_nothing_but_when_it_was_seen(index: Index, version: str) -> None:
    before = a_record("1", [ended()], doubts=("b", "a"))
    pulled(index, before)
    _resolved(index)
    with index.begin() as connection:
        sealed = connection.execute(select(records.c.sealed)).scalar()
    pulled(index, replace(before, version=version, doubts=("a", "b")), run="R-2")
    assert _changed(index) == set()
    with index.begin() as connection:
        row = connection.execute(select(records)).one()
    assert (row.sealed, row.seen_in, row.version) == (sealed, "R-2", version)
    assert known(index)["1"].record.events == (ended(),)


@pytest.mark.parametrize("name", NEWS)
def test_a_page_that_says_something_else_changes_the_record_and_what_it_takes_back_does_too(
    index: Index, name: str
) -> None:
    pulled(index, a_record("1"))
    for one in (replace(a_record("1"), **NEWS[name]()), a_record("1")):
        _resolved(index)
        pulled(index, one, run="R-2")
        assert _changed(index) == {"1"}


@given(st.lists(st.sampled_from(["", *NEWS]), max_size=6))
@settings(max_examples=25)
def test_changed_is_exactly_what_reads_otherwise_than_before(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    with opened(tmp_path_factory.mktemp("index")) as index:
        pulled(index, a_record("1"))
        for step in steps:
            _resolved(index)
            before = known(index)["1"]
            told = replace(a_record("1"), **NEWS[step]()) if step else a_record("1")
            pulled(index, told, run="R-2")
            assert (_changed(index) == {"1"}) == (
                known(index)["1"] != before or _end_was_taken_back(told, before)
            )


def _end_was_taken_back(told: Any, before: reading.StoredRecord) -> bool:
    """Tell of an end that only the index still knows: the page changed, what is known of it did not."""
    return not told.events and bool(before.record.events) and "end_removed" not in before.record.doubts


def _vanish(connection: Connection) -> None:
    stored_records.mark_gone(connection, [a_ref("1")])


def _unseen(connection: Connection) -> None:
    stored_records.mark_unseen(connection, "crm", "R-2")


def _erase(connection: Connection) -> None:
    stored_records.mark_erased(connection, a_ref("1"))


def _minimise(connection: Connection) -> None:
    stored_records.mark_minimised(connection, a_ref("1"))


def _restrict(connection: Connection) -> None:
    stored_records.mark_restricted(connection, a_ref("1"))


@pytest.mark.parametrize("act", [_vanish, _unseen, _erase, _minimise, _restrict])
def test_what_happens_to_a_record_changes_it_and_so_does_the_page_that_shows_it_again(
    index: Index, act: Callable[[Connection], None]
) -> None:
    pulled(index, a_record("1"))
    _resolved(index)
    with index.begin() as connection:
        act(connection)
    assert _changed(index) == {"1"}
    _resolved(index)
    pulled(index, a_record("1"), run="R-3")
    assert _changed(index) == {"1"}
    again = known(index)["1"]
    assert again.present
    assert not again.record.restricted
    assert again.record.identifiers == a_record("1").identifiers


@pytest.mark.parametrize(
    "news", [{"open": True}, {"settled": date(2026, 1, 1)}, {"number": "2025-45"}, {"of": a_ref("2")}]
)
def test_a_document_with_news_changes_the_record_it_is_of_and_the_one_it_was_of(
    index: Index, news: dict[str, Any]
) -> None:
    pulled(index, a_record("1"), a_record("2"), a_record("3"))
    _resolved(index)
    _with_paper(index)
    assert _changed(index) == {"1"}
    _resolved(index)
    _with_paper(index, replace(PAPER, version="10"), run="R-2")
    assert _changed(index) == set()
    _with_paper(index, replace(PAPER, **news), run="R-2")
    assert _changed(index) == ({"1", "2"} if "of" in news else {"1"})


def _paper_goes(connection: Connection) -> None:
    stored_records.mark_gone(connection, [PAPER.ref])


def _papers_unseen(connection: Connection) -> None:
    stored_records.mark_unseen(connection, "books", "R-2")


def test_a_document_that_goes_and_comes_back_changes_its_record_each_time(index: Index) -> None:
    pulled(index, a_record("1"))
    _with_paper(index)
    for go in (_paper_goes, _papers_unseen):
        _resolved(index)
        with index.begin() as connection:
            go(connection)
            go(connection)  # what is gone does not go again
        assert _changed(index) == {"1"}
        _resolved(index)
        with index.begin() as connection:
            go(connection)
        assert _changed(index) == set()
        _with_paper(index)
        assert _changed(index) == {"1"}


def test_a_page_may_be_larger_than_what_one_query_can_hold(index: Index) -> None:
    many = [a_record(str(one), identifiers=()) for one in range(AT_ONCE + 1)]
    for run, new in (("R-1", AT_ONCE + 1), ("R-2", AT_ONCE + 1), ("R-2", 0)):
        assert len(pulled(index, *many, run=run)) == new
