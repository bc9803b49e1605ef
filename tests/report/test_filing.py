"""Reports on disk: who may read them, and how those with names go away again."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from syncd.cli import run_command
from syncd.cycle.tidying import tidy
from syncd.index import named
from tests.cycle.kit import installed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cycle.kit import Installation


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("filing"), size=40) as one:
        one.run()
        yield one


def _config(there: Installation) -> str:
    return str(there.folder / "syncd.toml")


def test_a_run_writes_the_page_the_plan_json_and_sheets(there: Installation, tmp_path: Path) -> None:
    folder = tmp_path / "made" / "here"
    assert run_command(["run-once", "--config", _config(there), "--report", str(folder)]) == 0
    written = sorted(folder.iterdir())
    assert [one.name.split("-", 6)[-1].lstrip("0123456789") for one in written] == [
        "-done.csv", "-plan.html", "-subjects.csv", ".html", ".json",
    ]  # fmt: skip
    assert json.loads(next(one for one in written if one.suffix == ".json").read_text())["names"] is False


def test_with_names_only_the_owner_reads_it_and_it_goes_when_it_expires(
    there: Installation, tmp_path: Path
) -> None:
    kept, going = tmp_path / "plain.html", tmp_path / "named.html"
    for path, more in ((kept, []), (going, ["--names"])):
        arguments = ["report", "--config", _config(there), "--format", "html", "--output", str(path), *more]
        assert run_command(arguments) == 0
    assert stat.S_IMODE(going.stat().st_mode) == 0o600
    app = there.app()
    with app.index.begin() as connection:
        standing = named.standing(connection)
    assert (going, app.today() + timedelta(days=28)) in standing
    assert kept not in {path for path, _on in standing}
    tidy(app, app.today() + timedelta(days=28))
    assert going.exists()
    tidy(app, app.today() + timedelta(days=29))
    app.close()
    assert kept.exists()
    assert not going.exists()
    removed = [json.loads(row.payload) for row in there.ledger() if row.kind == "own.removed"]
    assert {"what": "report", "count": 1} in removed


def test_a_dry_run_reports_without_a_trace(there: Installation, tmp_path: Path) -> None:
    rows = len(there.ledger())
    arguments = ["run-once", "--dry-run", "--config", _config(there), "--report", str(tmp_path)]
    assert run_command(arguments) == 0
    assert len(there.ledger()) == rows
    assert list(tmp_path.glob("*.html"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["report", "--names", "--format", "html"], "--names needs --output"),
        (["report", "--names", "--output", "x"], "go with --format html"),
        (["report", "--output", "x"], "go with --format html"),
        (["report", "--plan"], "add --format html"),
        (["report", "--format", "pdf"], "choose one of text, json, html, csv"),
        (["report", "--format", "html", "--language", "de"], "choose one of en, nl"),
        (["report", "--format", "csv", "--sheet", "orders"], "choose one of subjects, done"),
        (["run-once", "--names"], "--names goes with --report"),
    ],
)
def test_a_wrong_question_is_one_clear_line(
    there: Installation, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert run_command([*arguments, "--config", _config(there)]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert len(error.strip().splitlines()) == 1


def test_a_folder_that_cannot_be_written_is_named(
    there: Installation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert run_command(["run-once", "--config", _config(there), "--report", str(blocked / "x")]) == 1
    assert "cannot be written there" in capsys.readouterr().err
