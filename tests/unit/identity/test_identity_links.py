"""What links, what does not, and what becomes of the rest."""

from __future__ import annotations

import pytest

from syncd.identity import Answer, Contest, Link, resolve
from syncd.model import IdentifierKind, Record, RecordRef, SubjectKind
from tests.unit.identity.kit import (
    child,
    company,
    contested,
    employee,
    group_of,
    linked,
    member,
    person,
    proposed,
    record,
    together,
)

KVK, OTHER_KVK = "12345678", "87654321"
IBAN = "NL91ABNA0417164300"


# --- one strong identifier and a second agreeing fact -----------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "theirs", "evidence"),
    [
        ({"kvk": KVK, "name": "Jansen Bouw B.V."}, {"kvk": f"KVK {KVK}", "name": "JANSEN BOUW BV"},
         ("kvk", "name")),
        (
            {"vat": "NL004495445B01", "name": "De Hoek"},
            {"vat": "NL 0044.95.445.B01", "name": "de hoek"},
            ("vat", "name"),
        ),
        ({"iban": IBAN, "phone": "06-12345678"}, {"iban": "nl91 abna 0417 1643 00", "phone": "+31612345678"},
         ("iban", "phone")),
        (
            {"email": "INFO@hoek.example", "name": "Bakkerij De Hoek"},
            {"email": "info@hoek.example", "name": "Bakkerij de Hoek V.O.F."},
            ("email", "name"),
        ),
        (
            {"customer_number": "K-1001", "name": "Jansen Bouw"},
            {"customer_number": "k-1001", "name": "Jansen Bouw"},
            ("customer_number", "name"),
        ),
        (
            {"email": "info@hoek.example", "phone": "020-1234567"},
            {"email": "info@hoek.example", "phone": "(020) 123 45 67", "name": "Hoek Bakkers"},
            ("email", "phone"),
        ),
        (
            {"kvk": KVK, "email": "a@b.nl", "name": "Oude Naam"},
            {"kvk": KVK, "email": "a@b.nl", "name": "Heel Anders"},
            ("kvk", "email"),
        ),
    ],
)  # fmt: skip
def test_two_agreeing_facts_link(
    ours: dict[str, str], theirs: dict[str, str], evidence: tuple[str, ...]
) -> None:
    a, b = company("books", **ours), company("crm", **theirs)
    assert resolve([a, b]).groups[0].links == (Link(a.ref, b.ref, evidence),)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"kvk": KVK}, {"kvk": KVK}),
        ({"kvk": KVK, "name": "Jansen Bouw"}, {"kvk": KVK, "name": "De Hoek"}),
        ({"name": "Jansen Bouw"}, {"name": "Jansen Bouw"}),
        ({"email": "a@b.nl", "name": "Jansen Bouw"}, {"email": "a@b.nl"}),
        ({"name": "Jansen", "postcode": "1234 AB", "house_number": "5"},
         {"name": "Jansen", "postcode": "1234AB", "house_number": "5"}),
        ({"email": "a@b.nl", "phone": "020-1234567", "name": "Jansen Bouw"},
         {"email": "a@b.nl", "phone": "020-1234567", "name": "De Hoek"}),
        ({"email": "a@b.nl", "phone": "020-1234567", "name": "Jansen Bouw B.V."},
         {"email": "a@b.nl", "phone": "020-1234567", "name": "Jansen Holding B.V."}),
        ({"email": "a@b.nl", "name": "Jansen Bouw B.V."}, {"email": "a@b.nl", "name": "Jansen Bouw V.O.F."}),
        ({"kvk": "1234567", "name": "Jansen Bouw"}, {"kvk": "1234567", "name": "Jansen Bouw"}),
        ({"iban": "NL91ABNA0417164301", "name": "Jansen Bouw"},
         {"iban": "NL91ABNA0417164301", "name": "Jansen Bouw"}),
    ],
    ids=["one fact", "kvk, other name", "name only", "name unknown", "name and address", "contact data, other name",
         "sister companies", "other legal form", "unreadable kvk", "unreadable iban"],
)  # fmt: skip
def test_less_than_two_agreeing_facts_do_not_link(ours: dict[str, str], theirs: dict[str, str]) -> None:
    assert not linked(company("books", **ours), company("crm", **theirs))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"kvk": KVK}, {"kvk": OTHER_KVK}),
        ({"vat": "NL004495445B01"}, {"vat": "NL002455799B11"}),
        ({"birth_date": "1980-02-03"}, {"birth_date": "04-03-1980"}),
    ],
)
def test_a_different_registration_or_birth_date_vetoes_whatever_else_agrees(
    ours: dict[str, str], theirs: dict[str, str]
) -> None:
    shared = {"name": "Bakkerij De Hoek", "email": "a@b.nl", "phone": "020-1234567", "iban": IBAN}
    a, b = company("books", **shared, **ours), company("crm", **shared, **theirs)
    assert linked(company("books", **shared, **ours), company("crm", **shared, **ours))
    resolution = resolve([a, b])
    assert not together(resolution, a, b)
    assert proposed(resolution, a, b)
    assert contested(resolution, a, b)


