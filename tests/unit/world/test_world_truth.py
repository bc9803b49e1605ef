"""The truth of the world is right, and can be found by somebody who has only the records."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.testing.world import TrueSubject, World, expected_outcomes, make_world
from tests.unit.world.judge import Judgement, judge_all, outcomes
from tests.unit.world.records import SHARED_BY_MANY, Index, owners, strong_of_contact, strong_of_item

TODAY = date(2026, 11, 24)

WORLDS = [
    (1, 2000, TODAY),
    (2, 400, date(2027, 1, 1)),
    (3, 400, date(2028, 2, 29)),
    (4, 400, date(2026, 12, 31)),
    (5, 400, date(2026, 3, 29)),  # clocks go forward
    (6, 400, date(2026, 10, 25)),  # and back
]

SHARING = {"became_company", "reused_phone", "spouses_one_email"}

DECISIONS = {
    "running": {"keep"},
    "ended_no_documents": {"erase"},
    "phone_only": {"erase"},
    "ended_held": {"erase"},
    "ended_hold_over": {"erase"},
    "ended_recently": {"schedule"},
    "ended_today_minus_28": {"erase"},
    "ends_in_future": {"keep"},
    "resumed": {"keep"},
    "open_invoice": {"suspend"},
    "open_old_invoice": {"review"},
    "new_work_after_end": {"review"},
    "winding_up_invoice": {"erase"},
    "accepted_estimate_hold": {"erase"},
    "draft_only": {"erase"},
    "recurring_running": {"review"},
    "customer_and_supplier_one_ended": {"keep"},
    "both_ended_latest_counts": {"schedule"},
    "two_items_two_ends": {"erase"},
    "end_1970": {"review"},
    "silent": {"review"},
    "books_only": {"keep"},
    "namesakes": {"keep", "erase"},
    "shared_bookkeeper_address": {"keep", "erase"},
    "father_and_son": {"keep", "erase"},
    "twins": {"keep", "erase"},
    "spouses_one_email": {"keep", "erase", "review"},
    "person_at_two_companies": {"keep", "erase"},
    "became_company": {"keep", "review"},
    "reused_phone": {"keep", "erase"},
    "sole_trader": {"keep", "erase"},
    "supplier": {"keep", "erase"},
    "private_customer": {"keep", "erase"},
    "two_contacts": {"erase"},
    "newsletter_only_consent": {"keep"},
    "newsletter_only_no_proof": {"keep"},
    "newsletter_only_unsubscribed_old": {"erase"},
    "newsletter_only_unsubscribed_recent": {"schedule"},
    "unsubscribed_without_feed": {"erase"},
    "unsubscribed_near_midnight": {"erase", "schedule"},
    "unsubscribed_customer": {"keep"},
    "member_of_ended_company": {"erase"},
    "two_audiences": {"keep", "erase"},
    "archived_contact": {"erase"},
    "direct_debit_mandate": {"erase"},
    "paid_after_end": {"schedule"},
    "written_off": {"erase"},
    "prepaid_service_running": {"keep"},
    "recurring_stopped": {"erase"},
    "resumed_then_ended": {"erase"},
    "prospect_ended": {"erase"},
    "ended_in_books_only": {"erase"},
    "minimised_earlier": {"hold"},
    "two_items_one_open": {"keep"},
    "two_branches": {"keep"},
    "quote_ran_out": {"review"},
    "impossible_date": {"review"},
    "unreadable_end": {"review"},
}


@cache
def world(seed: int, size: int, today: date) -> World:
    return make_world(seed, size, today)


@pytest.fixture(params=WORLDS, ids=lambda args: f"{args[1]} on {args[2]}")
def one(request: pytest.FixtureRequest) -> World:
    return world(*request.param)


def test_a_second_judge_agrees_about_every_subject(one: World) -> None:
    disagreed = [
        (subject.trap, said, judged)
        for subject, judged in zip(one.subjects, judge_all(one), strict=True)
        if (said := claimed(subject)) != visible(judged)
    ]
    assert not disagreed, disagreed[:5]


@given(seed=st.integers(0, 2**32), today=st.dates(date(2021, 1, 1), date(2035, 12, 31)))
@settings(max_examples=8)
def test_a_second_judge_agrees_on_any_day(seed: int, today: date) -> None:
    made = make_world(seed, 120, today)
    assert [claimed(subject) for subject in made.subjects] == [visible(judged) for judged in judge_all(made)]
    assert expected_outcomes(made) == outcomes(made)


def claimed(subject: TrueSubject) -> tuple[object, ...]:
    return subject.decision, subject.erase_on, subject.flagged, subject.partial, subject.hold_until


def visible(judged: Judgement) -> tuple[object, ...]:
    return judged.decision, judged.erase_on, judged.flagged, judged.partial, judged.hold_until


def test_a_second_judge_agrees_about_every_record(one: World) -> None:
    said = expected_outcomes(one)
    assert {key: outcome for key, outcome in outcomes(one).items() if outcome != said[key]} == {}


def test_due_means_that_something_goes(one: World) -> None:
    for subject in one.subjects:
        assert subject.due == any(record.outcome != "unchanged" for record in subject.records)


def test_every_class_has_the_decisions_that_its_name_promises() -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for subject in world(1, 2000, TODAY).subjects:
        found[subject.trap].add(subject.decision)
    assert found == DECISIONS


def test_only_the_classes_that_say_so_share_an_identifier_with_another_subject(one: World) -> None:
    for identifier, sharing in owners(one).items():
        traps = {one.subjects[at].trap for at in sharing}
        if len(sharing) > SHARED_BY_MANY:
            assert traps == {"shared_bookkeeper_address"}, identifier
        elif len(sharing) > 1:
            assert traps <= SHARING, identifier


def test_a_bookkeepers_address_stands_on_more_than_a_few_clients(one: World) -> None:
    addresses = [sharing for sharing in owners(one).values() if len(sharing) > SHARED_BY_MANY]
    assert addresses
    for sharing in addresses:
        ends = {one.subjects[at].ended_on is None for at in sharing}
        assert ends == {True, False}


def test_records_of_one_company_share_enough_to_be_linked(one: World) -> None:
    index = Index(one)
    hard = linked = 0
    for subject in one.subjects:
        facts = index.facts(subject)
        carried = [strong_of_item(item) for item in facts.items]
        carried += [strong_of_contact(contact) for contact in facts.contacts]
        names = [item.name for item in facts.items]
        names += [contact.company_name or contact.lastname for contact in facts.contacts]
        for other, name in zip(carried[1:], names[1:], strict=True):
            shared = carried[0] & other
            alike = bare_name(names[0]) == bare_name(name)
            linked += 1
            hard += not alike
            assert len(shared) >= (1 if alike else 2), (subject.trap, shared)
    assert linked > 50
    assert hard


def bare_name(name: str) -> str:
    letters = re.sub(r"[^a-z\u00df-\u024f&' ]", "", name.lower().replace(".", ""))
    return re.sub(r" (bv|nv|vof)$", "", letters)


def test_no_two_records_of_one_company_contradict_each_other(one: World) -> None:
    index = Index(one)
    for subject in one.subjects:
        facts = index.facts(subject)
        for kind in ("kvk", "vat"):
            values = {
                identifier
                for carried in (
                    *map(strong_of_item, facts.items),
                    *map(strong_of_contact, facts.contacts),
                )
                for identifier in carried
                if identifier.startswith(kind)
            }
            assert len(values) <= 1


def test_every_membership_can_be_traced_to_its_subject(one: World) -> None:
    """Its address is on another record of its subject, or belongs to nobody else in particular."""
    index = Index(one)
    owned = owners(one)
    for at, subject in enumerate(one.subjects):
        facts = index.facts(subject)
        known = {p.email.lower() for contact in facts.contacts for p in contact.people}
        for member in facts.members:
            address = member.email.lower()
            holders = owned.get(f"mail {address}", set())
            alone = not (facts.items or facts.persons or facts.contacts)
            nobody_else = not holders or len(holders) > SHARED_BY_MANY or subject.trap == "spouses_one_email"
            assert at in holders or address in known or (alone and nobody_else)


def test_namesakes_are_two_companies_with_one_name_in_one_town() -> None:
    one = world(1, 2000, TODAY)
    index = Index(one)
    pairs: dict[str, list[TrueSubject]] = defaultdict(list)
    for subject in one.subjects:
        if subject.trap == "namesakes":
            pairs[subject.name].append(subject)
    assert len(pairs) >= 9
    for pair in pairs.values():
        items = [index.facts(subject).items[0] for subject in pair]
        assert len({re.sub(r"\D", "", item.kvk) for item in items}) == len(items)
        assert {subject.decision for subject in pair} == {"keep", "erase"}


def test_fathers_and_sons_have_one_name_and_two_birth_dates() -> None:
    one = world(1, 2000, TODAY)
    index = Index(one)
    born: dict[str, list[date]] = defaultdict(list)
    for subject in one.subjects:
        if subject.trap == "father_and_son" and subject.follows:
            (person,) = index.facts(subject).persons
            assert person.birth_date
            born[subject.name].append(person.birth_date)
    assert len(born) >= 9
    assert all(max(dates) - min(dates) > timedelta(days=20 * 365) for dates in born.values())


def test_a_withdrawal_near_midnight_counts_for_the_next_day_in_amsterdam() -> None:
    one = world(1, 2000, TODAY)
    index = Index(one)
    late = [subject for subject in one.subjects if subject.trap == "unsubscribed_near_midnight"]
    for subject in late:
        (member,) = index.facts(subject).members
        assert member.unsubscribed_at
        assert subject.ended_on == member.unsubscribed_at.date() + timedelta(days=1)
    assert {subject.decision for subject in late} == {"erase", "schedule"}


def test_the_second_judge_notices_a_truth_that_is_wrong() -> None:
    """A control: another day makes the same records mean something else."""
    one = world(2, 400, date(2027, 1, 1))
    later = World(
        one.seed, one.size, one.today + timedelta(days=28), one.books, one.crm, one.news, one.subjects
    )
    wrong = [
        subject.trap
        for subject, judged in zip(later.subjects, judge_all(later), strict=True)
        if claimed(subject) != visible(judged)
    ]
    assert "ended_recently" in wrong
    assert "running" not in wrong
