"""`syncd status`: where things stand."""

from __future__ import annotations

from collections import Counter

from rich.table import Table

from syncd.cli import common
from syncd.cycle.review import current
from syncd.cycle.statements import standing_stop
from syncd.index import ledger, runs, store
from syncd.index import orders as journal
from syncd.model import OrderState, Verdict


def status(config: common.ConfigOption = None, output: common.FormatOption = "text") -> None:
    """Show on one screen where things stand: last run, accounts, flagged, held, waiting."""
    as_json = common.wants_json(output)
    with common.opened(config) as app:
        judged = [one for one in current(app).judged.values() if one.subject.present]
        with app.index.begin() as connection:
            last = runs.latest(connection)
            states = journal.counts(connection)
            accounts = {name: store.account_state(connection, name) for name in app.settings.accounts}
            _seq, head = ledger.head(connection)
            standing = journal.find(connection, open_only=True)
        mode, connectors = (
            app.settings.service.mode,
            {n: a.connector for n, a in app.settings.accounts.items()},
        )
    verdicts = Counter(one.decision.verdict for one in judged)
    waiting = [one for one in standing if one.state is OrderState.SCHEDULED]
    stopped = [stop for one in judged if (stop := standing_stop(one.said))]
    values = {
        "mode": mode,
        "last_run": {"run_id": last.id, "finished": last.finished, "as_of": str(last.as_of)}
        if last
        else None,
        "accounts": [
            {
                "name": name,
                "connector": connectors[name],
                "last_complete": one.last_complete,
                "contacts": one.contacts,
                "documents": one.documents,
            }
            for name, one in accounts.items()
        ],
        "decisions": {one.value: verdicts[one] for one in Verdict},
        "flagged": sum(1 for one in judged if one.decision.flagged),
        "held": sum(1 for one in judged if any(each.held for each in one.dispositions)),
        "suspended": len(stopped),
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
    table.add_row("last run", f"{last.id}, finished {last.finished}" if last else "never")
    for name, one in accounts.items():
        seen = f"complete {one.last_complete}" if one.last_complete else "never read whole"
        table.add_row(f"account {name}", f"{seen}, {one.contacts} contacts, {one.documents} documents")
    table.add_row("flagged", str(values["flagged"]))
    table.add_row("held", str(values["held"]))
    if stopped:
        first = min(str(one.review_on) for one in stopped)
        table.add_row("stopped", f"{len(stopped)} by a person, the first to be looked at again on {first}")
    table.add_row("queue", ", ".join(f"{number} {state}" for state, number in states.items()) or "empty")
    table.add_row(
        "waiting", f"{len(waiting)} orders for approval" if mode == "approve" else f"{len(waiting)} orders"
    )
    table.add_row("ledger", head[:16])
    common.show(table)
