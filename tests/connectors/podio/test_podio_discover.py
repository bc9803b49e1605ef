"""Discovering: a mapping that loads, says what the hand-written one says, and admits what it cannot know."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.podio import PodioSettings, discover, plugin
from connectors.podio.definition import read_app
from connectors.podio.sandbox import app_account_table
from connectors.podio.sandbox.apps import App, Field
from connectors.podio.settings import AppSettings
from connectors.podio.suggesting import guesses
from syncd.contract import Unusable
from syncd.testing.faults import answer, on

if TYPE_CHECKING:
    from collections.abc import Callable

    from connectors.podio.connector import PodioConnector
    from connectors.podio.sandbox import PodioState
    from syncd.contract import Page
    from syncd.model import Record, RecordRef
    from syncd.testing.sandbox import Sandbox


def records(pages: list[Page]) -> dict[RecordRef, Record]:
    return {record.ref: record for page in pages for record in page.records}


def tables(text: str) -> dict[str, Any]:
    """Read what was discovered as it stands in the file."""
    found: dict[str, Any] = tomllib.loads(text)["accounts"]["crm"]["apps"]
    return found


@pytest.fixture
def bare(table: dict[str, Any]) -> dict[str, Any]:
    """An account that signs in and names no apps yet."""
    return {key: value for key, value in table.items() if key != "apps"}


def test_what_is_discovered_reads_the_same_facts(
    connected: Callable[..., PodioConnector], bare: dict[str, Any], table: dict[str, Any], sandbox: Sandbox
) -> None:
    found = tables(discover(connected(bare)))
    assert set(found) == {"relaties", "contactpersonen", "projecten"}
    by_hand = records(list(connected(table).pull(None)))
    assert records(list(connected({**bare, "apps": found}).pull(None))) == by_hand
    assert len(by_hand) == 6
    assert sandbox.counts()["writes"] == 0


def test_only_definitions_are_read(
    connected: Callable[..., PodioConnector], bare: dict[str, Any], sandbox: Sandbox
) -> None:
    text = discover(connected(bare))
    paths = [one.path for one in sandbox.requests]
    assert paths == ["/oauth/token", "/org/", "/app/space/9001/", "/app/1001", "/app/1002", "/app/1003"]
    assert "app-token" not in text


def test_the_plugin_offers_it() -> None:
    assert plugin.discover is discover


def test_an_account_without_apps_pulls_nothing_and_is_told_how(
    connected: Callable[..., PodioConnector], bare: dict[str, Any], sandbox: Sandbox
) -> None:
    connector = connected(bare)
    with pytest.raises(Unusable, match="--discover") as refused:
        list(connector.pull(None))
    assert refused.value.code == "no_apps"
    assert sandbox.requests == []
    assert [one.code for one in connector.check() if one.level == "error"] == ["no_apps"]


def test_with_app_tokens_the_configured_apps_are_discovered(
    connected: Callable[..., PodioConnector], sandbox: Sandbox
) -> None:
    table = app_account_table(sandbox)
    found = tables(discover(connected(table)))
    assert set(found) == set(table["apps"])
    assert found["relaties"]["app_token"] == "${PODIO_APP_TOKEN_1001}"
    PodioSettings.model_validate({**table, "apps": found})
    assert "/org/" not in {one.path for one in sandbox.requests}


def test_what_it_cannot_know_is_to_be_checked(
    connected: Callable[..., PodioConnector], bare: dict[str, Any], state: PodioState
) -> None:
    fields = state.apps[1001].fields
    relation = state.apps[1001].by_name()["relatie"]
    relation.options = ("Klant", "Leverancier", "Partner", "Oud-klant")
    fields.append(Field(270000099, "wachtwoord-portaal", "Wachtwoord portaal", "text"))
    state.apps[4001] = App(4001, 9001, "Notulen", "Notulen", "t", [Field(1, "kop", "Kop", "text")])
    text = discover(connected(bare))
    assert 'roles = { "Klant" = "customer", "Leverancier" = "supplier" }' in text
    checks = [line for line in text.splitlines() if "check:" in line]
    assert any("'Partner' is not mapped" in line for line in checks)
    assert any("'Oud-klant' is not mapped" in line for line in checks)
    assert any("wachtwoord-portaal" in line and "credentials" in line for line in checks)
    assert any("own designs" in line for line in checks)
    assert "# Werk / Notulen (app 4001): nothing in it says whom an item is about; left out" in text
    assert set(tables(text)) == {"relaties", "contactpersonen", "projecten"}


def test_an_app_that_may_not_be_read_stops_no_other(
    connected: Callable[..., PodioConnector], bare: dict[str, Any], sandbox: Sandbox
) -> None:
    sandbox.faults.inject(answer(403, b"{}"), when=on("GET", "/app/1003"), times=None)
    text = discover(connected(bare))
    assert set(tables(text)) == {"relaties", "contactpersonen"}
    assert "# app 1003 could not be read (forbidden)" in text


def test_two_apps_of_one_name_get_two_tables(
    connected: Callable[..., PodioConnector], bare: dict[str, Any], state: PodioState
) -> None:
    twin = App(1004, 9001, "Relaties", "Relatie", "t", state.apps[1001].fields)
    state.apps[1004] = twin
    assert set(tables(discover(connected(bare)))) >= {"relaties", "relaties-1004"}


# --- guesses ------------------------------------------------------------------------------------------------


def definition(app_id: int, name: str, *fields: tuple[str, str], **more: Any) -> dict[str, Any]:
    """Make an app's definition: fields as (type, label)."""
    return {
        "app_id": app_id,
        "space_id": 1,
        "config": {"name": name},
        "rights": ["view", "delete"],
        "fields": [
            {
                "field_id": app_id * 100 + number,
                "external_id": label.lower().replace(" ", "-"),
                "type": kind,
                "config": {"label": label, **more.get(label, {})},
            }
            for number, (kind, label) in enumerate(fields)
        ],
    }


