"""`syncd review`: what waits for a person's answer, and the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated

import typer
from rich.text import Text

from syncd.cli import common
from syncd.cycle.answers import (
    ABOUT_THE_END,
    ACCEPTED,
    KEPT,
    accept,
    answer_pair,
    keep,
    last_answer,
    take_back,
)
from syncd.cycle.app import App
from syncd.cycle.asking import Asked, Doubt, asked, can_be_answered, doubt_of, seen_of
from syncd.cycle.decide import Judged
from syncd.cycle.policy_diff import word_diff
from syncd.cycle.review import current
from syncd.cycle.statements import state
from syncd.index.subjects import StoredStatement
from syncd.model import subject_name
from syncd.report.policy_diff import change_lines, policy_diff_values
from syncd.report.review import doubt_values, question_values, remedy
from syncd.report.words import paper, sentence
from syncd.retention import in_words

group = typer.Typer(help="What waits for a person's answer.", no_args_is_help=True)

ANSWERS = ("go-on", "keep", "end", "same", "different")


@group.command("list")
def list_questions(config: common.ConfigOption = None, output: common.FormatOption = "text") -> None:
    """List what waits for an answer. What does not agree, what is behind it, and what can be answered."""
    as_json = common.wants_json(output)
    with common.opened(config) as app:
        found = asked(app)
        about = sorted({number for one in found.questions for number in (one.one, one.other)})
        flagged = {one.subject.id for one in found.judge.judged.some(about) if one.decision.flagged}
    if as_json:
        common.show_json(
            [
                *(doubt_values(one) for one in found.doubts),
                *(
                    question_values(one, flagged=bool({one.one, one.other} & flagged))
                    for one in found.questions
                ),
            ]
        )
        return
    for line in _described(found):
        common.show(line)
    waiting = len(found.doubts) + len(found.questions)
    common.show(
        f"{waiting} wait for an answer: syncd review answer ID ANSWER" if waiting else "Nothing waits."
    )


def _described(found: Asked) -> Iterator[Text]:
    for one in found.doubts:
        late = "  ! flagged" if one.judged.decision.flagged else ""
        yield Text(f"{one.id}  about {subject_name(one.judged.subject.id)}{late}", "bold")
        yield from _contradictions(one)
        yield Text(f"  answers: {' | '.join(one.answers)}\n")
    for question in found.questions:
        first, second = subject_name(question.one), subject_name(question.other)
        yield Text(f"{question.id}  about {first} and {second}", "bold")
        yield Text(f"  may be the same: {', '.join(question.proposal.evidence)}")
        waiting = ", ".join(subject_name(each) for each in sorted(question.waiting))
        yield Text(f"  {question.proposal.a} and {question.proposal.b}")
        if waiting:
            yield Text(f"  orders wait for it: {waiting}")
        yield Text("  answers: same | different\n")


def _contradictions(one: Doubt) -> Iterator[Text]:
    papers = {each.ref: each for each in one.judged.subject.documents}
    for reason in one.reasons:
        yield Text(f"  - {sentence(reason)}")
        for ref in reason.documents[:3]:
            yield Text(f"      {paper(papers[ref], one.judged.zone)}")
        if len(reason.documents) > len(reason.documents[:3]):
            yield Text(f"      and {len(reason.documents) - 3} more")
        yield Text(f"    {remedy(reason.code)}")


PreviewOption = Annotated[
    bool, typer.Option("--preview", help="Only show whose decision would change; record nothing.")
]


@group.command("answer")
def give_answer(
    question: Annotated[
        str, typer.Argument(metavar="QUESTION", help="As `syncd review list` prints it, such as V-12.")
    ],
    answer: Annotated[str, typer.Argument(metavar="ANSWER", help=f"One of: {', '.join(ANSWERS)}.")],
    day: Annotated[
        datetime | None, typer.Argument(metavar="DAY", formats=["%Y-%m-%d"], help="With end: the day.")
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            "--until", metavar="DATE", formats=["%Y-%m-%d"], help="With keep: ask again on this day."
        ),
    ] = None,
    preview: PreviewOption = False,
    config: common.ConfigOption = None,
    by: common.ByOption = None,
) -> None:
    """Answer a question. The next run decides with it; it is asked again when what it rests on changes."""
    common.choose("ANSWER", answer, ANSWERS)
    _fits("DAY", answer, "end", day)
    _fits("--until", answer, "keep", until)
    who = common.person(by)
    name = question.upper()

    def say(app: App) -> str:
        if name.startswith("P-"):
            return _pair(app, question, answer, who)
        if answer == "keep" and until:
            return _keep(app, name, until.date(), who)
        if answer == "end" and day:
            return _end(app, name, day.date(), who)
        if answer == "go-on":
            return _go_on(app, name, who)
        raise common.UsageError(f"{question}: {answer} answers who is who; here: {_possible(app, name)}")

    with common.opened(config) as app:
        _say(app, question, say, preview=preview)


@group.command("take-back")
def take_answer_back(
    question: Annotated[
        str, typer.Argument(metavar="QUESTION", help="The question that was answered, such as V-12.")
    ],
    preview: PreviewOption = False,
    config: common.ConfigOption = None,
    by: common.ByOption = None,
) -> None:
    """Take the last answer about a subject back. Also an end or a resumption; what was erased stays erased."""
    who = common.person(by)

    def say(app: App) -> str:
        judged = _judged(app, question)
        answer = last_answer(judged.said) if judged else ()
        if judged is None or not answer:
            raise common.UsageError(f"{question}: nothing was answered about it that still counts")
        take_back(app, seen_of(judged, app.schedule), answer, who)
        return f"taken back: {'; '.join(dict.fromkeys(_word(one) for one in answer))}"

    with common.opened(config) as app:
        _say(app, question, say, preview=preview)


def _word(one: StoredStatement) -> str:
    if one.kind == ACCEPTED:
        return f"harmless: {in_words(one.reason)}"
    return f"keep until {one.review_on}" if one.kind == KEPT else f"{one.kind} on {one.on}"


def _say(app: App, question: str, say: Callable[[App], str], *, preview: bool) -> None:
    """Write an answer down, or show what it would bring."""
    if not preview:
        common.show(f"{question}: {say(app)}; the next run decides with it")
        return
    text = []
    changes = policy_diff_values(word_diff(app, lambda copy: text.append(say(copy))))["changes"]
    common.show(f"{question}: {text[0]}; only a preview, nothing is recorded")
    for one in changes:
        for line in change_lines(one):
            common.show(Text(f"  {line}"))
    if not changes:
        common.show("  Nobody's decision or dates would change.")


def _fits(option: str, what: str, belongs_to: str, value: datetime | None) -> None:
    if what == belongs_to and value is None:
        raise common.UsageError(f"{what} needs {option}, such as 2027-01-31")
    if what != belongs_to and value is not None:
        raise common.UsageError(f"{option} goes with {belongs_to}, not with {what}")


def _pair(app: App, question: str, what: str, who: str) -> str:
    found = next((one for one in asked(app).questions if one.id.upper() == question.upper()), None)
    if found is None:
        raise common.UsageError(f"{question}: no such question; see `syncd review list`")
    if what not in {"same", "different"}:
        raise common.UsageError(f"{question}: {what} is no answer to who is who; choose same or different")
    a, b = found.proposal.a, found.proposal.b
    answer_pair(app, a, b, same=what == "same", by=who, reason="review")
    return f"{a} and {b} are {'the same' if what == 'same' else 'different'}"


def _keep(app: App, name: str, until: date, who: str) -> str:
    one = _doubt(app, name)
    if until <= app.today():
        raise common.UsageError(f"--until {until}: choose a day after today")
    keep(app, seen_of(one.judged, app.schedule), until, who)
    return f"kept, and asked again on {until} or when its facts change"


def _end(app: App, name: str, on: date, who: str) -> str:
    one = _doubt(app, name)
    if "end DAY" not in one.answers:
        raise common.UsageError(f"{name}: an end settles nothing here; {_remedies(one)}")
    now = app.now()
    at_once = replace(app, now=lambda: now)  # one answer, although it is several statements
    state(at_once, one.judged, "ended", on, None, who)
    accept(at_once, seen_of(one.judged, app.schedule), one.judged.decision, who, codes=ABOUT_THE_END)
    return f"ended on {on}"


def _go_on(app: App, name: str, who: str) -> str:
    one = _doubt(app, name)
    if "go-on" not in one.answers:
        raise common.UsageError(f"{name}: go-on cannot settle this; {_remedies(one)}")
    accept(app, seen_of(one.judged, app.schedule), one.judged.decision, who)
    return "these contradictions are harmless"


def _doubt(app: App, name: str) -> Doubt:
    one = _judged(app, name)
    if one is None or not can_be_answered(one):
        raise common.UsageError(f"{name}: no such question; see `syncd review list`")
    return doubt_of(one, app.schedule)


def _judged(app: App, name: str) -> Judged | None:
    number = name.upper().removeprefix("V-")
    known = name.upper().startswith("V-") and number.isascii() and number.isdigit()
    return current(app).judged.get(int(number)) if known else None


def _possible(app: App, name: str) -> str:
    return ", ".join(_doubt(app, name).answers)


def _remedies(one: Doubt) -> str:
    return "; ".join(dict.fromkeys(f"{sentence(each)}: {remedy(each.code)}" for each in one.reasons))
