"""Persons who belong to organisations follow them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from syncd.model import Decision, Reason, Verdict
from syncd.retention import reasons
from syncd.retention.disposition import date_of
from syncd.retention.engine import DROP_DRAFTS, FLAGGED, KEEP_NEWSLETTER, decide, promised
from syncd.retention.facts import Facts
from syncd.retention.overruling import kept_by_person
from syncd.retention.periods import calendar_date, plus_days

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from syncd.model import Moment
    from syncd.retention.schedule import Schedule

_WAITING = (
    (Verdict.KEEP, reasons.ORGANISATION_KEPT),
    (Verdict.SUSPEND, reasons.ORGANISATION_SUSPENDED),
    (Verdict.REVIEW, reasons.ORGANISATION_REVIEW),
)
"""What keeps a person from following an end, from the most protective on."""

_OBLIGATIONS = (reasons.ENDED, reasons.EFFECTIVE_END, reasons.LAST_OBLIGATION)


def followed_of(
    organisations: Mapping[int, Decision], left: Mapping[int, Moment | None], schedule: Schedule, today: date
) -> list[Decision]:
    """Give the decisions that a person follows, from those about the organisations, each with its number.

    An organisation that the person `left` ended for them on that day, whatever goes on without them; or before,
    with its own end. A stop there is a stop here too: whoever made it may need them. One that they may have left
    (None: it is not known when) keeps nobody; the doubt about it is among the person's own facts.
    """
    followed = []
    for number, decision in sorted(organisations.items()):
        if number not in left:
            followed.append(decision)
        elif (on := left[number]) is not None:
            followed.append(_without_them(decision, on, schedule, today))
    return followed


def _without_them(organisation: Decision, left: Moment, schedule: Schedule, today: date) -> Decision:
    due = date_of(organisation, reasons.DUE)
    over_before = due is not None and due <= promised(schedule, calendar_date(left, schedule.zone))
    if over_before or _has(organisation, reasons.SUSPENDED):
        return organisation
    return decide(Facts(ended={"": left}), schedule, today)


def follow(
    own: Decision | None,
    organisations: Sequence[Decision],
    today: date,
    schedule: Schedule,
    *,
    accepted: Collection[str] = (),
    kept_until: Moment | None = None,
) -> Decision:
    """Decide about a person from the decisions about the organisations that the person belongs to.

    `own` is the decision on the person's own facts. Own roles count like one more organisation. Without any,
    what the person's own documents say counts still, and doubt, a stop, or the address of somebody active;
    consent alone keeps nobody. The most protective answer wins; when all have ended, the latest due date. An
    organisation's fiscal hold does not cover its persons, whose data no law wants kept; a hold of the
    person's own documents does. `accepted` and `kept_until` are what somebody answered about the person, as in
    `Facts`.

    `next_on` is the first day on which an answer that this one rests on may change.
    """
    if not organisations:
        return own or Decision(Verdict.KEEP, reasons=(Reason(reasons.NO_ROLE),))
    answer = _follow(own, organisations, today, schedule, accepted)
    until = calendar_date(kept_until, schedule.zone) if kept_until else None
    return kept_by_person(answer, until, today)


def _follow(
    own: Decision | None,
    organisations: Sequence[Decision],
    today: date,
    schedule: Schedule,
    accepted: Collection[str],
) -> Decision:
    without_role = own if own and _has(own, reasons.NO_ROLE) else None
    followed = [*organisations, *([own] if own and not without_role else [])]
    decided = _waiting(followed, own, without_role, today) or _own_contradiction(
        followed, without_role, today, accepted
    )
    if decided:
        resting_on = [*organisations, *([own] if own else [])]
        turns = [each.next_on for each in resting_on] + [_overdue_from(each) for each in followed]
        return replace(decided, next_on=_first_after(today, turns))
    # Ends do not come undone by themselves: from here on only dates that are known now count.
    decided = _all_ended(followed, own, today, schedule)
    turns = [day for day in _turning_days(decided) if _all_ended(followed, own, day, schedule) != decided]
    return replace(decided, next_on=_first_after(today, turns))


def _waiting(
    followed: Sequence[Decision], own: Decision | None, without_role: Decision | None, today: date
) -> Decision | None:
    """Keep, suspend or review with the first decision that says so; the reasons say which it is."""
    # Kept until a day that is known, unless a person said to keep it: that day is nobody's promise to go.
    ending = all(
        _has(decision, reasons.DUE) and not _has(decision, reasons.KEPT_BY_PERSON) for decision in followed
    )
    stopped = without_role and (
        _has(without_role, reasons.SUSPENDED)
        or (_has(without_role, reasons.HOLD_OPEN) and not _has(without_role, reasons.OWN_AGREEMENT))
    )
    for verdict, code in _WAITING:
        found = next((each for each in followed if each.verdict is verdict and not ending), None)
        if found is None and verdict is Verdict.SUSPEND and stopped:
            found = without_role
        if found:
            why = found.reasons if found is own else (Reason(code), *found.reasons)
            return _like(own, verdict, why, flagged=_overdue(followed, today))
    return None


def _own_contradiction(
    followed: Sequence[Decision],
    without_role: Decision | None,
    today: date,
    accepted: Collection[str],
) -> Decision | None:
    """Review a person without a role whose own facts do not agree that all has ended."""
    if without_role is None:
        return None
    doubtful = (reasons.DUPLICATE_OF_ACTIVE, *(reasons.HOLDS if without_role.hold_until == "unknown" else ()))
    why = [
        reason
        for reason in without_role.reasons
        if reason.code in doubtful or reason.code.startswith(reasons.DOUBT_PREFIX)
    ]
    end, last_work = _latest(followed, reasons.ENDED), date_of(without_role, reasons.LAST_DOCUMENT)
    if end and last_work and last_work > end and reasons.DOCUMENT_AFTER_END not in accepted:
        why.append(Reason(reasons.DOCUMENT_AFTER_END, end))
    why += (
        Reason(reasons.AGREEMENT_RUNNING, documents=reason.documents)
        for reason in without_role.reasons
        if reason.code == reasons.OWN_AGREEMENT
    )
    if not why:
        return None
    return _like(without_role, Verdict.REVIEW, tuple(why), flagged=_overdue(followed, today))


def _all_ended(
    followed: Sequence[Decision], own: Decision | None, today: date, schedule: Schedule
) -> Decision:
    """Combine ends: the latest due date, and what the person's own documents hold."""
    course = _Course.of(followed, own, schedule)
    hold = own.hold_until if own else None
    if today < course.effective_end:
        return replace(_like(own, Verdict.KEEP, course.reasons, flagged=False), erase_on=course.due)
    due, erase_on, partial = course.due, course.due, False
    if isinstance(hold, date):
        free_on = plus_days(hold, 1)
        if own and _has(own, reasons.UNHELD_ERASED):
            if today <= hold:
                why = (*course.reasons, Reason(reasons.UNHELD_ERASED))
                return replace(_like(own, Verdict.HOLD, why, flagged=False), erase_on=free_on)
            due = erase_on = max(due, free_on)
        else:
            partial = hold >= max(due, today)
            erase_on = due if partial else max(due, free_on)
    verdict = Verdict.SCHEDULE if today < due else Verdict.ERASE
    decided = _like(own, verdict, course.reasons, flagged=today > due)
    flags = decided.flags | _what_goes_along(own, schedule)
    return replace(decided, erase_on=erase_on, partial=partial, flags=flags)


