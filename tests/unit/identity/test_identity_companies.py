"""Names of companies side by side: words that name another, slips, words cut short, towns."""

from __future__ import annotations

import pytest

from syncd.identity.agreement import Agreement
from syncd.identity.companies import company, compare_companies

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
