"""The connector: one administration of Moneybird behind the four methods of the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.moneybird.bookings import Bookings
from connectors.moneybird.capabilities import CAPABILITIES
from connectors.moneybird.client import Client
from connectors.moneybird.contacts import CONTACT, CONTACT_PERSON, NOTE, Contacts
from connectors.moneybird.cursor import Known
from connectors.moneybird.dispose import Disposal, child_of
from connectors.moneybird.doctor import examine
from connectors.moneybird.documents import Documents
from connectors.moneybird.limits import retry_after
from connectors.moneybird.pull import Pull, quote_state
from connectors.moneybird.resources import DOCUMENTS, ESTIMATES, JOURNAL_DOCUMENTS
from connectors.moneybird.signin import sign_in
from connectors.moneybird.values import UnreadableError, moment
from syncd.contract import Refused, Unusable
from syncd.model import DocumentKind, Presence, PresenceState, Receipt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from connectors.moneybird.settings import MoneybirdSettings
    from syncd.contract import Capability, Cursor, Finding, Page
    from syncd.http import Http
    from syncd.model import Document, Moment, Order, RecordRef


class Moneybird:
    """A live connection to one administration."""

    def __init__(self, name: str, settings: MoneybirdSettings, http: Http) -> None:
        http.retry_after = retry_after
        self._settings = settings
        self._client = Client(http, settings.administration_id, sign_in(http, settings))
        self._contacts = Contacts(name, self._client.website, settings)
        self._documents = Documents(name, self._client.website, settings)
        self._bookings = Bookings(self._client, self._documents)
        self._disposal = Disposal(self._client, self._contacts)

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What can be done to contacts, contact people and notes, and what stays behind."""
        return CAPABILITIES

    def check(self) -> Iterator[Finding]:
        """Look at the token, the administration, the scopes and the mapped fields; reads only."""
        return examine(self._client, self._settings)

    def pull(self, since: Cursor | None) -> Iterator[Page]:
        """Read everything, or what changed since a cursor."""
        return Pull(self._client, self._settings, self._contacts, self._documents, since).pages()

    def probe(self, ref: RecordRef, *, documents: bool = False) -> Presence:
        """Look at one contact, contact person or note now, and at the papers of a contact.

        Papers always name the contact, so a contact person and a note have none of their own.
        """
        try:
            return self._look(ref, documents=documents)
        except UnreadableError as error:
            raise Unusable(f"unreadable_{error.code}", f"{ref}: a value syncd does not understand") from None

    def dispose(self, order: Order) -> Receipt:
        """Carry out one order with at most one write."""
        declared = (one for one in CAPABILITIES if (one.kind, one.action) == (order.ref.kind, order.action))
        if not any(order.categories <= one.categories for one in declared):
            raise Refused(
                "undeclared", f"{order.ref}: {order.action} of these categories is not possible here"
            )
        try:
            return self._disposal.carry_out(order, self._find(order.ref))
        except UnreadableError as error:
            raise Refused(
                f"unreadable_{error.code}", f"{order.ref}: a value syncd does not understand"
            ) from None

    def _look(self, ref: RecordRef, *, documents: bool) -> Presence:
        raw = self._find(ref)
        if raw is None or (ref.kind != CONTACT and child_of(raw, ref.kind, ref.key) is None):
            return Presence(ref, PresenceState.ABSENT)
        papers: tuple[Document, ...] | None = () if documents else None
        expired: Moment | None = None
        if documents and ref.kind == CONTACT:
            papers, expired = self._papers(ref.key)
        found = next(one for one in self._contacts.records(raw, quote_expired=expired) if one.ref == ref)
        return Presence(
            ref=ref,
            state=PresenceState.ARCHIVED if found.restricted else PresenceState.PRESENT,
            version=found.version,
            categories=found.categories,
            record=found,
            documents=papers,
        )

    def _find(self, ref: RecordRef) -> Mapping[str, Any] | None:
        """Read the contact that a reference is about; None when it is proven absent.

        A 404 alone is no proof: the account may have lost its rights, or hide archived contacts. The list of
        all ids must be readable and must not have it.
        """
        if ref.kind not in {CONTACT, CONTACT_PERSON, NOTE}:
            raise Refused("unknown_kind", f"{ref}: this connector has no such records")
        key = ref.key if ref.kind == CONTACT else ref.within
        found = self._client.contact(key)
        if found is not None:
            return found
        if key not in self._client.contact_versions().versions:
            return None
        hidden = self._client.fetch("contacts", [key])
        if not hidden or str(hidden[0].get("id")) != key:
            raise Unusable("contradiction", f"{ref} is listed and cannot be read")
        return hidden[0]

    def _papers(self, contact: str) -> tuple[tuple[Document, ...], Moment | None]:
        """Read a contact's papers; also the day its only quote ran out, if a quote is all there is."""
        known = Known()
        papers: list[Document] = []
        for resource in DOCUMENTS:
            if resource is JOURNAL_DOCUMENTS:
                papers += self._bookings.of(contact)
                continue
            for raw in self._client.documents_of(resource, contact):
                paper = self._documents.document(resource, raw)
                if paper is None:
                    continue
                papers.append(paper)
                if paper.kind is not DocumentKind.ESTIMATE_UNACCEPTED:
                    known.busy.add(contact)
                elif resource is ESTIMATES and (day := quote_state(raw)) is not None:
                    known.note_quote(paper.ref.key, contact, day)
        if any(paper.kind is not DocumentKind.ESTIMATE_UNACCEPTED for paper in papers):
            known.busy.add(contact)
        return tuple(papers), moment(known.expired_quote(contact))
