"""A person's word on the queue: approve, reject, retry, and let an account or a mode go on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from syncd.cli import common, queue_paper
from syncd.cli.orders import find_order
from syncd.cycle import approval, modes, unconfigured
from syncd.cycle.app import App
from syncd.cycle.sendable import sendable
from syncd.index import orders as journal
from syncd.index.orders import StoredOrder
from syncd.model import Action, OrderState, subject_name
from syncd.report.words import counted

SENT_BY = "syncd run-once --execute"
MOST = 1_000_000
"""Writes or absences in 24 hours that a person can let through."""


def approve(
    orders: Annotated[list[str] | None, typer.Argument(metavar="ORDERS", help="Numbers of orders.")] = None,
    config: common.ConfigOption = None,
    everything: Annotated[bool, typer.Option("--all", help="Every order that waits for approval.")] = False,
    account: Annotated[
        str | None, typer.Option("--account", metavar="NAME", help="With --all: only this account.")
    ] = None,
    action: Annotated[
        str | None, typer.Option("--action", metavar="ACTION", help="With --all: only this action.")
    ] = None,
    late: Annotated[bool, typer.Option("--flagged", help="With --all: only what is late already.")] = False,
    paper: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="What was decided in a file of `syncd queue export`."),
    ] = None,
    mode: Annotated[
        str | None,
        typer.Option(
            "--mode", metavar="MODE", help="Say that this mode, new here or since observe, may send."
        ),
    ] = None,
    brake: Annotated[
        str | None, typer.Option("--brake", metavar="ACCOUNT", help="Let this account write more.")
    ] = None,
    absences: Annotated[
        str | None,
        typer.Option("--absences", metavar="ACCOUNT", help="Believe that this account really lost so many."),
    ] = None,
    count: Annotated[
        int | None,
        typer.Option("--count", metavar="N", help="With --brake or --absences: how many in 24 hours."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    by: common.ByOption = None,
) -> None:
    """Approve orders, or let an account or a mode go on.

    Orders one by one, all that wait (asks first), or from a file.
    """
    common.choose("--action", action, Action)
    asked = [bool(orders), everything, *(one is not None for one in (paper, mode, brake, absences))]
    if sum(asked) != 1:
        raise common.UsageError(
            "say one of: numbers of orders, --all, --from FILE, --mode MODE, --brake ACCOUNT, --absences ACCOUNT"
        )
    if not everything and (account is not None or action is not None or late):
        raise common.UsageError("--account, --action and --flagged choose among --all")
    with common.opened(config) as app:
        common.choose("--account", account, app.settings.accounts)
        if brake is not None:
            _let_through(app, "writes", brake, count, by)
        elif absences is not None:
            _let_through(app, "absences", absences, count, by)
        elif mode is not None:
            _confirm_mode(app, mode, yes=yes)
        elif paper is not None:
            common.leave(queue_paper.take(app, paper, common.person(by)))
        elif everything:
            chosen = [
                one
                for one in waiting(app)
                if (account is None or one.order.ref.account == account)
                and (action is None or one.order.action == action)
                and (one.late or not late)
            ]
            if chosen and not yes:
                _ask(chosen)
            _approve(app, chosen, by, how="bulk")
        else:
            named = {one.id: one for one in (find_order(app, each) for each in orders or [])}
            _approve(app, list(named.values()), by, how="single")


def _approve(app: App, chosen: list[StoredOrder], by: str | None, *, how: approval.How) -> None:
    """Approve all of them or, when one cannot be approved, none."""
    if wrong := [why for one in chosen if (why := approval.why_not(one))]:
        raise common.UsageError("; ".join(wrong) + ". Nothing was approved")
    try:
        approval.approve_together(app, chosen, common.person(by), how)
    except approval.CannotDecideError as error:
        raise common.UsageError(f"{error}. Nothing was approved") from None
    common.show(f"{counted(len(chosen), 'order')} approved; {_what_follows(app)}")


def _what_follows(app: App) -> str:
    if app.settings.service.mode == modes.OBSERVE:
        return "the mode is observe, so nothing is sent before the configuration says another"
    return f"they are sent by the daemon's next run, or now by `{SENT_BY}`"


def approve_all(app: App, by: str) -> int:
    """Approve everything that waits and let every account write it: for a demo, never for a company."""
    chosen = waiting(app)
    approval.approve_together(app, chosen, by, "bulk")
    for account, number in sorted(Counter(one.order.ref.account for one in chosen).items()):
        with app.index.begin() as connection:
            sealed = app.index.keys.seal(by.encode(), f"brake:{account}")
            journal.allow(connection, app.now(), account, "writes", number, sealed)
    return len(chosen)


def _let_through(app: App, what: str, account: str, count: int | None, by: str | None) -> None:
    option = "--brake" if what == "writes" else "--absences"
    if account not in app.settings.accounts and not (what == "absences" and _left(app, account)):
        raise common.UsageError(f"{option} {account}: no such account")
    if count is None or not 0 <= count <= MOST:
        raise common.UsageError(f"{option} needs --count N: how many {what} in 24 hours are right")
    with app.index.begin() as connection:
        sealed = app.index.keys.seal(common.person(by).encode(), f"brake:{account}")
        journal.allow(connection, app.now(), account, what, count, sealed)
    common.show(f"account {account}: {count} {what} are let through for 24 hours from now")


def _left(app: App, account: str) -> bool:
    with app.index.begin() as connection:
        return account in unconfigured.names(app, connection)


def _confirm_mode(app: App, mode: str, *, yes: bool) -> None:
    configured = app.settings.service.mode
    if mode != configured or mode == modes.OBSERVE:
        raise common.UsageError(
            f'--mode {mode}: the configuration says mode = "{configured}"; change it there first, then say which'
        )
    with app.index.begin() as connection:
        if not modes.waits(connection, mode):
            common.show(
                f"mode {mode} may send already: that was said, or orders were approved in it, which says so too"
            )
            return
        standing = journal.find(connection, open_only=True)
    ready = [one for one in standing if sendable(one, app, app.today())]
    show_counts(ready)
    if not yes:
        typer.confirm(f"Nobody has said so yet. Send these {len(ready)} orders in mode {mode}?", abort=True)
    with app.index.begin() as connection:
        modes.confirm(connection, app.now(), mode)
    common.show(
        f"mode {mode} may send from now on; what is ready is sent by the daemon's next run, or now by `{SENT_BY}`"
    )


def waiting(app: App) -> list[StoredOrder]:
    """Give every order that waits for a person's yes."""
    with app.index.begin() as connection:
        found = journal.find(connection, open_only=True)
    return [one for one in found if one.state is OrderState.SCHEDULED]


