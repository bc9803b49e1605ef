"""`syncd documents`: papers whose hold has ended; syncd never writes to one, a person deletes it."""

from __future__ import annotations

import typer
from rich.text import Text

from syncd.cli import common
from syncd.cycle.review import current
from syncd.model import subject_name
from syncd.report.words import counted, printable
from syncd.retention import documents_due

group = typer.Typer(help="Documents whose hold has ended.", no_args_is_help=True)


@group.command("due")
def due(config: common.ConfigOption = None, output: common.FormatOption = "text") -> None:
    """List the documents that the tax law no longer wants kept. Each with the page to delete it on."""
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
    for one in lines:
        common.show(Text(_named(one)))
        # An address in one piece can be clicked and copied, also where it is longer than the screen.
        common.console().print(Text(f"    {one['link'] or 'the vendor gives no address'}"), soft_wrap=True)
    common.show(
        Text(
            f"{counted(len(lines), 'document')}; syncd never deletes one: do it at the vendor, the next run sees it"
        )
    )


def _named(one: dict[str, str]) -> str:
    """Say which document it is, of whom, and when its hold ended."""
    number = printable(one["number"] or one["key"])
    return f"hold ended {one['hold_until']}  {one['subject']:<6} {one['account']} {one['kind']} {number}"
