"""Folding of text: what stays of a spelling once case, accents and punctuation are gone."""

from __future__ import annotations

import html
import re
import unicodedata

_UNDECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "\N{LATIN SMALL LETTER DOTLESS I}": "i"}
)
_DOTTED = re.compile(r"(?<![a-z0-9])(?:[a-z]\.)+[a-z](?![a-z0-9])\.?")
_APOSTROPHES = re.compile("['’‘`´]")  # noqa: RUF001 - the typographic ones are what people paste
_AND = re.compile(r"\s*[&+]\s*")
_BARE = re.compile(r"[A-Za-z0-9 ]*")
_OTHER = re.compile(r"[\W_]+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,30});")
_READ_AS_OTHER = re.compile("[\u00c2-\u00c5\u00e2][^\x00-\x7f]")
"""A letter, in the eyes of who takes two bytes of UTF-8 for two letters: `Ã` or its like, and another beside it."""
_LATIN = 255
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
"""Unicode's categories of what is not seen: controls, marks of direction, joiners, and what is no character."""


def seen(text: str) -> str:
    """Give what a person was to see of `text`: marks that are not seen left out, any script's digits as 0 to 9.

    What an export made of it is turned back: `&amp;`, and UTF-8 that was read as Windows-1252 (`ZoÃ«`).
    """
    if "&" in text:
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    if _READ_AS_OTHER.search(text):
        text = _as_meant(text)
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else " " if letter.isspace() else letter
        for letter in text
        if letter.isspace() or unicodedata.category(letter) not in _UNSEEN
    )


def _as_meant(text: str) -> str:
    """Give the text that was read in a wrong encoding, or the same where it was not."""
    try:
        return b"".join(map(_as_byte, text)).decode()
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text


def _as_byte(letter: str) -> bytes:
    """Give the byte that was shown as `letter`. Five are no letter of Windows-1252, and stayed what they were."""
    return letter.encode("latin-1") if ord(letter) <= _LATIN else letter.encode("cp1252")


def unaccented(text: str) -> str:
    """Give `text` in lower case without accents; `ß` becomes `ss`, the `ĳ` ligature two letters."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text).casefold().translate(_UNDECOMPOSED)
    decomposed = unicodedata.normalize("NFKD", folded)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def fold(text: str) -> str:
    """Give the bare words of `text`: lower case, no accents, `b.v.` as `bv`, `&` as `en`, no punctuation.

    Letters of other scripts stay: whose names are written in them are as many people as others.
    """
    if _BARE.fullmatch(text):
        return " ".join(text.lower().split())
    bare = _APOSTROPHES.sub("", unaccented(text))
    bare = _DOTTED.sub(lambda found: found[0].replace(".", "") + " ", bare)
    return _OTHER.sub(" ", _AND.sub(" en ", bare)).strip()


def differs_by_one(one: str, other: str) -> bool:
    """Tell whether one typing slip (a letter more, less, other, or two swapped) turns `one` into `other`."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1 or one == other:
        return False
    start = next((i for i, letter in enumerate(one) if letter != other[i]), len(one))
    if len(one) < len(other):
        return one[start:] == other[start + 1 :]
    if one[start + 1 :] == other[start + 1 :]:
        return True
    return one[start + 2 :] == other[start + 2 :] and one[start : start + 2] == other[start : start + 2][::-1]
