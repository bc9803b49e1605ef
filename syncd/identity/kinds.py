"""Whose name a line of an export holds, where nobody said so: an organisation's, or a person's."""

from __future__ import annotations

import re

from syncd.identity.companies import OTHER_ENTITY, bears_legal_form
from syncd.identity.pieces import PARTICLES
from syncd.identity.text import fold, seen

_ALSO_SURNAMES = frozenset({"ag", "ba", "ek", "ev", "kg", "sa", "sl", "ug", "wa"})
"""Legal forms that people are called too: Piet van Ek, Maria de Sa."""

_INITIALS_AND_SURNAME = re.compile(
    r"(?:(?:de heer|mevrouw|dhr|mevr|mw|hr|drs?|ir|ing|mr|prof)\b\.?\s+)*"
    r"(?:(?:[^\W\d_]|th|chr|ch|ph|ij|joh|jac)\.[\s-]*|(?-i:[A-Z])\s+)+"
    r"(?P<surname>'?[^\W\d_].*)",
    re.IGNORECASE,
)
_TO_THE_SECOND = re.compile(rf"\s*-\s*(?:(?:{'|'.join(sorted(PARTICLES))})\s+)*", re.IGNORECASE)
"""What stands between the halves of a double name: `Visser-de Boer`."""

_OF_A_COMPANY = re.compile(
    r"advies|administra|advoca|apotheek|architect|autos?$|bakkerij|bedrijf|beheer|bloemen|bouw$|bouwkundig|cafe$|centrum|"
    r"company|consult|creati|dakdek|design|dienst|elektr|electr|events?$|fashion|garage|groep|group|handel$|holding|"
    r"hotel|hovenier|industri|installati|interieur|invest|kapsalon|kantoor|keukens|kliniek|loodgieter|maatschap|"
    r"makelaar|marketing|media$|meubel|montage|notari|onderhoud|onderneming|partners|park$|praktijk|producti|project|"
    r"reiniging|restaurant|salon|schoonmaak|school$|services?$|(?<!bi)shop|slagerij|software|solutions|sport$|stichting|"
    r"store$|studio|systems?$|tandarts|techni|trading|transport|tuinen|verenig|verhuur|verkoop|verzeker|werken$|winkel$|"
    r"wonen$|zorg$|^(?:co|en|gebr|gebroeders|ict|it|zn|zonen)$"
)
"""Words, and parts of words, that name what a company does and that without `van` hardly anybody is called."""


def names_organisation(text: str) -> bool:
    """Tell whether a name shows a legal form or a trade name; a surname that reads like a form is none."""
    words = seen(text).split()
    if len(words) > 1 and fold(words[-1]) in _ALSO_SURNAMES and "." not in words[-1]:
        capitals = words[-1].isupper() and fold(words[-2]) not in PARTICLES
        return capitals or bears_legal_form(" ".join(words[:-1]))
    return bears_legal_form(text)


def names_person(text: str) -> bool:
    """Tell whether a name is initials and a surname, as `S.H. Visser`, `Vries, J. de`, and says no more than that.

    A firm may be called so. But a person who is taken for a firm links to the company of that name, and what is
    taken for a person links to no company that has a legal form.
    """
    before, comma, behind = seen(text).strip().partition(",")
    found = _INITIALS_AND_SURNAME.fullmatch(f"{behind.strip()} {before}" if comma else before)
    if not found:
        return False
    surname = _TO_THE_SECOND.sub("-", found["surname"]).split()
    called = [one for one in surname if fold(one) not in PARTICLES]
    if len(called) != 1 or len(words := fold(called[0])) == 1:
        return False
    return len(surname) > 1 or not any(
        word in OTHER_ENTITY or _OF_A_COMPANY.search(word) for word in words.split()
    )
