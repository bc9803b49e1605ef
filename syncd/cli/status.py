"""`syncd status`: where things stand."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from syncd.cli import common
from syncd.cycle.asking import asked
from syncd.cycle.proposals import proposed
from syncd.cycle.sendable import brakes_held
from syncd.cycle.standing import standing_of
from syncd.index import accounts as stored_accounts
from syncd.index import ledger, runs
from syncd.index import orders as journal
from syncd.index.accounts import AccountState
from syncd.model import OrderState, Verdict
from syncd.report.words import counted
from syncd.service import timing
from syncd.service.lock import has_daemon


def status(config: common.ConfigOption = None, output: common.FormatOption = "text") -> None:
    """Show on one screen where things stand. Runs, accounts, brakes, flagged, held, waiting."""
    as_json = common.wants_json(output)
    with common.opened(config) as app:
        questions = asked(app)
        with questions.judge.app.index.look() as connection:
            stands = standing_of(connection, questions.judge.judged)
        proposals = sum(1 for _ in proposed(questions.judge))
        with app.index.begin() as connection:
            last = runs.latest(connection)
            states = journal.counts(connection)
            accounts = {
                name: stored_accounts.account_state(connection, name) for name in app.settings.accounts
            }
            _seq, head = ledger.head(connection)
            standing = journal.find(connection, open_only=True)
        service = app.settings.service
        mode = service.mode
        connectors = {name: one.connector for name, one in app.settings.accounts.items()}
        next_run = timing.next_planned(service, app.now()) if has_daemon(service.state_dir) else None
        braked = {one.account: one.command for one in brakes_held(app, app.today())}
        app.connect()
        budgets = {name: one.budget.left() for name, one in app.https.items()}
    waits = len(questions.doubts) + len(questions.questions)
    outcomes = last.summary.get("accounts", {}) if last else {}
    waiting = [one for one in standing if one.state is OrderState.SCHEDULED]
    values = {
        "mode": mode,
        "last_run": {"run_id": last.id, "finished": last.finished, "as_of": str(last.as_of)}
        if last
        else None,
        "next_run": next_run.isoformat(timespec="seconds") if next_run else None,
        "accounts": [
            {
                "name": name,
                "connector": connectors[name],
                "last_complete": one.last_complete,
                "last_outcome": outcomes.get(name),
                "brake_holds": name in braked,
                "budget_left": budgets.get(name),
                "contacts": one.contacts,
                "documents": one.documents,
            }
            for name, one in accounts.items()
        ],
        "decisions": {one.value: stands.verdicts.get(one.value, 0) for one in Verdict},
        "flagged": len(stands.flagged),
        "held": len(stands.held),
        "suspended": len(stands.stops),
        "questions": waits,
        "proposals": proposals,
        "orders": states,
        "waiting": len(waiting),
        "oldest_waiting": str(min(one.born_on for one in waiting)) if waiting else None,
        "ledger_head": head,
    }
    if as_json:
        common.show_json(values)
        return
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column("what", style="bold")
    table.add_column("value", overflow="fold")
    table.add_row("mode", mode)
    table.add_row("last run", f"{_minute(last.finished)}, {last.id}" if last else "never")
    table.add_row("next run", _minute(str(values["next_run"])) if next_run else "no daemon is running")
    for name, one in accounts.items():
        table.add_row(f"account {name}", _account(one, outcomes.get(name), budgets.get(name)))
    for name, release in braked.items():
        table.add_row("brake", Text(f"holds {name}: {release}", "yellow"))
    table.add_row("flagged", str(values["flagged"]))
    table.add_row("held", str(values["held"]))
    if stands.stops:
        first = min(str(one.review_on) for one in stands.stops.values())
        table.add_row(
            "suspended", f"{len(stands.stops)} by a person, the first to be looked at again on {first}"
        )
    table.add_row("to answer", to_answer(waits, proposals - len(questions.questions)))
    table.add_row("queue", ", ".join(f"{number} {state}" for state, number in states.items()) or "empty")
    what = f"{len(waiting)} orders{' for approval' if mode == 'approve' else ''}"
    table.add_row("waiting", f"{what}, the oldest since {values['oldest_waiting']}" if waiting else "nothing")
    table.add_row("ledger", head[:16])
    common.show(table)


def to_answer(waiting: int, idle: int) -> str:
    """Say how many questions wait, and of how many pairs of contacts nothing depends on whether they are one."""
    told = f"{counted(waiting, 'question')}: syncd review list" if waiting else "nothing"
    return f"{told}; {counted(idle, 'pair')} may be the same, and nothing depends on it" if idle else told


def _account(state: AccountState, outcome: str | None, budget: int | None) -> str:
    """Say in one line how an account is: when it was last read whole, what it had, what may still be asked."""
    whole = f"whole {_minute(state.last_complete)}" if state.last_complete else "never read whole"
    parts = [whole, f"{state.contacts} contacts"]
    if outcome in {"failed", "incomplete"}:
        parts.insert(0, f"{outcome} in the last run")
    if budget is not None:
        parts.append(f"{budget} requests left")
    return ", ".join(parts)


def _minute(moment: str) -> str:
    return f"{moment[:16].replace('T', ' ')} UTC"
