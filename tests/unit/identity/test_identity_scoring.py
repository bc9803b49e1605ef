"""What is proposed and what is not, where no strong identifier helps: slips, swaps, call names, relatives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.identity import resolve
from syncd.identity.likeness import Likeness, dates_alike, numbers_alike, sounds, words_alike
from tests.unit.identity.kit import company, person, proposed

DOOR = {"street": "Dorpsstraat", "house_number": "12", "postcode": "1234AB", "city": "Ede"}
ANNA = {"given_name": "Johanna", "family_name": "van Dijk", **DOOR}


def score(ours: dict[str, str], theirs: dict[str, str]) -> float:
    """Give the score at which two persons are proposed; 0 when they are not."""
    found = resolve([person(**ours), person("books", **theirs)])
    assert len(found.groups) == 2
    return max((one.score for one in found.proposals), default=0.0)


@pytest.mark.parametrize(
    "other",
    [
        {"given_name": "Johannna"},
        {"given_name": "Hanneke"},
        {"given_name": "J."},
        {"given_name": "van Dijk", "family_name": "Johanna"},
        {"family_name": "van Dyk"},
        {"family_name": "van Dikj"},
        {"street": "Ede", "city": "Dorpsstraat"},
        {"street": "Dorpstraat"},
        {"postcode": "1243AB"},
        {"house_number": "12a"},
        {"given_name": ""},
        {"postcode": "", "city": ""},
        {"street": "", "house_number": "12"},
    ],
)
def test_one_slip_swap_or_gap_leaves_a_proposal(other: dict[str, str]) -> None:
    assert 0.5 <= score(ANNA, ANNA | other) < score(ANNA, ANNA)


@pytest.mark.parametrize(
    "other",
    [
        {"given_name": "Pieter"},
        {"given_name": "P."},
        {"given_name": "Pieter", "family_name": "Bakker"},
        {"house_number": "48", "email": "j2@x.nl"},
        {"birth_date": "1950-01-02"},
        {"street": "Kerkweg", "house_number": "3", "postcode": "9876ZX", "city": "Goes"},
    ],
)
def test_relatives_neighbours_and_namesakes_are_not_asked_about(other: dict[str, str]) -> None:
    known = {"birth_date": "1980-05-06", "email": "j@x.nl"}
    ours = ANNA | {key: value for key, value in known.items() if key in other}
    assert score(ours, ANNA | other) == 0


def test_a_name_beyond_which_nothing_agrees_is_no_proposal() -> None:
    named = {"given_name": "Jan", "family_name": "Smit", "city": "Ede"}
    assert score(named, named) == 0


def test_one_birth_date_makes_another_given_name_a_question_unless_contact_data_differ() -> None:
    ours = ANNA | {"birth_date": "1980-05-06"}
    theirs = ours | {"given_name": "Willemijn"}
    assert 0.5 <= score(ours, theirs) < 0.6
    assert score(ours | {"email": "j@x.nl"}, theirs | {"email": "w@x.nl"}) == 0


@pytest.mark.parametrize(
    "other",
    [{"given_name": "Johannna"}, {"family_name": "van Dikj"}, {"given_name": "Hanneke"}, {"family_name": "Bakker"}],
)  # fmt: skip
def test_a_name_mistyped_or_changed_beside_one_address_is_a_question(other: dict[str, str]) -> None:
    ours = ANNA | {"email": "j@x.nl", "family_name": "Dik"}
    assert score(ours, ours | {"family_name": "Dijk", "given_name": "Johannna"}) >= 0.5
    assert score(ours, ours | other) >= 0.5


def test_relatives_on_one_address_are_no_question() -> None:
    ours = ANNA | {"email": "thuis@x.nl", "phone": "06-12345678"}
    for other in ({"given_name": "Pieter"}, {"given_name": "Pieter", "family_name": "Bakker"},
                  {"family_name": "van Dijk jr."}, {"given_name": "Johannna", "phone": "06-87654321"}):  # fmt: skip
        assert score(ours, ours | other) == 0


def test_what_a_group_knows_tells_its_records_apart() -> None:
    named = {"given_name": "Jan", "family_name": "Smit", "postcode": "1234AB", "city": "Ede"}
    one, other = named | {"email": "a@x.nl"}, named | {"email": "b@x.nl"}
    five, seven = ({"street": "Dorpsstraat", "house_number": number} for number in ("5", "7"))
    first, second = person(**one), person("books", **other)
    assert resolve([first, second]).proposals
    # The other records know the doors, and they are two.
    assert not resolve(
        [first, second, person("crm", **one, **five), person("crm", **other, **seven)]
    ).proposals


def test_a_new_legal_form_is_less_likely_than_a_new_vat_number() -> None:
    shared = {"name": "De Hoek", "email": "info@hoek.nl", "phone": "020-1234567"}
    trader = company(vat="NL123456782B01", **shared)
    again, limited = (
        company("books", vat="NL001234567B29", **shared),
        company("books", vat="NL820079005B01", **shared),
    )
    (renumbered,), (refounded,) = (resolve([trader, one]).proposals for one in (again, limited))
    assert refounded.score < 0.6
    assert renumbered.score > 0.9


def test_day_and_month_swapped_are_more_alike_than_one_slip() -> None:
    assert dates_alike("1980-05-06", "1980-06-05") is Likeness.CLOSE
    assert dates_alike("1980-05-06", "1980-05-07") is Likeness.PART
    assert dates_alike("1980-05-06", "1981-06-05") is Likeness.OTHER
    assert dates_alike("1980-05-06", "") is Likeness.UNKNOWN


def test_house_numbers() -> None:
    assert numbers_alike("12", "12") is Likeness.EQUAL
    assert numbers_alike("12", "12a") is Likeness.PART
    assert numbers_alike("12", "13") is Likeness.UNLIKE
    assert numbers_alike("12", "48") is Likeness.OTHER
    assert numbers_alike("", "48") is Likeness.UNKNOWN


@pytest.mark.parametrize(
    "alike",
    [("dijkstra", "dykstra", "deikstra"), ("thijssen", "tijsen"), ("schouten", "schauten"), ("vos", "fos")],
)
def test_names_that_sound_alike(alike: tuple[str, ...]) -> None:
    assert len({sounds(word) for word in alike}) == 1


def test_names_that_do_not_sound_alike() -> None:
    assert len({sounds(word) for word in ("bakker", "mulder", "smit", "visser", "bos", "jansen")}) == 6


@given(st.text(alphabet="abcdehijknostv", max_size=9), st.text(alphabet="abcdehijknostv", max_size=9))
def test_likeness_is_symmetric_and_equal_only_for_equals(one: str, other: str) -> None:
    assert words_alike(one, other) is words_alike(other, one)
    assert (words_alike(one, other) is Likeness.EQUAL) == (one == other != "")
    assert (words_alike(one, other) is Likeness.UNKNOWN) == (not one or not other)


def test_one_customer_number_makes_another_date_of_birth_a_question() -> None:
    ours = ANNA | {"birth_date": "1980-05-06", "family_name": "Smit"}
    theirs = ours | {"birth_date": "1951-11-23", "family_name": "Smid"}
    number = {"customer_number": "K-1001"}
    assert score(ours, theirs) == 0
    assert score(ours | number, theirs | number) >= 0.5
    reference = {"reference": "shop:customer:7"}
    assert score(ours | reference, theirs | reference) >= 0.5
    mail = {"email": "thuis@x.nl"}
    assert score(ours | mail, theirs | mail) == 0


def test_relatives_on_one_customer_number_are_the_last_question() -> None:
    number = {"customer_number": "K-1001"}
    for other in ({"given_name": "Pieter"}, {"given_name": "Pieter", "birth_date": "1951-11-23"}):
        theirs = ANNA | {"birth_date": "1980-05-06"} | other
        assert 0.5 <= score(ANNA | {"birth_date": "1980-05-06"} | number, theirs | number) < 0.6


def test_one_name_and_date_of_birth_in_two_places_is_somebody_who_moved() -> None:
    here = {"street": "Dorpsstraat", "house_number": "5", "postcode": "1234AB", "city": "Ede"}
    there = {"street": "Kerkweg", "house_number": "12", "postcode": "9876ZX", "city": "Goes"}
    name = {"name": "Jan de Vries", "birth_date": "1980-12-31"}
    one = person(**name, **here)
    other = person("books", **name, **there)
    assert proposed(resolve([one, other]), one, other)
    stranger = person("books", **(name | {"birth_date": "1980-12-30"}), **there)
    assert not proposed(resolve([one, stranger]), one, stranger)
    reached = person(email="jan@a.example", phone="06-23456781", **name, **here)
    otherwise = person("books", email="jdv@b.example", phone="06-23456782", **name, **there)
    assert not proposed(resolve([reached, otherwise]), reached, otherwise)


def test_a_person_and_the_firm_of_that_name_are_compared_by_the_firms_name() -> None:
    phone = {"phone": "020-2345671"}
    jan, firm = person(name="Jan de Boer", **phone), company("books", name="Jan de Boer Schilder", **phone)
    first = person("a", name="Jan de Boer", **phone)
    for owner in (jan, first):
        [asked] = resolve([owner, firm]).proposals
        assert asked.score > 0.6
    other = company("books", name="Bakkerij De Hoek", kvk="12345678", **phone)
    assert resolve([jan, other]).proposals == ()
