"""The connector: reads members and shop customers, looks again at one, and deletes one permanently."""

from __future__ import annotations

import json
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from connectors.mailchimp import consent, doctor
from connectors.mailchimp.capabilities import CAPABILITIES
from connectors.mailchimp.client import Client, text
from connectors.mailchimp.contacts import Contacts
from connectors.mailchimp.cursor import decode
from connectors.mailchimp.lookup import Lookup
from connectors.mailchimp.mapping import (
    BUYER,
    CUSTOMER,
    KEY_FIELDS,
    MEMBER,
    NEWSLETTER,
    has_orders,
    member_key,
)
from connectors.mailchimp.pulling import Pull
from connectors.mailchimp.records import Records
from connectors.mailchimp.shops import Shops
from syncd.contract import Refused, Stale, Uncertain, Unusable
from syncd.model import Effect, Presence, PresenceState, Receipt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from connectors.mailchimp.scan import Row
    from connectors.mailchimp.settings import MailchimpSettings
    from syncd.contract import Capability, Cursor, Finding, Page
    from syncd.http import Answer, Http
    from syncd.model import Order, Record, RecordRef

ORDERS_CAME = "shop_orders"
"""Doubt about a customer that was read without orders and has some by now."""


class MailchimpConnector:
    """A live connection to one Mailchimp account."""

    def __init__(self, name: str, settings: MailchimpSettings, http: Http) -> None:
        self._name = name
        self._settings = settings
        self._client = Client(http, settings)
        self._lookup = Lookup(self._client)
        self._records = Records(self._client, settings, self._lookup)
        self._shops = Shops(self._client, self._lookup, settings.audiences)

    @property
    def capabilities(self) -> frozenset[Capability]:
        """Permanent deletion, and nothing else: archiving hides and keeps, so it is not offered."""
        return CAPABILITIES

    def check(self) -> Iterable[Finding]:
        """Look at the key, the user's role, the audiences, and what Mailchimp keeps elsewhere."""
        return doctor.examine(self._client, self._settings, self._shops)

    def pull(self, since: Cursor | None) -> Iterator[Page]:
        """Read every member of every audience, archived ones too, and every customer of the shops.

        With a cursor, only what changed; the ids of all are listed besides, so that `gone` is exact.
        """
        identity = text(self._client.get("", fields="account_id"), "account_id")
        # Named before the first row is asked for; see `Reading`.
        began = self._client.vendor_now()
        scope = self._scope()
        yield from Pull(
            self._client,
            self._settings,
            self._records,
            self._shops,
            identity=identity,
            scope=scope,
            before=decode(since, identity, scope),
            began=began,
        ).pages()

    def probe(self, ref: RecordRef, *, documents: bool = False) -> Presence:
        """Look at one record now. Absent only after the audience or the shop itself was seen."""
        nothing = () if documents else None  # Mailchimp holds no documents
        record = self._look(ref)
        if record is None:
            return Presence(ref, PresenceState.ABSENT, documents=nothing)
        state = PresenceState.ARCHIVED if record.restricted else PresenceState.PRESENT
        return Presence(ref, state, record.version, record.categories, record, nothing)

    def dispose(self, order: Order) -> Receipt:
        """Delete one member permanently in its own audience, or one customer in its shop."""
        self._refuse_undeclared(order)
        return self._dispose_customer(order) if order.ref.kind == CUSTOMER else self._dispose_member(order)

    def _scope(self) -> str:
        """Name what a cursor depends on: another mapping or other audiences need another full pull."""
        settings = self._settings
        return json.dumps([sorted(settings.audiences), settings.fields.model_dump(), settings.beta_contacts])

    # --- looking --------------------------------------------------------------------------------------------

    def _look(self, ref: RecordRef) -> Record | None:
        if ref.kind in {CUSTOMER, BUYER} and ref.within:
            return self._look_at_customer(ref)
        if ref.kind != MEMBER or not ref.within:
            raise Unusable(
                "unknown_kind", f"account {self._name}: Mailchimp has no {ref.kind} outside an audience"
            )
        row = self._lookup.find(ref.within, ref.key)
        if row is not None:
            return self._records.member(ref.within, row)
        contact = self._contact(ref)
        return self._records.contact(ref.within, contact) if contact is not None else None

    def _contact(self, ref: RecordRef) -> Row | None:
        """Look among the contacts, where that is switched on; the audience was seen just before."""
        return Contacts(self._client, ref.within).find(ref.key) if self._settings.beta_contacts else None

    def _look_at_customer(self, ref: RecordRef) -> Record | None:
        found = self._shops.find(ref)
        if found is None:
            return None
        record = self._records.customer(found)
        if record.ref == ref:
            return record
        return replace(record, ref=ref, doubts=(*record.doubts, ORDERS_CAME))

    # --- disposing ------------------------------------------------------------------------------------------

    def _dispose_member(self, order: Order) -> Receipt:
        audience, key = order.ref.within, order.ref.key
        row = self._lookup.find(audience, key)
        contact = self._contact(order.ref) if row is None else None
        if row is None and contact is None:
            return Receipt(order.id, Effect.ALREADY, {"seen": "absent"})
        self._require_version(
            order, text(row, "last_changed") if row else text(contact or {}, "last_updated_at")
        )
        # The path takes only the digest of the address (Mailchimp's reference for this call names nothing
        # else), and only as it is now: an edited address is another digest.
        digest = text(row or {}, "id")
        if digest:
            evidence = self._evidence(order, digest, text(row or {}, "email_address"))
            path = ("lists", audience, "members", digest, "actions", "delete-permanent")
            try:
                return self._understood(order, self._client.post(*path), evidence)
            except Uncertain as error:
                raise Uncertain(error.code, str(error), evidence=evidence) from None
        if self._settings.beta_contacts:
            answer = self._client.post("audiences", audience, "contacts", key, "actions", "forget")
            return self._understood(order, answer, {})
        raise Refused(
            "no_email_address",
            f"account {self._name}: this member has no e-mail address, so Mailchimp's permanent deletion "
            "cannot reach it: delete it by hand in the audience, or set beta_contacts = true",
        )

    def _evidence(self, order: Order, digest: str, address: str) -> dict[str, str]:
        """Take down what the deletion destroys, and what it leaves: codes and counts.

        This is the last look before the write, at the very address that the write takes: an address that changed
        hands since the first look is another person's.
        """
        left = self._shops.count(order.ref.within, address) if address else 0
        fields = ",".join(dict.fromkeys((*consent.FIELDS, *KEY_FIELDS)))
        row = self._client.find("lists", order.ref.within, "members", digest, fields=fields)
        if row is None:
            return {}
        if member_key(row) != order.ref.key:
            raise Stale(
                "changed_hands", f"account {self._name}: the address of this member is another's by now"
            )
        self._require_version(order, text(row, "last_changed"))
        return {"consent": consent.digest(row)} | ({"shop_customers": str(left)} if left else {})

    def _dispose_customer(self, order: Order) -> Receipt:
        found = self._shops.find(order.ref)
        if found is None:
            return Receipt(order.id, Effect.ALREADY, {"seen": "absent"})
        self._refuse_other_audience(found.shop.audience)
        self._require_version(order, text(found.row, "updated_at"))
        if has_orders(found.row):
            raise Stale(ORDERS_CAME, f"account {self._name}: the customer has orders since the decision")
        path = ("ecommerce", "stores", order.ref.within, "customers", text(found.row, "id"))
        answer = self._client.delete(*path)
        return self._understood(order, answer, {})

    def _require_version(self, order: Order, version: str) -> None:
        if version != order.version:
            raise Stale("changed", f"account {self._name}: the {order.ref.kind} changed since the decision")

    def _refuse_undeclared(self, order: Order) -> None:
        if not any((one.kind, one.action) == (order.ref.kind, order.action) for one in CAPABILITIES):
            raise Refused(
                "undeclared",
                f"account {self._name}: only erasing a member, or a customer without orders, is possible, "
                f"not {order.action}",
            )
        if order.categories != NEWSLETTER:
            raise Refused("undeclared", f"account {self._name}: a record is erased whole or not at all")
        if order.ref.kind == MEMBER:
            self._refuse_other_audience(order.ref.within)

    def _refuse_other_audience(self, audience: str) -> None:
        if self._settings.audiences and audience not in self._settings.audiences:
            raise Refused(
                "audience", f"account {self._name}: the audience is not among the configured audiences"
            )

    def _understood(self, order: Order, answer: Answer, evidence: dict[str, str]) -> Receipt:
        status = answer.status
        if status == HTTPStatus.NO_CONTENT:
            return Receipt(order.id, Effect.DONE, {"status": "204", **evidence})
        if status < HTTPStatus.MULTIPLE_CHOICES:
            raise Uncertain(
                "unexpected_status", f"account {self._name}: Mailchimp answered {status}, not 204"
            )
        if status == HTTPStatus.NOT_FOUND and self._look(order.ref) is None:
            return Receipt(order.id, Effect.ALREADY, {"status": "404", "seen": "absent"})
        remedy = _REMEDIES.get(status, _REMEDY).format(kind=order.ref.kind)
        raise Refused(f"status_{status}", f"account {self._name}: {remedy}")


_REMEDY = "Mailchimp does not delete this {kind}: look at it there and delete it by hand"
_REMEDIES = {
    400: "Mailchimp rejects the deletion as a bad request: look at the {kind} there",
    403: "the user of the key may not delete a {kind}: give it the role Manager or Admin",
    404: "Mailchimp shows this {kind} but does not find it for deletion: delete it there by hand",
    405: "Mailchimp does not delete a {kind} in this state: look at it there",
}
