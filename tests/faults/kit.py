"""A small world whose services write down how far the ledger was at each request, and processes that die in it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import traceback
import warnings
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from syncd import registry
from syncd.http import Http
from syncd.index.store import FILE
from syncd.service.simulation import ACCOUNT_NAMES, Simulation
from syncd.testing.sandbox import LoggedRequest, Sandbox, serve
from syncd.testing.world import expected_outcomes, make_world
from tests.checker import Asked, Evidence
from tests.cycle.kit import TODAY, Installation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from starlette.types import Receive, Scope, Send

    from syncd.index.orders import StoredOrder
    from syncd.testing.world.shapes import World


class Witness:
    """A service that also notes how many rows of the ledger were on disk when each request arrived."""

    def __init__(self, account: str, sandbox: Sandbox, index: Path, log: list[Asked]) -> None:
        self._account, self._sandbox, self._index, self._log = account, sandbox, index, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        rows = ledger_rows(self._index)
        write = self._sandbox.wrote(LoggedRequest(scope["method"], scope["path"], "", 0))
        self._log.append(Asked(self._account, scope["method"], scope["path"], write, rows))
        await self._sandbox(scope, receive, send)


def ledger_rows(index: Path) -> int:
    """Count the committed rows, through a connection of its own."""
    connection = sqlite3.connect(f"file:{index}?mode=ro", uri=True, timeout=20)
    try:
        return int(connection.execute("SELECT count(*) FROM ledger").fetchone()[0])
    except sqlite3.OperationalError:
        return 0  # not made yet
    finally:
        connection.close()


@dataclass
class Witnessed:
    """Services of one world, not served yet, and what they saw."""

    world: World
    sandboxes: dict[str, Sandbox]
    aliases: dict[str, str]
    log: list[Asked] = field(default_factory=list)

    @contextmanager
    def served(self, folder: Path) -> Iterator[Installation]:
        """Serve them and install the program beside them."""
        names = {ACCOUNT_NAMES[name]: name for name in registry.plugins()}
        simulation = Simulation(self.world, self.sandboxes, {}, names)
        with ExitStack() as stack:
            for account, sandbox in self.sandboxes.items():
                witness = Witness(account, sandbox, folder / "state" / FILE, self.log)
                simulation.addresses[account] = stack.enter_context(serve(witness))
            yield Installation(simulation, folder)

    def evidence(self, here: Installation) -> Evidence:
        """Give all that the checker judges."""
        held = {("crm", str(key)) for key in self.sandboxes["crm"].state.snapshot()["items"]}
        held |= {("books", str(key)) for key in self.sandboxes["books"].state.snapshot()["contacts"]}
        for members in self.sandboxes["news"].state.snapshot()["audiences"].values():
            held |= {("news", str(one["contact_id"])) for one in members.values()}
        rows = [asdict(row) | {"payload": json.loads(row.payload)} for row in here.ledger()]
        truth = dict(expected_outcomes(self.world))
        return Evidence(list(self.log), rows, truth, frozenset(held), self.aliases)


def witnessed(seed: int, size: int) -> Witnessed:
    """Make a world and its services."""
    world = make_world(seed, size, TODAY)
    sandboxes = {ACCOUNT_NAMES[name]: plugin.sandbox(world) for name, plugin in registry.plugins().items()}
    return Witnessed(world, sandboxes, aliases_of(sandboxes["news"].state.snapshot()))


def aliases_of(news: dict[str, Any]) -> dict[str, str]:
    """Map what addresses hold to ids: a member's digest in its audience, a customer's name in its shop."""
    members = {
        f"{audience}/{_md5(one['email_address'])}": str(one["contact_id"])
        for audience, some in news["audiences"].items()
        for one in some.values()
    }
    by_digest = {place.partition("/")[2]: key for place, key in members.items()}
    customers = {}
    for shop, some in news["stores"].items():
        for name, one in some.items():
            address = one["email_address"].lower()
            digest = _md5(address)
            if str(name).lower() in {digest, address} and digest in by_digest:
                customers[f"{shop}/{name}"] = f"@{by_digest[digest]}"
    return members | customers


def _md5(address: str) -> str:
    return hashlib.md5(address.lower().encode(), usedforsecurity=False).hexdigest()


# --- processes that die -------------------------------------------------------------------------------------


class Steps:
    """Counts a process's requests and commits, before and after each, and kills it at one of them.

    `note` is told each step, and of those after which something is no longer as it was whether it is on disk (a
    commit with changes) or at a vendor (a write). Two steps with none of these between them leave the same behind.
    """

    def __init__(self, deadly: int, note: Callable[[str, int], object]) -> None:
        self._deadly, self._note, self.count = deadly, note, 0
        self._changes: dict[int, int] = {}

    def step(self, *_arguments: Any) -> None:
        self.count += 1
        if self.count == self._deadly:
            os.kill(os.getpid(), signal.SIGKILL)
        self._note("step", self.count)

    def commit(self, connection: Any) -> None:
        driver = connection.connection.driver_connection
        changes = driver.total_changes
        self.step()
        if changes != self._changes.get(id(driver), 0):
            self._changes[id(driver)] = changes
            self._note("commit", self.count)

    def watch(self, engine: Any) -> None:
        event.listen(engine, "commit", self.commit)
        plain = Http._exchange

        def exchange(http: Http, *arguments: Any) -> Any:
            request = arguments[0]
            self.step()
            if request.method in {"DELETE", "PATCH", "PUT"} or "/actions/" in request.url:
                self._note("write", self.count)
            answer = plain(http, *arguments)
            self.step()
            return answer

        Http._exchange = exchange  # type: ignore[method-assign,assignment]  # this process dies


def started(act: Callable[[], None]) -> int:
    """Begin something in a process of its own, forked from this one; gives its number."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads do not live on in the child, on purpose
        child = os.fork()
    if child == 0:
        code = 1
        try:
            act()
            code = 0
        finally:
            os._exit(code)
    return child


