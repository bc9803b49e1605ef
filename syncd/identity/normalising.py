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


def readings(identifier: Identifier, region: str = HOME) -> frozenset[str]:
    """Give the spellings of all that an identifier's field holds: of e-mail and phone, people put two in one."""
    value = normalise(identifier, region)
    if value is not None or identifier.kind not in _BETWEEN:
        return frozenset() if value is None else frozenset({value})
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


def account_number(text: str) -> str | None:
    """Give an IBAN without spaces, its check digits verified."""
    try:
        # Which bank codes a country knows changes; the structure and the check digits do not.
        return str(iban.validate(_IBAN_WORD.sub("", text).replace(".", ""), check_country=False))
    except ValidationError:
        return None


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
    return _OF_A_SPREADSHEET.sub("", _KVK_WORDS.sub("", text))


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
