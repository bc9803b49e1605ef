"""A record that fits two who are two: what is between them makes them no one."""

from __future__ import annotations

import pytest

from syncd.identity import Answer, resolve
from tests.unit.identity.kit import company, linked, member, person, proposed, together

EMAIL, MOBILE, KVK, OWN_VAT = "info@hoek.example", "06-23456781", "12345678", "NL001234567B29"
REACHED = {"email": EMAIL, "phone": MOBILE}


@pytest.mark.parametrize(
    ("ours", "theirs", "between"),
    [
        ("De Hoek B.V.", "De Hoek V.O.F.", "De Hoek"),
        ("Stichting De Hoek", "Vereniging De Hoek", "De Hoek"),
        ("Eenmanszaak De Hoek", "De Hoek B.V.", "De Hoek"),
        ("Jansen h.o.d.n. De Hoek", "Pietersen h.o.d.n. De Hoek", "De Hoek"),
    ],
)
@pytest.mark.parametrize("shared", [{"email": EMAIL}, REACHED])
def test_a_name_without_a_form_or_owner_joins_no_two_companies(
    ours: str, theirs: str, between: str, shared: dict[str, str]
) -> None:
    one, other = company(name=ours, **shared), company("books", name=theirs, **shared)
    both = company("shop", name=between, **shared)
    resolution = resolve([one, other, both])
    assert len(resolution.groups) == 3
    assert proposed(resolution, one, both)
    assert proposed(resolution, other, both)
    assert linked(one, both)
    assert linked(other, both)


def test_one_registration_joins_whatever_the_form() -> None:
    one, other = company(name="De Hoek B.V.", kvk=KVK, **REACHED), company("books", name="De Hoek", **REACHED)
    assert linked(one, other, company("shop", name="De Hoek V.O.F.", kvk=KVK, **REACHED))


@pytest.mark.parametrize(
    "form", [{"name": "Jan de Boer B.V."}, {"name": "Jan de Boer", "vat": "NL857587973B01"}]
)
def test_a_trade_name_joins_no_director_and_company(form: dict[str, str]) -> None:
    director, firm = person(name="Jan de Boer", **REACHED), company(**form, **REACHED)
    both = company("books", name="Jan de Boer", **REACHED)
    resolution = resolve([director, firm, both])
    assert not together(resolution, director, firm)
    assert proposed(resolution, director, both)
    assert linked(director, both)


def test_a_newsletter_member_still_belongs_to_the_company() -> None:
    assert linked(
        company(name="De Hoek B.V.", **REACHED), company("books", name="De Hoek", **REACHED), member(EMAIL)
    )


def test_two_firms_of_one_person_do_not_become_one() -> None:
    owner = person(name="Jan de Boer", **REACHED)
    transport = company("books", name="Jan de Boer Transport", **REACHED)
    advice = company("shop", name="Jan de Boer Advies", **REACHED)
    resolution = resolve([owner, transport, advice])
    assert len(resolution.groups) == 3
    assert proposed(resolution, owner, transport)
    assert proposed(resolution, owner, advice)
    misspelt = company("shop", name="Jan de Boer Transpoort", **REACHED)
    assert linked(owner, transport, misspelt)


@pytest.mark.parametrize(
    ("ours", "theirs", "registered", "one"),
    [
        ("De Hoek", "Kant Bakkers", {}, False),
        ("De Hoek", "De Hoek", {}, True),
        ("De Hoek", "De Hoek Zorg", {}, True),
        ("Hoekstra Bouwadvies", "Hoeksta Bouwadveis", {}, True),
        ("De Hoek", "Kant Bakkers", {"kvk": KVK}, True),
    ],
)
def test_a_person_belongs_to_no_two_firms_of_other_names(
    ours: str, theirs: str, registered: dict[str, str], one: bool
) -> None:
    owner = person(
        given_name="Jan",
        family_name="Bakker",
        kvk=KVK,
        vat=OWN_VAT,
        email="jan@hoek.example",
        phone=MOBILE,
    )
    first = company("books", name=ours, kvk=KVK, email="jan@hoek.example")
    second = company("shop", name=theirs, vat=OWN_VAT, phone=MOBILE, **registered)
    assert linked(owner, first)
    assert linked(owner, second)
    assert linked(owner, first, second) is one


