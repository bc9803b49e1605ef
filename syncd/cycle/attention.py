"""What a person should look at after a run, each with what to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from syncd.cycle import modes
from syncd.cycle.statements import standing_stop
from syncd.index.second_looks import CAME_BACK
from syncd.model import OrderState, Verdict, subject_name
from syncd.report.words import because

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncd.cycle.run import Result
    from syncd.index.orders import StoredOrder
    from syncd.settings import Settings

ACCEPTED_FOR = timedelta(days=1)
"""How long a system may take to do what it said it did, before a person should look."""


@dataclass(frozen=True)
class Attention:
    """One line for a person: a stable code, where, about whom, and what to do. No names."""

    code: str
    account: str
    subject: str
    text: str


def attention_of(result: Result, settings: Settings, *, asked_to_send: bool) -> list[Attention]:
    """Collect everything that waits for a person, what is most urgent first."""
    return [
        *_accounts(result),
        *_unasked(result),
        *_brakes(result),
        *_orders(result),
        *_subjects(result),
        *_questions(result),
        *_stops(result),
        *_waiting(result),
        *_approvals(result),
        *(Attention("configuration", "", "", warning) for warning in settings.warnings),
        *_observing(result, asked_to_send=asked_to_send),
    ]


def _accounts(result: Result) -> Iterator[Attention]:
    for one in result.accounts.values():
        if one.outcome in {"failed", "incomplete"}:
            text = (
                f"{one.text}. Nothing is concluded from what this account did not show, and its orders wait."
            )
            yield Attention(f"account_{one.outcome}", one.name, "", text)
    for name, error in result.execution.stopped.items():
        yield Attention("account_stopped", name, "", f"{error}. The remaining orders of this account wait.")


def _unasked(result: Result) -> Iterator[Attention]:
    if result.execution.unasked:
        yield Attention(
            "mode",
            "",
            "",
            f"the mode was observe and is {result.mode} now: {result.execution.unasked} orders would be sent and "
            f"none was. If that is right: {modes.command(result.mode)}",
        )


def _brakes(result: Result) -> Iterator[Attention]:
    for one in result.execution.held:
        yield Attention(
            "brake",
            one.account,
            "",
            f"expected at most {one.limit} writes in 24 hours, {one.sent + one.asked} are ready: nothing was "
            f"sent. If that is right: {one.command}",
        )


def _orders(result: Result) -> Iterator[Attention]:
    texts = {
        OrderState.UNCERTAIN: "the write was sent and its fate is unknown; the next run looks before anything else",
        OrderState.REFUSED: "was refused; see why, mend it, then: syncd queue retry {id}",
        OrderState.SHORT: "did less than ordered; what is left stays in the queue",
        OrderState.ACCEPTED: (
            "was accepted more than a day ago and its record is still there: look at it in the system; "
            "every run looks again"
        ),
    }
    for one in result.orders:
        account, subject = one.order.ref.account, subject_name(one.subject)
        if one.id in result.execution.faults:
            text = f"order {one.id} waits for a later run: {result.execution.faults[one.id]}"
            yield Attention("order_postponed", account, subject, text)
        elif one.state in texts and (one.state is not OrderState.ACCEPTED or _is_old(one, result)):
            detail = f" ({one.code})" if one.code else ""
            text = f"order {one.id} {texts[one.state].format(id=one.id)}{detail}"
            yield Attention(f"order_{one.state.value}", account, subject, text)
        if one.state is OrderState.VERIFIED and one.code == CAME_BACK:
            text = (
                f"{one.order.ref} was erased by order {one.id}, verified, and is there again: find out who or what "
                "brought it back, and decide about it anew"
            )
            yield Attention("came_back", account, subject, text)


def _is_old(one: StoredOrder, result: Result) -> bool:
    return bool(one.sent_at) and datetime.fromisoformat(str(one.sent_at)) + ACCEPTED_FOR < result.started


def _subjects(result: Result) -> Iterator[Attention]:
    for number, judged in result.judged.items():
        if judged.decision.verdict is Verdict.REVIEW and judged.subject.present:
            name = subject_name(number)
            yield Attention("review", "", name, f"{because(judged)}. See syncd contact show {name}")


def _questions(result: Result) -> Iterator[Attention]:
    for one in result.plan.questions:
        if one.waiting:
            first, second = subject_name(one.one), subject_name(one.other)
            text = (
                f"orders wait: {first} and {second} may be the same ({', '.join(one.proposal.evidence)}), and "
                f"then something would stay. syncd review answer {one.id} same, or different"
            )
            yield Attention("identity", "", first, text)


def _stops(result: Result) -> Iterator[Attention]:
    for number, judged in result.judged.items():
        stop = standing_stop(judged.said)
        if stop and stop.review_on and stop.review_on <= result.as_of and judged.subject.present:
            name = subject_name(number)
            text = (
                f"suspended since {stop.on} ({stop.reason}), to be looked at again on {stop.review_on}: "
                f"syncd release {name}, or syncd suspend {name} with a later day"
            )
            yield Attention("suspension_review", "", name, text)


def _waiting(result: Result) -> Iterator[Attention]:
    for one in result.plan.waiting:
        name = subject_name(one.subject)
        if one.why == "documents":
            text = (
                f"{one.ref} is due and the vendor keeps it while it has documents: see syncd documents due, "
                "delete them there, and the next run goes on"
            )
        else:
            text = f"{one.ref}: {', '.join(sorted(one.categories))} can only be removed by hand"
        yield Attention(f"waits_{one.why}", one.ref.account, name, text)


def _approvals(result: Result) -> Iterator[Attention]:
    if result.mode != "approve":
        return
    waiting = [one for one in result.orders if one.state is OrderState.SCHEDULED]
    if waiting:
        first = min(one.order.erase_on for one in waiting)
        yield Attention(
            "waits_approval",
            "",
            "",
            f"{len(waiting)} orders wait for approval, the first was due or is due on {first}: syncd queue list",
        )


def _observing(result: Result, *, asked_to_send: bool) -> Iterator[Attention]:
    if asked_to_send and result.mode == "observe":
        yield Attention(
            "observe",
            "",
            "",
            'mode is observe: nothing was sent. To let a person approve: mode = "approve" in [service]',
        )
