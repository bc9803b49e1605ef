"""Papers of one bookkeeping contact: invoices, receipts, estimates, templates."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from syncd.testing.world.rules import INVOICES
from syncd.testing.world.shapes import BooksDocument, Payment

if TYPE_CHECKING:
    from syncd.testing.world.desk import Desk

Period = tuple[date, date]


class Papers:
    """The papers that refer to one contact, in the order in which they were written."""

    def __init__(self, desk: Desk, contact: str) -> None:
        self._desk = desk
        self._contact = contact
        self.written: list[BooksDocument] = []

    def history(self, first: date, last: date, *, resource: str = "sales_invoices", about: int = 8) -> None:
        """Write settled papers from `first` to `last`: about so many, with nothing dated or paid later."""
        desk = self._desk
        count = max(2, about + desk.rng.randrange(-about // 2, about // 2 + 1))
        for day in sorted(desk.between(first, last) for _ in range(count)):
            kind = resource
            if resource == "sales_invoices" and desk.chance(0.1):
                kind = "external_sales_invoices"
            if resource == "purchase_invoices" and desk.chance(0.4):
                kind = "receipts"
            paid = day if kind == "receipts" else min(day + timedelta(days=desk.rng.randrange(1, 45)), last)
            period = (day - timedelta(days=30), day) if desk.chance(0.3) else None
            self.settled(day, paid, resource=kind, period=period)

    def settled(
        self,
        day: date,
        paid: date,
        *,
        resource: str = "sales_invoices",
        period: Period | None = None,
        credit: bool = False,
        in_parts: bool = False,
    ) -> None:
        """Write an invoice, credit note or receipt that was paid; the last part on `paid`."""
        total = self._amount(credit=credit)
        if in_parts or (not credit and (paid - day).days > 1 and self._desk.chance(0.08)):
            half = (total / 2).quantize(Decimal("0.01"))
            early = self._desk.between(day, paid - timedelta(days=1))
            payments = [self._payment(early, half), self._payment(paid, total - half)]
        else:
            payments = [self._payment(paid, total)]
        self._write(resource, day, "paid", total, payments=tuple(payments), period=period)

    def unpaid(
        self,
        day: date,
        *,
        resource: str = "sales_invoices",
        credit: bool = False,
        period: Period | None = None,
    ) -> None:
        """Write an invoice or credit note that is still open, with whatever word the vendor has for it."""
        overdue = day + timedelta(days=14) < self._desk.today
        states = {
            "sales_invoices": ("late", "reminded") if overdue else ("open", "pending_payment"),
            "external_sales_invoices": ("late",) if overdue else ("open",),
            "purchase_invoices": ("late",) if overdue else ("new", "open"),
        }[resource]
        self._write(resource, day, self._desk.rng.choice(states), self._amount(credit=credit), period=period)

    def written_off(self, day: date, on: date) -> None:
        """Write an invoice that was marked as uncollectible."""
        self._write("sales_invoices", day, "uncollectible", self._amount(), uncollectible_on=on)

    def draft(self, day: date) -> None:
        """Write a draft of an invoice."""
        self._write("sales_invoices", day, "draft", self._amount())

    def estimate(self, day: date, state: str, *, accepted_on: date | None = None) -> None:
        """Write an estimate in one of the vendor's states."""
        self._write("estimates", day, state, self._amount(), accepted_on=accepted_on)

    def recurring(self, day: date, *, ends_on: date | None = None) -> None:
        """Write the template of a recurring invoice: active, or stopped on a date."""
        state = "inactive" if ends_on else "active"
        self._write("recurring_sales_invoices", day, state, self._amount(), ends_on=ends_on)

    def _amount(self, *, credit: bool = False) -> Decimal:
        cents = Decimal(self._desk.rng.randrange(2_500, 900_000)) / 100
        return -cents if credit else cents

    def _payment(self, on: date, amount: Decimal) -> Payment:
        return Payment(self._desk.numbers.books_id(), on, amount)

    def _write(
        self,
        resource: str,
        day: date,
        state: str,
        total: Decimal,
        *,
        payments: tuple[Payment, ...] = (),
        period: Period | None = None,
        accepted_on: date | None = None,
        ends_on: date | None = None,
        uncollectible_on: date | None = None,
    ) -> None:
        desk = self._desk
        created = min(day, desk.today)
        changes = [created, accepted_on, ends_on, uncollectible_on, *(payment.on for payment in payments)]
        changed = min(max(change for change in changes if change), desk.today)
        created_at = desk.moment(created)
        paper = BooksDocument(
            id=desk.numbers.books_id(),
            resource=resource,
            contact_id=self._contact,
            number=self._number(resource, day, state),
            date=day,
            due=day + timedelta(days=14) if resource in INVOICES else None,
            state=state,
            total=total,
            payments=payments,
            period=period,
            accepted_on=accepted_on,
            ends_on=ends_on,
            uncollectible_on=uncollectible_on,
            created_at=created_at,
            updated_at=max(desk.moment(changed), created_at),
        )
        self.written.append(paper)
        desk.documents.append(paper)
        desk.with_papers.add(self._contact)

    def _number(self, resource: str, day: date, state: str) -> str:
        """Give the paper a number of ours or of theirs; drafts and templates have none."""
        if state == "draft" or resource == "recurring_sales_invoices":
            return ""
        if resource in {"purchase_invoices", "receipts"}:
            return f"F{self._desk.rng.randrange(10_000, 10_000_000)}"
        number = self._desk.invoice_number(day.year)
        return f"O{number}" if resource == "estimates" else number