def test_two_firms_of_one_person_with_one_registration_are_one() -> None:
    owner = person(name="Jan de Boer", **REACHED)
    transport = company("books", name="Jan de Boer Transport", kvk=KVK, **REACHED)
    assert linked(owner, transport, company("shop", name="Jan de Boer Advies", kvk=KVK, **REACHED))


def test_an_answer_joins_over_another_form_and_later_records_follow() -> None:
    one, other = company(name="De Hoek V.O.F.", **REACHED), company("books", name="De Hoek B.V.", **REACHED)
    both = company("shop", name="De Hoek", **REACHED)
    assert linked(one, other, both, answers=[Answer(one.ref, other.ref, same=True)])


# --- head office between two branches --------------------------------------------------------------------------


OFFICE = {"name": "Garage Peters B.V.", "email": "post@peters.example"}
EDE = {"city": "Ede", "phone": "0318-234567", "street": "Dorpsweg", "house_number": "12"}
GOES = {"city": "Goes", "phone": "0113-234567", "street": "Kerkstraat", "house_number": "7"}


@pytest.mark.parametrize(
    ("ede", "goes", "office"),
    [
        (OFFICE | EDE, OFFICE | GOES, OFFICE),
        (OFFICE | EDE, OFFICE | GOES | {"kvk": KVK}, OFFICE | {"kvk": KVK}),
        (
            {
                "name": "Hoek Installaties Ede",
                "kvk": f"{KVK} 000012345678",
                "city": "Ede",
                "postcode": "6711AB",
            },
            {"name": "Hoek Installaties Goes", "kvk": KVK, "city": "Goes", "postcode": "4461AB"},
            {"name": "Hoek Installaties B.V.", "kvk": KVK},
        ),
    ],
)
def test_head_office_makes_two_branches_no_one(
    ede: dict[str, str], goes: dict[str, str], office: dict[str, str]
) -> None:
    one, other, head = company(**ede), company("books", **goes), company("shop", **office)
    assert linked(one, head)
    assert linked(other, head)
    found = resolve([one, other, head])
    assert len(found.groups) == 3
    assert proposed(found, one, head)
    assert proposed(found, other, head)


def test_what_is_at_the_door_of_one_branch_is_that_ones() -> None:
    ede, goes = company(**OFFICE | EDE), company("books", **OFFICE | GOES)
    here = company("shop", **OFFICE, street="Dorpsweg", house_number="12")
    found = resolve([ede, goes, here])
    assert together(found, ede, here)
    assert not together(found, goes, here)
    assert linked(ede, here, company("books", **OFFICE, street="Dorpsweg", house_number="12", city="Ede"))


def test_people_are_no_branches() -> None:
    jan = {"name": "Jan de Boer", "email": "jan.deboer@x.example"}
    assert linked(person(**jan | EDE), person("books", **jan | GOES), person("shop", **jan))


# --- an initial, or a name without a number, that fits two who are two --------------------------------------------

HOME = "zonnetje9@huis.example"
LANDLINE, DOOR = "0405069219", {"street": "Kruisweg", "house_number": "179", "postcode": "9741DM"}
OWN_IBAN = "NL91ABNA0417164300"


@pytest.mark.parametrize(
    "besides", [{}, {"phone": LANDLINE}, {"phone": LANDLINE, **DOOR}, DOOR, {"iban": OWN_IBAN}]
)
@pytest.mark.parametrize("known", [{}, {"birth_date": "2003-04-18"}])
def test_an_initial_at_a_mailbox_of_two_is_nobodys_however_much_one_of_them_shares(
    besides: dict[str, str], known: dict[str, str]
) -> None:
    unsaid = person(name="J. de Vries", email=HOME, **besides, **known)
    one = person("books", name="Jan de Vries", email=HOME, **besides, **known)
    other = person("shop", name="Joke de Vries", email=HOME, **DOOR, **known)
    resolution = resolve([unsaid, one, other])
    assert len(resolution.groups) == 3
    assert proposed(resolution, unsaid, one)
    assert proposed(resolution, unsaid, other)


