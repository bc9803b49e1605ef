"""The three simulated vendors of a year: what happens at them, and what they get wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any, cast

from connectors.moneybird.sandbox import papers
from connectors.podio.sandbox.apps import day as podio_day
from syncd.testing import faults

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from datetime import date, datetime

    from connectors.moneybird.sandbox import MoneybirdSandbox
    from syncd.service.simulation import Simulation
    from syncd.testing.exchange import Asked
    from syncd.testing.world.shapes import BooksDocument
    from tests.year.truth import Place

_JSON = {"content-type": "application/json"}
_BUSY = {"crm": 420, "books": 429, "news": 429}
LINE: tuple[Callable[[], faults.Fault], ...] = (
    lambda: faults.cut_body(1),
    faults.cut_headers,
    faults.reset_before,
    faults.maintenance_page,
    lambda: faults.answer(500),
)
LOST: tuple[Callable[[], faults.Fault], ...] = (
    faults.answer_lost,
    faults.reset_after,
    lambda: faults.answer_after(502),
)


class Vendors:
    """The services of a simulation, on the day that the year has come to."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self._books = cast("MoneybirdSandbox", simulation.sandboxes["books"])
        self._crm: Any = simulation.sandboxes["crm"].state
        self._news: Any = simulation.sandboxes["news"].state
        self._tokens = 0

    def turn_to(self, now: datetime) -> None:
        """Let every vendor date its answers, and what happens there, by this moment."""
        for one in self.simulation.sandboxes.values():
            one.clock = lambda: now
        self._books.service.clock = now.timestamp
        self._news.now = max(self._news.now, now)
        self._today = now.date()
        self._now = now

    # --- what people do there -------------------------------------------------------------------------------

    def end(self, items: list[str], day: date | None, *, resumed: date | None = None) -> None:
        """Fill in at the CRM that a relationship ended, or that it goes on."""
        for one in items:
            name, when = ("relatie-hervat-op", resumed) if resumed else ("relatie-beeindigd-op", day)
            self._edit(int(one), name, podio_day(when))

    def rename(self, item: str, telephone: str) -> None:
        """Change a contact's telephone number at the CRM."""
        self._edit(int(item), "telefoon", [{"type": "work", "value": telephone}])

    def move_house(self, contact: str, city: str) -> None:
        """Change a contact's town in the bookkeeping."""
        if contact in self._books.administration.contacts:
            self._books.administration.today = self._today
            self._books.administration.change_contact(contact, {"city": city})

    def unsubscribe(self, contact_id: str) -> None:
        """Let somebody leave the newsletter."""
        for audience in self._news.audiences.values():
            for member in list(audience.members.values()):
                if member["contact_id"] == contact_id:
                    self._news.edit(audience.id, member["id"], {"status": "unsubscribed"})

    def settle(self, paper: BooksDocument) -> None:
        """Let the bookkeeping hold a paper as it is now."""
        administration = self._books.administration
        shown = papers.document(replace(paper, updated_at=self._now), administration.id)
        administration.documents[paper.resource][paper.id] = shown

    def _edit(self, item: int, name: str, values: list[dict[str, Any]]) -> None:
        if item in self._crm.items:
            self._crm.edit(item, {name: values})
            one = self._crm.items[item]
            one.edited_on = one.event_on = f"{self._now.astimezone(UTC):%Y-%m-%d %H:%M:%S}"

    # --- what goes wrong ------------------------------------------------------------------------------------

    def stumble(self, rng: random.Random) -> str:
        """Let something go wrong in the run that comes, or nothing; gives what."""
        account = rng.choice(sorted(self.simulation.sandboxes))
        service = self.simulation.sandboxes[account].faults
        what = rng.choices(
            ("", "down", "refused", "empty", "busy", "line", "lost", "signed_out"), (78, 4, 2, 2, 3, 5, 4, 2)
        )[0]
        if what == "down":
            service.inject(faults.answer(503), times=None)
        elif what == "refused":
            service.inject(faults.answer(403, b"{}", _JSON), times=None)
        elif what == "empty":
            service.inject(faults.empty_list(), when=faults.any_read, skip=2, times=1)
        elif what == "busy":
            headers = {"Retry-After": "1"}
            service.inject(faults.answer(_BUSY[account], b"{}", headers), when=faults.any_read, times=1)
        elif what == "line":
            service.inject(rng.choice(LINE)(), when=faults.any_read, skip=rng.randrange(4))
        elif what == "lost":
            service.inject(rng.choice(LOST)(), when=_deletes)
        elif what == "signed_out":
            self._crm.end_access_tokens()
        return f"{account} {what}" if what else ""

    def recover(self) -> None:
        """Let everything work again."""
        for one in self.simulation.sandboxes.values():
            one.faults.clear()

    def renew_token(self) -> str:
        """Withdraw the bookkeeping's token and give the new one."""
        self._tokens += 1
        self._books.service.token = f"token-of-year-{self._tokens}"
        return self._books.service.token

    # --- what is there --------------------------------------------------------------------------------------

    def has(self, kind: str, place: Place) -> bool:
        """Tell whether a record is there with something that no hold covers."""
        account, key = place
        if account == "crm":
            return self._in_crm(kind, int(key))
        if account == "news":
            return self._in_news(kind, key)
        contacts = self._books.administration.contacts
        if kind == "contact":
            return key in contacts and bool(contacts[key]["email"] or contacts[key]["phone"])
        name = {"contact_person": "contact_people", "note": "notes"}[kind]
        return any(one["id"] == key for contact in contacts.values() for one in contact[name])

    def _in_crm(self, kind: str, key: int) -> bool:
        if kind in {"file", "comment", "task"}:
            hanging = self._crm.hanging.get((kind, key))
            return hanging is not None and hanging.item_id in self._crm.items
        return key in self._crm.items

    def _in_news(self, kind: str, key: str) -> bool:
        if kind == "member":
            return any(one["contact_id"] == key for one in self._news.all_members())
        named = key.removeprefix("@")
        return any(named in store.customers for store in self._news.stores.values())


def _deletes(asked: Asked) -> bool:
    return asked.method == "DELETE"
