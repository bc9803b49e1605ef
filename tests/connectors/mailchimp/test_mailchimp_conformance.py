"""The contract, shown on a generated world with a shop and with contacts that have a phone number only."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from connectors.mailchimp import MailchimpSettings, plugin
from connectors.mailchimp.sandbox.state import State
from syncd.testing.conformance import ConnectorConformance
from syncd.testing.sandbox import Sandbox
from tests.connectors.worlds import fresh_world

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncd.contract import Capability, Page, Plugin
    from syncd.model import Record, RecordRef

TODAY = date(2026, 11, 24)


class TestConformance(ConnectorConformance):
    plugin: Plugin[MailchimpSettings] = plugin
    account = "news"
    size = 40
    id_fields = ("id", "contact_id")

    def make_sandbox(self) -> Sandbox:
        made = plugin.sandbox(fresh_world(7, self.size, TODAY))
        assert isinstance(made, Sandbox)
        assert isinstance(made.state, State)
        audience = next(iter(made.state.audiences.values()))
        made.state.add_store("shop-1", audience.id)
        made.state.add_customer("shop-1", "1001", "klant@voorbeeld.example", first_name="Klant")
        made.state.add_customer("shop-1", "1002", "koper@voorbeeld.example", orders_count=3)
        # This shop calls a customer by the address itself: it goes by its member.
        member = next(iter(audience.members.values()))
        made.state.add_customer("shop-1", member["email_address"], member["email_address"], last_name="Door")
        made.state.add_customer("shop-1", "1003", "ander@voorbeeld.example")
        made.state.add_phone_contact(audience.id, "7CCF816ADF6CE1B1", "+31612345678")
        return made

    def bystanders(self, snapshot: Any, ref: RecordRef) -> Any:
        rest = super().bystanders(snapshot, ref)
        del rest["forgotten"]  # what Mailchimp keeps of an address that it was told to forget
        return rest


class TestConformanceWithPhoneContacts(TestConformance):
    """The same, with the contacts interface switched on and tried on a contact that only it reaches."""

    def settings(self, address: str, sandbox: Sandbox) -> dict[str, Any]:
        return {**super().settings(address, sandbox), "beta_contacts": True}

    def target(self, capability: Capability, pages: Iterable[Page]) -> Record:
        pages = list(pages)
        phone_only = [
            record for page in pages for record in page.records if record.ref.key == "7CCF816ADF6CE1B1"
        ]
        return phone_only[0] if capability.kind == "member" else super().target(capability, pages)
