"""How two words, dates or house numbers resemble each other, in a few steps from clearly other to equal."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from syncd.identity.nicknames import one_name


class Likeness(IntEnum):
    """`UNKNOWN` says nothing, because a side is empty. `PART` is a cut-short or longer form of the other."""

    OTHER = -2
    UNLIKE = -1
    UNKNOWN = 0
    PART = 1
    CLOSE = 2
    EQUAL = 3


_CLOSE = 0.9
_GIVEN_CLOSE = 0.95
_UNLIKE = 0.72
_WORTHY_OF_A_SLIP = 3
_WORTHY_OF_TWO = 7
_SHORTEST_PART = 3
_SOFT_C = re.compile(r"c(?=[eiy])")
_SOUNDS = (
    (re.compile(r"sch|sh"), "s"), (re.compile(r"ck|c|q"), "k"), (re.compile(r"z|x"), "s"),
    (re.compile(r"ph|v|w"), "f"), (re.compile(r"[dt]h?"), "t"), (re.compile(r"b"), "p"), (re.compile(r"gh?"), "k"),
    (re.compile(r"h|j"), ""),
)  # fmt: skip
_VOWELS = re.compile(r"[aeiouy]+")
_TWICE = re.compile(r"(.)\1+")
_ALL_BUT_ONE = 2
_ADDITION = re.compile(r"\D.*")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


@lru_cache(maxsize=1 << 15)
def sounds(word: str) -> str:
    """Give how a word sounds, roughly: its consonants, those that the Dutch ear confuses as one.

    `Dijkstra`, `Dykstra` and `Deikstra` sound alike, as do `Thijssen` and `Tijsen`.
    """
    rest = _VOWELS.sub("a", _SOFT_C.sub("s", word.replace("ij", "y")))
    for heard, letter in _SOUNDS:
        rest = heard.sub(letter, rest)
    rest = _TWICE.sub(r"\1", rest)
    return rest[:1] + rest[1:].replace("a", "")


@lru_cache(maxsize=1 << 16)
def words_alike(one: str, other: str, alike_from: float = _CLOSE) -> Likeness:
    """Compare two words, or several written together; close ones reach `alike_from` by Jaro and Winkler."""
    if not one or not other:
        return Likeness.UNKNOWN
    if one == other:
        return Likeness.EQUAL
    short, long = sorted((one, other), key=len)
    slips = OSA.distance(one, other, score_cutoff=2)
    worthy = _WORTHY_OF_A_SLIP if slips == 1 else _WORTHY_OF_TWO
    likeness = JaroWinkler.similarity(one, other)
    if (slips <= 2 and len(short) >= worthy) or likeness >= alike_from:  # noqa: PLR2004 - the cut-off above
        return Likeness.CLOSE
    if len(short) >= _SHORTEST_PART and short in long:
        return Likeness.PART
    if sounds(one) == sounds(other) and len(sounds(one)) >= _SHORTEST_PART:
        return Likeness.CLOSE
    return Likeness.UNLIKE if likeness >= _UNLIKE else Likeness.OTHER


def given_names_alike(one: str, other: str) -> Likeness:
    """Compare two given names; `Jan` and `Johannes` are taken for close, because one man may use both.

    That two begin alike says little: `Charles` and `Charlotte` are brother and sister.
    """
    found = words_alike(one, other, _GIVEN_CLOSE)
    return Likeness.CLOSE if found < Likeness.CLOSE and one_name(one, other) else found


def dates_alike(one: str, other: str) -> Likeness:
    """Compare two ISO dates: `CLOSE` with day and month swapped, `PART` with one part other."""
    ours, theirs = _ISO.fullmatch(one), _ISO.fullmatch(other)
    if not ours or not theirs:
        return Likeness.UNKNOWN
    if one == other:
        return Likeness.EQUAL
    if ours[1] == theirs[1] and (ours[2], ours[3]) == (theirs[3], theirs[2]):
        return Likeness.CLOSE
    parts = sum(a == b for a, b in zip(ours.groups(), theirs.groups(), strict=True))
    return Likeness.PART if parts == _ALL_BUT_ONE else Likeness.OTHER


def numbers_alike(one: str, other: str) -> Likeness:
    """Compare two house numbers: `PART` where only the addition differs, `UNLIKE` after one slip."""
    if not one or not other:
        return Likeness.UNKNOWN
    if one == other:
        return Likeness.EQUAL
    if _ADDITION.sub("", one) == _ADDITION.sub("", other):
        return Likeness.PART
    return Likeness.UNLIKE if OSA.distance(one, other) == 1 else Likeness.OTHER
