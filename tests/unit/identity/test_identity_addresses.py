"""Postal addresses: where a street ends and its number begins, and which spellings are one."""

from __future__ import annotations

import pytest

from syncd.identity.addresses import country, house_number, postcode, split_street, street


@pytest.mark.parametrize(
    ("line", "name", "number"),
    [
        ("Dorpsstraat 12", "Dorpsstraat", "12"),
        (" Dorpsstraat  12 ", "Dorpsstraat", "12"),
        ("Dorpsstraat 12a", "Dorpsstraat", "12a"),
        ("Dorpsstraat 12 A", "Dorpsstraat", "12 A"),
        ("Dorpsstraat 12-3", "Dorpsstraat", "12-3"),
        ("Dorpsstraat 12 - 3", "Dorpsstraat", "12 - 3"),
        ("Dorpsstraat 12 hs", "Dorpsstraat", "12 hs"),
        ("Dorpsstraat 12 III", "Dorpsstraat", "12 III"),
        ("Dorpsstraat, 12", "Dorpsstraat", "12"),
        ("Plein 1940 7", "Plein 1940 7", ""),  # or number 1940, flat 7
        ("Plein 12345", "Plein", "12345"),
        ("Dorpsstraat", "Dorpsstraat", ""),
        ("Plein 123456", "Plein 123456", ""),
        ("12", "12", ""),
        ("", "", ""),
    ],
)
def test_a_line_is_a_street_and_its_number(line: str, name: str, number: str) -> None:
    assert split_street(line) == (name, number)


@pytest.mark.parametrize(
    "spellings",
    [
        ("Dorpsstraat", "dorpsstr.", "Dorps straat", "DORPSSTRT"),
        ("Beatrixlaan", "Beatrixln.", "Beatrix laan"),
        ("Julianaplein", "Julianapln", "Juliana Plein"),
        ("Burg. Smitweg", "burg smitweg"),
    ],
)
def test_spellings_of_one_street(spellings: tuple[str, ...]) -> None:
    assert len({street(one) for one in spellings}) == 1


def test_only_a_streets_last_word_is_shortened() -> None:
    assert street("Straatweg") == "straatweg"
    assert street("Laan van Meerdervoort") == "laanvanmeerdervoort"
    assert street("Plein") == street("pln.")
    assert street(" - ") is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", "12"), ("012", "12"), ("12 A", "12a"), ("12-a", "12a"), ("12/a", "12a"), ("12-3", "12-3"),
        ("12 3", "12-3"), ("12 hs", "12hs"), ("12 A 2", "12a2"), ("12345", "12345"), ("123456", None),
        ("A12", None), ("", None), ("12 é", None),
    ],
)  # fmt: skip
def test_house_numbers(text: str, number: str | None) -> None:
    assert house_number(text) == number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1234 ab", "1234AB"), ("1234AB Ede", "1234AB"), ("NL-1234 AB", "1234AB"), ("NL1234AB", "1234AB"),
        ("9000", "9000"), ("10115", "10115"), ("SW1A 1AA", "SW1A1AA"), ("75.008", "75008"),
        ("0234 AB", None), ("1234 SS", None), ("1234 SA", None), ("1234 SD", None), ("1234 A", None),
        ("AB", None), ("ABCD", None), ("12", None), ("12345678901", None),
    ],
)  # fmt: skip
def test_postcodes(text: str, code: str | None) -> None:
    assert postcode(text) == code


COUNTRIES = {
    "NL": ("nl", "NLD", "Nederland", "Netherlands", "The Netherlands", "Holland"),
    "BE": ("BE", "BEL", "België", "Belgie", "Belgium", "Belgique"),
    "DE": ("DE", "DEU", "Duitsland", "Germany", "Deutschland"),
    "FR": ("FR", "FRA", "Frankrijk", "France"),
    "LU": ("LU", "LUX", "Luxemburg", "Luxembourg"),
    "GB": ("GB", "GBR", "UK", "Verenigd Koninkrijk", "United Kingdom", "Engeland"),
}


@pytest.mark.parametrize(
    ("spelled", "code"), [(text, code) for code, texts in COUNTRIES.items() for text in texts]
)
def test_countries(spelled: str, code: str) -> None:
    assert country(spelled) == code


def test_another_countrys_name_stays_and_none_is_none() -> None:
    assert country("Atlantis") == "atlantis"
    assert country("at") == "AT"
    assert country(" ") is None
