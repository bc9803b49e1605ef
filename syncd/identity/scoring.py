"""How much two records resemble each other: a number that orders proposals and never links.

The weights follow Fellegi and Sunter (1969): the logarithm (base 2) of how much likelier an agreement is between
two records of one subject than of two. They are fixed and not learnt from the records at hand, so that a proposal
does not come and go with records of others, and a rare town cannot outvote a name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz.fuzz import token_sort_ratio

from syncd.identity.addresses import street
from syncd.identity.agreement import Agreement
from syncd.identity.companies import same_but_for_form
from syncd.identity.facts import kind_of
from syncd.identity.inboxes import inboxes, says_more
from syncd.identity.likeness import Likeness, dates_alike, given_names_alike, numbers_alike, words_alike
from syncd.identity.sufficing import contact_differs
from syncd.identity.vat import one_traders
from syncd.model import IdentifierKind, SubjectKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from syncd.identity.comparing import Comparison
    from syncd.identity.facts import Facts, Key
    from syncd.identity.persons import Person

_BEFORE = -10.25
_SCALE = 2.5
_STRONG = {
    "kvk": 9.0, "vat": 9.0, "reference": 9.0, "iban": 7.0, "customer_number": 6.0, "email": 6.0, "phone": 4.5,
}  # fmt: skip

_BORN = f"{IdentifierKind.BIRTH_DATE}:"
_ONES_OWN = {IdentifierKind.CUSTOMER_NUMBER.value, IdentifierKind.REFERENCE.value}
_EQUAL, _CLOSE, _PART, _UNLIKE, _OTHER = (
    Likeness.EQUAL, Likeness.CLOSE, Likeness.PART, Likeness.UNLIKE, Likeness.OTHER,
)  # fmt: skip
_GIVEN = {_EQUAL: 4.5, _CLOSE: 3.0, _PART: 1.5, _UNLIKE: -2.5, _OTHER: -3.5}
_FAMILY = {_EQUAL: 5.5, _CLOSE: 5.0, _PART: 3.0, _UNLIKE: -2.5, _OTHER: -3.0}
_CITY = {_EQUAL: 3.0, _CLOSE: 2.5, _PART: 1.5, _UNLIKE: -1.0, _OTHER: -2.5}
_STREET = {_EQUAL: 5.0, _CLOSE: 4.5, _PART: 3.0, _UNLIKE: -2.0, _OTHER: -2.5}
_POSTCODE = {_EQUAL: 4.0, _CLOSE: 2.5, _PART: 0.0, _UNLIKE: -2.5, _OTHER: -4.0}
_HOUSE = {_EQUAL: 4.0, _PART: 1.0, _UNLIKE: -1.5, _OTHER: -2.5}
_BIRTH = {_EQUAL: 9.0, _CLOSE: 5.0, _PART: 3.0, _OTHER: -6.0}
_MOVED = -7.0
"""At least, for all that differs in an address."""
_NUMBER_ALONE = 0.5
"""A house number says little where neither street nor postcode agrees."""
_TURNED = -0.5
_INITIAL = 1.5
_OTHER_REGISTRATION = -8.0
_GUESSED_REGISTRATION = 7.0
_RESEMBLING_EMAIL = {SubjectKind.PERSON: 4.0, SubjectKind.ORGANISATION: 5.0}
"""For one name before the `@`, or one domain of a firm's own: with a name that agrees it is worth a question."""
_NAMESAKES_EMAIL = 0.5
"""For a name before the `@` that says no more than the person's: listed, and not asked about by itself."""
_CONTACT_DIFFERS = -1.0
"""For e-mail and for phone; that says little by itself, since most people have two."""
_NEIGHBOUR = -4.0
"""One street and another house number: a namesake next door."""
_TOLD_APART = -10.0
"""What it counts besides that a relative or neighbour has other contact data or another date of birth."""
_RELATIVE, _RELATIVE_LIKELIER = -0.75, 0.5
"""At most, in all. Another given name beside one surname is a relative, who shares everything else, before it is
a mistake; with one date of birth it is a name on paper beside the name in use, now and then a twin, and with one
customer number either a mistake or a household's."""


