"""The command line: one module per group of commands; each parses, calls and prints."""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING

import typer

from syncd import __version__
from syncd.cli import (
    check,
    common,
    connectors,
    contact,
    daemon,
    db,
    demo,
    documents,
    init,
    key,
    ledger,
    policy,
    queue,
    queue_decide,
    queue_paper,
    queue_show,
    queue_walk,
    relationship,
    report,
    review,
    run,
    sandbox,
    status,
    suspend,
)
from syncd.cli.misuse import plainly
from syncd.contract import ConnectorError
from syncd.cycle.filing import ReportFolderError
from syncd.index.migrate import SchemaError
from syncd.index.seal import KeyFaultError
from syncd.index.store import IndexFaultError
from syncd.report.words import visible
from syncd.retention import CaseError, ScheduleError
from syncd.service.lock import LockedError
from syncd.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

app = typer.Typer(
    name="syncd",
    help="Keeps the promise that a customer's data goes when the relationship does, except what the law keeps.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
app.command("demo")(demo.demo)
app.command("run-once")(run.run_once)
queue.group.command("show")(queue_show.show_order)
queue.group.command("approve")(queue_decide.approve)
queue.group.command("reject")(queue_decide.reject)
queue.group.command("retry")(queue_decide.retry)
queue.group.command("review")(queue_walk.review)
queue.group.command("export")(queue_paper.export)
app.add_typer(queue.group, name="queue")
app.add_typer(contact.group, name="contact")
app.add_typer(review.group, name="review")
app.add_typer(relationship.group, name="relationship")
app.command("suspend")(suspend.suspend)
app.command("release")(suspend.release)
app.add_typer(documents.group, name="documents")
app.add_typer(policy.group, name="policy")
app.command("report")(report.report)
app.command("init")(init.init)
app.command("check")(check.check)
app.add_typer(ledger.group, name="ledger")
app.add_typer(key.group, name="key")
app.add_typer(db.group, name="db")
app.command("status")(status.status)
app.command("connectors")(connectors.connectors)
app.command("daemon")(daemon.daemon)
app.command("sandbox")(sandbox.sandbox)


@app.callback(invoke_without_command=True)
def _root(version: bool = typer.Option(False, "--version", help="Print the version.")) -> None:
    # Before anything can log: a library's default would write into the results on standard output.
    common.setup_logging()
    if version:
        typer.echo(f"syncd {__version__}")
        raise typer.Exit


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and leave with its exit code (see docs/reference/exit-codes.md)."""
    sys.exit(run_command(arguments))


def run_command(arguments: Sequence[str] | None = None) -> int:
    """Run a command; every error that a person can cause is one clear line, never a traceback."""
    try:
        code = app(args=list(arguments) if arguments is not None else None, standalone_mode=False)
    except (SettingsError, ScheduleError, CaseError) as error:
        return _complain(common.EXIT_USAGE, *error.problems)
    except typer.Abort:
        return _complain(common.EXIT_FAILED, "stopped; nothing was changed")
    except typer.TyperException as error:
        return _misused(error.format_message())
    except Exception as error:  # noqa: BLE001 - the text of an unexpected one may hold personal data
        return _complain(common.EXIT_FAILED, str(error) if isinstance(error, _CLEAR) else _where(error))
    if code == common.EXIT_INTERRUPTED:
        return _complain(code, "interrupted; the queue says what was sent")
    return code if isinstance(code, int) else common.EXIT_OK


_CLEAR = (IndexFaultError, KeyFaultError, SchemaError, LockedError, ConnectorError, ReportFolderError)
"""Errors whose text is written for an operator."""


def _complain(code: int, *lines: str) -> int:
    for line in lines:
        sys.stderr.write(f"syncd: {visible(line)}\n")
    return code


def _misused(text: str) -> int:
    """Say what is wrong with the command line; where a command is missing, Typer's text is the whole help."""
    if "\n" in text:
        sys.stderr.write(visible(text) + "\n")
        return common.EXIT_USAGE
    return _complain(common.EXIT_USAGE, plainly(text))


def _where(error: BaseException) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"internal error: {type(error).__name__} at {frame.filename}:{frame.lineno}; nothing is lost, the queue "
        "says what was sent. Please report this line"
    )
