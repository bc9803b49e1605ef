"""What the doctor says about an account."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from syncd.testing.faults import answer, maintenance_page, on

if TYPE_CHECKING:
    from syncd.contract import Finding
    from tests.connectors.mailchimp.kit import Site


def found(site: Site, code: str, **settings: object) -> list[Finding]:
    return [one for one in site.connector(**settings).check() if one.code == code]


def test_a_healthy_account_has_nothing_to_remedy(site: Site) -> None:
    findings = list(site.connector().check())
    assert {one.level for one in findings} == {"ok"}
    assert {one.code for one in findings} >= {"credentials", "role", "audience", "phone_only"}
    assert not site.writes()


@pytest.mark.parametrize(
    ("role", "level"),
    [
        ("owner", "ok"),
        ("admin", "ok"),
        ("manager", "ok"),
        ("author", "error"),
        ("viewer", "error"),
        ("", "warning"),
    ],
)
def test_a_role_that_may_not_delete_is_said_before_it_matters(site: Site, role: str, level: str) -> None:
    site.state.role = role
    (finding,) = found(site, "role")
    assert finding.level == level
    assert bool(finding.remedy) == (level != "ok")


def test_a_wrong_key_is_one_finding(site: Site) -> None:
    (finding,) = site.connector(api_key="wrong-us6").check()
    assert (finding.level, finding.code) == ("error", "credentials")
    assert "wrong" not in finding.text


def test_a_key_and_an_access_token_that_are_not_taken_have_each_their_remedy(site: Site) -> None:
    (by_key,) = site.connector(api_key="wrong-us6").check()
    (by_token,) = site.connector(api_key=None, access_token="wrong", dc="us6").check()
    assert "all of it with its end (like -us6)" in by_key.text
    assert "access_token" in by_token.text
    assert "API keys" not in by_token.text


@pytest.mark.parametrize(("title", "code"), [("User Disabled", "user_disabled"), ("Forbidden", "forbidden")])
def test_a_user_who_is_disabled_is_helped_by_no_other_role(site: Site, title: str, code: str) -> None:
    body = json.dumps({"title": title, "status": 403, "detail": "person1@example.nl"}).encode()
    site.sandbox.faults.inject(answer(403, body), when=on("GET", "*/ping"))
    (finding,) = site.connector().check()
    assert (finding.level, finding.code) == ("error", code)
    assert ("role" in finding.text) is (code == "forbidden")
    assert "person1" not in finding.text


def test_what_no_deletion_reaches_is_named(site: Site) -> None:
    site.state.exports = 2
    site.shop()
    (exports,) = found(site, "account_exports")
    (shops,) = found(site, "shops")
    assert "90 days" in exports.text
    assert shops.remedy


def test_customers_whom_nothing_can_reach_are_counted(site: Site) -> None:
    site.shop(("1001", "a@example.nl"), ("person1@example.nl", "person1@example.nl"))
    assert not found(site, "unnamed_customers")
    site.state.add_customer("shop-1", "koper@example.nl", "koper@example.nl")
    (finding,) = found(site, "unnamed_customers")
    assert ("1 customer" in finding.text, bool(finding.remedy)) == (True, True)
    assert "koper" not in repr(finding)


def test_audiences_that_stay_untouched_are_said(site: Site) -> None:
    assert not found(site, "audiences_outside", audiences=["aud1", "aud2"])
    (finding,) = found(site, "audiences_outside", audiences=["aud1"])
    assert (finding.level, "1 other" in finding.text) == ("warning", True)


def test_a_tag_that_an_audience_does_not_have_is_named(site: Site) -> None:
    findings = found(site, "merge_fields", fields={"company": "BEDRIJF"})
    assert [one.level for one in findings] == ["warning", "warning"]
    assert all("BEDRIJF" in one.text for one in findings)


def test_a_configured_audience_that_is_not_there_is_an_error(site: Site) -> None:
    (finding,) = found(site, "audience_missing", audiences=["aud1", "aud9"])
    assert (finding.level, "aud9" in finding.text) == ("error", True)


def test_a_failure_half_way_is_a_finding_and_no_crash(site: Site) -> None:
    site.sandbox.faults.inject(maintenance_page(), when=on("GET", "*/lists"), times=None)
    findings = list(site.connector().check())
    assert [one.code for one in findings] == ["credentials", "sign_in", "role", "plan", "not_json"]


def test_it_says_which_plan_the_account_has_and_how_long_the_sign_in_lasts(site: Site) -> None:
    site.state.plan = "forever_free"
    (plan,), (key,) = found(site, "plan"), found(site, "sign_in")
    assert "plan is forever_free" in plan.text
    assert "API key does not expire" in key.text
    (token,) = found(site, "sign_in", api_key=None, access_token=site.state.key, dc="us6")
    assert "application is disconnected" in token.text
