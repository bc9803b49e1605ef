"""`syncd contact`: who is known, which records belong together, and why each decision is as it is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any

import typer
from rich.text import Text

from syncd.cli import common, linking, match, was_erased
from syncd.cycle.answers import ACCEPTED, KEPT
from syncd.cycle.app import App
from syncd.cycle.asking import Asked, asked
from syncd.cycle.decide import Judge, Judged
from syncd.cycle.proposals import proposed, question_id
from syncd.cycle.replay import replay
from syncd.cycle.review import current
from syncd.cycle.statements import said_by
from syncd.index import decisions
from syncd.index.subjects import StoredStatement
from syncd.model import IdentifierKind, Verdict, subject_name
from syncd.report.contact import subject_values
from syncd.report.review import proposal_values
from syncd.report.rows import Rows
from syncd.report.text import SHOWN
from syncd.report.values import contact_values
from syncd.report.words import counted, evidence_of, printable, sentence
from syncd.retention import Schedule, in_words
from syncd.retention.holds import read_paper

group = typer.Typer(help="Subjects: who they are, their records, their decisions.", no_args_is_help=True)

group.command("match")(match.match_exports)
group.command("link")(linking.link)
group.command("unlink")(linking.unlink)
group.command("was-erased")(was_erased.was_erased)

SHORTEST = 2
"""Letters that a search needs: one would find everybody."""

_NAMING = (IdentifierKind.NAME, IdentifierKind.GIVEN_NAME, IdentifierKind.FAMILY_NAME, IdentifierKind.EMAIL)


@group.command("list")
def list_contacts(
    config: common.ConfigOption = None,
    output: common.FormatOption = "text",
    decision: Annotated[
        str | None,
        typer.Option(
            "--decision",
            metavar="DECISION",
            help="Only with this decision: keep, schedule, erase, hold, suspend or review.",
        ),
    ] = None,
    flagged: Annotated[bool, typer.Option("--flagged", help="Only the flagged.")] = False,
    held: Annotated[
        bool, typer.Option("--held", help="Only those of whom the tax law wants something kept.")
    ] = False,
) -> None:
    """List every subject with its decision."""
    as_json = common.wants_json(output)
    common.choose("--decision", decision, Verdict)
    with common.opened(config) as app:
        fit = [] if decision is None else [decisions.verdict_is(Verdict(decision))]
        fit += [decisions.FLAGGED] if flagged else []
        fit += [decisions.HELD] if held else []
        chosen = list(current(app).judged.that(*fit))
    if as_json:
        common.show_json([contact_values(one) for one in chosen])
        return
    rows = [
        (
            subject_name(one.subject.id),
            one.subject.kind.value,
            str(len(one.subject.present)),
            one.decision.verdict.value
            + (" (part)" if one.decision.partial else "")
            + (" !" if one.decision.flagged else ""),
            str(one.decision.erase_on or "-"),
            str(one.decision.hold_until or "-"),
        )
        for one in chosen
    ]
    names = ("subject", "kind", "records", "decision", "erase on", "held until")
    common.show(Rows(names, rows, below="kind"))
    common.show(f"{counted(len(chosen), 'subject')}; ! means flagged: ended more than four weeks ago")


@group.command("find")
def find_contact(config: common.ConfigOption = None, output: common.FormatOption = "text") -> None:
    """Find subjects by a name, address or number. Reads it from standard input, never from the command line."""
    as_json = common.wants_json(output)
    if sys.stdin.isatty():
        typer.echo("Name, e-mail, phone, KVK, VAT or IBAN: ", err=True, nl=False)
    wanted = sys.stdin.readline().strip().casefold()
    if len(wanted) < SHORTEST:
        raise common.UsageError("nothing to look for: give a name or number on standard input")
    with common.opened(config) as app:
        found = [one for one in current(app).judged.values() if _matches(one, wanted)]
    if as_json:
        common.show_json([contact_values(one) for one in found])
        return
    if not found:
        common.show("Nobody found. (Whoever was erased is not kept here either.)")
    for one in found[:SHOWN]:
        common.show(f"{subject_name(one.subject.id)}  {one.subject.kind.value}  {one.decision.verdict.value}")
    if len(found) > SHOWN:
        common.show(f"and {len(found) - SHOWN} more: say more of it")


def _matches(one: Judged, wanted: str) -> bool:
    compact = "".join(wanted.split())
    for stored in one.subject.present:
        for each in stored.record.identifiers:
            value = each.value.casefold()
            if wanted in value or compact == "".join(value.split()):
                return True
    return False


@group.command("show")
def show_contact(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="A subject's number, such as S-12.")],
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
            for line in _then(app, subject, on.date()):
                common.show(line)
            return
        found = asked(app)
        one = _known(found.judge, subject)
        proposals = _proposals_of(found, one.subject.id)
        year = _financial_year(one, app.schedule)
        said = [_statement(each, said_by(app, each) if names else "") for each in one.said]
        values = subject_values(one, app.schedule) | {"proposals": proposals}
    if as_json:
        common.show_json(values)
        return
    for line in (*_described(one, names=names, year=year), *_may_be(proposals), *said):
        common.show(line)


def _then(app: App, subject: str, on: date) -> Iterator[Text]:
    """Tell what stood about a subject on a day; it may be gone since."""
    found = replay(app, _number(subject), on)
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


def _statement(one: StoredStatement, by: str) -> Text:
    text = f"  a person said on {one.at[:10]}: {_word(one)}"
    if one.role:
        text += f" as {one.role}"
    if one.kind == "suspended":
        text += f" ({one.reason}), to be looked at again on {one.review_on}"
    return Text(text + (f" [{printable(by)}]" if by else ""))


def _word(one: StoredStatement) -> str:
    if one.kind == ACCEPTED:
        return f"harmless: {in_words(one.reason)}"
    if one.kind == KEPT:
        return f"keep, and ask again on {one.review_on}"
    return f"{one.kind} on {one.on}"


def _financial_year(one: Judged, schedule: Schedule) -> str:
    """Name the financial year that the hold counts from, where the documents behind it agree on one."""
    behind = set(one.decision.held_by)
    years = {read_paper(each, schedule).year for each in one.subject.documents if each.ref in behind}
    year = years.pop() if len(years) == 1 else None
    if year is None:
        return ""
    broken = f"/{year.end.year}" if year.end.year != year.start.year else ""
    return f", financial year {year.start.year}{broken}"


def _described(one: Judged, *, names: bool, year: str) -> Iterator[Text]:
    yield Text(f"{subject_name(one.subject.id)}  {one.subject.kind.value}", "bold")
    yield from _records(one, names=names)
    yield Text(f"\nDecision: {one.decision.verdict.value}", "bold")
    for reason in one.decision.reasons:
        yield Text(f"  - {sentence(reason)}")
    for each in one.dispositions:
        if each.categories:
            yield Text(f"  {each.ref}: {', '.join(sorted(each.categories))} erased by {each.erase_on}")
        if each.held:
            yield Text(f"  {each.ref}: {', '.join(sorted(each.held))} held until {each.hold_until}")
    if one.decision.held_by:
        yield Text(f"  held until {one.decision.hold_until}: {evidence_of(one)}{year}")
    if one.decision.next_on:
        yield Text(f"  this changes by itself on {one.decision.next_on}")


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


def _may_be(proposals: list[dict[str, Any]]) -> Iterator[Text]:
    """Tell whom a subject may be the same as, by what, and how to answer."""
    for one in proposals:
        yield Text(
            f"  may be the same as {one['subject']} ({one['score']:.3f}): {', '.join(one['evidence'])}"
        )
        answer = f"review answer {one['id']} same|different"
        by_record = f"contact link|unlink {' '.join(one['records'])}"
        yield Text(f"      syncd {answer if one['asked'] else by_record}")


def _records(one: Judged, *, names: bool) -> Iterator[Text]:
    for stored in one.subject.present:
        yield Text(f"  {stored.ref}  holds {', '.join(sorted(stored.record.categories)) or 'nothing'}")
        shown = [each.value for each in stored.record.identifiers if each.kind in _NAMING]
        if names and shown:
            yield Text(f"      {printable(' / '.join(shown))}")
    for a, b, evidence in one.subject.links:
        yield Text(f"  {a} and {b} are the same: {', '.join(evidence)}")
    for number in sorted(one.subject.organisations):
        yield Text(f"  belongs to {subject_name(number)}")


def judged_of(app: App, name: str) -> Judged:
    """Find a subject by its number. Raises `UsageError`."""
    return _known(current(app), name)


def _known(judge: Judge, name: str) -> Judged:
    number, judged = _number(name), judge.judged
    if number not in judged:
        raise _unknown(name)
    return judged[number]


def _number(name: str) -> int:
    number = name.upper().removeprefix("S-")
    if not (number.isascii() and number.isdigit()):
        raise _unknown(name)
    return int(number)


def _unknown(name: str) -> common.UsageError:
    return common.UsageError(f"{name}: no such subject; see `syncd contact list`")
