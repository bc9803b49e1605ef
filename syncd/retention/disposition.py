"""What a decision means for each record: which data categories go on which day, and which are held."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from syncd.model import DataCategory, Decision, Disposition, Record, Verdict
from syncd.retention import reasons
from syncd.retention.consent import Consent, consent_of
from syncd.retention.periods import plus_days
from syncd.retention.schedule import NEWSLETTER, Category, Hold, Schedule, StartingPoint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncd.retention.facts import Facts

_BY_PERSON = frozenset({reasons.SUSPENDED, reasons.KEPT_BY_PERSON})
_RELATIONSHIP_OVER = frozenset({Verdict.SCHEDULE, Verdict.ERASE, Verdict.HOLD})


def dispositions(
    decision: Decision, facts: Facts, records: Iterable[Record], schedule: Schedule, today: date
) -> tuple[Disposition, ...]:
    """Say for each record what goes when, and what is held until when; in the order of the records.

    One disposition for each record and day. When nothing on a record is due but something is held, its
    `categories` are empty and `erase_on` is the first day on which the held part may go. A review, a stop by a
    person, or a person's word to keep it for now gives none. Categories that the schedule does not know never
    go. Consent that was withdrawn on an unknown day was withdrawn today at the latest and is respected at once.
    """
    stopped = facts.suspended or any(reason.code in _BY_PERSON for reason in decision.reasons)
    if decision.verdict is Verdict.REVIEW or stopped:
        return ()
    return tuple(
        disposition for record in records for disposition in _of_record(decision, record, schedule, today)
    )


def _of_record(decision: Decision, record: Record, schedule: Schedule, today: date) -> list[Disposition]:
    consent = consent_of(record.events, schedule.zone)
    rules = [schedule.categories[name] for name in record.categories if name in schedule.categories]
    held = frozenset(rule.name for rule in rules if _is_held(decision, rule))
    by_day: dict[date, set[DataCategory]] = {}
    for rule in rules:
        days = (
            _due_with_subject(decision, rule, consent, schedule),
            _due_after_withdrawal(rule, consent, today),
        )
        day = min((day for day in days if day), default=None)
        if day and rule.name not in held:
            by_day.setdefault(day, set()).add(rule.name)
    until = decision.hold_until if held else None
    if not by_day and isinstance(until, date):
        return [Disposition(record.ref, frozenset(), plus_days(until, 1), held, until)]
    return [Disposition(record.ref, frozenset(by_day[day]), day, held, until) for day in sorted(by_day)]


def _is_held(decision: Decision, rule: Category) -> bool:
    holding = decision.partial or decision.verdict is Verdict.HOLD
    return holding and rule.hold is Hold.FISCAL


def _due_with_subject(
    decision: Decision, rule: Category, consent: Consent, schedule: Schedule
) -> date | None:
    if rule.period is None:
        return None
    if rule.starts is StartingPoint.RECORDED_END:
        # Logins are needed only to perform the service: an open claim is no reason to keep them.
        end = date_of(decision, reasons.ENDED)
        over = decision.verdict in _RELATIONSHIP_OVER or decision.verdict is Verdict.SUSPEND
        released = date_of(decision, reasons.RELEASED)
        return max(rule.period.after(end), released or end) if over and end else None
    if decision.verdict not in _RELATIONSHIP_OVER or decision.erase_on is None:
        return None
    if rule.name == NEWSLETTER and consent.standing and schedule.consent_outlives_relationship:
        return None
    erase_on = decision.erase_on
    if decision.verdict is Verdict.HOLD:
        erase_on = date_of(decision, reasons.DUE) or erase_on
    start = date_of(decision, reasons.EFFECTIVE_END) or date_of(decision, reasons.ENDED)
    # The subject is due by its shortest period; a category with a longer one goes later.
    return max(erase_on, rule.period.after(start)) if start else erase_on


def _due_after_withdrawal(rule: Category, consent: Consent, today: date) -> date | None:
    if rule.period_after_withdrawal is None or not consent.withdrawn:
        return None
    return rule.period_after_withdrawal.after(consent.withdrawn_on) if consent.withdrawn_on else today


def date_of(decision: Decision, code: str) -> date | None:
    """Give the date of a decision's reason with this code."""
    return next((reason.on for reason in decision.reasons if reason.code == code), None)
