"""One run: the whole line, once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from syncd import log
from syncd.cycle import approval, custody, guards, rechecking
from syncd.cycle.attention import attention_of
from syncd.cycle.execute import Execution, execute, last_words
from syncd.cycle.knowledge import Knowledge, knowledge_of
from syncd.cycle.plan import Planner, Waiting
from syncd.cycle.progress import Step
from syncd.cycle.proposals import questions
from syncd.cycle.pull import AccountOutcome, pull_accounts
from syncd.cycle.resolve import resolve_subjects
from syncd.cycle.standing import Standing, standing_of
from syncd.cycle.unconfigured import unconfigured
from syncd.cycle.verify import look_again, verify_pending
from syncd.index import decisions, ledger, reading
from syncd.index import orders as journal
from syncd.index import runs as stored_runs
from syncd.report.values import run_values
from syncd.settings import seconds_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from syncd.cycle.app import App
    from syncd.cycle.decide import Judge, Judged
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
    """Everything a report needs of one run. `judged` is read from the index when it is asked for."""

    run_id: str
    as_of: date
    mode: str
    started: datetime
    finished: datetime
    accounts: dict[str, AccountOutcome]
    judged: Mapping[int, Judged]
    standing: Standing
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

    accounts = pull_accounts(app, app.run, request.only) | unconfigured(app)
    if app.halt.asked:
        raise StoppedError
    if guards.clock_agrees(app):
        approval.withdraw_ahead(app)
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

    result = _result(app, request, started, today, accounts, judge, plan, execution)
    result.proven = proven
    _finish(app, result)
    custody.end(app, result)
    return result


def plan_run(app: App, accounts: dict[str, AccountOutcome], today: date) -> tuple[Judge, Knowledge, Plan]:
    """Resolve, decide and plan on what the index holds, and bring the queue to the plan."""
    now = app.now()
    app.came(Step.RESOLVE)
    with app.index.begin() as connection:
        resolve_subjects(app.index, connection, now.isoformat(timespec="seconds"))
        app.came(Step.RESOLVE, 1, 1)
        knowledge = knowledge_of(connection, accounts)
        planner = Planner(app, connection, today, blocked=knowledge.lacks)
        judge = rechecking.decide_and_check(app, connection, today, planner)
        planner.plan.waiting = [
            Waiting.read(number, told)
            for number, found in decisions.waiting(connection).items()
            for told in found
        ]
        planner.plan.questions = questions(judge, connection, today)
    return judge, knowledge, planner.plan


def _result(
    app: App,
    request: Request,
    started: datetime,
    today: date,
    accounts: dict[str, AccountOutcome],
    judge: Judge,
    plan: Plan,
    execution: Execution,
) -> Result:
    with app.index.begin() as connection:
        orders = journal.find(connection)
        stands = standing_of(connection, judge.judged)
        differed = rechecking.attention(connection)
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
        judged=judge.judged,
        standing=stands,
        plan=plan,
        execution=execution,
        orders=orders,
    )
    result.attention = custody.attention(app) + differed
    result.attention += attention_of(result, app.settings, asked_to_send=request.send)
    return result


def shown_later(result: Result) -> dict[str, object]:
    """Give what a report that is made later shows of this run: what was read, and what waits for a person."""
    values = run_values(result)
    return {"attention": values["attention"], "read": {each["name"]: each for each in values["accounts"]}}


def _finish(app: App, result: Result) -> None:
    summary = {
        "accounts": {name: one.outcome for name, one in result.accounts.items()},
        "flagged": len(result.standing.flagged),
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
