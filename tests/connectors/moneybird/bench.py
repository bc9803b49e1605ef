from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from connectors.moneybird import plugin
from connectors.moneybird.connector import Moneybird
from connectors.moneybird.settings import MoneybirdSettings
from syncd.http import Http
from syncd.model import Action, Order, RecordRef
from syncd.testing.sandbox import serve
from syncd.testing.world.shapes import Books, BooksContact, BooksDocument, Crm, News, World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from connectors.moneybird.sandbox import MoneybirdSandbox
    from syncd.contract import Page
    from syncd.model import Document, Record

TODAY = date(2026, 11, 24)
ADMINISTRATION = "178732006913750222"
ENDED = "Relatie beëindigd op"
LONG_AGO = datetime(2019, 3, 1, 9, tzinfo=UTC)


def contact(key: int, **fields: Any) -> BooksContact:
    made = BooksContact(
        id=str(key),
        customer_id=f"C{key}",
        company_name=f"Bedrijf {key} B.V.",
        firstname="",
        lastname="",
        address="",
        zipcode="",
        city="",
        country="NL",
        phone="",
        email="",
        tax_number="",
        chamber_of_commerce="",
        iban="",
        bic="",
        sepa_active=False,
        created_at=LONG_AGO,
        updated_at=LONG_AGO,
    )
    return replace(made, **fields)


def paper(key: int, owner: int, resource: str = "sales_invoices", **fields: Any) -> BooksDocument:
    made = BooksDocument(
        id=str(key),
        resource=resource,
        contact_id=str(owner),
        number=f"2020-{key}",
        date=date(2020, 5, 1),
        due=date(2020, 5, 15),
        state="open",
        total=Decimal("121.00"),
    )
    return replace(made, **fields)


def world(contacts: tuple[BooksContact, ...] = (), papers: tuple[BooksDocument, ...] = ()) -> World:
    return World(
        seed=1,
        size=len(contacts),
        today=TODAY,
        books=Books(ADMINISTRATION, contacts, papers),
        crm=Crm(1, 2, 3, 4, (), (), ()),
        news=News("n", (), ()),
        subjects=(),
    )


class Bench:
    """A served sandbox and a connector to it."""

    def __init__(self, sandbox: MoneybirdSandbox, address: str) -> None:
        self.sandbox = sandbox
        self.address = address

    def connect(self, **settings: Any) -> Moneybird:
        # No sleeping: what the vendor asks to wait is tested on the values, not on the clock.
        http = Http(self.address, account="books", sleep=lambda _seconds: None)
        self._stack.callback(http.close)
        return self.connect_with(http, **settings)

    def connect_with(self, http: Http, **settings: Any) -> Moneybird:
        known = {"connector": "moneybird", "ended_field": ENDED, **self.sandbox.credentials, **settings}
        return Moneybird("books", MoneybirdSettings.model_validate(known), http)

    def asked(self, method: str | None = None) -> list[str]:
        """Give the paths asked for, without the prefix that all have."""
        prefix = f"/api/v2/{ADMINISTRATION}"
        return [
            one.path.removeprefix(prefix)
            for one in self.sandbox.requests
            if method is None or one.method == method
        ]

    def contact(self, key: int) -> dict[str, Any] | None:
        """Look at a contact on the server's side."""
        return self.sandbox.administration.contacts.get(str(key))

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()


@contextmanager
def bench_of(inside: World) -> Iterator[Bench]:
    sandbox = plugin.sandbox(inside)
    with serve(sandbox) as address, Bench(sandbox, address) as bench:
        yield bench


class Read:
    """What a pull gave."""

    def __init__(self, pages: list[Page]) -> None:
        self.pages = pages
        self.records = {str(one.ref): one for page in pages for one in page.records}
        self.documents = {one.ref.key: one for page in pages for one in page.documents}
        self.gone = {str(ref) for page in pages for ref in page.gone}
        self.problems = {problem.code: problem.count for page in pages for problem in page.problems}
        self.last = pages[-1]

    def record(self, key: int | str, kind: str = "contact") -> Record:
        return self.records[f"books:{kind}:{key}"]

    def document(self, key: int | str) -> Document:
        return self.documents[str(key)]


def pull(connector: Moneybird, since: str | None = None) -> Read:
    return Read(list(connector.pull(since)))


def ref(key: int, kind: str = "contact", within: int | str = "") -> RecordRef:
    return RecordRef("books", kind, str(key), str(within))


def order(connector: Moneybird, target: RecordRef, action: Action, *categories: str) -> Order:
    """Make an order on the record as it is now."""
    seen = connector.probe(target)
    return Order(
        id="o1",
        ref=target,
        action=action,
        categories=frozenset(categories) or seen.categories,
        erase_on=TODAY,
        version=seen.version,
        digest="d",
    )