def ended(child: int) -> int:
    """Wait for the end of a process; gives its wait status."""
    return os.waitpid(child, 0)[1]


def stood_still(child: int) -> bool:
    """Wait until a process is stopped (SIGSTOP); gives whether it is, instead of having ended."""
    return os.WIFSTOPPED(os.waitpid(child, os.WUNTRACED)[1])


def forked(act: Callable[[], None]) -> int:
    """Do something in a process of its own; gives its wait status."""
    return ended(started(act))


def replaced(place: object, name: str, instead: object) -> None:
    """Put something in the place of a guard, or around it: only in a process that ends."""
    assert hasattr(place, name), f"{name}: no such guard any more"
    setattr(place, name, instead)


# --- a world that was looked at, to begin from again and again ----------------------------------------------


@dataclass
class Ready:
    """Services, and an installation that looked at them and has approved orders, in a folder to copy."""

    services: Witnessed
    folder: Path

    def apart(self, folder: Path, act: Callable[[Installation], None]) -> None:
        """Do something with a copy of both, in a process of its own: nothing of it is left here.

        Raises `AssertionError` with what the other process printed when something failed there.
        """
        said = folder / "said"

        def play() -> None:
            with said.open("w", encoding="utf-8") as file, redirect_stdout(file), redirect_stderr(file):
                try:
                    shutil.copytree(self.folder / "state", folder / "state")
                    with self.services.served(folder) as here:
                        act(here)
                except BaseException:
                    traceback.print_exc()
                    raise

        if forked(play) != 0:
            raise AssertionError(said.read_text(encoding="utf-8"))


def made_ready(folder: Path, choose: Callable[[StoredOrder], bool] = lambda _one: True) -> Ready:
    """Make a small world, look at it once, and approve what is due (or of that what is chosen)."""
    services = witnessed(8, 12)
    with services.served(folder) as here:
        here.run()
        today = here.app().today()
        here.approve(choose=lambda one: one.order.erase_on <= today and choose(one))
    services.log.clear()
    for sandbox in services.sandboxes.values():
        sandbox.requests.clear()
    return Ready(services, folder)


GUARDED = pytest.mark.parametrize(
    "guarded", [pytest.param(True, id="guarded"), pytest.param(False, id="unguarded", marks=pytest.mark.ci)]
)
"""Once as it is, and once with the guard taken away: what then happens is the control."""


def writes(here: Installation) -> int:
    """Count what was written to all services."""
    return sum(len(each) for each in here.writes().values())
