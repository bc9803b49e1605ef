"""Names of companies side by side: words that name another, slips, words cut short, towns."""

from __future__ import annotations

import pytest

from syncd.identity.agreement import Agreement
from syncd.identity.companies import company, compare_companies, misspelt, two_bearers

ANOTHER = """
holding beheer vastgoed groep group pensioen participaties invest investments management exploitatie onroerend
materieel verhuur personeel financial lease fonds erven weduwe sr jr senior junior ii iii iv 2
"""


def compared(one: str, other: str, *places: str) -> Agreement:
    """Compare two names; which comes first changes nothing."""
    found = compare_companies(company(one), company(other), frozenset(places))
    assert compare_companies(company(other), company(one), frozenset(places)) is found
    return found


@pytest.mark.parametrize("word", ANOTHER.split())
def test_a_word_of_another_legal_person_disagrees_where_any_other_word_leaves_it_open(word: str) -> None:
    assert compared("Groen Tuinen", f"Groen Tuinen {word}") is Agreement.DISAGREES
    assert compared("Groen Tuinen", "Groen Tuinen aanleg") is Agreement.UNSURE


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("Bakkerij Danial", "Bakkerij Daniel", Agreement.UNSURE),
        ("Bakkerij Thoma", "Bakkerij Thomas", Agreement.UNSURE),
        ("Bakkerij Jansen", "Bakkerij Hansen", Agreement.UNSURE),
        ("Bakkerij Jansen", "Bakkerij Jansem", Agreement.AGREES),
        ("Bakkerij Smits", "Bakkerij Smit", Agreement.UNSURE),
        ("Bakkerij Kant", "Bakkerij Kans", Agreement.DISAGREES),
        ("Bakkerij Jansen", "Slagerij Jansem", Agreement.DISAGREES),
        ("Bouwbedrijf Hoekstra", "Bouw bedrijf Hoekstra", Agreement.AGREES),
        ("Bouwbedrijf Hoekstra", "Bouw bedrijf Hoeksta", Agreement.AGREES),
        ("Groen", "Groen Nederland", Agreement.AGREES),
        ("Jansen h.o.d.n. De Hoek", "Pietersen h.o.d.n. De Hoek", Agreement.DISAGREES),
        ("Jansen h.o.d.n. De Hoek", "De Hoek", Agreement.AGREES),
        ("Bakkerij Groen t.a.v. Fleur Peeters", "Bakkerij Groen", Agreement.AGREES),
        ("Bakkerij Groen, tav L. van Beek", "Bakkerij Groen", Agreement.AGREES),
        ("Bakkerij Groen t.a.v. mevrouw J. Smit", "Baakkerij Groen", Agreement.AGREES),
        ("Bakkerij Groen t.a.v. Mevr. J. Smit", "Bakkerij Groen", Agreement.AGREES),
        ("Bakkerij Groen t.a.v. de heer Jan Smit", "Bakkerij Groen", Agreement.AGREES),
        ("Bakkerij Groen ter attentie van Jan", "Bakkerij Groen t.a.v. Piet", Agreement.AGREES),
        ("Kantoor Bos t.a.v. Bakkerij Groen", "Kantoor Bos", Agreement.UNSURE),
        ("Kantoor Bos t.a.v. Bakkerij Groen", "Kantoor Bos t.a.v. Bakkerij Visser", Agreement.DISAGREES),
        ("Tav Jan Groen", "Jan Groen", Agreement.UNSURE),
        ("Stg. Groen", "Stichting Groen", Agreement.AGREES),
        ("Hoekstra Bou", "Hoekstra Bouwadvies Ede", Agreement.DISAGREES),
        ("Hoekstra Bouw", "Hoekstra Bouwadvies Ede", Agreement.UNSURE),
        ("Hoekstra Hout", "Hoekstra Bouwadvies Ede", Agreement.DISAGREES),
        ("De Groene", "Groene", Agreement.AGREES),
        ("De", "Het", Agreement.DISAGREES),
        ("Arch.bureau Groen", "Architectenbureau Groen", Agreement.AGREES),
        ("Arch.bureau Groen", "Archiefdienst Groen", Agreement.DISAGREES),
    ],
)
def test_spellings_of_one_name_and_names_of_two(one: str, other: str, found: Agreement) -> None:
    assert compared(one, other) is found


