"""Reads an administration: a list of ids per resource, then only what is new or changed, a hundred at a time.

First run: ⌈contacts/100⌉ + Σ⌈documents/100⌉ + 10 calls; a night without changes: 10. The lists are not
paged, so nothing can slip through between two pages; deletions show as ids that are gone from them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectors.moneybird.client import batches
from connectors.moneybird.contacts import CONTACT
from connectors.moneybird.cursor import Known, mark_of
from connectors.moneybird.resources import DOCUMENTS, ESTIMATES, JOURNAL_DOCUMENTS, Resource
from connectors.moneybird.values import UnreadableError, identifier, moment, text
from syncd.contract import Page, Problem
from syncd.model import DocumentKind, RecordRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from connectors.moneybird.client import Client
    from connectors.moneybird.contacts import Contacts
    from connectors.moneybird.documents import Documents
    from connectors.moneybird.settings import MoneybirdSettings
    from syncd.contract import Cursor
    from syncd.model import Document, Record

CURSOR_EVERY = 25
CURSOR_GROWTH = 8
"""Pages between two cursors, what an interrupted pull has to read again at most: 25, or an eighth of those read.

A cursor lists everything that was read, so writing it ever so often would cost the square of an administration.
"""

_FEW = 3
"""An empty list is believed when this many were known: more do not vanish in one night without a fault."""


class Pull:
    """One pass. `known` grows as pages leave; what could not be read stays out of it and is read again."""

    def __init__(
        self,
        client: Client,
        settings: MoneybirdSettings,
        contacts: Contacts,
        documents: Documents,
        since: Cursor | None,
    ) -> None:
        self._client = client
        self._settings = settings
        self._contacts = contacts
        self._documents = documents
        self._mark = mark_of(settings)
        before = Known.from_text(since, self._mark) if since else None
        self._full = before is None
        self._known = before or Known()
        self._missed = False
        self._pages, self._next_cursor = 0, CURSOR_EVERY
        self._lapsed: dict[str, Mapping[str, Any]] = {}

    def pages(self) -> Iterator[Page]:
        """Give contacts, documents, what the documents taught about contacts, and the last page."""
        yield from self._read_contacts()
        for resource in DOCUMENTS:
            yield from self._read_documents(resource)
        yield from self._read_lapsed()
        yield self._page(complete=not self._missed, cursor=True)

    # --- contacts -------------------------------------------------------------------------------------------

    def _read_contacts(self) -> Iterator[Page]:
        found_ids = self._client.contact_versions()
        listed = found_ids.versions
        yield from self._unlisted(CONTACT, listed, found_ids.unreadable)
        for batch in self._changed(CONTACT, listed):
            raws = self._client.fetch("contacts", batch)
            records: list[Record] = []
            gone: list[RecordRef] = []
            problems = _missing("contacts", batch, raws)
            for raw in raws:
                try:
                    expired = moment(self._known.expired_quote(text(raw.get("id"))))
                    found = list(self._contacts.records(raw, quote_expired=expired))
                except UnreadableError as error:
                    problems.append(_unreadable("contact", error))
                    continue
                gone += self._remember_contact(found, listed)
                records += found
            yield self._page(records=records, gone=gone, problems=problems)

    def _remember_contact(self, found: Sequence[Record], listed: Mapping[str, str]) -> list[RecordRef]:
        """Note the version and the children; give the children that are no longer there."""
        key = found[0].ref.key
        now = [child.ref for child in found[1:]]
        gone = [ref for ref in self._children(key) if ref not in now]
        self._known.versions[CONTACT][key] = listed.get(key, "")
        self._known.children.pop(key, None)
        if now:
            self._known.children[key] = " ".join(f"{ref.kind}:{ref.key}" for ref in now)
        return gone

    def _children(self, contact: str) -> list[RecordRef]:
        children = (one.partition(":") for one in self._known.children.get(contact, "").split())
        return [self._contacts.child_ref(kind, key, contact) for kind, _, key in children]

    # --- documents ------------------------------------------------------------------------------------------

    def _read_documents(self, resource: Resource) -> Iterator[Page]:
        found_ids = self._client.document_versions(resource)
        if found_ids.missing:
            yield from self._no_list(resource)
            return
        listed = found_ids.versions
        yield from self._unlisted(resource.kind, listed, found_ids.unreadable)
        for batch in self._changed(resource.kind, listed):
            raws = self._client.fetch(resource.path, batch, scope=resource.scope)
            documents: list[Document] = []
            gone: list[RecordRef] = []
            problems = _missing(resource.path, batch, raws)
            for raw in raws:
                try:
                    key = identifier(raw.get("id"))
                    found = self._documents.documents(resource, raw)
                except UnreadableError as error:
                    problems.append(_unreadable(resource.kind, error))
                    continue
                self._known.versions[resource.kind][key] = listed.get(key, "")
                if resource is JOURNAL_DOCUMENTS:
                    gone += self._remember_booking(key, [one.of.key for one in found])
                for document in found:
                    documents.append(document)
                    self._remember_quote(resource, document, raw)
            yield self._page(documents=documents, gone=gone, problems=problems)

    def _remember_booking(self, key: str, contacts: list[str]) -> list[RecordRef]:
        """Note whom a general journal names; give what it no longer says about others."""
        gone = [ref for ref in self._bookings(key) if ref.within not in contacts]
        self._known.bookings.pop(key, None)
        if contacts:
            self._known.bookings[key] = " ".join(contacts)
        return gone

    def _bookings(self, key: str) -> list[RecordRef]:
        return [
            RecordRef(self._client.account, JOURNAL_DOCUMENTS.kind, key, within=contact)
            for contact in self._known.bookings.get(key, "").split()
        ]

    def _remember_quote(self, resource: Resource, document: Document, raw: Mapping[str, Any]) -> None:
        contact = document.of.key
        self._known.forget_quote(document.ref.key)
        if document.kind is not DocumentKind.ESTIMATE_UNACCEPTED:
            self._known.busy.add(contact)
        elif resource is ESTIMATES and (day := quote_state(raw)) is not None:
            self._known.note_quote(document.ref.key, contact, day)
            if day:
                self._lapsed[contact] = raw.get("contact") or {}

    def _read_lapsed(self) -> Iterator[Page]:
        """Give contacts again whose only quote ran out: the estimate carries the whole contact with it."""
        expired = {
            key: (raw, day)
            for key, raw in self._lapsed.items()
            if (day := self._known.expired_quote(key)) is not None and key in self._known.versions[CONTACT]
        }
        stale = [
            key
            for key, (raw, _) in expired.items()
            if text(raw.get("version")) != self._known.versions[CONTACT][key]
        ]
        fresh = {
            text(raw.get("id")): raw
            for batch in batches(stale)
            for raw in self._client.fetch("contacts", batch)
        }
        records: list[Record] = []
        problems: list[Problem] = []
        for key, (embedded, day) in expired.items():
            try:
                records += self._contacts.records(fresh.get(key, embedded), quote_expired=moment(day))
            except UnreadableError as error:
                problems.append(_unreadable("contact", error))
        if records or problems:
            yield self._page(records=records, problems=problems)

    # --- what is new, what is gone --------------------------------------------------------------------------

    def _changed(self, kind: str, listed: Mapping[str, str]) -> Iterator[list[str]]:
        known = self._known.versions[kind]
        return batches([key for key, version in listed.items() if not version or known.get(key) != version])

    def _unlisted(self, kind: str, listed: Mapping[str, str], unreadable: int) -> Iterator[Page]:
        known = self._known.versions.setdefault(kind, {})
        if unreadable:
            yield self._page(problems=[Problem("unreadable_list", f"{kind}: ids or versions", unreadable)])
            return
        if not listed and len(known) > _FEW:
            text_ = (
                f"the list of {kind} came back empty: check the token's scopes, then pull everything again"
            )
            yield self._page(problems=[Problem("came_back_empty", text_, len(known))])
            return
        gone: list[RecordRef] = []
        for key in sorted(known.keys() - listed.keys()):
            if kind == JOURNAL_DOCUMENTS.kind:
                gone += self._bookings(key)
            else:
                gone += [*(self._children(key) if kind == CONTACT else ()), self._ref(kind, key)]
            del known[key]
            self._known.bookings.pop(key, None)
            self._known.children.pop(key, None)
            self._known.forget_quote(key)
        if gone:
            yield self._page(gone=gone)

    def _no_list(self, resource: Resource) -> Iterator[Page]:
        if known := self._known.versions.get(resource.kind):
            text_ = f"{resource.path}: the list is not there any more: look for a newer syncd"
            yield self._page(problems=[Problem("no_such_list", text_, len(known))])

    def _ref(self, kind: str, key: str) -> RecordRef:
        return RecordRef(self._client.account, kind, key)

    def _page(
        self,
        *,
        records: Iterable[Record] = (),
        documents: Iterable[Document] = (),
        gone: Iterable[RecordRef] = (),
        problems: Iterable[Problem] = (),
        complete: bool = False,
        cursor: bool = False,
    ) -> Page:
        problems = tuple(problems)
        self._missed = self._missed or bool(problems)
        self._pages += 1
        # What the estimates teach about contacts is told at the end: resuming must not pass it over.
        if self._pages >= self._next_cursor and not self._lapsed:
            cursor = True
        if cursor:
            self._next_cursor = self._pages + max(CURSOR_EVERY, self._pages // CURSOR_GROWTH)
        return Page(
            records=tuple(records),
            documents=tuple(documents),
            gone=tuple(gone),
            cursor=self._known.to_text(self._mark) if cursor else None,
            full=self._full,
            complete=complete,
            identity=self._settings.administration_id,
            problems=problems,
        )


def quote_state(raw: Mapping[str, Any]) -> str | None:
    """Give the day an estimate ran out, empty while it can be accepted, None when it is over otherwise."""
    state = text(raw.get("state"))
    if state == "late":
        return text(raw.get("due_date"))
    return "" if state in {"draft", "open"} else None


def _missing(what: str, asked: Sequence[str], raws: Sequence[Mapping[str, Any]]) -> list[Problem]:
    missing = set(asked) - {str(raw.get("id")) for raw in raws}
    if not missing:
        return []
    return [Problem("not_returned", f"{what}: listed, asked for and not answered: run again", len(missing))]


def _unreadable(kind: str, error: UnreadableError) -> Problem:
    return Problem(f"unreadable_{error.code}", f"{kind}: a value syncd does not understand: report its shape")
