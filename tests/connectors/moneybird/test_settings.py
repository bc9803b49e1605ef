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


@pytest.mark.parametrize("missing", ["administration_id", "token"])
def test_what_is_missing_is_named(missing: str) -> None:
    with pytest.raises(ValidationError) as error:
        MoneybirdSettings.model_validate({key: value for key, value in LEAST.items() if key != missing})
    assert [one["loc"] for one in error.value.errors()] == [(missing,)]


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


@pytest.mark.parametrize("other", [{"token": "nieuw"}, {"share": 0.5}, {"base_url": "http://127.0.0.1:1"}])
def test_the_others_do_not(other: dict[str, Any]) -> None:
    assert mark_of(settings(**other)) == mark_of(settings())
    assert mark_of(settings(oss_tax_rates=["7", "8", "9"])) == mark_of(
        settings(oss_tax_rates=["9", "8", "7"])
    )
