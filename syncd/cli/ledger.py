"""`syncd ledger`: the account of everything that was decided, approved, sent and proven."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from syncd.cli import common, progress
from syncd.index import ledger

group = typer.Typer(help="The hash-chained ledger.", no_args_is_help=True)

SHORTEST_HEAD = 12


@group.command("verify")
def verify(
    config: common.ConfigOption = None,
    head: Annotated[
        list[str] | None,
        typer.Option("--head", metavar="HEAD", help="A head that a report printed; must be in the ledger."),
    ] = None,
) -> None:
    """Check that every row follows from the one before. Exit 1 and the number of the first that does not."""
    for one in head or []:
        if len(one) < SHORTEST_HEAD or set(one) - set("0123456789abcdef"):
            raise common.UsageError(
                f"--head {one}: a head is {SHORTEST_HEAD} to 64 digits and letters a to f"
            )
    with common.opened(config) as app, app.index.begin() as connection:
        number, last = ledger.head(connection)
        with progress.counting("looking through the ledger", number) as came:
            broken = ledger.first_broken(connection, came)
        found = {one: ledger.holds(connection, one) for one in head or []}
    if broken is not None:
        common.show(f"row {broken} does not follow from the row before it: the ledger was altered there")
        common.leave(common.EXIT_FAILED)
    for one, row in found.items():
        common.show(f"{one} is row {row}" if row else f"{one} is no row: the ledger was cut off or made anew")
    if None in found.values():
        common.leave(common.EXIT_FAILED)
    common.show(f"rows up to {number}, unbroken; head {last}")


@group.command("export")
def export(config: common.ConfigOption = None) -> None:
    """Print every row as one line of JSON, oldest first. docs/reference/ledger.md explains the fields."""
    with common.opened(config) as app, app.index.begin() as connection:
        for row in ledger.rows(connection):
            values = asdict(row) | {"payload": json.loads(row.payload)}
            sys.stdout.write(json.dumps(values, sort_keys=True) + "\n")
