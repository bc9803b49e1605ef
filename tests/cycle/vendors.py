"""Three small vendors of one account each, whose contacts come, change and go while syncd reads them.

Pages are small, and so is what is saved at once, so that a short pull can end in many places.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from abc import ABC, abstractmethod
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from connectors.mailchimp import plugin as mailchimp
from connectors.mailchimp import reading as members
from connectors.mailchimp import scan
from connectors.mailchimp.sandbox.rows import md5
from connectors.moneybird import client as moneybird_client
from connectors.moneybird import plugin as moneybird
from connectors.moneybird import pull as moneybird_pull
from connectors.podio import client as podio_client
from connectors.podio import plugin as podio
from connectors.podio import pulling as podio_pulling
from connectors.podio import reading as podio_reading
from syncd.cycle import pull
from syncd.index import reading as stored
from syncd.service.simulation import Simulation, write_configuration
from syncd.testing.faults import Fault
from syncd.testing.sandbox import Sandbox, serve
from syncd.testing.world.shapes import Books, Crm, News, World
from tests.connectors.mailchimp.kit import contact_id, member, world_of
from tests.connectors.moneybird import bench
from tests.connectors.podio.conftest import organisation
from tests.cycle.kit import Installation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from syncd.testing.exchange import Exchange

COUNT, PAGE = 40, 5
ROOT = Path(__file__).parents[2]
PROGRAM = (
    "import sys; from tests.cycle.vendors import make_small; make_small(setattr);"
    "from syncd.cli import main; main(sys.argv[1:])"
)


def make_small(put: Callable[[Any, str, Any], None]) -> None:
    """Set the sizes: five entries a page, three saved at once, and fewer places."""
    put(pull, "SAVED_AT_ONCE", 3)
    for module in (podio_client, podio_reading):
        put(module, "PAGE", PAGE)
    put(podio_pulling, "PLACES", 1)
    put(scan, "MAX_COUNT", PAGE)
    put(members, "BATCH", PAGE)
    put(moneybird_client, "BATCH", PAGE)
    put(moneybird_pull, "CURSOR_EVERY", 3)


class Vendor(ABC):
    """One simulated service with `COUNT` contacts, numbered from 0. `there` are those that it has now."""

    kind: str

    def __init__(self) -> None:
        self.there = set(range(COUNT))
        self.world = self._world()
        self.sandbox: Sandbox = self._plugin().sandbox(self.world)
        self.state: Any = self.sandbox.state
        self._away: dict[int, Any] = {}

    def go(self, *numbers: int) -> None:
        """Let contacts go; they may come (again) later."""
        for number in numbers:
            self._away[number] = self._take(number)
            self.there.discard(number)

    def come(self, *numbers: int) -> None:
        """Let contacts come that went."""
        for number in numbers:
            self._put(number, self._away.pop(number))
            self.there.add(number)
            self.change(number)

    @abstractmethod
    def change(self, number: int) -> None:
        """Change a contact a little."""

    def key(self, number: int) -> str:
        """Give the vendor's own id of a contact."""
        return str(1000 + number)

    @abstractmethod
    def _plugin(self) -> Any: ...

    @abstractmethod
    def _world(self) -> World: ...

    @abstractmethod
    def _take(self, number: int) -> Any: ...

    @abstractmethod
    def _put(self, number: int, taken: Any) -> None: ...


class MoneybirdVendor(Vendor):
    """An administration; every second contact has an invoice, which goes and comes with it."""

    kind = "moneybird"

    def change(self, number: int) -> None:
        """Move to another town, and let the invoice be sent again."""
        state = self.state
        state.change_contact(
            self.key(number), {"city": f"Plaats {len(state.contacts[self.key(number)]['events'])}"}
        )
        if invoice := state.documents["sales_invoices"].get(self._invoice(number)):
            invoice["version"] += 1

    def _plugin(self) -> Any:
        return moneybird

    def _world(self) -> World:
        contacts = tuple(bench.contact(1000 + one) for one in range(COUNT))
        papers = tuple(bench.paper(int(self._invoice(one)), 1000 + one) for one in range(0, COUNT, 2))
        return bench.world(contacts, papers)

    def _take(self, number: int) -> Any:
        state = self.state
        invoice = state.documents["sales_invoices"].pop(self._invoice(number), None)
        return state.contacts.pop(self.key(number)), invoice

    def _put(self, number: int, taken: Any) -> None:
        state = self.state
        state.contacts[self.key(number)], invoice = taken
        if invoice:
            state.documents["sales_invoices"][self._invoice(number)] = invoice

    def _invoice(self, number: int) -> str:
        return str(900_000 + number)


