"""`syncd contact match`: what would link and what would be proposed, from exports alone."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from syncd.cli import common
from syncd.cycle.exports import FIELDS, Export, ExportError, decode, read_export
from syncd.cycle.matching import LISTED_FROM, Matching, Pair, match, names_of_rows
from syncd.cycle.opinion import NotInstalledError
from syncd.model import IdentifierKind, Record, RecordRef, SubjectKind
from syncd.report.sheet import harmless
from syncd.report.text import SHOWN
from syncd.report.words import counted, printable, visible

_NAMING = (
    IdentifierKind.NAME, IdentifierKind.GIVEN_NAME, IdentifierKind.FAMILY_NAME, IdentifierKind.EMAIL,
    IdentifierKind.POSTCODE, IdentifierKind.CITY,
)  # fmt: skip
_COMPLAINTS = 20


def match_exports(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILES", help="CSV files, one or more, with a head.")
    ],
    mapped: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="COLUMN=FIELD",
            help="What a column holds: COLUMN=FIELD; may be given more than once.",
        ),
    ] = None,
    least: Annotated[
        float,
        typer.Option(
            "--least", metavar="SCORE", min=0, max=1, help="Propose mere resemblance from this score on."
        ),
    ] = LISTED_FROM,
    second: Annotated[
        str | None,
        typer.Option(
            "--with", metavar="splink", help="splink: add what Splink takes for one; needs the extra match."
        ),
    ] = None,
    names: Annotated[bool, typer.Option("--names", help="Show what identifies the rows.")] = False,
    output: Annotated[
        str, typer.Option("--format", metavar="text|json|csv", help="text, json or csv.")
    ] = "text",
) -> None:
    """Show what would be taken for one, from exports alone.

    What would link and what would be proposed; connects and keeps nothing.
    """
    common.choose("--format", output, ("text", "json", "csv"))
    common.choose("--with", second, ("splink",))
    exports = _read(files, _mapping(mapped or []))
    try:
        found = match(list(exports.values()), least, second=second is not None)
    except NotInstalledError:
        raise common.UsageError("--with splink: is not installed; pip install 'syncd[match]'") from None
    shown = names_of_rows(list(exports.values()))
    if output == "json":
        common.show_json(
            {
                "links": [_values(one, shown) for one in found.links],
                "proposals": [_values(one, shown) for one in found.proposals],
            }
        )
    elif output == "csv":
        _write_csv(found, shown)
    else:
        for line in _described(exports, found, shown, names=names):
            common.show(line)


def _mapping(mapped: Sequence[str]) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for one in mapped:
        column, equals, wanted = one.rpartition("=")
        if not equals or not column or wanted not in FIELDS:
            raise common.UsageError(f"--map {one}: write COLUMN=FIELD, with one of {', '.join(FIELDS)}")
        mapping[column] = wanted
    return mapping


def _read(files: Sequence[Path], mapping: Mapping[str, str]) -> dict[str, Export]:
    """Read every file, or end with all that is wrong with them."""
    stems = [file.stem for file in files]
    short = len(set(stems)) == len(stems)
    exports: dict[str, Export] = {}
    problems: list[str] = []
    for file in files:
        name = file.stem if short else str(file)
        if name in exports:
            raise common.UsageError(f"{file}: is named twice")
        try:
            exports[name] = read_export(decode(file.read_bytes(), str(file)), str(file), name, mapping)
        except OSError as error:
            problems.append(f"{file}: cannot be read: {(error.strerror or type(error).__name__).lower()}")
        except ExportError as error:
            problems += error.problems
    unused = [] if problems else _unused(mapping, exports)
    for problem in [*problems[:_COMPLAINTS], *unused]:
        typer.echo(visible(f"syncd: {problem}"), err=True)
    if len(problems) > _COMPLAINTS:
        typer.echo(f"syncd: and {counted(len(problems) - _COMPLAINTS, 'more problem')}", err=True)
    if problems or unused:
        common.leave(common.EXIT_USAGE)
    return exports


def _unused(mapping: Mapping[str, str], exports: Mapping[str, Export]) -> list[str]:
    there = {column for export in exports.values() for column in export.mapped}
    return [f"--map {column}=…: no file has this column" for column in mapping if column not in there]


def _values(one: Pair, shown: Mapping[RecordRef, str]) -> dict[str, object]:
    score = {} if one.score is None else {"score": one.score}
    return {"a": shown[one.a], "b": shown[one.b], **score, "evidence": list(one.evidence)}


def _write_csv(found: Matching, shown: Mapping[RecordRef, str]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["result", "a", "b", "score", "evidence"])
    for result, pairs in (("link", found.links), ("proposal", found.proposals)):
        for one in pairs:
            score = "" if one.score is None else one.score
            ids = (harmless(shown[one.a]), harmless(shown[one.b]))
            writer.writerow([result, *ids, score, " ".join(one.evidence)])


def _described(
    exports: Mapping[str, Export], found: Matching, shown: Mapping[RecordRef, str], *, names: bool
) -> Iterator[Text]:
    for name, export in exports.items():
        yield from _file(name, export)
    rows = {one.ref: one for export in exports.values() for one in export.records}
    yield Text(
        f"\n{counted(len(rows), 'row')} {'is' if len(rows) == 1 else 'are'} {counted(found.subjects, 'subject')}: "
        f"{counted(len(found.links), 'pair')} would link",
        "bold",
    )
    yield from _pairs(found.links, rows, shown, names=names)
    asked = [one for one in found.proposals if one.asked]
    yield Text(f"\n{counted(len(asked), 'pair')} would be proposed to a person, the likeliest first", "bold")
    yield from _pairs(asked, rows, shown, names=names)
    weaker = len(found.proposals) - len(asked)
    if weaker:
        resemble = "resembles" if weaker == 1 else "resemble"
        yield Text(f"\n{counted(weaker, 'pair')} {resemble} less than that: --format csv or json lists all")


def _file(name: str, export: Export) -> Iterator[Text]:
    persons = sum(1 for one in export.records if one.kind is SubjectKind.PERSON)
    rows = len(export.records)
    yield Text(f"{name}: {counted(rows, 'row')}, {persons} of persons, {rows - persons} of organisations")
    if export.passed_over:
        yield Text(f"  columns not used: {', '.join(map(printable, export.passed_over))}")
    for kind, (count, line) in sorted(export.unreadable.items()):
        yield Text(
            f"  {kind}: {counted(count, 'cell')} cannot be what the column says, the first on line {line}"
        )


def _pairs(
    pairs: Sequence[Pair], rows: Mapping[RecordRef, Record], shown: Mapping[RecordRef, str], *, names: bool
) -> Iterator[Text]:
    for one in pairs[:SHOWN]:
        score = "" if one.score is None else f"{one.score:.3f}  "
        yield Text(
            f"  {score}{printable(shown[one.a])} and {printable(shown[one.b])}: {', '.join(one.evidence)}"
        )
        if names:
            yield from (Text(f"      {_naming(rows[ref])}") for ref in (one.a, one.b))
    if len(pairs) > SHOWN:
        yield Text(f"  and {len(pairs) - SHOWN} more: --format csv or json lists all")


def _naming(row: Record) -> str:
    found = {one.kind: one.value for one in row.identifiers}
    return printable(" / ".join(found[kind] for kind in _NAMING if kind in found) or "no name")
