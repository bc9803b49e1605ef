"""`syncd status` and `syncd connectors`: where things stand, and what is installed."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

import typer
from rich.table import Table

from syncd import registry
from syncd.cli import common
from syncd.cycle.review import current
from syncd.index import ledger, runs, store
from syncd.index import orders as journal
from syncd.model import OrderState


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
    waiting = [one for one in standing if one.state is OrderState.SCHEDULED]
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
        "decisions": dict(Counter(one.decision.verdict.value for one in judged)),
        "flagged": sum(1 for one in judged if one.decision.flagged),
        "held": sum(1 for one in judged if any(each.held for each in one.dispositions)),
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
    table.add_row("queue", ", ".join(f"{number} {state}" for state, number in states.items()) or "empty")
    table.add_row(
        "waiting", f"{len(waiting)} orders for approval" if mode == "approve" else f"{len(waiting)} orders"
    )
    table.add_row("ledger", head[:16])
    common.show(table)


def connectors(
    name: Annotated[str | None, typer.Argument(help="One connector, in full.")] = None,
    output: common.FormatOption = "text",
) -> None:
    """List the installed connectors, or the settings of one."""
    as_json = common.wants_json(output)
    found = registry.plugins()
    if name is not None and name not in found:
        raise common.UsageError(f"{name}: no such connector; installed are: {', '.join(found)}")
    values: list[dict[str, Any]] = [
        {
            "name": one.name,
            "contract": one.contract,
            "settings": {
                key: {"required": info.is_required(), "secret": "SecretStr" in str(info.annotation)}
                for key, info in one.settings.model_fields.items()
            },
        }
        for one in found.values()
        if name in (None, one.name)
    ]
    if as_json:
        common.show_json(values)
        return
    for one in values:
        common.show(f"{one['name']} (contract {one['contract']})")
        if name is not None:
            for key, info in one["settings"].items():
                notes = [
                    text for text, on in (("required", info["required"]), ("secret", info["secret"])) if on
                ]
                common.show(f"  {key}{' (' + ', '.join(notes) + ')' if notes else ''}")
