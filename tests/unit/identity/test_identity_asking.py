"""Which pairs that do not link are worth a question, and which are plainly two.

Each pair is what two records say apart; what both say stands in `shared`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from syncd.identity import resolve
from syncd.identity.comparing import compare
from syncd.identity.facts import read
from syncd.identity.population import Population
from syncd.identity.proposing import FROM_SCORE, propose
from syncd.identity.scoring import score
from tests.unit.identity.kit import child, company, employee, linked, member, person, proposed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterable, Sequence

    from syncd.model import Record

    Make = Callable[..., Record]

DOOR = {"street": "Dorpsstraat", "house_number": "12", "postcode": "1234AB", "city": "Ede"}
JAN, PIET, NO_GIVEN = ({"given_name": name, "family_name": "Bakker"} for name in ("Jan", "Piet", ""))
MARIEKE, MAREIKE, MARIEKE_BY_MARRIAGE = (
    {"given_name": "Marieke", "family_name": "Bakker"},
    {"given_name": "Mareike", "family_name": "Bakker"},
    {"given_name": "Marieke", "family_name": "Visser"},
)
BORN, BORN_OTHERWISE = {"birth_date": "1980-05-06"}, {"birth_date": "1951-11-22"}
MOBILE, OTHER_MOBILE = {"phone": "06-23456781"}, {"phone": "06-23456782"}
LANDLINE = {"phone": "0318-234567"}
EMAIL, OTHER_EMAIL = {"email": "post@x.nl"}, {"email": "post@y.nl"}
NUMBER, IBAN = {"customer_number": "7"}, {"iban": "NL91ABNA0417164300"}
KVK, OTHER_KVK = {"kvk": "12345678"}, {"kvk": "87654321"}
VAT, OTHER_VAT = {"vat": "NL857587973B01"}, {"vat": "NL004495445B01"}
HOEK, KANT, HOEK_CARE = ({"name": name} for name in ("De Hoek", "Kant Bakkers", "De Hoek Zorg"))
BV, NV = {"name": "De Hoek B.V."}, {"name": "De Hoek N.V."}


def asks(one: Record, other: Record) -> bool:
    """Tell whether a person is asked about the two, who do not link."""
    assert not linked(one, other)
    return proposed(resolve([other, one]), one, other)


def both_ways(
    makes: tuple[Make, Make], shared: dict[str, str], ours: dict[str, str], theirs: dict[str, str]
) -> bool:
    """Tell whether the two are asked about; which of them comes first changes nothing."""
    one, other = makes
    found = asks(one("books", **shared | ours), other("crm", **shared | theirs))
    assert asks(one("crm", **shared | ours), other("books", **shared | theirs)) is found
    return found


@pytest.mark.parametrize(
    ("shared", "ours", "theirs", "asked"),
    [
        # A name that may be the same leaves a question, and so does what only one has, beside any name.
        (MOBILE, JAN, NO_GIVEN, True),
        (MOBILE, JAN, {"given_name": "Anna", "family_name": "Visser"}, False),
        (IBAN, MARIEKE, MARIEKE_BY_MARRIAGE, True),
        (IBAN, JAN, {"given_name": "Anna", "family_name": "Visser"}, False),
        # Contact data alone do where so much else agrees that the surname may have been changed by marriage.
        (MOBILE, MARIEKE, MARIEKE_BY_MARRIAGE, False),
        (MOBILE | DOOR, MARIEKE, MARIEKE_BY_MARRIAGE, True),
        # Another given name is another person, unless mistyped with nothing else differing, or with one number.
        (MOBILE, JAN, PIET, False),
        (MOBILE | DOOR, JAN, PIET, False),
        (LANDLINE, MARIEKE, MAREIKE, True),
        (LANDLINE | DOOR, MARIEKE | EMAIL, MAREIKE | OTHER_EMAIL, False),
        (EMAIL | DOOR, MARIEKE | MOBILE, MAREIKE | OTHER_MOBILE, False),
        (NUMBER | DOOR, JAN, PIET, True),
        (NUMBER, JAN, PIET, False),
        (NUMBER | DOOR, JAN | BORN, PIET | BORN_OTHERWISE, True),
        # A date of birth may be mistyped beside one name or initial; beside half a name only with one number.
        (MOBILE, JAN | BORN, JAN | BORN_OTHERWISE, True),
        (MOBILE, JAN | BORN, JAN | BORN_OTHERWISE | {"given_name": "J."}, True),
        (MOBILE | DOOR, JAN | BORN, NO_GIVEN | BORN_OTHERWISE, False),
        (NUMBER | DOOR, JAN | BORN, NO_GIVEN | BORN_OTHERWISE, True),
        (NUMBER, JAN | BORN, NO_GIVEN | BORN_OTHERWISE, False),
    ],
)
def test_persons_who_share_something(
    shared: dict[str, str], ours: dict[str, str], theirs: dict[str, str], asked: bool
) -> None:
    assert both_ways((person, person), shared, ours, theirs) is asked


HANS = {"email": "hans.kok@x.example"}


@pytest.mark.parametrize(
    ("shared", "ours", "theirs", "asked"),
    [
        (HANS | MOBILE | DOOR, {"name": "Hr. J.P. Kok"}, {"name": "Hans Kok"}, True),
        (HANS | MOBILE, {"name": "J.P. Kok"}, {"name": "Hans Kok"}, True),
        (HANS, {"name": "J.P. Kok"}, {"name": "Hans Kok"}, True),
        (MOBILE | {"email": "pim.kok@x.example"}, {"name": "W. Kok"}, {"name": "Pim Kok"}, True),
        # Not where the address says nobody's given name, or that of a third.
        (MOBILE | {"email": "j.kok@x.example"}, {"name": "J.P. Kok"}, {"name": "Hans Kok"}, False),
        (MOBILE | {"email": "els.kok@x.example"}, {"name": "J.P. Kok"}, {"name": "Hans Kok"}, False),
        (MOBILE, {"name": "J.P. Kok"} | HANS, {"name": "Hans Kok"}, False),
        # Nor where anything else tells the two apart.
        (HANS, {"name": "J.P. Kok"} | MOBILE, {"name": "Hans Kok"} | OTHER_MOBILE, False),
        (HANS, {"name": "J.P. Kok"} | BORN, {"name": "Hans Kok"} | BORN_OTHERWISE, False),
        (HANS | BORN, {"name": "J.P. Kok"}, {"name": "Hans Kok"}, True),
        (HANS, {"name": "J.P. Kok"} | BORN, {"name": "Hans Kok"}, True),
        (HANS, {"name": "J.P. Kok"}, {"name": "Hans Kok"} | BORN, True),
        (HANS | MOBILE, {"name": "J.P. Bakker"}, {"name": "Hans Kok"}, False),
        (HANS | MOBILE, {"name": "Mevr. J.P. Kok"}, {"name": "Hans Kok"}, False),
        (HANS | MOBILE, {"name": "J.P. Kok sr."}, {"name": "Hans Kok jr."}, False),
        (HANS | MOBILE, {"name": "Piet Kok"}, {"name": "Hans Kok"}, False),
        (HANS | MOBILE, {"name": "J. Piet Kok"}, {"name": "Hans Kok"}, False),
    ],
)
def test_initials_beside_the_name_in_the_mailbox(
    shared: dict[str, str], ours: dict[str, str], theirs: dict[str, str], asked: bool
) -> None:
    assert both_ways((person, person), shared, ours, theirs) is asked


@pytest.mark.parametrize(
    ("theirs", "asked"),
    [
        ({"given_name": "I.M.", "family_name": "de Haan"}, True),
        ({"name": "I. de Haan"}, True),
        ({"name": "Mevr. I. de Haan"}, True),
        ({"name": "Dhr. I. de Haan"}, False),
        ({"name": "J. de Haan"}, False),
        ({"name": "I. de Haan jr."}, False),
        ({"name": "I. Bakker"}, False),
        ({"name": "Iris de Haan"}, False),
    ],
)
@pytest.mark.parametrize("turned", ["de Haan", "Haan"])
def test_a_surname_in_the_place_of_the_given_name_beside_initials(
    theirs: dict[str, str], asked: bool, turned: str
) -> None:
    ours = {"given_name": turned, "family_name": "Ineke"}
    assert both_ways((person, person), MOBILE | EMAIL, ours, theirs) is asked
    assert not both_ways((person, person), MOBILE | EMAIL, ours | {"family_name": "Ibbing"}, theirs)


@pytest.mark.parametrize(
    ("shared", "ours", "theirs", "asked"),
    [
        (LANDLINE, HOEK, KANT, False),
        (EMAIL | LANDLINE, HOEK, KANT, False),
        (IBAN, HOEK, KANT, True),
        (NUMBER, HOEK, KANT, True),
        (LANDLINE, HOEK, HOEK_CARE, True),
        (LANDLINE, BV, NV, True),
        (LANDLINE, BV, {"name": "Dehoek N.V."}, True),
        (LANDLINE, {"name": "Kramer Advies B.V."}, {"name": "Kremer Advies N.V."}, True),
        # Another registration: a new legal form, or a number shared with so much else that it may be mistyped.
        (LANDLINE, HOEK | KVK, HOEK | OTHER_KVK, True),
        (LANDLINE, BV | KVK, NV | OTHER_KVK, True),
        (LANDLINE, HOEK | KVK, HOEK_CARE | OTHER_KVK, False),
        (LANDLINE | DOOR | NUMBER, HOEK | KVK, HOEK_CARE | OTHER_KVK, True),
        (LANDLINE | NUMBER, HOEK | KVK, HOEK_CARE | OTHER_KVK, False),
        (LANDLINE | DOOR | IBAN, HOEK | KVK, HOEK_CARE | OTHER_KVK, False),
    ],
)
def test_companies_that_share_something(
    shared: dict[str, str], ours: dict[str, str], theirs: dict[str, str], asked: bool
) -> None:
    assert both_ways((company, company), shared, ours, theirs) is asked


@pytest.mark.parametrize(
    ("shared", "ours", "theirs", "asked"),
    [
        (LANDLINE, JAN, HOEK, False),
        (IBAN, JAN, HOEK, False),
        (LANDLINE, JAN, {"name": "J. Bakker"}, True),
        (LANDLINE, JAN, {"name": "Jan Bakker"}, True),
        (KVK, JAN, HOEK, True),
        (VAT, JAN, HOEK, True),
        (KVK | DOOR, JAN | VAT, HOEK | OTHER_VAT, False),
        (LANDLINE, JAN | VAT, {"name": "Jan Bakker"} | OTHER_VAT, True),
        # What has one name is one, and somebody chose the wrong kind.
        (EMAIL | LANDLINE, {"name": "De Hoek"}, HOEK, True),
        (LANDLINE, {"name": "Hoek"}, HOEK, True),
        (LANDLINE, {"given_name": "Hoek"}, HOEK, True),
        (LANDLINE, {"name": "Bakkers"}, {"name": "De Hoek h.o.d.n. Bakkers"}, True),
        (LANDLINE, {"given_name": "Kant", "family_name": "Bakkers"}, KANT, True),
        (EMAIL | LANDLINE, {"name": "De Hoek"}, HOEK_CARE, False),
        (EMAIL | LANDLINE, {"name": "Bakkers"}, KANT, False),
        # Initials that are written as a word may be taken for a firm's name.
        (LANDLINE, {"name": "Daphne Nguyen"}, {"name": "DA Nguyen"}, True),
        (LANDLINE, {"name": "Daphne de Groot"}, {"name": "de Groot DAJ"}, True),
        (LANDLINE, {"name": "Daphne Nguyen"}, {"name": "DAJK Nguyen"}, False),
        (LANDLINE, {"name": "Daphne Nguyen"}, {"name": "TA Nguyen"}, False),
        (LANDLINE, {"name": "Daphne Nguyen"}, {"name": "DA Bakker"}, False),
        (LANDLINE, {"name": "Daphne Nguyen"}, {"name": "DA Nguyen Ede"}, False),
        (LANDLINE, {"name": "Nguyen"}, {"name": "DA Nguyen"}, False),
        (LANDLINE, {"name": "Daphne Anna Nguyen"}, {"name": "DA Nguyen"}, True),
        (LANDLINE, {"name": "Daphne Nguyen"}, {"name": "Nguyen"}, False),
        (LANDLINE, {"name": "Daphne Nguyen"}, {"name": "DA"}, False),
        (EMAIL | LANDLINE, {}, HOEK, False),
    ],
)
def test_a_person_and_a_company(
    shared: dict[str, str], ours: dict[str, str], theirs: dict[str, str], asked: bool
) -> None:
    assert both_ways((person, company), shared, ours, theirs) is asked


@pytest.mark.parametrize(
    ("shared", "ours", "theirs", "asked"),
    [
        (JAN | DOOR, {}, {}, True),
        (JAN | {"city": "Ede"}, {}, {}, False),
        (JAN | {"city": "Ede"}, BORN, {}, False),
        (JAN | {"postcode": "1234AB"}, {}, {}, True),
        (JAN | BORN, {}, {}, True),
        # One name before the `@`, at another provider, spelled otherwise, or with what a plus sorts it by.
        (JAN, {"email": "janbakker50@planet.nl"}, {"email": "janbakker50@hetnet.nl"}, True),
        (JAN, {"email": "jan.bakker@gmail.com"}, {"email": "janbakker@googlemail.com"}, True),
        (JAN, {"email": "jan.bakker@gmial.com"}, {"email": "jan.bakker+nieuws@gmail.com"}, True),
        (
            JAN,
            {"email": "janbakker50@planet.nl"} | MOBILE,
            {"email": "janbakker50@hetnet.nl"} | OTHER_MOBILE,
            True,
        ),
        (
            JAN,
            {"email": "janbakker50@planet.nl"} | BORN,
            {"email": "janbakker50@hetnet.nl"} | BORN_OTHERWISE,
            False,
        ),
        (JAN, {"email": "janbakker@planet.nl"}, {"email": "jan.bakker@hetnet.nl"}, False),
        (JAN, {"email": "j.bakker@planet.nl"}, {"email": "jbakker@hetnet.nl"}, False),
        (JAN, {"email": "janbakker50@planet.nl"}, {"email": "jan.b50@hetnet.nl"}, False),
        (JAN, {"email": "info@planet.nl"}, {"email": "info@hetnet.nl"}, False),
        (JAN, {"email": "fam.bakker@planet.nl"}, {"email": "fam.bakker@hetnet.nl"}, False),
        (JAN, {"email": "jan@planet.nl"}, {"email": "jan@hetnet.nl"}, False),
        ({}, {"email": "janbakker@planet.nl"} | JAN, {"email": "janbakker@hetnet.nl"} | PIET, False),
        (JAN | {"birth_date": "1980-05-06", "city": "Ede"}, DOOR, {"postcode": "9876ZX"}, True),
        # By marriage, and by the second of the names on paper.
        (DOOR | BORN, MARIEKE_BY_MARRIAGE, {"given_name": "Anna", "family_name": "Bakker"}, True),
    ],
)
def test_persons_who_resemble(
    shared: dict[str, str], ours: dict[str, str], theirs: dict[str, str], asked: bool
) -> None:
    assert both_ways((person, person), shared, ours, theirs) is asked


@pytest.mark.parametrize(
    ("shared", "ours", "theirs", "asked"),
    [
        (HOEK | DOOR, {}, {}, True),
        (HOEK | DOOR, KVK, {}, True),
        (HOEK | DOOR, KVK, OTHER_KVK, False),
        (HOEK | DOOR, VAT, OTHER_VAT, False),
        (HOEK | DOOR, VAT, KVK, True),
        (HOEK, {"kvk": "1234567"}, {"kvk": "01234567"}, True),
        # Another mailbox at a domain of the firm's own, or one name before the `@` at another provider.
        (HOEK, {"email": "info@hoek.nl"}, {"email": "administratie@hoek.nl"}, True),
        (HOEK, {"email": "info@hoek.nl"} | BV, {"email": "administratie@hoek.nl"}, True),
        (HOEK, {"email": "bakkerdehoek@planet.nl"}, {"email": "bakkerdehoek@hetnet.nl"}, True),
        (HOEK, {"email": "info@hoek.nl"}, {"email": "info@hoek.be"}, False),
        (HOEK, {"email": "hoek@gmail.com"}, {"email": "bakkers@gmail.com"}, False),
        (HOEK, {"email": "info@hoek.nl"} | KVK, {"email": "post@hoek.nl"} | OTHER_KVK, False),
        ({}, {"email": "info@hoek.nl"} | HOEK, {"email": "post@hoek.nl"} | HOEK_CARE, False),
        ({}, {"email": "info@hoek.nl"} | HOEK, {"email": "post@hoek.nl"} | KANT, False),
    ],
)
def test_companies_that_resemble(
    shared: dict[str, str], ours: dict[str, str], theirs: dict[str, str], asked: bool
) -> None:
    assert both_ways((company, company), shared, ours, theirs) is asked


# --- whose an address is, where it did not link its member -----------------------------------------------------


OWN, WILMAS = "wilma.meijer@x.example", {"email": "wilma.meijer@x.example"}


@pytest.mark.parametrize(
    ("given", "family", "theirs", "asked"),
    [
        ("Wilam", "", {"name": "Wilma Meijer"}, True),
        ("Hendrik", "", {"name": "Henk Meijer"}, True),
        ("Wilam", "", {"name": "Wilma Meijer"} | MOBILE, True),
        ("Leo", "", {"name": "Wilma Meijer"}, False),
        ("Leo", "Meijer", {"name": "Wilma Meijer"}, False),
        ("Wilma", "Bakker", {"name": "Wilma Meijer"}, True),
        ("W.", "Bakker", {"name": "Wilma Meijer"}, False),
        ("", "Bakker", {"name": "Wilma Meijer"}, False),
        ("Wilma", "Meijr", {"name": "W. Meijer"}, True),
        ("Wilma", "Meijer", {"name": "Fam. Meijer"}, True),
        ("Fam.", "Meijer", {"name": "Wilma Meijer"}, True),
        ("Wilma", "Bakker", {"name": "Fam. Meijer"}, False),
        ("Fam.", "Meijer", {"name": "Fam. Bakker"}, False),
        ("Hendrik", "Bakker", {"name": "Henk Visser"}, False),
        ("J.", "Meijer jr.", {"name": "J. Meijer sr."}, False),
    ],
)
def test_whose_a_members_address_may_be(given: str, family: str, theirs: dict[str, str], asked: bool) -> None:
    for account in ("crm", "shop"):
        assert asks(member(OWN, given, family), person(account, **WILMAS | theirs)) is asked


def test_who_reads_an_address_of_a_firms_contact_person_is_not_asked_about_with_the_firm() -> None:
    hoek = company("books", name="De Hoek", given_name="Wilma", family_name="Meijer", phone="0318-234567")
    contact, news = child(hoek, name="De Hoek", email=OWN), member(OWN, "Wilma", "Meijer")
    assert not proposed(resolve([hoek, contact, news]), hoek, news)
    (listed_only,) = resolve([hoek, contact, news], least=0).proposals
    assert listed_only.score < FROM_SCORE


def test_two_given_names_at_one_address_are_not_asked_about_for_resembling_a_little() -> None:
    eva, dirk = (
        member("e.vanspreuwel@x.example", "Eva", "van Spreuwel"),
        person(name="Dirk van Spreuwel", email="e.vanspreuwel@x.example", postcode="1234AB"),
    )
    assert not asks(eva, dirk)
    assert not resolve([eva, dirk], least=0).proposals


# --- what a list of questions is ----------------------------------------------------------------------------------


def listed(
    records: Sequence[Record],
    number: Sequence[int],
    pairs: Iterable[tuple[int, int]],
    *,
    different: Collection[tuple[int, int]] = (),
    least: float = FROM_SCORE,
    about: Container[int] | None = None,
) -> list[tuple[int, int]]:
    """List which of the records are shown in the questions about some pairs; `number` gives each its group."""
    people = Population(records)
    assert people.refs == [one.ref for one in records]
    found = propose(people, number, {}, pairs, different, least, about)
    return [(people.refs.index(one.a), people.refs.index(one.b)) for one in found]


def namesakes(*facts: dict[str, str]) -> list[Record]:
    """Make records of one name and postcode that say more than that each."""
    return [
        person("books", key=str(i), **(JAN | {"postcode": "1234AB"} | one)) for i, one in enumerate(facts)
    ]


def test_only_the_groups_in_question_are_asked_about() -> None:
    three = namesakes({}, {}, {})
    pairs = [(0, 1), (0, 2), (1, 2)]
    number = [10, 11, 12]
    assert listed(three, number, pairs) == pairs
    assert listed(three, number, pairs, about={10}) == [(0, 1), (0, 2)]
    assert listed(three, number, pairs, about={12}) == [(0, 2), (1, 2)]
    assert listed(three, number, pairs, about={13}) == []
    assert listed(three, number, pairs, different={(11, 12)}) == [(0, 1), (0, 2)]
    assert listed(three, [12, 11, 10], pairs, different={(11, 12)}) == [(0, 2), (1, 2)]


def test_two_groups_make_one_question_which_shows_the_likeliest_two_and_of_equals_the_first() -> None:
    three = namesakes({"given_name": "J."}, {}, {})
    for pairs in ([(0, 2), (1, 2)], [(1, 2), (0, 2)]):
        assert listed(three, [0, 0, 1], pairs) == [(1, 2)]
        assert listed(namesakes({}, {}, {}), [0, 0, 1], pairs) == [(0, 2)]
    assert listed(three, [0, 0, 0], [(0, 1), (1, 2)]) == []


def test_the_likeliest_stands_first() -> None:
    four = namesakes({}, {}, DOOR, DOOR)
    assert listed(four, [0, 1, 2, 3], [(0, 1), (2, 3)]) == [(2, 3), (0, 1)]
    assert listed(four, [0, 1, 2, 3], [(2, 3), (0, 1)]) == [(2, 3), (0, 1)]


def test_resemblance_counts_from_a_score_on_and_something_shared_always() -> None:
    two = namesakes({}, {})
    one, other = (read(some) for some in two)
    exactly = score(one, other, compare(one, other, ()))
    assert listed(two, [0, 1], [(0, 1)], least=exactly) == [(0, 1)]
    assert listed(two, [0, 1], [(0, 1)], least=exactly + 0.000001) == []
    two = [person("books", key="0", **(MOBILE | JAN)), person("books", key="1", **(MOBILE | NO_GIVEN))]
    found = resolve(two, least=0.99)
    assert [one.score for one in found.proposals] == [0.482678]


@pytest.mark.parametrize(
    ("make", "shared", "ours", "theirs"),
    [
        (person, JAN | {"city": "Ede"}, {}, {}),
        (person, JAN | {"city": "Ede"}, DOOR, {}),
        (person, JAN | {"city": "Ede"}, {"street": "Dorpsstraat"}, {"street": "Kerkweg"}),
        (company, HOEK | {"city": "Ede"}, {}, {}),
    ],
)
def test_a_name_and_a_town_alone_are_listed_with_half_their_score_and_never_asked_about(
    make: Make, shared: dict[str, str], ours: dict[str, str], theirs: dict[str, str]
) -> None:
    two = [make("books", key="0", **shared | ours), make("books", key="1", **shared | theirs)]
    one, other = (read(some) for some in two)
    exactly = round(score(one, other, compare(one, other, ())) / 2, 6)
    assert [one.score for one in resolve(two, least=exactly).proposals] == [exactly]
    assert not resolve(two, least=exactly + 0.000001).proposals
    assert not resolve(two).proposals


def test_not_even_what_groups_know_besides_makes_a_name_alone_worth_asking() -> None:
    three = [
        person("books", key="0", **JAN | {"city": "Ede"}),
        person("books", key="1", **JAN | DOOR | MOBILE),
        person("books", key="2", **JAN | {"city": "Ede"} | MOBILE),
        person("books", key="3", **JAN | DOOR),
    ]
    assert listed(three, [0, 1, 1, 0], [(0, 2)]) == []
    assert listed(three, [0, 1, 1, 0], [(0, 2)], least=0.49) == [(0, 2)]
    assert listed(three, [0, 1, 1, 0], [(0, 2), (1, 3)]) == [(1, 3)]


def test_firms_of_two_registrations_are_not_even_listed_for_their_name_and_town() -> None:
    two = [company("books", **HOEK | KVK, city="Ede"), company("crm", **HOEK | OTHER_KVK, city="Ede")]
    assert not resolve(two, least=0).proposals


# --- the answer joins groups, so that all of a group counts -------------------------------------------------------

AWAY = {"street": "Kerkweg", "house_number": "3", "postcode": "9876ZX", "city": "Goes"}


@pytest.mark.parametrize(
    ("own", "mate", "theirs", "counted"),
    [
        ({}, EMAIL, OTHER_EMAIL, EMAIL),
        ({}, EMAIL, {}, {}),
        (EMAIL, OTHER_EMAIL | NUMBER, OTHER_EMAIL, OTHER_EMAIL),
        ({}, BORN, BORN, BORN),
        ({}, KVK, OTHER_KVK, KVK),
        ({}, VAT, OTHER_VAT, VAT),
        ({}, DOOR, DOOR, DOOR),
        (DOOR, AWAY, DOOR, DOOR),
        ({"postcode": "1234AB"}, {"street": "Dorpsstraat"}, DOOR, {"street": "Dorpsstraat", "postcode": "1234AB"}),
        ({"city": "Ede"}, {"street": "Dorpsstraat"}, DOOR, {"street": "Dorpsstraat", "city": "Ede"}),
        ({"postcode": "1234AB", "city": "Ede"}, AWAY, DOOR, AWAY),
        ({"postcode": "1234AB"}, {"postcode": "9876ZX"}, DOOR, {"postcode": "1234AB"}),
        ({"house_number": "12"}, AWAY, DOOR, AWAY),
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", [0, 1])
def test_a_question_scores_what_the_group_knows_together(
    place: int, own: dict[str, str], mate: dict[str, str], theirs: dict[str, str], counted: dict[str, str]
) -> None:
    asked = person("books", key=str(place), **(JAN | MOBILE | own))
    beside = person("books", key=str(1 - place), **(JAN | mate))
    third = person("crm", key="0", **(NO_GIVEN | MOBILE | theirs))
    whole, other = read(person("books", key="0", **(JAN | MOBILE | counted))), read(third)
    comparison = compare(read(asked), other, ())
    people = Population([asked, beside, third])
    (together,) = propose(people, [5, 5, 6], {(place, 2): comparison}, (), (), FROM_SCORE)
    assert together.score == score(whole, other, comparison)
    (alone,) = propose(people, [5, 7, 6], {(place, 2): comparison}, (), (), FROM_SCORE)
    assert alone.score == score(read(asked), other, comparison)


# --- who is never asked about, and who is by an address alone -----------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shared"), [("De Hoek", KVK), ("De Hoek", VAT), ("J. Bakker", LANDLINE), ("J. Bakker", EMAIL)]
)
@pytest.mark.parametrize("key", ["", "!"])
def test_nobody_is_asked_whether_who_works_there_is_the_organisation(
    name: str, shared: dict[str, str], key: str
) -> None:
    firm = company(name=name, **shared)
    assert asks(firm, person(**JAN, **shared))
    assert not asks(firm, employee(firm, key=key, **JAN, **shared))


def test_nobody_is_asked_whether_a_shop_is_the_holding_that_it_belongs_to() -> None:
    holding = company(**HOEK, **DOOR)
    assert asks(holding, company(**HOEK, **DOOR))
    assert not asks(holding, replace(company(**HOEK, **DOOR), member_of=(holding.ref,)))


def test_nobody_is_asked_whether_a_note_s_contact_is_what_the_note_points_at() -> None:
    pointed, pointing = company("crm", key="7", **HOEK), company("books", **HOEK_CARE)
    reference = {"reference": f"{pointed.ref.account}:{pointed.ref.kind}:{pointed.ref.key}"}
    assert asks(pointed, company("books", **HOEK_CARE, **reference))
    found = resolve([pointed, pointing, child(pointing, **reference)])
    assert not proposed(found, pointed, pointing)
    at_one_door = [
        replace(one, identifiers=company(**HOEK, **DOOR).identifiers) for one in (pointed, pointing)
    ]
    assert proposed(resolve([*at_one_door, child(pointing, **reference)]), *at_one_door)


def test_a_member_that_another_record_points_at_is_asked_about() -> None:
    news = member("jan@x.nl", "Jan", "Bakker")
    reference = {"reference": f"{news.ref.account}:{news.ref.kind}:{news.ref.key}"}
    assert asks(news, person(**NO_GIVEN, **reference))
    assert not asks(news, person(given_name="Anna", family_name="Visser", **reference))


@pytest.mark.parametrize("shared", [LANDLINE, KVK, VAT])
def test_of_more_than_are_compared_pair_by_pair_those_at_one_door_are_asked_about(
    shared: dict[str, str],
) -> None:
    """Twenty-five of one name share a telephone or a registration; two of them, not neighbours, share a door."""
    towns = [DOOR, {"city": "Goes"}, DOOR | {"city": "Bennekom"}, *({"city": f"Dorp {i}"} for i in range(22))]
    firms = [
        company(key=f"{i:02}", **HOEK, email=f"post@x{i}.nl", **shared, **town)
        for i, town in enumerate(towns)
    ]
    assert proposed(resolve(firms), firms[0], firms[2])
    assert not proposed(resolve(firms), firms[0], firms[3])


@pytest.mark.parametrize(
    ("ours", "given", "family", "asked"),
    [
        (JAN, "Piet", "Bakker", False),
        (JAN, "Anna", "Visser", False),
        (JAN, "", "Visser", False),
        (MARIEKE, "Mareike", "Bakker", True),
        (MARIEKE | MOBILE, "Mareike", "Bakker", True),
        (JAN | BORN, "", "Bakker", False),
    ],
)
def test_a_member_is_asked_about_whose_name_may_be_the_same_person_s(
    ours: dict[str, str], given: str, family: str, asked: bool
) -> None:
    one, news = person("crm", **ours, **EMAIL), member("post@x.nl", given, family)
    if not linked(one, news):
        assert proposed(resolve([one, news]), one, news) is asked


# --- what a question says is alike --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shared", "ours", "theirs", "evidence"),
    [
        (JAN | DOOR, {}, {}, ("name", "postcode+number", "street", "city")),
        (JAN | DOOR, {}, {"house_number": "14"}, ("name", "street", "postcode", "city")),
        (JAN | DOOR, {"city": ""}, {"city": ""}, ("name", "postcode+number", "street")),
        (JAN | DOOR, {"postcode": ""}, {"postcode": ""}, ("name", "street", "city")),
        (JAN | DOOR, {"postcode": ""}, {"street": ""}, ("name", "city")),
        (DOOR, JAN, NO_GIVEN, ("postcode+number", "street", "city")),
        (
            {"house_number": "12", "birth_date": "1980-05-06"},
            JAN | {"postcode": "1234AB"},
            NO_GIVEN | {"postcode": "1234AC"},
            ("birth_date",),
        ),
        (
            {"house_number": "12"},
            JAN | {"postcode": "1234AB", "street": "Dorpsstraat"},
            NO_GIVEN | {"postcode": "1234AC", "street": "Dorpstraat"},
            ("name_resembles",),
        ),
        (MOBILE, JAN | BORN, JAN | BORN_OTHERWISE, ("phone", "name", "contradicts")),
        (
            JAN,
            {"email": "janbakker50@planet.nl"},
            {"email": "janbakker50@hetnet.nl"},
            ("name", "email_resembles"),
        ),
    ],
)
def test_a_question_says_what_agrees(
    shared: dict[str, str], ours: dict[str, str], theirs: dict[str, str], evidence: tuple[str, ...]
) -> None:
    (found,) = resolve([person("books", **shared | ours), person("crm", **shared | theirs)]).proposals
    assert found.evidence == evidence


def test_a_registration_without_its_zero_is_named() -> None:
    one, other = company("books", **HOEK, kvk="1234567"), company("crm", **HOEK, kvk="01234567")
    assert resolve([one, other]).proposals[0].evidence == ("name", "kvk_without_zero")
