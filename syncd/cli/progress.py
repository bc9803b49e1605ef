"""Bars for a person while something takes long: on a terminal's standard error, and nowhere else."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from syncd.cli import common
from syncd.cycle.progress import unwatched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from syncd.cycle.progress import Progress as Came
    from syncd.cycle.progress import Watch


@contextmanager
def shown(*, verbose: bool = False) -> Iterator[Watch]:
    """Show how far a run has come, and set logging up so that its lines and the bars do not mix.

    Nothing stays on the screen. Where standard error is no terminal (a pipe, the journal) nothing is shown.
    """
    with _bars() as bars:
        common.setup_logging(verbose=verbose)
        yield unwatched if bars is None else _Shown(bars)
    common.setup_logging(verbose=verbose)


@contextmanager
def counting(label: str, of: int | None = None) -> Iterator[Callable[[int], None]]:
    """Show one bar for one long thing; gives what to call with how many are done."""
    with _bars() as bars:
        if bars is None:
            yield lambda _done: None
        else:
            task = bars.add_task(label, total=of, count="")
            yield lambda done: bars.update(task, completed=done, count=_count(done, of))


@contextmanager
def _bars() -> Iterator[Progress | None]:
    if not sys.stderr.isatty():
        yield None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[count]}"),
        TimeElapsedColumn(),
    )
    with Progress(
        *columns, console=Console(stderr=True), transient=True, redirect_stdout=False, refresh_per_second=4
    ) as bars:
        yield bars


class _Shown:
    """A bar for each step of a run, made when the step is first told of; safe to call from several threads."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, came: Came) -> None:
        label = came.label
        if label not in self._tasks:
            # Only one thread tells of one label.
            self._tasks[label] = self._bars.add_task(label, total=came.of, count="")
        self._bars.update(
            self._tasks[label], total=came.of, completed=came.done, count=_count(came.done, came.of)
        )


def _count(done: int, of: int | None) -> str:
    return f"{done:,}" if of is None else f"{done:,} of {of:,}"
