"""Signing in: every way, once, and what is kept between runs."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from syncd.contract import Unusable
from syncd.testing.faults import Fault, answer, on

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from connectors.podio.connector import PodioConnector
    from connectors.podio.sandbox import PodioState
    from syncd.testing.exchange import Exchange
    from syncd.testing.sandbox import Sandbox


def sign_ins(sandbox: Sandbox) -> int:
    return [request.path for request in sandbox.requests].count("/oauth/token")


@pytest.fixture
def refresh_table(table: dict[str, Any], sandbox: Sandbox) -> dict[str, Any]:
    """An account that was authorised once: a refresh token instead of a password."""
    kept = {key: value for key, value in table.items() if key not in {"username", "password"}}
    return {**kept, "refresh_token": sandbox.credentials["refresh_token"]}


@pytest.mark.parametrize(
    ("key", "remedy"),
    [
        ("client_id", "check client_id"),
        ("client_secret", "check client_secret"),
        ("username", "check username"),
        ("password", "check password"),
    ],
)
def test_a_wrong_credential_is_named_and_not_shown(
    connected: Callable[..., PodioConnector], table: dict[str, Any], key: str, remedy: str
) -> None:
    with pytest.raises(Unusable, match=remedy) as refused:
        list(connected({**table, key: "somethingwrong"}).pull(None))
    assert refused.value.code == "sign_in"
    assert "somethingwrong" not in str(refused.value)


def test_a_second_factor_is_said(connected: Callable[..., PodioConnector], table: dict[str, Any]) -> None:
    with pytest.raises(Unusable, match="second factor") as refused:
        list(connected({**table, "username": "tweestaps@podio.example"}).pull(None))
    assert refused.value.code == "mfa"


def test_one_sign_in_serves_a_whole_run(connected: Callable[..., PodioConnector], sandbox: Sandbox) -> None:
    connector = connected()
    list(connector.pull(None))
    list(connector.check())
    assert sign_ins(sandbox) == 1


def test_an_expired_token_is_refreshed_once(
    connected: Callable[..., PodioConnector], sandbox: Sandbox, state: PodioState
) -> None:
    connector = connected()
    list(connector.pull(None))
    state.end_access_tokens()
    assert list(connector.pull(None))[-1].complete
    grants = [request.body for request in sandbox.requests if request.path == "/oauth/token"]
    assert len(grants) == 2
    assert b"grant_type=refresh_token" in grants[1]


def test_a_refresh_that_fails_falls_back_on_the_password(
    connected: Callable[..., PodioConnector], sandbox: Sandbox, state: PodioState
) -> None:
    connector = connected()
    list(connector.pull(None))
    state.end_access_tokens()
    state.refresh.clear()
    assert list(connector.pull(None))[-1].complete
    assert sign_ins(sandbox) == 3


def test_a_401_that_stays_does_not_loop(connected: Callable[..., PodioConnector], sandbox: Sandbox) -> None:
    sandbox.faults.inject(answer(401, b'{"error":"unauthorized"}'), when=on("GET", "/app/*"), times=None)
    with pytest.raises(Unusable, match="check username and password"):
        list(connected().pull(None))
    assert sign_ins(sandbox) == 2


def test_a_refresh_token_in_memory_is_told(
    connected: Callable[..., PodioConnector], refresh_table: dict[str, Any]
) -> None:
    connector = connected(refresh_table)
    found = {finding.code: finding for finding in connector.check()}
    assert "Podio replaced it just now" in found["refresh_token_in_memory"].text
    assert "token_file" in found["refresh_token_in_memory"].remedy
    with pytest.raises(Unusable, match="authorise again and replace refresh_token"):
        list(connected(refresh_table).pull(None))  # the next process has only the used one


def test_a_token_file_outlives_the_process(
    connected: Callable[..., PodioConnector],
    refresh_table: dict[str, Any],
    sandbox: Sandbox,
    state: PodioState,
    tmp_path: Path,
) -> None:
    file = tmp_path / "podio.json"
    kept = {**refresh_table, "token_file": str(file)}
    list(connected(kept).pull(None))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    list(connected(kept).pull(None))
    assert sign_ins(sandbox) == 1  # the second process asked for nothing
    state.end_access_tokens()
    assert list(connected(kept).pull(None))[-1].complete
    assert {finding.code for finding in connected(kept).check()}.isdisjoint({"refresh_token_in_memory"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["podio.json", "podio.json.lock"]


def test_a_new_refresh_token_is_written_before_it_is_used(
    connected: Callable[..., PodioConnector], refresh_table: dict[str, Any], sandbox: Sandbox, tmp_path: Path
) -> None:
    file = tmp_path / "podio.json"
    sandbox.faults.inject(answer(503, b""), when=on("GET", "/app/*"), times=None)
    with pytest.raises(Exception, match="503"):
        list(connected({**refresh_table, "token_file": str(file)}).pull(None))
    assert json.loads(file.read_text())["user"]["refresh"] == "refresh-1"


def test_two_processes_share_what_one_of_them_refreshed(
    connected: Callable[..., PodioConnector],
    refresh_table: dict[str, Any],
    sandbox: Sandbox,
    state: PodioState,
    tmp_path: Path,
) -> None:
    kept = {**refresh_table, "token_file": str(tmp_path / "podio.json")}
    first, second = connected(kept), connected(kept)
    list(first.pull(None))
    list(second.pull(None))
    state.end_access_tokens()
    assert list(first.pull(None))[-1].complete
    assert list(second.pull(None))[-1].complete
    assert sign_ins(sandbox) == 2


def test_other_credentials_make_a_kept_token_worthless(
    connected: Callable[..., PodioConnector],
    table: dict[str, Any],
    refresh_table: dict[str, Any],
    sandbox: Sandbox,
    tmp_path: Path,
) -> None:
    file = str(tmp_path / "podio.json")
    list(connected({**refresh_table, "token_file": file}).pull(None))
    list(connected({**table, "token_file": file}).pull(None))
    assert sign_ins(sandbox) == 2
    text = (tmp_path / "podio.json").read_text()
    assert table["password"] not in text
    assert table["client_secret"] not in text


@pytest.mark.parametrize("content", ["", "[]", '{"user": 5}', '{"user": {"access": "a", "odd": 1}}'])
def test_a_broken_token_file_is_written_anew(
    connected: Callable[..., PodioConnector], table: dict[str, Any], tmp_path: Path, content: str
) -> None:
    file = tmp_path / "podio.json"
    file.write_text(content)
    assert list(connected({**table, "token_file": str(file)}).pull(None))[-1].complete
    assert json.loads(file.read_text())["user"]["access"] == "access-1"


def test_a_token_file_in_no_folder_is_said(
    connected: Callable[..., PodioConnector], table: dict[str, Any], tmp_path: Path
) -> None:
    with pytest.raises(Unusable, match="token_file") as refused:
        list(connected({**table, "token_file": str(tmp_path / "no" / "podio.json")}).pull(None))
    assert refused.value.code == "token_file"


def test_a_throttled_sign_in_waits(
    connected: Callable[..., PodioConnector], state: PodioState, waits: list[float]
) -> None:
    state.knobs.throttled, state.knobs.wait = 1, 300
    assert list(connected().pull(None))[-1].complete
    assert any(290 < wait <= 300 for wait in waits)


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (404, b"{}", "not_podio"),
        (200, b"<html>", "not_json"),
        (200, b"[]", "sign_in"),
        (200, b"{}", "sign_in"),
        (400, b'{"error":"invalid_client"}', "sign_in"),
    ],
)
def test_something_else_than_podio_is_said(
    connected: Callable[..., PodioConnector], sandbox: Sandbox, status: int, body: bytes, code: str
) -> None:
    sandbox.faults.inject(answer(status, body), when=on("POST", "/oauth/token"), times=None)
    with pytest.raises(Unusable, match="account crm") as refused:
        list(connected().pull(None))
    assert refused.value.code == code


# --- a process that dies with a new refresh token in its hands ------------------------------------------------

PULL = """
import json, sys
from connectors.podio import PodioSettings, connect
from syncd.http import Http
settings = PodioSettings.model_validate(json.loads(sys.stdin.read()))
list(connect("crm", settings, Http(settings.base_url, account="crm")).pull(None))
"""


def pull_and_die(sandbox: Sandbox, table: dict[str, Any], method: str, path: str) -> None:
    """Pull in a process of its own, and kill it when this request was carried out and not yet answered."""
    process = subprocess.Popen([sys.executable, "-c", PULL], stdin=subprocess.PIPE)  # noqa: S603 - our own program

    async def act(exchange: Exchange) -> None:
        await exchange.ask()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        await exchange.hang_up()

    sandbox.faults.inject(Fault("killed", act), when=on(method, path))
    process.communicate(json.dumps(table).encode(), timeout=180)
    assert process.returncode == -signal.SIGKILL


def test_a_death_between_the_answer_and_its_first_use_loses_no_token(
    connected: Callable[..., PodioConnector],
    refresh_table: dict[str, Any],
    sandbox: Sandbox,
    state: PodioState,
    url: str,
    tmp_path: Path,
) -> None:
    file = tmp_path / "podio.json"
    kept = {**refresh_table, "token_file": str(file), "base_url": url}
    pull_and_die(sandbox, kept, "GET", "/app/*")
    assert "refresh-0" not in state.refresh  # the configured one is used up
    assert json.loads(file.read_text())["user"]["refresh"] == "refresh-1"
    assert list(connected(kept).pull(None))[-1].complete
    assert sign_ins(sandbox) == 1
    state.end_access_tokens()
    assert list(connected(kept).pull(None))[-1].complete
    assert sign_ins(sandbox) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["podio.json", "podio.json.lock"]


def test_a_death_before_the_answer_arrived_is_said_with_its_remedy(
    connected: Callable[..., PodioConnector],
    refresh_table: dict[str, Any],
    sandbox: Sandbox,
    url: str,
    tmp_path: Path,
) -> None:
    """Nobody can keep what never arrived: if Podio ends used tokens, a person signs in once more."""
    kept = {**refresh_table, "token_file": str(tmp_path / "podio.json"), "base_url": url}
    pull_and_die(sandbox, kept, "POST", "/oauth/token")
    with pytest.raises(Unusable, match="authorise again and replace refresh_token"):
        list(connected(kept).pull(None))
