"""One test per guard: each goes red when its guard is taken out."""

from __future__ import annotations

from dataclasses import replace

from syncd.identity import Answer, resolve
from syncd.model import IdentifierKind, Record
from tests.unit.identity.kit import (
    child,
    company,
    contested,
    employee,
    linked,
    member,
    person,
    proposed,
    together,
)

KVK, OTHER_KVK = "12345678", "87654321"
IBAN = "NL91ABNA0417164300"


def test_partners_with_one_registration_are_no_question() -> None:
    jan, piet = (person("books", name=name, kvk=KVK, email="a@x.nl") for name in ("Jan Smit", "Piet Bos"))
    assert not proposed(resolve([jan, piet]), jan, piet)


def test_a_sole_trader_entered_as_firm_and_as_person_stays_two_where_the_membership_says_so() -> None:
    shared = {"kvk": KVK, "email": "j@x.nl"}
    firm = company("crm", name="Schilder Jan Smit", **shared)
    jan = employee(firm, name="Jan Smit", **shared)
    books = company("books", name="Schilder Jan Smit", **shared)
    assert linked(firm, person("crm", name="Jan Smit", **shared))
    resolution = resolve([firm, jan, books])
    assert not together(resolution, firm, jan)
    assert not proposed(resolution, firm, jan)
    assert not contested(resolution, firm, jan)


def test_a_phone_number_alone_does_not_make_a_person_the_firm() -> None:
    assert not linked(
        company(name="Schilder Jan Smit", phone="06-12345678"), person(name="Jan Smit", phone="06-12345678")
    )


def test_an_address_shared_by_many_is_no_second_fact() -> None:
    address = "info@boekhouder.example"
    clients = [company(name=f"Klant {word}", email=address) for word in ("Aap", "Noot", "Mies", "Wim", "Zus")]
    a = company(phone="020-1234567", email=address)
    b = company("books", name="Jansen Bouw", phone="020-1234567", email=address)
    assert linked(a, b)
    assert not together(resolve([*clients, a, b]), a, b)


def test_a_record_without_a_name_does_not_hide_that_an_address_is_shared_by_many() -> None:
    bare = company("a", email="info@x.nl")
    clients = [company(name=f"Klant {word}", email="info@x.nl") for word in ("Aap", "Noot", "Mies", "Wim")]
    assert not resolve([bare, *clients]).contested


def test_branches_of_a_chain_with_one_name_are_many() -> None:
    chain = [company(name="De Hoek", email="info@hoek.nl", kvk=f"{10000000 + i}") for i in range(5)]
    assert not resolve(chain).contested
    assert resolve(chain[:2]).contested


def _torn(*, branch: bool) -> tuple[list[Record], Record, Record]:
    """Make a record that fits two subjects, and a weaker way to one of them."""
    shared = {"name": "De Hoek", "email": "info@hoek.nl"}
    old, new = company(kvk=KVK, **shared), company(kvk=OTHER_KVK, **shared)
    way = company(kvk=KVK, name="De Hoek", phone="020-1234567")
    between = company("books", phone="020-1234567", **shared)
    records = [old, new, way, between]
    if branch:
        extra = _with_address(between, "tweede@hoek.nl")
        records[3] = between = extra
        records += [company("books", name="De Hoek", iban=IBAN, email="tweede@hoek.nl"),
                    company("books", name="De Hoek", iban=IBAN)]  # fmt: skip
    return records, old, between


def _with_address(one: Record, address: str) -> Record:
    """Give the record a second address."""
    return replace(one, identifiers=(*one.identifiers, replace(one.identifiers[-1], value=address)))


def test_a_record_in_doubt_is_not_pulled_in_by_weaker_evidence() -> None:
    records, old, between = _torn(branch=False)
    assert not together(resolve(records), old, between)


def test_nor_is_what_hangs_on_it() -> None:
    records, old, between = _torn(branch=True)
    resolution = resolve(records)
    assert not together(resolution, old, between)
    assert together(resolution, between, records[-1])


