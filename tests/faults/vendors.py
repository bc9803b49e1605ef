"""Three small vendors in this process, which know what may be written to them at every moment.

They speak the contract of a connector, so the engine cannot tell them from others; a step costs no request.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

from syncd.contract import Capability, Page, Refused, Residue, Stale, Transient, Uncertain
from syncd.model import (
    Action,
    Document,
    DocumentKind,
    Effect,
    Event,
    EventKind,
    Identifier,
    IdentifierKind,
    Presence,
    PresenceState,
    Receipt,
    Record,
    RecordRef,
    Role,
    SubjectKind,
)
from tests.checker import Asked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from syncd.contract import Finding
    from syncd.http import Http
    from syncd.model import Order

SUBJECTS = (1, 2, 3, 4, 5, 6)
FROM_THE_BEGINNING = (1, 2, 3)
WEEKS = timedelta(days=28)
CATEGORIES = {
    "item": frozenset({"relation_record", "contact_details"}),
    "file": frozenset({"relation_record"}),
    "contact": frozenset({"fiscal_identity", "contact_details"}),
    "member": frozenset({"newsletter"}),
}
CAPABILITIES = {
    "crm": frozenset(
        {
            Capability("item", Action.ERASE, CATEGORIES["item"], residue=(Residue("trash", "trash", 90),)),
            Capability("file", Action.ERASE, CATEGORIES["file"]),
        }
    ),
    "books": frozenset(
        {
            Capability("contact", Action.MINIMISE, frozenset({"contact_details"})),
            Capability("contact", Action.ERASE, CATEGORIES["contact"], exclusive_of_documents=True),
        }
    ),
    "news": frozenset({Capability("member", Action.ERASE, CATEGORIES["member"])}),
}


class Died(BaseException):
    """Here this process would have been killed."""


@dataclass
class World:
    """What is true, and what the vendors saw. `rows` counts the rows of the ledger that are on disk.

    `wrong` is what no order may do. `answers` are how the next writes are answered, `deadly` the number of steps
    (requests and commits) after which the process dies; 0 means never. `meanwhile` happens once, just before the
    look with the number `until_then`.
    """

    now: datetime
    rows: Callable[[], int] = lambda: 0
    known: set[int] = field(default_factory=set)
    ended: dict[int, date] = field(default_factory=dict)
    suspended: set[int] = field(default_factory=set)
    approved: set[str] = field(default_factory=set)
    given_back: set[tuple[str, str]] = field(default_factory=set)
    log: list[Asked] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    sends: bool = False
    nothing_may: str = ""
    deadly: int = 0
    jump: timedelta = timedelta(0)
    meanwhile: Callable[[RecordRef], None] | None = None
    until_then: int = 0

    def host_now(self) -> datetime:
        """Read this host's clock, which may be wrong."""
        return self.now + self.jump

    def step(self, *_arguments: object) -> None:
        """Come one step closer to the end of this process."""
        if self.deadly:
            self.deadly -= 1
            if not self.deadly:
                raise Died

    def asked(self, account: str, method: str, path: str, *, write: bool = False) -> None:
        self.log.append(Asked(account, method, path, write, self.rows(), looking=not self.sends))

    def look(self, ref: RecordRef) -> None:
        """Let happen what is to happen before this look."""
        self.until_then -= 1
        if self.meanwhile is not None and self.until_then == 0:
            self.meanwhile(ref)

    def judge(self, order: Order) -> None:
        """Say what is wrong with a write at this moment, by what is true."""
        number, today = int(order.ref.key[1:]), self.now.date()
        said = [
            (self.nothing_may, bool(self.nothing_may)),
            ("not approved", order.id not in self.approved),
            ("suspended", number in self.suspended),
            ("has not ended", number not in self.ended),
            ("too early", today < self.ended.get(number, today) + WEEKS),
        ]
        self.wrong += [f"{order.action} of {order.ref}: {what}" for what, holds in said if holds]


