"""What pairs of records score: proposals are ordered and cut by it, so that it moves on purpose only.

Each pair is what two records say apart; what both say stands in `shared`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from syncd.identity.comparing import compare
from syncd.identity.facts import read
from syncd.identity.inboxes import says_more
from syncd.identity.scoring import email_resembles, score
from tests.unit.identity.kit import company, person

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncd.model import Record

DOOR = {"street": "Dorpsstraat", "house_number": "12", "postcode": "1234AB", "city": "Ede"}
NEXT = DOOR | {"house_number": "14"}
AWAY = {"street": "Kerkweg", "house_number": "3", "postcode": "9876ZX", "city": "Goes"}
JAN, PIET = ({"given_name": name, "family_name": "Bakker"} for name in ("Jan", "Piet"))
BORN, BORN_OTHERWISE = {"birth_date": "1980-05-06"}, {"birth_date": "1950-01-02"}
MOBILE, OTHER_MOBILE = {"phone": "06-23456781"}, {"phone": "06-23456782"}
EMAIL, OTHER_EMAIL = {"email": "jan@x.nl"}, {"email": "jan@y.nl"}
NUMBER = {"customer_number": "7"}
HOEK, KANT = {"name": "De Hoek"}, {"name": "Kant Bakkers"}
KVK, OTHER_KVK = {"kvk": "12345678"}, {"kvk": "87654321"}
OLD_VAT, NEW_VAT = {"vat": "NL111222333B01"}, {"vat": "NL001234567B29"}
VAT, OTHER_VAT = {"vat": "NL857587973B01"}, {"vat": "NL004495445B01"}


def scored(make: Callable[..., Record], ours: dict[str, str], theirs: dict[str, str]) -> float:
    """Score two records; which comes first changes nothing."""
    one, other = read(make("books", **ours)), read(make("crm", **theirs))
    found = score(one, other, compare(one, other, ()))
    assert score(other, one, compare(other, one, ())) == found
    return found


@pytest.mark.parametrize(
    ("shared", "ours", "theirs", "likely"),
    [
        (JAN | DOOR, {}, {}, 0.987468),
        (JAN, DOOR, NEXT, 0.849779),
        (JAN, DOOR | MOBILE, NEXT | OTHER_MOBILE, 0.211321),
        (JAN, DOOR | BORN, NEXT | BORN_OTHERWISE, 0.004169),
        (JAN | DOOR, BORN, BORN_OTHERWISE, 0.482678),
        (JAN | DOOR | NUMBER, BORN, BORN_OTHERWISE, 0.987468),
        (JAN | DOOR, BORN, {"birth_date": "1950"}, 0.482678),
        (JAN | DOOR, BORN, {"birth_date": "1980"}, 0.987468),
        (JAN | DOOR, BORN, {"birth_date": "051980"}, 0.987468),
        (DOOR, JAN, PIET, 0.4482),
        (DOOR | BORN, JAN, PIET, 0.534602),
        (DOOR | NUMBER, JAN, PIET, 0.534602),
        (DOOR, JAN | EMAIL, PIET | {"email": "piet@x.nl"}, 0.048313),
        (DOOR, JAN | BORN, PIET | BORN_OTHERWISE, 0.006306),
        (JAN | BORN, DOOR, AWAY, 0.618976),
        (JAN, {"email": "janbakker50@x.nl"}, {"email": "janbakker50@y.nl"}, 0.681888),
        (JAN, {"email": "janbakker@x.nl"}, {"email": "janbakker@y.nl"}, 0.4482),
        (JAN, {"email": "janbakker@x.nl"}, {"email": "jbakker@y.nl"}, 0.414214),
        (JAN, {"email": "janbakker50@x.nl"} | MOBILE, {"email": "janbakker50@y.nl"} | OTHER_MOBILE, 0.618976),
        (JAN | EMAIL, MOBILE, OTHER_MOBILE, 0.788679),
        (JAN | {"email": "janbakker@x.nl"}, MOBILE, OTHER_MOBILE, 0.788679),
        (JAN | BORN, DOOR | EMAIL, AWAY | OTHER_EMAIL, 0.5518),
        (JAN, DOOR | BORN, AWAY, 0.037048),
        (BORN, JAN | DOOR, JAN | AWAY | {"given_name": "J."}, 0.168788),
        (DOOR, JAN, {"given_name": "Bakker", "family_name": "Jan"}, 0.985631),
        (DOOR, JAN, JAN | {"given_name": "J."}, 0.971669),
        (DOOR, JAN, JAN | {"given_name": "P."}, 0.4482),
        (DOOR, JAN, {"family_name": "Bakker"}, 0.957676),
        (DOOR, JAN | {"given_name": "J.P."}, JAN | {"given_name": "J."}, 0.971669),
        (DOOR, JAN, JAN | {"family_name": "Bakkers"}, 0.985631),
        # A name is turned around only if some of it is where the other has it.
        (
            DOOR,
            {"given_name": "M.", "family_name": "Dekker"},
            {"given_name": "Y.", "family_name": "Dongen"},
            0.4482,
        ),
        (DOOR, JAN, {"given_name": "Piet", "family_name": "Jan"}, 0.881856),
        (DOOR, {"family_name": "Jan"}, {"given_name": "Jan", "family_name": "Visser"}, 0.951687),
        (JAN, DOOR, DOOR | {"street": "Ede", "city": "Dorpsstraat"}, 0.985631),
        (JAN, AWAY, AWAY | {"street": "Goes", "city": "Kerkweg"}, 0.985631),
        (JAN, DOOR, {"house_number": "12"}, 0.517322),
        (JAN, DOOR, {"postcode": "1234AB"}, 0.738796),
        (JAN, {"house_number": "12"}, {"house_number": "14"}, 0.381024),
        (JAN, DOOR, DOOR | {"house_number": ""}, 0.962952),
        (DOOR, {"given_name": "Jan"}, {"given_name": "Piet"}, 0.4482),
        (DOOR, {"given_name": "Jan"}, PIET, 0.4482),
        (DOOR, {"given_name": "Jan"}, {"given_name": "Piet", "birth_date": "1980-05-06"}, 0.4482),
    ],
)
def test_persons(shared: dict[str, str], ours: dict[str, str], theirs: dict[str, str], likely: float) -> None:
    assert scored(person, shared | ours, shared | theirs) == likely


@pytest.mark.parametrize(
    ("shared", "ours", "theirs", "likely"),
    [
        (HOEK | DOOR, {}, {}, 0.978381),
        (HOEK | DOOR, KVK, OTHER_KVK, 0.831212),
        (HOEK | DOOR, KVK, {}, 0.978381),
        (HOEK | DOOR | KVK, {}, {}, 0.998181),
        (HOEK | DOOR, VAT, OTHER_VAT, 0.831212),
        (HOEK | DOOR, VAT, {}, 0.978381),
        (HOEK | DOOR | VAT, {}, {}, 0.998181),
        (HOEK | DOOR, KVK | VAT, OTHER_KVK | OTHER_VAT, 0.34891),
        (HOEK | DOOR | KVK, VAT, OTHER_VAT, 0.983529),
        (HOEK | DOOR, OLD_VAT, NEW_VAT, 0.978381),
        (HOEK | DOOR, OLD_VAT | KVK, NEW_VAT | OTHER_KVK, 0.34891),
        (HOEK | DOOR, {"kvk": "1234567"}, {"kvk": "01234567"}, 0.996837),
        (DOOR, {"name": "De Hoek B.V."}, {"name": "De Hoek N.V."}, 0.962952),
        (DOOR, {"name": "Groen"}, {"name": "Groen Advies"}, 0.93722),
        (DOOR, {"name": "Hoekstra Bouwadvies"}, {"name": "Hoeksta Bouwadveis"}, 0.93722),
        (DOOR, {"name": "Hoekstra Bouwadvies"}, {"name": "Hoekstra Bouwmarkt"}, 0.482678),
        (DOOR, HOEK, KANT, 0.482678),
        (DOOR, {}, KANT, 0.831212),
    ],
)
def test_companies(
    shared: dict[str, str], ours: dict[str, str], theirs: dict[str, str], likely: float
) -> None:
    assert scored(company, shared | ours, shared | theirs) == likely


def test_the_name_of_a_firm_says_nothing_of_how_much_a_person_resembles_it() -> None:
    one, bare, named = read(person(**JAN | DOOR)), read(company(**DOOR)), read(company(**DOOR | KANT))
    assert score(one, named, compare(one, named, ())) == score(one, bare, compare(one, bare, ()))


def test_a_person_and_a_firm_have_no_inbox_in_common() -> None:
    one, other = read(person(email="janbakker50@x.nl")), read(company(email="janbakker50@hotmail.com"))
    assert email_resembles(read(person(email="janbakker50@hotmail.com")), one)
    assert not email_resembles(one, other)
    assert not email_resembles(other, one)


@pytest.mark.parametrize(("here", "there"), [("street", "city"), ("city", "street")])
def test_a_street_of_one_and_a_town_of_the_other_are_not_turned_around(here: str, there: str) -> None:
    ours, theirs = person(**JAN | {here: "Kerkweg"}), person(**JAN | {there: "Kerkweg"})
    one, other, bare = (read(some) for some in (ours, theirs, person(**JAN)))
    assert score(one, other, compare(one, other, ())) == score(one, bare, compare(one, bare, ()))


def test_of_several_registrations_and_dates_of_birth_the_likeliest_counts() -> None:
    one, other = (read(company(**HOEK | DOOR | vat)) for vat in (OLD_VAT, NEW_VAT))
    found = compare(one, other, ())
    several = replace(other, vat=other.vat | read(company(**OTHER_VAT)).vat)
    assert score(one, several, found) == score(one, other, found)
    jan, younger = (read(person(**JAN | DOOR | born)) for born in (BORN, BORN_OTHERWISE))
    found = compare(jan, jan, ())
    assert score(jan, replace(jan, born=jan.born | younger.born), found) == score(jan, jan, found)


def test_a_year_alone_counts_whole_and_only_where_no_dates_are_compared() -> None:
    one, other = (read(person(**JAN | DOOR | {"birth_date": born})) for born in ("1951-04-03", "1958"))
    assert score(one, other, compare(one, other, ())) == 0.482678
    ours, theirs = (
        read(person(**JAN | DOOR | {"birth_date": born})) for born in ("1951-04-03", "1961-04-03")
    )
    found = compare(ours, theirs, ())
    unread = replace(theirs, vetoes=frozenset({"kvk:123456789"}))
    assert score(ours, unread, found) == score(ours, theirs, found) > 0.482678


@pytest.mark.parametrize(
    ("inbox", "names", "more"),
    [
        ("mail:jansmit", "jan smit", False),
        ("mail:jan-smit", "jan smit", False),
        ("mail:jvandersmit", "jan smit", False),
        ("mail:jpsmit", "jan smit", False),
        ("mail:jpksmit", "jan smit", True),
        ("mail:jansmit50", "jan smit", True),
        ("mail:jansmitbeheer", "jan smit", True),
        ("mail:janjanssen", "jan janssen", False),
        ("mail:jjjsmit", "j smit", True),
        ("mail:abcsmit", "ab smit", False),
        ("google:jansmit", "jan smit", True),
    ],
)
def test_an_inbox_says_more_where_something_is_left_of_it_besides_names(
    inbox: str, names: str, more: bool
) -> None:
    assert says_more(inbox, names.split()) is more
