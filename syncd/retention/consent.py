"""Consent to the newsletter: given, withdrawn, given again, as each record tells it."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, NamedTuple

from syncd.model import Event, EventKind, Moment, Record, RecordRef, Role
from syncd.retention.periods import calendar_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from zoneinfo import ZoneInfo


class Consent(NamedTuple):
    """What one record says about consent to the newsletter.

    `standing`: given and not withdrawn since. `withdrawn`: withdrawn and not given again since, on
    `withdrawn_on` (None when the date is not known). `doubtful`: both happened, and which came last is not
    known.
    """

    standing: bool = False
    withdrawn: bool = False
    withdrawn_on: date | None = None
    doubtful: bool = False


def consent_of(seen: Iterable[Event], zone: ZoneInfo) -> Consent:
    """Read consent from one record's events: what happened last counts (art. 7(3) GDPR).

    Two times of one day are in their order. Where one of them is a date only, or both are the same moment,
    nothing says that consent came after its withdrawal, and who asks others for it must prove it (art. 7(1)).
    """
    events = tuple(seen)
    given = [event.on for event in events if _gives_consent(event)]
    withdrawn = [event.on for event in events if _withdraws_consent(event)]
    last_withdrawn = max((calendar_date(on, zone) for on in withdrawn if on), default=None)
    if not given or not withdrawn:
        return Consent(bool(given), bool(withdrawn), last_withdrawn)
    if None in given or None in withdrawn:
        return Consent(doubtful=True)
    last_given = max(_moment(on, zone, time.min) for on in given if on)
    if all(last_given > _moment(on, zone, time.max) for on in withdrawn if on):
        return Consent(standing=True)
    return Consent(withdrawn=True, withdrawn_on=last_withdrawn)


def _moment(on: Moment, zone: ZoneInfo, when: time) -> datetime:
    """Give a moment that can be compared; a date is the time `when` of its day in the zone."""
    if not isinstance(on, datetime):
        return datetime.combine(on, when, zone)
    return on if on.tzinfo else on.replace(tzinfo=zone)


def _gives_consent(event: Event) -> bool:
    return event.kind is EventKind.CONSENT_GIVEN or (
        event.kind is EventKind.ROLE and event.role is Role.SUBSCRIBER
    )


def _withdraws_consent(event: Event) -> bool:
    return event.kind is EventKind.CONSENT_WITHDRAWN or (
        event.kind is EventKind.ENDED and event.role is Role.SUBSCRIBER
    )


def end_of_consent(
    consents: Mapping[RecordRef, Consent], records: Sequence[Record]
) -> tuple[dict[str, date | None], set[str]]:
    """For somebody who only ever subscribed, the consent is the relationship, and its withdrawal the end.

    Only when every record withdrew it: one that says nothing about consent is there for another reason.
    """
    refs = {record.ref for record in records}
    own = {record.ref for record in records if record.parent not in refs}
    withdrawn = {ref for ref, consent in consents.items() if consent.withdrawn}
    if not withdrawn or own - withdrawn or any(consent.standing for consent in consents.values()):
        return {}, set()
    days = [consent.withdrawn_on for consent in consents.values() if consent.withdrawn_on]
    if not days:
        return {}, {"unknown_withdrawal_date"}
    return {Role.SUBSCRIBER.value: max(days)}, set()
