"""Exports of contacts as records, so that the matching can be tried before any account is connected.

A file is taken whole or refused with every problem in it. Problems name the line and the column, never the
value: it may be personal data.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from syncd.identity import (
    names_by_given_name,
    names_organisation,
    names_person,
    names_site,
    names_trade,
    unreadable,
)
from syncd.model import Identifier, IdentifierKind, Record, RecordRef, SubjectKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ID, KIND = "id", "kind"
FIELDS = (
    ID, KIND, "name", "given_name", "family_name", "email", "phone", "kvk", "vat", "iban", "street",
    "house_number", "postcode", "city", "country", "birth_date", "customer_number",
)  # fmt: skip
"""What a column can hold."""

_KINDS = {
    "organisation": SubjectKind.ORGANISATION, "organization": SubjectKind.ORGANISATION,
    "company": SubjectKind.ORGANISATION, "organisatie": SubjectKind.ORGANISATION,
    "bedrijf": SubjectKind.ORGANISATION,
    "person": SubjectKind.PERSON, "persoon": SubjectKind.PERSON,
}  # fmt: skip
_DELIMITERS = ";,\t"
_SAYS_ITS_DELIMITER = re.compile(r"sep=.\s*$", re.IGNORECASE)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_IN_PARTS = frozenset({IdentifierKind.GIVEN_NAME, IdentifierKind.FAMILY_NAME})
_PERSONAL = _IN_PARTS | {IdentifierKind.BIRTH_DATE}
_NAMES = (IdentifierKind.NAME, IdentifierKind.GIVEN_NAME, IdentifierKind.FAMILY_NAME)
_REGISTERED = frozenset({IdentifierKind.KVK, IdentifierKind.VAT})


class ExportError(Exception):
    """A file cannot be taken; `problems` are lines for a person."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Export:
    """One file: its records in their order, the columns that say nothing to the matching, and what failed.

    `mapped` are the columns of the mapping that the file has. `unreadable` counts the cells per field whose value
    cannot be what the column says, with the first line.
    """

    records: tuple[Record, ...] = field(repr=False)
    passed_over: tuple[str, ...]
    mapped: frozenset[str]
    unreadable: Mapping[str, tuple[int, int]]


class _Row(NamedTuple):
    line: int
    cells: tuple[str, ...]


def decode(content: bytes, file: str) -> str:
    """Read bytes as UTF-8 or UTF-16 where they say so, else as Windows-1252, which includes Latin-1.

    Raises `ExportError` for a workbook.
    """
    if content.startswith(_WORKBOOKS):
        raise ExportError([f"{file}: is a workbook; save it as CSV first"])
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def read_export(text: str, file: str, account: str, mapping: Mapping[str, str]) -> Export:
    """Read a CSV file with a head as the records of an account.

    `file` is what problems call it; `mapping` names the fields of columns that are called otherwise. Without a
    column `id` a row is known by its line. Raises `ExportError`.
    """
    rows = _rows(text, file)
    if not any(cell for row in rows for cell in row.cells):
        raise ExportError([f"{file}: is empty"])
    columns, passed_over, problems = _columns(rows[0].cells, mapping)
    body = [row for row in rows[1:] if any(row.cells)]
    problems += _ragged(body, len(rows[0].cells))
    if not problems and not body:
        problems.append("has no lines below its head")
    ids = [] if problems else _ids(body, columns, problems)
    kinds = [] if problems else _stated_kinds(body, columns, problems)
    if problems:
        raise ExportError([f"{file}: {problem}" for problem in problems])
    identifiers = [tuple(_under_name(list(_identifiers(row, columns)))) for row in body]
    records = tuple(
        Record(RecordRef(account, "row", key), "", kind, frozenset(), found)
        for key, kind, found in zip(ids, _kinds(kinds, identifiers), identifiers, strict=True)
    )
    titles = {_plain(title) for title in rows[0].cells}
    mapped = frozenset(column for column in mapping if _plain(column) in titles)
    return Export(records, tuple(passed_over), mapped, _unreadable(body, records))


def _rows(text: str, file: str) -> list[_Row]:
    lines = text.splitlines(keepends=True)
    above = 0
    if lines and _SAYS_ITS_DELIMITER.match(lines[0]):
        # A spreadsheet writes `sep=;` above the head for other spreadsheets.
        above = 1
    head = next(iter(lines[above:]), "")
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(lines[above:], delimiter=delimiter, strict=True)
    rows: list[_Row] = []
    while True:
        line = above + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return rows
        except csv.Error:
            raise ExportError([f"{file}: line {line}: is no CSV; check the quotes"]) from None
        rows.append(_Row(line, tuple(cell.strip() for cell in cells)))


def _columns(
    head: Sequence[str], mapping: Mapping[str, str]
) -> tuple[list[tuple[int, str]], list[str], list[str]]:
    """Give the columns that count with their fields, those that do not, and what is wrong."""
    renamed = {_plain(column): wanted for column, wanted in mapping.items()}
    columns: list[tuple[int, str]] = []
    passed_over: list[str] = []
    for place, title in enumerate(head):
        wanted = renamed.get(_plain(title), _plain(title))
        if wanted in FIELDS:
            columns.append((place, wanted))
        elif title:
            passed_over.append(title)
    found = Counter(wanted for _, wanted in columns)
    problems = [f"line 1: two columns are the {wanted}" for wanted in (ID, KIND) if found[wanted] > 1]
    if not set(found) - {ID, KIND}:
        problems.append(
            f"line 1: no column identifies anybody; name one of {', '.join(FIELDS[2:])}, "
            "or say what a column holds with --map column=field"
        )
    return columns, passed_over, problems


