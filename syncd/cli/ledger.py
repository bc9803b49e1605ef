"""`syncd ledger`: the account of everything that was decided, approved, sent and proven."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import typer

from syncd.cli import common
from syncd.index import ledger

group = typer.Typer(help="The hash-chained ledger.", no_args_is_help=True)


@group.command("verify")
def verify(config: common.ConfigOption = None) -> None:
    """Check that every row follows from the one before; exit 1 and name the first that does not."""
    with common.opened(config) as app, app.index.begin() as connection:
        broken = ledger.first_broken(connection)
        number, head = ledger.head(connection)
    if broken is not None:
        common.show(f"row {broken} does not follow from the row before it: the ledger was altered there")
        common.leave(common.EXIT_FAILED)
    common.show(f"{number} rows, unbroken; head {head}")


@group.command("export")
def export(config: common.ConfigOption = None) -> None:
    """Print every row as one line of JSON, oldest first; docs/reference/ledger.md explains the fields."""
    with common.opened(config) as app, app.index.begin() as connection:
        for row in ledger.rows(connection):
            values = asdict(row) | {"payload": json.loads(row.payload)}
            sys.stdout.write(json.dumps(values, sort_keys=True) + "\n")