@pytest.mark.parametrize("differs", ["email", "phone"])
def test_a_registration_in_two_towns_that_are_reached_otherwise_is_for_a_person(differs: str) -> None:
    shared = {"kvk": KVK, "vat": "NL004495445B01", "name": "Bakkerij De Hoek"}
    ways = {"email": ("ede@hoek.nl", "goes@hoek.nl"), "phone": ("0318-123456", "0113-123456")}
    ede, goes = (
        company("books", city=city, **{differs: way}, **shared)
        for city, way in zip(("Ede", "Goes"), ways[differs], strict=True)
    )
    resolution = resolve([ede, goes])
    assert not together(resolution, ede, goes)
    assert proposed(resolution, ede, goes)
    assert contested(resolution, ede, goes)
    goes_as_ede = {"city": "Goes", differs: ways[differs][0]}
    for other, one in (
        ({"city": "Ede", differs: ways[differs][1]}, True),
        ({"city": "", differs: ways[differs][1]}, True),
        (goes_as_ede, differs == "email"),
        ({"city": "Goes"}, False),
    ):
        assert linked(ede, company("crm", **shared, **other)) is one


def test_a_sole_traders_vat_number_tells_the_firm_from_the_company_it_became() -> None:
    shared = {"name": "Schilder De Hoek", "email": "info@hoek.nl", "phone": "020-1234567"}
    limited = company("crm", **(shared | {"name": "Schilder De Hoek B.V."}))
    trader = company("books", vat="NL001234567B29", **shared)
    resolution = resolve([trader, limited])
    assert not together(resolution, trader, limited)
    assert proposed(resolution, trader, limited)
    assert linked(company("books", vat="NL004495445B01", **shared), limited)
    assert linked(trader, company("crm", **shared))


def test_an_explicit_reference_counts_as_a_strong_identifier() -> None:
    books = company("books", name="Jansen Bouw B.V.", customer_number="1001")
    by_key = company("crm", name="Jansen Bouw", reference=str(books.ref))
    by_number = company("crm", name="Jansen Bouw", reference="books:item:1001")
    stranger = company("crm", name="De Hoek", reference=str(books.ref))
    resolution = resolve([books, by_key, by_number, stranger])
    assert together(resolution, books, by_key, by_number)
    assert not together(resolution, books, stranger)
    assert contested(resolution, books, stranger)


