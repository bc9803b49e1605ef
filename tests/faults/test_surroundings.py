"""What comes from outside of a run: clocks, signals, redirects, a wrong link, and names that are formulas."""

from __future__ import annotations

import contextlib
import os
import select
import signal
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
import requests
from apscheduler.events import EVENT_JOB_EXECUTED, EVENT_JOB_MISSED
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.date import DateTrigger

from syncd.cycle.run import Request, run
from syncd.http import Halt
from syncd.model import OrderState
from syncd.report import sheet
from syncd.retention import parse_schedule
from syncd.service import timing
from syncd.service.daemon import Daemon
from syncd.service.defaults import default_schedule_text
from syncd.service.notify import Notifier
from syncd.settings import ServiceSettings
from syncd.testing.faults import answer, any_write, meanwhile, on
from tests.cli.kit import syncd
from tests.faults.kit import GUARDED, Ready, ended, replaced, started, stood_still, writes

if TYPE_CHECKING:
    from pathlib import Path

    from apscheduler.events import JobEvent

    from tests.cycle.kit import Installation

pytestmark = pytest.mark.ci

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SOON, LATER = 0.3, 2.0
"""Seconds until a planned run, and until a process that stood still wakes up: APScheduler alone waits for one."""


# --- F38, F39: calendars and clocks -------------------------------------------------------------------------


@GUARDED
def test_f38_a_planned_time_comes_once_in_the_night_on_which_the_clocks_go_back(guarded: bool) -> None:
    trigger = (
        timing.trigger_of(ServiceSettings(run_at="00:30", jitter="0s"))
        if guarded
        else CronTrigger(hour=2, minute=30, timezone=AMSTERDAM)
    )
    moment, days = datetime(2027, 10, 30, 12, tzinfo=UTC), []
    for _run in range(2):
        moment = trigger.get_next_fire_time(moment, moment + timedelta(seconds=1))
        days.append(moment.astimezone(AMSTERDAM).date())
    assert (len(days) == len(set(days))) is guarded


@GUARDED
def test_f38_four_weeks_are_calendar_days_also_over_that_night(guarded: bool) -> None:
    began = datetime(2027, 10, 20, tzinfo=AMSTERDAM)
    if guarded:
        categories = parse_schedule(default_schedule_text(), "default").categories
        due = categories["contact_details"].period.after(began.date())  # type: ignore[union-attr]
    else:
        due = (began.astimezone(UTC) + timedelta(hours=672)).astimezone(AMSTERDAM).date()
    assert (due == date(2027, 11, 17)) is guarded


@GUARDED
def test_f39_a_run_whose_time_went_by_while_the_process_stood_still_is_not_dropped(
    ready: Ready, tmp_path: Path, guarded: bool
) -> None:
    def play(here: Installation) -> None:
        here.app().close()
        told, tell = os.pipe()

        def stands_still() -> None:
            if guarded:
                scheduler = Daemon(here.folder / "syncd.toml", {}, Notifier({}))._scheduler
            else:
                scheduler = BackgroundScheduler(timezone=UTC)

            def said(event: JobEvent) -> None:
                os.write(tell, b"r" if event.code == EVENT_JOB_EXECUTED else b"m")

            scheduler.add_listener(said, EVENT_JOB_EXECUTED | EVENT_JOB_MISSED)
            when = datetime.now(UTC) + timedelta(seconds=SOON)  # noqa: TID251 - the scheduler has the host's clock
            scheduler.add_job(_nothing, DateTrigger(when))
            scheduler.start()
            os.kill(os.getpid(), signal.SIGSTOP)
            select.select([told], [], [], 30)

        child = started(stands_still)
        assert stood_still(child)
        assert select.select([told], [], [], LATER)[0] == [], "it stands still"
        os.kill(child, signal.SIGCONT)
        assert ended(child) == 0
        assert os.read(told, 1) == (b"r" if guarded else b"m")

    ready.apart(tmp_path, play)


def _nothing() -> None:
    """Stand for a run."""


