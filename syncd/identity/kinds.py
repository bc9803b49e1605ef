"""Whose name a line of an export holds, where nobody said so: an organisation's, or a person's."""

from __future__ import annotations

import re

from syncd.identity.companies import OTHER_ENTITY, bears_legal_form
from syncd.identity.givennames import is_borne
from syncd.identity.inboxes import own_site
from syncd.identity.marks import FAMILIES, MEN, WOMEN
from syncd.identity.persons import person
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
_CAPITALS_BEHIND = re.compile(r"\s*[A-Z]{2,4}\s*")
"""Initials behind a surname and a comma: `Visser, SH`."""
_TO_THE_SECOND = re.compile(rf"\s*-\s*(?:(?:{'|'.join(sorted(PARTICLES))})\s+)*", re.IGNORECASE)
"""What stands between the halves of a double name: `Visser-de Boer`."""

_TRADE = re.compile(
    r"advies|administra|advoca|apotheek|architect|autos?$|bedrijf|beheer|bloemen|bouw$|bouwkundig|cafe$|catering|centrum|"
    r"coaching|company|consult|creati|dakdek|design|dienst|elektr|electr|[^v]erij$|events?$|fashion|garage|groep|group|"
    r"handel$|holding|hotel|hovenier|industri|installati|interieur|invest|kapsalon|kantoor|keukens|kliniek|logisti|"
    r"loodgieter|maatschap|makelaar|marketing|media$|meubel|montage|notari|onderhoud|onderneming|opleiding|partners|park$|"
    r"praktijk|producti|project|reiniging|restaurant|salon|schoonmaak|school$|services?$|(?<!bi)shop|software|solutions|"
    r"sport$|stichting|store$|studio|systems?$|tandarts|techni|trading|trainingen|transport|tuinen|vastgoed|verenig|"
    r"verhuur|verkoop|verzeker|werken$|winkel$|wonen$|zorg$|^(?:gebr|gebroeders|ict|zn|zonen)$"
)
"""Words, and parts of words, that name what a company does and that without `van` hardly anybody is called."""
_OF_A_COMPANY = re.compile(rf"{_TRADE.pattern}|^(?:co|en|it)$")
_INITIAL_AND_WORD = 2
_TELLING = 5
"""Letters of a name that is not in a domain by chance."""
_SPOKEN_TO = MEN | WOMEN | FAMILIES


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
    if _CAPITALS_BEHIND.fullmatch(behind):
        behind = f"{'.'.join(behind.strip())}."
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


def names_trade(text: str) -> bool:
    """Tell whether a name says what a company does: `Garage Peters`, `Jan Smit Advies`.

    `Ria Winkel` and `J. Winkel` do not: there it may be the surname.
    """
    words = fold(text).split()
    if len(words) == _INITIAL_AND_WORD and len(words[0]) == 1:
        return False
    return any(map(_TRADE.search, words)) and not names_by_given_name(text)


def names_by_given_name(text: str) -> bool:
    """Tell whether a name is how people are spoken to, or given names that many bear, and a surname."""
    words = seen(text).split()
    if len(words) > 1 and fold(words[0]) in _SPOKEN_TO:
        return True
    found = person(text)
    called = all(len(one) == 1 or is_borne(one) for one in found.given)
    surname = len(found.family) == 1 or any("-" in word for word in words)
    return bool(found.called) and called and surname


def names_site(text: str, address: str) -> bool:
    """Tell whether an address is at a domain that says the whole name: `De Hoek`, `info@dehoek.nl`."""
    letters = re.sub(r"[^a-z0-9]", "", fold(text))
    return len(letters) >= _TELLING and letters in re.sub(r"[^a-z0-9]", "", own_site(address))
