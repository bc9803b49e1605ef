"""How much two records resemble each other: a number that orders proposals and never links.

The weights follow Fellegi and Sunter (1969): the logarithm of how much likelier an agreement is between two
records of one subject than of two. They are fixed, because weights learnt from the data would let a rare town
outvote a name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz.distance import JaroWinkler
from rapidfuzz.fuzz import token_sort_ratio

from syncd.identity.agreement import Agreement
from syncd.identity.companies import same_but_for_form
from syncd.identity.facts import kind_of
from syncd.identity.text import differs_by_one
from syncd.model import SubjectKind

if TYPE_CHECKING:
    from syncd.identity.comparing import Comparison
    from syncd.identity.facts import Facts
    from syncd.identity.persons import Person

_BEFORE = -8.0
_SCALE = 3.0
_CLOSE = 0.88
_FAR = 0.7
_DIFFERENT = -0.8
_STRONG = {
    "kvk": 9.0, "vat": 9.0, "reference": 9.0, "iban": 7.0, "customer_number": 6.0, "email": 6.0, "phone": 4.5,
}  # fmt: skip


def score(one: Facts, other: Facts, comparison: Comparison) -> float:
    """Give the resemblance of two records between 0 and 1, six decimals."""
    total = _BEFORE + sum(_STRONG[kind] for kind in {kind_of(key) for key in comparison.strong})
    total += _differing(one, other)
    if one.kind is SubjectKind.PERSON and other.kind is SubjectKind.PERSON:
        total += _person_names(one, other)
    else:
        total += _company_names(one, other, comparison.name)
    total += _word(one.city, other.city, 1.0) + beyond_names(one, other)
    return round(1 / (1 + 2 ** (-total / _SCALE)), 6)


def _differing(one: Facts, other: Facts) -> float:
    """Count registrations and contact data that differ.

    Another registration is as a rule another subject, now and then a new legal form; another e-mail address or
    phone number says little, since most people have two.
    """
    total = sum(
        -5.0 for ours, theirs in ((one.kvk, other.kvk), (one.vat, other.vat))
        if ours and theirs and not ours & theirs
    )  # fmt: skip
    for kind in ("email", "phone"):
        ours, theirs = (
            frozenset(key for key in facts.strong if kind_of(key) == kind) for facts in (one, other)
        )
        total -= 1.0 if ours and theirs and not ours & theirs else 0.0
    return total


def _person_names(one: Facts, other: Facts) -> float:
    """Weigh two persons' names, also turned around; another given name with one surname is a relative."""
    ours, theirs = one.person, other.person
    given, given_other = _full(ours), _full(theirs)
    family, family_other = "".join(sorted(ours.family)), "".join(sorted(theirs.family))
    by_given, by_family = _word(given, given_other, 4.0), _word(family, family_other, 5.0)
    if not (given and given_other) and ours.initials and theirs.initials:
        by_given = 1.5 if ours.initials[0] == theirs.initials[0] else _DIFFERENT * 4.0
    if by_given == _DIFFERENT * 4.0 and by_family > 0:
        by_given = -10.0
    turned = _word(given, family_other, 4.0) + _word(family, given_other, 5.0) - 1.0
    return max(by_given + by_family, turned)


def _full(name: Person) -> str:
    return "".join(name.given) if name.called else ""


def _word(one: str, other: str, worth: float) -> float:
    """Weigh two words: `worth` when equal, more than half of it for a slip, less than nothing for another."""
    if not one or not other:
        return 0.0
    if one == other:
        return worth
    likeness = JaroWinkler.similarity(one, other)
    if likeness >= _CLOSE or differs_by_one(one, other):
        return worth * 0.6
    return worth * (_DIFFERENT if likeness < _FAR else -0.3)


def _birth(one: Facts, other: Facts) -> float:
    if not one.born or not other.born:
        return 0.0
    if one.born & other.born:
        return 7.0
    ours, theirs = min(one.born), min(other.born)
    if differs_by_one(ours, theirs) or sorted(ours) == sorted(theirs):
        return 2.0
    return -6.0


def _company_names(one: Facts, other: Facts, name: Agreement) -> float:
    if name is Agreement.AGREES:
        return 6.5
    if not one.named or not other.named or one.kind is not other.kind:
        return 0.0
    if same_but_for_form(one.company, other.company):
        return 5.0
    if name is Agreement.UNSURE:
        return 3.0
    return 1.0 if token_sort_ratio(one.company.called, other.company.called) >= 100 * _CLOSE else -6.0


def beyond_names(one: Facts, other: Facts) -> float:
    """Give what speaks for two records being one subject apart from names, town and identifiers."""
    total = _word(one.street, other.street, 3.5)
    if one.postcode and other.postcode:
        same = one.postcode == other.postcode
        slip = differs_by_one(one.postcode, other.postcode)
        total += 3.5 if same else 1.5 if slip else -2.0
    if one.house and other.house:
        total += _house(one.house, other.house)
    return total + _birth(one, other)


def _house(one: str, other: str) -> float:
    """Weigh two house numbers; next door is somebody else far more often than it is a slip."""
    if one == other:
        return 3.0
    return -4.0 if differs_by_one(one, other) else -5.0