# --- F45: asked to stop -------------------------------------------------------------------------------------


@GUARDED
def test_f45_asked_to_stop_while_a_write_is_at_the_vendor_it_takes_down_what_came_of_it(
    ready: Ready, tmp_path: Path, guarded: bool
) -> None:
    def play(here: Installation) -> None:
        if not guarded:
            replaced(Halt, "shield", lambda _self: contextlib.nullcontext())
        app = here.app()
        stop = meanwhile(app.halt.ask)
        here.simulation.sandboxes["books"].faults.inject(stop, when=any_write)
        run(app, Request(send=True))
        app.close()
        assert writes(here) == 1
        tried = [one.state for one in here.orders() if one.tries]
        assert (tried == [OrderState.VERIFIED]) is guarded

    ready.apart(tmp_path, play)


# --- F49: sent elsewhere ------------------------------------------------------------------------------------


@GUARDED
def test_f49_a_write_that_is_redirected_to_another_host_goes_nowhere(
    ready: Ready, tmp_path: Path, guarded: bool
) -> None:
    plain = requests.Session.send

    def follows(self: requests.Session, request: Any, **how: Any) -> Any:
        return plain(self, request, **how | {"allow_redirects": True})

    def play(here: Installation) -> None:
        if not guarded:
            replaced(requests.Session, "send", follows)
        elsewhere = here.simulation.addresses["news"] + "/elsewhere"
        away = answer(307, b"", {"Location": elsewhere})
        here.simulation.sandboxes["crm"].faults.inject(away, when=on("DELETE"), times=None)
        result = here.run(send=True)
        came = [one.method for one in here.simulation.sandboxes["news"].requests if one.path == "/elsewhere"]
        assert bool(came) is not guarded
        if guarded:
            assert result.execution.stopped["crm"].code == "redirect"
            states = {one.state for one in here.orders() if one.order.ref.account == "crm"}
            assert states <= {OrderState.APPROVED, OrderState.SCHEDULED}

    ready.apart(tmp_path, play)


# --- F44: a wrong link --------------------------------------------------------------------------------------


def test_f44_who_was_wrongly_linked_to_an_active_one_is_not_erased_and_the_link_can_be_undone(
    ready: Ready, tmp_path: Path
) -> None:
    """The control is the second half: without the link the same record goes, and it alone."""

    def play(here: Installation) -> None:
        judged = here.run().judged.values()
        orders = {one.order.ref for one in here.orders() if one.state is OrderState.APPROVED}
        over = next(
            each.ref
            for one in judged
            for each in one.subject.present
            if each.ref.kind == "item" and each.ref in orders
        )
        active = next(
            each.ref
            for one in judged
            for each in one.subject.present
            if each.ref.kind == "item" and one.decision.verdict.value == "keep"
        )
        config = ("--config", str(here.folder / "syncd.toml"))
        assert syncd("contact", "link", str(over), str(active), "--by", "Anna", *config).code == 0
        here.run(send=True)
        assert not _is_gone(here, over.key)
        assert not _is_gone(here, active.key)
        assert syncd("contact", "unlink", str(over), str(active), "--by", "Anna", *config).code == 0
        here.run()
        here.approve(choose=lambda one: over in {one.order.ref, one.order.parent})
        here.run(send=True)
        assert (_is_gone(here, over.key), _is_gone(here, active.key)) == (True, False)

    ready.apart(tmp_path, play)


def _is_gone(here: Installation, key: str) -> bool:
    return int(key) not in here.simulation.sandboxes["crm"].state.items  # type: ignore[attr-defined]


# --- F48: names that are formulas ---------------------------------------------------------------------------


@GUARDED
@pytest.mark.parametrize("name", ["=1+1", "+31 6", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_f48_a_name_that_a_spreadsheet_would_run_is_a_text(
    name: str, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not guarded:
        monkeypatch.setattr(sheet, "harmless", lambda text: text)
    cell = sheet._sheet(["name"], [[name]]).split("\r\n", 1)[1].lstrip('"')
    assert (cell[0] == "'") is guarded
