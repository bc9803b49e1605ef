"""Ends of relationships from a file: each line is one subject and one day, or the whole file is refused.

A line names its subject by number, by a record, or by an identifier in any spelling that `identity.normalise`
takes. Problems name the line and the column, never the value: it may be personal data.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from syncd.cycle.statements import Said
from syncd.identity import normalise
from syncd.model import Identifier, IdentifierKind, Role, subject_name
from syncd.retention.holds import LAST_SUSPECT_DAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from syncd.cycle.decide import Judged

IDENTIFIERS = tuple(IdentifierKind(name) for name in ("customer_number", "kvk", "vat", "email"))
NAMING = ("subject", "reference", *(one.value for one in IDENTIFIERS))
"""Columns that can name a subject; a line fills in exactly one of them."""

TELLING = ("kind", "last_activity", "silent_since", "records", "name")
"""Columns of a proposal that are for people; an import passes over them."""

COLUMNS = (*NAMING, *TELLING, "ended_on", "role")

_DUTCH_DAY = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})")


class Import(NamedTuple):
    """What a file says, and every problem in it. With a problem, nothing of it may be recorded."""

    said: list[Said]
    problems: list[str]


class _Line(NamedTuple):
    number: int
    fields: Mapping[str, str]


def read_ends(text: str, judged: Mapping[int, Judged]) -> Import:
    """Read a CSV of ends against the subjects that are there."""
    lines, problems = _lines(text)
    if problems:
        return Import([], problems)
    known = _Known(judged.values())
    said: list[Said] = []
    first: dict[tuple[int, Role | None], int] = {}
    for line in lines:
        found = _read(line, known)
        if isinstance(found, list):
            problems += [f"line {line.number}: {problem}" for problem in found]
            continue
        subject = found.judged.subject.id
        before = first.setdefault((subject, found.role), line.number)
        if before != line.number:
            problems.append(f"line {line.number}: {subject_name(subject)} is on line {before} already")
        said.append(found)
    if not lines:
        problems.append("the file has no lines below its head")
    return Import(said, problems)


def _lines(text: str) -> tuple[list[_Line], list[str]]:
    head = text.removeprefix("\ufeff").partition("\n")[0]
    reader = csv.reader(
        text.removeprefix("\ufeff").splitlines(keepends=True),
        delimiter=";" if head.count(";") > head.count(",") else ",",
        strict=True,
    )
    rows: list[tuple[int, list[str]]] = []
    try:
        rows += ((reader.line_num, row) for row in reader)
    except csv.Error:
        return [], [f"line {reader.line_num}: is no CSV; check the quotes"]
    names = [name.strip().lower() for name in rows[0][1]] if rows else []
    problems = [
        f"line 1: unknown column {name!r}; choose from {', '.join(COLUMNS)}"
        for name in names
        if name not in COLUMNS
    ]
    problems += [
        f"line 1: column {name} is there twice" for name in sorted(set(names)) if names.count(name) > 1
    ]
    if "ended_on" not in names:
        problems.append("line 1: column ended_on is missing")
    if not set(NAMING) & set(names):
        problems.append(f"line 1: no column names the subject; choose from {', '.join(NAMING)}")
    lines = []
    for number, row in rows[1:]:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) > len(names):
            problems.append(f"line {number}: has more cells than the head")
        lines.append(_Line(number, {name: cell.strip() for name, cell in zip(names, row, strict=False)}))
    return lines, problems


class _Known:
    """The subjects that are there, by everything that a line can name them with."""

    def __init__(self, judged: Iterable[Judged]) -> None:
        self.found: dict[tuple[str, str], dict[int, Judged]] = defaultdict(dict)
        for one in judged:
            if not one.subject.present:
                continue
            self._add("subject", subject_name(one.subject.id), one)
            for stored in one.subject.present:
                self._add("reference", str(stored.ref), one)
                for each in stored.record.identifiers:
                    spelling = normalise(each) if each.kind in IDENTIFIERS else None
                    if spelling:
                        self._add(each.kind.value, spelling, one)

    def _add(self, column: str, value: str, one: Judged) -> None:
        self.found[column, value][one.subject.id] = one


def _read(line: _Line, known: _Known) -> Said | list[str]:
    """Read one line, or list everything that is wrong with it."""
    problems: list[str] = []
    judged, wrong = _subject(line.fields, known)
    problems += wrong
    on = _day(line.fields.get("ended_on", ""))
    if not line.fields.get("ended_on"):
        problems.append("ended_on is empty: give the day, or remove the line")
    elif on is None:
        problems.append("ended_on is no day: write it as 2026-10-31 or 31-10-2026")
    elif on <= LAST_SUSPECT_DAY:
        problems.append("ended_on looks like an empty field that was exported as a date")
    role = line.fields.get("role", "").lower()
    if role and role not in set(Role):
        problems.append(f"role is unknown: choose one of {', '.join(Role)}")
    if problems or judged is None or on is None:
        return problems
    return Said(judged, "ended", on, Role(role) if role else None)


def _subject(fields: Mapping[str, str], known: _Known) -> tuple[Judged | None, list[str]]:
    given = [name for name in NAMING if fields.get(name)]
    if len(given) != 1:
        return None, [f"fill in exactly one of {', '.join(NAMING)}"]
    column, value = given[0], fields[given[0]]
    if column == "subject":
        value = value.upper()
    elif column != "reference":
        spelling = normalise(Identifier(IdentifierKind(column), value))
        if spelling is None:
            return None, [f"{column} cannot be what it says it is; check it for a slip of the pen"]
        value = spelling
    found = known.found.get((column, value), {})
    if len(found) != 1:
        told = f"matches {len(found)} subjects ({', '.join(map(subject_name, sorted(found)))})"
        return None, [f"{column} {told if found else 'matches no subject'}"]
    return next(iter(found.values())), []


def _day(text: str) -> date | None:
    dutch = _DUTCH_DAY.fullmatch(text)
    try:
        return date(int(dutch[3]), int(dutch[2]), int(dutch[1])) if dutch else date.fromisoformat(text)
    except ValueError:
        return None
