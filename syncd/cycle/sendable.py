"""Which orders may be sent today, and which brakes stop them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from syncd.cycle import brake
from syncd.cycle.approval import APPROVAL_DAYS
from syncd.index import accounts as stored_accounts
from syncd.index import orders as journal
from syncd.model import OrderState

if TYPE_CHECKING:
    from syncd.cycle.app import App
    from syncd.cycle.brake import Brake
    from syncd.index.orders import StoredOrder


def sendable(one: StoredOrder, app: App, today: date) -> bool:
    """Tell whether an order's day has come and somebody (a person, or the schedule) has signed it."""
    if not _is_near(one, app, today):
        return False
    if one.state is OrderState.APPROVED:
        # One from the future was given while the clock was wrong: for how long it holds cannot be told.
        return one.approved_on is not None and 0 <= (today - one.approved_on).days <= APPROVAL_DAYS
    if one.state is not OrderState.SCHEDULED or app.settings.service.mode != "automatic":
        return False
    return not one.late or today >= app.schedule.notice.after(one.born_on)


def _is_near(one: StoredOrder, app: App, today: date) -> bool:
    """Tell whether its day is near enough: a promise may be kept ahead by the lead, a hold is never cut short."""
    until = one.basis.get("hold_until")
    if until not in {"open", "unknown", None} and today <= date.fromisoformat(until) < one.order.erase_on:
        return False
    return app.schedule.lead.after(today) >= one.order.erase_on


def brakes_held(app: App, today: date) -> list[Brake]:
    """Give the brakes that would stop a run that sends today, from what the index holds."""
    with app.index.begin() as connection:
        standing = journal.find(connection, open_only=True)
    ready = [one for one in standing if sendable(one, app, today)]
    looked = [
        brake_of(app, name, [one for one in ready if one.order.ref.account == name])
        for name in app.settings.accounts
    ]
    return [one for one in looked if one.holds]


def brake_of(app: App, account: str, mine: list[StoredOrder]) -> Brake:
    """Look whether so many orders of an account are more than its brake lets through."""
    with app.index.begin() as connection:
        return brake.look(
            connection,
            app.now(),
            account,
            contacts=stored_accounts.account_state(connection, account).contacts,
            configured=app.settings.accounts[account].brake,
            asked=mine,
        )
