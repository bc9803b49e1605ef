"""OAuth: renewed when refused, under a lock, and on disk before it is used."""

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
from syncd.model import Action
from syncd.testing.faults import Fault, answer, answer_lost, on
from tests.connectors.moneybird.bench import ADMINISTRATION, contact, order, pull, ref

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from connectors.moneybird.connector import Moneybird
    from syncd.testing.exchange import Exchange
    from tests.connectors.moneybird.bench import Bench

TOKEN = "/oauth/token"


class Authorised:
    """An account that was authorised once; each `connect` is another process, as far as tokens go."""

    def __init__(self, bench: Bench, file: Path) -> None:
        self.bench = bench
        self.file = file
        self.server = bench.sandbox.service.oauth

    def table(self) -> dict[str, Any]:
        return {
            "token": None,
            "client_id": self.server.client_id,
            "client_secret": self.server.client_secret,
            "refresh_token": "refresh-0",
            "token_file": str(self.file),
        }

    def connect(self, **other: Any) -> Moneybird:
        return self.bench.connect(**{**self.table(), **other})

    def sign_ins(self) -> int:
        return [one.path for one in self.bench.sandbox.requests].count(TOKEN)

    def kept(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.file.read_text())
        return found


@pytest.fixture
def here(make_bench: Callable[..., Bench], tmp_path: Path) -> Authorised:
    return Authorised(make_bench((contact(1, phone="020 1234567"),)), tmp_path / "moneybird.json")


def test_one_sign_in_serves_this_process_and_the_next(here: Authorised) -> None:
    assert pull(here.connect()).last.complete
    assert pull(here.connect()).last.complete
    assert here.sign_ins() == 1
    assert stat.S_IMODE(here.file.stat().st_mode) == 0o600
    assert sorted(path.name for path in here.file.parent.iterdir()) == [
        "moneybird.json", "moneybird.json.lock",
    ]  # fmt: skip


def test_the_token_endpoint_stands_beside_the_interface(here: Authorised) -> None:
    here.bench.address += "/api/v2"
    assert pull(here.connect()).last.complete
    assert here.sign_ins() == 1


def test_an_expired_token_is_renewed_once_and_the_read_repeated(here: Authorised) -> None:
    connector = here.connect()
    pull(connector)
    here.server.expire()
    before = len(here.bench.sandbox.requests)
    assert connector.probe(ref(1)).record is not None
    assert [(one.path == TOKEN, one.status) for one in here.bench.sandbox.requests[before:]] == [
        (False, 401), (True, 200), (False, 200),
    ]  # fmt: skip


@pytest.mark.parametrize("rotates", [True, False])
def test_it_works_whether_or_not_a_refresh_replaces_the_refresh_token(
    here: Authorised, rotates: bool
) -> None:
    here.server.rotates = rotates
    for _ in range(3):
        assert pull(here.connect()).last.complete
        here.server.expire()
    assert here.sign_ins() == 3
    assert here.kept()["refresh"] == ("refresh-3" if rotates else "refresh-0")


def test_two_processes_share_what_one_of_them_renewed(here: Authorised) -> None:
    first, second = here.connect(), here.connect()
    pull(first)
    pull(second)
    here.server.expire()
    pull(first)
    pull(second)
    assert here.sign_ins() == 2


def test_a_withdrawn_authorisation_says_so_and_shows_no_secret(here: Authorised) -> None:
    connector = here.connect()
    pull(connector)
    here.server.revoke()
    with pytest.raises(Unusable, match="authorise syncd again and replace refresh_token") as error:
        pull(connector)
    assert error.value.code == "revoked"
    [finding] = list(here.connect().check())
    assert (finding.level, finding.code) == ("error", "revoked")
    for secret in ("refresh-", "access-", here.server.client_secret):
        assert secret not in str(error.value) + finding.text


def test_a_new_authorisation_in_the_configuration_replaces_the_kept_one(here: Authorised) -> None:
    pull(here.connect())
    here.server.revoke()
    here.server.refresh_token = "authorised-again"
    assert pull(here.connect(refresh_token="authorised-again")).last.complete


@pytest.mark.parametrize("wrong", ["client_id", "client_secret"])
def test_a_wrong_application_is_named(here: Authorised, wrong: str) -> None:
    with pytest.raises(Unusable, match="check client_id and client_secret") as error:
        pull(here.connect(**{wrong: "somethingwrong"}))
    assert error.value.code == "sign_in"
    assert "somethingwrong" not in str(error.value)
    assert not here.file.exists()


