"""The simulated world: what really exists behind three systems, and what ought to happen to it.

This folder imports nothing from syncd: the world knows the truth by itself, so that a test which compares the
program with it compares two independent things. Each connector's sandbox turns its part (`Books`, `Crm`,
`News`) into the vendor's own JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from datetime import date, datetime
    from decimal import Decimal

# --- the bookkeeping (Moneybird) ----------------------------------------------------------------------------


@dataclass(frozen=True)
class BooksPerson:
    """A contact person on a bookkeeping contact."""

    id: str
    firstname: str
    lastname: str
    phone: str
    email: str


@dataclass(frozen=True)
class BooksNote:
    """A note on a bookkeeping contact."""

    id: str
    text: str


@dataclass(frozen=True)
class BooksContact:
    """A debtor or creditor. Empty text means that the field is empty at the vendor.

    `ended_on` is the text of the custom field "Relatie beëindigd op" (ISO date), None when never filled.
    """

    id: str
    customer_id: str
    company_name: str
    firstname: str
    lastname: str
    address: str
    zipcode: str
    city: str
    country: str
    phone: str
    email: str
    tax_number: str
    chamber_of_commerce: str
    iban: str
    bic: str
    sepa_active: bool
    created_at: datetime
    updated_at: datetime
    archived: bool = False
    ended_on: str | None = None
    people: tuple[BooksPerson, ...] = ()
    notes: tuple[BooksNote, ...] = ()


@dataclass(frozen=True)
class Payment:
    """A payment on an invoice."""

    id: str
    on: date
    amount: Decimal


@dataclass(frozen=True)
class BooksDocument:
    """A paper in the bookkeeping.

    `resource` is one of sales_invoices, external_sales_invoices, purchase_invoices, receipts, estimates,
    recurring_sales_invoices. `state` is the vendor's. A negative `total` on a sales invoice is a credit note.
    `ends_on` is the last date of a recurring invoice; `accepted_on` is of an estimate.
    `period` is the service period printed on the invoice's lines.
    """

    id: str
    resource: str
    contact_id: str
    number: str
    date: dt.date
    due: dt.date | None
    state: str
    total: Decimal
    payments: tuple[Payment, ...] = ()
    period: tuple[dt.date, dt.date] | None = None
    accepted_on: dt.date | None = None
    ends_on: dt.date | None = None
    uncollectible_on: dt.date | None = None
    created_at: dt.datetime | None = None
    updated_at: dt.datetime | None = None


@dataclass(frozen=True)
class Books:
    """One administration."""

    administration_id: str
    contacts: tuple[BooksContact, ...]
    documents: tuple[BooksDocument, ...]


# --- the CRM (Podio) ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CrmOrganisation:
    """An item of the app "Relaties". `relation` holds the options of its category field.

    `relation` is a subset of Klant, Leverancier, Prospect. `ended_on` and `resumed_on` are date fields.
    `books_number` is the text field with the customer number in the bookkeeping.
    """

    id: int
    name: str
    kvk: str
    vat: str
    iban: str
    email: str
    phone: str
    street: str
    postcode: str
    city: str
    relation: tuple[str, ...]
    ended_on: date | None
    resumed_on: date | None
    books_number: str
    remarks: str
    created_on: datetime
    edited_on: datetime


@dataclass(frozen=True)
class CrmPerson:
    """An item of the app "Contactpersonen"; `organisations` are the items it refers to."""

    id: int
    name: str
    email: str
    phone: str
    birth_date: date | None
    job: str
    organisations: tuple[int, ...]
    created_on: datetime
    edited_on: datetime


@dataclass(frozen=True)
class CrmProject:
    """An item of the app "Projecten"."""

    id: int
    title: str
    organisation: int
    created_on: datetime
    edited_on: datetime


@dataclass(frozen=True)
class CrmAttachment:
    """A file, comment or task (`kind`) that hangs on an item. `on` is the comment that a file was sent with."""

    id: int
    kind: str
    item: int
    text: str
    created_on: datetime
    on: int | None = None


@dataclass(frozen=True)
class Crm:
    """One workspace with three apps."""

    space_id: int
    organisations_app: int
    persons_app: int
    projects_app: int
    organisations: tuple[CrmOrganisation, ...]
    persons: tuple[CrmPerson, ...]
    projects: tuple[CrmProject, ...]
    attachments: tuple[CrmAttachment, ...] = ()


# --- the newsletter (Mailchimp) -----------------------------------------------------------------------------


@dataclass(frozen=True)
class NewsMember:
    """A member of one audience.

    `status` is subscribed, unsubscribed, cleaned, pending, transactional or archived. `opted_in_at` is the
    confirmed opt-in, None when nothing proves consent. `unsubscribed_at` is what the vendor's activity feed
    says; None with status unsubscribed means that the feed says nothing.
    """

    contact_id: str
    web_id: int
    unique_email_id: str
    audience: str
    email: str
    first_name: str
    last_name: str
    status: str
    signed_up_at: datetime | None
    opted_in_at: datetime | None
    unsubscribed_at: datetime | None
    last_changed: datetime


@dataclass(frozen=True)
class NewsCustomer:
    """A customer of the connected shop, under the id that the shop gave it.

    `name` is what a program may call it: that id, or where it derives from the address `@` and the `contact_id`
    of the member with that address, or empty text where nothing but personal data names the customer.
    """

    id: str
    name: str
    email: str
    first_name: str
    last_name: str
    orders: int
    updated_at: datetime


@dataclass(frozen=True)
class NewsPhoneContact:
    """A contact of an audience that has a phone number and no e-mail address."""

    id: str
    audience: str
    phone: str
    first_name: str
    updated_at: datetime


@dataclass(frozen=True)
class News:
    """One newsletter account: audiences as (id, name), and their members.

    `shop` is the id of a shop that is connected to the first audience, empty when there is none.
    """

    account_id: str
    audiences: tuple[tuple[str, str], ...]
    members: tuple[NewsMember, ...]
    shop: str = ""
    customers: tuple[NewsCustomer, ...] = ()
    phone_contacts: tuple[NewsPhoneContact, ...] = ()


# --- the truth ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TrueRecord:
    """What ought to be seen of one record after one complete, approved run on the world's day.

    `system` is books, crm or news; `kind` is contact, contact_person, note, organisation, person, project, file,
    comment, task, member, customer or buyer (a customer with orders); `id` is the vendor's (for a member:
    contact_id; for a customer: `NewsCustomer.name`). `outcome` is gone, minimised (only what the law wants kept
    is left) or unchanged.
    """

    system: str
    kind: str
    id: str
    outcome: str


@dataclass(frozen=True)
class TrueSubject:
    """One real organisation or person, with its trap class and the right decision.

    `decision` is keep, schedule, erase, hold, suspend or review. `due` says that its unheld data should have
    reached `verified` with nothing from a person but approval. `hold_until` is None, a date, `open` or
    `unknown`; `flagged` as the words of the design define it. `partial` says that the hold covers a part.
    `follows` marks a person who is judged by the companies that the person belongs to.
    """

    name: str
    trap: str
    kind: str
    decision: str
    due: bool
    records: tuple[TrueRecord, ...]
    ended_on: date | None = None
    erase_on: date | None = None
    hold_until: date | str | None = None
    flagged: bool = False
    partial: bool = False
    follows: bool = False


@dataclass(frozen=True)
class World:
    """Everything, on one day, from one seed."""

    seed: int
    size: int
    today: date
    books: Books
    crm: Crm
    news: News
    subjects: tuple[TrueSubject, ...]
