"""Who is decided again: those behind whose decision something changed, and those whose day has come.

They go through memory in batches. First come subjects that stand alone, then those that may be the same as
another, whose answer depends on which of the others have not ended, and last those who follow an organisation.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from syncd import __version__, log
from syncd.cycle.above import Above
from syncd.cycle.decide import Judge
from syncd.cycle.facts import not_ended
from syncd.cycle.plan import WINDOW
from syncd.cycle.progress import Step
from syncd.cycle.subject import AT_ONCE, REIMPORTED, load
from syncd.index import decisions, history, ledger, orders_about, records, store
from syncd.index import subjects as stored_subjects
from syncd.index.decisions import Decided, decision_values
from syncd.index.many import in_parts
from syncd.model import local_date
from syncd.retention.holds import read_paper
from syncd.retention.periods import plus_days
from syncd.retention.reasons import DUE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlalchemy import Connection

    from syncd.contract import Capability
    from syncd.cycle.app import App
    from syncd.cycle.decide import Judged
    from syncd.cycle.plan import Planner
    from syncd.index.decisions import Standing
    from syncd.model import Document
    from syncd.retention import Schedule

_UNDER, _AS_OF = "decided_under", "decided_as_of"
"""Where the index remembers under which rules, and on which day, it was last decided."""


def decide_due(app: App, connection: Connection, today: date, planner: Planner | None = None) -> Judge:
    """Decide again about whom it may have changed, remember what did, and put changes in the ledger.

    With a `planner` the queue is brought to each decision. Everybody is decided again under another schedule or
    program, when an account can do other things, and on a day before the last.
    """
    _begin(app, connection, today)
    judge = Judge(app, today)
    _Pass(judge, connection, planner).run(decisions.due(connection, today))
    lost = decisions.lost(connection)
    records.forget_facts_of(connection, lost)
    decisions.forget(connection, lost)
    store.remember(connection, _AS_OF, today.isoformat())
    return judge


def is_current(app: App, connection: Connection, today: date) -> bool:
    """Tell whether nobody is to be decided again."""
    same = store.remembered(connection, _UNDER) == _rules(app, connection)
    last = store.remembered(connection, _AS_OF)
    return same and last is not None and last <= today.isoformat() and not decisions.due(connection, today)


def _begin(app: App, connection: Connection, today: date) -> None:
    rules, last = _rules(app, connection), store.remembered(connection, _AS_OF)
    if store.remembered(connection, _UNDER) != rules or last is None or last > today.isoformat():
        decisions.mark_all_dirty(connection)
        store.remember(connection, _UNDER, rules)


def _rules(app: App, connection: Connection) -> str:
    """Give what decisions rest on beside facts. Of an account that cannot be made now, what it could do last."""
    before: dict[str, str] = json.loads(store.remembered(connection, _UNDER) or "{}").get("can", {})
    can = {
        name: hashlib.sha256(
            "\n".join(sorted(_ability(one) for one in app.capabilities(name))).encode()
        ).hexdigest()
        for name in app.connectors
    }
    known = {name: can.get(name, before.get(name, "")) for name in sorted(app.settings.accounts)}
    return json.dumps(
        {
            "schedule": app.schedule.digest,
            "zone": str(app.schedule.zone),
            "version": __version__,
            "can": known,
        }
    )


def _ability(one: Capability) -> str:
    left = sorted((each.code, each.text, str(each.days)) for each in one.residue)
    return f"{one.kind} {one.action} {sorted(one.categories)} {one.exclusive_of_documents} {left}"


class _Pass:
    """One pass over the subjects to decide again."""

    def __init__(self, judge: Judge, connection: Connection, planner: Planner | None) -> None:
        self._judge = judge
        self._today = judge.today
        self._connection = connection
        self._planner = planner
        self._done, self._of = 0, 0
        self._moved: set[int] = set()  # subjects whose own decision is another one, or may be

    def run(self, due: Sequence[int]) -> None:
        rivalling: set[int] = set()
        following: set[int] = set()
        turned: set[int] = set()
        self._of = len(due)
        for part in in_parts(due, AT_ONCE):
            self._alone(part, rivalling, following, turned)
        # Whoever may be the same as somebody who has ended now, or has not any more, is decided again with him.
        around = set().union(*decisions.rivals_of(self._connection, sorted(turned)).values())
        tied = set(decisions.organisations_of(self._connection, sorted(around)))
        following |= tied
        for part in in_parts(sorted(rivalling | around - tied), AT_ONCE):
            self._decide(part)
        for part in in_parts(sorted(self._followers(following)), AT_ONCE):
            self._decide(part)

    def _alone(
        self, numbers: Sequence[int], rivalling: set[int], following: set[int], turned: set[int]
    ) -> None:
        """Note who has ended, and decide about those who stand alone."""
        connection, judge = self._connection, self._judge
        subjects = load(connection, judge.app.index.keys, numbers)
        decisions.forget(connection, set(numbers) - set(subjects))
        before = decisions.standing(connection, numbers)
        said = stored_subjects.statements_of(connection, numbers)
        alone: list[Judged] = []
        living: dict[int, bool] = {}
        for number, one in subjects.items():
            if one.organisations or one.contested:
                (following if one.organisations else rivalling).add(number)
                facts = judge.facts_of(one, said.get(number, ()), ())
            else:
                judged = judge.judge(one, said.get(number, ()), (), Above())
                alone.append(judged)
                facts = judged.facts
            lives = not_ended(facts, self._today)
            if lives != before[number].living:
                turned.add(number)
                living[number] = lives
        decisions.save_living(connection, living)
        self._remember(alone, before)

    def _followers(self, following: set[int]) -> set[int]:
        """Add everybody who follows, directly or through another, an organisation that may be another one now."""
        seen = set(following)
        left = self._moved | following
        while left:
            members = decisions.members_of(self._connection, sorted(left))
            left = set().union(*members.values()) - seen
            seen |= left
        return seen

    def _decide(self, numbers: Sequence[int]) -> None:
        judged = self._judge.decided(self._connection, numbers)
        self._remember(list(judged.values()), decisions.standing(self._connection, numbers))

    def _remember(self, judged: Sequence[Judged], before: Mapping[int, Standing]) -> None:
        """Put what is new in the index and the ledger, and bring the queue to it."""
        connection, today = self._connection, self._today
        planned = self._planner.take(judged) if self._planner else {}
        asked_again = orders_about.asked_again_on(connection, [one.subject.id for one in judged], today)
        made, entries, changed = [], [], []
        for one in judged:
            number = one.subject.id
            values, present = decision_values(one.decision), bool(one.subject.present)
            digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
            if present and digest != before[number].digest:
                entries.append(("decision", {"subject": number, "on": today.isoformat(), **values}))
                changed.append((number, one.facts, one.follows, one.decision))
                _tell(one, before[number])
            if one.decision != before[number].decision:
                self._moved.add(number)
            waiting, unsettled = planned.get(number, ((), False))
            made.append(
                Decided(
                    subject=number,
                    decision=one.decision,
                    digest=digest if present else before[number].digest,
                    present=present,
                    living=not_ended(one.facts, today),
                    held=any(each.held for each in one.dispositions),
                    asked=bool(one.dispositions),
                    reimported=REIMPORTED in one.subject.doubts,
                    wakes_on=wakes_on(one, self._judge.app.schedule, today, asked_again.get(number)),
                    waiting=[each.values() for each in waiting],
                    unsettled=unsettled,
                )
            )
        decisions.save(connection, made)
        ledger.append_all(connection, self._judge.app.now(), entries)
        history.remember(connection, changed, self._judge.app.schedule, today)
        # Who follows somebody that changed is found on the way, so there may come more than were due.
        self._done += len(judged)
        self._judge.app.came(Step.DECIDE, self._done, max(self._done, self._of))


def _tell(one: Judged, before: Standing) -> None:
    if one.decision.flagged and not before.flagged:
        log.logger().warning(
            "contact.flagged", subject=one.subject.id, decision=one.decision.verdict.value,
            erase_on=str(one.decision.erase_on),
        )  # fmt: skip


def wakes_on(one: Judged, schedule: Schedule, today: date, asked_again: date | None = None) -> date | None:
    """Give the first day after `today` on which something about a subject may change by itself.

    That is its decision, what is asked of a record, whether it has ended as others see it, or an order whose
    window opens or that a person rejected until then (`asked_again`). Rather a day too early than one too late.
    """
    days = [one.decision.next_on, one.own.next_on, asked_again]
    days += (local_date(end, one.zone) for end in one.facts.ended.values() if end)
    days += (
        read_paper(each, schedule).trusted_from for each in one.facts.docs if _has_a_future(each, one, today)
    )
    due = [reason.on for reason in one.decision.reasons if reason.code == DUE and reason.on]
    days += (day - WINDOW for day in (*due, *(each.erase_on for each in one.dispositions)) if day)
    if any(each.erase_on == today for each in one.dispositions):
        # What was withdrawn on an unknown day is due today, every day.
        days.append(plus_days(today, 1))
    return min((day for day in days if day and day > today), default=None)


def _has_a_future(document: Document, one: Judged, today: date) -> bool:
    moments = (document.date, document.settled, document.service_end)
    return any(local_date(moment, one.zone) > today for moment in moments if moment)