def score(one: Facts, other: Facts, comparison: Comparison) -> float:
    """Give the resemblance of two records between 0 and 1, six decimals."""
    differing = contact_differs(one, other)
    total = _BEFORE + sum(_STRONG[kind] for kind in {kind_of(key) for key in comparison.strong})
    total += _registrations(one, other) + _GUESSED_REGISTRATION * same_but_for_zero(one, other)
    total += _CONTACT_DIFFERS * differing
    if differing and (alike := _resembling_inboxes(one, other)):
        total += _resembling_email(one, other, alike)
    total += _surroundings(one, other, comparison)
    # Father and son may share a name and a door; what tells them apart is the date of birth. They do not share a
    # number: beside one, another date of birth is a mistake as often.
    born_apart = _born(one, other) is Likeness.OTHER and not is_ones_own(comparison)
    told_apart = bool(differing) or born_apart
    total += born_apart * _TOLD_APART
    if _neighbours(one, other):
        total += _NEIGHBOUR + told_apart * _TOLD_APART
    if one.kind is SubjectKind.PERSON and other.kind is SubjectKind.PERSON:
        total += _person_names(one.person, other.person)
        if _relatives(one.person, other.person):
            likelier = _born(one, other) is Likeness.EQUAL or is_ones_own(comparison)
            most = _RELATIVE_LIKELIER if likelier else _RELATIVE
            total = min(total, most) + told_apart * _TOLD_APART
    else:
        total += _company_names(one, other, comparison.name)
    return round(1 / (1 + 2 ** (-total / _SCALE)), 6)


def _surroundings(one: Facts, other: Facts, comparison: Comparison) -> float:
    """Weigh the address and the date of birth. Who has one name and date of birth in two places has moved."""
    total = _place(one, other) + beyond_names(one, other)
    same_person = comparison.name is Agreement.AGREES and bool(one.born & other.born)
    return max(total, _BIRTH[_EQUAL] + _MOVED) if same_person else total


def is_ones_own(comparison: Comparison) -> bool:
    """Tell whether something is shared that a household does not share: a customer number, a reference."""
    return any(kind_of(key) in _ONES_OWN for key in comparison.strong)


def _registrations(one: Facts, other: Facts) -> float:
    """Count other registrations: another subject as a rule, now and then a new legal form.

    A sole trader's VAT number of before 2020 and the one of since then may be one person's.
    """
    other_kvk = bool(one.kvk and other.kvk and not one.kvk & other.kvk)
    other_vat = bool(one.vat and other.vat and not one.vat & other.vat)
    if other_vat and not other_kvk and any(one_traders(a, b) for a in one.vat for b in other.vat):
        other_vat = False
    return _OTHER_REGISTRATION * (other_kvk + other_vat)


def same_but_for_zero(one: Facts, other: Facts) -> bool:
    """Tell whether two records have one registration, at least one of them without the zero in front."""
    ours, theirs = one.kvk | one.kvk_guessed, other.kvk | other.kvk_guessed
    return bool(ours & theirs) and not one.kvk & other.kvk


def email_resembles(one: Facts, other: Facts) -> bool:
    """Tell whether two records of one kind have addresses that differ in their provider, or in who at the firm."""
    return bool(_resembling_inboxes(one, other))


def _resembling_inboxes(one: Facts, other: Facts) -> frozenset[Key]:
    if one.kind is not other.kind or any(
        kind_of(key) == IdentifierKind.EMAIL for key in one.strong & other.strong
    ):
        return frozenset()
    ours, theirs = (inboxes(facts.kind, facts.strong, facts.person.family) for facts in (one, other))
    return ours & theirs


def _resembling_email(one: Facts, other: Facts, alike: frozenset[Key]) -> float:
    """Weigh addresses that resemble: namesakes are called `jan.smit@` at their providers, too."""
    names = {word for facts in (one, other) for word in (*facts.person.given, *facts.person.family)}
    if one.kind is SubjectKind.PERSON and not any(says_more(key, names) for key in alike):
        return _NAMESAKES_EMAIL
    return _RESEMBLING_EMAIL[one.kind]


