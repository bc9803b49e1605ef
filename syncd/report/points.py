"""Lines of a list on a screen: what does not fit goes on under the first word, not under the dash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable


def as_points(lines: Iterable[str]) -> Table:
    """Give these lines as the points of a list. What they hold is text, never markup."""
    table = Table.grid(padding=(0, 1))
    table.add_column(width=3, justify="right")
    table.add_column(overflow="fold")
    for line in lines:
        table.add_row("-", Text(line))
    return table
