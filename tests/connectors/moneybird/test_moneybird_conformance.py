"""The contract, shown on a generated world: what every connector must do."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from connectors.moneybird import plugin
from connectors.moneybird.sandbox import MoneybirdSandbox, account_table
from syncd.testing.conformance import ConnectorConformance
from tests.connectors.worlds import fresh_world

if TYPE_CHECKING:
    from connectors.moneybird.settings import MoneybirdSettings
    from syncd.contract import Plugin
    from syncd.testing.sandbox import Sandbox

TODAY = date(2026, 11, 24)


class TestConformance(ConnectorConformance):
    plugin: Plugin[MoneybirdSettings] = plugin
    account = "books"
    size = 60

    def make_sandbox(self) -> Sandbox:
        made = plugin.sandbox(fresh_world(7, self.size, TODAY))
        assert isinstance(made, MoneybirdSandbox)
        return made

    def settings(self, address: str, sandbox: Sandbox) -> dict[str, Any]:
        assert isinstance(sandbox, MoneybirdSandbox)
        return {"connector": "moneybird", **account_table(sandbox), "base_url": address}

    def bystanders(self, snapshot: Any, ref: Any) -> Any:
        """Leave out of a contact what the vendor itself notes when a person or note on it goes."""
        rest = super().bystanders(snapshot, ref)
        if ref.within in rest.get("contacts", {}):
            contact = dict(rest["contacts"][ref.within])
            for name in ("updated_at", "version", "events"):
                contact.pop(name, None)
            rest = {**rest, "contacts": {**rest["contacts"], ref.within: contact}}
        return rest
