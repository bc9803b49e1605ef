"""What a terminal could take for a command never reaches it, whoever wrote it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from syncd.cli import common
from syncd.index import orders as journal
from syncd.index import reading, saving
from syncd.index.store import open_index
from syncd.model import Identifier, IdentifierKind
from syncd.service import clock

if TYPE_CHECKING:
    from tests.cli.conftest import Office
    from tests.cli.kit import Said

HOSTILE = "Zwaan [red]rood[/blauw] :skull: \x1b[31mrood\x1b]0;titel\x07 \x9b31m \u202etxt"


def _is_harmless(said: Said) -> bool:
    return all(each.isprintable() or each == "\n" for each in said.out + said.err)


def _rename(office: Office) -> None:
    """Let every record that an order is about have a hostile name in the index."""
    index = open_index(office.folder / "state", {})
    with index.begin() as connection:
        found = [
            reading.one_record(connection, index.keys, one.order.ref) for one in journal.find(connection)
        ]
        hostile = (Identifier(IdentifierKind.NAME, HOSTILE),)
        named = [replace(one, identifiers=hostile) for one in found if one is not None]
        at = clock.now().isoformat(timespec="microseconds")
        saving.save_records(connection, index.keys, named, seen=saving.Seen("R-1"), at=at)
    index.close()


def test_a_hostile_name_neither_commands_the_terminal_nor_stops_a_command(office: Office) -> None:
    _rename(office)
    for command in (
        ("queue", "review", "--names"),
        ("queue", "export", "--names"),
        ("queue", "export", "--names", "--format", "json"),
    ):
        said = office(*command, stdin="s\nq\n")
        assert said.code == 0, said.err
        assert "Zwaan [red]rood[/blauw] :skull:" in said.out, command
        assert _is_harmless(said), command


def test_json_keeps_a_value_whole_and_the_terminal_safe(capsys: pytest.CaptureFixture[str]) -> None:
    values = {"name": f"{HOSTILE} \ud800", "far": "\U000e0001 é \u00a0"}
    common.show_json(values)
    out = capsys.readouterr().out
    assert json.loads(out) == values
    assert all(each.isprintable() or each == "\n" for each in out)
    assert "é" in out


def test_what_a_file_or_the_command_line_says_is_repeated_without_commands(office: Office) -> None:
    file = office.folder / "besluiten\x1b[31m.csv"
    file.write_text(
        "order,digest,decision,until\nO-\x1b[31m[/x],aa,\x1b[32mperhaps,\x1b[33m\n", encoding="utf-8"
    )
    for command in (
        ("queue", "approve", "--from", str(file)),
        ("queue", "show", "\x1b[31m[/x]"),
        ("relationship", "import", str(file)),
    ):
        said = office(*command)
        assert said.code == 2, command
        assert _is_harmless(said), command


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--all", "--yes", "--by", "\udcff"), "--by"),
        (("--brake", "crm", "--count", str(10**30)), "--count"),
        (("O-000001", "--account", "crm"), "--all"),
    ],
)
def test_an_approval_that_cannot_be_meant_so_is_one_clear_line(
    office: Office, arguments: tuple[str, ...], told: str
) -> None:
    said = office("queue", "approve", *arguments)
    assert said.code == 2
    assert told in said.err
    assert "internal error" not in said.err
    assert not [
        one for one in office("queue", "list", "--format", "json").values if one["state"] == "approved"
    ]
