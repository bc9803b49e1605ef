"""What a cell that cannot be read still says: who it is not. It contradicts another value, and never links.

A registration that lost a digit, and half a date of birth, are one subject's all the same.
"""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING

from syncd.identity.dates import birth_part, may_be_born
from syncd.identity.normalising import LONGEST, kvk_without_zero
from syncd.identity.placeholders import begins_with_one_digit, of_one_digit
from syncd.identity.text import seen
from syncd.model import IdentifierKind

if TYPE_CHECKING:
    from collections.abc import Collection

    from syncd.model import Identifier

_CONTRADICTS = frozenset({IdentifierKind.KVK, IdentifierKind.VAT, IdentifierKind.BIRTH_DATE})
_NUMBER = re.compile(r"\d(?:[\d .]*\d)?")
_KVK_DIGITS = range(6, 11)
"""As many as a slip leaves of eight, or adds. A branch has twelve, which say nothing of its company."""
_VAT_DIGITS = 7
"""At least; fewer are a year, a rate, or a note."""


def only_apart(identifier: Identifier) -> frozenset[str]:
    """Give what the value of an identifier says that cannot be read; an empty set where it is nothing."""
    if identifier.kind not in _CONTRADICTS:
        return frozenset()
    text = seen(identifier.value).strip()
    if len(text) > LONGEST:
        return frozenset()
    if identifier.kind is IdentifierKind.KVK:
        return _kvk(text)
    if identifier.kind is IdentifierKind.VAT:
        digits = _digits(text)
        return frozenset({digits} if len(digits) >= _VAT_DIGITS and not begins_with_one_digit(digits) else ())
    return frozenset({part} if (part := birth_part(text)) else ())


def _kvk(text: str) -> frozenset[str]:
    """Give the numbers in a text that look like registrations; of seven digits the zero in front was lost."""
    if whole := kvk_without_zero(text):
        return frozenset({whole})
    numbers = map(_digits, _NUMBER.findall(text))
    return frozenset(one for one in numbers if len(one) in _KVK_DIGITS and not of_one_digit(one))


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def told_apart(kind: IdentifierKind, ours: Collection[str], theirs: Collection[str]) -> bool:
    """Tell whether both say something of this kind, and nothing that one says may be what the other says."""
    may_be_one = {IdentifierKind.VAT: _may_be_one_vat, IdentifierKind.BIRTH_DATE: may_be_born}.get(
        kind, str.__eq__
    )
    return bool(ours and theirs) and not any(may_be_one(a, b) for a, b in product(ours, theirs))


def _may_be_one_vat(one: str, other: str) -> bool:
    """Tell whether one number is the other, where one lacks its country or what stands behind its digits."""
    ours, theirs = _digits(one), _digits(other)
    return ours in theirs or theirs in ours