def test_a_token_that_is_refused_for_ever_is_renewed_once_per_question(here: Authorised) -> None:
    here.bench.sandbox.faults.inject(
        answer(401, b'{"error":"The access token is invalid"}'), when=on("GET", "*/api/*"), times=None
    )
    with pytest.raises(Unusable) as error:
        pull(here.connect())
    assert error.value.code == "wrong_token"
    assert here.sign_ins() == 2


def test_a_missing_scope_is_no_reason_to_renew(here: Authorised) -> None:
    here.bench.sandbox.service.scopes.discard("estimates")
    with pytest.raises(Unusable) as error:
        pull(here.connect())
    assert error.value.code == "missing_scope"
    assert here.sign_ins() == 1


def test_a_write_is_not_repeated_after_a_refused_token(here: Authorised) -> None:
    connector = here.connect()
    wanted = order(connector, ref(1), Action.MINIMISE, "contact_details")
    here.bench.sandbox.faults.inject(
        answer(401, b'{"error":"The access token is invalid"}'), when=on("PATCH", "*")
    )
    with pytest.raises(Unusable):
        connector.dispose(wanted)
    assert len([one for one in here.bench.sandbox.requests if one.method == "PATCH"]) == 1


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"access_token":7}', b'{"access_token":""}'])
def test_an_answer_without_token_is_no_token(here: Authorised, body: bytes) -> None:
    here.bench.sandbox.faults.inject(answer(200, body), when=on("POST", TOKEN))
    with pytest.raises(Unusable) as error:
        pull(here.connect())
    assert error.value.code == "sign_in"
    assert not here.file.exists()


def test_nothing_at_the_token_address_is_said(here: Authorised) -> None:
    here.bench.sandbox.faults.inject(answer(404, b"<html>"), when=on("POST", TOKEN))
    with pytest.raises(Unusable, match="check base_url"):
        pull(here.connect())


def test_an_answer_that_was_lost_after_the_rotation_needs_a_person(here: Authorised) -> None:
    """A strict vendor took the old refresh token and its answer never came: nobody has the new one."""
    here.bench.sandbox.faults.inject(answer_lost(), when=on("POST", TOKEN))
    with pytest.raises(Unusable) as error:
        pull(here.connect())
    assert error.value.code == "revoked"
    assert not here.file.exists()


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"access":"a"}', '{"access":"a","refresh":"b","basis":"c"}']
)
def test_a_file_that_is_not_ours_is_replaced(here: Authorised, content: str) -> None:
    here.file.write_text(content)
    assert pull(here.connect()).last.complete
    assert here.kept()["refresh"] == "refresh-1"


def test_a_folder_that_is_not_there_is_named_by_its_key(here: Authorised) -> None:
    with pytest.raises(Unusable, match="token_file cannot be used") as error:
        pull(here.connect(token_file=str(here.file / "deeper" / "moneybird.json")))
    assert error.value.code == "token_file"
    assert here.sign_ins() == 0


PROCESS = """
import json, sys
from connectors.moneybird import plugin
from connectors.moneybird.settings import MoneybirdSettings
from syncd.http import Http
address, table = sys.argv[1], json.loads(sys.argv[2])
with Http(address, account="books") as http:
    connector = plugin.connect("books", MoneybirdSettings.model_validate(table), http)
    sys.exit(0 if list(connector.pull(None))[-1].complete else 1)
"""


def run_as_process(here: Authorised) -> subprocess.Popen[bytes]:
    table = {"connector": "moneybird", "administration_id": ADMINISTRATION, **here.table()}
    command = [sys.executable, "-c", PROCESS, here.bench.address, json.dumps(table)]
    return subprocess.Popen(command)  # noqa: S603 - our own program


def test_a_process_that_dies_with_a_new_token_in_hand_leaves_it_to_the_next(here: Authorised) -> None:
    """Killed at its first use of the token: the refresh token it started with is spent, the new one is on disk."""
    process: list[subprocess.Popen[bytes]] = []

    async def act(exchange: Exchange) -> None:
        os.kill(process[0].pid, signal.SIGKILL)
        process[0].wait()
        await exchange.hang_up()

    here.bench.sandbox.faults.inject(Fault("killed", act), when=on("GET", "*/api/*"))
    process.append(run_as_process(here))
    assert process[0].wait(timeout=180) == -signal.SIGKILL
    assert here.kept()["refresh"] == here.server.refresh_token == "refresh-1"
    assert run_as_process(here).wait(timeout=180) == 0
    assert here.sign_ins() == 1


def test_processes_that_start_together_refresh_once(here: Authorised) -> None:
    started = [run_as_process(here) for _ in range(3)]
    assert [one.wait(timeout=180) for one in started] == [0, 0, 0]
    assert here.sign_ins() == 1
