"""One spelling per identifier, and none for a value that fails its check."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncd.identity import keys_of, normalise, resolve, strong_keys
from syncd.identity.normalising import is_mobile, readings
from syncd.identity.text import seen
from syncd.model import Identifier, IdentifierKind, Record
from tests.unit.identity.changing import Held
from tests.unit.identity.kit import child, company, linked, member, person

NAMING = Held()
TABLE: dict[IdentifierKind, dict[str, str | None]] = {
    IdentifierKind.EMAIL: {
        " Jan.Smit@Voorbeeld.NL ": "jan.smit@voorbeeld.nl",
        "jan+nieuws@voorbeeld.nl": "jan+nieuws@voorbeeld.nl",
        "jan@bücher.nl": "jan@xn--bcher-kva.nl",
        "jan@xn--bcher-kva.nl": "jan@xn--bcher-kva.nl",
        "jan@firma.test": "jan@firma.test",
        "jan@firma.example": "jan@firma.example",
        "mailto:jan@voorbeeld.nl": "jan@voorbeeld.nl",
        "Jan Smit <jan@voorbeeld.nl>": "jan@voorbeeld.nl",
        "\u202ajan@voorbeeld.nl\u202c": "jan@voorbeeld.nl",
        "jan\u200b@voorbeeld.nl\x00": "jan@voorbeeld.nl",
        "jan@localhost": None,
        "geen@email.nl": None,
        "jan(at)voorbeeld.nl": None,
        "geen": None,
    },
    IdentifierKind.PHONE: {
        "0800-BELGRAT": "+318002354728",
        "06-12345678": "+31612345678",
        "0031 6 12 34 56 78": "+31612345678",
        "+31 (0)6 1234 5678": "+31612345678",
        "(020) 123 45 67": "+31201234567",
        "+32 470 12 34 56": "+32470123456",
        "\u202a06\u201112345678\u202c": "+31612345678",
        "0612345": None,
        "0611111111": None,
        "0600000000": None,
        "0612222222": None,
        "0612222221": "+31612222221",
        "0000000000": None,
        "bel Jan": None,
    },
    IdentifierKind.VAT: {
        "NL004495445B01": "NL004495445B01",
        "NL 0044.95.445.B.01": "NL004495445B01",
        "004495445B01": "NL004495445B01",
        "btw-nummer: NL004495445B01": "NL004495445B01",
        "NL002455799B11": "NL002455799B11",
        "NL001234567B29": "NL001234567B29",
        "NL123456789B90": None,
        "NL004495445": None,
        "BE0403019261": "BE0403019261",
        "DE136695976": "DE136695976",
        "DE136695978": None,
        "GB980780684": "GB980780684",
        "XX123": None,
        "NL111111110B01": None,
        "NL000000000B00": None,
    },
    IdentifierKind.IBAN: {
        "NL91 ABNA 0417 1643 00": "NL91ABNA0417164300",
        "nl91abna0417164300": "NL91ABNA0417164300",
        "IBAN: NL91 ABNA 0417.1643.00": "NL91ABNA0417164300",
        "\u202aNL91ABNA0417164300\u202c": "NL91ABNA0417164300",
        "BE68 5390 0754 7034": "BE68539007547034",
        "NL91ABNA0417164301": None,
        "417164300": None,
    },
    IdentifierKind.KVK: {
        "12345678": "12345678",
        "KVK 12345678": "12345678",
        "KvK-nummer: 12 34 56 78": "12345678",
        "K.v.K. nr. 12345678": "12345678",
        "12345678 000012345678": "12345678",
        "01234567": "01234567",
        "12345678.0": "12345678",
        "\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668": "12345678",
        "1234567": None,
        "1234567.0": None,
        "1 234 567.0": None,
        "123456789": None,
        "00000000": None,
        "11111111": None,
        "11111112": "11111112",
        "00000000 0001": None,
        "geen": None,
    },
    IdentifierKind.CUSTOMER_NUMBER: {
        "k-1001": "K-1001",
        "# 1001": "1001",
        "'1-2": "1-2",
        "0012": "0012",
        "NVT-7": "NVT-7",
        "000": None,
        "0-0": None,
        "-": None,
        "n.v.t.": None,
        "N/A": None,
        "Geen": None,
        **dict.fromkeys(
            ["na", "nee", "onbekend", "leeg", "none", "no", "NULL", "nan", "unknown", "test", "x"]
        ),
    },
    IdentifierKind.REFERENCE: {
        "books:contact:12": "books:contact:12",
        "books : contact : a:b": "books:contact:a:b",
        "books::12": None,
        ":contact:12": None,
        "books:contact:": None,
        "12": None,
    },
    IdentifierKind.NAME: {
        "Jansen Bouw B.V.": "jansen bouw",
        "JANSEN BOUW BV": "jansen bouw",
        "Jansen Bouw b. v.": "jansen bouw",
        "Jansen Bouw B.V. i.o.": "jansen bouw",
        "Jansen & Zn. V.O.F.": "jansen en zn",
        "Stichting 't Hoekje": "t hoekje",
        "Eenmanszaak Schoenmaker": "schoenmaker",
        "Coöperatie Ons Huis U.A.": "ons huis",
        "J. Jansen h.o.d.n. Bakkerij De Hoek": "bakkerij de hoek",
        "Jansen Bouw B.V. (in liquidatie)": "jansen bouw",
        "\u0418\u0432\u0430\u043d\u043e\u0432": "\u0438\u0432\u0430\u043d\u043e\u0432",
        "Stichting": "stichting",
        "...": None,
    },
    IdentifierKind.GIVEN_NAME: {
        "Jan-Willem": "jan willem",
        "J.P.": "jp",
        "JW": "jw",
        "René": "rene",
        "dhr.": None,
    },
    IdentifierKind.FAMILY_NAME: {
        "de Vries": "de vries",
        "Vries, de": "de vries",
        "v.d. Berg": "van de berg",
        "Bakker - de Vries": "bakker de vries",
    },
    IdentifierKind.POSTCODE: {
        "1234 ab": "1234AB",
        "1234AB": "1234AB",
        "NL-1234 AB": "1234AB",
        "1234 AB Ede": "1234AB",
        "0123 AB": None,
        "1234 SS": None,
        "1234 A": None,
        "1000": "1000",
        "SW1A 1AA": "SW1A1AA",
        "Ede": None,
    },
    IdentifierKind.HOUSE_NUMBER: {
        "12": "12",
        "12 A": "12a",
        "12-a": "12a",
        "12-3": "12-3",
        "012": "12",
        "a": None,
    },
    IdentifierKind.STREET: {
        "Dorpsstraat": "dorpsstr",
        "Dorpsstr.": "dorpsstr",
        "Prins Hendrik Laan": "prinshendrikln",
    },
    IdentifierKind.CITY: {"'s-Gravenhage": "s gravenhage", "ALMERE": "almere"},
    IdentifierKind.COUNTRY: {
        "Nederland": "NL",
        "nl": "NL",
        "NLD": "NL",
        "België": "BE",
        "Suriname": "suriname",
    },
    IdentifierKind.BIRTH_DATE: {
        "1980-02-03": "1980-02-03",
        "3-2-1980": "1980-02-03",
        "03/02/1980": "1980-02-03",
        "19800203": "1980-02-03",
        "1980-02-03T00:00:00Z": "1980-02-03",
        "3 februari 1980": "1980-02-03",
        "3-2-80": "1980-02-03",
        "29254": "1980-02-03",
        "1980": None,
        "1970-01-01": None,
        "31-02-1980": None,
        "02/03": None,
        "0001-01-01": None,
    },
}


@pytest.mark.parametrize(
    ("kind", "spelled", "expected"),
    [(kind, spelled, expected) for kind, table in TABLE.items() for spelled, expected in table.items()],
)
def test_normalise(kind: IdentifierKind, spelled: str, expected: str | None) -> None:
    assert normalise(Identifier(kind, spelled)) == expected


def test_every_kind_is_in_the_table() -> None:
    assert set(TABLE) == set(IdentifierKind)


@given(kind=st.sampled_from(IdentifierKind), text=st.text(max_size=40))
@settings(max_examples=300)
def test_whatever_is_typed_gives_a_value_or_none(kind: IdentifierKind, text: str) -> None:
    found = normalise(Identifier(kind, text))
    assert found is None or found.strip()


PARTS = (
    "a", "1", ".", "-", "a.", "van ", "b.v. ", "h.o.d.n. ", "é", "\u0301", "12 ", "NL", "+31", "\u202ea",
    "\x00\x1b[31m",
)  # fmt: skip
HOSTILE = [part * (10_240 // len(part)) for part in PARTS]


@pytest.mark.parametrize("text", HOSTILE, ids=map(repr, PARTS))
def test_ten_kilobytes_of_anything_are_no_identifier(text: str) -> None:
    assert {normalise(Identifier(kind, text)) for kind in IdentifierKind} <= {None}
    pair = [person(account, **dict.fromkeys(IdentifierKind, text)) for account in ("books", "crm")]
    assert len(resolve(pair).groups) == 2
    assert not strong_keys(pair[0])


def test_what_is_not_seen_does_not_make_another_name() -> None:
    marked = person(name="\u202aJan\u200b de\u00a0Vries\u202c", email="j@x.nl")
    assert linked(marked, person("books", name="Jan de Vries", email="j@x.nl"))


def test_names_in_another_script_contradict_as_others_do() -> None:
    shared = {"email": "thuis@x.nl", "phone": "06-12345678"}
    ivan, maria = (
        "\u0418\u0432\u0430\u043d \u041f\u0435\u0442\u0440\u043e\u0432",
        "\u041c\u0430\u0440\u0438\u044f \u041f\u0435\u0442\u0440\u043e\u0432",
    )
    assert linked(person(name=ivan, **shared), person("books", name=ivan, **shared))
    assert not linked(person(name=ivan, **shared), person("books", name=maria, **shared))


@given(
    kind=st.sampled_from(
        [one for one in IdentifierKind if one not in {IdentifierKind.NAME, IdentifierKind.GIVEN_NAME}]
    ),
    data=st.data(),
)
@settings(max_examples=100)
def test_normalising_twice_changes_nothing(kind: IdentifierKind, data: st.DataObject) -> None:
    known = [spelled for spelled, expected in TABLE[kind].items() if expected]
    once = normalise(Identifier(kind, data.draw(st.sampled_from(known))))
    assert once is not None
    assert normalise(Identifier(kind, once)) == once


def test_what_is_longer_than_a_thousand_letters_is_no_identifier() -> None:
    assert normalise(Identifier(IdentifierKind.CITY, "a" * 1000)) == "a" * 1000
    assert normalise(Identifier(IdentifierKind.CITY, "a" * 1001)) is None


def test_an_apostrophe_before_a_letter_is_part_of_an_address() -> None:
    assert normalise(Identifier(IdentifierKind.EMAIL, "'t.hof@x.nl")) == "'t.hof@x.nl"


def test_a_number_without_a_country_belongs_to_the_records_country() -> None:
    belgian = company(phone="0470 12 34 56", vat="0403.019.261", country="België")
    assert strong_keys(belgian) == {"phone:+32470123456", "vat:BE0403019261"}
    assert normalise(Identifier(IdentifierKind.PHONE, "0470 12 34 56"), "BE") == "+32470123456"


def test_strong_keys_are_what_a_subject_is_known_by_again() -> None:
    one = company(
        kvk="KVK 12345678", vat="onbekend", email="A@b.nl", name="Jansen", reference="books:contact:1",
        customer_number="7",
    )  # fmt: skip
    assert strong_keys(one) == {"kvk:12345678", "email:a@b.nl", "customer_number:7"}


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (company(kvk="12345678"), company("books", kvk="KVK 12345678")),
        (company(reference="books:item:77"), company("books", key="77")),
        (company(reference="books:item:1001"), company("books", customer_number="1001")),
        (company(name="De Hoek B.V."), company("books", name="de hoek")),
        (
            person(name="Jan Smit", birth_date="1980-02-03"),
            person("books", name="Jan Smit", birth_date="3-2-1980"),
        ),
        (
            person(postcode="1234AB", street="Dorpsstraat 5"),
            person("books", postcode="1234 AB", house_number="5"),
        ),
        (member("a@b.nl"), child(company("books"), email="A@B.nl")),
    ],
)
def test_records_that_would_be_compared_share_a_key(a: Record, b: Record) -> None:
    assert _found_by(a) & _found_by(b)


def test_records_of_two_kinds_meet_by_strong_identifiers_only() -> None:
    firm, owner = company(postcode="1234AB", house_number="5"), person(postcode="1234AB", house_number="5")
    assert not _found_by(firm) & _found_by(owner)


def _found_by(one: Record) -> frozenset[int]:
    found = keys_of(one, NAMING)
    return found.strong | found.weak


@pytest.mark.parametrize(
    ("exported", "meant"),
    [
        ("Jansen &amp; Zonen", "Jansen & Zonen"),
        ("Zo&euml;", "Zoë"),
        ("van &#39;t Hof", "van 't Hof"),
        ("van &#x27;t Hof", "van 't Hof"),
        ("ZoÃ«", "Zoë"),
        ("MÃ¼ller", "Müller"),
        ("CafÃ© De Hoek", "Café De Hoek"),
        ("Ã\x81lvarez", "Álvarez"),
        ("van â€™t Hof", "van \N{RIGHT SINGLE QUOTATION MARK}t Hof"),
        ("Å\x81ukasz", "Łukasz"),
        ("YÄ±ldÄ±z", "Y\N{LATIN SMALL LETTER DOTLESS I}ld\N{LATIN SMALL LETTER DOTLESS I}z"),
        ("Jansen & Zonen; Delft", "Jansen & Zonen; Delft"),
        ("R&D", "R&D"),
        ("São João", "São João"),
        ("Ãéa", "Ãéa"),
        ("Åsa Öberg", "Åsa Öberg"),
        ("ÅÄÖ", "ÅÄÖ"),
    ],
)
def test_what_an_export_made_of_a_name_is_turned_back(exported: str, meant: str) -> None:
    assert seen(exported) == meant


def test_names_that_an_export_spelled_otherwise_link() -> None:
    shared = {"email": "zoe@thuis.example", "city": "Ede"}
    for spelled in ("Zo&euml; de Vries", "ZoÃ« de Vries"):
        assert linked(person(name=spelled, **shared), person("books", name="Zoë de Vries", **shared))


@pytest.mark.parametrize(
    ("kind", "text", "found"),
    [
        (IdentifierKind.EMAIL, "jan@a.example; piet@b.example", {"jan@a.example", "piet@b.example"}),
        (IdentifierKind.EMAIL, "jan@a.example / piet@b.example", {"jan@a.example", "piet@b.example"}),
        (IdentifierKind.EMAIL, "jan@a.example, geen", {"jan@a.example"}),
        (IdentifierKind.EMAIL, "jan@a.example.", {"jan@a.example"}),
        (IdentifierKind.EMAIL, "geen; onbekend", set()),
        (IdentifierKind.PHONE, "06-23456781 / 020-2345671", {"+31623456781", "+31202345671"}),
        (IdentifierKind.PHONE, "06-23456781/020-2345671", {"+31623456781", "+31202345671"}),
        (IdentifierKind.PHONE, "020/2345671 of 06 23456781", {"+31623456781", "+31202345671"}),
        (IdentifierKind.PHONE, "020-2345671 / 72", {"+31202345671"}),
        (IdentifierKind.PHONE, "06 23456781 (werk)", {"+31623456781"}),
        (IdentifierKind.PHONE, "Mob.: 06 23456781", {"+31623456781"}),
        (IdentifierKind.PHONE, "31623456781.0", {"+31623456781"}),
        (IdentifierKind.PHONE, "onbekend", set()),
        (IdentifierKind.KVK, "'12345678", {"12345678"}),
        (IdentifierKind.KVK, "NL12345678", {"12345678"}),
        (IdentifierKind.KVK, "K.v.K. 's-Hertogenbosch nr. 12345678", {"12345678"}),
        (IdentifierKind.KVK, "12345678; 87654321", set()),
        (IdentifierKind.KVK, "DE12345678", set()),
        (IdentifierKind.KVK, "12345678 Utrecht", {"12345678"}),
        (IdentifierKind.KVK, "12 34 56 78 (Den Haag)", {"12345678"}),
        (IdentifierKind.KVK, "12345678x", set()),
        (IdentifierKind.KVK, "12345678 Utrecht 87654321", set()),
        (IdentifierKind.PHONE, "030-2345671 tst 12", {"+31302345671"}),
        (IdentifierKind.PHONE, "06-23456781 na 18u", {"+31623456781"}),
        (IdentifierKind.PHONE, "mob. 06-23456781 thuis 030-2345671", {"+31623456781", "+31302345671"}),
        (IdentifierKind.PHONE, "06-23456781 na 18u / 030-2345671", {"+31623456781", "+31302345671"}),
        (IdentifierKind.PHONE, "06-11111111 of 030-2345671", {"+31302345671"}),
        (IdentifierKind.PHONE, "sinds 12-10-2023", set()),
        (IdentifierKind.PHONE, "klant 12345678", set()),
        (IdentifierKind.IBAN, "NL91ABNA0417164300 ABNANL2A", {"NL91ABNA0417164300"}),
        (IdentifierKind.IBAN, "BIC ABNANL2A, NL91 ABNA 0417 1643 00", {"NL91ABNA0417164300"}),
        (IdentifierKind.IBAN, "NL91 ABNA 0417 1643 00 t.n.v. J. Smit", {"NL91ABNA0417164300"}),
        (
            IdentifierKind.IBAN,
            "NL91ABNA0417164300 / BE68539007547034",
            {"NL91ABNA0417164300", "BE68539007547034"},
        ),
        (IdentifierKind.IBAN, "NL91ABNA04171643001", set()),
        (IdentifierKind.IBAN, "NL91ABNA0417164301 ABNANL2A", set()),
        (IdentifierKind.CUSTOMER_NUMBER, "1001.0", {"1001"}),
        (IdentifierKind.HOUSE_NUMBER, "12.0", {"12"}),
    ],
)
def test_a_field_holds_what_people_and_spreadsheets_put_there(
    kind: IdentifierKind, text: str, found: set[str]
) -> None:
    assert readings(Identifier(kind, text)) == found


def test_two_values_in_one_field_are_two_values() -> None:
    both = person(name="Jan Smit", email="jan@werk.example; jan@thuis.example")
    for email in ("jan@werk.example", "jan@thuis.example"):
        assert linked(both, person("books", name="Jan Smit", email=email, city="Ede"))


@pytest.mark.parametrize(
    ("number", "mobile"),
    [
        ("+31612345678", True), ("+31318234567", False), ("+31882345678", False), ("+32472803714", True),
        ("+3216123456", False), ("+491715411841", True), ("+49301234567", False), ("+447911123456", True),
        ("+33612345678", True), ("+12015550123", False),
    ],
)  # fmt: skip
def test_a_mobile_number_is_one_for_certain_or_none(number: str, mobile: bool) -> None:
    assert is_mobile(number) is mobile
