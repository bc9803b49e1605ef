from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.moneybird import plugin
from connectors.moneybird.cursor import mark_of
from connectors.moneybird.settings import MoneybirdSettings

LEAST: dict[str, Any] = {"connector": "moneybird", "administration_id": "123", "token": "geheim"}


def settings(**more: Any) -> MoneybirdSettings:
    return MoneybirdSettings.model_validate(LEAST | more)


def test_the_least_is_an_administration_and_a_token() -> None:
    assert plugin.base_url(settings()) == "https://moneybird.com/api/v2"
    assert plugin.base_url(settings(base_url="http://127.0.0.1:1")) == "http://127.0.0.1:1"
    assert "geheim" not in repr(settings())


OAUTH: dict[str, Any] = {
    "connector": "moneybird",
    "administration_id": "123",
    "client_id": "app",
    "client_secret": "geheim",
    "refresh_token": "geheimer",
    "token_file": "/var/lib/syncd/moneybird.json",
}


def test_without_an_administration_nothing_works() -> None:
    with pytest.raises(ValidationError) as error:
        MoneybirdSettings.model_validate(
            {key: value for key, value in LEAST.items() if key != "administration_id"}
        )
    assert [one["loc"] for one in error.value.errors()] == [("administration_id",)]


def test_an_authorised_application_opens_it_too() -> None:
    made = MoneybirdSettings.model_validate(OAUTH)
    assert made.oauth is not None
    assert made.oauth.client_id == "app"
    assert "geheim" not in repr(made) + repr(made.oauth)
    assert settings().oauth is None


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"connector": "moneybird", "administration_id": "123"}, "give token, or client_id, client_secret"),
        (OAUTH | {"token": "geheim"}, "not both"),
        (LEAST | {"client_id": "app"}, "not both"),
        *[
            ({key: value for key, value in OAUTH.items() if key != missing}, f"missing for OAuth: {missing}")
            for missing in ("client_id", "client_secret", "refresh_token", "token_file")
        ],
        (OAUTH | {"token_file": "moneybird.json"}, "absolute path"),
    ],
)
def test_there_is_one_way_to_sign_in_and_what_is_missing_is_named(table: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says) as error:
        MoneybirdSettings.model_validate(table)
    assert "geheim" not in str(error.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"administration_id": "12/../7"},
        {"administration_id": ""},
        {"oss_tax_rates": ["hoog"]},
        {"property_ledger_accounts": {"7": "ooit"}},
        {"roles": {"klant": "vriend"}},
        {"tokn": "x"},
    ],
)
def test_what_is_wrong_is_an_error_that_does_not_show_it(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as error:
        settings(**wrong)
    assert error.value.errors()[0]["loc"][0] == next(iter(wrong))
    assert "geheim" not in str(error.value)


def test_ids_may_be_written_without_quotes() -> None:
    same = settings(
        administration_id=123, oss_tax_rates=[7], property_ledger_accounts={"8": date(2020, 1, 1)}
    )
    assert same.administration_id == "123"
    assert same.oss_tax_rates == {"7"}
    assert settings(property_ledger_accounts=[8]).property_ledger_accounts == {"8": "unknown"}


@pytest.mark.parametrize(
    "other",
    [
        {"administration_id": "124"},
        {"ended_field": "Einde"},
        {"role_field": "Soort"},
        {"roles": {"klant": "supplier"}},
        {"oss_tax_rates": ["7"]},
        {"property_ledger_accounts": ["7"]},
    ],
)
def test_settings_that_change_what_is_read_have_another_mark(other: dict[str, Any]) -> None:
    assert mark_of(settings(**other)) != mark_of(settings())


def test_another_way_to_sign_in_reads_the_same() -> None:
    assert mark_of(MoneybirdSettings.model_validate(OAUTH)) == mark_of(settings())


@pytest.mark.parametrize("other", [{"token": "nieuw"}, {"share": 0.5}, {"base_url": "http://127.0.0.1:1"}])
def test_the_others_do_not(other: dict[str, Any]) -> None:
    assert mark_of(settings(**other)) == mark_of(settings())
    assert mark_of(settings(oss_tax_rates=["7", "8", "9"])) == mark_of(
        settings(oss_tax_rates=["9", "8", "7"])
    )
