"""What people and programs fill in where they know nothing, and what passes every check all the same."""

from __future__ import annotations

import re

_ONE_DIGIT = re.compile(r"0*(\d)\1{6,}")
_TELLING = 7
"""Digits of a phone number that tell it from others in its area."""
_NOBODY = re.compile(
    r"(?:test|dummy|leeg|geen|onbekend|noemail|nomail|none|null|niet|bekend|email|mail)+", re.IGNORECASE
)


def of_one_digit(number: str) -> bool:
    """Tell whether a registration is one digit all along, as `00000000` and `11111111`."""
    return bool(_ONE_DIGIT.fullmatch(number))


def begins_with_one_digit(number: str) -> bool:
    """Tell whether a VAT number is one digit all along but for its end, as `999999999B01`."""
    return bool(_ONE_DIGIT.match(re.sub(r"\D", "", number)))


def nobodys_phone(number: str) -> bool:
    """Tell whether a phone number is one digit behind its area, as 0611111111."""
    return number[-_TELLING:] == number[-1] * _TELLING


def nobodys_address(address: str) -> bool:
    """Tell whether an e-mail address says in both halves that there is none, as `geen@email.nl`, `test@test.nl`."""
    local, _, domain = address.rpartition("@")
    at_nobodys = _NOBODY.fullmatch(domain.partition(".")[0])
    return bool(at_nobodys and _NOBODY.fullmatch(re.sub(r"[._-]", "", local)))
