"""Whether what two records share is enough to link them: a strong identifier and a second agreeing fact.

E-mail and phone are shared by sister companies, by colleagues and by a household too. So beside names that disagree
only the trade register number and an explicit reference count, and beside names of which one is part of the other
something besides contact data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncd.identity.agreement import Agreement
from syncd.identity.facts import Facts, Key, kind_of
from syncd.identity.likeness import Likeness, words_alike
from syncd.identity.mailboxes import names_another, read_by_many, says_given_name
from syncd.identity.normalising import is_mobile
from syncd.identity.vat import is_legal_persons
from syncd.model import IdentifierKind, SubjectKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from syncd.identity.comparing import Comparison

_EMAIL = f"{IdentifierKind.EMAIL}:"
_PHONE = f"{IdentifierKind.PHONE}:"
_REGISTERED = {IdentifierKind.KVK.value, IdentifierKind.VAT.value}
_CONTACT = {IdentifierKind.EMAIL.value, IdentifierKind.PHONE.value}
_OF_THE_FIRM = _REGISTERED | {IdentifierKind.IBAN.value}
_SURVIVES_ANOTHER_NAME = {IdentifierKind.KVK.value, IdentifierKind.REFERENCE.value}
_GIVEN_TO_ONE = {IdentifierKind.CUSTOMER_NUMBER.value, IdentifierKind.REFERENCE.value}
_PAID_TOGETHER = _CONTACT | {IdentifierKind.IBAN.value}
_SLIP_WORTHY = 5
_NEW_YEAR = "-01-01"


def enough(one: Facts, other: Facts, strong: frozenset[Key], name: Agreement) -> bool:
    """Tell whether a strong identifier, of those in `strong` that both have, has its second agreeing fact."""
    kinds = {kind_of(key) for key in strong}
    if one.kind is not other.kind:
        return _enough_for_owner(one, other, strong, name)
    if _numbered_by_two(one, other, kinds, name):
        return False
    if one.kind is SubjectKind.PERSON:
        return _enough_for_people(one, other, strong, name)
    if branches(one, other, strong) or _taken_over(one, other, kinds) or _abroad(one, other, kinds):
        return False
    if name is Agreement.AGREES:
        return True
    return len(kinds) > 1 and (bool(kinds & _SURVIVES_ANOTHER_NAME) or _name_is_open(one, other, kinds, name))


def contact_differs(one: Facts, other: Facts) -> int:
    """Count e-mail and phone that both know and do not share."""
    return sum(_differ(one, other, start) for start in (_EMAIL, _PHONE))


def _differ(one: Facts, other: Facts, start: str) -> bool:
    """Tell whether both know keys that begin so, and share none."""
    return _share_none(
        *(frozenset(key for key in facts.strong if key.startswith(start)) for facts in (one, other))
    )


def _mobiles_differ(one: Facts, other: Facts) -> bool:
    return _share_none(*(frozenset(filter(_is_mobile, facts.strong)) for facts in (one, other)))


def _share_none(ours: frozenset[Key], theirs: frozenset[Key]) -> bool:
    return bool(ours and theirs and not ours & theirs)


def _is_mobile(key: Key) -> bool:
    return key.startswith(_PHONE) and is_mobile(key.removeprefix(_PHONE))


def _name_is_open(one: Facts, other: Facts, kinds: set[str], name: Agreement) -> bool:
    """Tell whether names that neither agree nor disagree leave it to two identifiers.

    Where both are named, one name is part of the other: `Groen` and `Groen Advies`, the Mrs De Vries of whom no
    given name is known and Jan de Vries. These share e-mail, phone and bank account although they are two.
    """
    if name is not Agreement.UNSURE:
        return False
    if not one.named or not other.named:
        return True
    if one.company.form and other.company.form:
        return False
    return bool(kinds - _PAID_TOGETHER)


def _numbered_by_two(one: Facts, other: Facts, kinds: set[str], name: Agreement) -> bool:
    """Tell whether two systems share a customer number alone, whose customer is elsewhere or reached otherwise.

    Each system counts from one by itself, so that in two of them one number is now and then two namesakes', and of
    one initial more often.
    """
    if kinds != {IdentifierKind.CUSTOMER_NUMBER.value} or one.ref.account == other.ref.account:
        return False
    elsewhere = contact_differs(one, other) or _in_two_towns(one, other) or _at_two_doors(one, other)
    doubtful = bool(elsewhere) or name is Agreement.INITIALS
    return doubtful and not _born_together(one, other) and not one_door(one, other)


def branches(one: Facts, other: Facts, strong: frozenset[Key]) -> bool:
    """Tell whether two records of one name or registration may yet be two branches: a person must say.

    Who moved is reached as before, by e-mail or a mobile number. Branches share the registration, the bank account
    and the landline, and in one town they are two by being reached, or paying, otherwise at another door.
    """
    contact = {key for key in strong if kind_of(key) in _CONTACT}
    if not {kind_of(key) for key in strong} <= _OF_THE_FIRM | _CONTACT:
        return False
    reached_otherwise = bool(contact_differs(one, other))
    differently = reached_otherwise or _differ(one, other, f"{IdentifierKind.IBAN}:")
    if _in_two_towns(one, other):
        return differently or _landlines(contact)
    return contact == strong and differently and _at_two_doors(one, other)


def _abroad(one: Facts, other: Facts, kinds: set[str]) -> bool:
    """Tell whether two firms are in two countries, under whose laws they are two, and share no registration."""
    told = one.country and other.country and one.country != other.country
    return bool(told) and not kinds & (_REGISTERED | _SURVIVES_ANOTHER_NAME)


def _taken_over(one: Facts, other: Facts, kinds: set[str]) -> bool:
    """Tell whether a shop may have another owner now: it kept its sign and telephone, and pays from elsewhere."""
    return kinds == {IdentifierKind.PHONE.value} and _differ(one, other, f"{IdentifierKind.IBAN}:")


def _in_two_towns(one: Facts, other: Facts) -> bool:
    if not one.city or not other.city or one_door(one, other):
        return False
    if one.postcode and one.postcode == other.postcode:
        return False
    alike = words_alike(one.city, other.city)
    slip_worthy = min(len(one.city), len(other.city)) >= _SLIP_WORTHY
    return alike < Likeness.PART or (alike is Likeness.CLOSE and not slip_worthy)


def _born_together(one: Facts, other: Facts) -> bool:
    """Tell whether both know one date of birth; the first of January stands for a day that nobody knows."""
    return any(not day.endswith(_NEW_YEAR) for day in one.born & other.born)


def _at_two_doors(one: Facts, other: Facts) -> bool:
    """Tell whether each is known to be at a door, and these are two."""
    if not one.house or not other.house:
        return False
    streets = words_alike(one.street, other.street)
    areas = bool(one.postcode and other.postcode) and one.postcode != other.postcode
    return one.house != other.house or streets < Likeness.UNKNOWN or (not streets and areas)


def one_door(one: Facts, other: Facts) -> bool:
    """Tell whether both are known to be at one house number of one street or postcode."""
    if not one.house or one.house != other.house:
        return False
    return bool(one.street and one.street == other.street) or bool(
        one.postcode and one.postcode == other.postcode
    )


def _landlines(strong: Iterable[Key]) -> bool:
    return all(kind_of(key) == IdentifierKind.PHONE and not _is_mobile(key) for key in strong)


def _enough_for_people(one: Facts, other: Facts, strong: frozenset[Key], name: Agreement) -> bool:
    """Tell whether it is enough for two persons, who may share a house with others of their name."""
    kinds = {kind_of(key) for key in strong}
    if name >= Agreement.INITIALS:
        return _name_is_ones_own(one, other, strong, name)
    if _married(one, other):
        return True
    if kinds & _SURVIVES_ANOTHER_NAME and not _all_of_the_firm(one, other, strong):
        return len(kinds) > 1
    return len(kinds) > 1 and _name_is_open(one, other, kinds, name)


def _name_is_ones_own(one: Facts, other: Facts, strong: frozenset[Key], name: Agreement) -> bool:
    """Tell whether a name that agrees is enough beside what is shared.

    A household shares its landline, a mailbox, a surname and now and then a given name or its initial: that is
    enough for one name written out in full, unless each has a mobile number or an address besides. A family that
    works in one firm shares its registration: that is enough unless each has both. Initials want something of
    one's own.
    """
    if _born_together(one, other):
        return True
    surname = one.person.family | other.person.family
    of_the_house = [_of_the_house(key, surname) for key in strong]
    if name is Agreement.AGREES:
        differ = [_differ(one, other, _EMAIL), _mobiles_differ(one, other)]
        if all(of_the_house):
            return not any(differ)
        return not all(differ) or not _all_of_the_firm(one, other, strong)
    return not _all_of_the_firm(one, other, strong) and not _of_a_couple(one, other, strong)


def _of_a_couple(one: Facts, other: Facts, strong: frozenset[Key]) -> bool:
    """Tell whether two of one initial may be a couple, who pay from one account, read one mailbox and own one firm.

    They do if each has an address or a mobile number of their own, and if what they share is called after a third
    of the house. An address that says the given name in full is that one's own.
    """
    if not {kind_of(key) for key in strong} <= _PAID_TOGETHER | _REGISTERED:
        return False
    surname = one.person.family | other.person.family
    initials = one.person.initials + other.person.initials
    names = one.person.written_out + other.person.written_out
    addresses = [key for key in strong if key.startswith(_EMAIL)]
    if addresses and all(names_another(key, surname, initials, names) for key in addresses):
        return True
    given = one.person.called or other.person.called
    said = any(says_given_name(key, given) for key in addresses)
    return _differ(one, other, _EMAIL) or (not said and _mobiles_differ(one, other))


def is_ones_own(one: Facts, other: Facts, strong: frozenset[Key], name: Agreement) -> bool:
    """Tell whether something that two records share is one subject's own.

    A registration or a bank account is a firm's, or a whole name's. A mobile number or an address that says the
    given name is a person's of whom an initial is known: father and son of one name may share them. A landline, a
    mailbox and a door are a whole house's.
    """
    kinds = {kind_of(key) for key in strong}
    if kinds & _GIVEN_TO_ONE:
        return True
    if one.kind is other.kind is SubjectKind.ORGANISATION or name is Agreement.AGREES:
        return bool(kinds & _OF_THE_FIRM)
    given = other.person.called or one.person.called
    return any(_is_mobile(key) or says_given_name(key, given) for key in strong)


def settles(one: Facts, other: Facts, found: Comparison, rival: Facts, beside: Comparison) -> bool:
    """Tell whether something of one's own, that a rival does not share, tells whose a record is.

    A date of birth does where the rival's is not known.
    """
    if is_ones_own(one, other, found.strong - beside.strong, found.name):
        return True
    return not rival.born and _born_together(one, other)


def _of_the_house(key: Key, surname: frozenset[str]) -> bool:
    """Tell whether an identifier may be a household's: a landline, or a mailbox that names nobody."""
    if kind_of(key) == IdentifierKind.EMAIL:
        return read_by_many(key, surname)
    return _landlines([key])


