"""One run: the whole line, once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from syncd import log
from syncd.cycle import approval, custody, guards
from syncd.cycle import plan as planning
from syncd.cycle.attention import attention_of
from syncd.cycle.decide import Judge, decide_subjects
from syncd.cycle.execute import Execution, execute, last_words
from syncd.cycle.proposals import questions
from syncd.cycle.pull import AccountOutcome, pull_accounts
from syncd.cycle.resolve import Subjects, mark_reimports, resolve_subjects
from syncd.cycle.verify import look_again, verify_pending
from syncd.index import ledger, reading, store
from syncd.index import orders as journal
from syncd.index import records as stored_records
from syncd.index import runs as stored_runs
from syncd.index.tombstones import buried
from syncd.report.values import run_values
from syncd.settings import seconds_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Connection

    from syncd.cycle.app import App
    from syncd.cycle.decide import Judged
    from syncd.cycle.plan import Plan
    from syncd.report.attention import Attention


@dataclass(frozen=True)
class Request:
    """What somebody asks of a run. Without `send`, nothing is ever written to a vendor."""

    send: bool = False
    only: frozenset[str] | None = None
    as_of: date | None = None


@dataclass
class Result:
    """Everything a report needs of one run."""

    run_id: str
    as_of: date
    mode: str
    started: datetime
    finished: datetime
    accounts: dict[str, AccountOutcome]
    subjects: Subjects
    judged: dict[int, Judged]
    plan: Plan
    execution: Execution
    orders: list[journal.StoredOrder]
    proven: int = 0
    attention: list[Attention] = field(default_factory=list)
    ledger_head: str = ""


class StoppedError(Exception):
    """The run was asked to stop before it concluded anything. What it read counts, and the next run goes on."""


def run(app: App, request: Request) -> Result:
    """Pull, resolve, decide, plan and, if asked and allowed, execute and verify.

    Raises `StoppedError` when `app.halt` is asked before anything was concluded; asked later, the run sends
    nothing more and ends as usual. When `run_limit` is over, what was not read is incomplete and waits.
    """
    started = app.now()
    app.halt.limit(seconds_of(app.settings.service.run_limit))
    today = request.as_of or app.today()
    app.run = f"R-{started:%Y%m%dT%H%M%S}-{started.microsecond // 1000:03d}"
    log.logger().info("run.started", run=app.run, as_of=str(today), mode=app.settings.service.mode)
    custody.begin(app, send=request.send)
    if request.send:
        guards.take_over(app)
    approval.lapse(app, today)

    accounts = pull_accounts(app, app.run, request.only)
    if app.halt.asked:
        raise StoppedError
    complete = frozenset(name for name, one in accounts.items() if one.complete)
    proven = verify_pending(app, complete, sends=request.send)
    look_again(app, complete)
    words = last_words(app)
    judge, knowledge, plan = plan_run(app, accounts, today)
    execution = Execution()
    if request.send and app.settings.service.mode != "observe" and custody.may_send(app):
        execution = execute(
            app, judge, today, words=words,
            waits=lambda one: knowledge.lacks(one.subject) or plan.waits(one.subject),
        )  # fmt: skip
        judge, knowledge, plan = plan_run(app, accounts, today)

    result = _result(app, request, started, today, accounts, knowledge.subjects, judge, plan, execution)
    result.proven = proven
    _finish(app, result)
    custody.end(app, result)
    return result


def plan_run(app: App, accounts: dict[str, AccountOutcome], today: date) -> tuple[Judge, Knowledge, Plan]:
    """Resolve, decide and plan on what the index holds, and bring the queue to the plan."""
    now = app.now()
    app.halt.pulse()
    with app.index.begin() as connection:
        subjects = resolve_subjects(app.index, connection, now.isoformat(timespec="seconds"))
        mark_reimports(app.index, subjects, buried(connection))
        judge = decide_subjects(app, connection, subjects, today)
        plan = planning.Plan(questions=questions(judge, today))
        for judged in judge.judged.values():
            wanted, waiting = planning.wanted_of(judged, app.schedule, app.capabilities, today)
            plan.wanted += wanted
            plan.waiting += waiting
        knowledge = knowledge_of(connection, subjects, accounts)
        planning.reconcile(connection, now, today, plan, blocked=knowledge.lacks)
        needed = {each for one in subjects.by_id.values() if one.present for each in one.organisations}
        stored_records.forget_subjects_without_records(connection, needed)
    return judge, knowledge, plan


@dataclass(frozen=True)
class Knowledge:
    """Whose facts are not known whole this run: they get no new order and no write anywhere.

    An account that could show a living relationship or a document and was not read whole makes that everybody;
    another one only those with a record in it.
    """

    subjects: Subjects
    lacking: frozenset[str]
    everybody: bool

    def lacks(self, subject_id: int) -> bool:
        """Tell whether a subject's facts are not known whole."""
        if self.everybody:
            return True
        subject = self.subjects.by_id.get(subject_id)
        return subject is None or any(one.ref.account in self.lacking for one in subject.records)


def knowledge_of(
    connection: Connection, subjects: Subjects, accounts: dict[str, AccountOutcome]
) -> Knowledge:
    """Work out what this run's pulls leave unknown."""
    lacking = frozenset(name for name, one in accounts.items() if not one.complete)
    judging = {one.ref.account for subject in subjects.by_id.values() for one in subject.documents}
    for subject in subjects.by_id.values():
        judging |= {one.ref.account for one in subject.records if one.says_something_about_the_relationship}
    never_whole = {name for name in accounts if store.account_state(connection, name).last_complete is None}
    return Knowledge(subjects, lacking, bool(lacking & (judging | never_whole)))


def _result(
    app: App,
    request: Request,
    started: datetime,
    today: date,
    accounts: dict[str, AccountOutcome],
    subjects: Subjects,
    judge: Judge,
    plan: Plan,
    execution: Execution,
) -> Result:
    with app.index.begin() as connection:
        standing = journal.find(connection)
        for name, outcome in accounts.items():
            outcome.calls = app.calls(name)
            outcome.known = reading.count_present(connection, name)
    result = Result(
        run_id=app.run,
        as_of=today,
        mode=app.settings.service.mode,
        started=started,
        finished=app.now(),
        accounts=accounts,
        subjects=subjects,
        judged=judge.judged,
        plan=plan,
        execution=execution,
        orders=standing,
    )
    result.attention = custody.attention(app)
    result.attention += attention_of(result, app.settings, asked_to_send=request.send)
    return result


def shown_later(result: Result) -> dict[str, object]:
    """Give what a report that is made later shows of this run: what was read, and what waits for a person."""
    values = run_values(result)
    return {"attention": values["attention"], "read": {each["name"]: each for each in values["accounts"]}}


def _finish(app: App, result: Result) -> None:
    summary = {
        "accounts": {name: one.outcome for name, one in result.accounts.items()},
        "flagged": sum(1 for one in result.judged.values() if one.decision.flagged),
        "sent": result.execution.sent,
        "verified": result.execution.verified + result.proven,
    }
    with app.index.begin() as connection:
        stored_runs.save(
            connection, result.run_id, result.started, result.finished, result.as_of, result.mode,
            {**summary, **shown_later(result)},
        )  # fmt: skip
        ledger.append(connection, result.finished, "run.finished", run=result.run_id, **summary)
        result.ledger_head = ledger.head(connection)[1]
    log.logger().info(
        "run.finished", run=result.run_id, flagged=summary["flagged"], count=summary["verified"],
        seconds=round((result.finished - result.started).total_seconds(), 1),
    )  # fmt: skip
