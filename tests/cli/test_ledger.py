"""The ledger as an auditor uses it: exported, and checked without the program."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from tests.cli.conftest import Office

    Rows: TypeAlias = list[dict[str, Any]]

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "ledger.md"


def _check_without_syncd(export: str, *heads: str) -> subprocess.CompletedProcess[str]:
    program = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert program is not None
    return subprocess.run(  # noqa: S603 - the program printed in our own page
        [sys.executable, "-I", "-c", program[1], *heads],
        input=export,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_export_is_checked_by_the_program_in_the_docs(office: Office) -> None:
    verified = office("ledger", "verify")
    assert verified.code == 0
    done = _check_without_syncd(office("ledger", "export").out)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-1] == verified.out.split()[-1]


def _altered(rows: Rows) -> None:
    rows[4]["payload"] = json.dumps({**json.loads(rows[4]["payload"]), "count": 7}, sort_keys=True)


def _backdated(rows: Rows) -> None:
    rows[4]["at"] = "2020-01-01T00:00:00+00:00"


def _renamed(rows: Rows) -> None:
    rows[4]["kind"] = "order.verified"


def _taken_out(rows: Rows) -> None:
    del rows[4]


def _taken_out_and_renumbered(rows: Rows) -> None:
    del rows[4]
    for number, row in enumerate(rows, start=1):
        row["seq"] = number


def _put_in(rows: Rows) -> None:
    for row in rows[4:]:
        row["seq"] += 1
    rows.insert(4, {**rows[3], "seq": 5, "previous": rows[3]["hash"]})
    _hashed(rows[4])


def _exchanged(rows: Rows) -> None:
    for name in set(rows[4]) - {"seq"}:
        rows[4][name], rows[5][name] = rows[5][name], rows[4][name]


def _made_anew_from_here(rows: Rows) -> None:
    """Alter a row and give it the hash that fits: the next one still has the old one."""
    rows[3]["kind"] = "order.verified"
    _hashed(rows[3])


def _of_an_earlier_year(rows: Rows) -> None:
    rows[4]["segment"] = 2020
    previous = rows[3]["hash"]
    for row in rows[4:]:
        row["previous"] = previous
        previous = _hashed(row)


def _without_its_beginning(rows: Rows) -> None:
    del rows[:4]


FORGED: dict[Callable[[Rows], None], int] = {
    _altered: 5, _backdated: 5, _renamed: 5, _taken_out: 5, _taken_out_and_renumbered: 5, _put_in: 6,
    _exchanged: 5, _made_anew_from_here: 5, _of_an_earlier_year: 5, _without_its_beginning: 1,
}  # fmt: skip


def _hashed(row: dict[str, Any]) -> str:
    fields = [row["seq"], row["segment"], row["at"], row["kind"], row["payload"], row["previous"]]
    row["hash"] = hashlib.sha256(json.dumps(fields, separators=(",", ":")).encode()).hexdigest()
    return str(row["hash"])


def _rewrite(office: Office, forge: Callable[[Rows], None]) -> None:
    with sqlite3.connect(office.folder / "state" / "index.sqlite") as connection:
        connection.row_factory = sqlite3.Row
        rows = [dict(row) for row in connection.execute("SELECT * FROM ledger ORDER BY seq")]
        forge(rows)
        connection.execute("DELETE FROM ledger")
        names = sorted(rows[0])
        connection.executemany(
            f"INSERT INTO ledger ({', '.join(names)}) VALUES ({', '.join(f':{one}' for one in names)})",  # noqa: S608
            rows,
        )
    connection.close()


@pytest.mark.parametrize("forge", FORGED, ids=lambda one: one.__name__.strip("_"))
def test_the_first_broken_row_of_a_forged_ledger_is_named_by_both(
    office: Office, forge: Callable[[Rows], None]
) -> None:
    _rewrite(office, forge)
    said = office("ledger", "verify")
    assert said.code == 1
    assert f"row {FORGED[forge]} " in said.out
    done = _check_without_syncd(office("ledger", "export").out)
    assert (done.returncode, done.stderr.strip()) == (1, f"row {FORGED[forge]} is broken")


def _cut_off(rows: Rows) -> None:
    del rows[-2:]


def _made_anew(rows: Rows) -> None:
    rows[2]["kind"] = "order.verified"
    previous = rows[1]["hash"]
    for row in rows[2:]:
        row["previous"] = previous
        previous = _hashed(row)


@pytest.mark.parametrize("forge", [_cut_off, _made_anew])
def test_a_ledger_that_follows_and_is_another_is_found_by_a_printed_head(
    office: Office, forge: Callable[[Rows], None]
) -> None:
    head = office("ledger", "verify").out.split()[-1]
    assert office("ledger", "verify", "--head", head).code == 0
    assert _check_without_syncd(office("ledger", "export").out, head).returncode == 0
    _rewrite(office, forge)
    assert office("ledger", "verify").code == 0
    assert office("ledger", "verify", "--head", head).code == 1
    done = _check_without_syncd(office("ledger", "export").out, head)
    assert done.returncode == 1
    assert "is no row" in done.stderr


def test_no_name_is_in_the_ledger(office: Office) -> None:
    export = office("ledger", "export").out.casefold()
    world = office.simulation.world
    names = [one.company_name for one in world.books.contacts if len(one.company_name) > 5]
    names += [one.email for one in world.news.members] + [one.name for one in world.crm.persons]
    assert names
    assert [name for name in names if name.casefold() in export] == []
