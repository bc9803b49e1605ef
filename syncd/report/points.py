"""Indented lines on a screen: what does not fit goes on under the first word, not under the dash or the margin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console, ConsoleOptions


class Hanging:
    """A line that keeps its indent (spaces, and a dash) wherever it is broken; its end stays as it was."""

    def __init__(self, line: Text) -> None:
        self._line = line

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        """Break it for the width that there is."""
        indent = re.match(r" *(- )?", self._line.plain)
        width = indent.end() if indent else 0
        if not width:
            yield self._line
            return
        words = self._line[width:]
        end = "\n" * (len(words.plain) - len(words.plain.rstrip("\n")))
        words.rstrip()
        lines = words.wrap(console, options.max_width - width, overflow="fold")
        yield Text.assemble(self._line[:width], Text("\n" + " " * width).join(lines), end)


def as_points(lines: Iterable[str]) -> Iterator[Hanging]:
    """Give these lines as the points of a list. What they hold is text, never markup."""
    return (Hanging(Text(f"  - {line}")) for line in lines)
