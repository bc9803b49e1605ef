"""`syncd queue`: what is ordered, held and waiting, and a person's word on it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from syncd.cli import common
from syncd.cycle.app import App
from syncd.cycle.review import current
from syncd.index import decisions
from syncd.index import orders as journal
from syncd.model import OrderState
from syncd.report.rows import Rows
from syncd.report.values import held_values, order_values
from syncd.report.words import counted

group = typer.Typer(help="The deletion queue: what is ordered, held and waiting.", no_args_is_help=True)

HELD = "held"
"""What the queue calls something that no order may touch yet; no state of an order."""


@group.command("list")
def list_orders(
    config: common.ConfigOption = None,
    output: common.FormatOption = "text",
    state: Annotated[
        str | None,
        typer.Option(
            "--state", metavar="STATE", help="Only orders in this state, such as approved; or what is held."
        ),
    ] = None,
    account: common.OnlyAccountOption = None,
    everything: Annotated[bool, typer.Option("--all", help="Also orders that are over.")] = False,
) -> None:
    """List every standing order, and what is held until when."""
    as_json = common.wants_json(output)
    common.choose("--state", state, (*OrderState, HELD))
    with common.opened(config) as app:
        common.choose("--account", account, app.settings.accounts)
        lines = [
            one
            for one in queue_lines(app, everything=everything)
            if (state is None or one["state"] == state) and (account is None or one["account"] == account)
        ]
    if as_json:
        common.show_json(lines)
        return
    if not lines:
        common.show("The queue is empty.")
        return
    rows = [
        (
            one["order_id"] or "-",
            one["subject"],
            f"{one['account']}:{one['kind']}:{one['key']}",
            one["action"],
            one["state"] + (" !" if one["flagged"] else ""),
            f"until {one['hold_until']}" if one["state"] == HELD else one["erase_on"],
        )
        for one in lines
    ]
    common.show(Rows(("order", "subject", "record", "action", "state", "day"), rows, below="record"))
    common.show(f"{counted(len(lines), 'line')}; ! means flagged: ended more than four weeks ago")


def queue_lines(app: App, *, everything: bool = False) -> list[dict[str, Any]]:
    """Give the whole queue as values: orders, and what is held."""
    connectors = {name: one.connector for name, one in app.settings.accounts.items()}
    judge = current(app)
    with app.index.begin() as connection:
        found = journal.find(connection, open_only=not everything)
    about = judge.judged.some(sorted({one.subject for one in found}))
    decided = {one.subject.id: one.decision for one in about}
    return [
        *(order_values(one, connectors, decided.get(one.subject)) for one in found),
        *held_values(judge.judged.that(decisions.HELD), connectors),
    ]