@pytest.mark.parametrize("own", [{"phone": MOBILE}, {"customer_number": "K-1001"}])
def test_what_is_ones_own_settles_whose_an_initial_is(own: dict[str, str]) -> None:
    unsaid = person(name="J. de Vries", email=HOME, **own)
    one = person("books", name="Jan de Vries", email=HOME, **own)
    other = person("shop", name="Joke de Vries", email=HOME, **DOOR)
    resolution = resolve([unsaid, one, other])
    assert together(resolution, unsaid, one)
    assert not together(resolution, unsaid, other)


def test_an_address_that_says_the_given_name_settles_it() -> None:
    mailbox = "jan.devries@huis.example"
    unsaid = person(name="J. de Vries", email=mailbox, phone=LANDLINE)
    one = person("books", name="Jan de Vries", email=mailbox, phone=LANDLINE)
    other = person("shop", name="Joke de Vries", phone=LANDLINE, email="joke@huis.example")
    assert together(resolve([unsaid, one, other]), unsaid, one)


@pytest.mark.parametrize(("known", "settled"), [({}, True), ({"birth_date": "2003-04-18"}, False)])
def test_a_date_of_birth_settles_it_where_the_others_is_not_known(
    known: dict[str, str], settled: bool
) -> None:
    born = {"birth_date": "2003-04-18"}
    unsaid = person(name="K. Blom", email=HOME, phone=LANDLINE, **born)
    one = person("books", name="Kim Blom", phone=LANDLINE, **born)
    other = person("shop", name="Karin Blom", email=HOME, **known)
    assert together(resolve([unsaid, one, other]), unsaid, one) is settled


@pytest.mark.parametrize(
    ("own", "one_subject"), [({}, False), ({"phone": LANDLINE}, False), ({"phone": MOBILE}, True)]
)
def test_two_who_may_each_be_another_are_one_only_by_something_of_their_own(
    own: dict[str, str], one_subject: bool
) -> None:
    two = [person(name="J. de Vries", email=HOME, **DOOR, **own) for _ in range(2)]
    one = person("books", name="Jan de Vries", email=HOME, **DOOR)
    other = person("shop", name="Joke de Vries", email=HOME, **DOOR)
    resolution = resolve([*two, one, other])
    assert together(resolution, *two) is one_subject
    assert not any(together(resolution, first, second) for first in two for second in (one, other))


@pytest.mark.parametrize(
    ("own", "settled"), [({}, False), ({"phone": MOBILE}, False), ({"iban": OWN_IBAN}, True)]
)
def test_a_firm_without_a_number_is_neither_the_sole_traders_nor_the_bv_that_came_after(
    own: dict[str, str], settled: bool
) -> None:
    shared = {"name": "Webdesign Jansen", "email": EMAIL, "phone": LANDLINE, **DOOR, **own}
    unsaid, one = company(**shared), company("books", vat=OWN_VAT, **shared)
    other = company("shop", name="Webdesign Jansen BV", email=EMAIL, vat="NL857587973B01", **DOOR)
    resolution = resolve([unsaid, one, other])
    assert together(resolution, unsaid, one) is settled
    assert not together(resolution, unsaid, other)
    assert not together(resolution, one, other)


def test_a_mobile_number_does_not_settle_whose_a_row_without_a_name_is() -> None:
    reached = {"email": EMAIL, "phone": MOBILE}
    unsaid, one = company(**reached), company("books", name="De Hoek", vat=OWN_VAT, **reached)
    other = company("shop", name="De Hoek BV", email=EMAIL, vat="NL857587973B01")
    assert linked(unsaid, one)
    assert len(resolve([unsaid, one, other]).groups) == 3


