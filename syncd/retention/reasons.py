"""The reasons of decisions: stable codes, and what each says in words."""

from __future__ import annotations

from typing import Final

NO_ROLE: Final = "no_role"
NEWSLETTER_CONSENT: Final = "newsletter_consent"
QUOTE_EXPIRED: Final = "quote_expired"
SILENT: Final = "silent"
NO_END: Final = "no_end"
DOCUMENTS_PAST_HOLD: Final = "documents_past_hold"
ROLE_ACTIVE: Final = "role_active"
END_SUSPECT: Final = "end_suspect"
RESUMED: Final = "resumed"
DUPLICATE_OF_ACTIVE: Final = "duplicate_of_active"
DOCUMENT_AFTER_END: Final = "document_after_end"
CLAIM_PRESCRIBED: Final = "claim_prescribed"
AGREEMENT_RUNNING: Final = "agreement_running"
OPEN_CLAIM: Final = "open_claim"
SUSPENDED: Final = "suspended"
RELEASED: Final = "released"
ENDED: Final = "ended"
EFFECTIVE_END: Final = "effective_end"
DUE: Final = "due"
LAST_DOCUMENT: Final = "last_document"
LAST_OBLIGATION: Final = "last_obligation"
OWN_AGREEMENT: Final = "own_agreement"
UNHELD_ERASED: Final = "unheld_erased"
HOLD: Final = "hold"
HOLD_OPEN: Final = "hold_open"
HOLD_OWN_PROPERTY: Final = "hold_own_property"
HOLD_OSS: Final = "hold_oss"
DOCUMENT_SUSPECT: Final = "document_suspect"
NO_FINANCIAL_YEAR: Final = "no_financial_year"
FIRST_USE_UNKNOWN: Final = "first_use_unknown"
DOCUMENT_UNDATED: Final = "document_undated"
BEYOND_CALENDAR: Final = "beyond_calendar"
KEPT_BY_PERSON: Final = "kept_by_person"
ORGANISATION_KEPT: Final = "organisation_kept"
ORGANISATION_SUSPENDED: Final = "organisation_suspended"
ORGANISATION_REVIEW: Final = "organisation_review"
ORGANISATION_ENDED: Final = "organisation_ended"
DOUBT_PREFIX: Final = "doubt:"
ACCEPTED_PREFIX: Final = "accepted:"
"""Before the code of a contradiction that a person called harmless."""

HOLDS: Final = frozenset(
    {
        HOLD, HOLD_OPEN, HOLD_OWN_PROPERTY, HOLD_OSS, DOCUMENT_SUSPECT, NO_FINANCIAL_YEAR, FIRST_USE_UNKNOWN,
        DOCUMENT_UNDATED, BEYOND_CALENDAR,
    }
)  # fmt: skip
"""Codes that say why something is held, or why no hold can be computed."""

REASONS: Final[dict[str, str]] = {
    NO_ROLE: "no system says what this subject is to the company",
    NEWSLETTER_CONSENT: "consent to the newsletter is on record and not withdrawn",
    QUOTE_EXPIRED: "a quote ran out and nothing else happened: its expiry may be the end",
    SILENT: "no end is known, and there has been no sign of life for too long",
    NO_END: "no end of the relationship is known",
    DOCUMENTS_PAST_HOLD: "documents whose own hold has ended may go",
    ROLE_ACTIVE: "the relationship goes on in this role",
    END_SUSPECT: "the end looks like an empty field that was imported as a date",
    RESUMED: "the relationship was resumed on or after the end",
    DUPLICATE_OF_ACTIVE: "an active subject has the same identifier",
    DOCUMENT_AFTER_END: "documents are dated after the end: new work is resumption, recorded or not",
    CLAIM_PRESCRIBED: "a claim is open for more than five years: prescribed unless interrupted (3:307 BW)",
    AGREEMENT_RUNNING: "a contract or recurring invoice without end contradicts the end",
    OPEN_CLAIM: "a claim is open: that is still a relationship",
    SUSPENDED: "a person stopped disposition",
    RELEASED: "the last stop was lifted: nothing was due before that day",
    ENDED: "the relationship ended",
    EFFECTIVE_END: "the last payment, service or contract ended after the relationship",
    DUE: "the last day on which the promise is kept",
    LAST_DOCUMENT: "the last document that is work of its own",
    LAST_OBLIGATION: "the last payment, service or contract",
    OWN_AGREEMENT: "a contract or recurring invoice without end",
    UNHELD_ERASED: "everything that no hold covers was erased before",
    HOLD: "the tax law wants documents kept for seven years after their financial year (art. 52(4) AWR)",
    HOLD_OPEN: "a document is open, so its hold has no end yet",
    HOLD_OWN_PROPERTY: "documents on own property stay nine years after the year of first use (34a Wet OB)",
    HOLD_OSS: "one-stop-shop supplies are kept ten years after their year (art. 369k VAT Directive)",
    DOCUMENT_SUSPECT: "a document has a date that cannot be right, so no hold can be computed",
    NO_FINANCIAL_YEAR: "a document belongs to no listed financial year, so no hold can be computed",
    FIRST_USE_UNKNOWN: "a document is on own property whose first use is unknown, so no hold can be computed",
    DOCUMENT_UNDATED: "a fiscal document has no date, so no hold can be computed",
    BEYOND_CALENDAR: "a document's hold would end beyond the calendar: one of its dates cannot be right",
    KEPT_BY_PERSON: "a person said to keep it, and to ask again then",
    ORGANISATION_KEPT: "this person belongs to an organisation that is kept",
    ORGANISATION_SUSPENDED: "this person belongs to an organisation whose disposition is stopped",
    ORGANISATION_REVIEW: "this person belongs to an organisation that waits for a person's answer",
    ORGANISATION_ENDED: "every organisation that this person belongs to has ended, or this person left it",
}
"""What each code says, for reports and screens. The periods named are those of the law."""


DOUBTS: Final[dict[str, str]] = {
    "end_removed": "the field that held the end was emptied: a slip, or the relationship goes on",
    "vanished_with_end": "the record that carried the end went without an order of ours",
    "erased_before": "somebody with this identity was erased before: a missed system, or a new relationship",
    "left_and_still_there": "a record says that this person left, another that they still belong there",
    "unknown_end_date": "a record says that the relationship ended, and not when",
    "unknown_resumption_date": "a record says that the relationship came back, and not when",
    "unknown_withdrawal_date": "consent was given and withdrawn, and which came last is not known",
}
"""Doubts that are more than a field that could not be read."""


def in_words(code: str) -> str:
    """Say what a reason's code means; a doubt says what could not be read, or what does not agree."""
    if code.startswith(ACCEPTED_PREFIX):
        return f"a person called it harmless: {in_words(code.removeprefix(ACCEPTED_PREFIX))}"
    if code.startswith(DOUBT_PREFIX):
        doubt = code.removeprefix(DOUBT_PREFIX)
        return DOUBTS.get(doubt) or f"a fact could not be read: {doubt}"
    return REASONS[code]
