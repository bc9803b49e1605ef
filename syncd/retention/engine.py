"""The engine: what should happen to a subject, and why. Pure and total: any facts give a decision.

The checks are in the order in which they count; the first that applies decides. Their reasons and sources are
in `reasons.py` and in the schedule.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from syncd.model import Decision, DocumentKind, Reason, Verdict
from syncd.retention import reasons
from syncd.retention.holds import (
    LAST_SUSPECT_DAY,
    Paper,
    SubjectHold,
    read_paper,
    subject_hold,
)
from syncd.retention.overruling import ACCEPTABLE, kept_by_person
from syncd.retention.periods import Period, Unit, calendar_date, plus_days
from syncd.retention.winding_up import work_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncd.model import Moment, RecordRef
    from syncd.retention.facts import Facts
    from syncd.retention.schedule import Schedule

FLAGGED = "flagged"
DROP_DRAFTS = "drop_drafts"
KEEP_NEWSLETTER = "keep_newsletter"
DISPOSE_DOCUMENTS = "dispose_documents"

_PRESCRIPTION = Period(5, Unit.YEAR)
"""A claim prescribes five years after it fell due, unless interrupted: art. 3:307 BW."""


def decide(facts: Facts, schedule: Schedule, today: date) -> Decision:
    """Decide what should happen to a subject on a day.

    `next_on` of the answer is the first later day on which these same facts give another answer.
    """
    case = _work_out(facts, schedule)
    answer = _answer(case, today)
    later = (day for day in sorted(_turning_days(case)) if day > today)
    return replace(answer, next_on=next((day for day in later if _answer(case, day) != answer), None))


@dataclass(frozen=True)
class _Case:
    """Facts with everything worked out that is the same on every day."""

    facts: Facts
    schedule: Schedule
    ends: tuple[tuple[str, date | None], ...]
    papers: tuple[Paper, ...]
    last_activity: date | None
    resumed: date | None
    released: date | None
    kept_until: date | None
    doubts: tuple[str, ...]
    duplicate: bool
    accepted: frozenset[str]
    end: date
    overdue_after: date
    effective_end: date
    due: date


def _work_out(facts: Facts, schedule: Schedule) -> _Case:
    def day(moment: Moment | None) -> date | None:
        return None if moment is None else calendar_date(moment, schedule.zone)

    papers = tuple(read_paper(document, schedule) for document in facts.docs)
    ends = tuple((str(role), day(facts.ended[role])) for role in sorted(facts.ended))
    # Where some role has no end, none of what follows is looked at.
    end = max((on for _, on in ends if on), default=date.max)
    effective_end = max(end, *(on for paper in papers for on in _obligations(paper))) if papers else end
    due, released = promised(schedule, effective_end), day(facts.released)
    accepted = facts.accepted & ACCEPTABLE
    return _Case(
        facts,
        schedule,
        ends,
        papers,
        day(facts.last_activity),
        day(facts.resumed),
        released,
        day(facts.kept_until),
        tuple(doubt for doubt in sorted(set(facts.doubts)) if reasons.DOUBT_PREFIX + doubt not in accepted),
        facts.duplicate_of_active and reasons.DUPLICATE_OF_ACTIVE not in accepted,
        accepted,
        end,
        promised(schedule, end),
        effective_end,
        max(due, released or due),
    )


def _obligations(paper: Paper) -> Iterable[date]:
    """Give the days on which a document's obligations were met: paid, served, run out."""
    yield paper.service_end or date.min
    yield (paper.settled if paper.fiscal else None) or date.min
    yield (paper.end if paper.ends_relationship else None) or date.min


def promised(schedule: Schedule, start: date) -> date:
    """Give the last day on which the promise is kept for a relationship that ended on `start`."""
    return min(period.after(start) for period in schedule.promises)


def _turning_days(case: _Case) -> set[date]:
    """Give every day on which an answer may become another one."""
    days = {case.effective_end, case.due, plus_days(case.due, 1), plus_days(case.overdue_after, 1)}
    if case.last_activity:
        days.add(plus_days(case.schedule.silence.after(case.last_activity), 1))
    if case.kept_until:
        days.add(case.kept_until)
    for paper in case.papers:
        if paper.trusted_from:
            days.add(paper.trusted_from)
        if isinstance(paper.hold, date):
            days |= {plus_days(paper.hold, 1), plus_days(paper.hold, 2)}
        if paper.open_claim:
            days.add(plus_days(_prescribed_after(paper), 1))
    return days


def _answer(case: _Case, today: date) -> Decision:
    hold = subject_hold(case.papers, today)
    answer = (
        _somebody_is_still_there(case, hold, today)
        or _not_sure_that_all_have_gone(case, hold, today)
        or _four_weeks(case, hold, today)
    )
    return kept_by_person(answer, case.kept_until, today)


# --- somebody is still there --------------------------------------------------------------------------------


