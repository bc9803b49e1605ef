"""An OAuth access token does not name its data centre: Mailchimp is asked, once, and believed within limits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from connectors.mailchimp import MailchimpSettings, plugin
from syncd.contract import Transient, Unusable
from syncd.http import Http
from syncd.testing.faults import answer, maintenance_page, on
from tests.connectors.mailchimp.kit import MEMBERS, Site, contact_id, pulled

if TYPE_CHECKING:
    from connectors.mailchimp import MailchimpConnector

METADATA = on("GET", "/oauth2/metadata")


def by_token(site: Site, token: str = "") -> MailchimpConnector:
    given = MailchimpSettings.model_validate(
        {
            "connector": "mailchimp",
            "access_token": token or site.sandbox.credentials["api_key"],
            "metadata_url": f"{site.url}/oauth2/metadata",
        }
    )
    http = Http(plugin.base_url(given), account="news", sleep=site.waits.append)
    return plugin.connect("news", given, http)  # type: ignore[return-value]  # the plugin's own class


def asked(site: Site) -> int:
    return sum(1 for one in site.sandbox.requests if one.path == "/oauth2/metadata")


def test_the_account_is_read_where_the_metadata_says_and_that_is_asked_once(site: Site) -> None:
    connector = by_token(site)
    records, pages = pulled(connector)
    assert (len(records), pages[-1].complete) == (len(MEMBERS), True)
    connector.probe(records[contact_id(1)].ref)
    assert asked(site) == 1
    assert records[contact_id(1)].link.startswith("https://us6.admin.mailchimp.com/")


def test_nobody_is_asked_when_the_settings_tell(site: Site) -> None:
    key = site.sandbox.credentials["api_key"]
    pulled(site.connector(api_key=None, access_token=key))
    assert asked(site) == 0


def test_a_token_that_is_not_known_is_answered_200_and_is_wrong_all_the_same(site: Site) -> None:
    with pytest.raises(Unusable) as error:
        pulled(by_token(site, "unknown-token"))
    assert error.value.code == "credentials"
    assert "unknown-token" not in str(error.value)
    assert [one.status for one in site.sandbox.requests] == [200]


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://api.mailchimp.com.evil.example",
        "https://evil.example/.api.mailchimp.com",
        "https://us6.api.mailchimp.com@evil.example",
        "http://us6.api.mailchimp.com",
        "us6.api.mailchimp.com",
        "ftp://us6.api.mailchimp.com",
    ],
)
def test_the_token_is_sent_to_nobody_else(site: Site, elsewhere: str) -> None:
    site.state.api_address = elsewhere
    with pytest.raises(Unusable) as error:
        pulled(by_token(site))
    assert error.value.code == "endpoint"
    assert len(site.sandbox.requests) == 1


@pytest.mark.parametrize("body", [b"[]", b"null", b'{"api_endpoint": ""}', b'{"api_endpoint": null}'])
def test_whatever_names_no_address_is_a_token_that_does_not_work(site: Site, body: bytes) -> None:
    site.sandbox.faults.inject(answer(200, body), when=METADATA)
    with pytest.raises(Unusable) as error:
        pulled(by_token(site))
    assert error.value.code == "credentials"


def test_a_metadata_service_that_fails_is_asked_again(site: Site) -> None:
    site.sandbox.faults.inject(answer(503), when=METADATA, times=3)
    records, _ = pulled(by_token(site))
    assert len(records) == len(MEMBERS)
    site.sandbox.faults.inject(answer(503), when=METADATA, times=None)
    with pytest.raises(Transient):
        pulled(by_token(site))


def test_a_page_for_people_is_one_line(site: Site) -> None:
    site.sandbox.faults.inject(maintenance_page(), when=METADATA)
    with pytest.raises(Unusable) as error:
        pulled(by_token(site))
    assert error.value.code == "not_json"


def test_a_strange_data_centre_is_not_taken_over(site: Site) -> None:
    body = json.dumps({"api_endpoint": site.url, "dc": "evil.example/x?"}).encode()
    site.sandbox.faults.inject(answer(200, body), when=METADATA)
    records, _ = pulled(by_token(site))
    assert {one.link for one in records.values()} == {""}
