"""Accounts that the index holds records of and the configuration does not name any more.

Nobody reads them, so what they would show now is unknown: a new invoice, a relationship that came back. They count
as failed until their table is put back, or a person says that the company really left the system.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from syncd.cycle.pull import AccountOutcome
from syncd.index import accounts as stored_accounts
from syncd.index import ledger, orders, reading, records, second_looks
from syncd.model import OrderState

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from syncd.cycle.app import App

NOT_CONFIGURED = "not_configured"
LEFT = "account_left"
"""Code of an order in a system that the company left before anybody could look whether it was carried out."""


def unconfigured(app: App) -> dict[str, AccountOutcome]:
    """Give each as an account that failed; one that a person said is really gone is forgotten instead."""
    found = {}
    with app.index.begin() as connection:
        for name in names(app, connection):
            count = reading.count_present(connection, name)
            if _is_really_gone(app, connection, name, count):
                _forget(app, connection, name, count)
                continue
            outcome = AccountOutcome(name, stored_accounts.account_state(connection, name).connector)
            outcome.outcome, outcome.code = "failed", NOT_CONFIGURED
            outcome.text = (
                f"account {name} is not in the configuration any more, and {count} records of it are still known. "
                f"Put its table [accounts.{name}] back; if you really left that system: "
                f"syncd queue approve --absences {name} --count {count}"
            )
            found[name] = outcome
    return found


def names(app: App, connection: Connection) -> list[str]:
    """Name the accounts that are not configured and of which the index holds a record that is still there."""
    return sorted(reading.accounts_with_records(connection) - set(app.settings.accounts))


def _is_really_gone(app: App, connection: Connection, name: str, count: int) -> bool:
    since = (app.now() - timedelta(hours=24)).isoformat(timespec="seconds")
    return orders.allowance(connection, name, "absences", since) >= count


def _forget(app: App, connection: Connection, name: str, count: int) -> None:
    records.mark_unseen(connection, name, app.run)
    _take_back(app, connection, name)
    second_looks.end_for(connection, name)
    stored_accounts.forget_account(connection, name)
    ledger.append(connection, app.now(), "account.left", account=name, count=count)


def _take_back(app: App, connection: Connection, name: str) -> None:
    """Close the account's orders: of none will be known what came of it, whatever has this name one day."""
    for one in orders.find(connection, open_only=True):
        if one.order.ref.account != name:
            continue
        if one.state is OrderState.ACCEPTED:
            orders.move(connection, app.now(), one.id, OrderState.UNCERTAIN, code=LEFT)
        orders.move(connection, app.now(), one.id, OrderState.SUPERSEDED, code=LEFT)
