"""What a person should look at after a run, each with what to do."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from syncd.cycle import modes
from syncd.index.orders import APPROVAL_AHEAD
from syncd.index.second_looks import CAME_BACK
from syncd.model import OrderState, subject_name
from syncd.report.attention import Attention
from syncd.report.words import reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from syncd.cycle.run import Result
    from syncd.index.orders import StoredOrder
    from syncd.settings import Settings

ACCEPTED_FOR = timedelta(days=1)
"""How long a system may take to do what it said it did, before a person should look."""

TOO_OFTEN = 2
"""Times that an order may be taken back and made anew on the same facts: once, what a look showed is read next."""

_AT_ONCE = frozenset({OrderState.UNCERTAIN, OrderState.REFUSED, OrderState.SHORT})
_AFTER_A_DAY = frozenset({OrderState.SENT, OrderState.ACCEPTED})
"""States of an order that a person should know of, as soon as it is in them or when it stays there."""


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
        *_configuration(settings),
        *_observing(result, asked_to_send=asked_to_send),
    ]


def _accounts(result: Result) -> Iterator[Attention]:
    for one in result.accounts.values():
        if one.outcome in {"failed", "incomplete"}:
            code = f"account_{one.outcome}"
            yield Attention.about(code, one.name, fault=one.code, message=one.text)
    for name, error in result.execution.stopped.items():
        yield Attention.about("account_stopped", name, fault=error.code, message=str(error))


def _unasked(result: Result) -> Iterator[Attention]:
    if result.execution.unasked:
        command = modes.command(result.mode)
        yield Attention.about("mode", mode=result.mode, orders=result.execution.unasked, command=command)


def _brakes(result: Result) -> Iterator[Attention]:
    for one in result.execution.held:
        ready = one.sent + one.asked
        yield Attention.about("brake", one.account, limit=one.limit, ready=ready, command=one.command)


def _orders(result: Result) -> Iterator[Attention]:
    taken_back = Counter(_place(one) for one in result.orders if one.state is OrderState.SUPERSEDED)
    for one in result.orders:
        account, subject = one.order.ref.account, subject_name(one.subject)
        error = result.execution.faults.get(one.id)
        if error is not None:
            yield Attention.about(
                "order_postponed", account, subject, order=one.id, fault=error.code, message=str(error)
            )
        elif one.state in _AT_ONCE or (one.state in _AFTER_A_DAY and _is_old(one, result)):
            code = f"order_{one.state.value}"
            yield Attention.about(code, account, subject, order=one.id, fault=one.code or "none")
        if one.open and taken_back[_place(one)] >= TOO_OFTEN:
            times = taken_back[_place(one)] + 1
            yield Attention.about("order_again", account, subject, order=one.id, times=times)
        if one.state is OrderState.SCHEDULED and one.code == APPROVAL_AHEAD:
            yield Attention.about("approval_ahead", account, subject, order=one.id)
        if one.state is OrderState.VERIFIED and one.code == CAME_BACK:
            yield Attention.about("came_back", account, subject, ref=str(one.order.ref), order=one.id)


def _place(one: StoredOrder) -> tuple[object, ...]:
    """Give what makes an order the same one again: its effect, and the facts that it was made on."""
    return (one.order.ref, one.order.action, one.order.categories, one.order.digest)


def _is_old(one: StoredOrder, result: Result) -> bool:
    return bool(one.sent_at) and datetime.fromisoformat(str(one.sent_at)) + ACCEPTED_FOR < result.started


def _subjects(result: Result) -> Iterator[Attention]:
    for number, decision in result.standing.reviews.items():
        yield Attention.about("review", "", subject_name(number), reason=reason_of(decision))


def _questions(result: Result) -> Iterator[Attention]:
    for one in result.plan.questions:
        if one.waiting:
            yield Attention.about(
                "identity",
                "",
                subject_name(one.one),
                other=subject_name(one.other),
                evidence=list(one.proposal.evidence),
                question=one.id,
            )


def _stops(result: Result) -> Iterator[Attention]:
    for number, stop in result.standing.stops.items():
        if stop.review_on and stop.review_on <= result.as_of:
            yield Attention.about(
                "suspension_review",
                "",
                subject_name(number),
                since=str(stop.on),
                stop=stop.reason,
                day=str(stop.review_on),
            )


def _waiting(result: Result) -> Iterator[Attention]:
    for one in result.plan.waiting:
        name = subject_name(one.subject)
        categories = {"category": sorted(map(str, one.categories))} if one.why == "by_hand" else {}
        yield Attention.about(f"waits_{one.why}", one.ref.account, name, ref=str(one.ref), **categories)


def _approvals(result: Result) -> Iterator[Attention]:
    waiting = [one for one in result.orders if one.state is OrderState.SCHEDULED]
    if waiting and result.mode == "approve":
        first = min(one.order.erase_on for one in waiting)
        yield Attention.about("waits_approval", orders=len(waiting), day=str(first))


def _configuration(settings: Settings) -> Iterator[Attention]:
    for one in settings.warnings:
        yield Attention.about(
            "configuration", warning=one.code, place=one.place, message=one.text, **one.values
        )


def _observing(result: Result, *, asked_to_send: bool) -> Iterator[Attention]:
    if asked_to_send and result.mode == "observe":
        yield Attention.about("observe")