# --- people -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Jan de Vries", "de Vries, Jan"),
        ("Jan de Vries", "J. de Vries"),
        ("dhr. J.P. van den Berg", "Jan Pieter van den Berg"),
        ("Marie Bakker-de Vries", "Marie de Vries"),
        ("André Müller", "ANDRE MULLER"),
        ("Jan Janssen", "Jan Jansen"),
    ],
)
def test_one_persons_spellings_link(ours: str, theirs: str) -> None:
    assert linked(
        person(name=ours, email="j@x.nl", city="A"), person("books", name=theirs, email="j@x.nl", city="A")
    )


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Jan de Vries", "Piet de Vries"),
        ("Lisa de Vries", "Lise de Vries"),
        ("Jan de Vries sr.", "Jan de Vries jr."),
        ("J. de Vries", "M. de Vries"),
        ("J.P. de Vries", "J.A. de Vries"),
        ("Jan Bakker", "Jan de Vries"),
    ],
    ids=["spouses", "twins", "father and son", "initials", "second initial", "colleagues"],
)
def test_two_persons_with_everything_else_in_common_do_not_link(ours: str, theirs: str) -> None:
    shared = {"email": "thuis@x.nl", "phone": "020-1234567", "postcode": "1234AB", "house_number": "5"}
    a, b = person("crm", name=ours, **shared), person("books", name=theirs, **shared)
    resolution = resolve([a, b])
    assert not together(resolution, a, b)
    assert Contest(IdentifierKind.EMAIL, (0, 1)) in resolution.contested


def test_father_and_son_of_one_name_are_told_apart_by_birth_date() -> None:
    shared = {"name": "Jan de Vries", "phone": "020-1234567", "email": "thuis@x.nl"}
    father, son = person(birth_date="1950-05-01", **shared), person(birth_date="1980-06-02", **shared)
    neither = person("books", **shared)
    resolution = resolve([father, son, neither])
    assert len(resolution.groups) == 3
    assert proposed(resolution, father, neither)
    assert proposed(resolution, son, neither)


def test_one_name_and_a_landline_are_not_enough_where_each_has_an_address_of_his_own() -> None:
    father, son = (
        person(name="Jan de Vries", phone="020-1234567", email=email) for email in ("jan@x.nl", "jan2@x.nl")
    )
    resolution = resolve([father, son])
    assert not together(resolution, father, son)
    assert proposed(resolution, father, son)
    assert linked(person(name="Jan de Vries", phone="020-1234567", email="jan@x.nl"),
                  person(name="Jan de Vries", phone="020-1234567"))  # fmt: skip
    assert linked(person(name="Jan de Vries", phone="06-12345678", email="jan@x.nl"),
                  person(name="Jan de Vries", phone="06-12345678", email="jan2@x.nl"))  # fmt: skip


def test_a_company_with_one_name_and_landline_has_an_address_for_each_purpose() -> None:
    shared = {"name": "Architectenbureau Demir B.V.", "phone": "0591-339713"}
    assert linked(company("crm", email="hallo@demir.nl", **shared),
                  company("books", email="administratie@demir.nl", **shared))  # fmt: skip
    father, son = (
        person(name="Jan Demir", phone="0591-339713", email=one) for one in ("jan@x.nl", "j2@x.nl")
    )
    assert not linked(father, son)


def test_one_door_does_not_come_before_the_dates_of_birth() -> None:
    home = {"name": "Jan de Vries", "phone": "020-1234567", "email": "thuis@x.nl"}
    door = {"street": "Dorpsstraat", "house_number": "5", "postcode": "1234AB"}
    father, son = person(birth_date="1950-05-01", **home), person(birth_date="1980-06-02", **home)
    theirs = [person("books", **home, **door) for _ in range(2)]
    assert linked(*theirs)
    assert len(resolve([father, son, *theirs]).groups) == 4


def test_another_surname_beside_one_given_name_and_date_of_birth_is_a_marriage() -> None:
    maiden = person(name="Marie de Vries", email="marie@x.nl", birth_date="1980-02-03")
    married = {"name": "Marie Bakker", "email": "marie@x.nl"}
    assert linked(maiden, person("books", birth_date="1980-02-03", **married))
    assert not linked(maiden, person("books", **married))
    assert not linked(maiden, person("books", name="M. Bakker", email="marie@x.nl", birth_date="1980-02-03"))
    other = person("books", birth_date="1980-02-03", name="Marie Bakker", email="bakker@x.nl")
    assert not linked(maiden, other)


