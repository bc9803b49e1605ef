"""Every command in the documentation exists and takes what it is given; those marked to run do run."""

from __future__ import annotations

import io
import re
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
import typer.main

from syncd import cli
from syncd.retention import parse_schedule, run_cases
from syncd.service.defaults import default_schedule_text
from syncd.service.simulation import simulate, write_configuration
from tests.docs.pages import PAGES, all_fences, command_lines, fences, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.docs.pages import CommandLine, Fence

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""A day on which the dates in the pages make sense."""

_PLACEHOLDERS = {"N": "7", "DATE": "2027-01-15", "DAY": "2027-01-15"}


# --- they exist ---------------------------------------------------------------------------------------------


def _objection(words: tuple[str, ...]) -> str:
    """Say why a command line would not be understood; empty when it would."""
    command: Any = typer.main.get_command(cli.app)
    rest = [_PLACEHOLDERS.get(word, word) for word in words if word not in {"…", "..."}]
    while rest and hasattr(command, "commands"):
        if rest[0].startswith("-"):
            known = {name for each in command.params for name in each.opts}
            return "" if rest[0] in known | {"-h", "--help"} else f"no such option: {rest[0]}"
        if rest[0] not in command.commands:
            return f"no such command: {rest[0]}"
        command, rest = command.commands[rest[0]], rest[1:]
    if not rest or rest[0] in {"-h", "--help"}:
        return ""
    try:
        command.make_context("syncd", rest)
    except Exception as error:  # noqa: BLE001 - whatever the parser says against it
        return str(error) or type(error).__name__
    return ""


@pytest.mark.parametrize("line", command_lines(), ids=lambda one: one.where)
def test_a_command_line_in_a_page_is_understood(line: CommandLine) -> None:
    assert _objection(line.words) == "", " ".join(line.words)


def test_wrong_command_lines_are_noticed() -> None:
    """The check above can fail: an unknown command, option, value and a missing argument."""
    for wrong in (
        "purge", "queue erase", "run-once --excute", "queue approve --count many", "queue reject O-000001",
        "--vresion",
    ):  # fmt: skip
        assert _objection(tuple(wrong.split())), wrong


# --- they run -----------------------------------------------------------------------------------------------


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Serve the simulated services, and let every command find an installation connected to them."""
    with time_machine.travel(NOW, tick=True), simulate(1, 60, NOW.date()) as simulation:
        config = write_configuration(simulation, tmp_path, mode="approve")
        monkeypatch.setenv("SYNCD_CONFIG", str(config))
        yield config


_RUNNABLE_PAGES = [page for page in PAGES if any("run" in fence.marks for fence in fences(page))]


@pytest.mark.parametrize("page", _RUNNABLE_PAGES, ids=name_of)
def test_the_commands_of_a_page_run_from_top_to_bottom(
    page: Path, office: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert office.is_file()
    assert _run("syncd run-once", monkeypatch) == 0  # commands that look have something to look at
    lines = [line for fence in fences(page) if "run" in fence.marks for line in fence.text.splitlines()]
    for line in lines:
        capsys.readouterr()
        assert _run(line, monkeypatch) == 0, f"{line}\n{capsys.readouterr()}"
        assert capsys.readouterr().out, line


def _run(line: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Run a line of the forms `syncd …`, `echo "…" | syncd …`, `syncd … | jq '…'`."""
    match = re.fullmatch(r'(?:echo "(?P<said>[^"]*)" \| )?syncd (?P<words>[^|]*?)(?: \| jq .*)?', line)
    assert match, f"a line that this test does not know how to run: {line}"
    monkeypatch.setattr(sys, "stdin", io.StringIO((match["said"] or "") + "\n"))
    return cli.run_command(match["words"].split())


# --- cases --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fence", all_fences(language="json", mark="cases"), ids=lambda one: one.where)
def test_the_cases_of_a_page_pass(fence: Fence) -> None:
    results = run_cases(fence.text, parse_schedule(default_schedule_text(), "default"))
    assert [one.differences for one in results if not one.passed] == []
    assert results
