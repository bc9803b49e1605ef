"""Accounts that fit a sandbox, as they would stand in `syncd.toml`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .state import PodioState

if TYPE_CHECKING:
    from syncd.testing.sandbox import Sandbox


def account_table(sandbox: Sandbox) -> dict[str, Any]:
    """Give the account of a user of this sandbox, as it would stand in `syncd.toml`, without `base_url`."""
    names = ("client_id", "client_secret", "username", "password")
    signing_in = {name: sandbox.credentials[name] for name in names}
    return {"connector": "podio", **signing_in, "apps": _apps_table(sandbox)}


def app_account_table(sandbox: Sandbox) -> dict[str, Any]:
    """Give the account that signs in with app tokens: it can read, and Podio may refuse to let it delete."""
    apps = _apps_table(sandbox)
    for app in apps.values():
        app["app_token"] = sandbox.credentials[f"app_token_{app['app_id']}"]
    signing_in = {name: sandbox.credentials[name] for name in ("client_id", "client_secret")}
    return {"connector": "podio", **signing_in, "apps": apps}


def _apps_table(sandbox: Sandbox) -> dict[str, dict[str, Any]]:
    if not isinstance(sandbox.state, PodioState):
        raise TypeError("not a sandbox of Podio")
    crm = sandbox.state.world.crm
    organisation_fields = {
        "name": "naam", "kvk": "kvk-nummer", "vat": "btw-nummer", "iban": "iban",
        "customer_number": "debiteurnummer", "email": "e-mail", "phone": "telefoon", "street": "adres",
        "postcode": "postcode", "city": "plaats", "ended_on": "relatie-beeindigd-op",
        "resumed_on": "relatie-hervat-op",
    }  # fmt: skip
    person_fields = {
        "name": "naam", "email": "e-mail", "phone": "telefoon", "birth_date": "geboortedatum",
        "organisation": "organisatie",
    }  # fmt: skip
    roles = {"Klant": "customer", "Leverancier": "supplier", "Prospect": "prospect"}
    return {
        "relaties": {
            "app_id": crm.organisations_app,
            "role": "organisation",
            "relation": {"field": "relatie", "roles": roles},
            "fields": organisation_fields,
        },
        "contactpersonen": {"app_id": crm.persons_app, "role": "person", "fields": person_fields},
        "projecten": {
            "app_id": crm.projects_app,
            "role": "project",
            "on_end": "keep",
            "fields": {"organisation": "opdrachtgever"},
        },
    }
