"""The command line: one module per group of commands; each parses, calls and prints."""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING

import click
import typer

from syncd import __version__
from syncd.cli import common, contact, demo, documents, policy, queue, relationship, run, sandbox, status
from syncd.contract import ConnectorError
from syncd.index.migrate import SchemaError
from syncd.index.seal import KeyFaultError
from syncd.index.store import IndexFaultError
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
app.add_typer(queue.group, name="queue")
app.add_typer(contact.group, name="contact")
app.add_typer(relationship.group, name="relationship")
app.add_typer(documents.group, name="documents")
app.add_typer(policy.group, name="policy")
app.command("status")(status.status)
app.command("connectors")(status.connectors)
app.command("sandbox")(sandbox.sandbox)


@app.callback(invoke_without_command=True)
def _root(version: bool = typer.Option(False, "--version", help="Print the version.")) -> None:
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
    except click.exceptions.Abort:
        return _complain(common.EXIT_FAILED, "stopped; nothing was changed")
    except (common.UsageError, click.ClickException) as error:
        text = error.format_message() if isinstance(error, click.ClickException) else str(error)
        return _complain(common.EXIT_USAGE, text)
    except _CLEAR as error:
        return _complain(common.EXIT_FAILED, str(error))
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - its text may hold personal data
        return _complain(common.EXIT_FAILED, _where(error))
    return code if isinstance(code, int) else common.EXIT_OK


_CLEAR = (IndexFaultError, KeyFaultError, SchemaError, LockedError, ConnectorError)
"""Errors whose text is written for an operator."""


def _complain(code: int, *lines: str) -> int:
    for line in lines:
        sys.stderr.write(f"syncd: {line}\n")
    return code


def _where(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return "interrupted; the queue says what was sent"
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"internal error: {type(error).__name__} at {frame.filename}:{frame.lineno}; nothing is lost, the queue "
        "says what was sent. Please report this line"
    )
