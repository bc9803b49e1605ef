"""The ledger as an auditor uses it: exported, and checked without the program."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Office

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "ledger.md"


def _check_without_syncd(export: str) -> subprocess.CompletedProcess[str]:
    program = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert program is not None
    return subprocess.run(  # noqa: S603 - the program printed in our own page
        [sys.executable, "-I", "-c", program[1]], input=export, capture_output=True, text=True, check=False
    )


def test_an_export_is_checked_by_the_program_in_the_docs(office: Office) -> None:
    verified = office("ledger", "verify")
    assert verified.code == 0
    done = _check_without_syncd(office("ledger", "export").out)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-1] == verified.out.split()[-1]


def test_an_altered_row_is_named_by_both(office: Office) -> None:
    with sqlite3.connect(office.folder / "state" / "index.sqlite") as connection:
        connection.execute("UPDATE ledger SET payload = replace(payload, '2026', '2027') WHERE seq = 3")
        connection.execute("UPDATE ledger SET at = '2020-01-01T00:00:00+00:00' WHERE seq = 3")
    connection.close()
    said = office("ledger", "verify")
    assert said.code == 1
    assert "row 3 " in said.out
    done = _check_without_syncd(office("ledger", "export").out)
    assert done.returncode == 1
    assert "row 3 is broken" in done.stderr


def test_no_name_is_in_the_ledger(office: Office) -> None:
    export = office("ledger", "export").out.casefold()
    world = office.simulation.world
    names = [one.company_name for one in world.books.contacts if len(one.company_name) > 5]
    names += [one.email for one in world.news.members] + [one.name for one in world.crm.persons]
    assert names
    assert [name for name in names if name.casefold() in export] == []
