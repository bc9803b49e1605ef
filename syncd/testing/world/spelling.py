"""The same fact, written as different people and systems write it.

Every spelling here is one that a careful reader recognises as the same value: spaces, points, capitals, legal
forms, the country prefix of a telephone number, family name first. Only `abbreviate` changes the words.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from syncd.testing.world.words import ABBREVIATIONS

if TYPE_CHECKING:
    import random

    from syncd.testing.world.cast import Human

_CAPITALS = 0.12

_FORMS = {
    "B.V.": ("B.V.", "BV", "b.v.", "bv", ""),
    "N.V.": ("N.V.", "NV", "n.v."),
    "V.O.F.": ("V.O.F.", "VOF", "v.o.f.", ""),
}


def plain_letters(text: str) -> str:
    """Reduce text to what an e-mail address or domain can hold: lower-case ASCII letters and digits."""
    folded = unicodedata.normalize("NFKD", text.lower().replace("\N{LATIN SMALL LETTER DOTLESS I}", "i"))
    return "".join(letter for letter in folded if letter.isascii() and letter.isalnum())


def company_name(rng: random.Random, name: str, form: str) -> str:
    """Write a company's name with some spelling of its legal form, sometimes in capitals."""
    form = rng.choice(_FORMS.get(form, (form,)))
    written = f"{name} {form}".strip()
    return _in_capitals(written) if rng.random() < _CAPITALS else written


def abbreviate(name: str) -> str:
    """Shorten the words that people shorten."""
    for long, short in ABBREVIATIONS:
        name = name.replace(long, short)
    return name


def kvk(rng: random.Random, number: str) -> str:
    """Write a Chamber of Commerce number."""
    if not number:
        return ""
    pairs = " ".join(number[at : at + 2] for at in range(0, 8, 2))
    return rng.choice((number, number, number, pairs, f"KVK {number}", f"{number[:4]} {number[4:]}"))


def vat(rng: random.Random, number: str) -> str:
    """Write a VAT number, with or without its country and points."""
    if not number:
        return ""
    country, digits, suffix = number[:2], number[2:11], number[11:]
    pointed = f"{digits[:4]}.{digits[4:6]}.{digits[6:]}.{suffix}"
    return rng.choice((number, number, f"{country} {pointed}", f"{country}{pointed}", f"{digits}{suffix}"))


def iban(rng: random.Random, number: str) -> str:
    """Write an IBAN, in one piece or in fours."""
    if not number:
        return ""
    fours = " ".join(number[at : at + 4] for at in range(0, len(number), 4))
    return rng.choice((number, fours))


def phone(rng: random.Random, national: str) -> str:
    """Write ten national digits in national or international form."""
    if not national:
        return ""
    area = 2 if national.startswith("06") else 4 if national[:4] in _LONG_AREAS else 3
    head, rest = national[:area], national[area:]
    split = f"{rest[: len(rest) // 2]} {rest[len(rest) // 2 :]}"
    return rng.choice(
        (
            national,
            f"{head}-{rest}",
            f"{head} {split}",
            f"+31{national[1:]}",
            f"+31 {head[1:]} {split}",
            f"+31 (0){head[1:]} {split}",
            f"0031{national[1:]}",
        )
    )


_LONG_AREAS = frozenset({"0546", "0570", "0592", "0591", "0541", "0543", "0547", "0320"})


def email(rng: random.Random, address: str) -> str:
    """Write an e-mail address, sometimes with capitals."""
    return rng.choice(
        (address, address, address, address.capitalize(), address.replace(".example", ".EXAMPLE"))
    )


def person_name(rng: random.Random, human: Human) -> str:
    """Write a person's name: in full, with an initial, family name first, or in capitals."""
    full = f"{human.given} {human.family}"
    first = f"{human.name}, {human.given} {human.prefix}".strip()
    return rng.choice(
        (full, full, full, full, f"{human.given[0]}. {human.family}", first, _in_capitals(full))
    )


def _in_capitals(text: str) -> str:
    """Write in capitals what can be read back from them; the Turkish dotless i cannot."""
    capitals = text.upper()
    return capitals if capitals.lower() == text.lower() else text


def postcode(rng: random.Random, code: str) -> str:
    """Write a postcode `1234 AB` with or without its space."""
    return rng.choice((code, code, code.replace(" ", ""), code.lower()))
