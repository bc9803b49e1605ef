"""Who left an organisation that goes on: the person goes, the organisation stays (art. 17(1)(a) GDPR)."""

from __future__ import annotations

from typing import Any

import pytest

from syncd.model import Decision, Event, EventKind, Record, RecordRef, Role, SubjectKind, Verdict
from syncd.retention import Facts, Statement, decide, fields_digest, follow, followed_of, gather
from tests.unit.retention.kit import SCHEDULE, day, doc

TODAY = day("2026-11-22")
FIRM, SHOP = RecordRef("crm", "item", "10"), RecordRef("crm", "item", "20")
FIRM_IN_BOOKS = RecordRef("books", "contact", "7")
NUMBERS = {FIRM: 1, FIRM_IN_BOOKS: 1, SHOP: 2}
AT_FIRM, AT_SHOP = RecordRef("crm", "item", "11"), RecordRef("crm", "item", "21")
AT_FIRM_IN_BOOKS = RecordRef("books", "contact_person", "8")
LEFT = Event(EventKind.ENDED, day("2026-10-25"), origin="left_on")


def shows(ref: RecordRef, *organisations: RecordRef, **more: Any) -> Record:
    return Record(
        ref, "1", SubjectKind.PERSON, frozenset({"contact_details"}), member_of=organisations, **more
    )


def facts(records: list[Record], *events: tuple[RecordRef, Event], **more: Any) -> Facts:
    return gather(
        events=events, records=records, documents=(), schedule=SCHEDULE, today=TODAY, organisations=NUMBERS,
        **more,
    )  # fmt: skip


def person(known: Facts, **organisations: Facts) -> Decision:
    decided = {int(name[1:]): decide(one, SCHEDULE, TODAY) for name, one in organisations.items()}
    followed = followed_of(decided, known.left, SCHEDULE, TODAY)
    own = decide(known, SCHEDULE, TODAY)
    return follow(own, followed, TODAY, SCHEDULE) if followed else own


ACTIVE = Facts(ended={"customer": None})
GONE = Facts(ended={"customer": day("2026-09-01")})


def test_who_left_goes_four_weeks_later_and_who_did_not_stays() -> None:
    left = facts([shows(AT_FIRM, FIRM)], (AT_FIRM, LEFT))
    assert (dict(left.ended), dict(left.left), left.doubts) == ({}, {1: day("2026-10-25")}, ())
    decided = person(left, _1=ACTIVE)
    assert (decided.verdict, decided.erase_on) == (Verdict.ERASE, TODAY)
    there = facts([shows(AT_FIRM, FIRM)])
    assert (there.left, person(there, _1=ACTIVE).verdict) == ({}, Verdict.KEEP)


def test_who_left_has_left_also_when_the_record_that_said_so_was_erased_first() -> None:
    mailed = shows(RecordRef("news", "member", "1"))
    known = facts([mailed], (AT_FIRM, LEFT), gone=[shows(AT_FIRM, FIRM)])
    assert person(known, _1=ACTIVE).verdict is Verdict.ERASE
    assert person(facts([mailed], (AT_FIRM, LEFT)), _1=ACTIVE).verdict is Verdict.KEEP


def test_an_end_to_come_is_a_plan() -> None:
    soon = facts([shows(AT_FIRM, FIRM)], (AT_FIRM, Event(EventKind.ENDED, day("2026-12-31"))))
    decided = person(soon, _1=ACTIVE)
    assert (decided.verdict, decided.erase_on) == (Verdict.KEEP, day("2027-01-28"))


def test_of_two_organisations_only_the_one_that_was_left_is_over() -> None:
    both = [shows(AT_FIRM, FIRM), shows(AT_SHOP, SHOP)]
    known = facts(both, (AT_FIRM, LEFT))
    assert dict(known.left) == {1: day("2026-10-25")}
    assert person(known, _1=ACTIVE, _2=ACTIVE).verdict is Verdict.KEEP
    assert person(known, _1=ACTIVE, _2=GONE).verdict is Verdict.ERASE
    assert person(known, _1=GONE, _2=ACTIVE).verdict is Verdict.KEEP


def test_with_the_organisation_or_before_it_whichever_is_first() -> None:
    known = facts([shows(AT_FIRM, FIRM)], (AT_FIRM, LEFT))
    assert person(known, _1=GONE).erase_on == day("2026-09-29")
    later = Facts(ended={"customer": day("2026-11-20")})
    assert person(known, _1=later).erase_on == TODAY
    owing = Facts(ended=GONE.ended, docs=(doc("sales_invoice", "2026-08-01", open=True),))
    assert person(known, _1=owing).verdict is Verdict.ERASE, "its claim is none on who left"