def test_a_name_may_leave_out_its_town_and_no_other_word_beside_it() -> None:
    assert compared("Groen", "Groen Ede", "ede") is Agreement.AGREES
    assert compared("Groen", "Groen Ede Nederland", "ede") is Agreement.AGREES
    assert compared("Groen", "Groen Ede Tuinen", "ede") is Agreement.UNSURE
    assert compared("Groen", "Groen Ede", "goes") is Agreement.UNSURE


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("Jansen & Zn", "Jansen en Zonen", Agreement.AGREES),
        ("Gebr Jansen", "Gebroeders Jansen", Agreement.AGREES),
        ("Jansen & Zn", "Jansen", Agreement.UNSURE),
        ("Fietsen.nl", "Fietsen", Agreement.AGREES),
        ("Fietsen.com", "Fietsen", Agreement.UNSURE),
        ("Autobedrijf Meijer", "Autobedrijf Meyer", Agreement.AGREES),
        ("Installatietechniek", "Instalatietechniek", Agreement.DISAGREES),
        ("Kramers", "Krammers", Agreement.DISAGREES),
        (
            "Administratiekantoor Van der Meulen & Partners",
            "Administratiekantoor Van der M",
            Agreement.UNSURE,
        ),
        ("Jansen Bouw", "Jansen", Agreement.UNSURE),
        ("Boer Advies", "Boer Ad", Agreement.DISAGREES),
    ],
)
def test_names_as_people_and_systems_shorten_and_misspell_them(
    one: str, other: str, found: Agreement
) -> None:
    assert compared(one, other) is found


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Müller e.K.", "eenmanszaak"),
        ("Müller Gesellschaft mbH", "gmbh"),
        ("Peeters Comm.V", "cv"),
        ("Peeters GCV", "cv"),
        ("Stg. De Hoek", "stichting"),
    ],
)
def test_forms_of_neighbours_and_forms_cut_short(name: str, form: str) -> None:
    assert company(name).form == form


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Jansen Installatietechniek", "Janssen Instalatietechniek", True),
        ("Bouwbedrijf De Boer", "Bouwbedrijf De Beer", True),
        ("Installatietechniek", "Instalatietechniek", True),
        ("Jansen Import", "Jansen Export", False),
        ("Auto 2000", "Auto 2001", False),
        ("ABC Bouw", "ABD Bouw", False),
        ("Jansen", "Jansen Bouw", False),
    ],
)
def test_more_slips_than_suffice(one: str, other: str, same: bool) -> None:
    assert misspelt(company(one), company(other)) is same


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Hoekstra Bouwadvies", "Hoeksta Bouwadveis", True),
        ("Jansen h.o.d.n. Bakkerij Hoekstra", "Bakkerij Hoeksta", True),
        ("Hoekstra Bouwadvies", "Hoeksta Tegelwerken", False),
        ("Hoekstra Tegels", "Hoeksta Zwembad", False),
        ("Hoekstra Abc", "Hoeksta Abd", False),
        ("Hoekstra 2001", "Hoeksta 2002", False),
        ("Hoekstra Bouw", "Hoeksta", False),
    ],
)
def test_a_name_is_misspelt_when_each_long_word_that_differs_resembles_another(
    one: str, other: str, alike: bool
) -> None:
    assert misspelt(company(one), company(other)) is alike
    assert misspelt(company(other), company(one)) is alike


@pytest.mark.parametrize(
    ("one", "other", "two"),
    [
        ("De Hoek B.V.", "De Hoek N.V.", True),
        ("Jansen h.o.d.n. De Hoek", "Pietersen h.o.d.n. De Hoek", True),
        ("Jansen h.o.d.n. De Hoek", "Jansen h.o.d.n. De Punt", False),
        ("De Hoek", "Kant Bakkers", False),
        ("De Hoek B.V.", "Kant Bakkers", False),
        ("Jansen h.o.d.n. De Hoek", "De Hoek", False),
    ],
)
def test_two_forms_or_two_owners_are_two_whatever_the_sign(one: str, other: str, two: bool) -> None:
    assert two_bearers(company(one), company(other)) is two
    assert two_bearers(company(other), company(one)) is two
