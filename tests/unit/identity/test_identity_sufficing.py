"""What two records of one name must share, and where it must not suffice: towns, doors, households, couples."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from syncd.identity import resolve
from tests.unit.identity.kit import company, linked, person, proposed

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncd.model import Record

EMAIL, KVK, IBAN = "info@hoek.example", "12345678", "NL91ABNA0417164300"
LANDLINE, OTHER_LANDLINE = "020-2345671", "030-2345671"
MOBILE, OTHER_MOBILE = "06-23456781", "06-23456782"
HERE, THERE = {"phone": LANDLINE}, {"phone": OTHER_LANDLINE}


def also(one: Record, **facts: str) -> Record:
    """Give a record with more identifiers of kinds that it may have already."""
    return replace(one, identifiers=(*one.identifiers, *person(**facts).identifiers))


def both(
    make: Callable[..., Record], shared: dict[str, str], ours: dict[str, str], theirs: dict[str, str]
) -> bool:
    """Tell whether two records link, whichever comes first."""
    one = linked(make("books", **shared | ours), make("crm", **shared | theirs))
    other = linked(make("books", **shared | theirs), make("crm", **shared | ours))
    assert one is other
    return one


# --- one name or number in two towns -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "theirs", "one"),
    [
        ("Delft", "Delfd", True),
        ("Goes", "Does", False),
        ("Goes", "Goest", False),
        ("Hengelo", "Hengelo Gld", True),
        ("Haag", "Den Haag", True),
        ("Utrecht", "Uttrecht", True),
        ("Utrecht", "Zwolle", False),
        ("Utrecht", "", True),
        ("", "Utrecht", True),
    ],
)
@pytest.mark.parametrize("shared", [{"email": EMAIL}, {"kvk": KVK}])
def test_a_towns_name_may_have_a_slip_when_it_is_long_enough(
    shared: dict[str, str], ours: str, theirs: str, one: bool
) -> None:
    shared = shared | {"name": "De Hoek"}
    assert both(company, shared, HERE | {"city": ours}, THERE | {"city": theirs}) is one


@pytest.mark.parametrize(
    ("ours", "theirs", "one"),
    [
        ({"postcode": "2511 AB"}, {"postcode": "2511AB"}, True),
        ({"postcode": "2511 AB"}, {"postcode": "2512AB"}, False),
        ({}, {}, False),
        ({"street": "Spui", "house_number": "5"}, {"street": "Spui", "house_number": "5"}, True),
        ({"street": "Spui", "house_number": "5"}, {"street": "Plein", "house_number": "5"}, False),
        ({"street": "Spui", "house_number": "5"}, {"street": "Spui", "house_number": "7"}, False),
        ({"street": "Spui"}, {"street": "Spui"}, False),
        ({"house_number": "5"}, {"house_number": "5"}, False),
    ],
)
def test_two_names_of_one_town_are_told_by_the_postcode_or_the_door(
    ours: dict[str, str], theirs: dict[str, str], one: bool
) -> None:
    hague, den_haag = HERE | {"city": "'s-Gravenhage"}, THERE | {"city": "Den Haag"}
    assert both(company, {"name": "De Hoek", "email": EMAIL}, hague | ours, den_haag | theirs) is one


@pytest.mark.parametrize(
    ("phones", "one"), [([LANDLINE], False), ([MOBILE], True), ([LANDLINE, MOBILE], True)]
)
def test_a_landline_is_all_branches_and_a_mobile_number_is_somebodys(phones: list[str], one: bool) -> None:
    def calling(account: str, city: str) -> Record:
        made = company(account, name="De Hoek", city=city, phone=phones[0])
        return also(made, phone=phones[-1]) if phones[1:] else made

    assert linked(calling("books", "Utrecht"), calling("crm", "Zwolle")) is one


def test_where_one_has_a_form_and_the_other_none_a_number_decides() -> None:
    shared = {"email": EMAIL, "vat": "NL857587973B01"}
    assert both(company, shared, {"name": "Groen B.V."}, {"name": "Groen Advies"})
    assert not both(company, shared, {"name": "Groen B.V."}, {"name": "Groen Advies B.V."})


# --- one customer number in two systems ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "theirs", "one"),
    [
        ({}, {}, False),
        ({"birth_date": "1980-02-03"}, {"birth_date": "1980-02-03"}, True),
        ({"birth_date": "1980-02-03"}, {}, False),
        ({"postcode": "1234AB", "house_number": "5"}, {"postcode": "1234AB", "house_number": "5"}, True),
        ({"postcode": "1234AB", "house_number": "5"}, {"postcode": "1234AC", "house_number": "5"}, False),
        ({"postcode": "1234AB", "house_number": "5"}, {"postcode": "1234AB", "house_number": "7"}, False),
        ({"postcode": "1234AB"}, {"postcode": "1234AB"}, False),
        ({"house_number": "5"}, {"house_number": "5"}, False),
    ],
)
def test_one_customer_number_reached_otherwise_wants_a_date_of_birth_or_a_door(
    ours: dict[str, str], theirs: dict[str, str], one: bool
) -> None:
    shared = {"name": "Jan Smit", "customer_number": "1001"}
    assert both(person, shared, {"phone": MOBILE} | ours, {"phone": OTHER_MOBILE} | theirs) is one


# --- a household, a couple ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("shared", [{"kvk": KVK}, {"reference": "shop:item:7"}])
def test_a_person_who_married_is_known_by_registration_or_reference_and_one_more(
    shared: dict[str, str],
) -> None:
    before, after = {"name": "A. Smit"}, {"name": "A. Bakker"}
    assert both(person, shared | {"email": "anna@x.example"}, before, after)
    assert not both(person, shared, before, after)
    assert not both(person, {"iban": IBAN, "email": "anna@x.example"}, before, after)


@pytest.mark.parametrize(
    ("ours", "theirs", "one"),
    [
        ({"birth_date": "1980-02-03"}, {"birth_date": "1980-02-03"}, True),
        ({"birth_date": "1980-02-03"}, {}, False),
        ({}, {}, False),
    ],
)
def test_another_surname_beside_one_given_name_wants_one_date_of_birth(
    ours: dict[str, str], theirs: dict[str, str], one: bool
) -> None:
    before, after = {"name": "Anna Smit"}, {"name": "Anna Bakker"}
    for shared in ({"email": "anna@x.example"}, {"iban": IBAN}):
        assert both(person, shared, before | ours, after | theirs) is one
        assert not both(person, shared, {"name": "A. Smit"} | ours, {"name": "A. Bakker"} | theirs)


@pytest.mark.parametrize("ours", ["J. de Vries", "Jan de Vries"])
@pytest.mark.parametrize(("born", "one"), [("1980-02-03", True), ("", False)])
def test_a_date_of_birth_makes_a_households_telephone_enough(ours: str, born: str, one: bool) -> None:
    mine, yours = {"name": ours, "email": "jan@x.example"}, {"name": "Jan de Vries", "email": "jan@y.example"}
    theirs = {"birth_date": born} if born else {}
    mine |= {"birth_date": "1980-02-03"}
    assert both(person, {"phone": LANDLINE}, mine, yours | theirs) is one


@pytest.mark.parametrize("shared", [{"iban": IBAN}, {"phone": MOBILE}, {"iban": IBAN, "phone": MOBILE}])
@pytest.mark.parametrize(
    ("ours", "theirs", "one"),
    [
        ({"name": "Jan de Vries", "email": "jan@x.example"}, {"email": "joke@x.example"}, False),
        ({"name": "Jan de Vries", "email": "jan@x.example"}, {}, True),
        ({"name": "J. de Vries"}, {"email": "joke@x.example"}, True),
    ],
)
def test_a_couple_pays_from_one_account_and_an_initial_with_another_address_may_be_the_other(
    shared: dict[str, str], ours: dict[str, str], theirs: dict[str, str], one: bool
) -> None:
    assert both(person, shared, ours, {"name": "J. de Vries"} | theirs) is (one and "phone" in shared)


@pytest.mark.parametrize("shared", [{"iban": IBAN}, {"phone": MOBILE}])
def test_one_name_in_full_with_one_account_is_one_whatever_the_addresses(shared: dict[str, str]) -> None:
    mine, yours = {"email": "jan@x.example"}, {"email": "jan@y.example"}
    assert both(person, shared | {"name": "Jan de Vries"}, mine, yours)


def test_a_customer_number_of_one_system_is_ones_own_whatever_the_address() -> None:
    shared = {"customer_number": "1001"}
    mine, yours = {"name": "Jan de Vries", "email": "jan@x.example"}, {"name": "J. de Vries"}
    assert linked(person("books", **shared | mine), person("books", **shared | yours, email="jan@y.example"))


def test_half_a_double_name_in_a_mailbox_names_the_household() -> None:
    mine = {"given_name": "Jan", "family_name": "Vries-Bakker"}
    yours = {"given_name": "Jan", "family_name": "Vries"}
    mailbox = {"email": "vriesbakker@thuis.example"}
    assert both(person, mailbox, mine, yours)
    assert not both(person, mailbox, mine | {"phone": MOBILE}, yours | {"phone": OTHER_MOBILE})


# --- initials beside what a couple shares -------------------------------------------------------------------------


@pytest.mark.parametrize("shared", [{"iban": IBAN}, {"email": "zonnetje@thuis.example"},
                                    {"iban": IBAN, "email": "zonnetje@thuis.example"}])  # fmt: skip
def test_initials_with_another_mobile_may_be_the_other_of_a_couple(shared: dict[str, str]) -> None:
    ours, theirs = {"name": "J. de Vries", "phone": MOBILE}, {"name": "Joost de Vries", "phone": OTHER_MOBILE}
    assert not both(person, shared, ours, theirs)
    assert both(person, shared, ours, theirs | {"phone": MOBILE})
    assert both(person, shared, ours, {"name": "Joost de Vries"}) is ("email" in shared)
    assert both(person, shared, ours | {"name": "Joost de Vries"}, theirs)
    assert both(person, shared | {"customer_number": "C-1001"}, ours, theirs)


def test_an_address_that_says_the_whole_name_is_the_persons_whatever_the_mobile() -> None:
    ours, theirs = {"name": "J. de Vries", "phone": MOBILE}, {"name": "Joost de Vries", "phone": OTHER_MOBILE}
    assert both(person, {"email": "joost.devries@thuis.example"}, ours, theirs)
    assert both(person, {"email": "joost@devries.example"}, ours, theirs)
    assert not both(person, {"email": "j.devries@thuis.example"}, ours, theirs)


@pytest.mark.parametrize(
    ("address", "one"),
    [
        ("els.devries@thuis.example", False),
        ("devries.els@thuis.example", False),
        ("p.devries@thuis.example", False),
        ("piet@devries.example", False),
        ("j.devries@thuis.example", True),
        ("jdevries@thuis.example", True),
        ("joost.devries80@thuis.example", True),
        ("jw.devries@thuis.example", True),
        ("zonnetje@thuis.example", True),
    ],
)
def test_an_address_that_names_somebody_else_of_the_house_is_no_ones_own(address: str, one: bool) -> None:
    for number in (LANDLINE, MOBILE):
        shared = {"email": address, "phone": number}
        assert both(person, shared, {"name": "J. de Vries"}, {"name": "Joost de Vries"}) is one
        assert both(person, shared, {"name": "Joost de Vries"}, {"name": "Joost de Vries"})


@pytest.mark.parametrize(
    ("address", "ours", "theirs", "one"),
    [
        ("britt.meijer@x.example", "B. Meijer", "Bram Meijer", False),
        ("andre.meijer@x.example", "A. Meijer", "Andrea Meijer", False),
        ("jan@slagerij.example", "J.B. van Dijk", "Jolanda van Dijk", False),
        ("bram.meijer@x.example", "B. Meijer", "Bram Meijer", True),
        ("jan.meijer@x.example", "J. Meijer", "Johannes Meijer", True),
        ("b.meijer@x.example", "B. Meijer", "Bram Meijer", True),
        ("britt.meijer@x.example", "B. Meijer", "B. Meijer", True),
        ("britt.meijer@x.example", "Bram Meijer", "Bram Meijer", True),
    ],
)
@pytest.mark.parametrize("besides", [{"phone": MOBILE}, {"iban": IBAN}])
def test_nor_is_an_address_that_names_another_of_the_same_initial(
    address: str, ours: str, theirs: str, one: bool, besides: dict[str, str]
) -> None:
    assert both(person, {"email": address} | besides, {"name": ours}, {"name": theirs}) is one
    if not one:
        records = person("books", name=ours, email=address), person("crm", name=theirs, email=address)
        assert proposed(resolve(records), *records)


@pytest.mark.parametrize(
    ("shared", "one"),
    [
        ({"email": EMAIL}, False),
        ({"email": "deboer@thuis.example", "phone": LANDLINE}, False),
        ({"email": "els.deboer@thuis.example"}, False),
        ({"email": "j.deboer@thuis.example"}, True),
        ({"iban": IBAN}, False),
        ({"iban": IBAN, "phone": MOBILE}, True),
        ({"kvk": KVK}, True),
    ],
)
def test_a_firm_with_an_initial_may_be_the_fathers(shared: dict[str, str], one: bool) -> None:
    firm = company("books", name="Loonbedrijf J. de Boer", **shared)
    assert linked(firm, person(name="Joris de Boer", **shared)) is one
    assert linked(
        company("books", name="Loonbedrijf Joris de Boer", **shared), person(name="Joris de Boer", **shared)
    )


def test_a_mobile_number_each_leaves_open_whose_initial_it_is_whatever_else_a_couple_shares() -> None:
    shared = {"name": "J. de Vries", "email": "sunshine@x.example", "iban": IBAN, "phone": LANDLINE}
    mine, yours = person("books", **shared | {"name": "Jan de Vries"}), person("crm", **shared)
    assert linked(mine, yours)
    assert not linked(also(mine, phone=MOBILE), also(yours, phone=OTHER_MOBILE))


def test_of_two_shared_addresses_one_that_is_the_initials_own_is_enough() -> None:
    mine, yours = (
        person("books", name="J. de Vries", email="els.devries@x.example"),
        person("crm", name="Jan de Vries", email="els.devries@x.example", iban=IBAN),
    )
    assert not linked(mine, yours)
    assert linked(also(mine, email="jan@x.example"), also(yours, email="jan@x.example"))


# --- a door is a street, or a postcode, and a number --------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "theirs", "one"),
    [
        ({"postcode": "1234AB"}, {"postcode": "1234AB"}, True),
        ({"postcode": "1234AB"}, {"postcode": "1235AB"}, False),
        ({"street": "Spui"}, {"street": "Spui"}, True),
        ({"street": "Spui"}, {"street": "Kerkweg"}, False),
        ({"street": "Spui"}, {"postcode": "1234AB"}, True),
    ],
)
def test_one_house_number_is_one_door_in_one_street_or_postcode(
    ours: dict[str, str], theirs: dict[str, str], one: bool
) -> None:
    shared = {"name": "De Hoek", "phone": LANDLINE, "house_number": "12"}
    mine, yours = {"email": EMAIL}, {"email": "info@hoek.test"}
    assert both(company, shared | {"city": "Ede"}, ours | mine, theirs | yours) is one
    here, there = {"city": "Ede"}, {"city": "Goes"}
    same_door = ours == theirs
    assert both(company, shared, ours | here, theirs | there) is same_door


# --- what of a household's and a firm's leaves it to the name -----------------------------------------------------


@pytest.mark.parametrize(
    ("number", "one"),
    [("+32472803714", True), ("+491715411841", True), ("06-23456781", True), ("+3216123456", False)],
)
def test_a_mobile_number_of_any_country_is_somebodys_own(number: str, one: bool) -> None:
    shared = {"phone": number}
    assert both(person, shared, {"name": "J. de Vries"}, {"name": "Joost de Vries"}) is one
    mine, yours = (
        {"phone": number, "email": "jan@x.example"},
        {"phone": "+32472803715", "email": "jan@y.example"},
    )
    differ = not both(person, {"name": "Jan de Vries", "iban": IBAN}, mine, yours)
    assert differ is one


def test_a_landline_beside_something_of_ones_own_is_not_all_a_households() -> None:
    mine, yours = {"email": "jan@x.example"}, {"email": "jan@y.example"}
    shared = {"name": "Jan de Vries", "phone": LANDLINE}
    assert not both(person, shared, mine, yours)
    assert both(person, shared | {"iban": IBAN}, mine, yours)


def test_one_name_with_another_address_and_another_mobile_wants_more_than_the_firms() -> None:
    mine = {"email": "jan@x.example", "phone": MOBILE}
    yours = {"email": "jan@y.example", "phone": OTHER_MOBILE}
    shared = {"name": "Jan de Vries", "iban": IBAN}
    assert not both(person, shared, mine, yours)
    assert both(person, shared | {"customer_number": "C-1001"}, mine, yours)


@pytest.mark.parametrize("left_out", ["", "kvk", "iban", "vat", "phone"])
def test_a_couple_with_one_initial_may_share_all_that_a_firm_has(left_out: str) -> None:
    shared = {
        "kvk": KVK,
        "vat": "NL000099998B57",
        "iban": IBAN,
        "email": "zonnetje@thuis.example",
        "phone": LANDLINE,
    }
    shared.pop(left_out, "")
    ours, theirs = (
        also(person(account, name=name, **shared), phone=phone)
        for account, name, phone in (
            ("books", "J. de Vries", MOBILE),
            ("crm", "Joost de Vries", OTHER_MOBILE),
        )
    )
    assert not linked(ours, theirs)
    assert linked(ours, also(person("crm", name="Joost de Vries", **shared), phone=MOBILE))


def test_of_two_shared_addresses_one_that_says_the_given_name_is_enough() -> None:
    one, other = (
        also(
            person(account, name=name, email="joost.devries@thuis.example", phone=phone),
            email="zonnetje@x.example",
        )
        for account, name, phone in (
            ("books", "J. de Vries", MOBILE),
            ("crm", "Joost de Vries", OTHER_MOBILE),
        )
    )
    assert linked(one, other)
