"""`syncd contact`: who is known, which records belong together, and why each decision is as it is."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from syncd.cli import common, contact_show, linking, match, was_erased
from syncd.cycle.decide import Judged
from syncd.cycle.review import current
from syncd.index import decisions
from syncd.model import Verdict, subject_name
from syncd.report.rows import Rows
from syncd.report.text import SHOWN
from syncd.report.values import contact_values
from syncd.report.words import counted

group = typer.Typer(help="Subjects: who they are, their records, their decisions.", no_args_is_help=True)

group.command("show")(contact_show.show_contact)
group.command("match")(match.match_exports)
group.command("link")(linking.link)
group.command("unlink")(linking.unlink)
group.command("was-erased")(was_erased.was_erased)

SHORTEST = 2
"""Letters that a search needs: one would find everybody."""


@group.command("list")
def list_contacts(
    config: common.ConfigOption = None,
    output: common.FormatOption = "text",
    decision: Annotated[
        str | None,
        typer.Option(
            "--decision",
            metavar="DECISION",
            help="Only with this decision: keep, schedule, erase, hold, suspend or review.",
        ),
    ] = None,
    flagged: Annotated[bool, typer.Option("--flagged", help="Only the flagged.")] = False,
    held: Annotated[
        bool, typer.Option("--held", help="Only those of whom the tax law wants something kept.")
    ] = False,
) -> None:
    """List every subject with its decision."""
    as_json = common.wants_json(output)
    common.choose("--decision", decision, Verdict)
    with common.opened(config) as app:
        fit = [] if decision is None else [decisions.verdict_is(Verdict(decision))]
        fit += [decisions.FLAGGED] if flagged else []
        fit += [decisions.HELD] if held else []
        chosen = list(current(app).judged.that(*fit))
    if as_json:
        common.show_json([contact_values(one) for one in chosen])
        return
    rows = [
        (
            subject_name(one.subject.id),
            one.subject.kind.value,
            str(len(one.subject.present)),
            one.decision.verdict.value
            + (" (part)" if one.decision.partial else "")
            + (" !" if one.decision.flagged else ""),
            str(one.decision.erase_on or "-"),
            str(one.decision.hold_until or "-"),
        )
        for one in chosen
    ]
    names = ("subject", "kind", "records", "decision", "erase on", "held until")
    common.show(Rows(names, rows, below="kind"))
    common.show(f"{counted(len(chosen), 'subject')}; ! means flagged: ended more than four weeks ago")


@group.command("find")
def find_contact(config: common.ConfigOption = None, output: common.FormatOption = "text") -> None:
    """Find subjects by a name, address or number. Reads it from standard input, never from the command line."""
    as_json = common.wants_json(output)
    if sys.stdin.isatty():
        typer.echo("Name, e-mail, phone, KVK, VAT or IBAN: ", err=True, nl=False)
    wanted = sys.stdin.readline().strip().casefold()
    if len(wanted) < SHORTEST:
        raise common.UsageError("nothing to look for: give a name or number on standard input")
    with common.opened(config) as app:
        found = [one for one in current(app).judged.values() if _matches(one, wanted)]
    if as_json:
        common.show_json([contact_values(one) for one in found])
        return
    if not found:
        common.show("Nobody found. (Whoever was erased is not kept here either.)")
    for one in found[:SHOWN]:
        common.show(f"{subject_name(one.subject.id)}  {one.subject.kind.value}  {one.decision.verdict.value}")
    if len(found) > SHOWN:
        common.show(f"and {len(found) - SHOWN} more: say more of it")


def _matches(one: Judged, wanted: str) -> bool:
    compact = "".join(wanted.split())
    for stored in one.subject.present:
        for each in stored.record.identifiers:
            value = each.value.casefold()
            if wanted in value or compact == "".join(value.split()):
                return True
    return False
