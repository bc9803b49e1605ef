"""Deciding on paper or in a mail: the queue as a file to fill in, and the file read back."""

from __future__ import annotations

import csv
import io
import json
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from syncd.cli import common
from syncd.cycle import approval
from syncd.cycle.app import App
from syncd.index import orders as journal
from syncd.index import reading
from syncd.index.orders import StoredOrder
from syncd.model import IdentifierKind, OrderState, subject_name
from syncd.report.sheet import harmless
from syncd.report.words import counted, printable
from syncd.settings.wording import unreadable

COLUMNS = (
    "order", "subject", "record", "action", "categories", "erase_on", "late", "digest", "who",
    "decision", "until", "reason",
)  # fmt: skip
SHORT = 16
"""Characters of an order's digest in the file: enough to notice that its facts changed."""
LARGEST = 16 * 1024 * 1024

_NAMING = (IdentifierKind.NAME, IdentifierKind.GIVEN_NAME, IdentifierKind.FAMILY_NAME)


def export(
    config: common.ConfigOption = None,
    output: Annotated[str, typer.Option("--format", metavar="csv|json", help="csv or json.")] = "csv",
    account: common.OnlyAccountOption = None,
    names: Annotated[bool, typer.Option("--names", help="Also say who it is about.")] = False,
) -> None:
    """Print what waits for approval as a file to fill in. Decision yes or no, and for no a day and a reason."""
    common.choose("--format", output, ("csv", "json"))
    with common.opened(config) as app:
        common.choose("--account", account, app.settings.accounts)
        with app.index.begin() as connection:
            waiting = [
                one
                for one in journal.find(connection, open_only=True)
                if one.state is OrderState.SCHEDULED and account in {None, one.order.ref.account}
            ]
        lines = [_line(one, _who(app, one) if names else "") for one in waiting]
    if output == "json":
        common.show_json(lines)
        return
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: harmless(str(value)) for name, value in one.items()} for one in lines)


def _line(one: StoredOrder, who: str) -> dict[str, Any]:
    return {
        "order": one.id,
        "subject": subject_name(one.subject),
        "record": str(one.order.ref),
        "action": one.order.action.value,
        "categories": " ".join(sorted(one.order.categories)),
        "erase_on": one.order.erase_on.isoformat(),
        "late": "yes" if one.late else "no",
        "digest": one.order.digest[:SHORT],
        "who": who,
        "decision": "",
        "until": "",
        "reason": "",
    }


def _who(app: App, one: StoredOrder) -> str:
    with app.index.begin() as connection:
        record = reading.one_record(connection, app.index.keys, one.order.ref)
    said = [each.value for each in record.identifiers if each.kind in _NAMING] if record else []
    return printable(" ".join(dict.fromkeys(said)))


def take(app: App, file: Path, by: str) -> int:
    """Do what a filled-in file says and print it; gives the exit code.

    A file with a mistake is not taken at all: every mistake is named with its line (`UsageError`). An order whose
    facts changed since it was exported, or that no longer waits, is not approved, and is named.
    """
    decided = _read(app, file)
    done, not_done = [], []
    for order_id, digest, decision, until, reason in decided:
        with app.index.begin() as connection:
            one = journal.find(connection, order_id=order_id)[0]
        if one.state is OrderState.SCHEDULED and one.order.digest[:SHORT] != digest:
            not_done.append(f"{one.id}: its facts changed since the export: decide anew")
            continue
        try:
            if decision == "yes":
                approval.approve(app, one, by, "paper")
            else:
                approval.reject(app, one, by, until or app.today(), reason)
        except approval.CannotDecideError as error:
            not_done.append(str(error))
        else:
            done.append(decision)
    for line in not_done:
        common.show(f"not done: {line}")
    common.show(
        f"{counted(done.count('yes'), 'order')} approved and {done.count('no')} rejected from {file.name}"
    )
    return common.EXIT_FAILED if not_done else common.EXIT_OK


def _read(app: App, file: Path) -> list[tuple[str, str, str, date | None, str]]:
    problems: list[str] = []
    decided: dict[str, tuple[str, str, str, date | None, str]] = {}
    with app.index.begin() as connection:
        known = {one.id for one in journal.find(connection)}
    for number, row in _rows(file):
        decision = row.get("decision", "").strip().lower()
        if not decision:
            continue
        order, reason = row.get("order", "").strip(), row.get("reason", "").strip()
        until, why = _day(row.get("until", "").strip())
        wrong = [
            f"no such order: {order or '(empty)'}" if order not in known else "",
            "the same order a second time" if order in decided else "",
            f"decision {decision}: write yes or no" if decision not in {"yes", "no"} else "",
            "the digest is missing: keep that column" if not row.get("digest", "").strip() else "",
            why,
        ]
        if decision == "no":
            wrong += [
                "" if reason in approval.REASONS else f"reason: one of {', '.join(approval.REASONS)}",
                "" if until and until > app.today() else "until: a day after today, as in 2027-01-31",
            ]
        problems += [f"{file.name}, line {number}: {one}" for one in wrong if one]
        decided[order] = (order, row.get("digest", "").strip(), decision, until, reason)
    if problems:
        raise common.UsageError("; ".join(problems) + ". Nothing was changed")
    return list(decided.values())


def _day(text: str) -> tuple[date | None, str]:
    try:
        return (date.fromisoformat(text) if text else None), ""
    except ValueError:
        return None, f"until {text}: write a day as 2027-01-31"


def _rows(file: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        if file.stat().st_size > LARGEST:
            raise common.UsageError(f"{file}: too large for a list of decisions")
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise common.UsageError(f"{file}: {unreadable(error)}") from None
    try:
        if text.lstrip().startswith("["):
            return [(number, _strings(one)) for number, one in enumerate(json.loads(text), start=1)]
        return _csv_rows(file, text)
    except (ValueError, TypeError, AttributeError, RecursionError, csv.Error):
        raise common.UsageError(f"{file}: neither the CSV nor the JSON of syncd queue export") from None


def _csv_rows(file: Path, text: str) -> list[tuple[int, dict[str, str]]]:
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    missing = [name for name in ("order", "digest", "decision") if name not in (reader.fieldnames or ())]
    if missing:
        raise common.UsageError(f"{file}: the column {missing[0]} is missing in the first line")
    return [(reader.line_num, _strings(row)) for row in reader]


def _strings(row: dict[str, Any]) -> dict[str, str]:
    return {str(name): str(value or "").removeprefix("'") for name, value in row.items()}
