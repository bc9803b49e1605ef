"""Whose name a name is: what only an organisation is called, and what is a person's initials and surname."""

from __future__ import annotations

import pytest

from syncd.identity import (
    names_by_given_name,
    names_organisation,
    names_person,
    names_site,
    names_trade,
)


@pytest.mark.parametrize(
    "name",
    [
        "S.H. Visser", "H. Maas", "H Maas", "J de Boer", "J.P. van den Berg", "J. v.d. Berg", "Vries, J. de",
        "Visser, S.H.", "Th. Bakker", "dhr. S.H. Visser", "S.H. Visser-de Boer", "S.H. Visser - Bakker",
        "H. te Winkel", "R. Bishop", "S.H. VISSER", "J. 't Hoen",
    ],
)  # fmt: skip
def test_initials_and_a_surname_are_a_persons_name(name: str) -> None:
    assert names_person(name)


@pytest.mark.parametrize(
    "name",
    [
        "Visser", "Sjaak Visser", "De Zwaan", "'t Hoekje", "t Hoekje", "S.H. Visser Bouw", "H. Bouwbedrijf",
        "H. Holding", "J. de Boer Transport", "H. Winkel", "J. Visser & Zn", "J. Visser en J. Bakker", "A.B.C.",
        "KPN Zakelijk", "J. de Vries, Bakker", "",
    ],
)  # fmt: skip
def test_any_other_name_may_be_a_firms(name: str) -> None:
    assert not names_person(name)


@pytest.mark.parametrize(
    "name", ["De Hoek B.V.", "Jan Smit h.o.d.n. De Hoek", "De Hoek SA", "Jan Smit e.K.", "Stichting van Ek"]
)
def test_a_legal_form_or_a_trade_name_is_an_organisations(name: str) -> None:
    assert names_organisation(name)


@pytest.mark.parametrize("name", ["Jan Smit", "Piet van Ek", "PIET VAN EK", "Maria de Sa", "Ek", ""])
def test_a_surname_that_reads_like_a_legal_form_is_none(name: str) -> None:
    assert not names_organisation(name)


@pytest.mark.parametrize("form", ["ag", "ba", "ek", "ev", "kg", "sa", "sl", "ug", "wa"])
def test_a_surname_that_reads_like_a_form_is_one_only_in_capitals_and_behind_no_particle(form: str) -> None:
    assert names_organisation(f"Garage Rood {form.upper()}")
    assert not names_organisation(f"Piet van {form.upper()}")
    assert not names_organisation(f"Piet {form.title()}")
    assert not names_organisation(form.upper())


@pytest.mark.parametrize(
    "name",
    [
        "Visser, SH", "Coret, LG", "Visser,JPMC", "Nguyen, DA", "de Boer, JP",
    ],
)  # fmt: skip
def test_capitals_behind_a_comma_are_initials(name: str) -> None:
    assert names_person(name)
    assert not names_person(name.replace(",", ""))
    assert not names_person(name.title())
    assert not names_person(f"{name}XYZ")


@pytest.mark.parametrize(
    "name",
    [
        "Jan Smit", "Jan P. Smit", "JAN SMIT", "jan smit", "Jan Willem van den Berg", "van Dijk, Jan",
        "Veerle Van Damme",
        "Kees Kok-Vader", "Anna te Winkel", "Anneke Bouw", "mr. Jan Smit", "Dhr. Aylmer", "mevrouw Winkel",
        "Fam. Bakker", "Jan en Marie Visser", "Dhr. en Mevr. de Vries",
    ],
)  # fmt: skip
def test_a_given_name_that_many_bear_or_how_one_is_spoken_to_is_a_persons(name: str) -> None:
    assert names_by_given_name(name)
    assert not names_trade(name)


@pytest.mark.parametrize(
    "name",
    [
        "Smit", "Jan", "", "De Hoek", "Aylmer Smit", "Hans Anders Ede", "Jan Smit Advies", "Aylmer Jan Smit",
        "Familie", "Smit & Zn", "dhr.",
    ],
)  # fmt: skip
def test_what_else_a_name_may_be_tells_nothing_of_a_person(name: str) -> None:
    assert not names_by_given_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "Garage Peters", "Heerschop Advies Rotterdam", "Jan Smit Advies", "Jan de Boer Transport",
        "Visser & Zn", "BROUWERIJ", "Gebr. Schokman", "Nieuwe Hanze Vastgoed", "Drukkerij Aylmer",
        "Catering Oost", "Fietsenwinkel", "Hoek Coaching", "H. de Boer Bouw",
    ],
)  # fmt: skip
def test_what_a_company_does_is_a_trade(name: str) -> None:
    assert names_trade(name)


@pytest.mark.parametrize(
    "name",
    ["De Hoek", "Aylmer Smit", "J. Winkel", "H. Bouwbedrijf", "Ria Winkel", "Roverij", "Smit en Co", ""],
)
def test_a_surname_and_a_name_that_says_no_trade_are_none(name: str) -> None:
    assert not names_trade(name)


@pytest.mark.parametrize(
    ("name", "address", "own"),
    [
        ("De Hoek", "info@dehoek.example", True),
        ("De Hoek", "jan@De-Hoek.example", True),
        ("De Hoek", "info@dehoekbakkers.example", True),
        ("Café 't Hoekje", "info@cafe-t-hoekje.example", True),
        ("De Hoek", "dehoek@gmail.com", False),
        ("De Hoek", "info@hoek.example", False),
        ("Gmail", "dehoek@gmail.com", False),
        ("Hoek", "info@hoek.example", False),
        ("Hoeks", "info@hoeks.example", True),
        ("De Hoek", "", False),
        ("", "info@dehoek.example", False),
    ],
)
def test_a_firm_is_called_as_its_site(name: str, address: str, own: bool) -> None:
    assert names_site(name, address) is own
