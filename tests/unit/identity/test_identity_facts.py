"""What is read of one record, and by what others are found that are worth comparing with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.identity.facts import Facts, own_references, read, resembling_keys, unreadable
from syncd.identity.normalising import LONGEST
from syncd.identity.persons import Person
from syncd.model import Identifier, IdentifierKind, Record, RecordRef, SubjectKind
from tests.unit.identity.kit import child, company, employee, member, person

TRADERS_VAT, COMPANYS_VAT = "NL002455799B11", "NL820079005B01"


def test_what_is_known_of_a_person_is_not_shown() -> None:
    record = person(
        name="Geheim", given_name="Geheim", family_name="Geheim", email="geheim@x.nl", phone="06-12345678",
        kvk="12345678", vat=TRADERS_VAT, birth_date="1980-05-06", street="Geheimstraat 12", postcode="1234AB",
        city="Geheim", country="NL", customer_number="GEHEIM",
    )  # fmt: skip
    facts = replace(
        read(record), company=read(company(name="Geheim")).company, kvk_guessed=frozenset({"7654321"})
    )
    assert repr(facts) == f"Facts(ref={record.ref!r}, kind={record.kind!r}, address_only=False)"


def test_nothing_is_known_of_an_empty_record() -> None:
    facts = read(person())
    assert facts == Facts(facts.ref, SubjectKind.PERSON)
    assert not facts.address_only
    assert not facts.named
    assert read(company(street="", house_number="")).street == ""


def test_a_name_is_read_by_the_kind_of_its_record() -> None:
    assert read(company(name="Jan Smit")).person == Person()
    assert read(company(name="Jan Smit")).named
    assert read(person(name="Jan Smit")).company.names == ()
    assert read(person(name="Jan Smit")).named
    assert not read(company(given_name="Jan", family_name="Smit")).named
    assert read(company(given_name="Jan", family_name="Smit")).person


def test_a_sole_traders_vat_number_is_a_form_where_the_name_shows_none() -> None:
    assert read(company(name="De Hoek", vat=TRADERS_VAT)).company.form == "eenmanszaak"
    assert read(company(name="De Hoek", vat=COMPANYS_VAT)).company.form == ""
    assert read(company(name="De Hoek B.V.", vat=TRADERS_VAT)).company.form == "bv"


def test_a_registration_without_its_zero_is_a_guess() -> None:
    assert read(company(kvk="1234567")).kvk_guessed == {"01234567"}
    assert read(company(kvk="1234567")).kvk == set()
    assert read(company(kvk="12345678")).kvk_guessed == set()
    assert read(company(phone="1234567")).kvk_guessed == set()
    assert read(company(kvk="geen")).kvk_guessed == set()
    assert read(company(kvk="0000000")).kvk_guessed == set()


@pytest.mark.parametrize(
    ("known", "strong"),
    [
        ({"vat": "12345678"}, {"kvk:12345678"}),
        ({"vat": "KvK 12345678"}, {"kvk:12345678"}),
        ({"kvk": "NL004495445B01"}, {"vat:NL004495445B01"}),
        ({"kvk": "0403.019.261", "country": "BE"}, {"vat:BE0403019261"}),
        ({"vat": "NL12345678"}, set()),
        ({"vat": "12345678", "country": "DE"}, set()),
        ({"kvk": "0403.019.261"}, set()),
    ],
)
def test_a_registration_is_read_in_the_column_of_another(known: dict[str, str], strong: set[str]) -> None:
    assert read(company(**known)).strong == strong
    assert unreadable(company(**known)) == (set() if strong else {IdentifierKind(next(iter(known)))})


def test_an_address_is_read_from_one_line_or_two_fields() -> None:
    line, fields = (
        read(person(street="Dorpsstraat 12 a")),
        read(person(street="Dorpsstr.", house_number="12A")),
    )
    assert (line.street, line.house) == (fields.street, fields.house) == ("dorpsstr", "12a")
    assert read(person(street="Plein 1940", house_number="7")).house == "7"


def test_of_several_spellings_the_order_in_the_record_is_nothing() -> None:
    names = [
        Identifier(IdentifierKind.NAME, name)
        for name in ("Hoek Bakkers", "De Hoek", "A" * (LONGEST + 1), " ")
    ]
    longest = Identifier(IdentifierKind.CITY, "a" * LONGEST)
    some = [
        Record(RecordRef("crm", "item", "1"), "1", SubjectKind.ORGANISATION, frozenset(), (*order, longest))
        for order in (names, names[::-1])
    ]
    assert read(some[0]) == read(some[1])
    assert read(some[0]).company.names == (("de", "hoek"),)
    assert len(read(some[0]).city) == LONGEST
    assert read(company(name="A" * LONGEST)).named


@pytest.mark.parametrize(
    ("facts", "kinds"),
    [
        ({"email": "geen", "phone": "06-12345678", "kvk": "1"}, {"email", "kvk"}),
        ({"phone": "0470 12 34 56", "country": "BE"}, set()),
        ({"phone": "0475/12 34 56", "country": "BE"}, set()),
        ({"phone": "0470 12 34 56"}, {"phone"}),
        ({"name": "De Hoek"}, set()),
        ({}, set()),
    ],
)
def test_what_cannot_be_read_is_told(facts: dict[str, str], kinds: set[str]) -> None:
    assert unreadable(company(**facts)) == {IdentifierKind(kind) for kind in kinds}


# --- who is known by an address alone --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "alone"),
    [
        (member("a@x.nl"), True),
        (member("a@x.nl", "Jan", "Smit"), True),
        (person(email="a@x.nl", name="Jan Smit"), True),
        (person(email="a@x.nl", country="NL"), True),
        (person(email="a@x.nl", name="Jan", given_name="Jan", family_name="Smit", country="NL"), True),
        (person(email="a@x.nl", phone="06-12345678"), False),
        (person(email="a@x.nl", city="Ede"), False),
        (person(email="geen"), False),
        (person(name="Jan Smit"), False),
        (company(email="a@x.nl"), False),
        (child(company(), email="a@x.nl"), False),
        (employee(company(), email="a@x.nl"), False),
    ],
)
def test_who_is_known_by_an_address_alone(record: Record, alone: bool) -> None:
    assert read(record).address_only is alone


def test_two_addresses_are_more_than_one() -> None:
    both = tuple(Identifier(IdentifierKind.EMAIL, one) for one in ("a@x.nl", "b@x.nl"))
    record = Record(RecordRef("news", "member", "1"), "1", SubjectKind.PERSON, frozenset(), both)
    assert not read(record).address_only
    assert read(replace(record, identifiers=both[:1])).address_only


# --- what points at a record, and what finds it ----------------------------------------------------------------


def test_a_record_is_pointed_at_by_its_key_or_its_customer_number_and_nothing_else() -> None:
    record = company("books", key="12", customer_number="k-7", kvk="12345678", email="info@hoek.nl")
    assert own_references(read(record)) == {"reference:books:item:12", "reference:books:item:K-7"}


DOOR = {"street": "Dorpsstraat", "house_number": "12", "postcode": "1243AB", "city": "Ede"}
JAN = {"given_name": "Jan", "family_name": "de Vries"}
BY_DOOR = {"door:1243AB:12", "street:dorpsstr:12"}
BY_NAME = {"person:vries:j:ede", "pair:jan:vries", "sound:an:frs"}
BY_BOTH = {
    "near:jan:1234AB", "near:vrie:1234AB", "in:jan:dorpsstr", "in:vrie:dorpsstr", "by:j:dorpss:12",
    "by:v:dorpss:12", "at:jan:ede:12", "at:vri:ede:12",
}  # fmt: skip


@pytest.mark.parametrize(
    ("known", "keys"),
    [
        (JAN | DOOR, BY_DOOR | BY_NAME | BY_BOTH),
        (DOOR, BY_DOOR),
        (JAN, {"person:vries:j:", "pair:jan:vries", "sound:an:frs"}),
        (JAN | {"city": "Ede"}, BY_NAME | {"at:jan:ede:", "at:vri:ede:"}),
        (JAN | {"postcode": "1243AB"},
         {"person:vries:j:", "pair:jan:vries", "sound:an:frs", "near:jan:1234AB", "near:vrie:1234AB"}),
        (JAN | {"street": "Dorpsstraat"},
         {"person:vries:j:", "pair:jan:vries", "sound:an:frs", "in:jan:dorpsstr", "in:vrie:dorpsstr"}),
        (JAN | {"house_number": "12"},
         {"person:vries:j:", "pair:jan:vries", "sound:an:frs", "at:jan::12", "at:vri::12"}),
        (JAN | {"birth_date": "1980-05-06"},
         {"person:vries:j:", "pair:jan:vries", "sound:an:frs", "born:1980-05-06:j", "born:1980-05-06:v"}),
        ({"birth_date": "1980-05-06", "postcode": "1243AB"}, {"born:1980-05-06:1234AB"}),
        ({"given_name": "Jan", "city": "Ede"}, {"at:jan:ede:"}),
        ({"email": "j.de.vries+nieuws@hoek.nl"}, {"mail:jdevries"}),
        ({"email": "jvries@hoek.nl"}, {"mail:jvries"}),
        ({"email": "vries1950@hoek.nl"}, set()),
        ({"email": "info@hoek.nl"}, set()),
        ({"email": "familie.devries@hoek.nl", "given_name": "Jan"}, {"mail:familiedevries"}),
        (JAN | {"email": "familie.devries@hoek.nl"}, {"person:vries:j:", "pair:jan:vries", "sound:an:frs"}),
        ({"given_name": "J.", "family_name": "Vries"}, {"person:vries:j:", "pair::vries", "sound::frs"}),
        ({"given_name": "J.", "family_name": "Vos de Boer-Aker"},
         {"person:akerboervos:j:", "pair::akerboervos", "sound::akrprfs"}),
        ({}, set()),
    ],
)  # fmt: skip
def test_by_what_a_person_is_found(known: dict[str, str], keys: set[str]) -> None:
    assert resembling_keys(read(person(**known))) == keys


@pytest.mark.parametrize(
    ("known", "keys"),
    [
        (
            {"name": "De Hoek h.o.d.n. Kant Bakkers"} | DOOR,
            BY_DOOR | {"company:dehoek", "company:bakkerskant"},
        ),
        ({"kvk": "01234567"}, {"kvk:01234567"}),
        ({"kvk": "1234567"}, {"kvk:01234567"}),
        ({"kvk": "12345678"}, set()),
        ({"email": "info@hoek.nl"}, {"site:hoek.nl"}),
        ({"email": "Bakker.De.Hoek+info@gmail.com"}, {"mail:bakkerdehoek", "google:bakkerdehoek"}),
        ({"email": "bakker.de.hoek@ziggo.nl"}, {"mail:bakkerdehoek"}),
        ({"email": "bakker.de.hoek@googlemail.com"}, {"mail:bakkerdehoek", "google:bakkerdehoek"}),
        ({"email": "info@gmail.com"}, set()),
        ({"street": "Dorpsstraat"}, set()),
        ({"postcode": "1243AB"}, set()),
        ({"house_number": "12"}, set()),
        ({"given_name": "Jan", "family_name": "Smit", "city": "Ede"}, set()),
    ],
)
def test_by_what_an_organisation_is_found(known: dict[str, str], keys: set[str]) -> None:
    assert resembling_keys(read(company(**known))) == keys