def test_a_stop_of_the_organisation_stops_who_left_too() -> None:
    known = facts([shows(AT_FIRM, FIRM)], (AT_FIRM, LEFT))
    stopped = Facts(ended=GONE.ended, suspended=True)
    assert person(known, _1=stopped).verdict is Verdict.SUSPEND


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_left_by_one_record_and_still_there_by_another_goes_to_a_person(order: tuple[int, ...]) -> None:
    both = [shows(AT_FIRM, FIRM), shows(AT_FIRM_IN_BOOKS, FIRM_IN_BOOKS)]
    known = facts([both[place] for place in order], (AT_FIRM, LEFT))
    assert (dict(known.left), known.doubts) == ({1: None}, ("left_and_still_there",))
    assert person(known, _1=ACTIVE).verdict is Verdict.REVIEW
    assert person(known, _1=GONE).verdict is Verdict.REVIEW
    # Whoever is somewhere else beyond doubt is kept without a question.
    elsewhere = facts([*both, shows(AT_SHOP, SHOP)], (AT_FIRM, LEFT))
    assert person(elsewhere, _1=ACTIVE, _2=ACTIVE).verdict is Verdict.KEEP
    agreed = facts(both, (AT_FIRM, LEFT), (AT_FIRM_IN_BOOKS, Event(EventKind.ENDED, day("2026-10-26"))))
    assert (dict(agreed.left), agreed.doubts) == ({1: day("2026-10-26")}, ())


def test_a_person_says_which_is_right() -> None:
    both = [shows(AT_FIRM, FIRM), shows(AT_FIRM_IN_BOOKS, FIRM_IN_BOOKS), shows(AT_SHOP, SHOP)]
    fields = [(AT_FIRM, LEFT)]
    digest = fields_digest(fields)
    ended = Statement(Event(EventKind.ENDED, day("2026-10-01")), digest)
    known = facts(both, *fields, statements=[ended])
    assert (dict(known.left), known.doubts) == ({1: day("2026-10-01"), 2: day("2026-10-01")}, ())
    sooner = Statement(Event(EventKind.ENDED, day("2026-09-15")), digest)
    assert dict(facts(both, *fields, statements=[sooner, ended]).left)[1] == day("2026-10-01")
    assert dict(facts(both, *fields, statements=[ended, sooner]).left)[1] == day("2026-09-15")
    back = Statement(Event(EventKind.RESUMED, day("2026-11-01")), digest)
    known = facts(both, *fields, statements=[back])
    assert (dict(known.left), known.doubts, dict(known.ended)) == ({}, (), {})
    before = Statement(Event(EventKind.RESUMED, day("2026-10-24")), digest)
    assert facts(both, *fields, statements=[before]).doubts == ("left_and_still_there",)


def test_without_a_date_nobody_left() -> None:
    known = facts([shows(AT_FIRM, FIRM)], (AT_FIRM, Event(EventKind.ENDED, None)))
    assert (dict(known.left), known.doubts) == ({}, ("unknown_end_date",))
    half = facts([shows(AT_FIRM, FIRM)], (AT_FIRM, Event(EventKind.ENDED, None)), (AT_FIRM, LEFT))
    assert (dict(half.left), half.doubts) == ({1: None}, ("left_and_still_there", "unknown_end_date"))


def test_an_end_of_somebody_with_a_role_is_the_end_of_that_role() -> None:
    customer = Event(EventKind.ROLE, role=Role.CUSTOMER)
    known = facts([shows(AT_FIRM, FIRM)], (AT_FIRM, customer), (AT_FIRM, LEFT))
    assert (dict(known.left), dict(known.ended)) == ({}, {"customer": day("2026-10-25")})
    assert person(known, _1=ACTIVE).verdict is Verdict.KEEP


def test_an_organisation_that_nobody_knows_was_not_left() -> None:
    known = facts([shows(AT_FIRM, RecordRef("crm", "item", "99"))], (AT_FIRM, LEFT))
    assert (dict(known.left), dict(known.ended)) == ({}, {"customer": day("2026-10-25")})


def test_the_end_of_a_subscription_is_no_leaving() -> None:
    unsubscribed = Event(EventKind.ENDED, day("2026-10-25"), Role.SUBSCRIBER)
    assert facts([shows(AT_FIRM, FIRM)], (AT_FIRM, unsubscribed)).left == {}


def test_whoever_came_back_on_the_day_they_left_is_there() -> None:
    back = Event(EventKind.RESUMED, LEFT.on)
    known = facts([shows(AT_FIRM, FIRM)], (AT_FIRM, LEFT), (AT_FIRM, back))
    assert (dict(known.left), dict(known.ended)) == ({}, {})


def test_where_no_organisation_is_known_an_end_is_the_own_one() -> None:
    known = gather(
        events=[(AT_FIRM, LEFT)], records=[shows(AT_FIRM, FIRM)], documents=(), schedule=SCHEDULE, today=TODAY
    )
    assert dict(known.ended) == {"customer": day("2026-10-25")}
