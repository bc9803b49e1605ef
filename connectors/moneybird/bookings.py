"""General journals of one contact.

A journal names contacts on its entries, and no document says that the list can be asked for them. So every
journal is read once, and again when it changed; asking for a contact costs the list of ids and what is new.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.moneybird.client import batches
from connectors.moneybird.resources import JOURNAL_DOCUMENTS
from connectors.moneybird.values import identifier

if TYPE_CHECKING:
    from connectors.moneybird.client import Client
    from connectors.moneybird.documents import Documents
    from syncd.model import Document


class Bookings:
    """What journals say, by id, each with the version it was read in."""

    def __init__(self, client: Client, documents: Documents) -> None:
        self._client = client
        self._documents = documents
        self._read: dict[str, tuple[str, list[Document]]] = {}

    def of(self, contact: str) -> list[Document]:
        """Give what all journals say about a contact now; raises `UnreadableError`."""
        listed = self._client.document_versions(JOURNAL_DOCUMENTS).versions
        self._read = {
            key: read for key, read in self._read.items() if listed.get(key) and listed[key] == read[0]
        }
        for batch in batches(key for key in listed if key not in self._read):
            for raw in self._client.fetch(JOURNAL_DOCUMENTS.path, batch, scope=JOURNAL_DOCUMENTS.scope):
                key = identifier(raw.get("id"))
                self._read[key] = (listed.get(key, ""), self._documents.documents(JOURNAL_DOCUMENTS, raw))
        return [one for _, found in self._read.values() for one in found if one.of.key == contact]
