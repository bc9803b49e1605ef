"""`syncd suspend` and `syncd release`: a person stops disposition of a subject, and lets it go on."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from syncd.cli import common
from syncd.cli.subjects import SubjectArgument, judged_of
from syncd.cycle import statements
from syncd.model import subject_name


def suspend(
    subject: SubjectArgument,
    reason: Annotated[
        str, typer.Option("--reason", metavar="CODE", help=f"One of: {', '.join(statements.STOP_REASONS)}.")
    ],
    review_on: Annotated[
        datetime,
        typer.Option(
            "--review-on", metavar="DATE", formats=["%Y-%m-%d"], help="Look at the stop again on this day."
        ),
    ],
    config: common.ConfigOption = None,
    by: common.ByOption = None,
) -> None:
    """Stop everything about a subject until a person releases it."""
    common.choose("--reason", reason, statements.STOP_REASONS)
    with common.opened(config) as app:
        judged, day = judged_of(app, subject), review_on.date()
        if day <= app.today():
            raise common.UsageError(f"--review-on {day}: choose a day after today")
        statements.suspend(app, judged, reason, day, common.person(by))
    common.show(f"{subject_name(judged.subject.id)}: suspended ({reason}); to be looked at again on {day}")


def release(subject: SubjectArgument, config: common.ConfigOption = None, by: common.ByOption = None) -> None:
    """Lift the stop on a subject. The next run decides on it again."""
    with common.opened(config) as app:
        judged = judged_of(app, subject)
        if statements.standing_stop(judged.said) is None:
            raise common.UsageError(
                f"{subject_name(judged.subject.id)}: is not suspended, so there is nothing to release"
            )
        statements.release(app, judged, common.person(by))
    common.show(f"{subject_name(judged.subject.id)}: released; the next run decides on it")
