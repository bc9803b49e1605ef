"""Everything that can happen to the index, the vendors and the journal, in any order, judged by the checker.

Hypothesis chooses what happens: somebody edits, ends or resumes a relationship at a vendor, also while a run looks;
a person suspends, approves or takes back; a run looks or sends, a vendor fails, a process dies at some step, an
older copy of the index is put back, an erased record is given back, the clock goes on or jumps. After every run
that came to its end the checker judges everything since the beginning.

What dies here is an exception at a chosen step, and then the index is opened anew: test_kill_at_step.py does it
with SIGKILL and real services. So a step costs little enough to take a hundred thousand.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from syncd.cycle import custody
from syncd.cycle.app import App
from syncd.cycle.approval import CannotDecideError, approve
from syncd.cycle.run import Request, run
from syncd.cycle.statements import Said, state_all
from syncd.guarded import Guarded
from syncd.http import Http
from syncd.index import backup, ledger
from syncd.index import orders as journal
from syncd.index.keyring import load_keys
from syncd.index.store import FILE, Index
from syncd.model import Event, EventKind, OrderState, Role
from tests.checker import Evidence, judge
from tests.faults.place import FoundError, Place, Told
from tests.faults.vendors import SUBJECTS, Died, World, a_paper, a_record, join, vendors

if TYPE_CHECKING:
    from syncd.cycle.run import Result
    from syncd.model import RecordRef

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SUBJECT = st.sampled_from(SUBJECTS)
PLACES = st.sampled_from([("crm", "item"), ("books", "contact"), ("news", "member")])
STEPS = 50
"""Steps of one life."""


class Machine(RuleBasedStateMachine):
    """One installation beside three vendors."""

    place: ClassVar[Place]
    told: ClassVar[Told]

    @initialize()
    def begin(self) -> None:
        self.world = World(BEGIN, self._rows)
        self.place.begin(self.world)
        self.folder, self.state = self.place.folder, self.place.state
        self.vendors = vendors(self.world)
        self.last: Result | None = None
        self.tells: set[str] = set()
        self.signed = False  # whether a run would have something to send: what nobody can do is no step
        self.copied = False
        self.lost: set[str] = set()
        self.alone = threading.Lock()
        self.told.lives += 1
        self._read()
        self._open()

    def _read(self) -> None:
        self.reader = sqlite3.connect(self.state / FILE, check_same_thread=False)

    def _rows(self) -> int:
        with self.alone:  # accounts are pulled side by side
            return int(self.reader.execute("SELECT max(seq) FROM ledger").fetchone()[0] or 0)

    def _open(self) -> None:
        index = Index(self.place.engine, load_keys(self.state, {}), self.state)
        index.settle_key(None)
        self.app = App(self.place.settings, self.place.schedule, index, self.world.host_now)
        for name, vendor in self.vendors.items():
            http = Http("http://127.0.0.1:9", account=name)
            vendor.http = http
            self.app.https[name], self.app.connectors[name] = http, Guarded(vendor, name)

    def _close(self) -> None:
        self.app.close()

    def _waits(self, state: OrderState) -> bool:
        """Tell whether the last run left orders in this state."""
        return self.last is not None and any(one.state is state for one in self.last.orders)

    # --- what people do at the vendors --------------------------------------------------------------------

    @rule(number=SUBJECT, days=st.sampled_from([0, 20, 27, 28, 29, 40, 60]))
    def ends(self, number: int, days: int) -> None:
        """Somebody fills in when the relationship ended."""
        key = f"i{number}"
        if key in self.vendors["crm"].records:
            on = self.world.now.date() - timedelta(days=days)
            self.world.ended[number] = on
            says = (Event(EventKind.ENDED, on, Role.CUSTOMER, "field:ended_on"),)
            self.vendors["crm"].change(key, events=says)

    @rule(number=SUBJECT)
    def joins(self, number: int) -> None:
        """Somebody becomes a customer, under a number that nobody had."""
        if number not in self.world.known:
            join(self.vendors, number)

    @rule(number=SUBJECT)
    def goes_on(self, number: int) -> None:
        """Somebody takes the end away again."""
        key = f"i{number}"
        if key in self.vendors["crm"].records:
            self.world.ended.pop(number, None)
            self.vendors["crm"].change(key, events=a_record("crm", "item", number).events)

    @rule(number=SUBJECT, place=PLACES)
    def edits(self, number: int, place: tuple[str, str]) -> None:
        account, kind = place
        if (key := f"{kind[0]}{number}") in self.vendors[account].records:
            self.vendors[account].change(key)

    @rule(number=SUBJECT, years=st.integers(0, 12))
    def is_invoiced(self, number: int, years: int) -> None:
        if f"c{number}" in self.vendors["books"].records:
            paper = a_paper(number, self.world.now.date() - timedelta(days=366 * years))
            self.vendors["books"].papers[paper.ref.key] = paper

    @rule(number=SUBJECT)
    def papers_go(self, number: int) -> None:
        papers = self.vendors["books"].papers
        for key in [one for one in papers if one.startswith(f"p{number}-")]:
            del papers[key]

    @precondition(lambda self: any(one.trash for one in self.vendors.values()))
    @rule(number=SUBJECT, place=PLACES)
    def is_given_back(self, number: int, place: tuple[str, str]) -> None:
        """What was erased is imported again, or brought back from the vendor's trash."""
        account, kind = place
        key, vendor = f"{kind[0]}{number}", self.vendors[account]
        if key in vendor.trash:
            vendor.records[key] = vendor.trash.pop(key)
            vendor.change(key)
            self.world.given_back.add((account, key))

    @rule(number=SUBJECT, place=PLACES)
    def somebody_deletes(self, number: int, place: tuple[str, str]) -> None:
        account, kind = place
        vendor, key = self.vendors[account], f"{kind[0]}{number}"
        if key in vendor.records and not any(one.of.key == key for one in vendor.papers.values()):
            vendor.trash[key] = vendor.records.pop(key)

    # --- what people say to syncd -------------------------------------------------------------------------

    @precondition(lambda self: self.last is not None)
    @rule(number=SUBJECT, stop=st.booleans())
    def says(self, number: int, stop: bool) -> None:
        """A person suspends a subject, or releases it."""
        for judged in self.last.judged.values() if self.last else ():
            if any(one.ref.key == f"i{number}" for one in judged.subject.records):
                day = self.app.today()
                what = "suspended" if stop else "released"
                review_on = day + timedelta(days=400) if stop else None
                reason = "dispute" if stop else ""
                state_all(self.app, [Said(judged, what, day, reason=reason, review_on=review_on)], "Anna")
                (self.world.suspended.add if stop else self.world.suspended.discard)(number)

    @precondition(lambda self: self._waits(OrderState.SCHEDULED))
    @rule()
    def approves(self) -> None:
        with self.app.index.begin() as connection:
            waiting = [
                one for one in journal.find(connection, open_only=True) if one.state is OrderState.SCHEDULED
            ]
        for one in waiting:
            try:
                approve(self.app, one, "Anna", "single")
            except CannotDecideError:
                continue
            self.world.approved.add(one.id)
            self.signed = True

    @precondition(lambda self: self.signed)
    @rule()
    def takes_back(self) -> None:
        with self.app.index.begin() as connection:
            for one in journal.find(connection, open_only=True):
                if one.state is OrderState.APPROVED:
                    again: dict[str, Any] = {"approved_by": None, "approved_on": None, "approval": None}
                    journal.move(connection, self.app.now(), one.id, OrderState.SCHEDULED, **again)
                    self.world.approved.discard(one.id)

    # --- runs ---------------------------------------------------------------------------------------------

    @rule(sends=st.booleans())
    def runs(self, sends: bool) -> None:
        self._run(sends=sends)

    @precondition(lambda self: self.signed)
    @rule(
        answers=st.lists(
            st.sampled_from(["done", "lost", "not-done", "refused", "kept", "weaker"]), max_size=4
        )
    )
    def runs_with_answers(self, answers: list[str]) -> None:
        self._run(answers=answers)

    @rule(number=SUBJECT, days=st.sampled_from([28, 40, 60]))
    def is_signed(self, number: int, days: int) -> None:
        """It ended, a run looked, and a person approved all: the next run may send."""
        self.ends(number, days)
        self._run(sends=False)
        self.approves()

    @rule(first=SUBJECT, second=SUBJECT)
    def two_are_signed(self, first: int, second: int) -> None:
        """The same for two at once."""
        self.ends(first, 40)
        self.is_signed(second, 40)

    @precondition(lambda self: not self.signed)
    @rule(numbers=st.permutations(SUBJECTS))
    def all_are_signed(self, numbers: list[int]) -> None:
        """The same for everybody, where nobody is yet."""
        for one in numbers:
            self.joins(one)
        self.two_are_signed(numbers[0], numbers[1])

    @rule(step=st.integers(1, 160))
    def dies(self, step: int) -> None:
        self._run(deadly=step)

    @precondition(lambda self: self.signed)
    @rule(look=st.integers(1, 8), what=st.sampled_from(["resumes", "edits", "invoices", "stops"]))
    def runs_while_somebody_acts(self, look: int, what: str) -> None:
        """Something happens to a record just before the run looks at it."""

        def happens(ref: RecordRef) -> None:
            number = int(ref.key[1:])
            if what == "stops":
                self.says(number, stop=True)
            elif what == "invoices" and ref.kind == "contact":
                self.is_invoiced(number, 0)
            elif what == "resumes" and ref.kind == "item":
                self.goes_on(number)
            elif what == "edits" and ref.key in self.vendors[ref.account].records:
                self.vendors[ref.account].change(ref.key)

        self.world.meanwhile, self.world.until_then = happens, look
        self._run()
        self.world.meanwhile = None

    @precondition(lambda self: self.signed)
    @rule(account=st.sampled_from(["crm", "books"]), how=st.sampled_from(["cut", "empty"]))
    def runs_while_one_fails(self, account: str, how: str) -> None:
        """What shows relationships or papers must be read whole, or nobody is written to."""
        self.vendors[account].fails = how
        self.world.nothing_may = f"{account} {how}" if account in self.tells else ""
        self._run()
        self.vendors[account].fails = self.world.nothing_may = ""

    @precondition(lambda self: self.signed)
    @rule(days=st.sampled_from([-60, -1, 1, 2]))
    def runs_with_a_wrong_clock(self, days: int) -> None:
        self.world.jump = timedelta(days=days)
        self.world.nothing_may = "the clock is wrong"
        self._run()
        self.world.jump, self.world.nothing_may = timedelta(0), ""

    def _run(self, *, sends: bool = True, answers: list[str] | None = None, deadly: int = 0) -> None:
        world = self.world
        world.now += timedelta(seconds=7)
        world.sends, world.answers, world.deadly = sends, list(answers or ()), deadly
        try:
            self.last = run(self.app, Request(send=sends))
            died = False
        except Died:
            died = True
            self.told.died += 1
            self._close()
            self._open()
        world.deadly, world.answers = 0, []
        self.signed = self._waits(OrderState.APPROVED)
        self.tells = set() if died else self._telling()
        if not died:  # what a process left behind that died is the next one's to settle
            self._judge(refused="refused" in (answers or ()))

    def _telling(self) -> set[str]:
        """Name the accounts in which the last run saw a relationship or a paper; without any, others go on."""
        items = any(one.ref.kind == "item" for one in self.vendors["crm"].records.values())
        seen = {"crm": items, "books": bool(self.vendors["books"].papers)}
        whole = {name for name, one in self.last.accounts.items() if one.complete} if self.last else set()
        return {name for name in whole if seen.get(name)}

    def _judge(self, *, refused: bool = False) -> list[dict[str, Any]]:
        """Give the ledger. Raises `FoundError`. What was refused was not done: the next run's pull looks."""
        with self.app.index.begin() as connection:
            rows = [vars(row) | {"payload": json.loads(row.payload)} for row in ledger.rows(connection)]
        held = {(name, key) for name, one in self.vendors.items() for key in one.records}
        truth = {("crm", f"i{number}"): "gone" for number in SUBJECTS}
        stays = frozenset(held - self.world.given_back)
        evidence = Evidence(self.world.log, rows, truth, stays, lost=frozenset(self.lost))
        found = [*self.world.wrong, *judge(evidence)]
        if found := [one for one in found if not (refused and one.startswith("unread: nobody"))]:
            raise FoundError("; ".join(found))
        return rows

    # --- time and copies ----------------------------------------------------------------------------------

    @rule(days=st.integers(1, 30))
    def time_passes(self, days: int) -> None:
        self.world.now += timedelta(days=days)

    @precondition(lambda self: not self.copied and self.last is not None)
    @rule()
    def is_copied(self) -> None:
        self.copied = True
        backup.copy_file(self.app.index, self.folder / "copy.sqlite")

    @precondition(lambda self: self.copied)
    @rule()
    def an_older_copy_is_put_back(self) -> None:
        """What persons said since is lost with it, so nothing is sent until one has looked."""
        file = self.folder / "copy.sqlite"
        keys, now = self.app.index.keys, self.app.now()
        self._close()
        self.reader.close()
        backup.restore(self.state, file, keys, now, now.date() + timedelta(days=30))
        self._read()
        self._open()
        with self.app.index.begin() as connection:
            known = {one.id for one in journal.find(connection)}
            told = [json.loads(row.payload).get("order", "") for row in ledger.rows(connection)]
        self.lost |= {one for one in told if one and one not in known}
        self.copied = False
        self.world.nothing_may = "an older index was put back"
        self._run()
        self.world.nothing_may = ""
        self.world.approved.clear()
        self.world.suspended.clear()
        if self.last is not None:
            custody.go_on(self.app)

    # --- what holds ---------------------------------------------------------------------------------------

    @invariant()
    def nothing_wrong_was_written(self) -> None:
        self.told.steps += 1
        if self.world.wrong:
            raise FoundError("; ".join(self.world.wrong))

    def teardown(self) -> None:
        self._run()
        self.told.rows.update(row["kind"] for row in self._judge())
        self._close()
        self.reader.close()


def play(place: Place, lives: int, **more: Any) -> Told:
    """Live so many lives, and tell what they came to. Raises what the machine finds."""

    class Playing(Machine):
        """The machine at its place."""

    Playing.place, Playing.told = place, Told()
    chosen = settings(
        max_examples=lives, stateful_step_count=STEPS, print_blob=True,
        report_multiple_bugs=False, suppress_health_check=list(HealthCheck), **more,
    )  # fmt: skip
    run_state_machine_as_test(Playing, settings=chosen)
    return Playing.told
