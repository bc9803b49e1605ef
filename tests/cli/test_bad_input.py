"""What a person gets wrong: one clear line each, with where and what to do, and the right exit code."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from syncd.testing.faults import answer, maintenance_page
from tests.cli.kit import Said, syncd

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Office

BOOKS = '[accounts.books]\nconnector = "moneybird"\nadministration_id = "1"\ntoken = "${TOKEN}"\n'


def _configured(folder: Path, text: str, secrets: str = "TOKEN=abc\n") -> Said:
    config = folder / "syncd.toml"
    service = f'[service]\nstate_dir = "{folder / "state"}"\n'
    config.write_text(text.replace("[service]\n", service) if "[service]" in text else service + text)
    (folder / ".env").write_text(secrets)
    return syncd("run-once", "--config", str(config))


def _one_line(said: Said, code: int, *parts: str) -> None:
    assert said.code == code, said.err
    assert len(said.complaints) == 1, said.err
    assert "Traceback" not in said.err
    for part in parts:
        assert part in said.err, (part, said.err)


def test_no_configuration_at_all(tmp_path: Path) -> None:
    _one_line(
        syncd("run-once", "--config", str(tmp_path / "none.toml")), 2, "none.toml", "no such file", "--config"
    )


def test_no_toml(tmp_path: Path) -> None:
    _one_line(_configured(tmp_path, "[accounts.books\n"), 2, "syncd.toml", "syncd.toml:3: not valid TOML")


def test_an_unknown_table(tmp_path: Path) -> None:
    _one_line(_configured(tmp_path, "[acounts.books]\n"), 2, "acounts", "unknown table", "[accounts.NAME]")


def test_an_unknown_key_names_file_line_and_key(tmp_path: Path) -> None:
    said = _configured(tmp_path, BOOKS + "tokn = 1\n")
    _one_line(said, 2, "syncd.toml:7", "accounts.books.tokn", "unknown key", "administration_id")


def test_an_unknown_key_in_the_service_table(tmp_path: Path) -> None:
    _one_line(
        _configured(tmp_path, '[service]\nmod = "observe"\n'), 2, "service.mod", "unknown key", "state_dir"
    )


def test_an_unknown_mode(tmp_path: Path) -> None:
    _one_line(_configured(tmp_path, '[service]\nmode = "delete"\n'), 2, "service.mode", "observe", "approve")


def test_an_unknown_connector(tmp_path: Path) -> None:
    said = _configured(tmp_path, '[accounts.books]\nconnector = "exact"\n')
    _one_line(said, 2, "accounts.books.connector", "moneybird", "podio", "mailchimp")


def test_a_missing_secret(tmp_path: Path) -> None:
    _one_line(_configured(tmp_path, BOOKS, secrets=""), 2, "accounts.books.token", "TOKEN is not set", ".env")


def test_a_missing_key(tmp_path: Path) -> None:
    said = _configured(tmp_path, '[accounts.books]\nconnector = "moneybird"\ntoken = "${TOKEN}"\n')
    _one_line(said, 2, "accounts.books.administration_id", "is missing")


def test_a_bad_account_name(tmp_path: Path) -> None:
    _one_line(_configured(tmp_path, BOOKS.replace("books", '"My Books"')), 2, "My Books", "small letters")


def test_plain_http_to_another_host(tmp_path: Path) -> None:
    said = _configured(tmp_path, BOOKS + 'base_url = "http://moneybird.example"\n')
    assert said.code in {1, 2}
    assert "https://" in said.err + said.out
    assert "Traceback" not in said.err


def test_all_problems_at_once(tmp_path: Path) -> None:
    text = (
        '[service]\nmode = "wild"\n[other]\n'
        + BOOKS.replace("${TOKEN}", "${NOT_SET}")
        + '[accounts.x]\nconnector = "none"\n'
    )
    said = _configured(tmp_path, text)
    assert said.code == 2
    assert len(said.complaints) == 4, said.err


def test_an_unreachable_host(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    said = _configured(tmp_path, BOOKS + f'base_url = "http://127.0.0.1:{port}"\n')
    assert said.code == 1
    assert "books" in said.out
    assert "cannot be reached" in said.out
    assert "check base_url" in said.out


@pytest.mark.parametrize(
    ("account", "key"),
    [("books", "token"), ("crm", "password"), ("news", "api_key")],
    ids=str,
)
def test_a_wrong_token(own_office: Office, account: str, key: str) -> None:
    own_office.configure("approve", **{account: {key: "another-us6"}})
    said = own_office("run-once", "--format", "json")
    assert said.code == 1
    outcome = next(one for one in said.values["accounts"] if one["name"] == account)
    assert outcome["outcome"] == "failed"
    assert outcome["text"], "says what to do"
    others = [one for one in said.values["accounts"] if one["name"] != account]
    assert {one["outcome"] for one in others} == {"complete"}, "one that fails stops no other"
    assert "another-us6" not in said.out + said.err


@pytest.mark.parametrize("account", ["books", "crm", "news"])
@pytest.mark.parametrize(
    "wrong",
    [maintenance_page(), answer(404, b"no"), answer(302, b"", {"location": "/x"})],
    ids=lambda one: one.name,
)
def test_an_answer_that_is_no_api(own_office: Office, account: str, wrong: object) -> None:
    service = own_office.simulation.sandboxes[account]
    service.faults.inject(wrong, times=None)  # type: ignore[arg-type]
    said = own_office("run-once", "--format", "json")
    assert said.code == 1
    outcome = next(one for one in said.values["accounts"] if one["name"] == account)
    assert outcome["outcome"] == "failed"
    assert outcome["code"]
    logged = [json.loads(line) for line in said.complaints]
    assert [(one["event"], one["account"]) for one in logged] == [("account.failed", account)]


def test_a_state_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file stands here")
    _one_line(_configured(tmp_path, BOOKS), 2, "state", "cannot be used", "state_dir")


def test_a_damaged_index(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "index.sqlite").write_bytes(os.urandom(8192))
    _one_line(_configured(tmp_path, BOOKS), 1, "index.sqlite", "damaged", "backup")


def test_another_index_key(office: Office) -> None:
    key = office.folder / "state" / "keys" / "index.key"
    key.write_text("A" * 43 + "=\n")
    _one_line(office("status"), 1, "index key", "keys/index.key")


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (("run-once", "--as-of", "tomorrow"), ("--as-of",)),
        (("run-once", "--format", "xml"), ("--format", "json")),
        (("run-once", "--account", "nowhere"), ("nowhere", "books")),
        (("run-once", "--execute", "--dry-run"), ("--execute", "--dry-run")),
        (("run-once", "--execute", "--as-of", "2026-01-01"), ("--execute", "--as-of")),
        (("run-once", "--execute", "--account", "books"), ("--execute", "--account")),
        (("run-once", "--wrong"), ("--wrong",)),
        (("queue", "show", "O-999999"), ("O-999999", "queue list")),
        (("queue", "show", "twelve"), ("twelve", "queue list")),
        (("queue", "show", "9" * 5000), ("queue list",)),
        (("contact", "show", "9" * 20), ("contact list",)),
        (("contact", "show", "S-1", "--on", "2999-01-01"), ("still to come", "run-once --as-of 2999-01-01")),
        (("queue", "approve"), ("--all",)),
        (("queue", "approve", "--brake", "nowhere", "--count", "1"), ("nowhere",)),
        (("queue", "approve", "--brake", "books"), ("--count",)),
        (("queue", "reject", "O-000001", "--until", "2020-01-01", "--reason", "mistake"), ("after today",)),
        (("queue", "reject", "O-000001", "--until", "2099-01-01", "--reason", "because"), ("because", "dispute")),
        (("queue", "retry", "O-000001"), ("only a refused order",)),
        (("contact", "show", "S-99999"), ("S-99999", "contact list")),
        (("contact", "show", "Jansen"), ("Jansen", "no such subject")),
        (("contact", "find"), ("standard input",)),
        (("relationship", "end", "S-99999"), ("S-99999",)),
        (("relationship", "end", "S-1", "--on", "31-12-2026"), ("--on",)),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)  # fmt: skip
def test_arguments(office: Office, arguments: tuple[str, ...], parts: tuple[str, ...]) -> None:
    said = office(*arguments)
    assert said.code == 2, said.err
    assert "Traceback" not in said.err
    for part in parts:
        assert part in said.err, (part, said.err)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ('version = "1"\nperiods = 3\n', ("periods",)),
        (
            ('version = "1"\n[categories.newsletter]\nwhat = "x"\nstarts = "never"\n'
            'period = "4 moons"\nhold = "none"\nsource = "s"\n'),
            ("period", "4 moons"),
        ),
        ("version = ", ("schedule.toml",)),
    ],
    ids=["unknown key", "bad period", "no TOML"],
)  # fmt: skip
def test_a_bad_schedule(tmp_path: Path, text: str, parts: tuple[str, ...]) -> None:
    file = tmp_path / "schedule.toml"
    file.write_text(text)
    said = syncd("policy", "show", "--schedule", str(file))
    assert said.code == 2
    assert "Traceback" not in said.err
    for part in ("schedule.toml", *parts):
        assert part in said.err, (part, said.err)


@pytest.mark.parametrize(
    "text", ["{", "[]x", '[{"id": "A"}]', '[{"id":"A","facts":{"today":"x"},"expected":{}}]']
)
def test_a_malformed_case_file(tmp_path: Path, text: str) -> None:
    file = tmp_path / "cases.json"
    file.write_text(text)
    said = syncd("policy", "test", str(file))
    assert said.code == 2
    assert said.complaints
    assert "Traceback" not in said.err


def test_nothing_shows_a_traceback_in_a_process_of_its_own(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "syncd", "run-once", "--config", str(tmp_path / "none.toml")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("syncd: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_secret_in_the_file_is_a_warning_and_never_printed(own_office: Office) -> None:
    config = own_office.folder / "syncd.toml"
    secret = own_office.simulation.sandboxes["books"].credentials["token"]
    config.write_text(config.read_text().replace("${BOOKS_TOKEN}", secret))
    said = own_office("run-once")
    assert said.code == 0
    assert "a secret is written in the file" in said.out
    assert secret not in said.out + said.err
