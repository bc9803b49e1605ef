"""`syncd report`: what the last run found and what was done, as a page, a sheet, JSON or text."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from syncd.cli import common
from syncd.cli.orders import find_order
from syncd.cycle.app import App
from syncd.cycle.certifying import NoCertificateError, certify
from syncd.cycle.filing import file_one
from syncd.cycle.reporting import gather_report
from syncd.cycle.review import current
from syncd.report.certificate import as_text, certificate_values
from syncd.report.html import certificate_page, plan_page, report_page
from syncd.report.language import LANGUAGES, Language, Texts
from syncd.report.overview import overview
from syncd.report.page import Report, as_values
from syncd.report.sheet import done_sheet, subjects_sheet

FORMATS = ("text", "json", "html", "csv")
SHEETS = ("subjects", "done")

LanguageOption = Annotated[
    str | None,
    typer.Option("--language", metavar="en|nl", help="en or nl [default: as configured, else en]."),
]


def report(
    config: common.ConfigOption = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            "--since",
            metavar="DATE",
            formats=["%Y-%m-%d"],
            help="First day of the figures [default: a year].",
        ),
    ] = None,
    output: Annotated[
        str, typer.Option("--format", metavar="text|json|html|csv", help="text, json, html or csv.")
    ] = "text",
    plan: Annotated[
        bool, typer.Option("--plan", help="Only the orders that wait for approval, to decide on (html).")
    ] = False,
    sheet: Annotated[
        str, typer.Option("--sheet", metavar="subjects|done", help="With csv: subjects or done.")
    ] = "subjects",
    names: Annotated[
        bool, typer.Option("--names", help="Say who each subject is; the report is then personal data.")
    ] = False,
    certificate: Annotated[
        str | None,
        typer.Option(
            "--certificate", metavar="ORDER", help="Only the proof of this order (text, json or html)."
        ),
    ] = None,
    language: LanguageOption = None,
    to: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Write to this file [default: standard output]."),
    ] = None,
) -> None:
    """Show who goes, who stays and why. Also how the promise was kept, and what waits for a person."""
    common.choose("--format", output, FORMATS)
    common.choose("--sheet", sheet, SHEETS)
    if plan and output != "html":
        raise common.UsageError("--plan is a page: add --format html")
    if certificate is None and output == "text" and (names or to):
        raise common.UsageError("--names and --output go with --format html, csv or json")
    if names and to is None:
        raise common.UsageError("--names needs --output FILE: syncd keeps such a file private and removes it")
    if certificate is not None and (plan or names or since or output == "csv"):
        raise common.UsageError(
            "--certificate goes with --format text, json or html, --language and --output"
        )
    with common.opened(config) as app:
        chosen = language_of(language, app.settings.service.language)
        if certificate is not None:
            _deliver(app, _certificate(app, certificate, output, chosen), to)
            return
        found = gather_report(
            app, current(app).judged.values(), since=since.date() if since else None, names=names
        )
        if output == "text":
            common.show(overview(found, chosen))
            return
        text = _written(found, output, sheet, chosen, plan=plan)
        _deliver(app, text, to, found.expires_on)


def _certificate(app: App, order: str, output: str, language: Language) -> str:
    try:
        one = certify(app, find_order(app, order))
    except NoCertificateError as error:
        typer.echo(f"no certificate: {error}", err=True)
        common.leave(common.EXIT_FAILED)
    if output == "json":
        return json.dumps(certificate_values(one), indent=2, ensure_ascii=False) + "\n"
    return (
        certificate_page(one, language)
        if output == "html"
        else as_text(one, Texts(language, {one.account: one.connector}))
    )


def _deliver(app: App, text: str, to: Path | None, expires_on: date | None = None) -> None:
    if to is None:
        sys.stdout.write(text)
        return
    file_one(app, to, text, expires_on=expires_on)
    common.show(f"written to {to}" + (f", removed after {expires_on}" if expires_on else ""))


def _written(found: Report, output: str, sheet: str, language: Language, *, plan: bool) -> str:
    if output == "json":
        return json.dumps(as_values(found), indent=2, ensure_ascii=False) + "\n"
    if output == "csv":
        return done_sheet(found) if sheet == "done" else subjects_sheet(found)
    return plan_page(found, language) if plan else report_page(found, language)


def language_of(asked: str | None, configured: Language) -> Language:
    """Choose the language of a report. Raises `UsageError`."""
    for one in LANGUAGES:
        if one == (asked or configured):
            return one
    raise common.UsageError(f"--language {asked}: choose one of {', '.join(LANGUAGES)}")
