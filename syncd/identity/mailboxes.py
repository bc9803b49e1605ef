"""E-mail addresses that more than one person reads: a family's, an office's."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from syncd.identity.givennames import is_borne
from syncd.identity.nicknames import one_name
from syncd.identity.pieces import PARTICLES
from syncd.identity.text import fold

if TYPE_CHECKING:
    from syncd.identity.facts import Key

_OF_MANY = """
info contact contacto kontakt mail email post thuis home huis wij ons gezin fam familie family familia kantoor
office bureau buero secretariaat sekretariat administratie administration admin boekhouding buchhaltung finance
financien
inkoop verkoop sales support service klantenservice receptie balie facturen factuur invoice invoices crediteuren
debiteuren directie bestuur hallo hello welkom team algemeen order orders bestelling bestellingen praktijk winkel
shop planning personeel hr secretaris secretary voorzitter penningmeester ledenadministratie webmaster accounts
billing rechnung accueil facturation noreply donotreply nvt geen onbekend
"""
_BEFORE_SURNAME = ["vant", "int", "opt", *sorted(word for word in PARTICLES if len(word) > 1)]
"""Particles as they stand in an address. A single letter there is somebody's initial."""

_SAYS_NOBODY = re.compile(rf"(?:{'|'.join([*_OF_MANY.split(), *_BEFORE_SURNAME])})+")

_PARTICLE_AT_END = re.compile(rf"(?:{'|'.join(_BEFORE_SURNAME)})+$")

_AND = re.compile("(?=(en|and|und|et))")

_TELLING = 3
"""Letters of a word that is not met in any domain by chance."""


@lru_cache(maxsize=1 << 12)
def read_by_many(key: Key, surname: frozenset[str]) -> bool:
    """Tell whether an address names no one: `info@`, `familie.devries@`, `devries@` of a De Vries, or a couple's.

    An address that says something else (`j.devries@`, `sunshine@`, `1980@`) is taken for one person's own.
    """
    letters = "".join(_words(key))
    rest = letters
    for word in sorted(surname, key=len, reverse=True):
        rest = rest.replace(word, "")
    return bool(letters) and (not rest or bool(_SAYS_NOBODY.fullmatch(rest)) or _names_two(letters))


def _names_two(letters: str) -> bool:
    """Tell whether an address is that of two: `luukenlisa@`."""
    return any(
        is_borne(letters[: found.start()]) and is_borne(letters[found.start() + len(found[1]) :])
        for found in _AND.finditer(letters)
    )


@lru_cache(maxsize=1 << 12)
def names_another(key: Key, surname: frozenset[str], initials: str, given: tuple[str, ...] = ()) -> bool:
    """Tell whether an address names somebody by a given name that begins otherwise: `els.devries@`, `piet@`.

    Where `given` names are known in full, it also does by another of their initial: `joke.devries@` of a Jan.
    """
    words = _words(key)
    bare = [_without(word, surname) for word in words]
    if bare == words:
        together = "".join(words)
        begins_otherwise = is_borne(together) and words[0][0] not in initials
        return begins_otherwise or any(is_borne(word) and _is_none_of(word, given) for word in words)
    left = [(word, whole) for word, whole in zip(bare, words, strict=True) if word and not _says_nobody(word)]
    return any(
        word[0] not in initials or (_may_be_given(word, whole, initials) and _is_none_of(word, given))
        for word, whole in left
    )


def _says_nobody(word: str) -> bool:
    return bool(_SAYS_NOBODY.fullmatch(word))


def _may_be_given(word: str, whole: str, initials: str) -> bool:
    """Tell whether a word beside a surname is a given name: a known one, or it stands apart and is no initials."""
    return is_borne(word) or (word == whole and not set(word) <= set(initials))


def _is_none_of(word: str, given: tuple[str, ...]) -> bool:
    """Tell whether a given name that tells something is no form of those of its initial that are known.

    One that many bear is no part of another: `andre@` is not Andrea's.
    """
    known = [one for one in given if one[0] == word[0]]
    if not known or len(word) < _TELLING or word == "".join(given):
        return False
    if is_borne(word):
        return not any(word == one or one_name(word, one) for one in known)
    return not any(word.startswith(one) or one.startswith(word) for one in known)


def says_given_name(key: Key, given: str) -> bool:
    """Tell whether an address says a given name: `joost.devries@`."""
    return len(given) >= _TELLING and given in "".join(_words(key))


def _words(key: Key) -> list[str]:
    return re.findall(r"[a-z]+", fold(key.partition(":")[2].rpartition("@")[0]))


def _without(word: str, surname: frozenset[str]) -> str:
    """Take a surname out of a word, with the particle before it."""
    for part in sorted(surname, key=len, reverse=True):
        before, found, behind = word.partition(part)
        if found:
            return _PARTICLE_AT_END.sub("", before) + behind
    return word
