"""Words beside a name that are no part of it: how one is spoken to, who one is in a family, and who else.

`Kok, J., mw.` is a woman, and `Jan Kok (zoon)` another man than his father of that name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from syncd.identity.text import fold

if TYPE_CHECKING:
    from collections.abc import Collection

MEN = frozenset({"dhr", "heer", "meneer", "hr", "herr", "monsieur"})
WOMEN = frozenset(
    {
        "mevr", "mevrouw", "mw", "mej", "mejuffrouw", "juffrouw", "frau", "mme", "madame", "mlle", "mrs", "ms",
        "miss",
    }
)  # fmt: skip
"""`mr` is in neither: in Dutch it is a lawyer's title. Nor is `m.`, which is an initial."""
FOR_WHOM = r"(?:t\.?\s?a\.?\s?v\.?|attn\.?|ter attentie van)"
"""A pattern of the words before whom post is for, at the place that is named before them."""
FAMILIES = frozenset({"fam", "familie", "echtpaar", "gezin", "erven", "erfgenamen", "nalatenschap", "ouders"})
NO_SURNAMES = frozenset(
    {"dhr", "meneer", "hr", "mevr", "mevrouw", "mw", "mej", "mejuffrouw", "fam", "familie"}
)
"""Forms of address that are nobody's surname, which `Heer` and `Frau` are."""

KIN = {
    "vader": "father", "papa": "father", "father": "father", "vater": "father",
    "moeder": "mother", "mama": "mother", "mother": "mother", "mutter": "mother",
    "zoon": "son", "son": "son", "sohn": "son",
    "dochter": "daughter", "daughter": "daughter", "tochter": "daughter",
    "kind": "child", "kleinkind": "grandchild", "kleinzoon": "grandson", "grandson": "grandson",
    "kleindochter": "granddaughter", "granddaughter": "granddaughter",
    "broer": "brother", "broertje": "brother", "brother": "brother", "bruder": "brother",
    "zus": "sister", "zusje": "sister", "zuster": "sister", "sister": "sister", "schwester": "sister",
    "opa": "grandfather", "grootvader": "grandfather", "grandfather": "grandfather",
    "oma": "grandmother", "grootmoeder": "grandmother", "grandmother": "grandmother",
    "oom": "uncle", "uncle": "uncle", "tante": "aunt", "aunt": "aunt",
    "neef": "nephew", "neefje": "nephew", "nephew": "nephew",
    "nicht": "niece", "nichtje": "niece", "niece": "niece",
    "partner": "partner", "echtgenoot": "husband", "husband": "husband", "echtgenote": "wife", "wife": "wife",
    "weduwe": "widow", "weduwnaar": "widower", "stiefvader": "stepfather", "stiefmoeder": "stepmother",
    "stiefzoon": "stepson", "stiefdochter": "stepdaughter", "schoonvader": "father-in-law",
    "schoonmoeder": "mother-in-law", "schoonzoon": "son-in-law", "schoondochter": "daughter-in-law",
    "pleegzoon": "foster son", "pleegdochter": "foster daughter", "tweelingbroer": "twin brother",
    "tweelingzus": "twin sister",
}  # fmt: skip

_ALSO = {"man": "heer", "vrouw": "mevrouw"}
_APART = re.compile(r" ?\(([^()]*)\)$|(?:,| -) ?([^(),]*)$")
_BARE = re.compile(r"\S ([^\W\d_]+\.?)$")
_INITIALS = re.compile(r"[A-Z]{2,3}")

_AND_OTHERS = re.compile(r"[^,\s]\s+(?:c\.?\s?s|e\.?\s?a)\.?$")
"""`c.s.` and `e.a.` behind a name. In capitals, or behind a comma, they are initials."""
_OF_TWO = re.compile(r"(?:[^\W\d_]{2,}|[A-Z]\.?)/(?:[^\W\d_]{2,}|[A-Z]\b)")
"""Given names or initials of two, which `v/d` is not."""
BOTH = frozenset({"en", "and", "und", "et"})


@dataclass(frozen=True)
class Marks:
    """A name without what stands behind it, and what that says: m or f, a word for kin, or several."""

    name: str
    addressed: str = ""
    kin: str = ""
    several: bool = False


def take_off(text: str) -> Marks:
    """Take off what stands behind a name in brackets, after a comma or a dash: `(zoon)`, `, mw.`, `- vader`.

    A form of address that is no surname needs nothing before it. The rest of the name is never nothing.
    """
    found = Marks(" ".join(text.split()))
    while (shorter := _without_last(found)) is not None:
        found = shorter
    return found


def _without_last(found: Marks) -> Marks | None:
    """Take off the last mark, or give None where a name stands last."""
    last = _APART.search(found.name)
    if last and last.start():
        name, in_brackets = found.name[: last.start()], last[1] is not None
        behind = last[1] if in_brackets else last[2]
        if in_brackets or not _may_be_a_name(behind, name):
            said = _said(found, name, fold(behind).split(), ("man", "vrouw") if in_brackets else ())
            if said:
                return said
    bare = _BARE.search(found.name)
    if bare and fold(bare[1]) in NO_SURNAMES and not _INITIALS.fullmatch(bare[1]):
        return _said(found, found.name[: bare.start() + 1], [fold(bare[1])])
    return None


def _may_be_a_name(behind: str, name: str) -> bool:
    """Tell whether what stands behind a comma is initials, a surname or a given name: `Kok, MW`, `Nguyen, Son`."""
    only_this = " " not in name and behind.istitle() and fold(behind) in KIN
    return bool(_INITIALS.fullmatch(behind)) or "Heer" in behind or only_this


def _said(found: Marks, name: str, words: list[str], also: Collection[str] = ()) -> Marks | None:
    """Give what words behind a name say, or None where they are no such words; `also` are a man's and a woman's."""
    if words and words[0] in KIN and words[1:2] in ([], ["van"]):
        return replace(found, name=name, kin=KIN[words[0]])
    if words and words[0] in FAMILIES:
        return replace(found, name=name, several=True)
    told = {_ALSO[word] if word in also else word for word in words} - {"de"}
    addressed = "m" if told <= MEN else "f" if told <= WOMEN else ""
    return replace(found, name=name, addressed=addressed) if told and addressed else None


def names_two(name: str, given: str) -> bool:
    """Tell whether more people are named: `Jan en Marie Visser`, `J/M Visser`, `J. Visser c.s.`."""
    if _AND_OTHERS.search(name.strip()):
        return True
    for text in (name, f"{given} -"):
        words = re.sub(r"\s*/\s*", "/", text).split()[:-1]
        if any(map(_OF_TWO.search, words)) or any(map(_says_and, words[1:])) or any(map(_joins, words)):
            return True
    return False


def _says_and(word: str) -> bool:
    return word[0] in "&+" or fold(word) in {*BOTH, "e o"}


def _joins(word: str) -> bool:
    return not BOTH.isdisjoint(fold(word).split()[1:-1])
