"""Put reports on disk, and take those with names away again when they expire."""

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
        return [_write(app, report, (folder / f"{name}{one.ending}").resolve(), one.text) for one in files]
    except OSError as error:
        raise ReportFolderError(
            f"{folder}: the report cannot be written there ({error.strerror or type(error).__name__}); "
            "name a folder that this user may write to"
        ) from None


def file_one(app: App, report: Report, path: Path, text: str) -> None:
    """Write one form of a report to a file. Raises `ReportFolderError`."""
    try:
        _write(app, report, path.resolve(), text)
    except OSError as error:
        raise ReportFolderError(
            f"{path}: cannot be written ({error.strerror or type(error).__name__})"
        ) from None


def _write(app: App, report: Report, path: Path, text: str) -> Path:
    if report.names and report.expires_on is not None:
        # Noted before it is there: a file that nobody knows of would never be taken away.
        with app.index.begin() as connection:
            named.remember(connection, path, report.expires_on)
            ledger.append(
                connection, app.now(), "report.with_names", expires_on=report.expires_on.isoformat()
            )
    beside = path.with_name(f"{path.name}.part")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if report.names else 0o644)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    beside.replace(path)
    return path


def remove_expired(app: App, today: date) -> int:
    """Remove the reports with names whose last day has passed; gives how many."""
    with app.index.begin() as connection:
        expired = [path for path, on in named.standing(connection) if on < today]
        for path in expired:
            path.unlink(missing_ok=True)
            named.forget(connection, path)
        if expired:
            ledger.append(connection, app.now(), "report.expired", count=len(expired))
    return len(expired)
