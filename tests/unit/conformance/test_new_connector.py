"""`syncd connectors new NAME`: the folder runs at once. Installed beside syncd and put to work as it is."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from syncd.cli import run_command
from syncd.testing.scaffold import ScaffoldError, lay_out

ROUND = """
import json, sys
from datetime import date
from pathlib import Path
from syncd.cli import run_command
from syncd.service.clock import today
from syncd.service.simulation import simulate, write_configuration
with simulate(1, 30, today()) as simulation:
    config = write_configuration(simulation, Path(sys.argv[1]), mode="observe")
    run_command(["check", "--account", "acme_crm", "--format", "json", "--config", str(config)])
    sys.stdout.write(chr(0))
    run_command(["run-once", "--account", "acme_crm", "--format", "json", "--config", str(config)])
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    into = tmp_path_factory.mktemp("new")
    assert run_command(["connectors", "new", "acme_crm", "--into", str(into)]) == 0
    return into / "syncd-acme-crm"


@pytest.fixture(scope="module")
def site(folder: Path) -> Path:
    """Install it the way pip does, into a folder of its own."""
    site = folder.parent / "site"
    pip = ["-m", "pip", "install", "-q", "--no-deps", "--no-index", "--no-build-isolation", "--target"]
    _python(*pip, str(site), str(folder), cwd=folder.parent)
    return site


def _python(*arguments: str, cwd: Path, site: Path | None = None) -> str:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(site or ""), str(Path.cwd())]).strip(os.pathsep),
    }
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, *arguments], cwd=cwd, env=environment, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_is_found_and_says_what_it_takes(site: Path, folder: Path) -> None:
    listed: list[dict[str, Any]] = json.loads(
        _python("-m", "syncd", "connectors", "--format", "json", cwd=folder, site=site)
    )
    [mine] = [one for one in listed if one["name"] == "acme_crm"]
    assert mine["settings"]["token"] == {"required": True, "secret": True}
    assert {"moneybird", "podio", "mailchimp"} < {one["name"] for one in listed}


@pytest.mark.ci
def test_its_own_tests_pass_the_conformance_suite_included(site: Path, folder: Path) -> None:
    said = _python("-m", "pytest", "-q", "-p", "no:cacheprovider", "-rA", cwd=folder, site=site)
    assert "test_conformance.py::TestConformance::test_each_capability_has_its_effect" in said
    assert "skipped" not in said


def test_its_author_begins_without_a_complaint_of_linter_or_formatter(folder: Path) -> None:
    for check in (["check"], ["format", "--check"]):
        _python("-m", "ruff", *check, "--no-cache", "--isolated", "--line-length", "120", ".", cwd=folder)


@pytest.mark.ci
def test_its_types_are_sound(site: Path, folder: Path) -> None:
    _python("-m", "mypy", "--strict", "--cache-dir", os.devnull, "syncd_acme_crm", cwd=folder, site=site)


def test_its_words_have_their_dutch(folder: Path) -> None:
    texts = tomllib.loads((folder / "syncd_acme_crm" / "texts" / "nl.toml").read_text(encoding="utf-8"))
    assert set(texts) == {"kind", "residue", "fault"}
    code = "".join(
        one.read_text(encoding="utf-8") for one in sorted((folder / "syncd_acme_crm").glob("*.py"))
    )
    raised = set(re.findall(r'(?:Refused|Stale|Unusable)\(\s*"(\w+)"', code))
    assert raised <= set(texts["fault"])


def test_its_sandbox_takes_part_and_its_account_is_checked_and_read(site: Path, folder: Path) -> None:
    here = folder.parent / "installation"
    here.mkdir()
    checked, ran = _python("-c", ROUND, str(here), cwd=folder, site=site).split(chr(0))
    found = json.loads(checked)
    [account] = found["accounts"]
    assert not found["failed"]
    assert {"code": "token", "level": "ok"}.items() <= account["findings"][0].items()
    [outcome] = [one for one in json.loads(ran)["accounts"] if one["name"] == "acme_crm"]
    assert (outcome["outcome"], outcome["records"]) == ("complete", 5)


def test_nothing_of_the_template_is_left_in_it(folder: Path) -> None:
    written = [one for one in folder.rglob("*") if one.is_file() and "__pycache__" not in one.parts]
    assert not [one for one in written if one.suffix == ".jinja"]
    assert not [one for one in written if "{{" in one.read_text(encoding="utf-8")]
    assert 'token = "${ACME_CRM_TOKEN}"' in (folder / "docs" / "acme_crm.md").read_text(encoding="utf-8")


def test_a_folder_that_is_there_is_left_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = folder / "syncd_acme_crm" / "mapping.py"
    before = mine.read_text(encoding="utf-8")
    mine.write_text("mine", encoding="utf-8")
    try:
        assert run_command(["connectors", "new", "acme_crm", "--into", str(folder.parent)]) == 2
        assert mine.read_text(encoding="utf-8") == "mine"
    finally:
        mine.write_text(before, encoding="utf-8")
    assert "already there" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name", ["", "Acme", "a-b", "2do", "_a", "a__b", "new", "testing", "../up", "a" * 31]
)
def test_a_name_that_cannot_be_one_is_refused_and_writes_nothing(name: str, tmp_path: Path) -> None:
    with pytest.raises(ScaffoldError):
        lay_out(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["new"], "how the connector is called"),
        (["new", "podio"], "is installed"),
        (["podio", "mailchimp"], "give one name"),
        (["exact"], "no such connector"),
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(["connectors", *arguments]) == 2
    assert word in capsys.readouterr().err
