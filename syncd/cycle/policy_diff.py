"""Whose dates move if another schedule is adopted, or if a person says something: worked out before it is so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from syncd.cycle.review import current
from syncd.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncd.cycle.app import App
    from syncd.cycle.decide import Judge, Judged
    from syncd.retention import Schedule


class Change(NamedTuple):
    """One subject as it is judged under the two schedules."""

    before: Judged
    after: Judged


class PolicyDiff(NamedTuple):
    """Everybody's decisions under two schedules: who changes, and how many are to be erased now under each."""

    subjects: int
    changes: list[Change]
    erase_before: int
    erase_after: int


def policy_diff(app: App, old: Schedule, new: Schedule) -> PolicyDiff:
    """Decide about everybody in the index under both schedules, leaving no trace."""
    return _compared(current(replace(app, schedule=old)), current(replace(app, schedule=new)))


def word_diff(app: App, say: Callable[[App], object]) -> PolicyDiff:
    """Decide about everybody with and without what `say` would write down, leaving no trace.

    Who would be one subject with another is compared with that one. Raises what `say` raises.
    """
    index = app.index.scratch()
    try:
        copy = replace(app, index=index)
        say(copy)
        return _compared(current(app), current(copy))
    finally:
        index.close()


def _compared(before: Judge, after: Judge) -> PolicyDiff:
    now = {one.ref: each for each in after.judged.values() for one in each.subject.present}
    pairs = [
        Change(one, after.judged.get(number) or now[one.subject.present[0].ref])
        for number, one in before.judged.items()
        if one.subject.present
    ]
    return PolicyDiff(
        len(pairs),
        [one for one in pairs if _asked(one.before) != _asked(one.after)],
        sum(one.before.decision.verdict is Verdict.ERASE for one in pairs),
        sum(one.after.decision.verdict is Verdict.ERASE for one in pairs),
    )


def _asked(one: Judged) -> tuple[object, ...]:
    """Give what somebody would notice: the decision and what it asks of each record, not its reasons."""
    decision = one.decision
    return (decision.verdict, decision.erase_on, decision.hold_until, decision.partial, decision.flags,
            one.dispositions)  # fmt: skip
