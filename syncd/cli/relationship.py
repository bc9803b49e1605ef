"""`syncd relationship`: a person says that a relationship ended, or came back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from syncd.cli import common
from syncd.cli.contact import judged_of
from syncd.cycle.statements import state
from syncd.model import Role

group = typer.Typer(help="Say that a relationship ended or resumed.", no_args_is_help=True)

SubjectArgument = Annotated[str, typer.Argument(help="A subject's number, such as S-12.")]
ConfigOption = common.ConfigOption
OnOption = Annotated[
    datetime | None,
    typer.Option("--on", formats=["%Y-%m-%d"], help="The day it took effect [default: today]."),
]


@group.command("end")
def end(
    subject: SubjectArgument,
    config: ConfigOption = None,
    on: OnOption = None,
    role: Annotated[Role | None, typer.Option("--role", help="Only this role [default: all].")] = None,
    by: common.ByOption = None,
) -> None:
    """Record that the relationship with a subject ended (or will end) on a day."""
    _say("ended", subject, config, on, role, by)


@group.command("resume")
def resume(
    subject: SubjectArgument,
    config: ConfigOption = None,
    on: OnOption = None,
    by: common.ByOption = None,
) -> None:
    """Record that the relationship with a subject came back on a day."""
    _say("resumed", subject, config, on, None, by)


def _say(
    kind: str, subject: str, config: Path | None, on: datetime | None, role: Role | None, by: str | None
) -> None:
    with common.opened(config) as app:
        judged = judged_of(app, subject)
        day = on.date() if on else app.today()
        state(app, judged, kind, day, role, common.person(by))
    common.show(f"{subject}: {kind} on {day}; the next run decides on it")
