"""Parts of a postal address in one spelling."""

from __future__ import annotations

import re

from syncd.identity.text import fold

_DUTCH_POSTCODE = re.compile(r"^[1-9]\d{3}(?!SA|SD|SS)[A-Z]{2}$")  # SA, SD and SS are never issued
_DUTCH_IN_TEXT = re.compile(
    r"^(?:NL)?(\d{4})\s?([A-Z]{2})\b"
)  # also with the country before, or the town behind
_FOREIGN_POSTCODE = re.compile(r"^(?=.*\d)[A-Z0-9]{3,10}$")
_ALMOST_DUTCH = re.compile(r"^\d{4}[A-Z]{1,2}$")
_HOUSE_NUMBER = re.compile(r"^(\d{1,5})(?!\d)\s*(?:[-/ ]?\s*([A-Za-z0-9][A-Za-z0-9 /-]*))?$")
_NUMBER_AT_END = re.compile(r"^(.*?\D)\s+(\d{1,5}(?:\s?-?\s?[A-Za-z]{1,4}|\s?-\s?\d{1,4}|\s[IVX]+)?)$")
_COUNTRIES = {
    "nld": "NL", "bel": "BE", "deu": "DE", "fra": "FR", "lux": "LU", "gbr": "GB",
    "nederland": "NL", "netherlands": "NL", "the netherlands": "NL", "holland": "NL",
    "belgie": "BE", "belgium": "BE", "belgique": "BE",
    "duitsland": "DE", "germany": "DE", "deutschland": "DE",
    "frankrijk": "FR", "france": "FR",
    "luxemburg": "LU", "luxembourg": "LU",
    "verenigd koninkrijk": "GB", "united kingdom": "GB", "uk": "GB", "engeland": "GB",
}  # fmt: skip
_STREET_WORDS = {"straat": "str", "strt": "str", "laan": "ln", "plein": "pln"}


def postcode(text: str) -> str | None:
    """Give a postcode in capitals without spaces; one that tries to be Dutch must be a Dutch one."""
    bare = re.sub(r"[\s.-]", "", text).upper()
    if found := _DUTCH_IN_TEXT.match(bare if bare[:2] == "NL" else text.upper()):
        bare = found[1] + found[2]
    if _DUTCH_POSTCODE.match(bare):
        return bare
    return bare if _FOREIGN_POSTCODE.match(bare) and not _ALMOST_DUTCH.match(bare) else None


def house_number(text: str) -> str | None:
    """Give a house number with its addition: `12 A`, `12-a` and `12a` are the same door."""
    found = _HOUSE_NUMBER.match(text.strip().removesuffix(".0"))
    if not found:
        return None
    addition = re.sub(r"[^a-z0-9]", "", (found[2] or "").casefold())
    joint = "-" if addition[:1].isdigit() else ""
    return f"{int(found[1])}{joint}{addition}"


def split_street(text: str) -> tuple[str, str]:
    """Split `Dorpsstraat 12a` into street and house number; the number is empty when there is none."""
    found = _NUMBER_AT_END.match(text.strip())
    return (found[1].strip(" ,"), found[2]) if found else (text, "")


def street(text: str) -> str | None:
    """Give a street's name with its usual ending abbreviated: `Dorpsstraat`, `Dorpsstr.`."""
    words = fold(text).split()
    for ending, short in _STREET_WORDS.items():
        if words and words[-1].endswith(ending):
            words[-1] = words[-1].removesuffix(ending) + short
    return "".join(words) or None


def country(text: str) -> str | None:
    """Give a country's two letters; an unknown name stays as words."""
    bare = fold(text)
    if bare in _COUNTRIES:
        return _COUNTRIES[bare]
    return bare.upper() if len(bare) == 2 else bare or None  # noqa: PLR2004 - ISO 3166 alpha-2
