"""The daemon: runs at planned times, one at a time, and does what the service manager asks.

The main thread waits for signals and shows that the daemon is alive. APScheduler starts runs in a thread of its
own; each run opens the installation anew, so that nothing is held between two runs.
"""

from __future__ import annotations

import math
import os
import signal
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from syncd import log
from syncd.cycle.app import App
from syncd.cycle.run import Request, StoppedError, run
from syncd.http import Halt
from syncd.index import runs
from syncd.index.store import open_index
from syncd.retention import ScheduleError
from syncd.service import clock, installation, timing
from syncd.service.alerts import Alerts
from syncd.service.lock import LockedError, daemon_lock, run_lock
from syncd.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from apscheduler.events import JobEvent

    from syncd.cycle.progress import Progress
    from syncd.cycle.run import Result
    from syncd.service.installation import Configuration
    from syncd.service.notify import Notifier

SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
TICK = 2.0
"""Seconds after which the main thread looks around when no signal comes."""

LOCKED_AGAIN = timedelta(minutes=10)
"""How soon a run is tried again that found another one at work."""

STOP_SECONDS = 150.0
"""How long a stop waits for the run under way: one call's deadline, its look, and what is written down after it."""


class Daemon:
    """One installation that runs by itself. `now` is the clock; `serve` returns the exit code."""

    def __init__(
        self,
        path: Path,
        environment: Mapping[str, str],
        notifier: Notifier,
        *,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._path = path
        self._environment = environment
        self._notifier = notifier
        self._now = now
        self._loaded = installation.load(path, environment)
        self._halt: Halt | None = None
        self._running = threading.Lock()
        self._stopping = False
        self._unwell = False
        self._pulses, self._seen_pulses = 0, -1
        self._last = "no run yet"
        self._told_at = -math.inf
        self._told_fault: type[Exception] | None = None
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(1)},
            # However late a run is, it decides on today's facts: it is never dropped. Several that were missed are
            # one run. Two at once cannot be.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def serve(self) -> int:
        """Run until a signal says stop. Raises `LockedError` when there is a daemon already."""
        with _signals_held():
            return self._serve()

    def _serve(self) -> int:
        state_dir = self._loaded.settings.service.state_dir
        # Opening makes the index on first use, and fails here rather than in the first run.
        open_index(state_dir, self._environment).close()
        with daemon_lock(state_dir):
            self._scheduler.add_listener(self._left_out, EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
            # One whose time went by while nobody was there begins at once.
            is_due = timing.is_due(self._loaded.settings.service, self._last_began(), self._now())
            self._plan({"next_run_time": self._now()} if is_due else {})
            self._scheduler.start()
            self._notifier.ready(self._status())
            log.logger().info(
                "service.started", mode=self._loaded.settings.service.mode, next_on=self._next()
            )
            self._wait_for_signals()
            return self._stop()

    # --- the main thread ------------------------------------------------------------------------------------

    def _wait_for_signals(self) -> None:
        tick = min(TICK, (self._notifier.watchdog or 3 * TICK) / 3)
        while not self._unwell:
            self._show_life()
            received = signal.sigtimedwait(SIGNALS, tick)
            if received is None:
                continue
            if received.si_signo == signal.SIGHUP:
                self._reload()
            else:
                return

    def _show_life(self) -> None:
        """Feed the watchdog: while a run is under way only when it came further, else when its plan is kept."""
        busy = self._running.locked()
        moved, self._seen_pulses = self._pulses != self._seen_pulses, self._pulses
        if not busy and self._is_overdue():
            # The scheduler sleeps by a clock that stands still while the host does, and that nobody sets.
            self._scheduler.wakeup()
        if (busy and moved) or (not busy and not self._is_overdue(timedelta(minutes=1))):
            self._notifier.alive()

    def _is_overdue(self, by: timedelta = timedelta(0)) -> bool:
        job = self._scheduler.get_job("run")
        return job is None or job.next_run_time <= self._now() - by

    def _reload(self) -> None:
        """Read the configuration anew; what is wrong is said, and the old one stays."""
        self._notifier.reloading()
        try:
            loaded = self._load_anew()
        except (SettingsError, ScheduleError) as error:
            for text in error.problems:
                log.logger().error("service.not_reloaded", code="configuration", text=text)
            self._notifier.ready(f"the changed configuration is not valid and not used; {self._status()}")
            return
        self._loaded = loaded
        self._plan()
        log.logger().info("service.reloaded", mode=loaded.settings.service.mode, next_on=self._next())
        self._notifier.ready(self._status())

    def _load_anew(self) -> Configuration:
        loaded = installation.load(self._path, self._environment)
        if loaded.settings.service.state_dir != self._loaded.settings.service.state_dir:
            raise SettingsError([f"{self._path}: service.state_dir changed: restart the daemon"])
        return loaded

    def _stop(self) -> int:
        self._stopping = True
        self._notifier.stopping()
        log.logger().info("service.stopping")
        if self._halt is not None:
            self._halt.ask()
        self._scheduler.shutdown(wait=False)
        ends = time.monotonic() + STOP_SECONDS
        while not (ended := self._running.acquire(timeout=TICK)) and time.monotonic() < ends:
            pass
        if not ended or self._unwell:
            # A thread that hangs cannot be ended from outside; a process can. What was sent is written down.
            os._exit(1)
        return 0

    # --- planning -------------------------------------------------------------------------------------------

    def _plan(self, first: Mapping[str, datetime] = MappingProxyType({})) -> None:
        trigger = timing.trigger_of(self._loaded.settings.service)
        self._scheduler.add_job(self._run, trigger, id="run", replace_existing=True, **first)

    def _last_began(self) -> datetime | None:
        index = open_index(self._loaded.settings.service.state_dir, self._environment)
        try:
            with index.begin() as connection:
                last = runs.latest(connection)
        finally:
            index.close()
        return datetime.fromisoformat(last.started) if last else None

    def _left_out(self, event: JobEvent) -> None:
        code = "still_running" if event.code == EVENT_JOB_MAX_INSTANCES else "missed"
        log.logger().warning("run.skipped", code=code)

    def _next(self) -> str:
        job = self._scheduler.get_job("run")
        when = getattr(job, "next_run_time", None) or timing.next_planned(
            self._loaded.settings.service, self._now()
        )
        return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%S+00:00}"

    def _status(self) -> str:
        return f"mode {self._loaded.settings.service.mode}; {self._last}; next run {self._next()}"

    # --- one run, in the scheduler's thread -----------------------------------------------------------------

    def _run(self) -> None:
        with self._running:
            if self._stopping:
                return
            self._halt = Halt(pulse=self._pulse)
            self._pulse()
            self._notifier.status("a run is under way")
            loaded = self._loaded
            alerts = Alerts(loaded.settings, self._environment)
            try:
                self._last = self._run_once(loaded, self._halt, alerts)
            except StoppedError:
                self._last = "the last run was asked to stop"
            except LockedError as error:
                self._last = "the last run waits for another one"
                log.logger().warning("run.skipped", code="locked", text=str(error))
                self._scheduler.modify_job("run", next_run_time=self._now() + LOCKED_AGAIN)
            except Exception as error:  # noqa: BLE001 - whatever it is, the next run is tried, and a person told
                self._last = "the last run failed"
                log.logger().error("service.failed", exc_info=error)
                if self._told_fault is not type(error):
                    self._told_fault = type(error)
                    alerts.failed(error)
            else:
                self._told_fault = None
            self._halt = None
            self._notifier.status(self._status())

    def _tell_progress(self, came: Progress) -> None:
        """Show in `systemctl status` how far the run has come, about once a second at most."""
        if (now := time.monotonic()) - self._told_at >= 1.0:
            self._told_at = now
            self._notifier.status(f"a run is under way: {came.sentence}")

    def _pulse(self) -> None:
        self._pulses += 1

    def _run_once(self, loaded: Configuration, halt: Halt, alerts: Alerts) -> str:
        service = loaded.settings.service
        self._tell_missed(loaded)
        index = open_index(service.state_dir, self._environment)
        app = App(loaded.settings, loaded.schedule, index, self._now, halt=halt, watch=self._tell_progress)
        try:
            with run_lock(service.state_dir):
                result = run(app, Request(send=service.mode != "observe"))
            # What keeps the run's word to people is no part of its time.
            halt.limit(None)
            alerts.after(app, result)
        finally:
            app.close()
        self._unwell = any(one.code == "hung" for one in result.accounts.values())
        return _summary(result)

    def _tell_missed(self, loaded: Configuration) -> None:
        last = self._last_began()
        if last is not None and (gone := timing.missed(loaded.settings.service, last, self._now())):
            log.logger().warning(
                "run.skipped", code="missed", count=len(gone), as_of=f"{gone[0]:%Y-%m-%dT%H:%M:%S+00:00}"
            )


@contextmanager
def _signals_held() -> Iterator[None]:
    """Keep signals for `sigtimedwait`. Blocked before any thread starts, they come to this thread alone.

    What comes while it stops has been obeyed, and must not end the process another way. Then all is as it was, so
    that whatever this process starts later still hears Ctrl-C.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        while signal.sigtimedwait(SIGNALS, 0):
            pass
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _summary(result: Result) -> str:
    failed = sum(1 for one in result.accounts.values() if one.outcome in {"failed", "incomplete"})
    flagged = len(result.standing.flagged)
    said = f"last run {result.finished:%Y-%m-%d %H:%M} UTC, {flagged} flagged, {len(result.attention)} to look at"
    return f"{said}, {failed} accounts not read whole" if failed else said
