"""Who has been silent for long, for a person to say whether the relationship ended. Nothing follows from it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from syncd.model import local_date

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncd.cycle.decide import Judged
    from syncd.retention import Period


class Silent(NamedTuple):
    """A subject without a known end, its last sign of life, and the day from which its silence counts."""

    judged: Judged
    last_activity: date | None
    since: date


def silent(judged: Iterable[Judged], period: Period, today: date) -> list[Silent]:
    """List subjects without a known end and without a sign of life for more than a period, the longest first.

    Left out: whoever has an open document, which is a sign of life; persons without a role of their own who
    belong to an organisation or gave consent, since no relationship of theirs can end; and whoever's records
    are so new that their silence is not known yet.
    """
    found = [_silence(one) for one in judged if one.subject.present and _could_have_ended(one)]
    return sorted(
        (one for one in found if period.after(one.since) < today),
        key=lambda one: (one.since, one.judged.subject.id),
    )


def _could_have_ended(one: Judged) -> bool:
    facts = one.facts
    if facts.suspended or any(paper.open for paper in facts.docs):
        return False
    if facts.ended:
        return None in facts.ended.values()
    return not one.subject.organisations and not facts.newsletter_consent


def _silence(one: Judged) -> Silent:
    last = one.facts.last_activity
    if last is not None:
        day = local_date(last, one.zone)
        return Silent(one, day, day)
    seen = max(datetime.fromisoformat(each.first_seen) for each in one.subject.present)
    return Silent(one, None, local_date(seen, one.zone))
