"""Columns on a screen that break no key and no date, however narrow it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from syncd.report.points import Hanging

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console, ConsoleOptions, RenderableType

_GAP = "  "


class Rows:
    """Rows in columns; where they do not fit side by side, the column called `below` goes under each row.

    A key or a date that is broken in two can neither be copied nor compared.
    """

    def __init__(self, names: Sequence[str], rows: Sequence[Sequence[str]], *, below: str) -> None:
        self._names = names
        self._rows = rows
        self._below = names.index(below)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """Lay them out for the width that there is."""
        widths = [
            max(cell_len(each) for each in column) for column in zip(self._names, *self._rows, strict=True)
        ]
        wide = sum(widths) + len(_GAP) * (len(widths) - 1) <= options.max_width
        for row, style in [(self._names, "bold"), *((row, "") for row in self._rows)]:
            yield from self._lines(row, widths, style, wide=wide)

    def _lines(
        self, row: Sequence[str], widths: Sequence[int], style: str, *, wide: bool
    ) -> Iterator[RenderableType]:
        cells = [each + " " * (width - cell_len(each)) for each, width in zip(row, widths, strict=True)]
        if wide:
            yield Text(_GAP.join(cells).rstrip(), style)
            return
        beside = [each for place, each in enumerate(cells) if place != self._below]
        yield Text(_GAP.join(beside).rstrip(), style)
        yield Hanging(Text(f"  {row[self._below]}", style))
