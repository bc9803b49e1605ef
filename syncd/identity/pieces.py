"""Splitting a name into pieces, and what each may be: initials, where a surname begins, a word for kin."""

from __future__ import annotations

import re

from syncd.identity.givennames import is_borne
from syncd.identity.marks import KIN
from syncd.identity.text import fold

PARTICLES = frozenset(
    {
        "van", "de", "den", "der", "het", "t", "ter", "ten", "te", "in", "op", "aan", "bij", "onder", "over", "tot",
        "uit", "voor", "la", "le", "du", "von", "zu", "zum", "zur", "el", "al",
    }
)  # fmt: skip
# At the end (`Berg, J. v.d.`) only in small letters: capitals there are initials.
_SHORT_PARTICLES = re.compile(
    r"(?<!\w)[vV]\.?\s?/?\s?[dD]((?i:e[nr]?)?)\.?(?=\s)|(?<=\s)v\.?\s?/?\s?d(e[nr]?)?\.?$"
)
_INITIAL = re.compile(r"([^\W\d_])\.\s?(?=\S)")
_CAPITAL_INITIALS = re.compile(r"^[BCDFGHJKLMNPQRSTVWXZ]{2,4}$")
_UNSPEAKABLE = re.compile(r"[bcdfghjklmnpqrstvwxz]{2,3}")
_LONG_INITIALS = frozenset({"th", "chr", "ch", "ph", "ij"})
_CAPITALS = re.compile(r"[A-Z]{2,3}\.?")
_SOUNDS_LIKE_A_NAME = re.compile(r"[^aeiouy][aeiouy].|[aeiouy][^aeiouy][aeiouy]|([aeou])\1.")
_OF_SURNAMES = frozenset({"da", "di", "do", "das", "dos", "del", "bin", "ben", "ibn", "abu"})
"""Words that open a surname elsewhere, and stand before one that is no initials."""
_OF_FIRMS = frozenset({"bv", "nv", "cv", "zn"})
_SHORT_NAMES = frozenset({"joh", "jac", "fr", "wm", "corn", "alb", "fred", "mich"})


def pieces_of(text: str) -> list[str]:
    """Split a name at its spaces, dotted initials apart (`J.P.` is two), `v.d.` written out."""
    spelled = _SHORT_PARTICLES.sub(lambda found: f"van de{(found[1] or found[2] or 'e')[1:]}", text.strip())
    return _INITIAL.sub(r"\1. ", re.sub(r"\s*-\s*", "-", spelled)).split()


def opens_surname(piece: str) -> bool:
    """Tell whether a surname starts here: at a particle, or at a double name that goes on with one."""
    return "." not in piece and fold(piece.rpartition("-")[2]) in PARTICLES


def as_given(piece: str) -> list[str]:
    """Read a piece as a given name or as initials: `JP` and `hw` are two, `Th.`, `Chr` and `Joh.` are one."""
    word = fold(piece)
    if _CAPITAL_INITIALS.match(piece) or (_UNSPEAKABLE.fullmatch(piece) and word not in _LONG_INITIALS):
        return list(word)
    is_initial = word in _LONG_INITIALS or (piece.endswith(".") and word in _SHORT_NAMES)
    return [word[0] if is_initial else word]


def are_initials(piece: str, *, in_capitals: bool) -> bool | None:
    """Tell whether two or three capitals before a surname are initials although they can be said: `EJ`, `AJM`.

    Nobody knows (None) of a name of two letters (`ED`), nor, where the surname is `in_capitals` too, of three that
    may be a name that few bear (`JEA`, `NUR`).
    """
    word = fold(piece)
    if not _CAPITALS.fullmatch(piece) or word in _OF_SURNAMES or word in _LONG_INITIALS:
        return False
    if is_borne(word):
        return None if len(word) == 2 else False  # noqa: PLR2004 - letters
    return None if in_capitals and _SOUNDS_LIKE_A_NAME.fullmatch(word) else True


def initials_behind(pieces: list[str]) -> tuple[int, int] | None:
    """Give where the initials begin and end that stand behind a surname: `Dekker J.P.`, `VRIES J DE`.

    Behind a given name that many bear it is a surname cut short (`Jan P.`), as it is behind a particle.
    """
    end = len(pieces)
    while end and opens_surname(pieces[end - 1]):
        end -= 1
    start = end
    while start and len(fold(pieces[start - 1])) == 1:
        start -= 1
    if start == end == 2 and _stand_for_given_names(pieces[1]):  # noqa: PLR2004 - surname and initials
        start -= 1
    if not 0 < start < end or opens_surname(pieces[start - 1]):
        return None
    first = fold(pieces[0])
    return None if len(first) == 1 or is_borne(first) else (start, end)


def _stand_for_given_names(piece: str) -> bool:
    """Tell whether capitals behind a surname are initials: `DEKKER JP`, `Dekker EJ`, and not `Dekker BV`."""
    if fold(piece) in _OF_FIRMS:
        return False
    return bool(_CAPITAL_INITIALS.match(piece)) or are_initials(piece, in_capitals=True) is True


def without_kin(pieces: list[str], least: int) -> tuple[list[str], str]:
    """Take off a word for kin behind a name of at least so many words: `Jan Kok kleinzoon`.

    `Vader`, `Broer` and `Neef` are surnames too: behind a given name, an initial or a particle.
    """
    if len(pieces) <= least or (kin := KIN.get(fold(pieces[-1]), "")) == "":
        return pieces, ""
    before = fold(pieces[-2])
    if len(before) == 1 or opens_surname(pieces[-2]) or is_borne(before):
        return pieces, ""
    return pieces[:-1], kin
