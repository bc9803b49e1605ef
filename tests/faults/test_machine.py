"""Everything that can happen to the index, the vendors and the journal, in any order, judged by the checker.

Hypothesis chooses what happens: somebody edits, ends or resumes a relationship at a vendor, a person suspends,
approves or takes back, a run looks or sends, a vendor fails, a process dies at some step, an older copy of the
index is put back, an erased record is given back, the clock goes on or jumps.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
import threading
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import event

from syncd import registry
from syncd.cycle import custody, guards
from syncd.cycle.app import App
from syncd.cycle.approval import CannotDecideError, approve
from syncd.cycle.run import Request, run
from syncd.cycle.statements import Said, state_all
from syncd.guarded import Guarded
from syncd.http import Http
from syncd.index import backup, ledger
from syncd.index import orders as journal
from syncd.index.engine import engine_of
from syncd.index.keyring import load_keys
from syncd.index.store import FILE, Index, open_index
from syncd.model import Event, EventKind, OrderState, Role
from syncd.retention import parse_schedule
from syncd.service.defaults import default_schedule_text
from syncd.service.simulation import simulate, write_configuration
from syncd.settings import load_settings
from tests.checker import Evidence, judge
from tests.faults.vendors import SUBJECTS, Died, World, a_paper, a_record, vendors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncd.cycle.run import Result

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SUBJECT = st.sampled_from(SUBJECTS)
PLACES = st.sampled_from([("crm", "item"), ("books", "contact"), ("news", "member")])
STEPS, FEW, MANY = 50, 12, 450


class Machine(RuleBasedStateMachine):
    """One installation beside three vendors. `template` is a folder with a new index and a configuration."""

    template: ClassVar[Path]
    steps: ClassVar[int] = 0
    verified: ClassVar[int] = 0
    died: ClassVar[int] = 0

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=self.template.parent))
        shutil.copytree(self.template, self.folder, dirs_exist_ok=True)
        self.state = self.folder / "state"
        self.world = World(BEGIN, self._rows)
        self.vendors = vendors(self.world)
        configured = load_settings(self.folder / "syncd.toml", {}, registry.models())
        service = configured.service.model_copy(update={"state_dir": self.state})
        self.settings = replace(configured, service=service)
        self.schedule = parse_schedule(default_schedule_text(), "default")
        self.last: Result | None = None
        self.copies = 0
        self.alone = threading.Lock()
        self._read()
        self._open()

    def _read(self) -> None:
        self.reader = sqlite3.connect(self.state / FILE, check_same_thread=False)

    def _rows(self) -> int:
        with self.alone:  # accounts are pulled side by side
            return int(self.reader.execute("SELECT count(*) FROM ledger").fetchone()[0])

    def _open(self) -> None:
        engine = engine_of(self.state / FILE)
        index = Index(engine, load_keys(self.state, {}), self.state)
        index.settle_key(None)
        event.listen(engine, "commit", self.world.step)
        self.app = App(self.settings, self.schedule, index, self.world.host_now)
        for name, vendor in self.vendors.items():
            http = Http("http://127.0.0.1:9", account=name)
            vendor.http = http
            self.app.https[name], self.app.connectors[name] = http, Guarded(vendor, name)

    def _close(self) -> None:
        self.app.close()

    # --- what people do at the vendors --------------------------------------------------------------------

    @rule(number=SUBJECT, days=st.integers(0, 60))
    def ends(self, number: int, days: int) -> None:
        """Somebody fills in when the relationship ended."""
        key = f"i{number}"
        if key in self.vendors["crm"].records:
            on = self.world.now.date() - timedelta(days=days)
            self.world.ended[number] = on
            says = (Event(EventKind.ENDED, on, Role.CUSTOMER, "field:ended_on"),)
            self.vendors["crm"].change(key, events=says)

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

    @rule(answers=st.lists(st.sampled_from(["done", "lost", "not-done", "refused", "kept"]), max_size=4))
    def runs_with_answers(self, answers: list[str]) -> None:
        self._run(answers=answers)

    @rule(step=st.integers(1, 160))
    def dies(self, step: int) -> None:
        self._run(deadly=step)

    @rule(account=st.sampled_from(["crm", "books"]), how=st.sampled_from(["cut", "empty"]))
    def runs_while_one_fails(self, account: str, how: str) -> None:
        """Both show relationships or papers, so nobody may be written to."""
        vendor = self.vendors[account]
        known = self.last is not None and len(vendor.records) > 0
        vendor.fails = how
        self.world.nothing_may = f"{account} {how}" if known else ""
        self._run()
        vendor.fails = self.world.nothing_may = ""

    @rule(days=st.sampled_from([-60, -1, 1, 60]))
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
        except Died:
            world.deadly = 0
            type(self).died += 1
            self._close()
            self._open()
        world.deadly, world.answers = 0, []

    # --- time and copies ----------------------------------------------------------------------------------

    @rule(days=st.integers(1, 30))
    def time_passes(self, days: int) -> None:
        self.world.now += timedelta(days=days)

    @rule()
    def is_copied(self) -> None:
        self.copies += 1
        backup.copy_file(self.app.index, self.folder / f"copy-{self.copies}.sqlite")

    @rule()
    def an_older_copy_is_put_back(self) -> None:
        """What persons said since is lost with it, so nothing is sent until one has looked."""
        file = self.folder / f"copy-{self.copies}.sqlite"
        if not file.exists():
            return
        keys, now = self.app.index.keys, self.app.now()
        self._close()
        self.reader.close()
        backup.restore(self.state, file, keys, now, now.date() + timedelta(days=30))
        self._read()
        self._open()
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
        type(self).steps += 1
        assert self.world.wrong == []

    def teardown(self) -> None:
        self._run()
        with self.app.index.begin() as connection:
            assert ledger.first_broken(connection) is None
            rows = [asdict(row) | {"payload": json.loads(row.payload)} for row in ledger.rows(connection)]
        held = {(name, key) for name, one in self.vendors.items() for key in one.records}
        truth = {("crm", f"i{number}"): "gone" for number in SUBJECTS}
        evidence = Evidence(self.world.log, rows, truth, frozenset(held - self.world.given_back))
        self._close()
        self.reader.close()
        shutil.rmtree(self.folder)
        type(self).verified += sum(1 for row in rows if row["kind"] == "order.verified")
        assert self.world.wrong == []
        assert judge(evidence) == []


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[type[Machine]]:
    root = Path("/dev/shm") if Path("/dev/shm").is_dir() else tmp_path  # noqa: S108 - no disk is waited for
    with tempfile.TemporaryDirectory(dir=root) as name:
        template = Path(name) / "template"
        template.mkdir()
        with simulate(1, 3, BEGIN.date()) as simulation:
            write_configuration(simulation, template, mode="approve")
        open_index(template / "state", {}).close()
        Machine.template = template
        Machine.steps = Machine.verified = Machine.died = 0
        yield Machine


def _play(machine: type[Machine], examples: int, **more: Any) -> None:
    chosen = settings(
        max_examples=examples, stateful_step_count=STEPS, deadline=None, print_blob=True,
        report_multiple_bugs=False, suppress_health_check=list(HealthCheck), **more,
    )  # fmt: skip
    run_state_machine_as_test(machine, settings=chosen)


@pytest.mark.ci
def test_whatever_happens_in_whatever_order_no_wrong_write_is_made(machine: type[Machine]) -> None:
    _play(machine, FEW, derandomize=True, database=None, phases=[Phase.generate])
    assert machine.steps > 500
    assert machine.verified > 10, "it is no machine that never erases"
    assert machine.died > 0


@pytest.mark.slow
def test_whatever_happens_for_twenty_thousand_steps(machine: type[Machine]) -> None:
    _play(machine, MANY)
    assert machine.steps > 20_000
    assert machine.verified > MANY


@pytest.mark.slow
def test_without_the_guard_of_the_clock_the_machine_finds_what_is_wrong(
    machine: type[Machine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guards, "require_clock", lambda _app, _account: None)
    with pytest.raises(BaseException, match="the clock is wrong"):
        _play(machine, MANY, derandomize=True, database=None, phases=[Phase.generate])