class Vendor:
    """One account: its records, its papers, and the connector to it."""

    def __init__(self, account: str, world: World) -> None:
        self.account, self.world = account, world
        self.http: Http | None = None
        self.records: dict[str, Record] = {}
        self.papers: dict[str, Document] = {}
        self.trash: dict[str, Record] = {}
        self.fails = ""
        self.capabilities = CAPABILITIES[account]

    def check(self) -> Iterator[Finding]:
        """Find nothing."""
        yield from ()

    def pull(self, since: str | None) -> Iterator[Page]:
        """Give everything on two pages; what `fails` says may go wrong between them."""
        assert since is None or since
        self._ask("GET", f"/{self.account}")
        everything = tuple(self.records.values()) if self.fails != "empty" else ()
        half = len(everything) // 2
        yield Page(everything[:half], tuple(self.papers.values()), identity=self.account)
        self._ask("GET", f"/{self.account}")
        if self.fails == "cut":
            raise Transient("status_502", f"account {self.account} answered 502")
        yield Page(everything[half:], complete=True, identity=self.account)

    def probe(self, ref: RecordRef, *, documents: bool = False) -> Presence:
        """Look at one record."""
        self.world.look(ref)
        return self._look(ref, documents=documents)

    def _look(self, ref: RecordRef, *, documents: bool = False) -> Presence:
        self._ask("GET", f"/{ref.kind}/{ref.key}")
        record = self.records.get(ref.key)
        if record is None:
            return Presence(ref, PresenceState.ABSENT)
        papers = tuple(one for one in self.papers.values() if one.of == ref) if documents else None
        return Presence(ref, PresenceState.PRESENT, record.version, record.categories, record, papers)

    def dispose(self, order: Order) -> Receipt:
        """Carry out one order with one write, answered as `World.answers` says."""
        seen = self._look(order.ref)
        if seen.record is None:
            return Receipt(order.id, Effect.ALREADY, {})
        if order.action is Action.MINIMISE and not seen.categories & order.categories:
            return Receipt(order.id, Effect.ALREADY, {})
        if seen.version != order.version:
            raise Stale("version", "changed since")
        assert self.http is not None
        self.http.before_write()
        self.world.step()
        method = "DELETE" if order.action is Action.ERASE else "PATCH"
        self.world.asked(self.account, method, f"/{order.ref.kind}/{order.ref.key}", write=True)
        self.world.judge(order)
        how = self.world.answers.pop() if self.world.answers else "done"
        if how == "refused":
            raise Refused("forbidden", "no")
        if how == "weaker":
            self.change(order.ref.key, restricted=True)
            self.world.step()
            return Receipt(order.id, Effect.WEAKER, {"status": "204"})
        if how in {"done", "lost"}:
            self._do(order, seen.record)
        self.world.step()
        if how in {"lost", "not-done"}:
            raise Uncertain("no_answer", "nobody knows")
        return Receipt(order.id, Effect.DONE, {"status": "204"})

    def _do(self, order: Order, record: Record) -> None:
        key = order.ref.key
        if order.action is Action.ERASE:
            if any(one.of == order.ref for one in self.papers.values()):
                self.world.wrong.append(f"erase of {order.ref}: it has papers")
            self.trash[key] = self.records.pop(key)
        else:
            self.change(key, categories=record.categories - order.categories)

    def change(self, key: str, **changes: object) -> None:
        """Change a record, as somebody at the company or an order does."""
        record = self.records[key]
        self.records[key] = replace(record, version=str(int(record.version) + 1), **changes)  # type: ignore[arg-type]

    def _ask(self, method: str, path: str) -> None:
        self.world.step()
        self.world.asked(self.account, method, path)
        if self.http is not None:
            self.http.last_date = format_datetime(self.world.now.astimezone(UTC), usegmt=True)
            self.http._last_date_seen = self.http._monotonic()
        self.world.step()


def vendors(world: World) -> dict[str, Vendor]:
    """Make the three, with a customer in each place for every subject there is from the beginning."""
    made = {name: Vendor(name, world) for name in CAPABILITIES}
    for number in FROM_THE_BEGINNING:
        join(made, number)
    return made


def join(here: dict[str, Vendor], number: int) -> None:
    """Make somebody a customer: an entry in each place, and a file in one."""
    for account, kind in (("crm", "item"), ("books", "contact"), ("news", "member")):
        here[account].records[f"{kind[0]}{number}"] = a_record(account, kind, number)
    file = RecordRef("crm", "file", f"f{number}")
    item = here["crm"].records[f"i{number}"].ref
    here["crm"].records[file.key] = Record(
        file, "1", SubjectKind.ORGANISATION, CATEGORIES["file"], parent=item
    )
    here["crm"].world.known.add(number)


def a_record(account: str, kind: str, number: int) -> Record:
    """Give what a vendor holds of a subject whose relationship is a living one."""
    who = (
        Identifier(IdentifierKind.NAME, f"Zwaan {'abcdef'[number - 1] * 6} {number}"),
        Identifier(IdentifierKind.EMAIL, f"info@zwaan{number}.example"),
        Identifier(IdentifierKind.PHONE, f"+3161234560{number}"),
    )
    says = (Event(EventKind.ROLE, None, Role.CUSTOMER, "field:role"),) if kind == "item" else ()
    ref = RecordRef(account, kind, f"{kind[0]}{number}")
    return Record(ref, "1", SubjectKind.ORGANISATION, CATEGORIES[kind], who, says)


def a_paper(number: int, on: date) -> Document:
    """Give a settled invoice to a subject."""
    of = RecordRef("books", "contact", f"c{number}")
    ref = RecordRef("books", "sales_invoice", f"p{number}-{on}")
    return Document(ref, of, DocumentKind.SALES_INVOICE, on, settled=on, service_end=on, due=on)