def _plain(title: str) -> str:
    return re.sub(r"[\s-]+", "_", title.strip().casefold())


def _ragged(body: list[_Row], width: int) -> list[str]:
    return [f"line {row.line}: has more cells than the head" for row in body if len(row.cells) > width]


def _cell(row: _Row, place: int) -> str:
    return row.cells[place] if place < len(row.cells) else ""


def _ids(body: list[_Row], columns: list[tuple[int, str]], problems: list[str]) -> list[str]:
    place = next((place for place, wanted in columns if wanted == ID), None)
    if place is None:
        return [str(row.line) for row in body]
    first: dict[str, int] = {}
    ids = [_cell(row, place) for row in body]
    for row, key in zip(body, ids, strict=True):
        if not key:
            problems.append(f"line {row.line}: the id is empty")
        elif first.setdefault(key, row.line) != row.line:
            problems.append(f"line {row.line}: has the id of line {first[key]}")
    return ids


def _stated_kinds(
    body: list[_Row], columns: list[tuple[int, str]], problems: list[str]
) -> list[SubjectKind | None]:
    place = next((place for place, wanted in columns if wanted == KIND), None)
    if place is None:
        return [None] * len(body)
    kinds: list[SubjectKind | None] = []
    for row in body:
        said = _cell(row, place).casefold()
        kinds.append(_KINDS.get(said))
        if said and said not in _KINDS:
            problems.append(f"line {row.line}: the kind is unknown; write person or organisation")
    return kinds


def _identifiers(row: _Row, columns: list[tuple[int, str]]) -> Iterator[Identifier]:
    """Give a row's identifiers; the parts of a street that stands in several columns are put together."""
    street: list[str] = []
    for place, wanted in columns:
        value = _cell(row, place)
        if value and wanted == IdentifierKind.STREET:
            street.append(value)
        elif value and wanted not in {ID, KIND}:
            yield Identifier(IdentifierKind(wanted), value)
    if street:
        yield Identifier(IdentifierKind.STREET, " ".join(street))


def _under_name(found: Sequence[Identifier]) -> Iterator[Identifier]:
    """Give a row's identifiers; an organisation that stands where others have a surname, by its name."""
    named = any(one.kind is IdentifierKind.NAME for one in found)
    for one in found:
        misplaced = one.kind is IdentifierKind.FAMILY_NAME and not named and names_organisation(one.value)
        yield Identifier(IdentifierKind.NAME, one.value) if misplaced else one


def _kinds(
    stated: Sequence[SubjectKind | None], identifiers: Sequence[tuple[Identifier, ...]]
) -> list[SubjectKind]:
    """Fill in what a row does not say: what its fields show, else what such rows of the file are.

    Where people's names stand in fields of their own, a whole name is an organisation's. Elsewhere it is what
    most rows are.
    """
    values = [{one.kind: one.value for one in found} for found in identifiers]
    shown = [kind or _shown_kind(each) for kind, each in zip(stated, values, strict=True)]
    counted = Counter(kind for kind in shown if kind)
    organisations, persons = counted[SubjectKind.ORGANISATION], counted[SubjectKind.PERSON]
    usual = SubjectKind.ORGANISATION if organisations > persons else SubjectKind.PERSON
    whole = SubjectKind.ORGANISATION if _names_people_in_parts(shown, values) else usual
    return [
        kind or (whole if IdentifierKind.NAME in each else usual)
        for kind, each in zip(shown, values, strict=True)
    ]


def _names_people_in_parts(
    shown: Sequence[SubjectKind | None], values: Sequence[Mapping[IdentifierKind, str]]
) -> bool:
    """Tell whether some people of a file have a given name or surname, and nobody known for one a whole name."""
    people = [set(each) for kind, each in zip(shown, values, strict=True) if kind is SubjectKind.PERSON]
    in_parts = any(not _IN_PARTS.isdisjoint(each) for each in people)
    return in_parts and not any(IdentifierKind.NAME in each for each in people)


def _shown_kind(values: Mapping[IdentifierKind, str]) -> SubjectKind | None:
    """Tell what a row is from what it fills in.

    A person may have a registration: a sole trader's, or a director's in whose company's list it stands. A person's
    fields beside a name that they do not spell are a company's contact person.
    """
    name, given, family = (values.get(kind, "") for kind in _NAMES)
    if names_organisation(name) or _is_a_contact_of(name, family):
        return SubjectKind.ORGANISATION
    if names_person(name) or ((given or family) and _spells(name, given, family)):
        return SubjectKind.PERSON
    if _REGISTERED & set(values) or names_trade(name):
        return SubjectKind.ORGANISATION
    if _PERSONAL & set(values) or names_by_given_name(name):
        return SubjectKind.PERSON
    return SubjectKind.ORGANISATION if names_site(name, values.get(IdentifierKind.EMAIL, "")) else None


def _is_a_contact_of(name: str, family: str) -> bool:
    return bool(name and family) and family.casefold() not in name.casefold()


def _spells(name: str, given: str, family: str) -> bool:
    """Tell whether a name says no more than a given name and a surname do: `J. Smit`, or nothing at all."""
    words = f"{given} {family}".casefold().split()
    rest = [word for word in name.casefold().split() if word not in words]
    return all(len(word.strip(".")) <= 1 for word in rest)


def _unreadable(body: Sequence[_Row], records: Sequence[Record]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for row, record in zip(body, records, strict=True):
        for kind in sorted(unreadable(record)):
            count, line = found.get(kind.value, (0, row.line))
            found[kind.value] = (count + 1, line)
    return found
