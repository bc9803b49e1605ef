"""Carries out one order with at most one write.

The record is read first: what is not there any more, or has changed, is not written to. Moneybird's 204 on a
deletion may mean that the contact was only archived, which its header `X-Kept-As` tells.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from connectors.moneybird.answers import BAD_REQUEST, NOT_FOUND, symbolic
from connectors.moneybird.contacts import CONTACT, CONTACT_PERSON, mandate_is_active, version
from connectors.moneybird.fence import BLANKABLE
from connectors.moneybird.values import UnreadableError, text
from syncd.contract import Refused, Stale, Uncertain, Unusable
from syncd.model import Action, Effect, Order, Receipt

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from connectors.moneybird.client import Client
    from connectors.moneybird.contacts import Contacts
    from syncd.http import Answer
    from syncd.model import DataCategory

KEPT_AS = "x-kept-as"
"""Header of a deletion that kept the record (changelog of 2026-11-10). Its values are not documented."""

_MIRRORS = {"email": "send_invoices_to_email", "attention": "send_invoices_to_attention"}
"""Fields that cannot be set themselves and show what another one holds."""


class Disposal:
    """Writes for one account."""

    def __init__(self, client: Client, contacts: Contacts) -> None:
        self._client = client
        self._contacts = contacts

    def carry_out(self, order: Order, contact: Mapping[str, Any] | None) -> Receipt:
        """Send the order's write, given its contact as it is now (None: proven absent).

        Raises `Stale` for a changed record, `Refused` for what can never work.
        """
        raw = contact if order.ref.kind == CONTACT else child_of(contact, order.ref.kind, order.ref.key)
        if contact is None or raw is None:
            return Receipt(order.id, Effect.ALREADY, {"found": "absent"})
        if version(raw) != order.version:
            raise Stale("changed", f"{order.ref} changed since the decision")
        self._require_no_claims(order)
        if order.action is Action.MINIMISE:
            return self._minimise(order, contact)
        if order.action is Action.ARCHIVE:
            return self._archive(order, contact)
        return self._erase(order)

    def _require_no_claims(self, order: Order) -> None:
        """Raise `Refused` while the contact has a subscription that runs, or something that is not billed yet.

        Neither is in any list: each is asked for by contact, so only of those that are about to be written to.
        """
        contact = order.ref.key if order.ref.kind == CONTACT else order.ref.within
        if self._client.running_subscriptions(contact):
            raise Refused(
                "running_subscription",
                f"{order.ref}: a subscription of this contact runs: end it in Moneybird, or correct the end",
            )
        if self._client.unbilled_charges(contact):
            raise Refused(
                "unbilled_charges",
                f"{order.ref}: this contact has charges that are not billed yet: bill or remove them in Moneybird",
            )

    def _erase(self, order: Order) -> Receipt:
        answer = self._client.write("DELETE", path_of(order))
        if kept := answer.headers.get(KEPT_AS):
            return Receipt(order.id, Effect.WEAKER, {"status": str(answer.status), "kept_as": _code(kept)})
        if answer.status == BAD_REQUEST:
            if _cannot_be_archived(answer):
                # Deleting an archived contact that must be kept: it is archived, and stays so.
                return Receipt(order.id, Effect.WEAKER, {"status": "400", "kept_as": "archived"})
            raise Refused("status_400", f"{order.ref}: the vendor refuses to delete it: {_why(answer)}")
        # 404: it was there a moment ago, so it went between the reading and the deletion.
        return Receipt(order.id, Effect.DONE, {"status": str(answer.status)})

    def _archive(self, order: Order, contact: Mapping[str, Any]) -> Receipt:
        if contact.get("archived") is True:
            return Receipt(order.id, Effect.ALREADY, {"found": "archived"})
        answer = self._client.write("PATCH", f"{path_of(order)}/archive")
        if answer.status == BAD_REQUEST and _cannot_be_archived(answer):
            return Receipt(order.id, Effect.ALREADY, {"status": "400", "found": "archived"})
        return self._done(order, answer)

    def _minimise(self, order: Order, contact: Mapping[str, Any]) -> Receipt:
        held = self._contacts.categories(contact) & order.categories
        if not held:
            return Receipt(order.id, Effect.ALREADY, {"found": "empty"})
        fields = self._emptied(contact, held)
        if not fields:
            raise Refused(
                "not_settable",
                f"{order.ref}: what is left of {', '.join(sorted(held))} cannot be emptied from outside",
            )
        answer = self._client.write("PATCH", path_of(order), {"contact": fields})
        receipt = self._done(order, answer)
        left = self._left(order, answer)
        if left:
            return Receipt(order.id, Effect.WEAKER, {**receipt.evidence, "left": ",".join(sorted(left))})
        return receipt

    def _left(self, order: Order, answer: Answer) -> frozenset[DataCategory]:
        try:
            return self._contacts.categories(answer.json()) & order.categories
        except (Unusable, UnreadableError, AttributeError):
            raise Uncertain(
                "unreadable_answer", f"{order.ref}: the answer to the write is not a contact"
            ) from None

    def _emptied(self, contact: Mapping[str, Any], categories: Iterable[str]) -> dict[str, Any]:
        """Name the filled fields of these categories that can be set, each with an empty value."""
        filled = {field for field, value in contact.items() if isinstance(value, str) and value.strip()}
        filled |= {_MIRRORS[field] for field in filled & _MIRRORS.keys()}
        if mandate_is_active(contact):
            filled = {field for field in filled if not field.startswith("sepa_")}
        fields: dict[str, Any] = {
            field: "" for category in categories for field in BLANKABLE.get(category, ()) if field in filled
        }
        if "relation_record" in categories:
            ids = self._contacts.unmapped_custom_fields(contact)
            fields["custom_fields_attributes"] = {
                str(place): {"id": one, "value": ""} for place, one in enumerate(ids)
            }
        return fields

    def _done(self, order: Order, answer: Answer) -> Receipt:
        if answer.status == NOT_FOUND:
            raise Stale("gone", f"{order.ref} went between the reading and the write")
        if answer.status == BAD_REQUEST:
            raise Refused("status_400", f"{order.ref}: the vendor refuses the change: {_why(answer)}")
        return Receipt(order.id, Effect.DONE, {"status": str(answer.status)})


def child_of(contact: Mapping[str, Any] | None, kind: str, key: str) -> Mapping[str, Any] | None:
    """Find a contact person or a note in its contact. A contact that does not list them proves no absence."""
    if contact is None:
        return None
    children = contact.get("contact_people" if kind == CONTACT_PERSON else "notes")
    if not isinstance(children, list) or not all(isinstance(one, dict) for one in children):
        raise Unusable(
            "unreadable_list", f"a contact does not list what is of the kind {kind}: check base_url"
        )
    return next((one for one in children if text(one.get("id")) == key), None)


def path_of(order: Order) -> str:
    """Give the address of an order's record below the administration."""
    ref = order.ref
    if ref.kind == CONTACT:
        return f"/contacts/{ref.key}"
    folder = "contact_people" if ref.kind == CONTACT_PERSON else "notes"
    return f"/contacts/{ref.within}/{folder}/{ref.key}"


def _cannot_be_archived(answer: Answer) -> bool:
    return "can_not_be_archived" in symbolic(answer).values()


def _why(answer: Answer) -> str:
    """Give the vendor's code for a refusal; its sentence may hold a name."""
    codes = sorted(_code(str(one)) for one in symbolic(answer).values())
    return ", ".join(codes) or "it does not say why"


def _code(value: str) -> str:
    return re.sub(r"[^a-z_]", "_", value.strip().lower())[:32] or "unknown"
