"""`syncd policy`: the retention schedule as a table, and its cases."""

from __future__ import annotations

import sys
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from syncd.cli import common
from syncd.cli.report import LanguageOption, language_of
from syncd.cycle.coverage import coverage
from syncd.cycle.policy_diff import policy_diff
from syncd.report.coverage import CoverageReport, coverage_rows, coverage_values
from syncd.report.html import coverage_page
from syncd.report.policy_diff import change_lines, policy_diff_values
from syncd.report.words import printable
from syncd.retention import CaseResult, describe, run_cases
from syncd.settings.wording import unreadable

group = typer.Typer(help="The retention schedule.", no_args_is_help=True)

ScheduleOption = Annotated[
    Path | None,
    typer.Option(
        "--schedule", metavar="FILE", help="Another schedule [default: the one in use, else the one shipped]."
    ),
]


@group.command("show")
def show_policy(
    schedule: ScheduleOption = None,
    config: common.ConfigOption = None,
    output: Annotated[
        str, typer.Option("--format", metavar="text|md|json", help="text, md or json.")
    ] = "text",
) -> None:
    """Print the schedule as a table. For the register of processing (art. 30 GDPR)."""
    if output not in {"text", "md", "json"}:
        raise common.UsageError(f"--format {output}: choose text, md or json")
    read, where = common.schedule_in_use(schedule, config)
    rows = [asdict(one) for one in describe(read)]
    if output == "json":
        common.show_json(
            {
                "version": read.version,
                "digest": read.digest,
                "categories": rows,
                "warnings": [str(one) for one in read.warnings],
            }
        )
        return
    names = list(rows[0]) if rows else []
    if output == "md":
        typer.echo("| " + " | ".join(name.replace("_", " ") for name in names) + " |")
        typer.echo("|" + " --- |" * len(names))
        for row in rows:
            typer.echo("| " + " | ".join(str(row[name]).replace("|", "\\|") for name in names) + " |")
        for warning in read.warnings:
            typer.echo(f"\n**{warning}**")
        return
    for row in rows:
        common.show(Text(str(row["category"]), "bold"))
        table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
        table.add_column("about", min_width=16)
        table.add_column("says", overflow="fold")
        for name in names[1:]:
            table.add_row(f"  {name.replace('_', ' ')}", str(row[name]))
        common.show(table)
    common.show(Text(f"{where}, version {read.version}, digest {read.digest[:16]}"))
    for warning in read.warnings:
        common.show(f"! {warning}")


@group.command("test")
def test_policy(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Cases as JSON; see docs/reference/cases.md.")],
    schedule: ScheduleOption = None,
    config: common.ConfigOption = None,
    output: common.FormatOption = "text",
) -> None:
    """Run retention cases against the engine; exit 1 when any fails."""
    as_json = common.wants_json(output)
    read, _where = common.schedule_in_use(schedule, config)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise common.UsageError(f"{file}: {unreadable(error)}") from None
    results = run_cases(text, read, str(file))
    failed = [one for one in results if not one.passed]
    passed = len(results) - len(failed)
    if as_json:
        common.show_json({"passed": passed, "failed": len(failed), "cases": [_case(one) for one in results]})
    else:
        for one in failed:
            typer.echo(f"{one.id}: {one.text}")
            for difference in one.differences:
                typer.echo(f"    {difference}")
        typer.echo(f"{passed} passed, {len(failed)} failed")
    common.leave(common.EXIT_FAILED if failed else common.EXIT_OK)


def _case(one: CaseResult) -> dict[str, Any]:
    return {"id": one.id, "text": one.text, "passed": one.passed, "differences": list(one.differences)}


@group.command("diff")
def diff_policy(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The schedule as it is.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The schedule as it may become.")],
    config: common.ConfigOption = None,
    output: common.FormatOption = "text",
) -> None:
    """Tell whose dates move before a schedule is adopted."""
    as_json = common.wants_json(output)
    before, after = common.schedule_of(old), common.schedule_of(new)
    with common.opened(config) as app:
        values = policy_diff_values(policy_diff(app, before, after))
    if as_json:
        common.show_json(values)
        return
    for one in values["changes"]:
        for line in change_lines(one):
            common.show(Text(line))
    more = values["erase_after"] - values["erase_before"]
    common.show(
        f"{values['changed']} of {values['subjects']} subjects change; {more:+d} to be erased at once"
    )
    for warning in after.warnings:
        common.show(Text(f"! {warning}"))


@group.command("coverage")
def coverage_of_policy(
    config: common.ConfigOption = None,
    also: Annotated[
        list[str] | None,
        typer.Option(
            "--also", metavar="NAME", help="A system that your privacy statement names and no account covers."
        ),
    ] = None,
    output: Annotated[
        str, typer.Option("--format", metavar="text|md|html|json", help="text, md, html or json.")
    ] = "text",
    language: LanguageOption = None,
) -> None:
    """Tell where each data category lives and what erases it.

    Also what only a hand can, and what nothing covers.
    """
    common.choose("--format", output, ("text", "md", "html", "json"))
    with common.opened(config) as app:
        chosen = language_of(language, app.settings.service.language)
        covered = coverage(app)
        connectors = {name: one.connector for name, one in app.settings.accounts.items()}
        page = CoverageReport(app.now(), app.today(), app.schedule.version, covered, also or [], connectors)
        values = coverage_values(covered, also or [])
    if output == "html":
        sys.stdout.write(coverage_page(page, chosen))
        return
    if output == "json":
        common.show_json(values)
        return
    rows = coverage_rows(values)
    if output == "md":
        for row in (
            ("category", "where (records)", "fields", "how it goes", "what stays"),
            ("---",) * 5,
            *rows,
        ):
            typer.echo("| " + " | ".join(printable(each).replace("|", "\\|") for each in row) + " |")
        return
    for category, places in groupby(rows, key=lambda row: row[0]):
        common.show(Text(category, "bold"))
        for _category, where, fields, how, _residue in places:
            common.show(Text(f"  {printable(where)}" + (f": {how}" if how != "-" else "")))
            if fields != "-":
                common.show(Text(f"    {printable(fields)}"))
    common.show("What stays at the vendor, and questions to put to your statement: --format html")
