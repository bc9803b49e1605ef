"""`syncd relationship`: a person says that a relationship ended, or came back; also for many at once."""

from __future__ import annotations

import csv
import re
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from syncd.cli import common
from syncd.cli.subjects import SubjectArgument, judged_of
from syncd.cycle.answers import ABOUT_THE_END, accept
from syncd.cycle.asking import seen_of
from syncd.cycle.importing import read_ends
from syncd.cycle.review import current
from syncd.cycle.silence import silent
from syncd.cycle.statements import state, state_all
from syncd.model import Role, subject_name
from syncd.report.sheet import harmless
from syncd.report.silence import silent_values
from syncd.report.words import counted, printable, visible
from syncd.retention import Period, Unit
from syncd.settings.wording import unreadable

group = typer.Typer(help="Say that a relationship ended or resumed.", no_args_is_help=True)

ConfigOption = common.ConfigOption
OnOption = Annotated[
    datetime | None,
    typer.Option(
        "--on", metavar="DATE", formats=["%Y-%m-%d"], help="The day it took effect [default: today]."
    ),
]


@group.command("end")
def end(
    subject: SubjectArgument,
    config: ConfigOption = None,
    on: OnOption = None,
    role: Annotated[
        Role | None,
        typer.Option(
            "--role",
            metavar="ROLE",
            help="Only this role: customer, supplier, prospect or subscriber [default: all].",
        ),
    ] = None,
    by: common.ByOption = None,
) -> None:
    """Record that a relationship ended, or will end, on a day."""
    _say("ended", subject, config, on, role, by)


@group.command("resume")
def resume(
    subject: SubjectArgument,
    config: ConfigOption = None,
    on: OnOption = None,
    by: common.ByOption = None,
) -> None:
    """Record that a relationship came back on a day."""
    _say("resumed", subject, config, on, None, by)


@group.command("import")
def import_ends(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file; see docs/reference/commands.md.")],
    config: ConfigOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check the file and record nothing.")] = False,
    by: common.ByOption = None,
) -> None:
    """Record ends from a CSV file. Every line, or, when one has a problem, none."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise common.UsageError(f"{file}: {unreadable(error)}") from None
    with common.opened(config) as app:
        read = read_ends(text, current(app).judged)
        if not read.problems and not dry_run:
            state_all(app, read.said, common.person(by))
    if read.problems:
        for problem in read.problems:
            typer.echo(visible(f"syncd: {file}: {problem}"), err=True)
        typer.echo("syncd: nothing was imported", err=True)
        common.leave(common.EXIT_USAGE)
    told = "would be recorded" if dry_run else "recorded; the next run decides on them"
    for one in read.said:
        role = f" as {one.role}" if one.role else ""
        common.show(f"{subject_name(one.judged.subject.id)}: ended on {one.on}{role}")
    common.show(f"{len(read.said)} ends {told}")


@group.command("propose")
def propose(
    period: Annotated[
        str, typer.Option("--silent", metavar="PERIOD", help="For so long, such as 24m or 2y.")
    ],
    config: ConfigOption = None,
    names: Annotated[bool, typer.Option("--names", help="Add what identifies each.")] = False,
    output: Annotated[
        str, typer.Option("--format", metavar="text|csv|json", help="text, csv or json.")
    ] = "text",
) -> None:
    """List who has no known end and no sign of life for long. To fill in and import; erases nothing."""
    common.choose("--format", output, ("text", "csv", "json"))
    match = re.fullmatch(r"([1-9]\d{0,3})([dwmy])", period)
    if match is None:
        raise common.UsageError(f"--silent {period}: give a number and d, w, m or y, such as 24m")
    units = {"d": Unit.DAY, "w": Unit.WEEK, "m": Unit.MONTH, "y": Unit.YEAR}
    with common.opened(config) as app:
        found = silent(current(app).judged.values(), Period(int(match[1]), units[match[2]]), app.today())
    lines = [silent_values(one, names=names) for one in found]
    if output == "json":
        common.show_json(lines)
    elif output == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(
            ["subject", "kind", "last_activity", "records", *(["name"] if names else []), "ended_on"]
        )
        for one in lines:
            shown = [harmless(one["name"])] if names else []
            told = (one["subject"], one["kind"], one["last_activity"] or "", " ".join(one["records"]))
            writer.writerow([*told, *shown, ""])
    else:
        for one in lines:
            name = f"  {printable(one['name'])}" if names else ""
            common.show(Text(f"{one['subject']}  {one['kind']}  silent since {one['silent_since']}{name}"))
        common.show(
            f"{counted(len(lines), 'subject')}; where it ended, say so: syncd relationship end, or import"
        )


def _say(
    kind: str, subject: str, config: Path | None, on: datetime | None, role: Role | None, by: str | None
) -> None:
    with common.opened(config) as app:
        judged = judged_of(app, subject)
        day = on.date() if on else app.today()
        state(app, judged, kind, day, role, common.person(by))
        accept(app, seen_of(judged, app.schedule), judged.decision, common.person(by), codes=ABOUT_THE_END)
    common.show(f"{subject_name(judged.subject.id)}: {kind} on {day}; the next run decides on it")