def test_initials_and_a_landline_are_not_enough_and_a_mobile_is() -> None:
    assert not linked(
        person(name="Jan de Vries", phone="020-1234567"), person(name="J. de Vries", phone="020-1234567")
    )
    assert linked(
        person(name="Jan de Vries", phone="06-12345678"), person(name="J. de Vries", phone="0612345678")
    )


def test_namesakes_in_one_street_share_no_identifier() -> None:
    a = person(
        name="Jan de Vries", street="Dorpsstraat 12", postcode="1234AB", city="Ede", phone="06-12345678"
    )
    b = person(
        name="Jan de Vries", street="Dorpsstraat 14", postcode="1234AB", city="Ede", phone="06-87654321"
    )
    resolution = resolve([a, b])
    assert not together(resolution, a, b)
    assert not resolution.contested


def test_a_contact_person_of_two_companies_makes_no_question_of_them() -> None:
    a, b = company("books", name="De Hoek", kvk=KVK), company("books", name="Jansen Bouw", kvk=OTHER_KVK)
    shared = {"name": "Jan Smit", "email": "jan@x.nl", "phone": "06-12345678"}
    assert not resolve([a, b, child(a, **shared), child(b, **shared)]).contested
    same_name = company("books", name="De Hoek")
    assert resolve([a, same_name, child(a, **shared), child(same_name, **shared)]).contested
    assert resolve([a, child(a, **shared), person(**shared)]).contested


def test_a_name_alone_is_not_worth_a_question() -> None:
    in_town = {"name": "Jan Smit", "city": "Ede"}
    assert not resolve([person(**in_town), person("books", email="j@x.nl", **in_town)]).proposals


def test_relatives_at_one_door_are_not_worth_a_question() -> None:
    door = {"street": "Dorpsstraat 12", "postcode": "1234AB", "city": "Ede"}
    assert not resolve(
        [person(name="Jan Smit", **door), person("books", name="Marie Smit", **door)]
    ).proposals
    assert resolve([person(name="Jan Smit", **door), person("books", name="Jan Smit", **door)]).proposals


def test_a_reissued_phone_number_is_no_question() -> None:
    resolution = resolve(
        [company(name="Jansen Bouw", phone="06-12345678"), company(name="De Hoek", phone="0612345678")]
    )
    assert len(resolution.groups) == 2
    assert not resolution.proposals
    assert not resolution.contested


# --- identifiers shared by many ---------------------------------------------------------------------------------


def _clients(count: int) -> list[Record]:
    return [
        company(name=f"Klant {chr(65 + i)}{chr(97 + i)}k", email="info@boekhouder.example")
        for i in range(count)
    ]


def test_an_address_on_forty_clients_links_and_contests_nothing() -> None:
    clients = [
        company(name=f"Firma Nummer {i}", email="info@boekhouder.example", kvk=f"{10000000 + i}")
        for i in range(40)
    ]
    own = company("books", name="Boekhouder Smit", email="info@boekhouder.example")
    bare = member("info@boekhouder.example")
    resolution = resolve([*clients, own, bare])
    assert len(resolution.groups) == 42
    assert not resolution.contested
    assert not resolution.proposals


def test_a_shared_address_beside_another_identifier_and_a_name_does_no_harm() -> None:
    a = company("books", name="Firma Nummer 0", email="info@boekhouder.example", kvk="10000000")
    clients = [
        company(name=f"Firma Nummer {i}", email="info@boekhouder.example", kvk=f"{10000000 + i}")
        for i in range(40)
    ]
    resolution = resolve([*clients, a])
    assert together(resolution, a, clients[0])
    assert len(resolution.groups) == 40


def test_an_address_shared_by_a_few_still_contests() -> None:
    assert resolve(_clients(3)).contested
    assert not resolve(_clients(4)).contested


def test_one_companys_own_people_do_not_make_its_address_shared_by_many() -> None:
    crm, books = (
        company("crm", name="Hoek", email="info@hoek.nl"),
        company("books", name="Hoek B.V.", email="info@hoek.nl"),
    )
    people = [employee(crm, name=f"{given} Smit", email="info@hoek.nl") for given in
              ("Jan", "Piet", "Klaas", "Marie", "Anna", "Els")]  # fmt: skip
    resolution = resolve([crm, books, *people])
    assert together(resolution, crm, books)
    assert not resolution.contested


