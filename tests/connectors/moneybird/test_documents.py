from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from connectors.moneybird.documents import Documents
from connectors.moneybird.resources import (
    DOCUMENTS,
    ESTIMATES,
    EXTERNAL_SALES_INVOICES,
    PURCHASE_INVOICES,
    RECEIPTS,
    RECURRING_SALES_INVOICES,
    SALES_INVOICES,
    Resource,
)
from connectors.moneybird.settings import MoneybirdSettings
from connectors.moneybird.values import UnreadableError
from syncd.model import Document, DocumentKind

WEBSITE = "https://moneybird.com/123"
PAID = [{"payment_date": "2020-06-01"}, {"payment_date": "2020-07-01"}, {"payment_date": "2020-05-20"}]
DATE_FIELDS = {
    SALES_INVOICES: "invoice_date",
    ESTIMATES: "estimate_date",
    RECURRING_SALES_INVOICES: "start_date",
}
CHANGED = "2021-02-03T10:00:00.000Z"


def mapped(resource: Resource, /, *, settings: dict[str, Any] | None = None, **raw: Any) -> Document:
    known = {"connector": "moneybird", "administration_id": "123", "token": "t", **(settings or {})}
    documents = Documents("books", WEBSITE, MoneybirdSettings.model_validate(known))
    shared = {
        "id": "11",
        "contact_id": "1",
        DATE_FIELDS.get(resource, "date"): "2020-05-01",
        "due_date": "2020-05-15",
        "total_price_incl_tax": "121.0",
        "created_at": "2020-04-30T22:30:00.000Z",
        "updated_at": CHANGED,
        "version": 7,
    }
    found = documents.document(resource, shared | raw)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("resource", "kind"),
    [
        (SALES_INVOICES, DocumentKind.SALES_INVOICE),
        (EXTERNAL_SALES_INVOICES, DocumentKind.SALES_INVOICE),
        (PURCHASE_INVOICES, DocumentKind.PURCHASE_INVOICE),
    ],
)
@pytest.mark.parametrize(
    "state", ["new", "open", "scheduled", "pending_payment", "late", "reminded", "saved", "next?"]
)
def test_an_invoice_is_open_until_it_is_paid_or_written_off(
    resource: Resource, kind: DocumentKind, state: str
) -> None:
    seen = mapped(resource, state=state, payments=PAID[:1])
    assert (seen.kind, seen.open, seen.settled) == (kind, True, None)
    assert (seen.date, seen.due) == (date(2020, 5, 1), date(2020, 5, 15))


@pytest.mark.parametrize("resource", [SALES_INVOICES, EXTERNAL_SALES_INVOICES, PURCHASE_INVOICES])
def test_a_paid_invoice_is_settled_by_its_last_payment(resource: Resource) -> None:
    seen = mapped(resource, state="paid", payments=PAID, paid_at="2020-06-01")
    assert (seen.open, seen.settled) == (False, date(2020, 7, 1))
    assert mapped(resource, state="paid", paid_at="2020-06-02").settled == date(2020, 6, 2)


def test_a_paid_invoice_without_any_date_stays_open_unless_nothing_was_to_pay() -> None:
    assert mapped(SALES_INVOICES, state="paid").open
    free = mapped(SALES_INVOICES, state="paid", total_price_incl_tax="0.00")
    assert (free.open, free.settled) == (False, date(2020, 5, 1))


@pytest.mark.parametrize("resource", [SALES_INVOICES, EXTERNAL_SALES_INVOICES])
def test_a_write_off_settles_on_the_day_of_its_mark(resource: Resource) -> None:
    marked = mapped(resource, state="uncollectible", marked_uncollectible_on="2021-01-05")
    assert (marked.open, marked.settled) == (False, date(2021, 1, 5))


def test_a_payment_after_the_write_off_settles_later() -> None:
    late = [{"payment_date": "2021-06-01"}]
    seen = mapped(SALES_INVOICES, state="uncollectible", marked_uncollectible_on="2021-01-05", payments=late)
    assert seen.settled == date(2021, 6, 1)


def test_a_write_off_without_mark_settles_when_its_history_says_else_at_its_last_change() -> None:
    said = [
        {"action": "sales_invoice_state_changed_to_uncollectible", "created_at": "2021-01-06T09:00:00.000Z"}
    ]
    assert mapped(SALES_INVOICES, state="uncollectible", events=said).settled == datetime(
        2021, 1, 6, 9, tzinfo=UTC
    )
    assert mapped(SALES_INVOICES, state="uncollectible").settled == datetime(2021, 2, 3, 10, tzinfo=UTC)


@pytest.mark.parametrize("resource", [SALES_INVOICES, EXTERNAL_SALES_INVOICES])
def test_doubt_about_payment_is_no_payment(resource: Resource) -> None:
    assert mapped(resource, state="late", marked_dubious_on="2021-01-05").open


@pytest.mark.parametrize("resource", [SALES_INVOICES, EXTERNAL_SALES_INVOICES, PURCHASE_INVOICES])
@pytest.mark.parametrize("total", ["-121.0", "-0,01", -5])
def test_a_negative_total_is_a_credit_note(resource: Resource, total: Any) -> None:
    assert mapped(resource, state="open", total_price_incl_tax=total).kind is DocumentKind.CREDIT_NOTE
    settled = mapped(resource, state="paid", total_price_incl_tax=total, payments=PAID)
    assert (settled.kind, settled.settled) == (DocumentKind.CREDIT_NOTE, date(2020, 7, 1))


