"""A year of the daemon in minutes: its own scheduler and runs, its clock moved to each next planned time.

The vendors and what happens at them are here; the daemon and the person's commands are processes of their own.
What became of it is judged from outside: by the world's truth, the services' request log and the exported ledger.
"""

from __future__ import annotations

import json
import random
import re
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from syncd import registry
from syncd.index.store import FILE
from syncd.service.simulation import ACCOUNT_NAMES, Simulation, write_configuration
from syncd.testing.sandbox import serve
from syncd.testing.world import make_world
from tests.checker import Asked, Evidence, _Judge, judge
from tests.faults.kit import Witness, aliases_of
from tests.service.kit import Process, daemon
from tests.year.truth import Truth
from tests.year.vendors import Vendors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import Receive, Scope, Send

    from tests.year.truth import Place

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
ROOT = Path(__file__).parents[2]
PLANNED = re.compile(r"next run ([0-9T:+-]+)")
LATER = timedelta(seconds=1)


class _Dated(Witness):
    """Also notes on which day of the year each request came."""

    def __init__(self, year: Year, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._year = year

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._year.asked_at.append(self._year.now)
        await super().__call__(scope, receive, send)


@dataclass
class Sample:
    """The daemon and its index after a run."""

    at: datetime
    resident_kb: int
    index_kb: int
    seconds: float


@dataclass
class Year:
    """One installation, its world and its vendors, at a moment that is moved."""

    folder: Path
    truth: Truth
    vendors: Vendors
    now: datetime
    rng: random.Random
    log: list[Asked] = field(default_factory=list)
    asked_at: list[datetime] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    numbers: dict[Place, set[int]] = field(default_factory=dict)
    flagged: set[int] = field(default_factory=set)
    aliases: dict[str, str] = field(default_factory=dict)
    _learned: int = 0
    releases: dict[str, datetime] = field(default_factory=dict)
    off: list[tuple[datetime, datetime]] = field(default_factory=list)

    @property
    def config(self) -> Path:
        return self.folder / "syncd.toml"

    # --- the daemon -----------------------------------------------------------------------------------------

    @contextmanager
    def at_work(self) -> Iterator[tuple[Process, datetime]]:
        """Start the daemon at the present moment; gives its next planned time too. Ended orderly in the end."""
        program = ("-m", "tests.year.clocked", self.now.isoformat())
        # A short watchdog makes the main thread look around often; a real one has minutes.
        with daemon(self.config, program=program, WATCHDOG_USEC="150000") as process:
            process.lines = self.lines
            planned = planned_in(process.wait_to_be_told("READY=1"))
            yield process, planned if planned > self.now + timedelta(minutes=1) else self.until_idle(process)
            process.tell(signal.SIGTERM)
            code = process.end()
            process.drain()
            if code != 0:
                self.problems.append(f"{self.now}: the daemon ended with {code}")

    def until_idle(self, process: Process) -> datetime:
        """Wait until a run has ended and people were told; gives the next planned time."""
        seconds = process.wait_for("run.finished")["seconds"]
        planned = planned_in(process.wait_to_be_told("STATUS=mode"))
        self._measure(process, seconds)
        return planned

    def reload(self, process: Process) -> None:
        """Let the daemon read its configuration and secrets anew."""
        process.tell(signal.SIGHUP)
        process.wait_for("service.reloaded")
        process.wait_to_be_told("READY=1")

    def move(self, process: Process, to: datetime) -> None:
        """Let it be another moment, for the vendors and for the daemon."""
        self.now = to
        self.vendors.turn_to(to)
        process.be_told(to.isoformat())

    def _measure(self, process: Process, seconds: float) -> None:
        """Note what the daemon and its index take after a run."""
        status = Path(f"/proc/{process.process.pid}/status").read_text(encoding="utf-8")
        resident = int(re.findall(r"VmRSS:\s+(\d+)", status)[0])
        size = sum(one.stat().st_size for one in (self.folder / "state").glob(f"{FILE}*"))
        self.samples.append(Sample(self.now, resident, size // 1024, seconds))

    # --- the person -----------------------------------------------------------------------------------------

    def person(self, *arguments: str) -> str:
        """Let a person run a command now; gives what it printed."""
        done = subprocess.run(  # noqa: S603 - our own program
            [
                sys.executable, "-m", "tests.year.clocked", self.now.isoformat(), *arguments,
                "--config", str(self.config),
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        if done.returncode:
            self.problems.append(f"{self.now}: {' '.join(arguments)}: {done.stderr[-500:]}")
        return done.stdout

    def release_brakes(self) -> None:
        """Release a brake a day after it held, with the command that the log gave."""
        for line in self.lines[-400:]:
            if line["event"] == "brake.held":
                self.releases.setdefault(line["command"], datetime.fromisoformat(line["timestamp"]))
        for command, since in list(self.releases.items()):
            if self.now - since >= timedelta(days=1):
                self.person(*command.split()[1:], "--yes")
                del self.releases[command]

    # --- judging --------------------------------------------------------------------------------------------

    def judge_day(self, day: date) -> None:
        """After a day's last run: whoever is late is gone, or was reported as flagged, or asked about."""
        late = [
            (party, place)
            for party, place in self.truth.late(day)
            if self.vendors.has(self.truth.record[place].kind, place)
        ]
        self._learn_from_the_log()
        if any(not self._is_reported(place) and party.due for party, place in late):
            self._ask()
        for party, place in late:
            # Who withdrew consent and stays a customer is not flagged, but has an order.
            if not self._is_reported(place) and not (party.due is None and place in self.numbers):
                what = self.truth.record[place].kind
                self.problems.append(f"{day}: {party.subject.trap}: {what} {place} is there and not reported")

    def _is_reported(self, place: Place) -> bool:
        return bool(self.numbers.get(place, set()) & self.flagged)

    def _learn_from_the_log(self) -> None:
        """Learn which subject each record belongs to, and who was reported as flagged."""
        for line in self.lines[self._learned :]:
            if "subject" in line and "key" in line:
                self.numbers.setdefault((line["account"], str(line["key"])), set()).add(line["subject"])
            if line["event"] == "contact.flagged":
                self.flagged.add(line["subject"])
        self._learned = len(self.lines)

    def _ask(self) -> None:
        """Learn the same from what a person sees."""
        for one in json.loads(self.person("contact", "list", "--format", "json")):
            number = int(one["subject"].removeprefix("S-"))
            for record in one["records"]:
                self.numbers.setdefault((record["account"], str(record["key"])), set()).add(number)
            if one["flagged"]:
                self.flagged.add(number)
        # Where it is not sure who is who, it asks a person, and says whether time presses.
        for one in json.loads(self.person("review", "list", "--format", "json")):
            if one["flagged"]:
                self.flagged |= {int(name.removeprefix("S-")) for name in one["subjects"]}

    def judge_all(self) -> list[str]:
        """Give everything that was wrong in the whole time."""
        ledger = [json.loads(line) for line in self.person("ledger", "export").splitlines()]
        aliases = aliases_of(self.vendors.simulation.sandboxes["news"].state.snapshot()) | self.aliases
        evidence = Evidence(self.log, ledger, dict.fromkeys(self.truth.record, "gone"), self._held(), aliases)
        found = judge(evidence)
        return [*self.problems, *found, *self._writes(evidence), *self._days(), *self._times()]

    def _held(self) -> frozenset[Place]:
        return frozenset(
            place
            for place, record in self.truth.record.items()
            if record.kind != "contact" and self.vendors.has(record.kind, place)
        )

    def _writes(self, evidence: Evidence) -> Iterator[str]:
        judging = _Judge(evidence)
        for asked, at in zip(self.log, self.asked_at, strict=True):
            place = judging._place(asked) if asked.write else None
            if place is not None:
                wrong = self.truth.wrong(asked.method, place, at.astimezone(AMSTERDAM).date())
                if wrong:
                    yield f"truth: {wrong}"

    def _days(self) -> Iterator[str]:
        """Every run decides on the calendar day of its moment, also on the nights when the clocks change."""
        for line in self.lines:
            if line["event"] == "run.started":
                at = datetime.fromisoformat(line["timestamp"])
                if line["as_of"] != str(at.astimezone(AMSTERDAM).date()):
                    yield f"day: the run of {at} decided on {line['as_of']}"

    def _times(self) -> Iterator[str]:
        """Every planned time had its run, or was reported as missed."""
        began = sorted(
            datetime.fromisoformat(one["timestamp"]) for one in self.lines if one["event"] == "run.started"
        )
        missed = [one for one in self.lines if one["event"] == "run.skipped" and one.get("code") == "missed"]
        reported: set[datetime] = set()
        for one in missed:
            first = datetime.fromisoformat(one["as_of"])
            reported |= {first + timedelta(hours=6) * number for number in range(one["count"])}
        planned = began[0].replace(hour=0, minute=40, second=0, microsecond=0)
        at = 0
        while planned <= began[-1]:
            while at < len(began) and began[at] < planned:
                at += 1
            in_time = at < len(began) and began[at] < planned + timedelta(minutes=11)
            made_up = any(since <= planned <= until for since, until in self.off)
            if planned > began[0] and not in_time and planned not in reported and not made_up:
                yield f"time: nothing ran at {planned}, and nothing said so"
            planned += timedelta(hours=6)


def planned_in(told: str) -> datetime:
    found = PLANNED.search(told)
    assert found is not None, told
    return datetime.fromisoformat(found.group(1)) + LATER


@contextmanager
def installed(folder: Path, start: datetime, *, seed: int, size: int) -> Iterator[Year]:
    """Serve a world as it is on a day, and configure a daemon beside it that the schedule signs for."""
    world = make_world(seed, size, start.astimezone(AMSTERDAM).date())
    sandboxes = {ACCOUNT_NAMES[name]: plugin.sandbox(world) for name, plugin in registry.plugins().items()}
    simulation = Simulation(world, sandboxes, {}, {ACCOUNT_NAMES[name]: name for name in registry.plugins()})
    vendors = Vendors(simulation)
    vendors.turn_to(start)
    year = Year(folder, Truth(world), vendors, start, random.Random(seed))  # noqa: S311 - a repeatable year
    year.aliases = aliases_of(sandboxes["news"].state.snapshot())
    with ExitStack() as stack:
        for account, sandbox in sandboxes.items():
            witness = _Dated(year, account, sandbox, folder / "state" / FILE, year.log)
            simulation.addresses[account] = stack.enter_context(serve(witness))
        write_configuration(simulation, folder, mode="automatic")
        year.person("queue", "approve", "--mode", "automatic", "--yes")
        yield year
