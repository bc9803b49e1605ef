"""What cannot be read for certain contradicts another value: it forbids a link, and never makes one."""

from __future__ import annotations

import pytest

from syncd.identity import resolve
from syncd.identity.apart import only_apart, told_apart
from syncd.identity.facts import read
from syncd.identity.normalising import LONGEST
from syncd.identity.placeholders import nobodys_phone
from syncd.model import Identifier, IdentifierKind
from tests.unit.identity.kit import company, linked, member, person, proposed, together

JAN = {"name": "Jan Bakker", "phone": "06-23456781"}
HOEK = {"name": "De Hoek", "email": "info@hoek.example"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3 april 1950", "1980-04-03"),
        ("03-04-50", "03-04-80"),
        ("1950", "1980"),
        ("1950", "1980-04-03"),
        ("18356", "29314"),
        ("1950-00-00", "1980-04-03"),
        ("31-02-1950", "1980-04-03"),
        ("031950", "041980"),
    ],
)
def test_other_dates_of_birth_contradict_however_they_are_spelled(one: str, other: str) -> None:
    ours, theirs = person("books", birth_date=one, **JAN), person("crm", birth_date=other, **JAN)
    assert not linked(ours, theirs)
    assert proposed(resolve([ours, theirs]), ours, theirs)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3 april 1950", "1950-04-03"),
        ("03-04-50", "1950-04-03"),
        ("18356", "1950-04-03"),
        ("1950", "1950-04-03"),
        ("1950-00-00", "1950"),
        ("031950", "031950"),
        ("onbekend", "1980-04-03"),
        ("n.v.t.", "1980-04-03"),
        ("-", "1980-04-03"),
        ("0000-00-00", "1980-04-03"),
        ("1900-01-01", "1980-04-03"),
    ],
)
def test_what_may_be_one_date_and_what_says_nothing_does_not_contradict(one: str, other: str) -> None:
    assert linked(person("books", birth_date=one, **JAN), person("crm", birth_date=other, **JAN))


@pytest.mark.parametrize("part", ["1950", "1950-04", "031950"])
def test_half_a_date_in_common_is_no_date_of_birth_in_common(part: str) -> None:
    house = {"phone": "030-2345671", "birth_date": part}
    anna, by_marriage = ({"given_name": "Anna", "family_name": name} for name in ("Bakker", "Visser"))
    assert not linked(person("books", **anna, **house), person("crm", **by_marriage, **house))
    whole = house | {"birth_date": "1950-04-03"}
    assert linked(person("books", **anna, **whole), person("crm", **by_marriage, **whole))


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("kvk", "2345678", "92345678"),
        ("kvk", "123456789", "87654321"),
        ("kvk", "12345678; 23456789", "87654321"),
        ("vat", "BE0496159354", "BE0731884290"),
        ("vat", "NL123456788B01", "NL004495445B01"),
        ("vat", "FR76851754661", "FR82415804750"),
    ],
)
def test_another_registration_contradicts_also_where_it_fails_its_check(
    kind: str, one: str, other: str
) -> None:
    ours, theirs = company("books", **{kind: one}, **HOEK), company("crm", **{kind: other}, **HOEK)
    assert not linked(ours, theirs)
    assert proposed(resolve([ours, theirs]), ours, theirs)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("kvk", "2345678", "02345678"),
        ("kvk", "12345678; 23456789", "23456789"),
        ("kvk", "12345", "87654321"),
        ("kvk", "000012345678", "87654321"),
        ("kvk", "aangevraagd", "87654321"),
        ("vat", "NL004495445", "NL004495445B01"),
        ("vat", "0403019261", "BE0403019261"),
        ("vat", "vrijgesteld sinds 2020", "NL004495445B01"),
    ],
)
def test_what_may_be_one_registration_and_what_is_none_does_not_contradict(
    kind: str, one: str, other: str
) -> None:
    assert linked(company("books", **{kind: one}, **HOEK), company("crm", **{kind: other}, **HOEK))


@pytest.mark.parametrize(
    ("kind", "value"), [("kvk", "2345678"), ("kvk", "123456789"), ("vat", "NL123456788B01")]
)
def test_a_registration_that_fails_its_check_links_nobody(kind: str, value: str) -> None:
    assert not linked(
        company("books", name="De Hoek", **{kind: value}), company(name="De Hoek", **{kind: value})
    )
    both = {kind: value, "email": "info@hoek.example"}
    assert not linked(company("books", name="De Hoek", **both), company(name="Kant Bakkers", **both))


def test_it_stands_between_two_who_link_with_a_third() -> None:
    one, other = company("books", kvk="2345678", **HOEK), company("crm", kvk="92345678", **HOEK)
    assert not together(resolve([one, company("shop", **HOEK), other]), one, other)