def test_a_companys_many_people_on_one_address_contest_nothing() -> None:
    crm = company("crm", name="Hoek", email="info@hoek.nl")
    people = [employee(crm, name=f"{chr(65 + i)}. Smit", email="info@hoek.nl") for i in range(26)]
    assert not resolve([crm, *people]).contested


# --- addresses alone --------------------------------------------------------------------------------------------


def test_a_member_belongs_to_the_one_subject_with_its_address() -> None:
    firm, news = company(name="De Hoek", email="info@hoek.nl"), member("Info@Hoek.nl")
    assert resolve([firm, news]).groups[0].links == (Link(firm.ref, news.ref, ("email",)),) or linked(
        firm, news
    )
    assert linked(person(name="Jan Smit", phone="06-12345678", email="j@x.nl"), member("j@x.nl", "Jan"))
    assert not linked(person(name="Jan Smit", phone="06-12345678", email="j@x.nl"), member("j@x.nl", "Marie"))


def test_members_of_two_audiences_with_one_address_are_one_subject() -> None:
    assert linked(member("j@x.nl"), member("j@x.nl", "Jan", "Smit"))
    assert not linked(member("j@x.nl", "Marie", "Smit"), member("j@x.nl", "Jan", "Smit"))


def test_a_member_whose_name_was_cut_behind_the_comma_is_the_person_of_that_name() -> None:
    known = person(name="Lotte van den Heuvel", email="lotte@example.com", phone="06 12345678")
    assert linked(known, member("lotte@example.com", "Heuvel,", "Lotte van den"))


def test_an_answer_keeps_two_members_of_one_address_apart() -> None:
    one, other, third = (member("j@x.nl", account=name) for name in ("news", "letters", "mail"))
    resolution = resolve([one, other, third], [Answer(one.ref, other.ref, same=False)])
    assert not together(resolution, one, other)


def test_a_member_between_unrelated_subjects_belongs_to_none_and_is_held_back() -> None:
    jan, marie = (person(name=name, email="thuis@x.nl", phone=phone) for name, phone in
                  (("Jan Smit", "06-12345678"), ("Marie Smit", "06-87654321")))  # fmt: skip
    news = member("thuis@x.nl")
    resolution = resolve([jan, marie, news])
    assert len(resolution.groups) == 3
    assert contested(resolution, news, jan)
    assert contested(resolution, news, marie)
    assert proposed(resolution, news, jan)
    named = member("thuis@x.nl", "Marie", "Smit")
    assert together(resolve([jan, marie, named]), marie, named)


def test_a_member_with_a_contact_persons_address_belongs_to_that_company() -> None:
    firm = company("books", name="De Hoek", email="info@hoek.nl")
    contact = child(firm, given_name="Jan", family_name="Smit", email="jan@hoek.nl")
    news = member("jan@hoek.nl", "Jan", "Smit")
    resolution = resolve([firm, contact, news])
    assert together(resolution, firm, contact, news)
    other = member("jan@hoek.nl", "Piet", "Bakker")
    assert not together(resolve([firm, contact, other]), firm, other)


def test_a_member_belongs_to_the_person_before_the_persons_company() -> None:
    books = company("books", name="De Hoek", kvk=KVK)
    contact = child(books, given_name="Jan", family_name="Smit", email="jan@hoek.nl")
    crm = company("crm", name="De Hoek B.V.", kvk=KVK)
    jan = employee(crm, name="Jan Smit", email="jan@hoek.nl", phone="06-12345678")
    news = member("jan@hoek.nl")
    resolution = resolve([books, contact, crm, jan, news])
    assert together(resolution, jan, news)
    assert together(resolution, books, contact, crm)
    assert not resolution.contested


