"""A mapping that does not fit the app is found before any item is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from syncd.contract import Unusable

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.podio.connector import PodioConnector
    from connectors.podio.sandbox import PodioState
    from syncd.testing.sandbox import Sandbox


def with_relations(table: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Change the table of the app `relaties`; `fields` adds to its fields."""
    app = table["apps"]["relaties"]
    fields = {**app["fields"], **changes.pop("fields", {})}
    return {**table, "apps": {**table["apps"], "relaties": {**app, **changes, "fields": fields}}}


@pytest.mark.parametrize(
    ("changes", "code", "named"),
    [
        ({"fields": {"ended_on": "beeindigd"}}, "unknown_field", "fields.ended_on = 'beeindigd'"),
        (
            {"fields": {"ended_on": "naam"}},
            "wrong_type",
            "fields.ended_on = 'naam': the field is of type text",
        ),
        (
            {"fields": {"name": "e-mail", "phone": "adres", "kvk": "relatie-hervat-op"}},
            "wrong_type",
            "fields.kvk",
        ),
        ({"fields": {"address": "adres"}}, "wrong_type", "location"),
        ({"categories": {"inloggegevens": "credentials"}}, "unknown_field", "categories = 'inloggegevens'"),
        ({"references": {"books:contact": "moneybird"}}, "unknown_field", "references.books:contact"),
        ({"relation": {"field": "naam", "roles": {"Klant": "customer"}}}, "wrong_type", "relation.field"),
        (
            {"relation": {"field": "relatie", "roles": {"Klant": "customer", "Oud": "none"}}},
            "unknown_option",
            "no option 'oud'",
        ),
    ],
)
def test_a_wrong_mapping_names_the_app_and_the_field(
    connected: Callable[..., PodioConnector],
    table: dict[str, Any],
    sandbox: Sandbox,
    changes: dict[str, Any],
    code: str,
    named: str,
) -> None:
    connector = connected(with_relations(table, **changes))
    found = {finding.code: finding for finding in connector.check() if finding.level == "error"}
    assert set(found) == {code}
    assert "app relaties" in found[code].text
    assert named in found[code].text
    assert found[code].remedy != ""
    with pytest.raises(Unusable) as stopped:
        list(connector.pull(None))
    assert stopped.value.code == code
    assert not any("/filter" in request.path for request in sandbox.requests)


def test_the_remedy_names_the_fields_that_fit(
    connected: Callable[..., PodioConnector], table: dict[str, Any]
) -> None:
    connector = connected(with_relations(table, fields={"ended_on": "beeindigd"}))
    (remedy,) = [finding.remedy for finding in connector.check() if finding.code == "unknown_field"]
    assert remedy == "fields that fit: relatie-beeindigd-op, relatie-hervat-op"


def delete_field(state: PodioState) -> None:
    app = state.apps[1001]
    app.fields = [one for one in app.fields if one.external_id != "relatie-beeindigd-op"]


def mark_field_deleted(state: PodioState) -> None:
    next(
        one for one in state.apps[1001].fields if one.external_id == "relatie-beeindigd-op"
    ).status = "deleted"


@pytest.mark.parametrize(
    ("happens", "code"), [(delete_field, "unknown_field"), (mark_field_deleted, "deleted_field")]
)
def test_a_field_that_somebody_deletes_stops_the_account(
    connected: Callable[..., PodioConnector],
    state: PodioState,
    happens: Callable[[PodioState], None],
    code: str,
) -> None:
    connector = connected()
    assert list(connector.pull(None))[-1].complete
    happens(state)
    with pytest.raises(Unusable, match="relatie-beeindigd-op") as stopped:
        list(connector.pull(None))
    assert stopped.value.code == code


def test_a_deleted_option_may_stay_mapped(
    connected: Callable[..., PodioConnector], state: PodioState
) -> None:
    relation = next(one for one in state.apps[1001].fields if one.external_id == "relatie")
    relation.deleted_options = ("Prospect",)
    found = {finding.code: finding for finding in connected().check()}
    assert found["deleted_option"].level == "warning"
    assert list(connected().pull(None))[-1].complete


def test_an_option_that_nobody_mapped_is_told_before_items_have_it(
    connected: Callable[..., PodioConnector], table: dict[str, Any]
) -> None:
    relation = {"field": "relatie", "roles": {"Klant": "customer", "Leverancier": "supplier"}}
    found = {finding.code: finding for finding in connected(with_relations(table, relation=relation)).check()}
    assert "'Prospect'" in found["unmapped_option"].text
    assert found["unmapped_option"].level == "warning"


def test_an_organisation_app_without_end_or_relation_is_told(
    connected: Callable[..., PodioConnector], table: dict[str, Any]
) -> None:
    changed = with_relations(table, relation=None, fields={"ended_on": []})
    assert {"no_relation", "no_ended_on"} <= {finding.code for finding in connected(changed).check()}


def test_a_reference_to_an_app_that_is_not_configured_is_told(
    connected: Callable[..., PodioConnector], table: dict[str, Any]
) -> None:
    apps = {name: app for name, app in table["apps"].items() if name != "relaties"}
    found = list(connected({**table, "apps": apps}).check())
    assert [one.code for one in found].count("unknown_organisation_app") == 2


def test_an_unknown_app_is_named(connected: Callable[..., PodioConnector], table: dict[str, Any]) -> None:
    found = {finding.code: finding for finding in connected(with_relations(table, app_id=4242)).check()}
    assert "app relaties" in found["not_found"].text
    assert "check app_id" in found["not_found"].text
