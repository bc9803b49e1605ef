"""`syncd contact was-erased`: answers "have you deleted me?" without keeping who asked."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

import typer

from syncd.cli import common
from syncd.cycle.erased import Answer, Erasure, answer
from syncd.model import IdentifierKind, subject_name
from syncd.report.residue import Stays

_WORDS = {
    IdentifierKind.EMAIL: "e-mail address",
    IdentifierKind.PHONE: "phone number",
    IdentifierKind.KVK: "KVK number",
    IdentifierKind.VAT: "VAT number",
    IdentifierKind.IBAN: "IBAN",
    IdentifierKind.CUSTOMER_NUMBER: "customer number",
}


def was_erased(config: common.ConfigOption = None, output: common.FormatOption = "text") -> None:
    """Tell whether somebody was erased. Identifiers come from standard input, one per line."""
    as_json = common.wants_json(output)
    if sys.stdin.isatty():
        typer.echo(
            "E-mail, phone, KVK, VAT, IBAN or customer number, one per line; end with Ctrl-D:", err=True
        )
    asked = _asked()
    with common.opened(config) as app:
        found = answer(app, asked)
        today = app.today()
    if as_json:
        common.show_json([_values(one) for one in found])
        return
    for one in found:
        for line in _told(one, today):
            typer.echo(line)


def _asked() -> list[tuple[int, str]]:
    """Read the lines that say something, with their numbers. Raises `UsageError`."""
    try:
        lines = sys.stdin.read().removeprefix("\ufeff").splitlines()
    except UnicodeDecodeError:
        raise common.UsageError("standard input is not UTF-8 text: save the list as UTF-8") from None
    asked = [(number, line.strip()) for number, line in enumerate(lines, start=1) if line.strip()]
    if not asked:
        raise common.UsageError("nothing to look for: give identifiers on standard input, one per line")
    return asked


def _values(one: Answer) -> dict[str, Any]:
    return {
        "line": one.line,
        "erased": bool(one.erasures),
        "read_as": list(one.read_as),
        "erasures": [
            {
                "order_id": each.order_id,
                "account": each.account,
                "erased_on": each.erased_on.isoformat(),
                "rule": each.rule,
                "found_by": list(each.found_by),
                "recoverable_until": _day(each.recoverable_until),
                "residue": [
                    {"code": left.code, "text": left.text, "until": _day(left.until)} for left in each.stays
                ],
            }
            for each in one.erasures
        ],
        "still_here": [subject_name(number) for number in one.still_here],
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _told(one: Answer, today: date) -> Iterator[str]:
    if one.erasures:
        yield f"line {one.line}: yes, erased"
    elif one.read_as:
        yield f"line {one.line}: no erasure is known (read as {_named(one.read_as)})"
    else:
        yield f"line {one.line}: no erasure is known: it cannot be read as any identifier"
    for each in one.erasures:
        yield f"  {each.order_id}: on {each.erased_on} in {each.account}, by schedule {each.rule}"
        yield f"    found by {_named(each.found_by)}; {_recoverable(each, today)}"
        yield from (f"    stays there: {_stays(left)}" for left in each.stays)
    if one.still_here:
        yield f"  still here now: {', '.join(subject_name(number) for number in one.still_here)}"


def _named(kinds: tuple[str, ...]) -> str:
    return " or ".join(_WORDS[IdentifierKind(kind)] for kind in kinds)


def _recoverable(one: Erasure, today: date) -> str:
    until = one.recoverable_until
    if until is None:
        return "the vendor names no time to bring it back"
    if until < today:
        return f"gone at the vendor since {until}"
    return f"recoverable at the vendor until {until}, then gone"


def _stays(left: Stays) -> str:
    return f"{left.text.rstrip('.')} ({f'until {left.until}' if left.until else 'no end is known'})"
