"""`syncd queue`: what is ordered, held and waiting, and a person's word on it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from syncd.cli import common
from syncd.cycle.app import App
from syncd.cycle.review import current
from syncd.index import orders as journal
from syncd.index.orders import StoredOrder
from syncd.model import OrderState, subject_name
from syncd.report.values import held_values, order_values

group = typer.Typer(help="The deletion queue: what is ordered, held and waiting.", no_args_is_help=True)

HELD = "held"
"""What the queue calls something that no order may touch yet; no state of an order."""

REASONS = ("dispute", "audit", "mistake", "still-needed", "other")


@group.command("list")
def list_orders(
    config: common.ConfigOption = None,
    output: common.FormatOption = "text",
    state: Annotated[
        str | None, typer.Option("--state", help="Only orders in this state (or: held).")
    ] = None,
    account: Annotated[str | None, typer.Option("--account", help="Only this account.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also orders that are over.")] = False,
) -> None:
    """List the queue: every standing order, and what is held until when."""
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
    table = Table(box=None, pad_edge=False)
    for name in ("order", "subject", "record", "action", "state", "day"):
        table.add_column(name, overflow="fold")
    for one in lines:
        day = f"until {one['hold_until']}" if one["state"] == HELD else one["erase_on"]
        table.add_row(
            one["order_id"] or "-",
            one["subject"],
            f"{one['account']}:{one['kind']}:{one['key']}",
            one["action"],
            one["state"] + (" !" if one["flagged"] else ""),
            day,
        )
    common.show(table)
    common.show(f"{len(lines)} lines; ! means flagged: ended more than four weeks ago")


def queue_lines(app: App, *, everything: bool = False) -> list[dict[str, Any]]:
    """Give the whole queue as values: orders, and what is held."""
    connectors = {name: one.connector for name, one in app.settings.accounts.items()}
    judge = current(app)
    with app.index.begin() as connection:
        found = journal.find(connection, open_only=not everything)
    return [
        *(order_values(one, connectors, judge.judged) for one in found),
        *held_values(judge.judged.values(), connectors),
    ]


@group.command("show")
def show_order(
    order: Annotated[str, typer.Argument(help="The order's number, as `syncd queue list` prints it.")],
    config: common.ConfigOption = None,
    output: common.FormatOption = "text",
) -> None:
    """Show one order: why it exists, what it does, what stays behind, what happened so far."""
    as_json = common.wants_json(output)
    with common.opened(config) as app:
        one = _find(app, order)
        connectors = {name: each.connector for name, each in app.settings.accounts.items()}
        values = order_values(one, connectors, current(app).judged)
        values |= {"tries": one.tries, "sent_at": one.sent_at, "receipt": dict(one.receipt)}
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


@group.command("approve")
def approve(
    orders: Annotated[list[str] | None, typer.Argument(help="Numbers of orders.")] = None,
    config: common.ConfigOption = None,
    everything: Annotated[bool, typer.Option("--all", help="Every order that waits for approval.")] = False,
    account: Annotated[str | None, typer.Option("--account", help="With --all: only this account.")] = None,
    brake: Annotated[str | None, typer.Option("--brake", help="Let this account write more.")] = None,
    absences: Annotated[
        str | None, typer.Option("--absences", help="Believe that this account really lost so many contacts.")
    ] = None,
    count: Annotated[
        int | None, typer.Option("--count", help="With --brake or --absences: how many in 24 hours.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    by: common.ByOption = None,
) -> None:
    """Approve orders one by one, or all that wait (asks first); or release an account's brake."""
    with common.opened(config) as app:
        if brake is not None:
            _let_through(app, "writes", brake, count, by)
            return
        if absences is not None:
            _let_through(app, "absences", absences, count, by)
            return
        if everything == bool(orders):
            raise common.UsageError("name orders, or say --all")
        chosen = _waiting(app, account) if everything else [_find(app, one) for one in orders or []]
        if everything and chosen and not yes:
            _ask(chosen)
        done = 0
        for one in chosen:
            done += _approve(app, one, by, single=not everything)
    common.show(f"{done} orders approved; they are sent by `syncd run-once --execute`")


def approve_all(app: App, by: str) -> int:
    """Approve everything that waits and let every account write it: for a demo, never for a company."""
    waiting = _waiting(app, None)
    for one in waiting:
        _approve(app, one, by, single=False)
    for account in sorted({one.order.ref.account for one in waiting}):
        number = sum(1 for one in waiting if one.order.ref.account == account)
        with app.index.begin() as connection:
            sealed = app.index.keys.seal(by.encode(), f"brake:{account}")
            journal.allow(connection, app.now(), account, "writes", number, sealed)
    return len(waiting)


