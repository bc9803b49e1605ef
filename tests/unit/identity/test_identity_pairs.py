"""Which records are looked at side by side, and which identifiers leave a doubt between subjects."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from syncd.identity import resolve
from syncd.identity.pairing import linkable_pairs, resembling_pairs
from syncd.identity.population import Population
from syncd.model import IdentifierKind, Record
from tests.unit.identity.kit import child, company, contested, group_of, member, person, together

PHONE, IBAN, KVK = "020-1234567", "NL91ABNA0417164300", "12345678"


def people(*records: Record) -> Population:
    """Put records side by side, none of their identifiers shared by too many."""
    return Population(records, is_shared=lambda _key: False)


# --- who shares an identifier ------------------------------------------------------------------------------------


def test_up_to_two_dozen_carriers_are_compared_pair_by_pair() -> None:
    few = people(*(company(key=f"{i:03}", phone=PHONE) for i in range(24)))
    assert linkable_pairs(few) == set(combinations(range(24), 2))
    many = people(*(company(key=f"{i:03}", phone=PHONE) for i in range(25)))
    assert linkable_pairs(many) == set(pairwise(range(25)))


def test_of_more_each_kind_is_compared_within_and_its_first_with_the_firsts_of_others() -> None:
    names = ["De Hoek", "Kant Bakkers"]
    many = people(*(company(key=f"{i:03}", phone=PHONE, name=names[i % 2]) for i in range(26)))
    within = {(i, i + 2) for i in range(24)}
    assert linkable_pairs(many) == within | {(0, 1)}


@pytest.mark.parametrize(("kinds", "pairs"), [(100, 100 * 99 // 2), (101, 0)])
def test_of_more_than_a_hundred_kinds_none_is_compared_with_another(kinds: int, pairs: int) -> None:
    many = people(*(company(key=f"{i:03}", phone=PHONE, name=f"Hoek {i}") for i in range(kinds)))
    assert len(linkable_pairs(many)) == pairs


def test_with_some_owners_named_only_their_pairs_are_given() -> None:
    three = people(*(company(key=f"{i}", phone=PHONE) for i in range(3)))
    assert linkable_pairs(three, {0}) == {(0, 1), (0, 2)}
    assert linkable_pairs(three, {1}) == {(0, 1), (1, 2)}
    assert linkable_pairs(three, {1, 2}) == {(0, 1), (0, 2), (1, 2)}
    assert linkable_pairs(three, set()) == set()


def test_what_only_a_contact_person_has_pairs_nobody() -> None:
    hoek, kant = company(key="1"), company(key="2", phone=PHONE)
    assert linkable_pairs(people(hoek, kant, child(hoek, key="3", phone=PHONE))) == set()


def test_a_reference_pairs_with_the_record_that_it_names() -> None:
    named, naming = company("books", key="12"), company("crm", key="1", reference="books:item:12")
    assert linkable_pairs(people(named, naming)) == {(0, 1)}


def test_who_knows_one_address_alone_is_not_compared_by_it() -> None:
    known = person(key="1", email="j@x.nl", phone=PHONE)
    assert linkable_pairs(people(known, member("j@x.nl"))) == set()


# --- who resembles ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "pairs"), [(1, 0), (2, 1), (12, 66), (13, 0)])
def test_up_to_a_dozen_resemble_each_other(count: int, pairs: int) -> None:
    some = people(*(company(key=f"{i:02}", name="De Hoek") for i in range(count)))
    assert len(resembling_pairs(some)) == pairs


def test_only_records_of_one_kind_resemble_each_other() -> None:
    door = {"street": "Dorpsstraat 12", "postcode": "1234AB"}
    assert resembling_pairs(people(company(**door), person(**door))) == set()
    assert len(resembling_pairs(people(company(**door), company(**door)))) == 1


def test_who_hangs_in_a_circle_of_parents_resembles_nobody() -> None:
    first = company(key="1", name="De Hoek")
    second = child(first, key="2")
    circle = child(second, key="1")
    assert resembling_pairs(people(circle, second, person(key="3"))) == set()


# --- what leaves a doubt ------------------------------------------------------------------------------------------


def test_two_dozen_subjects_are_in_doubt_pair_by_pair_and_more_all_together() -> None:
    few = resolve([company(phone=PHONE) for _ in range(24)])
    assert sorted(one.groups for one in few.contested) == list(combinations(range(24), 2))
    many = resolve([company(phone=PHONE) for _ in range(25)])
    [one] = many.contested
    assert (one.kind, one.groups) == (IdentifierKind.PHONE, tuple(range(25)))


@pytest.mark.parametrize("accounts", [("books", "crm"), ("crm", "books")])
@pytest.mark.parametrize("shared", [{"email": "jan@x.nl"}, {"iban": IBAN}, {"customer_number": "7"}])
def test_what_one_has_only_through_somebody_leaves_a_doubt_where_names_do_not_disagree(
    shared: dict[str, str], accounts: tuple[str, str]
) -> None:
    for theirs, doubt in (("Kant Bakkers", False), ("De Hoek", True), ("", True)):
        hoek, kant = company(accounts[0], name="De Hoek"), company(accounts[1], name=theirs, **shared)
        jan = child(hoek, name="Jan Smit", **shared)
        found = resolve([hoek, kant, jan])
        assert contested(found, hoek, kant) is doubt
        both = child(kant, name="Jan Smit", **shared)
        found = resolve([hoek, company(accounts[1], name=theirs, key=kant.ref.key), jan, both])
        assert contested(found, hoek, kant) is doubt


@pytest.mark.parametrize(
    ("shared", "doubt"),
    [
        ({"email": "info@x.nl"}, True),
        ({"iban": IBAN}, True),
        ({"customer_number": "7"}, True),
        ({"phone": PHONE}, False),
    ],
)
def test_what_both_have_themselves_leaves_a_doubt_whatever_their_names_but_for_a_phone(
    shared: dict[str, str], doubt: bool
) -> None:
    hoek, kant = company(name="De Hoek", **shared), company("books", name="Kant Bakkers", **shared)
    assert contested(resolve([hoek, kant]), hoek, kant) is doubt


def test_a_record_that_another_one_names_is_in_doubt_though_the_names_disagree() -> None:
    named = company("books", key="12", name="De Hoek")
    naming = company(name="Kant Bakkers", reference="books:item:12")
    assert contested(resolve([named, naming]), named, naming)


@pytest.mark.parametrize("shared", [{"iban": IBAN}, {"customer_number": "7"}, {"phone": PHONE}])
def test_between_two_that_contradict_only_an_address_is_in_doubt(shared: dict[str, str]) -> None:
    one = company(name="De Hoek", kvk=KVK, **shared)
    other = company("books", name="De Hoek", kvk="87654321", **shared)
    assert not contested(resolve([one, other]), one, other)
    one = company(name="De Hoek", kvk=KVK, email="info@x.nl")
    other = company("books", name="De Hoek", kvk="87654321", email="info@x.nl")
    assert contested(resolve([one, other]), one, other)


def test_one_record_in_doubt_is_enough_for_a_whole_group() -> None:
    named = company(name="De Hoek", kvk=KVK, iban=IBAN, phone=PHONE)
    nameless = company("books", kvk=KVK, iban=IBAN, phone=PHONE)
    other = company("shop", name="Kant Bakkers", phone=PHONE)
    found = resolve([named, nameless, other])
    assert together(found, named, nameless)
    assert contested(found, named, other)
    assert not contested(resolve([named, other]), named, other)


def test_a_doubt_is_told_once_with_its_groups_in_their_order() -> None:
    shared = {"email": "info@x.nl", "iban": IBAN}
    one, other = company("a", name="De Hoek", **shared), company("b", name="Kant Bakkers", **shared)
    found = resolve([other, one])
    assert [(doubt.kind, doubt.groups) for doubt in found.contested] == [
        (IdentifierKind.EMAIL, (group_of(found, one), group_of(found, other))),
        (IdentifierKind.IBAN, (group_of(found, one), group_of(found, other))),
    ]
