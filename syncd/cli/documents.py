"""`syncd documents`: papers whose hold has ended; syncd never writes to one, a person deletes it."""

from __future__ import annotations

import typer
from rich.table import Table
from rich.text import Text

from syncd.cli import common
from syncd.cycle.review import current
from syncd.model import subject_name
from syncd.retention import documents_due

group = typer.Typer(help="Documents whose hold has ended.", no_args_is_help=True)


@group.command("due")
def due(config: common.ConfigOption = None, output: common.FormatOption = "text") -> None:
    """List the documents that the tax law no longer wants kept, with the page to delete each."""
    as_json = common.wants_json(output)
    with common.opened(config) as app:
        lines = [
            {
                "account": one.document.ref.account,
                "kind": one.document.kind.value,
                "key": one.document.ref.key,
                "number": one.document.number,
                "subject": subject_name(judged.subject.id),
                "hold_until": one.hold_until.isoformat(),
                "link": one.document.link,
            }
            for judged in current(app).judged.values()
            for one in documents_due(judged.subject.documents, app.schedule, app.today())
        ]
        warnings = app.schedule.warnings
    lines.sort(key=lambda one: (one["hold_until"], one["key"]))
    if as_json:
        common.show_json(lines)
        return
    for warning in warnings:  # a period below the floor lists a document before the law lets it go
        common.show(Text(f"! {warning}"))
    if not lines:
        common.show("No document has outlived its hold.")
        return
    table = Table(box=None, pad_edge=False)
    for name in ("document", "number", "subject", "hold ended", "delete it at"):
        table.add_column(name, overflow="fold")
    for one in lines:
        table.add_row(
            f"{one['account']}:{one['kind']}",
            one["number"] or one["key"],
            one["subject"],
            one["hold_until"],
            one["link"] or "-",
        )
    common.show(table)
    common.show(f"{len(lines)} documents; syncd never deletes one: do it at the vendor, the next run sees it")
