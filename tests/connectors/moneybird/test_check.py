from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from connectors.moneybird import plugin
from syncd.testing.faults import answer, on
from tests.connectors.moneybird.bench import contact

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncd.contract import Finding
    from tests.connectors.moneybird.bench import Bench


def found(bench: Bench, **settings: str) -> list[Finding]:
    return list(bench.connect(**settings).check())


def errors(findings: list[Finding]) -> list[str]:
    return [one.code for one in findings if one.level == "error"]


def test_a_good_account_has_no_error_and_nothing_was_changed(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench((contact(1),))
    digest = bench.sandbox.digest()
    findings = found(bench)
    assert errors(findings) == []
    assert sum(one.code == "readable" for one in findings) == 10
    assert bench.sandbox.digest() == digest
    assert bench.sandbox.counts()["writes"] == bench.sandbox.counts()["refused"] == 0


def test_everything_but_ok_says_what_to_do(make_bench: Callable[..., Bench]) -> None:
    for one in found(make_bench((contact(1),))):
        assert one.level == "ok" or one.remedy


def test_what_no_document_settles_is_named_once_and_no_finding_of_an_account(
    make_bench: Callable[..., Bench],
) -> None:
    assert any("X-Kept-As" in one for one in plugin.open_questions)
    assert not [one for one in found(make_bench()) if one.text in plugin.open_questions]


@pytest.mark.parametrize(
    ("scope", "unseen"), [("sales_invoices", 3), ("documents", 5), ("estimates", 1)]
)  # fmt: skip
def test_each_missing_scope_is_an_error(make_bench: Callable[..., Bench], scope: str, unseen: int) -> None:
    bench = make_bench()
    bench.sandbox.service.scopes.discard(scope)
    assert errors(found(bench)) == ["missing_scope"] * unseen


def test_a_wrong_token_ends_the_examination(make_bench: Callable[..., Bench]) -> None:
    [finding] = found(make_bench(), token="fout")
    assert (finding.level, finding.code) == ("error", "wrong_token")
    assert "fout" not in finding.text


@pytest.mark.parametrize(
    ("path", "status", "body", "code", "remedy"),
    [
        ("*/administrations*", 401, "The access token is invalid", "wrong_token", "make a new token"),
        ("*/administrations*", 404, "record not found", "no_such_administration", "base_url"),
        ("*/estimates*", 401, "No access to estimates", "missing_scope", "make a new token"),
        ("*/estimates*", 403, "Not allowed", "forbidden", "give the token's user access"),
    ],
)
def test_each_refusal_has_the_remedy_that_ends_it(
    make_bench: Callable[..., Bench], path: str, status: int, body: str, code: str, remedy: str
) -> None:
    bench = make_bench()
    refusal = answer(status, json.dumps({"error": body}).encode())
    bench.sandbox.faults.inject(refusal, when=on("GET", path), times=None)
    told = [one for one in found(bench) if one.level == "error"]
    assert {one.code for one in told} == {code}
    assert all(remedy in one.remedy for one in told)


def test_an_administration_the_token_does_not_open_is_an_error(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench()
    bench.sandbox.faults.inject(
        answer(200, b'[{"id":"1","suspended":false},{"id":2}]'), when=on("GET", "*/administrations*")
    )
    assert "no_such_administration" in errors(found(bench))


def test_a_wide_token_and_a_suspended_administration_are_told(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench()
    listed = f'[{{"id":{bench.sandbox.administration.id},"suspended":true}},{{"id":2}}]'
    bench.sandbox.faults.inject(answer(200, listed.encode()), when=on("GET", "*/administrations*"))
    findings = found(bench)
    assert errors(findings) == ["suspended"]
    assert "wide_token" in {one.code for one in findings}


@pytest.mark.parametrize("setting", ["ended_field", "role_field"])
def test_a_mapped_field_that_is_not_there_is_an_error(make_bench: Callable[..., Bench], setting: str) -> None:
    assert errors(found(make_bench(), **{setting: "Einde van de relatie"})) == ["mapped_field"]


def test_a_field_may_be_named_by_its_id(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench()
    assert errors(found(bench, ended_field=bench.sandbox.administration.custom_fields[0]["id"])) == []


def test_a_list_that_the_subscription_leaves_out_has_a_remedy_of_its_own(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench()
    bench.sandbox.faults.inject(answer(402), when=on("GET", "*/estimates.json"))
    (refused,) = [one for one in found(bench) if one.level == "error"]
    assert refused.code == "plan_limit"
    assert "subscription" in refused.remedy
    assert "scope" not in refused.remedy


def test_it_says_how_long_the_sign_in_lasts(make_bench: Callable[..., Bench]) -> None:
    (told,) = [one for one in found(make_bench()) if one.code == "sign_in"]
    assert "works until it is withdrawn" in told.text
