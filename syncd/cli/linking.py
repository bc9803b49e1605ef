"""`syncd contact link|unlink`: a person says that two records are, or are not, the same subject."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from syncd.cli import common
from syncd.cycle.answers import answer_pair
from syncd.cycle.review import current
from syncd.model import RecordRef, subject_name

REASONS = ("same-subject", "legal-form-changed", "other-subject", "mistake", "other")
"""Why a person links or unlinks; the ledger keeps the code."""

FirstArgument = Annotated[str, typer.Argument(metavar="FIRST", help="A record: account:kind:key.")]
SecondArgument = Annotated[str, typer.Argument(metavar="SECOND", help="Another record.")]
ReasonOption = Annotated[str, typer.Option("--reason", metavar="CODE", help=f"One of {', '.join(REASONS)}.")]


def link(
    first: FirstArgument,
    second: SecondArgument,
    reason: ReasonOption = "same-subject",
    config: common.ConfigOption = None,
    by: common.ByOption = None,
) -> None:
    """Say that two records are the same subject. Whatever contradicts; the next run decides on them as one."""
    _say(first, second, same=True, reason=reason, config=config, by=by)


def unlink(
    first: FirstArgument,
    second: SecondArgument,
    reason: ReasonOption = "other-subject",
    config: common.ConfigOption = None,
    by: common.ByOption = None,
) -> None:
    """Say that two records are different subjects. They are neither linked nor proposed again."""
    _say(first, second, same=False, reason=reason, config=config, by=by)


def _say(first: str, second: str, *, same: bool, reason: str, config: Path | None, by: str | None) -> None:
    common.choose("--reason", reason, REASONS)
    if first == second:
        raise common.UsageError("name two different records")
    with common.opened(config) as app:
        known = {
            str(stored.ref): stored.ref
            for judged in current(app).judged.values()
            for stored in judged.subject.present
            if stored.record.parent is None
        }
        one, other = _known(first, known), _known(second, known)
        answer_pair(app, one, other, same=same, by=common.person(by), reason=reason)
        number = {
            stored.ref: judged.subject.id
            for judged in current(app).judged.values()
            for stored in judged.subject.records
        }
    told = "the same subject" if same else "different subjects"
    now = " and ".join(sorted({subject_name(number[one]), subject_name(number[other])}))
    common.show(f"{first} and {second} are {told}: {now}. The next run decides on them")


def _known(name: str, known: dict[str, RecordRef]) -> RecordRef:
    if name not in known:
        raise common.UsageError(
            f"{name}: no such record; `syncd contact show` lists records as account:kind:key. What hangs on "
            "another record goes with that one"
        )
    return known[name]
