"""The questions that the page about log events asks the journal get their answers."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.docs.pages import ROOT, all_fences
from tests.docs.shell import python, run

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import CompletedProcess

    from tests.docs.pages import Fence

BASH = shutil.which("bash") or "bash"
QUESTIONS = all_fences(language="sh", mark="journal")

pytestmark = pytest.mark.skipif(shutil.which("jq") is None, reason="needs jq: apt install jq")


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a journal as the timer would, of the report and events of a demo, and a `journalctl` that shows it."""
    folder = tmp_path_factory.mktemp("journal")
    said = python("-m", "syncd", "demo", "--size", "30", "--verbose", cwd=ROOT, good=True)
    (folder / "log").write_text(said.stdout + said.stderr, encoding="utf-8")
    reader = folder / "journalctl"
    reader.write_text(f'#!/bin/sh\ncat "{folder / "log"}"\n', encoding="utf-8")
    reader.chmod(0o755)
    return folder


def _asked(question: str, journal: Path) -> CompletedProcess[str]:
    path = f"{journal}{os.pathsep}{os.environ['PATH']}"
    return run(BASH, "-euo", "pipefail", "-c", question, cwd=journal, environment={"PATH": path}, good=True)


@pytest.mark.parametrize("fence", QUESTIONS, ids=lambda one: one.where)
def test_the_journal_answers(fence: Fence, journal: Path) -> None:
    said = _asked(fence.text, journal)
    nothing_failed = "order.refused" in fence.text  # in the demo, so that question has an empty answer
    assert bool(said.stdout.strip()) is not nothing_failed


def test_what_failed_is_shown(journal: Path) -> None:
    """The empty answer above is no accident of the question."""
    [question] = [fence.text for fence in QUESTIONS if "order.refused" in fence.text]
    log = journal / "log"
    before = log.read_text(encoding="utf-8")
    log.write_text(
        before
        + '{"event": "order.refused", "level": "info"}\n{"event": "account.failed", "level": "error"}\n',
        encoding="utf-8",
    )
    try:
        assert len(_asked(question, journal).stdout.splitlines()) == 2
    finally:
        log.write_text(before, encoding="utf-8")


def test_what_the_journal_calls_erased_is_what_was_verified(journal: Path) -> None:
    """The first question's answer, worked out here in another way, line by line."""
    lines = (journal / "log").read_text(encoding="utf-8").splitlines()
    erased = [line for line in lines if '"order.verified"' in line and '"action": "erase"' in line]
    assert len(_asked(QUESTIONS[0].text, journal).stdout.splitlines()) == len(erased) > 0