def test_one_registration_that_both_are_sure_of_counts_before_a_second_that_is_not() -> None:
    assert linked(
        company("books", kvk="12345678", vat="NL123456788B01", name="De Hoek"),
        company(kvk="12345678", name="De Hoek"),
    )


def test_who_is_known_by_an_address_and_half_a_date_of_birth_is_known_by_more_than_an_address() -> None:
    assert read(member("a@x.nl")).address_only
    assert not read(person(email="a@x.nl", birth_date="1950")).address_only
    assert read(person(email="a@x.nl", birth_date="onbekend")).address_only


@pytest.mark.parametrize("number", ["00000000", "11111111", "99999999"])
def test_one_digit_all_along_is_no_registration_and_no_telephone(number: str) -> None:
    for kind, value in (
        ("kvk", number),
        ("kvk", number[1:]),
        ("vat", f"NL{number}0B01"),
        ("phone", f"06{number}"),
    ):
        nothing = {kind: value}
        assert not read(company(**nothing)).strong | read(company(**nothing)).vetoes
        assert not linked(company("books", name="De Hoek", **nothing), company(name="De Hoek", **nothing))


@pytest.mark.parametrize(
    ("kind", "value"), [("kvk", "12345678"), ("phone", "0612345678"), ("iban", "NL91ABNA0417164300")]
)
def test_what_people_take_for_an_example_is_somebodys(kind: str, value: str) -> None:
    assert linked(company("books", name="De Hoek", **{kind: value}), company(name="De Hoek", **{kind: value}))


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("geen@email.nl", False), ("test@test.nl", False), ("niet@bekend.nl", False),
        ("geen.email@geenemail.nl", False), ("noemail@none.com", False), ("test@gmail.com", True),
        ("jan@test.nl", True), ("mail@hoek.nl", True), ("testa@test.nl", True),
    ],
)  # fmt: skip
def test_an_address_that_says_there_is_none_is_none(address: str, says: bool) -> None:
    assert bool(read(company(email=address)).strong) is says


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("kvk", "12345", set()),
        ("kvk", "123456", {"123456"}),
        ("kvk", "1234567890", {"1234567890"}),
        ("kvk", "12345678901", set()),
        ("vat", "NL 123456", set()),
        ("vat", "NL 1234567", {"1234567"}),
        ("vat", "12345678".ljust(LONGEST + 1, "x"), set()),
        ("vat", "12345678".ljust(LONGEST, "x"), {"12345678"}),
        ("name", "12345678", set()),
    ],
)
def test_what_has_as_many_digits_as_a_registration_says_which_it_is_not(
    kind: str, value: str, said: set[str]
) -> None:
    assert only_apart(Identifier(IdentifierKind(kind), value)) == said


@pytest.mark.parametrize("kind", [IdentifierKind.KVK, IdentifierKind.VAT, IdentifierKind.BIRTH_DATE])
def test_who_says_nothing_is_nobody_else(kind: IdentifierKind) -> None:
    value = "1980-05-06" if kind is IdentifierKind.BIRTH_DATE else "12345678"
    assert not told_apart(kind, set(), {value})
    assert not told_apart(kind, {value}, set())
    assert not told_apart(kind, {value}, {value})
    assert told_apart(kind, {value}, {value.replace("5", "7")})


def test_a_vat_number_without_its_country_or_end_is_no_other_one() -> None:
    for one, other in (("NL857587973B01", "857587973"), ("857587973", "NL857587973B01")):
        assert not told_apart(IdentifierKind.VAT, {one}, {other})


@pytest.mark.parametrize(
    ("number", "nobodys"), [("+31611111111", True), ("+31622222222", True), ("+31611222222", False)]
)
def test_a_phone_number_of_one_digit_behind_its_area_is_nobodys(number: str, nobodys: bool) -> None:
    assert nobodys_phone(number) is nobodys


def test_a_registration_of_one_kind_that_cannot_be_read_says_nothing_of_another_kind() -> None:
    assert linked(company(**HOEK, kvk="123456789"), company("books", **HOEK, vat="NL857587973B01"))
    assert linked(company(**HOEK, vat="NL123456789B99"), company("books", **HOEK, kvk="12345678"))


def test_who_goes_with_somebody_contradicts_as_much_as_that_one() -> None:
    one, between, other = (
        person("books", birth_date="1950", iban="NL91ABNA0417164300", **JAN),
        person("crm", iban="NL91ABNA0417164300", **JAN),
        person("shop", birth_date="1980", **JAN),
    )
    found = resolve([one, between, other])
    assert together(found, one, between)
    assert not together(found, between, other)