def test_a_company_address_that_its_people_use_too_stays_the_companys() -> None:
    crm = company("crm", name="De Hoek", email="info@hoek.nl")
    jan = employee(crm, name="Jan Smit", email="info@hoek.nl")
    piet = employee(crm, name="Piet Bakker", email="info@hoek.nl")
    news = member("info@hoek.nl")
    assert together(resolve([crm, jan, piet, news]), crm, news)


def test_a_person_at_two_companies_keeps_the_member() -> None:
    ended, running = company("crm", name="De Hoek", kvk=KVK), company("crm", name="Nieuw Werk", kvk=OTHER_KVK)
    contact = child(ended, given_name="Jan", family_name="Smit", email="jan@x.nl")
    jan = employee(ended, running, name="Jan Smit", email="jan@x.nl")
    news = member("jan@x.nl", "Jan", "Smit")
    resolution = resolve([ended, running, contact, jan, news])
    assert together(resolution, jan, news)
    assert len(resolution.groups) == 3
    assert not resolution.contested


# --- two kinds --------------------------------------------------------------------------------------------------


def test_a_person_and_their_company_stay_two_subjects() -> None:
    crm = company("crm", name="De Hoek", email="jan@hoek.nl", phone="020-1234567")
    jan = employee(crm, name="Jan Smit", email="jan@hoek.nl", phone="020-1234567")
    resolution = resolve([crm, jan])
    assert len(resolution.groups) == 2
    assert not resolution.contested
    assert not resolution.proposals


@pytest.mark.parametrize(
    ("firm", "owner"),
    [
        ({"name": "Bakkerij De Hoek", "kvk": KVK, "email": "j@x.nl"},
         {"name": "Jan Smit", "kvk": KVK, "email": "j@x.nl"}),
        ({"name": "Schildersbedrijf Jan Smit", "email": "j@x.nl"}, {"name": "Jan Smit", "email": "j@x.nl"}),
        ({"name": "Het Penseel", "email": "j@x.nl", "given_name": "Jan", "family_name": "Smit"},
         {"name": "J. Smit", "email": "j@x.nl", "given_name": "Jan", "family_name": "Smit"}),
    ],
)  # fmt: skip
def test_a_sole_trader_is_one_subject_and_counts_as_an_organisation(
    firm: dict[str, str], owner: dict[str, str]
) -> None:
    a, b = company("crm", **firm), person("books", **owner, phone="06-12345678")
    resolution = resolve([a, b])
    assert together(resolution, a, b)
    assert resolution.groups[0].kind is SubjectKind.ORGANISATION


def test_a_director_is_not_the_company() -> None:
    firm = company("books", name="Jan Smit Holding B.V.", email="j@x.nl", phone="06-12345678")
    assert not linked(firm, person("crm", name="Jan Smit", email="j@x.nl", phone="06-12345678"))


def test_partners_in_one_firm_do_not_become_one() -> None:
    firm = company("crm", name="Smit en Bakker V.O.F.", kvk=KVK, email="info@sb.nl")
    jan = person("books", name="Jan Smit", kvk=KVK, email="info@sb.nl")
    piet = person("books", name="Piet Bakker", kvk=KVK, email="info@sb.nl")
    resolution = resolve([firm, jan, piet])
    assert not together(resolution, jan, piet)
    assert proposed(resolution, firm, jan) or together(resolution, firm, jan)


# --- children ---------------------------------------------------------------------------------------------------


def test_children_follow_their_parent_and_pull_nothing_together() -> None:
    a, b = company("books", name="De Hoek"), company("crm", name="Jansen Bouw")
    shared = {"name": "Jan Smit", "email": "jan@x.nl", "phone": "06-12345678"}
    ours, theirs = child(a, **shared), child(b, **shared)
    note = record("books", SubjectKind.PERSON, parent=ours.ref)
    resolution = resolve([a, b, ours, theirs, note])
    assert together(resolution, a, ours, note)
    assert together(resolution, b, theirs)
    assert not together(resolution, a, b)
    assert Link(ours.ref, a.ref, ("parent",)) in resolution.groups[group_of(resolution, a)].links


