"""Put reports on disk; those with names are noted, so that they are taken away when they expire (`tidying`)."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncd.index import ledger, named
from syncd.report.html import plan_page, report_page
from syncd.report.page import as_values
from syncd.report.sheet import done_sheet, subjects_sheet

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from syncd.cycle.app import App
    from syncd.report.language import Language
    from syncd.report.page import Report


class ReportFolderError(Exception):
    """A report cannot be written; the text says where and what to do."""


@dataclass(frozen=True)
class _File:
    ending: str
    text: str


def file_report(app: App, report: Report, folder: Path, language: Language) -> list[Path]:
    """Write a report into a folder: the page, the plan, JSON and two sheets.

    With names each file is readable by its owner only, noted in the index, and removed when it expires. Raises
    `ReportFolderError`.
    """
    name = f"syncd-{report.as_of.isoformat()}-{report.run_id or 'no-run'}{'-names' if report.names else ''}"
    files = (
        _File(".html", report_page(report, language)),
        _File("-plan.html", plan_page(report, language)),
        _File(".json", json.dumps(as_values(report), indent=2, ensure_ascii=False) + "\n"),
        _File("-subjects.csv", subjects_sheet(report)),
        _File("-done.csv", done_sheet(report)),
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from None
    return [
        file_one(app, folder / f"{name}{one.ending}", one.text, expires_on=report.expires_on) for one in files
    ]


def file_one(app: App, path: Path, text: str, *, expires_on: date | None = None) -> Path:
    """Write one form of a report to a file; with names it `expires_on` a day. Raises `ReportFolderError`."""
    try:
        return _write(app, path.resolve(), text, expires_on)
    except OSError as error:
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> ReportFolderError:
    return ReportFolderError(
        f"{path}: the report cannot be written there ({error.strerror or type(error).__name__}); "
        "name a place that this user may write to"
    )


def _write(app: App, path: Path, text: str, expires_on: date | None) -> Path:
    if expires_on is not None:
        # Noted before it is there: a file that nobody knows of would never be taken away.
        with app.index.begin() as connection:
            named.remember(connection, path, expires_on)
            ledger.append(connection, app.now(), "report.with_names", expires_on=expires_on.isoformat())
    beside = path.with_name(f"{path.name}.part")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if expires_on else 0o644)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    beside.replace(path)
    return path
