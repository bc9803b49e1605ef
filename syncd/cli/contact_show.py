"""`syncd contact show`: one subject, and why the decision about it is as it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any

import typer
from rich.text import Text

from syncd.cli import common
from syncd.cli.contact_told import told
from syncd.cli.subjects import SubjectArgument, known, number_of
from syncd.cycle.app import App
from syncd.cycle.asking import Asked, asked
from syncd.cycle.proposals import proposed, question_id
from syncd.cycle.replay import replay
from syncd.cycle.statements import said_by
from syncd.index.orders_about import verified_of
from syncd.model import subject_name
from syncd.report.contact import subject_values
from syncd.report.review import proposal_values
from syncd.report.words import sentence


def show_contact(
    subject: SubjectArgument,
    config: common.ConfigOption = None,
    output: common.FormatOption = "text",
    names: Annotated[bool, typer.Option("--names", help="Show what identifies the records.")] = False,
    on: Annotated[
        datetime | None,
        typer.Option(
            "--on",
            metavar="DATE",
            formats=["%Y-%m-%d"],
            help="What was decided about it by this day, and why.",
        ),
    ] = None,
) -> None:
    """Show one subject and the decision about it.

    Its records, each link with its evidence, the decision in sentences.
    """
    as_json = common.wants_json(output)
    if on is not None and (as_json or names):
        raise common.UsageError("--on looks back in codes and dates: it goes with neither --names nor json")
    with common.opened(config) as app:
        if on is not None:
            _require_past(on.date(), app.today())
            for line in _then(app, subject, on.date()):
                common.show(line)
            return
        found = asked(app)
        one = known(found.judge, subject)
        with app.index.begin() as connection:
            done = verified_of(connection, one.subject.id)
        values = subject_values(one, done, app.schedule)
        values |= {"proposals": _proposals_of(found, one.subject.id)}
        said = [said_by(app, each) if names else "" for each in one.said]
    if as_json:
        common.show_json(values)
        return
    for line in told(one, values, app.schedule, names=names, said_by=said):
        common.show(line)


def _require_past(on: date, today: date) -> None:
    """Of a day to come nothing has been decided yet; what would be is another command. Raises `UsageError`."""
    if on > today:
        raise common.UsageError(
            f"--on {on}: that day is still to come; what would be decided then, on today's facts, says "
            f"`syncd run-once --as-of {on}`"
        )


def _then(app: App, subject: str, on: date) -> Iterator[Text]:
    """Tell what stood about a subject on a day; it may be gone since."""
    found = replay(app, number_of(subject), on)
    if found is None:
        raise common.UsageError(f"{subject}: nothing had been decided about it by {on}")
    decision = found.decided.decision
    yield Text(f"{subject_name(found.decided.subject)} on {on}: {decision.verdict.value}", "bold")
    yield Text(f"  decided on {found.decided.on} by schedule {found.version or found.decided.schedule}")
    for reason in decision.reasons:
        yield Text(f"  - {sentence(reason)}")
    for what, day in (("erased by", decision.erase_on), ("held until", decision.hold_until)):
        if day is not None:
            yield Text(f"  {what} {day}")
    match found.same:
        case True:
            yield Text("  decided again from the facts of then: the same", "green")
        case False:
            yield Text("  decided again from the facts of then: not the same; the rules changed", "yellow")
        case None:
            yield Text("  its schedule is not kept, so it cannot be decided again", "yellow")


def _proposals_of(found: Asked, number: int) -> list[dict[str, Any]]:
    """Give whom a subject may be the same as, the likeliest first."""
    asked_about = {one.id for one in found.questions}
    return [
        proposal_values(
            proposal,
            name := question_id(proposal),
            other if number == one else one,
            asked=name in asked_about,
        )
        for one, other, proposal in proposed(found.judge)
        if number in {one, other}
    ]
