"""All records side by side: who owns whom, who carries what, and what is shared by too many to say anything."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.identity.population import SHARED_ABOVE, Population, is_email
from syncd.model import RecordRef, SubjectKind
from tests.unit.identity.kit import child, company, employee, person

MAIL = {"email": "info@x.nl"}
KEY = "email:info@x.nl"
NAMES = ["Aap Bouw", "Noot Zorg", "Mies Kunst", "Wim Reizen", "Zus Muziek"]


def shared(*records: object) -> bool:
    """Tell whether the address is shared by too many of these records."""
    return KEY in Population(records).shared_by_many  # type: ignore[arg-type]


# --- owners -------------------------------------------------------------------------------------------------------


def test_what_hangs_on_a_record_is_owned_by_the_one_at_the_top() -> None:
    top = company("books", key="1")
    below = child(top, key="2")
    deepest = child(below, key="3")
    people = Population([deepest, below, top])
    assert people.refs == [top.ref]
    assert people.owner == {top.ref: 0, below.ref: 0, deepest.ref: 0}
    assert sorted(people.records[0]) == [top.ref, below.ref, deepest.ref]
    assert {one.ref for one in people.children[0]} == {below.ref, deepest.ref}
    assert people.parents == {below.ref: top.ref, deepest.ref: below.ref}
    assert people.known == [True]
    assert people.shown(0) == top.ref


def test_a_parent_that_was_not_given_owns_its_children_and_is_of_their_kind() -> None:
    missing = company("books", key="1")
    jan, marie = child(missing, key="2", **MAIL), child(missing, key="3")
    people = Population([marie, jan])
    assert people.refs == [missing.ref]
    assert people.known == [False]
    assert people.shown(0) == jan.ref
    assert people.facts[0].kind is SubjectKind.PERSON
    assert people.organisations == [frozenset()]
    other = replace(company("books", key="4"), parent=missing.ref)
    assert Population([jan, other]).facts[0].kind is SubjectKind.ORGANISATION


def test_in_a_circle_of_parents_the_smallest_owns_all() -> None:
    refs = [RecordRef("books", "item", key) for key in "123"]
    one, two, three = (
        replace(company("books", key=ref.key), parent=parent)
        for ref, parent in zip(refs, (refs[1], refs[2], refs[1]), strict=True)
    )
    assert set(Population([one, two, three]).owner.values()) == {0}
    assert Population([one, two, three]).refs == [refs[1]]


def test_of_two_versions_of_one_record_the_later_is_read() -> None:
    old = company("books", key="1", name="De Hoek")
    new = replace(company("books", key="1", name="Kant"), version="2")
    for some in ([old, new], [new, old]):
        assert Population(some).facts[0].company.called == "kant"


def test_only_memberships_of_organisations_that_are_there_count() -> None:
    hoek, gone = company(key="1"), company(key="0")
    jan = employee(hoek, gone, name="Jan Smit")
    people = Population([hoek, jan])
    assert people.organisations[people.owner[jan.ref]] == {people.owner[hoek.ref]}


# --- carriers -----------------------------------------------------------------------------------------------


def test_an_owner_carries_what_it_or_its_children_have_once() -> None:
    hoek, kant = company("books", key="1", **MAIL), company("books", key="2")
    jan, marie = child(kant, key="3", **MAIL), child(kant, key="4", **MAIL)
    people = Population([hoek, kant, jan, marie])
    assert people.carriers == {KEY: [0, 1]}
    assert [one.ref for one in people.carrying(0, KEY)] == [hoek.ref]
    assert {one.ref for one in people.carrying(1, KEY)} == {jan.ref, marie.ref}
    assert Population([hoek]).carriers == {}
    assert Population([kant, jan, marie]).carriers == {}


def test_who_is_named_by_a_reference_carries_it_too_and_once() -> None:
    named = company("books", key="1")
    naming = company("crm", key="2", reference="books:item:1")
    assert Population([named, naming]).carriers == {"reference:books:item:1": [0, 1]}
    itself = company("books", key="1", reference="books:item:1")
    assert Population([itself, naming]).carriers == {"reference:books:item:1": [0, 1]}
    assert Population([named]).carriers == {}


def test_identifiers_that_say_something_are_given_in_order_and_those_of_some_owners_alone() -> None:
    both = {**MAIL, "phone": "020-1234567"}
    people = Population([company("a", **both), company("b", **both), company("c", phone="020-1234567")])
    phone = ("phone:+31201234567", [0, 1, 2])
    assert list(people.strong_carriers()) == [(KEY, [0, 1]), phone]
    assert list(people.strong_carriers({2})) == [phone]
    assert list(people.strong_carriers({0})) == [(KEY, [0, 1]), phone]
    assert list(people.strong_carriers(set())) == []
    known = Population([company("a", **both), company("b", **both)], is_shared=lambda key: key == KEY)
    assert [key for key, _ in known.strong_carriers()] == ["phone:+31201234567"]


# --- shared by many -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [company, person])
def test_an_address_is_shared_by_many_when_more_than_three_disagree(kind: type) -> None:
    names = NAMES if kind is company else ["Jan Smit", "Piet Bos", "Kim Vos", "Els Mol", "Bo Das"]
    some = [kind(name=name, **MAIL) for name in names]
    assert not shared(*some[:SHARED_ABOVE])
    assert shared(*some[: SHARED_ABOVE + 1])
    assert shared(*some)


def test_those_who_may_be_one_count_once() -> None:
    spellings = ["Hoek Bouw", "Hoek Bouw B.V.", "HOEK BOUW", "Hoek Bouwbedrijf", "Hoek Bouw Nederland"]
    assert not shared(*(company(name=name, **MAIL) for name in spellings))
    assert not shared(*(company(name=name, **MAIL) for name in (*spellings, *NAMES[:2])))
    assert shared(*(company(name=name, **MAIL) for name in (*spellings, *NAMES[:3])))


def test_one_registration_is_one_whatever_the_names_and_two_are_two() -> None:
    assert not shared(*(company(name=name, kvk="12345678", **MAIL) for name in NAMES))
    assert shared(*(company(name="De Hoek", kvk=f"{12345670 + i}", **MAIL) for i in range(4)))
    assert shared(*(company(kvk=f"{12345670 + i}", **MAIL) for i in range(4)))


def test_who_says_neither_name_nor_registration_does_not_count() -> None:
    assert not shared(*(company(**MAIL) for _ in range(9)))
    assert not shared(
        *(company(name=name, **MAIL) for name in NAMES[:3]), *(company(**MAIL) for _ in range(9))
    )


def test_persons_and_organisations_count_together() -> None:
    two = [company(name=name, **MAIL) for name in NAMES[:2]]
    jan, piet = person(name="Jan Smit", **MAIL), person(name="Piet Bos", **MAIL)
    assert not shared(*two, jan)
    assert shared(*two, jan, piet)


def test_people_count_as_the_organisation_that_they_belong_to() -> None:
    hoek = company(key="1", name="De Hoek", **MAIL)
    people = [employee(hoek, name=name, **MAIL) for name in ("Jan Smit", "Piet Bos", "Kim Vos", "Els Mol")]
    assert not shared(hoek, *people)
    gone = [replace(one, member_of=(RecordRef("crm", "item", "gone"),)) for one in people]
    assert shared(hoek, *gone)
    many = [company(key=str(i), name=name) for i, name in enumerate(NAMES)]
    assert shared(*many, *(employee(one, name="Jan Smit", **MAIL) for one in many))


def test_what_many_share_never_becomes_telling_again_by_one_more() -> None:
    some = [company(name=name, **MAIL) for name in NAMES]
    for _ in range(5):
        some.append(company(name=NAMES[0], **MAIL))
        assert shared(*some)


def test_an_address_is_an_address() -> None:
    assert is_email(KEY)
    assert not is_email("phone:+31201234567")
