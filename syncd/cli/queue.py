"""`syncd queue`: what is ordered, held and waiting, and a person's word on it."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table

from syncd.cli import common
from syncd.cycle.app import App
from syncd.cycle.review import current
from syncd.index import decisions
from syncd.index import orders as journal
from syncd.index.orders import StoredOrder
from syncd.model import OrderState
from syncd.report.rows import Rows
from syncd.report.values import day, held_values, order_values
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
    account: Annotated[
        str | None, typer.Option("--account", metavar="NAME", help="Only this account.")
    ] = None,
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


@group.command("show")
def show_order(
    order: Annotated[
        str, typer.Argument(metavar="ORDER", help="The order's number, as `syncd queue list` prints it.")
    ],
    config: common.ConfigOption = None,
    output: common.FormatOption = "text",
) -> None:
    """Show one order. Why it exists, what it does, what stays behind, what happened so far."""
    as_json = common.wants_json(output)
    with common.opened(config) as app:
        one = find_order(app, order)
        connectors = {name: each.connector for name, each in app.settings.accounts.items()}
        judged = current(app).judged.get(one.subject)
        values = order_values(one, connectors, judged.decision if judged else None)
        values |= {"tries": one.tries, "sent_at": one.sent_at, "receipt": dict(one.receipt)}
        values |= {"recoverable_until": day(one.recoverable_until)}
    if as_json:
        common.show_json(values)
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column("what")
    table.add_column("value", overflow="fold")
    for name, value in values.items():
        if value in (None, "", [], {}):
            continue
        if name == "residue":
            for each in value:
                table.add_row("stays", _stays(each))
            continue
        table.add_row(name.replace("_", " "), _in_words(value))
    common.show(table)


def _stays(residue: dict[str, Any]) -> str:
    """Say what stays at the vendor after the order, and for how long."""
    text = str(residue["text"]).rstrip(".")
    return f"{text} ({residue['days']} days)" if residue.get("days") is not None else text


def _in_words(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(
            f"{name} {_in_words(each)}" for name, each in value.items() if each not in (None, "", [])
        )
    if isinstance(value, list):
        return ", ".join(_in_words(each) for each in value)
    return str(value)


def find_order(app: App, order: str) -> StoredOrder:
    """Find an order by its number. Raises `UsageError`."""
    with app.index.begin() as connection:
        found = journal.find(connection, order_id=order)
    if not found:
        raise common.UsageError(f"{order}: no such order; see `syncd queue list`")
    return found[0]
