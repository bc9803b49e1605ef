"""What can be done at Moneybird, by effect, and what stays there afterwards."""

from __future__ import annotations

from connectors.moneybird.contacts import CONTACT, CONTACT_PERSON, NOTE
from syncd.contract import Capability, Residue
from syncd.model import Action

_PAPERS = Residue(
    "papers_keep_copy",
    "Invoices, estimates and other papers keep the name and address that were printed on them, "
    "until a person deletes them after their fiscal hold.",
)
_HISTORY = Residue(
    "history_keeps_old_values",
    "The contact's history keeps the old values of emptied fields and no interface removes them; "
    "it goes when the contact itself is erased.",
)
_MANDATE = Residue(
    "mandate_stays",
    "An active direct-debit mandate keeps its IBAN, name and reference until a person ends it or the contact "
    "is erased. A card number tied to the contact cannot be emptied through the interface.",
)
_BACKUPS = Residue(
    "vendor_backups", "Moneybird's own backups and exports made earlier; it publishes no period."
)
_ARCHIVED = Residue("everything_stays", "Archiving hides the contact and removes nothing.")
_MESSAGES = Residue(
    "sent_messages",
    "E-mails that were sent from Moneybird stay in the history of the papers they were sent with.",
)

_EVERYTHING = frozenset(
    {"fiscal_identity", "contact_details", "registration", "bank_details", "relation_record"}
)

CAPABILITIES = frozenset(
    {
        Capability(
            CONTACT,
            Action.ERASE,
            _EVERYTHING,
            exclusive_of_documents=True,
            residue=(_PAPERS, _MESSAGES, _BACKUPS),
        ),
        Capability(
            CONTACT,
            Action.MINIMISE,
            _EVERYTHING - {"fiscal_identity"},
            residue=(_HISTORY, _MANDATE, _PAPERS, _MESSAGES, _BACKUPS),
        ),
        Capability(CONTACT, Action.ARCHIVE, _EVERYTHING, reversible=True, residue=(_ARCHIVED,)),
        Capability(
            CONTACT_PERSON,
            Action.ERASE,
            frozenset({"contact_details"}),
            residue=(_HISTORY, _PAPERS, _MESSAGES, _BACKUPS),
        ),
        Capability(NOTE, Action.ERASE, frozenset({"relation_record"}), residue=(_HISTORY, _BACKUPS)),
    }
)