class PodioVendor(Vendor):
    """One app with organisations."""

    kind = "podio"

    def change(self, number: int) -> None:
        """Write another remark."""
        remark = {"value": f"Gebeld, keer {self.state.items[1000 + number].revision}"}
        self.state.edit(1000 + number, {"opmerkingen": [remark]})

    def _plugin(self) -> Any:
        return podio

    def _world(self) -> World:
        organisations = tuple(organisation(1000 + one, name=f"Bedrijf {one}") for one in range(COUNT))
        crm = Crm(9001, 1001, 1002, 1003, organisations, (), ())
        return World(1, 1, bench.TODAY, Books("1", (), ()), crm, News("n", (), ()), ())

    def _take(self, number: int) -> Any:
        return self.state.items.pop(1000 + number)

    def _put(self, number: int, taken: Any) -> None:
        self.state.items[1000 + number] = taken


class MailchimpVendor(Vendor):
    """One audience, with members of every status."""

    kind = "mailchimp"

    def key(self, number: int) -> str:
        """Give the vendor's own id of a contact."""
        return contact_id(number)

    def change(self, number: int) -> None:
        """Let the member be edited."""
        self.state.touch(self._members()[self._digest(number)])

    def _plugin(self) -> Any:
        return mailchimp

    def _world(self) -> World:
        statuses = ("subscribed", "unsubscribed", "archived", "cleaned")
        began = datetime(2021, 5, 1, tzinfo=UTC)
        return world_of(
            *(
                member(one, status=statuses[one % 4], last_changed=began + timedelta(hours=one))
                for one in range(COUNT)
            )
        )

    def _take(self, number: int) -> Any:
        return self._members().pop(self._digest(number))

    def _put(self, number: int, taken: Any) -> None:
        self._members()[self._digest(number)] = taken

    def _members(self) -> dict[str, Any]:
        found: dict[str, Any] = self.state.audience("aud1").members
        return found

    def _digest(self, number: int) -> str:
        return md5(member(number).email)


VENDORS: dict[str, type[Vendor]] = {one.kind: one for one in (MoneybirdVendor, PodioVendor, MailchimpVendor)}


@contextmanager
def beside(vendor: Vendor, folder: Path) -> Iterator[Installation]:
    """Serve a vendor, with an installation beside it whose account is called `here`."""
    with serve(vendor.sandbox) as address:
        named = {"here": vendor.sandbox}, {"here": address}, {"here": vendor.kind}
        yield Installation(Simulation(vendor.world, *named), folder)


def held(here: Installation) -> tuple[set[str], set[str]]:
    """Give the vendor's ids of the contacts that the index takes to be there, and of those with a document."""
    app = here.app("observe")
    with app.index.begin() as connection:
        records = {one.ref.key for one in stored.all_records(connection, app.index.keys) if one.present}
        papers = {one.of.key for one in stored.all_documents(connection, app.index.keys)}
    app.close()
    return records, papers


def killed_after(here: Installation, vendor: Vendor, requests: int) -> bool:
    """Run the program as its own process and kill it at the request after so many; gives whether it came so far."""
    process: list[subprocess.Popen[bytes]] = []

    async def act(exchange: Exchange) -> None:
        os.kill(process[0].pid, signal.SIGKILL)
        process[0].wait()
        await exchange.hang_up()

    vendor.sandbox.faults.inject(Fault("killed", act), skip=requests)
    config = write_configuration(here.simulation, here.folder, mode="observe")
    process.append(
        subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", PROGRAM, "run-once", "--config", str(config)],
            stdout=subprocess.DEVNULL,
            cwd=ROOT,
        )
    )
    code = process[0].wait(timeout=120)
    vendor.sandbox.faults.clear()
    assert code in {0, -signal.SIGKILL}
    return code != 0