def test_children_of_a_parent_that_was_not_read_stay_together() -> None:
    parent = company("books", name="De Hoek")
    assert linked(child(parent, name="Jan Smit"), child(parent, name="Piet Bakker"))


def test_a_child_is_shown_under_its_parent_and_under_a_sister_where_that_was_not_read() -> None:
    top = company("books", key="1", name="De Hoek")
    middle = child(top, key="2", name="Jan Smit")
    low = child(middle, key="3", name="Piet Bakker")
    links = resolve([top, middle, low]).groups[0].links
    assert {(one.a, one.b) for one in links} == {(middle.ref, top.ref), (low.ref, middle.ref)}
    first, second = child(top, key="4", name="Jan Smit"), child(top, key="5", name="Piet Bakker")
    assert [(one.a, one.b) for one in resolve([first, second]).groups[0].links] == [(second.ref, first.ref)]


def test_a_circle_of_parents_is_one_group() -> None:
    a, b = RecordRef("crm", "item", "a"), RecordRef("crm", "item", "b")
    assert linked(
        record("crm", SubjectKind.PERSON, key="a", parent=b),
        record("crm", SubjectKind.PERSON, key="b", parent=a),
    )


# --- vetoes and answers -----------------------------------------------------------------------------------------


def test_a_record_that_fits_two_subjects_belongs_to_neither() -> None:
    shared = {"name": "De Hoek", "email": "info@hoek.nl"}
    old, new = company("crm", kvk=KVK, **shared), company("crm", kvk=OTHER_KVK, **shared)
    between = company("books", **shared)
    resolution = resolve([old, new, between])
    assert len(resolution.groups) == 3
    assert proposed(resolution, old, between)
    assert proposed(resolution, new, between)


def test_a_record_that_fits_two_subjects_belongs_to_neither_however_many_records_they_have() -> None:
    shared = {"name": "De Hoek", "email": "info@hoek.nl"}
    old, new = ([company(kvk=number, **shared) for _ in range(20)] for number in (KVK, OTHER_KVK))
    between = [company("books", **shared) for _ in range(2)]
    shuffled = [one for pair in zip(old, new, strict=True) for one in pair]
    resolution = resolve([*shuffled, *between])
    assert together(resolution, *old)
    assert together(resolution, *new)
    assert len(resolution.groups) == 3


def test_stronger_evidence_decides_between_two_subjects() -> None:
    shared = {"name": "De Hoek", "email": "info@hoek.nl"}
    old, new = company("crm", kvk=KVK, **shared), company("crm", kvk=OTHER_KVK, iban=IBAN, **shared)
    between = company("books", iban=IBAN, **shared)
    resolution = resolve([old, new, between])
    assert together(resolution, new, between)
    assert not together(resolution, old, new)


def test_an_answer_joins_over_a_veto_and_later_records_follow() -> None:
    shared = {"name": "De Hoek", "email": "info@hoek.nl"}
    trader, limited = company("crm", kvk=KVK, **shared), company("crm", kvk=OTHER_KVK, **shared)
    books = company("books", kvk=KVK, **shared)
    resolution = resolve([trader, limited, books], [Answer(trader.ref, limited.ref, same=True)])
    assert together(resolution, trader, limited, books)
    assert not resolution.proposals
    assert not resolution.contested
    assert Link(trader.ref, limited.ref, ("answer",)) in resolution.groups[0].links


def test_an_answer_separates_for_good() -> None:
    a, b = (company(name="De Hoek", kvk=KVK, email="a@b.nl") for _ in range(2))
    assert linked(a, b)
    resolution = resolve([a, b], [Answer(b.ref, a.ref, same=False)])
    assert len(resolution.groups) == 2
    assert not resolution.proposals
    assert not resolution.contested