def test_an_english_workspace_is_understood_too() -> None:
    companies = definition(
        1, "Companies", ("text", "Company name"), ("email", "Mail"), ("tel", "Call"), ("location", "Where"),
        ("text", "VAT"), ("number", "Customer number"), ("date", "End date"), ("calculation", "City"),
    )  # fmt: skip
    contacts = definition(
        2, "People", ("text", "First name"), ("text", "Last name"), ("date", "Birthday"), ("app", "Employer"),
        Employer={"settings": {"referenced_apps": [{"app_id": 1}]}},
    )  # fmt: skip
    deliveries = definition(
        3, "Deliveries", ("text", "Title"), ("app", "For"),
        For={"settings": {"referenced_apps": [{"app_id": 1}]}},
    )  # fmt: skip
    first, second, third = guesses([companies, contacts, deliveries])
    assert (first.role, second.role, third.role) == ("organisation", "person", "project")
    assert first.table()["fields"] == {
        "name": ["company-name"], "email": ["mail"], "phone": ["call"], "address": ["where"], "vat": ["vat"],
        "customer_number": ["customer-number"], "ended_on": ["end-date"], "city": ["city"],
    }  # fmt: skip
    assert second.table()["fields"] == {
        "given_name": ["first-name"],
        "family_name": ["last-name"],
        "birth_date": ["birthday"],
        "organisation": ["employer"],
    }
    assert third.table()["on_end"] == "keep"


def test_a_contact_mapping_tells_more_than_a_label() -> None:
    """In an app of contacts Podio itself knows which field says what."""
    app = definition(
        1, "Contacten", ("text", "X"), ("text", "Y"), ("location", "Z"),
        X={"mapping": "contact_name"}, Y={"mapping": "contact_email"}, Z={"mapping": "contact_address"},
    )  # fmt: skip
    (guess,) = guesses([app])
    assert guess.role == "organisation"
    assert guess.table()["fields"] == {"name": ["x"], "email": ["y"], "address": ["z"]}


def test_an_option_that_cannot_be_spelled_is_named_by_its_id() -> None:
    options = [{"id": 7, "text": "Klant"}, {"id": 8, "text": "klant "}, {"id": 9, "text": "Lead"}]
    app = definition(
        1, "R", ("text", "Naam"), ("category", "Soort"), Soort={"settings": {"options": options}}
    )
    (guess,) = guesses([app])
    assert guess.roles == {"7": "customer", "8": "customer", "Lead": "prospect"}


@settings(max_examples=80)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["text", "email", "phone", "tel", "date", "number", "calculation", "category", "app", "contact",
                 "location", "money", "image", "tag"]
            ),
            st.sampled_from(
                ["Naam", "E-mail", "Telefoon", "KvK", "Btw", "Beëindigd op", "Hervat op", "Relatie", "Adres",
                 "Plaats", "Geboortedatum", "Organisatie", "Wachtwoord", "Titel", 'Iets "vreemds"\n[x]', "# \x7f"]
            ),
        ),
        max_size=9,
        unique_by=lambda pair: pair[1],
    ),
    st.text(max_size=12),
)  # fmt: skip
def test_every_guess_is_a_mapping_that_fits(fields: list[tuple[str, str]], name: str) -> None:
    """Whatever an app looks like: the table is valid, and the doctor finds no error in it."""
    app = definition(1, name, *fields, Organisatie={"settings": {"referenced_apps": [{"app_id": 1}]}})
    for one in guesses([app]):
        if one.role is not None:
            made = AppSettings.model_validate(one.table())
            assert read_app("t", made, app).errors == ()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=30), label=st.text(max_size=30), option=st.text(max_size=30))
def test_no_name_in_podio_can_write_configuration(
    connected: Callable[..., PodioConnector],
    bare: dict[str, Any],
    state: PodioState,
    name: str,
    label: str,
    option: str,
) -> None:
    """Names of apps, fields and options come from Podio: they end no comment and no string."""
    app = state.apps[1001]
    app.name = name
    known = app.by_name()
    known["270000014"].label = known["270000014"].external_id = label or "-"
    known["270000010"].options = ("Klant", option)
    text = discover(connected(bare))
    assert list(tomllib.loads(text)) == ["accounts"]
    assert list(tomllib.loads(text)["accounts"]) == ["crm"]
    assert len(tables(text)) == 3
    PodioSettings.model_validate({**bare, "apps": tables(text)})


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/org/", b'[{"spaces": 7}]'),
        ("/org/", b'[{"spaces": [{"name": "x"}]}]'),
        ("/org/", b'[{"spaces": ["x"]}]'),
        ("/app/space/*", b'[{"name": "x"}]'),
        ("/app/space/*", b'[{"app_id": "x"}]'),
    ],
)
def test_a_list_of_workspaces_or_apps_in_another_shape_is_no_fault_of_the_connector(
    connected: Callable[..., PodioConnector], bare: dict[str, Any], sandbox: Sandbox, path: str, body: bytes
) -> None:
    sandbox.faults.inject(answer(200, body), when=on("GET", path), times=None)
    with pytest.raises(Unusable) as error:
        discover(connected(bare))
    assert error.value.code == "unknown_answer"
