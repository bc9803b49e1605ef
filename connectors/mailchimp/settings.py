"""What an account of kind `mailchimp` takes in `syncd.toml`."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from syncd.contract import AccountSettings
from syncd.http import require_safe_url

API_ROOT = "/3.0"
METADATA_URL = "https://login.mailchimp.com/oauth2/metadata"
_DATA_CENTRE = re.compile(r"[a-z]{2,}[0-9]+")


class MergeTags(BaseModel):
    """Which merge field (by its tag, as in `*|FNAME|*`) says what about the person.

    Empty means: found by the type of the field where the type tells (phone), else not read.
    `birth_date` must be a field of type *date*: Mailchimp's type *birthday* has no year.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    given_name: str = "FNAME"
    family_name: str = "LNAME"
    phone: str = ""
    birth_date: str = ""
    company: str = ""


class MailchimpSettings(AccountSettings):
    """One Mailchimp account, by API key or by OAuth access token.

    `dc` is the data centre (`us6`); an API key ends in it, and for an access token without `dc` and `base_url`
    Mailchimp is asked at `metadata_url`.
    `audiences` limits the account to these list ids; empty means every audience that the key can see.
    `beta_contacts` also reads and erases contacts without an e-mail address, by an interface that Mailchimp
    offers for evaluation only.
    """

    api_key: Annotated[SecretStr | None, Field(description="with the data centre it ends in")] = None
    access_token: Annotated[SecretStr | None, Field(title="an OAuth access token instead of a key")] = None
    dc: Annotated[
        str,
        Field(
            pattern=rf"^({_DATA_CENTRE.pattern})?$",
            title="the data centre, such as us6, where the key does not tell",
        ),
    ] = ""
    metadata_url: Annotated[str, Field(title="where to ask for the data centre of an access token")] = (
        METADATA_URL
    )
    audiences: Annotated[frozenset[str], Field(title="ids of the only audiences; none: every one")] = (
        frozenset()
    )
    beta_contacts: Annotated[
        bool, Field(title="also reads and erases contacts without an e-mail address")
    ] = False
    fields: Annotated[MergeTags, Field(title="which merge field says what, by tag")] = MergeTags()

    @field_validator("base_url")
    @classmethod
    def _rooted(cls, value: str) -> str:
        """Accept the bare address of a server as well as the address with the API's root."""
        if not value:
            return value
        url = require_safe_url(value)
        return url if urlsplit(url).path else url + API_ROOT

    @field_validator("metadata_url")
    @classmethod
    def _safe(cls, value: str) -> str:
        return require_safe_url(value, key="metadata_url")

    @model_validator(mode="after")
    def _reachable(self) -> MailchimpSettings:
        given = [one for one in (self.api_key, self.access_token) if one and one.get_secret_value()]
        if len(given) != 1:
            raise ValueError("give api_key or access_token, exactly one of them")
        if self.api_key and not self.base_url and not self.data_centre:
            raise ValueError(
                "api_key has no data centre at its end (like -us6): set dc (like us6) or base_url"
            )
        return self

    @property
    def secret(self) -> str:
        """The key or token that signs each request."""
        chosen = self.api_key or self.access_token
        return chosen.get_secret_value() if chosen else ""

    @property
    def data_centre(self) -> str:
        """The data centre, from `dc` or from the end of the API key; empty when neither tells."""
        if self.dc or self.api_key is None:
            return self.dc
        suffix = self.api_key.get_secret_value().rpartition("-")[2]
        return suffix if is_data_centre(suffix) else ""

    @property
    def must_ask_for_endpoint(self) -> bool:
        """Tell whether only Mailchimp knows where this account's API is."""
        return not self.base_url and not self.data_centre


def is_data_centre(name: str) -> bool:
    """Tell whether a name has the form of a data centre (`us6`)."""
    return _DATA_CENTRE.fullmatch(name) is not None


def address(settings: MailchimpSettings) -> str:
    """Give the root of the API for these settings, or where to ask for it."""
    if settings.must_ask_for_endpoint:
        return settings.metadata_url
    return settings.base_url or f"https://{settings.data_centre}.api.mailchimp.com{API_ROOT}"