def _somebody_is_still_there(case: _Case, hold: SubjectHold, today: date) -> Decision | None:
    facts = case.facts
    active = tuple(Reason(reasons.ROLE_ACTIVE, role=role) for role, on in case.ends if on is None)
    if case.doubts and (active or not case.ends):
        # What could not be read may be the very end that is missing here.
        known = active or _without_role(case)
        return _decision(case, hold, Verdict.REVIEW, *known, *_doubts(case))
    if not case.ends and facts.newsletter_consent:  # 1
        consent = Reason(reasons.NEWSLETTER_CONSENT)
        return _decision(case, hold, Verdict.KEEP, *_without_role(case), consent)
    if not case.ends and facts.quote_expired:
        expired = Reason(reasons.QUOTE_EXPIRED)
        return _decision(case, hold, Verdict.REVIEW, *_without_role(case), expired)
    if len(active) == len(case.ends):  # 2
        return _no_end_known(case, hold, today)
    if active:  # 3
        return _decision(case, hold, Verdict.KEEP, *active)
    return None


def _no_end_known(case: _Case, hold: SubjectHold, today: date) -> Decision:
    known = (Reason(reasons.NO_END),) if case.ends else _without_role(case)
    if case.last_activity and today > case.schedule.silence.after(case.last_activity):
        silent = Reason(reasons.SILENT, case.last_activity)
        return _decision(case, hold, Verdict.REVIEW, *known, silent)
    past = [paper for paper in case.papers if paper.past_hold(today)]
    if past and not case.facts.suspended:
        first_free = plus_days(min(paper.hold for paper in past if isinstance(paper.hold, date)), 1)
        documents = tuple(sorted(paper.ref for paper in past))
        reason = Reason(reasons.DOCUMENTS_PAST_HOLD, first_free, documents=documents)
        disposable = _decision(case, hold, Verdict.KEEP, *known, reason)
        return replace(disposable, erase_on=first_free, flags=frozenset({DISPOSE_DOCUMENTS}))
    return _decision(case, hold, Verdict.KEEP, *known)


def _without_role(case: _Case) -> tuple[Reason, ...]:
    """Say what a subject's own facts hold when no role is known: a person may follow an organisation."""
    why = [Reason(reasons.NO_ROLE)]
    if case.duplicate:
        why.append(Reason(reasons.DUPLICATE_OF_ACTIVE))
    work = max((on for paper in case.papers if (on := work_of(paper))), default=None)
    if work:
        why.append(Reason(reasons.LAST_DOCUMENT, work))
    obligation = max((on for paper in case.papers for on in _obligations(paper)), default=date.min)
    if obligation > date.min:
        why.append(Reason(reasons.LAST_OBLIGATION, obligation))
    if running := [paper for paper in case.papers if paper.running]:
        why.append(Reason(reasons.OWN_AGREEMENT, documents=_refs(running)))
    if case.released:
        why.append(Reason(reasons.RELEASED, case.released))
    if case.facts.non_fiscal_already_erased:
        why.append(Reason(reasons.UNHELD_ERASED))
    return tuple(why)


# --- everybody has gone: is that true? ----------------------------------------------------------------------


def _not_sure_that_all_have_gone(case: _Case, hold: SubjectHold, today: date) -> Decision | None:
    suspects = tuple(
        Reason(reasons.END_SUSPECT, on, role) for role, on in case.ends if on and on <= LAST_SUSPECT_DAY
    )
    if suspects:  # 4
        return _decision(case, hold, Verdict.REVIEW, *_doubts(case), *suspects)
    if case.resumed and case.resumed >= case.end and not case.doubts:  # 5
        return _decision(case, hold, Verdict.KEEP, *_ended(case), Reason(reasons.RESUMED, case.resumed))
    contradictions = _contradictions(case, today)
    if contradictions or hold.until == "unknown":
        return _flag_from(case, today, _decision(case, hold, Verdict.REVIEW, *_ended(case), *contradictions))
    running = {paper for paper in case.papers if paper.running}
    if running:  # 9
        reason = Reason(reasons.AGREEMENT_RUNNING, documents=_refs(running))
        open_ones = running | {paper for paper in hold.papers if paper.open}
        held = SubjectHold("open", tuple(sorted(open_ones, key=lambda paper: paper.ref)))
        return _flag_from(case, today, _decision(case, held, Verdict.REVIEW, *_ended(case), reason))
    claims = [paper for paper in case.papers if paper.open_claim]
    if claims:  # 10
        reason = Reason(reasons.OPEN_CLAIM, documents=_refs(claims))
        return _flag_from(case, today, _decision(case, hold, Verdict.SUSPEND, *_ended(case), reason))
    return None


