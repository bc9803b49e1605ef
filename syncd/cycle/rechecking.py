"""Deciding some subjects from scratch, and comparing: what is stored must be what the facts say.

It is no part of how decisions are made, and finds nothing as long as every change has its subjects decided again.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from math import ceil
from typing import TYPE_CHECKING

from syncd import log
from syncd.cycle.deciding import decide_due
from syncd.cycle.facts import not_ended
from syncd.cycle.subject import AT_ONCE
from syncd.index import decisions, store
from syncd.index.many import in_parts
from syncd.report.attention import Attention

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from syncd.cycle.app import App
    from syncd.cycle.decide import Judge
    from syncd.cycle.plan import Planner

SAMPLE = 500
"""Subjects decided from scratch at once; the next time others, until everybody was."""
EVERY = timedelta(days=7)
DIFFERED = "decisions_differed"

_CHECKED = "decisions_checked"


def decide_and_check(app: App, connection: Connection, today: date, planner: Planner) -> Judge:
    """Decide about whom something changed for and, once a week, decide a sample from scratch as well.

    Where that differs from what is stored, everybody is decided again and a person is told.
    """
    judge = decide_due(app, connection, today, planner)
    last = store.remembered(connection, _CHECKED)
    if last is not None and date.fromisoformat(last) <= today < date.fromisoformat(last) + EVERY:
        return judge
    store.remember(connection, _CHECKED, today.isoformat())
    found = differing(judge, connection)
    store.remember(
        connection, DIFFERED, json.dumps({"on": today.isoformat(), "count": len(found)} if found else {})
    )
    if not found:
        return judge
    log.logger().error("decisions.differ", count=len(found))
    decisions.mark_all_dirty(connection)
    return decide_due(app, connection, today, planner)


def differing(judge: Judge, connection: Connection) -> list[int]:
    """Give those of today's sample of which something else is stored than their facts come to.

    Those that the next run decides again in any case are left out.
    """
    everybody = decisions.everybody(connection)
    share = max(1, ceil(len(everybody) / SAMPLE))
    expected = set(decisions.due(connection, judge.today))
    chosen = [one for one in everybody[judge.today.toordinal() % share :: share] if one not in expected]
    found = []
    for part in in_parts(chosen, AT_ONCE):
        stored = decisions.standing(connection, part)
        for number, one in judge.from_scratch(connection, part).items():
            known = stored[number]
            # Of one whose last record is gone nothing is remembered once its facts are forgotten.
            if one.subject.present and (known.decision, known.living) != (
                one.decision,
                not_ended(one.facts, judge.today),
            ):
                found.append(number)
    return found


def attention(connection: Connection) -> list[Attention]:
    """Say that stored decisions were not what the facts said, until a week later they are."""
    told = json.loads(store.remembered(connection, DIFFERED) or "{}")
    if not told:
        return []
    return [Attention.about("decisions_differ", day=str(told["on"]), count=int(told["count"]))]
