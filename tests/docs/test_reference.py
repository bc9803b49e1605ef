"""The reference says what the program does: every command and option, every key, every exit code."""

from __future__ import annotations

import re
from contextlib import redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
import typer.main
from pydantic import SecretStr

from syncd import cli
from syncd.cli import common
from syncd.contract import AccountSettings
from syncd.settings import AlertSettings, EmailSettings, ServiceSettings
from tests.docs.pages import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

REFERENCE = ROOT / "docs" / "reference"
_ROW = re.compile(r"^\|(?P<first>(?:[^|\\]|\\.)*)\|(?P<rest>.*)\|$", re.MULTILINE)


def _page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def _section(page: str, heading: str) -> str:
    """Give what stands under a heading, up to the next one; empty where there is none."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", page, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def _first_column(section: str) -> list[str]:
    """Give the code in the first column of a section's tables, without the heads."""
    return [span for row in _ROW.finditer(section) for span in re.findall(r"`([^`]+)`", row["first"])]


# --- commands -----------------------------------------------------------------------------------------------


def _commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield " ".join(path), command
        return
    for name, each in inner.items():
        yield from _commands(each, (*path, name))


COMMANDS = dict(_commands(typer.main.get_command(cli.app)))


def _help(words: str) -> str:
    out = StringIO()
    with redirect_stdout(out):
        assert cli.run_command([*words.split(), "--help"]) == 0
    return out.getvalue()


def _told(section: str) -> set[str]:
    return {each.split()[0] for each in _first_column(section) if each.startswith("-")}


def _offered(words: str) -> set[str]:
    """Give the long options that `--help` itself prints, without those that every command has."""
    return set(re.findall(r"^ +(?:-\w, )?(--[a-z-]+)", _help(words), re.MULTILINE)) - {"--help"}


def _groups(command: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    inner = getattr(command, "commands", None)
    if inner is not None:
        yield " ".join(path)
        for name, each in inner.items():
            yield from _groups(each, (*path, name))


@pytest.mark.parametrize("words", list(_groups(typer.main.get_command(cli.app))))
def test_at_eighty_columns_a_list_of_commands_tells_of_each_in_a_whole_sentence(
    words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    listed = _help(words).partition("\nCommands:\n")[2].splitlines()
    assert listed
    for line in listed:
        assert re.fullmatch(r"  [a-z-]+ +[A-Z].*\.", line), line
        assert not line.endswith("..."), line


@pytest.mark.parametrize("words", COMMANDS)
def test_an_option_takes_in_its_help_what_it_takes_on_the_page(words: str) -> None:
    section = _section(_page("commands.md"), f"syncd {words}")
    taken = dict(re.findall(r"^ +(?:-\w, )?(--[a-z-]+) (\S+)", _help(words), re.MULTILINE))
    told = [
        each.replace("\\|", "|").split(" ", 1) for each in _first_column(section) if each.startswith("--")
    ]
    for option, *what in told:
        assert taken.get(option, "") == "".join(what), option


@pytest.mark.parametrize("words", COMMANDS)
def test_the_page_tells_of_every_command_and_exactly_its_options(words: str) -> None:
    section = _section(_page("commands.md"), f"syncd {words}")
    assert section, f"docs/reference/commands.md has no heading for: syncd {words}"
    assert _told(section) == _offered(words)


@pytest.mark.parametrize("words", COMMANDS)
def test_the_page_tells_of_every_argument(words: str) -> None:
    wanted = {each.name.upper() for each in COMMANDS[words].params if each.param_type_name == "argument"}
    section = _section(_page("commands.md"), f"syncd {words}")
    assert {each for each in _first_column(section) if not each.startswith("-")} == wanted


def test_the_page_tells_of_no_command_that_is_not_there() -> None:
    headings = re.findall(r"^### syncd (.+)$", _page("commands.md"), re.MULTILINE)
    assert set(headings) == set(COMMANDS)
    assert len(headings) == len(set(headings))


def test_the_page_tells_what_every_command_has() -> None:
    told = {each for each in _first_column(_section(_page("commands.md"), "syncd")) if each.startswith("--")}
    assert told == _offered("") | {"--help"}


@pytest.mark.parametrize("words", COMMANDS)
def test_a_number_that_is_a_default_is_told(words: str) -> None:
    section = _section(_page("commands.md"), f"syncd {words}")
    for each in COMMANDS[words].params:
        if isinstance(each.default, int) and not isinstance(each.default, bool):
            row = next(row for row in _ROW.finditer(section) if each.opts[0] in row["first"])
            assert f"(default: {each.default})" in row["rest"], each.name


# --- configuration ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "model"),
    [
        ("`[service]`", ServiceSettings),
        ("`[alerts]`", AlertSettings),
        ("`[alerts.email]`", EmailSettings),
        ("`[accounts.NAME]`", AccountSettings),
    ],
    ids=["service", "alerts", "email", "account"],
)
def test_every_key_is_told_with_its_default(heading: str, model: type[BaseModel]) -> None:
    section = _section(_page("configuration.md"), heading)
    rows = {
        row["first"].strip().strip("`"): row["rest"].split("|")[0].strip()
        for row in _ROW.finditer(section)
        if "`" in row["first"]
    }
    assert set(rows) == set(model.model_fields)
    for key, field in model.model_fields.items():
        default = "" if field.is_required() or not _shown(field.default) else f"`{field.default}`"
        assert rows[key] == default, key


def _shown(default: Any) -> bool:
    """Tell whether a default is more than nothing."""
    return bool(default.get_secret_value() if isinstance(default, SecretStr) else default)


def test_the_modes_are_all_explained() -> None:
    section = _section(_page("configuration.md"), "`[service]`")
    modes = ServiceSettings.model_fields["mode"].annotation.__args__  # type: ignore[union-attr]
    assert set(re.findall(r"`(\w+)`: ", section)) == set(modes)


# --- exit codes ---------------------------------------------------------------------------------------------


def test_exactly_the_codes_that_the_program_has_are_told() -> None:
    told = {
        int(row["first"]) for row in _ROW.finditer(_page("exit-codes.md")) if row["first"].strip().isdigit()
    }
    assert told == {value for name, value in vars(common).items() if name.startswith("EXIT_")}
