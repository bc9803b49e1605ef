"""A first configuration: written whole, with right modes, each account tried, and nothing replaced."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from tests.cli.kit import syncd

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Office


def _told(folder: Path, office: Office, secret: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    monkeypatch.setenv("PAPERS_TOKEN", secret)
    table = office.simulation.accounts()["books"]
    return (
        "init", "--config", str(folder / "syncd.toml"), "--state-dir", str(folder / "state"),
        "--account", "papers=moneybird", "--set", f"papers.base_url={table['base_url']}",
        "--set", f"papers.administration_id={table['administration_id']}",
    )  # fmt: skip


def test_what_it_writes_works_at_once_and_only_looks(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "new"
    secret = str(office.simulation.accounts()["books"]["token"])
    said = syncd(*_told(folder, office, secret, monkeypatch))
    assert said.code == 0, said.out + said.err
    assert "account papers: answers" in said.out
    assert "tombstone.key" in said.out
    assert secret not in (folder / "syncd.toml").read_text(encoding="utf-8") + said.out
    assert secret in (folder / ".env").read_text(encoding="utf-8")
    assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "state" / "keys" / "tombstone.key").stat().st_mode) == 0o600
    assert (folder / "retention.toml").is_file()
    monkeypatch.delenv("PAPERS_TOKEN")
    run = syncd("run-once", "--config", str(folder / "syncd.toml"), "--format", "json").values
    assert (run["mode"], run["accounts"][0]["outcome"]) == ("observe", "complete")


def test_an_account_that_does_not_answer_is_told(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = syncd(*_told(tmp_path / "new", office, "wrong", monkeypatch))
    assert said.code == 1
    assert "account papers: does not work yet" in said.out


def test_a_configuration_with_accounts_is_not_replaced(office: Office) -> None:
    before = (office.folder / "syncd.toml").read_text(encoding="utf-8")
    said = office("init", "--account", "papers=moneybird")
    assert said.code == 2
    assert "has accounts already" in said.err
    assert (office.folder / "syncd.toml").read_text(encoding="utf-8") == before


def test_a_secret_on_the_command_line_is_refused(tmp_path: Path) -> None:
    said = syncd(
        "init", "--config", str(tmp_path / "syncd.toml"), "--account", "papers=moneybird",
        "--set", "papers.token=hush",
    )  # fmt: skip
    assert said.code == 2
    assert "PAPERS_TOKEN" in said.err
    assert "hush" not in said.err
    assert list(tmp_path.iterdir()) == []


def test_nobody_to_ask_is_said(tmp_path: Path) -> None:
    said = syncd("init", "--config", str(tmp_path / "syncd.toml"))
    assert said.code == 2
    assert "--account NAME=CONNECTOR" in said.err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make what is somebody else's")
def test_what_root_makes_in_the_service_s_folder_is_the_service_s(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`sudo syncd init` comes before the daemon's first start, which could not open an index of root's."""
    state = tmp_path / "new" / "state"
    state.mkdir(parents=True)
    os.chown(state, 12345, 12346)
    said = syncd(*_told(tmp_path / "new", office, "sandbox-token", monkeypatch))
    assert said.code == 0, said.err
    assert syncd("run-once", "--config", str(tmp_path / "new" / "syncd.toml")).code == 0
    owners = {one: (one.stat().st_uid, one.stat().st_gid) for one in state.rglob("*")}
    assert owners
    assert {one.name: owner for one, owner in owners.items() if owner != (12345, 12346)} == {}