def _let_through(app: App, what: str, account: str, count: int | None, by: str | None) -> None:
    option = "--brake" if what == "writes" else "--absences"
    if account not in app.settings.accounts:
        raise common.UsageError(f"{option} {account}: no such account")
    if count is None or count < 0:
        raise common.UsageError(f"{option} needs --count N: how many {what} in 24 hours are right")
    with app.index.begin() as connection:
        sealed = app.index.keys.seal(common.person(by).encode(), f"brake:{account}")
        journal.allow(connection, app.now(), account, what, count, sealed)
    common.show(f"account {account}: {count} {what} are let through for 24 hours from now")


def _waiting(app: App, account: str | None) -> list[StoredOrder]:
    with app.index.begin() as connection:
        found = journal.find(connection, open_only=True)
    return [
        one
        for one in found
        if one.state is OrderState.SCHEDULED and (account is None or one.order.ref.account == account)
    ]


def _ask(chosen: list[StoredOrder]) -> None:
    by_place: dict[str, int] = {}
    for one in chosen:
        place = f"{one.order.ref.account} {one.order.action.value} {one.order.ref.kind}"
        by_place[place] = by_place.get(place, 0) + 1
    subjects = len({one.subject for one in chosen})
    for place, number in sorted(by_place.items()):
        common.show(f"  {number:5} {place}")
    typer.confirm(f"Approve these {len(chosen)} orders about {subjects} subjects?", abort=True)


def _approve(app: App, one: StoredOrder, by: str | None, *, single: bool) -> int:
    if one.state is not OrderState.SCHEDULED:
        common.show(f"{one.id} is {one.state.value}: nothing to approve")
        return 0
    with app.index.begin() as connection:
        journal.move(
            connection,
            app.now(),
            one.id,
            OrderState.APPROVED,
            approved_by=app.index.keys.seal(common.person(by).encode(), one.id),
            approved_on=app.today(),
            approval="single" if single else "bulk",
            digest=one.order.digest,
        )
    return 1


@group.command("reject")
def reject(
    order: Annotated[str, typer.Argument(help="The order's number.")],
    until: Annotated[datetime, typer.Option("--until", formats=["%Y-%m-%d"], help="Ask again on this day.")],
    reason: Annotated[str, typer.Option("--reason", help=f"One of: {', '.join(REASONS)}.")],
    config: common.ConfigOption = None,
    by: common.ByOption = None,
) -> None:
    """Reject an order until a day, for a reason. It comes back then, or when its facts change."""
    if reason not in REASONS:
        raise common.UsageError(f"--reason {reason}: choose one of {', '.join(REASONS)}")
    with common.opened(config) as app:
        one = _find(app, order)
        day = until.date()
        if day <= app.today():
            raise common.UsageError(f"--until {day}: choose a day after today")
        if OrderState.CANCELLED not in journal.LEGAL[one.state]:
            raise common.UsageError(f"{order} is {one.state.value}: it can no longer be rejected")
        with app.index.begin() as connection:
            journal.move(
                connection,
                app.now(),
                one.id,
                OrderState.CANCELLED,
                code=f"rejected_{reason}",
                rejected_until=day,
                approved_by=app.index.keys.seal(common.person(by).encode(), one.id),
            )
    common.show(f"{order} rejected until {day}")


@group.command("retry")
def retry(
    order: Annotated[str, typer.Argument(help="The number of a refused order.")],
    config: common.ConfigOption = None,
) -> None:
    """Put a refused order back in the queue, after its cause was mended."""
    with common.opened(config) as app:
        one = _find(app, order)
        if one.state is not OrderState.REFUSED:
            raise common.UsageError(f"{order} is {one.state.value}: only a refused order is retried")
        with app.index.begin() as connection:
            journal.move(connection, app.now(), one.id, OrderState.SCHEDULED, code="retried")
    common.show(f"{order} is scheduled again, about {subject_name(one.subject)}")


def _find(app: App, order: str) -> StoredOrder:
    with app.index.begin() as connection:
        found = journal.find(connection, order_id=order)
    if not found:
        raise common.UsageError(f"{order}: no such order; see `syncd queue list`")
    return found[0]
