"""A subject named on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli import common
from syncd.cli.numbers import number_in
from syncd.cycle.review import current

if TYPE_CHECKING:
    from syncd.cycle.app import App
    from syncd.cycle.decide import Judge, Judged


SubjectArgument = Annotated[str, typer.Argument(metavar="SUBJECT", help="A subject's number, such as S-12.")]


def judged_of(app: App, name: str) -> Judged:
    """Find a subject by its number. Raises `UsageError`."""
    return known(current(app), name)


def known(judge: Judge, name: str) -> Judged:
    """Find a subject by its number among those that are decided about. Raises `UsageError`."""
    number, judged = number_of(name), judge.judged
    if number not in judged:
        raise _unknown(name)
    return judged[number]


def number_of(name: str) -> int:
    """Read a subject's number: `S-12`, or `12`. Raises `UsageError`."""
    number = number_in(name, "S")
    if number is None:
        raise _unknown(name)
    return number


def _unknown(name: str) -> common.UsageError:
    return common.UsageError(f"{name}: no such subject; see `syncd contact list`")
