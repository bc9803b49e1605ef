"""What a house, an office, a group or a chain shares, and whom it must not make one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from syncd.identity import Answer, resolve
from syncd.identity.facts import read
from tests.unit.identity.kit import child, company, group_of, linked, member, person, proposed, together

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncd.model import Record

OFFICE = {"email": "info@groen.example", "phone": "010-2345671", "postcode": "1234AB", "house_number": "5"}
HOME = {"email": "familie@thuis.example", "phone": "020-2345671", "postcode": "1234AB", "house_number": "5"}
VAT = "NL857587973B01"
IBAN = "NL91ABNA0417164300"


# --- companies --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["Advies", "Techniek", "International", "Zuid", "Webshop"])
@pytest.mark.parametrize("form", ["", " B.V."])
def test_a_company_is_not_the_sister_whose_name_goes_on(word: str, form: str) -> None:
    groen, sister = (
        company(name=f"Groen{form}", **OFFICE),
        company("crm", name=f"Groen {word}{form}", **OFFICE),
    )
    resolution = resolve([groen, sister])
    assert not together(resolution, groen, sister)
    assert proposed(resolution, groen, sister)


@pytest.mark.parametrize("word", ["Nederland", "Benelux", "Delft"])
def test_of_two_official_names_one_that_goes_on_with_a_place_is_a_sisters(word: str) -> None:
    shared = OFFICE | {"city": "Delft"}
    groen, sister = company(name="Groen B.V.", **shared), company("crm", name=f"Groen {word} B.V.", **shared)
    resolution = resolve([groen, sister])
    assert not together(resolution, groen, sister)
    assert proposed(resolution, groen, sister)
    assert linked(groen, company("crm", name=f"Groen {word}", **shared))
    numbered = shared | {"kvk": "12345678"}
    assert linked(
        company(name="Groen B.V.", **numbered), company("crm", name=f"Groen {word} B.V.", **numbered)
    )


def test_a_town_in_the_name_is_the_branch_where_the_other_one_is_elsewhere() -> None:
    shared = {"email": "klant@prima.example"}
    office = company(name="Prima", city="Ede", **shared)
    assert linked(office, company("crm", name="Prima Ede", city="Ede", **shared))
    assert linked(office, company("crm", name="Prima Ede", **shared))
    branch = company("books", name="Prima Goes", city="Goes", **shared)
    assert not linked(office, branch)
    assert not linked(branch, office, company("crm", name="Prima Ede", city="Ede", **shared))


def test_who_says_no_town_is_not_the_branch_that_has_one_in_its_name() -> None:
    shared = {"email": "klant@prima.example"}
    office, ede = company(name="Prima", **shared), company("crm", name="Prima Ede", city="Ede", **shared)
    goes = company("books", name="Prima Goes", city="Goes", **shared)
    resolution = resolve([office, ede, goes])
    assert len({group_of(resolution, one) for one in (office, ede, goes)}) == 3
    assert proposed(resolution, office, ede)
    registered = company(name="Prima", kvk="12345678", **shared)
    assert linked(registered, company("crm", name="Prima Ede", city="Ede", kvk="12345678", **shared))
    assert not linked(registered, company("crm", name="Prima Ede", city="Ede", **shared))


@pytest.mark.parametrize(("ours", "theirs"), [("", " B.V."), (" B.V.", ""), ("", "")])
def test_a_town_may_be_left_out_of_a_name_with_or_without_its_form(ours: str, theirs: str) -> None:
    shared = {"email": "klant@prima.example", "city": "Ede"}
    assert linked(company(name=f"Prima{ours}", **shared), company("crm", name=f"Prima Ede{theirs}", **shared))


def test_two_official_names_of_which_one_has_the_town_are_one_by_their_registration_only() -> None:
    for shared, one in (({"kvk": "12345678"}, True), ({"email": "klant@prima.example"}, False)):
        office = company(name="Prima B.V.", city="Ede", **shared)
        assert linked(office, company("crm", name="Prima Ede B.V.", city="Ede", **shared)) is one


@pytest.mark.parametrize("shared", [{"vat": VAT}, {"iban": IBAN}])
def test_a_group_has_one_vat_number_and_pays_from_one_account(shared: dict[str, str]) -> None:
    shared = OFFICE | shared
    assert not linked(
        company(name="Groen B.V.", **shared), company("crm", name="Groen Advies B.V.", **shared)
    )
    one_form_is_missing = linked(
        company(name="Groen B.V.", **shared), company("crm", name="Groen Advies", **shared)
    )
    assert one_form_is_missing is ("vat" in shared)


def test_what_says_no_name_is_the_company_with_its_email_and_phone() -> None:
    assert linked(company(name="Groen B.V.", **OFFICE), company("crm", **OFFICE))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Grün UG", "Grün GmbH"),
        ("TSV Grün e.V.", "TSV Grün GmbH"),
        ("Zielony Sp. z o.o.", "Zielony S.A."),
        ("Verde S.L.", "Verde S.A."),
        ("Groen VZW", "Groen BV"),
        ("Green Corp.", "Green LLC"),
        ("Jansen h.o.d.n. De Hoek", "Pietersen h.o.d.n. De Hoek"),
        ("Maria Bakker", "Marie Bakker"),
        ("Simon Bakker", "Simone Bakker"),
        ("Bakkerij Jansen", "Bakkerij Hansen"),
        ("Jan Bakker", "Jan Bakker sr."),
        ("Groen Vastgoed", "Groen Vastgoed II"),
    ],
)
def test_two_companies_at_one_desk_stay_two(ours: str, theirs: str) -> None:
    assert not linked(company(name=ours, **OFFICE), company("crm", name=theirs, **OFFICE))


def test_one_owner_may_have_two_signs() -> None:
    assert linked(company(name="Jansen h.o.d.n. De Hoek", **OFFICE),
                  company("crm", name="Jansen h.o.d.n. De Punt", **OFFICE))  # fmt: skip


@pytest.mark.parametrize(
    ("shared", "ours", "theirs"),
    [
        ({"email": "klant@prima.example"}, {"phone": "020-2345671"}, {"phone": "030-2345671"}),
        ({"phone": "088-2345671"}, {}, {}),
        ({"phone": "088-2345671"}, {"email": "ede@prima.example"}, {"email": "goes@prima.example"}),
    ],
)  # fmt: skip
def test_a_chains_shops_in_two_towns_stay_two(
    shared: dict[str, str], ours: dict[str, str], theirs: dict[str, str]
) -> None:
    one = company(name="Prima Winkel", city="Ede", **shared, **ours)
    other = company("crm", name="Prima Winkel", city="Goes", **shared, **theirs)
    resolution = resolve([one, other])
    assert not together(resolution, one, other)
    assert proposed(resolution, one, other)
    assert linked(one, company("crm", name="Prima Winkel", city="Ede", **shared, **theirs))


def test_one_door_or_a_misspelt_town_is_no_second_shop() -> None:
    shared = {"name": "Prima Winkel", "phone": "088-2345671", "street": "Dorpsstraat", "house_number": "5"}
    assert linked(company(city="Ede", **shared), company("crm", city="Gemeente Goes", **shared))
    shared = {"name": "Prima Winkel", "phone": "088-2345671"}
    assert linked(company(city="Amsterdam", **shared), company("crm", city="Amsterdm", **shared))
    assert not linked(company(city="Ede", **shared), company("crm", city="Epe", **shared))


def test_two_systems_numbers_are_no_link_between_namesakes() -> None:
    ours = {"name": "Jan Visser", "customer_number": "1001", "email": "jan@a.example"}
    theirs = ours | {"email": "visser@b.example"}
    assert not linked(person(**ours), person("books", **theirs))
    assert linked(person(**ours), person("crm", **theirs))
    door = {"postcode": "1234AB", "house_number": "5"}
    assert linked(person(**ours, **door), person("books", **theirs, **door))
    assert linked(person(birth_date="1980-12-31", **ours), person("books", birth_date="1980-12-31", **theirs))


@pytest.mark.parametrize("make", [person, company])
def test_two_systems_numbers_are_no_link_between_namesakes_of_two_towns(make: Callable[..., Record]) -> None:
    ours = {"name": "Jan Visser", "customer_number": "1001", "city": "Ede"}
    theirs = ours | {"city": "Goes"}
    one, other = make("crm", **ours), make("books", **theirs)
    resolution = resolve([one, other])
    assert not together(resolution, one, other)
    assert proposed(resolution, one, other)
    assert linked(one, make("books", **ours))
    assert linked(one, make("crm", **theirs))
    assert linked(make("crm", **ours, email="v@x.example"), make("books", **theirs, email="v@x.example"))


# --- a house ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Dhr. J. de Vries", "Mevr. J. de Vries"),
        ("Herr J. Vries", "Frau J. Vries"),
        ("Mevr. de Vries", "Jan de Vries"),
        ("J. de Vries", "Jan de Vries"),
        ("J. de Vries", "J. de Vries-Bakker"),
        ("Fam. de Vries", "Jan de Vries"),
        ("Jan en Marie de Vries", "Jan de Vries"),
        ("Jan de Vries IV", "Jan de Vries III"),
    ],
)
def test_two_of_one_house_stay_two(ours: str, theirs: str) -> None:
    assert not linked(person(name=ours, **HOME), person("crm", name=theirs, **HOME))


def test_a_particle_behind_the_whole_name_leaves_the_given_name_one() -> None:
    assert linked(person(given_name="Lotte", family_name="van den Heuvel", **HOME),
                  person("crm", name="Lotte Heuvel, van den", **HOME))  # fmt: skip


def test_a_wrong_form_of_address_does_not_part_one_name() -> None:
    assert linked(person(name="Dhr. Jan de Vries", **HOME), person("crm", name="Mw. Jan de Vries", **HOME))


def test_a_surname_that_is_a_form_of_address_is_a_surname() -> None:
    assert linked(person(name="Mevr. Els de Heer", **HOME), person("crm", name="Heer, Els de", **HOME))


@pytest.mark.parametrize(
    ("email", "one_persons"),
    [
        ("j.devries@x.example", True),
        ("jan@x.example", True),
        ("sunshine82@x.example", True),
        ("j.de.vries@x.example", True),
        ("t.de.vries@x.example", False),
        ("els@x.example", False),
        ("devries@x.example", False),
        ("fam.devries12@x.example", False),
        ("info@x.example", False),
        ("secretariaat@x.example", False),
    ],
)
def test_initials_are_enough_beside_an_address_of_ones_own(email: str, one_persons: bool) -> None:
    full, short = (
        person(name="Jan de Vries", email=email, city="Ede"),
        person("crm", name="J. de Vries", email=email),
    )
    assert linked(full, person("crm", name="J. de Vries", email=email, city="Ede")) is one_persons
    assert linked(full, short) is one_persons
    assert linked(full, person("crm", name="Jan de Vries", email=email, city="Ede"))


def test_initials_and_a_mobile_are_not_enough_where_each_has_an_address() -> None:
    full = {"name": "Jan de Vries", "phone": "06-23456781"}
    assert linked(person(**full), person("crm", name="J. de Vries", phone="06-23456781"))
    assert not linked(person(email="jan@x.example", **full),
                      person("crm", name="J. de Vries", phone="06-23456781", email="joke@x.example"))  # fmt: skip


def test_one_name_and_a_familys_address_are_not_enough_where_each_has_a_mobile() -> None:
    father = {"name": "Jan de Vries", "email": "familie@x.example", "phone": "06-23456781"}
    assert not linked(person(**father), person("crm", **(father | {"phone": "06-34567812"})))
    assert linked(person(**father), person("crm", **(father | {"phone": "020-2345671"})))
    own = {"email": "jan@x.example"}
    assert linked(person(**(father | own)), person("crm", **(father | own | {"phone": "06-34567812"})))


# --- owners and members -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "firm",
    [
        {"name": "Jan de Boer Holding"},
        {"name": "Jan de Boer & Zn."},
        {"name": "Jan de Boer en Kees Smit Advocaten"},
        {"name": "Erven Jan de Boer"},
        {"name": "Jan de Boer Transport", "vat": VAT},
        {"name": "Jan de Boer Transport B.V.", "kvk": "12345678"},
    ],
)
def test_who_gave_the_company_his_name_is_not_the_company(firm: dict[str, str]) -> None:
    shared = {"email": "jan@boer.example", "phone": "06-23456781"} | {
        k: v for k, v in firm.items() if k == "kvk"
    }
    owner = person("crm", name="Jan de Boer", **shared)
    assert not linked(company(**(firm | shared)), owner)
    assert linked(company(name="Schilders- en behangersbedrijf Jan de Boer", **shared), owner)


def test_a_named_member_at_a_bookkeepers_address_is_not_the_bookkeepers_client() -> None:
    client = company(name="Autobedrijf Willems", email="kantoor@boek.example")
    named = member("kantoor@boek.example", "Kees", "Dijkstra")
    bare = member("kantoor@boek.example", account="post")
    assert not linked(client, named)
    assert linked(client, bare)
    own = company(name="Autobedrijf Willems", email="kantoor@willems.example")
    kees = {"given_name": "Kees", "family_name": "Dijkstra"}
    assert not linked(own, member("kantoor@willems.example", "Kees", "Dijkstra"))
    who = child(own, **kees, email="kantoor@willems.example")
    assert linked(own, who, member("kantoor@willems.example", "Kees", "Dijkstra"))


def test_a_member_with_an_initial_is_nobody_at_a_familys_address() -> None:
    daan = {"given_name": "Daan", "family_name": "Hoekstra", "phone": "06-23456781"}
    for email, whose in (("hoekstra@x.example", False), ("d.hoekstra@x.example", True)):
        assert linked(person(email=email, **daan), member(email, "D.", "Hoekstra")) is whose


def test_a_shop_that_pays_from_another_account_may_have_another_owner() -> None:
    shop = {"name": "Café De Hoek", "phone": "020-2345671", "city": "Ede"}
    one = company(iban=IBAN, **shop)
    other = company("crm", iban="NL20INGB0001234567", **shop)
    resolution = resolve([one, other])
    assert not together(resolution, one, other)
    assert proposed(resolution, one, other)
    assert linked(one, company("crm", **shop))
    assert linked(
        company(iban=IBAN, email="i@hoek.example", **shop),
        company("crm", iban="NL20INGB0001234567", email="i@hoek.example", **shop),
    )


def test_names_with_more_slips_than_suffice_are_a_question_on_one_address() -> None:
    one = company(name="Jansen Installatietechniek", **OFFICE)
    other = company("crm", name="Janssen Instalatietechniek", **OFFICE)
    resolution = resolve([one, other])
    assert not together(resolution, one, other)
    assert proposed(resolution, one, other)


# --- what a person joined, and a third that fits both -------------------------------------------------------------


def test_what_a_person_joined_keeps_off_whoever_contradicts_both() -> None:
    shared = {"name": "Groen", "email": "klant@groen.example"}
    one, other = company("a", vat=VAT, **shared), company("b", vat="NL004495445B01", **shared)
    same = [Answer(one.ref, other.ref, same=True)]
    again, third = company("c", vat=VAT, **shared), company("d", vat="NL000099998B57", **shared)
    assert together(resolve([one, other, again], same), one, other, again)
    assert not together(resolve([one, other, third], same), one, third)


@pytest.mark.parametrize(("form", "joins"), [("N.V.", True), ("B.V.", True), ("V.O.F.", False)])
def test_what_a_person_joined_of_two_forms_is_either_and_no_third(form: str, joins: bool) -> None:
    shared = {"email": "klant@groen.example"}
    one, other = company("a", name="Groen B.V.", **shared), company("b", name="Groen N.V.", **shared)
    plain, third = company("c", name="Groen", **shared), company("d", name=f"Groen {form}", **shared)
    found = resolve([one, other, plain, third], [Answer(one.ref, other.ref, same=True)])
    assert together(found, one, other)
    assert together(found, one, third) is joins


def test_one_of_two_forms_may_be_registered_and_they_are_two_all_the_same() -> None:
    shared = {"email": "klant@groen.example"}
    bv, vof = (
        company("a", name="Groen B.V.", kvk="12345678", **shared),
        company("b", name="Groen V.O.F.", **shared),
    )
    found = resolve([bv, vof, company("c", name="Groen", **shared)])
    assert not together(found, bv, vof)


def test_two_owners_of_one_sign_are_two_though_only_a_vat_number_shows_that_one_is_no_person() -> None:
    shared = {"email": "klant@groen.example"}
    one = company("a", name="Jansen h.o.d.n. De Hoek", vat=VAT, **shared)
    other = company("b", name="Pietersen h.o.d.n. De Hoek B.V.", **shared)
    found = resolve([one, other, company("c", name="De Hoek", **shared)])
    assert not together(found, one, other)


def test_what_many_share_is_named() -> None:
    clients = [company(name=name, email="klant@boek.example") for name in ("Aap", "Noot", "Mies", "Wim")]
    assert resolve(clients[:3]).shared == frozenset()
    assert resolve(clients).shared == {"email:klant@boek.example"}


def test_what_was_read_of_a_record_before_is_not_read_again() -> None:
    one, other = company(name="Groen", email="a@x.nl"), company("crm", name="Groen", email="a@x.nl")
    facts = {each.ref: read(each) for each in (one, other)}
    bare = [replace(each, identifiers=()) for each in (one, other)]
    assert not together(resolve(bare), *bare)
    assert together(resolve(bare, reading=lambda each: facts[each.ref]), *bare)


# --- what a firm, a family and a chain share, once more ----------------------------------------------------------


@pytest.mark.parametrize("shared", [{"kvk": "12345678"}, {"vat": "NL001234567B29"}])
@pytest.mark.parametrize(
    ("ours", "theirs", "one"),
    [
        ({}, {}, False),
        ({"email": "joost@kok.example"}, {"email": "jan@kok.example"}, False),
        ({"phone": "06-12345001"}, {"phone": "06-12345002"}, False),
        ({"phone": "06-12345001"}, {"phone": "06-12345001"}, True),
        ({"phone": "020-2345671"}, {"phone": "020-2345671"}, False),
        ({"email": "j.kok@kok.example"}, {"email": "j.kok@kok.example"}, True),
        ({"email": "info@kok.example"}, {"email": "info@kok.example"}, False),
    ],
)
def test_colleagues_of_one_initial_under_one_registration_are_asked_about(
    shared: dict[str, str], ours: dict[str, str], theirs: dict[str, str], one: bool
) -> None:
    joost, jan = person(name="J. Kok", **shared, **ours), person("books", name="Jan Kok", **shared, **theirs)
    assert linked(joost, jan) is one
    assert proposed(resolve([joost, jan]), joost, jan) is not one


def test_one_name_and_registration_are_enough_unless_both_mail_and_mobile_differ() -> None:
    shared = {"name": "Jan Kok", "kvk": "12345678"}
    mails, mobiles = (
        ({"email": f"{who}@kok.example"} for who in ("jan", "jr")),
        ({"phone": f"06-1234500{i}"} for i in (1, 2)),
    )
    (mail, other_mail), (mobile, other_mobile) = mails, mobiles
    assert linked(person(**shared, **mail), person("books", **shared, **other_mail))
    assert linked(person(**shared, **mobile), person("books", **shared, **other_mobile))
    assert not linked(
        person(**shared, **mail, **mobile), person("books", **shared, **other_mail, **other_mobile)
    )


@pytest.mark.parametrize("shared", [{"phone": "030-2345678"}, {"email": "info@tendens.example"}, {}])
def test_colleagues_of_other_names_under_one_registration_stay_two(shared: dict[str, str]) -> None:
    els, maas = (
        person(account, name=name, kvk="12345678", **shared)
        for account, name in (("crm", "E. Smit"), ("books", "E. Maas"))
    )
    assert not linked(els, maas)


def test_a_branch_is_called_after_its_own_town_whatever_is_known_of_how_to_reach_it() -> None:
    shared = {"kvk": "12345678", "vat": "NL857587973B01"}
    venlo = company(name="Maas Verhuur Venlo", city="Venlo", email="venlo@maas.example", **shared)
    ede = company("books", name="Maas Verhuur Ede", city="Ede", phone="06-23278196", **shared)
    assert not linked(venlo, ede)
    assert proposed(resolve([venlo, ede]), venlo, ede)
    assert linked(
        venlo, company("books", name="Maas Verhuur", city="Ede", email="venlo@maas.example", **shared)
    )


@pytest.mark.parametrize("word", ["(nieuwe eigenaar)", "v/h E. Scholten", "(E. Scholten)"])
@pytest.mark.parametrize("reached", [{}, {"email": "info@hoek.example"}])
def test_a_shop_that_had_two_owners_is_neither_of_them_by_its_name(
    word: str, reached: dict[str, str]
) -> None:
    shared = {"phone": "030-5808007"} | reached
    old, new = (
        company(name="Cafe De Hoek", kvk="39382088", **shared),
        company("books", name=f"Cafe De Hoek {word}", kvk="57382088", **shared),
    )
    bare = company("shop", name="Cafe De Hoek", phone="030-5808007")
    found = resolve([old, new, bare])
    assert len(found.groups) == 3
    assert proposed(found, old, bare)
    assert proposed(found, new, bare)
    assert linked(old, bare)


@pytest.mark.parametrize("account", ["admin", "shop"])
@pytest.mark.parametrize(
    ("name", "kvk", "takes"),
    [
        ("Cafe De Hoek (nieuwe eigenaar)", "57382088", True),
        ("Cafe De Hoek (nieuwe eigenaar)", "39382088", False),
        ("Bakkerij Jansen", "57382088", False),
    ],
)
def test_only_a_rival_of_such_a_name_and_another_registration_takes_a_link_away(
    account: str, name: str, kvk: str, takes: bool
) -> None:
    old = company(name="Cafe De Hoek", kvk="39382088", phone="030-5808007")
    rival, bare = (
        company("books", name=name, kvk=kvk, phone="030-5808007"),
        company(account, name="Cafe De Hoek", phone="030-5808007"),
    )
    assert together(resolve([old, rival, bare]), old, bare) is not takes
    kees = person("books", name="Kees Bakker", kvk="57382088", phone="030-5808007")
    assert together(resolve([old, kees, bare]), old, bare)


def test_a_rival_that_shares_less_takes_nothing_away() -> None:
    shared = {"phone": "030-5808007", "email": "info@hoek.example"}
    old = company(name="Cafe De Hoek", kvk="39382088", **shared)
    new = company("books", name="Cafe De Hoek (nieuwe eigenaar)", kvk="57382088", phone="030-5808007")
    assert together(resolve([old, new, bare := company("shop", name="Cafe De Hoek", **shared)]), old, bare)


@pytest.mark.parametrize(
    ("ours", "theirs", "one"),
    [
        (
            {"street": "Beukenlaan", "house_number": "28"},
            {"street": "Nieuwstraat", "house_number": "143"},
            False,
        ),
        (
            {"street": "Beukenlaan", "house_number": "28"},
            {"street": "Beukenlaan", "house_number": "30"},
            False,
        ),
        (
            {"street": "Beukenlaan", "house_number": "28"},
            {"street": "Beukenlaan", "house_number": "28"},
            True,
        ),
        (
            {"street": "Beukenlaan", "house_number": "28"},
            {"street": "Nieuwstraat", "house_number": "28"},
            False,
        ),
        ({"house_number": "28", "postcode": "6751XE"}, {"house_number": "28", "postcode": "6742LX"}, False),
        ({"house_number": "28", "postcode": "6751XE"}, {"house_number": "28"}, True),
        ({"street": "Beukenlaan", "house_number": "28"}, {"street": "Nieuwstraat"}, True),
        (
            {"street": "Beukenlaan", "house_number": "28", "postcode": "6751XE"},
            {"street": "Beukenlaan", "house_number": "28", "postcode": "6742LX"},
            True,
        ),
    ],
)
def test_shops_of_a_chain_at_two_doors_of_one_town(
    ours: dict[str, str], theirs: dict[str, str], one: bool
) -> None:
    shared = {"name": "Prima Ede", "email": "filiaal@prima.example", "city": "Ede"}
    for here, there in ((ours, theirs), (theirs, ours)):
        first = company(phone="0318-259162", **shared, **here)
        assert linked(first, company("crm", phone="0318-347246", **shared, **there)) is one
        assert linked(first, company("crm", phone="0318-259162", **shared, **there))
    registered = shared | {"kvk": "12345678"}
    first = company(phone="0318-259162", **registered, **ours)
    assert linked(first, company("crm", phone="0318-347246", **registered, **theirs))


def test_a_customer_number_of_two_systems_at_two_doors_is_for_a_person() -> None:
    prins = {"street": "Prinsweg", "house_number": "106", "city": "Den Haag"}
    oranje = {"street": "Oranjestraat", "house_number": "214", "city": "Den Haag"}
    shared = {"name": "Willem Bakker", "customer_number": "2000"}
    one, other = person(**shared, **prins), person("shop", **shared, **oranje)
    assert not linked(one, other)
    assert proposed(resolve([one, other]), one, other)
    assert linked(one, person(**shared, **oranje))
    assert linked(one, person("shop", **shared, **prins))
    assert linked(one, person("shop", birth_date="1980-05-06", **shared, **oranje)) is False


@pytest.mark.parametrize(
    ("ours", "theirs", "shared", "one"),
    [
        ("NL", "FR", {}, False),
        ("NL", "NL", {}, True),
        ("NL", "", {}, True),
        ("NL", "FR", {"kvk": "12345678"}, True),
        ("NL", "FR", {"vat": "NL857587973B01"}, True),
        ("NL", "FR", {"iban": IBAN}, False),
    ],
)
def test_one_name_in_two_countries_is_two_firms(
    ours: str, theirs: str, shared: dict[str, str], one: bool
) -> None:
    shared = {"name": "Dupont", "email": "info@dupont.example", "phone": "+33664148697"} | shared
    here, there = company(country=ours, **shared), company("crm", country=theirs, **shared)
    assert linked(here, there) is one
    assert linked(company(country=theirs, **shared), company("crm", country=ours, **shared)) is one
    assert proposed(resolve([here, there]), here, there) is not one
    moved = shared | {"name": "Jean Dupont"}
    assert linked(person(country=ours, **moved), person("crm", country=theirs, **moved))


@pytest.mark.parametrize(("born", "one"), [("1976-01-02", True), ("1976-01-01", False)])
def test_the_first_of_january_stands_for_a_day_that_nobody_knows(born: str, one: bool) -> None:
    shared = {"email": "demir@x.example", "phone": "020-2345671", "birth_date": born}
    assert linked(person(name="H. Demir", **shared), person("books", name="Hatice Demir", **shared)) is one
    married = {"given_name": "Hatice", "phone": "020-2345671", "birth_date": born}
    assert (
        linked(person(family_name="Demir", **married), person("books", family_name="Kaya", **married)) is one
    )


@pytest.mark.parametrize(
    ("account", "more", "one"),
    [
        ("shop", {}, False),
        ("crm", {}, True),
        ("shop", {"birth_date": "1980-05-06"}, True),
        ("shop", {"house_number": "12", "postcode": "1234AB"}, True),
    ],
)
def test_an_initial_and_a_number_of_two_systems_are_for_a_person(
    account: str, more: dict[str, str], one: bool
) -> None:
    shared = {"customer_number": "160", "city": "Zeist"} | more
    initial, full = person(name="W. El Amrani", **shared), person(account, name="Wei El Amrani", **shared)
    assert linked(initial, full) is one
    assert linked(person(name="Wei El Amrani", **shared), full)


def test_shops_at_two_doors_of_one_town_that_pay_otherwise_are_two() -> None:
    shared = {"name": "Prima Ede", "email": "filiaal@prima.example", "city": "Ede"}
    first = company(street="Beukenlaan", house_number="28", iban=IBAN, **shared)
    door, other_bank = {"street": "Nieuwstraat", "house_number": "143"}, {"iban": "NL39RABO0300065264"}
    assert not linked(first, company("crm", **door, **other_bank, **shared))
    assert linked(first, company("crm", **door, **shared))
    assert linked(first, company("crm", **other_bank, **shared))