def _what_goes_along(own: Decision | None, schedule: Schedule) -> frozenset[str]:
    if own is None:
        return frozenset()
    consenting = schedule.consent_outlives_relationship and _has(own, reasons.NEWSLETTER_CONSENT)
    return own.flags & {DROP_DRAFTS, KEEP_NEWSLETTER} | ({KEEP_NEWSLETTER} if consenting else set())


def _turning_days(decided: Decision) -> list[date]:
    due = date_of(decided, reasons.DUE) or date.max
    effective_end = date_of(decided, reasons.EFFECTIVE_END) or date_of(decided, reasons.ENDED) or date.min
    hold = decided.hold_until if isinstance(decided.hold_until, date) else date.min
    return [effective_end, due, plus_days(due, 1), plus_days(hold, 1), plus_days(hold, 2)]


def _first_after(today: date, days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day and day > today), default=None)


class _Course(NamedTuple):
    """How the relationships ended, all taken together."""

    effective_end: date
    due: date
    reasons: tuple[Reason, ...]

    @classmethod
    def of(cls, followed: Sequence[Decision], own: Decision | None, schedule: Schedule) -> _Course:
        end = _latest(followed, reasons.ENDED)
        known = [*followed, own] if own else list(followed)
        effective = max((day for code in _OBLIGATIONS if (day := _latest(known, code))), default=date.max)
        released = _latest(known, reasons.RELEASED)
        due = max(promised(schedule, effective), released or date.min)
        why = [Reason(reasons.ORGANISATION_ENDED), Reason(reasons.ENDED, end)]
        if end != effective:
            why.append(Reason(reasons.EFFECTIVE_END, effective))
        if released:
            why.append(Reason(reasons.RELEASED, released))
        return cls(effective, due, (*why, Reason(reasons.DUE, due)))


def _like(own: Decision | None, verdict: Verdict, why: tuple[Reason, ...], *, flagged: bool) -> Decision:
    """Make a decision about the person, with the hold of the person's own documents."""
    holds = (reason for reason in own.reasons if reason.code in reasons.HOLDS) if own else ()
    held = tuple(reason for reason in holds if reason not in why)
    return Decision(
        verdict,
        hold_until=own.hold_until if own else None,
        flags=frozenset({FLAGGED}) if flagged else frozenset(),
        reasons=(*why, *held),
        held_by=own.held_by if own else (),
    )


def _overdue(followed: Iterable[Decision], today: date) -> bool:
    """Tell whether every relationship ended more than four weeks ago."""
    return all(
        FLAGGED in decision.flags or today >= (_overdue_from(decision) or date.max) for decision in followed
    )


def _overdue_from(decision: Decision) -> date | None:
    """Give the day from which an end is overdue, also where a hold leaves nothing that is flagged."""
    due = date_of(decision, reasons.DUE)
    return plus_days(due, 1) if due else None


def _latest(decisions: Iterable[Decision], code: str) -> date | None:
    return max((day for decision in decisions if (day := date_of(decision, code))), default=None)


def _has(decision: Decision, *codes: str) -> bool:
    return any(reason.code in codes for reason in decision.reasons)
