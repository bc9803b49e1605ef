"""`syncd run-once`: the audit, and with `--execute` the deed."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from syncd.cli import common, progress
from syncd.cli.report import LanguageOption, language_of
from syncd.cycle.app import App
from syncd.cycle.filing import file_report
from syncd.cycle.reporting import gather_report
from syncd.cycle.run import Request, Result, run
from syncd.report.text import run_report
from syncd.report.values import run_values
from syncd.service.lock import LockedError, run_lock


def run_once(
    config: common.ConfigOption = None,
    execute: Annotated[bool, typer.Option("--execute", help="Send the orders that may be sent.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Leave no trace in the index either.")] = False,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of",
            metavar="DATE",
            formats=["%Y-%m-%d"],
            help="Decide as if it were this day; sends nothing.",
        ),
    ] = None,
    account: Annotated[
        list[str] | None,
        typer.Option(
            "--account", metavar="NAME", help="Read only this account; may be repeated. Sends nothing."
        ),
    ] = None,
    output: common.FormatOption = "text",
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 3 when something is flagged or waits for a person.")
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report", metavar="DIR", help="Write the report into this folder: page, plan, JSON, sheets."
        ),
    ] = None,
    names: Annotated[
        bool, typer.Option("--names", help="With --report: say who each subject is; the files then expire.")
    ] = False,
    language: LanguageOption = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log every step to standard error.")] = False,
) -> None:
    """Read every account, decide, renew the queue and report. Sends only with --execute."""
    common.setup_logging(verbose=verbose)
    as_json = common.wants_json(output)
    if execute and (dry_run or as_of or account):
        raise common.UsageError("--execute does not go with --dry-run, --as-of or --account: those only look")
    if names and report is None:
        raise common.UsageError("--names goes with --report DIR")
    with common.opened(config) as app:
        chosen = language_of(language, app.settings.service.language)
        only = _only(app, account)
        request = Request(send=execute, only=only, as_of=as_of.date() if as_of else None)
        leaves_trace = not dry_run and as_of is None
        with progress.shown(verbose=verbose) as app.watch:
            worked, result = _run(app, request, leaves_trace=leaves_trace)
        if as_json:
            common.show_json(run_values(result))
        else:
            common.show(run_report(result, app.schedule.zone))
        if report is not None:
            found = gather_report(worked, result.judged.values(), names=names)
            written = file_report(app, found, report, chosen)
            if not as_json:
                common.show(f"report written: {written[0]}")
    common.leave(exit_code(result, strict=strict))


def _only(app: App, names: list[str] | None) -> frozenset[str] | None:
    if not names:
        return None
    unknown = sorted(set(names) - set(app.settings.accounts))
    if unknown:
        known = ", ".join(app.settings.accounts) or "none"
        raise common.UsageError(f"--account {unknown[0]}: no such account; configured are: {known}")
    return frozenset(names)


def _run(app: App, request: Request, *, leaves_trace: bool) -> tuple[App, Result]:
    if leaves_trace:
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(run_lock(app.settings.service.state_dir))
            except LockedError as error:
                if request.send:
                    raise
                note = f"syncd: {str(error).split(':', 1)[0]}: this one works on a copy and leaves no trace"
                typer.echo(note, err=True)
            else:
                return app, run(app, request)
    copy = replace(app, index=app.index.scratch())
    return copy, run(copy, request)


def exit_code(result: Result, *, strict: bool) -> int:
    """Give the exit code of a run: 1 when an account or an order failed, 3 with `strict` for attention."""
    failed = any(one.outcome in {"failed", "incomplete"} for one in result.accounts.values())
    bad_orders = any(one.code in _FAILED_CODES for one in result.attention)
    if failed or bad_orders or result.execution.stopped:
        return common.EXIT_FAILED
    if strict and (result.standing.flagged or result.attention):
        return common.EXIT_ATTENTION
    return common.EXIT_OK


_FAILED_CODES = frozenset({"order_uncertain", "order_refused", "order_postponed", "account_stopped"})
