"""One spelling per identifier, or none: a value that fails its check never links.

The checks are those of the libraries that keep them: email-validator (syntax and IDNA), phonenumbers (Google's
numbering plans), python-stdnum (VAT and IBAN check digits).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from stdnum import iban
from stdnum.exceptions import ValidationError

from syncd.identity.addresses import country, house_number, postcode, street
from syncd.identity.companies import company
from syncd.identity.dates import birth_date
from syncd.identity.persons import given_name, surname
from syncd.identity.placeholders import nobodys_address, nobodys_phone, of_one_digit
from syncd.identity.text import fold, seen
from syncd.identity.vat import HOME, vat
from syncd.model import Identifier, IdentifierKind

if TYPE_CHECKING:
    from collections.abc import Callable

_PLAIN_LOCAL_PART = re.compile(r"(?=.{1,64}$)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
_ANY_LOCAL_PART = "a"
_PLAIN_MOBILE = re.compile(r"(?:\+31 ?|0031 ?|0)6[ -]?([1-58][0-9]{7})")
"""Most numbers of people are Dutch mobile ones as everybody writes them, which need no library."""

_LONGEST_ADDRESS = 254
"""Characters of an address (RFC 3696, erratum 1690)."""

LONGEST = 1000
"""Characters: whatever is longer is no identifier, but a text that got into its field."""

_AROUND_AN_ADDRESS = re.compile(r"^(?:mailto:|[^<>]*<(?=[^<>]+>$))|(?<=[^<>])>$", re.IGNORECASE)
_KVK_WORDS = re.compile(
    r"^(?:nl(?=\d)|(?:(?:kvk|k\.v\.k\.?|kamer van koophandel|handelsregister)(?:\s[a-z' -]+?)??)?[\s-]*)"
    r"(?:inschrijf|dossier)?(?:nummer|nr\.?|no\.?)?[\s:.]*(?=\d)",
    re.IGNORECASE,
)
_KVK = re.compile(r"^(\d{8})(?:[\s/-]+\d{4}(?:\d{8})?)?$")
_KVK_WITHOUT_ZERO = re.compile(r"^\d{7}$")
_BEHIND_A_KVK = re.compile(r"[\s,;(/-]+[^\W\d_]\D*$")
"""The town of the chamber, or whose number it is."""
_OF_A_SPREADSHEET = re.compile(r"(?<=\d)\.0$")
"""What is added to a number that was taken for one to reckon with."""
_NO_NUMBER = {
    "nvt", "na", "geen", "nee", "onbekend", "leeg", "none", "no", "null", "nan", "unknown", "test", "x",
}  # fmt: skip
"""What people and programs write where there is no number, folded to its letters."""
_DIGITS = re.compile(r"[+(]{0,2}\d.*\d")
_BETWEEN = {
    IdentifierKind.EMAIL: (re.compile(r"[\s;,|/]+"),),
    IdentifierKind.PHONE: (re.compile(r"\s+/\s+|[;,|\n]|\s(?:of|en|or|and)\s"), re.compile(r"/")),
}
"""What stands between two values in one field."""
_IBAN_WORD = re.compile(r"^iban[\s:.]*", re.IGNORECASE)
_IBAN_LENGTHS = range(15, 35)
_IBAN_WORDS = 9
"""Into which the longest is written, by fours."""
_ENOUGH_FOR_A_PHONE = 8
_EACH_OTHERS = {IdentifierKind.KVK: IdentifierKind.VAT, IdentifierKind.VAT: IdentifierKind.KVK}
_SAYS_A_COUNTRY = re.compile(r"[A-Za-z]{2}\s?\d")


def as_meant(identifier: Identifier, region: str = HOME) -> Identifier:
    """Give an identifier, or as what it is read where a KVK and a VAT number stand in each other's place."""
    kind = _EACH_OTHERS.get(identifier.kind)
    if kind is None or normalise(identifier, region) is not None:
        return identifier
    if kind is IdentifierKind.KVK and (region != HOME or _SAYS_A_COUNTRY.match(identifier.value.strip())):
        return identifier
    meant = Identifier(kind, identifier.value)
    return identifier if normalise(meant, region) is None else meant


