"""What an account of Moneybird needs to know."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date  # noqa: TC003  # pydantic reads the annotations at run time
from pathlib import Path  # noqa: TC003
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, StringConstraints, model_validator

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


def _absolute(path: Path) -> Path:
    if not path.is_absolute():
        raise ValueError("token_file must be an absolute path")
    return path


@dataclass(frozen=True)
class OAuthClient:
    """An application that was authorised once, and the file that keeps what Moneybird gives it since."""

    client_id: str
    client_secret: SecretStr = field(repr=False)
    refresh_token: SecretStr = field(repr=False)
    token_file: Path


_OAUTH = ("client_id", "client_secret", "refresh_token", "token_file")


class MoneybirdSettings(AccountSettings):
    """One administration and what opens it: a personal `token`, or OAuth.

    OAuth is the four keys `client_id`, `client_secret`, `refresh_token` (from authorising once) and
    `token_file` (an absolute path; mode 0600): a refresh may replace the refresh token, and without the file
    the next process would have only the used one.

    `ended_field` names the contact's custom field, by name or by id, that says when the relationship ended
    (2026-03-31 or 31-03-2026). `role_field` names the one that says what the contact is; `roles` gives its
    words a meaning (several words are separated by commas). `oss_tax_rates` are tax rates of the one-stop
    shop scheme; `property_ledger_accounts` are ledger accounts of the company's own real estate, each with
    the day of first use, or a plain list where that day is not known (its documents then go to review).
    """

    administration_id: Annotated[Id, Field(description="the number in the address bar of Moneybird")]
    token: Annotated[SecretStr | None, Field(description="a personal token")] = None
    client_id: Annotated[
        Annotated[str, Field(min_length=1)] | None,
        Field(title="OAuth instead of a token: the application's id"),
    ] = None
    client_secret: Annotated[SecretStr | None, Field(title="OAuth: of the same application")] = None
    refresh_token: Annotated[SecretStr | None, Field(title="OAuth: from authorising once")] = None
    token_file: Annotated[
        Annotated[Path, AfterValidator(_absolute)] | None,
        Field(title="OAuth: absolute path of the file that keeps the tokens"),
    ] = None
    ended_field: Annotated[
        str | None, BeforeValidator(_as_text), Field(description="custom field with the day of the end")
    ] = None
    role_field: Annotated[
        str | None, BeforeValidator(_as_text), Field(description="custom field with customer or supplier")
    ] = None
    roles: Annotated[dict[str, Role], Field(min_length=1, title="what words of role_field mean")] = (
        DEFAULT_ROLES
    )
    oss_tax_rates: Annotated[
        frozenset[Id], Field(title="ids of the tax rates of the one-stop shop scheme: ten years")
    ] = frozenset()
    property_ledger_accounts: Annotated[
        dict[Id, date | Literal["unknown"]],
        BeforeValidator(_with_unknown_dates),
        Field(
            default_factory=dict,
            title="ids of ledger accounts for own real estate, each with the day of first use",
        ),
    ]

    @property
    def oauth(self) -> OAuthClient | None:
        """Give the application to sign in as; None with a personal token."""
        if (
            self.client_id is None
            or self.client_secret is None
            or self.refresh_token is None
            or self.token_file is None
        ):
            return None
        return OAuthClient(self.client_id, self.client_secret, self.refresh_token, self.token_file)

    @property
    def personal_token(self) -> str:
        """Give the personal token; empty with OAuth."""
        return self.token.get_secret_value() if self.token else ""

    @model_validator(mode="after")
    def _one_way_to_sign_in(self) -> Self:
        given = [name for name in _OAUTH if getattr(self, name) is not None]
        if self.token is not None and given:
            raise ValueError(f"give token, or {', '.join(_OAUTH)}, not both")
        if self.token is None and len(given) < len(_OAUTH):
            missing = ", ".join(name for name in _OAUTH if name not in given)
            raise ValueError(
                f"missing for OAuth: {missing}" if given else f"give token, or {', '.join(_OAUTH)}"
            )
        return self


def base_url(settings: MoneybirdSettings) -> str:
    """Give the address of the service: the one in the settings, else Moneybird's own."""
    return settings.base_url or DEFAULT_BASE_URL
