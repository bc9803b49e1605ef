"""Which contacts and papers a list shows: Moneybird's `filter` parameter and its history-hiding defaults."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_INCOMING = "all new saved open paid late pending_payment"
STATES = {
    "sales_invoices": "all draft open scheduled pending_payment late reminded paid uncollectible",
    "external_sales_invoices": "all new open late paid",
    "purchase_invoices": _INCOMING,
    "receipts": _INCOMING,
    "general_documents": _INCOMING,
    "typeless_documents": _INCOMING,
    "general_journal_documents": _INCOMING,
    "estimates": "all draft open late accepted rejected billed archived",
    "recurring_sales_invoices": "active inactive",
}
DATE_FIELDS = {"sales_invoices": "invoice_date", "estimates": "estimate_date"}

LIST_DEFAULTS = dict.fromkeys(STATES, "period:this_year") | {"recurring_sales_invoices": "state:active"}
SYNC_DEFAULTS = {"external_sales_invoices": "period:this_year"}
"""Only this one of the id lists hides history by default (its own documentation says so)."""


class FilterError(Exception):
    """A filter that is answered with 400, or with 404 when a contact is not found."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__("filter")
        self.status = status
        self.body = body


def chosen(
    resource: str, papers: Iterable[dict[str, Any]], terms: str, today: date, contacts: Iterable[str]
) -> list[dict[str, Any]]:
    """Give the papers that a filter lets through; raises `FilterError`."""
    tests: list[Callable[[dict[str, Any]], bool]] = []
    for key, _, value in (term.partition(":") for term in terms.split(",") if term):
        wanted = value.split("|")
        if key == "state":
            tests.append(_state(resource, wanted))
        elif key == "period" and resource != "recurring_sales_invoices":
            tests.append(_period(resource, value, today))
        elif key == "contact_id":
            if resource == "external_sales_invoices" and value not in contacts:
                raise FilterError(404, {"error": "record not found", "symbolic": {"contact_id": "not_found"}})
            # Whether a general journal is found by the contacts on its entries is not documented: here it is not.
            tests.append(partial(_equals, "contact_id", value))
        elif key in {"updated_after", "created_after"}:
            tests.append(partial(_after, key.replace("_after", "_at"), value))
    return [paper for paper in papers if all(test(paper) for test in tests)]


def contacts_chosen(entries: Iterable[dict[str, Any]], terms: str) -> list[dict[str, Any]]:
    """Give the contacts that a filter lets through; a key that is not known here raises `FilterError`."""
    tests: list[Callable[[dict[str, Any]], bool]] = []
    for key, _, value in (term.partition(":") for term in terms.split(",") if term):
        if key in {"updated_after", "created_after"}:
            tests.append(partial(_after, key.replace("_after", "_at"), value))
        elif key in {"first_name", "last_name", "delivery_method"}:
            tests.append(partial(_equals, key.replace("t_name", "tname"), value))
        elif key == "contact_type":
            tests.append(partial(_is_of_type, value))
        else:
            raise FilterError(400, {"error": "Filter is invalid", "symbolic": {"filter": "invalid"}})
    return [one for one in entries if all(test(one) for test in tests)]


def _is_of_type(wanted: str, contact: dict[str, Any]) -> bool:
    return wanted in {"all", "company" if contact["company_name"] else "private_individual"}


def _equals(field: str, value: str, paper: dict[str, Any]) -> bool:
    return bool(paper.get(field) == value)


def _after(field: str, value: str, paper: dict[str, Any]) -> bool:
    return bool(paper[field] > value)


def _state(resource: str, wanted: list[str]) -> Callable[[dict[str, Any]], bool]:
    if not set(wanted) <= set(STATES[resource].split()):
        raise FilterError(
            400, {"error": "Status is not included in the list", "symbolic": {"filter": "invalid"}}
        )
    if "all" in wanted:
        return lambda _paper: True
    if resource == "recurring_sales_invoices":
        return lambda paper: ("active" if paper["active"] else "inactive") in wanted
    return lambda paper: paper.get("state") in wanted


def _period(resource: str, value: str, today: date) -> Callable[[dict[str, Any]], bool]:
    first, last = period(value, today)
    field = DATE_FIELDS.get(resource, "date")

    def inside(paper: dict[str, Any]) -> bool:
        # A draft without a date is shown when the period has today in it.
        on = date.fromisoformat(paper[field]) if paper[field] else today
        return first <= on <= last

    return inside


def period(value: str, today: date) -> tuple[date, date]:
    """Read `this_year`, `201301..201302` or `20130101..20130131`; raises `FilterError` for an open end."""
    named = {
        "this_year": (date(today.year, 1, 1), date(today.year, 12, 31)),
        "prev_year": (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
        "next_year": (date(today.year + 1, 1, 1), date(today.year + 1, 12, 31)),
        "this_month": (today.replace(day=1), _month_end(today)),
        "prev_month": (
            (today.replace(day=1) - timedelta(1)).replace(day=1),
            today.replace(day=1) - timedelta(1),
        ),
    }
    if value in named:
        return named[value]
    found = re.fullmatch(r"(\d{4})(\d{2})(\d{2})?\.\.(\d{4})(\d{2})(\d{2})?", value)
    if not found:
        raise FilterError(400, {"error": "Period must have both a start and end date"})
    first = date(int(found[1]), int(found[2]), int(found[3] or 1))
    month = date(int(found[4]), int(found[5]), 1)
    return first, month.replace(day=int(found[6])) if found[6] else _month_end(month)


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
