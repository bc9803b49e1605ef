"""What an account takes, and how it says what is wrong."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from connectors.mailchimp import plugin
from connectors.mailchimp.settings import MailchimpSettings

KEY = "0123456789abcdef0123456789abcdef-us6"


def settings(**keys: Any) -> MailchimpSettings:
    return MailchimpSettings(connector="mailchimp", **keys)


def test_the_data_centre_comes_from_the_end_of_the_key() -> None:
    assert plugin.base_url(settings(api_key=KEY)) == "https://us6.api.mailchimp.com/3.0"


def test_a_token_alone_is_asked_about_where_mailchimp_tells() -> None:
    alone = settings(access_token="t")
    assert plugin.base_url(alone) == "https://login.mailchimp.com/oauth2/metadata"
    assert alone.must_ask_for_endpoint
    assert not settings(access_token="t", dc="us19").must_ask_for_endpoint
    assert not settings(access_token="t", base_url="https://proxy.example").must_ask_for_endpoint


def test_a_token_may_have_its_data_centre_said() -> None:
    assert plugin.base_url(settings(access_token="t", dc="us19")) == "https://us19.api.mailchimp.com/3.0"


@pytest.mark.parametrize("tail", ["", "/", "/3.0", "/3.0/"])
def test_a_server_may_be_given_with_or_without_the_root_of_the_api(tail: str) -> None:
    assert plugin.base_url(settings(api_key=KEY, base_url=f"http://127.0.0.1:4011{tail}")) == (
        "http://127.0.0.1:4011/3.0"
    )


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"api_key": "no-centre-here"}, "set dc (like us6) or base_url"),
        ({"access_token": "token", "metadata_url": "http://login.example"}, "https://"),
        ({}, "exactly one"),
        ({"api_key": KEY, "access_token": "token"}, "exactly one"),
        ({"api_key": KEY, "base_url": "http://mailchimp.example"}, "https://"),
        ({"api_key": KEY, "audience": ["x"]}, "audience"),
        ({"api_key": KEY, "fields": {"first_name": "FNAME"}}, "first_name"),
    ],
)
def test_an_error_says_what_to_do_and_shows_no_secret(keys: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError) as error:
        settings(**keys)
    assert says in str(error.value)
    assert KEY not in str(error.value)


def test_a_key_without_data_centre_will_do_with_an_address() -> None:
    assert plugin.base_url(settings(api_key="key", base_url="https://proxy.example/mc")) == (
        "https://proxy.example/mc"
    )


def test_the_secret_is_kept_out_of_repr() -> None:
    assert KEY not in repr(settings(api_key=KEY))
