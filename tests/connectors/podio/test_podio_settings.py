"""What an account table may say, and how it is told that it is wrong."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from connectors.podio import EXAMPLE, PodioSettings, plugin
from connectors.podio.sandbox import account_table, app_account_table
from connectors.podio.settings import Fields
from syncd.model import Role

if TYPE_CHECKING:
    from syncd.testing.sandbox import Sandbox


def problems(table: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as caught:
        PodioSettings.model_validate(table)
    return str(caught.value)


def test_the_example_is_the_account_of_the_sandbox(sandbox: Sandbox) -> None:
    example = tomllib.loads(EXAMPLE)["accounts"]["crm"]
    settings = PodioSettings.model_validate(example)
    assert set(settings.apps) == {"relaties", "contactpersonen", "projecten"}
    ready = PodioSettings.model_validate(account_table(sandbox))
    assert ready.apps == settings.apps
    assert plugin.base_url(settings) == "https://api.podio.com"


def test_an_account_with_app_tokens_is_known_as_such(sandbox: Sandbox, table: dict[str, Any]) -> None:
    assert PodioSettings.model_validate(app_account_table(sandbox)).app_authentication
    assert not PodioSettings.model_validate(table).app_authentication


def test_a_secret_is_in_no_text_of_the_settings(table: dict[str, Any]) -> None:
    settings = PodioSettings.model_validate(table)
    assert table["client_secret"] not in repr(settings)
    assert table["password"] not in repr(settings)


def test_an_unknown_key_is_named(table: dict[str, Any]) -> None:
    assert "apps.relaties.fields.naam" in problems(with_app(table, fields={"naam": "naam"}))
    assert "pasword" in problems({**table, "pasword": "x"})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"password": None}, "username and password go together"),
        ({"refresh_token": "r"}, "not both"),
        ({"username": None, "password": None}, "missing for: relaties, contactpersonen, projecten"),
        ({"token_file": "tokens.json"}, "absolute path"),
        ({"username": None, "password": None, "apps": {}}, "missing for: no apps at all"),
    ],
)
def test_a_way_to_sign_in_is_whole(table: dict[str, Any], change: dict[str, Any], said: str) -> None:
    assert said in problems({**table, **change})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"role": "project"}, 'must say on_end = "erase" or "keep"'),
        ({"role": "project", "on_end": "keep"}, "relation belongs to"),
        ({"relation": {}}, "relation takes either"),
        ({"relation": {"role": "customer", "field": "relatie", "roles": {"Klant": "customer"}}}, "either"),
        ({"relation": {"field": "relatie"}}, "needs roles"),
        ({"relation": {"role": "customer", "roles": {"Klant": "customer"}}}, "roles needs field"),
        ({"relation": {"field": "relatie", "roles": {"Klant": "klant"}}}, "'customer'"),
        ({"references": {"books": "nummer"}}, "references"),
        ({"categories": {"opmerkingen": "bank_details"}}, "follows from fields"),
        ({"app_token": "t"}, "remove it from relaties"),
        ({"app_id": 1002}, "one table only"),
    ],
)
def test_an_app_table_is_whole(table: dict[str, Any], change: dict[str, Any], said: str) -> None:
    assert said in problems(with_app(table, **change))


def test_a_field_may_be_named_by_number_or_be_several() -> None:
    fields = Fields.model_validate({"name": 270000001, "phone": ["vast", 270000006]})
    assert fields.name == ("270000001",)
    assert fields.phone == ("vast", "270000006")


def test_an_end_may_differ_per_role() -> None:
    fields = Fields.model_validate({"ended_on": {"customer": "klant-tot", "supplier": "leverancier-tot"}})
    assert fields.ends() == ((Role.CUSTOMER, "klant-tot"), (Role.SUPPLIER, "leverancier-tot"))
    assert Fields.model_validate({"ended_on": "tot"}).ends() == ((None, "tot"),)


def with_app(table: dict[str, Any], **changes: Any) -> dict[str, Any]:
    apps = table["apps"]
    return {**table, "apps": {**apps, "relaties": {**apps["relaties"], **changes}}}


def test_the_page_shows_the_same_example() -> None:
    page = Path(__file__).parents[3] / "docs" / "connectors" / "podio.md"
    assert f"```toml\n{EXAMPLE}```" in page.read_text(encoding="utf-8")
