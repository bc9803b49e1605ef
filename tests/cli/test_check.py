"""`syncd check`: what it finds on this host and at each account, and what it says to do."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from syncd import registry
from syncd.index.store import open_index
from syncd.service import clock
from syncd.service.defaults import default_schedule_text
from syncd.service.lock import daemon_lock
from syncd.service.simulation import write_configuration
from syncd.testing.faults import answer
from tests.cli.kit import syncd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.conftest import Office
    from tests.cli.kit import Said

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "schemas" / "check.json").read_text(encoding="utf-8")
)


def _check(office: Office, *arguments: str) -> Said:
    said = office("check", "--format", "json", *arguments)
    if said.out:
        jsonschema.validate(said.values, SCHEMA)
    return said


def _codes(findings: list[dict[str, str]], level: str) -> set[str]:
    return {one["code"] for one in findings if one["level"] == level}


def _account(values: dict[str, Any], name: str) -> list[dict[str, str]]:
    return next(list(one["findings"]) for one in values["accounts"] if one["name"] == name)


@pytest.fixture
def _clear(office: Office) -> Iterator[None]:
    yield
    for service in office.simulation.sandboxes.values():
        service.faults.clear()


def test_a_sound_installation_is_in_order(office: Office) -> None:
    (office.folder / "state").chmod(0o700)
    before = office.simulation.digests()
    said = _check(office)
    assert said.code == 0
    assert not said.values["failed"]
    assert _codes(said.values["host"], "error") == set()
    assert _codes(said.values["host"], "ok") == {
        "mode", "schedule", "state_dir", "index_key", "tombstone_key", "index", "disk", "ledger", "runs",
        "decisions",
    }  # fmt: skip
    for name in ("books", "crm", "news"):
        assert {"clock"} <= _codes(_account(said.values, name), "ok")
    assert {"budget", "administration"} <= _codes(_account(said.values, "books"), "ok")
    assert office.simulation.digests() == before
    assert office.writes() == 0


def test_every_question_that_a_first_live_run_should_settle_is_printed(office: Office) -> None:
    asked = {one["connector"]: one["questions"] for one in _check(office).values["open_questions"]}
    plugins = registry.plugins()
    assert asked == {name: list(plugins[name].open_questions) for name in ("mailchimp", "moneybird", "podio")}
    assert all(asked.values())
    short = office("check").out
    assert f"{sum(map(len, asked.values()))} points that only a first live run settles" in short
    text = " ".join(office("check", "--unsettled").out.split())
    for questions in asked.values():
        for question in questions:
            assert question in text


def test_the_text_fits_the_screen_and_says_what_to_do(office: Office) -> None:
    (office.folder / ".env").chmod(0o644)
    said = office("check")
    assert said.code == 0
    lines = said.out.splitlines()
    assert max(len(line) for line in lines) <= 80
    assert any(line.startswith("account books (moneybird)") for line in lines)
    assert any(line.strip().startswith("-> chmod 0600") for line in lines)
    assert "0 errors" in lines[-1]


def test_files_that_others_can_read_are_named(office: Office) -> None:
    (office.folder / "state" / "keys" / "index.key").chmod(0o640)
    (office.folder / ".env").chmod(0o604)
    found = [one for one in _check(office).values["host"] if one["code"] == "file_mode"]
    named = {Path(one["remedy"].split()[-1]).name for one in found}
    assert {"index.key", ".env"} <= named
    assert "tombstone.key" not in named
    assert all(one["level"] == "warning" for one in found)


def test_a_key_that_is_missing_is_not_made_anew(office: Office) -> None:
    key = office.folder / "state" / "keys" / "tombstone.key"
    key.rename(office.folder / "elsewhere")
    said = _check(office)
    assert said.code == 1
    assert _codes(said.values["host"], "error") == {"tombstone_key"}
    assert not key.exists()
    assert said.values["accounts"] == []


def test_a_key_that_is_another_is_an_error(office: Office) -> None:
    office.folder.joinpath("other").mkdir()
    open_index(office.folder / "other", {}).close()
    (office.folder / "other" / "keys" / "index.key").replace(office.folder / "state" / "keys" / "index.key")
    said = _check(office)
    assert said.code == 1
    assert _codes(said.values["host"], "error") == {"index"}


def test_where_nothing_was_run_yet_nothing_is_made(office: Office) -> None:
    (office.folder / "state").rename(office.folder / "before")
    said = _check(office)
    assert said.code == 0
    assert not (office.folder / "state").exists()
    assert {"state_dir", "index_key", "tombstone_key"} <= _codes(said.values["host"], "warning")
    for name in ("books", "crm", "news"):
        assert "never_complete" in _codes(_account(said.values, name), "warning")


@pytest.mark.usefixtures("_clear")
def test_an_account_that_refuses_is_an_error_and_the_others_are_still_looked_at(office: Office) -> None:
    office.simulation.sandboxes["books"].faults.inject(answer(401), times=None)
    said = _check(office)
    assert said.code == 1
    [error] = [one for one in _account(said.values, "books") if one["level"] == "error"]
    assert error["remedy"]
    for name in ("crm", "news"):
        assert not _codes(_account(said.values, name), "error")


@pytest.mark.usefixtures("_clear")
def test_with_everything_broken_at_once_each_is_named_with_its_remedy(office: Office) -> None:
    state, config = office.folder / "state", office.folder / "syncd.toml"
    shipped = default_schedule_text().replace('general = "7 years"', 'general = "8 years"')
    (office.folder / "retention.toml").write_text(shipped, encoding="utf-8")
    for path, mode in (
        (config, 0o666),
        (office.folder / ".env", 0o644),
        (state / "keys" / "index.key", 0o640),
    ):
        path.chmod(mode)
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('"${BOOKS_TOKEN}"', '"sandbox-token"'), encoding="utf-8")
    with sqlite3.connect(state / "index.sqlite") as index:
        index.execute("UPDATE ledger SET at = '2020-01-01' WHERE seq = 3")
        index.execute("UPDATE runs SET started = '2026-01-01T00:00:00+00:00'")
    index.close()
    for name, status in {"books": 401, "crm": 500, "news": 403}.items():
        office.simulation.sandboxes[name].faults.inject(answer(status), times=None)
    said = _check(office)
    assert said.code == 1
    host = said.values["host"]
    assert _codes(host, "error") == {"ledger"}
    assert {"configuration", "schedule", "file_mode", "daemon", "runs", "backup"} <= _codes(host, "warning")
    assert sum(one["code"] == "file_mode" for one in host) >= 3
    assert any("longer than the law asks" in one["text"] for one in host)
    found = [one for one in host if one["level"] != "ok" and one["code"] not in {"configuration", "schedule"}]
    for name in ("books", "crm", "news"):
        errors = [one for one in _account(said.values, name) if one["level"] == "error"]
        assert errors, name
        found += errors
    assert [one for one in found if not one["remedy"]] == []
    lines = office("check").out.splitlines()
    assert max(len(line) for line in lines) <= 80
    assert lines[-1].startswith("4 errors (this host, account ")


def test_a_backup_that_is_old_is_said_and_a_new_one_is_in_order(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert office("db", "backup").code == 0
    assert "backup" in _codes(_check(office, "--account", "news").values["host"], "ok")
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(days=9))
    host = _check(office, "--account", "news").values["host"]
    assert any(one["text"] == "the newest backup is 9 days old" for one in host)


@pytest.mark.parametrize("where", [".env", "credential"])
def test_a_secret_that_cannot_be_read_is_a_matter_of_configuration(
    office: Office, where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "credentials"
    folder.mkdir()
    path = office.folder / ".env" if where == ".env" else folder / "BOOKS_TOKEN"
    path.write_bytes(b"\xff\xfe")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    said = office("check")
    assert said.code == 2
    assert said.complaints[0].startswith(f"syncd: {path}: cannot be read")


def test_a_clock_that_is_an_hour_wrong_is_an_error(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(hours=1))
    said = _check(office, "--account", "news")
    assert said.code == 1
    [error] = [one for one in _account(said.values, "news") if one["level"] == "error"]
    assert error["code"] == "clock"
    assert "ahead" in error["text"]


def test_of_an_account_that_cannot_be_reached_nothing_is_said_about_its_clock(office: Office) -> None:
    with socket.socket() as nobody:  # bound and not listening: a connection to it is refused
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        office.configure("approve", **{name: {"base_url": address} for name in office.simulation.sandboxes})
        said = office("check", "--format", "json")
    assert said.code == 1
    for name in office.simulation.sandboxes:
        findings = _account(said.values, name)
        assert _codes(findings, "error"), name
        assert "clock" not in {one["code"] for one in findings}, name


def test_a_state_directory_that_cannot_be_made_is_an_error_and_not_a_first_run(office: Office) -> None:
    (office.folder / "file").touch()
    config = office.folder / "syncd.toml"
    wrong = office.folder / "file" / "state"
    config.write_text(re.sub("state_dir = .*", f'state_dir = "{wrong}"', config.read_text()))
    said = _check(office)
    assert said.code == 1
    [error] = [one for one in said.values["host"] if one["level"] == "error"]
    assert error["code"] == "state_dir"
    assert f"can make nothing in {wrong.parent}" in error["text"]
    assert "state_dir in [service]" in error["remedy"]


def test_where_no_service_is_installed_no_remedy_speaks_of_it(office: Office) -> None:
    config = office.folder / "syncd.toml"
    config.write_text(config.read_text().partition("[accounts.")[0])
    host = _check(office).values["host"]
    assert {"no_accounts", "daemon"} <= _codes(host, "warning")
    assert not [one for one in host if "sudo" in one["remedy"] or "systemctl" in one["remedy"]]
    [accounts] = [one for one in host if one["code"] == "no_accounts"]
    assert f"syncd init --config {config} " in accounts["remedy"]


def test_one_account_can_be_asked_for(office: Office) -> None:
    before = len(office.simulation.sandboxes["crm"].requests)
    assert [one["name"] for one in _check(office, "--account", "news").values["accounts"]] == ["news"]
    assert len(office.simulation.sandboxes["crm"].requests) == before
    said = office("check", "--account", "shop")
    assert said.code == 2
    assert "books" in said.err


def test_a_budget_that_is_spent_is_said_and_nothing_is_asked(office: Office) -> None:
    few = {"books": {"rate": "5/1h", "share": 1.0}}  # fewer than one look takes
    write_configuration(office.simulation, office.folder, mode="approve", extra=few)
    _check(office, "--account", "books")
    asked = len(office.simulation.sandboxes["books"].requests)
    said = _check(office, "--account", "books")
    assert said.code == 0
    assert len(office.simulation.sandboxes["books"].requests) == asked
    found = [one for one in _account(said.values, "books") if one["code"] == "budget"]
    assert {one["level"] for one in found} == {"warning"}
    assert any(one["text"].startswith("0 requests may leave now") for one in found)


def test_what_is_wrong_in_the_configuration_is_a_usage_error(office: Office) -> None:
    config = office.folder / "syncd.toml"
    config.write_text(
        config.read_text(encoding="utf-8").replace('mode = "approve"', 'mode = "aprove"'), "utf-8"
    )
    said = office("check")
    assert said.code == 2
    assert said.out == ""
    assert len(said.complaints) == 1


def test_a_secret_in_the_file_and_a_daring_schedule_are_warned_of(office: Office) -> None:
    config = office.folder / "syncd.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('"${BOOKS_TOKEN}"', '"sandbox-token"'), encoding="utf-8")
    found = _check(office).values["host"]
    assert "configuration" in _codes(found, "warning")


def test_a_state_folder_that_is_a_file_is_an_error(office: Office) -> None:
    state = office.folder / "state"
    state.rename(office.folder / "before")
    state.write_text("a file", encoding="utf-8")
    said = _check(office)
    assert said.code == 1
    assert "state_dir" in _codes(said.values["host"], "error")


def test_it_needs_a_configuration() -> None:
    assert syncd("check", "--config", "/nowhere/syncd.toml").code == 2


# --- discover -----------------------------------------------------------------------------------------------


def test_discovery_prints_a_table_that_can_be_pasted(office: Office) -> None:
    (office.folder / "state").rename(office.folder / "before")
    before = office.simulation.digests()
    said = office("connectors", "podio", "--discover")
    assert said.code == 0
    found = tomllib.loads(said.out)["accounts"]["crm"]["apps"]
    assert {one["role"] for one in found.values()} == {"organisation", "person", "project"}
    assert office.simulation.digests() == before
    assert not (office.folder / "state").exists()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("moneybird", "--discover"), "nothing to discover"),
        (("podio", "--discover", "--account", "books"), "choose one of crm"),
        (("--discover",), "say which connector"),
    ],
)
def test_discovery_says_what_it_cannot_do(office: Office, arguments: tuple[str, ...], word: str) -> None:
    said = office("connectors", *arguments)
    assert said.code == 2
    assert word in said.err


def test_discovery_needs_an_account_and_one_only(office: Office) -> None:
    config = office.folder / "syncd.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("accounts.crm", "accounts.crm2") + text[text.index("[accounts.crm]") :])
    said = office("connectors", "podio", "--discover")
    assert (said.code, "choose with --account" in said.err) == (2, True)
    config.write_text(text[: text.index("[accounts.crm]")], encoding="utf-8")
    said = office("connectors", "podio", "--discover")
    assert (said.code, "add [accounts.NAME]" in said.err) == (2, True)


@pytest.mark.usefixtures("_clear")
def test_discovery_with_credentials_that_are_refused_is_a_failure(office: Office) -> None:
    office.simulation.sandboxes["crm"].faults.inject(answer(401), times=None)
    said = office("connectors", "podio", "--discover")
    assert said.code == 1
    assert len(said.complaints) == 1


def test_secrets_of_root_may_be_read_by_the_group_and_a_missing_daemon_is_told(office: Office) -> None:
    secrets = office.folder / ".env"
    secrets.chmod(0o640)
    host = _check(office).values["host"]
    named = {one["remedy"].split()[-1] for one in host if one["code"] == "file_mode"}
    assert (str(secrets) in named) == (secrets.stat().st_uid != 0)
    assert "daemon" in _codes(host, "warning")
    with daemon_lock(office.folder / "state"):
        assert "daemon" in _codes(_check(office).values["host"], "ok")
