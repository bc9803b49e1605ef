"""E-mail addresses that more than one person reads: a family's, an office's."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from syncd.identity.nicknames import is_given_name
from syncd.identity.pieces import PARTICLES
from syncd.identity.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

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

_TELLING = 3
"""Letters of a word that is not met in any domain by chance."""


@lru_cache(maxsize=1 << 12)
def read_by_many(key: Key, surname: frozenset[str]) -> bool:
    """Tell whether an address names no one person: `info@`, `familie.devries@` or `devries@` of a De Vries.

    An address that says something else (`j.devries@`, `sunshine@`, `1980@`) is taken for one person's own.
    """
    letters = "".join(_words(key))
    rest = letters
    for word in sorted(surname, key=len, reverse=True):
        rest = rest.replace(word, "")
    return bool(letters) and (not rest or bool(_SAYS_NOBODY.fullmatch(rest)))


@lru_cache(maxsize=1 << 12)
def names_another(key: Key, surname: frozenset[str], initials: str) -> bool:
    """Tell whether an address names somebody by a given name that begins otherwise: `els.devries@`, `piet@`."""
    words = _words(key)
    bare = [_without(word, surname) for word in words]
    if bare == words:
        return is_given_name("".join(words)) and words[0][0] not in initials
    left = [word for word in bare if word and not _SAYS_NOBODY.fullmatch(word)]
    return any(word[0] not in initials for word in left)


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


def speaks_of(key: Key, names: Iterable[tuple[str, ...]]) -> bool:
    """Tell whether an address is at a domain that is called after one of these names: `jan@dehoek.nl`, De Hoek."""
    labels = key.rpartition("@")[2].split(".")[:-1]
    domain = re.sub(r"[^a-z0-9]", "", "".join(labels))
    words = {re.sub(r"[^a-z0-9]", "", word) for word in chain.from_iterable(names)}
    return any(len(word) >= _TELLING and word in domain for word in words - PARTICLES)
