"""Two records side by side, rule by rule: what each of them is there for, and what would go wrong without it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from syncd.identity import Answer, plainly_two, read, resolve
from syncd.identity.comparing import compare
from tests.unit.identity.kit import company, linked, person, proposed, together

KVK, OTHER_KVK = "12345678", "87654321"
IBAN = "NL91ABNA0417164300"
VAT, OTHER_VAT = "NL004495445B01", "NL857587973B01"
FROM_MOST_TO_LEAST_TELLING = [
    ("kvk", KVK),
    ("vat", VAT),
    ("reference", "books:contact:12"),
    ("iban", IBAN),
    ("customer_number", "K-1001"),
    ("email", "info@hoek.example"),
    ("phone", "06-12345678"),
]


# --- which evidence comes first ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("more", "less"), list(pairwise(FROM_MOST_TO_LEAST_TELLING))[:-1])
def test_between_two_subjects_the_more_telling_identifier_decides(
    more: tuple[str, str], less: tuple[str, str]
) -> None:
    one = company(name="De Hoek", birth_date="1980-12-31", **dict([more]))
    other = company(name="De Hoek", birth_date="1990-12-31", **dict([less]))
    between = company("shop", name="De Hoek", **dict([more, less]))
    resolution = resolve([one, other, between])
    assert together(resolution, one, between)
    assert not together(resolution, other, between)


def test_an_address_and_a_number_of_two_firms_decide_nothing() -> None:
    mailed, called = (dict([one]) for one in FROM_MOST_TO_LEAST_TELLING[-2:])
    one = company(name="De Hoek", birth_date="1980-12-31", **mailed)
    other = company(name="De Hoek", birth_date="1990-12-31", **called)
    between = company("shop", name="De Hoek", **mailed, **called)
    resolution = resolve([one, other, between])
    assert len(resolution.groups) == 3
    assert proposed(resolution, one, between)
    assert proposed(resolution, other, between)


def test_a_whole_name_decides_before_initials() -> None:
    one = person(name="Jan Smit", email="j@smit.nl", birth_date="1980-12-31")
    other = person(name="J. Smit", email="j@smit.nl", birth_date="1990-12-31")
    between = person("shop", name="Jan Smit", email="j@smit.nl")
    resolution = resolve([one, other, between])
    assert together(resolution, one, between)
    assert not together(resolution, other, between)


def test_initials_decide_before_no_name() -> None:
    both = {"email": "j@smit.nl", "phone": "06-12345678"}
    one = person(name="Jan Smit", birth_date="1980-12-31", **both)
    other = person(birth_date="1990-12-31", **both)
    between = person("shop", name="J. Smit", **both)
    assert together(resolve([one, other, between]), one, between)


def test_a_date_of_birth_in_common_decides() -> None:
    one = person(name="Jan Smit", email="j@smit.nl", birth_date="1980-12-31", kvk=KVK)
    other = person(name="Jan Smit", email="j@smit.nl", kvk=OTHER_KVK)
    between = person("shop", name="Jan Smit", email="j@smit.nl", birth_date="1980-12-31")
    assert together(resolve([one, other, between]), one, between)


@pytest.mark.parametrize(
    ("ours", "theirs", "door"),
    [
        ({"postcode": "1234 AB", "house_number": "12"}, {"postcode": "1234AB", "house_number": "12"}, True),
        ({"postcode": "1234 AB", "house_number": "12"}, {"postcode": "1234AB", "house_number": "14"}, False),
        ({"postcode": "1234 AB", "house_number": "12"}, {"postcode": "1234AC", "house_number": "12"}, False),
        ({"postcode": "1234 AB"}, {"postcode": "1234AB"}, False),
        ({"house_number": "12"}, {"house_number": "12"}, False),
        ({}, {}, False),
    ],
)
def test_a_door_is_a_postcode_and_a_number(ours: dict[str, str], theirs: dict[str, str], door: bool) -> None:
    one, other = (company(name="De Hoek", kvk=KVK, **facts) for facts in (ours, theirs))
    [link] = resolve([one, other]).groups[0].links
    assert link.evidence == (("kvk", "name", "postcode+number") if door else ("kvk", "name"))


def test_a_date_of_birth_in_common_is_told() -> None:
    one, other = (person(name="Jan Smit", email="j@smit.nl", birth_date=day, phone="06-12345678")
                  for day in ("1980-12-31", "31-12-1980"))  # fmt: skip
    [link] = resolve([one, other]).groups[0].links
    assert link.evidence == ("email", "phone", "name", "birth_date")


def test_a_sole_trader_who_moved_has_no_branches() -> None:
    """What two towns say of a company's registration they do not say of a person's."""
    one = person(name="Jan Smit", kvk=KVK, city="Utrecht", phone="06-12345678")
    assert linked(one, person("books", name="Jan Smit", kvk=KVK, city="Almere", phone="06-87654321"))


def test_who_married_keeps_the_landline() -> None:
    shared = {"given_name": "Anna", "birth_date": "1980-12-31", "phone": "020-1234567"}
    assert linked(person(family_name="Bakker", **shared), person("books", family_name="de Vries", **shared))


def test_what_may_not_link_has_no_weight() -> None:
    one, other = read(company(name="De Hoek", kvk=KVK)), read(company(name="De Hoek", kvk=OTHER_KVK))
    assert compare(one, one, ()).weight > 0
    assert compare(one, other, ()).weight == 0
    assert compare(one, one, one.strong).weight == 0


# --- what an answer makes alternatives --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "one", "other", "third"),
    [
        ("kvk", KVK, OTHER_KVK, "11223344"),
        ("vat", VAT, OTHER_VAT, "NL001234567B29"),
        ("birth_date", "1980-12-31", "1990-12-31", "1970-12-31"),
    ],
)
def test_what_a_person_called_one_may_have_either_and_nothing_else(
    name: str, one: str, other: str, third: str
) -> None:
    shared = {"name": "De Hoek", "email": "info@hoek.example"}
    a, b = company(**{name: one}, **shared), company("books", **{name: other}, **shared)
    same = [Answer(a.ref, b.ref, same=True)]
    for value in (one, other):
        assert linked(a, b, company("shop", **{name: value}, **shared), answers=same)
    stranger, between = company("shop", **{name: third}, **shared), company("shop", **shared)
    resolution = resolve([a, b, stranger, between], same)
    assert together(resolution, a, b)
    assert len(resolution.groups) == 3


def test_whom_a_person_calls_one_may_be_called_either_and_nothing_else() -> None:
    both = {"email": "j@smit.nl", "phone": "06-12345678"}
    a, b = person(name="Jan Smit", **both), person("books", name="Roos Smit", **both)
    same = [Answer(a.ref, b.ref, same=True)]
    for name in ("Jan Smit", "Roos Smit"):
        assert linked(a, b, person("shop", name=name, **both), answers=same)
    stranger, between = person("shop", name="Piet Smit", **both), person("shop", **both)
    assert len(resolve([a, b, stranger, between], same).groups) == 3


def test_a_record_without_a_name_that_a_person_joined_lets_no_other_name_in() -> None:
    both = {"email": "j@smit.nl", "phone": "06-12345678"}
    a, nameless = person(name="Jan Smit", **both), person("books", **both)
    stranger = person("shop", name="Piet Smit", **both)
    same = [Answer(a.ref, nameless.ref, same=True)]
    assert not together(resolve([a, nameless, stranger], same), a, stranger)


def test_the_names_of_people_at_one_company_contradict_nothing() -> None:
    both = {"kvk": KVK, "name": "De Hoek"}
    assert linked(
        company(given_name="Jan", family_name="Smit", **both), company("books", given_name="Piet", **both)
    )


# --- names and the second fact ----------------------------------------------------------------------------------


@pytest.mark.parametrize("named_first", [True, False])
def test_no_name_does_not_disagree_with_a_juniors(named_first: bool) -> None:
    both = {"email": "j@smit.nl", "phone": "06-12345678"}
    junior, nameless = (
        person("ba"[named_first], name="Jan Smit jr.", **both),
        person("c" if named_first else "a", **both),
    )
    assert linked(junior, nameless)


def test_a_sole_trader_may_have_the_owners_name_as_trade_name_only() -> None:
    firm = company(name="Het Penseel h.o.d.n. Schilder Jan de Boer", email="jan@boer.nl")
    owner = person("books", name="Jan de Boer", email="jan@boer.nl", phone="06-12345678")
    assert linked(firm, owner)


def test_a_reference_needs_no_other_identifier() -> None:
    pointed_at = company("books", key="7", name="De Hoek")
    assert linked(pointed_at, company(reference="books:item:7", name="De Hoek"))
    assert not linked(pointed_at, company(reference="books:item:8", name="De Hoek"))


@pytest.mark.parametrize(
    ("kind", "value", "links"),
    [
        ("kvk", KVK, True),
        ("reference", "books:contact:12", True),
        ("vat", VAT, False),
        ("iban", IBAN, False),
        ("customer_number", "K-1001", False),
        ("phone", "06-12345678", False),
    ],
)
def test_beside_names_that_disagree_only_a_registration_or_a_reference_counts(
    kind: str, value: str, links: bool
) -> None:
    shared = {"email": "info@hoek.example", kind: value}
    assert (
        linked(company(name="Oude Naam", **shared), company("books", name="Heel Anders", **shared)) is links
    )


# --- plainly two ------------------------------------------------------------------------------------------------


def test_plainly_two_are_those_that_contradict_and_companies_of_other_names() -> None:
    hoek, inkt, bare = company(name="De Hoek"), company(name="Drukkerij Inkt"), company()
    assert plainly_two(hoek, inkt)
    assert not plainly_two(hoek, company(name="De Hoek B.V."))
    assert not plainly_two(hoek, bare)
    assert not plainly_two(bare, hoek)
    assert plainly_two(company(name="De Hoek", kvk=KVK), company(name="De Hoek", kvk=OTHER_KVK))
    jan, moved = person(name="Jan Smit"), person(name="Jan Bakker")
    assert not plainly_two(jan, moved)
    assert plainly_two(jan, person(name="Piet Smit"))
    assert not plainly_two(hoek, jan)
    assert not plainly_two(jan, hoek)


# --- answers that contradict each other -------------------------------------------------------------------------


@pytest.mark.parametrize("turned", [False, True])
def test_where_answers_contradict_different_stands_whichever_way_they_were_given(turned: bool) -> None:
    a, b, c = (company(account, name=name) for account, name in zip("abc", ("Aa", "Bb", "Cc"), strict=True))
    first, last = (b, a) if turned else (a, b)
    answers = [
        Answer(first.ref, last.ref, same=False),
        Answer(b.ref, c.ref, same=True),
        Answer(c.ref, a.ref, same=True),
    ]
    assert not together(resolve([a, b, c], answers), a, b)


def test_an_answer_about_a_record_that_is_gone_changes_nothing_else() -> None:
    shared = {"name": "De Hoek", "kvk": KVK}
    a, b, gone = company("a", **shared), company("b", **shared), company("c", **shared)
    for answer in (Answer(a.ref, gone.ref, same=False), Answer(gone.ref, a.ref, same=False)):
        assert linked(a, b, answers=[answer])


# --- the second agreeing fact ----------------------------------------------------------------------------------

TRADERS_VAT = "NL002455799B11"
LANDLINE, OTHER_LANDLINE = "020-1234567", "020-7654321"


def either_way(
    ours: dict[str, str], theirs: dict[str, str], *, kind: object = person, other: object = None
) -> bool:
    """Tell whether two records link; whichever is first makes no difference."""
    one, two = kind, other or kind
    found = {
        linked(one(**ours), two("books", **theirs)),  # type: ignore[operator]
        linked(one("books", **ours), two(**theirs)),  # type: ignore[operator]
    }
    assert len(found) == 1
    return found.pop()


def test_initials_and_a_landline_beside_an_address_are_enough() -> None:
    ours = {"name": "Jan Smit", "phone": LANDLINE, "email": "j@smit.nl"}
    assert either_way(ours, ours | {"name": "J. Smit"})
    assert not either_way(ours, {"name": "J. Smit", "phone": LANDLINE})


def test_one_name_and_landline_are_enough_where_only_one_has_an_address() -> None:
    shared = {"name": "Jan Smit", "phone": LANDLINE}
    assert either_way(shared, shared | {"email": "j@smit.nl"})
    assert not either_way(shared | {"email": "jan@smit.nl"}, shared | {"email": "j@smit.nl"})


EDE, GOES = {"city": "Ede", "phone": LANDLINE}, {"city": "Goes", "phone": OTHER_LANDLINE}


@pytest.mark.parametrize(
    ("shared", "ours", "theirs", "one"),
    [
        ({}, EDE, GOES, False),
        ({}, EDE, {"phone": OTHER_LANDLINE}, True),
        ({}, EDE, GOES | {"city": "Ede"}, True),
        ({}, EDE, {"city": "Goes"}, False),
        ({"email": "info@hoek.nl"}, EDE, GOES, False),
        ({"email": "info@hoek.nl"}, EDE, {"city": "Goes"}, True),
        ({"iban": IBAN}, EDE, GOES, False),
        ({"iban": IBAN}, EDE, {"city": "Goes"}, False),
        ({"iban": IBAN}, EDE, EDE, True),
        ({"customer_number": "7"}, EDE, GOES, True),
        ({"vat": VAT}, EDE, GOES, False),
        ({"phone": LANDLINE}, {"city": "Ede"}, {"city": "Goes"}, False),
        ({"phone": LANDLINE, "iban": IBAN}, {"city": "Ede"}, {"city": "Goes"}, False),
        ({"phone": LANDLINE}, {"city": "Ede"}, {"city": "Ede"}, True),
        ({"phone": LANDLINE}, {"city": "Ede"}, {}, True),
        ({"phone": "06-12345678"}, {"city": "Ede"}, {"city": "Goes"}, True),
        ({"phone": LANDLINE, "email": "info@hoek.nl"}, {"city": "Ede"}, {"city": "Goes"}, True),
    ],
)
def test_branches_are_in_other_towns_and_share_nothing_but_the_registration(
    shared: dict[str, str], ours: dict[str, str], theirs: dict[str, str], one: bool
) -> None:
    shared = {"name": "De Hoek", "kvk": KVK} | shared
    assert either_way(shared | ours, shared | theirs, kind=company) is one


BORN = {"birth_date": "1980-12-31"}


@pytest.mark.parametrize(
    ("given", "born", "other_given", "other_born", "one"),
    [
        ("Anna", BORN, "Anna", BORN, True),
        ("Anna", BORN, "Anna", {}, False),
        ("Anna", {}, "Anna", {}, False),
        ("Anna", BORN, "A.", BORN, False),
        ("A.", BORN, "A.", BORN, False),
        ("", BORN, "", BORN, False),
    ],
)
def test_who_married_has_one_given_name_in_full_and_one_date_of_birth(
    given: str, born: dict[str, str], other_given: str, other_born: dict[str, str], one: bool
) -> None:
    ours = {"email": "anna@vos.nl", "given_name": given, "family_name": "Bakker"} | born
    theirs = {"email": "anna@vos.nl", "given_name": other_given, "family_name": "Vos"} | other_born
    assert either_way(ours, theirs) is one


def test_companies_do_not_marry() -> None:
    shared = {"email": "anna@vos.nl", "given_name": "Anna", "birth_date": "1980-12-31"}
    assert not either_way(shared | {"name": "De Hoek"}, shared | {"name": "Kant Bakkers"}, kind=company)
    assert not either_way(
        shared | {"name": "De Hoek"}, shared | {"family_name": "Vos"}, kind=company, other=person
    )


@pytest.mark.parametrize(
    ("firm", "shared", "one"),
    [
        ("De Hoek", {"kvk": KVK}, False),
        ("De Hoek", {"vat": VAT}, False),
        ("De Hoek", {"kvk": KVK, "email": "jan@hoek.nl"}, True),
        ("De Hoek", {"kvk": KVK, "phone": "06-12345678"}, True),
        (
            "De Hoek",
            {"kvk": KVK, "vat": TRADERS_VAT},
            False,
        ),  # whoever works there stands in a list with both
        ("De Hoek", {"kvk": KVK, "phone": LANDLINE}, False),
        ("De Hoek", {"kvk": KVK, "email": "administratie@hoek.nl"}, False),
        ("De Hoek", {"kvk": KVK, "vat": VAT}, False),  # it is made from a legal person's number
        ("De Hoek B.V.", {"kvk": KVK, "email": "jan@hoek.nl"}, False),
        ("Schilder Jan Smit B.V.", {"kvk": KVK, "vat": VAT, "email": "jan@hoek.nl"}, False),
        ("Schilder Jan Smit", {"kvk": KVK}, True),
        ("Schilder Jan Smit", {"vat": TRADERS_VAT}, True),
        ("Schilder Jan Smit", {"vat": "NL123456782B01"}, True),  # as sole traders' were until 2020
        ("Schilder Jan Smit", {"email": "jan@hoek.nl"}, True),
        ("Schilder Jan Smit", {"phone": LANDLINE}, False),
        ("Schilder Jan Smit", {"phone": LANDLINE, "email": "jan@hoek.nl"}, True),
        ("Schilder Jan Smit B.V.", {"phone": LANDLINE, "email": "jan@hoek.nl"}, False),
        ("Schilder Jan Smit V.O.F.", {"email": "jan@hoek.nl"}, False),
        ("Schilder Jan Smit eenmanszaak", {"email": "jan@hoek.nl"}, True),
        ("De Hoek", {"email": "jan@hoek.nl", "phone": LANDLINE}, False),
        ("De Hoek", {"iban": IBAN, "phone": LANDLINE}, False),
    ],
)
def test_when_a_firm_is_the_person_who_runs_it(firm: str, shared: dict[str, str], one: bool) -> None:
    ours, theirs = {"name": firm} | shared, {"name": "Jan Smit"} | BORN | shared
    assert either_way(ours, theirs, kind=company, other=person) is one
    assert either_way(theirs, ours, kind=person, other=company) is one
