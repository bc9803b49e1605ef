"""Whose name a name is: what only an organisation is called, and what is a person's initials and surname."""

from __future__ import annotations

import pytest

from syncd.identity import names_organisation, names_person


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