def test_an_original_makes_a_credit_note_of_nothing_only() -> None:
    of: dict[str, Any] = {"original_sales_invoice_id": "5", "state": "open"}
    assert mapped(SALES_INVOICES, **of, total_price_incl_tax="0.0").kind is DocumentKind.CREDIT_NOTE
    assert mapped(SALES_INVOICES, **of).kind is DocumentKind.SALES_INVOICE


def test_a_draft_is_no_invoice_and_may_have_no_date() -> None:
    seen = mapped(SALES_INVOICES, state="draft", invoice_date=None, total_price_incl_tax="-5.0")
    assert (seen.kind, seen.open) == (DocumentKind.DRAFT_INVOICE, False)
    assert seen.date == datetime(2020, 4, 30, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize("state", ["new", "saved", "open", "late", "paid"])
def test_a_receipt_is_never_a_claim(state: str) -> None:
    assert not mapped(RECEIPTS, state=state).open
    assert mapped(RECEIPTS, state=state, payments=PAID).settled == date(2020, 7, 1)


@pytest.mark.parametrize(
    ("state", "accepted_at", "accepted"),
    [
        ("accepted", "2020-05-03", True),
        ("billed", None, True),
        ("archived", "2020-05-03", True),
        ("archived", None, False),
        ("draft", None, False),
        ("open", None, False),
        ("late", None, False),
        ("rejected", None, False),
    ],
)
def test_an_estimate_counts_as_contract_once_accepted(
    state: str, accepted_at: str | None, accepted: bool
) -> None:
    seen = mapped(ESTIMATES, state=state, accepted_at=accepted_at)
    assert seen.kind is (DocumentKind.ESTIMATE_ACCEPTED if accepted else DocumentKind.ESTIMATE_UNACCEPTED)
    assert seen.closed == (date(2020, 5, 3) if accepted_at else None)
    assert not seen.open


def test_a_recurring_invoice_runs_until_its_last_date_or_until_it_was_stopped() -> None:
    running = mapped(RECURRING_SALES_INVOICES, active=True)
    limited = mapped(RECURRING_SALES_INVOICES, active=True, last_date="2022-01-31")
    stopped = mapped(RECURRING_SALES_INVOICES, active=False)
    over = mapped(RECURRING_SALES_INVOICES, active=False, last_date="2020-12-31")
    cancelled = mapped(RECURRING_SALES_INVOICES, active=True, subscription={"end_date": "2020-11-30"})
    assert {one.kind for one in (running, limited, stopped)} == {DocumentKind.RECURRING_INVOICE}
    assert (running.open, running.end) == (True, None)
    assert (limited.open, limited.end) == (False, date(2022, 1, 31))
    assert (stopped.open, stopped.end) == (False, datetime(2021, 2, 3, 10, tzinfo=UTC))
    assert (over.open, over.end) == (False, date(2020, 12, 31))
    assert (cancelled.open, cancelled.end) == (False, date(2020, 11, 30))


def test_the_service_ends_with_the_last_period_on_any_line() -> None:
    details = [{"period": "20200101..20200331"}, {"period": None}, {"period": "202004..202006"}, {}]
    assert mapped(SALES_INVOICES, state="open", details=details).service_end == date(2020, 6, 30)
    assert mapped(SALES_INVOICES, state="open").service_end is None
    with pytest.raises(UnreadableError):
        mapped(SALES_INVOICES, state="open", details=[{"period": "this_month"}])


def test_a_mapped_tax_rate_makes_an_oss_supply() -> None:
    oss = {"oss_tax_rates": ["7", 8]}
    lines = [{"tax_rate_id": "1"}, {"tax_rate_id": 8, "period": "20200501..20200531"}]
    assert mapped(SALES_INVOICES, settings=oss, details=lines).oss_supply == date(2020, 5, 31)
    assert mapped(SALES_INVOICES, settings=oss, details=[*lines[1:], {}]).oss_supply is not None
    assert mapped(SALES_INVOICES, settings=oss, details=lines[:1]).oss_supply is None
    assert mapped(SALES_INVOICES, details=lines).oss_supply is None


def test_a_mapped_ledger_account_makes_own_property() -> None:
    known = {"property_ledger_accounts": {"7": date(2018, 3, 1), "8": date(2019, 3, 1), "9": "unknown"}}
    both = mapped(
        PURCHASE_INVOICES, settings=known, details=[{"ledger_account_id": "7"}, {"ledger_account_id": "8"}]
    )
    assert (both.own_property_first_use, both.property_unknown_first_use) == (date(2019, 3, 1), False)
    unknown = mapped(PURCHASE_INVOICES, settings=known, details=[{"ledger_account_id": "9"}])
    assert (unknown.own_property_first_use, unknown.property_unknown_first_use) == (None, True)
    listed = mapped(
        PURCHASE_INVOICES,
        settings={"property_ledger_accounts": ["7"]},
        details=[{"ledger_account_id": "7"}, {"ledger_account_id": "3"}],
    )
    assert listed.property_unknown_first_use
    other = mapped(PURCHASE_INVOICES, settings=known, details=[{"ledger_account_id": "3"}])
    assert (other.own_property_first_use, other.property_unknown_first_use) == (None, False)


@pytest.mark.parametrize("resource", DOCUMENTS)
def test_a_paper_says_where_a_person_finds_it(resource: Resource) -> None:
    seen = mapped(resource, state="open", reference="R-1")
    assert seen.link == f"{WEBSITE}/{resource.page}/11"
    assert seen.number == "R-1"
    assert seen.version == "7"
    assert "R-1" not in repr(seen)
