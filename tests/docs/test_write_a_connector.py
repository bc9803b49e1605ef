"""The connector that a page builds is built, installed beside syncd, held to the contract, and put to work."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from tests.docs.pages import ROOT, fences
from tests.docs.shell import python

if TYPE_CHECKING:
    from pathlib import Path

_PAGE = ROOT / "docs" / "write-a-connector.md"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the files of the page: a fence whose first line is a comment with a path is that file."""
    folder = tmp_path_factory.mktemp("syncd-guestbook")
    for fence in fences(_PAGE):
        named = re.match(r"# ([\w./-]+\.(?:py|toml))\n", fence.text)
        if named:
            path = folder / named[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(fence.text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def environment(project: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Install the package into a folder of its own, without any index of packages."""
    target = tmp_path_factory.mktemp("installed")
    python(
        "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--no-index", "--no-deps",
        "--no-build-isolation", "--target", target, project, cwd=target, good=True,
    )  # fmt: skip
    return {"PYTHONPATH": f"{target}{os.pathsep}{ROOT}"}


def test_the_page_lists_the_files_that_it_shows(project: Path) -> None:
    [listed] = [set(fence.text.split()) for fence in fences(_PAGE) if "tests/test_conformance.py\n" in fence.text
                and fence.language == ""]  # fmt: skip
    written = {path.relative_to(project).as_posix() for path in project.rglob("*") if path.is_file()}
    assert written == listed


@pytest.mark.ci
def test_it_passes_the_conformance_suite(project: Path, environment: dict[str, str]) -> None:
    said = python(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests", environment=environment, cwd=project
    )
    assert said.returncode == 0, said.stdout
    passed = re.search(r"(\d+) passed", said.stdout)
    assert passed, said.stdout
    assert int(passed[1]) >= 15


def test_syncd_finds_it_and_accepts_its_account(environment: dict[str, str], tmp_path: Path) -> None:
    [table] = [fence.text for fence in fences(_PAGE) if "[accounts.desk]" in fence.text]
    config = tmp_path / "syncd.toml"
    config.write_text(f'[service]\nstate_dir = "{tmp_path}/state"\n{table}', encoding="utf-8")
    said = python(
        "-m", "syncd", "status", "--config", str(config),
        environment={**environment, "GUESTBOOK_TOKEN": "made-up"}, cwd=tmp_path,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert "account desk" in said.stdout


def test_the_whole_line_runs_with_it(environment: dict[str, str], tmp_path: Path) -> None:
    """The demo erases guests at the invented service and sees that they are gone."""
    said = python("-m", "syncd", "demo", "--size", "30", environment=environment, cwd=tmp_path)
    assert said.returncode == 0, said.stdout + said.stderr
    assert re.search(r"^guestbook +erase +guest +[1-9]", said.stdout, re.MULTILINE), said.stdout
    seen = re.search(r"^guestbook +\d+ +([1-9]\d*) +0 +(\w{16}) +(\w{16})", said.stdout, re.MULTILINE)
    assert seen, said.stdout
    assert seen[2] != seen[3]
