"""The doctor: what it says before anything is read or written."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from connectors.podio import plugin
from connectors.podio.sandbox.accounts import app_account_table
from syncd.testing.faults import answer, on

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from connectors.podio.connector import PodioConnector
    from connectors.podio.sandbox import PodioState
    from syncd.contract import Finding
    from syncd.testing.sandbox import Sandbox


def by_code(connector: PodioConnector) -> dict[str, Finding]:
    return {finding.code: finding for finding in connector.check()}


def test_a_sound_account_has_nothing_but_ok(connected: Callable[..., PodioConnector]) -> None:
    found = list(connected().check())
    assert {one.level for one in found} == {"ok"}
    assert [one.code for one in found] == ["app", "app", "app", "hooks"]


@pytest.mark.parametrize(
    ("scopes", "told"), [(("read", "write"), True), (("read", "delete"), False), (("all",), False)]
)
def test_a_scope_that_cannot_delete_is_an_error(
    connected: Callable[..., PodioConnector], state: PodioState, scopes: tuple[str, ...], told: bool
) -> None:
    state.knobs.scopes = scopes
    found = by_code(connected())
    assert ("scope_without_delete" in found) is told
    assert not told or found["scope_without_delete"].level == "error"


def test_a_scope_that_nobody_tells_is_no_finding(
    connected: Callable[..., PodioConnector], sandbox: Sandbox
) -> None:
    sandbox.faults.inject(answer(404, b"{}"), when=on("GET", "/oauth/scope"))
    assert {one.level for one in connected().check()} == {"ok"}


def test_who_cannot_sign_in_is_told_once(
    connected: Callable[..., PodioConnector], table: dict[str, Any]
) -> None:
    found = list(connected({**table, "password": "another"}).check())
    assert [(one.level, one.code) for one in found] == [("error", "sign_in")]


def test_a_scope_that_cannot_read_is_told_before_membership(
    connected: Callable[..., PodioConnector], state: PodioState
) -> None:
    state.knobs.scopes = ("write", "delete")
    assert by_code(connected())["scope_without_read"].level == "error"


def test_an_app_token_that_may_not_read_its_app_is_no_matter_of_membership(
    connected: Callable[..., PodioConnector], sandbox: Sandbox
) -> None:
    sandbox.faults.inject(answer(403, b'{"error": "forbidden"}'), when=on("GET", "/app/*"), times=None)
    by_user = by_code(connected())["forbidden"]
    by_app = by_code(connected(app_account_table(sandbox)))["forbidden"]
    assert "member of its workspace" in by_user.text
    assert "member" not in by_app.text
    assert "app_token" in by_app.text


def test_a_token_that_is_never_taken_says_how_this_account_signs_in_again(
    connected: Callable[..., PodioConnector], sandbox: Sandbox
) -> None:
    sandbox.faults.inject(answer(401, b'{"error": "unauthorized"}'), when=on("GET", "/app/*"), times=None)
    assert "check username and password" in by_code(connected())["unauthorized"].text
    assert "check app_token of app" in by_code(connected(app_account_table(sandbox)))["unauthorized"].text


def test_automations_that_a_deletion_sets_off_are_a_warning(
    connected: Callable[..., PodioConnector], table: dict[str, Any]
) -> None:
    assert by_code(connected({**table, "hooks": True}))["hooks"].level == "warning"


def test_a_field_to_empty_needs_the_right_to_edit(
    connected: Callable[..., PodioConnector], table: dict[str, Any], state: PodioState
) -> None:
    state.knobs.readonly = True
    assert "may_not_edit" not in by_code(connected())
    table["apps"]["relaties"]["categories"] = {"opmerkingen": "credentials"}
    assert by_code(connected(table))["may_not_edit"].level == "error"


def test_a_refresh_token_says_until_when_it_lasts(
    connected: Callable[..., PodioConnector], table: dict[str, Any], sandbox: Sandbox, tmp_path: Path
) -> None:
    file = tmp_path / "podio.json"
    refreshing = {key: value for key, value in table.items() if key not in {"username", "password"}}
    refreshing |= {"refresh_token": sandbox.credentials["refresh_token"], "token_file": str(file)}
    assert by_code(connected(refreshing))["refresh_token"].level == "ok"
    renewed = 1_790_000_000  # 2026-09-21, UTC
    os.utime(file, (renewed, renewed))
    text = by_code(connected(refreshing))["refresh_token"].text
    assert "renewed on 2026-09-21" in text
    assert "lasts until 2026-10-19" in text  # 28 days
    del refreshing["token_file"]
    refreshing["refresh_token"] = "refresh-1"
    assert "28 days" in by_code(connected(refreshing))["refresh_token_in_memory"].text


def test_what_no_document_says_is_asked() -> None:
    assert len(plugin.open_questions) > 5
    assert all(question.startswith(("whether", "how")) for question in plugin.open_questions)