def show_counts(chosen: Iterable[StoredOrder]) -> None:
    """Print how many orders of which kind they are."""
    places = Counter(
        f"{one.order.ref.account} {one.order.action.value} {one.order.ref.kind}" for one in chosen
    )
    for place, number in sorted(places.items()):
        common.show(f"  {number:5} {place}")


def _ask(chosen: list[StoredOrder]) -> None:
    show_counts(chosen)
    subjects = len({one.subject for one in chosen})
    typer.confirm(f"Approve these {len(chosen)} orders about {subjects} subjects?", abort=True)


def reject(
    order: Annotated[str, typer.Argument(metavar="ORDER", help="The order's number.")],
    until: Annotated[
        datetime, typer.Option("--until", metavar="DATE", formats=["%Y-%m-%d"], help="Ask again on this day.")
    ],
    reason: Annotated[
        str, typer.Option("--reason", metavar="CODE", help=f"One of: {', '.join(approval.REASONS)}.")
    ],
    config: common.ConfigOption = None,
    by: common.ByOption = None,
) -> None:
    """Reject an order until a day, for a reason. It comes back then, or when its facts change."""
    with common.opened(config) as app:
        one = find_order(app, order)
        try:
            approval.reject(app, one, common.person(by), until.date(), reason)
        except approval.CannotDecideError as error:
            raise common.UsageError(str(error)) from None
    common.show(f"{one.id} rejected until {until.date()}")


def retry(
    order: Annotated[str, typer.Argument(metavar="ORDER", help="The number of a refused or short order.")],
    config: common.ConfigOption = None,
) -> None:
    """Put back a refused or short order, after its cause was mended."""
    with common.opened(config) as app:
        one = find_order(app, order)
        try:
            approval.retry(app, one.id)
        except approval.CannotDecideError as error:
            raise common.UsageError(str(error)) from None
    common.show(f"{one.id} is scheduled again, about {subject_name(one.subject)}")
