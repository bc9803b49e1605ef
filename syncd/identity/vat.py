"""VAT numbers: of the EU and its neighbours, Dutch ones in the old and the new style."""

from __future__ import annotations

import re

from stdnum.ch import vat as swiss_vat
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError
from stdnum.gb import vat as british_vat
from stdnum.nl import bsn, btw
from stdnum.no import mva as norwegian_vat

from syncd.identity.placeholders import begins_with_one_digit

HOME = "NL"
"""The region of a phone number or VAT number that names none."""

_OUTSIDE_EU = {"GB": british_vat, "CHE": swiss_vat, "NO": norwegian_vat}
_LEGAL_PERSONS = re.compile(r"^NL(?:00|8)")
"""Where the numbers of legal persons (RSIN) begin; a citizen's (BSN) are others."""


def vat(text: str, region: str = HOME) -> str | None:
    """Give a VAT number with its country letters; for the Netherlands both the old and the new style.

    Since 2020 a sole trader's number is no longer made from the citizen number; it has its own check (mod 97).
    The two numbers of one sole trader cannot be told to belong together, so they count as different. One digit all
    along is nobody's, whatever check it passes.
    """
    number = re.sub(r"^(?:btw|vat|tva|ust)?[-\s]*(?:id|nummer|nr)?[.:\s]*", "", text, flags=re.IGNORECASE)
    number = re.sub(r"[^A-Z0-9]", "", number.upper())
    if begins_with_one_digit(number):
        return None
    try:
        for letters, outside in _OUTSIDE_EU.items():
            if number.startswith(letters):
                return letters + re.sub(r"^[A-Z]+", "", outside.validate(number))
        if number[:2].isalpha():
            return _dutch(number) if number.startswith("NL") else str(eu_vat.validate(number))
        return _dutch(number) if region == HOME else str(eu_vat.validate(region + number))
    except (ValidationError, IndexError):
        return None


def _dutch(number: str) -> str:
    return "NL" + str(btw.validate(number))


def is_sole_traders(number: str) -> bool:
    """Tell whether a normalised number can only be a sole trader's: Dutch, issued since 2020.

    A legal person's is made from its RSIN, whose digits satisfy the test of eleven; a sole trader's new number is
    made from nothing and does so by chance only, so one in eleven is not recognised.
    """
    return number.startswith("NL") and not bsn.is_valid(number[2:11])


def is_legal_persons(number: str) -> bool:
    """Tell whether a normalised number looks like a legal person's: Dutch, and made from an RSIN.

    Of the sole traders' new numbers that begin alike one in eleven does too.
    """
    return bool(_LEGAL_PERSONS.match(number)) and not is_sole_traders(number)


def one_traders(one: str, other: str) -> bool:
    """Tell whether two normalised numbers may be one sole trader's, of before 2020 and of since then."""
    new = [number for number in (one, other) if is_sole_traders(number)]
    old = [number for number in (one, other) if number.startswith("NL") and number not in new]
    return len(new) == len(old) == 1 and not _LEGAL_PERSONS.match(old[0])