def _neighbours(one: Facts, other: Facts) -> bool:
    same_street = bool(one.street) and one.street == other.street
    return same_street and numbers_alike(one.house, other.house) < Likeness.UNKNOWN


def _relatives(one: Person, other: Person) -> bool:
    """Tell whether two names are those of relatives: another given name or generation, and no other surname."""
    if one.generation != other.generation:
        return True
    if words_alike(_family(one), _family(other)) < Likeness.UNKNOWN:
        return False
    given, given_other = _full(one), _full(other)
    if given and given_other:
        return given_names_alike(given, given_other) < Likeness.UNKNOWN
    return bool(one.initials and other.initials) and one.initials[0] != other.initials[0]


def _person_names(one: Person, other: Person) -> float:
    """Weigh two persons' names, also turned around."""
    given, given_other = _full(one), _full(other)
    family, family_other = _family(one), _family(other)
    straight = _of(_GIVEN, given_names_alike(given, given_other)) + _of(
        _FAMILY, words_alike(family, family_other)
    )
    if not (given and given_other) and one.initials and other.initials:
        straight += _INITIAL if one.initials[0] == other.initials[0] else _GIVEN[_OTHER]
    crossed = words_alike(given, family_other), words_alike(family, given_other)
    if max(crossed) <= Likeness.UNKNOWN:
        return straight
    # Nobody knows which of both is turned around.
    turned = (_of(_GIVEN, one) + _of(_FAMILY, other) for one, other in (crossed, crossed[::-1]))
    return max(straight, max(turned) + _TURNED)


def _of(weights: Mapping[Likeness, float], likeness: Likeness) -> float:
    return weights.get(likeness, 0.0)


def _full(name: Person) -> str:
    return "".join(name.given) if name.called else ""


def _family(name: Person) -> str:
    return "".join(sorted(name.family))


def _company_names(one: Facts, other: Facts, name: Agreement) -> float:
    if name is Agreement.AGREES:
        return 8.0
    if name is Agreement.INITIALS:
        return 5.0
    if not one.named or not other.named or one.kind is not other.kind:
        return 0.0
    if same_but_for_form(one.company, other.company):
        return 6.0
    if name is Agreement.UNSURE:
        return 4.0
    alike = token_sort_ratio(one.company.called, other.company.called)
    return 4.0 if alike >= 90 else 1.0 if alike >= 80 else -6.0  # noqa: PLR2004 - per cent


def _place(one: Facts, other: Facts) -> float:
    """Weigh the towns; a town that stands where the other has its street all but makes up for both."""
    # Of a street the ending is shortened, of a town not.
    if one.city and one.street and (street(one.city), one.street) == (other.street, street(other.city)):
        return _CITY[_EQUAL] + _STREET[_EQUAL] - _STREET[_OTHER] + _TURNED
    return _of(_CITY, words_alike(one.city, other.city))


def _born(one: Facts, other: Facts) -> Likeness:
    alike = max((dates_alike(a, b) for a in one.born for b in other.born), default=Likeness.UNKNOWN)
    if alike is Likeness.UNKNOWN and (one.vetoes or other.vetoes):
        ours, theirs = _years(one), _years(other)
        return Likeness.OTHER if ours and theirs and not ours & theirs else alike
    return alike


def _years(facts: Facts) -> set[str]:
    """Give the years of birth that a record says, also without a day."""
    said = {key.removeprefix(_BORN) for key in facts.vetoes if key.startswith(_BORN)} | facts.born
    return {one[:4] for one in said if one[:4].isdigit()}


def beyond_names(one: Facts, other: Facts) -> float:
    """Give what speaks for two records being one subject apart from names, town and identifiers."""
    street, area = words_alike(one.street, other.street), words_alike(one.postcode, other.postcode)
    house = _of(_HOUSE, numbers_alike(one.house, other.house))
    if max(street, area) <= Likeness.UNKNOWN:
        house = min(house, _NUMBER_ALONE)
    return _of(_STREET, street) + _of(_POSTCODE, area) + house + _of(_BIRTH, _born(one, other))