def test_an_answer_holds_against_the_whole_cluster() -> None:
    shared = {"kvk": KVK, "name": "De Hoek"}
    a, b = company("a", **shared), company("b", **shared)
    friends = [company("a", iban=IBAN, **shared) for _ in range(3)]
    ours = replace(a, identifiers=(*a.identifiers, *friends[0].identifiers))
    for pair in ((ours.ref, b.ref), (b.ref, ours.ref)):
        resolution = resolve([ours, b, *friends], [Answer(*pair, same=False)])
        assert together(resolution, ours, *friends)
        assert not together(resolution, ours, b)


def test_two_members_whose_names_contradict_are_not_both_the_company() -> None:
    firm = company(name="De Hoek", email="info@hoek.nl")
    jan, marie = member("info@hoek.nl", "Jan"), member("info@hoek.nl", "Marie", account="post")
    resolution = resolve([firm, jan, marie])
    assert len(resolution.groups) == 3
    assert linked(firm, jan)


def test_the_person_of_that_name_comes_before_one_without_a_name() -> None:
    jan = person(name="Jan Smit", email="a@x.nl", phone="06-12345678")
    nobody = person("books", email="a@x.nl", iban=IBAN)
    news = member("a@x.nl", "Jan", "Smit")
    assert together(resolve([jan, nobody, news]), jan, news)


def test_a_company_that_has_the_address_only_through_somebody_is_not_the_member() -> None:
    books, crm = company("books", name="De Hoek", kvk=KVK), company("crm", name="De Hoek", kvk=KVK)
    reception = child(books, email="balie@hoek.nl")
    staff = [employee(crm, name=name, email="balie@hoek.nl", phone=phone) for name, phone in
             (("Jan Smit", "06-12345678"), ("Piet Bos", "06-87654321"))]  # fmt: skip
    news = member("balie@hoek.nl")
    assert len(resolve([books, crm, reception, *staff, news]).groups[0].refs) > 1
    assert not together(resolve([books, crm, reception, *staff, news]), crm, news)


def test_a_company_is_not_the_member_when_a_stranger_has_the_address_too() -> None:
    firm = company(name="De Hoek", email="info@hoek.nl")
    tied = employee(firm, name="Jan Smit", email="info@hoek.nl", phone="06-12345678")
    stranger = person(name="Piet Bos", email="info@hoek.nl", phone="06-87654321")
    news = member("info@hoek.nl")
    resolution = resolve([firm, tied, stranger, news])
    assert not together(resolution, firm, news)
    assert contested(resolution, firm, stranger)
    assert contested(resolution, tied, stranger)
    assert not contested(resolution, firm, tied)


def test_a_member_that_a_person_placed_stays_there() -> None:
    firm, elsewhere = company(name="De Hoek", email="info@hoek.nl"), company(name="Jansen Bouw")
    news = member("info@hoek.nl")
    resolution = resolve([firm, elsewhere, news], [Answer(news.ref, elsewhere.ref, same=True)])
    assert together(resolution, news, elsewhere)
    assert not together(resolution, news, firm)


def test_of_two_versions_of_a_record_the_later_counts_in_any_order() -> None:
    old, new = company(key="1", name="Oud"), company(key="1", name="Nieuw", email="a@b.nl")
    new = replace(new, version="2")
    other = company("books", name="Nieuw", email="a@b.nl")
    assert linked(old, new, other)
    assert linked(new, old, other)


def test_registrations_that_differ_leave_only_the_address_in_doubt() -> None:
    shared = {"name": "De Hoek", "email": "a@b.nl", "phone": "020-1234567", "iban": IBAN}
    resolution = resolve([company(kvk=KVK, **shared), company(kvk=OTHER_KVK, **shared)])
    assert [one.kind for one in resolution.contested] == [IdentifierKind.EMAIL]
