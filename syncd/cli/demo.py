"""`syncd demo`: the whole line against the simulated services; no accounts, no internet."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from syncd import registry
from syncd.cli import common, queue_decide
from syncd.cli.report import language_of
from syncd.cycle.app import App
from syncd.cycle.filing import file_report
from syncd.cycle.reporting import gather_report
from syncd.cycle.run import Request, Result, run
from syncd.index.store import open_index
from syncd.report.text import run_report
from syncd.service import clock
from syncd.service.simulation import Simulation, simulate, write_configuration
from syncd.settings import load_settings

WHO = "the demo"


def demo(
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Another number, another world.")] = 1,
    size: Annotated[int, typer.Option("--size", metavar="N", min=30, help="Number of subjects.")] = 60,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report", metavar="DIR", help="Write the report into this folder: page, plan, JSON, sheets."
        ),
    ] = None,
    language: Annotated[str, typer.Option("--language", metavar="en|nl", help="en or nl.")] = "en",
    verbose: Annotated[bool, typer.Option("--verbose", help="Log every step to standard error.")] = False,
) -> None:
    """Show the whole line on three simulated services. Pulls, decides, approves, erases, verifies and reports."""
    common.setup_logging(verbose=verbose)
    with (
        tempfile.TemporaryDirectory(prefix="syncd-demo-") as folder,
        simulate(seed, size, clock.today()) as simulation,
    ):
        common.show(
            f"A world of {size} subjects from seed {seed}, shown by {len(simulation.sandboxes)} simulated services."
        )
        before = simulation.digests()
        config = write_configuration(simulation, Path(folder), mode="approve")
        settings = load_settings(config, os.environ, registry.models())
        schedule = common.schedule_of(settings.schedule_path)
        app = App(settings, schedule, open_index(settings.service.state_dir, os.environ), clock.now)
        try:
            result = _play(app)
            common.show(run_report(result, app.schedule.zone))
            if report is not None:
                found = gather_report(app, result.judged.values())
                written = file_report(app, found, report, language_of(language, "en"))
        finally:
            app.close()
        common.show(_services(simulation, before))
        if report is not None:
            common.show(f"report written: {written[0]}")
    failed = any(not one.complete for one in result.accounts.values())
    common.leave(common.EXIT_FAILED if failed or not result.execution.verified else common.EXIT_OK)


def _play(app: App) -> Result:
    """Look, let a person approve everything that waits, and send it."""
    first = run(app, Request())
    flagged = len(first.standing.flagged)
    common.show(
        f"First look: {flagged} flagged, {first.plan.created} orders planned, nothing sent. "
        "A person approves them all and releases the brakes."
    )
    queue_decide.approve_all(app, WHO)
    return run(app, Request(send=True))


def _services(simulation: Simulation, before: dict[str, str]) -> RenderableType:
    table = Table(box=None, pad_edge=False)
    for name in ("service", "reads", "writes", "refused", "state before", "state after"):
        table.add_column(name, justify="right" if name in {"reads", "writes", "refused"} else "left")
    after, counts = simulation.digests(), simulation.counts()
    for name in simulation.sandboxes:
        numbers = (str(counts[name][each]) for each in ("reads", "writes", "refused"))
        style = "green" if before[name] != after[name] else "red"
        table.add_row(name, *numbers, before[name], Text(after[name], style))
    return Group(Text("\nWhat the services saw", "bold"), table)