def _all_of_the_firm(one: Facts, other: Facts, strong: frozenset[Key]) -> bool:
    """Tell whether all that is shared may be that of everybody who works in a firm."""
    surname = one.person.family | other.person.family
    return all(kind_of(key) in _OF_THE_FIRM or _of_the_house(key, surname) for key in strong)


def _married(one: Facts, other: Facts) -> bool:
    """Tell whether only the surname differs: one given name in full, and one date of birth."""
    same_name = bool(one.person.called) and one.person.called == other.person.called
    return same_name and _born_together(one, other)


def _enough_for_owner(one: Facts, other: Facts, strong: frozenset[Key], name: Agreement) -> bool:
    """Tell whether a person's record and an organisation's are one sole trader's.

    A director shares e-mail and phone with the company, and whoever works there may stand in a list with its
    registration and telephone, and is another subject. So the organisation must have no form that makes it a
    subject by itself, and must bear the person's own name, or share a mobile number or one's own mailbox beside the
    registration. Where the name is an initial and there is no registration, it may be the father's.
    """
    kinds = {kind_of(key) for key in strong}
    organisation = one if one.kind is SubjectKind.ORGANISATION else other
    if organisation.company.incorporated or any(map(is_legal_persons, organisation.vat)):
        return False
    if kinds & _REGISTERED:
        return name > Agreement.UNSURE or not _all_of_the_firm(one, other, strong)
    if kinds == {IdentifierKind.PHONE.value}:
        return False
    own = name is Agreement.INITIALS and _name_is_ones_own(one, other, strong, name)
    return own or name is Agreement.AGREES