def _contradictions(case: _Case, today: date) -> tuple[Reason, ...]:
    """Collect what contradicts the end (6 to 8, the unknown hold aside): all of it, not just the first."""
    found = list(_doubts(case))
    if case.duplicate:  # 6
        found.append(Reason(reasons.DUPLICATE_OF_ACTIVE))
    later = _later(case)
    if later and reasons.DOCUMENT_AFTER_END not in case.accepted:  # 7
        found.append(Reason(reasons.DOCUMENT_AFTER_END, case.end, documents=_refs(later)))
    old = [paper for paper in case.papers if paper.open_claim and today > _prescribed_after(paper)]
    if old:  # 8
        found.append(Reason(reasons.CLAIM_PRESCRIBED, documents=_refs(old)))
    return tuple(found)


def _later(case: _Case) -> list[Paper]:
    return [paper for paper in case.papers if (work_of(paper) or case.end) > case.end]


def _prescribed_after(paper: Paper) -> date:
    return _PRESCRIPTION.after(paper.due or paper.dated or date.max)


# --- the four weeks, and what the hold leaves of them -------------------------------------------------------


def _four_weeks(case: _Case, hold: SubjectHold, today: date) -> Decision:
    facts = case.facts
    if facts.suspended:  # 12
        return _flag_from(case, today, _decision(case, hold, Verdict.SUSPEND, *_ended(case)))
    why = (*_ended(case), *_what_made_it_later(case))
    if today < case.effective_end:  # 13
        return replace(_decision(case, hold, Verdict.KEEP, *why), erase_on=case.due)
    due, erase_on, partial = case.due, case.due, False
    if isinstance(hold.until, date):
        free_on = plus_days(hold.until, 1)
        if facts.non_fiscal_already_erased:  # 14
            if today <= hold.until:
                held = _decision(case, hold, Verdict.HOLD, *why, Reason(reasons.UNHELD_ERASED))
                return replace(held, erase_on=free_on)
            due = erase_on = max(due, free_on)
        else:
            partial = hold.until >= max(due, today)
            erase_on = due if partial else max(due, free_on)
    verdict = Verdict.SCHEDULE if today < due else Verdict.ERASE  # 15
    flags = {
        FLAGGED: today > due,
        DROP_DRAFTS: any(paper.kind is DocumentKind.DRAFT_INVOICE for paper in case.papers),
        KEEP_NEWSLETTER: facts.newsletter_consent and case.schedule.consent_outlives_relationship,
    }
    return replace(
        _decision(case, hold, verdict, *why),
        erase_on=erase_on,
        partial=partial,
        flags=frozenset(flag for flag, up in flags.items() if up),
    )


# --- reasons ------------------------------------------------------------------------------------------------


def _decision(case: _Case, hold: SubjectHold, verdict: Verdict, *why: Reason) -> Decision:
    stop = (Reason(reasons.SUSPENDED),) if case.facts.suspended else ()
    return Decision(
        verdict,
        hold_until=hold.until,
        reasons=(*why, *_accepted(case), *stop, *hold.reasons),
        held_by=_refs(hold.papers),
    )


def _flag_from(case: _Case, today: date, decision: Decision) -> Decision:
    """Flag a decision when the relationship ended more than four weeks ago, whatever the reason."""
    return replace(decision, flags=frozenset({FLAGGED})) if today > case.overdue_after else decision


def _ended(case: _Case) -> tuple[Reason, ...]:
    return tuple(Reason(reasons.ENDED, on, role) for role, on in case.ends if on == case.end)


def _what_made_it_later(case: _Case) -> tuple[Reason, ...]:
    last = [paper for paper in case.papers if case.effective_end in _obligations(paper)]
    why = []
    if case.effective_end > case.end:
        why.append(Reason(reasons.EFFECTIVE_END, case.effective_end, documents=_refs(last)))
    if case.released:
        why.append(Reason(reasons.RELEASED, case.released))
    return (*why, Reason(reasons.DUE, case.due))


def _doubts(case: _Case) -> tuple[Reason, ...]:
    return tuple(Reason(reasons.DOUBT_PREFIX + doubt) for doubt in case.doubts)


def _accepted(case: _Case) -> tuple[Reason, ...]:
    """Say which contradictions are left out because a person called them harmless."""
    facts = case.facts
    found = {reasons.DOUBT_PREFIX + doubt for doubt in facts.doubts} & case.accepted
    if facts.duplicate_of_active and not case.duplicate:
        found.add(reasons.DUPLICATE_OF_ACTIVE)
    later = _later(case) if reasons.DOCUMENT_AFTER_END in case.accepted else []
    named = tuple(Reason(reasons.ACCEPTED_PREFIX + code) for code in sorted(found))
    if not later:
        return named
    return (*named, Reason(reasons.ACCEPTED_PREFIX + reasons.DOCUMENT_AFTER_END, documents=_refs(later)))


def _refs(papers: Iterable[Paper]) -> tuple[RecordRef, ...]:
    return tuple(sorted(paper.ref for paper in papers))
