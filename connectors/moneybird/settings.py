"""What an account of Moneybird needs to know."""

from __future__ import annotations

from datetime import date  # noqa: TC003  # pydantic reads the annotations at run time
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field, SecretStr, StringConstraints

from syncd.contract import AccountSettings
from syncd.model import Role

DEFAULT_BASE_URL = "https://moneybird.com/api/v2"

DEFAULT_ROLES: dict[str, Role] = {
    "klant": Role.CUSTOMER,
    "customer": Role.CUSTOMER,
    "leverancier": Role.SUPPLIER,
    "supplier": Role.SUPPLIER,
    "prospect": Role.PROSPECT,
}


def _as_text(value: Any) -> Any:
    return str(value) if type(value) is int else value


def _with_unknown_dates(value: Any) -> Any:
    return {str(one): "unknown" for one in value} if isinstance(value, list | tuple) else value


Id: TypeAlias = Annotated[str, BeforeValidator(_as_text), StringConstraints(pattern=r"^[0-9]+$")]
"""A Moneybird id: digits, written with or without quotes."""


class MoneybirdSettings(AccountSettings):
    """One administration and the token that opens it.

    `ended_field` names the contact's custom field, by name or by id, that says when the relationship ended
    (2026-03-31 or 31-03-2026). `role_field` names the one that says what the contact is; `roles` gives its
    words a meaning (several words are separated by commas). `oss_tax_rates` are tax rates of the one-stop
    shop scheme; `property_ledger_accounts` are ledger accounts of the company's own real estate, each with
    the day of first use, or a plain list where that day is not known (its documents then go to review).
    """

    administration_id: Id
    token: SecretStr
    ended_field: Annotated[str | None, BeforeValidator(_as_text)] = None
    role_field: Annotated[str | None, BeforeValidator(_as_text)] = None
    roles: Annotated[dict[str, Role], Field(min_length=1)] = DEFAULT_ROLES
    oss_tax_rates: frozenset[Id] = frozenset()
    property_ledger_accounts: Annotated[
        dict[Id, date | Literal["unknown"]], BeforeValidator(_with_unknown_dates), Field(default_factory=dict)
    ]


def base_url(settings: MoneybirdSettings) -> str:
    """Give the address of the service: the one in the settings, else Moneybird's own."""
    return settings.base_url or DEFAULT_BASE_URL
