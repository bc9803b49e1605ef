"""What syncd keeps itself goes when its own period is over, a day before it does not, and each removal is a row."""

from __future__ import annotations

import json
import os
import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from syncd.cycle import approval
from syncd.cycle.tidying import tidy
from syncd.index import backup, ledger
from syncd.index import orders as journal
from syncd.index.store import FILE
from syncd.model import OrderState
from syncd.retention.periods import Period, Unit
from tests.cycle.kit import TODAY, Installation, installed, shifted

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Office


def _tidied(office: Office, day: date) -> dict[str, int]:
    """Tidy as a run on that day does; gives what the ledger says was removed."""
    here = Installation(office.simulation, office.folder, shifted((day - TODAY).days))
    app = here.app()
    with app.index.begin() as connection:
        before = ledger.count(connection)
    tidy(app, day)
    with app.index.begin() as connection:
        assert ledger.first_broken(connection) is None
        added = [row for row in ledger.rows(connection) if row.kind == ledger.REMOVED and row.seq > before]
    app.close()
    told = [json.loads(row.payload) for row in added]
    return {one["what"]: one["count"] for one in told}


def _aged(path: Path, days: int) -> Path:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_bytes(b"-")
    then = datetime.combine(TODAY - timedelta(days=days), datetime.min.time(), UTC).timestamp() + 43_200
    os.utime(path, (then, then))
    return path


@pytest.mark.parametrize(("folder", "days", "what"), [("logs", 90, "log"), (backup.FOLDER, 30, "backup")])
def test_a_file_goes_by_its_age(office: Office, folder: str, days: int, what: str) -> None:
    place = office.folder / "state" / folder
    over, standing = _aged(place / "over", days + 1), _aged(place / "standing", days)
    assert _tidied(office, TODAY) == {what: 1}
    assert (over.exists(), standing.exists()) == (False, True)


@pytest.mark.parametrize(
    ("name", "what"), [("backups/index-1-expires-{}.sqlite", "backup"), ("keys/index-until-{}.key", "key")]
)
def test_a_file_whose_name_says_its_last_day_goes_after_it(office: Office, name: str, what: str) -> None:
    state = office.folder / "state"
    over = _aged(state / name.format(TODAY - timedelta(days=1)), 0)
    standing = _aged(state / name.format(TODAY), 0)
    assert _tidied(office, TODAY) == {what: 1}
    assert (over.exists(), standing.exists()) == (False, True)
    assert (state / "keys" / "tombstone.key").exists()


def test_tombstones_go_in_the_index_and_beside_it(office: Office) -> None:
    state = office.folder / "state"
    lines = len((state / "tombstones.jsonl").read_text(encoding="utf-8").splitlines())
    assert lines > 0
    last = TODAY.replace(year=TODAY.year + 7)
    assert "tombstone" not in _tidied(office, last)
    assert _tidied(office, last + timedelta(days=1))["tombstone"] == lines
    assert (state / "tombstones.jsonl").read_text(encoding="utf-8") == ""
    assert office("run-once").code == 0


def test_what_was_erased_just_after_midnight_counts_from_the_new_day(office: Office) -> None:
    """Half past midnight in Amsterdam is the day before in UTC, in which moments are written down."""
    with sqlite3.connect(office.folder / "state" / FILE) as connection:
        connection.execute("UPDATE tombstones SET at = '2026-06-09T22:30:00+00:00'")
    connection.close()
    assert "tombstone" not in _tidied(office, date(2033, 6, 10))
    assert "tombstone" in _tidied(office, date(2033, 6, 11))


def test_a_year_of_the_ledger_goes_as_a_whole_and_the_rest_is_checked_from_there(office: Office) -> None:
    index = office.folder / "state" / FILE
    over = date(TODAY.year + 8, 1, 1)
    assert "ledger" not in _tidied(office, over - timedelta(days=1))
    with sqlite3.connect(index) as connection:
        rows = connection.execute("SELECT count(*) FROM ledger WHERE segment = ?", (TODAY.year,)).fetchone()[
            0
        ]
    connection.close()
    assert rows > 0
    assert _tidied(office, over)["ledger"] == rows
    assert office("ledger", "verify").code == 0
    with sqlite3.connect(index) as connection:
        connection.execute("DELETE FROM ledger WHERE seq = (SELECT min(seq) FROM ledger)")
    connection.close()
    assert office("ledger", "verify").code == 1, "control: a year that was taken away by somebody else"


def test_a_no_that_still_holds_outlives_the_ledger_and_no_number_is_given_out_again(tmp_path: Path) -> None:
    with installed(tmp_path, seed=5, size=30) as here:
        here.run()
        _idle_for_years(here)


def _idle_for_years(here: Installation) -> None:
    here.schedule = replace(here.schedule, own=replace(here.schedule.own, ledger=Period(1, Unit.YEAR)))
    app = here.app()
    rejected, other, *rest = [one for one in here.orders() if one.state is OrderState.SCHEDULED]
    approval.reject(app, rejected, "Anna", TODAY + timedelta(days=600), "dispute")
    with app.index.begin() as connection:
        next_one = journal.next_number(connection)
        for one in rest:
            journal.move(connection, app.now(), one.id, OrderState.SUPERSEDED)
    app.close()
    for days, left in ((599, {rejected.id, other.id}), (600, {other.id})):
        here.now = shifted(days)
        app = here.app()
        tidy(app, app.today())
        with app.index.begin() as connection:
            assert journal.next_number(connection) == next_one
        app.close()
        assert {one.id for one in here.orders()} == left