@pytest.mark.parametrize(("first", "second"), [("books", "crm"), ("crm", "books")])
def test_two_who_may_each_be_father_or_son_are_one_at_an_address_that_says_who(
    first: str, second: str
) -> None:
    home = {"email": "jan.devries@huis.example", **DOOR}
    two = person(first, name="Jan de Vries", **home), person(second, name="J. de Vries", **home)
    father = person("shop", name="Jan de Vries", birth_date="1950-05-01", **home)
    son = person("shop", name="Jan de Vries", birth_date="1980-06-02", **home)
    resolution = resolve([*two, father, son])
    assert len(resolution.groups) == 3
    assert together(resolution, *two)


def test_a_mobile_number_does_not_settle_whose_a_name_is_that_two_bear() -> None:
    unsaid = person(name="Jan de Vries", email=HOME, phone=MOBILE)
    father = person("books", name="Jan de Vries", phone=MOBILE, birth_date="1950-05-01")
    son = person("shop", name="Jan de Vries", email=HOME, birth_date="1980-06-02")
    assert len(resolve([unsaid, father, son]).groups) == 3


def test_a_subscriber_goes_with_the_one_reader_whom_the_name_fits() -> None:
    unsaid, other = member(HOME, "J.", "de Vries"), member(HOME, "Karel", "de Vries", "post")
    known = person(name="Jan de Vries", email=HOME, **DOOR)
    resolution = resolve([unsaid, other, known])
    assert together(resolution, unsaid, known)
    assert not together(resolution, unsaid, other)


def test_a_subscriber_of_two_readers_is_nobodys_however_much_is_known_of_one() -> None:
    unsaid, one = member(HOME, "J.", "de Vries"), member(HOME, "Jan", "de Vries", "post")
    assert linked(unsaid, one)
    for other in (person(name="Joke de Vries", email=HOME, **DOOR), member(HOME, "Joke", "de Vries", "shop")):
        assert len(resolve([unsaid, one, other]).groups) == 3


def test_a_firm_that_reads_an_address_too_takes_nobody_apart() -> None:
    unsaid, one = member(HOME, "J.", "de Vries"), member(HOME, "Jan", "de Vries", "post")
    firm = company(name="Zonnetje", email=HOME, **DOOR)
    assert together(resolve([unsaid, one, firm]), unsaid, one)


def test_who_contradicts_both_readers_takes_none_of_them_along() -> None:
    unsaid, one = member(HOME, "J.", "de Vries"), member(HOME, "Jan", "de Vries", "post")
    other = person(name="Karel de Vries", email=HOME, **DOOR)
    resolution = resolve([unsaid, one, other])
    assert together(resolution, unsaid, one)
    assert not together(resolution, one, other)


@pytest.mark.parametrize(("mailbox", "one_reader"), [("dedevries@huis.example", False), (HOME, True)])
def test_a_surname_with_another_beside_it_is_not_enough_in_a_familys_mailbox(
    mailbox: str, one_reader: bool
) -> None:
    double, single = (
        member(mailbox, "J.", "de Vries-van der Wal"),
        member(mailbox, "Johan", "de Vries", "post"),
    )
    assert linked(double, single) is one_reader


def test_firms_in_two_towns_that_pay_from_two_accounts_are_branches() -> None:
    chain = {"name": "Bakker Bart", "email": "klantenservice@bart.example"}
    one = {"street": "Lindelaan", "house_number": "9", "postcode": "2569DR", "city": "Almere"}
    other = {"street": "Schoolstraat", "house_number": "38", "postcode": "2301CP", "city": "Zwolle"}
    paid = {"iban": OWN_IBAN}, {"iban": "NL39RABO0300065264"}
    assert linked(company(**chain, **one, **paid[0]), company("books", **chain, **other))
    assert not linked(company(**chain, **one, **paid[0]), company("books", **chain, **other, **paid[1]))