def readings(identifier: Identifier, region: str = HOME) -> frozenset[str]:
    """Give the spellings of all that an identifier's field holds.

    Of e-mail and phone people put two in one, of an account its bank or holder behind it, of phone when to call.
    """
    value = normalise(identifier, region)
    if value is not None:
        return frozenset({value})
    text = seen(identifier.value)[:LONGEST]
    if identifier.kind is IdentifierKind.IBAN:
        return _account_numbers(text)
    found = _between(identifier, region)
    return found | _phones(text, region) if identifier.kind is IdentifierKind.PHONE else found


def _between(identifier: Identifier, region: str) -> frozenset[str]:
    if identifier.kind not in _BETWEEN:
        return frozenset()
    for between in _BETWEEN[identifier.kind]:
        parts = [Identifier(identifier.kind, part) for part in between.split(identifier.value[:LONGEST])]
        if found := frozenset(value for part in parts if (value := normalise(part, region)) is not None):
            return found
    return frozenset()


def normalise(identifier: Identifier, region: str = HOME) -> str | None:
    """Give the one spelling of an identifier, or None when its value cannot be what it says it is.

    `region` (ISO 3166 letters) is where a phone or VAT number without a country belongs.
    """
    return _normalised(identifier.kind, identifier.value, region)


@lru_cache(maxsize=1 << 12)
def _normalised(kind: IdentifierKind, value: str, region: str) -> str | None:
    text = seen(value).strip()
    if not text or len(text) > LONGEST:
        return None
    if text[0] == "'" and text[1:2].isdecimal():
        text = text[1:]  # by which a spreadsheet is told to keep the digits as they are
    if kind is IdentifierKind.PHONE:
        return phone(text, region)
    if kind is IdentifierKind.VAT:
        return vat(text, region)
    return _BY_KIND[kind](text) or None


def email(text: str) -> str | None:
    """Give an address in lower case with its domain in ASCII; `a+b@` and `a@` stay two addresses.

    `Jan <jan@b.nl>` and `mailto:jan@b.nl` are what they hold.
    The local part is case-sensitive by RFC 5321 §2.4, and treated so by no provider worth naming.
    """
    text = _AROUND_AN_ADDRESS.sub("", text).rstrip(" .,;")
    local, _, domain = text.rpartition("@")
    if not _PLAIN_LOCAL_PART.fullmatch(local):
        return _checked(text)
    # Most local parts need no library, and few domains are met once only.
    found = _checked(f"{_ANY_LOCAL_PART}@{domain}")
    address = found and local.casefold() + found.removeprefix(_ANY_LOCAL_PART)
    return address if address and len(address) <= _LONGEST_ADDRESS and not nobodys_address(address) else None


@lru_cache(maxsize=1 << 12)
def _checked(address: str) -> str | None:
    try:
        found = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return f"{found.local_part.casefold()}@{found.ascii_domain}" if found.ascii_domain else None


def phone(text: str, region: str = HOME) -> str | None:
    """Give a phone number as E.164; an extension and words around it are dropped, an impossible number is None."""
    text = _OF_A_SPREADSHEET.sub("", text)
    bare = _DIGITS.search(text)
    found = _phone(text, region) or (_phone(bare[0], region) if bare else None)
    return found if found and not nobodys_phone(found) else None


def _phones(text: str, region: str) -> frozenset[str]:
    """Give the phone numbers that stand among words."""
    digits = sum(map(str.isdecimal, text))
    if digits < _ENOUGH_FOR_A_PHONE or not any(map(str.isalpha, text)):
        return frozenset()
    found = (phone(one.raw_string, region) for one in phonenumbers.PhoneNumberMatcher(text, region))
    return frozenset(number for number in found if number)


def _phone(text: str, region: str) -> str | None:
    mobile = _PLAIN_MOBILE.fullmatch(text) if region == HOME else None
    if mobile:
        return f"+316{mobile[1]}"
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


