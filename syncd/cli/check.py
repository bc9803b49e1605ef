"""`syncd check`: looks at this host and at every account, and says what to do."""

from __future__ import annotations

import os
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from syncd.cli import common
from syncd.contract import Finding
from syncd.index.migrate import SchemaError
from syncd.index.seal import KeyFaultError
from syncd.index.store import IndexFaultError
from syncd.report.words import counted
from syncd.service import doctor, inspection

_STYLES = {"ok": "green", "warning": "yellow", "error": "red"}


def check(
    config: common.ConfigOption = None,
    account: Annotated[
        list[str] | None,
        typer.Option("--account", metavar="NAME", help="Look at this account only; may be repeated."),
    ] = None,
    output: common.FormatOption = "text",
    unsettled: Annotated[
        bool, typer.Option("--unsettled", help="List what only a first run with a real account can settle.")
    ] = False,
) -> None:
    """Look at this host and at every account, and say what to do.

    Credentials, rights, limits, clock, files; writes to no vendor.
    """
    as_json = common.wants_json(output)
    settings = common.settings_of(config)
    for name in account or ():
        common.choose("--account", name, settings.accounts)
    schedule = common.schedule_of(settings.schedule_path)
    found = doctor.Examination(settings.service.mode)
    found.connectors = {name: one.connector for name, one in settings.accounts.items()}
    only = frozenset(account) if account else None
    found.questions = doctor.questions_of(settings, only)
    found.host += doctor.examine_files(settings, schedule, os.environ)
    if not found.failed:
        try:
            with common.looking(settings, schedule) as app:
                if doctor.has_index(settings):
                    found.host.append(Finding("ok", "index", "the index opens with its keys"))
                    found.host += inspection.examine_index(app)
                found.accounts.update(doctor.examine_accounts(app, only))
        except (IndexFaultError, KeyFaultError, SchemaError) as error:
            found.host.append(Finding("error", "index", str(error)))
    if as_json:
        common.show_json(_values(found))
    else:
        _show(found, unsettled=unsettled)
    common.leave(common.EXIT_FAILED if found.failed else common.EXIT_OK)


def _values(found: doctor.Examination) -> dict[str, Any]:
    return {
        "mode": found.mode,
        "failed": found.failed,
        "host": [_finding(one) for one in found.host],
        "accounts": [
            {
                "name": name,
                "connector": found.connectors[name],
                "findings": [_finding(one) for one in findings],
            }
            for name, findings in found.accounts.items()
        ],
        "open_questions": [
            {"connector": name, "questions": list(questions)} for name, questions in found.questions.items()
        ],
    }


def _finding(one: Finding) -> dict[str, str]:
    return {"level": one.level, "code": one.code, "text": one.text, "remedy": one.remedy}


def _show(found: doctor.Examination, *, unsettled: bool) -> None:
    _section("this host", found.host)
    for name, findings in found.accounts.items():
        _section(f"account {name} ({found.connectors[name]})", findings)
    if unsettled:
        _show_questions(found)
    sections = {"this host": found.host}
    sections |= {f"account {name}": findings for name, findings in found.accounts.items()}
    bad = [name for name, findings in sections.items() if any(one.level == "error" for one in findings)]
    levels = [one.level for findings in sections.values() for one in findings]
    where = f" ({', '.join(bad)})" if bad else ""
    open_points = sum(map(len, found.questions.values()))
    if open_points and not unsettled:
        common.show(f"\n{open_points} points that only a first live run settles: syncd check --unsettled")
    common.show(
        Text(
            f"\n{counted(levels.count('error'), 'error')}{where}, {counted(levels.count('warning'), 'warning')}",
            "bold",
        )
    )


def _show_questions(found: doctor.Examination) -> None:
    for name, questions in found.questions.items():
        common.show(Text(f"\nwhat a first live run with {name} should settle", "bold"))
        table = Table.grid(padding=(0, 1))
        for question in questions:
            table.add_row("  -", Text(question))
        common.show(table)


def _section(title: str, findings: list[Finding]) -> None:
    common.show(Text(f"\n{title}", "bold"))
    table = Table.grid(padding=(0, 2))
    for one in findings:
        text = Text(one.text)
        if one.remedy:
            text.append(f"\n-> {one.remedy}", "italic")
        table.add_row(Text(f"  {one.level}", _STYLES[one.level]), Text(one.code), text)
    common.show(table)
