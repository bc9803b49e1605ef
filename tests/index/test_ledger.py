"""The ledger's chain: whatever is changed in it, the first row that no longer follows is named."""

from __future__ import annotations

import hashlib
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, delete, insert, select, update

from syncd.index import ledger
from syncd.index.between import metadata
from syncd.index.ledger import GENESIS
from syncd.index.tables import ledger as table
from tests.index.kit import AT, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

moderate = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])

payloads = st.lists(
    st.dictionaries(
        st.sampled_from(["order", "code", "account", "count"]),
        st.one_of(st.text(max_size=8), st.integers(0, 99)),
        max_size=3,
    ),
    min_size=1,
    max_size=8,
)

COLUMNS: dict[str, st.SearchStrategy[Any]] = {
    "segment": st.integers(2000, 2100),
    "at": st.text(max_size=12),
    "kind": st.text(max_size=12),
    "payload": st.text(max_size=12),
    "previous": st.text("0123456789abcdef", min_size=64, max_size=64),
    "hash": st.text("0123456789abcdef", min_size=64, max_size=64),
}


@contextmanager
def _chain(written: list[dict[str, Any]]) -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        metadata.create_all(connection, [table])
        for one in written:
            ledger.append(connection, AT, "order.scheduled", **one)
        yield connection
    engine.dispose()


@given(payloads)
@moderate
def test_a_chain_that_nobody_touched_is_whole(written: list[dict[str, Any]]) -> None:
    with _chain(written) as connection:
        assert ledger.first_broken(connection) is None
        assert ledger.count(connection) == len(written)
        assert [json.loads(row.payload) for row in ledger.rows(connection)] == written
        assert ledger.head(connection)[0] == len(written)


@given(payloads, st.data())
@moderate
def test_changing_any_column_of_any_row_names_that_row(
    written: list[dict[str, Any]], data: st.DataObject
) -> None:
    with _chain(written) as connection:
        victim = data.draw(st.integers(1, len(written)))
        column = data.draw(st.sampled_from(sorted(COLUMNS)))
        before = connection.execute(select(table.c[column]).where(table.c.seq == victim)).scalar_one()
        forged = data.draw(COLUMNS[column].filter(before.__ne__))
        connection.execute(update(table).where(table.c.seq == victim).values({column: forged}))
        assert ledger.first_broken(connection) == victim


@given(payloads, st.data())
@moderate
def test_forging_a_row_with_its_own_hash_breaks_the_one_after(
    written: list[dict[str, Any]], data: st.DataObject
) -> None:
    """Whoever recomputes one hash has to recompute all that follow, and the head that was printed."""
    with _chain(written) as connection:
        head = ledger.head(connection)[1]
        victim = data.draw(st.integers(1, len(written)))
        row = next(one for one in ledger.rows(connection) if one.seq == victim)
        forged = ledger.row_hash(row.seq, row.segment, row.at, "order.verified", row.payload, row.previous)
        values = {"kind": "order.verified", "hash": forged}
        connection.execute(update(table).where(table.c.seq == victim).values(values))
        if victim == len(written):
            assert ledger.head(connection)[1] != head
        else:
            assert ledger.first_broken(connection) == victim + 1


@given(payloads.filter(lambda written: len(written) > 1), st.data())
@moderate
def test_a_row_that_was_taken_out_is_missed(written: list[dict[str, Any]], data: st.DataObject) -> None:
    with _chain(written) as connection:
        victim = data.draw(st.integers(1, len(written) - 1))
        connection.execute(delete(table).where(table.c.seq == victim))
        assert ledger.first_broken(connection) == victim


@given(payloads.filter(lambda written: len(written) > 1), st.data())
@moderate
def test_rows_that_changed_places_are_noticed(written: list[dict[str, Any]], data: st.DataObject) -> None:
    with _chain(written) as connection:
        first = data.draw(st.integers(1, len(written) - 1))
        second = data.draw(st.integers(first + 1, len(written)))
        rows = {row.seq: row for row in connection.execute(select(table)).all()}
        connection.execute(delete(table).where(table.c.seq.in_([first, second])))
        for place, taken in ((first, rows[second]), (second, rows[first])):
            connection.execute(insert(table).values({**taken._mapping, "seq": place}))
        assert ledger.first_broken(connection) == first


def test_a_number_that_is_missing_is_noticed_also_in_a_chain_that_was_computed_anew() -> None:
    with _chain([{"count": 1}]) as connection:
        previous = ledger.head(connection)[1]
        digest = ledger.row_hash(3, 2026, AT.isoformat(), "run.finished", "{}", previous)
        row = {"seq": 3, "segment": 2026, "at": AT.isoformat(), "kind": "run.finished", "payload": "{}"}
        connection.execute(insert(table).values(row | {"previous": previous, "hash": digest}))
        assert ledger.first_broken(connection) == 2


def test_rows_cut_from_the_end_are_told_by_the_head_that_was_printed() -> None:
    """The chain alone cannot miss its own end: that is why every report prints the head."""
    with _chain([{"count": number} for number in range(3)]) as connection:
        printed = ledger.head(connection)
        connection.execute(delete(table).where(table.c.seq == 3))
        assert ledger.first_broken(connection) is None
        assert ledger.head(connection) != printed


def test_the_hash_is_what_the_documentation_says_and_needs_no_syncd_to_check(tmp_path: Path) -> None:
    with opened(tmp_path) as index, index.begin() as connection:
        ledger.append_all(connection, AT, [("brake.writes_allowed", {"account": "books", "count": 7})] * 2)
        rows = list(ledger.rows(connection))
    previous = GENESIS
    for row in rows:
        text = json.dumps(
            [row.seq, row.segment, row.at, row.kind, row.payload, previous], separators=(",", ":")
        )
        assert row.hash == hashlib.sha256(text.encode()).hexdigest()
        previous = row.hash


def test_an_empty_ledger_is_whole_and_its_head_is_the_genesis(tmp_path: Path) -> None:
    with opened(tmp_path) as index, index.begin() as connection:
        assert ledger.first_broken(connection) is None
        assert ledger.head(connection) == (0, GENESIS)