@lru_cache(maxsize=1 << 12)
def is_mobile(number: str) -> bool:
    """Tell whether a number that was read is a mobile one for certain: in some countries no number shows it."""
    if number.startswith("+31"):
        return number.startswith("+316")
    return bool(phonenumbers.number_type(phonenumbers.parse(number)) == phonenumbers.PhoneNumberType.MOBILE)


def account_number(text: str) -> str | None:
    """Give an IBAN without spaces, its check digits verified."""
    try:
        # Which bank codes a country knows changes; the structure and the check digits do not.
        return str(iban.validate(_IBAN_WORD.sub("", text).replace(".", ""), check_country=False))
    except ValidationError:
        return None


def _account_numbers(text: str) -> frozenset[str]:
    """Give the IBANs that stand among other words: a BIC, the holder, a second IBAN. None ends within a word."""
    words = re.findall(r"[A-Z0-9]+", text.upper())
    parts = {"".join(words[i : i + count]) for i in range(len(words)) for count in range(1, _IBAN_WORDS + 1)}
    joined = (part for part in parts if len(part) in _IBAN_LENGTHS and part[2:4].isdigit())
    return frozenset(filter(None, map(account_number, joined)))


def kvk(text: str) -> str | None:
    """Give the eight digits of a registration at the Dutch trade register (Handelsregisterwet 2007, art. 9).

    A branch number behind it is dropped: branches are one legal entity.
    """
    bare = _bare_kvk(text)
    found = _KVK.match(bare) or _KVK.match(_together(bare))
    return found[1] if found and not of_one_digit(found[1]) else None


def kvk_without_zero(text: str) -> str | None:
    """Give the registration that seven digits stand for when a number field dropped the zero in front.

    The numbers that the chambers one to nine gave out begin with one. It is no more than likely: seven digits are
    also what is left after a slip.
    """
    digits = _together(_bare_kvk(seen(text).strip()))
    return f"0{digits}" if _KVK_WITHOUT_ZERO.match(digits) and not of_one_digit(digits) else None


def _bare_kvk(text: str) -> str:
    return _OF_A_SPREADSHEET.sub("", _BEHIND_A_KVK.sub("", _KVK_WORDS.sub("", text)))


def _together(number: str) -> str:
    return re.sub(r"[\s.]", "", number)


def customer_number(text: str) -> str | None:
    """Give a customer number without spaces and in capitals; leading zeros tell numbers apart and stay.

    Without a letter or a digit but zeros, and a word such as `n.v.t.`, it is none.
    """
    number = re.sub(r"[\s#]", "", _OF_A_SPREADSHEET.sub("", text)).upper()
    telling = re.sub(r"[\W_]", "", number).casefold()
    return number if telling.strip("0") and telling not in _NO_NUMBER else None


def reference(text: str) -> str | None:
    """Give an explicit reference `account:kind:key`; the key may hold colons of its own."""
    parts = [part.strip() for part in text.split(":", 2)]
    return ":".join(parts) if len(parts) == 3 and all(parts) else None  # noqa: PLR2004 - account, kind, key


_BY_KIND: dict[IdentifierKind, Callable[[str], str | None]] = {
    IdentifierKind.KVK: kvk,
    IdentifierKind.IBAN: account_number,
    IdentifierKind.EMAIL: email,
    IdentifierKind.CUSTOMER_NUMBER: customer_number,
    IdentifierKind.REFERENCE: reference,
    IdentifierKind.NAME: lambda text: company(text).called,
    IdentifierKind.GIVEN_NAME: given_name,
    IdentifierKind.FAMILY_NAME: surname,
    IdentifierKind.STREET: street,
    IdentifierKind.HOUSE_NUMBER: house_number,
    IdentifierKind.POSTCODE: postcode,
    IdentifierKind.CITY: fold,
    IdentifierKind.COUNTRY: country,
    IdentifierKind.BIRTH_DATE: birth_date,
}