def test_who_is_neither_one_nor_the_other_does_not_part_these_two() -> None:
    a, b, c, d = (company(account, name="De Hoek", email="a@b.nl") for account in ("a", "b", "c", "d"))
    assert linked(a, b, c)
    neither = [Answer(c.ref, one.ref, same=False) for one in (a, b)]
    resolution = resolve([a, b, c], neither)
    assert together(resolution, a, b)
    assert not together(resolution, a, c)
    # Somebody who fits both sides belongs to neither; these two still belong together.
    resolution = resolve([a, b, c, d], neither)
    assert together(resolution, a, b)
    assert len(resolution.groups) == 3
    assert proposed(resolution, a, d)
    assert proposed(resolution, c, d)


def test_who_is_one_of_two_that_are_called_different_is_for_a_person() -> None:
    a, b, c = (company(account, name="De Hoek", email="a@b.nl") for account in ("a", "b", "c"))
    resolution = resolve([a, b, c], [Answer(a.ref, c.ref, same=False)])
    assert len(resolution.groups) == 3
    assert proposed(resolution, a, b)
    assert proposed(resolution, b, c)


def test_an_answer_through_a_record_that_is_gone_still_holds() -> None:
    a, gone, c = company(name="Aa"), company(name="Bb"), company(name="Cc")
    answers = [Answer(a.ref, gone.ref, same=True), Answer(gone.ref, c.ref, same=True)]
    assert linked(a, c, answers=answers)
    assert not linked(a, c, answers=[*answers, Answer(a.ref, c.ref, same=False)])


@pytest.mark.parametrize("spelled", ["4123456", "4123456.0", "KvK 412 34 56"])
def test_a_registration_that_lost_its_zero_only_proposes(spelled: str) -> None:
    whole, cut = company(name="De Hoek", kvk="04123456"), company("books", name="De Hoek B.V.", kvk=spelled)
    resolution = resolve([whole, cut])
    assert not together(resolution, whole, cut)
    [one] = resolution.proposals
    assert "kvk_without_zero" in one.evidence
    # Nor does it carry a link as a second fact; another registration it is not.
    unnamed, other = (
        company(kvk="04123456", phone="020-1234567"),
        company("books", kvk=spelled, phone="020-1234567"),
    )
    assert not linked(unnamed, other)
    shared = {"name": "De Hoek", "email": "info@hoek.nl"}
    assert linked(company(kvk="04123456", **shared), company("books", kvk=spelled, **shared))
    assert not linked(company(kvk=KVK, **shared), company("books", kvk=spelled, **shared))


@pytest.mark.parametrize("spelled", ["4123457", "412345", "0000000", "41234567"])
def test_other_digits_are_no_lost_zero(spelled: str) -> None:
    assert not resolve(
        [company(name="De Hoek", kvk="04123456"), company("books", name="De Hoek", kvk=spelled)]
    ).proposals


def test_firms_of_other_names_are_not_asked_about_for_a_lost_zero() -> None:
    assert not resolve(
        [company(name="De Hoek", kvk="04123456"), company("books", name="Aannemer", kvk="4123456")]
    ).proposals


def test_resemblance_only_proposes() -> None:
    address = {"street": "Dorpsstraat 12", "postcode": "1234 AB", "city": "Ede"}
    a, b = (
        company(name="Bakkerij De Hoek B.V.", **address),
        company("books", name="Bakkerij de Hoek", **address),
    )
    resolution = resolve([a, b])
    assert not together(resolution, a, b)
    (one,) = resolution.proposals
    assert one.score > 0.5
    assert one.evidence == ("name", "postcode+number", "street", "city")
    assert not resolution.contested


def test_nothing_that_comes_back_shows_a_value() -> None:
    a = person(
        name="Jan Smit",
        email="jan@geheim.nl",
        phone="06-12345678",
        postcode="1234AB",
        birth_date="1980-02-03",
    )
    b = person("books", name="Jan Smit", email="jan@geheim.nl", iban=IBAN, postcode="1234AB")
    shown = repr(resolve([a, b, member("jan@geheim.nl", "Marie")])).casefold()
    assert not [
        value for value in ("smit", "geheim", "12345678", "1234ab", "1980", "0417", "marie") if value in shown
    ]
