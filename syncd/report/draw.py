"""Bars for the page, as numbers: the template writes them as inline SVG.

Each row is a line of text and a bar beside it, in a drawing 360 units wide: on a phone one unit is one pixel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LABEL, WIDTH, NUMBER, ROW = 84, 222, 54, 24
"""Units for the label, the bar, the number behind it, and the height of a row."""


@dataclass(frozen=True)
class Segment:
    """A part of a bar: what it stands for (its style), where it begins and how long it is."""

    style: str
    x: float
    width: float


@dataclass(frozen=True)
class Bar:
    """One row of a drawing."""

    label: str
    y: int
    segments: tuple[Segment, ...]
    number: str


@dataclass(frozen=True)
class Drawing:
    """Rows of bars with their outer size."""

    width: int
    height: int
    bars: tuple[Bar, ...]


def bars(rows: Sequence[tuple[str, Sequence[tuple[str, int]], str]]) -> Drawing:
    """Draw rows of (label, parts with their style, number to write); the longest fills the width."""
    longest = max((sum(number for _, number in parts) for _, parts, _ in rows), default=0)
    drawn = []
    for i, (label, parts, number) in enumerate(rows):
        x, segments = float(LABEL), []
        for style, part in parts:
            if not part:
                continue
            # A part that is there is seen, however small beside the longest.
            width = max(2.0, part / longest * WIDTH)
            segments.append(Segment(style, round(x, 1), round(width, 1)))
            x += width
        drawn.append(Bar(label, i * ROW, tuple(segments), number))
    return Drawing(LABEL + WIDTH + NUMBER, len(rows) * ROW, tuple(drawn))
